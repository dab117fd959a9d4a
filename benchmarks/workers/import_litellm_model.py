"""CPU of the import of the LiteLLM model class."""

import json
import time

start = time.process_time()
from agents.extensions.models.litellm_model import LitellmModel  # noqa: E402, F401

print(json.dumps({"cpu": time.process_time() - start}))
