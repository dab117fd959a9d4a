"""Whatever function of the caller's raises: its error stays the caller's own, and says how far the run came."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from typing import Any

import pytest
from openai.types.responses.response_output_item import McpApprovalRequest

from agents import (
    Agent,
    AgentHooks,
    GuardrailFunctionOutput,
    HostedMCPTool,
    InputGuardrail,
    ModelRetrySettings,
    ModelSettings,
    OutputGuardrail,
    RunConfig,
    RunHooks,
    ServerError,
    ShellTool,
    SQLiteSession,
    ToolInputGuardrail,
    ToolOutputGuardrail,
    UserError,
    function_tool,
    handoff,
)


class Broken(Exception):
    """An error of the caller's own."""


def breaks(*_: Any, **__: Any) -> Any:
    raise Broken("mine")


async def breaks_later(*_: Any, **__: Any) -> Any:
    raise Broken("mine")


def tripwire(*_: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, tripwire_triggered=True)


def hooks(kind: type[Any], name: str) -> Any:
    """Hooks of which one raises."""
    return types.new_class("Hooks", (kind,), exec_body=lambda body: body.update({name: breaks_later}))()


def tool(**options: Any) -> Any:
    @function_tool(name_override="look", **options)
    def look() -> str:
        return "seen"

    return look


def failing(**options: Any) -> Any:
    @function_tool(name_override="look", **options)
    def look() -> str:
        raise ValueError("no sight")

    return look


class Blind(SQLiteSession):
    """A store that cannot be read."""

    async def get_items(self, limit: int | None = None) -> Any:
        raise Broken("mine")


class Full(SQLiteSession):
    """A store that takes nothing."""

    async def add_items(self, items: Any) -> None:
        raise Broken("mine")


@dataclass
class Case:
    """What is different in a run that calls a tool, hands over and answers."""

    named: str
    """What the note on the error names."""
    made: int
    """How many items the run has made until then."""
    agent: dict[str, Any] = field(default_factory=dict)
    """Fields of the first agent."""
    over: dict[str, Any] = field(default_factory=dict)
    """Options of its handoff."""
    config: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    says: Any = ("look", {}, "c1")
    """What the model says first."""


OWN = [
    Case("on_agent_start of the run's hooks", 0, options={"hooks": hooks(RunHooks, "on_agent_start")}),
    Case("on_llm_start of the run's hooks", 0, options={"hooks": hooks(RunHooks, "on_llm_start")}),
    Case("on_llm_end of the run's hooks", 0, options={"hooks": hooks(RunHooks, "on_llm_end")}),
    Case("on_tool_start of the run's hooks", 1, options={"hooks": hooks(RunHooks, "on_tool_start")}),
    Case("on_tool_end of the run's hooks", 2, options={"hooks": hooks(RunHooks, "on_tool_end")}),
    Case("on_handoff of the run's hooks", 4, options={"hooks": hooks(RunHooks, "on_handoff")}),
    Case("on_agent_end of the run's hooks", 5, options={"hooks": hooks(RunHooks, "on_agent_end")}),
    Case("on_start of the hooks of agent 'First'", 0, {"hooks": hooks(AgentHooks, "on_start")}),
    Case("on_llm_start of the hooks of agent 'First'", 0, {"hooks": hooks(AgentHooks, "on_llm_start")}),
    Case("on_llm_end of the hooks of agent 'First'", 0, {"hooks": hooks(AgentHooks, "on_llm_end")}),
    Case("on_tool_start of the hooks of agent 'First'", 1, {"hooks": hooks(AgentHooks, "on_tool_start")}),
    Case("on_tool_end of the hooks of agent 'First'", 2, {"hooks": hooks(AgentHooks, "on_tool_end")}),
    Case("on_handoff of the hooks of agent 'First'", 4, {"hooks": hooks(AgentHooks, "on_handoff")}),
    Case("on_end of the hooks of agent 'First'", 1, {"hooks": hooks(AgentHooks, "on_end")}, says="Hi."),
    Case("instructions function of agent 'First'", 0, {"instructions": lambda context, agent: breaks()}),
    Case("prompt function of agent 'First'", 0, {"prompt": breaks_later}),
    Case("is_enabled of tool 'look'", 0, {"tools": [tool(is_enabled=breaks)]}),
    Case("is_enabled of handoff 'transfer_to_second'", 0, over={"is_enabled": breaks}),
    Case("on_handoff of handoff 'transfer_to_second'", 3, over={"on_handoff": breaks_later}),
    Case("input filter of the handoff", 4, over={"input_filter": breaks}),
    Case("input filter of the handoff", 4, config={"handoff_input_filter": breaks_later}),
    Case(
        "input filter of the handoff",
        4,
        config={"nest_handoff_history": True, "handoff_history_mapper": breaks},
    ),
    Case("tool_use_behavior of agent 'First'", 2, {"tool_use_behavior": breaks}),
    Case("guardrail function 'breaks'", 0, {"input_guardrails": [InputGuardrail(breaks, run_in_parallel=False)]}),
    Case("guardrail function 'breaks_later'", 0, config={"input_guardrails": [InputGuardrail(breaks_later)]}),
    Case("guardrail function 'breaks'", 5, config={"output_guardrails": [OutputGuardrail(breaks)]}),
    Case("guardrail function 'breaks'", 1, {"tools": [tool(tool_input_guardrails=[ToolInputGuardrail(breaks)])]}),
    Case(
        "guardrail function 'breaks_later'",
        1,
        {"tools": [tool(tool_output_guardrails=[ToolOutputGuardrail(breaks_later)])]},
    ),
    Case("custom_data_extractor of tool 'look'", 2, {"tools": [tool(custom_data_extractor=breaks)]}),
    Case("tool_error_formatter", 1, config={"tool_error_formatter": breaks}, says=("nothing",)),
    Case("call_model_input_filter", 0, config={"call_model_input_filter": breaks_later}),
    Case("error_handlers['max_turns']", 2, options={"max_turns": 1, "error_handlers": {"max_turns": breaks}}),
    Case(
        "retry policy",
        0,
        {"model_settings": ModelSettings(retry=ModelRetrySettings(max_retries=1, policy=breaks))},
        says=ServerError("down", provider="p", status=500),
    ),
    Case(
        "session_input_callback",
        0,
        config={"session_input_callback": breaks},
        options={"session": SQLiteSession("s")},
    ),
    Case("Blind.get_items of the session", 0, options={"session": Blind("s")}),
    Case("Full.add_items of the session", 0, options={"session": Full("s")}),
]


