"""A model that plays a script: for tests of agents that are quick, free, and the same every time.

    model = ScriptedModel([
        [function_call("get_weather", {"city": "Tokyo"}, call_id="call_1")],
        [assistant_message("Sunny.")],
    ])
    result = await Runner.run(Agent("Weather", model=model, tools=[get_weather]), "Tokyo?")
    model.assert_complete()

Below are the script's vocabulary, the model interface and the items; nothing here knows a wire.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import aclosing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from ..awaiting import settled
from ..items import ItemHelpers, ModelResponse
from ..models.question import Question, QuestionedModel
from ..models.replay import events_of
from ..tracing import GenerationSpanData, Span, generation_span
from ..usage import Usage, model_usage_to_span_usage
from .model_script import (
    ModelCall,
    ModelScriptItem,
    ModelStep,
    UnconsumedModelSteps,
    UnexpectedModelCall,
    as_step,
)

if TYPE_CHECKING:
    from ..items import TResponseStreamEvent
    from ..retry import ModelRetryAdvice, ModelRetryAdviceRequest

_NAME = "scripted-model"


class ScriptedModel(QuestionedModel):
    """A model that does one step of its script a call, and remembers the calls.

    Args:
        steps: The script. A step is a :class:`ModelStep` or a dict of one, a ``ModelResponse``, a list of
            output items (objects, or dicts of their fields), or an exception to raise.
        emit_traces: Whether each call has a generation span, as calls of real models do.
        default_usage: The usage of steps that have none of their own; without it, one
            request and no tokens.

    Raises:
        InvalidModelStep: Something in the script is no step.
    """

    def __init__(
        self,
        steps: Iterable[ModelScriptItem] = (),
        *,
        emit_traces: bool = False,
        default_usage: Usage | None = None,
    ) -> None:
        self._steps: deque[ModelStep] = deque()
        self._calls: list[ModelCall] = []
        self._emit_traces = emit_traces
        self._advice: list[tuple[Exception, ModelRetryAdvice]] = []
        self.set_default_usage(default_usage)
        self.extend(steps)

    def __repr__(self) -> str:
        return f"ScriptedModel({len(self._calls)} calls made, {len(self._steps)} steps left)"

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """The calls so far."""
        return tuple(self._calls)

    @property
    def first_call(self) -> ModelCall | None:
        """The first call, if there was one."""
        return self._calls[0] if self._calls else None

    @property
    def last_call(self) -> ModelCall | None:
        """The latest call, if there was one."""
        return self._calls[-1] if self._calls else None

    @property
    def remaining_steps(self) -> int:
        """How many calls the script still foresees."""
        return len(self._steps)

    def enqueue(self, step: ModelScriptItem) -> None:
        """Add a step to the script."""
        self.extend([step])

    def extend(self, steps: Iterable[ModelScriptItem]) -> None:
        """Add steps to the script; where one of them is wrong, none."""
        self._steps.extend([as_step(step, index) for index, step in enumerate(steps)])

    def set_default_usage(self, usage: Usage | None) -> None:
        """Set the usage of steps that have none of their own."""
        self._default_usage = copy.deepcopy(usage) if usage is not None else Usage(requests=1)

    def assert_complete(self) -> None:
        """Check that the script was played to its end.

        Raises:
            UnconsumedModelSteps: It was not.
        """
        if self._steps:
            raise UnconsumedModelSteps(
                f"The run ended with {len(self._steps)} scripted model step(s) left after {len(self._calls)} call(s).",
                remaining_steps=len(self._steps),
            )

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """The advice of the step that raised this very error."""
        return next((advice for error, advice in reversed(self._advice) if error is request.error), None)

    async def answer(self, question: Question) -> ModelResponse:
        """The next step's answer; see :meth:`Model.get_response`."""
        call = self._record(question, streamed=False)
        with self._span(call) as span:
            response = self._answer(await self._next(call), call)
            _trace(span, call, response)
            return response

    async def answer_in_events(self, question: Question) -> AsyncIterator[TResponseStreamEvent]:
        """The next step's answer as events; see :meth:`Model.stream_response`."""
        call = self._record(question, streamed=True)
        with self._span(call) as span:
            step = await self._next(call)
            if callable(step.stream_events):
                made: Any = step.stream_events(call)
                async with aclosing(made) if hasattr(made, "aclose") else nullcontext(made):
                    async for event in made:
                        yield event
                return
            response = self._answer(step, call)
            _trace(span, call, response)
            exact = step.stream_events
            for event in events_of(response, _NAME) if exact is None else exact:
                yield event

    def _record(self, question: Question, *, streamed: bool) -> ModelCall:
        items, settings, prompt = copy.deepcopy((question.input, question.model_settings, question.prompt))
        call = ModelCall(
            question.system_instructions,
            items,
            settings,
            list(question.tools),
            question.output_schema,
            list(question.handoffs),
            question.tracing,
            question.previous_response_id,
            question.conversation_id,
            prompt,
            streamed,
        )
        self._calls.append(call)
        return call

    @contextmanager
    def _span(self, call: ModelCall) -> Iterator[Span[GenerationSpanData]]:
        off = not self._emit_traces or call.tracing.is_disabled()
        with generation_span(model=_NAME, disabled=off) as span:
            try:
                yield span
            except Exception as error:
                if not call.tracing.include_data():  # else the span itself notes all of it
                    span.set_error({"message": "The model call failed.", "data": {"type": type(error).__name__}})
                raise

    async def _next(self, call: ModelCall) -> ModelStep:
        if not self._steps:
            number = len(self._calls)
            how = "streamed" if call.streamed else "plain"
            raise UnexpectedModelCall(
                f"Model call {number} ({how}) is one more than the script has steps: an agent that should"
                " have ended went on, or a step is missing.",
                call=call,
                call_index=number - 1,
            )
        step = self._steps.popleft()
        while step.responder is not None:
            made: Any = step.responder(call)
            step = as_step(await settled(made), 0)
        if step.error is not None:
            if step.retry_advice is not None:
                self._advice.append((step.error, step.retry_advice))
            raise step.error
        return step

    def _answer(self, step: ModelStep, call: ModelCall) -> ModelResponse:
        usage = copy.deepcopy(self._default_usage if step.usage == Usage() else step.usage)
        usage.requests = usage.requests or 1
        raw_usage = step.raw_usage if call.model_settings.preserve_raw_usage else None
        return ModelResponse(list(step.output), usage, step.response_id, step.request_id, raw_usage)


def _trace(span: Span[GenerationSpanData], call: ModelCall, response: ModelResponse) -> None:
    span.span_data.usage = model_usage_to_span_usage(response.usage)
    if call.tracing.include_data():
        items: Any = ItemHelpers.input_to_new_input_list(call.input)
        span.span_data.input = items
        span.span_data.output = [item.model_dump(exclude_unset=True) for item in response.output]
