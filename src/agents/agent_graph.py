"""The agents that a run can reach from the one it starts with, and a name for each by which a stored run finds it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from .agent import Agent
from .exceptions import UserError
from .function_tools import FunctionTool
from .handoffs import Handoff


class AgentGraph:
    """All agents that can be reached from one: by handoffs, and as tools.

    An agent goes by its name. Where several have one name, the way to each is added: it stays the same while the
    agents on it keep their tools and handoffs.
    """

    def __init__(self, start: Agent[Any]) -> None:
        self.start = start
        self.agents: list[Agent[Any]] = []
        self._names: dict[int, str] = {}
        ways = dict(self._ways())
        count = Counter(agent.name for agent in self.agents)
        for agent in self.agents:
            name = agent.name if count[agent.name] == 1 else f"{agent.name} ({ways[id(agent)]})"
            self._names[id(agent)] = name
        twice = Counter(self._names.values())
        self._ambiguous = {name for name, times in twice.items() if times > 1}
        self._by_name = {self._names[id(agent)]: agent for agent in self.agents}

    def _ways(self) -> Iterator[tuple[int, str]]:
        """Each agent with the shortest way to it, breadth first."""
        queue: deque[tuple[Agent[Any], str]] = deque([(self.start, "start")])
        seen: set[int] = set()
        while queue:
            agent, way = queue.popleft()
            if id(agent) in seen:
                continue
            seen.add(id(agent))
            self.agents.append(agent)
            yield id(agent), way
            queue.extend((target, f"{way} > {step}") for step, target in _steps(agent))

    def name_of(self, agent: Agent[Any] | None) -> str:
        """The name of an agent.

        Raises:
            UserError: It cannot be reached, or goes by the same name as another.
        """
        name = self._names.get(id(agent))
        if agent is None or name is None:
            shown = "an agent that no longer exists" if agent is None else f"agent {agent.name!r}"
            raise UserError(
                f"The run holds {shown}, which cannot be reached from agent {self.start.name!r}: whoever loads the "
                "state could not find it. Let a handoff or a tool lead to it."
            )
        return self._checked(name)

    def agent_of(self, name: str) -> Agent[Any]:
        """The agent of a name.

        Raises:
            UserError: There is none, or more than one.
        """
        if name not in self._by_name:
            known = ", ".join(sorted(self._by_name))
            raise UserError(
                f"The state names agent {name!r}, which cannot be reached from agent {self.start.name!r}. "
                f"These can: {known}. Load it with the agent that the run started with."
            )
        return self._by_name[self._checked(name)]

    def _checked(self, name: str) -> str:
        if name in self._ambiguous:
            raise UserError(f"Several agents go by {name!r}, so that a stored run cannot tell them apart. Rename one.")
        return name


def _steps(agent: Agent[Any]) -> Iterator[tuple[str, Agent[Any]]]:
    """Where an agent leads, and by which handoff or tool."""
    for declared in agent.handoffs:
        if not isinstance(declared, Handoff):
            yield f"transfer to {declared.name}", declared
        elif declared.agent_ref is not None and (target := declared.agent_ref()) is not None:
            yield declared.tool_name, target
    for tool in agent.tools:
        if isinstance(tool, FunctionTool) and isinstance(tool.agent, Agent):
            yield tool.qualified_name, tool.agent
