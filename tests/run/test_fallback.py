"""``FallbackModel``: the next model answers when one fails, before output and in the middle of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents import (
    Agent,
    AgentsException,
    AuthenticationError,
    BadRequestError,
    ContentPolicyError,
    ContextLengthError,
    FallbackModel,
    Model,
    ModelBehaviorError,
    ModelFallbackStreamEvent,
    ModelProvider,
    ModelResponse,
    ModelRetrySettings,
    ModelSettings,
    ModelTimeoutError,
    OverloadedError,
    ProviderConnectionError,
    ProviderError,
    RateLimitError,
    RunConfig,
    Runner,
    Usage,
    UserError,
    function_tool,
    retry_policies,
)
from agents.models.replay import events_of
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call

USAGE = Usage(requests=1, input_tokens=5, output_tokens=2, total_tokens=7)


def down(kind: type[ProviderError] = OverloadedError, **facts: Any) -> ProviderError:
    return kind("down", provider="p", **facts)


def breaks_off(output: list[Any], error: Exception, keep: int = 6) -> ModelStep:
    """A step that fails: a stream after its first events, and a plain call at once."""
    response = ModelResponse(output, Usage(requests=1), "resp_broken")

    async def events(call: Any) -> AsyncIterator[Any]:
        for number, event in enumerate(events_of(response, "broken")):
            if number == keep:
                raise error
            yield event

    return ModelStep.respond(lambda call: ModelStep.stream(events) if call.streamed else error)


async def streamed(agent: Agent[Any], **options: Any) -> tuple[Any, list[Any]]:
    """The result of a streamed run, and its events."""
    result = Runner.run_streamed(agent, "Hello", **options)
    return result, [event async for event in result.stream_events()]


async def test_the_next_model_answers_when_one_fails(run: Any, says: Any) -> None:
    """A service that is down must not take the application with it."""
    first, second, third = says(down()), says(down(RateLimitError)), says("Hi.")

    result = await run(Agent("A", model=FallbackModel([first, second, third])))

    assert result.final_output == "Hi."
    assert [len(model.calls) for model in (first, second, third)] == [1, 1, 1]
    assert first.calls[0].input == third.calls[0].input
    assert len(result.raw_responses) == 1


async def test_each_call_begins_with_the_first_model(run: Any, says: Any, weather: Any) -> None:
    """A service that is back is used again, in the same run."""
    first = says(down(), "Sunny.")
    second = says(("get_weather", {"city": "Rome"}))

    result = await run(Agent("A", model=FallbackModel([first, second]), tools=[weather]))

    assert result.final_output == "Sunny."
    assert [item.type for item in result.new_items] == [
        "tool_call_item",
        "tool_call_output_item",
        "message_output_item",
    ]


FALLS_BACK: list[Exception] = [
    down(ProviderConnectionError),
    down(RateLimitError),
    down(AuthenticationError),
    down(ContextLengthError, status=400),
    down(ContentPolicyError, status=400),
    down(ProviderError),
    ModelTimeoutError(1),
]
STAYS: list[Exception] = [down(BadRequestError, status=400), ModelBehaviorError("odd"), UserError("wrong"), KeyError()]


@pytest.mark.parametrize("error", FALLS_BACK, ids=lambda error: type(error).__name__)
async def test_what_another_model_may_not_have_leads_to_it(run: Any, says: Any, error: Exception) -> None:
    """The default covers what services do; nobody should have to list it."""
    result = await run(Agent("A", model=FallbackModel([says(error), says("Hi.")])))

    assert result.final_output == "Hi."


@pytest.mark.parametrize("error", STAYS, ids=lambda error: type(error).__name__)
async def test_what_would_be_as_wrong_elsewhere_is_raised(run: Any, says: Any, error: Exception) -> None:
    """A mistake in the request must be seen by whoever made it, not paid for twice."""
    second = says("Hi.")

    with pytest.raises(type(error)) as caught:
        await run(Agent("A", model=FallbackModel([says(error), second])))

    assert caught.value is error
    assert second.calls == ()


async def _only_odd(error: Exception) -> bool:
    return "odd" in str(error)


@pytest.mark.parametrize(
    ("fallback_on", "falls"),
    [
        (ModelBehaviorError, True),
        ((KeyError, ModelBehaviorError), True),
        (lambda error: "odd" in str(error), True),
        (_only_odd, True),
        (RateLimitError, False),
        (lambda error: False, False),
    ],
)
async def test_the_caller_chooses_the_errors(run: Any, says: Any, fallback_on: Any, falls: bool) -> None:
    """By their types, or by a function of the error, which may ask elsewhere first."""
    model = FallbackModel([says(ModelBehaviorError("odd")), says("Hi.")], fallback_on=fallback_on)

    if falls:
        assert (await run(Agent("A", model=model))).final_output == "Hi."
    else:
        with pytest.raises(ModelBehaviorError):
            await run(Agent("A", model=model))


async def test_when_all_fail_the_last_error_is_raised_and_tells_of_the_others(run: Any, says: Any) -> None:
    """The traceback names each model's failure; the run's data is on the error as on any other."""
    errors = [down(), down(RateLimitError), down(AuthenticationError)]

    with pytest.raises(AuthenticationError) as caught:
        await run(Agent("A", model=FallbackModel([says(error) for error in errors])))

    assert caught.value.__context__ is errors[1]
    assert errors[1].__context__ is errors[0]
    assert caught.value.run_data is not None


async def test_in_mid_stream_an_event_withdraws_what_was_streamed(says: Any) -> None:
    """A user interface takes exactly these items off the screen, and shows those that follow."""
    error = down(partial_response=ModelResponse([], USAGE, None))
    first = ScriptedModel([breaks_off([assistant_message("Once upon a")], error)])
    second = says("Hi.")

    result, events = await streamed(Agent("A", model=FallbackModel([first, second])))

    (withdrawal,) = [event for event in events if isinstance(event, ModelFallbackStreamEvent)]
    at = events.index(withdrawal)
    before = [event.data for event in events[:at] if event.type == "raw_response_event"]
    begun = [data.item.id for data in before if data.type == "response.output_item.added"]
    assert withdrawal.withdrawn_item_ids == begun != []
    assert (withdrawal.failed_model, withdrawal.next_model, withdrawal.error) == (first, second, error)
    assert withdrawal.usage == USAGE
    after = [event.data for event in events[at + 1 :] if event.type == "raw_response_event"]
    assert (after[0].type, after[0].sequence_number) == ("response.created", 0)
    assert [data.output_index for data in after if data.type == "response.output_item.added"] == [0]
    assert result.final_output == "Hi."
    assert [item.raw_item.content[0].text for item in result.new_items] == ["Hi."]
    assert "Once upon" not in str(result.to_input_list())
    assert [event.name for event in events if event.type == "run_item_stream_event"] == ["message_output_created"]
    assert result.context_wrapper.usage.total_tokens == 7


async def test_a_model_that_fails_before_output_withdraws_nothing(says: Any) -> None:
    """The event still tells who answers next."""
    first, second = says(down()), says("Hi.")

    _, events = await streamed(Agent("A", model=FallbackModel([first, second])))

    (withdrawal,) = [event for event in events if event.type == "model_fallback_stream_event"]
    assert withdrawal.withdrawn_item_ids == []
    assert withdrawal.next_model is second


async def test_half_a_tool_call_is_never_executed(run: Any, says: Any) -> None:
    """A call that was withdrawn did not happen, even where its arguments were complete."""
    ran: list[str] = []

    @function_tool
    def act(what: str) -> str:
        """Act."""
        ran.append(what)
        return "done"

    first = ScriptedModel([breaks_off([function_call("act", {"what": "wrong"}, call_id="c1")], down(), 4), down()])
    second = says(("act", {"what": "right"}), "Done.")

    result = await run(Agent("A", model=FallbackModel([first, second]), tools=[act]))

    assert ran == ["right"]
    assert [item.type for item in result.new_items][:2] == ["tool_call_item", "tool_call_output_item"]


async def test_usage_of_the_failed_attempt_is_counted(run: Any, says: Any) -> None:
    """The service that failed may have been paid."""
    error = down(partial_response=ModelResponse([], USAGE, None))

    result = await run(Agent("A", model=FallbackModel([says(error), says("Hi.", default_usage=USAGE)])))

    assert result.context_wrapper.usage.requests == 2
    assert result.context_wrapper.usage.total_tokens == 14


async def test_each_model_has_the_time_of_one_attempt(run: Any, says: Any, patiently: Any) -> None:
    """A model that hangs is left when its time is over, and the next one has as much again."""

    async def hang(call: Any) -> Any:
        await asyncio.Event().wait()

    async def attempt(seconds: float) -> None:
        first = ScriptedModel([ModelStep.respond(hang)])
        agent = Agent("A", model=FallbackModel([first, says("Hi.")]), model_settings=ModelSettings(timeout=seconds))

        assert (await run(agent)).final_output == "Hi."

    await patiently(attempt)


async def test_retries_of_the_run_apply_to_each_model(run: Any, says: Any) -> None:
    """One authority: what the policy retries is retried on the same model, then the next is asked."""
    policy = retry_policies.network_error()
    retry = ModelRetrySettings(max_retries=1, backoff={"initial_delay": 0}, policy=policy)
    first = says(down(ProviderConnectionError), down(ProviderConnectionError))
    second = says(down(ProviderConnectionError), "Hi.")
    agent = Agent("A", model=FallbackModel([first, second]), model_settings=ModelSettings(retry=retry))

    assert (await run(agent)).final_output == "Hi."
    assert (len(first.calls), len(second.calls)) == (2, 2)


async def test_no_model_but_the_last_retries_on_its_own(run: Any, says: Any) -> None:
    """Retries that the run does not see would keep the user waiting while the next model could answer."""
    first, second, third = says(down()), says(down()), says("Hi.")
    await run(Agent("A", model=FallbackModel([first, second, third])))

    retries = [model.calls[0].model_settings.retry for model in (first, second, third)]

    assert retries == [ModelRetrySettings(max_retries=0), ModelRetrySettings(max_retries=0), None]


class Named(ModelProvider):
    """Knows models by name."""

    def __init__(self, **models: Model) -> None:
        self.models = models

    def get_model(self, model_name: str | None) -> Model:
        if model_name not in self.models:
            raise UserError(f"no model {model_name!r}")
        return self.models[model_name]


async def test_names_are_found_by_the_runs_provider(run: Any, says: Any) -> None:
    """A name means the same within a FallbackModel as in ``Agent(model=...)``."""
    provider = Named(a=says(down()), b=says("Hi."))

    result = await run(Agent("A", model=FallbackModel(["a", "b"])), run_config=RunConfig(model_provider=provider))

    assert result.final_output == "Hi."


async def test_a_name_that_is_unknown_shows_before_it_is_needed(run: Any, says: Any) -> None:
    """The day on which the first model fails is a bad one to learn of a misspelt second."""
    provider = Named(a=says("Hi."))

    with pytest.raises(UserError, match="no model 'b'"):
        await run(Agent("A", model=FallbackModel(["a", "b"])), run_config=RunConfig(model_provider=provider))


async def test_fallbacks_nest(run: Any, says: Any) -> None:
    """Each has its own rule of which errors it answers for."""
    inner = FallbackModel([says(down()), says(ModelBehaviorError("odd"))])
    outer = FallbackModel([inner, says("Hi.")], fallback_on=AgentsException)

    assert (await run(Agent("A", model=outer))).final_output == "Hi."


class Wrapper(Model):
    """A model of a user's own around another."""

    def __init__(self, inner: Model) -> None:
        self.inner = inner

    async def get_response(self, *arguments: Any, **state: Any) -> ModelResponse:
        return await self.inner.get_response(*arguments, **state)

    async def stream_response(self, *arguments: Any, **state: Any) -> AsyncIterator[Any]:
        async for event in self.inner.stream_response(*arguments, **state):
            yield event


