"""What goes wrong at a service, on every route, plain and streamed: an exception for each, whole, without secrets."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from agents import (
    AuthenticationError,
    BadRequestError,
    ContextLengthError,
    ModelRetrySettings,
    ModelSettings,
    ModelTimeoutError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderStatusError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
    retry_policies,
)
from agents.testing.simulator import (
    Disconnect,
    ErrorInStream,
    HttpError,
    NoTerminal,
    Reply,
    ScriptItem,
    Simulator,
    Stall,
    Truncated,
)

from .routes import ALL, ANTHROPIC, CLIENTS, EVERY_ROUTE, GEMINI, OPENAI, Route, Run, agent, close_clients

KEY = "sk-secret-0123456789abcdefghij"
ONCE = ModelRetrySettings(max_retries=0)
"""A policy of the run's own: then no client underneath may try again by itself."""


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(keys=(KEY,)) as simulator:
        yield simulator
        await close_clients()


async def failure(run: Run, model: Any, *kinds: type[Exception], **settings: Any) -> Any:
    """The exception that a run on the model ends with; it is of exactly this class, or one of these."""
    options = ModelSettings(**{"include_usage": True, "retry": ONCE, **settings})
    with pytest.raises(kinds) as caught:
        await run(agent(model, model_settings=options))
    assert type(caught.value) in kinds
    assert caught.value.run_data is not None
    return caught.value


@dataclass(frozen=True)
class Answer:
    """An error status, and what becomes of it."""

    fault: HttpError
    kind: type[ProviderStatusError]
    retry_after: float | None = None
    message: str | None = None


HTML = "<html><style>p {}</style><body><h1>Bad gateway</h1></body></html>"
ANSWERS: dict[str, Answer] = {
    "too many requests": Answer(HttpError(429, headers={"retry-after": "7"}), RateLimitError, 7.0),
    "wait in milliseconds": Answer(HttpError(429, headers={"retry-after-ms": "1500"}), RateLimitError, 1.5),
    "out of money": Answer(HttpError(429, "Pay", "insufficient_quota", "insufficient_quota"), QuotaExceededError),
    "forbidden": Answer(HttpError(403, "Not you"), PermissionDeniedError, message="Not you"),
    "bad request": Answer(HttpError(400, "Not so"), BadRequestError, message="Not so"),
    "too long": Answer(HttpError(400, "prompt is too long: 300000 tokens > 200000 maximum"), ContextLengthError),
    "server error": Answer(HttpError(500, "Oops"), ServerError, message="Oops"),
    "page of a gateway": Answer(HttpError(502, body=HTML), ServerError, message="Bad gateway"),
    "empty body": Answer(HttpError(502, body=""), ServerError),
}


@EVERY_ROUTE
@pytest.mark.parametrize("case", ANSWERS)
async def test_an_error_status_becomes_its_exception(sim: Simulator, run: Run, route: Route, case: str) -> None:
    """With the status, the service's words and id, and how long to wait, whatever client was in between."""
    answer = ANSWERS[case]
    sim.script(answer.fault)
    error = await failure(run, route.on(sim), answer.kind)
    assert error.status == answer.fault.status
    assert error.provider == (route.provider if route not in CLIENTS else f"127.0.0.1:{sim.port}")
    assert error.retry_after == answer.retry_after
    assert error.message == (answer.message or error.message)
    if route is not GEMINI:  # it sends no request id
        assert error.request_id.startswith("req_")
    assert len(sim.requests) == 1


@EVERY_ROUTE
async def test_an_overloaded_service_is_told_from_a_broken_one(sim: Simulator, run: Run, route: Route) -> None:
    """529 is Anthropic's; elsewhere it is a status like any other of the server's errors."""
    sim.script(HttpError(529))
    kind = OverloadedError if route in (ANTHROPIC, GEMINI) else ServerError
    assert (await failure(run, route.on(sim), kind)).status == 529


@EVERY_ROUTE
async def test_a_wrong_key_is_an_authentication_error(sim: Simulator, run: Run, route: Route) -> None:
    """Gemini says 400 for it, and OpenAI repeats the key in its answer."""
    error = await failure(run, route.on(sim, key="sk-wrong-0123456789abcdefghij"), AuthenticationError)
    assert error.status == (400 if route is GEMINI else 401)
    assert "sk-wrong" not in "".join([*traceback.format_exception(error), repr(error.body)])


@EVERY_ROUTE
async def test_an_unknown_model_is_not_found(sim: Simulator, run: Run, route: Route) -> None:
    """The name is in the message: it is what the caller has to mend."""
    name = "no-such-model" if route in CLIENTS else f"{route.provider}/no-such-model"
    error = await failure(run, route.on(sim, model=name), NotFoundError)
    assert "no-such-model" in str(error)


@EVERY_ROUTE
@pytest.mark.parametrize("address", ["http://nowhere.invalid", "http://127.0.0.1:9"], ids=["no host", "no server"])
async def test_an_unreachable_host_is_a_connection_error(run: Run, route: Route, address: str) -> None:
    """At once, and by name: a wrong address is a common mistake."""

    class Nowhere:
        url = openai_base_url = anthropic_base_url = gemini_base_url = address
        api_key = KEY

    error = await failure(run, route.on(Nowhere()), ProviderConnectionError)  # type: ignore[arg-type]
    assert error.provider in (route.provider, address.removeprefix("http://"))
    await close_clients()


