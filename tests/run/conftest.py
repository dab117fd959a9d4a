"""How the tests of the run run agents: each case plain and streamed, as one loop serves both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agents import (
    RunHooks,
    function_tool,
)
from agents.testing import ScriptedModel, assistant_message, function_call


@pytest.fixture
def says() -> Callable[..., ScriptedModel]:
    """Makes a model of what it says, call by call: a text, or the items of a turn.

    A text is a message; a tuple is a tool call, its name, arguments and call id.
    """

    def item(said: Any) -> Any:
        if isinstance(said, str):
            return assistant_message(said)
        if isinstance(said, tuple):
            name, arguments, call_id = (*said, *({}, None)[len(said) - 1 :])
            return function_call(name, arguments, call_id=call_id or f"call_{name}")
        return said

    def make(*turns: Any, **options: Any) -> ScriptedModel:
        steps = [
            [item(said) for said in (turn if isinstance(turn, list) else [turn])]
            if isinstance(turn, (str, tuple, list))
            else turn
            for turn in turns
        ]
        return ScriptedModel(steps, **options)

    return make


@pytest.fixture
def weather() -> Any:
    """A tool that every test may use."""

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return f"Sunny in {city}."

    return get_weather


class Told(RunHooks[Any]):
    """Hooks that write down what they are told; ``who`` goes before each line."""

    def __init__(self, calls: list[str]) -> None:
        self.calls = calls

    async def on_agent_start(self, context: Any, agent: Any) -> None:
        self.calls.append(f"run: agent {agent.name} starts")

    async def on_agent_end(self, context: Any, agent: Any, output: Any) -> None:
        self.calls.append(f"run: agent {agent.name} ends with {output}")

    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        self.calls.append(f"run: {from_agent.name} hands over to {to_agent.name}")

    async def on_llm_start(self, context: Any, agent: Any, system_prompt: Any, input_items: Any) -> None:
        self.calls.append(f"run: model of {agent.name} starts on {len(input_items)} items")

    async def on_llm_end(self, context: Any, agent: Any, response: Any) -> None:
        self.calls.append(f"run: model of {agent.name} ends")

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        self.calls.append(f"run: tool {tool.name} of {agent.name} starts, {context.tool_call_id}")

    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        self.calls.append(f"run: tool {tool.name} of {agent.name} ends with {result}")


@pytest.fixture
def told() -> type[Told]:
    """The class of hooks that write down what they are told."""
    return Told
