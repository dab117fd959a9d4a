"""Makes a conversation legal for its next reader, whoever made it.

A conversation here is a list of Responses items, perhaps made by models of several vendors, cut off in
mid-turn, filtered, or written by hand. ``fit`` returns the same conversation so that any protocol can carry
it:

- every tool call is followed by its output, in the order of the calls; a call without one gets an output that
  says so,
  an output without its call is told as text;
- call ids are unique, and only as the reader accepts them, rewritten the same way on each request;
- the arguments of a call are a JSON object, whatever the model wrote;
- reasoning goes back to its maker alone, and never without the turn that it belongs to; empty answers stay
  out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ..exceptions import UserError
from ..item_helpers import call_name_of
from ..native_calls import NATIVE_OUTPUTS
from .base import CallIds, Item, Profile, ignore
from .base import maker_of as maker_of
from .foreign_calls import answer_to, with_known_calls
from .hosted import HOSTED, in_words

MEDIA = {
    **dict.fromkeys(("input_image", "image_url", "image"), "image"),
    **dict.fromkeys(("input_file", "file", "document"), "file"),
    "input_audio": "audio",
    "video_url": "video",
}
"""What content parts are, by their type in any of the spellings."""
_ARTICLES = {"image": "an", "file": "a", "audio": "an", "video": "a"}
INTERRUPTED = "No output: the run was interrupted before this tool answered."
CALLS = frozenset({"function_call", *NATIVE_OUTPUTS})
OUTPUTS = frozenset({"function_call_output", *NATIVE_OUTPUTS.values()})
_COMMON = frozenset({"message", "reasoning", *CALLS, *OUTPUTS})
"""Items that every reader has a form for, or words."""
SUMMED_UP = "(What was said before was summed up here, in a form that is not shown to you.)"
_SAME_CALL = ("type", "name", "arguments", "action", "operation", "input")
IN_THE_OPEN = frozenset({"reasoning_content", "reasoning", "think_tags", "thinking_chunks", "reasoning_details"})
"""Forms of reasoning that nothing seals."""
NOT_BY_MODEL = frozenset({"mcp_approval_response", "compaction_trigger"})


def fit(
    items: Sequence[object],
    profile: Profile,
    *,
    reads: Callable[[Item], bool] | None = None,
    reads_hosted: Callable[[Item], bool] | None = None,
    reads_namespaces: bool = False,
    server_state: bool = False,
) -> list[dict[str, Any]]:
    """The conversation as the reader described by ``profile`` can take it; the input is left as it is.

    Args:
        items: The conversation.
        profile: Its reader.
        reads: The protocol's own rule for the reasoning items that go back, in place of ``readable``.
        reads_hosted: The protocol's rule for the items of hosted tools that go back as they are; the others, and all
            where the protocol has no form for them, are told in words.
        reads_namespaces: Whether the name of a called tool may stand apart from its namespace, for its maker.
        server_state: The items go on from a conversation that the server keeps: an output without its call
            answers a call there.

    Raises:
        UserError: Something in it is no item.
    """
    conversation = [plain(item, position) for position, item in enumerate(items)]
    conversation = list(_with_hosted_in_words(conversation, reads_hosted))
    conversation = list(_without_strangers(conversation, profile))
    conversation = list(with_known_calls(conversation, profile, server_state=server_state))
    if profile.media is not None:
        conversation = [_with_readable_media(item, profile, profile.media) for item in conversation]
    fitting = _Fitting(conversation, profile, reads_namespaces=reads_namespaces, server_state=server_state)
    goes_back = reads if reads is not None else lambda item: readable(item, profile)
    for position, item in enumerate(conversation):
        if item["type"] in OUTPUTS:
            fitting.output(position, item)
        elif item["type"] in CALLS:
            fitting.call(position, item)
        else:
            fitting.other(
                item, kept=goes_back(item) if item["type"] == "reasoning" else not _says_nothing(item, profile)
            )
    return list(_without_stray_reasoning(fitting.close()))


class _Fitting:
    """Puts the outputs of each turn behind its calls, in their order."""

    def __init__(
        self, conversation: Sequence[Item], profile: Profile, *, reads_namespaces: bool, server_state: bool
    ) -> None:
        self.profile = profile
        self.conversation = conversation
        self.reads_namespaces = reads_namespaces
        self.server_state = server_state
        self.outputs = _pair(conversation)
        self.answered = set(self.outputs.values())
        self.ids = _Ids(profile.call_ids)
        self.fitted: list[dict[str, Any]] = []
        self.waiting: list[dict[str, Any]] = []  # the outputs of the calls of the current turn
        self.turn = 0  # where the calls of the current turn begin
        self.heard = False  # whether the turn's maker has been told an output: what follows is another turn

    def output(self, position: int, item: dict[str, Any]) -> None:
        """An output: that of a call has its place already."""
        self.heard = True
        if position not in self.answered:
            self._flush()
            self.fitted.append(item if self.server_state and item.get("call_id") else _told(item))

    def call(self, position: int, item: dict[str, Any]) -> None:
        """A call, whose output is to follow when its turn has ended."""
        self._end_turn_before(item)
        self.turn = self.turn if self.waiting else len(self.fitted)
        found = self.outputs.get(position)
        call = {**item, "call_id": self.ids.of_call(str(item.get("call_id") or ""))}
        output = None if found is None else self.conversation[found]
        self.waiting.append(answer_to(call, output, INTERRUPTED, self.profile))
        if item["type"] == "function_call":
            call["arguments"] = _arguments(item.get("arguments"))
        if item.get("namespace") and not (self.reads_namespaces and maker_of(item) in (self.profile.provider, None)):
            call["name"] = call_name_of(str(item.get("name") or ""), str(call.pop("namespace")))
        self.fitted.append(call)

    def other(self, item: dict[str, Any], *, kept: bool) -> None:
        """Any other item; one that is not kept may end a turn all the same."""
        self._end_turn_before(item)
        if kept:
            self.fitted.append(item)

    def close(self) -> list[dict[str, Any]]:
        """The conversation is complete."""
        self._flush()
        return self.fitted

    def _end_turn_before(self, item: Item) -> None:
        if self.waiting and (self.heard or not _same_turn(item, self.fitted[-1])):
            self._flush()
        if self.waiting and not self.profile.repeats_calls and _repeats(item, self.fitted[self.turn :]):
            self._flush()
        self.heard = False

    def _flush(self) -> None:
        self.fitted += self.waiting
        self.waiting = []


def plain(item: object, position: int) -> dict[str, Any]:
    """An item as a dict with its type; a message may be written without one.

    Raises:
        UserError: The item says neither type nor role.
    """
    data = item if isinstance(item, Mapping) else _dumped(item, position)
    kind = data.get("type") or ("message" if "role" in data else None)
    if not isinstance(kind, str):
        fields = sorted(map(str, data))
        raise UserError(f"Input item {position} has neither 'type' nor 'role' as text, only {fields}.")
    return {**data, "type": kind}


def _dumped(item: object, position: int) -> Mapping[str, Any]:
    """The fields of an output object that somebody put into the input as it is."""
    dump = getattr(item, "model_dump", None)
    if dump is None:
        raise UserError(f"Input item {position} is a {type(item).__name__}; items are dicts in Responses form.")
    fields: Mapping[str, Any] = dump(exclude_unset=True)
    return fields


def _with_readable_media(item: dict[str, Any], profile: Profile, media: Sequence[str]) -> dict[str, Any]:
    """The item with words in place of what the reader cannot see or hear."""
    place = "output" if item["type"] in OUTPUTS else "content"
    content = item.get(place)
    if content is None or isinstance(content, str) or item["type"] not in ("message", *OUTPUTS):
        return item
    parts = list(content_parts(content))
    if all(MEDIA.get(str(part.get("type"))) in (None, *media) for part in parts):
        return item
    return {**item, place: [_readable_part(part, profile, media) for part in parts]}


def _readable_part(part: Item, profile: Profile, media: Sequence[str]) -> Item:
    kind = MEDIA.get(str(part.get("type")))
    if kind is None or kind in media:
        return part
    if profile.strict:
        raise UserError(f"The model of {profile.provider} reads no {kind}: take the {part.get('type')!r} part out.")
    inner = part.get("file")
    name = part.get("filename") or (inner.get("filename") if isinstance(inner, Mapping) else None)
    called = f" named {name!r}" if name else ""
    return {"type": "input_text", "text": f"(Here was {_ARTICLES[kind]} {kind}{called}, which you cannot read.)"}


def _with_hosted_in_words(
    items: Iterable[dict[str, Any]], reads: Callable[[Item], bool] | None
) -> Iterator[dict[str, Any]]:
    for item in items:
        if item["type"] not in HOSTED or (reads is not None and reads(item)):
            yield item
        elif (told := in_words(item)) is not None:
            yield told


def _without_strangers(items: Iterable[dict[str, Any]], profile: Profile) -> Iterator[dict[str, Any]]:
    """The items without those that another maker left, and that it alone can read; a user's own go on as they are."""
    for item in items:
        kind = item["type"]
        if kind in _COMMON or kind in HOSTED or maker_of(item) in (None, profile.provider):
            yield item
            continue
        ignore(profile, f"a {kind!r} item, which {maker_of(item)} made and alone can read.")
        if kind == "compaction":
            yield {"type": "message", "role": "assistant", "content": SUMMED_UP}


