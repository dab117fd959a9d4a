"""Requests of Chat Completions.

The format is that of ``POST /chat/completions`` in OpenAI's API reference. One assistant turn becomes one
message: thinking, text and tool calls together, so that signed thinking goes back exactly once, before the
calls that it led to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...exceptions import UserError
from ...items import field_of
from ...model_settings import MCPToolChoice, ModelSettings
from ...wire_call import WireCall
from ..base import Item, ModelRequest, OutputSpec, Profile, ToolSpec, json_mode, own
from ..history import content_parts, fit, maker_of, sealed, text_of

Message = dict[str, Any]

FINAL_OUTPUT = "final_output"
"""The tool whose arguments are the final answer, where a service holds no other to a schema."""


def encode(request: ModelRequest, profile: Profile) -> WireCall:
    """The request as Chat Completions wants it.

    Raises:
        UserError: The conversation or the settings hold what this protocol cannot say.
    """
    settings = request.settings
    messages = messages_of(request.items, profile, request.model)
    if profile.user_first:
        _begin_with_user(messages)
    if request.instructions:
        messages.insert(0, {"role": "system", "content": request.instructions})
    body: dict[str, Any] = {"model": request.model, "messages": messages}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        if settings.parallel_tool_calls is not None:
            body["parallel_tool_calls"] = settings.parallel_tool_calls
        if settings.tool_choice is not None:
            body["tool_choice"] = _tool_choice(settings.tool_choice)
    elif profile.calls_need_tools and (tools := _tools_of_the_past(messages)):
        body["tools"] = tools
    if request.output is not None and profile.structured_output == "tool":
        # The answer as the arguments of a tool that must be called: the other tools stay callable.
        body["tool_choice"] = "required" if request.tools else _tool_choice(FINAL_OUTPUT)
        body["tools"] = [*body.get("tools", ()), _answer_tool(request.output)]
    elif request.output is not None and profile.structured_output == "native":
        body["response_format"] = _response_format(request.output)
    elif json_mode(request, profile):
        body["response_format"] = {"type": "json_object"}
    body.update(_sampling(settings, profile))
    if profile.reasoning_replay == "thinking_blocks" and _loop_begins_thoughtless(messages):
        body.pop("reasoning_effort", None)
    if request.stream:
        body["stream"] = True
        if settings.include_usage if settings.include_usage is not None else profile.stream_usage_default:
            body["stream_options"] = {"include_usage": True}
    extra_body = settings.extra_body or {}
    if not isinstance(extra_body, Mapping):
        raise UserError(f"ModelSettings.extra_body must be a dict, not {type(extra_body).__name__}.")
    return WireCall(
        body=body,
        stream=request.stream,
        path="/chat/completions",
        headers=dict(settings.extra_headers or {}),
        query=own(settings.extra_query or {}),
        extra_body=own(extra_body),
        extra_args=own(settings.extra_args or {}),
        retries=settings.retry is None,
    )


def _sampling(settings: ModelSettings, profile: Profile) -> dict[str, Any]:
    found: dict[str, Any] = {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "frequency_penalty": settings.frequency_penalty,
        "presence_penalty": settings.presence_penalty,
        profile.max_tokens_field: settings.max_tokens,
        "reasoning_effort": field_of(settings.reasoning, "effort") if settings.reasoning else None,
        "verbosity": settings.verbosity,
        "metadata": own(settings.metadata),
        "store": settings.store if settings.store is not None else profile.store_default,
        "prompt_cache_retention": settings.prompt_cache_retention,
        "prompt_cache_options": own(settings.prompt_cache_options),
    }
    if settings.top_logprobs is not None:
        found |= {"logprobs": True, "top_logprobs": settings.top_logprobs}  # the second needs the first
    return {name: value for name, value in found.items() if value is not None}


def _begin_with_user(messages: list[Message]) -> None:
    """A conversation that a handoff or a filter cut may begin with the assistant."""
    first = next((at for at, message in enumerate(messages) if message["role"] != "system"), len(messages))
    if first < len(messages) and messages[first]["role"] != "user":
        messages.insert(first, {"role": "user", "content": "(The conversation begins here.)"})


def _loop_begins_thoughtless(messages: list[Message]) -> bool:
    """Whether the calls whose results the model is about to read began without thinking.

    They do when another vendor's model made them and handed over. Claude refuses a budget for thinking then: "a final
    `assistant` message must start with a thinking block" (Anthropic's guide to extended thinking).
    """
    spoken = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=-1)
    called = next((message for message in messages[spoken + 1 :] if "tool_calls" in message), None)
    return called is not None and "thinking_blocks" not in called


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": own(tool.parameters)}
    if tool.strict:
        function["strict"] = True
    return {"type": "function", "function": function}


def _answer_tool(output: OutputSpec) -> dict[str, Any]:
    return _tool(ToolSpec(FINAL_OUTPUT, "Give the final answer.", {"type": "object", **output.schema}, output.strict))


def _tools_of_the_past(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """The tools that the conversation calls, as far as it tells of them."""
    names = dict.fromkeys(call["function"]["name"] for m in messages for call in m.get("tool_calls", ()))
    return [_tool(ToolSpec(name, "No longer available.", {"type": "object"}, strict=False)) for name in names]


def _tool_choice(choice: object) -> Any:
    if isinstance(choice, MCPToolChoice):
        raise UserError("Chat Completions has no hosted MCP tools: tool_choice cannot be an MCPToolChoice.")
    if choice in ("auto", "required", "none"):
        return choice
    return {"type": "function", "function": {"name": choice}}


def _response_format(output: OutputSpec) -> dict[str, Any]:
    schema = {"name": output.name, "strict": output.strict, "schema": own(output.schema)}
    return {"type": "json_schema", "json_schema": schema}


def messages_of(items: Iterable[Item], profile: Profile, model: str) -> list[Message]:
    """The conversation as messages, legal for the reader."""
    writer = _Writer(profile, model)
    for item in fit(list(items), profile):
        writer.add(item)
    writer.close()
    return writer.messages


class _Writer:
    """Gathers items into messages."""

    def __init__(self, profile: Profile, model: str) -> None:
        self.profile = profile
        self.model = model
        self.messages: list[Message] = []
        self._turn: Message | None = None  # the assistant message that is being gathered
        self._response: object = None  # the response id of that turn
        # Images and files of tool outputs, to follow in a user message:
        self._media: list[dict[str, Any]] = []

    def add(self, item: Item) -> None:
        kind = item["type"]
        if kind == "function_call_output":
            self._output(item)
            return
        if kind == "message" and item.get("role") != "assistant":
            self.close()
            self._said_to_model(item)
        elif kind in _TURN:
            self._flush_media()
            getattr(self, _TURN[kind])(item)
        else:
            raise UserError(
                f"Chat Completions cannot carry a {kind!r} item. Take it out of the input, or use the API that made it."
            )

    def close(self) -> None:
        """What is gathered is complete."""
        self._turn = None
        self._flush_media()

    def _flush_media(self) -> None:
        if self._media:
            self.messages.append({"role": "user", "content": self._media})
            self._media = []

    def _said_to_model(self, item: Item) -> None:
        role = item.get("role")
        if role not in ("user", "system", "developer"):
            raise UserError(f"A message's role is user, assistant, system or developer, not {role!r}.")
        parts = [_user_part(part) for part in content_parts(item.get("content"))]
        self.messages.append({"role": "system" if role == "developer" else role, "content": _compact(parts)})

    # One assistant turn: reasoning, text and calls of one response go into one message.

    def _turn_of(self, item: Item) -> Message:
        data = item.get("provider_data")
        response = data.get("response_id") if isinstance(data, Mapping) else None
        if self._turn is not None:
            known = response and self._response
            complete = self._turn.get("content") or self._turn.get("tool_calls")
            if response != self._response if known else complete and item["type"] != "function_call":
                self._turn = None
        if self._turn is None:
            self._turn = {"role": "assistant"}
            self.messages.append(self._turn)
            self._response = None
        self._response = self._response or response
        return self._turn

    def _text(self, item: Item) -> None:
        turn = self._turn_of(item)
        turn["content"] = turn.get("content", "") + text_of(item)
        if signatures := self._signed(item, "thought_signatures"):
            turn["provider_specific_fields"] = {"thought_signatures": list(signatures)}

    def _reasoning(self, item: Item) -> None:
        text = text_of({"content": item.get("summary")}) or text_of(item)
        if sealed(item, self.profile):
            self._turn_of(item).setdefault("thinking_blocks", []).append(_thinking_block(item, text))
        elif text:
            turn = self._turn_of(item)
            turn["reasoning_content"] = turn.get("reasoning_content", "") + text

    def _call(self, item: Item) -> None:
        if not item.get("name"):
            raise UserError(f"The function_call item with call_id {item['call_id']!r} has no 'name'.")
        call: dict[str, Any] = {
            "id": item["call_id"],
            "type": "function",
            "function": {"name": item["name"], "arguments": item["arguments"]},
        }
        if signature := self._signed(item, "thought_signature"):
            call["provider_specific_fields"] = {"thought_signature": signature}
        turn = self._turn_of(item)
        turn.setdefault("tool_calls", []).append(call)

    def _signed(self, item: Item, name: str) -> Any:
        """A signature that came with an item, where this very model made it: Gemini's are not portable."""
        if not self.profile.signs_calls or maker_of(item) != self.profile.provider:
            return None
        data = item["provider_data"]
        return data.get(name) if data.get("model") == self.model else None

    def _output(self, item: Item) -> None:
        self._turn = None
        output = item.get("output", "")
        content: Any = output if isinstance(output, str) else self._output_parts(item["call_id"], output)
        self.messages.append({"role": "tool", "tool_call_id": item["call_id"], "content": content})

    def _output_parts(self, call_id: str, output: object) -> Any:
        parts = [_user_part(part) for part in content_parts(output)]
        if self.profile.tool_media == "native":
            return _compact(parts)
        media = [part for part in parts if part["type"] != "text"]
        if media:
            self._media += [{"type": "text", "text": f"Output of tool call {call_id}:"}, *media]
        text = "".join(part["text"] for part in parts if part["type"] == "text")
        return text or ("The output follows in the next message." if media else "")


