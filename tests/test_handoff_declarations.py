"""Handoffs as a user writes them down: the tool that the model sees, and what happens when it is called."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any, Union

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from agents.exceptions import ModelBehaviorError, UserError
from agents.handoffs import Handoff, HandoffInputData, handoff
from agents.run_context import RunContextWrapper


@dataclass
class Target:
    """As much of an agent as a handoff looks at."""

    name: str = "Billing Agent"
    handoff_description: str | None = None


AGENT: Any = Target()
CONTEXT: RunContextWrapper[Any] = RunContextWrapper(context=None)
NO_ARGUMENTS = {"additionalProperties": False, "type": "object", "properties": {}, "required": []}


class Reason(BaseModel):
    reason: str
    urgency: int = 0


class ReasonDict(TypedDict):
    reason: str


@dataclass
class Heard:
    """An ``on_handoff`` in all its forms; it keeps what it was called with."""

    calls: list[tuple[object, ...]] = field(default_factory=list)

    def plain(self, context: RunContextWrapper[Any]) -> None:
        self.calls.append((context,))

    async def plain_async(self, context: RunContextWrapper[Any]) -> None:
        self.plain(context)

    def told(self, context: RunContextWrapper[Any], reason: Any) -> None:
        self.calls.append((context, reason))

    async def told_async(self, context: RunContextWrapper[Any], reason: Any) -> None:
        self.told(context, reason)


async def test_a_plain_handoff_is_a_tool_without_arguments() -> None:
    """The model only has to name the tool; whatever it writes as arguments is beside the point."""
    declared = handoff(AGENT)

    assert declared == Handoff(
        tool_name="transfer_to_billing_agent",
        tool_description=Handoff.default_tool_description(AGENT),
        input_json_schema=NO_ARGUMENTS,
        on_invoke_handoff=declared.on_invoke_handoff,
        agent_name="Billing Agent",
        input_filter=None,
        strict_json_schema=True,
        is_enabled=True,
    )
    for arguments in ("", "{}", "no JSON"):
        assert await declared.on_invoke_handoff(CONTEXT, arguments) is AGENT
    assert json.loads(declared.get_transfer_message(AGENT)) == {"assistant": "Billing Agent"}


@pytest.mark.parametrize(
    ("name", "tool_name", "warns"),
    [
        ("Billing", "transfer_to_billing", False),
        ("Billing  Agent\t2", "transfer_to_billing__agent_2", False),
        ("billing_agent", "transfer_to_billing_agent", False),
        ("Billing & Co.", "transfer_to_billing___co_", True),
        ("Zoë", "transfer_to_zo_", True),
        ("日本", "transfer_to___", True),
    ],
)
def test_the_tool_is_named_for_its_agent(
    name: str, tool_name: str, warns: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Services take few characters in tool names; two names should not fall together in silence."""
    target: Any = Target(name)
    with caplog.at_level(logging.WARNING, logger="openai.agents"):
        assert handoff(target).tool_name == tool_name
    assert bool(caplog.records) is warns


