"""OpenInference turns a run's spans into OpenTelemetry's: agent, model calls with tokens, tools with their schemas."""

from __future__ import annotations

import asyncio
import json

from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agents import Agent, AnyModel, ModelSettings, Runner, function_tool
from agents.testing.simulator import Reply, Simulator, Text, Tokens, ToolCall


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Windy in {city}."


async def main() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # The package asks whether a distribution named openai-agents is installed: this one has another name.
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider, skip_dep_check=True)
    async with Simulator() as service:
        service.script(
            Reply([ToolCall("get_weather", {"city": "Oslo"})], usage=Tokens(input=30, output=8)),
            Reply([Text("It is windy.")], usage=Tokens(input=50, output=5)),
        )
        model = AnyModel(
            "claude-sonnet-4-5", api="anthropic", base_url=service.anthropic_base_url, api_key=service.api_key
        )
        agent = Agent(name="Guide", model=model, tools=[get_weather], model_settings=ModelSettings(include_usage=True))
        await Runner.run(agent, "How is Oslo?")
    spans = exporter.get_finished_spans()
    by_kind: dict[str, list[dict[str, object]]] = {}
    for span in spans:
        attributes = dict(span.attributes or {})
        by_kind.setdefault(str(attributes.get("openinference.span.kind")), []).append(attributes)
    print({kind: len(found) for kind, found in sorted(by_kind.items())})
    assert len(by_kind["LLM"]) == 2
    assert [each["llm.token_count.prompt"] for each in by_kind["LLM"]] == [30, 50]
    assert [each["llm.token_count.completion"] for each in by_kind["LLM"]] == [8, 5]
    assert {each["llm.model_name"] for each in by_kind["LLM"]} == {"claude-sonnet-4-5"}
    (tool,) = by_kind["TOOL"]
    assert tool["tool.name"] == "get_weather"
    assert tool["tool.description"] == "The weather of a city."
    assert "city" in json.loads(str(tool["tool.parameters"]))["properties"]
    assert tool["output.value"] == "Windy in Oslo."
    assert any(span.name == "Guide" for span in spans)
    print("agent, model calls with tokens, and the tool with its schema are exported")


asyncio.run(main())
