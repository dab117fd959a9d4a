"""One answer through LiteLLM in a fresh process; the process that waits for this one takes the time."""

import sys

from agents import Agent, Runner, set_tracing_disabled
from agents.extensions.models.litellm_model import LitellmModel

set_tracing_disabled(True)
model = LitellmModel("openai/gpt-4o-mini", base_url=sys.argv[1], api_key="sim-key")
result = Runner.run_sync(Agent(name="Guide", instructions="Answer in one line.", model=model), "Will it rain in Tokyo?")
assert "Tokyo" in result.final_output
print("{}")
