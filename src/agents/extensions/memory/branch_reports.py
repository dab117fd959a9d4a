"""What can be told of the branches of a session: turns, tools, usage. Plain functions over a connection."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from ...memory.sqlite_tables import quoted
from ...usage import Usage
from .branch_tables import BranchTables, details_text

_PREVIEW = 100
_USAGE = ("requests", "input_tokens", "output_tokens", "total_tokens")
_DETAILS = ("input_tokens_details", "output_tokens_details")


def turns(connection: sqlite3.Connection, branches: BranchTables, branch: str) -> list[dict[str, Any]]:
    """The user's turns in a branch, with what was said."""
    rows = connection.execute(
        f"""SELECT s.branch_turn_number, m.message_data, s.created_at FROM message_structure s
            JOIN {quoted(branches.tables.messages)} m ON m.id = s.message_id
            WHERE s.session_id = ? AND s.branch_id = ? AND s.message_type = 'user' ORDER BY s.sequence_number""",
        (branches.session_id, branch),
    )
    found = []
    for turn, text, created in rows:
        content = json.loads(text).get("content", "")
        found.append(
            {
                "turn": turn,
                "content": _preview(content),
                "full_content": content,
                "timestamp": created,
                "can_branch": True,
            }
        )
    return found


def turns_with(
    connection: sqlite3.Connection, branches: BranchTables, branch: str, wanted: str
) -> list[dict[str, Any]]:
    """The user's turns that hold a text, in upper or lower case."""
    wanted = wanted.casefold()
    return [turn for turn in turns(connection, branches, branch) if wanted in _said(turn["full_content"]).casefold()]


def by_turns(
    connection: sqlite3.Connection, branches: BranchTables, branch: str
) -> dict[int, list[dict[str, str | None]]]:
    """What each turn is made of: kinds of items, and names of tools."""
    rows = connection.execute(
        """SELECT user_turn_number, message_type, tool_name FROM message_structure
           WHERE session_id = ? AND branch_id = ? ORDER BY sequence_number""",
        (branches.session_id, branch),
    )
    found: dict[int, list[dict[str, str | None]]] = {}
    for turn, kind, tool in rows:
        found.setdefault(turn, []).append({"type": kind, "tool_name": tool})
    return found


def tool_usage(connection: sqlite3.Connection, branches: BranchTables, branch: str) -> list[tuple[str, int, int]]:
    """How often each tool was called in each turn."""
    return connection.execute(
        """SELECT tool_name, COUNT(*), user_turn_number FROM message_structure
           WHERE session_id = ? AND branch_id = ? AND tool_name IS NOT NULL
           AND (message_type LIKE '%\\_call' ESCAPE '\\' OR message_type = 'mcp_approval_request')
           GROUP BY tool_name, user_turn_number ORDER BY user_turn_number, MIN(sequence_number)""",
        (branches.session_id, branch),
    ).fetchall()


def listed(connection: sqlite3.Connection, branches: BranchTables, current: str) -> list[dict[str, Any]]:
    """All branches, the oldest first."""
    rows = connection.execute(
        """SELECT branch_id, COUNT(*), COUNT(CASE WHEN message_type = 'user' THEN 1 END), MIN(created_at)
           FROM message_structure WHERE session_id = ? GROUP BY branch_id ORDER BY MIN(id)""",
        (branches.session_id,),
    )
    return [
        {
            "branch_id": branch,
            "message_count": messages,
            "user_turns": user_turns,
            "is_current": branch == current,
            "created_at": created,
        }
        for branch, messages, user_turns, created in rows
    ]


def store_usage(connection: sqlite3.Connection, branches: BranchTables, branch: str, usage: Usage) -> None:
    """Write down what the last turn of a branch cost."""
    if (turn := branches.last_turn(connection, branch)) == 0:
        return
    counts = [getattr(usage, name) or 0 for name in _USAGE]
    details = [details_text(getattr(usage, name)) for name in _DETAILS]
    connection.execute(
        f"""INSERT OR REPLACE INTO turn_usage (session_id, branch_id, user_turn_number, {", ".join(_USAGE + _DETAILS)})
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (branches.session_id, branch, turn, *counts, *details),
    )


def session_usage(connection: sqlite3.Connection, branches: BranchTables, branch: str | None) -> dict[str, int] | None:
    """What a branch, or all of them, has cost; ``None`` where nothing was written down."""
    sums = ", ".join(f"SUM({name})" for name in _USAGE)
    row = connection.execute(
        f"""SELECT {sums}, COUNT(*) FROM turn_usage
            WHERE session_id = :session AND (:branch IS NULL OR branch_id = :branch)""",
        {"session": branches.session_id, "branch": branch},
    ).fetchone()
    if not row[-1]:
        return None
    return {name: value or 0 for name, value in zip((*_USAGE, "total_turns"), row, strict=True)}


def usage_by_turn(connection: sqlite3.Connection, branches: BranchTables, branch: str) -> list[dict[str, Any]]:
    """What each turn of a branch has cost."""
    names = ("user_turn_number", *_USAGE, *_DETAILS)
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM turn_usage WHERE session_id = ? AND branch_id = ? ORDER BY user_turn_number",
        (branches.session_id, branch),
    )
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for each in found:
        each.update({name: json.loads(each[name]) if each[name] else None for name in _DETAILS})
    return found


def _said(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", "")) for part in content or () if isinstance(part, dict))


def _preview(content: Any) -> str:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return f"{text[:_PREVIEW]}..." if len(text) > _PREVIEW else text
