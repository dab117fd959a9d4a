"""What holds for every answer: streamed equals plain, events are in order, no bytes break the reader."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.exceptions import ModelBehaviorError, ProviderError, UserError
from agents.output_items import item_types
from agents.protocols.responses.objects import event_types

from ..streams import check_stream
from .said import CODEC, MAKER, PROFILE, answer, call, decoded, events_of, inputs, made, message, output, streamed, user
from .said import reasoning as thought

Json = dict[str, Any]

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@st.composite
def parts(draw: st.DrawFn) -> list[Json]:
    text = st.builds(lambda t: {"type": "output_text", "text": t, "annotations": [], "logprobs": []}, TEXT)
    refusal = st.builds(lambda t: {"type": "refusal", "refusal": t}, TEXT)
    return draw(st.lists(text | refusal, min_size=1, max_size=3))


@st.composite
def outputs(draw: st.DrawFn) -> list[Json]:
    """The items of an answer, with ids of their own."""
    kinds = draw(st.lists(st.sampled_from(("message", "reasoning", "call", "search")), max_size=5))
    found: list[Json] = []
    for index, kind in enumerate(kinds):
        if kind == "message":
            found.append(message(id=f"msg_{index}", content=draw(parts())))
        elif kind == "reasoning":
            texts = draw(st.lists(TEXT, max_size=2))
            summary = [{"type": "summary_text", "text": text} for text in texts]
            found.append(thought(id=f"rs_{index}", summary=summary, seal=draw(st.none() | TEXT)))
        elif kind == "call":
            arguments = json.dumps(draw(st.dictionaries(TEXT, JSON, max_size=2)))
            found.append(call(f"call_{index}", arguments, id=f"fc_{index}"))
        else:
            found.append({"type": "web_search_call", "id": f"ws_{index}", "status": "completed"})
    return found


@given(outputs(), st.integers(1, 9))
@FEW
def test_streamed_equals_plain(items: list[Json], pieces: int) -> None:
    """Who turns streaming on must get the same items, ids and bill, however the service cuts its answer."""
    final = answer(*items)
    plain = decoded(final)
    events, response = streamed(events_of(final, pieces))
    assert response == plain
    check_stream(events, plain.output)


@given(outputs())
@FEW
def test_what_was_answered_can_be_sent_back_and_is_sent_the_same_each_time(items: list[Json]) -> None:
    """Every answer is legal history: no orphans, no unknown fields, ids only beside their reasoning."""
    turn = [item.model_dump(exclude_unset=True) for item in decoded(answer(*items)).output]
    done = [output(item["call_id"]) for item in items if item["type"] == "function_call"]
    sent = inputs(user(), *turn, *done, user("Go on."))
    assert sent == inputs(user(), *turn, *done, user("Go on."))
    assert not any("provider_data" in item for item in sent)
    for item, following in zip(sent, [*sent[1:], user()], strict=True):
        if item["type"] == "reasoning":
            assert following["type"] != "function_call_output"
            assert following.get("role", "assistant") == "assistant"


NAMES = st.sampled_from([*event_types(), "error", "response.unheard_of"])
ITEMS = st.fixed_dictionaries(
    {"type": st.sampled_from([*item_types(), "dream_call"])},
    optional=dict.fromkeys(("id", "call_id", "name", "arguments", "content", "summary", "status", "action"), JSON),
)
FRAMES = st.fixed_dictionaries(
    {"type": NAMES | JSON},
    optional={
        **dict.fromkeys(
            ("output_index", "content_index", "summary_index", "sequence_number"), st.integers(0, 3) | JSON
        ),
        **dict.fromkeys(("delta", "text", "part", "item_id", "logprobs", "error", "code", "_fields_set", "self"), JSON),
        "item": ITEMS | JSON,
        "response": st.fixed_dictionaries(
            {},
            optional={
                "output": st.lists(ITEMS | JSON, max_size=2) | JSON,
                **dict.fromkeys(("id", "status", "usage", "error", "incomplete_details", "tools", "model"), JSON),
            },
        )
        | JSON,
    },
)


@given(st.lists(FRAMES, max_size=5))
@FEW
def test_no_events_break_the_reader(frames: list[Any]) -> None:
    """Whatever a gateway sends, a run ends with an error of ours or with an answer."""
    _feed([json.dumps(frame).encode() for frame in frames])


@given(st.lists(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()), max_size=4))
@FEW
def test_no_bytes_break_the_reader(frames: list[bytes]) -> None:
    """The same for what is no event at all."""
    _feed(frames)
    for frame in frames:
        with suppress(ProviderError, ModelBehaviorError):
            decoded(frame)


@given(FRAMES)
@FEW
def test_no_plain_answer_breaks_the_reader(frame: Any) -> None:
    """Neither does an answer whose fields are anything."""
    with suppress(ProviderError, ModelBehaviorError):
        decoded({"output": [], **frame["response"]} if isinstance(frame.get("response"), dict) else frame)


def _feed(frames: list[bytes]) -> None:
    decoder = CODEC.decoder(MAKER, PROFILE, keep_usage=True)
    with suppress(ProviderError, ModelBehaviorError):
        for frame in frames:
            decoder.feed(frame)
        decoder.close()
    assert decoder.partial() is not None


@given(st.lists(ITEMS | st.builds(made, ITEMS), max_size=5))
@FEW
def test_no_items_break_the_writer(items: list[Any]) -> None:
    """A hand-written history is sent, or refused with words for its writer."""
    with suppress(UserError):
        json.dumps(inputs(*items))


def test_deep_nesting_is_an_error_of_ours() -> None:
    """A body of brackets must not exhaust the stack."""
    for payload in (b"[" * 100_000, b'{"type": "error", "error": ' + b"[" * 100_000):
        _feed([payload])
