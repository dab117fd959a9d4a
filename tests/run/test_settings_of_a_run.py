"""What goes into a model call: context, instructions, model and settings, and what goes before what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from agents import (
    Agent,
    AgentHooks,
    Model,
    ModelProvider,
    ModelSettings,
    RunConfig,
    RunContextWrapper,
    Runner,
    ToolContext,
    UserError,
    function_tool,
)
from agents import openai_types as oai
from agents.run_config import CallModelData, ModelInputData, ToolExecutionConfig
from agents.testing import ScriptedModel


@dataclass
class User:
    name: str


class Named(ModelProvider):
    """Finds scripted models by name, and remembers who was asked for."""

    def __init__(self, **models: ScriptedModel) -> None:
        self.models = models
        self.asked: list[str | None] = []

    def get_model(self, model_name: str | None) -> Model:
        self.asked.append(model_name)
        return self.models[model_name or "default"]


async def test_the_context_reaches_tools_and_no_model(run: Any, says: Any) -> None:
    """It holds what must not leave the program: users, connections, secrets."""
    seen: dict[str, Any] = {}

    @function_tool
    def with_wrapper(ctx: RunContextWrapper[User], word: str) -> str:
        return f"{word}, {ctx.context.name}"

    @function_tool
    async def with_tool_context(ctx: ToolContext[User], word: str) -> str:
        seen.update(vars(ctx))
        return word

    @function_tool
    def without(word: str) -> str:
        return word

    names = ("with_wrapper", "with_tool_context", "without")
    model = says([(name, {"word": "Hi"}, name) for name in names], "Done.")
    tools = [with_wrapper, with_tool_context, without]
    agent = Agent("A", model=model, tools=tools)
    config = RunConfig()

    result = await run(agent, context=User("Ada"), run_config=config)

    outputs = [item.output for item in result.new_items if item.type == "tool_call_output_item"]
    assert outputs == ["Hi, Ada", "Hi", "Hi"]
    assert (seen["tool_name"], seen["tool_call_id"]) == ("with_tool_context", "with_tool_context")
    assert seen["tool_arguments"] == '{"word": "Hi"}'
    assert seen["tool_call"].name == "with_tool_context"
    assert seen["agent"] is agent
    assert seen["run_config"] is config
    assert seen["usage"] is result.context_wrapper.usage
    assert seen["turn_input"] == model.calls[0].input
    assert all(set(tool.params_json_schema["properties"]) == {"word"} for tool in model.calls[0].tools)
    assert "Ada" not in str(model.calls[0])


async def async_text(context: Any, agent: Any) -> str:
    return f"You help {context.context.name} as {agent.name}."


INSTRUCTIONS = {
    "none": (None, None),
    "text": ("Be kind.", "Be kind."),
    "a function": (lambda context, agent: f"{agent.name} for {context.context.name}", "A for Ada"),
    "an async function": (async_text, "You help Ada as A."),
}


@pytest.mark.parametrize("form", list(INSTRUCTIONS))
async def test_instructions_are_text_or_a_function_of_context_and_agent(run: Any, says: Any, form: str) -> None:
    """Instructions that depend on the user are the usual case."""
    given, expected = INSTRUCTIONS[form]
    model = says("Hi.")

    await run(Agent("A", instructions=given, model=model), context=User("Ada"))

    assert model.last_call.system_instructions == expected


async def test_instructions_that_are_no_text_are_an_error_of_the_user(run: Any, says: Any) -> None:
    """Better than a model that reads ``None`` or a coroutine's repr."""
    with pytest.raises(UserError, match=r"agent 'A' returned int, not text"):
        await run(Agent("A", instructions=lambda context, agent: 3, model=says()))


MODELS: dict[str, tuple[Any, Any, str, list[str | None]]] = {
    # What the agent says, what the run says, who answers, what the provider is asked.
    "the agent's name": ("one", None, "one", ["one"]),
    "the run's name goes first": ("one", "two", "two", ["two"]),
    "neither: the provider's default": (None, None, "default", [None]),
    "the agent's object needs no provider": ("object", None, "object", []),
    "the run's name goes before an object": ("object", "two", "two", ["two"]),
    "the run's object": ("one", "object", "object", []),
}


@pytest.mark.parametrize("case", list(MODELS))
async def test_the_runs_model_goes_before_the_agents(run: Any, says: Any, case: str) -> None:
    """One setting moves a whole program of agents to another model."""
    of_agent, of_run, answers, asked = MODELS[case]
    provider = Named(**{name: says(f"From {name}.") for name in ("one", "two", "default")})
    mine = says("From object.")
    agent = Agent("A", model=mine if of_agent == "object" else of_agent)
    config = RunConfig(model=mine if of_run == "object" else of_run, model_provider=provider)

    result = await run(agent, run_config=config)

    assert result.final_output == f"From {answers}."
    assert provider.asked == asked


