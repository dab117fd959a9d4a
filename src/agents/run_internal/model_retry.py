"""The one authority on retries of a model call in a run.

Above it the run loop, which passes in one attempt as a function; below it nothing but that function.
It bounds each attempt in time, gathers the facts of a failure, asks the policy of the settings, and waits. A
failure after output was handed on is final, and so is a cancellation. A request whose replay may do its work
twice is sent again only where its model calls that safe or the policy approves it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ..error_map import retry_after
from ..exceptions import ModelTimeoutError, ProviderConnectionError, ProviderTimeoutError
from ..logger import logger
from ..retry import (
    ModelRetryAdvice,
    ModelRetryAdviceRequest,
    ModelRetryBackoffSettings,
    ModelRetryNormalizedError,
    ModelRetrySettings,
    RetryPolicy,
    RetryPolicyContext,
    ask_policy,
    overlay,
)

T = TypeVar("T")

INITIAL_DELAY = 0.25
MULTIPLIER = 2.0
LONGEST_BACKOFF = 2.0
LONGEST_WAIT = 120.0
"""Seconds: what a service or a policy asks for beyond this is cut, as it would look like a hang."""

# Errors by the name of their class or of a parent of it, so that no client library has to be imported.
_NETWORK = frozenset(
    {
        ProviderConnectionError.__name__,
        "ConnectionError",  # Python's own, and requests
        "gaierror",  # a host name that does not resolve
        "APIConnectionError",  # openai, anthropic, litellm
        "TransportError",  # httpx
        "ClientConnectionError",  # aiohttp
        "ClientPayloadError",  # aiohttp: the body was cut short
        "ConnectionClosed",  # websockets
    }
)
_TIMEOUT = frozenset(
    {
        ModelTimeoutError.__name__,
        ProviderTimeoutError.__name__,
        "TimeoutError",  # Python's and asyncio's, which are two before 3.11
        "APITimeoutError",  # openai, anthropic
        "TimeoutException",  # httpx
        "Timeout",  # litellm, requests
    }
)
_CANCELLED = frozenset({"CancelledError", "AbortError"})


@dataclass(slots=True)
class Attempt:
    """One try at a call. The callee sets ``started`` once output was handed on: then there is no way back."""

    number: int
    started: bool = False


async def call_with_retries(
    call: Callable[[Attempt], Awaitable[T]],
    *,
    settings: ModelRetrySettings | None,
    timeout: float | None,
    advise: Callable[[ModelRetryAdviceRequest], ModelRetryAdvice | None],
    stream: bool,
    previous_response_id: str | None = None,
    conversation_id: str | None = None,
    on_failed_attempt: Callable[[BaseException], None] | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> T:
    """The result of the first attempt that succeeds.

    Args:
        call: Makes one attempt, from the request to the last event of its stream.
        settings: Whether and how to retry.
        timeout: Seconds that one attempt may take.
        advise: What the model knows of its own failure.
        stream: Whether the call is streamed.
        previous_response_id: The stored response that the request continues.
        conversation_id: The stored conversation that the request continues.
        on_failed_attempt: Told of the error of every failed attempt, retried or not.
        sleep: How to wait.

    Raises:
        ModelTimeoutError: The last attempt took longer than ``timeout``.
        Exception: Whatever else the last attempt raised.
    """
    number = 1
    while True:
        attempt = Attempt(number)
        try:
            if timeout is None:
                return await call(attempt)
            return await _within(timeout, call(attempt))
        except Exception as error:
            if on_failed_attempt is not None:
                on_failed_attempt(error)
            if attempt.started:
                raise
            delay = await _delay_before_retry(
                ModelRetryAdviceRequest(error, number, stream, previous_response_id, conversation_id),
                settings,
                advise,
            )
            if delay is None:
                raise
        # Out here the failed attempt is let go: its frames are free, and no later error has it as context.
        await sleep(delay)
        number += 1


async def _within(timeout: float, call: Awaitable[T]) -> T:
    """What ``call`` returns within ``timeout`` seconds.

    The call has its own task, so that our deadline and a cancellation from outside, which may come at the
    same moment, cannot be taken for one another (``asyncio.wait_for`` mixes them up before Python 3.12).
    """
    task = asyncio.ensure_future(call)
    try:
        done, _ = await asyncio.wait({task}, timeout=timeout)
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # taken note of, or asyncio complains that nobody did
    if not done:
        raise ModelTimeoutError(timeout)
    return task.result()


async def _delay_before_retry(
    failed: ModelRetryAdviceRequest,
    settings: ModelRetrySettings | None,
    advise: Callable[[ModelRetryAdviceRequest], ModelRetryAdvice | None],
) -> float | None:
    """How long to wait before the next attempt, or ``None`` where there must not be one."""
    if settings is None or settings.policy is None or failed.attempt > (settings.max_retries or 0):
        return None
    advice = advise(failed)
    context = RetryPolicyContext(
        error=failed.error,
        attempt=failed.attempt,
        max_retries=settings.max_retries or 0,
        stream=failed.stream,
        normalized=normalize_error(failed.error, advice),
        provider_advice=advice,
        previous_response_id=failed.previous_response_id,
        conversation_id=failed.conversation_id,
    )
    return await _judge(context, settings.policy, settings.backoff or ModelRetryBackoffSettings())


async def _judge(context: RetryPolicyContext, policy: RetryPolicy, backoff: ModelRetryBackoffSettings) -> float | None:
    """The delay that the policy's decision comes to, if it is to retry and may."""
    unsafe = context.replay_safety == "unsafe"
    if context.normalized.is_abort or (unsafe and context.stream):
        return None
    decision = await ask_policy(policy, context)
    if not decision.retry:
        return None
    # A request that continues stored state may have changed it before it failed: only its model can call the
    # replay safe. Where the model says "unsafe", the application may take the risk; where it says nothing,
    # there is no known risk to take, and the answer stays no.
    if unsafe and not decision.approve_unsafe_replay:
        return None
    if context.stateful_request and context.replay_safety == "unknown":
        return None
    asked = context.normalized.retry_after if decision.delay is None else decision.delay
    if asked is None:
        delay = backoff_delay(backoff, context.attempt)
    else:
        longest = LONGEST_WAIT if backoff.max_delay is None else backoff.max_delay
        delay = min(asked, longest) if asked > 0 else 0.0
    _log_retry(context, delay)
    return delay


