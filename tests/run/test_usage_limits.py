"""Limits on what a run may use, and what it costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agents import (
    Agent,
    RunConfig,
    RunContextWrapper,
    Runner,
    Usage,
    UsageLimitExceeded,
    UsageLimits,
    UserError,
    function_tool,
)
from agents.testing import assistant_message, function_call


def limited(**limits: Any) -> dict[str, Any]:
    return {"run_config": RunConfig(usage_limits=UsageLimits(**limits))}


USAGE = Usage(requests=1, input_tokens=1000, output_tokens=100, total_tokens=1100)


def made_by(item: Any, provider: str = "openai", model: str = "gpt-4.1") -> Any:
    """An item that remembers its maker, as those of real models do. GPT-4.1 takes 0.0028 $ for ``USAGE``."""
    item.provider_data = {"provider": provider, "model": model}
    return item


CALLS = [made_by(function_call("get_weather", {"city": "Rome"}, call_id=f"call_{number}")) for number in range(3)]

REACHED: dict[str, tuple[Any, Any, int]] = {
    "requests": (2, 2, 2),
    "input_tokens": (1500, 2000, 2),
    "output_tokens": (200, 200, 2),
    "total_tokens": (1, 1100, 1),
    "cost": (0.005, Decimal("0.0056"), 2),
}
"""For each limit: what it allows, what had been used when it stopped the run, after how many calls."""


@pytest.mark.parametrize("limit", list(REACHED))
async def test_a_run_stops_before_the_call_that_would_pass_its_limit(
    run: Any, says: Any, weather: Any, limit: str
) -> None:
    """A loop of an agent that goes astray must not run up a bill; what was made is kept."""
    allowed, used, calls = REACHED[limit]
    model = says(*[[call] for call in CALLS], default_usage=USAGE)

    with pytest.raises(UsageLimitExceeded, match=rf"usage_limits.{limit} is {allowed}, and it comes to") as caught:
        await run(Agent("A", model=model, tools=[weather]), **limited(**{limit: allowed}))

    assert (caught.value.limit, caught.value.allowed, caught.value.used) == (limit, allowed, used)
    assert len(model.calls) == calls
    assert caught.value.run_data.context_wrapper.usage.requests == calls
    assert len(caught.value.run_data.new_items) == 2 * calls


@pytest.mark.parametrize("limit", list(REACHED))
async def test_a_final_output_that_has_been_paid_for_is_given(run: Any, says: Any, limit: str) -> None:
    """To throw the answer away would not bring the money back."""
    used = REACHED[limit][1] if limit == "cost" else 1
    result = await run(
        Agent("A", model=says([made_by(assistant_message("Hi."))], default_usage=USAGE)), **limited(**{limit: used})
    )

    assert result.final_output == "Hi."


async def test_a_turn_that_asks_for_too_many_tools_runs_none(run: Any, says: Any) -> None:
    """Half of a turn's tool calls are worse than none: the limit is known before the first."""
    ran: list[int] = []

    @function_tool
    def act(number: int) -> str:
        """Act."""
        ran.append(number)
        return "done"

    turns = [[function_call("act", {"number": n}, call_id=f"call_{n}")] for n in range(1)]
    turns.append([function_call("act", {"number": n}, call_id=f"call_{n}") for n in (1, 2)])

    with pytest.raises(UsageLimitExceeded, match="tool_calls is 2, and it comes to 3") as caught:
        await run(Agent("A", model=says(*turns), tools=[act]), **limited(tool_calls=2))

    assert ran == [0]
    assert caught.value.run_data.context_wrapper.usage.tool_calls == 1


async def test_tool_calls_within_the_limit_are_carried_out(run: Any, says: Any, weather: Any) -> None:
    """The limit is what is allowed, not what is forbidden."""
    result = await run(
        Agent("A", model=says(*[[call] for call in CALLS], "Sunny."), tools=[weather]), **limited(tool_calls=3)
    )

    assert result.final_output == "Sunny."
    assert result.context_wrapper.usage.tool_calls == 3


async def asks(context: Any, arguments: Any, call_id: str) -> bool:
    return True


@pytest.mark.parametrize("needed", [True, asks], ids=["always", "as a function says"])
@pytest.mark.parametrize("approved", [True, False])
async def test_a_call_counts_when_it_may_run_not_when_it_waits(
    run: Any, says: Any, approved: bool, needed: Any
) -> None:
    """Nobody can decide on a call that a limit has ended the run for; a rejected one uses nothing."""
    ran: list[int] = []

    @function_tool(needs_approval=needed)
    def act(number: int) -> str:
        """Act."""
        ran.append(number)
        return "done"

    turn = [function_call("act", {"number": n}, call_id=f"call_{n}") for n in (1, 2)]
    agent = Agent("A", model=says(turn, "Done."), tools=[act])
    waiting = await run(agent, **limited(tool_calls=1))
    state = waiting.to_state()
    first, second = waiting.interruptions
    state.approve(first)
    (state.approve if approved else state.reject)(second)

    if approved:
        with pytest.raises(UsageLimitExceeded, match="tool_calls is 1, and it comes to 2"):
            await Runner.run(agent, state, **limited(tool_calls=1))
    else:
        assert (await Runner.run(agent, state, **limited(tool_calls=1))).final_output == "Done."

    assert ran == ([] if approved else [1])