def by_model(item: Item) -> bool:
    """Whether an item is part of a model's answer: the calls of tools that run at the vendor's are, as well."""
    if "role" in item:
        return bool(item["role"] == "assistant")
    kind = item["type"]
    return kind not in NOT_BY_MODEL and (kind in HOSTED or not kind.endswith("_output"))


def readable(item: Item, profile: Profile) -> bool:
    """Whether a reasoning item goes back to the reader."""
    if sealed(item, profile):
        return True
    if profile.replay_filter is not None and (verdict := profile.replay_filter(item)) is not None:
        return verdict
    return profile.reasoning_replay in IN_THE_OPEN and maker_of(item) == profile.provider


def sealed(item: Item, profile: Profile) -> bool:
    """Whether a reasoning item bears the reader's own seal: it goes back verbatim or not at all."""
    own = profile.reasoning_replay == "thinking_blocks" and maker_of(item) == profile.provider
    return own and bool(item.get("encrypted_content"))


def text_of(message: Item) -> str:
    """What an assistant message says: its text, or else its refusal."""
    parts = list(content_parts(message.get("content")))
    text = "".join(str(part.get("text") or "") for part in parts if part.get("type") != "refusal")
    return text or "".join(str(part.get("refusal") or "") for part in parts)


def _says_nothing(item: Item, profile: Profile) -> bool:
    """Whether an item is an empty answer, which readers refuse; blocks of its maker's own tools are something."""
    if item["type"] != "message" or item.get("role") != "assistant" or text_of(item):
        return False
    if maker_of(item) != profile.provider:
        return True
    return not {"blocks_before", "blocks_after", "stop_reason"} & item["provider_data"].keys()


