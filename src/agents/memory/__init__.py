"""Sessions: what keeps a conversation from one run to the next.

The protocol and its settings are here, with the sessions that need no package besides; :mod:`agents.extensions.memory`
has those that do. Above are the runs that read and write them; below are the items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..util._lazy import names_from
from .session import (
    OpenAIResponsesCompactionArgs,
    OpenAIResponsesCompactionAwareSession,
    Session,
    SessionABC,
    is_openai_responses_compaction_aware_session,
)
from .session_settings import SessionSettings
from .util import SessionInputCallback

if TYPE_CHECKING:
    from .compacting_session import CompactingSession
    from .openai_conversations_session import OpenAIConversationsSession
    from .openai_responses_compaction_session import OpenAIResponsesCompactionSession
    from .sqlite_session import SQLiteSession

__all__ = [
    "CompactingSession",
    "OpenAIConversationsSession",
    "OpenAIResponsesCompactionArgs",
    "OpenAIResponsesCompactionAwareSession",
    "OpenAIResponsesCompactionSession",
    "SQLiteSession",
    "Session",
    "SessionABC",
    "SessionInputCallback",
    "SessionSettings",
    "is_openai_responses_compaction_aware_session",
]

_HOME = {
    "CompactingSession": "compacting_session",
    "OpenAIConversationsSession": "openai_conversations_session",
    "OpenAIResponsesCompactionSession": "openai_responses_compaction_session",
    "SQLiteSession": "sqlite_session",
}

# The sessions themselves are loaded with their first use: few programs need more than one kind.
__getattr__ = names_from(_HOME, globals(), within=".")
