"""One agent, any model: a tool, a streamed haiku, and what it cost.

    python examples/any_model.py --model anthropic/claude-sonnet-4-5 --api-key ...
    python examples/any_model.py --simulate        # no key: three vendors' protocols on this machine

The model's name is LiteLLM's: the provider, a slash, the model. What is missing is asked for on a terminal; MODEL and
API_KEY in the environment do as well. Needs pip install "polyglot-agents[litellm]".
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys

from agents import (
    Agent,
    AgentsException,
    ItemHelpers,
    ModelSettings,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from agents.extensions.models.litellm_model import LitellmModel


@function_tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"The weather in {city} is sunny, 21 degrees."


async def ask(model: str, api_key: str | None, base_url: str | None = None) -> None:
    """Ask one model for the weather, and show what happens."""
    print(bold(f"\n{model}"))
    agent = Agent(
        name="Assistant",
        instructions="You only respond in haikus.",
        model=LitellmModel(model=model, api_key=api_key, base_url=base_url),
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
    """Ask three models of a simulator, each in its own vendor's protocol."""
    from agents.testing.simulator import Simulator

    async with Simulator() as simulator:
        print("No key was given, so a simulator on this machine answers: no real model does.")
        print("LiteLLM reaches it over real HTTP, in the wire protocol of each vendor.")
        for model, base_url in (
            ("openai/gpt-4.1", simulator.openai_base_url),
            ("anthropic/claude-sonnet-4-5", simulator.anthropic_base_url),
            ("gemini/gemini-3-pro", simulator.gemini_base_url),
        ):
            await ask(model, simulator.api_key, base_url)
    print("\nFor a real model: make demo MODEL=anthropic/claude-sonnet-4-5 API_KEY=...")


def bold(text: str) -> str:
    """The text in bold, on a terminal that wants colour."""
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else text


def arguments() -> argparse.Namespace:
    """What to ask, from the command line, the environment, or whoever sits at the terminal."""
    parser = argparse.ArgumentParser(description="One agent, any model.")
    parser.add_argument("--model", default=os.environ.get("MODEL"), help="LiteLLM's name: provider/model")
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
        asyncio.run(simulate() if args.simulate else ask(args.model, args.api_key, args.base_url))
    except AgentsException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
