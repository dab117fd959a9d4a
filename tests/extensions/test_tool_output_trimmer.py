"""What tools answered long ago is shortened before a model reads it, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from agents import Agent, RunConfig, Runner, UserError, function_tool
from agents.extensions import ToolOutputTrimmer
from agents.run_config import CallModelData, ModelInputData
from agents.testing import ScriptedModel, assistant_message, function_call

LONG = "word " * 300
PICTURE = "data:image/png;base64," + "A" * 2000


def turn(output: Any, name: str = "search", **more: Any) -> list[Any]:
    """A turn of the user's with one call of a tool."""
    return [
        {"role": "user", "content": "Find it."},
        {"type": "function_call", "call_id": "c", "name": name, "arguments": "{}", **more},
        {"type": "function_call_output", "call_id": "c", "output": output},
    ]


def trimmed(items: list[Any], **options: Any) -> list[Any]:
    """What the model reads, with two more turns behind."""
    given = [*items, {"role": "user", "content": "And?"}, {"role": "user", "content": "Well?"}]
    data: CallModelData[Any] = CallModelData(ModelInputData(given, "Be kind."), Agent("A"), None)
    made = ToolOutputTrimmer(**options)(data)
    assert made.instructions == "Be kind."
    assert len(made.input) == len(given)
    return made.input[: len(items)]


def test_a_long_output_becomes_a_line_and_its_beginning() -> None:
    """The model still knows what was there, and can call again for the rest."""
    (*_, output) = trimmed(turn(LONG), preview_chars=20)
    assert output["output"] == f"[Trimmed: search, 1500 characters]\n{LONG[:20]}..."
    assert output["call_id"] == "c"


@pytest.mark.parametrize(
    ("items", "options"),
    [
        (turn("short"), {}),
        (turn(LONG), {"max_output_chars": 1500}),
        (turn(LONG), {"recent_turns": 3}),
        (turn(LONG), {"recent_turns": 9}),
        (turn(LONG), {"trimmable_tools": "other"}),
        (turn("x" * 9), {"max_output_chars": 8}),  # would not become shorter
        ([{"role": "assistant", "content": LONG}], {}),
        ([], {}),
    ],
)
def test_all_else_stays_as_it_is(items: list[Any], options: dict[str, Any]) -> None:
    """Recent turns are what the model works on; other tools and messages are not the filter's business."""
    assert trimmed(items, **options) == items


@pytest.mark.parametrize("allowed", ["search", {"web.search"}, ["search"], "web.search"])
def test_a_tool_of_a_namespace_is_meant_by_both_of_its_names(allowed: Any) -> None:
    """Both names are shown to people."""
    (*_, output) = trimmed(turn(LONG, namespace="web"), trimmable_tools=allowed)
    assert output["output"].startswith("[Trimmed: web.search, ")


def test_pictures_and_files_count_and_are_named() -> None:
    """A picture of 2 MB is the longest output of all, and cannot be previewed."""
    parts = [
        {"type": "input_text", "text": "A view:"},
        {"type": "input_image", "image_url": PICTURE},
        {"type": "input_image", "image_url": PICTURE},
        {"type": "input_file", "file_data": "data:x", "filename": "x.txt"},
    ]
    (*_, output) = trimmed(turn(parts))
    assert output["output"] == "[Trimmed: search, 4062 characters, without 1 file, 2 image]\nA view:"
    (*_, output) = trimmed(turn(parts), max_output_chars=20)
    assert output["output"] == "[Trimmed]\nA view:"


def test_tools_that_were_found_stay_callable() -> None:
    """Their schemas lose words, not names: a property may be called ``description``."""
    schema = {
        "type": "object",
        "title": "T",
        "description": LONG,
        "properties": {"description": {"type": "string", "description": LONG, "enum": ["title"]}},
        "required": ["description"],
    }
    tool = {"type": "function", "name": "f", "description": LONG, "parameters": schema}
    call = {"type": "tool_search_call", "call_id": "s"}
    found = {
        "type": "tool_search_output",
        "call_id": "s",
        "tools": [{"type": "namespace", "name": "n", "tools": [tool]}],
    }
    (_, _, output) = trimmed([{"role": "user", "content": "Hi"}, call, found], preview_chars=4)
    ((kept,),) = [space["tools"] for space in output["tools"]]
    assert kept["description"] == "word..."
    assert kept["parameters"] == {
        "type": "object",
        "properties": {"description": {"type": "string", "enum": ["title"]}},
        "required": ["description"],
    }


@pytest.mark.parametrize("name", ["recent_turns", "max_output_chars"])
def test_numbers_that_mean_nothing_are_refused(name: str) -> None:
    """Zero turns would trim what the model works on."""
    with pytest.raises(UserError, match=f"{name} must be at least 1, not 0"):
        ToolOutputTrimmer(**{name: 0})


async def test_in_a_run_the_model_reads_less_and_the_result_keeps_all() -> None:
    """The filter is for the model alone: sessions and results hold what happened."""

    @function_tool
    def search() -> str:
        """Search."""
        return LONG

    model = ScriptedModel([[function_call("search", {}, call_id="c")], [assistant_message("Found.")]] * 2)
    agent = Agent("A", model=model, tools=[search])
    config = RunConfig(call_model_input_filter=ToolOutputTrimmer(recent_turns=1))
    first = await Runner.run(agent, "Find it.", run_config=config)
    second = await Runner.run(agent, [*first.to_input_list(), {"role": "user", "content": "Again."}], run_config=config)
    read = [item["output"] for item in model.last_call.input if item.get("type") == "function_call_output"]
    kept = [item["output"] for item in second.to_input_list() if item.get("type") == "function_call_output"]
    assert [len(text) < 300 for text in read] == [True, False]
    assert kept == [LONG, LONG]
