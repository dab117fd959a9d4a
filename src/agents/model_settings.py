"""How a model should answer: the settings of an agent and of a run, and how they merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from . import openai_types as oai
from .exceptions import UserError
from .retry import ModelRetrySettings
from .util import lazy_pydantic as pydantic
from .util._checked import CheckedBy, checked

if TYPE_CHECKING:
    from openai import Omit
    from openai.types.responses import ResponseIncludable
    from openai.types.responses.response_create_params import ContextManagement, PromptCacheOptions
    from openai.types.shared import Reasoning

    Headers: TypeAlias = Mapping[str, Union[str, Omit]]
else:  # what is checked at run time, without loading openai for those who set nothing of the kind

    def _reasoning(value: Any) -> Any:
        if value is None or isinstance(value, oai.Reasoning):
            return value
        return oai.Reasoning.model_validate(value)

    def _headers(value: Any) -> Any:
        if value is not None and not isinstance(value, Mapping):
            raise ValueError("headers are a dict of texts")
        for name, said in (value or {}).items():
            if not (isinstance(name, str) and isinstance(said, (str, type(oai.omit)))):
                raise ValueError(f"header {name!r} must be a text, not {type(said).__name__}")
        return value

    Reasoning = Annotated[Any, CheckedBy(_reasoning)]
    Headers = Annotated[Any, CheckedBy(_headers)]
    ResponseIncludable = str
    ContextManagement = dict[str, Any]
    PromptCacheOptions = dict[str, Any]

_UNTRACED = frozenset({"extra_query", "extra_body", "extra_headers", "extra_args", "preserve_raw_usage"})
"""Settings that may hold anything, secrets included, or say nothing about the model's behaviour."""


@checked
@dataclass
class MCPToolChoice:
    """The choice of one tool of a hosted MCP server."""

    server_label: str
    name: str


ToolChoice: TypeAlias = Union[Literal["auto", "required", "none"], str, MCPToolChoice, None]


@checked
@dataclass
class ModelSettings:
    """Settings of a model call. What is ``None`` is left to the provider.

    Not every model takes every setting: a model that cannot honour one says so in an error, or in its
    documentation.

    Raises:
        pydantic.ValidationError: A value is not of its kind, or out of its range, or a name is no setting.
    """

    temperature: float | None = None
    """Randomness of the sampling, 0 to 2 (0 to 1 on some providers)."""
    top_p: float | None = None
    """Nucleus sampling: the share of probability mass to sample from, 0 to 1."""
    frequency_penalty: float | None = None
    """Penalty on tokens by how often they stand in the text so far, -2 to 2."""
    presence_penalty: float | None = None
    """Penalty on tokens that stand in the text so far at all, -2 to 2."""
    tool_choice: ToolChoice = None
    """``"auto"``, ``"required"``, ``"none"``, or the name of the tool that must be called."""
    parallel_tool_calls: bool | None = None
    """Whether one turn may hold several tool calls."""
    truncation: Literal["auto", "disabled"] | None = None
    """What OpenAI's Responses API does with a conversation that is too long."""
    max_tokens: int | None = None
    """How many tokens the answer may have."""
    reasoning: Reasoning | None = None
    """How much the model reasons before it answers, and what it shows of that."""
    verbosity: Literal["low", "medium", "high"] | None = None
    """How long the answer should be, where a model takes this."""
    metadata: dict[str, str] | None = None
    """Labels that the provider stores with the call."""
    store: bool | None = None
    """Whether OpenAI stores the response."""
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    """How long OpenAI keeps the cached prefix of the prompt."""
    include_usage: bool | None = None
    """Whether a streamed call reports its usage."""
    response_include: list[ResponseIncludable | str] | None = None
    """Extra output that OpenAI's Responses API should add."""
    top_logprobs: int | None = None
    """How many alternatives with their log probabilities to return for each token."""
    extra_query: Mapping[str, object] | None = None
    """Extra query parameters of the request."""
    extra_body: object | None = None
    """Extra fields of the request's body."""
    extra_headers: Headers | None = None
    """Extra headers of the request."""
    extra_args: dict[str, Any] | None = None
    """Extra arguments of the call, as the client or adapter underneath names them."""
    retry: ModelRetrySettings | None = None
    """How a run retries a failed call; without it a run does not."""
    context_management: list[ContextManagement] | None = None
    """Context management of OpenAI's Responses API."""
    prompt_cache_options: PromptCacheOptions | None = None
    """How OpenAI caches the prompt."""
    preserve_raw_usage: bool | None = None
    """Whether ``ModelResponse.raw_usage`` keeps the provider's own usage record."""
    timeout: Annotated[float, pydantic.Field(strict=True, gt=0, allow_inf_nan=False)] | None = None
    """Seconds that one attempt at a model call may take, all in all."""

    def resolve(self, override: ModelSettings | dict[str, Any] | None) -> ModelSettings:
        """These settings, overlaid with what ``override`` sets; ``extra_args`` and ``retry`` are merged.

        Raises:
            UserError: ``override`` is a dict with a key that is no setting.
        """
        if override is None:
            return self
        override = coerce_model_settings(override)
        changes = {f.name: value for f in fields(self) if (value := getattr(override, f.name, None)) is not None}
        if self.extra_args and override.extra_args is not None:
            changes["extra_args"] = {**self.extra_args, **override.extra_args}
        if self.retry and override.retry:
            changes["retry"] = self.retry.overlaid(override.retry)
        return replace(self, **changes) if changes else self

    def to_json_dict(self) -> dict[str, Any]:
        """All settings as plain JSON data."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    def to_traceable_dict(self) -> dict[str, Any]:
        """The settings that a trace may show: none of the extras, which may hold secrets."""
        return {name: value for name, value in self.to_json_dict().items() if name not in _UNTRACED}


def coerce_model_settings(value: ModelSettings | dict[str, Any]) -> ModelSettings:
    """Settings given as a dict, as ``ModelSettings``; ``retry`` and ``tool_choice`` may be dicts within it.

    Raises:
        UserError: A key is no setting, or the value is of another type.
        pydantic.ValidationError: A setting has a value that it cannot have.
    """
    if isinstance(value, ModelSettings):
        return value
    if not isinstance(value, dict):
        raise UserError(f"Model settings must be ModelSettings or a dict, not {type(value).__name__}.")
    known = {f.name for f in fields(ModelSettings)}
    if unknown := sorted(str(key) for key in value if key not in known):
        raise UserError(f"Unknown model settings: {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")
    return ModelSettings(**value)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_unset=True)
    if hasattr(value, "to_json_dict"):
        return value.to_json_dict()
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)
