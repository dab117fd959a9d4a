"""What goes wrong at a service: an exception for each, whole, without secrets."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from agents import (
    AuthenticationError,
    BadRequestError,
    ContextLengthError,
    ModelRetrySettings,
    ModelSettings,
    ModelTimeoutError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderStatusError,
    QuotaExceededError,
    RateLimitError,
    Runner,
    ServerError,
    function_tool,
    retry_policies,
)
from agents.testing.simulator import (
    Disconnect,
    ErrorInStream,
    HttpError,
    NoTerminal,
    Reply,
    ScriptItem,
    Simulator,
    Stall,
    ToolCall,
    Truncated,
)

from .columns import CLIENTS, GOOGLE, LITELLM, LITELLM_OPENAI, RESPONSES, Column, Run, agent, close_clients
from .table import shows

KEY = "sk-secret-0123456789abcdefghij"
ONCE = ModelRetrySettings(max_retries=0)
"""A policy of the run's own: then no client underneath may try again by itself."""


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A simulator whose refusals are what is tested; its key must never be seen."""
    async with Simulator(keys=(KEY,)) as simulator:
        yield simulator
        await close_clients()


async def failure(run: Run, model: Any, *kinds: type[Exception], **settings: Any) -> Any:
    """The exception that a run on the model ends with; it is of exactly this class, or one of these."""
    options = ModelSettings(**{"include_usage": True, "retry": ONCE, **settings})
    with pytest.raises(kinds) as caught:
        await run(agent(model, model_settings=options))
    assert type(caught.value) in kinds
    assert caught.value.run_data is not None
    return caught.value


@dataclass(frozen=True)
class Answer:
    """An error status, and what becomes of it."""

    fault: HttpError
    kind: type[ProviderStatusError]
    retry_after: float | None = None
    message: str | None = None


HTML = "<html><style>p {}</style><body><h1>Bad gateway</h1></body></html>"
ANSWERS: dict[str, Answer] = {
    "too many requests": Answer(HttpError(429, headers={"retry-after": "7"}), RateLimitError, 7.0),
    "wait in milliseconds": Answer(HttpError(429, headers={"retry-after-ms": "1500"}), RateLimitError, 1.5),
    "out of money": Answer(HttpError(429, "Pay", "insufficient_quota", "insufficient_quota"), QuotaExceededError),
    "forbidden": Answer(HttpError(403, "Not you"), PermissionDeniedError, message="Not you"),
    "bad request": Answer(HttpError(400, "Not so"), BadRequestError, message="Not so"),
    "too long": Answer(HttpError(400, "prompt is too long: 300000 tokens > 200000 maximum"), ContextLengthError),
    "server error": Answer(HttpError(500, "Oops"), ServerError, message="Oops"),
    "page of a gateway": Answer(HttpError(502, body=HTML), ServerError, message="Bad gateway"),
    "empty body": Answer(HttpError(502, body=""), ServerError),
}


@shows("failures:status", "failures:gateway-pages")
@pytest.mark.parametrize("case", ANSWERS)
async def test_an_error_status_becomes_its_exception(sim: Simulator, run: Run, column: Column, case: str) -> None:
    """With the status, the service's words and id, and how long to wait, whatever client was in between."""
    answer = ANSWERS[case]
    sim.script(answer.fault)
    error = await failure(run, column.on(sim), answer.kind)
    assert error.status == answer.fault.status
    assert error.provider == (f"127.0.0.1:{sim.port}" if column in CLIENTS else column.provider)
    assert error.retry_after == answer.retry_after
    assert error.message == (answer.message or error.message)
    if column not in GOOGLE:  # it sends no request id
        assert error.request_id.startswith("req_")
    assert len(sim.requests) == 1


@shows("failures:overloaded")
async def test_an_overloaded_service_is_told_from_a_broken_one(sim: Simulator, run: Run, column: Column) -> None:
    """529 is Anthropic's; elsewhere it is a status like any other of the server's errors."""
    sim.script(HttpError(529))
    assert (await failure(run, column.on(sim), OverloadedError, ServerError)).status == 529


