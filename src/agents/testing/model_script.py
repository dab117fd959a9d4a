"""What the script of a model is made of: steps, the calls that they answer, what can be wrong with either.

Above is the model that plays it (``scripted_model``); below are the items.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union

from typing_extensions import TypedDict

from .. import openai_types as oai
from ..items import ModelResponse
from ..output_items import build, kind_of
from ..retry import ModelRetryAdvice
from ..usage import Usage

if TYPE_CHECKING:
    from openai.types.responses.response_prompt_param import ResponsePromptParam

    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..items import TResponseOutputItem, TResponseStreamEvent
    from ..model_settings import ModelSettings
    from ..models.interface import ModelTracing
    from ..tool_kinds import Tool

_RESPONSE_ID = "resp-789"

ModelStepReason: TypeAlias = Literal[
    "invalid_input",
    "unsupported_field",
    "invalid_error",
    "invalid_responder",
    "invalid_stream_events",
    "conflicting_outcomes",
    "invalid_retry_advice",
]
"""What is wrong with a step."""


class ModelScriptError(Exception):
    """The script and the run do not fit together."""


class InvalidModelStep(ModelScriptError):
    """A step of the script is none."""

    def __init__(self, message: str, *, reason: ModelStepReason, input_index: int) -> None:
        super().__init__(message)
        self.reason = reason
        self.input_index = input_index


class UnexpectedModelCall(ModelScriptError):
    """The model was called when its script was at an end."""

    def __init__(self, message: str, *, call: ModelCall, call_index: int) -> None:
        super().__init__(message)
        self.call = call
        self.call_index = call_index


class UnconsumedModelSteps(ModelScriptError):
    """The model was not called as often as its script foresees."""

    def __init__(self, message: str, *, remaining_steps: int) -> None:
        super().__init__(message)
        self.remaining_steps = remaining_steps


@dataclass(frozen=True)
class ModelCall:
    """One call of the model, as it was made: later changes to the conversation do not show in it."""

    system_instructions: str | None
    input: Any
    model_settings: ModelSettings
    tools: list[Tool]
    output_schema: AgentOutputSchemaBase | None
    handoffs: list[Handoff]
    tracing: ModelTracing
    previous_response_id: str | None
    conversation_id: str | None
    prompt: ResponsePromptParam | None
    streamed: bool
    """Whether the answer was asked for as a stream."""


@dataclass
class ModelStep:
    """What the model does when it is called once: answer, raise, or let a function decide."""

    output: Sequence[TResponseOutputItem] = ()
    """The items of the answer."""
    usage: Usage = field(default_factory=Usage)
    """What the answer cost; the model's default where this is empty."""
    response_id: str | None = _RESPONSE_ID
    request_id: str | None = None
    raw_usage: dict[str, Any] | None = None
    """The provider's own usage record, answered with ``ModelSettings(preserve_raw_usage=True)``."""
    error: Exception | None = None
    """Raise this instead of answering."""
    responder: ModelResponder | None = None
    """Makes the step from the call, sync or async."""
    stream_events: Sequence[TResponseStreamEvent] | ModelStreamFactory | None = None
    """The events of a streamed call, exactly; a plain call gets the output."""
    retry_advice: ModelRetryAdvice | None = None
    """What the model says of ``error`` when a retry is considered."""

    @classmethod
    def raise_error(cls, error: Exception, *, retry_advice: ModelRetryAdvice | None = None) -> ModelStep:
        """Raise ``error``, with the model's advice on trying again."""
        return cls(error=error, retry_advice=retry_advice)

    @classmethod
    def respond(cls, responder: ModelResponder) -> ModelStep:
        """Do what ``responder``, a sync or async function of the call, returns: any form of a step."""
        return cls(responder=responder)

    @classmethod
    def stream(
        cls,
        events: Sequence[TResponseStreamEvent] | ModelStreamFactory,
        *,
        output: Sequence[TResponseOutputItem] = (),
        usage: Usage | None = None,
        response_id: str | None = _RESPONSE_ID,
    ) -> ModelStep:
        """Send exactly these events, or those of an async generator function of the call."""
        exact = events if callable(events) else tuple(events)
        return cls(output, usage or Usage(), response_id, stream_events=exact)


class ModelStepSpec(TypedDict, total=False):
    """A :class:`ModelStep` as a dict."""

    output: Sequence[TResponseOutputItem]
    usage: Usage
    response_id: str | None
    request_id: str | None
    raw_usage: dict[str, Any] | None
    error: Exception | None
    responder: ModelResponder | None
    stream_events: Sequence[TResponseStreamEvent] | ModelStreamFactory | None
    retry_advice: ModelRetryAdvice | None


