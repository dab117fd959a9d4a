"""What servers of one protocol do in ways of their own: fields of a profile, each seen on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import FallbackModel, ModelSettings, Runner, function_tool
from agents.testing.simulator import Disconnect, ErrorInStream, HttpError, Reply, Simulator, Text, Thinking, ToolCall

from . import wire
from .columns import CHAT, CLAUDE, OPENAI_CHAT, Column, Run, agent, kinds, raws, shown, thinking
from .table import shows

OSLO, ROME = (ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Rome"))


def messages(sim: Simulator, at: int = -1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sim.requests[at].body["messages"]
    return found


# --- Reasoning ---


@shows("dialects:think-tags", columns=(OPENAI_CHAT,))
@pytest.mark.simulator(chop=3)
async def test_reasoning_between_tags_is_reasoning(sim: Simulator, run: Run, column: Column) -> None:
    """Servers without a parser leave it in the text, where it would be shown as the answer."""
    said = ["<thi", "nk>Hm. ", "So.</th", "ink>\n\nHel", "lo."]
    sim.script(Reply([Text(pieces=said)]))
    result = await run(agent(column.on(sim, profile={"think_tag": "think"})))
    assert [shown(item).strip() for item in raws(result, "reasoning")] == ["Hm. So."]
    assert result.final_output.strip() == "Hello."


@shows("dialects:reasoning-never-empty", columns=(OPENAI_CHAT,))
@pytest.mark.simulator(reasoning_field="reasoning_content")
async def test_reasoning_that_is_missing_has_a_stand_in(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Kimi refuses a turn of calls whose reasoning is empty, as that of another model's is."""
    sim.script(Reply([OSLO]), "Windy.")
    profile = {"reasoning_replay": "reasoning_content", "reasoning_stand_in": " "}
    await run(agent(column.on(sim, profile=profile), tools=[weather]))
    (turn,) = [message for message in messages(sim) if message["role"] == "assistant"]
    assert turn["reasoning_content"] == " "


# --- Tool calls ---


