"""Run items as JSON data: whatever a run can hold comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseFunctionWebSearch,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
)
from openai.types.responses.response_function_web_search import ActionSearch
from openai.types.responses.response_output_item import McpApprovalRequest, McpListTools, McpListToolsTool
from openai.types.responses.response_output_text import AnnotationURLCitation
from openai.types.responses.response_reasoning_item import Summary
from pydantic import BaseModel

from agents import (
    Agent,
    CompactionItem,
    HandoffCallItem,
    HandoffOutputItem,
    InputItem,
    MCPApprovalRequestItem,
    MCPApprovalResponseItem,
    MCPListToolsItem,
    MessageOutputItem,
    ModelResponse,
    ReasoningItem,
    RunItem,
    ToolApprovalItem,
    ToolCallItem,
    ToolCallOutputItem,
    ToolOrigin,
    ToolOriginType,
    ToolSearchCallItem,
    ToolSearchOutputItem,
    Usage,
    UserError,
)
from agents.item_codec import decode_item, decode_raw, decode_response, encode_item, encode_raw, encode_response
from agents.output_items import build, kind_of

A, B = Agent("A"), Agent("B")
AGENTS = {"A": A, "B": B}
MAKER: dict[str, Any] = {"provider": "anthropic", "model": "claude", "response_id": "r1", "type": "redacted_thinking"}


def message(*parts: Any, **more: Any) -> ResponseOutputMessage:
    return ResponseOutputMessage(
        id="m", content=list(parts), role="assistant", status="completed", type="message", **more
    )


def text(said: str, *annotations: Any) -> ResponseOutputText:
    return ResponseOutputText(text=said, type="output_text", annotations=list(annotations))


def call(arguments: str = '{"a": 1}', **more: Any) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(type="function_call", name="t", call_id="c", arguments=arguments, **more)


OUTPUT: dict[str, Any] = {"type": "function_call_output", "call_id": "c", "output": "ok"}
CITATION = AnnotationURLCitation(type="url_citation", url="https://a.example", title="A", start_index=0, end_index=1)
PICTURE = {**OUTPUT, "output": [{"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"}]}

ITEMS: dict[str, RunItem] = {
    "what was said meanwhile": InputItem(A, {"role": "user", "content": "Hi"}, input_id="7"),
    "a text": MessageOutputItem(A, message(text("Hello ✓\n"))),
    "a text with its sources": MessageOutputItem(A, message(text("Hello", CITATION), provider_data=MAKER)),
    "a refusal": MessageOutputItem(A, message(ResponseOutputRefusal(refusal="No.", type="refusal"))),
    "sealed reasoning": ReasoningItem(
        A,
        ResponseReasoningItem(
            id="rs",
            type="reasoning",
            summary=[Summary(text="Hm.", type="summary_text")],
            encrypted_content="c2VhbGVk",
            provider_data=MAKER,  # type: ignore[call-arg]
        ),
    ),
    "a call": ToolCallItem(A, call(provider_data={"thought_signature": "x=="}), description="Does."),
    "a call with broken arguments": ToolCallItem(A, call('{"a": ')),
    "a call that names no tool": ToolCallItem(A, {"type": "shell_call", "call_id": "c"}, _resolved_tool_name="shell"),
    "a call as a dict": ToolCallItem(A, call().model_dump(exclude_unset=True)),
    "a call that a vendor carried out": ToolCallItem(
        A,
        ResponseFunctionWebSearch(
            id="ws", type="web_search_call", status="completed", action=ActionSearch(type="search", query="owls")
        ),
    ),
    "an output": ToolCallOutputItem(A, OUTPUT, "ok"),
    "an output that is no UTF-8": ToolCallOutputItem(A, {**OUTPUT, "output": "caf\udce9"}, ["caf\udce9"]),
    "an output of data": ToolCallOutputItem(A, OUTPUT, {"a": [1, None, 2.5]}),
    "an output with a picture": ToolCallOutputItem(A, PICTURE, PICTURE["output"]),
    "a question to a human": ToolApprovalItem(
        A, call(), "t", tool_namespace="n", tool_origin=ToolOrigin(ToolOriginType.FUNCTION), call_path=("o", "i")
    ),
    "a question that names its tool by key": ToolApprovalItem(
        A, call(), tool_lookup_key=("namespaced", "n", "t"), _allow_bare_name_alias=True
    ),
    "an output of an agent": ToolCallOutputItem(
        A, OUTPUT, "ok", tool_origin=ToolOrigin(ToolOriginType.AGENT_AS_TOOL, agent_name="B"), custom_data={"a": 1}
    ),
    "a shortened history": CompactionItem(A, {"type": "compaction", "id": "cmp", "encrypted_content": "c2VhbGVk"}),
    "a search for tools": ToolSearchCallItem(
        A, {"type": "tool_search_call", "id": "ts", "arguments": {"query": "owls"}, "status": "completed"}
    ),
    "the tools that were found": ToolSearchOutputItem(
        A, {"type": "tool_search_output", "id": "to", "call_id": None, "tools": [{"type": "function", "name": "t"}]}
    ),
    "the tools of a server": MCPListToolsItem(
        A,
        McpListTools(
            id="ml",
            type="mcp_list_tools",
            server_label="docs",
            tools=[McpListToolsTool(name="find", input_schema={"type": "object"})],
        ),
    ),
    "a server's question": MCPApprovalRequestItem(
        A, McpApprovalRequest(id="mr", type="mcp_approval_request", server_label="docs", name="find", arguments="{}")
    ),
    "the answer to it": MCPApprovalResponseItem(
        A,
        {"type": "mcp_approval_response", "approval_request_id": "mr", "approve": True},  # type: ignore[arg-type]
    ),
    "a handoff": HandoffCallItem(A, call()),
    "a handoff made": HandoffOutputItem(B, OUTPUT, A, B),
}


def through_json(item: RunItem) -> RunItem:
    data = json.loads(json.dumps(encode_item(item, lambda agent: agent.name)))
    return decode_item(data, AGENTS.__getitem__)


@pytest.mark.parametrize("name", ITEMS)
def test_an_item_comes_back_as_it_was(name: str) -> None:
    """Each field, of its own type: a model must be given back what it made, word for word."""
    item = ITEMS[name]
    again = through_json(item)
    assert type(again) is type(item)
    for each in fields(item):
        assert getattr(again, each.name) == getattr(item, each.name), each.name
    assert type(again.raw_item) is type(item.raw_item)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "message", "id": "m", "role": "assistant", "status": "pondering", "content": []},
        {"type": "message", "id": "m", "role": "assistant", "status": None, "content": []},
        {"type": "dream", "id": "d", "about": {"sheep": 3}},
    ],
)
def test_an_item_that_is_newer_than_its_kind_comes_back(fields: dict[str, Any]) -> None:
    """A service may say what the installed types do not know: the run went on with it, and must do so when stored."""
    item = build(kind_of(fields), fields)

    assert decode_raw(encode_raw(item)).model_dump(exclude_unset=True) == fields


def test_no_kind_of_item_is_forgotten() -> None:
    """A kind of item that is added has to have its line in the table above."""
    assert {type(item) for item in ITEMS.values()} == set(get_args(RunItem))


class Answer(BaseModel):
    text: str
    on: date


@pytest.mark.parametrize(
    ("output", "stored"),
    [
        (Answer(text="x", on=date(2026, 1, 2)), {"text": "x", "on": "2026-01-02"}),
        (b"\x00\xff", "AP8="),
        (float("inf"), "Infinity"),
        (("a", {"b"}), ["a", ["b"]]),
    ],
)
def test_an_output_that_json_cannot_hold_becomes_data(output: Any, stored: Any) -> None:
    """The model has read its output already: what is kept of the value is for whoever reads the result."""
    assert through_json(ToolCallOutputItem(A, OUTPUT, output)).output == stored  # type: ignore[union-attr]


def test_an_item_of_a_kind_to_come_is_named() -> None:
    """A state of the future is refused for what it holds, not with a KeyError."""
    data = encode_item(ITEMS["a text"], lambda agent: agent.name)
    with pytest.raises(UserError, match="kind 'dance_item'"):
        decode_item({**data, "type": "dance_item"}, AGENTS.__getitem__)


TEXTS = st.text(max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(
    arguments=TEXTS,
    call_id=st.text(min_size=1, max_size=30),
    output=JSON,
    kept=st.dictionaries(TEXTS, JSON, max_size=3),
)
def test_any_call_and_any_output_come_back(arguments: str, call_id: str, output: Any, kept: dict[str, Any]) -> None:
    """Whatever a model writes and a tool returns, in any alphabet, with whatever a vendor wants back."""
    raw = ResponseFunctionToolCall(
        type="function_call",
        name="t",
        call_id=call_id,
        arguments=arguments,
        provider_data=kept,  # type: ignore[call-arg]
    )
    called = through_json(ToolCallItem(A, raw))
    assert called.raw_item == raw
    answered = through_json(ToolCallOutputItem(A, {**OUTPUT, "call_id": call_id, "output": arguments}, output))
    assert answered.output == output  # type: ignore[union-attr]
    assert answered.raw_item["output"] == arguments


@given(
    words=st.lists(TEXTS, max_size=3), requests=st.integers(0, 5), raw_usage=st.none() | st.dictionaries(TEXTS, JSON)
)
def test_any_answer_comes_back(words: list[str], requests: int, raw_usage: dict[str, Any] | None) -> None:
    """An answer with its usage: a run that goes on must not count anew."""
    usage = Usage(requests=requests, input_tokens=7 * requests, output_tokens=requests, total_tokens=8 * requests)
    response = ModelResponse([message(*map(text, words)), call()], usage, "r1", "req", raw_usage)
    assert decode_response(json.loads(json.dumps(encode_response(response)))) == response
