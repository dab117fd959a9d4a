"""CPU of the import that every program makes."""

import json
import time

start = time.process_time()
import agents  # noqa: E402, F401
from agents import Agent, Runner, function_tool  # noqa: E402, F401

print(json.dumps({"cpu": time.process_time() - start}))
