"""What a run costs: tokens and requests, in all and for each request, plain and streamed.

    python examples/usage_tracking.py --model anthropic/claude-sonnet-4-5 --api-key ...
    python examples/usage_tracking.py              # a simulator on this machine answers

Needs pip install "polyglot-agents[litellm]".
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from agents import Agent, AgentsException, ModelSettings, Runner, Usage, function_tool, set_tracing_disabled
from agents.extensions.models.litellm_model import LitellmModel


@function_tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"The weather in {city} is sunny, 21 degrees."


def show(title: str, usage: Usage) -> None:
    """Print a usage, and each request that it counts."""
    print(f"{title}: {usage.requests} requests, {usage.total_tokens} tokens")
    for number, entry in enumerate(usage.request_usage_entries, 1):
        cached = entry.input_tokens_details.cached_tokens
        reasoning = entry.output_tokens_details.reasoning_tokens
        print(
            f"  request {number}: {entry.input_tokens} in ({cached} cached), "
            f"{entry.output_tokens} out ({reasoning} reasoning)"
        )


async def track(model: LitellmModel) -> None:
    """Run an agent plainly and as a stream, and show what each run cost."""
    agent = Agent(
        name="Assistant",
        model=model,
        tools=[get_weather],
        # Streams report their usage only where they are asked to.
        model_settings=ModelSettings(include_usage=True),
    )
    plain = await Runner.run(agent, "What's the weather in Tokyo?")
    show("Plain", plain.context_wrapper.usage)

    streamed = Runner.run_streamed(agent, "What's the weather in Tokyo?")
    async for _ in streamed.stream_events():
        pass
    show("Streamed", streamed.context_wrapper.usage)

    total = Usage()
    for result in (plain, streamed):
        total.add(result.context_wrapper.usage)
    show("Together", total)


async def simulate() -> None:
    """Track the usage that a simulator reports."""
    from agents.testing.simulator import Simulator

    print("No model was given: a simulator on this machine answers, and makes up the tokens.")
    async with Simulator() as simulator:
        await track(
            LitellmModel(
                "anthropic/claude-sonnet-4-5",
                base_url=simulator.anthropic_base_url,
                api_key=simulator.api_key,
            )
        )


def main() -> int:
    """Run the example; the exit code says whether it worked."""
    parser = argparse.ArgumentParser(description="What a run costs.")
    parser.add_argument("--model", help="LiteLLM's name: provider/model")
    parser.add_argument("--api-key", help="the provider's key; by default the provider's own variable is read")
    args = parser.parse_args()
    set_tracing_disabled(True)
    try:
        asyncio.run(track(LitellmModel(args.model, api_key=args.api_key)) if args.model else simulate())
    except AgentsException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
