"""``AnyModel``: how it is made and closed; what it does on each protocol stands in ``tests/conformance``."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from agents import Agent, AnyModel, MultiProvider, RunConfig, UserError
from agents.models.multi_provider import MultiProviderMap
from agents.testing.simulator import Simulator

NO_ADAPTER = """
import asyncio, sys
from agents import Agent, AnyModel, Runner
from agents.testing.simulator import Simulator

async def main():
    async with Simulator() as sim:
        model = AnyModel("anthropic/claude-sonnet-4-5", base_url=sim.anthropic_base_url, api_key=sim.api_key)
        print((await Runner.run(Agent(name="A", model=model), "Hello")).final_output)

asyncio.run(main())
print([name for name in ("litellm", "anthropic", "griffe", "mcp") if name in sys.modules])
"""


def test_no_adapter_library_is_in_the_process() -> None:
    """The point of the native path: no package that holds every key, and nothing left open at the end."""
    done = subprocess.run([sys.executable, "-X", "dev", "-c", NO_ADAPTER], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Unclosed" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("antropic/claude",), "anthropic"),
        (("",), "provider/model"),
        (("anthropic/",), "provider/model"),
        (("azure/gpt-5",), "base_url"),
    ],
)
def test_a_model_that_nobody_serves_is_refused_with_a_way_out(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing error should not be found out by a request to the wrong place."""
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "k")
    with pytest.raises(UserError, match=said):
        AnyModel(*arguments)


def test_a_missing_key_and_an_unknown_profile_field_are_named() -> None:
    """Errors say which variable to set, and which fields there are."""
    with pytest.raises(UserError, match="GROQ_API_KEY"):
        AnyModel("groq/llama-3.3-70b-versatile")
    with pytest.raises(UserError, match="reasoning_replay"):
        AnyModel("groq/x", api_key="k", profile={"reasoning_reply": "never"})


async def test_closing_a_provider_hangs_up_on_its_native_models(
    sim: Simulator, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that ends in order leaves no connection behind, also where it is its own provider's provider."""
    monkeypatch.setenv("LITELLM_PROXY_API_BASE", sim.openai_base_url)
    monkeypatch.setenv("LITELLM_PROXY_API_KEY", sim.api_key)
    names = MultiProviderMap()
    provider = MultiProvider(provider_map=names)
    names.add_provider("self", provider)
    sim.script("Hello.")
    agent = Agent("Assistant", model="litellm_proxy/gpt-4.1")
    result = await run(agent, run_config=RunConfig(model_provider=provider))
    assert result.final_output == "Hello."
    assert sim.open_connections == 1
    await provider.aclose()
    for _ in range(50):
        await asyncio.sleep(0.01 if sim.open_connections else 0)
    assert sim.open_connections == 0
