"""The event loop of synchronous runs: one for each thread, so that connections can be used again.

``run`` is above, with ``Runner.run_sync``.
"""

from __future__ import annotations

import asyncio
import threading
import warnings
import weakref
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class _ThreadLoop(threading.local):
    """One event loop a thread for all its synchronous runs, so that connections can be used again.

    It is the loop that the thread has already, where servers may be connected, or else it becomes that. It is closed
    with its thread, or with the process.
    """

    def __init__(self) -> None:
        self.used: dict[asyncio.AbstractEventLoop, _Owner] = {}

    def get(self) -> asyncio.AbstractEventLoop:
        self.used = {loop: owner for loop, owner in self.used.items() if not loop.is_closed()}
        current = _current_loop()
        if current is None:
            current = next(iter(self.used), None) or asyncio.new_event_loop()
            asyncio.set_event_loop(current)
        if current not in self.used:
            self.used[current] = _Owner()
            weakref.finalize(self.used[current], _wind_up, current)
        return current


def _current_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that was set for this thread, if it is open."""
    with warnings.catch_warnings(), suppress(RuntimeError, DeprecationWarning):
        warnings.simplefilter("error", DeprecationWarning)  # by which Python 3.12 says that it would make one
        loop = asyncio.get_event_loop()
        return None if loop.is_closed() else loop
    return None


class _Owner:
    """Lives as long as the thread that holds it."""


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop as ``asyncio.run`` does: what client libraries left waiting on it is cancelled, and may end."""
    if loop.is_closed() or loop.is_running():
        return
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    with suppress(RuntimeError):  # the thread that lets it go runs a loop of its own
        if waiting:
            loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


_thread_loop = _ThreadLoop()


def run_in_thread_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end on this thread's loop. Ctrl-C stops the run and waits until it has cleaned up."""
    loop = _thread_loop.get()
    task = loop.create_task(work)
    try:
        return loop.run_until_complete(task)
    except BaseException as stopped:
        if not task.done():
            task.cancel()
            try:
                loop.run_until_complete(task)
            except BaseException as ended:  # noqa: BLE001 - the caller hears why the run was stopped, and what it had made
                _pass_on_run_data(ended, stopped)
        if task.done() and not task.cancelled():
            task.exception()  # asyncio need not report it as lost
        raise


def _pass_on_run_data(ended: BaseException, stopped: BaseException) -> None:
    """What a run had made, from the error that ended it. Python 3.10 has that as the context of another."""
    for error in (ended, ended.__context__):
        if (made := getattr(error, "run_data", None)) is not None:
            stopped.run_data = made  # type: ignore[attr-defined]
            return
