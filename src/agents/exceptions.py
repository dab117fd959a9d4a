"""What can go wrong, by whose fault it is.

::

    AgentsException
      UserError                          you: fix the call
      ModelBehaviorError                 the model: an answer nobody can act on
        PatchError                         a diff that is none, or that does not fit its text
      ModelRefusalError                  the model declined to give the output that was asked for
      ModelTimeoutError                  the model call took longer than ``ModelSettings.timeout``
      ProviderError                      the service: provider, status, request_id, retry_after, body
        ProviderConnectionError            it could not be reached, or hung up
        ProviderTimeoutError               it did not answer in time
        ProviderProtocolError              it sent what no codec could read (kept on the error)
        ProviderStatusError                it answered with an error status
          BadRequestError                    400, 422
            ContextLengthError                 the conversation is longer than the model can read
            ContentPolicyError                 the service refuses to look at this input
          AuthenticationError                401, or whatever a vendor says for a wrong key
          PermissionDeniedError              403
          NotFoundError                      404: most often an unknown model
          ConflictError                      409
          RateLimitError                     429
            QuotaExceededError                 out of money or quota: waiting does not help
          ServerError                        5xx
            OverloadedError                    503, 529: too many requests for the service, not from you
      SessionError                       the session's store, or what is in it (session_id)
        SessionConnectionError             the store cannot be reached, or hung up
        SessionDataError                   what is stored is damaged, or sealed with another key
        SessionSchemaError                 the tables are not those of this version
      MCPServerError                     an MCP server (server, tool): what it said or sent cannot be used
        MCPConnectionError                 it could not be reached, or the connection was lost
        MCPTimeoutError                    it did not answer in time
      ToolTimeoutError, MCPToolCancellationError          your tool
      MaxTurnsExceeded, UsageLimitExceeded                the run took as much as it may
      *GuardrailTripwireTriggered                         the run stopped as told

Every exception that ends a run carries ``run_data``: the input, the items made so far, the usage and the last agent.
So do those that functions of the caller's raise: they stay what they are, with a note that names the function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

    from .agent import Agent
    from .guardrail import InputGuardrailResult, OutputGuardrailResult
    from .items import ModelResponse, RunItem, TResponseInputItem
    from .run_context import RunContextWrapper
    from .run_state import RunState
    from .tool_guardrails import (
        ToolGuardrailFunctionOutput,
        ToolInputGuardrail,
        ToolInputGuardrailResult,
        ToolOutputGuardrail,
        ToolOutputGuardrailResult,
    )


@dataclass
class RunErrorDetails:
    """All that a run had made when an exception ended it."""

    input: str | list[TResponseInputItem]
    """What the run was started with."""
    new_items: list[RunItem]
    """The items made before the error."""
    raw_responses: list[ModelResponse]
    """The model responses received before the error."""
    last_agent: Agent[Any]
    """The agent that was running."""
    context_wrapper: RunContextWrapper[Any]
    """The context of the run; its ``usage`` counts what was spent."""
    input_guardrail_results: list[InputGuardrailResult] = field(default_factory=list)
    output_guardrail_results: list[OutputGuardrailResult] = field(default_factory=list)
    tool_input_guardrail_results: list[ToolInputGuardrailResult] = field(default_factory=list)
    tool_output_guardrail_results: list[ToolOutputGuardrailResult] = field(default_factory=list)
    make_state: Callable[[], RunState[Any]] | None = field(default=None, repr=False, compare=False)

    def to_state(self) -> RunState[Any]:
        """The run as a state, from which ``Runner.run`` goes on: what was done is not done again.

        Raises:
            UserError: These details are not of a run.
        """
        if self.make_state is None:
            raise UserError("These details were made by hand: there is no run to go on with.")
        return self.make_state()

    def __str__(self) -> str:
        usage = self.context_wrapper.usage
        return (
            f"run of agent {self.last_agent.name!r}: {len(self.new_items)} new items, "
            f"{len(self.raw_responses)} model responses, {usage.requests} requests, {usage.total_tokens} tokens"
        )


class AgentsException(Exception):
    """The root of every exception that this package raises on purpose."""

    run_data: RunErrorDetails | None = None
    """What the run had made, when the exception ended a run."""


class UserError(AgentsException):
    """The call is wrong: the message says what, where, and what to do."""

    message: str

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class ModelBehaviorError(AgentsException):
    """The model answered something that nobody can act on, such as a call to a tool that does not exist."""

    message: str
    partial_response: ModelResponse | None
    """What was answered, and paid for, where the run has not seen it."""

    def __init__(self, message: str, *, partial_response: ModelResponse | None = None) -> None:
        self.message = message
        self.partial_response = partial_response
        super().__init__(message)


class PatchError(ModelBehaviorError, ValueError):
    """A diff that is not in its form, or does not fit the text that it is to change."""


class ModelRefusalError(AgentsException):
    """The model refused to give the output that the agent asks for."""

    refusal: str
    """The model's own words."""

    def __init__(self, refusal: str) -> None:
        self.refusal = refusal
        super().__init__(f"The model refused: {refusal}")


