"""Protocol by fault: what the vendors' own clients make of each, asked plainly and in a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from agents.testing.simulator import (
    Disconnect,
    DuplicateIds,
    EmptyChoices,
    ErrorInStream,
    Fault,
    HttpError,
    IndexJump,
    NoTerminal,
    NoUsage,
    Reply,
    Simulator,
    Stall,
    Tokens,
    ToolCall,
    Truncated,
)

# Importing Google's client, and closing it, warns about its own dependencies.
pytestmark = pytest.mark.filterwarnings("ignore")

HI: list[Any] = [{"role": "user", "content": "Hi"}]
SECONDS = 0.2
"""What a client waits for an answer that will not come; for any other it waits as long as it takes."""


@dataclass
class Read:
    """What a client gave of an answer, until it ended or raised; and how long it waits."""

    seconds: float | None = None
    text: str = ""
    calls: list[str] = field(default_factory=list)
    end: str = ""
    tokens: int | None = None
    _ids: list[str] = field(default_factory=list)

    def call(self, name: str | None, id: str | None, index: Any = "") -> None:
        """Note a call: its name, the place of its id among all ids, and its index where it has one."""
        if name:
            if str(id) not in self._ids:
                self._ids.append(str(id))
            self.calls.append(f"{name}:id{self._ids.index(str(id))}{f'@{index}' if index != '' else ''}")

    def __str__(self) -> str:
        counted = "" if self.tokens is None else f"#{self.tokens}"
        return " ".join(part for part in (self.text.strip(), *self.calls, self.end, counted) if part)


@asynccontextmanager
async def _openai(sim: Simulator, read: Read) -> AsyncIterator[openai.AsyncOpenAI]:
    made = openai.AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key, max_retries=0, timeout=read.seconds)
    async with made as client:
        yield client


async def chat(sim: Simulator, read: Read, *, streamed: bool) -> None:
    """OpenAI's client on Chat Completions."""
    async with _openai(sim, read) as client:
        completions: Any = client.chat.completions
        if not streamed:
            answer = await completions.create(model="gpt-4.1", messages=HI)
            for choice in answer.choices or ():
                read.text, read.end = choice.message.content or "", choice.finish_reason
                for call in choice.message.tool_calls or ():
                    read.call(call.function.name, call.id)
            read.tokens = answer.usage and answer.usage.total_tokens
            return
        options = {"include_usage": True}
        async for chunk in await completions.create(model="gpt-4.1", messages=HI, stream=True, stream_options=options):
            read.tokens = chunk.usage.total_tokens if chunk.usage else read.tokens
            for choice in chunk.choices:
                read.text += choice.delta.content or ""
                read.end = choice.finish_reason or read.end
                for call in choice.delta.tool_calls or ():
                    read.call(call.function.name, call.id, call.index)


async def responses(sim: Simulator, read: Read, *, streamed: bool) -> None:
    """OpenAI's client on Responses."""

    def whole(answer: Any) -> None:
        read.end, read.tokens = answer.status or "", answer.usage and answer.usage.total_tokens
        for item in answer.output or ():
            if item.type == "function_call":
                read.call(item.name, item.call_id)

    async with _openai(sim, read) as client:
        asked: Any = client.responses
        if not streamed:
            answer = await asked.create(model="gpt-4.1", input="Hi")
            whole(answer)
            read.text = answer.output_text
            return
        async for event in await asked.create(model="gpt-4.1", input="Hi", stream=True):
            if event.type == "response.output_text.delta":
                read.text += event.delta
            elif event.type == "error":
                read.end = f"error: {event.message}"
            elif event.type in ("response.completed", "response.failed", "response.incomplete"):
                whole(event.response)


async def messages(sim: Simulator, read: Read, *, streamed: bool) -> None:
    """Anthropic's client."""

    def block(content: Any) -> None:
        if content.type == "tool_use":
            read.call(content.name, content.id)

    made = anthropic.AsyncAnthropic(
        base_url=sim.anthropic_base_url, api_key=sim.api_key, max_retries=0, timeout=read.seconds
    )
    async with made as client:
        asked: Any = {"model": "claude-sonnet-4-5", "max_tokens": 100, "messages": HI}
        if not streamed:
            answer = await client.messages.create(**asked)
            read.text = "".join(each.text for each in answer.content or () if each.type == "text")
            for each in answer.content or ():
                block(each)
            read.end = answer.stop_reason or ""
            read.tokens = answer.usage and answer.usage.output_tokens
            return
        async for event in await client.messages.create(**asked, stream=True):
            if event.type == "content_block_start":
                block(event.content_block)
            elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                read.text += event.delta.text
            elif event.type == "message_delta":
                read.end, read.tokens = event.delta.stop_reason, event.usage and event.usage.output_tokens


