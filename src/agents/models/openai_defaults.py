"""OpenAI's defaults for the whole process: client, key, API."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from ..exceptions import UserError
from ..tracing import set_tracing_export_api_key

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OpenAIApi: TypeAlias = Literal["chat_completions", "responses"]


@dataclass
class _Defaults:
    client: AsyncOpenAI | None = None
    key: str | None = None
    api: OpenAIApi = "responses"


_defaults = _Defaults()


def set_default_openai_client(client: AsyncOpenAI, use_for_tracing: bool = True) -> None:
    """Use this client for OpenAI's models, wherever no other is given.

    Args:
        client: The client.
        use_for_tracing: Whether an exporter that sends traces to OpenAI may use its key. Nothing is sent without one.
    """
    _defaults.client = client
    if use_for_tracing:
        set_tracing_export_api_key(client.api_key)


def set_default_openai_key(key: str, use_for_tracing: bool = True) -> None:
    """Use this key for OpenAI's models instead of ``OPENAI_API_KEY``.

    Args:
        key: The key.
        use_for_tracing: Whether an exporter that sends traces to OpenAI may use it. Nothing is sent without one.
    """
    _defaults.key = key
    if use_for_tracing:
        set_tracing_export_api_key(key)


def set_default_openai_api(api: OpenAIApi) -> None:
    """Choose the API for OpenAI's models that are given by name. The default is Responses.

    Raises:
        UserError: There is no such API.
    """
    if api not in ("chat_completions", "responses"):
        raise UserError(f"There is no OpenAI API {api!r}: use 'responses' or 'chat_completions'.")
    _defaults.api = api


def set_default_openai_responses_transport(transport: Literal["http", "websocket"]) -> None:
    """Choose the transport for OpenAI's Responses API. There is one: HTTP.

    Raises:
        UserError: Another one is chosen.
    """
    if transport not in ("http", "websocket"):
        raise UserError(f"There is no transport {transport!r} for OpenAI's Responses API: it is 'http'.")
    refuse_websocket(transport=transport == "websocket")


def refuse_websocket(**options: object) -> None:
    """That no option asks for OpenAI's WebSocket transport.

    Raises:
        UserError: One does.
    """
    if asked := [name for name, value in options.items() if value]:
        raise UserError(
            f"{', '.join(asked)}: OpenAI's WebSocket transport for Responses is not part of this package. Leave it out:"
            " over HTTP the same models stream the same events, on connections that are kept open."
        )


def address_of(client: AsyncOpenAI) -> str:
    """Where a client sends its requests. Stand-ins in tests of users have text there, or nothing."""
    return str(getattr(client, "base_url", ""))


def provider_of(client: AsyncOpenAI) -> str:
    """Who answers a client: ``"openai"``, in any of its regions, or the host of another service."""
    url = urlsplit(address_of(client))
    host = url.hostname or "api.openai.com"
    if host == "api.openai.com" or host.endswith(".api.openai.com"):
        return "openai"
    return f"{host}:{url.port}" if url.port else host


def default_client() -> AsyncOpenAI | None:
    """The client set by :func:`set_default_openai_client`."""
    return _defaults.client


def default_key() -> str | None:
    """The key set by :func:`set_default_openai_key`, or that of the environment."""
    return _defaults.key or os.environ.get("OPENAI_API_KEY") or None


def default_api() -> OpenAIApi:
    """The API set by :func:`set_default_openai_api`."""
    return _defaults.api
