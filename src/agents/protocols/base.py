"""What every codec takes and gives: a request in neutral terms, a call as the wire wants it, a profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from ..exceptions import ModelBehaviorError, UserError
from ..logger import logger
from ..native_calls import field_of
from .names import NameRule

if TYPE_CHECKING:
    from ..items import ModelResponse, TResponseStreamEvent
    from ..model_settings import ModelSettings
    from ..wire_call import WireCall

Item: TypeAlias = Mapping[str, Any]
"""A Responses input item."""


ReasoningReplay: TypeAlias = Literal[
    "never", "reasoning_content", "reasoning", "think_tags", "thinking_chunks", "reasoning_details", "thinking_blocks"
]
ReasoningDialect: TypeAlias = Literal[
    "effort",
    "thinking",
    "thinking+effort",
    "enable_thinking",
    "template",
    "template_args",
    "reasoning",
    "groq",
    "adaptive",
    "none",
]
StructuredOutput: TypeAlias = Literal["native", "tool", "prompt", "none"]


@dataclass(frozen=True, slots=True)
class ToolGroup:
    """A namespace of tools, and what one of them is called in it."""

    name: str
    description: str
    tool_name: str
    tool_description: str


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A function that the model may call; a handoff looks the same to a model."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments: an object."""
    strict: bool
    deferred: bool = False
    """Whether the model sees it only once it has searched for it, where the provider hosts a search for tools."""
    group: ToolGroup | None = None
    """Its namespace, for the protocol that has a form for them; all others are told it with name and description."""
    native: Mapping[str, Any] | None = None
    """The tool in the form that OpenAI's models are taught, for those that know it."""
    callers: Sequence[str] | None = None
    """Who may call it, where the model may write programs that call tools."""
    output_schema: Mapping[str, Any] | None = None
    """The schema of its output, for such programs."""


