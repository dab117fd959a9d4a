"""Who hands over to whom: agents on each native protocol and on LiteLLM, and what each of them was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents import AnyModel
from agents.extensions.models.litellm_model import LitellmModel
from agents.models.interface import Model
from agents.testing.simulator import RecordedRequest, Simulator

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
"""A PNG of one point."""


@dataclass(frozen=True)
class Desk:
    """A way to a model: its protocol, and two of its models, as two agents of one vendor need not share one."""

    id: str
    protocol: str
    models: tuple[str, str]

    @property
    def by_litellm(self) -> bool:
        """Whether LiteLLM stands between the agent and the wire."""
        return self.id.startswith("litellm")

    @property
    def thinks(self) -> bool:
        """Whether its vendor lets reasoning return: Chat Completions has no place for it."""
        return self.protocol != "openai-chat"

    def model(self, sim: Simulator, second: bool = False) -> Model:
        """A model of this desk, pointed at the simulator."""
        address = sim.openai_base_url if "openai" in self.protocol else getattr(sim, f"{self.protocol}_base_url")
        name = self.models[second]
        if self.by_litellm:
            return LitellmModel(name, base_url=address, api_key=sim.api_key)
        return AnyModel(name, base_url=address, api_key=sim.api_key, api=self.protocol)  # type: ignore[arg-type]


NATIVE = (
    Desk("chat", "openai-chat", ("openai/gpt-5.1", "openai/gpt-5.2")),
    Desk("responses", "openai-responses", ("openai/gpt-5.2", "openai/gpt-5-mini")),
    Desk("anthropic", "anthropic", ("anthropic/claude-sonnet-4-5", "anthropic/claude-opus-4-6")),
    Desk("gemini", "gemini", ("gemini/gemini-3-pro", "gemini/gemini-2.5-pro")),
)
LITELLM = (
    Desk("litellm-openai", "openai-chat", ("openai/gpt-5", "openai/gpt-5-mini")),
    Desk("litellm-anthropic", "anthropic", ("anthropic/claude-sonnet-4-5", "anthropic/claude-opus-4-5")),
    Desk("litellm-gemini", "gemini", ("gemini/gemini-3-pro-preview", "gemini/gemini-2.5-pro")),
)
DESKS = (*NATIVE, *LITELLM)
PAIRS = [(first, second) for first in DESKS for second in DESKS]


def calls(sent: RecordedRequest) -> list[str]:
    """The names of the calls in the conversation, in order."""
    return [call for call, _ in _calls_and_results(sent) if call]


def results(sent: RecordedRequest) -> int:
    """How many results of calls the conversation holds."""
    return sum(1 for call, _ in _calls_and_results(sent) if not call)


def thoughts(sent: RecordedRequest) -> int:
    """How many pieces of sealed reasoning went back to the model."""
    if sent.protocol == "openai-responses":
        return sum(1 for item in sent.body["input"] if item.get("type") == "reasoning")
    if sent.protocol == "anthropic":
        return sum(part.get("type") in ("thinking", "redacted_thinking") for part in _parts(sent))
    if sent.protocol == "openai-chat":
        return 0
    stand_in = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
    return sum(_field(part, "thoughtSignature") not in (None, stand_in) for part in _parts(sent))


def said(sent: RecordedRequest) -> str:
    """All that the request says, as text."""
    return json.dumps(sent.body, ensure_ascii=False)


def _calls_and_results(sent: RecordedRequest) -> Iterator[tuple[str | None, Any]]:
    """Calls by name, results with none, in order."""
    if sent.protocol == "openai-responses":
        for item in sent.body["input"]:
            if str(item.get("type")).startswith("function_call"):
                yield item.get("name"), item
        return
    if sent.protocol == "openai-chat":
        for message in sent.body["messages"]:
            for call in message.get("tool_calls") or ():
                yield call["function"]["name"], call
            if message["role"] == "tool":
                yield None, message
        return
    for part in _parts(sent):
        if part.get("type") in ("tool_use", "tool_result"):
            yield part.get("name"), part
        elif call := _field(part, "functionCall"):
            yield call["name"], call
        elif _field(part, "functionResponse"):
            yield None, part


def _parts(sent: RecordedRequest) -> Iterator[dict[str, Any]]:
    """The parts of the conversation, in order; text alone has none."""
    for message in sent.body.get("contents" if sent.protocol == "gemini" else "messages", ()):
        content = message.get("parts") or message["content"]
        yield from content if isinstance(content, list) else ()


def _field(part: dict[str, Any], name: str) -> Any:
    """A field of Gemini's, which clients spell in two ways."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return part.get(name, part.get(snake))
