"""The shape of a stored run: what ``run_state_codec`` writes, and what it lets in. Data, checked by ``msgspec``.

A field that is added later has a default, so that older states lack nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Union

import msgspec

from .exceptions import UserError
from .run_progress import Stage
from .server_conversation import ServerConversation
from .tool_approvals import CallDecision

FORMAT = "polyglot-agents run state"
VERSION = 1
"""The version of what is written. All versions up to it are read: ``_UPGRADES`` leads from each to the next."""

_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

Item = dict[str, Any]
Count = Annotated[int, msgspec.Meta(ge=0)]


class StoredRun(msgspec.Struct, kw_only=True):
    """How far a run has come; the runs of agents as tools are inside it."""

    input: Union[str, list[Item]]
    starting_agent: str
    current_agent: str
    current_turn: Count
    max_turns: int | None
    stage: Stage
    turn_start: Count
    stored: Count | None = None
    unsaved: list[Item] = msgspec.field(default_factory=list)
    rescued: list[Item] = msgspec.field(default_factory=list)
    new_items: list[Item]
    visible_items: list[Union[Count, Item]]
    finished: list[Item]
    base_input: list[Item]
    pending_input: list[Item]
    unchecked: Union[str, list[Item], None]
    responses: list[Item]
    server: ServerConversation
    reasoning_item_id_policy: Literal["preserve", "omit"] | None = None
    tools_used: dict[str, list[str]] | None = None
    guardrail_results: dict[str, list[Item]]
    paused_runs: dict[str, StoredRun]
    tool_input: Any = None


class StoredContext(msgspec.Struct, kw_only=True):
    """The caller's context, and by which way it became data."""

    by: Literal["none", "serializer", "mapping", "model", "dataclass", "omitted"]
    type: str
    value: Any


class StoredCall(msgspec.Struct, kw_only=True):
    """A decision on one call."""

    path: list[str]
    decision: CallDecision


class StoredStanding(msgspec.Struct, kw_only=True):
    """A decision on all calls of one agent's tool."""

    agent: str
    tool_name: str
    approved: bool
    message: str | None


class StoredState(msgspec.Struct, kw_only=True):
    """A stored run, whole."""

    format: str
    version: int
    run: StoredRun
    context: StoredContext
    usage: dict[str, Any]
    calls: list[StoredCall]
    standing: list[StoredStanding]
    trace: dict[str, Any] | None


def checked(data: object) -> StoredState:
    """The data of a state, in the form of this version.

    Raises:
        UserError: It is none, is damaged, or was written by a newer version.
    """
    if not isinstance(data, Mapping):
        raise UserError(f"The JSON of a run state is an object, not {type(data).__name__}.")
    if "$schemaVersion" in data:
        raise UserError("This run state was written by openai-agents, whose states cannot be read here. Run it there.")
    version = data.get("version")
    if data.get("format") != FORMAT or type(version) is not int or version < 1:
        raise UserError("This JSON is no run state: RunState.to_json writes them.")
    if version > VERSION:
        raise UserError(
            f"This run state has version {version}, and this release reads versions up to {VERSION}: it was written by "
            "a newer one. Upgrade polyglot-agents here."
        )
    upgraded = dict(data)
    for step in range(version, VERSION):
        upgraded = _UPGRADES[step](upgraded)
    try:
        state = msgspec.convert(upgraded, StoredState)
    except msgspec.ValidationError as error:
        raise UserError(f"The run state is damaged: {error}") from None
    _check(state.run)
    return state


def _check(run: StoredRun) -> None:
    """That the parts of a run fit one another: one that went on from others would lose or repeat something."""
    made = len(run.new_items)
    seen = [place for place in run.visible_items if isinstance(place, int)]
    if run.turn_start > made or (run.stored or 0) > made or max(seen, default=-1) >= made:
        raise UserError("The run state is damaged: items are missing.")
    if run.stage == "acting" and not run.responses:
        raise UserError("The run state is damaged: the response of its last turn is missing.")
    for inner in run.paused_runs.values():
        _check(inner)
