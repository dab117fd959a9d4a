"""The one authority on retries: what it retries, what it never does, how long it waits, and what it tells."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exceptions import (
    BadRequestError,
    ModelTimeoutError,
    ProviderConnectionError,
    ProviderTimeoutError,
    RateLimitError,
)
from agents.retry import (
    ModelRetryAdvice,
    ModelRetryAdviceRequest,
    ModelRetryBackoffSettings,
    ModelRetryNormalizedError,
    ModelRetrySettings,
    RetryDecision,
    RetryPolicy,
    RetryPolicyContext,
    retry_policies,
)
from agents.run_internal.model_retry import (
    LONGEST_BACKOFF,
    LONGEST_WAIT,
    Attempt,
    backoff_delay,
    call_with_retries,
    normalize_error,
)


def always(context: RetryPolicyContext) -> bool:
    """A policy that retries whatever it is asked about."""
    return True


def approve(context: RetryPolicyContext) -> RetryDecision:
    """A policy that takes every risk."""
    return RetryDecision(retry=True, approve_unsafe_replay=True)


STEADY = {"initial_delay": 1.0, "multiplier": 1.0, "jitter": False}


@dataclass
class Call:
    """A model call that raises the given errors, one an attempt, and then answers; with everything it saw."""

    errors: list[BaseException] = field(default_factory=list)
    starts: bool = False
    advice: ModelRetryAdvice | None = None
    attempts: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    asked: list[ModelRetryAdviceRequest] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    async def __call__(self, attempt: Attempt) -> str:
        self.attempts.append(attempt.number)
        attempt.started = self.starts
        if self.errors:
            raise self.errors.pop(0)
        return "answer"

    def advise(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        self.asked.append(request)
        return self.advice

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def run(self, policy: RetryPolicy | None = always, max_retries: int | None = 2, **options: Any) -> str:
        backoff = options.pop("backoff", STEADY)
        options = {"timeout": None, "stream": False, **options}
        return await call_with_retries(
            self,
            settings=ModelRetrySettings(max_retries, backoff, policy),
            advise=self.advise,
            on_failed_attempt=self.failures.append,
            sleep=self.wait,
            **options,
        )


def refused(**facts: Any) -> RateLimitError:
    return RateLimitError("Too many requests.", provider="acme", status=429, **facts)


async def test_a_call_that_succeeds_is_made_once() -> None:
    """The common case costs nothing: no advice, no wait."""
    call = Call()

    assert await call.run() == "answer"
    assert (call.attempts, call.waits, call.asked, call.failures) == ([1], [], [], [])


async def test_a_failed_call_is_tried_again_until_it_succeeds() -> None:
    """Every failed attempt is told of, as each one cost a request."""
    errors = [refused(), refused()]
    call = Call(errors=list(errors))

    assert await call.run() == "answer"
    assert call.attempts == [1, 2, 3]
    assert call.waits == [1.0, 1.0]
    assert call.failures == errors
    assert [request.attempt for request in call.asked] == [1, 2]


async def test_the_last_error_is_raised_as_it_is() -> None:
    """The caller sees the service's own words, and not those of an earlier attempt with them."""
    last = refused(request_id="req_3")
    call = Call(errors=[refused(), refused(), last])

    with pytest.raises(RateLimitError) as caught:
        await call.run()

    assert caught.value is last
    assert last.__context__ is None
    assert call.attempts == [1, 2, 3]
    assert call.failures[-1] is last


@pytest.mark.parametrize(
    "settings",
    [
        None,
        ModelRetrySettings(),
        ModelRetrySettings(max_retries=3),
        ModelRetrySettings(policy=always),
        ModelRetrySettings(max_retries=0, policy=always),
        ModelRetrySettings(max_retries=3, policy=retry_policies.never()),
    ],
)
async def test_nothing_is_retried_unasked(settings: ModelRetrySettings | None) -> None:
    """A retry costs money and time, so it takes both a number and a policy that says yes."""
    call = Call(errors=[refused()])

    with pytest.raises(RateLimitError):
        await call_with_retries(
            call, settings=settings, timeout=None, advise=call.advise, stream=False, sleep=call.wait
        )
    assert call.attempts == [1]


