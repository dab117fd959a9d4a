"""What a test says to the simulator: replies in neutral words, faults, and the queue that holds them.

Above: tests and :mod:`.server`, which takes the next item of the queue. Below: nothing. Each protocol module
renders these words in its own wire form, so one script serves every protocol.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from .hosted import Hosted

__all__ = [
    "Ask",
    "Citation",
    "Disconnect",
    "DuplicateIds",
    "EmptyChoices",
    "ErrorInStream",
    "Fault",
    "HttpError",
    "IndexJump",
    "NoTerminal",
    "NoUsage",
    "Part",
    "Raw",
    "Redacted",
    "Refusal",
    "Reply",
    "Script",
    "ScriptItem",
    "Stall",
    "Text",
    "Thinking",
    "Tokens",
    "Tool",
    "ToolCall",
    "ToolResult",
    "Truncated",
]

# --- What the model says --------------------------------------------------------------------------


@dataclass(frozen=True)
class Citation:
    """A source of a text part: characters `start` to `end` of the text rest on it."""

    url: str
    title: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Text:
    """Visible text. `pieces` cuts it for a stream by hand; otherwise it is cut between words."""

    text: str = ""
    pieces: Sequence[str] | None = None
    citations: Sequence[Citation] = ()

    def whole(self) -> str:
        """The text, from its pieces when only they are given."""
        return self.text or "".join(self.pieces or ())


@dataclass(frozen=True)
class Thinking:
    """Reasoning text. The simulator signs it unless `signature` is given; `""` leaves it unsigned."""

    text: str
    signature: str | None = None


@dataclass(frozen=True)
class Redacted:
    """Reasoning that only its maker can read: Anthropic's `redacted_thinking`, Responses' encrypted content."""

    data: str


@dataclass(frozen=True)
class ToolCall:
    """A call. `arguments` as a string goes out verbatim, so that it can be broken JSON; `id` is minted when
    absent.
    """

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)
    id: str | None = None
    namespace: str | None = None
    """Where Responses has put the tool apart."""


@dataclass(frozen=True)
class Refusal:
    """The model, or a filter before it, declines, with this explanation."""

    text: str


Part = Union[Text, Thinking, Redacted, ToolCall, Refusal, Hosted]


@dataclass(frozen=True)
class Tokens:
    """Usage in neutral words: `input` holds all that was read, `output` all that was written, reasoning
    included.
    """

    input: int
    output: int
    cached: int = 0
    cache_write: int = 0
    reasoning: int = 0


# --- What goes wrong ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with a reply: give it in `Reply.faults`, or queue it bare (the assistant
    answers).
    """


@dataclass(frozen=True)
class HttpError(Fault):
    """The service answers with this status, and the vendor's own error shape unless `body` is given."""

    status: int
    message: str = ""
    type: str | None = None
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str | Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Disconnect(Fault):
    """The connection breaks: before any header (`after=None`), or after that many events (half of a plain
    body).

    `reset=True` sends a TCP reset in mid-stream instead of an orderly close; before the headers it is always
    a reset.
    """

    after: int | None = None
    reset: bool = False


@dataclass(frozen=True)
class Stall(Fault):
    """The service falls silent: before any header (`after=None`) or after that many events, until somebody
    leaves.
    """

    after: int | None = None


@dataclass(frozen=True)
class Truncated(Fault):
    """The body ends after this share of its bytes, though HTTP is in order (a gateway gave up)."""

    keep: float = 0.5


@dataclass(frozen=True)
class ErrorInStream(Fault):
    """An error object inside a 200 answer, after that many events; the stream then ends.

    On Responses the `type` chooses among the service's spellings: none the documented `error` event,
    `response.failed` that event, any other a nested error object.
    """

    after: int = 1
    status: int = 529
    message: str = "Overloaded"
    type: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class NoTerminal(Fault):
    """The stream ends in order, but without finish reason and terminal event."""


@dataclass(frozen=True)
class NoUsage(Fault):
    """No usage is reported."""