async def going(run: Any, says: Any, case: Case) -> Any:
    second = Agent("Second", model=says("Done."))
    model = says(case.says, ("transfer_to_second", {}, "c2"))
    fields = {"tools": [tool()], "model": model, **case.agent}
    agent = Agent("First", handoffs=[handoff(second, **case.over)], **fields)
    return await run(agent, "Go.", run_config=RunConfig(**case.config), **case.options)


@pytest.mark.parametrize("case", OWN, ids=[case.named for case in OWN])
async def test_an_error_of_the_callers_stays_what_it_is_and_says_where_it_came_from(
    run: Any, says: Any, spans: Any, case: Case
) -> None:
    """A program catches its errors by their kind; who reads the traceback sees which of its functions it was; and
    what the run had made by then is not lost with it.
    """
    with pytest.raises(Broken) as caught:
        await going(run, says, case)

    error: Any = caught.value
    assert f"Raised by {case.named}." in error.__notes__
    assert error.run_data.input in ("Go.", [{"role": "user", "content": "Go."}])
    assert len(error.run_data.new_items) == case.made
    assert spans.open == 0


ASKS = McpApprovalRequest(id="mcpr", arguments="{}", name="pay", server_label="bank", type="mcp_approval_request")
BANK: Any = {"type": "mcp", "server_label": "bank", "server_url": "https://bank.example"}
SHELL: Any = ("shell", {"commands": ["ls"], "timeout_ms": None, "max_output_length": None}, "c1")

TOLD = [
    Case("Tool 'look'", 1, {"tools": [failing(failure_error_function=None)]}),
    Case("Tool 'look'", 1, {"tools": [failing(failure_error_function=breaks)]}),
    Case("Tool 'look'", 1, {"tools": [failing()]}, config={"tool_error_formatter": breaks_later}),
    Case("needs_approval of tool 'look'", 1, {"tools": [tool(needs_approval=breaks_later)]}),
    Case(
        "needs_approval of tool 'shell'",
        1,
        {"tools": [ShellTool(executor=lambda request: "", needs_approval=breaks)]},
        says=SHELL,
    ),
    Case(
        "on_approval of tool 'shell'",
        1,
        {"tools": [ShellTool(executor=lambda request: "", needs_approval=True, on_approval=breaks)]},
        says=SHELL,
    ),
    Case(
        "on_approval_request of hosted MCP server 'bank'",
        1,
        {"tools": [HostedMCPTool(BANK, on_approval_request=breaks)]},
        says=[ASKS],
    ),
]


@pytest.mark.parametrize("case", TOLD, ids=[case.named for case in TOLD])
async def test_what_belongs_to_a_call_and_raises_names_the_tool(run: Any, says: Any, case: Case) -> None:
    """One answer may call ten tools: the error says which of them failed, and its cause is the caller's own."""
    with pytest.raises(UserError, match=f"^{case.named} raised (Broken|ValueError): ") as caught:
        await going(run, says, case)

    assert isinstance(caught.value.__cause__, (Broken, ValueError))
    assert caught.value.run_data is not None
    assert len(caught.value.run_data.new_items) == case.made


async def test_no_tool_of_a_turn_runs_before_all_of_them_are_judged(run: Any, says: Any) -> None:
    """A verdict that fails ends the run: what another tool has done by then could not be taken back."""
    ran: list[str] = []

    @function_tool
    def act() -> str:
        ran.append("act")
        return "done"

    agent = Agent("A", model=says([("act",), ("look",)]), tools=[act, tool(needs_approval=breaks_later)])
    with pytest.raises(UserError, match="needs_approval of tool 'look'"):
        await run(agent)
    assert ran == []
