"""Items of tools that ran at a provider: what they look like while they are made, and in words for another reader.

``assembly`` makes them for the protocols whose answers hold blocks or parts of their own; ``history`` tells other
models of them. What their maker wants back stands verbatim in ``provider_data["replay"]``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import openai_types as oai
from .base import Item


@dataclass(frozen=True, slots=True)
class HostedForm:
    """How items of one kind are built, and which events tell of them; all are names of ``openai.types.responses``."""

    prefix: str
    """What their ids begin with."""
    item: str
    opening: tuple[str, ...] = ()
    spoken: tuple[str, str, str] | None = None
    """A field that the model writes, the event of a piece of it, and that of its end."""
    closing: tuple[str, ...] = ()


FORMS: Mapping[str, HostedForm] = {
    "web_search_call": HostedForm(
        "ws",
        "ResponseFunctionWebSearch",
        ("ResponseWebSearchCallInProgressEvent", "ResponseWebSearchCallSearchingEvent"),
        closing=("ResponseWebSearchCallCompletedEvent",),
    ),
    "file_search_call": HostedForm(
        "fs",
        "ResponseFileSearchToolCall",
        ("ResponseFileSearchCallInProgressEvent", "ResponseFileSearchCallSearchingEvent"),
        closing=("ResponseFileSearchCallCompletedEvent",),
    ),
    "code_interpreter_call": HostedForm(
        "ci",
        "ResponseCodeInterpreterToolCall",
        ("ResponseCodeInterpreterCallInProgressEvent",),
        ("code", "ResponseCodeInterpreterCallCodeDeltaEvent", "ResponseCodeInterpreterCallCodeDoneEvent"),
        ("ResponseCodeInterpreterCallInterpretingEvent", "ResponseCodeInterpreterCallCompletedEvent"),
    ),
    "image_generation_call": HostedForm(
        "ig",
        "ImageGenerationCall",
        ("ResponseImageGenCallInProgressEvent", "ResponseImageGenCallGeneratingEvent"),
        closing=("ResponseImageGenCallCompletedEvent",),
    ),
    "mcp_call": HostedForm(
        "mcp",
        "McpCall",
        ("ResponseMcpCallInProgressEvent",),
        ("arguments", "ResponseMcpCallArgumentsDeltaEvent", "ResponseMcpCallArgumentsDoneEvent"),
        ("ResponseMcpCallCompletedEvent",),
    ),
    "mcp_list_tools": HostedForm(
        "mcpl",
        "McpListTools",
        ("ResponseMcpListToolsInProgressEvent",),
        closing=("ResponseMcpListToolsCompletedEvent",),
    ),
    "tool_search_call": HostedForm("tsc", "ResponseToolSearchCall"),
    "tool_search_output": HostedForm("tso", "ResponseToolSearchOutputItem"),
}

HOSTED = frozenset({*FORMS, "mcp_approval_request", "mcp_approval_response", "program", "program_output"})
"""The items of hosted tools, by type."""


def built(form: HostedForm, fields: Mapping[str, Any]) -> Any:
    """The object of an item; releases of ``openai`` differ in fields such as errors, which are then as they are."""
    kind = getattr(oai, form.item)
    try:
        return kind(**fields)
    except ValueError:
        return kind.construct(**fields)


class HostedItem:
    """An item that is being made."""

    __slots__ = ("data", "fields", "form", "id", "index", "kind", "open")

    def __init__(self, kind: str, id: str, index: int, fields: Mapping[str, Any]) -> None:
        self.kind = kind
        self.form = FORMS[kind]
        self.id = id
        self.index = index
        self.fields = dict(fields)
        self.data: dict[str, Any] = {}
        self.open = True


def in_words(item: Item) -> dict[str, Any] | None:
    """An item as a reader can be told of it that did not make it; ``None`` where there is nothing to tell."""
    telling = _WORDS.get(item["type"])
    text = telling(item) if telling is not None else ""
    if not text:
        return None
    told: dict[str, Any] = {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": f"({text})", "annotations": []}],
    }
    made = item.get("provider_data")
    if isinstance(made, Mapping):  # it is still part of that answer
        told["provider_data"] = {name: made[name] for name in ("provider", "model", "response_id") if name in made}
    return told


def _of_web_search(item: Item) -> str:
    action = _mapping(item.get("action"))
    if action.get("url"):
        return f"Web page opened: {action['url']}"
    asked = _listed(action.get("queries") or [action.get("query")])
    found = _listed(_mapping(source).get("url") for source in action.get("sources") or ())
    return f"Web search{_after(': ', asked)}{_after('. Found: ', found)}" if asked or found else ""


def _of_file_search(item: Item) -> str:
    results = [_mapping(result) for result in item.get("results") or ()]
    found = [_after("", result.get("filename")) + _after(": ", result.get("text")) for result in results]
    return f"File search{_after(': ', _listed(item.get('queries') or ()))}{_after('. Found: ', _listed(found))}"


def _of_code(item: Item) -> str:
    outputs = [_mapping(output) for output in item.get("outputs") or ()]
    logs = "\n".join(str(output.get("logs") or output.get("url") or "") for output in outputs)
    return f"Code was run:\n{item.get('code') or ''}{_after(chr(10) + 'Output:' + chr(10), logs)}"


def _of_image(item: Item) -> str:
    return f"An image was made{_after(': ', item.get('revised_prompt'))}"


def _of_mcp_call(item: Item) -> str:
    called = (
        f"Tool {item.get('name')!r} of {item.get('server_label')!r} was called with {item.get('arguments') or '{}'}"
    )
    error = item.get("error")
    error = error if isinstance(error, str) or error is None else json.dumps(error, default=str)
    return called + _after(". Output: ", item.get("output")) + _after(". Error: ", error)


def _of_program(item: Item) -> str:
    return f"A program was run:\n{item.get('code') or ''}"


def _of_program_output(item: Item) -> str:
    return f"The result of the program: {item.get('result') or ''}"


_WORDS: Mapping[str, Callable[[Item], str]] = {
    "web_search_call": _of_web_search,
    "file_search_call": _of_file_search,
    "code_interpreter_call": _of_code,
    "image_generation_call": _of_image,
    "mcp_call": _of_mcp_call,
    "program": _of_program,
    "program_output": _of_program_output,
}
"""What there is to tell; which tools there are, or were found or approved, is no part of a conversation."""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(str(value) for value in values if value)


def _after(lead: str, text: Any) -> str:
    return f"{lead}{text}" if text else ""
