"""One answer that may take several calls: a pause, a call that nobody could read, an answer that is no JSON.

The run loop sees one answer. ``wire_model`` makes the calls and tells an :class:`Exchange` what came of each; the
exchange says whether the answer is complete, and else what to send next. ``splice`` does the same for events. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from ..exceptions import AgentsException, ModelBehaviorError, ProviderError, ProviderStatusError
from ..items import ItemHelpers, ModelResponse, output_to_input
from ..logger import logger
from ..native_calls import NATIVE_OUTPUTS
from ..protocols.base import BungledAnswer, ModelRequest
from ..usage import Usage
from .structured_output import candidates, correction, without_tail

E = TypeVar("E", bound=AgentsException)

BUNGLED = frozenset({"tool_use_failed"})
"""What Groq says where its model called a tool in a form that it could not read, in the error's code."""
_LIMITS = {"continue": 8, "try again": 2, "repair": 1}
"""How often an answer is taken further, by the reason for it."""


class Exchange:
    """The calls that make up one answer."""

    def __init__(self, request: ModelRequest, validate: Callable[[str], object] | None = None) -> None:
        """Begin with a request.

        Args:
            request: What is sent first.
            validate: Raises ``ModelBehaviorError`` for a final text that is not of the output type; ``None`` where
                the service itself sees to that.
        """
        self.request = request
        """What to send next."""
        self.calls = 0
        """How many calls were answered so far."""
        self.kept: list[Any] = []
        """The output of earlier calls that is part of the answer."""
        self._validate = validate
        self._spent: list[Usage] = []  # by earlier calls
        self._left = dict(_LIMITS)

    def answered(self, response: ModelResponse) -> ModelResponse | None:
        """The whole answer, if this response completes it; otherwise ``request`` is what to send next."""
        self.calls += 1
        if _paused(response):
            if self._may("continue"):
                self._go_on(response, response.output)
                return None
            logger.warning("Model %r paused once more; its answer is taken as it is.", self.request.model)
        text = _final_text(response) if self._validate is not None else None
        if text is None:
            return self._whole(response)
        found, problem = self._found(text)
        if problem is None:
            return self._whole(_with_text(response, found))
        if not self._may("repair"):
            return self._whole(response)  # the run judges it: it may have a handler for wrong answers
        self._go_on(response, reasoning_before_text(response), correction(without_tail(problem)))
        return None

    @property
    def validates(self) -> bool:
        """Whether the final text is checked here."""
        return self._validate is not None

    def may_mend(self, error: AgentsException) -> bool:
        """Whether a failure is one that the model can be told of."""
        return isinstance(error, BungledAnswer) or (
            isinstance(error, ProviderStatusError) and str(error.code) in BUNGLED
        )

    def failed(self, error: AgentsException) -> None:
        """Take in that a call failed: ``request`` is what to send next.

        Raises:
            AgentsException: No other call may mend it.
        """
        if not self.may_mend(error):
            raise self.charge(error)
        told = _told(error)
        partial = getattr(error, "partial_response", None) or ModelResponse([], Usage(), None)
        partial.usage.requests = partial.usage.requests or 1
        if any(item.type.endswith("_call") for item in partial.output) or not self._may("try again"):
            raise self.charge(_by_model(error, told))
        self._go_on(partial, partial.output, told)

    def charge(self, error: E) -> E:
        """The error, with what earlier calls cost."""
        if self._spent and isinstance(error, (ModelBehaviorError, ProviderError)):
            error.partial_response = self._whole(error.partial_response or ModelResponse([], Usage(), None))
        return error

    def _may(self, reason: str) -> bool:
        self._left[reason] -= 1
        return self._left[reason] >= 0

    def _go_on(self, response: ModelResponse, kept: Sequence[Any], said: str | None = None) -> None:
        self._spent.append(response.usage)
        self.kept += kept
        items: list[Any] = [*self.request.items, *map(output_to_input, response.output)]
        if said is not None:
            items.append({"type": "message", "role": "user", "content": said})
        self.request = replace(self.request, items=items)

    def _found(self, text: str) -> tuple[str, ModelBehaviorError | None]:
        """The JSON in a text; or what is wrong with the whole of it."""
        first: ModelBehaviorError | None = None
        for found in candidates(text):
            problem = self._problem(found)
            if problem is None:
                return found, None
            first = first or problem
        return text, first

    def _problem(self, text: str) -> ModelBehaviorError | None:
        assert self._validate is not None
        try:
            self._validate(text)
        except ModelBehaviorError as error:
            return error
        return None

    def _whole(self, response: ModelResponse) -> ModelResponse:
        if not self._spent:
            return response
        usage = Usage()
        for spent in (*self._spent, response.usage):
            usage.add(spent)
        return replace(response, output=[*self.kept, *response.output], usage=usage)


def reasoning_before_text(response: ModelResponse) -> list[Any]:
    """The items before the first message: what is kept of an answer whose text is thrown away."""
    first = next((at for at, item in enumerate(response.output) if item.type == "message"), len(response.output))
    return response.output[:first]


def waits(item: Any) -> bool:
    """Whether an item of an answer waits for something from here, as what runs at the provider does not."""
    return item.type in ("function_call", "mcp_approval_request") or item.type in NATIVE_OUTPUTS


def _paused(response: ModelResponse) -> bool:
    data = getattr(response.output[-1], "provider_data", None) if response.output else None
    return isinstance(data, Mapping) and data.get("stop_reason") is not None


def _final_text(response: ModelResponse) -> str | None:
    """The text that is to be the output; ``None`` for an answer that is none: a call that is ours, a refusal.

    Text of an earlier turn is not looked at: an answer of thinking alone is an empty one.
    """
    if any(map(waits, response.output)):
        return None
    messages = [item for item in response.output if item.type == "message"]
    if not messages:
        return ""
    if ItemHelpers.extract_refusal(messages[-1]):
        return None
    return ItemHelpers.extract_text(messages[-1]) or ""


def _with_text(response: ModelResponse, text: str) -> ModelResponse:
    """The response with the text of its last message replaced."""
    at = max(index for index, item in enumerate(response.output) if item.type == "message")
    message: Any = response.output[at]
    part = next(part for part in message.content if part.type == "output_text")
    if ItemHelpers.extract_text(message) == text:  # in several parts where sources stand behind them
        return response
    clean = part.model_copy(update={"text": text, "annotations": [], "logprobs": []})
    changed = message.model_copy(update={"content": [clean]})
    return replace(response, output=[*response.output[:at], changed, *response.output[at + 1 :]])


def _told(error: AgentsException) -> str:
    """What the model is told of a call that nobody could read."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, Mapping) else None
    written = inner.get("failed_generation") if isinstance(inner, Mapping) else None
    wrote = f" You wrote:\n{written}\n" if isinstance(written, str) and written else " "
    message = getattr(error, "message", "")
    return f"Your last answer could not be read: {message}{wrote}Answer again; a tool's arguments are one JSON object."


def _by_model(error: AgentsException, told: str) -> ModelBehaviorError:
    if isinstance(error, ModelBehaviorError):
        return error
    failed = ModelBehaviorError(
        f"The model kept calling tools in a form that its service could not read. {told}",
        partial_response=getattr(error, "partial_response", None),
    )
    failed.__cause__ = error
    return failed
