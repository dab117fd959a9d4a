"""A stream that breaks off: what was shown is withdrawn, and the next model answers from the start."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, FallbackModel, Runner
from agents.testing.simulator import Disconnect, Reply, Simulator, Text


async def main() -> None:
    async with Simulator() as services:
        halfway = Disconnect(after=4)
        services.script(Reply([Text(pieces=["The capital ", "of ", "France "])], faults=[halfway]), model="first")
        services.script(Reply([Text("Paris.")]), model="second")
        url, key = services.openai_base_url, services.api_key
        model = FallbackModel([AnyModel(name, base_url=url, api_key=key) for name in ("first", "second")])

        shown: dict[str, str] = {}  # what is on the screen, by item
        result = Runner.run_streamed(Agent(name="Guide", model=model), "What is the capital of France?")
        async for event in result.stream_events():
            if event.type == "model_fallback_stream_event":
                for item_id in event.withdrawn_item_ids:
                    print("taken off the screen:", repr(shown.pop(item_id)))
                print(f"{type(event.error).__name__}: now {event.next_model!r} answers")
            elif event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                shown[event.data.item_id] = shown.get(event.data.item_id, "") + event.data.delta
        print("on the screen:", *shown.values())


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# taken off the screen: 'The capital of France '
# ProviderConnectionError: now AnyModel(model='second') answers
# on the screen: Paris.
