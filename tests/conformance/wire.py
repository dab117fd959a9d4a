"""What goes over the wire, whatever its protocol and whoever spelled it: requests, and the bytes of answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from agents.testing.simulator import RecordedRequest, Simulator

Part = dict[str, Any]


def snake(value: Any) -> Any:
    """Gemini takes names in both spellings, and LiteLLM uses both: the same in one."""
    if isinstance(value, Mapping):
        return {re.sub(r"(?<=[a-z])[A-Z]", lambda m: f"_{m[0].lower()}", k): snake(v) for k, v in value.items()}
    return [snake(each) for each in value] if isinstance(value, list) else value


def body(sent: RecordedRequest) -> Any:
    """The body, of Gemini in one spelling."""
    return snake(sent.body) if sent.protocol == "gemini" else sent.body


def messages(sent: RecordedRequest) -> list[Part]:
    """The conversation as the protocol has it."""
    field = {"gemini": "contents", "openai-responses": "input"}.get(sent.protocol, "messages")
    found: list[Part] = body(sent)[field]
    return found


def parts(sent: RecordedRequest) -> list[Part]:
    """All content parts of the conversation, in order, each with the role of its message; of Responses also the items
    that are no messages.
    """
    found: list[Part] = []
    for message in messages(sent):
        if sent.protocol == "openai-responses" and message.get("type", "message") != "message":
            found.append({"role": "assistant" if message["type"] != "function_call_output" else "tool", **message})
            continue
        content = message.get("parts") or message.get("content") or []
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        found += [{"role": message["role"], **block} for block in blocks]
    return found


def own_parts(sent: RecordedRequest) -> list[Part]:
    """The parts that the model said."""
    return [part for part in parts(sent) if part["role"] in ("assistant", "model")]


def instructions(sent: RecordedRequest) -> str | None:
    """What the model is told to be."""
    if sent.protocol == "openai-chat":
        return next((m["content"] for m in sent.body["messages"] if m["role"] == "system"), None)
    if sent.protocol == "openai-responses":
        told: str | None = sent.body.get("instructions")
        return told
    if sent.protocol == "anthropic":
        return "".join(block["text"] for block in sent.body.get("system", ())) or None
    return "".join(part["text"] for part in body(sent).get("system_instruction", {}).get("parts", ())) or None


def tools(sent: RecordedRequest) -> list[Part]:
    """The tools offered: each its name, description and schema, however the protocol nests them."""
    offered = body(sent).get("tools") or []
    if sent.protocol == "gemini":
        offered = [each for tool in offered for each in tool["function_declarations"]]
    return [tool.get("function", tool) for tool in offered]


def tool_names(sent: RecordedRequest) -> list[str]:
    """The names of the tools offered."""
    return [tool["name"] for tool in tools(sent)]


def tool_choice(sent: RecordedRequest) -> Any:
    """How the model may call."""
    if sent.protocol == "gemini":
        return body(sent).get("tool_config", {}).get("function_calling_config")
    return sent.body.get("tool_choice")


def calls(sent: RecordedRequest) -> list[tuple[str, Any]]:
    """Name and arguments of the calls in the conversation, in order."""
    if sent.protocol == "openai-chat":
        made = [call["function"] for m in sent.body["messages"] for call in m.get("tool_calls") or ()]
        return [(each["name"], json.loads(each["arguments"])) for each in made]
    if sent.protocol == "openai-responses":
        made = [item for item in sent.body["input"] if item.get("type") == "function_call"]
        return [(each["name"], json.loads(each["arguments"])) for each in made]
    if sent.protocol == "anthropic":
        return [(part["name"], part["input"]) for part in parts(sent) if part.get("type") == "tool_use"]
    made = [part["function_call"] for part in parts(sent) if "function_call" in part]
    return [(each["name"], each["args"]) for each in made]


def results(sent: RecordedRequest) -> list[str]:
    """The texts of the tool results, in order."""
    if sent.protocol == "openai-chat":
        return [_text(message["content"]) for message in sent.body["messages"] if message["role"] == "tool"]
    if sent.protocol == "openai-responses":
        made = [item for item in sent.body["input"] if item.get("type") == "function_call_output"]
        return [_text(each["output"]) for each in made]
    if sent.protocol == "anthropic":
        return [_text(part["content"]) for part in parts(sent) if part.get("type") == "tool_result"]
    found = [part["function_response"]["response"] for part in parts(sent) if "function_response" in part]
    return [next(iter(each.values())) if len(each) == 1 else each for each in found]


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def call_ids(sent: RecordedRequest) -> tuple[list[str], list[str]]:
    """The ids of the calls, and those of the results."""
    if sent.protocol == "openai-chat":
        made = [call["id"] for m in sent.body["messages"] for call in m.get("tool_calls") or ()]
        return made, [m["tool_call_id"] for m in sent.body["messages"] if m["role"] == "tool"]
    if sent.protocol == "openai-responses":
        items = sent.body["input"]
        return tuple([i["call_id"] for i in items if i.get("type") == k] for k in _RESPONSES)  # type: ignore[return-value]
    if sent.protocol == "anthropic":
        made = [part["id"] for part in parts(sent) if part.get("type") == "tool_use"]
        return made, [part["tool_use_id"] for part in parts(sent) if part.get("type") == "tool_result"]
    made = [part["function_call"].get("id", "") for part in parts(sent) if "function_call" in part]
    return made, [part["function_response"].get("id", "") for part in parts(sent) if "function_response" in part]


_RESPONSES = ("function_call", "function_call_output")


def schema(sent: RecordedRequest) -> Any:
    """The schema that the answer must fit, where the protocol has a field for it."""
    found = body(sent)
    if sent.protocol == "openai-chat":
        return found.get("response_format", {}).get("json_schema", {}).get("schema")
    if sent.protocol == "openai-responses":
        return found.get("text", {}).get("format", {}).get("schema")
    if sent.protocol == "anthropic":
        return (found.get("output_format") or found.get("output_config", {}).get("format") or {}).get("schema")
    config = found.get("generation_config", {})
    return config.get("response_json_schema") or config.get("response_schema")


SSE = {"content-type": "text/event-stream"}


async def recorded(sim: Simulator, protocol: str, *, stream: bool = True) -> list[bytes]:
    """What the service says next, in its own bytes: the events of a stream, or a whole answer."""
    bodies: dict[str, Any] = {
        "openai-chat": {"model": "gpt-5", "messages": [{"role": "user", "content": "Hi"}], "stream": stream},
        "openai-responses": {"model": "gpt-5", "input": "Hi", "stream": stream},
        "anthropic": {
            "model": "claude-sonnet-4-5",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hi"}],
            "stream": stream,
        },
        "gemini": {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
    }
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    path = {
        "openai-chat": "/v1/chat/completions",
        "openai-responses": "/v1/responses",
        "anthropic": "/v1/messages",
        "gemini": f"/v1beta/models/gemini-3-pro-preview:{method}",
    }[protocol]
    key = {"authorization": f"Bearer {sim.api_key}", "x-api-key": sim.api_key, "x-goog-api-key": sim.api_key}
    headers = {**key, "anthropic-version": "2023-06-01"}
    if protocol == "anthropic":
        del headers["authorization"]
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(sim.url + path, json=bodies[protocol]) as reply,
    ):
        body = await reply.read()
        assert reply.status == 200, body
    if not stream:
        return [body]
    return [part + b"\n\n" for part in body.replace(b"\r\n", b"\n").split(b"\n\n") if part]