async def test_settings_of_the_run_go_over_those_of_the_agent(run: Any, says: Any) -> None:
    """What neither sets stays unset; extra arguments are merged key by key."""
    model = says("Hi.")
    settings = ModelSettings(temperature=0.1, max_tokens=50, extra_args={"a": 1, "b": 1})
    config = RunConfig(model_settings=ModelSettings(temperature=0.9, extra_args={"b": 2}))

    await run(Agent("A", model=model, model_settings=settings), run_config=config)

    seen = model.last_call.model_settings
    assert (seen.temperature, seen.max_tokens, seen.top_p) == (0.9, 50, None)
    assert seen.extra_args == {"a": 1, "b": 2}
    assert settings.temperature == 0.1


async def test_settings_and_configuration_may_be_dicts(run: Any, says: Any) -> None:
    """Configuration often comes from a file."""
    model = says("Hi.")
    agent = Agent("A", model=model, model_settings={"temperature": 0.1})

    await run(agent, run_config={"model_settings": {"top_p": 0.5}, "workflow_name": "W"})

    seen = model.last_call.model_settings
    assert (seen.temperature, seen.top_p) == (0.1, 0.5)


async def test_stored_prompts_and_server_state_reach_the_model(run: Any, says: Any) -> None:
    """Only a model of the Responses API can use them, and it decides what to do with them."""
    model = says("Hi.")
    prompt = {"id": "pmpt_1", "variables": {"name": "Ada"}}
    agent = Agent("A", model=model, prompt=lambda data: {**prompt, "version": data.agent.name})

    await run(agent, previous_response_id="resp_0", conversation_id="conv_0")

    call = model.last_call
    assert call.prompt == {**prompt, "version": "A"}
    assert (call.previous_response_id, call.conversation_id) == ("resp_0", "conv_0")


@pytest.mark.parametrize("is_async", [False, True])
async def test_an_input_filter_changes_what_the_model_reads_and_nothing_else(
    run: Any, says: Any, is_async: bool
) -> None:
    """It is for cutting long histories and hiding secrets; the result keeps the conversation whole."""
    seen: list[CallModelData[Any]] = []

    def sync_filter(data: CallModelData[Any]) -> ModelInputData:
        seen.append(data)
        return ModelInputData(data.model_data.input[-1:], f"{data.model_data.instructions} Briefly.")

    async def async_filter(data: CallModelData[Any]) -> ModelInputData:
        return sync_filter(data)

    model = says("Hi.")
    agent = Agent("A", instructions="Help.", model=model)
    history: Any = [{"role": "user", "content": text} for text in ("old", "new")]
    config = RunConfig(call_model_input_filter=async_filter if is_async else sync_filter)

    result = await run(agent, history, context="mine", run_config=config)

    assert model.last_call.input == history[1:]
    assert model.last_call.system_instructions == "Help. Briefly."
    assert len(result.to_input_list()) == 3
    assert (seen[0].agent, seen[0].context) == (agent, "mine")


async def test_an_input_filter_that_returns_something_else_is_an_error(run: Any, says: Any) -> None:
    """A forgotten ``return`` must not send ``None`` to a model."""
    config = RunConfig(call_model_input_filter=lambda data: None)

    with pytest.raises(UserError, match="returns ModelInputData, not NoneType"):
        await run(Agent("A", model=says()), run_config=config)


def undecorated(ctx: Any, agent: Any, input: Any) -> None: ...


