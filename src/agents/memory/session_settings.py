"""How a session is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from ..exceptions import UserError
from ..util import lazy_pydantic as pydantic
from ..util._checked import checked


@checked
@dataclass
class SessionSettings:
    """How a session is read.

    Raises:
        UserError: The limit is below zero.
        pydantic.ValidationError: It is no whole number.
    """

    limit: pydantic.StrictInt | None = None
    """How many of the latest items a run reads; ``None`` for all. The others stay stored."""

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 0:
            raise _no_limit(self.limit)

    def resolve(self, override: SessionSettings | Mapping[str, Any] | None) -> SessionSettings:
        """These settings, and over them what ``override`` says."""
        if override is None:
            return self
        given = coerce_session_settings(override)
        said = {field.name: value for field in fields(given) if (value := getattr(given, field.name)) is not None}
        return replace(self, **said)

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain data."""
        return asdict(self)


def _no_limit(value: object) -> UserError:
    return UserError(f"SessionSettings: limit must be 0 or more, or None for all items, not {value!r}.")


def coerce_session_settings(value: SessionSettings | Mapping[str, Any]) -> SessionSettings:
    """Settings, from settings or a mapping of their fields.

    Raises:
        UserError: It is neither, or names a field that there is not.
    """
    if isinstance(value, SessionSettings):
        return value
    if not isinstance(value, Mapping):
        raise UserError(f"session_settings must be SessionSettings, or a dict of its fields, not {value!r}.")
    known = [field.name for field in fields(SessionSettings)]
    if unknown := [str(name) for name in value if name not in known]:
        raise UserError(f"SessionSettings has no {', '.join(unknown)}. It has: {', '.join(known)}.")
    return SessionSettings(**value)


def resolve_session_limit(
    explicit_limit: int | None, settings: SessionSettings | Mapping[str, Any] | None
) -> int | None:
    """How many items to read: as many as the call says, or else the settings; ``None`` for all.

    Raises:
        UserError: The number is negative, or none.
    """
    if explicit_limit is not None or settings is None:
        try:
            return SessionSettings(explicit_limit).limit
        except pydantic.ValidationError as error:
            raise _no_limit(explicit_limit) from error
    return coerce_session_settings(settings).limit
