"""The columns of the conformance table: the ways from an agent to a service, each pointed at the simulator."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import httpx
from openai import AsyncOpenAI
from openai.types.shared import Reasoning

from agents import (
    Agent,
    AnyModel,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunResult,
    RunResultStreaming,
)
from agents.extensions.models.litellm_model import LitellmModel
from agents.models import openai_provider
from agents.models.interface import Model

Run = Callable[..., Awaitable["RunResult | RunResultStreaming"]]
Way = Literal["plain", "streamed"]
WAYS: tuple[Way, ...] = ("plain", "streamed")


@dataclass(frozen=True)
class Column:
    """One way to a model.

    Attributes:
        id: As rows and test ids name it.
        title: As the table's head names it.
        protocol: The wire protocol that the service sees.
        model: The model's name, with its provider.
        address: Where the simulator has the protocol.
        by: What carries the call: our own transport, LiteLLM, or OpenAI's client.
    """

    id: str
    title: str
    protocol: str
    model: str
    address: str
    by: Literal["native", "litellm", "client"]

    @property
    def provider(self) -> str:
        """What errors and items say of who answered."""
        return self.model.partition("/")[0]

    @property
    def wire_model(self) -> str:
        """The model as the service knows it."""
        return self.model.rpartition("/")[2]

    def official(self, sim: Any) -> Model:
        """The model as at OpenAI's own address, by which a client's server is known for it."""
        if self.by != "client":
            return self.on(sim)

        async def divert(request: httpx.Request) -> None:
            request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=sim.port)

        diverted = httpx.AsyncClient(event_hooks={"request": [divert]})
        return self.on(sim, client=AsyncOpenAI(api_key=sim.api_key, http_client=diverted))

    def on(self, sim: Any, *, model: str | None = None, key: str | None = None, **options: Any) -> Model:
        """The model, pointed at the simulator; ``model`` is another name of the same provider."""
        address, key = getattr(sim, self.address), key or sim.api_key
        name = f"{self.provider}/{model}" if model and "/" not in model else model or self.model
        if self.by == "native":
            return AnyModel(name, base_url=address, api_key=key, api=self.protocol, **options)  # type: ignore[arg-type]
        if self.by == "litellm":
            return LitellmModel(name, base_url=address, api_key=key, **options)
        client = options.pop("client", None) or AsyncOpenAI(base_url=address, api_key=key)
        _clients.append(client)
        kind: Any = OpenAIChatCompletionsModel if self.protocol == "openai-chat" else OpenAIResponsesModel
        made: Model = kind(name.rpartition("/")[2], client, **options)
        return made


def _native(protocol: str, title: str, model: str, address: str) -> Column:
    return Column(protocol, title, protocol, model, f"{address}_base_url", "native")


def _litellm(name: str, protocol: str, model: str) -> Column:
    return Column(f"litellm-{name}", f"LiteLLM: {name}", protocol, model, f"{name}_base_url", "litellm")


OPENAI_CHAT = _native("openai-chat", "Chat", "openai/gpt-5", "openai")
OPENAI_RESPONSES = _native("openai-responses", "Responses", "openai/gpt-5.2", "openai")
ANTHROPIC = _native("anthropic", "Messages", "anthropic/claude-sonnet-4-5", "anthropic")
GEMINI = _native("gemini", "Gemini", "gemini/gemini-3-pro-preview", "gemini")
LITELLM_OPENAI = _litellm("openai", "openai-chat", "openai/gpt-5")
LITELLM_ANTHROPIC = _litellm("anthropic", "anthropic", "anthropic/claude-sonnet-4-5")
LITELLM_GEMINI = _litellm("gemini", "gemini", "gemini/gemini-3-pro-preview")
OPENAI_CLIENT = Column("openai-client", "OpenAI's client", "openai-chat", "openai/gpt-5", "openai_base_url", "client")
RESPONSES_CLIENT = Column(
    "responses-client", "OpenAI's client: Responses", "openai-responses", "openai/gpt-5.2", "openai_base_url", "client"
)

NATIVE = (OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC, GEMINI)
LITELLM = (LITELLM_OPENAI, LITELLM_ANTHROPIC, LITELLM_GEMINI)
CLIENTS = (OPENAI_CLIENT, RESPONSES_CLIENT)
COLUMNS = (*NATIVE, *LITELLM, *CLIENTS)
CHAT = tuple(column for column in COLUMNS if column.protocol == "openai-chat")
RESPONSES = (OPENAI_RESPONSES, RESPONSES_CLIENT)
CLAUDE = (ANTHROPIC, LITELLM_ANTHROPIC)
GOOGLE = (GEMINI, LITELLM_GEMINI)

_clients: list[AsyncOpenAI] = []


async def close_shared_clients() -> None:
    """Close the clients that ``OpenAIProvider`` has made, on whichever loop."""
    for clients in list(openai_provider._clients.values()):
        for client in clients.values():
            await client.close()
        clients.clear()


async def close_clients() -> None:
    """Close the connections that LiteLLM keeps for the process: each test has an event loop of its own."""
    litellm, kept = sys.modules.get("litellm"), []
    if litellm is not None:  # the streams of Claude and Gemini are read by a client of the module's own
        kept = [*litellm.in_memory_llm_clients_cache.cache_dict.values(), litellm.module_level_aclient]
    for client in kept:  # the clients go on with new connections, as LiteLLM holds on to them elsewhere, too
        inner = getattr(client, "_client", None) or getattr(client, "client", None)
        if hasattr(transport := getattr(inner, "_transport", None), "aclose"):
            await transport.aclose()
    while _clients:
        await _clients.pop().close()


# --- Agents, and what their runs made ---


def agent(model: Model, **fields: Any) -> Agent[Any]:
    """An agent on a model."""
    return Agent(**{"name": "Poet", "model": model, "model_settings": ModelSettings(include_usage=True), **fields})


def thinking(effort: Any = "low", **more: Any) -> ModelSettings:
    """Settings that ask for reasoning, and to see it."""
    reasoning = Reasoning(effort=effort, **more.pop("reasoning", {}))
    return ModelSettings(reasoning=reasoning, include_usage=True, **more)


def kinds(result: Any) -> list[str]:
    """What a run made, in order."""
    return [item.type.removesuffix("_item") for item in result.new_items]


def raws(result: Any, kind: str) -> list[Any]:
    """The model's items of one type, in order."""
    return [item for response in result.raw_responses for item in response.output if item.type == kind]


def shown(item: Any) -> str:
    """The text of a reasoning item."""
    return "".join(part.text for part in item.summary)
