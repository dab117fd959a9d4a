"""How a conversation goes out: the items themselves, without what their reader would refuse."""

from __future__ import annotations

from typing import Any

import pytest

from agents.exceptions import UserError

from .said import call, inputs, made, message, output, reasoning, user

Item = dict[str, Any]

PLAIN = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi", "annotations": []}]}
SEALED = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "s3al"}
CALL = {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{}"}
THEIRS = {"provider": "other", "response_id": "msg_01"}


ANSWERS: dict[str, tuple[list[Item], list[Item]]] = {
    "a message without reasoning leaves its id": ([made(message())], [PLAIN]),
    "a message after its reasoning keeps it": (
        [made(reasoning()), made(message())],
        [SEALED, {**PLAIN, "id": "msg_1", "status": "completed"}],
    ),
    "a call after its reasoning keeps it, the next has none": (
        [made(reasoning()), made(call()), made(call("call_2", id="fc_2")), output(), output("call_2")],
        [SEALED, {**CALL, "id": "fc_1"}, {**CALL, "call_id": "call_2"}, output(), output("call_2")],
    ),
    "a message of another response than the reasoning before it": (
        [made(reasoning()), made(message(), response_id="resp_2")],
        [PLAIN],
    ),
    "reasoning without what it led to": ([made(reasoning()), user()], [user()]),
    "reasoning that led to what is gone, while another item of its response is there": (
        [made(reasoning(), followed_by="fc_0"), made(call()), output()],
        [CALL, output()],
    ),
    "reasoning that led to reasoning that led to what is there": (
        [made(reasoning(), followed_by="rs_2"), made(reasoning(id="rs_2"), followed_by="msg_1"), made(message())],
        [SEALED, {**SEALED, "id": "rs_2"}, {**PLAIN, "id": "msg_1", "status": "completed"}],
    ),
    "reasoning that led to nothing": ([made(reasoning(), followed_by=""), made(message(id="msg_resp_1_1"))], [PLAIN]),
    "reasoning at the end": ([user(), made(reasoning())], [user()]),
    "another maker's reasoning": ([made(reasoning(), **THEIRS), made(message(), **THEIRS)], [PLAIN]),
    "reasoning that another protocol of the same provider sealed": (
        [made(reasoning(), type="thinking"), made(message())],
        [PLAIN],
    ),
    "what nobody marked is this protocol's own": (
        [reasoning(), message()],
        [SEALED, {**PLAIN, "id": "msg_1", "status": "completed"}],
    ),
    "an id that was minted here": (
        [made(reasoning()), made(message(id="msg_resp_1_1"))],
        [SEALED, PLAIN],
    ),
    "an id that is too long": ([made(reasoning()), made(message(id="msg_" + "x" * 61))], [SEALED, PLAIN]),
    "an id of another form": ([made(reasoning()), made(message(id="__fake_id__"))], [SEALED, PLAIN]),
    "a cut answer says so": (
        [made(reasoning()), made(message(status="incomplete"))],
        [SEALED, {**PLAIN, "id": "msg_1", "status": "incomplete"}],
    ),
    "the phase of a message": ([made(message(phase="commentary"))], [{**PLAIN, "phase": "commentary"}]),
    "an easy message": ([{"role": "assistant", "content": "Hi"}], [PLAIN]),
    "another maker's citations": (
        [made(message(content=[{"type": "output_text", "text": "Hi", "annotations": [{"x": 1}]}]), **THEIRS)],
        [PLAIN],
    ),
    "a refusal": (
        [made(message(content=[{"type": "refusal", "refusal": "No."}]))],
        [{**PLAIN, "content": [{"type": "refusal", "refusal": "No."}]}],
    ),
    "an answer of nothing": ([user(), made(message(content=[]))], [user()]),
}


@pytest.mark.parametrize(("items", "expected"), ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("store", [None, False])
def test_answers_go_back_as_their_reader_takes_them(items: list[Item], expected: list[Item], store: bool) -> None:
    """Orphans of either kind, and ids of another maker, are each a 400 (A#270, A#722, A#2727, A#3207)."""
    assert inputs(*items, store=store) == expected


REASONING: dict[str, tuple[Item, Item, list[Item]]] = {
    "stored, it is known by its id": (
        {},
        reasoning(seal=None),
        [{"type": "reasoning", "id": "rs_1", "summary": []}],
    ),
    "not stored, an id says nothing": ({"store": False}, reasoning(seal=None), []),
    "its text does not go to those who seal it": (
        {"store": False},
        reasoning("Hm.", seal=None, content=[{"type": "reasoning_text", "text": "Hm"}]),
        [],
    ),
    "a server of open models reads its text": (
        {"store": False, "responses_reasoning": "readable"},
        reasoning(seal=None, content=[{"type": "reasoning_text", "text": "Hm"}]),
        [{"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "Hm"}]}],
    ),
    "nothing to read": ({"responses_reasoning": "readable"}, reasoning(seal=None), []),
    "never": ({"responses_reasoning": "never"}, reasoning(), []),
    "the status is left out, which the service refuses": ({}, reasoning(status="completed"), [SEALED]),
    "a summary": (
        {},
        reasoning("Hm."),
        [{**SEALED, "summary": [{"type": "summary_text", "text": "Hm."}]}],
    ),
}


@pytest.mark.parametrize(("reader", "item", "expected"), REASONING.values(), ids=REASONING)
def test_reasoning_goes_back_where_it_can_be_read(reader: dict[str, Any], item: Item, expected: list[Item]) -> None:
    """An id that cannot be looked up is a 404, sealed content is what makes up for it (A#920)."""
    assert inputs(made(item), made(message()), **reader)[:-1] == expected


def test_sealed_reasoning_without_an_id_stays_without_one() -> None:
    """The content is bound to the id that it was sealed with: one that is made up is refused, none is not."""
    item = made({**reasoning(), "id": ""})
    first, said = inputs(item, made(message()))
    assert "id" not in first
    assert "id" not in said  # nobody can tell what led to it


OTHERS: dict[str, tuple[Item, Item | None, Item | None]] = {
    "a search of the server": (
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}},
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}},
        None,
    ),
    "a kind that nobody knows": (
        {"type": "dream_call", "id": "dr_1", "vivid": True, "created_by": "x"},
        {"type": "dream_call", "id": "dr_1", "vivid": True},
        None,
    ),
    "a reference": ({"type": "item_reference", "id": "msg_1"}, {"type": "item_reference", "id": "msg_1"}, None),
}


