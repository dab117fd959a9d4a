"""A tool whose input is one text, held to a grammar where the model can be."""

from __future__ import annotations

import ast
import asyncio
import operator
from typing import Any

from agents import Agent, AnyModel, CustomTool, Runner, ToolCallOutputItem, ToolContext
from agents.testing.simulator import Reply, Simulator, ToolCall

GRAMMAR = {"type": "grammar", "syntax": "regex", "definition": r"[0-9+*() -]+"}
OPERATORS: dict[type, Any] = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def value_of(node: Any) -> int:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return int(OPERATORS[type(node.op)](value_of(node.left), value_of(node.right)))
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    raise ValueError("only whole numbers, +, - and *")


def calculate(context: ToolContext[Any], text: str) -> str:
    return str(value_of(ast.parse(text, mode="eval").body))


async def main() -> None:
    tool = CustomTool("calculator", "Calculates.", calculate, format=GRAMMAR)
    async with Simulator() as server:  # stands in for OpenAI
        server.script(Reply([ToolCall("calculator", {"input": "(20 + 1) * 2"})]), "42.")
        model = AnyModel("openai/gpt-5.2", base_url=server.openai_base_url, api_key=server.api_key)
        result = await Runner.run(Agent(name="Clerk", model=model, tools=[tool]), "What is twice 21?")
        print(result.raw_responses[0].output[0].type)
        print(*(item.output for item in result.new_items if isinstance(item, ToolCallOutputItem)))
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# custom_tool_call
# 42
# 42.