@shows("failures:wrong-key")
async def test_a_wrong_key_is_an_authentication_error(sim: Simulator, run: Run, column: Column) -> None:
    """Gemini says 400 for it, and OpenAI repeats the key in its answer."""
    error = await failure(run, column.on(sim, key="sk-wrong-0123456789abcdefghij"), AuthenticationError)
    assert error.status == (400 if column in GOOGLE else 401)
    assert "sk-wrong" not in "".join([*traceback.format_exception(error), repr(error.body)])


@shows("failures:unknown-model")
async def test_an_unknown_model_is_not_found(sim: Simulator, run: Run, column: Column) -> None:
    """The name is in the message: it is what the caller has to mend."""
    error = await failure(run, column.on(sim, model="no-such-model"), NotFoundError)
    assert "no-such-model" in str(error)


@shows("failures:unreachable")
@pytest.mark.parametrize("address", ["http://nowhere.invalid", "http://127.0.0.1:9"], ids=["no host", "no server"])
async def test_an_unreachable_host_is_a_connection_error(run: Run, column: Column, address: str) -> None:
    """At once, and by name: a wrong address is a common mistake."""

    class Nowhere:
        url = openai_base_url = anthropic_base_url = gemini_base_url = address
        api_key = KEY

    error = await failure(run, column.on(Nowhere()), ProviderConnectionError)
    assert error.provider in (column.provider, address.removeprefix("http://"))
    await close_clients()


@shows("failures:reset")
async def test_a_connection_reset_before_the_answer(sim: Simulator, run: Run, column: Column) -> None:
    """LiteLLM sends again by itself where it has the connection in its own hands."""
    sim.script(*[Reply(["Hello."], faults=[Disconnect()])] * 2)
    error = await failure(run, column.on(sim), ProviderConnectionError)
    assert error.status is None
    assert len(sim.requests) == (2 if column in LITELLM and column is not LITELLM_OPENAI else 1)


BROKEN: dict[str, Any] = {
    "streams:cut": Disconnect(after=5),
    "streams:reset": Disconnect(after=5, reset=True),
    "streams:truncated": Truncated(0.5),
    "streams:no-ending": NoTerminal(),
    "streams:error-inside": ErrorInStream(5, 503, "Too much to do"),
}
"""By row: how an answer breaks."""
SAID = "one two three four five six seven eight nine ten"


def broken_test(row: str) -> Any:
    """A test of one row of `BROKEN`."""

    @shows(row)
    async def test(sim: Simulator, run: Run, column: Column) -> None:
        """A broken answer is no answer: a stream keeps what was said on its error."""
        sim.script(Reply([SAID], faults=[BROKEN[row]]))
        # Where the connection broke, LiteLLM may hide it: to it the stream has ended.
        kinds = [ProviderProtocolError, ProviderConnectionError, ServerError, OverloadedError]
        error = await failure(run, column.on(sim), *(kinds[2:] if row == "streams:error-inside" else kinds[:2]))
        if run.__name__ == "streamed":
            (message,) = error.partial_response.output
            said = message.content[0].text
            assert said
            assert SAID.startswith(said)
        if row == "streams:error-inside":
            assert error.message == "Too much to do"
        assert len(sim.requests) == 1

    return test


test_a_stream_that_is_cut_off = broken_test("streams:cut")
test_a_stream_that_is_reset = broken_test("streams:reset")
test_a_body_that_ends_too_soon = broken_test("streams:truncated")
test_a_stream_without_an_ending = broken_test("streams:no-ending")
test_an_error_within_a_stream = broken_test("streams:error-inside")


@shows("streams:error-inside", columns=RESPONSES, way="streamed")
@pytest.mark.parametrize("kind", ["rate_limit_error", "response.failed"])
async def test_an_error_within_a_stream_of_responses_is_read_in_every_spelling(
    sim: Simulator, column: Column, kind: str
) -> None:
    """The service has three, and keeps what was said before."""
    sim.script(Reply([SAID], faults=[ErrorInStream(6, 429, "Slow down", kind)]))

    async def streamed(poet: Any) -> None:
        async for _ in Runner.run_streamed(poet, "?").stream_events():
            pass

    error = await failure(streamed, column.on(sim), RateLimitError)
    assert error.message == "Slow down"
    assert error.partial_response.output[0].content[0].text.startswith("one")