async def test_what_was_approved_before_a_limit_is_still_approved_behind_it(run: Any, says: Any) -> None:
    """A limit that ends the run before a call is made has not used the human's decision up."""

    @function_tool(needs_approval=asks)
    def act() -> str:
        """Act."""
        return "done"

    agent = Agent("A", model=says(("act",), "Done."), tools=[act])
    state = (await run(agent)).to_state()
    state.approve(state.get_interruptions()[0])
    with pytest.raises(UsageLimitExceeded) as caught:
        await run(agent, state, **limited(tool_calls=0))

    assert (await run(agent, caught.value.run_data.to_state())).final_output == "Done."


async def test_runs_that_share_a_context_share_its_limit(says: Any, weather: Any) -> None:
    """An agent that runs as a tool spends the same money; a limit on the whole counts it."""
    inner = Agent("Inner", model=says("Deep.", default_usage=USAGE))

    @function_tool
    async def ask(context: RunContextWrapper[Any]) -> str:
        """Ask another agent."""
        wrapper = RunContextWrapper(context.context, context.usage)
        return str((await Runner.run(inner, "?", context=wrapper)).final_output)  # type: ignore[arg-type]

    agent = Agent("Outer", model=says(("ask", {}), "Never.", default_usage=USAGE), tools=[ask])

    with pytest.raises(UsageLimitExceeded, match="requests is 2, and it comes to 2"):
        await Runner.run(agent, "Hello", **limited(requests=2))


async def test_a_limit_on_money_needs_a_known_price(run: Any, says: Any, weather: Any) -> None:
    """A limit that cannot be held must not pass in silence."""
    call = made_by(function_call("get_weather", {"city": "Rome"}, call_id="call_1"), model="not-heard-of")
    model = says([call], default_usage=USAGE)

    with pytest.raises(UserError, match=r"usage_limits\.cost cannot be held.*openai/not-heard-of"):
        await run(Agent("A", model=model, tools=[weather]), **limited(cost=1))

    assert len(model.calls) == 1


async def test_an_agent_as_a_tool_is_bound_by_the_limits_of_the_run(run: Any, says: Any) -> None:
    """It spends the run's money: the second inner call would be the run's third."""
    inner_model = says(("ping",), "Never.", default_usage=USAGE)

    @function_tool
    def ping() -> str:
        """Ping."""
        return "pong"

    inner = Agent("Inner", model=inner_model, tools=[ping])
    tool = inner.as_tool("ask", "Asks.", failure_error_function=None)
    model = says(("ask", {"input": "?"}), "Never.", default_usage=USAGE)

    with pytest.raises(UsageLimitExceeded, match="requests is 2, and it comes to 2") as caught:
        await run(Agent("Outer", model=model, tools=[tool]), **limited(requests=2))

    assert (len(model.calls), len(inner_model.calls)) == (1, 1)
    assert caught.value.run_data.last_agent.name == "Outer"


@pytest.mark.parametrize("wrong", [{"requests": -1}, {"total_tokens": 1.5}, {"tool_calls": True}, {"cost": "1"}])
def test_a_limit_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    """A limit that compares strangely is found when it is written down."""
    with pytest.raises(UserError, match=rf"UsageLimits.{next(iter(wrong))} must be a number, 0 or more"):
        UsageLimits(**wrong)


def test_limits_of_another_kind_are_refused() -> None:
    """A dict would never be looked at."""
    with pytest.raises(UserError, match="usage_limits must be UsageLimits or None"):
        RunConfig(usage_limits={"requests": 1})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "cost"), [("claude-sonnet-4-5", Decimal("0.0028") + Decimal("0.0045")), ("claude-of-next-year", None)]
)
async def test_the_cost_of_a_run_is_the_sum_over_its_requests(
    run: Any, says: Any, model: str, cost: Decimal | None
) -> None:
    """Each request at the price of the model that answered it; a sum without one of its parts is none."""
    last = made_by(assistant_message("Sunny."), "anthropic", model)
    other = Agent("B", model=says([last], default_usage=USAGE))
    first = made_by(function_call("transfer_to_b", {}, call_id="call_1"))

    result = await run(Agent("A", model=says([first], default_usage=USAGE), handoffs=[other]))

    assert result.cost() == cost


async def test_a_request_without_tokens_has_no_price(run: Any, says: Any) -> None:
    """A service that reports no usage was not free."""
    result = await run(Agent("A", model=says("Hi.")))

    assert result.context_wrapper.usage.requests == 1
    assert result.cost() is None
