"""A server over the ``mcp`` package: connecting, asking, asking again, and what is known of its tools.

``server`` has the three transports; ``connection`` keeps the session open. Whatever goes wrong leaves here as an error
of our tree that names the server, and the tool.
"""

from __future__ import annotations

import asyncio
import math
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import Self

from ..awaiting import settled
from ..exceptions import UserError
from ..run_context import RunContextWrapper
from ..tool_invocation import ToolErrorFunction
from . import library
from .approvals import RequireApprovalSetting
from .base import UNSET, MCPServer, Unset
from .connection import Connection
from .failures import Failure
from .filters import ToolFilter, filtered
from .seams import MCPToolCustomDataExtractor, MCPToolMetaResolver

if TYPE_CHECKING:
    from mcp.types import (
        CallToolResult,
        GetPromptResult,
        ListPromptsResult,
        ListResourcesResult,
        ListResourceTemplatesResult,
        ReadResourceResult,
    )
    from mcp.types import Tool as MCPTool

    from ..agent import AgentBase
    from ..tool_guardrails import ToolInputGuardrail, ToolOutputGuardrail

T = TypeVar("T")

_WAITS_OF_AN_OPENING = 3
"""An opening waits for the transport, for an answer to ``server/discover`` (2.x), and for ``initialize``."""
_ENDLESS_PAGES = 1000
"""A list that is longer than this has no end, where ``max_list_pages`` sets no other."""


