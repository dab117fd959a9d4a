"""Sessions that need a package besides, or that can do more.

Each is loaded with its first use; where its package is missing, the error says what to install.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...util._lazy import names_from

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

__getattr__ = names_from(_HOME, globals(), within=".")