class ModelTimeoutError(AgentsException):
    """One attempt at a model call took longer than ``ModelSettings.timeout``."""

    timeout_seconds: float

    def __init__(self, timeout_seconds: float) -> None:
        self.timeout_seconds = timeout_seconds
        super().__init__(f"The model call did not finish within {timeout_seconds:g} seconds.")


class ProviderError(AgentsException):
    """The service that hosts the model failed or refused.

    Attributes:
        message: What happened, in one sentence, free of secrets.
        provider: Who answered, by the name that model strings use (``"openai"``, ``"anthropic"``, ...).
        status: The HTTP status, where there was one.
        code: The vendor's own code for the error.
        request_id: The vendor's id for the request, to quote to its support.
        retry_after: Seconds that the vendor asks to wait before another try.
        body: What the vendor sent, decoded where it could be, with secrets removed.
        partial_response: What had been streamed when it broke, usage included.
    """

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        body: object = None,
        partial_response: ModelResponse | None = None,
    ) -> None:
        self.message = message
        self.provider = provider
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.body = body
        self.partial_response = partial_response
        super().__init__(message)

    @property
    def status_code(self) -> int | None:
        """The HTTP status, under the name that the vendors' clients give it."""
        return self.status

    def __str__(self) -> str:
        facts = [f"provider {self.provider}"] if self.provider else []
        facts += [f"status {self.status}"] if self.status is not None else []
        facts += [f"code {self.code}"] if self.code else []
        facts += [f"request {self.request_id}"] if self.request_id else []
        facts += [f"retry after {self.retry_after:g} s"] if self.retry_after is not None else []
        return f"{self.message} ({', '.join(facts)})" if facts else self.message


class ProviderConnectionError(ProviderError):
    """The service could not be reached, or hung up before it had finished."""


class ProviderTimeoutError(ProviderError):
    """The service did not answer in time."""


class ProviderProtocolError(ProviderError):
    """The service sent what no codec could read; ``body`` keeps it."""


class ProviderStatusError(ProviderError):
    """The service answered with an error."""


class BadRequestError(ProviderStatusError):
    """The service calls the request wrong (400, 422)."""


class ContextLengthError(BadRequestError):
    """The conversation is longer than the model can read."""


class ContentPolicyError(BadRequestError):
    """The service's policy refuses this input."""


class AuthenticationError(ProviderStatusError):
    """The key is missing or wrong."""


class PermissionDeniedError(ProviderStatusError):
    """The key is right, but may not do this (403)."""


class NotFoundError(ProviderStatusError):
    """No such model or address (404)."""


class ConflictError(ProviderStatusError):
    """The request collides with another one (409)."""


class RateLimitError(ProviderStatusError):
    """Too many requests or tokens for now (429): ``retry_after`` says how long to wait, where known."""


class QuotaExceededError(RateLimitError):
    """Out of money or quota: waiting does not help."""


class ServerError(ProviderStatusError):
    """The service failed by its own fault (5xx)."""


class OverloadedError(ServerError):
    """The service has more to do than it can (503, 529)."""


class SessionError(AgentsException):
    """A session cannot be read or written.

    Attributes:
        message: What happened, in one sentence, free of secrets.
        session_id: Which session it is.
    """

    def __init__(self, message: str, *, session_id: str) -> None:
        self.message = message
        self.session_id = session_id
        super().__init__(f"Session {session_id!r}: {message.rstrip('.')}.")


