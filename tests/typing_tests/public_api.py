"""The types that users see. This file is checked by ``mypy --strict`` and never run.

It holds the kind of code that a program using the package holds. A change that needs a ``cast``, an ``Any``
or a ``type: ignore`` here to stay quiet is a change that breaks other people's type checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

from openai import AsyncOpenAI
from openai.types.responses import ResponseTextDeltaEvent
from openai.types.shared import Reasoning
from pydantic import BaseModel, Field
from typing_extensions import assert_type

from agents import (
    Agent,
    AgentHookContext,
    AgentHooks,
    AgentOutputSchema,
    AgentsException,
    AgentToolStreamEvent,
    AnyModel,
    CodeInterpreterTool,
    CustomTool,
    FallbackModel,
    FileSearchTool,
    FunctionTool,
    HostedMCPTool,
    ImageGenerationTool,
    ItemHelpers,
    MaxTurnsExceeded,
    MessageOutputItem,
    Model,
    ModelBehaviorError,
    ModelFallbackStreamEvent,
    ModelResponse,
    ModelSettings,
    MultiProvider,
    OpenAIChatCompletionsModel,
    OpenAIProvider,
    OpenAIResponsesModel,
    ProgrammaticToolCallingTool,
    RunConfig,
    RunContextWrapper,
    RunErrorHandlerInput,
    RunErrorHandlers,
    RunHooks,
    RunItem,
    Runner,
    RunResult,
    RunResultStreaming,
    RunState,
    Session,
    SessionError,
    SessionSettings,
    ShellActionRequest,
    ShellCommandOutput,
    ShellCommandRequest,
    ShellResult,
    ShellTool,
    Span,
    SQLiteSession,
    StopAtTools,
    Tool,
    ToolApprovalItem,
    ToolCallItem,
    ToolCallOutputItem,
    ToolContext,
    ToolSearchTool,
    Trace,
    TracingProcessor,
    TResponseInputItem,
    Usage,
    UsageLimits,
    UserError,
    WebSearchTool,
    add_trace_processor,
    custom_span,
    flush_traces,
    function_span,
    function_tool,
    set_default_openai_api,
    set_default_openai_client,
    set_default_openai_key,
    set_trace_processors,
    set_tracing_disabled,
    trace,
)
from agents.extensions.models.litellm_model import LitellmModel
from agents.extensions.models.litellm_provider import LitellmProvider
from agents.mcp import MCPServerSse, MCPServerStdio, MCPServerStreamableHttp
from agents.memory import CompactingSession, SessionInputCallback
from agents.usage import RequestUsage


@dataclass
class App:
    """A caller's own context."""

    user: str
    unit: str = "celsius"


class Weather(BaseModel):
    """A caller's output type."""

    city: str
    degrees: float


class Unit(str, Enum):
    """An argument type of a tool."""

    CELSIUS = "celsius"
    FAHRENHEIT = "fahrenheit"


# Tools: sync and async; without a context, with the run's, with the call's; decorated in each way.


@function_tool
def plain(city: str) -> str:
    """Say the weather."""
    return city


@function_tool
async def with_context(ctx: RunContextWrapper[App], city: str, unit: Unit = Unit.CELSIUS) -> Weather:
    """Measure the weather in the unit that the user likes."""
    assert_type(ctx.context, App)
    assert_type(ctx.context.user, str)
    assert_type(ctx.usage, Usage)
    return Weather(city=city, degrees=len(unit))


@function_tool()
def with_call(ctx: ToolContext[App], places: Annotated[list[str], "where to look"]) -> int:
    """Count places."""
    assert_type(ctx.context, App)
    assert_type(ctx.tool_name, str)
    assert_type(ctx.tool_call_id, str)
    return len(places)


def explain(ctx: RunContextWrapper[Any], error: Exception) -> str:
    return f"it failed: {error}"


def grown_up(ctx: RunContextWrapper[Any], agent: Any) -> bool:
    return True


@function_tool(
    name_override="forecast",
    description_override="Tell tomorrow's weather.",
    docstring_style="google",
    use_docstring_info=False,
    failure_error_function=explain,
    strict_mode=False,
    is_enabled=grown_up,
    timeout=3.0,
)
async def tomorrow(city: Annotated[str, Field(min_length=1)], days: int | None = None) -> list[str]:
    return [city] * (days or 1)


@function_tool(failure_error_function=None, is_enabled=False)
def nothing() -> None:
    """Do nothing."""


assert_type(plain, FunctionTool)
assert_type(with_context, FunctionTool)
assert_type(with_call, FunctionTool)
assert_type(tomorrow, FunctionTool)
assert_type(plain.name, str)
assert_type(plain.params_json_schema, dict[str, Any])


async def invoke(ctx: ToolContext[Any], arguments: str) -> str:
    return arguments


