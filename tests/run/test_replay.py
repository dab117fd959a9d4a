"""A finished answer as a stream: the same events that a codec would have told, around the very same items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseFunctionWebSearch,
    ResponseOutputMessage,
    ResponseReasoningItem,
)
from openai.types.responses.response_output_text import AnnotationURLCitation, Logprob

from agents import ModelResponse, Usage
from agents.models.replay import events_of
from agents.protocols.assembly import Assembler
from agents.protocols.base import Maker

MAKER = Maker(provider="p", model="m", seed="seed", created_at=0)


def citation(assembler: Assembler) -> None:
    assembler.text("See there.")
    annotation = AnnotationURLCitation(
        end_index=3, start_index=0, title="T", type="url_citation", url="https://example.com"
    )
    assembler.annotate(annotation)


def call(assembler: Assembler, *arguments: str) -> None:
    assembler.call(0, "c1", "get_weather")
    for part in arguments:
        assembler.arguments(0, part)


ANSWERS: dict[str, Callable[[Assembler], None]] = {
    "nothing": lambda a: None,
    "a text": lambda a: a.text("Hello."),
    "a text with probabilities": lambda a: a.text(
        "Hi", logprobs=[Logprob(token="Hi", bytes=[72, 105], logprob=-0.1, top_logprobs=[])]
    ),
    "a text with a citation": citation,
    "a refusal": lambda a: a.refusal("No."),
    "reasoning": lambda a: a.reasoning("Hm."),
    "reasoning that is sealed": lambda a: (a.reasoning("Hm."), a.seal("opaque", signature="s"))[0],
    "reasoning without text": lambda a: a.seal("opaque"),
    "a call": lambda a: call(a, '{"city": "Rome"}'),
    "reasoning, then a text": lambda a: (a.reasoning("Hm."), a.text("Hello."))[0],
    "a text, then a call": lambda a: (a.text("Let me see."), call(a, '{"city": "Rome"}'))[0],
}


@pytest.mark.parametrize("case", list(ANSWERS))
def test_the_events_are_those_of_an_assembled_stream(case: str) -> None:
    """Consumers of events must not be able to tell a replayed answer from one that was streamed."""
    assembler = Assembler(MAKER, emit=True)
    assembler.begin("resp_1")
    ANSWERS[case](assembler)
    assembler.usage = Usage(requests=1, input_tokens=3, output_tokens=2, total_tokens=5)
    assembler.raw_usage = {"prompt_tokens": 3}
    response = assembler.finish()

    replayed = [event.model_dump() for event in events_of(response, "m")]

    assert replayed == [event.model_dump() for event in assembler.events]


MESSAGE = {"type": "message", "role": "assistant", "status": "completed"}
texts = st.text(max_size=20)
parts = st.one_of(
    st.builds(lambda text: {"type": "output_text", "text": text, "annotations": []}, texts),
    st.builds(lambda text: {"type": "refusal", "refusal": text}, texts),
)
search = {
    "id": "ws",
    "status": "completed",
    "type": "web_search_call",
    "action": {"type": "search", "query": "q"},
}
items = st.one_of(
    st.builds(
        lambda content: ResponseOutputMessage.model_validate({"id": "msg", "content": content, **MESSAGE}),
        st.lists(parts, max_size=3),
    ),
    st.builds(
        lambda said: ResponseReasoningItem.model_validate(
            {"id": "rs", "type": "reasoning", "summary": [{"type": "summary_text", "text": t} for t in said]}
        ),
        st.lists(texts, max_size=3),
    ),
    st.builds(
        lambda text: ResponseFunctionToolCall(call_id="c", name="n", arguments=text, type="function_call"),
        texts,
    ),
    st.just(ResponseFunctionWebSearch.model_validate(search)),
)


@given(st.lists(items, max_size=5))
def test_whatever_the_answer_its_stream_is_whole_and_in_order(output: list[Any]) -> None:
    """Numbers count up, items begin and end in turn, deltas add up, the last event holds the answer."""
    response = ModelResponse(output, Usage(requests=1, output_tokens=7), "resp_1", "req_1")

    events = list(events_of(response, "m"))

    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events[:2]] == ["response.created", "response.in_progress"]
    last = events[-1]
    assert last.type == "response.completed"
    assert all(ours is theirs for ours, theirs in zip(last.response.output, output, strict=True))
    assert (last.response.id, last.response._request_id) == ("resp_1", "req_1")
    assert last.response.usage.output_tokens == 7
    where = [event.output_index for event in events[2:-1]]
    assert where == sorted(where)
    for index, item in enumerate(output):
        own = [event for event in events[2:-1] if event.output_index == index]
        assert (own[0].type, own[-1].type) == ("response.output_item.added", "response.output_item.done")
        assert own[-1].item is item
        said = "".join(getattr(event, "delta", "") for event in own)
        assert said == written(item)


def written(item: Any) -> str:
    if item.type == "message":
        return "".join(part.text if part.type == "output_text" else part.refusal for part in item.content)
    if item.type == "reasoning":
        return "".join(part.text for part in item.summary)
    return item.arguments if item.type == "function_call" else ""
