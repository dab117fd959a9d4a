"""What a Chat Completions conversation may do: calls and their results, options that exclude others, strict
schemas.

Error texts follow those that users of the service report; each rule is one the service is known to answer
with 400.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.json_schema import openai_function_problem, openai_strict_problem, schema_problem
from agents.testing.simulator.script import Ask, Tool, ToolCall, ToolResult
from agents.testing.simulator.wire import compact, estimate

from .shape import refuse

__all__ = ["check_format", "check_options", "check_tools", "check_turns", "in_neutral_words"]


def check_options(body: Mapping[str, Any]) -> None:
    """Options that exclude or need one another."""
    if "stream_options" in body and not body.get("stream"):
        raise refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    if "top_logprobs" in body and not body.get("logprobs"):
        raise refuse("'logprobs' must be set to true when 'top_logprobs' is specified.", "top_logprobs")
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise refuse(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens",
            "invalid_parameter_combination",
        )


def check_tools(body: Mapping[str, Any]) -> None:
    """Tools, what may only come with tools, and their schemas."""
    tools = body.get("tools")
    for name in ("tool_choice", "parallel_tool_calls"):
        if name in body and tools is None:
            raise refuse(f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified.", name)
    names = [_tool_name(tool) for tool in tools or ()]
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        wanted = [choice] if choice["type"] != "allowed_tools" else choice["allowed_tools"]["tools"]
        for each in wanted:
            if _tool_name(each) not in names:
                raise refuse(f"Tool choice '{_tool_name(each)}' not found in 'tools' parameter.", "tool_choice")
    for index, tool in enumerate(tools or ()):
        function = tool.get("function")
        if function is None or "parameters" not in function:
            continue
        problem = openai_function_problem(function["parameters"], strict=bool(function.get("strict")))
        if problem:
            raise refuse(
                f"Invalid schema for function '{function['name']}': {problem}",
                f"tools[{index}].function.parameters",
                "invalid_function_parameters",
            )


def _tool_name(tool: Mapping[str, Any]) -> str:
    return str(tool.get(tool.get("type", "function"), {}).get("name"))


def check_format(body: Mapping[str, Any]) -> None:
    """The response format and its schema."""
    wanted = body.get("response_format", {"type": "text"})
    if wanted["type"] == "json_schema":
        spec = wanted["json_schema"]
        if "schema" not in spec:
            raise refuse(
                "Missing required parameter: 'response_format.json_schema.schema'.",
                "response_format.json_schema.schema",
                "missing_required_parameter",
            )
        problem = schema_problem(spec["schema"])
        if not problem and spec.get("strict"):
            problem = openai_strict_problem(spec["schema"])
        if problem:
            raise refuse(f"Invalid schema for response_format '{spec['name']}': {problem}", "response_format")
    if wanted["type"] == "json_object" and "json" not in compact(body["messages"]).lower():
        raise refuse(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            "messages",
        )


_SAYS_SOMETHING = ("content", "tool_calls", "function_call", "refusal", "audio")


def check_turns(messages: list[dict[str, Any]]) -> None:
    """Tool messages follow the assistant turn whose calls they answer, at once, each exactly once."""
    pending: list[str] = []
    answered: list[str] = []

    def settle(index: int) -> None:
        if pending:
            raise refuse(
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                "'tool_call_id'. The following tool_call_ids did not have response messages: "
                f"{', '.join(pending)}",
                f"messages.[{index}].role",
            )
        answered.clear()

    for index, message in enumerate(messages):
        if message["role"] == "tool":
            wanted = message["tool_call_id"]
            if not pending and not answered:
                raise refuse(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
                    "message with "
                    "'tool_calls'.",
                    f"messages.[{index}].role",
                )
            if wanted not in pending:
                trouble = "Duplicate value for" if wanted in answered else "Invalid parameter:"
                raise refuse(
                    f"{trouble} 'tool_call_id' of '{wanted}' "
                    + ("." if wanted in answered else "not found in 'tool_calls' of previous message."),
                    f"messages.[{index}].tool_call_id",
                )
            pending.remove(wanted)
            answered.append(wanted)
            continue
        settle(index)
        if message["role"] == "assistant":
            pending = [each["id"] for each in message.get("tool_calls", ())]
            if len(set(pending)) < len(pending):
                raise refuse("Duplicate value for 'tool_call_id' in 'tool_calls'.", f"messages.[{index}].tool_calls")
            if all(message.get(key) is None for key in _SAYS_SOMETHING):
                raise refuse(
                    "Invalid value for 'content': expected a string, got null.",
                    f"messages.[{index}].content",
                    "invalid_type",
                )
    settle(len(messages))


# --- The request in neutral words -----------------------------------------------------------------


def _plain_text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or ())


def in_neutral_words(name: str, body: Mapping[str, Any]) -> Ask:
    """The request as the script and the assistant see it."""
    user, calls, results = "", list[ToolCall](), list[ToolResult]()
    names: dict[str, str] = {}
    for message in body["messages"]:
        if message["role"] == "user":
            user, calls, results = _plain_text(message["content"]), [], []
        for call in message.get("tool_calls", ()):
            made = call.get("function") or {"name": _tool_name(call), "arguments": "{}"}
            names[call["id"]] = made["name"]
            calls.append(ToolCall(made["name"], _parsed(made["arguments"]), call["id"]))
        if message["role"] == "tool":
            results.append(ToolResult(names[message["tool_call_id"]], _plain_text(message["content"])))
    wanted = body.get("response_format", {"type": "text"})
    choice = body.get("tool_choice", "auto")
    tools = [tool["function"] for tool in body.get("tools", ()) if tool["type"] == "function"]
    if isinstance(choice, dict):
        allowed = choice.get("allowed_tools")
        tools = [tool for tool in tools if not allowed or tool["name"] in map(_tool_name, allowed["tools"])]
        choice = allowed["mode"] if allowed else _tool_name(choice)
    stops = body.get("stop", [])
    return Ask(
        protocol=name,
        model=body["model"],
        body=body,
        stream=bool(body.get("stream")),
        user_text=user,
        tools=[Tool(each["name"], each.get("description", ""), each.get("parameters", {})) for each in tools],
        choice=choice,
        parallel=body.get("parallel_tool_calls", True),
        calls=calls,
        results=results,
        schema=wanted["json_schema"]["schema"] if wanted["type"] == "json_schema" else None,
        json_mode=wanted["type"] == "json_object",
        reasoning=body.get("reasoning_effort", "none") != "none",
        max_tokens=body.get("max_completion_tokens", body.get("max_tokens")),
        stops=[stops] if isinstance(stops, str) else stops,
        prompt_tokens=estimate(compact([body["messages"], body.get("tools", [])])),
    )


def _parsed(arguments: str) -> Mapping[str, Any] | str:
    try:
        value = json.loads(arguments)
    except ValueError:
        return arguments
    return value if isinstance(value, dict) else arguments