async def generate(sim: Simulator, read: Read, *, streamed: bool) -> None:
    """Google's client, told not to try again by itself."""
    options = types.HttpOptions(
        base_url=sim.gemini_base_url,
        timeout=int(read.seconds * 1000) if read.seconds else None,
        retry_options=types.HttpRetryOptions(attempts=1),
    )
    client = genai.Client(api_key=sim.api_key, http_options=options)

    def part(answer: Any) -> None:
        read.tokens = answer.usage_metadata.total_token_count if answer.usage_metadata else read.tokens
        for candidate in answer.candidates or ():
            read.end = candidate.finish_reason.value if candidate.finish_reason else read.end
            for each in (candidate.content and candidate.content.parts) or ():
                read.text += each.text or ""
                if each.function_call:
                    read.call(each.function_call.name, each.function_call.id)

    try:
        if not streamed:
            part(await client.aio.models.generate_content(model="gemini-3-pro", contents="Hi"))
            return
        async for chunk in await client.aio.models.generate_content_stream(model="gemini-3-pro", contents="Hi"):
            part(chunk)
    finally:
        await client.aio.aclose()


CLIENTS: dict[str, Callable[..., Awaitable[None]]] = {
    "chat": chat,
    "responses": responses,
    "messages": messages,
    "gemini": generate,
}


_BELOW_HTTP = {
    **dict.fromkeys(("APITimeoutError", "ReadTimeout", "TimeoutError"), "timeout"),
    **dict.fromkeys(("APIConnectionError", "RemoteProtocolError", "ReadError"), "connection"),
    **dict.fromkeys(("ClientOSError", "ClientPayloadError", "ServerDisconnectedError"), "connection"),
}
"""Each client, and each of its versions, has its own classes for what goes wrong below HTTP."""


async def _outcome(sim: Simulator, client: str, *, streamed: bool, seconds: float | None = None) -> str:
    """What a client read, and what it raised in the end."""
    read = Read(seconds)
    try:
        await CLIENTS[client](sim, read, streamed=streamed)
    except Exception as error:  # noqa: BLE001 - which one it is, is what the table says
        name = type(error).__name__
        return f"{read} !{_BELOW_HTTP.get(name, name)}".strip()
    return str(read)


# --- Errors instead of an answer ------------------------------------------------------------------

STATUSES: dict[int, tuple[str, str, str]] = {
    # what OpenAI's client raises, Anthropic's, and Google's
    400: ("BadRequestError", "BadRequestError", "ClientError"),
    401: ("AuthenticationError", "AuthenticationError", "ClientError"),
    403: ("PermissionDeniedError", "PermissionDeniedError", "ClientError"),
    404: ("NotFoundError", "NotFoundError", "ClientError"),
    409: ("ConflictError", "ConflictError", "ClientError"),
    413: ("APIStatusError", "ContentTooLargeError", "ClientError"),
    422: ("UnprocessableEntityError", "UnprocessableEntityError", "ClientError"),
    429: ("RateLimitError", "RateLimitError", "ClientError"),
    500: ("InternalServerError", "InternalServerError", "ServerError"),
    503: ("InternalServerError", "ServiceUnavailableError", "ServerError"),
    529: ("InternalServerError", "OverloadedError", "ServerError"),
}


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("status", STATUSES)
async def test_an_error_is_the_class_that_the_vendors_client_has_for_it(
    sim: Simulator, status: int, streamed: bool
) -> None:
    """The body must be what the client looks into, or it would fall back to a class that says less."""
    of_openai, of_anthropic, of_google = STATUSES[status]
    expected = {"chat": of_openai, "responses": of_openai, "messages": of_anthropic, "gemini": of_google}
    for client, error in expected.items():
        sim.script(HttpError(status))
        assert await _outcome(sim, client, streamed=streamed) == f"!{error}", client


# --- Answers that go wrong ------------------------------------------------------------------------

