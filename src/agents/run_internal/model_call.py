"""One model call of a run, plain or streamed, with its hooks, its input filter and its retries."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..awaiting import answer_of
from ..exceptions import ModelBehaviorError, ProviderError, UserError
from ..items import ModelResponse, without_reasoning_id
from ..logger import logger
from ..model_settings import ModelSettings
from ..models.fallback import FallbackModel, note_streamed
from ..models.interface import Model
from ..run_config import CallModelData, ModelInputData
from ..server_conversation import ServerConversation
from ..stream_events import ModelFallbackStreamEvent, RawResponsesStreamEvent
from ..usage import Usage, deserialize_usage
from .hooks import tell
from .model_retry import Attempt, call_with_retries
from .run_steps import PreparedTurn, RunScope

if TYPE_CHECKING:
    pass

_TERMINAL = frozenset({"response.completed", "response.incomplete"})


async def call_model(run: RunScope, turn: PreparedTurn) -> ModelResponse:
    """Ask the model, and count what it cost, whether it answers or fails."""
    data = await _filtered(run, turn)
    run.context.turn_input = list(data.input)
    await tell(run, turn.agent, "on_llm_start", run.context, turn.agent, data.instructions, data.input)
    response = await _answer(run, turn, data)
    run.result.raw_responses.append(response)
    _count(run, response)
    await tell(run, turn.agent, "on_llm_end", run.context, turn.agent, response)
    return response


async def _answer(run: RunScope, turn: PreparedTurn, data: ModelInputData) -> ModelResponse:
    """The answer of the model, or of the first of several that gives one; each under its own time-out and retries."""
    streamed: list[str] | None = [] if isinstance(turn.model, FallbackModel) else None

    async def ask(model: Model, settings: ModelSettings) -> ModelResponse:
        if isinstance(model, FallbackModel):
            return await model.first_answer(ask, settings, tell=withdraw, stateful=run.server.active)

        asked = turn if model is turn.model else replace(turn, model=model, settings=settings)

        async def attempt(current: Attempt) -> ModelResponse:
            try:
                return await _ask(run, asked, data, current, streamed)
            except asyncio.CancelledError as stopped:  # by a time-out, a guardrail, the user: it costs all the same
                _count_failure(run, stopped)
                raise

        return await call_with_retries(
            attempt,
            settings=settings.retry,
            timeout=settings.timeout,
            advise=model.get_retry_advice,
            stream=run.events is not None,
            previous_response_id=run.server.previous_response_id,
            conversation_id=run.server.conversation_id,
            on_failed_attempt=lambda error: _count_failure(run, error),
        )

    def withdraw(event: ModelFallbackStreamEvent) -> None:
        if run.events is not None:
            run.events.put(replace(event, withdrawn_item_ids=list(streamed or ())))
        if streamed is not None:
            streamed.clear()

    return await ask(turn.model, turn.settings)


def _count_failure(run: RunScope, error: BaseException) -> None:
    """Add what a service had reported of a call before it failed or was stopped."""
    partial: ModelResponse | None = getattr(error, "partial_response", None)
    if partial is not None:
        _count(run, partial)


def _count(run: RunScope, response: ModelResponse) -> None:
    """Add what a response cost to the run, with the name of who made it."""
    made: list[dict[str, Any]] = [getattr(item, "provider_data", None) or {} for item in response.output]
    maker = next((each for each in made if "provider" in each), {})
    run.context.usage.add(response.usage, provider=maker.get("provider"), model=maker.get("model"))


async def _filtered(run: RunScope, turn: PreparedTurn) -> ModelInputData:
    known = run.server.known if run.server.serves(keeper_of(turn.model)) else 0
    items = run.result.conversation[known:]
    if run.progress.reasoning_item_id_policy == "omit":
        items = [without_reasoning_id(item) for item in items]
    data = ModelInputData(items, turn.instructions)
    if run.config.call_model_input_filter is None:
        return data
    given = CallModelData(data, turn.agent, run.context.context)
    made: Any = await answer_of("call_model_input_filter", run.config.call_model_input_filter, given)
    if not isinstance(made, ModelInputData):
        raise UserError(f"call_model_input_filter returns ModelInputData, not {type(made).__name__}.")
    return made


def keeper_of(model: Model) -> str | None:
    """Who keeps conversations for a model; of one that does not say, that it can go on from what it is given."""
    keeper: str | None = getattr(model, "conversation_keeper", "")
    return keeper


def _server_state(server: ServerConversation, model: Model) -> dict[str, Any]:
    """What the model's service should go on from.

    A model that cannot is told of it where it misses what was said before the run, and says so in its own way.
    """
    keeper = keeper_of(model)
    told = server.serves(keeper) or (server.began_before and keeper is None)
    if server.began_before and not told:
        logger.warning("%r does not know what was said before this run: %s keeps it.", model, server.keeper)
    return {
        "previous_response_id": server.previous_response_id if told else None,
        "conversation_id": server.conversation_id if told else None,
    }


async def _ask(
    run: RunScope, turn: PreparedTurn, data: ModelInputData, attempt: Attempt, streamed: list[str] | None
) -> ModelResponse:
    arguments = (
        data.instructions,
        data.input,
        turn.settings,
        turn.tools,
        turn.output_schema,
        turn.handoffs,
        turn.tracing,
    )
    state = {**_server_state(run.server, turn.model), "prompt": turn.prompt}
    if run.events is None:
        return await turn.model.get_response(*arguments, **state)
    response: ModelResponse | None = None
    done: list[Any] = []
    stream: Any = turn.model.stream_response(*arguments, **state)
    async with aclosing(stream) if hasattr(stream, "aclose") else nullcontext(stream):
        async for event in stream:
            attempt.started = True
            if streamed is not None:
                note_streamed(streamed, event)
            kind = event.type
            if kind == "model_fallback_stream_event":  # of a fallback within a model of the caller's own
                run.context.usage.add(event.usage)
                run.events.put(event)
                continue
            run.events.put(RawResponsesStreamEvent(event))
            if kind == "response.output_item.done":
                done.append(event.item)
            elif kind in _TERMINAL:
                response = _response_of(event.response)
            elif kind == "response.failed":
                raise _failure(event.response)
    if response is None:
        raise ModelBehaviorError(f"The stream of {turn.model!r} ended without a final response.")
    return response if response.output or not done else replace(response, output=done)  # gateways empty the last event


def _failure(response: Any) -> ProviderError:
    """What the last event of a stream says that failed at the provider."""
    code, message = getattr(response.error, "code", None), getattr(response.error, "message", None)
    return ProviderError(message or "The response failed.", code=code, partial_response=_response_of(response))


def _response_of(response: Any) -> ModelResponse:
    """The answer that the last event of a stream holds."""
    usage = Usage(requests=1)
    if response.usage is not None:
        usage = Usage(
            requests=1,
            input_tokens=response.usage.input_tokens,
            output_tokens=response.usage.output_tokens,
            total_tokens=response.usage.total_tokens,
            input_tokens_details=response.usage.input_tokens_details,
            output_tokens_details=response.usage.output_tokens_details,
        )
    kept = getattr(response, "provider_data", None) or {}
    return ModelResponse(
        output=list(response.output),
        usage=deserialize_usage(kept["usage"]) if "usage" in kept else usage,  # of an answer that took several calls
        response_id=response.id or None,
        request_id=getattr(response, "_request_id", None),
        raw_usage=kept.get("raw_usage"),
    )
