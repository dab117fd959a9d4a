"""What the codec writes is accepted by a strict service over real HTTP, and what comes back is read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from agents.items import ModelResponse, output_to_input
from agents.model_settings import ModelSettings
from agents.protocols.base import Maker, ModelRequest, OutputSpec, Profile, ToolSpec
from agents.testing.simulator import Refusal, Reply, Simulator, Text, Thinking, ToolCall

from .gemini import ANSWER, CODEC, LOOK, OLDER, PROFILE, call, output, said, thought, user

MODELS = {"gemini-3-pro": PROFILE, "gemini-2.5-pro": replace(OLDER, gemini_least_thinking=128)}
THINK = ModelSettings(reasoning={"effort": "low"})  # type: ignore[arg-type]
PNG = "data:image/png;base64,iVBORw0KGgo="
TWO = [ToolCall("look", {"city": "Oslo"}), ToolCall("look", {"city": "Rome"})]

Ask = Callable[..., Awaitable[ModelResponse]]


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A strict simulator; whatever it refuses is a defect of the codec."""
    async with Simulator() as simulator:
        yield simulator
        assert not simulator.refusals


@pytest.fixture(params=["plain", "streamed"])
async def ask(request: pytest.FixtureRequest, sim: Simulator) -> AsyncIterator[Ask]:
    """One model call, plain or streamed."""
    stream = request.param == "streamed"
    async with aiohttp.ClientSession(headers={"x-goog-api-key": sim.api_key}) as session:

        async def send(
            items: list[Any],
            model: str = "gemini-3-pro",
            *,
            tools: list[ToolSpec] | None = None,
            output_spec: OutputSpec | None = None,
            settings: ModelSettings | None = None,
            profile: Profile | None = None,
        ) -> ModelResponse:
            profile = profile or MODELS[model]
            found = ModelRequest(model, "Be brief.", items, tools or [], output_spec, settings or THINK, stream)
            wire = CODEC.encode(found, profile)
            maker = Maker("gemini", model, "5eed", 1.0)
            body = {**wire.body, **wire.extra_body}
            url = sim.gemini_base_url + wire.path
            async with session.post(url, json=body, params={k: str(v) for k, v in wire.query.items()}) as reply:
                assert reply.status == 200, await reply.text()
                if not stream:
                    return CODEC.decode(await reply.read(), maker, profile, keep_usage=True)
                decoder = CODEC.decoder(maker, profile, keep_usage=True)
                async for line in reply.content:
                    if line.startswith(b"data: "):
                        decoder.feed(line[6:])
                decoder.close()
                return decoder.response

        yield send


def inputs(response: ModelResponse) -> list[Any]:
    return [output_to_input(item) for item in response.output]


@pytest.mark.parametrize("model", MODELS)
async def test_a_loop_of_signed_parallel_calls(sim: Simulator, ask: Ask, model: str) -> None:
    """The signature of each step's first call must return on that call, step after step, beside the thoughts."""
    sim.script(
        Reply(parts=[Thinking("Two cities."), Text("Let me look."), *TWO]),
        Reply(parts=[Thinking("Once more."), ToolCall("look", {"city": "Oslo"})]),
        Reply(parts=[Thinking("Done."), Text("Both are fine.")]),
    )
    items: list[Any] = [user("How are Oslo and Rome?")]
    for _ in range(2):
        response = await ask(items, model, tools=[LOOK])
        items += inputs(response)
        made = [item for item in response.output if item.type == "function_call"]
        assert made
        assert "thought_signature" in made[0].provider_data
        assert all("thought_signature" not in item.provider_data for item in made[1:])
        items += [output(item.call_id, f"{item.arguments} is fine") for item in reversed(made)]
    last = await ask(items, model, tools=[LOOK])
    items += [*inputs(last), user("Thanks.")]
    assert [item.type for item in last.output] == ["reasoning", "message"]
    assert last.output[1].provider_data["thought_signatures"]
    await ask(items, model, tools=[LOOK])  # the assistant's own answer
    sent = [part for turn in sim.requests[-1].body["contents"] for part in turn["parts"]]
    assert sum("thoughtSignature" in part for part in sent) == 3
    assert [part["functionResponse"]["response"]["output"][10:14] for part in sent if "functionResponse" in part] == [
        "Oslo",
        "Rome",
        "Oslo",
    ]


