"""Hosted tools of the simulator through the vendors' own clients: what it plays must be what they read."""

from __future__ import annotations

from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import types
from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter

from agents.testing.simulator import (
    CodeRun,
    FileSearch,
    ImageMade,
    McpApproval,
    McpCall,
    McpTools,
    Reply,
    Simulator,
    Text,
    ToolSearch,
    WebSearch,
)

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
HI: list[Any] = [{"role": "user", "content": "Hi"}]
WORK = [
    WebSearch("snow", ["https://a.example"]),
    CodeRun("echo 42", "42"),
    McpTools("docs", ["find"]),
    McpCall("docs", "find", {"q": "x"}, "Found."),
    McpCall("docs", "find", {"q": "y"}, error="Gone."),
    ToolSearch("numbers", ["count"]),
]
ON_RESPONSES = [*WORK, FileSearch("rules", {"rules.md": "Be kind."}), ImageMade("aGk=", "A cat")]
INCLUDED: Any = ["web_search_call.action.sources", "code_interpreter_call.outputs", "file_search_call.results"]


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("part", ON_RESPONSES, ids=lambda part: type(part).__name__)
async def test_openais_client_reads_what_responses_plays(sim: Simulator, part: Any, streamed: bool) -> None:
    """Every item and event validates as its type, and goes back without being refused."""
    sim.script(Reply([part, Text("Done.")]), "Yes.")
    async with openai.AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key, max_retries=0) as client:
        options: dict[str, Any] = {"model": "gpt-5.5", "input": HI, "include": INCLUDED}
        if streamed:
            events = [event async for event in await client.responses.create(**options, stream=True)]
            for event in events:
                EVENT.validate_python(event.model_dump())
            response: Any = events[-1].response
        else:
            response = await client.responses.create(**options)
        items = [type(item).model_validate(item.model_dump()) for item in response.output]
        assert [type(item).__name__ for item in items] == [type(item).__name__ for item in response.output]
        back = [item.model_dump(exclude_unset=True) for item in response.output]
        again = await client.responses.create(model="gpt-5.5", input=[*HI, *back, *HI])
    assert again.output_text == "Yes."


async def test_openais_client_answers_a_request_for_approval(sim: Simulator) -> None:
    """A question without its answer, and an answer without its question, are refused."""
    sim.script(Reply([McpApproval("docs", "find", {"q": "x"})]), "Yes.")
    async with openai.AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key, max_retries=0) as client:
        first = await client.responses.create(model="gpt-5.5", input=HI)
        asked: Any = first.output[0].model_dump(exclude_unset=True)
        answer: Any = {"type": "mcp_approval_response", "approval_request_id": asked["id"], "approve": True}
        assert (await client.responses.create(model="gpt-5.5", input=[*HI, asked, answer])).output_text == "Yes."
        for items in ([asked], [answer]):
            with pytest.raises(openai.BadRequestError, match="approval"):
                await client.responses.create(model="gpt-5.5", input=[*HI, *items])


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("part", WORK, ids=lambda part: type(part).__name__)
async def test_anthropics_client_reads_what_messages_plays(sim: Simulator, part: Any, streamed: bool) -> None:
    """Every block validates as its type, and goes back without being refused."""
    sim.script(Reply([part, Text("Done.")]), "Yes.")
    options: dict[str, Any] = {"model": "claude-sim", "max_tokens": 100, "messages": HI}
    async with anthropic.AsyncAnthropic(base_url=sim.anthropic_base_url, api_key=sim.api_key, max_retries=0) as client:
        if streamed:
            async with client.beta.messages.stream(**options) as stream:
                message: Any = await stream.get_final_message()
        else:
            message = await client.beta.messages.create(**options)
        for block in message.content:
            assert type(block).model_validate(block.model_dump())
        assert type(message.content[0]).__name__ != "BetaTextBlock"
        back = {"role": "assistant", "content": [block.model_dump(exclude_unset=True) for block in message.content]}
        for block in back["content"]:
            block.pop("parsed_output", None)
        again: Any = await client.beta.messages.create(**{**options, "messages": [*HI, back, *HI]})
    assert again.content[0].text == "Yes."


FIND = {"name": "find", "description": "Find", "parameters_json_schema": {"type": "object"}}
BESIDE: dict[str, Any] = {
    "tools": [{"google_search": {}, "code_execution": {}}, {"function_declarations": [FIND]}],
    "tool_config": {"include_server_side_tool_invocations": True},
}


@pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize(("part", "kind"), [(WORK[0], "tool_call"), (WORK[1], "executable_code")])
async def test_googles_client_reads_what_gemini_plays(sim: Simulator, part: Any, kind: str, streamed: bool) -> None:
    """Every part is one that the client knows, and goes back without being refused."""
    sim.script(Reply([part, Text("Done.")]), "Yes.")
    http = types.HttpOptions(base_url=sim.gemini_base_url)
    async with genai.Client(api_key=sim.api_key, http_options=http).aio as client:
        config: Any = types.GenerateContentConfig(**BESIDE)
        options: dict[str, Any] = {"model": "gemini-3-pro", "contents": "Hi", "config": config}
        if streamed:
            frames = [frame async for frame in await client.models.generate_content_stream(**options)]
        else:
            frames = [await client.models.generate_content(**options)]
        parts = [each for frame in frames for each in frame.candidates[0].content.parts]
        assert getattr(parts[0], kind) is not None
        said = types.Content(role="model", parts=parts)
        hi = types.UserContent("Hi")
        again = await client.models.generate_content(**{**options, "contents": [hi, said, hi]})
    assert again.text == "Yes."
