"""What Gemini refuses, by its sources: each rule by one request that breaks it."""

from __future__ import annotations

from typing import Any

from .table import Rule

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

CLOSED = {**WEATHER, "additionalProperties": False}

HI = {"role": "user", "content": "Hi"}

TURN = {"role": "user", "parts": [{"text": "Hi"}]}

DECLARED = {"functionDeclarations": [{"name": "get_weather", "parameters": WEATHER}]}

PATH = "models/{model}:generateContent"
GENERATE: dict[str, Any] = {"contents": [TURN], "tools": [DECLARED]}

DUMMY = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="


def calling(*names: str, signature: str | None = DUMMY) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"functionCall": {"name": name, "args": {}}} for name in names]
    if signature:
        parts[0]["thoughtSignature"] = signature
    return {"role": "model", "parts": parts}


def responding(*names: str, role: str = "user") -> dict[str, Any]:
    return {
        "role": role,
        "parts": [{"functionResponse": {"name": n, "response": {"result": "x"}}} for n in names],
    }


def declared(schema: dict[str, Any], key: str = "parameters") -> dict[str, Any]:
    return {"tools": [{"functionDeclarations": [{"name": "f", key: schema}]}]}


SHOWN: dict[str, Any] = {
    "tools": [DECLARED, {"googleSearch": {}}],
    "toolConfig": {"includeServerSideToolInvocations": True},
}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "parts": list(parts)}


def model(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "model", "parts": list(parts)}


def blob(kind: str, data: str) -> dict[str, Any]:
    return {"inlineData": {"mimeType": kind, "data": data}}


def thinking(**config: Any) -> dict[str, Any]:
    return {"generationConfig": {"thinkingConfig": config}}


