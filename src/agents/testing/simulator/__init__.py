"""A strict simulator of the vendors' services, over real HTTP on loopback.

It speaks OpenAI Chat Completions, OpenAI Responses, Anthropic Messages and Gemini, refuses what the real
services refuse, streams as they stream, and plays a script or, without one, a small assistant. It shares no
code with the protocols that it tests.

    async with Simulator() as sim:
        sim.script(Reply([ToolCall("get_weather", {"city": "Tokyo"})]), "It rains.")
        client = AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key)
"""

from .hosted import CodeRun, FileSearch, ImageMade, McpApproval, McpCall, McpTools, ToolSearch, WebSearch
from .script import (
    Ask,
    Citation,
    Disconnect,
    DuplicateIds,
    EmptyChoices,
    ErrorInStream,
    Fault,
    HttpError,
    IndexJump,
    NoTerminal,
    NoUsage,
    Raw,
    Redacted,
    Refusal,
    Reply,
    ScriptItem,
    Stall,
    Text,
    Thinking,
    Tokens,
    Tool,
    ToolCall,
    ToolResult,
    Truncated,
)
from .server import RecordedRequest, Simulator, serve_in_thread
from .wire import Refused

__all__ = [
    "Ask",
    "Citation",
    "CodeRun",
    "Disconnect",
    "DuplicateIds",
    "EmptyChoices",
    "ErrorInStream",
    "Fault",
    "FileSearch",
    "HttpError",
    "ImageMade",
    "IndexJump",
    "McpApproval",
    "McpCall",
    "McpTools",
    "NoTerminal",
    "NoUsage",
    "Raw",
    "RecordedRequest",
    "Redacted",
    "Refusal",
    "Refused",
    "Reply",
    "ScriptItem",
    "Simulator",
    "Stall",
    "Text",
    "Thinking",
    "Tokens",
    "Tool",
    "ToolCall",
    "ToolResult",
    "ToolSearch",
    "Truncated",
    "WebSearch",
    "serve_in_thread",
]
