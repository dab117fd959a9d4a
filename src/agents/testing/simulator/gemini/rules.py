"""What a Gemini conversation may do: calls and their responses, thought signatures, options that exclude
others.

Error texts follow those that users of the service report. Sources: Google's pages on function calling and on
thought signatures (the first call of a step carries the signature; it returns on the same part, to the same
model).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.json_schema import gemini_schema_problem, schema_problem
from agents.testing.simulator.script import Ask, Tool, ToolCall, ToolResult
from agents.testing.simulator.seals import Seals
from agents.testing.simulator.wire import compact, estimate

from .models import check_thinking, modern
from .shape import dotted, invalid

__all__ = ["call_text", "check_options", "check_turns", "in_neutral_words", "scope"]

_FUNCTION_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}")
_DUMMIES = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")


def scope(model: str) -> str:
    """Within what a signature holds: this model."""
    return f"gemini:{model}"


def call_text(call: Mapping[str, Any]) -> str:
    """What the signature of a function call signs."""
    return json.dumps([call["name"], call.get("args") or {}], sort_keys=True)


# --- Options --------------------------------------------------------------------------------------


def _declarations(body: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"tools[{i}].function_declarations[{j}]", declaration)
        for i, tool in enumerate(body.get("tools", ()))
        for j, declaration in enumerate(tool.get("functionDeclarations", ()))
    ]


def check_options(model: str, body: Mapping[str, Any]) -> None:
    """Declarations, schemas, and options that exclude or need one another."""
    declared = _declarations(body)
    for where, declaration in declared:
        _check_declaration(where, declaration)
    names = [declaration["name"] for _, declaration in declared]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise invalid(f"Duplicate function declaration found: {twice}")
    _check_tool_config(model, body, names)
    _check_generation(model, body, bool(names))


def _check_declaration(where: str, declaration: Mapping[str, Any]) -> None:
    if not _FUNCTION_NAME.fullmatch(declaration["name"]):
        raise invalid(
            f"* GenerateContentRequest.{where}.name: Invalid function name. Must start with a letter or an "
            "underscore. "
            "Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with "
            "a maximum "
            "length of 128.\n"
        )
    if "parameters" in declaration and "parametersJsonSchema" in declaration:
        raise invalid(
            f"* GenerateContentRequest.{where}: only one of parameters and parameters_json_schema may be set.\n"
        )
    if "parameters" in declaration:
        _check_schema(f"{where}.parameters", declaration["parameters"])
    _check_json_schema(f"{where}.parameters_json_schema", declaration.get("parametersJsonSchema", {}))


def _check_json_schema(where: str, schema: Any) -> None:
    problem = schema_problem(schema)
    if problem:
        raise invalid(f"* GenerateContentRequest.{where}: {problem}\n")


def _check_schema(where: str, schema: Any) -> None:
    found = gemini_schema_problem(schema)
    if found is None:
        _check_json_schema(where, schema)
        return
    path, kind, offender = found
    at = ".".join([where, *path])
    if kind == "unknown":
        message = f"Invalid JSON payload received. Unknown name \"{offender}\" at '{at}': Cannot find field."
        raise invalid(message, (at, message))
    if kind == "missing":
        raise invalid(f"* GenerateContentRequest.{at}: missing field.\n")
    if kind == "undefined":
        raise invalid(f"* GenerateContentRequest.{at}: property is not defined\n")
    kind = "type.googleapis.com/google.ai.generativelanguage.v1beta.Type"
    message = f"Invalid value at '{at}' ({kind}), {offender!r}"
    raise invalid(message, (at, message))


def _check_tool_config(model: str, body: Mapping[str, Any], names: list[str]) -> None:
    config = body.get("toolConfig", {}).get("functionCallingConfig")
    if config and not names and config.get("mode", "AUTO") not in ("NONE", "AUTO"):
        raise invalid("Function calling config is set without function_declarations.")
    allowed = (config or {}).get("allowedFunctionNames", [])
    if allowed and (config or {}).get("mode") not in ("ANY", "VALIDATED"):
        raise invalid("Allowed function names can be set only when function calling mode is ANY or VALIDATED.")
    for name in allowed:
        if name not in names:
            raise invalid(f"Function calling config contains a name that is not declared: {name}")


def _check_generation(model: str, body: Mapping[str, Any], tools: bool) -> None:
    config = body.get("generationConfig", {})
    mime = config.get("responseMimeType", "text/plain")
    if "responseSchema" in config and "responseJsonSchema" in config:
        raise invalid("Only one of response_schema and response_json_schema may be set.")
    if ("responseSchema" in config or "responseJsonSchema" in config) and mime == "text/plain":
        raise invalid("Response schema is only supported with response_mime_type 'application/json' or 'text/x.enum'.")
    if "responseSchema" in config:
        _check_schema("generation_config.response_schema", config["responseSchema"])
    _check_json_schema("generation_config.response_json_schema", config.get("responseJsonSchema", {}))
    if mime == "application/json" and tools and not modern(model):
        raise invalid("Function calling with a response mime type: 'application/json' is unsupported")
    if config.get("logprobs") and not config.get("responseLogprobs"):
        raise invalid("logprobs may only be set when response_logprobs is true.")
    check_thinking(model, config.get("thinkingConfig", {}))


# --- Turns ----------------------------------------------------------------------------------------


def _calls(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [part["functionCall"] for part in content.get("parts", ()) if "functionCall" in part]


def _responses(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [part["functionResponse"] for part in content.get("parts", ()) if "functionResponse" in part]


def check_turns(model: str, body: Mapping[str, Any], seals: Seals) -> None:
    """The rules of a conversation."""
    contents = body.get("contents")
    if not contents:
        raise invalid("* GenerateContentRequest.contents: contents is not specified\n")
    for index, content in enumerate(contents):
        _check_content(model, index, content)
    _check_pairs(contents)
    _check_signatures(model, contents, seals)


_DATA = (
    "text inlineData fileData functionCall functionResponse executableCode codeExecutionResult toolCall toolResponse"
)


def _check_content(model: str, index: int, content: Mapping[str, Any]) -> None:
    where = f"* GenerateContentRequest.contents[{index}]"
    role = content.get("role", "user")
    # Older models still read results under a role of their own.
    if role not in ("user", "model") and not (role == "function" and not modern(model)):
        raise invalid("Please use a valid role: user, model.")
    if not content.get("parts"):
        raise invalid(f"{where}.parts: contents.parts must not be empty.\n")
    for position, part in enumerate(content["parts"]):
        kinds = [key for key in _DATA.split() if key in part]
        if len(kinds) != 1:
            raise invalid(
                f"{where}.parts[{position}].data: required oneof field 'data' must have one initialized field\n"
            )
        if "inlineData" in part:
            _check_blob(f"contents[{index}].parts[{position}].inline_data", part["inlineData"])
        for key in ("functionCall", "functionResponse"):
            if key in part and not part[key]["name"]:
                at = f"{where}.parts[{position}].{dotted((key,))}.name"
                raise invalid(f"{at}: Name cannot be empty.\n")
    if (role == "model" and _responses(content)) or (role != "model" and _calls(content)):
        raise invalid("Please ensure that function calls have the role model, and function responses the role user.")


_MEDIA = re.compile(r"(image/(png|jpeg|webp|heic|heif)|audio|video|text)(/.+)?|application/(pdf|json|x-javascript|rtf)")


def _check_blob(where: str, blob: Mapping[str, Any]) -> None:
    """Media that the models read (ai.google.dev/gemini-api/docs/image-understanding), as base64 of either alphabet.

    Source of the errors: github.com/brianpetro/obsidian-smart-connections/issues/1238, and the JSON form of protocol
    buffers, which reads bytes before the service does.
    """
    try:
        data = blob["data"].replace("-", "+").replace("_", "/").rstrip("=")
        base64.b64decode(data + "=" * (-len(data) % 4), validate=True)
    except ValueError:
        message = f"Invalid value at '{where}.data' (TYPE_BYTES), Base64 decoding failed for \"{blob['data'][:64]}\""
        raise invalid(message, (f"{where}.data", message)) from None
    if not _MEDIA.fullmatch(blob["mimeType"].partition(";")[0]):
        raise invalid(f"Unsupported MIME type: {blob['mimeType']}")


def _check_pairs(contents: list[dict[str, Any]]) -> None:
    for index, content in enumerate(contents):
        calls, before = _calls(content), contents[index - 1] if index else None
        if calls and (before is None or before.get("role") == "model"):
            raise invalid(
                "Please ensure that function call turn comes immediately after a user turn or after a "
                "function response turn."
            )
        if _responses(content) and not (before and _calls(before)):
            raise invalid("Please ensure that function response turn comes immediately after a function call turn.")
        if not calls:
            continue
        answers = _responses(contents[index + 1]) if index + 1 < len(contents) else []
        if len(answers) != len(calls):
            raise invalid(
                "Please ensure that the number of function response parts is equal to the number of "
                "function call parts of "
                "the function call turn."
            )
        _check_match(calls, answers)


def _check_match(calls: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    if sorted(each["name"] for each in calls) != sorted(each["name"] for each in answers):
        raise invalid(
            "Please ensure that the function response names match the names of the function calls of the turn."
        )
    ids, given = [each.get("id") for each in calls], [each.get("id") for each in answers]
    if all(ids) and any(given) and sorted(map(str, ids)) != sorted(map(str, given)):
        raise invalid("Please ensure that the function response ids match the ids of the function calls of the turn.")


def _check_signatures(model: str, contents: list[dict[str, Any]], seals: Seals) -> None:
    spoken = [i for i, each in enumerate(contents) if each.get("role", "user") == "user" and not _responses(each)]
    start = spoken[-1] if spoken else 0
    for index, content in enumerate(contents):
        for part in content.get("parts", ()):
            signature = part.get("thoughtSignature")
            if signature and not _accepted(model, part, signature, seals):
                raise invalid("Thought signature is not valid.")
        first = next((part for part in content.get("parts", ()) if "functionCall" in part), None)
        if first and index > start and modern(model) and "thoughtSignature" not in first:
            raise invalid(
                "Function call is missing a thought_signature in functionCall parts. This is required for "
                "tools to work "
                "correctly, and missing thought_signature may lead to degraded model performance. "
                "Additional data, function "
                f"call `default_api:{first['functionCall']['name']}` , position {index + 1}. Please refer to "
                "https://ai.google.dev/gemini-api/docs/thought-signatures for more details."
            )


def _accepted(model: str, part: Mapping[str, Any], signature: str, seals: Seals) -> bool:
    # The field is bytes: both base64 alphabets are read, padded or not.
    seal = signature.replace("-", "+").replace("_", "/")
    seal += "=" * (-len(seal) % 4)
    if signature in _DUMMIES or any(seal == base64.b64encode(dummy.encode()).decode() for dummy in _DUMMIES):
        return True
    call = part.get("functionCall")
    return seals.holds(seal, call_text(call), scope(model)) if call else seals.genuine(seal, scope(model))


# --- The request in neutral words -----------------------------------------------------------------


def in_neutral_words(name: str, model: str, body: Mapping[str, Any], stream: bool, array: bool) -> Ask:
    """The request as the script and the assistant see it; `wire["array"]` says how to frame a stream."""
    user, calls, results = "", list[ToolCall](), list[ToolResult]()
    for content in body["contents"]:
        text = "".join(part.get("text", "") for part in content["parts"] if not part.get("thought"))
        if content.get("role", "user") == "user" and text.strip():
            user = text
            if not _responses(content):
                calls, results = [], []
        calls += [ToolCall(call["name"], call.get("args") or {}, call.get("id")) for call in _calls(content)]
        results += [ToolResult(each["name"], _flat(each["response"])) for each in _responses(content)]
    config = body.get("generationConfig", {})
    calling = body.get("toolConfig", {}).get("functionCallingConfig", {})
    allowed = calling.get("allowedFunctionNames")
    tools = [each for _, each in _declarations(body) if not allowed or each["name"] in allowed]
    schema = config.get("responseSchema", config.get("responseJsonSchema"))
    return Ask(
        protocol=name,
        model=model,
        body=body,
        stream=stream,
        user_text=user,
        tools=[
            Tool(
                each["name"],
                each.get("description", ""),
                each.get("parameters", each.get("parametersJsonSchema")) or {},
            )
            for each in tools
        ],
        choice={"ANY": "required", "NONE": "none"}.get(calling.get("mode", "AUTO"), "auto"),
        calls=calls,
        results=results,
        schema=schema,
        json_mode=config.get("responseMimeType") == "application/json" and schema is None,
        reasoning=bool(config.get("thinkingConfig", {}).get("includeThoughts")),
        max_tokens=config.get("maxOutputTokens"),
        stops=config.get("stopSequences", []),
        prompt_tokens=estimate(compact([body.get("systemInstruction", ""), body["contents"], body.get("tools", [])])),
        wire={
            "array": array,
            **({"headers": {"content-type": "application/json; charset=UTF-8"}} if array else {}),
        },
    )


def _flat(response: Mapping[str, Any]) -> str:
    if set(response) <= {"output", "result", "content", "error"} and len(response) == 1:
        value = next(iter(response.values()))
        return value if isinstance(value, str) else compact(value)
    return compact(response)
