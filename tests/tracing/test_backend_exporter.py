"""The exporter to OpenAI's trace service, over real HTTP on loopback; and what it makes of odd data."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exceptions import UserError
from agents.tracing import (
    custom_span,
    flush_traces,
    get_trace_provider,
    ingest_format,
    set_trace_processors,
    set_tracing_export_api_key,
    trace,
)
from agents.tracing.processors import (
    BackendSpanExporter,
    BatchTraceProcessor,
    default_exporter,
    default_processor,
)


class Service:
    """Answers with the given statuses, the last one for ever, and keeps the requests."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = [(204, {})]
        self.requests: list[tuple[dict[str, str], bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status, headers = service.answers[0]
                if len(service.answers) > 1:
                    service.answers.pop(0)
                if not status:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                service.requests.append(({"method": "GET"}, b""))
                self.send_error(404)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces/ingest"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def _exporter(service: Service, **more: Any) -> BackendSpanExporter:
    return BackendSpanExporter(**{"api_key": "sk-secret", "endpoint": service.url, "base_delay": 0.001, **more})


def _items(recorder: Any, count: int = 1, **settings: Any) -> list[Any]:
    with trace("w", **settings) as t:
        for i in range(count):
            with custom_span("c", {"i": i}):
                pass
    return [t, *recorder.spans[-count:]]


def test_a_batch_is_one_post_of_the_public_shape(service: Service, recorder: Any) -> None:
    """The service knows this body and these headers, and no others."""
    exporter = _exporter(service, organization="org-1", project="proj-1")
    items = _items(recorder)
    exporter.export(items)
    exporter.export([])
    ((headers, body),) = service.requests
    assert json.loads(body) == {"data": [item.export() for item in items]}
    assert headers["authorization"] == "Bearer sk-secret"
    assert headers["openai-beta"] == "traces=v1"
    assert headers["content-type"] == "application/json"
    assert (headers["openai-organization"], headers["openai-project"]) == ("org-1", "proj-1")


def test_traces_with_their_own_key_go_under_it(service: Service, recorder: Any) -> None:
    """Tenants of one program have their own accounts."""
    items = [*_items(recorder, tracing={"api_key": "sk-tenant"}), *_items(recorder)]
    _exporter(service).export(items)
    keys = [headers["authorization"] for headers, _ in service.requests]
    assert keys == ["Bearer sk-tenant", "Bearer sk-secret"]
    assert b"sk-" not in b"".join(body for _, body in service.requests)


@pytest.mark.parametrize(
    ("answers", "requests", "lost"),
    [
        ([(200, {})], 1, False),
        ([(500, {}), (503, {}), (204, {})], 3, False),
        ([(429, {"Retry-After": "0.001"}), (204, {})], 2, False),
        ([(429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), (204, {})], 2, False),
        ([(0, {}), (204, {})], 2, False),
        ([(500, {})], 3, True),
        ([(400, {})], 1, True),
        ([(401, {})], 1, True),
        ([(500, {"x-should-retry": "false"})], 1, True),
    ],
)
def test_passing_faults_are_tried_again_and_others_not(
    service: Service, recorder: Any, caplog: Any, answers: Any, requests: int, lost: bool
) -> None:
    """A hiccup of the service loses nothing; a refusal is not repeated; the log shows no key."""
    service.answers = list(answers)
    with caplog.at_level(logging.DEBUG, "openai.agents"):
        _exporter(service).export(_items(recorder))
    assert len(service.requests) == requests
    assert ("were not sent" in caplog.text) is lost
    assert "sk-secret" not in caplog.text


def test_a_redirect_is_not_followed(service: Service, recorder: Any, caplog: Any) -> None:
    """The key belongs to the address that the user gave, and to no other."""
    service.answers = [(302, {"Location": service.url})]
    _exporter(service).export(_items(recorder))
    assert len(service.requests) == 1
    assert "HTTP 302" in caplog.text


def test_an_unreachable_service_costs_the_batch_only(recorder: Any, caplog: Any) -> None:
    """No network, no trace, no exception."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        BackendSpanExporter("sk-secret", endpoint=url, base_delay=0.001).export(_items(recorder))
    assert "2 traces and spans were not sent: no answer" in caplog.text


@pytest.mark.parametrize("key", ["sk-secret\nwith a break", "sk-secret-é☃"])
def test_a_key_that_cannot_be_a_header_is_not_shown(service: Service, recorder: Any, caplog: Any, key: str) -> None:
    """A key pasted with a line break fails, and the failure must not print it."""
    _exporter(service, api_key=key).export(_items(recorder))
    assert service.requests == []
    assert "were not sent" in caplog.text
    assert "sk-secret" not in caplog.text


def test_without_a_key_nothing_is_sent(service: Service, recorder: Any, monkeypatch: Any, caplog: Any) -> None:
    """The key is looked for when it is needed, so one that comes later is found."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    exporter = _exporter(service, api_key=None)
    exporter.export(_items(recorder))
    assert service.requests == []
    assert "OPENAI_API_KEY is not set" in caplog.text
    monkeypatch.setenv("OPENAI_API_KEY", "sk-env")
    exporter.export(_items(recorder))
    exporter.set_api_key("sk-set")
    exporter.export(_items(recorder))
    assert [h["authorization"] for h, _ in service.requests] == ["Bearer sk-env", "Bearer sk-set"]
    assert "sk-set" not in repr(exporter)


def test_closing_ends_the_waiting_between_attempts(service: Service, recorder: Any) -> None:
    """A program that leaves does not wait for a service that is down."""
    service.answers = [(500, {})]
    exporter = _exporter(service, base_delay=3600, max_delay=3600)
    exporter.close()
    exporter.export(_items(recorder))
    assert len(service.requests) == 1


def test_a_span_that_cannot_be_exported_does_not_cost_the_others(service: Service, recorder: Any) -> None:
    """Users bring their own span data, faults included."""
    items = _items(recorder, 2)
    items[1].span_data.export = lambda: 1 / 0
    _exporter(service).export(items)
    assert [one["id"] for one in json.loads(service.requests[0][1])["data"]] == [
        items[0].trace_id,
        items[2].span_id,
    ]


def test_it_works_under_the_batch_processor(service: Service) -> None:
    """The way it is meant to be used: added by the user, flushed before the process sleeps."""
    processor = BatchTraceProcessor(_exporter(service))
    set_trace_processors([processor])
    with trace("w") as t, custom_span("c"):
        pass
    flush_traces()
    sent = [one for _, body in service.requests for one in json.loads(body)["data"]]
    processor.shutdown(5)
    assert [one["object"] for one in sent] == ["trace", "trace.span"]
    assert sent[0]["id"] == t.trace_id


def test_an_endpoint_must_be_an_http_address() -> None:
    """`file:` and the like are no trace service."""
    with pytest.raises(UserError, match="file:"):
        BackendSpanExporter(endpoint="file:///etc/passwd")


def test_the_shared_exporter_is_in_use_only_when_added() -> None:
    """Setting a key is no consent to send."""
    set_tracing_export_api_key("sk-shared")
    assert default_exporter() is default_exporter()
    assert default_processor() is default_processor()
    assert default_exporter().api_key == "sk-shared"
    assert get_trace_provider()._multi_processor._processors == ()  # type: ignore[attr-defined]
    default_exporter().set_api_key("")


_odd: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.none() | st.tuples(st.integers()), inner, max_size=4)
    ),
    max_leaves=12,
)


