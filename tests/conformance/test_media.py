"""Images, files, log probabilities and citations, as far as each way carries them."""

from __future__ import annotations

from typing import Any

import pytest

from agents import ModelSettings, ToolOutputFileContent, ToolOutputImage, ToolOutputText, UserError, function_tool
from agents.testing.simulator import Citation, Reply, Simulator, Text, ToolCall

from . import wire
from .columns import CLAUDE, RESPONSES, Column, Run, agent, raws
from .table import shows

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PAGE = "JVBERi0xLjQKJSVFT0YK"
DOT_URL, PAGE_URL = f"data:image/png;base64,{DOT}", f"data:application/pdf;base64,{PAGE}"
QUESTION = {"type": "input_text", "text": "What is this?"}
IMAGE = {"type": "input_image", "image_url": DOT_URL, "detail": "low"}
FILE = {"type": "input_file", "file_data": PAGE_URL, "filename": "page.pdf"}


async def sees(sim: Simulator, run: Run, column: Column, *parts: dict[str, Any]) -> list[dict[str, Any]]:
    """What the model is shown of these parts."""
    sim.script("I see.")
    await run(agent(column.on(sim)), [{"role": "user", "content": [QUESTION, *parts]}])
    shown = wire.parts(sim.requests[0])
    assert "What is this?" in str(shown[0])
    return shown[1:]


@shows("media:image")
async def test_an_image_is_seen(sim: Simulator, run: Run, column: Column) -> None:
    """The caller writes it once, in Responses form; each vendor has words of its own for it."""
    (part,) = await sees(sim, run, column, IMAGE)
    if column.protocol == "openai-chat":
        assert part["image_url"] == {"url": DOT_URL, "detail": "low"}
    elif column.protocol == "openai-responses":
        assert part == {"role": "user", **IMAGE}
    elif column in CLAUDE:
        assert part["source"] == {"type": "base64", "media_type": "image/png", "data": DOT}
    else:
        assert part["inline_data"] == {"data": DOT, "mime_type": "image/png"}


@shows("media:file")
async def test_a_file_is_seen(sim: Simulator, run: Run, column: Column) -> None:
    """As a document, with its type; with its name where the protocol has a place for it."""
    (part,) = await sees(sim, run, column, FILE)
    if column.protocol == "openai-chat":
        assert part["file"] == {"file_data": PAGE_URL, "filename": "page.pdf"}
    elif column.protocol == "openai-responses":
        assert part == {"role": "user", **FILE}
    elif column in CLAUDE:
        assert part["type"] == "document"
        assert part["source"] == {"type": "base64", "media_type": "application/pdf", "data": PAGE}
    else:
        assert part["inline_data"] == {"data": PAGE, "mime_type": "application/pdf"}


@shows("media:audio")
async def test_audio_is_heard(sim: Simulator, run: Run, column: Column) -> None:
    """Where the protocol has it; a conversation that changes hands must not fail elsewhere, nor hide that it was."""
    sound = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
    found = await sees(sim, run, column, sound)
    assert len(found) == 1
    (part,) = found
    if column in (*CLAUDE, *RESPONSES):
        assert "audio" in part["text"]
    elif column.protocol == "gemini":
        assert part["inline_data"] == {"data": "UklGRg==", "mime_type": "audio/wav"}
    else:
        assert part["input_audio"] == {"data": "UklGRg==", "format": "wav"}


SPELLINGS: dict[str, dict[str, Any]] = {
    "image_url as an object": {"type": "input_image", "image_url": {"url": DOT_URL}},
    "a part of Chat Completions": {"type": "image_url", "image_url": {"url": DOT_URL}},
    "without a detail": {"type": "input_image", "image_url": DOT_URL},
}


@shows("media:spellings")
@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_image_is_seen_however_it_is_spelled(sim: Simulator, run: Run, column: Column, spelling: str) -> None:
    """Users come from several SDKs, and paste what worked there."""
    (part,) = await sees(sim, run, column, SPELLINGS[spelling])
    assert DOT in str(part)
    assert DOT not in str(part.get("text"))


