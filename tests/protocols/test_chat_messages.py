"""How a conversation becomes messages: parts, turns, tool results, and reasoning's way home."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agents.exceptions import UserError
from agents.protocols.base import CallIds

from .chat import (
    call,
    decoded,
    gist,
    made,
    messages,
    output,
    said,
    streamed,
    thought,
    unmade,
    user,
    whole,
    wire_call,
)

Parts = Any

PARTS: dict[str, tuple[Parts, Parts]] = {
    "a string": ("Hi", "Hi"),
    "an empty string": ("", ""),
    "nothing": (None, ""),
    "one text part": ([{"type": "input_text", "text": "Hi"}], "Hi"),
    "two text parts": (
        [{"type": "input_text", "text": "a"}, {"type": "text", "text": "b"}],
        [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
    ),
    "a part alone, not in a list": ({"type": "input_text", "text": "Hi"}, "Hi"),
    "text that is null": ([{"type": "input_text", "text": None}], ""),
    "an image by URL": (
        [{"type": "input_image", "image_url": "https://a.example/b.png"}],
        [{"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}],
    ),
    "an image as data, with detail": (
        [{"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"}],
        [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}}],
    ),
    "an image whose URL is an object": (
        [{"type": "input_image", "image_url": {"url": "data:,x", "detail": "low"}}],
        [{"type": "image_url", "image_url": {"url": "data:,x", "detail": "low"}}],
    ),
    "a file as data": (
        [{"type": "input_file", "file_data": "data:application/pdf;base64,AA==", "filename": "a.pdf"}],
        [{"type": "file", "file": {"file_data": "data:application/pdf;base64,AA==", "filename": "a.pdf"}}],
    ),
    "a file without a name": (
        [{"type": "input_file", "file_data": "data:,x"}],
        [{"type": "file", "file": {"file_data": "data:,x"}}],
    ),
    "a file by id": (
        [{"type": "input_file", "file_id": "file-1"}],
        [{"type": "file", "file": {"file_id": "file-1"}}],
    ),
    "audio": (
        [{"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}],
        [{"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}],
    ),
    "the protocol's own spellings": (
        [
            {"type": "image_url", "image_url": {"url": "data:,x"}},
            {"type": "video_url", "video_url": {"url": "data:,x"}},
            {"type": "file", "file": {"file_id": "file-1"}},
        ],
        [
            {"type": "image_url", "image_url": {"url": "data:,x"}},
            {"type": "video_url", "video_url": {"url": "data:,x"}},
            {"type": "file", "file": {"file_id": "file-1"}},
        ],
    ),
}


@pytest.mark.parametrize(("content", "expected"), PARTS.values(), ids=PARTS)
def test_every_spelling_of_content_is_read(content: Parts, expected: Parts) -> None:
    """People write parts as the Responses API does, as Chat Completions does, or as plain text."""
    assert messages(user(content)) == [{"role": "user", "content": expected}]


ROLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an easy message": ({"role": "user", "content": "Hi"}, {"role": "user", "content": "Hi"}),
    "system": ({"role": "system", "content": "Be kind."}, {"role": "system", "content": "Be kind."}),
    "developer": ({"role": "developer", "content": "Be kind."}, {"role": "system", "content": "Be kind."}),
    "assistant": ({"role": "assistant", "content": "Hello"}, {"role": "assistant", "content": "Hello"}),
    "a refusal": (
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
        {"role": "assistant", "content": "No."},
    ),
}


@pytest.mark.parametrize(("item", "expected"), ROLES.values(), ids=ROLES)
def test_every_role_has_its_place(item: dict[str, Any], expected: dict[str, Any]) -> None:
    """Most services know neither developers nor refusals, but all can read what they said."""
    assert messages(item) == [expected]


SIGNS = {"signs_calls": True}
BLOCKS = {"reasoning_replay": "thinking_blocks"}
CONTENT = {"reasoning_replay": "reasoning_content"}
PNG = {"type": "input_image", "image_url": "data:,x"}
CHAT_PNG = {"type": "image_url", "image_url": {"url": "data:,x"}}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "done"}
NINE = CallIds(re.compile(r"[a-zA-Z0-9]{9}\Z"), "", 9)


def block(text: str, seal: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": text, "signature": seal}


def assistant(**fields: Any) -> dict[str, Any]:
    return {"role": "assistant", **fields}


TURNS: dict[str, tuple[dict[str, Any], list[Any], list[Any]]] = {
    "reasoning, text and parallel calls of one response are one message": (
        BLOCKS,
        [thought("hm", "s1"), said("I look."), call("a"), call("b"), output("a"), output("b")],
        [
            assistant(
                thinking_blocks=[block("hm", "s1")],
                content="I look.",
                tool_calls=[wire_call("a"), wire_call("b")],
            ),
            {**RESULT, "tool_call_id": "a"},
            {**RESULT, "tool_call_id": "b"},
        ],
    ),
    "each of several blocks keeps its own signature, redacted ones too, in order": (
        BLOCKS,
        [
            thought("one", "s1"),
            thought("", "opaque", type="redacted_thinking"),
            thought("", "s2"),
            thought("three", "s3"),
            call(),
            output(),
        ],
        [
            assistant(
                thinking_blocks=[
                    block("one", "s1"),
                    {"type": "redacted_thinking", "data": "opaque"},
                    block("", "s2"),
                    block("three", "s3"),
                ],
                tool_calls=[wire_call()],
            ),
            RESULT,
        ],
    ),
    "thinking goes back on turns without calls, each with its own": (
        BLOCKS,
        [thought("a", "s1"), said("A"), user(), thought("b", "s2", "r2"), said("B", "r2")],
        [
            assistant(thinking_blocks=[block("a", "s1")], content="A"),
            {"role": "user", "content": "Hi"},
            assistant(thinking_blocks=[block("b", "s2")], content="B"),
        ],
    ),
    "two answers in a row stay two": (
        BLOCKS,
        [said("A"), said("B", "r2")],
        [assistant(content="A"), assistant(content="B")],
    ),
    "two messages of one answer are one": (BLOCKS, [said("A"), said("B")], [assistant(content="AB")]),
    "a call does not join another answer": (
        BLOCKS,
        [said("A"), call(response="r2"), output()],
        [assistant(content="A"), assistant(tool_calls=[wire_call()]), RESULT],
    ),
    "messages by hand stay apart, but a call joins its text": (
        {},
        [unmade(said("A")), unmade(said("B")), unmade(call()), output()],
        [assistant(content="A"), assistant(content="B", tool_calls=[wire_call()]), RESULT],
    ),
    "text after the call stays in its turn": (
        {},
        [call(), said("Wait."), output()],
        [assistant(tool_calls=[wire_call()], content="Wait."), RESULT],
    ),
    "unsigned thinking is not sent": (BLOCKS, [thought("hm"), said("A")], [assistant(content="A")]),
    "a stranger's thinking is not sent": (
        BLOCKS,
        [made(thought("hm", "s1"), provider="other"), said("A")],
        [assistant(content="A")],
    ),
    "nobody's thinking is not sent": (
        BLOCKS,
        [unmade(thought("hm", "s1")), said("A")],
        [assistant(content="A")],
    ),
    "where it is not wanted, thinking is not sent": (
        {},
        [thought("hm", "s1"), said("A")],
        [assistant(content="A")],
    ),
    "a turn of thinking alone is no message": (
        BLOCKS,
        [thought("hm", "s1"), user()],
        [{"role": "user", "content": "Hi"}],
    ),
    "an empty answer and its thinking are no message": (
        BLOCKS,
        [thought("hm", "s1"), said(""), user()],
        [{"role": "user", "content": "Hi"}],
    ),
    "reasoning as text, gathered": (
        CONTENT,
        [thought("a"), thought("b"), call(), output()],
        [assistant(reasoning_content="ab", tool_calls=[wire_call()]), RESULT],
    ),
    "reasoning without text is no empty field": (
        CONTENT,
        [thought("", "s1"), said("A")],
        [assistant(content="A")],
    ),
    "a stranger's reasoning text is not sent": (
        CONTENT,
        [made(thought("hm"), provider="other"), said("A")],
        [assistant(content="A")],
    ),
    "the user may send a stranger's reasoning": (
        {"replay_filter": lambda item: True},
        [made(thought("hm"), provider="other"), said("A")],
        [assistant(reasoning_content="hm", content="A")],
    ),
    "the user may withhold reasoning text": (
        {**CONTENT, "replay_filter": lambda item: False},
        [thought("hm"), said("A")],
        [assistant(content="A")],
    ),
    "the user's say in text does not touch sealed blocks": (
        {**BLOCKS, "replay_filter": lambda item: False},
        [thought("hm", "s1"), call(), output()],
        [assistant(thinking_blocks=[block("hm", "s1")], tool_calls=[wire_call()]), RESULT],
    ),
    "nor does it make a stranger's seal one's own": (
        {**BLOCKS, "replay_filter": lambda item: True},
        [made(thought("hm", "theirs"), provider="other"), said("A")],
        [assistant(reasoning_content="hm", content="A")],
    ),
    "a call's signature returns on that call": (
        SIGNS,
        [call("a", thought_signature="sig"), call("b"), output("a"), output("b")],
        [
            assistant(
                tool_calls=[
                    wire_call("a", provider_specific_fields={"thought_signature": "sig"}),
                    wire_call("b"),
                ]
            ),
            {**RESULT, "tool_call_id": "a"},
            {**RESULT, "tool_call_id": "b"},
        ],
    ),
    "a text's signatures return with the text": (
        SIGNS,
        [said("A", thought_signatures=["x", "y"])],
        [assistant(content="A", provider_specific_fields={"thought_signatures": ["x", "y"]})],
    ),
    "signatures go to no other provider": (
        SIGNS,
        [made(call(), provider="other", thought_signature="sig"), output()],
        [assistant(tool_calls=[wire_call()]), RESULT],
    ),
    "signatures go to no other model": (
        SIGNS,
        [made(call(), model="acme/two", thought_signature="sig"), output()],
        [assistant(tool_calls=[wire_call()]), RESULT],
    ),
    "signatures go to no reader that does not sign": (
        {},
        [call(thought_signature="sig"), output()],
        [assistant(tool_calls=[wire_call()]), RESULT],
    ),
    "an image stays in the tool message where it may": (
        {"tool_media": "native"},
        [call(), output(result=[{"type": "input_text", "text": "see"}, PNG])],
        [
            assistant(tool_calls=[wire_call()]),
            {**RESULT, "content": [{"type": "text", "text": "see"}, CHAT_PNG]},
        ],
    ),
    "images follow all tool messages of the turn elsewhere": (
        {},
        [
            call("a"),
            call("b"),
            output("a", [PNG]),
            output("b", [{"type": "input_text", "text": "ok"}]),
            said("A", "r2"),
        ],
        [
            assistant(tool_calls=[wire_call("a"), wire_call("b")]),
            {**RESULT, "tool_call_id": "a", "content": "The output follows in the next message."},
            {**RESULT, "tool_call_id": "b", "content": "ok"},
            {"role": "user", "content": [{"type": "text", "text": "Output of tool call a:"}, CHAT_PNG]},
            assistant(content="A"),
        ],
    ),
    "a tool that said nothing": (
        {},
        [call(), output(result=None)],
        [assistant(tool_calls=[wire_call()]), {**RESULT, "content": ""}],
    ),
    "ids are rewritten for call and output alike": (
        {"call_ids": NINE},
        [call("call_1"), output("call_1")],
        [assistant(tool_calls=[wire_call("74196fe72")]), {**RESULT, "tool_call_id": "74196fe72"}],
    ),
    "broken arguments are wrapped, as readers parse them": (
        {},
        [call(arguments='{"city": "Par'), output()],
        [assistant(tool_calls=[wire_call(arguments='{"INVALID_JSON": "{\\"city\\": \\"Par"}')]), RESULT],
    ),
}


@pytest.mark.parametrize(("profile", "items", "expected"), TURNS.values(), ids=TURNS)
def test_an_assistant_turn_is_one_message_with_all_that_belongs_to_it(
    profile: dict[str, Any], items: list[Any], expected: list[Any]
) -> None:
    """Vendors refuse turns whose thinking, calls or results are missing, doubled, moved, or another's."""
    assert messages(*items, **profile) == expected


