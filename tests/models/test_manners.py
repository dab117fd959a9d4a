"""LiteLLM as a guest: imported late, quiet, local, and left as it was found. Each case is a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from agents.testing.simulator import Simulator, serve_in_thread

ROUTES = (
    ("openai/gpt-5", "openai_base_url"),
    ("anthropic/claude-sonnet-4-5", "anthropic_base_url"),
    ("gemini/gemini-3-pro-preview", "gemini_base_url"),
)

GUEST = """
import os, sys

away = []
def guard(event, args):
    if event == "socket.getaddrinfo" and args[0] not in ("127.0.0.1", b"127.0.0.1", "localhost", None):
        away.append(args[0])
        raise OSError("no network here")
sys.addaudithook(guard)
"""

FIRST_RUNS = """
import asyncio
from pydantic import BaseModel
from agents import Agent, ModelSettings, ProviderError, Runner, function_tool
from agents.extensions.models.litellm_model import LitellmModel

environment = dict(os.environ)
assert "litellm" not in sys.modules, "imported too early"

class Poem(BaseModel):
    text: str

@function_tool
def get_weather(city: str) -> str:
    return f"Windy in {city}"

def poet(model, address, **more):
    return Agent("Poet", model=LitellmModel(model, base_url=address, api_key="sim-key"), **more)

async def stream(agent, text):
    result = Runner.run_streamed(agent, text)
    async for _ in result.stream_events():
        pass

for model, address in zip(sys.argv[1::2], sys.argv[2::2]):
    agent = poet(model, address, tools=[get_weather])
    Runner.run_sync(agent, "The weather in Oslo?")
    asyncio.run(stream(agent, "The weather in Oslo?"))
    Runner.run_sync(poet(model, address, output_type=Poem), "A poem")
    wrong = poet(model.split("/")[0] + "/no-such-model", address)
    for _ in range(2):
        try:
            Runner.run_sync(wrong, "Hello")
            raise SystemExit("no error")
        except ProviderError:
            pass
    try:
        asyncio.run(stream(wrong, "Hello"))
        raise SystemExit("no error")
    except ProviderError:
        pass
os.environ.pop("TIKTOKEN_CACHE_DIR", None)  # LiteLLM points tiktoken to the word lists that it ships
environment.pop("TIKTOKEN_CACHE_DIR", None)
assert dict(os.environ) == environment, "environment changed"
assert "litellm" in sys.modules
assert not away, away
"""

GLOBALS = """
import asyncio, contextlib, io
os.environ |= {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True"}
import litellm

PLAIN = (bool, int, float, str, type(None), list, dict, set)
LAZY = ("_", "error_logs")  # filled as it works, whoever calls it

def settings():
    found = vars(litellm).items()
    return {name: repr(value) for name, value in found if isinstance(value, PLAIN) and not name.startswith(LAZY)}

def direct_failure():
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        try:
            litellm.completion("openai/no-such-model", [{"role": "user", "content": "Hi"}], base_url=address,
                api_key="sim-key", num_retries=0, max_retries=0)
        except litellm.exceptions.NotFoundError:
            pass
    return heard.getvalue()

model, address = sys.argv[1:3]
before_us = direct_failure()
before = settings()
from agents import Agent, ProviderError, Runner
from agents.extensions.models.litellm_model import LitellmModel
Runner.run_sync(Agent("A", model=LitellmModel(model, base_url=address, api_key="sim-key")), "Hello")
try:
    wrong = LitellmModel("openai/no-such-model", base_url=address, api_key="sim-key")
    Runner.run_sync(Agent("A", model=wrong), "Hello")
except ProviderError:
    pass
changed = {name: value for name, value in settings().items() if before.get(name, value) != value}
assert not changed, changed
assert "Get Help" in before_us
assert direct_failure() == before_us, "the user's own calls are silenced"
assert not away, away
"""


def run_apart(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter, as a user with no settings would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LITELLM_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, "-c", GUEST + code, *arguments],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )


def addresses(sim: Simulator) -> list[str]:
    return [word for model, name in ROUTES for word in (model, getattr(sim, name))]


def test_runs_through_litellm_print_nothing_and_fetch_nothing() -> None:
    """Good and failing runs, three protocols, both ways: silence on the terminal, no request to a code host."""
    with serve_in_thread() as sim:
        done = run_apart(FIRST_RUNS, *addresses(sim))
    assert done.returncode == 0, done.stderr
    heard = [line for line in done.stderr.splitlines() if "reported no usage" not in line]
    assert (done.stdout, heard) == ("", [])


def test_litellms_settings_and_prints_stay_the_users() -> None:
    """Its globals belong to the program: what the user calls directly behaves as if we were not there."""
    with serve_in_thread() as sim:
        done = run_apart(GLOBALS, *addresses(sim)[:2])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


WITHOUT = """
sys.modules["litellm"] = None
import importlib
try:
    importlib.import_module(sys.argv[1])
except ImportError as error:
    print(error)
else:
    print("imported")
"""


@pytest.mark.parametrize(
    ("module", "fails"),
    [
        ("agents.extensions.models.litellm_model", True),
        ("agents.extensions.models.litellm_provider", True),
        ("agents.models.multi_provider", False),
        ("agents", False),
    ],
)
def test_without_the_package_the_error_names_the_command(module: str, fails: bool) -> None:
    """The extra is optional; whoever wants it should not have to search for its name."""
    done = run_apart(WITHOUT, module)
    assert done.stdout.strip() == (
        'LiteLLM is not installed. Run: pip install "polyglot-agents[litellm]"' if fails else "imported"
    )
