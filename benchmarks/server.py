"""The simulator, answering always the same: a tool call where a tool is offered, 200 tokens in a stream, or a line.

Prints its address, and stops when its standard input is closed.
"""

from __future__ import annotations

import sys

from agents.testing.simulator import Ask, Reply, Simulator, Text, ToolCall, serve_in_thread

TOKENS = [f"word{number} " for number in range(200)]


def answers_for(simulator: Simulator) -> None:
    """Queue an answer that queues itself again."""

    def answer(ask: Ask) -> Reply:
        simulator.script(answer)
        simulator.requests.clear()
        if ask.stream:
            return Reply([Text(pieces=TOKENS)])
        if ask.tools and not ask.results:
            return Reply([ToolCall("get_weather", {"city": "Tokyo", "days": 2})])
        return Reply(["It is 22 degrees and sunny in Tokyo."])

    simulator.script(answer)


def main() -> None:
    """Serve until nobody is there."""
    with serve_in_thread() as simulator:
        answers_for(simulator)
        print(simulator.openai_base_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