@dataclass(frozen=True, slots=True)
class HostedSpec:
    """A tool that runs on the servers of the model's provider."""

    kind: str
    """What it does, whatever the provider calls it: ``web_search``, ``code_interpreter``, ``file_search``,
    ``image_generation``, ``mcp`` or ``tool_search``."""
    config: Mapping[str, Any]
    """What it is, in the words of Responses."""
    included: Sequence[str] = ()
    """What the answer should hold of it besides, in the words of Responses' ``include``."""


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """The JSON that the final answer must be."""

    name: str
    schema: Mapping[str, Any]
    strict: bool


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One model call in neutral terms."""

    model: str
    """Empty where a stored prompt names it."""
    instructions: str | None
    items: Sequence[Item]
    tools: Sequence[ToolSpec]
    output: OutputSpec | None
    settings: ModelSettings
    stream: bool
    previous_response_id: str | None = None
    """A response that the server has stored, to go on from (Responses only)."""
    conversation_id: str | None = None
    """A conversation that the server keeps (Responses only)."""
    prompt: Mapping[str, Any] | None = None
    """A prompt that the server has stored (Responses only)."""
    hosted: Sequence[HostedSpec] = ()
    """The tools that run at the provider, all of which it hosts."""

    def hosts(self, kind: str) -> bool:
        """Whether there is a hosted tool of this kind."""
        return any(spec.kind == kind for spec in self.hosted)


@dataclass(frozen=True, slots=True)
class CallIds:
    """Which tool call ids a reader accepts, and how a foreign one is rewritten."""

    pattern: re.Pattern[str]
    prefix: str
    length: int
    """Length of a rewritten id, prefix included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who a model is and what it can do. All differences between readers of one protocol are fields here."""

    provider: str
    """Whose model it is; recorded on every item that it makes."""
    call_ids: CallIds = CallIds(re.compile(r"[a-zA-Z0-9_-]{1,40}\Z"), "call_", 29)
    """OpenAI refuses ids of more than 40 characters; Anthropic allows this alphabet only."""
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """OpenAI's reasoning models refuse ``max_tokens``; many compatible servers know nothing else."""
    told: set[str] = field(default_factory=set, compare=False, repr=False)
    """What the log has said already of things left out: each is said once for each model."""
    strict: bool = False
    """Whether what the model cannot do is an error of the caller's; else it is left out, and the log says so."""
    media: tuple[str, ...] | None = None
    """Which of ``image``, ``file``, ``audio`` and ``video`` the model reads; the others are told of in words.
    ``None`` where that is not known: everything goes out then."""
    reasoning_replay: ReasoningReplay = "never"
    """In which form, if in any, the model's own reasoning goes back to it."""
    replay_filter: Callable[[Item], bool | None] | None = None
    """A user's own decision whether a reasoning item goes back as ``reasoning_content``."""
    signs_calls: bool = False
    """Whether the signature that came with a tool call must return with it (Gemini through LiteLLM)."""
    repeats_calls: bool = True
    """Whether one turn may hold the same call twice; else the second follows the first one's output."""
    calls_need_tools: bool = False
    """Whether tools must be declared wherever the conversation holds calls (Claude through LiteLLM)."""
    user_first: bool = False
    """Whether the user must say the first word, as Messages demands (Claude through LiteLLM)."""
    tool_media: Literal["native", "images", "user"] = "user"
    """Whether a tool message may hold images and files, or images alone; what it may not follows in a user message."""
    stream_usage_default: bool = False
    """Whether usage is asked for in streams without ``ModelSettings(include_usage=True)``."""
    store_default: bool | None = None
    """What ``store`` is when the settings are silent."""
    structured_output: StructuredOutput = "native"
    """How an answer is held to a schema: by the model itself, as the arguments of a tool, by asking for it in
    the instructions (the answer is then checked here, and sent back once when it is wrong), or not at all."""
    structured_output_with_tools: StructuredOutput | None = None
    """The same for requests that also hold tools, where that differs (Groq, Gemini before 3)."""
    json_mode: Literal["always", "without_tools", "never"] = "without_tools"
    """When an answer that is asked for in the instructions is held to be JSON by the service."""
    always_stream: bool = False
    """Whether the service answers in streams only: plain calls then read one to its end."""

    hosts: Mapping[str, str] = field(default_factory=dict)
    """Which tools run at the provider: by what they do (see ``HostedSpec``), the name or version that it gives them."""
    structured_output_with_hosted: StructuredOutput | None = None
    """How an answer is held to a schema beside hosted tools, where that differs."""

    efforts: tuple[str, ...] | None = None
    """The efforts that the service knows, where it does not know all: another one becomes the nearest of them."""

    # Chat Completions

    reasoning_dialect: ReasoningDialect = "effort"
    """In which fields reasoning is asked for, and turned off; see ``chat_completions.effort``. On Responses there is
    but the question whether it can be (``none``)."""
    reasons_unasked: bool = False
    """Whether the model reasons without being asked to: turning that off must then say so, or cannot be done."""
    samples_while_reasoning: bool = True
    """Whether sampling can be set, and log probabilities be had, while the model reasons; else they are left out."""
    tools_while_reasoning: bool = True
    """Whether functions are taken while the model reasons; else it is told not to, where there are some (OpenAI's newer
    models, which keep that for Responses)."""
    reasoning_stand_in: str | None = None
    """What stands for the reasoning of a turn of calls that has none, where the service wants some (Kimi, DeepSeek)."""
    think_tag: str | None = None
    """The tag, such as ``think``, between which the model reasons in its text; the text begins with it."""
    think_tag_implied: bool = False
    """Whether the text begins within that tag, as some chat templates have it: only the end of it is written."""
    calls_in_text: bool = False
    """Whether a text that is the JSON of a call is one (Fireworks)."""
    signature_place: Literal["provider_specific_fields", "extra_content"] = "provider_specific_fields"
    """Where a signature stands that returns with its call: in LiteLLM's field, or in that of Google's own endpoint."""
    tool_choices: tuple[str, ...] = ("auto", "none", "required", "named")
    """The choices of tools that the service knows. Without ``none`` the tools are left out instead."""
    required_word: str = "required"
    """What it calls a choice that a tool must be called (``any`` on Mistral and Fireworks)."""
    parallel_calls_setting: bool = True
    """Whether the service takes ``parallel_tool_calls``."""
    refused_settings: tuple[str, ...] = ()
    """Fields of the body that the service refuses; they are left out."""
    strict_schemas: bool = True
    """Whether a schema may be marked as strict."""
    refused_keywords: tuple[str, ...] = ()
    """Keywords that the service refuses in a schema; they move into the description."""
    prompt_cache: Literal["keys", "marks", "automatic"] = "keys"
    """How the service is told to cache the prompt: by OpenAI's fields, by Anthropic's marks, or not at all."""
    bridge_after_tools: str = ""
    """What the assistant says between the outputs of tools and the user, who may not follow them (Mistral)."""
    splits_calls: bool = False
    """Whether each output must follow a message with its own call alone (Databricks)."""
    call_content: Literal["absent", "null", "space"] = "absent"
    """What the content of a message is that holds nothing but calls (Kimi refuses an empty one)."""
    one_system_message: bool = False
    """Whether there is one system message at most, at the head: as the chat templates of many open models have it."""
    merges_neighbours: bool = False
    """Whether messages of one role in a row are made one, for services that want the roles by turns."""
    string_content: bool = False
    """Whether content is text alone, not parts."""
    blank_finish: bool = False
    """Whether an empty finish reason ends an answer (xAI)."""

    # Anthropic Messages

    anthropic_version: str = "2023-06-01"
    """The version of the protocol that the request asks for."""
    anthropic_vertex: str | None = None
    """On Vertex, where a project's models are: ``projects/P/locations/L``. There the path names the model, and the
    body the version."""
    longest_plain_answer: int = 21_333
    """Above so many ``max_tokens`` a plain call is streamed inside: it could take longer than ten minutes, which
    the service refuses (Anthropic's client reckons with 128,000 tokens an hour)."""
    default_max_tokens: int = 8192
    """What ``max_tokens``, which the protocol requires, is when the settings are silent: room for the answer."""
    thinking: Literal["budget", "adaptive", "none"] = "budget"
    """How thinking is asked for: with a budget (before Claude 4.6), as adaptive with an effort, or not at all, as of
    Gemini before 2.5 too."""
    thinking_off: Literal["disabled", "between_tools", "never"] = "disabled"
    """How thinking is turned off, if it can be: Sonnet 5.5 wants ``between_tools``, Opus 5.5 always thinks."""
    forced_tools: Literal["always", "unless_thinking", "never"] = "always"
    """When a tool call may be forced; where it may not, the choice is left to the model."""
    no_sampling: bool = False
    """Whether ``temperature`` and ``top_p`` are refused, as from Opus 4.7 and from version 2026-10-21 on, or have no
    effect, as on Gemini from Flash 3.6 on."""
    strict_tools: bool = False
    """Whether strict tools are sent as strict; the service compiles each schema, and takes twenty at most."""
    system_turns: bool = False
    """Whether a system message may stand in mid-conversation (Opus 4.8, Opus 5 and their kin)."""
    prefill: bool = True
    """Whether the conversation may end with the assistant, as it may not from Opus 4.6 and Gemini 3.6 Flash on."""
    binds_thinking: bool = False
    """Whether thinking is bound to all that came before it: what no longer fits is then dropped, not refused."""

    # Gemini generateContent

    gemini_path: str = "/v1beta"
    """What stands before ``/models/...``: nothing on Vertex, where the address holds project and place."""
    gemini_schema: Literal["json_schema", "openapi"] = "json_schema"
    """Whether schemas go out as JSON Schema, or in the OpenAPI subset that older deployments know alone."""
    gemini_thinking: Literal["level", "budget"] = "level"
    """How effort is told: as a level from Gemini 3 on, as a budget of tokens before."""
    gemini_least_thinking: int | str | None = None
    """What asks for the least of it, where that is not ``MINIMAL`` or 0: 2.5 Pro takes no budget under 128."""
    gemini_most_thinking: int = 32_768
    """The greatest budget that it takes: 2.5 Flash refuses what is more than 24,576."""
    gemini_demands_signatures: bool = True
    """Whether a call of the current turn without a signature is refused, as from Gemini 3 on."""
    gemini_mixes_tools: bool = True
    """Whether hosted tools and functions may stand in one request, as from Gemini 3 on."""
    gemini_shows_hosted: bool = True
    """Whether the answer must then show what hosted tools did; Vertex does not know that option."""

    # Responses

    responses_reasoning: Literal["sealed", "readable", "never"] = "sealed"
    """Which of its own reasoning items go back: those that it encrypted or has stored, as OpenAI wants it; or
    also those that hold their text in the open, as servers of open models do; or none."""
    native_tools: frozenset[str] = frozenset()
    """The tools that its models were taught in a form of their own; the others are offered as functions."""
    responses_encrypted: bool = False
    """Whether encrypted reasoning must be asked for even where the response is stored."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes the items of one response, and what makes their ids unique."""

    provider: str
    model: str
    seed: str
    """Unique for the call: stands in where the provider sends no response id or call id."""
    created_at: float
    """Seconds since the epoch."""
    own_names: Mapping[str, str] = field(default_factory=dict)
    """What names on the wire stand for, where they are not the tools' own."""

    def own_name(self, wire: str) -> str:
        """The name of the tool that has this name on the wire; the model may also have made one up."""
        return self.own_names.get(wire, wire)