by_hand = FunctionTool(
    name="by_hand",
    description="A tool made without the decorator.",
    params_json_schema={"type": "object", "properties": {}},
    on_invoke_tool=invoke,
)
tools: list[Tool] = [plain, with_context, with_call, tomorrow, nothing, by_hand]


# Agents: with a context type, with instructions in each form, with each way to end after a tool.


def instructions(ctx: RunContextWrapper[App], agent: Agent[App]) -> str:
    return f"You help {ctx.context.user}; you are {agent.name}."


async def async_instructions(ctx: RunContextWrapper[App], agent: Agent[App]) -> str:
    return instructions(ctx, agent)


class Watch(AgentHooks[App]):
    """Hooks of one agent."""

    async def on_start(self, context: AgentHookContext[App], agent: Agent[App]) -> None:
        assert_type(context.context, App)

    async def on_end(self, context: AgentHookContext[App], agent: Agent[App], output: Any) -> None: ...

    async def on_tool_start(self, context: RunContextWrapper[App], agent: Agent[App], tool: Tool) -> None:
        print(tool.name)


class WatchAll(RunHooks[App]):
    """Hooks of a whole run."""

    async def on_agent_start(self, context: AgentHookContext[App], agent: Agent[App]) -> None: ...

    async def on_agent_end(self, context: AgentHookContext[App], agent: Agent[App], output: Any) -> None: ...

    async def on_llm_start(
        self,
        context: RunContextWrapper[App],
        agent: Agent[App],
        system_prompt: str | None,
        input_items: list[TResponseInputItem],
    ) -> None: ...

    async def on_llm_end(self, context: RunContextWrapper[App], agent: Agent[App], response: ModelResponse) -> None:
        assert_type(response.usage, Usage)

    async def on_tool_end(
        self, context: RunContextWrapper[App], agent: Agent[App], tool: Tool, result: object
    ) -> None: ...

    async def on_handoff(
        self, context: RunContextWrapper[App], from_agent: Agent[App], to_agent: Agent[App]
    ) -> None: ...


class WatchLoosely(RunHooks):
    """As much code out there writes it: no type arguments, and the wide context type in every method."""

    async def on_agent_start(self, context: RunContextWrapper[Any], agent: Agent[Any]) -> None: ...


simple = Agent(name="simple", instructions="Be brief.")
typed = Agent[App](name="typed", instructions=instructions, tools=tools, hooks=Watch(), handoffs=[simple])
other = Agent[App](name="other", instructions=async_instructions, tool_use_behavior="stop_on_first_tool")
stops = Agent[App](
    name="stops",
    tool_use_behavior=StopAtTools(stop_at_tool_names=["plain"]),
    reset_tool_choice=False,
    output_type=Weather,
    model="litellm/anthropic/claude-sonnet-4-5",
    model_settings=ModelSettings(tool_choice="required"),
)
loose = Agent[App](name="loose", output_type=AgentOutputSchema(list[Weather], strict_json_schema=False))
assert_type(typed, Agent[App])
assert_type(typed.clone(name="copy"), Agent[App])


# Models and settings.

settings = ModelSettings(
    temperature=0.1,
    top_p=0.9,
    max_tokens=200,
    parallel_tool_calls=True,
    tool_choice="auto",
    reasoning=Reasoning(effort="low"),
    verbosity="low",
    metadata={"a": "b"},
    include_usage=True,
    top_logprobs=2,
    extra_body={"a": 1},
    extra_headers={"X-A": "b"},
    extra_query={"a": "b"},
    extra_args={"a": 1},
)
assert_type(settings.resolve(ModelSettings(temperature=0.5)), ModelSettings)
assert_type(settings.temperature, float | None)


async def soon() -> str:
    return "key"


def models(client: AsyncOpenAI) -> list[Model]:
    set_default_openai_client(client, use_for_tracing=False)
    set_default_openai_key("key")
    set_default_openai_api("chat_completions")
    return [
        LitellmModel(model="gemini/gemini-2.5-flash", api_key="key"),
        LitellmModel("openai/gpt-5", base_url="http://localhost:8000", api_key=None),
        OpenAIChatCompletionsModel(model="gpt-5", openai_client=client),
        OpenAIResponsesModel(model="gpt-5", openai_client=client, model_is_explicit=True),
        OpenAIProvider(api_key="key", use_responses=False).get_model("gpt-5"),
        OpenAIProvider(api_key=soon).get_model("gpt-5"),
        AnyModel("groq/llama-3.3-70b-versatile", api_key=soon),
        AnyModel("groq/llama-3.3-70b-versatile", api_key=lambda: "key"),
        MultiProvider().get_model("litellm/mistral/mistral-large-latest"),
        LitellmProvider().get_model("anthropic/claude-sonnet-4-5"),
    ]


