"""The codec against the strict simulator, over real HTTP: what it writes is taken, what comes is read."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from agents.items import ModelResponse
from agents.model_settings import ModelSettings
from agents.protocols.base import ModelRequest, OutputSpec, Profile, ToolSpec
from agents.testing.simulator import Redacted, Reply, Simulator, Text, Thinking, ToolCall

from ..chat import call, gist, output, said, thought, unmade, user
from ..streams import check_stream
from .messages import CODEC, MAKER, PROFILE, SCHEMA

WEATHER = ToolSpec("get_weather", "The weather of a city.", SCHEMA, strict=True)
OLD, NEW = "claude-sonnet-4-5", "claude-opus-4-7"
MODERN = Profile(
    provider="acme", reasoning_replay="thinking_blocks", thinking="adaptive", no_sampling=True, prefill=False
)
NEWEST = Profile(
    provider="acme", thinking="adaptive", no_sampling=True, system_turns=True, anthropic_version="2026-10-21"
)
Ask = Callable[..., Awaitable[ModelResponse]]


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A simulator; what it refused as the real service does was a defect of ours."""
    async with Simulator() as simulator:
        yield simulator
        assert not simulator.refusals


@pytest.fixture(params=["plain", "streamed"])
async def ask(request: pytest.FixtureRequest, sim: Simulator) -> AsyncIterator[Ask]:
    """Sends a request and reads its answer, plain or streamed."""
    stream = request.param == "streamed"
    async with aiohttp.ClientSession(headers={"x-api-key": sim.api_key}) as session:

        async def send(*items: Any, model: str = OLD, profile: Profile = PROFILE, **fields: Any) -> ModelResponse:
            asked = {"instructions": None, "tools": [], "output": None, "settings": ModelSettings(), **fields}
            sent = CODEC.encode(ModelRequest(model, items=items, stream=stream, **asked), profile)
            url = sim.anthropic_base_url + sent.path
            async with session.post(url, json={**sent.body, **sent.extra_body}, headers=dict(sent.headers)) as reply:
                body = await reply.read()
            assert reply.status == 200, body
            if not sent.stream:
                return CODEC.decode(body, MAKER, profile, keep_usage=False)
            decoder = CODEC.decoder(MAKER, profile, keep_usage=False)
            lines = [line[6:] for line in body.splitlines() if line.startswith(b"data: ")]
            events = [event for line in lines for event in decoder.feed(line)] + decoder.close()
            check_stream(events, decoder.response.output)
            return decoder.response

        yield send


THINKING = {"an old model": (OLD, PROFILE), "a new model": (NEW, MODERN)}


@pytest.mark.parametrize(("model", "profile"), THINKING.values(), ids=THINKING)
async def test_a_tool_loop_with_thinking(sim: Simulator, ask: Ask, model: str, profile: Profile) -> None:
    """Each turn goes back with its own thinking, in order and unaltered: the service checks every signature."""
    sim.script(
        Reply(
            [
                Thinking("hm"),
                Redacted("opaque"),
                Text("Two at once."),
                ToolCall("get_weather", {"city": "Oslo"}),
                ToolCall("get_weather", {"city": "Rome"}),
            ]
        ),
        Reply([Thinking("so"), ToolCall("get_weather", {"city": "Bonn"})]),
        Reply([Thinking("aha"), Text("All windy.")]),
    )
    settings = ModelSettings(reasoning={"effort": "low", "summary": "auto"}, temperature=0.5)  # type: ignore[arg-type]
    items: list[Any] = [user("Weather?")]
    for _ in range(2):
        response = await ask(*items, model=model, profile=profile, tools=[WEATHER], settings=settings)
        items += response.to_input_items()
        calls = [item for item in response.output if item.type == "function_call"]
        items += [output(each.call_id, "windy") for each in calls]
    response = await ask(*items, model=model, profile=profile, tools=[WEATHER], settings=settings)
    assert [part[0] for part in gist(response)] == ["reasoning", "All windy."]
    assert response.usage.output_tokens_details.reasoning_tokens
    items += [*response.to_input_items(), user("Thanks")]
    await ask(*items, model=model, profile=profile, tools=[WEATHER], settings=settings)


CHOICES = ["auto", "required", "none", "get_weather", None]


@pytest.mark.parametrize("choice", CHOICES)
async def test_every_tool_choice(ask: Ask, choice: str | None) -> None:
    """All of them, with thinking and without, with parallel calls and without."""
    for reasoning in (None, {"effort": "low"}):
        settings = ModelSettings(tool_choice=choice, parallel_tool_calls=False, reasoning=reasoning)  # type: ignore[arg-type]
        response = await ask(user("Hello"), tools=[WEATHER], settings=settings)
        forced = choice in ("required", "get_weather") and reasoning is None
        assert any(item.type == "function_call" for item in response.output) == forced


OUTPUTS = {
    "native": (PROFILE, SCHEMA),
    "by a tool": (Profile(provider="acme", structured_output="tool"), SCHEMA),
    "what only a tool takes": (PROFILE, {"type": "object", "additionalProperties": {"type": "string"}}),
    "with more than the subset": (PROFILE, {**SCHEMA, "properties": {"city": {"type": "string", "maxLength": 9}}}),
}


@pytest.mark.parametrize(("profile", "schema"), OUTPUTS.values(), ids=OUTPUTS)
async def test_an_answer_by_schema_is_text(ask: Ask, profile: Profile, schema: Any) -> None:
    """However the model was held to it, the run sees JSON text and no call."""
    spec = OutputSpec("final_output", schema, strict=True)
    for tools in ([], [WEATHER]):
        response = await ask(user("Hello"), profile=profile, output=spec, tools=tools)
        assert [item.type for item in response.output if item.type != "reasoning"][-1] in ("message", "function_call")
        if not tools:
            [(answer,)] = gist(response)
            assert answer.startswith("{")


async def test_a_conversation_of_other_models_and_other_parts(ask: Ask) -> None:
    """Handoffs bring anything: foreign calls, thinking and ids, system messages, images and files."""
    pixel = base64.b64encode(b"pixel").decode()
    image = {"type": "input_image", "image_url": f"data:image/png;base64,{pixel}"}
    paper = {"type": "input_file", "file_data": "data:application/pdf;base64,JVBERi0=", "filename": "a.pdf"}
    note = {"type": "input_file", "file_data": "data:text/plain,hello"}
    items = [
        {"role": "system", "content": "Be brief."},
        said("Welcome.", "r0"),
        user([{"type": "input_text", "text": "See"}, image, paper, note]),
        unmade(thought("foreign", "seal")),
        unmade(call("id with spaces")),
        output("id with spaces", [image, paper]),
        output("nobody asked", "stray"),
        {"role": "developer", "content": "Now be long."},
        unmade(call("unanswered")),
        user(" "),
    ]
    for reasoning in (None, {"effort": "high"}):
        settings = ModelSettings(reasoning=reasoning, prompt_cache_retention="24h")  # type: ignore[arg-type]
        await ask(*items, instructions="Be kind.", tools=[WEATHER], settings=settings)
        await ask(*items[:2], profile=MODERN, model=NEW, settings=settings)
        await ask(said("Wait \n"), settings=settings)
        await ask(*items, model="claude-opus-4-8", profile=NEWEST, tools=[WEATHER], settings=settings)
        await ask(instructions="Only this.")
