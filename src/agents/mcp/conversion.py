"""A server's tool as a function tool: its schema, its call, and its result as a model is told it."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..awaiting import settled
from ..exceptions import AgentsException, MCPServerError, MCPToolCancellationError, ModelBehaviorError, UserError
from ..function_tools import FunctionTool, FunctionToolCustomDataContext
from ..logger import logger
from ..run_context import RunContextWrapper
from ..strict_schema import ensure_strict_json_schema
from ..tool_context import ToolContext
from ..tool_invocation import ToolErrorFunction, told_of_failure
from ..tool_origin import ToolOrigin, ToolOriginType
from ..tracing import FunctionSpanData, get_current_span
from .library import field
from .seams import MCPToolCustomDataContext, MCPToolMetaContext

if TYPE_CHECKING:
    from ..agent import AgentBase
    from .base import MCPServer

MAX_RESULT_CHARS = 10_000_000
"""How much one result may hold: more than any model reads, so that a server that floods is an error."""


def function_tool_of(
    tool: Any,
    server: MCPServer,
    strict: bool,
    agent: AgentBase[Any] | None,
    failure_error_function: ToolErrorFunction | None,
    name: str,
) -> FunctionTool:
    """The tool that calls a server's tool.

    Raises:
        MCPServerError: Its schema is none.
    """
    schema, is_strict = _schema(tool, server.name, strict)
    invoker = _Invoker(server, tool, name, server.on_failure(failure_error_function))
    return FunctionTool(
        name=name,
        description=tool.description or field(tool, "title") or "",
        params_json_schema=schema,
        on_invoke_tool=invoker,
        strict_json_schema=is_strict,
        tool_input_guardrails=None if server.tool_input_guardrails is None else list(server.tool_input_guardrails),
        tool_output_guardrails=None if server.tool_output_guardrails is None else list(server.tool_output_guardrails),
        needs_approval=server.needs_approval(tool, agent),
        custom_data_extractor=invoker.custom_data if getattr(server, "custom_data_extractor", None) else None,
        tool_origin=ToolOrigin(ToolOriginType.MCP, mcp_server_name=server.name),
        title=field(tool, "title") or getattr(getattr(tool, "annotations", None), "title", None),
        mcp_annotations=copy.deepcopy(getattr(tool, "annotations", None)),
    )


def _schema(tool: Any, server_name: str, strict: bool) -> tuple[dict[str, Any], bool]:
    schema: dict[str, Any] = copy.deepcopy(field(tool, "input_schema"))
    problem = _problem(json.dumps(schema, sort_keys=True))
    if problem:
        raise MCPServerError(
            f"its input schema is no JSON schema of an object ({problem}). A tool_filter can leave the tool out.",
            server=server_name,
            tool=tool.name,
        )
    is_open = schema != {}
    schema.setdefault("type", "object")
    schema.setdefault("properties", {})  # OpenAI requires them, MCP does not
    if not strict:
        return schema, False
    try:
        return ensure_strict_json_schema(schema, _reject_open_objects=is_open), True
    except UserError as error:
        logger.info("Tool %s of MCP server %s stays as it is: %s", tool.name, server_name, error)
        return schema, False


@lru_cache(maxsize=1024)
def _problem(schema_text: str) -> str | None:
    """What is wrong with a schema. Each is looked at once: servers list their tools at every turn."""
    schema = json.loads(schema_text)
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        return "its type must be 'object'"
    validators, exceptions = import_module("jsonschema.validators"), import_module("jsonschema.exceptions")
    try:
        validators.validator_for(schema).check_schema(schema)
    except exceptions.SchemaError as error:
        return f"{'.'.join(map(str, error.absolute_path)) or 'root'}: {error.message}"[:200]
    return None


class _Invoker:
    """The ``on_invoke_tool`` of a server's tool."""

    def __init__(self, server: MCPServer, tool: Any, name: str, on_failure: ToolErrorFunction | None) -> None:
        self._server, self._tool, self._name, self._on_failure = server, tool, name, on_failure
        self._seen: WeakKeyDictionary[RunContextWrapper[Any], MCPToolCustomDataContext] = WeakKeyDictionary()

    async def __call__(self, context: ToolContext[Any], input_json: str) -> Any:
        try:
            seen = await call(self._server, self._tool, context, input_json, static_meta(self._tool), self._name)
        except Exception as error:
            logger.debug("Tool %s of an MCP server failed with %s", self._name, type(error).__name__)
            if self._on_failure is None:
                raise
            return await told_of_failure(context, self._name, error, self._on_failure)
        self._seen[context] = seen
        return seen.tool_output

    async def custom_data(self, seen: FunctionToolCustomDataContext) -> Mapping[str, Any] | None:
        """What the application notes on a result; nothing where there was none."""
        result = self._seen.get(seen.tool_context)
        if result is None or self._server.custom_data_extractor is None:
            return None
        noted: Mapping[str, Any] | None = await settled(self._server.custom_data_extractor(result))
        return noted


