"""What a run reads of its session, and what it stores there, and when.

The run reads once, before its first turn. It stores its input before the first model call, and each turn when that has
ended: tool calls together with their outputs, so that whoever reads the session meets whole turns only, whatever
becomes of the run. Of a turn that fails, the calls that were answered are kept: what they did is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..awaiting import answer_of
from ..exceptions import UserError
from ..items import output_to_input, to_input_items
from ..logger import logger
from ..memory import SessionSettings, is_openai_responses_compaction_aware_session
from ..memory.writing import call_session, settle
from ..native_calls import field_of
from .run_steps import RunScope

if TYPE_CHECKING:
    from ..items import RunItem, TResponseInputItem
    from ..memory import OpenAIResponsesCompactionArgs

_CALLS = ("function_call", "custom_tool_call", "computer_call", "shell_call", "local_shell_call", "apply_patch_call")
_ANSWERED_BY = {call: f"{call}_output" for call in _CALLS}
"""Calls that are answered by an item; all others the vendor carries out itself."""
_OUTPUTS = frozenset(_ANSWERED_BY.values())


async def read_history(run: RunScope) -> None:
    """Put the session's history before the run's input.

    Raises:
        SessionError: The session cannot be read.
        UserError: The ``session_input_callback`` returned no list.
    """
    session, progress = run.session, run.progress
    if session is None or progress.stored is not None:
        return
    if run.result.new_items:  # the run began without a session, and has one now: it gets all that was said
        progress.stored, progress.unsaved = 0, list(progress.base_input)
        return
    own: SessionSettings | None = getattr(session, "session_settings", None)  # older sessions have none
    settings = (own or SessionSettings()).resolve(run.config.session_settings)
    limit = {} if settings.limit is None else {"limit": settings.limit}
    found = await call_session(session.get_items, wrapper=run.context, **limit)
    history = whole([output_to_input(item) for item in found])
    combined, new = await _combined(run, history, list(progress.base_input))
    progress.stored, progress.unsaved = 0, new
    run.result.input = progress.unchecked = combined
    run.show(list(combined), [])


async def _combined(
    run: RunScope, history: list[TResponseInputItem], new: list[TResponseInputItem]
) -> tuple[list[TResponseInputItem], list[TResponseInputItem]]:
    """What the run reads, and what of it is not stored yet."""
    combine = run.config.session_input_callback
    if combine is None:
        return [*history, *new], new
    made: Any = await answer_of("session_input_callback", combine, list(history), list(new))
    if not isinstance(made, list):
        raise UserError(f"session_input_callback returns a list of items, not {type(made).__name__}.")
    stored, given, used = ({id(item) for item in each} for each in (history, new, made))
    copied = [item for item in history if id(item) not in used]  # what is stored may come back as a copy
    added: list[TResponseInputItem] = []
    for item in made:
        if id(item) in stored:
            continue
        if id(item) not in given and item in copied:
            copied.remove(item)
        else:
            added.append(output_to_input(item))
    return [output_to_input(item) for item in made], added


def whole(items: Sequence[TResponseInputItem]) -> list[TResponseInputItem]:
    """The items without calls that lack their output, outputs that lack their call, and reasoning that led to neither.

    A limit cuts anywhere, and another program may have stored half a turn.
    """
    answered = {_call_id(item): at for at, item in enumerate(items) if field_of(item, "type") in _OUTPUTS}
    called: set[str] = set()
    kept: list[TResponseInputItem] = []
    thoughts: list[TResponseInputItem] = []
    for at, item in enumerate(items):
        kind = field_of(item, "type")
        if kind == "reasoning":
            thoughts.append(item)
            continue
        if kind in _ANSWERED_BY:
            if answered.get(_call_id(item), -1) < at:
                continue
            called.add(_call_id(item))
        elif kind in _OUTPUTS and _call_id(item) not in called:
            continue
        if kind not in _OUTPUTS and field_of(item, "role") in (None, "assistant"):
            kept.extend(thoughts)
        thoughts.clear()
        kept.append(item)
    return kept


def _call_id(item: object) -> str:
    return str(field_of(item, "call_id") or field_of(item, "id") or "")


async def save_turn(run: RunScope) -> None:
    """Store what the run has made since it last stored something: its input, or a turn that has ended.

    Raises:
        SessionError: The session cannot be written.
    """
    progress, count = run.progress, len(run.result.new_items)
    if run.session is None:
        return
    items = [*progress.unsaved, *_not_stored(run, run.result.new_items)]

    async def save() -> None:
        await _add(run, items)
        progress.unsaved, progress.stored, progress.rescued = [], count, []

    await settle(save())  # a run that is cancelled now must not store the same a second time


async def save_what_is_whole(run: RunScope) -> None:
    """Store what is whole of a turn that failed or was cancelled: the calls that were answered, and their outputs.

    The run fails for a reason of its own: a session that fails besides is a line in the log.
    """
    if run.session is None or run.progress.unsaved:  # no model has been asked yet
        return
    items = _not_stored(run, run.result.new_items)
    if not any(field_of(item, "type") in _OUTPUTS for item in items):
        return

    async def save() -> None:
        await _add(run, items)
        run.progress.rescued += items  # the run may yet go on with this turn

    try:
        await settle(save())
    except Exception as error:  # noqa: BLE001 - the run's own error is on its way
        logger.error("%s could not keep what a failed turn had done: %s", type(run.session).__name__, error)


def _not_stored(run: RunScope, made: Sequence[RunItem]) -> list[TResponseInputItem]:
    """What is whole of the run's items, and not in its session. A limit may have ended the run before its calls."""
    items = whole(to_input_items(made[run.progress.stored or 0 :]))
    for rescued in run.progress.rescued:
        if rescued in items:
            items.remove(rescued)
    return items


async def _add(run: RunScope, items: list[TResponseInputItem]) -> None:
    if run.session is not None and items:
        await call_session(run.session.add_items, items, wrapper=run.context)


async def compact(run: RunScope) -> None:
    """Let the session shorten itself after a run, if it can. The run has its output: a failure is a line in the log."""
    session = run.session
    if session is None or not is_openai_responses_compaction_aware_session(session):
        return
    arguments: OpenAIResponsesCompactionArgs = {}
    if run.result.last_response_id is not None:
        arguments["response_id"] = run.result.last_response_id
    store = run.agent.model_settings.resolve(run.config.model_settings).store
    if store is not None:
        arguments["store"] = store
    try:
        await call_session(session.run_compaction, arguments, wrapper=run.context)
    except Exception as error:  # noqa: BLE001 - nothing is lost: the history is as long as it was
        logger.error("%s could not be compacted: %s", type(session).__name__, error)
