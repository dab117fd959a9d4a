"""Look-ups in Responses items, and the ways from what a model or a tool gave to what a model reads next.

``items`` is above, which exports these names. Below: ``native_calls`` and ``tool_output``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from . import openai_types as oai
from .exceptions import AgentsException, ModelBehaviorError
from .native_calls import copy_caller, field_of
from .tool_output import json_object, tool_output_to_input

if TYPE_CHECKING:
    from openai.types.responses import ResponseFunctionToolCall
    from openai.types.responses.response_input_item_param import FunctionCallOutput
    from pydantic import TypeAdapter

    from .items import MessageOutputItem, RunItem, TResponseInputItem, TResponseOutputItem


def output_to_input(raw_item: Any) -> TResponseInputItem:
    """An output item, or a dict of one, as an input item; a field that only servers may set is left out."""
    if isinstance(raw_item, Mapping):
        payload = {name: _listed(each) if isinstance(each, Iterator) else each for name, each in raw_item.items()}
    elif hasattr(raw_item, "model_dump"):
        payload = raw_item.model_dump(exclude_unset=True)
    else:
        raise AgentsException(f"An item must be a dict or a Responses object, not {type(raw_item).__name__}.")
    payload.pop("created_by", None)
    return cast("TResponseInputItem", payload)


def _listed(value: Any) -> Any:
    """A value without the iterators that pydantic leaves where it checks an ``Iterable``: they can be read once."""
    if isinstance(value, Mapping):
        return {name: _listed(each) for name, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, (Iterator, list)) else value


def call_name_of(name: str, namespace: str | None) -> str:
    """The name under which a model calls the tool ``name`` of ``namespace``, where it knows no namespaces.

    Responses gives a tool that was found by searching, and is in no namespace, its own name for one.
    """
    if not namespace or namespace == name:
        return name
    return f"{re.sub(r'[^a-zA-Z0-9_-]', '_', namespace)}__{name}"


def coerce_tool_search_call_raw_item(raw_item: Any) -> Any:
    """A search for tools as its object of the ``openai`` types, or as a dict where it does not fit one.

    Raises:
        AgentsException: It is something else.
    """
    return _coerced(raw_item, "tool_search_call", "ResponseToolSearchCall")


def coerce_tool_search_output_raw_item(raw_item: Any) -> Any:
    """What a search for tools found as its object of the ``openai`` types, or as a dict where it does not fit one.

    Raises:
        AgentsException: It is something else.
    """
    return _coerced(raw_item, "tool_search_output", "ResponseToolSearchOutputItem")


def _coerced(raw_item: Any, kind: str, name: str) -> Any:
    found = field_of(raw_item, "type")
    if found != kind:
        raise AgentsException(f"An item of type {kind!r} was expected, not {found or type(raw_item).__name__!r}.")
    if not isinstance(raw_item, Mapping):
        return raw_item
    try:
        return getattr(oai, name).model_validate(raw_item)
    except ValueError:
        return dict(raw_item)


class ItemHelpers:
    """Common look-ups in items."""

    @classmethod
    def extract_last_content(cls, message: TResponseOutputItem) -> str:
        """The last text or refusal of a message; empty for any other item.

        Raises:
            ModelBehaviorError: The last part is neither text nor refusal.
        """
        if message.type != "message" or not message.content:
            return ""
        last = message.content[-1]
        if last.type == "output_text":
            return last.text or ""
        if last.type == "refusal":
            return last.refusal
        raise ModelBehaviorError(f"A message part is text or a refusal, not {last.type!r}.")

    @classmethod
    def extract_last_text(cls, message: TResponseOutputItem) -> str | None:
        """The last part of a message, if it is text."""
        if message.type == "message" and message.content and message.content[-1].type == "output_text":
            return message.content[-1].text
        return None

    @classmethod
    def extract_text(cls, message: TResponseOutputItem) -> str | None:
        """All text of a message; ``None`` where there is none."""
        if message.type != "message":
            return None
        return "".join(part.text or "" for part in message.content if part.type == "output_text") or None

    @classmethod
    def extract_refusal(cls, message: TResponseOutputItem) -> str | None:
        """The refusal in a message; ``None`` where there is none."""
        if message.type != "message":
            return None
        return "".join(part.refusal for part in message.content if part.type == "refusal") or None

    @classmethod
    def input_to_new_input_list(cls, input: str | list[TResponseInputItem]) -> list[TResponseInputItem]:
        """A string or a list of items, as a new list of items."""
        if isinstance(input, str):
            return [{"content": input, "role": "user"}]
        return [output_to_input(item) for item in input]

    @classmethod
    def tool_call_output_item(
        cls,
        tool_call: ResponseFunctionToolCall,
        output: Any,
        *,
        output_json_schema: dict[str, Any] | None = None,
        output_type_adapter: TypeAdapter[Any] | None = None,
    ) -> FunctionCallOutput:
        """What a tool returned, as the item that answers its call; with a schema or type, as the JSON of an object.

        Raises:
            UserError: It is not of the type, or no object.
        """
        typed = output_json_schema is not None or output_type_adapter is not None
        told = json_object(output, output_type_adapter) if typed else tool_output_to_input(output)
        item = {"call_id": tool_call.call_id, "output": told, "type": "function_call_output"}
        copy_caller(tool_call, item)
        return cast("FunctionCallOutput", item)

    @classmethod
    def copy_tool_call_caller(cls, tool_call: Any, output_item: dict[str, Any]) -> None:
        """Note on the answer to a call who called, where the call says it: the model, or a program that it wrote."""
        copy_caller(tool_call, output_item)

    @classmethod
    def text_message_outputs(cls, items: Iterable[RunItem]) -> str:
        """The text of all messages among the items."""
        return "".join(cls.text_message_output(i) for i in items if i.type == "message_output_item")

    @classmethod
    def text_message_output(cls, message: MessageOutputItem) -> str:
        """The text of one message."""
        return cls.extract_text(message.raw_item) or ""