class MCPServerWithClientSession(MCPServer):
    """A server that is asked through a client session.

    Args:
        cache_tools_list: Whether the tools are listed once, and again only after ``invalidate_tools_cache()`` or when
            the server says that they changed.
        client_session_timeout_seconds: How long an answer may take; ``None`` or 0 for ever.
        tool_filter: Which tools an agent sees.
        use_structured_content: As in `MCPServer`, as are the options that are not here.
        max_retry_attempts: How often a request is repeated that failed, over a new connection where the old one is
            lost; -1 for ever. A call of a tool that may have reached the server is repeated only if its annotations say
            that this is harmless (``readOnlyHint``, ``idempotentHint``).
        retry_backoff_seconds_base: The first pause between attempts; each is twice as long as the one before.
        message_handler: Told of what the server says unasked.
        retry_backoff_seconds_max: The longest pause.
        max_list_pages: How many pages a list of tools or prompts may have.
    """

    def __init__(
        self,
        cache_tools_list: bool,
        client_session_timeout_seconds: float | None,
        tool_filter: ToolFilter = None,
        use_structured_content: bool = False,
        max_retry_attempts: int = 0,
        retry_backoff_seconds_base: float = 1.0,
        message_handler: Callable[[Any], Awaitable[None]] | None = None,
        require_approval: RequireApprovalSetting = None,
        failure_error_function: ToolErrorFunction | Unset | None = UNSET,
        tool_meta_resolver: MCPToolMetaResolver | None = None,
        custom_data_extractor: MCPToolCustomDataExtractor | None = None,
        retry_backoff_seconds_max: float | None = None,
        *,
        tool_input_guardrails: list[ToolInputGuardrail[Any]] | None = None,
        tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None = None,
        max_list_pages: int | None = None,
    ) -> None:
        library.load()
        super().__init__(
            use_structured_content,
            require_approval,
            failure_error_function,
            tool_meta_resolver,
            custom_data_extractor,
            tool_input_guardrails=tool_input_guardrails,
            tool_output_guardrails=tool_output_guardrails,
        )
        _checked("client_session_timeout_seconds", client_session_timeout_seconds)
        _checked("retry_backoff_seconds_base", retry_backoff_seconds_base)
        _checked("retry_backoff_seconds_max", retry_backoff_seconds_max)
        if isinstance(max_retry_attempts, bool) or not isinstance(max_retry_attempts, int) or max_retry_attempts < -1:
            raise UserError(f"max_retry_attempts must be a number, or -1 for no end, not {max_retry_attempts!r}.")
        if max_list_pages is not None and (isinstance(max_list_pages, bool) or max_list_pages < 1):
            raise UserError(f"max_list_pages must be at least 1, or None, not {max_list_pages!r}.")
        self.cache_tools_list = cache_tools_list
        self.client_session_timeout_seconds = client_session_timeout_seconds
        self.tool_filter = tool_filter
        self.max_retry_attempts = max_retry_attempts
        self.retry_backoff_seconds_base = retry_backoff_seconds_base
        self.retry_backoff_seconds_max = retry_backoff_seconds_max
        self.message_handler = message_handler
        self.max_list_pages = max_list_pages
        self._connection: Connection | None = None
        self._connecting = asyncio.Lock()
        self._tools: list[MCPTool] | None = None
        self._tools_stale = True
        self._changes = 0

    @abstractmethod
    def create_streams(self) -> AbstractAsyncContextManager[Any]:
        """The transport: a stream to read from and one to write to."""

    @property
    def session(self) -> Any:
        """The session of the ``mcp`` package; ``None`` while there is no connection."""
        return self._connection.session if self._connection is not None and self._connection.is_open else None

    @property
    def server_initialize_result(self) -> Any:
        """What the server said of itself in its handshake; ``None`` where there was none."""
        return getattr(self.session, "initialize_result", None)

    @property
    def cached_tools(self) -> list[MCPTool] | None:
        """A copy of the tools that were listed last."""
        return None if self._tools is None else [tool.model_copy(deep=True) for tool in self._tools]

    def invalidate_tools_cache(self) -> None:
        """List the tools anew when they are asked for next."""
        self._changes += 1
        self._tools_stale = True

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.cleanup()

    async def connect(self) -> None:
        """Connect; nothing happens where the connection is there.

        Raises:
            MCPServerError: The server cannot be reached, or is none; nothing of it is left behind.
        """
        async with self._connecting:
            if self._connection is not None and self._connection.is_open:
                self._check_loop(self._connection)
                return
            if self._connection is not None:
                await self._connection.close(self._seconds_to_leave)
            self.invalidate_tools_cache()
            seconds = self._seconds
            connection = Connection(lambda: library.open_session(self.create_streams(), seconds, self._on_message))
            try:
                await connection.open(None if seconds is None else seconds * _WAITS_OF_AN_OPENING)
            except (UserError, ImportError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever the opening fails with is told in our words
                raise Failure.of(error, sent=False).told("connecting", self.name, None, self._seconds) from None
            self._connection = connection

    async def cleanup(self) -> None:
        """Leave the server, from whichever task; one that is silent is waited for no longer than for an answer."""
        async with self._connecting:
            if self._connection is not None and self._connection.is_open:
                self._check_loop(self._connection)
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.close(self._seconds_to_leave)

    async def list_tools(
        self, run_context: RunContextWrapper[Any] | None = None, agent: AgentBase[Any] | None = None
    ) -> list[MCPTool]:
        """The tools that pass the filter.

        Raises:
            MCPServerError: They cannot be listed, or their list cannot be used.
            UserError: The server is not connected.
        """
        if self._tools_stale or not self.cache_tools_list or self._tools is None:
            changes = self._changes
            tools = await self._all_pages("list_tools", "tools")
            self._tools, self._tools_stale = tools, changes != self._changes
        return await filtered(self.cached_tools or [], self.tool_filter, self.name, run_context, agent)

    async def call_tool(
        self, tool_name: str, arguments: dict[str, Any] | None, meta: dict[str, Any] | None = None
    ) -> CallToolResult:
        """Call a tool.

        Raises:
            MCPServerError: The server is lost, is silent, answers with an error, or with what it must not.
            UserError: The server is not connected.
        """
        options = {} if meta is None else {"meta": meta}
        result: CallToolResult = await self._ask(
            "the call",
            lambda session: session.call_tool(tool_name, arguments, **options),
            tool_name,
            harmless=self._is_harmless(tool_name),
        )
        return result

    async def list_prompts(self) -> ListPromptsResult:
        """The prompts that the server offers."""
        prompts = await self._all_pages("list_prompts", "prompts")
        result: ListPromptsResult = library.load("mcp.types").ListPromptsResult(prompts=prompts)
        return result

    async def get_prompt(self, name: str, arguments: dict[str, Any] | None = None) -> GetPromptResult:
        """A prompt, filled in."""
        result: GetPromptResult = await self._ask("get_prompt", lambda session: session.get_prompt(name, arguments))
        return result

    async def list_resources(self, cursor: str | None = None) -> ListResourcesResult:
        """A page of the server's resources."""
        asked = library.page(cursor)
        result: ListResourcesResult = await self._ask("list_resources", lambda session: session.list_resources(**asked))
        return result

    async def list_resource_templates(self, cursor: str | None = None) -> ListResourceTemplatesResult:
        """A page of the server's resource templates."""
        asked = library.page(cursor)
        result: ListResourceTemplatesResult = await self._ask(
            "list_resource_templates", lambda session: session.list_resource_templates(**asked)
        )
        return result

    async def read_resource(self, uri: str) -> ReadResourceResult:
        """What is in a resource."""
        result: ReadResourceResult = await self._ask(
            "read_resource", lambda session: session.read_resource(library.uri(uri))
        )
        return result

    @property
    def _seconds(self) -> float | None:
        return self.client_session_timeout_seconds or None

    @property
    def _seconds_to_leave(self) -> float | None:
        return self._seconds

    def _is_harmless(self, tool_name: str) -> bool:
        """Whether calling the tool twice is like calling it once, as its server says."""
        tool = next((tool for tool in self._tools or () if tool.name == tool_name), None)
        hints = getattr(tool, "annotations", None)
        return bool(library.field(hints, "read_only_hint") or library.field(hints, "idempotent_hint"))

    async def _on_message(self, message: Any) -> None:
        if getattr(getattr(message, "root", message), "method", None) == "notifications/tools/list_changed":
            self.invalidate_tools_cache()
        if self.message_handler is not None:
            await settled(self.message_handler(message))

    async def _all_pages(self, operation: str, items: str) -> list[Any]:
        found: list[Any] = []
        cursor: str | None = None
        seen: set[str | None] = set()
        limit = self.max_list_pages or _ENDLESS_PAGES
        while cursor not in seen:
            if len(seen) == limit:
                raise Failure(f"its list of {items} is not over after {limit} pages (max_list_pages)").told(
                    operation, self.name
                )
            seen.add(cursor)
            asked = library.page(cursor)
            page = await self._ask(operation, partial(_list_page, operation, asked))
            found += getattr(page, items)
            cursor = library.field(page, "next_cursor")
            if cursor is None:
                return found
        raise Failure(f"its list of {items} leads back to a page that it gave before").told(operation, self.name)

    async def _ask(
        self,
        operation: str,
        ask: Callable[[Any], Awaitable[Any]],
        tool: str | None = None,
        harmless: bool = True,
    ) -> Any:
        """Send a request; where that fails and is harmless, again, over a new connection if need be."""
        if self._connection is None:
            raise UserError(f"MCP server {self.name!r} is not connected: call connect(), or use 'async with'.")
        attempt = 0
        while True:
            connection = self._connection
            try:
                if attempt > 0:
                    await self.connect()
                    connection = self._connection
                return await self._once(connection, ask)
            except UserError:
                raise
            except Exception as error:  # noqa: BLE001 - each is told in our words, below
                failure = Failure.of(error, sent=True)
            if failure.is_lost and connection is not None:
                connection.mark_lost()
            if attempt == self.max_retry_attempts or not (harmless or not failure.sent):
                raise failure.told(operation, self.name, tool, self._seconds) from failure.cause
            await asyncio.sleep(self._pause(attempt))
            attempt += 1

    async def _once(self, connection: Connection | None, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        if connection is None:
            raise UserError(f"MCP server {self.name!r} was cleaned up while it was in use.")
        self._check_loop(connection)
        return await connection.request(ask, self._seconds)

    def _check_loop(self, connection: Connection) -> None:
        if connection.loop is not asyncio.get_running_loop():
            raise UserError(
                f"MCP server {self.name!r} was connected in another event loop: connect, use and leave it in one."
            )

    def _pause(self, attempt: int) -> float:
        longest = math.inf if self.retry_backoff_seconds_max is None else self.retry_backoff_seconds_max
        with suppress(OverflowError):
            return min(math.ldexp(self.retry_backoff_seconds_base, attempt), longest)
        return longest


async def _list_page(operation: str, asked: dict[str, Any], session: Any) -> Any:
    return await getattr(session, operation)(**asked)


def _checked(option: str, seconds: float | None) -> None:
    if seconds is None:
        return
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds < math.inf:
        raise UserError(f"{option} must be a number of seconds, or None, not {seconds!r}.")