@dataclass(frozen=True)
class EmptyChoices(Fault):
    """An answer with nothing in it: no choices, no content, no candidates."""


@dataclass(frozen=True)
class DuplicateIds(Fault):
    """Every tool call of the reply carries the same id."""


@dataclass(frozen=True)
class IndexJump(Fault):
    """On Chat Completions, the tool calls of a stream have indexes with gaps, that do not begin at 0."""


# --- Items of a script ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """One answer of the model.

    Attributes:
        parts: What it says, in order; a bare string is a `Text`.
        stop: `end`, `tools`, `length`, `filter`, `refusal`, `pause`, `sequence`, `blocked` (Gemini: the
            prompt was), `failed` (Responses), or a vendor's own word, which goes out as it is. Worked out from
            the parts when absent.
        usage: Token counts; worked out from text lengths when absent.
        faults: What goes wrong with it.
        headers: Extra response headers.
    """

    parts: Sequence[Part | str] = ()
    stop: str | None = None
    usage: Tokens | None = None
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def said(self) -> list[Part]:
        """The parts, with bare strings made `Text`."""
        return [Text(part) if isinstance(part, str) else part for part in self.parts]

    def has(self, kind: type[Fault]) -> bool:
        """Whether a fault of this kind is attached."""
        return any(isinstance(fault, kind) for fault in self.faults)


@dataclass(frozen=True)
class Raw:
    """Bytes as they are: a `body`, or a stream of `events` (bytes verbatim; `str` or mapping as one `data:`
    event).
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str | Mapping[str, Any] = b""
    events: Sequence[bytes | str | Mapping[str, Any]] | None = None


# --- The request in neutral words -----------------------------------------------------------------


@dataclass(frozen=True)
class Tool:
    """A function tool that the request offers."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ToolResult:
    """A tool result of the current turn."""

    name: str
    text: str


@dataclass(frozen=True)
class Ask:
    """A request that the simulator accepted, in neutral words; what a callable script item is given.

    `calls` and `results` are those since the user last spoke. `choice` is `auto`, `none`, `required`, or a
    tool's name. `wire` holds what only the protocol that read the request needs to answer it.
    """

    protocol: str
    model: str
    body: Mapping[str, Any] = field(repr=False)
    stream: bool = False
    user_text: str = ""
    tools: Sequence[Tool] = ()
    choice: str = "auto"
    parallel: bool = True
    calls: Sequence[ToolCall] = ()
    results: Sequence[ToolResult] = ()
    schema: Mapping[str, Any] | None = None
    json_mode: bool = False
    reasoning: bool = False
    max_tokens: int | None = None
    stops: Sequence[str] = ()
    prompt_tokens: int = 0
    wire: Mapping[str, Any] = field(default_factory=dict, repr=False)


ScriptItem = Union[Reply, Raw, Fault, str, Callable[[Ask], Union[Reply, Raw, Fault, str]]]


class Script:
    """Queues of what to answer: one for everybody, and one for each model name that a test asks for."""

    def __init__(self) -> None:
        self._queues: dict[str | None, deque[ScriptItem]] = {None: deque()}

    def add(self, items: Sequence[ScriptItem], model: str | None) -> None:
        """Append items to the queue of `model`, or to everybody's."""
        self._queues.setdefault(model, deque()).extend(items)

    def next(self, ask: Ask) -> Reply | Raw | Fault | None:
        """The next item for this request, its own model's queue first; None when there is none."""
        queue = self._queues.get(ask.model) or self._queues[None]
        if not queue:
            return None
        item = queue.popleft()
        if not isinstance(item, (Reply, Raw, Fault, str)):
            item = item(ask)
        return Reply([item]) if isinstance(item, str) else item

    def left(self) -> int:
        """How many items nobody has asked for yet."""
        return sum(len(queue) for queue in self._queues.values())

    def clear(self) -> None:
        """Forget what is queued."""
        self._queues = {None: deque()}