async def test_a_wrapped_fallback_model_falls_back_all_the_same(run: Any, says: Any) -> None:
    """Whoever wraps it, to log or to cache, loses nothing but the run's retries in between."""
    error = down(partial_response=ModelResponse([], USAGE, None))
    first = ScriptedModel([breaks_off([assistant_message("Once upon a")], error)])
    model = Wrapper(FallbackModel([first, says("Hi.", default_usage=USAGE)]))

    result = await run(Agent("A", model=model))

    assert result.final_output == "Hi."
    assert (result.context_wrapper.usage.requests, result.context_wrapper.usage.total_tokens) == (2, 14)


async def test_a_wrapped_fallback_model_withdraws_in_the_stream(says: Any) -> None:
    """The event passes through the wrapper as it came."""
    said = assistant_message("Once upon a")
    first = ScriptedModel([breaks_off([said], down())])
    agent = Agent("A", model=Wrapper(FallbackModel([first, says("Hi.")])))

    _, events = await streamed(agent)

    (withdrawal,) = [event for event in events if event.type == "model_fallback_stream_event"]
    assert withdrawal.withdrawn_item_ids == [said.id]


class Stored(ScriptedModel):
    """A model whose service keeps conversations."""

    def __init__(self, keeper: str, *steps: Any) -> None:
        super().__init__(steps)
        self.keeper = keeper

    @property
    def conversation_keeper(self) -> str | None:
        return self.keeper


