"""Sessions that need a package besides, or that can do more.

Each is loaded with its first use; where its package is missing, the error says what to install.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .advanced_sqlite_session import AdvancedSQLiteSession
    from .async_sqlite_session import AsyncSQLiteSession
    from .encrypt_session import EncryptedSession
    from .redis_session import RedisSession
    from .sqlalchemy_session import SQLAlchemySession

__all__ = ["AdvancedSQLiteSession", "AsyncSQLiteSession", "EncryptedSession", "RedisSession", "SQLAlchemySession"]

_HOME = {
    "AdvancedSQLiteSession": "advanced_sqlite_session",
    "AsyncSQLiteSession": "async_sqlite_session",
    "EncryptedSession": "encrypt_session",
    "RedisSession": "redis_session",
    "SQLAlchemySession": "sqlalchemy_session",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value