# Runs.


async def run() -> None:
    result = await Runner.run(typed, "What is the weather?", context=App("Ann"), max_turns=3, hooks=WatchAll())
    assert_type(result, RunResult)
    assert_type(result.final_output, Any)
    assert_type(result.final_output_as(Weather), Weather)
    assert_type(result.final_output_as(str, raise_if_incorrect_type=True), str)
    assert_type(result.new_items, list[RunItem])
    assert_type(result.raw_responses, list[ModelResponse])
    assert_type(result.to_input_list(), list[TResponseInputItem])
    assert_type(result.last_agent, Agent[Any])
    assert_type(result.last_response_id, str | None)

    usage = result.context_wrapper.usage
    assert_type(usage, Usage)
    assert_type(usage.requests + usage.input_tokens + usage.output_tokens + usage.total_tokens, int)
    assert_type(usage.input_tokens_details.cached_tokens, int)
    assert_type(usage.output_tokens_details.reasoning_tokens, int)
    assert_type(usage.request_usage_entries, list[RequestUsage])

    items: list[TResponseInputItem] = [*result.to_input_list(), {"role": "user", "content": "And tomorrow?"}]
    config = RunConfig(model="gpt-5", model_settings=settings, workflow_name="weather", tracing_disabled=True)
    again = await Runner.run(other, items, context=App("Ann"), run_config=config)
    for item in again.new_items:
        if isinstance(item, MessageOutputItem):
            assert_type(item, MessageOutputItem)
            print(ItemHelpers.text_message_output(item))
        elif item.type == "tool_call_item":
            assert_type(item, ToolCallItem)
        elif isinstance(item, ToolCallOutputItem):
            print(item.output, item.agent.name)


def run_without_a_loop() -> str:
    result = Runner.run_sync(simple, "Hello", hooks=WatchLoosely(), auto_previous_response_id=True)
    assert_type(result, RunResult)
    return result.final_output_as(str)


async def stream() -> None:
    streamed = Runner.run_streamed(typed, input="Hello", context=App("Ann"))
    assert_type(streamed, RunResultStreaming)
    async for event in streamed.stream_events():
        if event.type == "raw_response_event":
            if isinstance(event.data, ResponseTextDeltaEvent):
                assert_type(event.data.delta, str)
                print(event.data.delta, end="", flush=True)
        elif event.type == "agent_updated_stream_event":
            assert_type(event.new_agent, Agent[Any])
        elif event.type == "run_item_stream_event":
            assert_type(event.item, RunItem)
            if event.item.type == "tool_call_output_item":
                assert_type(event.item, ToolCallOutputItem)
    streamed.cancel()
    streamed.cancel(mode="after_turn")
    assert_type(streamed.is_complete, bool)
    assert_type(streamed.current_turn, int)
    assert_type(streamed.final_output_as(Weather), Weather)


async def errors() -> None:
    try:
        await Runner.run(simple, "Hello", max_turns=None)
    except MaxTurnsExceeded as error:
        if error.run_data is not None:
            assert_type(error.run_data.new_items, list[RunItem])
            assert_type(error.run_data.last_agent, Agent[Any])
    except (ModelBehaviorError, UserError) as error:
        print(error)
    except AgentsException:
        raise


# Sessions.


class MySession:
    """A session of the caller's: no base class is needed."""

    session_id = "mine"
    session_settings: SessionSettings | None = None

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        return []

    async def add_items(self, items: list[TResponseInputItem]) -> None: ...

    async def pop_item(self) -> TResponseInputItem | None:
        return None

    async def clear_session(self) -> None: ...


async def keep_conversations() -> None:
    file = SQLiteSession("id", "file.db", session_settings={"limit": 10})
    assert_type(await file.get_items(limit=3), list[TResponseInputItem])
    assert_type(await file.pop_item(), TResponseInputItem | None)
    mine: Session = MySession()
    short = CompactingSession(mine, model="openai/gpt-5.2-mini", max_tokens=1_000)
    assert_type(await short.get_original_items(), list[TResponseInputItem])
    for session in (file, mine, short):
        await Runner.run(simple, "Hello", session=session)
    combine: SessionInputCallback = lambda history, new: [*history[-10:], *new]  # noqa: E731
    config = RunConfig(session_input_callback=combine, session_settings=SessionSettings(limit=3))
    Runner.run_sync(simple, "Hello", session=file, run_config=config)
    try:
        await file.get_items()
    except SessionError as error:
        assert_type(error.session_id, str)


# Tracing.


class Collect(TracingProcessor):
    """A processor of the caller's."""

    def on_trace_start(self, trace: Trace) -> None:
        assert_type(trace.trace_id, str)
        assert_type(trace.name, str)

    def on_trace_end(self, trace: Trace) -> None: ...

    def on_span_start(self, span: Span[Any]) -> None:
        assert_type(span.span_id, str)
        assert_type(span.parent_id, str | None)

    def on_span_end(self, span: Span[Any]) -> None: ...

    def shutdown(self) -> None: ...

    def force_flush(self) -> None: ...