@pytest.mark.parametrize("state", [{"previous_response_id": "resp_1"}, {"conversation_id": "conv_1"}])
@pytest.mark.parametrize("wrap", [lambda model: model, Wrapper], ids=["in the run", "wrapped"])
async def test_a_conversation_that_a_service_stores_stays_there(run: Any, state: Any, wrap: Any) -> None:
    """No other service knows what was said: its answer would come out of nothing."""
    hello = [assistant_message("Hi.")]
    elsewhere = Stored("there", hello)

    result = await run(
        Agent("A", model=wrap(FallbackModel([Stored("here", down()), elsewhere, Stored("here", hello)]))), **state
    )
    with pytest.raises(OverloadedError):
        await run(Agent("A", model=wrap(FallbackModel([Stored("here", down()), elsewhere]))), **state)

    assert result.final_output == "Hi."
    assert elsewhere.calls == ()


async def test_a_stored_conversation_is_told_only_what_is_new(run: Any, weather: Any) -> None:
    """A FallbackModel goes on from its service's responses as its first model would alone."""
    call = function_call("get_weather", {"city": "Rome"}, call_id="c1")
    model = Stored("here", ModelStep([call], response_id="resp_2"), down(), down())
    other = Stored("here", [assistant_message("Sunny.")])

    await run(Agent("A", model=FallbackModel([model, other]), tools=[weather]), previous_response_id="resp_1")

    assert [call.previous_response_id for call in (*model.calls, *other.calls)] == ["resp_1", "resp_2", "resp_2"]
    assert [item["type"] for item in other.calls[0].input] == ["function_call_output"]