async def test_output_that_was_handed_on_is_never_made_twice() -> None:
    """A reader who has seen half an answer must not see its beginning again."""
    call = Call(errors=[ProviderConnectionError("hung up")], starts=True)

    with pytest.raises(ProviderConnectionError):
        await call.run(approve, stream=True)
    assert call.attempts == [1]
    assert len(call.failures) == 1


@pytest.mark.parametrize(
    ("error", "timeout"),
    [
        (asyncio.CancelledError(), None),
        (asyncio.CancelledError(), 5),
        (KeyboardInterrupt(), None),
        (SystemExit(), None),
    ],
)
async def test_what_is_no_failure_passes_through(error: BaseException, timeout: float | None) -> None:
    """Ctrl-C and cancellation mean "stop", never "again"."""
    call = Call(errors=[error])

    with pytest.raises(type(error)):
        await call.run(timeout=timeout)
    assert (call.attempts, call.failures) == ([1], [])


async def test_an_error_made_of_a_cancellation_is_not_retried() -> None:
    """Some clients wrap a cancellation in an error of their own, and it still means "stop"."""
    wrapped = RuntimeError("request aborted")
    wrapped.__cause__ = asyncio.CancelledError()
    call = Call(errors=[wrapped])

    with pytest.raises(RuntimeError):
        await call.run(approve)
    assert call.attempts == [1]


SAFE = ModelRetryAdvice(replay_safety="safe")
UNSAFE = ModelRetryAdvice(replay_safety="unsafe")
STORED = {"previous_response_id": "resp_1"}


@pytest.mark.parametrize(
    ("advice", "policy", "request_facts", "retried"),
    [
        (None, always, {}, True),
        (UNSAFE, always, {}, False),
        (UNSAFE, approve, {}, True),
        (UNSAFE, approve, {"stream": True}, False),
        (None, always, STORED, False),
        (None, approve, STORED, False),
        (None, always, {"conversation_id": "conv_1"}, False),
        (SAFE, always, STORED, True),
        (UNSAFE, always, STORED, False),
        (UNSAFE, approve, STORED, True),
        (ModelRetryAdvice(suggested=True), retry_policies.provider_suggested(), STORED, False),
        (
            ModelRetryAdvice(suggested=True, replay_safety="safe"),
            retry_policies.provider_suggested(),
            STORED,
            True,
        ),
        (
            ModelRetryAdvice(suggested=False),
            retry_policies.any(always, retry_policies.provider_suggested()),
            {},
            False,
        ),
    ],
)
async def test_work_is_not_done_twice_without_leave(
    advice: ModelRetryAdvice | None, policy: RetryPolicy, request_facts: dict[str, Any], retried: bool
) -> None:
    """Where a request continues stored state, or its model warns, it takes more than a policy's yes."""
    call = Call(errors=[refused()], advice=advice)

    if retried:
        assert await call.run(policy, **request_facts) == "answer"
    else:
        with pytest.raises(RateLimitError):
            await call.run(policy, **request_facts)
    assert call.attempts == ([1, 2] if retried else [1])


async def test_model_and_policy_are_told_all_there_is_to_know() -> None:
    """They decide by what they are given, so nothing may be missing on the way."""
    seen: list[RetryPolicyContext] = []

    async def note(context: RetryPolicyContext) -> bool:
        seen.append(context)
        return False

    error = refused(code="slow_down", request_id="req_1")
    call = Call(errors=[error], advice=ModelRetryAdvice(retry_after=9.0))
    with pytest.raises(RateLimitError):
        await call.run(note, stream=True, previous_response_id="resp_1", conversation_id="conv_1")

    assert call.asked == [ModelRetryAdviceRequest(error, 1, True, "resp_1", "conv_1")]
    assert seen == [
        RetryPolicyContext(
            error=error,
            attempt=1,
            max_retries=2,
            stream=True,
            normalized=ModelRetryNormalizedError(429, "slow_down", str(error), "req_1", 9.0),
            provider_advice=call.advice,
            previous_response_id="resp_1",
            conversation_id="conv_1",
        )
    ]