UNSENDABLE: dict[str, tuple[Any, str]] = {
    "no item": (5, "Input item 0 is a int"),
    "neither type nor role": ({"content": "Hi", 1: 2}, r"neither 'type' nor 'role'.*\['1', 'content'\]"),
    "a type that is no text": ({"type": ["message"]}, "neither 'type' nor 'role' as text"),
    "an unknown role": ({"role": "wizard", "content": "Hi"}, "not 'wizard'"),
    "an item of no known kind": ({"type": "hologram_call", "id": "h_1"}, "'hologram_call' item"),
    "an unknown part": (user([{"type": "hologram"}]), "part of type 'hologram'"),
    "content that is none": (user(5), "not int"),
    "an image by file id": (user([{"type": "input_image", "file_id": "f"}]), "needs 'image_url'"),
    "a file by URL": (user([{"type": "input_file", "file_url": "https://a.example"}]), "not by 'file_url'"),
    "audio without sound": (user([{"type": "input_audio"}]), "needs its content under 'input_audio'"),
    "a call of nothing": ({"type": "function_call", "call_id": "call_1"}, "'call_1' has no 'name'"),
}


@pytest.mark.parametrize(("item", "message"), UNSENDABLE.values(), ids=UNSENDABLE)
def test_what_cannot_be_sent_is_named(item: Any, message: str) -> None:
    """The error of a wrong item says what is wrong with it, never ``KeyError: 'name'``."""
    with pytest.raises(UserError, match=message):
        messages(item)