def test_a_given_tool_name_stands_and_nothing_is_said_of_the_default(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who sets a name has settled the matter that the warning is about."""
    target: Any = Target("日本")

    declared = handoff(target, tool_name_override="to_japan", tool_description_override="Go to Japan.")
    assert (declared.tool_name, declared.tool_description) == ("to_japan", "Go to Japan.")
    assert caplog.records == []


@pytest.mark.parametrize(
    ("about", "ending"), [(None, "request."), ("", "request."), ("Knows bills.", "request. Knows bills.")]
)
def test_the_description_says_who_takes_over_and_what_for(about: str | None, ending: str) -> None:
    """The model chooses by this text alone."""
    target: Any = Target("Billing Agent", about)

    assert "Billing Agent" in handoff(target).tool_description
    assert handoff(target).tool_description.endswith(ending)


async def test_on_handoff_is_called_and_awaited() -> None:
    """It is where an application looks things up or keeps count, in either kind of function."""
    heard = Heard()
    for listener in (heard.plain, heard.plain_async):
        assert await handoff(AGENT, on_handoff=listener).on_invoke_handoff(CONTEXT, "") is AGENT
    assert heard.calls == [(CONTEXT,), (CONTEXT,)]


async def test_on_handoff_receives_what_the_model_said() -> None:
    """The arguments arrive as the declared type, defaults filled in."""
    heard = Heard()
    for listener in (heard.told, heard.told_async):
        declared = handoff(AGENT, on_handoff=listener, input_type=Reason)
        assert await declared.on_invoke_handoff(CONTEXT, '{"reason": "angry", "urgency": 3}') is AGENT
    await handoff(AGENT, on_handoff=heard.told, input_type=ReasonDict).on_invoke_handoff(CONTEXT, '{"reason": "calm"}')

    assert heard.calls == [
        (CONTEXT, Reason(reason="angry", urgency=3)),
        (CONTEXT, Reason(reason="angry", urgency=3)),
        (CONTEXT, {"reason": "calm"}),
    ]


def test_the_schema_of_the_arguments_is_strict() -> None:
    """A service holds a model to a schema only where every object is closed and every field required."""
    schema = handoff(AGENT, on_handoff=Heard().told, input_type=Reason).input_json_schema

    assert schema["additionalProperties"] is False
    assert schema["required"] == ["reason", "urgency"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"urgency": "very"}', r"'transfer_to_billing_agent'.*reason: Field required; urgency: .*integer"),
        ('{"reason": ', "arguments: Invalid JSON"),
        ("[]", "arguments: "),
        ("", "reason: Field required"),
    ],
)
async def test_arguments_that_do_not_fit_are_the_models_fault(arguments: str, words: str) -> None:
    """The error names tool and field, so that it can be sent back; it repeats no text of the conversation."""
    heard = Heard()
    declared = handoff(AGENT, on_handoff=heard.told, input_type=Reason)

    with pytest.raises(ModelBehaviorError, match=words) as caught:
        await declared.on_invoke_handoff(CONTEXT, arguments)
    assert "very" not in str(caught.value)
    assert heard.calls == []


class Optional(BaseModel):
    note: str = "none"


async def test_no_arguments_at_all_are_empty_arguments() -> None:
    """Some models write nothing where all fields are optional."""
    heard = Heard()
    await handoff(AGENT, on_handoff=heard.told, input_type=Optional).on_invoke_handoff(CONTEXT, "")

    assert heard.calls == [(CONTEXT, Optional())]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"input_type": Reason}, "no on_handoff"),
        ({"on_handoff": "call me"}, "must be a function"),
        ({"on_handoff": Heard().told}, "without an input_type.*: context "),
        ({"on_handoff": Heard().plain, "input_type": Reason}, "with an input_type.*: context, input "),
        ({"on_handoff": lambda: None}, "context"),
        ({"on_handoff": Heard().told, "input_type": int}, "JSON object.*integer"),
        ({"on_handoff": Heard().told, "input_type": list[str]}, "JSON object.*array"),
        ({"on_handoff": Heard().told, "input_type": Union[Reason, Optional]}, "root is a union"),
    ],
)
def test_a_handoff_that_cannot_work_is_refused_when_it_is_declared(options: dict[str, Any], words: str) -> None:
    """In the middle of a run would be too late, and at the cost of a model call."""
    with pytest.raises(UserError, match=words):
        handoff(AGENT, **options)


async def test_a_listener_may_have_defaults_of_its_own() -> None:
    """What matters is that it can be called, not how many parameters it has."""
    calls: list[tuple[object, ...]] = []

    def listener(context: RunContextWrapper[Any], retries: int = 3, *rest: object) -> None:
        calls.append((context, retries))

    await handoff(AGENT, on_handoff=listener).on_invoke_handoff(CONTEXT, "")
    assert calls == [(CONTEXT, 3)]


def test_filter_and_condition_are_kept_as_given() -> None:
    """The run calls them, with the conversation and the context of their moment."""

    async def only_for_friends(context: RunContextWrapper[Any], agent: Any) -> bool:
        return bool(context.context)

    def forget(data: HandoffInputData) -> HandoffInputData:
        return data.clone(input_history=())

    declared = handoff(AGENT, input_filter=forget, is_enabled=only_for_friends)
    assert (declared.input_filter, declared.is_enabled) == (forget, only_for_friends)


def test_input_data_is_cloned_with_changes() -> None:
    """A filter returns a changed copy, as the original is also what goes into the session."""
    data = HandoffInputData(input_history="hi", pre_handoff_items=(), new_items=(), run_context=CONTEXT)

    assert data.clone(input_history="bye", input_items=()) == HandoffInputData("bye", (), (), CONTEXT, ())
    assert data.input_history == "hi"