def _strict(body: bytes) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(body.decode("utf-8"), parse_constant=refuse)


@given(_odd)
def test_whatever_a_span_holds_the_body_is_strict_json(value: Any) -> None:
    """One NaN or half a surrogate would make the service refuse the whole batch."""
    item = {"object": "trace.span", "span_data": {"type": "generation", "input": value, "usage": value}}
    (sent,) = _strict(ingest_format.encode([ingest_format.fit(item)]))["data"]
    assert sent["span_data"]["type"] == "generation"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text("aé☃\n"),
        lambda s: st.lists(s) | st.dictionaries(st.text("ab"), s),
    )
)
def test_plain_data_is_sent_unchanged(value: Any) -> None:
    """Making odd data fit must not touch good data."""
    assert _strict(ingest_format.encode([{"v": value}])) == {"data": [{"v": value}]}


def test_cycles_and_depth_are_cut() -> None:
    """Trees whose children know their parents are common in users' data."""
    node: dict[str, Any] = {"children": []}
    node["children"] = [{"parent": node, "n": i} for i in range(3)]
    deep: Any = "end"
    for _ in range(5000):
        deep = [deep]
    data = _strict(ingest_format.encode([{"cycle": node, "deep": deep}]))["data"][0]
    assert data["cycle"]["children"][2] == {"parent": "...", "n": 2}


@pytest.mark.parametrize("value", ["x" * 300_000, "\n" * 300_000, "☃" * 300_000, ["x" * 300_000], {"k": "\0" * 99_000}])
def test_large_fields_are_cut_to_what_the_service_takes(value: Any) -> None:
    """A long document in a prompt must not cost the batch."""
    item = {"span_data": {"type": "function", "input": value, "output": "short"}}
    data = ingest_format.fit(item)["span_data"]
    assert len(json.dumps(data["input"], ensure_ascii=False).encode()) <= 100_000
    assert "truncated" in str(data["input"])
    assert data["output"] == "short"
    assert item["span_data"]["input"] is value


@pytest.mark.parametrize(
    ("kind", "usage", "sent"),
    [
        ("generation", {"input_tokens": 1, "output_tokens": 2}, {"input_tokens": 1, "output_tokens": 2}),
        (
            "generation",
            {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3, "none": None, "details": {"c": 4}},
            {"input_tokens": 1, "output_tokens": 2, "details": {"c": 4, "total_tokens": 3}},
        ),
        ("generation", {"input_tokens": 1}, None),
        ("generation", {"input_tokens": True, "output_tokens": 1}, None),
        ("response", {"input_tokens": 1, "output_tokens": 2}, None),
    ],
)
def test_usage_is_sent_in_the_form_the_service_takes(kind: str, usage: Any, sent: Any) -> None:
    """It refuses fields it does not know, and counts for generations only."""
    assert ingest_format.fit({"span_data": {"type": kind, "usage": usage}})["span_data"].get("usage") == sent


def test_reasoning_of_generations_is_not_sent() -> None:
    """Reasoning belongs to the vendor that made it; the span keeps it for the user's own processors."""
    thinking = {"type": "thinking", "thinking": "hm"}
    said = {"type": "text", "text": "hello"}
    messages = [
        {"role": "user", "content": "hi", "reasoning": "a field of the user's"},
        {"type": "reasoning", "summary": []},
        {"role": "assistant", "content": [thinking, said], "reasoning_content": "hm", "thinking_blocks": [1]},
        {"role": "assistant", "content": "hello"},
        "text",
    ]
    item = {"span_data": {"type": "generation", "output": messages}}
    assert ingest_format.fit(item)["span_data"]["output"] == [
        messages[0],
        {"role": "assistant", "content": [said]},
        {"role": "assistant", "content": "hello"},
        "text",
    ]
    assert messages[2]["reasoning_content"] == "hm"  # type: ignore[index]


def test_traces_are_sent_as_they_are() -> None:
    """Only spans have content that needs fitting."""
    exported = {"object": "trace", "id": "t"}
    assert ingest_format.fit(exported) == exported