WITHIN_A_CALL = {"openai-chat": 7, "openai-responses": 13, "anthropic": 10, "gemini": 3}
"""How many events of a stream end within its call, behind a text of three words; Gemini's calls come whole."""


@shows("streams:no-half-call", way="streamed")
@pytest.mark.parametrize("fault", [Disconnect(), Truncated(0.6), NoTerminal()], ids=["cut", "truncated", "no ending"])
async def test_half_a_call_is_never_run(sim: Simulator, column: Column, fault: Any) -> None:
    """A tool that deletes files must not run on half of its arguments."""
    ran: list[str] = []

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city."""
        ran.append(city)
        return "Windy"

    call = ToolCall("get_weather", {"city": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"})
    if isinstance(fault, Disconnect):
        fault = Disconnect(after=WITHIN_A_CALL[column.protocol], reset=True)
    sim.script(Reply(["Let me see.", call], faults=[fault]))
    result = Runner.run_streamed(
        agent(column.on(sim), tools=[get_weather], model_settings=ModelSettings(retry=ONCE)), "?"
    )

    async def read() -> None:
        async for _ in result.stream_events():
            pass

    with pytest.raises(ProviderError) as caught:
        await read()
    assert not ran
    partial = caught.value.partial_response
    for item in partial.output if partial else ():
        assert item.type != "function_call" or json.loads(item.arguments) == call.arguments


@shows("failures:timeout")
@pytest.mark.parametrize("after", [None, 4])
async def test_a_silent_service_is_left_in_time(
    sim: Simulator, run: Run, column: Column, after: int | None, patiently: Any
) -> None:
    """`ModelSettings.timeout` bounds the whole call, and nothing stays open behind it."""

    async def attempt(seconds: float) -> None:
        sim.reset()
        sim.script(Reply(["one two three four five"], faults=[Stall(after)]))
        error = await failure(run, column.on(sim), ModelTimeoutError, timeout=seconds)
        assert error.timeout_seconds == seconds
        await sim.wait_idle()
        assert sim.disconnects == 1

    await patiently(attempt)


@shows("failures:one-retry-authority")
async def test_the_runs_policy_alone_retries(sim: Simulator, run: Run, column: Column) -> None:
    """Retries of the clients underneath would multiply with it: two tries are two requests."""
    sim.script(HttpError(500), HttpError(500), "Too late.")
    policy = ModelRetrySettings(max_retries=1, backoff={"initial_delay": 0}, policy=retry_policies.http_status([500]))
    await failure(run, column.on(sim), ServerError, retry=policy)
    assert len(sim.requests) == 2


FAULTS: list[ScriptItem] = [HttpError(401, f"Bad key {KEY}"), HttpError(500, body=f"<p>{KEY}</p>")]


@shows("failures:no-key-is-told")
@pytest.mark.parametrize("fault", FAULTS, ids=["json", "html"])
async def test_no_key_is_told_to_anybody(
    sim: Simulator, run: Run, column: Column, fault: ScriptItem, caplog: pytest.LogCaptureFixture, spans: Any
) -> None:
    """Services and clients repeat keys in their errors; logs, traces and tracebacks are shown to others."""
    sim.script(fault)
    with caplog.at_level(logging.DEBUG, "openai.agents"):
        error = await failure(run, column.on(sim), ServerError if fault is FAULTS[1] else AuthenticationError)
    shown = [
        "".join(traceback.format_exception(error)),
        repr(error),
        repr(error.body),
        caplog.text,
        repr(column.on(sim)),
    ]
    shown += [repr(span.export()) for span in spans.spans]
    assert len(spans.spans) >= 2
    assert not [text for text in shown if KEY in text]


@shows("failures:own-retries")
async def test_without_a_policy_the_client_below_tries_again(sim: Simulator, run: Run, column: Column) -> None:
    """Who sets no policy keeps the client's own patience, as before."""
    sim.script(HttpError(500, headers={"retry-after-ms": "1"}), "Hello.")
    result = await run(agent(column.on(sim)))
    assert result.final_output == "Hello."
    assert len(sim.requests) == 2


