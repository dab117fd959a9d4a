"""Finds OpenAI's models by name."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from .. import models
from .. import openai_types as oai
from ..api_keys import ApiKey, current_key
from ..exceptions import UserError
from ..model_defaults import get_default_model
from .interface import Model, ModelProvider
from .openai_defaults import default_api, default_client, default_key, refuse_websocket

if TYPE_CHECKING:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient


class OpenAIProvider(ModelProvider):
    """OpenAI's models, or those of a service that speaks like OpenAI.

    Args:
        api_key: The key, or a function that is asked for it with each request; by default that of
            ``set_default_openai_key`` or ``OPENAI_API_KEY``.
        base_url: Another address; by default ``OPENAI_BASE_URL`` or OpenAI's own.
        openai_client: A client to use as it is, instead of the settings above.
        organization: OpenAI organization to bill.
        project: OpenAI project to bill.
        use_responses: Whether to speak Responses, or Chat Completions; by default what ``set_default_openai_api``
            says, which is Responses.
        strict_feature_validation: Raise ``UserError`` for what only Responses has where Chat Completions is spoken,
            instead of a warning.
        buffer_streamed_tool_calls: Over Chat Completions, hold the pieces of tool calls back until the stream has
            ended: for servers that mix them up.
        websocket_base_url: Must be unset, like all of OpenAI's WebSocket transport: HTTP is used.
        use_responses_websocket: Must be unset or false.
        agent_registration: Must be unset: agents are not registered with OpenAI.
        responses_websocket_options: Must be unset.

    Raises:
        UserError: A client is given together with settings for one, or an option that must be unset is not.
    """

    def __init__(
        self,
        *,
        api_key: ApiKey | None = None,
        base_url: str | None = None,
        openai_client: AsyncOpenAI | None = None,
        organization: str | None = None,
        project: str | None = None,
        use_responses: bool | None = None,
        strict_feature_validation: bool = False,
        buffer_streamed_tool_calls: bool = False,
        websocket_base_url: str | None = None,
        use_responses_websocket: bool | None = None,
        agent_registration: object | None = None,
        responses_websocket_options: object | None = None,
    ) -> None:
        refuse_websocket(
            websocket_base_url=websocket_base_url,
            use_responses_websocket=use_responses_websocket,
            responses_websocket_options=responses_websocket_options,
        )
        if agent_registration is not None:
            raise UserError(
                "agent_registration enters agents into OpenAI's registry of agents, which this package does not do:"
                " leave it out. A run is told from others by RunConfig(workflow_name=..., group_id=...) in its trace."
            )
        own = {"base_url": base_url, "organization": organization, "project": project}
        given = [name for name, value in {"api_key": api_key, **own}.items() if value is not None]
        if openai_client is not None and given:
            raise UserError(f"Give OpenAIProvider a client or {', '.join(given)}, not both.")
        self._client = openai_client
        self._api_key = api_key
        self._own = own
        self._configured = bool(given)
        self._use_responses = default_api() == "responses" if use_responses is None else use_responses
        self._strict = strict_feature_validation
        self._buffer_calls = buffer_streamed_tool_calls

    @property
    def agent_registration(self) -> None:
        """``None``: agents are not registered with OpenAI."""
        return None

    def get_model(self, model_name: str | None) -> Model:
        """The model of that name, or the default model.

        Raises:
            UserError: There is no key for OpenAI.
        """
        name, client = model_name or get_default_model(), self.get_client()
        if self._use_responses:
            return models.OpenAIResponsesModel(name, client, model_is_explicit=bool(model_name))
        return models.OpenAIChatCompletionsModel(
            name,
            client,
            strict_feature_validation=self._strict,
            buffer_streamed_tool_calls=self._buffer_calls,
        )

    def get_client(self) -> AsyncOpenAI:
        """The client that the provider's models use: its own, the default one, or one for its settings.

        Raises:
            UserError: There is no key for OpenAI.
        """
        if self._client is not None:
            return self._client
        if not self._configured and (client := default_client()) is not None:
            return client
        key = self._api_key or default_key()
        if not key:
            raise UserError(
                "OpenAI's models need a key: set OPENAI_API_KEY, call set_default_openai_key(...), or give the agent "
                "another model, such as model='anthropic/claude-sonnet-4-5'."
            )
        base_url = self._own["base_url"] or os.environ.get("OPENAI_BASE_URL") or None
        return _shared_client(key, base_url, self._own["organization"], self._own["project"])


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, DefaultAsyncHttpxClient] = WeakKeyDictionary()
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[object, ...], AsyncOpenAI]]
_clients = WeakKeyDictionary()
"""One pool of connections for each event loop, as a pool cannot change loops; one client for each configuration."""


def shared_http_client() -> DefaultAsyncHttpxClient:
    """The pool of connections that all clients of providers share on this event loop; a new one outside of a loop."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # nobody to share with
        return oai.DefaultAsyncHttpxClient()
    pool = _pools.get(loop)
    if pool is None or pool.is_closed:
        pool = _pools[loop] = oai.DefaultAsyncHttpxClient()
    return pool


def _shared_client(key: ApiKey, base_url: str | None, organization: str | None, project: str | None) -> AsyncOpenAI:
    # A function is told from others by its identity: the client holds it, so that no other one can take its place.
    configuration = (key if isinstance(key, str) else id(key), base_url, organization, project)
    try:
        clients = _clients.setdefault(asyncio.get_running_loop(), {})
    except RuntimeError:  # called outside a loop: nobody to share with
        clients = {}
    if configuration not in clients or clients[configuration].is_closed():
        clients[configuration] = oai.AsyncOpenAI(
            api_key=key if isinstance(key, str) else partial(current_key, key, "OpenAI"),
            base_url=base_url,
            organization=organization,
            project=project,
            http_client=shared_http_client(),
        )
    return clients[configuration]