@shows("media:easy-messages")
@pytest.mark.parametrize("content", ["Hi", [{"type": "text", "text": "Hi"}], [{"type": "input_text", "text": "Hi"}]])
async def test_a_message_is_read_however_it_is_spelled(sim: Simulator, run: Run, column: Column, content: Any) -> None:
    """A string, a part of Chat Completions or of Responses; an earlier answer likewise."""
    sim.script("Hello.")
    history = [{"role": "user", "content": content}, {"role": "assistant", "content": "Yes?"}]
    await run(agent(column.on(sim)), [*history, {"role": "user", "content": "Well."}])
    assert [part["text"] for part in wire.parts(sim.requests[0])] == ["Hi", "Yes?", "Well."]


@function_tool
def look() -> ToolOutputImage:
    """Look."""
    return ToolOutputImage(image_url=DOT_URL)


@function_tool
def look_closely() -> list[Any]:
    """Look closely."""
    return [ToolOutputText(text="A dot:"), ToolOutputImage(image_url=DOT_URL)]


@function_tool
def fetch() -> ToolOutputFileContent:
    """Fetch a page."""
    return ToolOutputFileContent(file_data=PAGE_URL, filename="page.pdf")


@shows("media:tool-image")
@pytest.mark.parametrize("tool", [look, look_closely], ids=lambda tool: tool.name)
async def test_an_image_from_a_tool_is_seen(sim: Simulator, run: Run, column: Column, tool: Any) -> None:
    """In the tool's own message where that may hold it, else in the one that follows; never as a text of bytes."""
    sim.script(Reply([ToolCall(tool.name)]), "A dot.")
    await run(agent(column.on(sim), tools=[tool]))
    sent = sim.requests[1]
    if column in CLAUDE:
        (result,) = [part["content"] for part in wire.parts(sent) if part.get("type") == "tool_result"]
        assert result[-1]["source"] == {"type": "base64", "media_type": "image/png", "data": DOT}
    else:
        found = [part for part in wire.parts(sent) if DOT in str(part)]
        assert [part["role"] for part in found] in (["user"], ["tool"])
        assert DOT not in str([part.get("text") for part in wire.parts(sent)])
    assert ("A dot:" in str(sent.body)) is (tool is look_closely)


@shows("media:tool-file")
async def test_a_file_from_a_tool_is_seen(sim: Simulator, run: Run, column: Column) -> None:
    """A report that a tool fetched is read by the model, not described by its bytes."""
    sim.script(Reply([ToolCall("fetch")]), "A page.")
    await run(agent(column.on(sim), tools=[fetch]))
    sent = sim.requests[1]
    assert PAGE in str(sent.body)
    assert PAGE not in str([part.get("text") for part in wire.parts(sent)])


@shows("media:logprobs", "media:top-logprobs-alone")
async def test_log_probabilities_come_with_the_text(sim: Simulator, run: Run, column: Column) -> None:
    """`top_logprobs` alone is refused by the service: both fields are sent."""
    sim.script("One two")
    model = column.on(sim, model="gpt-4o" if column.provider == "openai" else None)
    result = await run(agent(model, model_settings=ModelSettings(top_logprobs=2)))
    if column.protocol == "openai-chat":
        assert (sim.requests[0].body["logprobs"], sim.requests[0].body["top_logprobs"]) == (True, 2)
    (message,) = raws(result, "message")
    found = message.content[0].logprobs
    assert [(token.token, len(token.top_logprobs)) for token in found] == [("One ", 2), ("two", 2)]


@shows("media:logprobs-refused")
async def test_a_setting_that_cannot_be_passed_on_is_the_callers_error(
    sim: Simulator, run: Run, column: Column
) -> None:
    """LiteLLM refuses it by itself, the native path where that is asked of it: no request, and no made-up status."""
    model = column.on(sim, **({"strict_feature_validation": True} if column.by == "native" else {}))
    with pytest.raises(UserError, match="top_logprobs"):
        await run(agent(model, model_settings=ModelSettings(top_logprobs=2)))
    assert not sim.requests


@shows("media:citations")
async def test_citations_come_with_the_text(sim: Simulator, run: Run, column: Column) -> None:
    """The address and the title, and where the text rests on them."""
    sim.script(Reply([Text("A fact.", citations=[Citation("https://a.example", "A", 0, 6)])]))
    result = await run(agent(column.on(sim)))
    notes = raws(result, "message")[0].content[0].annotations
    assert len(notes) == 1
    (note,) = notes
    assert (note.type, note.url, note.title) == ("url_citation", "https://a.example", "A")
    assert note.start_index == 0
    assert note.end_index in (6, 7)  # Anthropic cites whole blocks of text