def backoff_delay(backoff: ModelRetryBackoffSettings, attempt: int) -> float:
    """The wait after the failed attempt of this number, which grows until it is the longest allowed."""
    longest = LONGEST_BACKOFF if backoff.max_delay is None else backoff.max_delay
    multiplier = MULTIPLIER if backoff.multiplier is None else backoff.multiplier
    delay = min(INITIAL_DELAY if backoff.initial_delay is None else backoff.initial_delay, longest)
    for _ in range(attempt - 1):
        delay = min(delay * multiplier, longest)
    if backoff.jitter is False:
        return delay
    return min(delay * random.uniform(0.875, 1.125), longest)  # noqa: S311 - spreads load, guards nothing


def _log_retry(context: RetryPolicyContext, delay: float) -> None:
    # Only facts that hold no text of the request: a foreign error's message may quote headers.
    facts = context.normalized
    known = {"status": facts.status_code, "code": facts.error_code, "request": facts.request_id}
    said = "".join(f", {name} {value}" for name, value in known.items() if value is not None)
    logger.info(
        "Model call failed (%s%s); retry %d of %d in %.2f s.",
        type(context.error).__name__,
        said,
        context.attempt,
        context.max_retries,
        delay,
    )


def normalize_error(error: Exception, advice: ModelRetryAdvice | None = None) -> ModelRetryNormalizedError:
    """The facts of ``error`` and of what caused it, over which go those that ``advice`` states."""
    chain = list(_chain(error))
    names = {cls.__name__ for link in chain for cls in type(link).__mro__}
    facts = ModelRetryNormalizedError(
        status_code=_first(_status, chain),
        error_code=_first(_code, chain),
        message=str(error),
        request_id=_first(_request_id, chain),
        retry_after=_first(_retry_after, chain),
        # Time-outs are made of cancellations (asyncio raises TimeoutError from CancelledError), and are none.
        is_abort=bool(names & _CANCELLED) and not names & _TIMEOUT,
        is_network_error=bool(names & _NETWORK),
        is_timeout=bool(names & _TIMEOUT),
    )
    if advice is None:
        return facts
    if advice.retry_after is not None:
        facts.retry_after = advice.retry_after
    return overlay(facts, advice.normalized) if advice.normalized is not None else facts


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what caused it, what caused that, and so on; each once, as chains can be circular."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _first(look: Callable[[BaseException], T | None], chain: list[BaseException]) -> T | None:
    return next((value for link in chain if (value := look(link)) is not None), None)


def _status(error: BaseException) -> int | None:
    # ``status_code``: openai, anthropic, litellm; ``status``: ours, aiohttp; ``code``: google-genai, urllib.
    said = [getattr(error, name, None) for name in ("status_code", "status", "code")]
    said.append(getattr(getattr(error, "response", None), "status_code", None))
    return next((value for value in said if type(value) is int and 100 <= value < 600), None)


def _code(error: BaseException) -> str | None:
    body = getattr(error, "body", None)
    inner = body.get("error") if isinstance(body, Mapping) else None
    said = [getattr(error, "code", None)]
    said += [part.get("code") for part in (inner, body) if isinstance(part, Mapping)]
    return next((value for value in said if isinstance(value, str) and value), None)


def _request_id(error: BaseException) -> str | None:
    said = getattr(error, "request_id", None)
    if isinstance(said, str):
        return said
    headers = _headers(error)
    return headers.get("x-request-id", headers.get("request-id"))


def _retry_after(error: BaseException) -> float | None:
    said = getattr(error, "retry_after", None)
    if isinstance(said, (int, float)) and not isinstance(said, bool):
        return float(said) if said >= 0 else None
    return retry_after(_headers(error), now=time.time())


def _headers(error: BaseException) -> dict[str, str]:
    """The headers of the answer that made the error, wherever its client library keeps them."""
    for holder in (getattr(error, "response", None), error):
        headers = getattr(holder, "headers", None)
        if isinstance(headers, Mapping):
            return {str(name).lower(): str(value) for name, value in headers.items()}
    return {}