@shows("dialects:call-in-text", columns=(OPENAI_CHAT,))
async def test_a_call_that_is_written_as_text_is_one(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Fireworks does so: the user would read JSON, and the tool would not run."""
    text = json.dumps({"type": "function", "name": "get_weather", "parameters": {"city": "Oslo"}})
    sim.script(Reply([Text(text)]), "Windy.")
    result = await run(agent(column.on(sim, profile={"calls_in_text": True}), tools=[weather]))
    assert kinds(result) == ["tool_call", "tool_call_output", "message_output"]
    assert result.final_output == "Windy."


FORMS: dict[str, tuple[dict[str, Any], Any]] = {
    "split": ({"splits_calls": True}, lambda told: [m["role"] for m in told[1:5]] == ["assistant", "tool"] * 2),
    "null": ({"call_content": "null"}, lambda told: told[1]["content"] is None),
    "space": ({"call_content": "space"}, lambda told: told[1]["content"].isspace()),
    "absent": ({}, lambda told: "tool_calls" not in told[0] and not told[1].get("content")),
}


@shows("dialects:message-forms", columns=(OPENAI_CHAT,))
@pytest.mark.parametrize("form", FORMS)
async def test_messages_have_the_form_that_the_server_takes(
    sim: Simulator, run: Run, column: Column, weather: Any, form: str
) -> None:
    """Databricks wants one call a message, Kimi no empty content, Together no empty list of calls."""
    profile, fits = FORMS[form]
    sim.script(Reply([OSLO, ROME]), "Windy.")
    await run(agent(column.on(sim, profile=profile), tools=[weather]))
    assert fits(messages(sim))
    assert wire.results(sim.requests[1]) == ["Windy at 4 °C"] * 2


@shows("dialects:bridge", columns=(OPENAI_CHAT,))
async def test_a_bridge_stands_between_tools_and_the_user(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Mistral takes no user message straight behind a tool's."""
    history = [
        {"role": "user", "content": "The weather?"},
        {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": '{"city": "Oslo"}'},
        {"type": "function_call_output", "call_id": "c1", "output": "Windy."},
        {"role": "user", "content": "Thanks."},
    ]
    sim.script("You are welcome.")
    await run(agent(column.on(sim, profile={"bridge_after_tools": "Done."}), tools=[weather]), history)
    assert [message["role"] for message in messages(sim)] == ["user", "assistant", "tool", "assistant", "user"]


@shows("dialects:no-choice-of-none", columns=(OPENAI_CHAT,))
async def test_without_a_choice_of_none_the_tools_are_left_out(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Mistral writes garbage when it has tools that it must not call."""
    sim.script("Hello.")
    model = column.on(sim, profile={"tool_choices": ("auto", "required", "named")})
    await run(agent(model, tools=[weather], model_settings=ModelSettings(tool_choice="none")))
    assert not {"tools", "tool_choice"} & set(sim.requests[0].body)


@shows("dialects:forced-choice")
async def test_a_choice_that_the_model_refuses_becomes_the_nearest(
    sim: Simulator, run: Run, column: Column, weather: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """DeepSeek, Kimi and the newest Claude refuse forced calls: said in the log, not by a 400."""
    sim.script("Hello.")
    if column in CLAUDE:
        model = column.on(sim, model="claude-opus-5-5")
    else:
        model = column.on(sim, profile={"tool_choices": ("auto", "none")})
    await run(agent(model, tools=[weather], model_settings=ModelSettings(tool_choice="required")))
    sent = sim.requests[0].body.get("tool_choice", "auto")
    assert sent in ("auto", {"type": "auto"})
    assert "tool_choice" in caplog.text


@shows("dialects:tool-names")
async def test_a_tool_of_any_name_is_called_by_it(sim: Simulator, run: Run, column: Column) -> None:
    """MCP servers name their tools as they please; two names must not become one."""

    @function_tool(name_override="weather.of/city ä")
    def one(city: str) -> str:
        """The weather of a city."""
        return f"one {city}"

    @function_tool(name_override="weather.of/city ö")
    def two(city: str) -> str:
        """The weather of a city, too."""
        return f"two {city}"

    def call_second(ask: Any) -> Any:
        return Reply([ToolCall(ask.tools[1].name, {"city": "Oslo"})]) if not ask.results else "Windy."

    sim.script(call_second, call_second)
    result = await run(agent(column.on(sim), tools=[one, two]))
    assert [call.name for call in raws(result, "function_call")] == ["weather.of/city ö"]
    assert wire.results(sim.requests[1]) == ["two Oslo"]
    assert len(set(wire.tool_names(sim.requests[0]))) == 2


# --- Answers that take more than one call ---

UNREADABLE = HttpError(
    400,
    body={
        "error": {
            "message": "Failed to call a function.",
            "type": "invalid_request_error",
            "code": "tool_use_failed",
            "failed_generation": "<function=get_weather{city: Oslo}</function>",
        }
    },
)


@shows("dialects:bungled-calls")
async def test_a_call_that_the_service_could_not_read_is_tried_again(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """The model bungled it, not the caller: it is told, and asked again."""
    bungled = UNREADABLE if column in CHAT else Reply(["Hm."], stop="MALFORMED_FUNCTION_CALL")
    sim.script(bungled, Reply([OSLO]), "Windy.")
    result = await run(agent(column.on(sim), tools=[weather]))
    assert result.final_output == "Windy."
    assert len(sim.requests) == 3


@shows("dialects:pause")
async def test_a_pause_is_gone_on_from(sim: Simulator, run: Run, column: Column) -> None:
    """Long turns of the service's own tools pause; to the run they are one answer."""
    sim.script(Reply([Thinking("Hm."), Text("Let me search.")], stop="pause"), "Found it.")
    result = await run(agent(column.on(sim), model_settings=thinking()))
    assert result.final_output == "Found it."
    assert len(result.raw_responses) == 1
    assert [message["role"] for message in messages(sim)] == ["user", "assistant"]


@shows("dialects:long-plain")
async def test_an_answer_too_long_for_a_plain_call_is_streamed_inside(sim: Simulator, run: Run, column: Column) -> None:
    """The service refuses plain calls that could last longer than ten minutes."""
    sim.script("A long story.")
    result = await run(agent(column.on(sim), model_settings=ModelSettings(max_tokens=64_000)))
    assert result.final_output == "A long story."
    assert sim.requests[0].stream


# --- Media ---


@shows("dialects:text-only")
async def test_a_model_that_cannot_see_is_told_what_was_there(sim: Simulator, run: Run, column: Column) -> None:
    """A conversation that changes hands must not fail on a picture of its past."""
    picture = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}
    sim.script("I cannot see it.")
    model = column.on(sim, profile={"media": ()})
    content = [{"type": "input_text", "text": "What is this?"}, picture]
    await run(agent(model), [{"role": "user", "content": content}])
    sent = str(sim.requests[0].body)
    assert "What is this?" in sent
    assert "image" in sent
    assert "iVBOR" not in sent


# --- The next model ---


SECOND = {"openai": "gpt-4.1", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash"}


@shows("failures:fallback")
async def test_the_next_model_answers_when_a_stream_breaks(sim: Simulator, run: Run, column: Column) -> None:
    """What was streamed is withdrawn, and what stands is the second answer alone."""
    fault = ErrorInStream(after=6) if run.__name__ == "streamed" else Disconnect()
    other = SECOND[column.provider]
    tries = 4  # LiteLLM may try again before it gives up
    sim.script(*[Reply(["one two three four five six seven"], faults=[fault])] * tries, model=column.wire_model)
    sim.script("The second answers.", model=other)
    result = await run(agent(FallbackModel([column.on(sim), column.on(sim, model=other)])))
    assert result.final_output == "The second answers."
    assert [sent.model for sent in sim.requests if sent.model != column.wire_model] == [other]
    assert "one two" not in str(result.to_input_list())


@shows("streams:finished-stands", way="streamed")
async def test_an_error_behind_the_end_does_not_hide_a_finished_answer(sim: Simulator, column: Column) -> None:
    """All was said, and paid for: that the connection broke while closing is nobody's concern."""
    sim.script(Reply(["Hello there."], faults=[Disconnect(after=99, reset=True)]))
    result = Runner.run_streamed(agent(column.on(sim)), "Hello")
    async for _ in result.stream_events():
        pass
    assert result.final_output == "Hello there."


@shows("items:no-warnings")
async def test_items_are_written_without_a_warning(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Whoever stores a conversation writes it as JSON."""
    sim.script(Reply([Thinking("Hm."), Text("Let me see."), OSLO]), "Windy.")
    result = await run(agent(column.on(sim), tools=[weather], model_settings=thinking()))
    for response in result.raw_responses:
        for item in response.output:
            assert json.loads(item.model_dump_json(warnings="error"))["type"] == item.type
    assert json.loads(json.dumps(result.to_input_list()))
