"""One agent, any model: a tool, a streamed haiku, and what it cost.

    python examples/any_model.py --model anthropic/claude-sonnet-4-5 --api-key ...
    python examples/any_model.py --simulate        # no key: four protocols on this machine, and LiteLLM

A model is the provider, a slash, and the provider's name for it; 'agents models' lists the providers. What is missing
is asked for on a terminal; MODEL and API_KEY in the environment do as well. For "litellm/..." and what only LiteLLM
reaches: pip install "polyglot-agents[litellm]".
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import importlib.util
import os
import sys

from agents import (
    Agent,
    AgentsException,
    AnyModel,
    ItemHelpers,
    ModelSettings,
    MultiProvider,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from agents.extensions.models.litellm_model import LitellmModel
from agents.models.interface import Model


@function_tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"The weather in {city} is sunny, 21 degrees."


def find(name: str, api_key: str | None, base_url: str | None) -> Model:
    """The model of that name, as ``Agent(model=name)`` finds it; a key or an address of your own goes with it."""
    prefix, _, rest = name.partition("/")
    if prefix == "litellm":
        return LitellmModel(rest, api_key=api_key, base_url=base_url)
    if api_key or base_url:
        return AnyModel(name if "/" in name else f"openai/{name}", api_key=api_key, base_url=base_url)
    return MultiProvider().get_model(name)


async def ask(name: str, model: Model) -> None:
    """Ask one model for the weather, and show what happens."""
    print(bold(f"\n{name}"))
    agent = Agent(
        name="Assistant",
        instructions="You only respond in haikus.",
        model=model,
        tools=[get_weather],
        model_settings=ModelSettings(include_usage=True),
    )
    print("  user   What's the weather in Tokyo?")
    result = Runner.run_streamed(agent, "What's the weather in Tokyo?")
    async for event in result.stream_events():
        if event.type != "run_item_stream_event":
            continue
        if event.item.type == "tool_call_item":
            print(f"  model  calls {event.item.raw_item.name}({event.item.raw_item.arguments})")
        elif event.item.type == "tool_call_output_item":
            print(f"  tool   {event.item.output}")
        elif event.item.type == "message_output_item":
            print("  model  " + ItemHelpers.text_message_output(event.item).replace("\n", "\n         "))
    usage = result.context_wrapper.usage
    print(f"  usage  {usage.requests} requests, {usage.input_tokens} tokens in, {usage.output_tokens} tokens out")


async def simulate() -> None:
    """Ask models of a simulator, each in its own vendor's protocol."""
    from agents.testing.simulator import Simulator

    async with Simulator() as simulator:
        key = simulator.api_key
        print("No key was given, so a simulator on this machine answers: no real model does.")
        print("It is reached over real HTTP, in the wire protocol of each vendor.")
        for name, protocol, base_url in (
            ("openai/gpt-5.2", "OpenAI Responses", simulator.openai_base_url),
            ("groq/gpt-4.1", "Chat Completions", simulator.openai_base_url),
            ("anthropic/claude-sonnet-4-5", "Anthropic Messages", simulator.anthropic_base_url),
            ("gemini/gemini-3-pro", "Gemini generateContent", simulator.gemini_base_url),
        ):
            await ask(f"{name}, over {protocol}", AnyModel(name, api_key=key, base_url=base_url))
        if importlib.util.find_spec("litellm"):
            name = "anthropic/claude-sonnet-4-5"
            litellm = LitellmModel(name, api_key=key, base_url=simulator.anthropic_base_url)
            await ask(f"litellm/{name}, over LiteLLM", litellm)
    print("\nFor a real model: make demo MODEL=anthropic/claude-sonnet-4-5 API_KEY=...")


def bold(text: str) -> str:
    """The text in bold, on a terminal that wants colour."""
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else text


def arguments() -> argparse.Namespace:
    """What to ask, from the command line, the environment, or whoever sits at the terminal."""
    parser = argparse.ArgumentParser(description="One agent, any model.")
    parser.add_argument("--model", default=os.environ.get("MODEL"), help="provider/model, or a model of OpenAI's")
    parser.add_argument("--api-key", default=os.environ.get("API_KEY"), help="the provider's key")
    parser.add_argument("--base-url", help="another address for the provider")
    parser.add_argument("--simulate", action="store_true", help="ask the simulator: no key needed")
    args = parser.parse_args()
    if args.simulate:
        return args
    if not args.model and not sys.stdin.isatty():
        parser.error("no model: give --model and --api-key, or --simulate")
    args.model = args.model or input("Model (provider/model): ").strip()
    if not args.api_key and sys.stdin.isatty():
        args.api_key = getpass.getpass("API key (empty for the provider's own variable): ").strip() or None
    return args


def main() -> int:
    """Run the example; the exit code says whether it worked."""
    set_tracing_disabled(True)
    args = arguments()
    try:
        asyncio.run(simulate() if args.simulate else ask(args.model, find(args.model, args.api_key, args.base_url)))
    except AgentsException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