def maker_of(item: Item) -> str | None:
    """The provider that made an item; ``None`` where nobody noted it."""
    data = item.get("provider_data")
    return data.get("provider") if isinstance(data, Mapping) else None


class BungledAnswer(ModelBehaviorError):
    """The service itself could not read what its model wrote: the model may be told, and try again."""


class Decoder(Protocol):
    """Turns the frames of one stream into events."""

    response: ModelResponse
    """The whole answer; it stands once ``close`` has returned."""

    def feed(self, payload: Any) -> list[TResponseStreamEvent]:
        """Read one frame: bytes of JSON, or a client's object of the same shape."""

    def close(self) -> list[TResponseStreamEvent]:
        """The stream has ended: the last events.

        Raises:
            ProviderProtocolError: It ended before the answer did.
        """

    @property
    def finished(self) -> bool:
        """Whether the service has said all: what goes wrong from here on cannot take the answer back."""

    def break_off(self) -> list[TResponseStreamEvent] | None:
        """The answer ends here, and another one goes on from it: the events that end what is open.

        ``None`` where nothing can go on from it.
        """

    def partial(self) -> ModelResponse:
        """What has been received so far."""


class Codec(Protocol):
    """One wire protocol."""

    names: NameRule
    """What names of tools the protocol takes."""
    keeps_state: bool
    """Whether the service can keep a conversation, to go on from."""
    hosted_options: Mapping[str, frozenset[str] | None]
    """The kinds of hosted tools that the protocol has words for, and their options (in the words of Responses) that it
    has words for; ``None`` where it has them for all."""

    def encode(self, request: ModelRequest, profile: Profile) -> WireCall:
        """The request as the wire wants it."""

    def holds_output(self, request: ModelRequest, profile: Profile) -> bool:
        """Whether the service itself sees to it that the answer to this request is of its schema, if it has one."""

    def decode(self, payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
        """A whole answer: bytes of JSON, or a client's object of the same shape."""

    def decoder(self, maker: Maker, profile: Profile, *, keep_usage: bool) -> Decoder:
        """A reader for one streamed answer."""


def ignore(profile: Profile, what: str) -> None:
    """Say that something that was asked for cannot be had: once, as it will be asked for with every call.

    Raises:
        UserError: The caller wants to be told so.
    """
    if profile.strict:
        raise UserError(what)
    if what not in profile.told:
        profile.told.add(what)
        logger.warning("Ignored: %s", what)


RESPONSES_ONLY = ("truncation", "response_include", "context_management")
"""Settings for which no protocol but Responses has a field."""


def ignore_settings(settings: ModelSettings, profile: Profile, protocol: str, names: Sequence[str]) -> None:
    """Say of those of these settings that were made that the protocol has no field for them.

    Raises:
        UserError: The caller wants to be told so.
    """
    for name in names:
        if getattr(settings, name) is not None:
            ignore(profile, f"{name}, for which {protocol} has no field.")


EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""Every effort that a model may be asked for, from the least to the greatest."""


def nearest_effort(effort: str, known: Sequence[str] | None) -> str:
    """The known effort that comes nearest, and of two the greater one; ``none`` is none, and comes near nothing."""
    if not known or effort in known or effort not in EFFORTS:
        return effort
    places = {name: EFFORTS.index(name) for name in known if name in EFFORTS and name != "none"}
    if not places:
        return effort
    wanted = EFFORTS.index(effort)
    return min(places, key=lambda name: (abs(places[name] - wanted), -places[name]))


def reasons(settings: ModelSettings, profile: Profile) -> bool:
    """Whether the model will reason, as far as that is known."""
    effort = field_of(settings.reasoning, "effort") if settings.reasoning else None
    return profile.reasons_unasked if effort is None else effort != "none"


def may_force(profile: Profile, *, thinking: bool) -> bool:
    """Whether the model can be made to call a tool at all."""
    return profile.forced_tools == "always" or (profile.forced_tools == "unless_thinking" and not thinking)


def sampled(settings: ModelSettings, profile: Profile) -> ModelSettings:
    """The settings, without sampling where the model takes none while it reasons."""
    given = [name for name in ("temperature", "top_p", "top_logprobs") if getattr(settings, name) is not None]
    if not given or profile.samples_while_reasoning or not reasons(settings, profile):
        return settings
    ignore(profile, f"{', '.join(given)}: the model takes no sampling while it reasons.")
    return replace(settings, **dict.fromkeys(given))


def json_mode(request: ModelRequest, profile: Profile) -> bool:
    """Whether the service is asked for JSON, of a schema that stands in the instructions."""
    if request.output is None or profile.structured_output != "prompt":
        return False
    return profile.json_mode == "always" or (profile.json_mode == "without_tools" and not request.tools)


def own(value: Any) -> Any:
    """A copy of what the caller gave, as plain data: whatever a client below does with it, the caller's stays."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    if isinstance(value, Mapping):
        return {name: own(item) for name, item in value.items()}
    return [own(item) for item in value] if isinstance(value, (list, tuple)) else value
