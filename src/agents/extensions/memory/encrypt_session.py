"""``EncryptedSession``: seals the items of any other session. Needs ``pip install "polyglot-agents[encrypt]"``.

The envelopes are those of ``openai-agents``: Fernet, with a key that HKDF derives for each session.
"""

from __future__ import annotations

import base64
import binascii
import time
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import TypedDict

from ...exceptions import SessionDataError, SessionError, UserError
from ...logger import logger
from ...memory import Session, SessionABC, SessionSettings
from ...memory.session_settings import resolve_session_limit
from ...memory.summarized_session import SummarizedSession
from ...memory.writing import call_session, from_text, settle, to_text
from .missing import missing

try:
    from cryptography.fernet import Fernet, InvalidToken
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError as error:
    raise missing("EncryptedSession", "cryptography", "encrypt") from error

if TYPE_CHECKING:
    from ...items import TResponseInputItem
    from ...run_context import RunContextWrapper


class EncryptedEnvelope(TypedDict):
    """What the other session stores in place of an item."""

    __enc__: int
    v: int
    kid: str
    payload: str


class EncryptedSession(SessionABC):
    """A session whose items another session stores, sealed.

    Items older than ``ttl`` are not returned; they stay stored until the session is cleared.

    Args:
        session_id: Which conversation this is; it is part of the key.
        underlying_session: Where the sealed items are stored.
        encryption_key: A secret of high entropy, such as ``Fernet.generate_key().decode()``; a password is none.
        ttl: For how many seconds an item can be read.
        max_scan_items: How many stored items one read may look at, where expired ones are among them; ``None`` for all.

    Raises:
        UserError: There is no key, ``max_scan_items`` is not positive, or the other session makes summaries.
    """

    def __init__(
        self,
        session_id: str,
        underlying_session: Session | SessionABC,
        encryption_key: str,
        ttl: int = 600,
        max_scan_items: int | None = None,
    ) -> None:
        if not encryption_key:
            raise UserError("EncryptedSession needs an encryption_key, such as Fernet.generate_key().decode().")
        if max_scan_items is not None and max_scan_items < 1:
            raise UserError(f"EncryptedSession: max_scan_items must be positive or None, not {max_scan_items}.")
        if isinstance(underlying_session, SummarizedSession):
            name = type(underlying_session).__name__
            raise UserError(f"A summary of sealed items is none: put the {name} around the EncryptedSession.")
        self.session_id = session_id
        self.underlying_session: Any = underlying_session
        self.ttl = ttl
        self.max_scan_items = max_scan_items
        self.cipher = _cipher(encryption_key, session_id)

    def __repr__(self) -> str:
        return f"EncryptedSession({self.session_id!r}, {self.underlying_session!r})"

    @property
    def session_settings(self) -> SessionSettings | None:
        """How the session is read: the settings are those of the other session."""
        return cast("SessionSettings | None", self.underlying_session.session_settings)

    @session_settings.setter
    def session_settings(self, value: SessionSettings | None) -> None:
        self.underlying_session.session_settings = value

    def __getattr__(self, name: str) -> Any:
        """Whatever else the other session can do, such as ``close``."""
        if name == "underlying_session":  # not set yet
            raise AttributeError(name)
        return getattr(self.underlying_session, name)

    async def get_items(
        self, limit: int | None = None, *, wrapper: RunContextWrapper[Any] | None = None
    ) -> list[TResponseInputItem]:
        """The latest ``limit`` items that are not expired, oldest first.

        Raises:
            SessionDataError: An item was sealed with another key or for another session, or is damaged.
            SessionError: ``max_scan_items`` does not suffice, or the other session fails.
        """
        wanted = resolve_session_limit(limit, self.session_settings)
        if wanted == 0:
            return []
        window = self.max_scan_items if wanted is None else min(wanted, self.max_scan_items or wanted)
        while True:
            size = window if window is not None else 2**31 - 1
            stored = await call_session(self.underlying_session.get_items, size, wrapper=wrapper)
            items = [item for sealed in stored if (item := self._open(sealed)) is not None]
            if wanted is not None and len(items) >= wanted:
                return items[-wanted:]
            if window is None or len(stored) < window:
                return items
            if self.max_scan_items is not None and window >= self.max_scan_items:
                raise SessionError(
                    f"the last {window} items do not hold all that was asked for: raise max_scan_items",
                    session_id=self.session_id,
                )
            window = min(window * 2, self.max_scan_items or window * 2)

    async def add_items(
        self, items: list[TResponseInputItem], *, wrapper: RunContextWrapper[Any] | None = None
    ) -> None:
        """Seal items, and store them after those that are there."""
        sealed = [self._seal(item) for item in items]
        await call_session(self.underlying_session.add_items, sealed, wrapper=wrapper)

    async def pop_item(self, *, wrapper: RunContextWrapper[Any] | None = None) -> TResponseInputItem | None:
        """Remove the last item that is not expired, and return it. Expired ones after it go as well.

        Raises:
            SessionDataError: It cannot be opened, and stays where it was.
        """
        return await settle(self._pop(wrapper))  # between taking an item out and putting it back, it is nowhere

    async def _pop(self, wrapper: RunContextWrapper[Any] | None) -> TResponseInputItem | None:
        while (sealed := await call_session(self.underlying_session.pop_item, wrapper=wrapper)) is not None:
            try:
                item = self._open(sealed)
            except SessionDataError:
                await call_session(self.underlying_session.add_items, [sealed], wrapper=wrapper)
                raise
            if item is not None:
                return item
        return None

    async def clear_session(self, *, wrapper: RunContextWrapper[Any] | None = None) -> None:
        """Remove all items."""
        await call_session(self.underlying_session.clear_session, wrapper=wrapper)

    def _seal(self, item: TResponseInputItem) -> TResponseInputItem:
        token = self.cipher.encrypt(to_text(item, ascii_only=False).encode()).decode()
        envelope: EncryptedEnvelope = {"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": token}
        return cast("TResponseInputItem", envelope)

    def _open(self, stored: Any) -> TResponseInputItem | None:
        """The item in an envelope; ``None`` where it has expired, or is none of ours.

        Raises:
            SessionDataError: The envelope cannot be opened.
        """
        if not isinstance(stored, dict) or stored.get("__enc__") != 1 or not isinstance(stored.get("payload"), str):
            logger.warning("Session %r: an item that is not encrypted was left out.", self.session_id)
            return None
        token = stored["payload"].encode()
        try:
            if self.cipher.extract_timestamp(token) + self.ttl < time.time():
                return None
            sealed = self.cipher.decrypt(token)
        except InvalidToken as error:
            raise SessionDataError(
                "an item was encrypted with another key or for another session_id, or is damaged",
                session_id=self.session_id,
            ) from error
        return from_text(sealed, self.session_id, "an encrypted item")


def _cipher(secret: str, session_id: str) -> Fernet:
    """The cipher of one session: the same secret opens it again after a restart."""
    derived = HKDF(
        algorithm=hashes.SHA256(), length=32, salt=session_id.encode(), info=b"agents.session-store.hkdf.v1"
    ).derive(_secret_bytes(secret))
    return Fernet(base64.urlsafe_b64encode(derived))


def _secret_bytes(secret: str) -> bytes:
    """A Fernet key as the bytes that it spells, any other secret as it is written."""
    try:
        key = base64.urlsafe_b64decode(secret)
    except (binascii.Error, ValueError):
        return secret.encode()
    return key if len(key) == 32 else secret.encode()
