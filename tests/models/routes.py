"""The ways from an agent to the simulator that every behaviour is tried on, and what went over each wire."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.types.shared import Reasoning

from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunResult, RunResultStreaming
from agents.extensions.models.litellm_model import LitellmModel
from agents.models.interface import Model
from agents.testing.simulator import RecordedRequest, Simulator

Run = Callable[..., Awaitable["RunResult | RunResultStreaming"]]


@dataclass(frozen=True)
class Route:
    """A model name, and the address that its protocol wants."""

    id: str
    model: str
    address: str

    @property
    def provider(self) -> str:
        """What errors and items say of who answered."""
        return self.model.partition("/")[0]

    @property
    def wire_model(self) -> str:
        """The model as the service knows it."""
        return self.model.rpartition("/")[2]

    def on(self, sim: Simulator, *, model: str | None = None, key: str | None = None, **options: Any) -> Model:
        """The model, pointed at the simulator."""
        address, key = getattr(sim, self.address), key or sim.api_key
        if self in CLIENTS:
            client = AsyncOpenAI(base_url=address, api_key=key)
            _clients.append(client)
            kind: Any = OpenAIChatCompletionsModel if self is CLIENT else OpenAIResponsesModel
            return kind(model or self.model, client, **options)  # type: ignore[no-any-return]
        return LitellmModel(model or self.model, base_url=address, api_key=key, **options)


OPENAI = Route("openai", "openai/gpt-5", "openai_base_url")
ANTHROPIC = Route("anthropic", "anthropic/claude-sonnet-4-5", "anthropic_base_url")
GEMINI = Route("gemini", "gemini/gemini-3-pro-preview", "gemini_base_url")
CLIENT = Route("client", "gpt-5", "openai_base_url")
RESPONSES = Route("responses", "gpt-5", "openai_base_url")
LITELLM = (OPENAI, ANTHROPIC, GEMINI)
CLIENTS = (CLIENT, RESPONSES)
ALL = (*LITELLM, *CLIENTS)


def on_routes(*routes: Route) -> pytest.MarkDecorator:
    """Runs a test on each of these routes."""
    return pytest.mark.parametrize("route", routes, ids=[route.id for route in routes])


EVERY_ROUTE = on_routes(*ALL)
EVERY_LITELLM_ROUTE = on_routes(*LITELLM)


_clients: list[AsyncOpenAI] = []


async def close_clients() -> None:
    """Close the connections that LiteLLM keeps for the process: each test has an event loop of its own."""
    litellm = sys.modules.get("litellm")
    kept = list(litellm.in_memory_llm_clients_cache.cache_dict.values()) if litellm is not None else []
    for client in kept:  # the clients go on with new connections, as LiteLLM holds on to them elsewhere, too
        inner = getattr(client, "_client", None) or getattr(client, "client", None)
        if hasattr(transport := getattr(inner, "_transport", None), "aclose"):
            await transport.aclose()
    while _clients:
        await _clients.pop().close()


def thinking(effort: Any = "low", **more: Any) -> ModelSettings:
    """Settings that ask for reasoning."""
    return ModelSettings(reasoning=Reasoning(effort=effort), include_usage=True, **more)


def agent(model: Model, **fields: Any) -> Agent[Any]:
    """An agent on a model."""
    return Agent(**{"name": "Poet", "model": model, "model_settings": ModelSettings(include_usage=True), **fields})


def kinds(result: Any) -> list[str]:
    """What a run made, in order."""
    return [item.type.removesuffix("_item") for item in result.new_items]


def raws(result: Any, kind: str) -> list[Any]:
    """The model's items of one type, in order."""
    return [item for response in result.raw_responses for item in response.output if item.type == kind]


# --- What a request says, whatever its protocol ---


def instructions(sent: RecordedRequest) -> str | None:
    """What the model is told to be."""
    if sent.protocol == "openai-chat":
        return next((m["content"] for m in sent.body["messages"] if m["role"] == "system"), None)
    if sent.protocol == "anthropic":
        return "".join(block["text"] for block in sent.body.get("system", ())) or None
    if sent.protocol == "openai-responses":
        return sent.body.get("instructions")
    parts = sent.body.get("system_instruction", {}).get("parts", ())
    return "".join(part["text"] for part in parts) or None


def parts(sent: RecordedRequest) -> list[dict[str, Any]]:
    """All content parts of the conversation, in order, each with the role of its message."""
    found: list[dict[str, Any]] = []
    if sent.protocol == "openai-responses":
        items = [item for item in sent.body["input"] if item["type"] == "message"]
        return [{"role": item["role"], **part} for item in items for part in _blocks(item["content"])]
    for message in sent.body["contents" if sent.protocol == "gemini" else "messages"]:
        content = message.get("parts") or message.get("content") or []
        found += [{"role": message["role"], **block} for block in _blocks(content)]
    return found


def _blocks(content: Any) -> Any:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def tool_names(sent: RecordedRequest) -> list[str]:
    """The tools offered."""
    tools = sent.body.get("tools") or []
    if sent.protocol == "gemini":
        return [each["name"] for tool in tools for each in tool["function_declarations"]]
    return [tool.get("function", tool)["name"] for tool in tools]


def results(sent: RecordedRequest) -> list[str]:
    """The texts of the tool results, in order."""
    if sent.protocol == "openai-chat":
        return [message["content"] for message in sent.body["messages"] if message["role"] == "tool"]
    if sent.protocol == "openai-responses":
        return [item["output"] for item in sent.body["input"] if item["type"] == "function_call_output"]
    if sent.protocol == "anthropic":
        return [part["content"] for part in parts(sent) if part.get("type") == "tool_result"]
    found = [part["function_response"]["response"] for part in parts(sent) if "function_response" in part]
    return [each.get("content", each) for each in found]


def calls(sent: RecordedRequest) -> list[tuple[str, Any]]:
    """Name and arguments of the calls in the conversation, in order."""
    if sent.protocol == "openai-chat":
        made = [call["function"] for m in sent.body["messages"] for call in m.get("tool_calls") or ()]
        return [(each["name"], json.loads(each["arguments"])) for each in made]
    if sent.protocol == "openai-responses":
        made = [item for item in sent.body["input"] if item["type"] == "function_call"]
        return [(each["name"], json.loads(each["arguments"])) for each in made]
    if sent.protocol == "anthropic":
        return [(part["name"], part["input"]) for part in parts(sent) if part.get("type") == "tool_use"]
    made = [part["function_call"] for part in parts(sent) if "function_call" in part]
    return [(each["name"], each["args"]) for each in made]