RULES: dict[str, list[Rule]] = {
    "google-genai 3.4, types.py: the parameter types, as protocol buffers refuse them": [
        Rule(
            "a call without a name",
            {"contents": [TURN, model({"functionCall": {"args": {}}})]},
            400,
            None,
            "required field is not set",
        ),
        Rule("no tokens", {"generationConfig": {"maxOutputTokens": 0}}, 400, None, "must be at least 1"),
        Rule("hot", {"generationConfig": {"temperature": 3}}, 400, None, "must be at most 2"),
        Rule("many stops", {"generationConfig": {"stopSequences": list("abcdef")}}, 400, None, "at most 5 items"),
        Rule("empty stop", {"generationConfig": {"stopSequences": [""]}}, 400, None, "must not be empty"),
        Rule(
            "empty instruction",
            {"systemInstruction": {"parts": []}},
            400,
            None,
            "system_instruction.parts: must not be empty",
        ),
        Rule("bytes that are no JSON", {}, 400, None, "Invalid JSON payload received", content=b'{"contents": '),
        Rule(
            "data that is no base64",
            {"contents": [user(blob("image/png", "a-b=c!"))]},
            400,
            None,
            "Base64 decoding failed",
        ),
        Rule(
            "unknown model",
            {},
            404,
            None,
            "models/no-such-gemini is not found for API version v1beta",
            model="no-such-gemini",
        ),
        Rule("unknown field", {"fancy": 1}, 400, None, 'Unknown name "fancy": Cannot find field.'),
        Rule("unknown inner field", {"generationConfig": {"fancy": 1}}, 400, None, "at 'generation_config'"),
        Rule("OpenAI's messages", {"contents": ..., "messages": [HI]}, 400, None, 'Unknown name "messages"'),
        Rule(
            "response as text",
            {
                "contents": [
                    TURN,
                    calling("f"),
                    {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": "x"}}]},
                ]
            },
            400,
            None,
            "Invalid value at",
        ),
        Rule(
            "mode",
            {"toolConfig": {"functionCallingConfig": {"mode": "MUST"}}},
            400,
            None,
            "Invalid value at 'tool_config.function_calling_config.mode'",
        ),
    ],
    "Google's page on function calling; github.com/google-gemini/gemini-cli/issues/17208": [
        Rule(
            "two schemas",
            {
                "tools": [
                    {"functionDeclarations": [{"name": "f", "parameters": WEATHER, "parametersJsonSchema": WEATHER}]}
                ]
            },
            400,
            None,
            "only one of parameters",
        ),
        Rule(
            "no JSON schema at all",
            declared({"type": 3}, "parametersJsonSchema"),
            400,
            None,
            "parameters_json_schema: ",
        ),
        Rule(
            "allowed and not declared",
            {"toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["x"]}}},
            400,
            None,
            "not declared: x",
        ),
        Rule(
            "a call with an empty name",
            {"contents": [TURN, calling(""), responding("")]},
            400,
            None,
            "Name cannot be empty",
        ),
        Rule(
            "a call by the user",
            {"contents": [{**calling("f"), "role": "user"}]},
            400,
            None,
            "function calls have the role model",
        ),
        Rule(
            "ids of other calls",
            {
                "contents": [
                    TURN,
                    model({"functionCall": {"name": "f", "id": "a"}, "thoughtSignature": DUMMY}),
                    user({"functionResponse": {"name": "f", "id": "b", "response": {}}}),
                ]
            },
            400,
            None,
            "response ids match",
        ),
        Rule("no contents", {"contents": ...}, 400, None, "contents is not specified"),
        Rule("empty contents", {"contents": []}, 400, None, "contents is not specified"),
        Rule("empty parts", {"contents": [{"role": "user", "parts": []}]}, 400, None, "must not be empty"),
        Rule(
            "empty part", {"contents": [{"role": "user", "parts": [{}]}]}, 400, None, "must have one initialized field"
        ),
        Rule("role", {"contents": [{**TURN, "role": "assistant"}]}, 400, None, "valid role: user, model"),
        Rule(
            "role function",
            {"contents": [TURN, calling("f"), responding("f", role="function")]},
            400,
            None,
            "valid role",
        ),
        Rule(
            "fewer responses",
            {"contents": [TURN, calling("f", "g"), responding("f")]},
            400,
            None,
            "number of function response parts",
        ),
        Rule(
            "more responses",
            {"contents": [TURN, calling("f"), responding("f", "f")]},
            400,
            None,
            "number of function response parts",
        ),
        Rule("no responses", {"contents": [TURN, calling("f"), TURN]}, 400, None, "number of function response parts"),
        Rule(
            "responses without calls",
            {"contents": [TURN, responding("f")]},
            400,
            None,
            "immediately after a function call turn",
        ),
        Rule("responses of others", {"contents": [TURN, calling("f"), responding("g")]}, 400, None, "names match"),
        Rule("call first", {"contents": [calling("f"), responding("f")]}, 400, None, "immediately after a user turn"),
        Rule(
            "function name", {"tools": [{"functionDeclarations": [{"name": "2f"}]}]}, 400, None, "Invalid function name"
        ),
        Rule("two of a name", {"tools": [DECLARED, DECLARED]}, 400, None, "Duplicate function declaration"),
        Rule(
            "config without tools",
            {"tools": ..., "toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
            400,
            None,
            "set without function_declarations",
        ),
        Rule(
            "allowed names with AUTO",
            {"toolConfig": {"functionCallingConfig": {"allowedFunctionNames": ["get_weather"]}}},
            400,
            None,
            "mode is ANY or VALIDATED",
        ),
    ],
    "Google's page on thought signatures": [
        Rule(
            "no signature",
            {"contents": [TURN, calling("f", signature=None), responding("f")]},
            400,
            None,
            "missing a thought_signature in functionCall parts",
        ),
        Rule(
            "forged signature",
            {"contents": [TURN, calling("f", signature="Zm9yZ2Vk"), responding("f")]},
            400,
            None,
            "Thought signature is not valid",
        ),
    ],
    "Google's page on structured output: the OpenAPI subset": [
        Rule(
            "two schemas of the answer",
            {
                "generationConfig": {
                    "responseMimeType": "application/json",
                    "responseSchema": WEATHER,
                    "responseJsonSchema": WEATHER,
                }
            },
            400,
            None,
            "Only one of response_schema",
        ),
        Rule("log probabilities alone", {"generationConfig": {"logprobs": 2}}, 400, None, "response_logprobs is true"),
        Rule(
            "closed schema",
            declared(CLOSED),
            400,
            None,
            "Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters'",
        ),
        Rule(
            "type list",
            declared({"type": "object", "properties": {"a": {"type": ["string", "null"]}}}),
            400,
            None,
            "parameters.properties.a.type",
        ),
        Rule(
            "const", declared({"type": "object", "properties": {"a": {"const": 1}}}), 400, None, 'Unknown name "const"'
        ),
        Rule(
            "array without items",
            declared({"type": "object", "properties": {"a": {"type": "array"}}}),
            400,
            None,
            "items: missing field",
        ),
        Rule(
            "required but not there",
            declared({"type": "object", "required": ["a"]}),
            400,
            None,
            "property is not defined",
        ),
        Rule(
            "schema as text",
            {"generationConfig": {"responseSchema": {"type": "string"}}},
            400,
            None,
            "response_mime_type",
        ),
    ],
    "github.com/cloudwego/eino-ext/issues/761; github.com/tbphp/gpt-load/issues/188": [
        Rule(
            "built-in and functions before 3",
            {"tools": [DECLARED, {"googleSearch": {}}]},
            400,
            None,
            "unsupported by the model",
            model="gemini-2.5-flash",
        ),
        Rule(
            "invocations on Vertex",
            SHOWN,
            400,
            None,
            "is not supported",
            path="publishers/google/models/gemini-3-pro:generateContent",
        ),
        Rule(
            "invocations and AUTO",
            {**SHOWN, "toolConfig": {**SHOWN["toolConfig"], "functionCallingConfig": {"mode": "AUTO"}}},
            400,
            None,
            "mode AUTO is not supported",
        ),
        Rule(
            "built-in and JSON before 3",
            {"tools": [{"googleSearch": {}}], "generationConfig": {"responseMimeType": "application/json"}},
            400,
            None,
            "Tool use with a response mime type",
            model="gemini-2.5-flash",
        ),
        Rule("search in no store", {"tools": [{"fileSearch": {}}]}, 400, None, "file_search_store_names"),
        Rule(
            "a result without its code",
            {"contents": [TURN, model({"codeExecutionResult": {"outcome": "OUTCOME_OK"}}), TURN]},
            400,
            None,
            "comes after the part",
        ),
        Rule(
            "code without its result",
            {"contents": [TURN, model({"executableCode": {"language": "PYTHON", "code": "1"}}), TURN]},
            400,
            None,
            "has the part that answers it",
        ),
        Rule(
            "built-in and functions",
            {"tools": [DECLARED, {"googleSearch": {}}]},
            400,
            None,
            "include_server_side_tool_invocations",
        ),
        Rule(
            "json and tools before 3",
            {"generationConfig": {"responseMimeType": "application/json"}},
            400,
            None,
            "Function calling with a response mime type",
            model="gemini-2.5-flash",
        ),
    ],
    "github.com/ChatLunaLab/chatluna/issues/519; github.com/RooCodeInc/Roo-Code/issues/10700": [
        Rule(
            "level and budget",
            {"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW", "thinkingBudget": 1}}},
            400,
            None,
            "only set only one",
        ),
        Rule(
            "no budget for 2.5 Pro",
            {"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}},
            400,
            None,
            "only works in thinking mode",
            model="gemini-2.5-pro",
        ),
        Rule(
            "level before 3",
            {"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}},
            400,
            None,
            "level is not supported",
            model="gemini-2.5-flash",
        ),
    ],
    "github.com/googleapis/js-genai/issues/681": [
        Rule(
            "thinking before 2.5",
            thinking(thinkingBudget=500),
            400,
            None,
            "not supported by this model",
            model="gemini-2.0-flash",
        ),
        Rule(
            "thoughts before 2.5",
            thinking(includeThoughts=True),
            400,
            None,
            "not supported by this model",
            model="gemini-1.5-pro",
        ),
    ],
    "github.com/egoist/chatwise-releases/issues/1206; github.com/theJayTea/WritingTools/issues/282": [
        Rule(
            f"a level of {level} for {name}",
            thinking(thinkingLevel=level),
            400,
            None,
            f"Thinking level {level} is not supported for this model. Please retry with other thinking level.",
            model=name,
        )
        for name, level in (
            ("gemini-3-pro-preview", "MEDIUM"),
            ("gemini-3-pro-preview", "MINIMAL"),
            ("gemini-3.1-pro-preview", "MINIMAL"),
            ("gemini-3.8-flash", "MINIMAL"),
        )
    ],
    "github.com/RooCodeInc/Roo-Code/issues/4399; github.com/lobehub/lobehub/pull/8122": [
        Rule(
            f"a budget of {budget} for {name}",
            thinking(thinkingBudget=budget),
            400,
            None,
            f"The thinking budget ({budget}) is invalid.",
            model=name,
        )
        for name, budget in (
            ("gemini-2.5-pro", 52_428),
            ("gemini-2.5-pro", 100),
            ("gemini-2.5-flash", 30_000),
            ("gemini-2.5-flash-lite", 100),
        )
    ],
    "github.com/brianpetro/obsidian-smart-connections/issues/1238; github.com/microsoft/vscode/issues/286628": [
        Rule(
            "image/jpg", {"contents": [user(blob("image/jpg", "aGk="))]}, 400, None, "Unsupported MIME type: image/jpg"
        ),
        Rule(
            "image/gif", {"contents": [user(blob("image/gif", "aGk="))]}, 400, None, "Unsupported MIME type: image/gif"
        ),
    ],
    "Google's API reference: authentication": [
        Rule("no key", {}, 403, None, "unregistered callers", headers={"x-goog-api-key": ""}),
        Rule("wrong key", {}, 400, None, "API key not valid", headers={"x-goog-api-key": "nope"}),
    ],
}