def _arguments(arguments: object) -> str:
    """The arguments of a call as the text of a JSON object, which some readers parse.

    What is none is wrapped, under the name that Anthropic's guide to fine-grained tool streaming gives it, so
    that the model sees what it wrote.
    """
    if isinstance(arguments, Mapping):
        arguments = json.dumps(arguments, ensure_ascii=False, default=str)
    text = str(arguments or "")
    if not text.strip():
        return "{}"
    try:
        msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (ValueError, RecursionError):
        readable_text = text.encode("utf-8", "replace").decode()  # half a surrogate pair is refused as well
        return json.dumps({"INVALID_JSON": readable_text}, ensure_ascii=False)
    return text


def _pair(items: Sequence[Item]) -> dict[int, int]:
    """Position of each call -> position of its output.

    Vendors repeat ids, within a turn and from turn to turn: an output belongs to the first open call of its
    id, and a call that its own turn left open is not answered by a later turn's output.
    """
    open_calls: dict[str, list[int]] = {}
    turn_of: dict[str, int] = {}
    pairs: dict[int, int] = {}
    turn = 0
    for position, item in enumerate(items):
        call_id = str(item.get("call_id") or "")
        if item["type"] in CALLS:
            if turn_of.get(call_id) != turn:
                open_calls[call_id] = []
                turn_of[call_id] = turn
            open_calls[call_id].append(position)
        elif item["type"] in OUTPUTS:
            if calls := open_calls.get(call_id):
                pairs[calls.pop(0)] = position
        elif item.get("role", "assistant") != "assistant":
            turn += 1
    return pairs


