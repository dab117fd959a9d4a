"""Agents, their tools and handoffs as a graph, in the DOT language of Graphviz.

``get_main_graph`` needs nothing; ``draw_graph`` needs the ``viz`` extra, and Graphviz itself to write a picture.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..agent import Agent
from ..handoffs import Handoff

if TYPE_CHECKING:
    import graphviz

__all__ = ["draw_graph", "get_all_edges", "get_all_nodes", "get_main_graph"]

_START, _END = "__start__", "__end__"
_TERMINAL = "shape=ellipse, style=filled, fillcolor=lightblue, width=0.5, height=0.3"
_ROOT = "shape=box, style=filled, fillcolor=lightyellow, width=1.5, height=0.8"
_AGENT = 'shape=box, style="filled,rounded", fillcolor=lightyellow, width=1.5, height=0.8'
_TOOL = "shape=ellipse, style=filled, fillcolor=lightgreen, width=0.5, height=0.3"
_SERVER = "shape=box, style=filled, fillcolor=lightgrey, width=1, height=0.5"


def get_main_graph(agent: Agent[Any]) -> str:
    """The graph of an agent and of all that it can reach, as DOT text."""
    head = "digraph G {\n    graph [splines=true];\n    node [fontname=Arial];\n    edge [penwidth=1.5];\n"
    graph = _Graph(agent)
    return f"{head}{graph.nodes(terminals=True)}{graph.edges(start=True)}}}\n"


def get_all_nodes(agent: Agent[Any], parent: Agent[Any] | None = None, visited: set[str] | None = None) -> str:
    """The nodes of an agent and of all that it can reach, as DOT text.

    Args:
        agent: The agent.
        parent: The agent from which it was reached, which has its node already.
        visited: Names of agents that have their nodes already; the names of those that are met are added.
    """
    return _Graph(agent, visited, shown=parent is not None).nodes(terminals=parent is None)


def get_all_edges(agent: Agent[Any], parent: Agent[Any] | None = None, visited: set[str] | None = None) -> str:
    """The edges of an agent and of all that it can reach, as DOT text.

    Args:
        agent: The agent.
        parent: The agent from which it was reached; without one, the start leads to it.
        visited: Names of agents that have their edges already; the names of those that are met are added.
    """
    return _Graph(agent, visited).edges(start=parent is None)


def draw_graph(agent: Agent[Any], filename: str | None = None) -> graphviz.Source:
    """The graph of an agent, for notebooks to show or for a file.

    Args:
        agent: The agent.
        filename: Where to write a PNG picture, without the ending.

    Raises:
        ImportError: The ``viz`` extra is not installed.
    """
    try:
        import graphviz
    except ImportError as error:
        raise ImportError('draw_graph needs the viz extra: pip install "polyglot-agents[viz]"') from error
    source = graphviz.Source(get_main_graph(agent))
    if filename:
        source.render(filename, format="png", cleanup=True)
    return source


@dataclass
class _Graph:
    """What an agent can reach: each object is one node, whatever it is called."""

    root: Agent[Any]
    visited: set[str] | None = None
    shown: bool = False
    """Whether the root has its node elsewhere."""
    _nodes: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Label and look of each object, by its ``id``."""
    _edges: list[tuple[Any, Any, str]] = field(default_factory=list)
    _last: list[Agent[Any]] = field(default_factory=list)
    """The agents that can only end the run."""

    def __post_init__(self) -> None:
        visited = self.visited if self.visited is not None else set()
        known = frozenset(visited)
        if self.root.name not in known:
            self._visit(self.root, _ROOT, known, visited)
        names = Counter(label for label, _ in self._nodes.values())
        taken = {_START, _END, *names}
        self._ids: dict[int, str] = {}
        for key, (label, _) in self._nodes.items():
            unique = names[label] == 1 and label not in (_START, _END)
            self._ids[key] = label if unique else _unused(label, taken)

    def _visit(self, agent: Agent[Any], look: str, known: frozenset[str], visited: set[str]) -> None:
        self._nodes[id(agent)] = (agent.name, look)
        visited.add(agent.name)
        for tools, tool_look, style in ((agent.tools, _TOOL, "dotted"), (agent.mcp_servers, _SERVER, "dashed")):
            for tool in tools:
                self._nodes[id(tool)] = (tool.name, tool_look)
                self._edges += [(agent, tool, style), (tool, agent, style)]
        for declared in agent.handoffs:
            target = _target(declared)
            self._edges.append((agent, target, ""))
            if id(target) in self._nodes or getattr(target, "name", None) in known:
                self._nodes.setdefault(id(target), (target.name, ""))
            elif isinstance(target, Agent):
                self._visit(target, _AGENT, known, visited)
            else:
                self._nodes[id(target)] = (target.agent_name, _AGENT)
        if not agent.handoffs:
            self._last.append(agent)

    def nodes(self, *, terminals: bool) -> str:
        """A line for each node."""
        if not self._nodes:
            return ""
        lines = [_node(_START, _START, _TERMINAL), _node(_END, _END, _TERMINAL)] if terminals else []
        hidden = {id(self.root)} if self.shown else set()
        shown = ((key, *node) for key, node in self._nodes.items() if key not in hidden and node[1])
        return "".join([*lines, *(_node(self._ids[key], label, look) for key, label, look in shown)])

    def edges(self, *, start: bool) -> str:
        """A line for each edge."""
        return "".join(f"    {edge};\n" for edge in self._lines(start)) if self._nodes else ""

    def _lines(self, start: bool) -> Iterator[str]:
        if start:
            yield f"{_quoted(_START)} -> {self._name(self.root)}"
        for source, target, style in self._edges:
            look = f" [style={style}, penwidth=1.5]" if style else ""
            yield f"{self._name(source)} -> {self._name(target)}{look}"
        for agent in self._last:
            yield f"{self._name(agent)} -> {_quoted(_END)}"

    def _name(self, node: object) -> str:
        return _quoted(self._ids[id(node)])


def _target(declared: Agent[Any] | Handoff[Any, Any]) -> Any:
    """The agent of a handoff, or the handoff itself where only calling it would tell."""
    if isinstance(declared, Handoff):
        agent = declared.agent_ref() if declared.agent_ref is not None else None
        return declared if agent is None else agent
    return declared


def _unused(label: str, taken: set[str]) -> str:
    number = next(number for number in range(2, len(taken) + 3) if f"{label} {number}" not in taken)
    taken.add(f"{label} {number}")
    return f"{label} {number}"


def _node(name: str, label: str, look: str) -> str:
    return f"    {_quoted(name)} [label={_quoted(label)}, {look}];\n"


def _quoted(text: str) -> str:
    """A name as DOT quotes it, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "\\n".join(escaped.splitlines()) + '"'
