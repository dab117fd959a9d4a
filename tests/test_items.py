"""The items of a run: what they let go of, how they become input, and what is found in them."""

from __future__ import annotations

import gc
import typing
from typing import Any

import pytest
from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseInputItemParam,
    ResponseOutputItem,
    ResponseOutputMessage,
    ResponseReasoningItem,
    ResponseStreamEvent,
)

import agents.items
from agents.agent import Agent
from agents.exceptions import AgentsException, ModelBehaviorError
from agents.items import (
    HandoffOutputItem,
    ItemHelpers,
    MessageOutputItem,
    ModelResponse,
    ReasoningItem,
    ToolCallItem,
    ToolCallOutputItem,
    output_to_input,
)
from agents.usage import Usage


def message(*parts: Any, **more: Any) -> ResponseOutputMessage:
    """A message of texts (str) and refusals (in a tuple)."""
    content = [
        {"type": "refusal", "refusal": part[0]}
        if isinstance(part, tuple)
        else {"type": "output_text", "text": part, "annotations": []}
        for part in parts
    ]
    data = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": content,
        **more,
    }
    return ResponseOutputMessage.model_validate(data)


CALL = ResponseFunctionToolCall(type="function_call", call_id="call_1", name="look", arguments="{}")
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "done"}


def test_a_released_item_does_not_keep_its_agent_alive() -> None:
    """A server keeps many results; each would hold its agents, tools and clients in memory."""
    agent: Agent[Any] = Agent(name="a")
    item = MessageOutputItem(agent, message("Hi"))
    item.release_agent()
    assert item.agent is agent, "as long as somebody else needs it, it is there"
    item.release_agent()
    del agent
    gc.collect()
    assert item.agent is None
    assert item.raw_item.id == "msg_1"


def test_a_handoff_lets_go_of_all_its_agents() -> None:
    """Both sides of a handoff are agents, and a chain of them is a whole team."""
    agents_of_it = [Agent(name=name) for name in "abc"]
    item = HandoffOutputItem(agents_of_it[0], typing.cast("Any", OUTPUT), agents_of_it[1], agents_of_it[2])
    item.release_agent()
    assert [item.agent.name, item.source_agent.name, item.target_agent.name] == ["a", "b", "c"]
    agents_of_it.clear()
    gc.collect()
    assert [item.agent, item.source_agent, item.target_agent] == [None] * 3


def test_releasing_one_item_leaves_the_others() -> None:
    """The references are of the item, not of its class."""
    agent: Agent[Any] = Agent(name="a")
    kept, released = (ToolCallItem(agent, CALL) for _ in range(2))
    released.release_agent()
    del agent
    gc.collect()
    assert kept.agent.name == "a"
    assert kept.agent is released.agent


CALL_IDS: dict[str, tuple[Any, str | None]] = {
    "an object": (CALL, "call_1"),
    "a dict": (OUTPUT, "call_1"),
    "an id alone": ({"id": "ws_1", "type": "web_search_call"}, "ws_1"),
    "a number": ({"call_id": 7}, "7"),
    "none": ({"type": "x"}, None),
}


@pytest.mark.parametrize(("raw", "expected"), CALL_IDS.values(), ids=CALL_IDS)
def test_calls_and_outputs_know_their_call_id(raw: Any, expected: str | None) -> None:
    """The id links a call with its output, whether the item came from a model or from a store."""
    agent: Agent[Any] = Agent(name="a")
    assert ToolCallItem(agent, raw).call_id == expected
    assert ToolCallOutputItem(agent, raw, output=1).call_id == expected


def test_a_call_knows_its_tool() -> None:
    """Whoever watches a run wants the tool's name, whatever form the call is in."""
    agent: Agent[Any] = Agent(name="a")
    assert ToolCallItem(agent, CALL).tool_name == "look"
    assert ToolCallItem(agent, {"name": "look"}).tool_name == "look"
    assert ToolCallItem(agent, {}).tool_name is None