WRONG: dict[str, tuple[Any, str]] = {
    "no agent": (lambda: Runner.run_streamed("agent", "Hi"), "first argument must be an Agent, not str"),
    "no input": (
        lambda: Runner.run_streamed(Agent("A"), None),
        "a string, a list of items or a RunState, not NoneType",
    ),
    "an input item that is a text": (
        lambda: Runner.run_streamed(Agent("A"), ["Hi"]),
        "Input item 0 must be an item in Responses form, not str",
    ),
    "fewer than no turns": (lambda: Runner.run_streamed(Agent("A"), "Hi", max_turns=-1), "at least 0, or None"),
    "turns as text": (lambda: Runner.run_streamed(Agent("A"), "Hi", max_turns="3"), "not '3'"),
    "hooks of an agent": (
        lambda: Runner.run_streamed(Agent("A"), "Hi", hooks=AgentHooks()),
        "AgentHooks go to Agent",
    ),
    "settings as configuration": (
        lambda: Runner.run_streamed(Agent("A"), "Hi", run_config=ModelSettings()),
        "must be a RunConfig, or a dict of its fields, not ModelSettings",
    ),
    "an unknown configuration": (
        lambda: Runner.run_streamed(Agent("A"), "Hi", run_config={"modell": "x"}),
        "RunConfig has no modell. It has: model,",
    ),
    "a sandbox": (lambda: RunConfig(sandbox={"client": None}), "a container of yours"),
    "an unknown setting": (lambda: RunConfig(model_settings={"temprature": 1}), "temprature"),
    "a policy for unknown tools": (
        lambda: RunConfig(tool_not_found_behavior="ignore"),
        "'raise_error' or 'return_error_to_model'",
    ),
    "a policy for ids": (lambda: RunConfig(reasoning_item_id_policy="x"), "'preserve', 'omit' or None"),
    "a policy for names": (lambda: RunConfig(tool_name_collision_policy="x"), "'warn' or 'error'"),
    "no tools at a time": (lambda: ToolExecutionConfig(max_function_tool_concurrency=0), "at least 1, not 0"),
    "an agent without a name": (lambda: Agent(""), "name must be a string that is not empty"),
    "instructions as a list": (lambda: Agent("A", instructions=["x"]), "instructions must be a string"),
    "one tool without a list": (lambda: Agent("A", tools=function_tool(len, name_override="x")), "a list of"),
    "a function as a tool": (lambda: Agent("A", tools=[undecorated]), "@function_tool makes"),
    "a name as a handoff": (lambda: Agent("A", handoffs=["B"]), "a list of agents or handoffs"),
    "a function as an input guardrail": (
        lambda: Agent("A", input_guardrails=[undecorated]),
        "@input_guardrail makes",
    ),
    "a function as an output guardrail": (
        lambda: Agent("A", output_guardrails=[undecorated]),
        "@output_guardrail makes",
    ),
    "a number as a model": (lambda: Agent("A", model=4), "a model, its name, or None"),
    "a number as a run's model": (lambda: RunConfig(model=4), "a model, its name, or None"),
    "a name as the provider": (lambda: RunConfig(model_provider="openai"), "a ModelProvider"),
    "an example as the output type": (lambda: Agent("A", output_type={"a": 1}), "a type or an output"),
    "hooks of a run": (lambda: Agent("A", hooks=print), "an AgentHooks object"),
    "an unknown behaviour": (lambda: Agent("A", tool_use_behavior="stop"), "'run_llm_again'"),
    "an MCP server": (lambda: Agent("A", mcp_servers=[object()]), "mcp_servers must be a list of MCP servers"),
}


@pytest.mark.parametrize("case", list(WRONG))
async def test_a_wrong_argument_is_named_with_what_would_be_right(case: str) -> None:
    """The error comes where the mistake is made, not as an AttributeError deep within a run."""
    make, said = WRONG[case]

    with pytest.raises(UserError) as caught:
        make()

    assert said in str(caught.value)


async def test_a_prompt_that_is_none_is_an_error(run: Any, says: Any) -> None:
    """A prompt function must return a prompt."""
    with pytest.raises(UserError, match="prompt of agent 'A' must be a dict with an 'id'"):
        await run(Agent("A", model=says(), prompt=lambda data: {"name": "x"}))


@pytest.mark.parametrize(("policy", "kept"), [(None, True), ("preserve", True), ("omit", False)])
async def test_ids_of_reasoning_stay_out_where_they_are_not_wanted(
    run: Any, says: Any, policy: Any, kept: bool
) -> None:
    """A service that stores nothing does not know them, also when the next run brings them; the items keep theirs."""
    thought = oai.ResponseReasoningItem(id="rs_1", type="reasoning", summary=[], encrypted_content="sealed")
    model = says([thought, ("get_weather", {"city": "Rome"})], "Done.")
    tool = function_tool(lambda city: "Sunny.", name_override="get_weather")
    result = await run(Agent("A", model=model, tools=[tool]), run_config=RunConfig(reasoning_item_id_policy=policy))
    (read,) = [item for item in model.last_call.input if item.get("type") == "reasoning"]
    assert ("id" in read) is kept
    assert read["encrypted_content"] == "sealed"
    assert result.new_items[0].raw_item.id == "rs_1"
    assert [("id" in item) for item in result.to_input_list() if item.get("type") == "reasoning"] == [kept]
