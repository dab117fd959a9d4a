"""Settings of a run that change single things: what a model is told of failures, and what of a history it gets."""

from __future__ import annotations

from typing import Any

import pytest

from agents import (
    Agent,
    GuardrailFunctionOutput,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    SQLiteSession,
    ToolExecutionConfig,
    UserError,
    function_tool,
)


@function_tool
def fetch() -> str:
    """Fetch."""
    raise ConnectionError("password=hunter2")


@function_tool(failure_error_function=lambda context, error: "own words")
def fetch_with_own_words() -> str:
    """Fetch."""
    raise ConnectionError("no")


def outputs(result: Any) -> list[Any]:
    return [item.output for item in result.new_items if item.type == "tool_call_output_item"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("The network is down.", "The network is down."),
        (None, "The tool failed with ConnectionError: password=hunter2"),
    ],
)
async def test_the_formatter_says_what_a_model_is_told_of_an_exception(
    run: Any, says: Any, words: str | None, told: str
) -> None:
    """One place decides how much of an error leaves the application."""
    seen: list[Any] = []

    def formatter(args: Any) -> str | None:
        seen.append((args.kind, args.tool_name, args.call_id, args.default_message, type(args.error)))
        return words

    agent = Agent("A", model=says(("fetch",), "Done."), tools=[fetch])

    result = await run(agent, run_config=RunConfig(tool_error_formatter=formatter))

    default = "The tool failed with ConnectionError: password=hunter2"
    assert seen == [("tool_exception", "fetch", "call_fetch", default, ConnectionError)]
    assert outputs(result) == [told]


async def test_a_tools_own_error_function_has_the_last_word(run: Any, says: Any) -> None:
    """What is said for one tool is more exact than what is said for all."""
    agent = Agent("A", model=says(("fetch_with_own_words",), "Done."), tools=[fetch_with_own_words])

    result = await run(agent, run_config=RunConfig(tool_error_formatter=lambda args: "never"))

    assert outputs(result) == ["own words"]


@pytest.mark.parametrize(
    ("chosen", "stands"),
    [
        (None, "Output withheld by an output guardrail."),
        ("Withheld.", "Withheld."),
        (lambda args: f"{args.agent.name}: {args.guardrail_name}", "A: discreet"),
        (lambda args: None, "Output withheld by an output guardrail."),
        (lambda args: 1 / 0, "Output withheld by an output guardrail."),
    ],
)
async def test_a_tools_output_that_was_blocked_is_out_of_the_history(
    run: Any, says: Any, chosen: Any, stands: str
) -> None:
    """The call was made and must not be made again; what it returned is not for anybody, the session included."""

    @function_tool
    def secret() -> str:
        """A secret."""
        return "the secret is 42"

    guardrail = OutputGuardrail(
        lambda context, agent, output: GuardrailFunctionOutput(None, tripwire_triggered="secret" in output),
        name="discreet",
    )
    agent = Agent(
        "A",
        model=says(("secret",)),
        tools=[secret],
        tool_use_behavior="stop_on_first_tool",
        output_guardrails=[guardrail],
    )
    session = SQLiteSession("s")

    with pytest.raises(OutputGuardrailTripwireTriggered) as caught:
        await run(agent, session=session, run_config=RunConfig(output_guardrail_blocked_message=chosen))

    data = caught.value.run_data
    assert [item.type for item in data.new_items] == ["tool_call_item", "tool_call_output_item"]
    assert outputs(data) == [stands]
    stored = str(await session.get_items())
    assert stands in stored
    assert "42" not in stored
    session.close()


@pytest.mark.parametrize("wrong", ["", 1])
def test_a_message_that_nobody_could_read_is_refused(wrong: Any) -> None:
    """It would only show when a guardrail stops something."""
    with pytest.raises(UserError, match="output_guardrail_blocked_message must be a text, a function, or None"):
        RunConfig(output_guardrail_blocked_message=wrong)


def test_how_tools_are_executed_may_be_said_in_a_dict() -> None:
    """Settings often come from a file; a misspelt one is refused as it is in the class."""
    assert RunConfig(tool_execution={"max_function_tool_concurrency": 2}).tool_execution == ToolExecutionConfig(2)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="tool_execution has no concurrency"):
        RunConfig(tool_execution={"concurrency": 2})  # type: ignore[arg-type]