_TURN = {"message": "_text", "reasoning": "_reasoning", "function_call": "_call"}


def _thinking_block(item: Item, text: str) -> dict[str, Any]:
    data = item.get("provider_data") or {}
    if data.get("type") == "redacted_thinking":
        return {"type": "redacted_thinking", "data": item["encrypted_content"]}
    return {"type": "thinking", "thinking": text, "signature": item["encrypted_content"]}


def _compact(parts: list[dict[str, Any]]) -> Any:
    """Text alone as a string, which every service reads; anything else as parts."""
    if all(part["type"] == "text" for part in parts):
        return "".join(part["text"] for part in parts) if len(parts) < 2 else parts
    return parts


def _user_part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A content part in the words of Chat Completions; its own spelling is accepted as well."""
    kind = part.get("type")
    if kind in ("input_text", "output_text", "text"):
        return {"type": "text", "text": str(part.get("text") or "")}
    if kind == "refusal":
        return {"type": "text", "text": str(part.get("refusal") or "")}
    if kind == "input_image":
        return {"type": "image_url", "image_url": _image(part)}
    if kind == "input_file":
        return {"type": "file", "file": _file(part)}
    if kind in ("input_audio", "image_url", "file", "video_url"):
        if not part.get(kind):
            raise UserError(f"A content part of type {kind!r} needs its content under {kind!r}.")
        return {"type": kind, kind: own(part[kind])}
    raise UserError(f"Chat Completions cannot carry a content part of type {kind!r}.")


def _image(part: Mapping[str, Any]) -> dict[str, Any]:
    url = part.get("image_url")
    if not url:
        raise UserError("Chat Completions takes images by URL or data URL: input_image needs 'image_url'.")
    image: dict[str, Any] = own(url) if isinstance(url, Mapping) else {"url": url}
    if part.get("detail"):
        image["detail"] = part["detail"]
    return image


def _file(part: Mapping[str, Any]) -> dict[str, Any]:
    if part.get("file_id"):
        return {"file_id": part["file_id"]}
    if part.get("file_data"):
        file = {"file_data": part["file_data"]}
        if part.get("filename"):
            file["filename"] = part["filename"]
        return file
    raise UserError("Chat Completions takes files by 'file_data' (a data URL) or 'file_id', not by 'file_url'.")
