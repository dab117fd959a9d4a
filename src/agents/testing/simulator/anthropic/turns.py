"""The turns of a Messages conversation, and the request as the script and the assistant see it.

Above: `rules` and the package itself. Below: the neutral request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.testing.simulator.script import Ask, Tool, ToolCall, ToolResult
from agents.testing.simulator.wire import compact, estimate

__all__ = ["Turn", "in_neutral_words", "merged", "texts", "thinking_on"]


@dataclass(frozen=True)
class Turn:
    """Consecutive messages of one role, which the service reads as one; `index` is that of the first."""

    index: int
    role: str
    blocks: list[dict[str, Any]]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """Its blocks of these types."""
        return [block for block in self.blocks if block["type"] in kinds]


def merged(messages: list[dict[str, Any]]) -> list[Turn]:
    """The turns of a conversation; text content is one text block."""
    turns: list[Turn] = []
    for index, message in enumerate(messages):
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if turns and turns[-1].role == message["role"]:
            turns[-1].blocks.extend(blocks)
        else:
            turns.append(Turn(index, message["role"], list(blocks)))
    return turns


def texts(content: Any) -> Iterator[str]:
    """Every text in a list of blocks, those inside tool results included."""
    for block in content if isinstance(content, list) else ():
        if block.get("type") == "text":
            yield block["text"]
        elif block.get("type") == "tool_result":
            yield from texts(block.get("content"))


def thinking_on(body: Mapping[str, Any]) -> bool:
    """Whether the request asks for thinking."""
    return body.get("thinking", {}).get("type") in ("enabled", "adaptive", "between_tools")


def in_neutral_words(name: str, body: Mapping[str, Any], turns: list[Turn]) -> Ask:
    """The request as the script and the assistant see it."""
    user, calls, results = "", list[ToolCall](), list[ToolResult]()
    names: dict[str, str] = {}
    for turn in turns:
        if turn.role == "user":
            text = "\n".join(block["text"] for block in turn.of("text"))
            if text and not turn.of("tool_result"):
                calls, results = [], []
            user = text or user
        for block in turn.of("tool_use"):
            names[block["id"]] = block["name"]
            calls.append(ToolCall(block["name"], block["input"], block["id"]))
        results += [ToolResult(names[b["tool_use_id"]], _flat(b.get("content"))) for b in turn.of("tool_result")]
    choice = body.get("tool_choice", {"type": "auto"})
    output = body.get("output_config", {}).get("format") or body.get("output_format")
    words = {"auto": "auto", "any": "required", "none": "none"}
    return Ask(
        protocol=name,
        model=body["model"],
        body=body,
        stream=bool(body.get("stream")),
        user_text=user,
        tools=[
            Tool(tool["name"], tool.get("description", ""), tool["input_schema"])
            for tool in body.get("tools", ())
            if "input_schema" in tool
        ],
        choice=words.get(choice["type"]) or choice["name"],
        parallel=not choice.get("disable_parallel_tool_use", False),
        calls=calls,
        results=results,
        schema=output["schema"] if output else None,
        reasoning=thinking_on(body),
        max_tokens=body["max_tokens"],
        stops=body.get("stop_sequences", []),
        prompt_tokens=estimate(compact([body.get("system", ""), body["messages"], body.get("tools", [])])),
    )


def _flat(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(texts(content))