ANSWER = {
    "content": "I look.",
    "thinking_blocks": [
        block("hm", "s1"),
        {"type": "redacted_thinking", "data": "opaque"},
        block("so", "s2"),
    ],
    "tool_calls": [wire_call("a", '{"x": 1}'), wire_call("b")],
}


def test_an_answer_goes_back_as_it_came() -> None:
    """What a model said, thought and called returns to it verbatim, were it streamed or not."""
    plain = decoded(whole(ANSWER, "tool_calls"))
    deltas = [
        {"thinking_blocks": [{"type": "thinking", "thinking": "h"}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "m"}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "", "signature": "s1"}]},
        {"thinking_blocks": ANSWER["thinking_blocks"][1:]},
        {"content": "I look."},
        {"tool_calls": [{**wire_call("a", '{"x": 1}'), "index": 0}, {**wire_call("b"), "index": 1}]},
    ]
    payloads = [{"id": "r1", "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    end = {"id": "r1", "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    _, stream = streamed([*payloads, end])
    assert stream.output == plain.output
    for response in (plain, stream):
        back = messages(user(), *response.to_input_items(), output("a"), output("b"), **BLOCKS)
        assert back[1] == {"role": "assistant", **ANSWER}
    assert gist(plain)[0] == ("reasoning", "hm", "s1")


def test_output_objects_are_items_too() -> None:
    """People put a response's output back as it is, without ``to_input_items``."""
    assert messages(*decoded(whole({"content": "Hello"})).output) == [{"role": "assistant", "content": "Hello"}]