@pytest.mark.parametrize(
    ("decided", "advised", "asked", "max_delay", "waited"),
    [
        (None, None, None, None, 1.0),
        (None, None, 7.0, None, 7.0),
        (None, 5.0, 7.0, None, 5.0),
        (3.0, 5.0, 7.0, None, 3.0),
        (0.0, 5.0, 7.0, None, 0.0),
        (-1.0, None, None, None, 0.0),
        (float("nan"), None, None, None, 0.0),
        (None, None, 7.0, 4.0, 4.0),
        (30.0, None, None, 4.0, 4.0),
        (None, None, None, 0.5, 0.5),
        (None, None, 86_400.0, None, LONGEST_WAIT),
        (None, None, 600.0, 900.0, 600.0),
    ],
)
async def test_the_wait_is_the_policys_else_the_services_else_the_backoff(
    decided: float | None, advised: float | None, asked: float | None, max_delay: float | None, waited: float
) -> None:
    """A service's wish is honoured, the application's goes before it, and neither may make a run hang."""
    call = Call(errors=[refused(retry_after=asked)], advice=ModelRetryAdvice(retry_after=advised))
    await call.run(lambda context: RetryDecision(retry=True, delay=decided), backoff={**STEADY, "max_delay": max_delay})

    assert call.waits == [waited]


@pytest.mark.parametrize(
    ("backoff", "delays"),
    [
        ({}, [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]),
        ({"initial_delay": 1, "max_delay": 60, "multiplier": 3}, [1, 3, 9, 27, 60, 60]),
        ({"initial_delay": 5}, [2, 2, 2]),
        ({"initial_delay": 0}, [0, 0]),
        ({"multiplier": 0}, [0.25, 0, 0]),
    ],
)
def test_the_backoff_grows_to_its_limit(backoff: dict[str, Any], delays: list[float]) -> None:
    """A service that is down is asked less and less often, yet not forgotten."""
    settings = ModelRetryBackoffSettings(**backoff, jitter=False)

    assert [backoff_delay(settings, attempt) for attempt in range(1, len(delays) + 1)] == delays


@given(st.integers(1, 2000), st.floats(0, 1e300), st.floats(0, 1e300), st.floats(0, 1e300))
def test_no_backoff_is_longer_than_allowed(attempt: int, initial: float, multiplier: float, longest: float) -> None:
    """Numbers that overflow and unlucky jitter must not turn a wait into a hang or an error."""
    assert 0 <= backoff_delay(ModelRetryBackoffSettings(initial, longest, multiplier), attempt) <= longest
    assert 0 < backoff_delay(ModelRetryBackoffSettings(), attempt) <= LONGEST_BACKOFF


def test_jitter_spreads_the_waits() -> None:
    """Clients that failed together must not come back together."""
    waits = {backoff_delay(ModelRetryBackoffSettings(), 1) for _ in range(20)}

    assert len(waits) > 1
    assert all(0.25 * 0.875 <= wait <= 0.25 * 1.125 for wait in waits)


async def forever(attempt: Attempt) -> str:
    await asyncio.Event().wait()
    return "never"


async def in_time(call: Callable[[Attempt], Awaitable[str]], **options: Any) -> str:
    options = {"settings": None, "timeout": 0.01, "advise": lambda request: None, "stream": False, **options}
    return await call_with_retries(call, **options)


async def test_a_call_that_takes_too_long_is_ended() -> None:
    """A time-out holds without any retry settings: it is what keeps a run from hanging."""
    ended = asyncio.Event()

    async def slow(attempt: Attempt) -> str:
        try:
            return await forever(attempt)
        finally:
            ended.set()

    with pytest.raises(ModelTimeoutError) as caught:
        await in_time(slow)

    assert caught.value.timeout_seconds == 0.01
    assert ended.is_set()


async def test_each_attempt_has_its_own_time() -> None:
    """A time-out is retried as such, and the next attempt starts with all of its time."""
    seen: list[bool] = []

    async def slow_at_first(attempt: Attempt) -> str:
        return await forever(attempt) if attempt.number == 1 else "answer"

    def policy(context: RetryPolicyContext) -> bool:
        seen.append(context.normalized.is_timeout and not context.normalized.is_abort)
        return True

    settings = ModelRetrySettings(max_retries=1, policy=policy, backoff={"initial_delay": 0})
    assert await in_time(slow_at_first, settings=settings) == "answer"
    assert seen == [True]


