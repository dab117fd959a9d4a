"""What a Responses request may ask for: options that need or exclude one another, tools, formats, media parts.

Error texts follow those that users of the service report; each rule is one the service is known to answer
with 400.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.testing.simulator.json_schema import openai_function_problem, openai_strict_problem, schema_problem
from agents.testing.simulator.openai_chat.models import check_responses_model
from agents.testing.simulator.openai_chat.shape import refuse
from agents.testing.simulator.wire import compact

from .hosted import check_hosted

__all__ = ["check_format", "check_options", "check_parts", "check_tools"]


def check_options(body: Mapping[str, Any]) -> None:
    """Options that exclude or need one another."""
    if "stream_options" in body and not body.get("stream"):
        raise refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    if "previous_response_id" in body and "conversation" in body:
        raise refuse(
            "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only "
            "providing one of: 'previous_response_id' or 'conversation'.",
            "previous_response_id",
            "mutually_exclusive_parameters",
        )
    if not body["input"] and not {"previous_response_id", "conversation", "prompt"} & set(body):
        raise refuse(
            "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation_id' must be provided.",
            "input",
            "missing_required_parameter",
        )
    if "top_logprobs" in body and "message.output_text.logprobs" not in body.get("include", ()):
        raise refuse(
            "'include' must contain 'message.output_text.logprobs' when 'top_logprobs' is specified.", "top_logprobs"
        )
    check_responses_model(body)
    if body.get("background"):
        raise refuse("Background mode is not part of the simulator.", "background", "unsupported_parameter")


def check_tools(body: Mapping[str, Any]) -> None:
    """Tools, what may only come with tools, and their schemas."""
    tools = body.get("tools", [])
    choice = body.get("tool_choice", "auto")
    if not tools and choice not in ("auto", "none"):
        wanted = choice if isinstance(choice, str) else choice["type"]
        raise refuse(f"Tool choice '{wanted}' must be specified with 'tools' parameter.", "tool_choice")
    # github.com/pydantic/pydantic-ai/pull/4935: a 400 here as on Chat Completions.
    if not tools and "parallel_tool_calls" in body:
        raise refuse(
            "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are "
            "specified.",
            "parallel_tool_calls",
        )
    offered = {(tool["type"], tool.get("name")) for tool in tools}
    if isinstance(choice, dict):
        for each in choice["tools"] if choice["type"] == "allowed_tools" else [choice]:
            if each.get("type") in ("function", "custom") and (each["type"], each.get("name")) not in offered:
                raise refuse(f"Tool choice '{each.get('name')}' not found in 'tools' parameter.", "tool_choice")
    for index, tool in enumerate(tools):
        for each in tool["tools"] if tool["type"] == "namespace" else [tool]:
            _check_function(each, f"tools[{index}].parameters")
    check_hosted(body)


def _check_function(tool: Mapping[str, Any], param: str) -> None:
    if tool["type"] != "function" or "parameters" not in tool:
        return
    problem = openai_function_problem(tool["parameters"], strict=bool(tool.get("strict")))
    if problem:
        raise refuse(f"Invalid schema for function '{tool['name']}': {problem}", param, "invalid_function_parameters")


def check_format(body: Mapping[str, Any], items: list[Mapping[str, Any]]) -> None:
    """The text format and its schema; JSON mode needs the word in the conversation."""
    wanted = body.get("text", {}).get("format", {"type": "text"})
    if wanted["type"] == "json_schema":
        problem = schema_problem(wanted["schema"])
        if not problem and wanted.get("strict"):
            problem = openai_strict_problem(wanted["schema"])
        if problem:
            message = f"Invalid schema for response_format '{wanted['name']}': {problem}"
            raise refuse(message, "text.format.schema", "invalid_json_schema")
    if wanted["type"] == "json_object" and "json" not in compact(items).lower():
        raise refuse(
            "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
            "'json_object'.",
            "input",
        )


# --- Images and files -----------------------------------------------------------------------------

_SOURCES = {"input_image": ("image_url", "file_id"), "input_file": ("file_id", "file_data", "file_url")}
_FORMS: Mapping[str, tuple[str, str]] = {
    "image_url": (
        r"https?://\S+|data:image/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+",
        "Expected a valid URL, or a base64-encoded data URL with an image MIME type (e.g. "
        "'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without either.",
    ),
    "file_data": (
        r"data:[\w.+-]+/[\w.+-]+(;[\w=-]+)*;base64,[A-Za-z0-9+/=\s]+",
        "Expected a base64-encoded data URL with a MIME type (e.g. 'data:application/pdf;base64,aGVsbG8='), but "
        "got a value without the 'data:' prefix.",
    ),
    "file_url": (r"https?://\S+", "Expected a valid URL, but got a value with an invalid format."),
}


def check_parts(items: list[dict[str, Any]]) -> None:
    """An image or a file comes from exactly one source, well formed, and file data has a name."""
    for at, part in _media(items):
        given = [name for name in _SOURCES[part["type"]] if part.get(name) is not None]
        if not given:
            first = _SOURCES[part["type"]][0]
            raise refuse(f"Missing required parameter: '{at}.{first}'.", f"{at}.{first}", "missing_required_parameter")
        if len(given) > 1:
            names = " and ".join(f"'{at}.{name}'" for name in given)
            message = f"Mutually exclusive parameters: {names}. Ensure you are only providing one of them."
            raise refuse(message, at, "mutually_exclusive_parameters")
        if given == ["file_data"] and not part.get("filename"):
            param = f"{at}.filename"
            raise refuse(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
        pattern, expected = _FORMS.get(given[0], ("", ""))
        if pattern and not re.fullmatch(pattern, part[given[0]]):
            raise refuse(f"Invalid '{at}.{given[0]}'. {expected}", f"{at}.{given[0]}", "invalid_value")


def _media(items: list[dict[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every image and file, with its parameter name, in messages and in what tools gave back."""
    holders = {"message": "content", "function_call_output": "output", "custom_tool_call_output": "output"}
    for index, item in enumerate(items):
        field = holders.get(item["type"], "")
        parts = item.get(field)
        for number, part in enumerate(parts if isinstance(parts, list) else ()):
            if part["type"] in _SOURCES:
                yield f"input[{index}].{field}[{number}]", part