@pytest.mark.parametrize(("item", "own", "foreign"), OTHERS.values(), ids=OTHERS)
def test_items_of_this_protocol_alone_go_to_their_maker(item: Item, own: Item | None, foreign: Item | None) -> None:
    """What another vendor's server did is of no use here; a call of ours is, without the other's id."""
    assert inputs(user(), made(item)) == [user(), own]
    assert inputs(user(), made(item, **THEIRS)) == [user(), *([foreign] if foreign else [])]


def test_a_reference_needs_a_server_that_stores() -> None:
    """With store=False it points to nothing: a 404."""
    item = {"type": "item_reference", "id": "msg_1"}
    assert inputs(user(), item, store=False) == [user()]
    assert inputs(user(), item) == [user(), item]


def test_reasoning_before_a_tool_of_the_server_is_no_orphan() -> None:
    """The search that it led to is refused without it."""
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed"}
    assert inputs(made(reasoning()), made(search), made(message()))[:2] == [SEALED, search]


def test_what_only_the_maker_of_a_call_knows_goes_to_it_alone() -> None:
    """A caller of another vendor's call is an unknown thing, or a wrong one; its namespace is a part of the name."""
    item = call(namespace="crm", caller={"type": "direct"}, async_=True)
    own, foreign = inputs(made(item), output())[0], inputs(made(item, **THEIRS), output())[0]
    assert own == {**CALL, "namespace": "crm", "caller": {"type": "direct"}, "async": True}
    assert foreign == {**CALL, "name": "crm__look"}


