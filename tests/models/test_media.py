"""Images, files, log probabilities and citations, as far as each way carries them."""

from __future__ import annotations

from typing import Any

import pytest

from agents import ModelSettings, ToolOutputImage, ToolOutputText, UserError, function_tool
from agents.testing.simulator import Citation, Reply, Simulator, Text, ToolCall

from .routes import ANTHROPIC, CLIENTS, EVERY_ROUTE, GEMINI, OPENAI, Route, Run, agent, on_routes, parts, raws, results

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PAGE = "JVBERi0xLjQKJSVFT0YK"
IMAGE = {"type": "input_image", "image_url": f"data:image/png;base64,{DOT}", "detail": "low"}
FILE = {"type": "input_file", "file_data": f"data:application/pdf;base64,{PAGE}", "filename": "page.pdf"}

AS_SENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "openai-chat": (
        {"type": "image_url", "image_url": {"url": IMAGE["image_url"], "detail": "low"}},
        {"type": "file", "file": {"file_data": FILE["file_data"], "filename": "page.pdf"}},
    ),
    "anthropic": (
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DOT}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PAGE}},
    ),
    "openai-responses": (
        {"type": "input_image", "detail": "low", "image_url": f"data:image/png;base64,{DOT}"},
        {"type": "input_file", "filename": "page.pdf", "file_data": f"data:application/pdf;base64,{PAGE}"},
    ),
    "gemini": (
        {"inline_data": {"data": DOT, "mime_type": "image/png"}, "media_resolution": {"level": "MEDIA_RESOLUTION_LOW"}},
        {"inline_data": {"data": PAGE, "mime_type": "application/pdf"}},
    ),
}


@EVERY_ROUTE
async def test_images_and_files_are_seen(sim: Simulator, run: Run, route: Route) -> None:
    """The caller writes them once, in Responses form; each vendor has words of its own for them."""
    sim.script("A dot, and a page.")
    content = [{"type": "input_text", "text": "What is this?"}, IMAGE, FILE]
    await run(agent(route.on(sim)), [{"role": "user", "content": content}])
    sent = sim.requests[0]
    for part in AS_SENT[sent.protocol]:
        assert {"role": "user", **part} in parts(sent)


@function_tool
def look() -> ToolOutputImage:
    """Look."""
    return ToolOutputImage(image_url=f"data:image/png;base64,{DOT}")


@function_tool
def look_closely() -> list[Any]:
    """Look closely."""
    return [ToolOutputText(text="A dot:"), ToolOutputImage(image_url=f"data:image/png;base64,{DOT}")]


@EVERY_ROUTE
@pytest.mark.parametrize("tool", [look, look_closely], ids=lambda tool: tool.name)
async def test_an_image_from_a_tool_is_seen(sim: Simulator, run: Run, route: Route, tool: Any) -> None:
    """In the tool's own message where that may hold it, else in the one that follows; never as a text of bytes."""
    sim.script(Reply([ToolCall(tool.name)]), "A dot.")
    await run(agent(route.on(sim), tools=[tool]))
    sent = sim.requests[1]
    if sent.protocol == "anthropic":
        (result,) = [part["content"] for part in parts(sent) if part.get("type") == "tool_result"]
        assert result[-1] == AS_SENT["anthropic"][0]
    elif sent.protocol == "openai-responses":
        assert results(sent)[0][-1] == {**AS_SENT[sent.protocol][0], "detail": "auto"}
    else:
        found = [part for part in parts(sent) if DOT in str(part)]
        assert [part["role"] for part in found] == ["user"]
        assert DOT not in str([part.get("text") for part in parts(sent)])
    assert ("A dot:" in str(sent.body)) is (tool is look_closely)


@on_routes(OPENAI, *CLIENTS)
async def test_log_probabilities_come_with_the_text(sim: Simulator, run: Run, route: Route) -> None:
    """`top_logprobs` alone is refused by the service: both fields are sent."""
    sim.script("One two")
    settings = ModelSettings(top_logprobs=2)
    model = route.on(sim, model="openai/gpt-4o" if route is OPENAI else "gpt-4o")
    result = await run(agent(model, model_settings=settings))
    body = sim.requests[0].body
    assert body["top_logprobs"] == 2
    assert body.get("logprobs") is True or body["include"] == ["message.output_text.logprobs"]
    (message,) = raws(result, "message")
    found = message.content[0].logprobs
    assert [(token.token, len(token.top_logprobs)) for token in found] == [("One ", 2), ("two", 2)]


@on_routes(ANTHROPIC, GEMINI)
async def test_a_setting_that_litellm_cannot_pass_on_is_the_callers_error(
    sim: Simulator, run: Run, route: Route
) -> None:
    """LiteLLM refuses it before anybody is asked: no request, and no status that nobody sent."""
    with pytest.raises(UserError, match="top_logprobs"):
        await run(agent(route.on(sim), model_settings=ModelSettings(top_logprobs=2)))
    assert not sim.requests


@on_routes(OPENAI, GEMINI, *CLIENTS)
async def test_citations_come_with_the_text(sim: Simulator, run: Run, route: Route) -> None:
    """Streamed and plain. Of Claude's, LiteLLM passes on no place in the text."""
    sim.script(Reply([Text("A fact.", citations=[Citation("https://a.example", "A", 0, 6)])]))
    result = await run(agent(route.on(sim)))
    (note,) = raws(result, "message")[0].content[0].annotations
    assert (note.type, note.url, note.title) == ("url_citation", "https://a.example", "A")
    assert (note.start_index, note.end_index) == (0, 6)