async def test_an_error_while_a_late_call_is_ended_changes_nothing() -> None:
    """What a client raises while it is closed must neither replace the time-out nor be logged as lost."""

    async def clumsy(attempt: Attempt) -> str:
        try:
            return await forever(attempt)
        finally:
            raise OSError("closed twice")

    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, details: complaints.append(details))
    with pytest.raises(ModelTimeoutError):
        await in_time(clumsy)
    gc.collect()
    assert complaints == []


async def test_cancelling_the_run_ends_the_call_and_stays_a_cancellation() -> None:
    """A caller who cancels wants silence: no time-out error, no retry, no task left behind."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def waiting(attempt: Attempt) -> str:
        begun.set()
        try:
            return await forever(attempt)
        finally:
            ended.set()

    task = asyncio.ensure_future(in_time(waiting, timeout=5, settings=ModelRetrySettings(3, None, always)))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_cancellation_is_kept_when_the_answer_comes_at_the_same_moment() -> None:
    """The race that ``asyncio.wait_for`` lost before Python 3.12 would let a cancelled run go on."""
    begun, answer = asyncio.Event(), asyncio.Event()

    async def ready(attempt: Attempt) -> str:
        begun.set()
        await answer.wait()
        return "answer"

    task = asyncio.ensure_future(in_time(ready, timeout=5))
    await begun.wait()
    answer.set()
    await asyncio.sleep(0)  # the call has returned now, its waiter has not yet run
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelling_during_the_wait_ends_it() -> None:
    """A run that waits two minutes for a service must still stop at once."""
    waiting = asyncio.Event()

    async def wait(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    call = Call(errors=[refused()])
    settings = ModelRetrySettings(max_retries=3, policy=always)
    task = asyncio.ensure_future(in_time(call, timeout=None, settings=settings, sleep=wait))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert call.attempts == [1]


async def test_a_failed_attempt_is_let_go_before_the_wait() -> None:
    """Its traceback holds the request and the response, which may be large, and the wait long."""
    gone: list[bool] = []
    error = refused()
    ghost = weakref.ref(error)
    errors = [error]
    del error

    async def call(attempt: Attempt) -> str:
        if errors:
            raise errors.pop()
        return "answer"

    async def wait(seconds: float) -> None:
        gc.collect()
        gone.append(ghost() is None)

    settings = ModelRetrySettings(max_retries=1, policy=always)
    assert await in_time(call, timeout=None, settings=settings, sleep=wait) == "answer"
    assert gone == [True]


async def test_a_retry_is_logged_without_the_text_of_the_error(caplog: pytest.LogCaptureFixture) -> None:
    """An operator sees that and why a run waits; what a foreign error quotes may hold a key."""
    error = RuntimeError("Authorization: Bearer sk-secret")
    error.status_code = 503  # type: ignore[attr-defined]
    with caplog.at_level(logging.INFO, logger="openai.agents"):
        await Call(errors=[error]).run()

    assert [record.getMessage() for record in caplog.records] == [
        "Model call failed (RuntimeError, status 503); retry 1 of 2 in 1.00 s."
    ]


class Foreign(Exception):
    """An error of somebody else's client library, with whatever attributes it has."""

    def __init__(self, **attributes: object) -> None:
        super().__init__("foreign")
        vars(self).update(attributes)


def foreign(name: str, **attributes: object) -> Exception:
    """The same under another class name, such as that of a library which is not installed here."""
    error: Exception = type(name, (Foreign,), {})(**attributes)
    return error