ModelScriptItem: TypeAlias = Union[ModelStep, ModelStepSpec, ModelResponse, "Sequence[TResponseOutputItem]", Exception]
"""Any form of a step."""
ModelResponder: TypeAlias = Callable[[ModelCall], Union[ModelScriptItem, Awaitable[ModelScriptItem]]]
ModelStreamFactory: TypeAlias = Callable[[ModelCall], "AsyncIterator[TResponseStreamEvent]"]


_FIELDS = frozenset(ModelStepSpec.__annotations__)


def as_step(given: Any, index: int) -> ModelStep:
    """Any form of a step as a step that can be played.

    Raises:
        InvalidModelStep: It is none; the error counts from ``index``, the place in the script.
    """
    if isinstance(given, ModelResponse):
        shared = {f.name: getattr(given, f.name) for f in fields(given)}
        step = ModelStep(**shared)
    elif isinstance(given, Exception):
        step = ModelStep.raise_error(given)
    elif isinstance(given, Mapping):
        if unknown := sorted(str(name) for name in given if name not in _FIELDS):
            said = f"has unknown fields: {', '.join(unknown)}. Known: {', '.join(sorted(_FIELDS))}"
            raise _invalid(index, "unsupported_field", said)
        step = ModelStep(**given)
    else:
        step = given if isinstance(given, ModelStep) else ModelStep(output=given)
    for reason, valid, wanted in _requirements(step):
        if not valid:
            raise _invalid(index, reason, wanted)
    return replace(step, output=tuple(_as_item(item, index) for item in step.output))


def _as_item(item: Any, index: int) -> TResponseOutputItem:
    """An output item, which may be written as a dict."""
    if not isinstance(item, Mapping):
        return item  # type: ignore[no-any-return]
    try:
        kind = kind_of(item)
    except ValueError as error:
        raise _invalid(index, "invalid_input", f"is not right: {error}") from error
    if lacks := [name for name, each in kind.model_fields.items() if each.is_required() and name not in item]:
        said = f"has an output item of type {item['type']!r} without {', '.join(lacks)}"
        raise _invalid(index, "invalid_input", said)
    return build(kind, item)  # type: ignore[no-any-return]


def _invalid(index: int, reason: ModelStepReason, said: str) -> InvalidModelStep:
    return InvalidModelStep(f"Step {index + 1} of the script {said}.", reason=reason, input_index=index)


def _requirements(step: ModelStep) -> Iterator[tuple[ModelStepReason, bool, str]]:
    for name, kinds, wanted in (
        ("usage", Usage, "a Usage"),
        ("response_id", (str, type(None)), "a string or None"),
        ("request_id", (str, type(None)), "a string or None"),
        ("raw_usage", (dict, type(None)), "a dict or None"),
    ):
        value = getattr(step, name)
        yield "invalid_input", isinstance(value, kinds), f"needs {wanted} as {name}, not {value!r}"
    found = f"needs a list of output items, not {step.output!r}"
    items = step.output if _is_list(step.output) else [None]
    yield "invalid_input", all(hasattr(item, "type") or isinstance(item, Mapping) for item in items), found
    error, events, advice = step.error, step.stream_events, step.retry_advice
    yield "invalid_error", error is None or isinstance(error, Exception), "needs an Exception as error"
    responds = step.responder is None or callable(step.responder)
    yield "invalid_responder", responds, "needs a function of the call as responder"
    streams = events is None or callable(events) or _is_list(events)
    yield "invalid_stream_events", streams, "needs a list of events, or a function that makes them"
    outcomes = sum(outcome is not None for outcome in (error, step.responder, events))
    yield "conflicting_outcomes", outcomes < 2, "can have one of error, responder and stream_events"
    advises = advice is None or (isinstance(advice, ModelRetryAdvice) and error is not None)
    yield "invalid_retry_advice", advises, "needs an error for its ModelRetryAdvice"


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def assistant_message(text: str, *, item_id: str = "scripted-message") -> TResponseOutputItem:
    """An output item: a message with this text."""
    content = oai.ResponseOutputText(text=text, type="output_text", annotations=[], logprobs=[])
    return oai.ResponseOutputMessage(
        id=item_id, content=[content], role="assistant", status="completed", type="message"
    )


def function_call(
    name: str,
    arguments: str | Mapping[str, Any],
    *,
    call_id: str,
    item_id: str | None = None,
    namespace: str | None = None,
) -> TResponseOutputItem:
    """An output item: a call of a function tool.

    Args:
        name: The name of the tool.
        arguments: Its arguments: a mapping, or JSON text as the model would write it, perhaps broken.
        call_id: The id that links the call and its output.
        item_id: The id of the item; by default the ``call_id``.
        namespace: The namespace of the tool, if it has one.
    """
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    extra: dict[str, Any] = {} if namespace is None else {"namespace": namespace}
    return oai.ResponseFunctionToolCall(
        id=item_id or call_id,
        call_id=call_id,
        name=name,
        arguments=written,
        type="function_call",
        status="completed",
        **extra,
    )
