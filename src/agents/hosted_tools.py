"""Tools that run on the servers of the model's provider: web search, code, files, images, MCP.

A user writes one of these into ``Agent(tools=[...])``. ``hosted_tool`` is below: what they have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from typing_extensions import NotRequired, Required, TypedDict

from .awaiting import MaybeAwaitable
from .exceptions import UserError
from .hosted_tool import HostedTool, given
from .run_context import RunContextWrapper

if TYPE_CHECKING:
    from openai.types.responses.file_search_tool_param import Filters, RankingOptions
    from openai.types.responses.response_output_item import McpApprovalRequest
    from openai.types.responses.tool_param import CodeInterpreter, Mcp
    from openai.types.responses.web_search_tool import Filters as WebSearchToolFilters
    from openai.types.responses.web_search_tool_param import UserLocation


class WebSearchToolImageSettings(TypedDict, total=False):
    """What images a web search gives, where ``search_content_types`` names them."""

    max_results: int
    """How many."""
    caption: bool
    """Whether each comes with a caption, where there is one."""


@dataclass
class WebSearchTool(HostedTool):
    """Lets the model search the web. OpenAI, Anthropic and Gemini host it."""

    user_location: UserLocation | None = None
    """Where the user is, for results of the place."""
    filters: WebSearchToolFilters | Mapping[str, Any] | None = None
    """Which pages count, such as ``{"allowed_domains": ["example.com"]}``."""
    search_context_size: Literal["low", "medium", "high"] = "medium"
    """How much of what was found the model reads."""
    external_web_access: bool | None = None
    """Whether pages may be fetched now, or only what is known already."""
    search_content_types: list[Literal["text", "image"]] | None = None
    """What may be found: text alone, if nothing is said."""
    image_settings: WebSearchToolImageSettings | None = None
    """What images are to come."""

    kind = "web_search"

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it."""
        return {
            "type": self.kind,
            **given(
                filters=_plain(self.filters),
                user_location=_plain(self.user_location),
                search_context_size=self.search_context_size,
                external_web_access=self.external_web_access,
                search_content_types=self.search_content_types,
                image_settings=self.image_settings,
            ),
        }

    def included(self) -> Sequence[str]:
        """Images are shown among the results."""
        return ("web_search_call.results",) if "image" in (self.search_content_types or ()) else ()


@dataclass
class FileSearchTool(HostedTool):
    """Lets the model search files that the provider stores. OpenAI hosts it, and Gemini, whose stores have names
    such as ``fileSearchStores/manuals``.
    """

    vector_store_ids: list[str]
    """The stores to search."""
    max_num_results: int | None = None
    """How many results at most; by default as many as the provider thinks right."""
    include_search_results: bool = False
    """Whether the item of the search shows its results."""
    ranking_options: RankingOptions | None = None
    """How results are ranked."""
    filters: Filters | None = None
    """Which files count, by their attributes."""

    kind = "file_search"

    def __post_init__(self) -> None:
        most = self.max_num_results
        if most is not None and (isinstance(most, bool) or not isinstance(most, int) or not 0 <= most <= 50):
            raise UserError(f"FileSearchTool: max_num_results must be from 1 to 50, or None, not {most!r}.")
        stores: Any = self.vector_store_ids
        if isinstance(stores, str) or not stores:
            raise UserError("FileSearchTool: vector_store_ids must be a list with the id of a store in it.")

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it; zero results mean the provider's default, as in the public API."""
        return {
            "type": self.kind,
            "vector_store_ids": list(self.vector_store_ids),
            **given(
                max_num_results=self.max_num_results or None,
                ranking_options=_plain(self.ranking_options),
                filters=_plain(self.filters),
            ),
        }

    def included(self) -> Sequence[str]:
        """The results, where they are wanted."""
        return ("file_search_call.results",) if self.include_search_results else ()