@EVERY_ROUTE
async def test_a_connection_reset_before_the_answer(sim: Simulator, run: Run, route: Route) -> None:
    """Twice, as LiteLLM sends again by itself on the routes where it has the connection in its own hands."""
    sim.script(*[Reply(["Hello."], faults=[Disconnect()])] * 2)
    error = await failure(run, route.on(sim), ProviderConnectionError)
    assert error.status is None
    assert len(sim.requests) == (2 if route in (ANTHROPIC, GEMINI) else 1)


BROKEN: dict[str, tuple[Any, dict[str, type[ProviderError]]]] = {
    # LiteLLM hides that the connection broke: to it the stream has ended.
    "cut": (Disconnect(after=5), {"client": ProviderConnectionError, "responses": ProviderConnectionError}),
    "reset": (
        Disconnect(after=5, reset=True),
        {"client": ProviderConnectionError, "responses": ProviderConnectionError},
    ),
    "cut off in order": (Truncated(0.5), {}),
    "no ending": (NoTerminal(), {}),
    "error in the stream": (
        ErrorInStream(5, 503, "Too much to do"),
        {
            "openai": ServerError,
            "anthropic": ServerError,
            "gemini": OverloadedError,
            "client": ServerError,
            "responses": ServerError,
        },
    ),
}
"""How a stream breaks, and the exception where it is not `ProviderProtocolError`."""


@EVERY_ROUTE
@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_answer_is_no_answer(sim: Simulator, run: Run, route: Route, case: str) -> None:
    """A stream keeps what was said on its error; a plain call has nothing to keep."""
    fault, kinds = BROKEN[case]
    streamed = run.__name__ == "streamed"
    if not streamed and isinstance(fault, (NoTerminal, ErrorInStream)):
        pytest.skip("a fault of streams: a plain answer has its status to say so")
    text = "one two three four five six seven eight nine ten"
    sim.script(Reply([text], faults=[fault]))
    expected = [kinds.get(route.id, ProviderProtocolError)]
    if isinstance(fault, Disconnect) and not streamed:
        expected.append(ProviderConnectionError)  # on Python 3.10 the lost connection shows among LiteLLM's causes
    error = await failure(run, route.on(sim), *expected)
    if streamed:
        (message,) = error.partial_response.output
        said = message.content[0].text
        assert said
        assert text.startswith(said)
    if isinstance(fault, ErrorInStream):
        assert error.message == "Too much to do"
    assert len(sim.requests) == 1


@EVERY_ROUTE
@pytest.mark.parametrize("after", [None, 4])
async def test_a_silent_service_is_left_in_time(sim: Simulator, run: Run, route: Route, after: int | None) -> None:
    """`ModelSettings.timeout` bounds the whole call, and nothing stays open behind it."""
    sim.script(Reply(["one two three four five"], faults=[Stall(after)]))
    error = await failure(run, route.on(sim), ModelTimeoutError, timeout=0.3)
    assert error.timeout_seconds == 0.3
    await sim.wait_idle()
    assert sim.disconnects == 1


@EVERY_ROUTE
async def test_the_runs_policy_alone_retries(sim: Simulator, run: Run, route: Route) -> None:
    """Retries of the clients underneath would multiply with it: two tries are two requests."""
    sim.script(HttpError(500), HttpError(500), "Too late.")
    policy = ModelRetrySettings(max_retries=1, backoff={"initial_delay": 0}, policy=retry_policies.http_status([500]))
    await failure(run, route.on(sim), ServerError, retry=policy)
    assert len(sim.requests) == 2


FAULTS: list[ScriptItem] = [HttpError(401, f"Bad key {KEY}"), HttpError(500, body=f"<p>{KEY}</p>")]


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.id)
@pytest.mark.parametrize("fault", FAULTS, ids=["json", "html"])
async def test_no_key_is_told_to_anybody(
    sim: Simulator, run: Run, route: Route, fault: ScriptItem, caplog: pytest.LogCaptureFixture, spans: Any
) -> None:
    """Services and clients repeat keys in their errors; logs, traces and tracebacks are shown to others."""
    sim.script(fault)
    with caplog.at_level(logging.DEBUG, "openai.agents"):
        error = await failure(run, route.on(sim), ServerError if fault is FAULTS[1] else AuthenticationError)
    shown = [
        "".join(traceback.format_exception(error)),
        repr(error),
        repr(error.body),
        caplog.text,
        repr(route.on(sim)),
    ]
    shown += [repr(span.export()) for span in spans.spans]
    assert len(spans.spans) >= 2
    assert not [text for text in shown if KEY in text]


@pytest.mark.parametrize("route", [OPENAI, *CLIENTS], ids=lambda route: route.id)
async def test_without_a_policy_the_client_below_tries_again(sim: Simulator, run: Run, route: Route) -> None:
    """Who sets no policy keeps the client's own patience, as before."""
    sim.script(HttpError(500, headers={"retry-after-ms": "1"}), "Hello.")
    result = await run(agent(route.on(sim)))
    assert result.final_output == "Hello."
    assert len(sim.requests) == 2
