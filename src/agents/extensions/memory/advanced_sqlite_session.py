"""``AdvancedSQLiteSession``: a SQLite session with branches, and with what each turn has cost. It needs no package."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...exceptions import SessionDataError, UserError
from ...items import output_to_input
from ...logger import logger as own_logger
from ...memory import SessionSettings, SQLiteSession
from ...memory.session_settings import resolve_session_limit
from ...memory.sqlite_store import SQLiteStore
from ...memory.writing import from_text, lines
from . import branch_reports as reports
from .branch_tables import MAIN, BranchTables

if TYPE_CHECKING:
    from ...items import TResponseInputItem
    from ...result import RunResultBase

T = TypeVar("T")


class AdvancedSQLiteSession(SQLiteSession):
    """A SQLite session whose conversation may branch, and that counts what its turns cost.

    A branch begins before a user's turn and shares with its source what came before. What is read and stored is the
    current branch's, which is ``"main"`` at first.

    Args:
        session_id: Which conversation this is.
        db_path: The file; ``":memory:"`` keeps the session in this object alone.
        create_tables: Whether to make the tables of branches and usage where they are not there.
        logger: Where to write of branches and failures; the package's own by default.
        session_settings: How the session is read.
        kwargs: Options of :class:`~agents.memory.SQLiteSession`.
    """

    def __init__(
        self,
        *,
        session_id: str,
        db_path: str | Path = ":memory:",
        create_tables: bool = False,
        logger: logging.Logger | None = None,
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(session_id, db_path, session_settings=session_settings, **kwargs)
        self._branches = BranchTables(self.tables, session_id, create_tables)
        self.store = SQLiteStore(self.tables, session_id, self._branches.set_up)
        self._logger = logger or own_logger
        self._current = MAIN
        self._generation: int | None = None

    async def get_items(self, limit: int | None = None, branch_id: str | None = None) -> list[TResponseInputItem]:
        """The latest ``limit`` items of a branch, oldest first; without a limit as many as the settings say, or all.

        Raises:
            SessionError: The file cannot be used, or a row is damaged.
        """
        wanted = resolve_session_limit(limit, self.session_settings)
        rows = await self._read(branch_id, lambda c, branch: self._branches.latest(c, branch, wanted))
        return [from_text(text, self.session_id, self.tables.row(number)) for number, text in reversed(rows)]

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Store items at the end of the current branch: all of them, or none.

        Raises:
            SessionError: The file cannot be used.
            UserError: An item is not JSON data.
        """
        texts, plain = lines(items), [output_to_input(item) for item in items]

        def add(connection: sqlite3.Connection, branch: str) -> None:
            for statement in self.tables.touch:
                connection.execute(statement, (self.session_id,))
            self._branches.add(connection, branch, plain, texts)

        if texts:
            await self._write(add)

    async def pop_item(self) -> TResponseInputItem | None:
        """Remove the last item of the current branch and return it. Other branches keep it.

        Raises:
            SessionError: The file cannot be used.
        """

        def pop(connection: sqlite3.Connection, branch: str) -> TResponseInputItem | None:
            while (taken := self._branches.take(connection, branch)) is not None:
                try:
                    return from_text(taken[1], self.session_id, self.tables.row(taken[0]))
                except SessionDataError as error:  # noqa: PERF203 - one row at a time
                    self._logger.warning("%s It was removed.", error)
            return None

        return await self._write(pop)

    async def clear_session(self) -> None:
        """Remove all branches and all usage. ``"main"`` is the current branch then."""
        await self._write(lambda c, branch: self._branches.clear(c))

    async def create_branch_from_turn(self, turn_number: int, branch_name: str | None = None) -> str:
        """A new branch of all that came before a user's turn, which becomes the current one.

        Args:
            turn_number: The turn, as :meth:`get_conversation_turns` numbers them.
            branch_name: A name that was never used in this session; one is made where none is given.

        Returns:
            The branch's name.

        Raises:
            UserError: There is no such turn, or the name was used before.
        """

        def fork(connection: sqlite3.Connection, source: str) -> str:
            return self._branches.fork(connection, source, turn_number, branch_name)

        self._current = await self._write(fork)
        return self._current

    async def create_branch_from_content(self, search_term: str, branch_name: str | None = None) -> str:
        """A new branch of all that came before the first turn of the user's that holds a text.

        Raises:
            UserError: No turn holds it, or the name was used before.
        """
        found = await self.find_turns_by_content(search_term)
        if not found:
            raise UserError(f"No turn of the user's in session {self.session_id!r} holds {search_term!r}.")
        return await self.create_branch_from_turn(found[0]["turn"], branch_name)

    async def switch_to_branch(self, branch_id: str) -> None:
        """Make another branch the current one.

        Raises:
            UserError: There is no such branch.
        """
        await self._write(lambda c, current: self._require(c, branch_id, current))
        self._current = branch_id

    async def delete_branch(self, branch_id: str, force: bool = False) -> None:
        """Remove a branch, and what stands in no other.

        Args:
            branch_id: The branch. ``"main"`` stays.
            force: Whether to remove it even where it is the current one; ``"main"`` is then.

        Raises:
            UserError: There is no such branch, or it must stay.
        """
        if branch_id == MAIN:
            raise UserError(f"Branch {MAIN!r} cannot be removed; clear_session removes all.")

        def delete(connection: sqlite3.Connection, current: str) -> None:
            self._require(connection, branch_id, current)
            if branch_id == current and not force:
                raise UserError(f"Branch {branch_id!r} is the current one: switch to another, or use force=True.")
            self._branches.delete(connection, branch_id)

        await self._write(delete)
        if self._current == branch_id:
            self._current = MAIN

    async def list_branches(self) -> list[dict[str, Any]]:
        """All branches, the oldest first: ``branch_id``, ``message_count``, ``user_turns``, ``is_current``,
        ``created_at``.
        """
        return await self._read(None, lambda c, branch: reports.listed(c, self._branches, branch))

    async def get_conversation_turns(self, branch_id: str | None = None) -> list[dict[str, Any]]:
        """The user's turns: ``turn``, ``content`` (its beginning), ``full_content``, ``timestamp``, ``can_branch``."""
        return await self._read(branch_id, lambda c, branch: reports.turns(c, self._branches, branch))

    async def find_turns_by_content(self, search_term: str, branch_id: str | None = None) -> list[dict[str, Any]]:
        """The user's turns that hold a text, in upper or lower case."""
        return await self._read(branch_id, lambda c, branch: reports.turns_with(c, self._branches, branch, search_term))

    async def get_conversation_by_turns(self, branch_id: str | None = None) -> dict[int, list[dict[str, str | None]]]:
        """What each turn is made of: ``type`` and ``tool_name`` of its items."""
        return await self._read(branch_id, lambda c, branch: reports.by_turns(c, self._branches, branch))

    async def get_tool_usage(self, branch_id: str | None = None) -> list[tuple[str, int, int]]:
        """How often each tool was called in each turn: name, count, turn."""
        return await self._read(branch_id, lambda c, branch: reports.tool_usage(c, self._branches, branch))

    async def store_run_usage(self, result: RunResultBase) -> None:
        """Write down what a run has cost, as the cost of the last turn. Call it when the run has ended.

        A failure is a line in the log: a run that has its output is not lost for want of a note.
        """
        usage = result.context_wrapper.usage
        try:
            await self._write(lambda c, branch: reports.store_usage(c, self._branches, branch, usage))
        except Exception as error:  # noqa: BLE001 - as the docstring says
            self._logger.error("The usage of a run of session %r was not stored: %s", self.session_id, error)

    async def get_session_usage(self, branch_id: str | None = None) -> dict[str, int] | None:
        """What a branch has cost, or without one all of them; ``None`` where nothing was written down."""
        return await self._read(MAIN, lambda c, branch: reports.session_usage(c, self._branches, branch_id))

    async def get_turn_usage(
        self, user_turn_number: int | None = None, branch_id: str | None = None
    ) -> list[dict[str, Any]] | dict[str, Any]:
        """What a turn has cost, or without one each turn; an empty dict where nothing was written down for it."""
        found = await self._read(branch_id, lambda c, branch: reports.usage_by_turn(c, self._branches, branch))
        if user_turn_number is None:
            return found
        one = next((each for each in found if each["user_turn_number"] == user_turn_number), {})
        return {name: value for name, value in one.items() if name != "user_turn_number"}

    async def _read(self, branch_id: str | None, work: Callable[[sqlite3.Connection, str], T]) -> T:
        return await self.store.read(lambda c: work(c, branch_id if branch_id is not None else self._branch(c)))

    async def _write(self, work: Callable[[sqlite3.Connection, str], T]) -> T:
        return await self.store.write(lambda c: work(c, self._branch(c)))

    def _branch(self, connection: sqlite3.Connection) -> str:
        """The current branch: ``"main"`` again, if another session has cleared this one meanwhile."""
        generation = self._branches.generation(connection)
        if self._generation not in (None, generation):
            self._current = MAIN
        self._generation = generation
        return self._current

    def _require(self, connection: sqlite3.Connection, branch_id: str, current: str) -> None:
        """See that there is a branch: a file knows it by its messages, which these two need not have."""
        if branch_id not in (MAIN, current) and not self._branches.exists(connection, branch_id):
            raise UserError(f"Session {self.session_id!r} has no branch {branch_id!r}.")
