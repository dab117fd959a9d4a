"""Model calls that take too long, fail and are tried again, or end in ways that no model should."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents import (
    Agent,
    ModelBehaviorError,
    ModelRetryAdvice,
    ModelRetrySettings,
    ModelSettings,
    ModelTimeoutError,
    ProviderConnectionError,
    ProviderError,
    RateLimitError,
    Runner,
    function_tool,
    retry_policies,
)
from agents.models.replay import events_of
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call

RETRY = ModelSettings(
    retry=ModelRetrySettings(
        max_retries=2,
        backoff={"initial_delay": 0, "jitter": False},
        policy=retry_policies.any(retry_policies.network_error(), retry_policies.http_status([429])),
    )
)


def limited() -> RateLimitError:
    return RateLimitError("slow down", provider="p", status=429, retry_after=0)


async def test_a_model_that_takes_too_long_is_stopped(run: Any) -> None:
    """The limit holds for a model that never answers, and the model hears that nobody waits any more."""
    log: list[str] = []

    async def respond(call: Any) -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append("stopped")
            raise

    model = ScriptedModel([ModelStep.respond(respond)])
    agent = Agent("A", model=model, model_settings=ModelSettings(timeout=0.01))

    with pytest.raises(ModelTimeoutError, match=r"within 0\.01 seconds") as caught:
        await run(agent)

    assert log == ["stopped"] * len(model.calls)  # a busy machine may not get as far as the call
    assert caught.value.run_data is not None


async def test_a_call_that_fails_is_tried_again_as_the_settings_say(run: Any, says: Any) -> None:
    """The conversation goes on as if nothing had happened; the result holds one answer."""
    model = says(limited(), ProviderConnectionError("reset", provider="p"), "Hi.")

    result = await run(Agent("A", model=model, model_settings=RETRY))

    assert result.final_output == "Hi."
    assert len(model.calls) == 3
    assert len(result.raw_responses) == 1
    assert model.calls[0].input == model.calls[2].input


CASES = {
    "no settings": (ModelSettings(), limited(), 1),
    "a failure that no policy names": (RETRY, ValueError("a bug"), 1),
    "too many failures": (RETRY, limited(), 3),
}


@pytest.mark.parametrize("case", list(CASES))
async def test_a_failure_that_is_not_to_be_retried_is_the_callers(run: Any, says: Any, case: str) -> None:
    """Retrying what cannot succeed costs time and hides bugs."""
    settings, error, calls = CASES[case]
    model = says(*[error] * 4)

    with pytest.raises(type(error)) as caught:
        await run(Agent("A", model=model, model_settings=settings))

    assert caught.value is error
    assert len(model.calls) == calls


async def test_the_models_own_advice_is_heard(run: Any) -> None:
    """A model may know that a failure it reports is worth another try."""
    settings = ModelSettings(
        retry=ModelRetrySettings(
            max_retries=1, backoff={"initial_delay": 0}, policy=retry_policies.provider_suggested()
        )
    )
    advice = ModelRetryAdvice(suggested=True, replay_safety="safe", retry_after=0)
    model = ScriptedModel([ModelStep.raise_error(OSError("odd"), retry_advice=advice), [assistant_message("Hi.")]])

    assert (await run(Agent("A", model=model, model_settings=settings))).final_output == "Hi."


async def test_a_stream_that_has_begun_is_not_tried_again(says: Any) -> None:
    """The reader has seen half an answer: a second beginning would garble it."""

    async def breaks(call: Any) -> Any:
        answer = await says("Hello.").get_response(None, [], RETRY, [], None, [], call.tracing)
        for event in list(events_of(answer, "m"))[:5]:
            yield event
        raise ProviderConnectionError("reset", provider="p")

    model = ScriptedModel([ModelStep.stream(breaks)])
    result = Runner.run_streamed(Agent("A", model=model, model_settings=RETRY), "Hi")

    with pytest.raises(ProviderConnectionError):
        async for _ in result.stream_events():
            pass

    assert len(model.calls) == 1


async def test_a_stream_without_an_end_is_an_error(says: Any) -> None:
    """A model of one's own that forgets the last event must not end as an empty answer."""
    model = ScriptedModel([ModelStep.stream([])])
    result = Runner.run_streamed(Agent("A", model=model), "Hi")

    with pytest.raises(ModelBehaviorError, match="ended without a final response"):
        async for _ in result.stream_events():
            pass


async def test_a_stream_that_says_it_failed_is_an_error_of_the_service(says: Any) -> None:
    """The Responses API reports some failures as its last event, after the status 200."""
    from openai.types.responses import Response, ResponseFailedEvent

    failed = Response.model_validate(
        {
            "id": "resp_1",
            "created_at": 0,
            "model": "m",
            "object": "response",
            "output": [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "status": "failed",
            "error": {"code": "server_error", "message": "Out of order."},
        }
    )
    event = ResponseFailedEvent(response=failed, sequence_number=0, type="response.failed")
    result = Runner.run_streamed(Agent("A", model=ScriptedModel([ModelStep.stream([event])])), "Hi")

    with pytest.raises(ProviderError, match="Out of order") as caught:
        async for _ in result.stream_events():
            pass

    assert caught.value.code == "server_error"


class Stream:
    """An async iterator that is no generator: all that the interface promises."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.events = answer, None

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> Any:
        if self.events is None:
            self.events = events_of(await self.answer, "mine")
        for event in self.events:
            return event
        raise StopAsyncIteration


async def test_any_async_iterator_of_events_will_do() -> None:
    """Whoever writes a model may return an iterator of their own."""

    class Mine(ScriptedModel):
        def stream_response(self, *arguments: Any, **state: Any) -> Any:
            return Stream(self.get_response(*arguments, **state))

    result = Runner.run_streamed(Agent("A", model=Mine([[assistant_message("Hi.")]])), "Hello")
    async for _ in result.stream_events():
        pass

    assert result.final_output == "Hi."


async def test_a_last_event_without_output_leaves_what_was_streamed() -> None:
    """Some gateways send each item when it is done, and an empty answer at the end: the call in it would be lost."""
    called: list[str] = []

    @function_tool
    def note(text: str) -> None:
        called.append(text)

    class Gateway(ScriptedModel):
        async def stream_response(self, *arguments: Any, **state: Any) -> Any:
            async for event in super().stream_response(*arguments, **state):
                if event.type == "response.completed":
                    event.response.output = []
                yield event

    calls = [function_call("note", {"text": text}, call_id=text) for text in ("a", "b")]
    script = [calls, [assistant_message("Hi.")]]
    result = Runner.run_streamed(Agent("A", model=Gateway(script), tools=[note]), "Hello")
    async for _ in result.stream_events():
        pass

    assert called == ["a", "b"]
    assert result.final_output == "Hi."