@dataclass
class CodeInterpreterTool(HostedTool):
    """Lets the model run code in a sandbox of the provider. OpenAI, Anthropic and Gemini host it."""

    tool_config: CodeInterpreter
    """The sandbox: ``{"type": "code_interpreter", "container": {"type": "auto"}}``."""

    kind = "code_interpreter"

    def __post_init__(self) -> None:
        self.tool_config = cast("CodeInterpreter", _config(self, self.tool_config))

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it."""
        return {**self.tool_config, "type": self.kind}


class ImageGenerationToolConfig(TypedDict, total=False):
    """How images are made."""

    type: Required[Literal["image_generation"]]
    action: Literal["generate", "edit", "auto"]
    background: Literal["transparent", "opaque", "auto"]
    input_fidelity: Literal["high", "low"] | None
    input_image_mask: Any
    model: str
    moderation: Literal["auto", "low"]
    output_compression: int
    output_format: Literal["png", "webp", "jpeg"]
    partial_images: int
    quality: Literal["low", "medium", "high", "xhigh", "max", "auto"]
    size: str


@dataclass
class ImageGenerationTool(HostedTool):
    """Lets the model make images. OpenAI hosts it."""

    tool_config: ImageGenerationToolConfig
    """How: ``{"type": "image_generation", "size": "1024x1024"}``."""

    kind = "image_generation"

    def __post_init__(self) -> None:
        self.tool_config = cast(ImageGenerationToolConfig, _config(self, self.tool_config))

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it."""
        return {**self.tool_config, "type": self.kind}


@dataclass
class MCPToolApprovalRequest:
    """A question whether a tool of a hosted MCP server may be called."""

    ctx_wrapper: RunContextWrapper[Any]
    """The context of the run."""
    data: McpApprovalRequest
    """The call: its server, its tool, its arguments."""


class MCPToolApprovalFunctionResult(TypedDict):
    """The answer to it."""

    approve: bool
    """Whether the tool may be called."""
    reason: NotRequired[str]
    """Why not, for the model."""


MCPToolApprovalFunction: TypeAlias = Callable[[MCPToolApprovalRequest], MaybeAwaitable[MCPToolApprovalFunctionResult]]
"""Answers for the user whether a call is approved."""


@dataclass
class HostedMCPTool(HostedTool):
    """Lets the model call the tools of an MCP server that its provider reaches. OpenAI and Anthropic host it.

    For a server that only this machine can reach, there is ``Agent(mcp_servers=[...])``.
    """

    tool_config: Mcp
    """The server: ``{"type": "mcp", "server_label": "docs", "server_url": "https://..."}``. Every call has to be
    approved, unless it says ``"require_approval": "never"``."""
    on_approval_request: MCPToolApprovalFunction | None = None
    """Answers requests for approval. Without it they are interruptions of the run: its state approves or rejects."""

    kind = "mcp"

    def __post_init__(self) -> None:
        self.tool_config = cast("Mcp", _config(self, self.tool_config))
        if not self.tool_config.get("server_label"):
            raise UserError("HostedMCPTool: tool_config needs a 'server_label', which names the server to the model.")
        if self.on_approval_request is not None and not callable(self.on_approval_request):
            raise UserError("HostedMCPTool: on_approval_request must be a function of an MCPToolApprovalRequest.")

    @property
    def name(self) -> str:
        """The name that all hosted servers have in the public API."""
        return "hosted_mcp"

    def asked(self, context: RunContextWrapper[Any], call: McpApprovalRequest) -> MaybeAwaitable[Any]:
        """What ``on_approval_request`` says of a call."""
        assert self.on_approval_request is not None
        return self.on_approval_request(MCPToolApprovalRequest(context, call))

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it."""
        return {**self.tool_config, "type": self.kind}


def _config(tool: HostedTool, config: Any) -> dict[str, Any]:
    if not isinstance(config, Mapping):
        name = type(tool).__name__
        raise UserError(f"{name}: tool_config must be a dict such as {{'type': {tool.kind!r}}}, not {config!r}.")
    return dict(config)


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value
