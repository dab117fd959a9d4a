"""One answer in a fresh process; the process that waits for this one takes the time and the memory."""

import sys

from ways import model

from agents import Agent, Runner, set_tracing_disabled

URL, _, WAY = sys.argv[1:4]
set_tracing_disabled(True)
agent = Agent(name="Guide", instructions="Answer in one line.", model=model(WAY, URL))
result = Runner.run_sync(agent, "Will it rain in Tokyo?")
assert "Tokyo" in result.final_output
print("{}")
