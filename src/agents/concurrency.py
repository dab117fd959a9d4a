"""Several jobs at the same time, none of which outlives the others' failure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def is_cancelled() -> bool:
    """Whether somebody wants the current task to end. What it waits for may have been cancelled alone."""
    cancelling = getattr(asyncio.current_task(), "cancelling", None)  # which Python 3.10 cannot tell
    return cancelling is None or cancelling() > 0


async def together(jobs: Sequence[Callable[[], Awaitable[T]]], limit: int | None = None) -> list[T]:
    """Do all jobs at the same time. When one fails, or all are cancelled, the others are stopped, once, and
    waited for.
    """
    if len(jobs) < 2:
        return [await job() for job in jobs]
    gate = asyncio.Semaphore(limit or len(jobs))

    async def do(job: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await job()

    tasks = [asyncio.ensure_future(do(job)) for job in jobs]
    try:
        # Not gather: it passes a cancellation on, and the one below, a second, would end a tool's clean-up.
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
        return [task.result() for task in failed or tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def beside(check: Awaitable[None], work: Awaitable[T]) -> T:
    """Do the work while the check runs; when one of them fails, the other is stopped and waited for."""
    checking, working = asyncio.ensure_future(check), asyncio.ensure_future(work)
    try:
        await asyncio.wait([checking, working], return_when=asyncio.FIRST_EXCEPTION)
        if checking.done():
            checking.result()
        result = await working
        await checking
        return result
    finally:
        for task in (checking, working):
            task.cancel()
        await asyncio.gather(checking, working, return_exceptions=True)
