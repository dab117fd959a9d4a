"""The simulator through Google's own client, thought signatures included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from pydantic import BaseModel

from agents.testing.simulator import HttpError, Reply, Simulator, Text, Thinking, Tokens, ToolCall

# Importing and closing the client warns about its own dependencies.
pytestmark = pytest.mark.filterwarnings("ignore")

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CONFIG: dict[str, Any] = {
    "tools": [
        {"function_declarations": [{"name": "get_weather", "description": "d", "parameters_json_schema": WEATHER}]}
    ],
    "automatic_function_calling": {"disable": True},
    "thinking_config": {"include_thoughts": True},
}
MODEL = "gemini-3-pro"


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[Any]:
    made = genai.Client(api_key=sim.api_key, http_options=types.HttpOptions(base_url=sim.gemini_base_url))
    yield made.aio.models
    await made.aio.aclose()


def user(text: str) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text=text)])


def responses(content: types.Content, text: str = "hail at -2 °C") -> types.Content:
    """The function responses that answer a model turn."""
    calls = [part.function_call for part in content.parts or () if part.function_call]
    return types.Content(
        role="user",
        parts=[
            types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response={"result": text}))
            for call in calls
        ],
    )


async def gathered(client: Any, contents: Any, model: str = MODEL) -> tuple[types.Content, Any]:
    """A stream put together: all its parts in one content, and the last chunk."""
    parts, last = [], None
    async for chunk in await client.generate_content_stream(model=model, contents=contents, config=CONFIG):
        last = chunk
        parts += chunk.candidates[0].content.parts
    return types.Content(role="model", parts=parts), last


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("model", [MODEL, "gemini-2.5-flash"])
async def test_a_conversation_with_parallel_tools(sim: Simulator, client: Any, streamed: bool, model: str) -> None:
    """The client's own content goes back as it is; the first call is signed, its sibling is not."""
    contents = [user("What is the weather in Tokyo and Oslo?")]
    if streamed:
        content, _ = await gathered(client, contents, model)
    else:
        answer = await client.generate_content(model=model, contents=contents, config=CONFIG)
        content = answer.candidates[0].content
    calls = [part for part in content.parts if part.function_call]
    assert [part.function_call.args for part in calls] == [{"city": "Tokyo"}, {"city": "Oslo"}]
    assert [bool(part.thought_signature) for part in calls] == [True, False]
    assert bool(calls[0].function_call.id) == (model == MODEL)
    assert content.parts[0].thought
    final = await client.generate_content(model=model, contents=[*contents, content, responses(content)], config=CONFIG)
    assert "-2 °C" in final.text
    assert len(final.text.splitlines()) == 3
    usage = final.usage_metadata
    assert usage.total_token_count == (
        usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count
    )
    assert sim.refusals == []


@pytest.mark.parametrize(
    ("change", "fragment"),
    [
        ({"thought_signature": None}, "missing a thought_signature"),
        ({"thought_signature": b"forged"}, "Thought signature is not valid"),
        ({"function_call": types.FunctionCall(name="get_weather", args={"city": "Rome"})}, "not valid"),
    ],
    ids=["dropped", "forged", "moved to another call"],
)
async def test_a_signature_comes_back_on_its_part(client: Any, change: dict[str, Any], fragment: str) -> None:
    """Dropped, forged or moved: each is the 400 that Gemini 3 gives."""
    contents = [user("What is the weather in Tokyo?")]
    answer = await client.generate_content(model=MODEL, contents=contents, config=CONFIG)
    content = answer.candidates[0].content
    content.parts[-1] = content.parts[-1].model_copy(update=change)
    with pytest.raises(errors.ClientError, match=fragment):
        await client.generate_content(model=MODEL, contents=[*contents, content, responses(content)], config=CONFIG)


async def test_a_signature_holds_for_its_model_only(client: Any) -> None:
    """A conversation that changes models must not carry signatures along."""
    contents = [user("What is the weather in Tokyo?")]
    answer = await client.generate_content(model=MODEL, contents=contents, config=CONFIG)
    content = answer.candidates[0].content
    with pytest.raises(errors.ClientError, match="not valid"):
        await client.generate_content(
            model="gemini-3-flash", contents=[*contents, content, responses(content)], config=CONFIG
        )


