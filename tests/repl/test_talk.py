"""The demo loop, as somebody in a terminal meets it: a real process, with real pipes and a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
TALK = [sys.executable, str(Path(__file__).with_name("talk.py"))]
MODES = pytest.mark.parametrize("mode", ["stream", "plain"])


def piped(script: str, mode: str, *lines: str) -> str:
    """What is printed when these lines come from a pipe, which then ends."""
    typed = "".join(f"{line}\n" for line in lines)
    done = subprocess.run([*TALK, script, mode], input=typed, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    return done.stdout


class Terminal:
    """A process on a pseudo-terminal."""

    def __init__(self, script: str, mode: str) -> None:
        self.end, other = os.openpty()
        environ = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        self.process = subprocess.Popen(
            [*TALK, script, mode],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            env={**environ, "TERM": "dumb"},
        )
        os.close(other)
        self.seen = ""

    def wait_for(self, text: str, *, pressing: str = "") -> str:
        """All that was printed up to this text, which is then done with.

        Args:
            text: The text.
            pressing: Keys to press while it does not come: Python's ``input`` misses a signal that arrives between
                its prompt and its reading, as no user's does.
        """
        deadline = time.monotonic() + 30
        ready: list[int] = []
        while text not in self.seen:
            if not ready:
                self.type(pressing)
            ready, _, _ = select.select([self.end], [], [], 1.0 if pressing else deadline - time.monotonic())
            assert ready or time.monotonic() < deadline, f"{text!r} never came, only {self.seen!r}"
            if ready:
                self.seen += os.read(self.end, 4096).decode()
        before, _, self.seen = self.seen.partition(text)
        return before

    def type(self, keys: str) -> None:
        if keys:
            os.write(self.end, keys.encode())


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Processes to end and terminals to close."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.end)


@MODES
def test_a_conversation_goes_on_over_a_handoff_with_all_that_was_said(mode: str) -> None:
    """The next agent answers from then on, and reads the whole conversation."""
    printed = piped("tools", mode, "Count.", "", "Again.", "exit")
    whole = "user function_call function_call_output function_call function_call_output"
    assert whole in printed
    assert f"{whole} assistant user" in printed
    assert printed.endswith("bye\n")
    assert ("[tool called: count" in printed) is (mode == "stream")
    assert ("[tool output: 3 items]" in printed) is (mode == "stream")
    assert ("[agent updated: Clerk]" in printed) is (mode == "stream")


@MODES
@pytest.mark.parametrize("last", ["exit", "QUIT", None])
def test_it_ends_where_the_user_says_so_or_the_input_ends(mode: str, last: str | None) -> None:
    """A pipe ends without a word."""
    printed = piped("hello", mode, "Hi", *([last] if last else []))
    assert printed.split() == [">", "Hello", "there.", ">", "bye"]


@MODES
@pytest.mark.parametrize(
    ("script", "typed", "told", "then"),
    [
        ("fails", [], "[ProviderError: The service is down.]", "user user"),
        ("one turn", [], "[MaxTurnsExceeded: ", "user function_call function_call_output user"),
        ("fails behind a pause", ["y"], "[ProviderError: ", "user function_call function_call_output user"),
    ],
)
def test_an_error_is_told_and_the_conversation_goes_on(
    mode: str, script: str, typed: list[str], told: str, then: str
) -> None:
    """Losing an hour's talk to one failed request would be the tool's fault; so would saying any of it twice."""
    printed = piped(script, mode, "Go.", *typed, "Again.")
    assert told in printed
    assert re.search(rf"(^|[\n ]){then}\n", printed)


@MODES
def test_a_call_that_needs_approval_is_asked_about(mode: str) -> None:
    """Whoever does not say yes says no, and the agent goes on with either."""
    printed = piped("approval", mode, "Clean up.", "y", "")
    assert 'Approve delete {"name": "one"}? [y/N] Approve delete {"name": "two"}? [y/N] ' in printed
    assert "one is gone / Tool execution was not approved.\n" in printed


@MODES
@pytest.mark.parametrize(
    ("script", "then"),
    [("never", "user user"), ("stops behind a tool", "user function_call function_call_output user")],
)
def test_on_a_terminal_the_control_keys_do_what_they_do_in_a_shell(
    mode: str, script: str, then: str, terminals: list[Terminal]
) -> None:
    """Ctrl-C stops an answer, not the conversation; Ctrl-D leaves; nothing is printed but what was meant."""
    terminal = Terminal(script, mode)
    terminals.append(terminal)
    terminal.wait_for(" > ")
    terminal.type("Hi\n")
    terminal.wait_for("thinking")
    terminal.type("\x03")
    terminal.wait_for("[interrupted]")
    terminal.wait_for(" > ")
    terminal.type("Again\n")
    terminal.wait_for(then)
    terminal.wait_for(" > ")
    terminal.type("\x04")
    assert "Traceback" not in terminal.wait_for("bye")
    assert terminal.process.wait(10) == 0


def test_at_the_prompt_one_interrupt_ends_it(terminals: list[Terminal]) -> None:
    """Under ``asyncio.run`` the first Ctrl-C would be noted only after the next line."""
    terminal = Terminal("hello", "stream")
    terminals.append(terminal)
    terminal.wait_for(" > ")
    assert "Traceback" not in terminal.wait_for("bye", pressing="\x03")
    assert terminal.process.wait(10) == 0


def test_colours_are_for_terminals(terminals: list[Terminal]) -> None:
    """What is not the agent's own word steps back, where there is something to step back on."""
    terminal = Terminal("tools", "stream")
    terminals.append(terminal)
    terminal.wait_for(" > ")
    terminal.type("Count.\n")
    assert "\x1b[2m" in terminal.wait_for("[tool called: count")
    terminal.wait_for("\x1b[0m")