async def traced() -> None:
    add_trace_processor(Collect())
    set_trace_processors([Collect()])
    set_tracing_disabled(False)
    with trace("weather", group_id="chat", metadata={"a": "b"}) as whole:
        assert_type(whole, Trace)
        with custom_span("part", data={"a": 1}) as span, function_span("lookup", input="x"):
            assert_type(span.trace_id, str)
            await Runner.run(simple, "Hello")
    flush_traces()


def too_long(data: RunErrorHandlerInput[Any]) -> str:
    return f"{data.error}: {len(data.run_data.new_items)} items"


async def limits_fallback_and_handlers(model: Model) -> None:
    agent = Agent(name="A", model=FallbackModel(["openai/gpt-5.2", model], fallback_on=(ValueError, KeyError)))
    handlers: RunErrorHandlers[Any] = {"max_turns": too_long, "usage_limit": lambda data: None}
    limits = RunConfig(usage_limits=UsageLimits(requests=3, cost=Decimal("0.5")))
    result = await Runner.run(agent, "Hello", run_config=limits, error_handlers=handlers)
    assert_type(result.cost(), "Decimal | None")
    async for event in Runner.run_streamed(agent, "Hello").stream_events():
        if event.type == "model_fallback_stream_event":
            assert_type(event, ModelFallbackStreamEvent)
            assert_type(event.withdrawn_item_ids, "list[str]")


async def outside(context: RunContextWrapper[Any], arguments: dict[str, Any], call_id: str) -> bool:
    return bool(arguments["path"].startswith("/"))


@function_tool(needs_approval=outside)
def delete(path: str) -> str:
    return path


async def shout(result: RunResult | RunResultStreaming) -> str:
    return str(result.final_output).upper()


def listen(event: AgentToolStreamEvent) -> None:
    assert_type(event["agent"], Agent[Any])


async def waiting(stored: str) -> None:
    inner = Agent(name="Inner", tools=[delete])
    tool = inner.as_tool("clean", "Cleans.", custom_output_extractor=shout, on_stream=listen, needs_approval=True)
    assert_type(tool, FunctionTool)
    agent = Agent(name="Outer", tools=[tool])
    result = await Runner.run(agent, "Clean up")
    for call in result.interruptions:
        assert_type(call, ToolApprovalItem)
        assert_type(call.arguments, "str | None")
    state = result.to_state()
    state.approve(result.interruptions[0], always_approve=True)
    state.reject(result.interruptions[1], rejection_message="No.")
    assert_type(state.to_string(context_serializer=lambda context: {"a": 1}), str)
    loaded = await RunState.from_string(agent, stored, context_deserializer=lambda data: data["a"])
    assert_type(loaded.get_interruptions(), list[ToolApprovalItem])
    assert_type(await Runner.run(agent, loaded), RunResult)
    assert_type(Runner.run_streamed(agent, state), RunResultStreaming)


def execute(request: ShellCommandRequest) -> ShellResult:
    assert_type(request.data.action.commands, list[str])
    return ShellResult([ShellCommandOutput("done")])


async def ask(context: RunContextWrapper[Any], action: ShellActionRequest, call_id: str) -> bool:
    return len(action.commands) > 1


def query(context: ToolContext[Any], text: str) -> str:
    return text


local_tools: list[Tool] = [
    ShellTool(executor=execute, needs_approval=ask),
    CustomTool("sql", "Runs SQL.", query, custom_data_extractor=lambda data: {"input": data.input}),
    ProgrammaticToolCallingTool(),
]


def hosted_tools() -> None:
    """Hosted tools are tools, and their items are run items."""
    tools: list[Tool] = [
        WebSearchTool(filters={"allowed_domains": ["example.com"]}),
        CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}}),
        FileSearchTool(["vs_1"]),
        ImageGenerationTool({"type": "image_generation"}),
        HostedMCPTool({"type": "mcp", "server_label": "docs"}, on_approval_request=lambda asked: {"approve": True}),
        ToolSearchTool(),
    ]
    Agent(name="Clerk", tools=tools)


def mcp_servers() -> None:
    """Each transport knows what its own parameters are."""
    assert_type(MCPServerStdio({"command": "python"}, cache_tools_list=True).name, str)
    MCPServerSse({"url": "http://127.0.0.1/sse"}, name="town", max_list_pages=3)
    # The one mistake in this file: unseen by the checker, the ignore itself would be an error.
    MCPServerStreamableHttp({"command": "python"})  # type: ignore[typeddict-item, typeddict-unknown-key]
