"""Items as OpenAI's own stores take them, and what their failures mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from openai import APIConnectionError, APIStatusError, OpenAIError

from ..exceptions import SessionConnectionError, SessionError, UserError
from ..items import output_to_input

if TYPE_CHECKING:
    from ..items import TResponseInputItem

_MADE_BY_THE_STORE = frozenset(
    {"message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output"}
)
"""Items whose ids the store makes anew; others are known by theirs."""


def for_openai(items: Iterable[TResponseInputItem]) -> list[dict[str, Any]]:
    """Items without what is ours, and without reasoning that OpenAI cannot read."""
    taken = []
    for item in items:
        fields = cast("dict[str, Any]", output_to_input(item))
        maker = fields.pop("provider_data", None)
        kind = fields.get("type", "message")
        if kind == "reasoning":
            foreign = isinstance(maker, Mapping) and maker.get("provider") not in (None, "openai")
            if foreign or not (fields.get("id") or fields.get("encrypted_content")):
                continue
        elif kind in _MADE_BY_THE_STORE:
            fields.pop("id", None)
        taken.append(fields)
    return taken


@contextmanager
def openai_failures(session_id: str) -> Iterator[None]:
    """Turn what OpenAI's client raises into a session's errors. Keys, which 401 and 403 quote, stay out."""
    try:
        yield
    except APIConnectionError as error:
        raise SessionConnectionError(f"OpenAI cannot be reached: {error}", session_id=session_id) from error
    except APIStatusError as error:
        said = f"OpenAI answered {error.status_code}"
        if error.status_code in (401, 403):
            raise SessionError(f"{said}: see to the client's key", session_id=session_id) from None
        raise SessionError(f"{said}: {error.message}", session_id=session_id) from error
    except UnicodeError as error:
        raise UserError(f"An item holds text that JSON over HTTP cannot carry: {error}") from error
    except OpenAIError as error:
        raise SessionError(f"OpenAI's client failed: {error}", session_id=session_id) from error