class SessionConnectionError(SessionError):
    """The store of a session cannot be reached, is busy for too long, or hung up."""


class SessionDataError(SessionError):
    """What a session has stored is damaged, or sealed with another key. ``clear_session`` starts anew."""


class SessionSchemaError(SessionError):
    """The tables or keys of a session are not those of this version."""


class MaxTurnsExceeded(AgentsException):
    """The run took more turns than ``max_turns`` allows."""

    message: str

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class UsageLimitExceeded(AgentsException):
    """The run has used what ``RunConfig.usage_limits`` allows, and would need more."""

    limit: str
    """The field of ``UsageLimits`` that was reached, such as ``"total_tokens"``."""
    allowed: float | Decimal
    """What it allows."""
    used: float | Decimal
    """What the run had used, or would have used with the calls that were asked for."""

    def __init__(self, limit: str, allowed: float | Decimal, used: float | Decimal) -> None:
        self.limit = limit
        self.allowed = allowed
        self.used = used
        super().__init__(f"The run may not go on: usage_limits.{limit} is {allowed}, and it comes to {used}.")


class ToolTimeoutError(AgentsException):
    """A function tool took longer than its time-out."""

    tool_name: str
    timeout_seconds: float

    def __init__(self, tool_name: str, timeout_seconds: float) -> None:
        self.tool_name = tool_name
        self.timeout_seconds = timeout_seconds
        super().__init__(f"Tool {tool_name!r} did not finish within {timeout_seconds:g} seconds.")


class MCPServerError(AgentsException):
    """An MCP server said or sent something that cannot be used; its kinds say that it said nothing."""

    message: str
    server: str
    """The server's name."""
    tool: str | None
    """The tool that was called, or that is wrong."""

    def __init__(self, message: str, *, server: str, tool: str | None = None) -> None:
        self.message = message
        self.server = server
        self.tool = tool
        where = f"MCP server {server!r}" if tool is None else f"Tool {tool!r} of MCP server {server!r}"
        super().__init__(f"{where}: {message}")


class MCPConnectionError(MCPServerError):
    """An MCP server could not be reached, or the connection to it was lost."""


class MCPTimeoutError(MCPServerError):
    """An MCP server did not answer within ``client_session_timeout_seconds``."""


class MCPToolCancellationError(AgentsException):
    """An MCP server cancelled a tool call by itself."""

    message: str

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class InputGuardrailTripwireTriggered(AgentsException):
    """An input guardrail stopped the run."""

    guardrail_result: InputGuardrailResult

    def __init__(self, guardrail_result: InputGuardrailResult) -> None:
        self.guardrail_result = guardrail_result
        super().__init__(f"Input guardrail {guardrail_result.guardrail.get_name()!r} stopped the run.")


class OutputGuardrailTripwireTriggered(AgentsException):
    """An output guardrail stopped the run."""

    guardrail_result: OutputGuardrailResult

    def __init__(self, guardrail_result: OutputGuardrailResult) -> None:
        self.guardrail_result = guardrail_result
        super().__init__(f"Output guardrail {guardrail_result.guardrail.get_name()!r} stopped the run.")


class ToolInputGuardrailTripwireTriggered(AgentsException):
    """A guardrail on a tool's input stopped the run."""

    guardrail: ToolInputGuardrail[Any]
    output: ToolGuardrailFunctionOutput

    def __init__(self, guardrail: ToolInputGuardrail[Any], output: ToolGuardrailFunctionOutput) -> None:
        self.guardrail = guardrail
        self.output = output
        super().__init__(f"Tool input guardrail {guardrail.get_name()!r} stopped the run.")


class ToolOutputGuardrailTripwireTriggered(AgentsException):
    """A guardrail on a tool's output stopped the run."""

    guardrail: ToolOutputGuardrail[Any]
    output: ToolGuardrailFunctionOutput

    def __init__(self, guardrail: ToolOutputGuardrail[Any], output: ToolGuardrailFunctionOutput) -> None:
        self.guardrail = guardrail
        self.output = output
        super().__init__(f"Tool output guardrail {guardrail.get_name()!r} stopped the run.")
