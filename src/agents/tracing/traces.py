"""Traces: whole workflows, recorded or not, and what of them survives in a saved run.

Above `scope`; below `provider`, which decides whether a trace is recorded. `TraceState` is the form in
which a paused run remembers its trace, `reattach_trace` the way back.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from . import ids
from .processor_interface import TracingProcessor
from .scope import Scope


class Trace(ABC):
    """One workflow from end to end; the spans of its steps carry its id.

    with trace("Order processing", group_id="chat_123") as t:
        print(t.trace_id)
        result = await Runner.run(agent, "hello")
    """

    @abstractmethod
    def __enter__(self) -> Trace: ...

    @abstractmethod
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None: ...

    @abstractmethod
    def start(self, mark_as_current: bool = False) -> None:
        """Start the trace.

        Args:
            mark_as_current: Also make it the trace of spans to come.
        """

    @abstractmethod
    def finish(self, reset_current: bool = False) -> None:
        """Finish the trace.

        Args:
            reset_current: Also give its place as current trace back.
        """

    @property
    @abstractmethod
    def trace_id(self) -> str:
        """The id, `trace_` and 32 characters."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name of the workflow."""

    @abstractmethod
    def export(self) -> dict[str, Any] | None:
        """Return the trace as a dictionary, or None when tracing is off."""

    @property
    def tracing_api_key(self) -> str | None:
        """The key under which the trace and its spans are to be sent, if it has one of its own."""
        return None

    @property
    def recorded(self) -> bool:
        """Whether anybody hears of this trace; if not, neither of its spans."""
        return True

    def to_json(self, *, include_tracing_api_key: bool = False) -> dict[str, Any] | None:
        """Return the trace in a form that can be stored.

        Args:
            include_tracing_api_key: Also store the key, a secret; left out unless asked for.
        """
        exported = self.export()
        if exported is not None and include_tracing_api_key and self.tracing_api_key:
            return {**exported, "tracing_api_key": self.tracing_api_key}
        return exported