HINTS: dict[str, tuple[dict[str, str], float]] = {
    "seconds": ({"retry-after": "7"}, 7.0),
    "a fraction": ({"retry-after": "0.5"}, 0.5),
    "milliseconds": ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
    "a date": (
        {"retry-after": "Wed, 25 Nov 2026 12:00:09 GMT", "date": "Wed, 25 Nov 2026 12:00:00 GMT"},
        9.0,
    ),
}


@shows("failures:wait-hints")
@pytest.mark.parametrize("spelling", HINTS)
async def test_a_wait_hint_is_read_in_every_spelling(sim: Simulator, run: Run, column: Column, spelling: str) -> None:
    """Waiting less brings the next refusal, and waiting blindly more costs the user's time."""
    headers, seconds = HINTS[spelling]
    sim.script(HttpError(429, headers=headers))
    assert (await failure(run, column.on(sim), RateLimitError)).retry_after == seconds


@shows("failures:wait-in-the-body")
async def test_a_wait_hint_in_the_body_is_read(sim: Simulator, run: Run, column: Column) -> None:
    """Gemini has it there, among the details."""
    sim.script(HttpError(429, body=DELAYED))
    assert (await failure(run, column.on(sim), RateLimitError)).retry_after == 14.0


DELAYED = {
    "error": {
        "code": 429,
        "message": "Resource has been exhausted",
        "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "14s"}],
    }
}
A_DAY = {
    "error": {
        "code": 429,
        "message": "You exceeded your current quota",
        "status": "RESOURCE_EXHAUSTED",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.QuotaFailure",
                "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}],
            }
        ],
    }
}
EMPTY_POCKETS: dict[str, HttpError] = {
    "openai-chat": HttpError(429, "Pay", "insufficient_quota", "insufficient_quota"),
    "openai-responses": HttpError(429, "Pay", "billing_hard_limit_reached", "billing_hard_limit_reached"),
    "anthropic": HttpError(400, "Your credit balance is too low to access the Anthropic API."),
    "gemini": HttpError(429, body=A_DAY),
}


@shows("failures:quota")
async def test_who_is_out_of_money_is_told_so(sim: Simulator, run: Run, column: Column) -> None:
    """By each vendor's own code: it looks like a throttle, and no waiting will help."""
    sim.script(EMPTY_POCKETS[column.protocol])
    await failure(run, column.on(sim), QuotaExceededError)
    assert len(sim.requests) == 1


TOO_LONG = {
    "OpenAI": HttpError(400, "This model's maximum context length is 8192 tokens, however you requested 9000 tokens"),
    "Anthropic": HttpError(400, "prompt is too long: 300000 tokens > 200000 maximum"),
    "Anthropic, with the answer": HttpError(400, "input length and `max_tokens` exceed context limit: 1 + 2 > 2"),
    "Gemini": HttpError(400, "The input token count (9) exceeds the maximum number of tokens allowed (8)."),
    "Groq": HttpError(400, "Please reduce the length of the messages or completion."),
    "Kimi": HttpError(400, "Invalid request: Your request exceeded model token limit: 8192"),
    "Cohere": HttpError(400, "too many tokens: total number of tokens in the prompt exceeds the limit"),
    "Cerebras": HttpError(400, "Please reduce the length. Current length is 9000 while limit is 8192"),
    "llama.cpp": HttpError(400, "the request exceeds the available context size, try increasing it"),
}


@shows("failures:context")
@pytest.mark.parametrize("spelling", TOO_LONG)
async def test_a_conversation_that_is_too_long_is_told_so(
    sim: Simulator, run: Run, column: Column, spelling: str
) -> None:
    """In whoever's words: callers shorten the conversation, where others would only try again."""
    sim.script(TOO_LONG[spelling])
    await failure(run, column.on(sim), ContextLengthError)