def test_an_output_item_becomes_input_without_what_only_servers_set() -> None:
    """Services refuse ``created_by`` and fields that were never set, and want our note back as it was."""
    note = {"provider": "acme", "response_id": "r1"}
    made = message("Hi", created_by="me", provider_data=note)
    text = {"type": "output_text", "text": "Hi", "annotations": []}
    common = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    expected = {**common, "content": [text], "provider_data": note}
    assert output_to_input(made) == expected
    assert MessageOutputItem(Agent(name="a"), made).to_input_item() == expected
    assert ModelResponse([made], Usage(), "r1").to_input_items() == [expected]


def test_a_dict_becomes_input_as_a_copy() -> None:
    """The run's record of an item must not change with the next request."""
    raw = {**OUTPUT, "created_by": "me"}
    assert output_to_input(raw) == OUTPUT
    assert raw["created_by"] == "me"
    assert ToolCallOutputItem(Agent(name="a"), raw, output="done").to_input_item() == OUTPUT
    with pytest.raises(AgentsException, match="not int"):
        output_to_input(5)


REASONING = ResponseReasoningItem(id="rs_1", type="reasoning", summary=[])
FOUND: dict[str, tuple[Any, tuple[str, str | None, str | None, str | None]]] = {
    # last content, last text, all text, refusal
    "text": (message("Hi"), ("Hi", "Hi", "Hi", None)),
    "texts": (message("Hel", "lo"), ("lo", "lo", "Hello", None)),
    "a refusal": (message(("No.",)), ("No.", None, None, "No.")),
    "text and refusal": (message("Well.", ("No.",)), ("No.", None, "Well.", "No.")),
    "no parts": (message(), ("", None, None, None)),
    "an empty part": (message(""), ("", "", None, None)),
    "a call": (CALL, ("", None, None, None)),
    "reasoning": (REASONING, ("", None, None, None)),
}


@pytest.mark.parametrize(("item", "expected"), FOUND.values(), ids=FOUND)
def test_text_and_refusals_are_found(item: Any, expected: tuple[Any, ...]) -> None:
    """The final output of a run is what these look-ups find."""
    helpers = ItemHelpers
    assert expected == (
        helpers.extract_last_content(item),
        helpers.extract_last_text(item),
        helpers.extract_text(item),
        helpers.extract_refusal(item),
    )


def test_a_part_of_an_unknown_kind_is_the_models_fault() -> None:
    """It must not pass for an empty answer."""
    strange = message("Hi")
    strange.content[0].type = "hologram"  # type: ignore[assignment]
    with pytest.raises(ModelBehaviorError, match="'hologram'"):
        ItemHelpers.extract_last_content(strange)


def test_the_text_of_a_run_is_that_of_its_messages() -> None:
    """Reasoning and tool calls are not part of what the user reads."""
    agent: Agent[Any] = Agent(name="a")
    items = [
        MessageOutputItem(agent, message("Hel")),
        ReasoningItem(agent, REASONING),
        ToolCallItem(agent, CALL),
        MessageOutputItem(agent, message("lo", ("No.",))),
        MessageOutputItem(agent, message(("No.",))),
    ]
    assert ItemHelpers.text_message_outputs(items) == "Hello"
    assert ItemHelpers.text_message_output(items[-1]) == ""


def test_input_is_a_new_list_of_dicts() -> None:
    """A run adds to its conversation, not to the caller's list; output objects are welcome in that."""
    assert ItemHelpers.input_to_new_input_list("Hi") == [{"content": "Hi", "role": "user"}]
    mine: list[Any] = [{"role": "user", "content": "Hi"}, CALL]
    made = ItemHelpers.input_to_new_input_list(mine)
    expected = {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{}"}
    assert made == [{"role": "user", "content": "Hi"}, expected]
    made[0]["content"] = "changed"  # type: ignore[typeddict-unknown-key]
    made.clear()
    assert mine == [{"role": "user", "content": "Hi"}, CALL]


def test_the_type_aliases_are_there_at_run_time() -> None:
    """Frameworks resolve annotations while they run, and many programs import these names."""
    from agents.items import TResponse, TResponseInputItem, TResponseOutputItem, TResponseStreamEvent

    assert TResponse is Response
    assert TResponseInputItem == ResponseInputItemParam
    assert TResponseOutputItem == ResponseOutputItem
    assert TResponseStreamEvent == ResponseStreamEvent
    with pytest.raises(AttributeError, match="no attribute 'TNothing'"):
        agents.items.TNothing  # noqa: B018
