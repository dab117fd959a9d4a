"""The rules that the events of every stream keep, whichever model made it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

HOSTED = {
    "web_search_call",
    "image_generation_call",
    "code_interpreter_call",
    "file_search_call",
    "mcp_call",
    "tool_search_call",
}
"""What the service does by itself may go on beside other items."""
DELTAS = {
    "response.output_text.delta": "response.output_text.done",
    "response.refusal.delta": "response.refusal.done",
    "response.function_call_arguments.delta": "response.function_call_arguments.done",
    "response.reasoning_summary_text.delta": "response.reasoning_summary_text.done",
    "response.code_interpreter_call_code.delta": "response.code_interpreter_call_code.done",
    "response.mcp_call_arguments.delta": "response.mcp_call_arguments.done",
}
TEXT_OF = {
    "response.output_text.done": "text",
    "response.refusal.done": "refusal",
    "response.function_call_arguments.done": "arguments",
    "response.reasoning_summary_text.done": "text",
    "response.code_interpreter_call_code.done": "code",
    "response.mcp_call_arguments.done": "arguments",
}


def check_stream(events: list[Any], output: list[Any]) -> None:
    """Assert that the events are in order, complete, and tell of exactly this output."""
    kinds = [event.type for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert kinds.count("response.created") == kinds.count("response.completed") == 1
    last = events[-1]
    assert last.type == "response.completed"
    items = _Items()
    for event in events[2:-1]:
        items.see(event)
        if event.type in DELTAS:  # built without a look at what is in them
            validated = type(event).model_validate(event.model_dump(exclude_unset=True))
            assert (validated, validated.model_fields_set) == (event, event.model_fields_set)
    assert not items.open, "every item that was added is done"
    assert [items.done[index] for index in range(len(items.done))] == output
    assert last.response.output == output
    assert {events[0].response.id, last.response.id} == {last.response.id}


class _Items:
    def __init__(self) -> None:
        self.open: dict[int, Any] = {}
        self.done: dict[int, Any] = {}
        self.parts: set[tuple[Any, ...]] = set()
        self.told: dict[tuple[Any, ...], str] = defaultdict(str)

    def see(self, event: Any) -> None:
        index = event.output_index
        if event.type == "response.output_item.added":
            assert index == len(self.open) + len(self.done), "an output index is the position in the answer"
            if event.item.type != "function_call":
                self._nothing_else_speaks()
            self.open[index] = event.item
            return
        assert index in self.open, f"{event.type} of an item that is not open"
        if event.type == "response.output_item.done":
            self._end(index, event.item)
            return
        assert event.item_id == self.open[index].id
        place = (index, getattr(event, "content_index", None), getattr(event, "summary_index", None))
        if event.type.endswith("part.added"):
            assert place not in self.parts
            self.parts.add(place)
        elif event.type.endswith("part.done"):
            self.parts.remove(place)
        elif event.type in DELTAS:
            self._begun(place)
            self.told[(DELTAS[event.type], *place)] += event.delta
        elif event.type in TEXT_OF:
            told = self.told[(event.type, *place)]
            text = getattr(event, TEXT_OF[event.type])
            assert told == text or (told == "" and text == "{}"), "deltas add up to the whole"

    def _begun(self, place: tuple[Any, ...]) -> None:
        if place[1:] != (None, None):  # arguments are in no part
            assert place in self.parts, "a part is announced before its deltas"

    def _nothing_else_speaks(self) -> None:
        open_kinds = {item.type for item in self.open.values()}
        assert open_kinds <= {"function_call", *HOSTED}, "reasoning and text end before the next of them begins"

    def _end(self, index: int, item: Any) -> None:
        added = self.open.pop(index)
        assert (added.id, added.type) == (item.id, item.type)
        assert not [place for place in self.parts if place[0] == index], "parts are done before their item"
        self.done[index] = item
