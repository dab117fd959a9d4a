"""The tables of a session in a database, as ``openai-agents`` has them: either reads what the other wrote."""

from __future__ import annotations

from .missing import missing

try:
    from sqlalchemy import TIMESTAMP, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, text
except ImportError as error:
    raise missing("SQLAlchemySession", "SQLAlchemy", "sqlalchemy") from error


def session_tables(sessions: str, messages: str) -> tuple[Table, Table]:
    """The tables of sessions and of their items."""
    metadata, now = MetaData(), text("CURRENT_TIMESTAMP")
    return (
        Table(
            sessions,
            metadata,
            Column("session_id", String, primary_key=True),
            Column("created_at", TIMESTAMP(timezone=False), server_default=now, nullable=False),
            Column("updated_at", TIMESTAMP(timezone=False), server_default=now, onupdate=now, nullable=False),
        ),
        Table(
            messages,
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=True),
            Column("session_id", String, ForeignKey(f"{sessions}.session_id", ondelete="CASCADE"), nullable=False),
            Column("message_data", Text, nullable=False),
            Column("created_at", TIMESTAMP(timezone=False), server_default=now, nullable=False),
            Index(f"idx_{messages}_session_time", "session_id", "created_at"),
            sqlite_autoincrement=True,
        ),
    )