def static_meta(tool: Any) -> dict[str, Any] | None:
    """The ``_meta`` that the server gave its tool, which calls of it take along."""
    meta = getattr(tool, "meta", None)
    return copy.deepcopy(meta) if isinstance(meta, dict) else None


async def call(
    server: MCPServer,
    tool: Any,
    context: RunContextWrapper[Any],
    input_json: str,
    meta: dict[str, Any] | None,
    name: str,
) -> MCPToolCustomDataContext:
    """Call a tool with what a model wrote, and return all that is known of the result.

    Raises:
        ModelBehaviorError: The arguments are no JSON object.
        MCPServerError: The server failed.
        MCPToolCancellationError: The server cancelled the call by itself.
    """
    arguments = _arguments(input_json, name)
    resolved = await _resolved_meta(server, context, tool.name, arguments)
    together = None if resolved is None and meta is None else {**(resolved or {}), **(meta or {})}
    result = await _called(server, tool.name, arguments, together)
    output = _output(server, tool.name, result)
    _note_on_span(context, server.name)
    return MCPToolCustomDataContext(
        run_context=context,
        server_name=server.name,
        tool_name=tool.name,
        tool_display_name=name,
        arguments=MappingProxyType(arguments),
        result_meta=_read_only(getattr(result, "meta", None)),
        structured_content=_read_only(field(result, "structured_content")),
        is_error=field(result, "is_error"),
        tool_output=output,
    )


def _arguments(input_json: str, name: str) -> dict[str, Any]:
    try:
        arguments = json.loads(input_json or "{}")
    except ValueError as error:
        raise ModelBehaviorError(f"Invalid arguments for tool {name!r}: {error}. Expected a JSON object.") from error
    if not isinstance(arguments, dict):
        raise ModelBehaviorError(f"Invalid arguments for tool {name!r}: expected a JSON object.")
    return arguments


async def _resolved_meta(
    server: MCPServer, context: RunContextWrapper[Any], tool_name: str, arguments: dict[str, Any]
) -> dict[str, Any] | None:
    resolver = getattr(server, "tool_meta_resolver", None)
    if resolver is None:
        return None
    asked = MCPToolMetaContext(context, server.name, tool_name, copy.deepcopy(arguments))
    meta: Any = await settled(resolver(asked))
    if meta is not None and not isinstance(meta, dict):
        raise UserError(
            f"tool_meta_resolver of MCP server {server.name!r} returned {type(meta).__name__}, not a dict or None."
        )
    return copy.deepcopy(meta)


async def _called(server: MCPServer, tool_name: str, arguments: dict[str, Any], meta: dict[str, Any] | None) -> Any:
    # A task of its own tells a server that cancels itself from somebody who cancels us.
    options = {} if meta is None else {"meta": meta}
    request = asyncio.ensure_future(server.call_tool(tool_name, arguments, **options))
    try:
        await asyncio.wait({request})
    finally:
        if not request.done():
            request.cancel()
            await asyncio.wait({request})
    if request.cancelled():
        raise MCPToolCancellationError(f"Tool {tool_name!r} of MCP server {server.name!r} cancelled the call.")
    try:
        return request.result()
    except AgentsException:
        raise
    except Exception as error:  # noqa: BLE001 - a server of the user's own may raise anything
        raise MCPServerError(f"{type(error).__name__}: {error}", server=server.name, tool=tool_name) from error


def _output(server: MCPServer, tool_name: str, result: Any) -> Any:
    """What the model is told. Of a failure it reads the content, where servers say what to do about it."""
    structured = field(result, "structured_content")
    if server.use_structured_content and structured and not field(result, "is_error"):
        output: Any = json.dumps(structured)
        size = len(output)
    else:
        parts = [_part(content) for content in result.content]
        size = sum(len(part.get("text", "")) + len(part.get("image_url", "")) for part in parts)
        output = parts[0] if len(parts) == 1 else parts
    if size > MAX_RESULT_CHARS:
        raise MCPServerError(
            f"its result has {size:,} characters, and may have {MAX_RESULT_CHARS:,}.",
            server=server.name,
            tool=tool_name,
        )
    return output


def _part(content: Any) -> dict[str, str]:
    if content.type == "text":
        return {"type": "text", "text": content.text}
    if content.type == "image":
        return {"type": "image", "image_url": f"data:{field(content, 'mime_type')};base64,{content.data}"}
    return {"type": "text", "text": content.model_dump_json(by_alias=True, exclude_none=True)}


def _read_only(value: Any) -> Mapping[str, Any] | None:
    return MappingProxyType(copy.deepcopy(value)) if isinstance(value, dict) else None


def _note_on_span(context: RunContextWrapper[Any], server_name: str) -> None:
    span = get_current_span()
    if span is not None and isinstance(span.span_data, FunctionSpanData):
        span.span_data.mcp_data = {"server": server_name}
