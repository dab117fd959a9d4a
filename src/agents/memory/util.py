"""What a run asks of its caller about a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from ..items import TResponseInputItem

SessionInputCallback: TypeAlias = Callable[
    [list["TResponseInputItem"], list["TResponseInputItem"]],
    Union[Awaitable[list["TResponseInputItem"]], list["TResponseInputItem"]],
]
"""Puts together what a run reads, from the session's history and the run's new input; sync or async.

Of what it returns, all that was not in the history is stored with the run.
"""
