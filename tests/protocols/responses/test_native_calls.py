"""Calls in a form of their own on Responses: to models that were taught it, and to those that were not."""

from __future__ import annotations

from typing import Any

import pytest

from agents.protocols.base import Profile
from agents.protocols.history import fit
from agents.protocols.responses.conversation import input_of

from .said import made, user

Item = dict[str, Any]
ALL = frozenset({"shell", "local_shell", "apply_patch", "custom"})
OPENAI = Profile(provider="acme", native_tools=ALL)
ENDED = {"type": "exit", "exit_code": 0}

TALKS: dict[str, tuple[Item, Item, str, str]] = {
    "shell": (
        {
            "type": "shell_call",
            "call_id": "call_1",
            "action": {"commands": ["ls"], "timeout_ms": 5},
            "status": "completed",
        },
        {
            "type": "shell_call_output",
            "call_id": "call_1",
            "output": [{"stdout": "a\n", "stderr": "", "outcome": ENDED}],
            "status": "completed",
        },
        '{"commands": ["ls"], "timeout_ms": 5}',
        "a",
    ),
    "apply_patch": (
        {
            "type": "apply_patch_call",
            "call_id": "call_1",
            "operation": {"type": "delete_file", "path": "a"},
            "status": "completed",
        },
        {"type": "apply_patch_call_output", "call_id": "call_1", "status": "failed", "output": "no such file"},
        '{"operations": [{"type": "delete_file", "path": "a"}]}',
        "no such file",
    ),
    "sql": (
        {"type": "custom_tool_call", "call_id": "call_1", "name": "sql", "input": "select"},
        {"type": "custom_tool_call_output", "call_id": "call_1", "output": "1 row"},
        '{"input": "select"}',
        "1 row",
    ),
    "local_shell": (
        {
            "type": "local_shell_call",
            "id": "lsh_1",
            "call_id": "call_1",
            "action": {"type": "exec", "command": ["ls"], "env": {}},
            "status": "completed",
        },
        {"type": "local_shell_call_output", "call_id": "call_1", "output": "a"},
        '{"command": ["ls"], "env": {}}',
        "a",
    ),
}


@pytest.mark.parametrize(("name", "talk"), TALKS.items(), ids=TALKS)
def test_its_maker_reads_a_call_as_it_made_it(name: str, talk: tuple[Item, Item, str, str]) -> None:
    """A model that was taught the form must find it in its own history; nothing of ours goes along."""
    call, output, *_ = talk
    items = [user(), made({**call, "created_by": "x"}), {**output, "provider_data": {"note": 1}}]
    assert input_of(items, OPENAI, stored=True, server_state=False) == [user(), call, output]


@pytest.mark.parametrize(("name", "talk"), TALKS.items(), ids=TALKS)
def test_any_other_model_reads_the_call_of_a_function(name: str, talk: tuple[Item, Item, str, str]) -> None:
    """A conversation must survive a handover to a model that knows no such form, of this vendor or another."""
    call, output, arguments, told = talk
    expected = [
        {"type": "function_call", "call_id": "call_1", "name": name, "arguments": arguments},
        {"type": "function_call_output", "call_id": "call_1", "output": told},
    ]
    for reader in (Profile(provider="other", native_tools=ALL), Profile(provider="acme")):
        assert input_of([user(), made(call), output], reader, stored=True, server_state=False)[1:] == expected
    fitted = fit([user(), call, output], Profile(provider="anthropic"))
    assert [{key: item[key] for key in each} for item, each in zip(fitted[1:], expected, strict=True)] == expected


@pytest.mark.parametrize(("name", "talk"), TALKS.items(), ids=TALKS)
def test_a_call_without_an_output_gets_one_of_its_form(name: str, talk: tuple[Item, Item, str, str]) -> None:
    """A run that was killed in mid-call leaves a history that the service would refuse."""
    _, _, answer = input_of([user(), made(talk[0]), user()], OPENAI, stored=True, server_state=False)[:3]
    assert answer["type"] == talk[1]["type"]
    assert "interrupted" in str(answer["output"])


@pytest.mark.parametrize(("name", "talk"), TALKS.items(), ids=TALKS)
def test_an_output_of_a_call_that_the_server_keeps_stays_in_its_form(
    name: str, talk: tuple[Item, Item, str, str]
) -> None:
    """With ``previous_response_id`` only the output is sent: the server looks for its call."""
    assert input_of([talk[1]], OPENAI, stored=True, server_state=True) == [talk[1]]


def test_an_output_without_a_call_is_told_in_words() -> None:
    """A filter may have taken the call away; what came of it is still worth telling."""
    (told,) = input_of([TALKS["shell"][1]], OPENAI, stored=True, server_state=False)
    assert [part["text"] for part in told["content"]] == ["Output of an earlier tool call:", "a"]


def test_the_id_of_a_call_goes_along_with_the_reasoning_before_it() -> None:
    """The service refuses reasoning whose next item it does not find."""
    data = {"provider": "acme", "model": "one", "response_id": "resp_1"}
    reasoning = {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [],
        "encrypted_content": "seal",
        "provider_data": {**data, "followed_by": "sh_1"},
    }
    call, output, *_ = TALKS["shell"]
    items = [user(), reasoning, {**call, "id": "sh_1", "provider_data": data}, output]
    assert input_of(items, OPENAI, stored=True, server_state=False)[2]["id"] == "sh_1"
