"""Whatever bytes a service sends, a decoder gives events or an error of ours, and gives them at once."""

from __future__ import annotations

import json
import urllib.request
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exceptions import ModelBehaviorError, ProviderError
from agents.models.any_model import CODECS
from agents.protocols.base import Maker, Profile
from agents.testing.simulator import Citation, Refusal, Reply, Text, Thinking, ToolCall, serve_in_thread
from agents.transport.sse import SSEReader

MAKER = Maker("acme", "m-1", "5eed", 1.0)
PROFILE = Profile(provider="acme", think_tag="think", calls_in_text=True)
OURS = (ProviderError, ModelBehaviorError)
EACH = pytest.mark.parametrize("protocol", list(CODECS))

REPLY = Reply(
    [
        Thinking("Hm."),
        Text("A fäct.", citations=[Citation("https://a.example", "A", 0, 6)]),
        ToolCall("get_weather", {"city": "Oslo"}),
        ToolCall("get_weather", {"city": "Rome"}),
    ]
)
USER = {"role": "user", "content": "Hi"}
TOOL = {"name": "get_weather", "description": "Weather.", "parameters": {"type": "object", "properties": {}}}
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "openai-chat": ("/v1/chat/completions", {"model": "gpt-5", "messages": [USER], "stream": True}),
    "openai-responses": (
        "/v1/responses",
        {"model": "gpt-5", "input": "Hi", "stream": True, "reasoning": {"effort": "low", "summary": "auto"}},
    ),
    "anthropic": (
        "/v1/messages",
        {"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [USER], "stream": True},
    ),
    "gemini": (
        "/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse",
        {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
    ),
}


@lru_cache
def genuine(protocol: str) -> bytes:
    """A stream of the simulator, with one of everything in it."""
    path, body = REQUESTS[protocol]
    with serve_in_thread() as sim:
        sim.script(REPLY if protocol != "openai-chat" else Reply([*REPLY.parts, Refusal("No.")]))
        headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
        keys = {"authorization": f"Bearer {sim.api_key}", "x-goog-api-key": sim.api_key}
        request = urllib.request.Request(sim.url + path, json.dumps(body).encode(), {**headers, **keys})
        with urllib.request.urlopen(request) as answer:
            found: bytes = answer.read()
    return found


def frames_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    """The frames of a stream that comes in pieces."""
    reader = SSEReader()
    edges = [0, *sorted({cut % (len(stream) + 1) for cut in cuts}), len(stream)]
    frames = [frame for a, b in pairwise(edges) for frame in reader.feed(stream[a:b])]
    last = reader.close()
    return [frame for frame in [*frames, *([last] if last is not None else [])] if frame and frame != b"[DONE]"]


def read_all(protocol: str, frames: list[bytes]) -> Any:
    """The response, or the error of ours; anything else is a failure."""
    decoder = CODECS[protocol]().decoder(MAKER, PROFILE, keep_usage=True)  # type: ignore[index]
    try:
        for frame in frames:
            decoder.feed(frame)
        decoder.close()
    except OURS as error:
        decoder.partial()  # what there is can be told, whatever came
        return error
    assert decoder.finished
    return decoder.response


@EACH
def test_the_genuine_stream_is_read(protocol: str) -> None:
    """What is mutated below is whole to begin with."""
    response = read_all(protocol, frames_of(genuine(protocol), []))
    assert next(item.type for item in response.output if item.type != "reasoning") == "message"
    assert [item.name for item in response.output if item.type == "function_call"] == ["get_weather"] * 2


@EACH
@given(cuts=st.lists(st.integers(0, 10_000), max_size=8))
def test_cuts_change_nothing(protocol: str, cuts: list[int]) -> None:
    """The network cuts where it pleases."""
    assert frames_of(genuine(protocol), cuts) == frames_of(genuine(protocol), [])


@EACH
@given(frames=st.lists(st.binary(max_size=60), max_size=6))
def test_arbitrary_bytes_are_refused(protocol: str, frames: list[bytes]) -> None:
    """Whatever it is, it is no answer."""
    assert isinstance(read_all(protocol, [frame for frame in frames if frame]), OURS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@EACH
@given(frames=st.lists(JSON, max_size=4))
def test_arbitrary_json_is_read_or_refused(protocol: str, frames: list[Any]) -> None:
    """Valid JSON of no known shape."""
    read_all(protocol, [json.dumps(frame).encode() for frame in frames])


@EACH
@given(where=st.integers(0, 100_000), how_many=st.integers(0, 12), instead=st.binary(max_size=12))
def test_a_mutated_stream_is_read_or_refused(protocol: str, where: int, how_many: int, instead: bytes) -> None:
    """A few bytes are other than they were."""
    stream = genuine(protocol)
    at = where % len(stream)
    read_all(protocol, frames_of(stream[:at] + instead + stream[at + how_many :], []))


@EACH
@given(st.data())
def test_a_field_of_another_type_is_read_or_refused(protocol: str, data: st.DataObject) -> None:
    """Some value somewhere is of another kind: services change their minds."""
    frames = [json.loads(frame) for frame in frames_of(genuine(protocol), [])]
    node: Any = frames
    while isinstance(node, (list, dict)) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], (list, dict)) or not node[key] or data.draw(st.booleans()):
            node[key] = data.draw(JSON)
            break
        node = node[key]
    read_all(protocol, [json.dumps(frame).encode() for frame in frames])


@EACH
@given(st.data())
def test_events_lost_doubled_or_out_of_order_are_read_or_refused(protocol: str, data: st.DataObject) -> None:
    """Proxies and retries do that."""
    frames = frames_of(genuine(protocol), [])
    chosen = data.draw(st.lists(st.sampled_from(frames), max_size=len(frames) + 4))
    read_all(protocol, chosen)