WORDS = Reply(["one two three"], usage=Tokens(input=7, output=3))
CALLS = Reply([ToolCall("f"), ToolCall("g")], usage=Tokens(input=7, output=3))
READ = {
    "chat": ("one two three stop #10", "one two three stop #10"),
    "responses": ("one two three completed #10", "one two three completed #10"),
    "messages": ("one two three end_turn #3", "one two three end_turn #3"),
    "gemini": ("one two three STOP #10", "one two three STOP #10"),
}
"""What each reads of a good answer, plain and streamed."""
Outcomes = dict[str, tuple[str, str]]
FAULTS: list[tuple[Fault, Reply, Outcomes]] = [
    (
        Disconnect(),
        WORDS,
        {
            "chat": ("!connection", "!connection"),
            "responses": ("!connection", "!connection"),
            "messages": ("!connection", "!connection"),
            "gemini": ("!connection", "!connection"),
        },
    ),
    (
        Disconnect(after=2),
        WORDS,
        {
            "chat": ("!connection", "one !connection"),
            "responses": ("!connection", "!connection"),
            "messages": ("!connection", "!connection"),
            "gemini": ("!connection", "one two #9 !connection"),
        },
    ),
    (
        Stall(),
        WORDS,
        {
            "chat": ("!timeout", "!timeout"),
            "responses": ("!timeout", "!timeout"),
            "messages": ("!timeout", "!timeout"),
            "gemini": ("!timeout", "!timeout"),
        },
    ),
    (
        Truncated(0.5),
        WORDS,
        {
            "chat": ("!JSONDecodeError", "one two"),
            "responses": ("!JSONDecodeError", "one"),
            "messages": ("!JSONDecodeError", ""),
            "gemini": ("!JSONDecodeError", "one two #9 !UnknownApiResponseError"),
        },
    ),
    (
        ErrorInStream(3),
        WORDS,
        {
            "chat": ("", "one two !APIError"),
            "responses": ("!TypeError", "error: Overloaded"),
            "messages": ("", "!APIStatusError"),
            "gemini": ("", "one two three #10 !ServerError"),
        },
    ),
    (
        NoTerminal(),
        WORDS,
        {
            "chat": ("one two three stop #10", "one two three"),
            "responses": ("one two three completed #10", "one two three"),
            "messages": ("one two three end_turn #3", "one two three"),
            "gemini": ("one two three STOP #10", "one two three #10"),
        },
    ),
    (
        NoUsage(),
        WORDS,
        {
            "chat": ("one two three stop", "one two three stop"),
            "responses": ("one two three completed", "one two three completed"),
            "messages": ("one two three end_turn", "one two three end_turn"),
            "gemini": ("one two three STOP", "one two three STOP"),
        },
    ),
    (
        EmptyChoices(),
        WORDS,
        {
            "chat": ("#10", "#10"),
            "responses": ("completed #10", "completed #10"),
            "messages": ("end_turn #3", "end_turn #3"),
            "gemini": ("#10", "#10"),
        },
    ),
    (
        DuplicateIds(),
        CALLS,
        {
            "chat": ("f:id0 g:id0 tool_calls #10", "f:id0@0 g:id0@1 tool_calls #10"),
            "responses": ("f:id0 g:id0 completed #10", "f:id0 g:id0 completed #10"),
            "messages": ("f:id0 g:id0 tool_use #3", "f:id0 g:id0 tool_use #3"),
            "gemini": ("f:id0 g:id0 STOP #10", "f:id0 g:id0 STOP #10"),
        },
    ),
    (
        IndexJump(),
        CALLS,
        {
            "chat": ("f:id0 g:id1 tool_calls #10", "f:id0@4 g:id1@9 tool_calls #10"),
            "responses": ("f:id0 g:id1 completed #10", "f:id0 g:id1 completed #10"),
            "messages": ("f:id0 g:id1 tool_use #3", "f:id0 g:id1 tool_use #3"),
            "gemini": ("f:id0 g:id1 STOP #10", "f:id0 g:id1 STOP #10"),
        },
    ),
]


def _rows() -> Iterator[tuple[Fault | None, Reply, str, bool, str]]:
    for client, good in READ.items():
        for streamed in (False, True):
            yield None, WORDS, client, streamed, good[streamed]
    for fault, reply, outcomes in FAULTS:
        for client, outcome in outcomes.items():
            for streamed in (False, True):
                yield fault, reply, client, streamed, outcome[streamed]


@pytest.mark.parametrize(
    ("fault", "reply", "client", "streamed", "expected"),
    list(_rows()),
    ids=[f"{fault}-{client}-{'streamed' if streamed else 'plain'}" for fault, _, client, streamed, _ in _rows()],
)
async def test_what_a_fault_looks_like_to_the_vendors_client(
    sim: Simulator, fault: Fault | None, reply: Reply, client: str, streamed: bool, expected: str
) -> None:
    """A test that orders a fault must get that of a real service, as its own client tells of it."""
    sim.script(Reply(reply.parts, usage=reply.usage, faults=[fault] if fault else []))
    seconds = SECONDS if isinstance(fault, Stall) else None
    assert await _outcome(sim, client, streamed=streamed, seconds=seconds) == expected


def test_every_fault_has_a_row() -> None:
    """A fault that no client has met may be one that no client can meet."""
    told = {type(fault) for fault, _, _ in FAULTS} | {HttpError}
    assert told == set(Fault.__subclasses__())
