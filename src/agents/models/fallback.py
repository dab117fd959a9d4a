"""Several models in place of one: when the first fails, the next is asked.

Above: the run loop, which asks each model under its own time-out and retries, and withdraws what a failed one had
streamed. Below: any models. Whoever wraps a ``FallbackModel`` in a model of their own gets the same answers from its
``get_response`` and ``stream_response``, without the run's time-outs and retries in between.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union

from .. import models
from ..awaiting import settled
from ..exceptions import (
    BadRequestError,
    ContentPolicyError,
    ContextLengthError,
    ModelTimeoutError,
    ProviderError,
    UserError,
)
from ..logger import logger
from ..model_settings import ModelSettings
from ..retry import ModelRetrySettings
from ..stream_events import ModelFallbackStreamEvent
from ..usage import Usage
from .interface import Model, ModelProvider
from .question import Question, QuestionedModel

if TYPE_CHECKING:
    from ..items import ModelResponse

__all__ = ["FallbackModel", "FallbackOn", "may_fare_better"]

T = TypeVar("T")

FallbackOn: TypeAlias = Union[
    type[Exception], tuple[type[Exception], ...], Callable[[Exception], Union[bool, Awaitable[bool]]]
]
"""Exception types, or a function, sync or async, that tells of an error whether to ask the next model."""


def may_fare_better(error: Exception) -> bool:
    """Whether another model may not have this error: what a :class:`FallbackModel` goes by.

    Yes for whatever a service does wrong or refuses (limits, overload, a wrong key, an unknown model, a lost
    connection, an answer that nobody can read), for a time-out, and for a conversation that is too long or against one
    vendor's policy. No for a request that is wrong in itself, and for errors that no service made.
    """
    if isinstance(error, BadRequestError):
        return isinstance(error, (ContextLengthError, ContentPolicyError))
    return isinstance(error, (ProviderError, ModelTimeoutError))


class FallbackModel(QuestionedModel):
    """Asks the first of several models, and when it fails the next, and so on.

    ``Agent(model=FallbackModel(["anthropic/claude-sonnet-4-5", "openai/gpt-5.2"]))``. Each call begins with the first
    model. A model that fails after it has begun to stream is replaced too: a :class:`ModelFallbackStreamEvent` says
    what no longer holds.

    ``ModelSettings.timeout`` and ``ModelSettings.retry`` apply to each model by itself. Without ``retry``, no model but
    the last tries again on its own: the next model is asked at once. In a run that continues a conversation which a
    service stores (``previous_response_id``, ``conversation_id``), only models of the first one's service are asked, as
    no other knows what was said.

    Args:
        models: Models or their names, in the order in which to ask them. Names are those of ``Agent(model=...)``, and
            found by the same provider; all of them are looked up before the first is asked, so that a missing key
            shows at once.
        fallback_on: Which errors lead to the next model: exception types, or a function of the error.

    Raises:
        UserError: There are no models, or ``fallback_on`` is of another kind.
    """

    def __init__(self, models: Sequence[str | Model], *, fallback_on: FallbackOn = may_fare_better) -> None:
        if isinstance(models, str) or not models:
            raise UserError(f"FallbackModel takes a list of models, not {models!r}.")
        for model in models:
            if not isinstance(model, str) and not hasattr(model, "get_response"):
                raise UserError(f"FallbackModel takes models and their names, not {type(model).__name__}.")
        self.models = tuple(models)
        self.fallback_on = fallback_on
        self._falls_back = _judge(fallback_on)
        self._found: list[Model] | None = None

    def __repr__(self) -> str:
        return f"FallbackModel([{', '.join(map(repr, self.models))}])"

    @property
    def conversation_keeper(self) -> str | None:
        """Who keeps conversations for the first model: no model is asked after it that could not go on from them."""
        return _keeper(self.models[0])

    def found_by(self, provider: ModelProvider) -> FallbackModel:
        """The same with models in place of names, as this provider finds them."""
        found = [_found(model, provider) for model in self.models]
        return FallbackModel(found, fallback_on=self.fallback_on)

    async def close(self) -> None:
        """Close the models that were given as objects."""
        for model in self.models:
            if not isinstance(model, str):
                await model.close()

    async def first_answer(
        self,
        ask: Callable[[Model, ModelSettings], Awaitable[T]],
        settings: ModelSettings,
        *,
        tell: Callable[[ModelFallbackStreamEvent], None],
        stateful: bool = False,
    ) -> T:
        """The answer of the first model that gives one.

        Args:
            ask: Asks one model.
            settings: The settings of the call.
            tell: Told of each fallback, before the next model is asked.
            stateful: Whether the call continues what a service stores: only models that can go on from it are asked.

        Raises:
            Exception: What the last model raised, or an error after which no other is asked.
        """
        waiting = self._candidates(settings, stateful)
        earlier: Exception | None = None
        while True:
            model, its_settings = waiting.popleft()
            try:
                return await ask(model, its_settings)
            except Exception as error:
                _remember(error, earlier)
                if not waiting or not await self._falls_back(error):
                    raise
                earlier = error
            # Out here the failed attempt is let go: its frames are free while the next model works.
            tell(_fallback(earlier, model, waiting[0][0]))

    async def answer(self, question: Question) -> ModelResponse:
        """The whole answer; see :meth:`Model.get_response`. Its usage counts the models that failed, too."""
        spent = Usage()

        async def ask(model: Model, settings: ModelSettings) -> ModelResponse:
            asked, state = question.arguments(settings)
            return await model.get_response(*asked, **state)

        response = await self.first_answer(
            ask,
            question.model_settings,
            tell=lambda event: spent.add(event.usage),
            stateful=question.goes_on,
        )
        spent.add(response.usage)
        response.usage = spent
        return response

    async def answer_in_events(self, question: Question) -> AsyncIterator[Any]:
        """The answer as events, with a :class:`ModelFallbackStreamEvent` where the next model takes over."""
        waiting = self._candidates(question.model_settings, question.goes_on)
        earlier: Exception | None = None
        while True:
            model, settings = waiting.popleft()
            streamed: list[str] = []
            asked, state = question.arguments(settings)
            try:
                stream: Any = model.stream_response(*asked, **state)
                async with aclosing(stream) if hasattr(stream, "aclose") else nullcontext(stream):
                    async for event in stream:
                        note_streamed(streamed, event)
                        yield event
                return
            except Exception as error:
                _remember(error, earlier)
                if not waiting or not await self._falls_back(error):
                    raise
                earlier = error
            yield replace(_fallback(earlier, model, waiting[0][0]), withdrawn_item_ids=streamed)

    def _candidates(self, settings: ModelSettings, stateful: bool) -> deque[tuple[Model, ModelSettings]]:
        """The models, each with its settings: retries that the run does not see would only delay the fallback."""
        if self._found is None:
            self._found = [_found(model, None) for model in self.models]
        models = self._found
        if stateful:
            models = [model for model in models if _keeper(model) == _keeper(models[0])]
        at_once = settings if settings.retry is not None else replace(settings, retry=ModelRetrySettings(max_retries=0))
        return deque([*((model, at_once) for model in models[:-1]), (models[-1], settings)])


def _found(model: str | Model, provider: ModelProvider | None) -> Model:
    if isinstance(model, str):
        return (provider or models.MultiProvider()).get_model(model)
    return model.found_by(provider) if provider is not None and isinstance(model, FallbackModel) else model


def _keeper(model: str | Model) -> str | None:
    keeper: str | None = getattr(model, "conversation_keeper", "")
    return keeper


def note_streamed(item_ids: list[str], event: Any) -> None:
    """Keep in ``item_ids`` which items of the current answer a reader of the stream has seen begin."""
    if event.type == "model_fallback_stream_event":  # of a model within: it has withdrawn them
        item_ids.clear()
    elif event.type == "response.output_item.added":
        item_ids.append(event.item.id or event.item.call_id)


def _judge(fallback_on: Any) -> Callable[[Exception], Awaitable[bool]]:
    kinds = fallback_on if isinstance(fallback_on, tuple) else (fallback_on,)
    if all(isinstance(kind, type) and issubclass(kind, Exception) for kind in kinds):
        return partial(_judge_by, lambda error: isinstance(error, kinds))
    if not callable(fallback_on) or isinstance(fallback_on, type):
        raise UserError(f"fallback_on takes exception types, or a function of an error, not {fallback_on!r}.")
    return partial(_judge_by, fallback_on)


async def _judge_by(decide: Callable[[Exception], Any], error: Exception) -> bool:
    decided = decide(error)
    return bool(await settled(decided))


def _remember(error: Exception, earlier: Exception | None) -> None:
    """Let a traceback tell of the models that failed before."""
    if error.__context__ is None and error.__cause__ is None and earlier is not error:
        error.__context__ = earlier


def _fallback(error: Exception, failed: Model, following: Model) -> ModelFallbackStreamEvent:
    logger.warning("%r failed (%s): asking %r.", failed, type(error).__name__, following)
    partial_response = getattr(error, "partial_response", None)
    usage = partial_response.usage if partial_response is not None else Usage()
    return ModelFallbackStreamEvent([], failed_model=failed, next_model=following, error=error, usage=usage)