@pytest.mark.parametrize("model", MODELS)
async def test_a_history_made_by_others(ask: Ask, model: str) -> None:
    """Calls, ids, seals and thoughts of another vendor, or of another Gemini, must not cost a 400."""
    strange = {"provider": "anthropic", "model": "claude", "response_id": "m1", "thought_signature": "bm8="}
    items: list[Any] = [
        said("Welcome."),
        {**thought("hm", "c2VhbA==", type="thinking"), "provider_data": strange},
        {**call("toolu_1", '{"city": "Oslo"}'), "provider_data": strange},
        {**call("toolu_2", "not json"), "provider_data": strange},
        output("toolu_2"),
        output("toolu_1"),
        thought("hm", "b3RoZXI=", model="gemini-9", response_id="r9"),
        call("g1", model="gemini-9", response_id="r9", thought_signature="b3RoZXI=", call_id="g1"),
        call("g2", model="gemini-9", response_id="r9"),
        output("g1", [{"type": "input_text", "text": "A map"}, {"type": "input_image", "image_url": PNG}]),
    ]
    await ask(items, model, tools=[LOOK])


async def test_media_of_a_tool_within_its_response(sim: Simulator, ask: Ask) -> None:
    """From Gemini 3 on an image stands in the response itself."""
    picture = [{"type": "input_image", "image_url": PNG}]
    await ask([user(), call(), output(result=picture)], profile=replace(PROFILE, tool_media="native"), tools=[LOOK])
    (response,) = sim.requests[-1].body["contents"][-1]["parts"]
    assert response["functionResponse"]["parts"] == [{"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("schema", ["json_schema", "openapi"])
@pytest.mark.parametrize("tools", [[], [LOOK]])
async def test_an_answer_held_to_a_schema(
    sim: Simulator, ask: Ask, model: str, schema: Any, tools: list[ToolSpec]
) -> None:
    """With tools or without, on old models and new, the answer is JSON text and no tool call."""
    profile = replace(MODELS[model], gemini_schema=schema)
    by_tool = bool(tools) and profile.structured_output == "tool"
    sim.script(Reply(parts=[ToolCall("final_output", {"n": 3}) if by_tool else Text('{"n": 3}')]))
    response = await ask([user("Give me n")], model, tools=tools, output_spec=ANSWER, profile=profile)
    last = response.output[-1]
    assert last.type == "message"
    assert json.loads(last.content[0].text) == {"n": 3}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("effort", ["none", "minimal", "low", "medium", "high", "xhigh", None])
async def test_every_setting_at_once(ask: Ask, model: str, effort: Any) -> None:
    """No setting may meet a service that does not know it."""
    settings = ModelSettings(
        temperature=0.5,
        top_p=0.9,
        max_tokens=100,
        presence_penalty=0.1,
        frequency_penalty=0.1,
        top_logprobs=2,
        tool_choice="look",
        parallel_tool_calls=False,
        metadata={"a": "b"},
        reasoning={"effort": effort},  # type: ignore[arg-type]
        extra_body={"stop": "END", "seed": 3, "generationConfig": {"topK": 5}, "safety_settings": []},
    )
    response = await ask([user()], model, tools=[LOOK], settings=settings)
    assert [item.name for item in response.output if item.type == "function_call"] == ["look"]
    assert response.usage.total_tokens == response.raw_usage["totalTokenCount"]  # type: ignore[index]


async def test_a_withheld_answer_and_a_blocked_prompt(sim: Simulator, ask: Ask) -> None:
    """Both are refusals with a reason, instead of an empty turn that would be asked again and again."""
    sim.script(Reply(parts=[Refusal("Not this.")]), Reply(parts=[], stop="blocked"))
    for reason in ("SAFETY. Not this.", "SAFETY"):
        response = await ask([user()])
        assert response.output[-1].content[0].refusal.endswith(reason)  # type: ignore[union-attr]


async def test_log_probabilities(sim: Simulator, ask: Ask) -> None:
    """They come beside the text, and belong to it."""
    sim.script(Reply(parts=[Text("Yes")]))
    text = await ask([user()], settings=ModelSettings(top_logprobs=1))
    assert "".join(entry.token for entry in text.output[-1].content[0].logprobs) == "Yes"  # type: ignore[union-attr]
