"""Agents as a graph: DOT text that Graphviz would draw."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from agents import Agent, Handoff, function_tool, handoff
from agents.extensions.visualization import draw_graph, get_all_edges, get_all_nodes, get_main_graph

QUOTED = r'"((?:[^"\\]|\\.)*)"'
NODE = re.compile(rf"^\s+{QUOTED} \[label={QUOTED}, (.+)\];$")
EDGE = re.compile(rf"^\s+{QUOTED} -> {QUOTED}( \[.+\])?;$")


@function_tool
def search(query: str) -> str:
    """Search."""
    return query


def read(dot: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Nodes by id with their labels, and edges; a line that is neither is no DOT of ours."""
    nodes: dict[str, str] = {}
    edges: list[tuple[str, str]] = []
    for line in dot.splitlines():
        if node := NODE.match(line):
            assert node[1] not in nodes, f"{node[1]} twice"
            nodes[node[1]] = node[2]
        elif edge := EDGE.match(line):
            edges.append((edge[1], edge[2]))
        else:
            assert re.match(r"^(digraph G \{|    (graph|node|edge) \[[\w =.]+\];|\}|)$", line), line
    return nodes, edges


def office() -> Agent[Any]:
    """Two agents that hand over to one another, and one at the end."""
    expert = Agent("Expert", tools=[search])
    desk: Agent[Any] = Agent("Desk", tools=[search])
    clerk: Agent[Any] = Agent("Clerk", handoffs=[desk, handoff(expert)])
    desk.handoffs = [clerk]
    return desk


def test_the_graph_shows_all_that_an_agent_can_reach_once() -> None:
    """Agents hand over in circles: each is drawn once, with every way between them."""
    nodes, edges = read(get_main_graph(office()))
    assert set(nodes) == {"__start__", "__end__", "Desk", "Clerk", "Expert", "search"}
    assert Counter(edges) == Counter(
        [
            ("__start__", "Desk"),
            ("Desk", "search"),
            ("search", "Desk"),
            ("Desk", "Clerk"),
            ("Clerk", "Desk"),
            ("Clerk", "Expert"),
            ("Expert", "search"),
            ("search", "Expert"),
            ("Expert", "__end__"),
        ]
    )


def test_two_of_one_name_are_two_nodes_with_one_label() -> None:
    """Names need not be unique: merged nodes would show ways that do not exist."""
    root = Agent("A", handoffs=[Agent("Same"), Agent("Same"), Agent("__end__")])
    nodes, edges = read(get_main_graph(root))
    assert sorted(nodes.values()) == ["A", "Same", "Same", "__end__", "__end__", "__start__"]
    assert len({target for source, target in edges if source == "A"}) == 3
    assert all(end in nodes for edge in edges for end in edge)


@pytest.mark.parametrize("name", ['Say "hi"', "back\\slash", "two\nlines", "{}|<>", "Ägent 1"])
def test_any_name_makes_valid_text(name: str) -> None:
    """A name is the user's: a quote in it must not end the quotes."""
    nodes, edges = read(get_main_graph(Agent(name)))
    assert len(nodes) == 3
    assert len(edges) == 2


def test_a_handoff_that_does_not_say_where_it_leads_is_a_node_of_its_own() -> None:
    """A handoff written by hand picks its agent when it is called."""

    async def anyone(context: Any, arguments: str) -> Agent[Any]:
        return Agent("Anyone")

    way: Handoff[Any, Any] = Handoff("go", "Go.", {}, anyone, "Someone")
    nodes, edges = read(get_main_graph(Agent("A", handoffs=[way])))
    assert "Someone" in nodes
    assert ("A", "Someone") in edges


def test_parts_of_a_graph_leave_out_what_is_drawn_already() -> None:
    """Who draws several agents into one graph passes on the names that are done."""
    desk = office()
    visited: set[str] = set()
    nodes, _ = read(get_all_nodes(desk, visited=visited))
    assert "__start__" in nodes
    assert visited == {"Desk", "Clerk", "Expert"}
    assert get_all_nodes(desk, visited=visited) == ""
    assert get_all_edges(desk, visited={"Desk"}) == ""
    below, _ = read(get_all_nodes(desk, parent=Agent("Parent")))
    assert set(below) == {"Clerk", "Expert", "search"}
    _, edges = read(get_all_edges(desk, parent=Agent("Parent"), visited={"Clerk"}))
    assert edges == [("Desk", "search"), ("search", "Desk"), ("Desk", "Clerk")]


def test_a_drawing_holds_the_text() -> None:
    """A notebook shows the object; Graphviz itself is needed for a picture alone."""
    desk = office()
    assert draw_graph(desk).source == get_main_graph(desk)


def test_without_the_extra_the_text_works_and_the_drawing_says_what_to_install() -> None:
    """An error that names the command is a second's work; one that does not is a search."""
    program = (
        "import sys; sys.modules['graphviz'] = None\n"
        "from agents import Agent\n"
        "from agents.extensions.visualization import draw_graph, get_main_graph\n"
        "assert 'digraph' in get_main_graph(Agent('A'))\n"
        "try: draw_graph(Agent('A'))\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == 'draw_graph needs the viz extra: pip install "polyglot-agents[viz]"'
