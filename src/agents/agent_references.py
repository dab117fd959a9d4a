"""Fields of run items that hold agents, until the items let go of them: stored results need not keep agents alive."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar


class AgentReference:
    """An attribute that holds an agent strongly, until its item lets go of it and keeps a weak reference."""

    def __init__(self, name: str) -> None:
        self.key = f"_{name}"

    def __get__(self, item: Any, owner: type | None = None) -> Any:
        if item is None:
            return self
        agent = item.__dict__.get(self.key)
        return agent() if isinstance(agent, weakref.ref) else agent

    def __set__(self, item: Any, agent: Any) -> None:
        item.__dict__[self.key] = agent


C = TypeVar("C", bound=type)


def releasable(*names: str) -> Callable[[C], C]:
    """Put the named fields of a finished dataclass behind ``AgentReference``."""

    def install(cls: C) -> C:
        for name in names:
            setattr(cls, name, AgentReference(name))
        return cls

    return install


def agent_fields(cls: type[Any]) -> frozenset[str]:
    """The fields of a kind of run items that hold agents."""
    return frozenset(
        name for each in cls.__mro__ for name, held in vars(each).items() if isinstance(held, AgentReference)
    )


def release(item: object) -> None:
    """Keep only weak references to the agents of an item."""
    for name in agent_fields(type(item)):
        agent = getattr(item, name)
        if agent is not None:
            setattr(item, name, weakref.ref(agent))
