"""Hosted tools on Gemini: what is asked for, and what becomes of the parts and the grounding that they leave."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from agents import (
    Agent,
    AnyModel,
    CodeInterpreterTool,
    FileSearchTool,
    ModelSettings,
    Runner,
    UserError,
    WebSearchTool,
    function_tool,
)
from agents.testing.simulator import CodeRun, FileSearch, Raw, Reply, Simulator, Text, ToolCall, WebSearch

from .conftest import model

CODE = CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}})
FILES = FileSearchTool(["fileSearchStores/manuals"], max_num_results=3)
TOOLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "web": (WebSearchTool(), {"googleSearch": {}}),
    "code": (CODE, {"codeExecution": {}}),
    "files": (FILES, {"fileSearch": {"fileSearchStoreNames": ["fileSearchStores/manuals"], "topK": 3}}),
}


@function_tool
def find(name: str) -> str:
    """Find somebody."""
    return f"{name} is here"


@pytest.mark.parametrize(("tool", "sent"), TOOLS.values(), ids=TOOLS)
async def test_a_hosted_tool_is_told_as_the_service_has_it(sim: Simulator, run: Any, tool: Any, sent: Any) -> None:
    """One declaration serves all three providers."""
    sim.script("Done.")
    await run(Agent("Clerk", model=model(sim, "gemini"), tools=[tool]))
    assert sim.requests[0].body["tools"] == [sent]
    assert "toolConfig" not in sim.requests[0].body


WORK: dict[str, tuple[Any, Any, str, str]] = {
    "web": (WebSearch("snow", ["https://a.example"]), WebSearchTool(), "web_search_call", "https://a.example"),
    "files": (FileSearch("rules", {"rules.md": "Be kind."}), FILES, "file_search_call", "Be kind."),
    "code": (CodeRun("print(42)", "42"), CODE, "code_interpreter_call", "42"),
}


@pytest.mark.parametrize(("part", "tool", "kind", "holds"), WORK.values(), ids=WORK)
async def test_what_a_hosted_tool_did_is_an_item_and_goes_back(
    sim: Simulator, run: Any, part: Any, tool: Any, kind: str, holds: str
) -> None:
    """Searches show in the grounding of the text alone, code in parts that have to return as they came."""
    sim.script(Reply([part, Text("Done.")]), "Yes.")
    agent = Agent("Clerk", model=model(sim, "gemini"), tools=[tool])
    result = await run(agent)
    assert result.final_output == "Done."
    (made,) = [item.raw_item for item in result.new_items if item.type == "tool_call_item"]
    assert (made.type, made.status) == (kind, "completed")
    assert holds in str(made)
    await run(agent, [*result.to_input_list(), {"role": "user", "content": "Sure?"}])
    parts = sim.requests[1].body["contents"][1]["parts"]
    # A signature that came behind the streamed text returns behind it, in a part of its own.
    assert list(dict.fromkeys(name for each in parts for name in each if name != "thoughtSignature")) == [
        *(["executableCode", "codeExecutionResult"] if kind == "code_interpreter_call" else []),
        "text",
    ]


async def test_beside_functions_a_search_is_shown_and_goes_back(sim: Simulator, run: Any) -> None:
    """From Gemini 3 on both may be offered, when the request asks to see what was searched for."""
    sim.script(Reply([WebSearch("snow", ["https://a.example"]), ToolCall("find", {"name": "Ann"})]), "Done.")
    settings = ModelSettings(tool_choice="auto")
    agent = Agent("Clerk", model=model(sim, "gemini"), tools=[WebSearchTool(), find], model_settings=settings)
    result = await run(agent)
    assert [item.type for item in result.new_items] == [
        "tool_call_item",
        "tool_call_item",
        "tool_call_output_item",
        "message_output_item",
    ]
    config = sim.requests[0].body["toolConfig"]
    assert config == {"includeServerSideToolInvocations": True, "functionCallingConfig": {"mode": "VALIDATED"}}
    parts = sim.requests[1].body["contents"][1]["parts"]
    assert [next(iter(part)) for part in parts] == ["toolCall", "toolResponse", "functionCall"]
    assert parts[:2] == result.new_items[0].raw_item.provider_data["replay"]


async def test_an_image_that_the_model_made_is_an_item_and_goes_back(sim: Simulator, run: Any) -> None:
    """Who wants it bluer means that image, and the model looks for it where it put it."""
    part = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
    content = {"role": "model", "parts": [part]}
    sim.script(Raw(body={"candidates": [{"content": content, "finishReason": "STOP"}], "responseId": "r1"}), "Done.")
    painter = Agent("Painter", model=model(sim, "gemini"))
    result = await run(painter)
    (made,) = [item.raw_item for item in result.new_items]
    assert (made.type, made.result, result.final_output) == ("image_generation_call", "AAAA", "")
    await run(painter, [*result.to_input_list(), {"role": "user", "content": "Bluer."}])
    assert sim.requests[1].body["contents"][1] == content


async def test_a_gemini_before_3_takes_one_or_the_other(sim: Simulator, run: Any) -> None:
    """The service refuses both; the error says what to do."""
    with pytest.raises(UserError, match="hosted tools or functions and handoffs, not both"):
        await run(Agent("Clerk", model=model(sim, "gemini-2"), tools=[WebSearchTool(), find]))
    assert not sim.requests


class Weather(BaseModel):
    city: str


async def test_a_gemini_before_3_is_asked_in_words_for_an_answer_of_a_type(sim: Simulator, run: Any) -> None:
    """It takes no schema beside a search."""
    sim.script('{"city": "Oslo"}')
    result = await run(Agent("Clerk", model=model(sim, "gemini-2"), tools=[WebSearchTool()], output_type=Weather))
    assert result.final_output == Weather(city="Oslo")
    assert "responseMimeType" not in str(sim.requests[0].body)


async def test_on_vertex_nothing_is_asked_that_it_does_not_know(
    sim: Simulator, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes functions and searches beside each other without more."""
    sim.script("Done.")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "l")
    clerk = AnyModel("vertex_ai/gemini-3-pro", base_url=sim.gemini_base_url, api_key=sim.api_key)
    await run(Agent("Clerk", model=clerk, tools=[WebSearchTool(), find]))
    assert "toolConfig" not in sim.requests[0].body


async def test_a_hosted_tool_cannot_be_forced(sim: Simulator, run: Any, caplog: Any) -> None:
    """Gemini decides by itself, and the log says so."""
    sim.script("Done.")
    settings = ModelSettings(tool_choice="web_search")
    await run(Agent("Clerk", model=model(sim, "gemini"), tools=[WebSearchTool()], model_settings=settings))
    assert "Gemini uses hosted tools as it thinks right" in caplog.text


async def test_code_is_streamed_as_events_of_responses(sim: Simulator) -> None:
    """A user interface need not know who ran it."""
    sim.script(Reply([CodeRun("print(42)", "42"), Text("Done.")]))
    result = Runner.run_streamed(Agent("Clerk", model=model(sim, "gemini"), tools=[CODE]), "Hi")
    raw = [event.data async for event in result.stream_events() if event.type == "raw_response_event"]
    names = [event.type.removeprefix("response.code_interpreter_call") for event in raw if "interpreter" in event.type]
    assert names == [".in_progress", "_code.delta", "_code.done", ".interpreting", ".completed"]