async def test_each_step_of_a_turn_has_its_own_signature(sim: Simulator, client: Any) -> None:
    """Two calls one after another: both signatures go back."""
    sim.script(*[Reply([ToolCall("get_weather", {"city": city})]) for city in ("Tokyo", "Oslo")], "Done.")
    contents = [user("Compare.")]
    for _ in range(2):
        content, _ = await gathered(client, contents)
        contents += [content, responses(content)]
    final = await client.generate_content(model=MODEL, contents=contents, config=CONFIG)
    assert final.text == "Done."
    signatures = [part.thought_signature for content in contents for part in content.parts if part.function_call]
    assert len(set(signatures)) == 2


async def test_the_stream_says_what_the_plain_answer_says(sim: Simulator, client: Any) -> None:
    """Thoughts, text and calls, in pieces and whole."""
    reply = Reply([Thinking("Hm, hm."), Text("Let me look."), ToolCall("get_weather", {"city": "Köln"})])
    sim.script(reply, reply)
    plain = await client.generate_content(model=MODEL, contents=[user("Hi")], config=CONFIG)
    content, last = await gathered(client, [user("Hi")])

    def words(parts: Any, thought: bool) -> str:
        return "".join(part.text or "" for part in parts if bool(part.thought) == thought)

    whole = plain.candidates[0].content.parts
    for thought in (True, False):
        assert words(content.parts, thought) == words(whole, thought)
    assert content.parts[-1].function_call.args == whole[-1].function_call.args
    assert content.parts[-1].thought_signature == whole[-1].thought_signature
    assert last.usage_metadata.model_dump() == plain.usage_metadata.model_dump()


class Forecast(BaseModel):
    city: str
    degrees: int
    hours: list[int]


@pytest.mark.parametrize("field", ["response_schema", "response_json_schema"])
async def test_a_json_schema_gets_a_valid_instance(client: Any, field: str) -> None:
    """Both ways of giving a schema."""
    schema: Any = Forecast if field == "response_schema" else Forecast.model_json_schema()
    answer = await client.generate_content(
        model=MODEL,
        contents="The forecast for Oslo is 4 degrees",
        config={"response_mime_type": "application/json", field: schema},
    )
    parsed = Forecast.model_validate_json(answer.text)
    assert (parsed.city, parsed.degrees) == ("Oslo", 4)


async def test_a_python_function_is_called_by_the_client_itself(sim: Simulator, client: Any) -> None:
    """The client's automatic function calling runs the whole loop against the simulator."""

    def get_weather(city: str) -> str:
        """Tells the weather in a city."""
        return f"{city}: sunny at 30 °C"

    get_weather.__annotations__ = {"city": str, "return": str}  # the client's releases for Python 3.10 want types
    answer = await client.generate_content(
        model=MODEL, contents="What is the weather in Rome?", config={"tools": [get_weather]}
    )
    assert "30 °C" in answer.text
    assert sim.refusals == []


@pytest.mark.parametrize(
    ("item", "model", "code"),
    [(HttpError(429), MODEL, 429), (HttpError(503), MODEL, 503), ("unused", "no-such-model", 404)],
)
async def test_errors_are_the_clients_own_exceptions(
    sim: Simulator, client: Any, item: Any, model: str, code: int
) -> None:
    """The client reads code and status out of the body."""
    sim.script(item)
    with pytest.raises(errors.APIError) as caught:
        await client.generate_content(model=model, contents="Hi")
    assert caught.value.code == code


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("reply", [Reply([], usage=Tokens(9, 3)), Reply([], stop="blocked", usage=Tokens(9, 3))])
async def test_an_answer_without_content_counts_as_scripted(
    sim: Simulator, client: Any, streamed: bool, reply: Reply
) -> None:
    """Code that counts tokens is tested against what the script says, also where nothing was said."""
    sim.script(reply)
    if streamed:
        stream = await client.generate_content_stream(model=MODEL, contents="Hello")
        usage = [chunk.usage_metadata async for chunk in stream][-1]
    else:
        usage = (await client.generate_content(model=MODEL, contents="Hello")).usage_metadata
    assert (usage.prompt_token_count, usage.candidates_token_count) == (9, 3)