PARTS: dict[str, tuple[Item, Item]] = {
    "text": ({"type": "input_text", "text": "a"}, {"type": "input_text", "text": "a"}),
    "text of Chat Completions": ({"type": "text", "text": "a"}, {"type": "input_text", "text": "a"}),
    "text of an answer": ({"type": "output_text", "text": "a", "annotations": []}, {"type": "input_text", "text": "a"}),
    "a refusal": ({"type": "refusal", "refusal": "No."}, {"type": "input_text", "text": "No."}),
    "an image": (
        {"type": "input_image", "image_url": "https://x/a.png", "file_id": None},
        {"type": "input_image", "image_url": "https://x/a.png", "detail": "auto"},
    ),
    "an image by id": (
        {"type": "input_image", "file_id": "file-1", "detail": "low"},
        {"type": "input_image", "file_id": "file-1", "detail": "low"},
    ),
    "an image of Chat Completions": (
        {"type": "image_url", "image_url": {"url": "https://x/a.png", "detail": "high"}},
        {"type": "input_image", "image_url": "https://x/a.png", "detail": "high"},
    ),
    "a file": (
        {"type": "input_file", "file_url": "https://x/a.pdf"},
        {"type": "input_file", "file_url": "https://x/a.pdf"},
    ),
    "a file without the name that the service wants": (
        {"type": "input_file", "file_data": "data:application/pdf;base64,AA=="},
        {"type": "input_file", "file_data": "data:application/pdf;base64,AA==", "filename": "file.pdf"},
    ),
    "a file of Chat Completions": (
        {"type": "file", "file": {"file_data": "data:text/x;base64,AA==", "filename": "a.txt"}},
        {"type": "input_file", "file_data": "data:text/x;base64,AA==", "filename": "a.txt"},
    ),
    "a mark for the cache": (
        {"type": "input_text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}},
        {"type": "input_text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}},
    ),
    "a part that is newer than this": ({"type": "input_smell", "smell": "x"}, {"type": "input_smell", "smell": "x"}),
}


@pytest.mark.parametrize(("part", "expected"), PARTS.values(), ids=PARTS)
def test_content_parts_in_every_spelling(part: Item, expected: Item) -> None:
    """Messages and tool outputs carry images and files natively, however they are written (A#2163, A#2797)."""
    assert inputs(user([part])) == [user([expected])]
    assert inputs(call(), output(result=[part]))[1] == output(result=[expected])


@pytest.mark.parametrize("role", ["user", "system", "developer"])
def test_roles_stay_where_they_are(role: str) -> None:
    """This protocol reads instructions in mid-conversation (P#5509)."""
    items = [user(), {"role": role, "content": "Mind the gap.", "id": "x", "name": "bob"}]
    assert inputs(*items)[1] == {"type": "message", "role": role, "content": "Mind the gap."}


def test_what_is_no_item_is_told_to_the_user() -> None:
    """An error that names the item is worth more than the service's."""
    with pytest.raises(UserError, match="role is user, assistant, system or developer, not 'tool'"):
        inputs({"role": "tool", "content": "x"})
    with pytest.raises(UserError, match="call_1' has no 'name'"):
        inputs({**CALL, "name": ""}, output())


def test_the_same_conversation_yields_the_same_bytes() -> None:
    """A prompt cache is lost with the first id that changes from request to request."""
    items = [user(), made(call("id of another world"), **THEIRS), output("id of another world")]
    first, second = inputs(*items), inputs(*items)
    assert first == second
    assert first[1]["call_id"] == first[2]["call_id"] != "id of another world"
