"""What the servers of all transports have in common: their options, spelled out once, and a name.

``server`` has one class for each transport; below is ``session_server``, which connects and asks.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..tool_invocation import ToolErrorFunction
from .approvals import RequireApprovalSetting
from .base import UNSET, Unset
from .filters import ToolFilter
from .seams import MCPToolCustomDataExtractor, MCPToolMetaResolver
from .session_server import MCPServerWithClientSession

if TYPE_CHECKING:
    from ..tool_guardrails import ToolInputGuardrail, ToolOutputGuardrail

Params = TypeVar("Params")


class TransportServer(MCPServerWithClientSession, Generic[Params]):
    """A server that is reached as ``Params`` say."""

    def __init__(
        self,
        params: Params,
        cache_tools_list: bool = False,
        name: str | None = None,
        client_session_timeout_seconds: float | None = 5,
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
        super().__init__(
            cache_tools_list,
            client_session_timeout_seconds,
            tool_filter,
            use_structured_content,
            max_retry_attempts,
            retry_backoff_seconds_base,
            message_handler,
            require_approval,
            failure_error_function,
            tool_meta_resolver,
            custom_data_extractor,
            retry_backoff_seconds_max,
            tool_input_guardrails=tool_input_guardrails,
            tool_output_guardrails=tool_output_guardrails,
            max_list_pages=max_list_pages,
        )
        self._set_params(params)
        self._name = name or self._default_name()

    @property
    def name(self) -> str:
        """What the server is called; by default, after its command or address."""
        return self._name

    @abstractmethod
    def _set_params(self, params: Params) -> None:
        """Keep the parameters, as ``params``.

        Raises:
            UserError: They ask for what cannot be done.
        """

    @abstractmethod
    def _default_name(self) -> str:
        """What the server is called that was given no name: it must hold no secret."""
