"""Agents, tools and handoffs as a graph."""

from __future__ import annotations

from agents import Agent, function_tool
from agents.extensions.visualization import get_main_graph


@function_tool
def search(query: str) -> str:
    """Search."""
    return query


expert = Agent(name="Expert", tools=[search])
desk = Agent(name="Desk", handoffs=[expert])

if __name__ == "__main__":
    print(get_main_graph(desk))

# prints:
# digraph G {
#     graph [splines=true];
#     node [fontname=Arial];
#     edge [penwidth=1.5];
#     "__start__" [label="__start__", shape=ellipse, style=filled, fillcolor=lightblue, width=0.5, height=0.3];
#     "__end__" [label="__end__", shape=ellipse, style=filled, fillcolor=lightblue, width=0.5, height=0.3];
#     "Desk" [label="Desk", shape=box, style=filled, fillcolor=lightyellow, width=1.5, height=0.8];
#     "Expert" [label="Expert", shape=box, style="filled,rounded", fillcolor=lightyellow, width=1.5, height=0.8];
#     "search" [label="search", shape=ellipse, style=filled, fillcolor=lightgreen, width=0.5, height=0.3];
#     "__start__" -> "Desk";
#     "Desk" -> "Expert";
#     "Expert" -> "search" [style=dotted, penwidth=1.5];
#     "search" -> "Expert" [style=dotted, penwidth=1.5];
#     "Expert" -> "__end__";
# }
