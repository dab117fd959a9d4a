"""The codec against the strict simulator, over real HTTP: what it writes is taken, what comes is read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from agents.exceptions import ModelBehaviorError, ProviderError, RateLimitError
from agents.items import ModelResponse
from agents.model_settings import ModelSettings
from agents.protocols.base import Maker, ModelRequest, OutputSpec, Profile, ToolSpec
from agents.protocols.responses.decode import WITHHELD
from agents.testing.simulator import (
    Citation,
    ErrorInStream,
    NoTerminal,
    NoUsage,
    Refusal,
    Reply,
    Simulator,
    Text,
    Thinking,
    ToolCall,
)

from ..chat import gist, spent
from ..streams import check_stream
from .said import CODEC, call, made, message, output, reasoning, user

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER = ToolSpec("get_weather", "The weather of a city.", SCHEMA, strict=True)
OPENAI = Profile(provider="openai")
MAKER = Maker(provider="openai", model="gpt-6", seed="5eed", created_at=1.0)
TURN = Reply(
    [
        Thinking("I should look."),
        Text("Let me look.", citations=[Citation("https://x", "X", 0, 3)]),
        Thinking("Both."),
        ToolCall("get_weather", {"city": "Oslo"}),
        ToolCall("get_weather", {"city": "Rome"}),
    ]
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
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {sim.api_key}"}) as session:

        async def send(*items: Any, profile: Profile = OPENAI, settings: Any = None, **fields: Any) -> ModelResponse:
            asked = {"instructions": None, "tools": [], "output": None, **fields}
            asked["settings"] = ModelSettings(**settings or {})
            sent = CODEC.encode(ModelRequest(MAKER.model, items=items, stream=stream, **asked), profile)
            url = sim.openai_base_url + sent.path
            async with session.post(url, json={**sent.body, **sent.extra_body}, headers=dict(sent.headers)) as reply:
                body = await reply.read()
            assert reply.status == 200, body
            if not stream:
                return CODEC.decode(body, MAKER, profile, keep_usage=False)
            decoder = CODEC.decoder(MAKER, profile, keep_usage=False)
            lines = [line[6:] for line in body.splitlines() if line.startswith(b"data: ")]
            events = [event for line in lines for event in decoder.feed(line)] + decoder.close()
            if events[-1].type == "response.completed":
                check_stream(events, decoder.response.output)
            return decoder.response

        yield send


def replayed(response: ModelResponse) -> list[Any]:
    """The answer as input, with an output for each call."""
    items: list[Any] = list(response.to_input_items())
    return items + [output(item["call_id"], "21 degrees") for item in items if item["type"] == "function_call"]


@pytest.mark.parametrize("store", [None, False], ids=["stored", "not stored"])
async def test_a_whole_turn_comes_back_and_goes_back(ask: Ask, sim: Simulator, store: bool | None) -> None:
    """Reasoning, text and calls return to their maker in order, sealed and with the ids that belong together."""
    sim.script(TURN, Reply([Thinking("Warm."), "It is warm."]), "You are welcome.")
    settings = {"store": store, "reasoning": {"effort": "low", "summary": "auto"}}
    first = await ask(user("Weather in Oslo and Rome?"), tools=[WEATHER], settings=settings)
    thought, said, again, *calls = first.output
    assert (thought.type, said.type, again.type) == ("reasoning", "message", "reasoning")
    assert [item.type for item in calls] == ["function_call"] * 2
    assert said.content[0].annotations[0].url == "https://x"
    talk = [user("Weather in Oslo and Rome?"), *replayed(first)]
    second = await ask(*talk, tools=[WEATHER], settings=settings)
    assert gist(second)[-1] == ("It is warm.",)
    sent = sim.requests[-1].body["input"]
    assert [item["id"][:3] for item in sent if "id" in item] == ["rs_", "msg", "rs_", "fc_"]
    assert all(item.get("encrypted_content") for item in sent if item["type"] == "reasoning")
    third = await ask(*talk, *replayed(second), user("Thanks!"), tools=[WEATHER], settings=settings)
    assert gist(third) == [("You are welcome.",)]


@pytest.mark.parametrize("store", [None, False], ids=["stored", "not stored"])
@pytest.mark.parametrize("gone", range(5))
async def test_a_turn_that_lost_an_item_is_still_legal(ask: Ask, sim: Simulator, store: bool | None, gone: int) -> None:
    """Filters and trimming take items out: what is left must be no orphan (A#2503, A#2727)."""
    sim.script(TURN, "Well.")
    first = await ask(user(), tools=[WEATHER], settings={"store": store})
    items = [item for index, item in enumerate(replayed(first)) if index != gone]
    await ask(user(), *items, tools=[WEATHER], settings={"store": store})


async def test_a_conversation_of_another_maker_is_legal(ask: Ask) -> None:
    """Foreign ids, reasoning, call ids and hosted tools are each refused as they are (A#270, A#2158)."""
    theirs = {"provider": "anthropic", "model": "claude", "response_id": "msg_01"}
    await ask(
        user(),
        made(reasoning("Hm.", seal="c2lnbmF0dXJl", id="rs_msg_01_0"), **theirs, type="thinking"),
        made(message("Hello", id="msg_msg_01_1"), **theirs),
        made(call("toolu_01 with spaces, and much too long to be anybody's id", id="x" * 80), **theirs),
        made({"type": "web_search_call", "id": "srvtoolu_1", "status": "completed"}, **theirs),
        output("toolu_01 with spaces, and much too long to be anybody's id"),
        output("nobody's"),
        call("unanswered"),
        user("And now?"),
    )


async def test_a_conversation_that_the_server_keeps_is_gone_on_with(ask: Ask, sim: Simulator) -> None:
    """Only what is new is sent, and the outputs answer calls that are kept there."""
    sim.script(TURN, "It is warm.")
    first = await ask(user(), tools=[WEATHER])
    outputs = [item for item in replayed(first) if item["type"] == "function_call_output"]
    second = await ask(*outputs, tools=[WEATHER], previous_response_id=first.response_id)
    assert gist(second) == [("It is warm.",)]
    assert [item["type"] for item in sim.requests[-1].body["input"]] == ["function_call_output"] * 2


async def test_every_setting_is_taken(ask: Ask, sim: Simulator) -> None:
    """A field of the wrong name or type is a 400 there. What goes with no reasoning is asked without it."""
    sim.script(Reply(["Hi there"], usage=None), Reply(["Hi there"], usage=None))
    await ask(user("Hi"), settings={"reasoning": {"effort": "low", "summary": "auto"}, "verbosity": "low"})
    response = await ask(
        user([{"type": "input_text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "https://x/a.png"}}]),
        instructions="Be brief.",
        tools=[WEATHER],
        output=OutputSpec("final_output", SCHEMA, strict=True),
        settings={
            "temperature": 0.5,
            "top_p": 0.5,
            "frequency_penalty": 1.0,
            "max_tokens": 100,
            "tool_choice": "auto",
            "parallel_tool_calls": False,
            "truncation": "auto",
            "reasoning": {"effort": "none"},
            "verbosity": "low",
            "metadata": {"a": "b"},
            "store": False,
            "top_logprobs": 2,
            "response_include": ["web_search_call.results"],
            "prompt_cache_retention": "24h",
            "prompt_cache_options": {"mode": "implicit", "ttl": "30m"},
            "context_management": [{"type": "compaction"}],
            "extra_body": {"service_tier": "flex"},
        },
    )
    logprobs = response.output[0].content[0].logprobs
    assert "".join(each.token for each in logprobs) == "Hi there"
    assert len(logprobs[0].top_logprobs) == 2


async def test_structured_output_and_no_input(ask: Ask) -> None:
    """The schema reaches the model, and a request of instructions alone is legal."""
    response = await ask(instructions="Name a city.", output=OutputSpec("final_output", SCHEMA, strict=True))
    assert "city" in json.loads(gist(response)[0][0])


async def test_refusals_filters_and_absent_usage(ask: Ask, sim: Simulator) -> None:
    """None of them is an empty turn."""
    sim.script(
        Reply([Refusal("I cannot.")]), Reply([Thinking("Hm.")], stop="filter"), Reply(["Hi"], faults=[NoUsage()])
    )
    assert gist(await ask(user())) == [(("refusal", "I cannot."),)]
    withheld = await ask(user())
    assert gist(withheld)[1:] == [(("refusal", WITHHELD),)]
    assert spent(await ask(user(), *replayed(withheld), user()))[0] == 0


async def test_a_call_that_was_cut_is_an_error(ask: Ask, sim: Simulator) -> None:
    """Half a call must not run."""
    sim.script(Reply([ToolCall("get_weather", '{"city": "Os')], stop="length"))
    with pytest.raises(ModelBehaviorError, match="token limit"):
        await ask(user(), tools=[WEATHER])


@pytest.mark.parametrize("ask", ["streamed"], indirect=True)
@pytest.mark.parametrize("kind", [None, "rate_limit_error", "response.failed"])
async def test_failures_within_a_stream(ask: Ask, sim: Simulator, kind: str | None) -> None:
    """The service spells them in three ways, and keeps what was said before."""
    fault = ErrorInStream(after=6, status=429, message="Slow down", type=kind)
    sim.script(Reply(["One two three four five"], faults=[fault]), Reply(["One"], faults=[NoTerminal()]))
    with pytest.raises(RateLimitError, match="Slow down") as caught:
        await ask(user())
    assert caught.value.partial_response is not None
    assert gist(caught.value.partial_response)[0][0].startswith("One")
    with pytest.raises(ProviderError, match="without a final event"):
        await ask(user())