def _same_turn(item: Item, last: Item) -> bool:
    """Whether an item still belongs to the assistant turn whose calls wait for their outputs."""
    if not by_model(item):
        return False
    mine, theirs = _response_of(item), _response_of(last)
    return mine == theirs if mine and theirs else item["type"] in CALLS


def _repeats(item: Item, calls: Sequence[Item]) -> bool:
    """Whether a call is the same as one of these."""
    return any(all(item.get(key) == call.get(key) for key in _SAME_CALL) for call in calls)


def _response_of(item: Item) -> object:
    data = item.get("provider_data")
    return data.get("response_id") if isinstance(data, Mapping) else None


def _told(output: Item) -> dict[str, Any]:
    """An output whose call is not in the conversation, as something that a user message can say."""
    head = {"type": "input_text", "text": "Output of an earlier tool call:"}
    return {"type": "message", "role": "user", "content": [head, *content_parts(output.get("output"))]}


def _without_stray_reasoning(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Reasoning that nothing of its turn follows would be a turn of its own, which readers refuse."""
    pending: list[dict[str, Any]] = []
    for item in items:
        if item["type"] == "reasoning":
            pending.append(item)
            continue
        if by_model(item):
            yield from (r for r in pending if _of_one_response(r, item))
        pending.clear()
        yield item


def _of_one_response(reasoning: Item, item: Item) -> bool:
    mine, theirs = _response_of(reasoning), _response_of(item)
    return mine == theirs or not (mine and theirs)


class _Ids:
    """Call ids as the reader accepts them: unique, and the same for the same conversation on each request."""

    def __init__(self, rule: CallIds) -> None:
        self.rule = rule
        self.taken: set[str] = set()

    def of_call(self, call_id: str) -> str:
        chosen, turn = call_id, 0
        while chosen in self.taken or not self.rule.pattern.match(chosen):
            chosen = self._rewritten(f"{call_id}\0{turn}" if turn or not call_id else call_id)
            turn += 1
        self.taken.add(chosen)
        return chosen

    def _rewritten(self, call_id: str) -> str:
        digest = hashlib.sha256(call_id.encode("utf-8", "surrogatepass")).hexdigest()
        return self.rule.prefix + digest[: self.rule.length - len(self.rule.prefix)]


def content_parts(content: object) -> Iterable[Mapping[str, Any]]:
    """The parts of a message's content, or of a tool's output, however it is written: text alone is one part.

    Raises:
        UserError: It is neither text nor parts.
    """
    if content is None:
        return []
    if isinstance(content, str):
        return [{"type": "input_text", "text": content}] if content else []
    if isinstance(content, Mapping):
        return [content]
    if isinstance(content, Iterable):
        return [part if isinstance(part, Mapping) else {"type": "input_text", "text": str(part)} for part in content]
    raise UserError(f"A message's content is text or a list of parts, not {type(content).__name__}.")
