"""Talk to an agent in a terminal: ``await run_demo_loop(agent)``. For trying things out; the loop itself is ``run``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from .agent import Agent
from .exceptions import AgentsException, RunErrorDetails
from .items import ItemHelpers, TResponseInputItem, to_input_items
from .result import RunResultBase, RunResultStreaming
from .run import Runner
from .run_config import DEFAULT_MAX_TURNS
from .run_context import TContext
from .run_state import RunState
from .stream_events import StreamEvent

__all__ = ["run_demo_loop"]

PROMPT = " > "
_DIM, _RED, _PLAIN = "\x1b[2m", "\x1b[31m", "\x1b[0m"


async def run_demo_loop(
    agent: Agent[Any],
    *,
    stream: bool = True,
    context: TContext | None = None,
    max_turns: int | None = DEFAULT_MAX_TURNS,
) -> None:
    """Read a line, run the agent, print its answer, and so on, with the whole conversation each time.

    ``exit``, ``quit``, Ctrl-D, and Ctrl-C at the prompt end it. Ctrl-C during an answer stops the answer; an error is
    told; after both the conversation goes on with what there is of it. A tool call that needs approval is asked about.
    Colours are for terminals alone, and not where ``NO_COLOR`` is set.

    Args:
        agent: The agent to begin with; after a handoff the other one goes on.
        stream: Whether the answer is printed while it is made.
        context: Passed on to each run.
        max_turns: How many turns each run may take.
    """
    talk = _Talk(agent, stream, {"context": context, "max_turns": max_turns})
    while (line := _read()) is not None:
        if line.lower() in ("exit", "quit"):
            return
        if line:
            await talk.say(line)


class _Talk:
    """The conversation so far, and who is speaking."""

    def __init__(self, agent: Agent[Any], stream: bool, options: dict[str, Any]) -> None:
        self.agent = agent
        self.stream = stream
        self.options = options
        self.items: list[TResponseInputItem] = []

    async def say(self, line: str) -> None:
        """One word of the user's, and what the agent makes of it, with what the user decides on its tool calls."""
        self.items.append({"role": "user", "content": line})
        result = await self._answer(self.items)
        while result is not None and result.interruptions:
            result = await self._answer(_decided(result))

    async def _answer(self, given: list[TResponseInputItem] | RunState[Any]) -> RunResultBase | None:
        """A run to its end, or to a question; ``None`` where it was stopped or failed, which is told."""
        answer = asyncio.ensure_future(self._stream(given) if self.stream else self._run(given))
        interrupted = asyncio.Event()

        def stop() -> None:
            interrupted.set()
            answer.cancel()

        with _on_interrupt(stop):
            try:
                return await answer
            except asyncio.CancelledError:
                if not interrupted.is_set():  # somebody else stops all of this
                    raise
                _note("\n[interrupted]")
            except AgentsException as error:
                _note(f"[{type(error).__name__}: {error}]", _RED)
                self._keep_of(error)
        return None

    async def _run(self, given: list[TResponseInputItem] | RunState[Any]) -> RunResultBase:
        try:
            result = await Runner.run(self.agent, given, **self.options)
        except asyncio.CancelledError as stopped:
            self._keep_of(stopped)
            raise
        if result.final_output is not None:
            print(result.final_output)  # noqa: T201 - printing is what this module is for
        self._keep(result)
        return result

    async def _stream(self, given: list[TResponseInputItem] | RunState[Any]) -> RunResultBase:
        result: RunResultStreaming = Runner.run_streamed(self.agent, given, **self.options)
        try:
            async for event in result.stream_events():
                self._show(event)
        except asyncio.CancelledError:
            self._keep(result)  # as far as it came
            raise
        print()  # noqa: T201
        self._keep(result)
        return result

    def _keep(self, result: RunResultBase) -> None:
        self.agent = result.last_agent
        self.items = result.to_input_list()

    def _keep_of(self, error: BaseException) -> None:
        """What there was when a run failed or was stopped, if it had begun."""
        details: RunErrorDetails | None = getattr(error, "run_data", None)
        if details is not None:
            self.agent = details.last_agent
            self.items = [*ItemHelpers.input_to_new_input_list(details.input), *to_input_items(details.new_items)]

    def _show(self, event: StreamEvent) -> None:
        if event.type == "raw_response_event":
            if event.data.type in ("response.output_text.delta", "response.refusal.delta"):
                print(event.data.delta, end="", flush=True)  # noqa: T201
        elif event.type == "agent_updated_stream_event":
            if event.new_agent is not self.agent:
                self.agent = event.new_agent
                _note(f"\n[agent updated: {event.new_agent.name}]")
        elif event.type == "model_fallback_stream_event":
            _note(f"\n[{type(event.error).__name__}: what it said is withdrawn, {event.next_model!r} answers]\n")
        elif event.item.type == "tool_call_item":
            arguments = getattr(event.item.raw_item, "arguments", "")
            _note(f"\n[tool called: {event.item.tool_name or event.item.raw_item.type} {arguments}".rstrip() + "]")
        elif event.item.type == "tool_call_output_item":
            _note(f"\n[tool output: {event.item.output}]")


def _decided(result: RunResultBase) -> RunState[Any]:
    """The run to go on with, after the user has decided on each call that waits. Whoever does not say yes says no."""
    state = result.to_state()
    for item in result.interruptions:
        said = _read(f"Approve {item.qualified_name} {item.arguments or ''}? [y/N] ") or ""
        if said.lower() in ("y", "yes"):
            state.approve(item)
        else:
            state.reject(item)
    return state


def _read(prompt: str = PROMPT) -> str | None:
    """What the user types next; ``None`` at the end.

    It is read on the main thread, and with Python's own handler of Ctrl-C, which ends the reading at once: under
    ``asyncio.run``, the first Ctrl-C would be noted only after the next line.
    """
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.default_int_handler) if main else None
    try:
        return input(prompt).strip()
    except (EOFError, KeyboardInterrupt):
        print()  # noqa: T201 - the shell's prompt should begin a line
        return None
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _on_interrupt(stop: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl-C call ``stop``, where signals can be had."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    try:
        loop.add_signal_handler(signal.SIGINT, stop)
    except NotImplementedError:  # Windows
        signal.signal(signal.SIGINT, lambda number, frame: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _note(text: str, colour: str = _DIM) -> None:
    """What is not the agent's own word."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(f"{colour}{text}{_PLAIN}" if coloured else text, flush=True)  # noqa: T201