class NoOpTrace(Trace):
    """A trace that was turned off. As the current trace it turns off the spans inside it."""

    __slots__ = ()

    def __enter__(self) -> NoOpTrace:
        Scope.enter_trace(self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        Scope.leave_trace(self)

    def start(self, mark_as_current: bool = False) -> None:
        """Become current if asked to."""
        if mark_as_current:
            Scope.enter_trace(self)

    def finish(self, reset_current: bool = False) -> None:
        """Stop being current if asked to."""
        if reset_current:
            Scope.leave_trace(self)

    @property
    def trace_id(self) -> str:
        """Always `no-op`."""
        return ids.NO_OP_ID

    @property
    def name(self) -> str:
        """Always `no-op`."""
        return ids.NO_OP_ID

    @property
    def recorded(self) -> bool:
        """Always False."""
        return False

    def export(self) -> dict[str, Any] | None:
        """Return None: there is nothing to export."""
        return None


NO_OP_TRACE = NoOpTrace()
"""A turned-off trace for whoever needs one at hand; it keeps no state and may be shared."""


class _KnownTrace(Trace):
    """What a live trace and a reattached one have in common: the facts, and being current."""

    __slots__ = ("_name", "_started", "_trace_id", "_tracing_api_key", "group_id", "metadata")

    def __init__(
        self,
        name: str,
        trace_id: str,
        group_id: str | None,
        metadata: dict[str, Any] | None,
        tracing_api_key: str | None,
    ) -> None:
        self._name = name
        self._trace_id = trace_id
        self._tracing_api_key = tracing_api_key
        self.group_id = group_id
        self.metadata = metadata
        self._started = False

    @property
    def trace_id(self) -> str:
        """The id, `trace_` and 32 characters."""
        return self._trace_id

    @property
    def name(self) -> str:
        """The name of the workflow."""
        return self._name

    @property
    def tracing_api_key(self) -> str | None:
        """The key under which the trace and its spans are to be sent, if it has one of its own."""
        return self._tracing_api_key

    def __enter__(self) -> Trace:
        self.start(mark_as_current=True)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.finish(reset_current=True)

    def export(self) -> dict[str, Any] | None:
        """Return the trace as a dictionary."""
        return {
            "object": "trace",
            "id": self._trace_id,
            "workflow_name": self._name,
            "group_id": self.group_id,
            "metadata": self.metadata,
        }


class TraceImpl(_KnownTrace):
    """A trace that is reported to a processor when it starts and when it ends.

    Args:
        name: The name of the workflow.
        trace_id: Its id; made up when None.
        group_id: Ties traces together, such as those of one conversation.
        metadata: Anything worth remembering about it.
        processor: Who hears of it.
        tracing_api_key: A key of its own for sending it; kept out of every export.
        recorded: False when nobody listens: it has its id and its place as current, but is not reported.
    """

    __slots__ = ("_finished", "_processor", "_recorded")

    def __init__(
        self,
        name: str,
        trace_id: str | None,
        group_id: str | None,
        metadata: dict[str, Any] | None,
        processor: TracingProcessor,
        tracing_api_key: str | None = None,
        recorded: bool = True,
    ) -> None:
        super().__init__(name, trace_id or ids.new_trace_id(), group_id, metadata, tracing_api_key)
        self._processor = processor
        self._recorded = recorded
        self._finished = False

    @property
    def recorded(self) -> bool:
        """Whether anybody hears of this trace."""
        return self._recorded

    def start(self, mark_as_current: bool = False) -> None:
        """Start the trace; a second call changes nothing."""
        if self._started:
            return
        self._started = True
        try:
            if self._recorded:
                remember_started(self._trace_id)
                self._processor.on_trace_start(self)
        finally:
            if mark_as_current:
                Scope.enter_trace(self)

    def finish(self, reset_current: bool = False) -> None:
        """Finish the trace; a second call reports nothing."""
        try:
            if self._started and not self._finished:
                self._finished = True
                if self._recorded:
                    self._processor.on_trace_end(self)
        finally:
            if reset_current:
                Scope.leave_trace(self)


class ReattachedTrace(_KnownTrace):
    """A trace that goes on after a pause: current again, but not reported as started or ended anew."""

    __slots__ = ()

    def __init__(
        self,
        *,
        name: str,
        trace_id: str,
        group_id: str | None,
        metadata: dict[str, Any] | None,
        tracing_api_key: str | None,
    ) -> None:
        super().__init__(name, trace_id, group_id, metadata, tracing_api_key)

    def start(self, mark_as_current: bool = False) -> None:
        """Become current if asked to; a second call changes nothing."""
        if self._started:
            return
        self._started = True
        remember_started(self._trace_id)
        if mark_as_current:
            Scope.enter_trace(self)

    def finish(self, reset_current: bool = False) -> None:
        """Stop being current if asked to."""
        if reset_current:
            Scope.leave_trace(self)


@dataclass
class TraceState:
    """The facts about a trace that a saved run keeps."""

    trace_id: str | None = None
    workflow_name: str | None = None
    group_id: str | None = None
    metadata: dict[str, Any] | None = None
    tracing_api_key: str | None = field(default=None, repr=False)
    tracing_api_key_hash: str | None = field(default=None, repr=False)
    """Lets a resumed run show that it was given the same key again, without the key being stored."""
    object_type: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_trace(cls, trace: Trace | None) -> TraceState | None:
        """Take the facts from a trace; None for a trace that is turned off."""
        return None if trace is None else cls.from_json(trace.to_json(include_tracing_api_key=True))

    @classmethod
    def from_json(cls, payload: Mapping[str, Any] | None) -> TraceState | None:
        """Read what `to_json` wrote; fields of the wrong type are dropped."""
        if not payload:
            return None
        rest = dict(payload)

        def text(name: str) -> str | None:
            value = rest.pop(name, None)
            return value if isinstance(value, str) else None

        own_id, other_id = text("id"), text("trace_id")
        metadata = rest.pop("metadata", None)
        key, key_hash = text("tracing_api_key"), text("tracing_api_key_hash")
        return cls(
            trace_id=own_id or other_id,
            workflow_name=text("workflow_name"),
            group_id=text("group_id"),
            metadata=metadata if isinstance(metadata, dict) else None,
            tracing_api_key=key,
            tracing_api_key_hash=key_fingerprint(key) or key_hash,
            object_type=text("object"),
            extra=rest,
        )

    def to_json(self, *, include_tracing_api_key: bool = False) -> dict[str, Any] | None:
        """Return the facts in a form that can be stored, or None when there are none.

        Args:
            include_tracing_api_key: Also store the key, a secret; left out unless asked for.
        """
        facts = {
            "object": self.object_type,
            "id": self.trace_id,
            "workflow_name": self.workflow_name,
            "group_id": self.group_id,
            "metadata": None if self.metadata is None else dict(self.metadata),
            "tracing_api_key": self.tracing_api_key if include_tracing_api_key else None,
            "tracing_api_key_hash": self.tracing_api_key_hash or key_fingerprint(self.tracing_api_key),
        }
        known = {name: value for name, value in facts.items() if value is not None}
        return {**self.extra, **known} or None


def key_fingerprint(api_key: str | None) -> str | None:
    """Return a digest that tells keys apart without holding one."""
    if api_key is None:
        return None
    import hashlib  # loads OpenSSL, which few programs need so early

    return hashlib.sha256(api_key.encode()).hexdigest()


def reattach_trace(trace_state: TraceState, *, tracing_api_key: str | None = None) -> Trace | None:
    """Return a trace that goes on where a saved one stopped, or None when the state names no trace.

    Args:
        trace_state: What the saved run remembered.
        tracing_api_key: The key to send it under, for a state that was stored without.
    """
    if trace_state.trace_id is None:
        return None
    return ReattachedTrace(
        name=trace_state.workflow_name or "Agent workflow",
        trace_id=trace_state.trace_id,
        group_id=trace_state.group_id,
        metadata=None if trace_state.metadata is None else dict(trace_state.metadata),
        tracing_api_key=trace_state.tracing_api_key or tracing_api_key,
    )


# Only a trace that this process has reported may go on in silence; any other must be reported as started.
# The memory is bounded: a paused run that comes back after thousands of others reports its trace once more.
_MOST_REMEMBERED = 4096
_started_ids: OrderedDict[str, None] = OrderedDict()
_started_lock = threading.Lock()


def remember_started(trace_id: str) -> None:
    """Note that this process has reported the start of a trace."""
    with _started_lock:
        _started_ids[trace_id] = None
        _started_ids.move_to_end(trace_id)
        if len(_started_ids) > _MOST_REMEMBERED:
            _started_ids.popitem(last=False)


def was_started(trace_id: str | None) -> bool:
    """Tell whether this process has reported the start of a trace."""
    with _started_lock:
        return trace_id in _started_ids
