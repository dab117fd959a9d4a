"""What the services sign and check again: thinking blocks and thought signatures.

A seal proves itself (an HMAC under a key of this server), so nothing need be kept to check one. What a script
words by hand, and which reasoning a tool call rests on, is remembered, up to a limit. Above: the protocol
modules.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from typing import Any

__all__ = ["Seals"]

_REMEMBERED = 10_000


class Seals:
    """Signs text within a scope (a model, say), and tells genuine seals from altered and foreign ones."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._known: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def sign(self, text: str, scope: str = "") -> str:
        """A seal on this text."""
        digest = hashlib.sha256(text.encode()).digest()[:16]
        return base64.b64encode(digest + self._mac(digest, scope)).decode()

    def genuine(self, seal: str, scope: str = "") -> bool:
        """Whether this server made the seal, on whatever text."""
        if ("seal:" + scope, seal) in self._known:
            return True
        try:
            raw = base64.b64decode(seal, validate=True)
        except (binascii.Error, ValueError):
            return False
        return len(raw) == 32 and hmac.compare_digest(raw[16:], self._mac(raw[:16], scope))

    def holds(self, seal: str, text: str, scope: str = "") -> bool:
        """Whether this server made the seal on this very text."""
        known = self._known.get(("seal:" + scope, seal))
        return known == text or (known is None and hmac.compare_digest(seal.encode(), self.sign(text, scope).encode()))

    def adopt(self, seal: str, text: str, scope: str = "") -> None:
        """Take a seal that a script worded by hand for one of this server's."""
        self.remember("seal:" + scope, seal, text)

    def remember(self, kind: str, key: str, value: Any) -> None:
        """Keep a fact under (kind, key); the oldest facts are forgotten first."""
        self._known[(kind, key)] = value
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def recall(self, kind: str, key: str) -> Any:
        """The fact kept under (kind, key), or None."""
        return self._known.get((kind, key))

    def _mac(self, digest: bytes, scope: str) -> bytes:
        return hmac.new(self._key, scope.encode() + b"\0" + digest, hashlib.sha256).digest()[:16]