class Answer:
    """An HTTP answer as ``httpx`` and its like keep it on their errors."""

    def __init__(self, status_code: int, **headers: str) -> None:
        self.status_code = status_code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (
            refused(code="slow_down", request_id="req_1", retry_after=1.5),
            {"status_code": 429, "error_code": "slow_down", "request_id": "req_1", "retry_after": 1.5},
        ),
        (ProviderConnectionError("hung up"), {"is_network_error": True}),
        (ProviderTimeoutError("slow"), {"is_timeout": True}),
        (ModelTimeoutError(3), {"is_timeout": True}),
        (BadRequestError("no", status=400), {"status_code": 400}),
        (ConnectionResetError(), {"is_network_error": True}),
        (socket.gaierror(), {"is_network_error": True}),
        (asyncio.TimeoutError(), {"is_timeout": True}),
        (ValueError("no"), {}),
        (foreign("APIConnectionError"), {"is_network_error": True}),
        (foreign("ClientPayloadError"), {"is_network_error": True}),
        (foreign("APITimeoutError"), {"is_timeout": True}),
        (foreign("Timeout", status_code=408), {"is_timeout": True, "status_code": 408}),
        (foreign("AbortError"), {"is_abort": True}),
        (
            Foreign(status_code=503, code="busy", request_id="r"),
            {"status_code": 503, "error_code": "busy", "request_id": "r"},
        ),
        (Foreign(status=502, code=None), {"status_code": 502}),
        (Foreign(code=429, status="RESOURCE_EXHAUSTED"), {"status_code": 429}),
        (Foreign(code=1006), {}),
        (Foreign(status_code=True, retry_after=False), {}),
        (Foreign(retry_after=-2), {}),
        (Foreign(body={"error": {"code": "deep"}}), {"error_code": "deep"}),
        (Foreign(body={"code": "flat"}), {"error_code": "flat"}),
        (Foreign(response=Answer(429, Retry_After="3")), {"status_code": 429, "retry_after": 3.0}),
        (
            Foreign(response=Answer(429, retry_after_ms="250", retry_after="3")),
            {"status_code": 429, "retry_after": 0.25},
        ),
        (Foreign(response=Answer(500, X_Request_Id="r")), {"status_code": 500, "request_id": "r"}),
        (Foreign(headers={"request-id": "r", "retry-after": "soon"}), {"request_id": "r"}),
    ],
    ids=repr,
)
def test_errors_of_every_origin_come_to_the_same_facts(error: Exception, facts: dict[str, Any]) -> None:
    """A policy is written once and must work with our errors, a client library's and Python's own."""
    assert normalize_error(error) == ModelRetryNormalizedError(**{"message": str(error), **facts})


def caused(error: Exception, cause: BaseException | None, *, context: BaseException | None = None) -> Exception:
    error.__context__ = context
    error.__cause__ = cause
    error.__suppress_context__ = cause is not None
    return error


def hiding(error: Exception, context: BaseException) -> Exception:
    """As ``raise error from None`` leaves it."""
    error.__context__ = context
    error.__suppress_context__ = True
    return error


CIRCULAR = caused(Foreign(), Foreign(status_code=500))
CIRCULAR.__cause__.__cause__ = CIRCULAR  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (caused(Foreign(), refused(retry_after=2)), {"status_code": 429, "retry_after": 2.0}),
        (caused(Foreign(status_code=503), refused()), {"status_code": 503}),
        (caused(Foreign(), None, context=ConnectionResetError()), {"is_network_error": True}),
        (caused(Foreign(), ValueError(), context=ConnectionResetError()), {}),
        (hiding(Foreign(), ConnectionResetError()), {}),
        (caused(Foreign(), asyncio.CancelledError()), {"is_abort": True}),
        (caused(asyncio.TimeoutError(), asyncio.CancelledError()), {"is_timeout": True}),
        (
            caused(ProviderTimeoutError("slow"), caused(asyncio.TimeoutError(), asyncio.CancelledError())),
            {"is_timeout": True},
        ),
        (CIRCULAR, {"status_code": 500}),
    ],
)
def test_the_cause_of_an_error_counts_too(error: Exception, facts: dict[str, Any]) -> None:
    """Libraries wrap errors in errors; a time-out is made of a cancellation, but is none."""
    assert normalize_error(error) == ModelRetryNormalizedError(**{"message": str(error), **facts})


def test_what_a_model_states_goes_over_what_the_error_shows() -> None:
    """A model knows its service: it reads waits from bodies, and faults from codes."""
    advice = ModelRetryAdvice(
        retry_after=4.0, normalized=ModelRetryNormalizedError(status_code=529, is_network_error=True)
    )

    assert normalize_error(refused(retry_after=1.0), advice) == ModelRetryNormalizedError(
        status_code=529, message=str(refused(retry_after=1.0)), retry_after=4.0, is_network_error=True
    )
