"""A Responses request as the script and the assistant see it.

Above: the package itself. Below: the neutral request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.script import Ask, Tool, ToolCall, ToolResult
from agents.testing.simulator.wire import compact, estimate

from .history import Item, Turn
from .native import CALLS

__all__ = ["in_neutral_words"]


def in_neutral_words(name: str, body: Mapping[str, Any], turn: Turn) -> Ask:
    """The request, with what the model reads of the conversation before it."""
    items = turn.context()
    user, calls, results = _since_the_user_spoke(items)
    wanted = body.get("text", {}).get("format", {"type": "text"})
    choice, tools = _offer(body)
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
        schema=wanted["schema"] if wanted["type"] == "json_schema" else None,
        json_mode=wanted["type"] == "json_object",
        reasoning=body.get("reasoning", {}).get("effort", "none" if "reasoning" not in body else "medium") != "none",
        max_tokens=body.get("max_output_tokens"),
        prompt_tokens=estimate(compact([body.get("instructions", ""), items, body.get("tools", [])])),
        wire={"turn": turn},
    )


def _since_the_user_spoke(items: list[Item]) -> tuple[str, list[ToolCall], list[ToolResult]]:
    user, calls, results = "", list[ToolCall](), list[ToolResult]()
    names: dict[str, str] = {}
    for item in items:
        match item["type"]:
            case "message" if item["role"] == "user":
                user, calls, results = _plain_text(item["content"]), [], []
            case "function_call" | "custom_tool_call":
                names[item["call_id"]] = item["name"]
                arguments = _parsed(item.get("arguments", item.get("input", "")))
                calls.append(ToolCall(item["name"], arguments, item["call_id"]))
            case kind if kind in CALLS:
                names[item["call_id"]] = kind.removesuffix("_call")
                asked = item.get("action") or {"operations": [item["operation"]]}
                calls.append(ToolCall(names[item["call_id"]], asked, item["call_id"]))
            case kind if kind.removesuffix("_output") in CALLS:
                told = item.get("output") or ""
                told = told if isinstance(told, str) else "".join(each["stdout"] + each["stderr"] for each in told)
                results.append(ToolResult(names[item["call_id"]], told))
            case "function_call_output" | "custom_tool_call_output":
                results.append(ToolResult(names[item["call_id"]], _plain_text(item["output"])))
    return user, calls, results


def _offer(body: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]]:
    """The tool choice in one word, and the functions that it leaves."""
    tools = [tool for tool in body.get("tools", ()) if tool["type"] == "function"]
    for group in body.get("tools", ()):
        tools += group["tools"] if group["type"] == "namespace" else ()
    choice = body.get("tool_choice", "auto")
    if isinstance(choice, str):
        return choice, tools
    if choice["type"] != "allowed_tools":
        return str(choice.get("name", "auto")), tools
    allowed = [each.get("name") for each in choice["tools"]]
    return str(choice["mode"]), [tool for tool in tools if tool["name"] in allowed]


def _plain_text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def _parsed(arguments: str) -> Mapping[str, Any] | str:
    try:
        value = json.loads(arguments)
    except ValueError:
        return arguments
    return value if isinstance(value, dict) else arguments