async def test_an_agent_with_a_fallback_can_be_handed_to(run: Any, says: Any) -> None:
    """The model of any agent may be several."""
    second = Agent("B", model=FallbackModel([says(down()), says("From B.")]))
    first = Agent("A", model=FallbackModel([says(down()), says(("transfer_to_b",))]), handoffs=[second])

    result = await run(first)

    assert result.final_output == "From B."
    assert result.last_agent is second


async def test_a_cancelled_run_asks_nobody_else(says: Any) -> None:
    """Whoever leaves is not to be followed by another request."""
    begun = asyncio.Event()

    async def hang(call: Any) -> Any:
        begun.set()
        await asyncio.Event().wait()

    second = says("Hi.")
    agent = Agent("A", model=FallbackModel([ScriptedModel([ModelStep.respond(hang)]), second]))
    task = asyncio.ensure_future(Runner.run(agent, "Hello"))
    await begun.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert second.calls == ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"models": []}, r"takes a list of models, not \[\]"),
        ({"models": "gpt-5"}, "takes a list of models, not 'gpt-5'"),
        ({"models": [1]}, "takes models and their names, not int"),
        ({"models": ["a"], "fallback_on": 429}, "fallback_on takes exception types, or a function"),
        ({"models": ["a"], "fallback_on": (RateLimitError, 1)}, "fallback_on takes exception types, or a function"),
        ({"models": ["a"], "fallback_on": int}, "fallback_on takes exception types, or a function"),
    ],
)
def test_a_wrong_declaration_is_refused(arguments: dict[str, Any], said: str) -> None:
    """It would only show on the day on which a model fails."""
    with pytest.raises(UserError, match=said):
        FallbackModel(**arguments)
