"""Conversations as Gemini's contents: turns, signatures, ids, tool outputs and media."""

from __future__ import annotations

from typing import Any

import pytest

from agents.exceptions import UserError
from agents.protocols.history import INTERRUPTED

from .gemini import (
    DUMMY,
    MODEL,
    answers,
    asks,
    call,
    calls,
    contents,
    encoded,
    output,
    said,
    tells,
    thought,
    user,
)

OTHER = {"provider": "acme"}
PNG = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
OPENING = asks("(The beginning of the conversation is not shown.)")


def image(model: str = MODEL, **data: Any) -> dict[str, Any]:
    made = {"provider": "gemini", "model": model, "response_id": "r1", "mime_type": "image/png", **data}
    return {
        "type": "image_generation_call",
        "id": "ig_1",
        "result": "AAAA",
        "status": "completed",
        "provider_data": made,
    }


def message(role: str, content: Any) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": content}


CASES: dict[str, tuple[list[Any], list[Any]]] = {
    "a question and its answer": ([user(), said("Hello"), user("Bye")], [asks("Hi"), tells("Hello"), asks("Bye")]),
    "neighbours of one role are one turn": (
        [user("A"), user("B"), said("C"), said("D", "r2"), user()],
        [asks("A", "B"), tells("C", "D"), asks("Hi")],
    ),
    "empty messages are left out": ([user(""), user([]), user(), said("")], [asks("Hi")]),
    "an answer first": ([said("Welcome."), user()], [OPENING, tells("Welcome."), asks("Hi")]),
    "a system message in mid-conversation": (
        [user(), said("A"), message("developer", "Be kind.")],
        [asks("Hi"), tells("A"), asks("Instruction from the system:", "Be kind.")],
    ),
    "a signed call and its unsigned sibling": (
        [user(), call("a", '{"city": "A"}', thought_signature="s"), call("b"), output("b", "B"), output("a", "A")],
        [asks("Hi"), tells(calls({"city": "A"}, thoughtSignature="s"), calls()), asks(answers("A"), answers("B"))],
    ),
    "an image goes back where it stood": (
        [user(), said("Here:"), image(thought_signature="s"), user("Bluer.")],
        [asks("Hi"), tells("Here:", {**PNG, "thoughtSignature": "s"}), asks("Bluer.")],
    ),
    "another Gemini is shown the image alone": (
        [user(), image("gemini-3-pro-image", thought_signature="s"), user("What is it?")],
        [asks("Hi"), tells(PNG), asks("What is it?")],
    ),
    "a stranger's image is told of": (
        [user(), image(provider="acme"), user("What is it?")],
        [asks("Hi"), tells("(An image was made)"), asks("What is it?")],
    ),
    "ids that Gemini gave": (
        [user(), call("a", "{}", call_id="g1", thought_signature="s"), output("a")],
        [asks("Hi"), tells(calls(id="g1", thoughtSignature="s")), asks(answers(id="g1"))],
    ),
    "a stranger's call gets the stand-in, once": (
        [user(), call("a", "{}", "m1", **OTHER, call_id="x"), call("b", "{}", "m1", **OTHER), output("a")],
        [asks("Hi"), tells(calls(thoughtSignature=DUMMY), calls()), asks(answers(), answers(INTERRUPTED, "error"))],
    ),
    "another Gemini's signature is a stranger's": (
        [user(), call(model="gemini-9", thought_signature="s"), output()],
        [asks("Hi"), tells(calls(thoughtSignature=DUMMY)), asks(answers())],
    ),
    "each step of the current turn": (
        [user(), call("a", thought_signature="s"), output("a"), call("b", "{}", "r2"), output("b")],
        [
            *(asks("Hi"), tells(calls(thoughtSignature="s")), asks(answers())),
            *(tells(calls(thoughtSignature=DUMMY)), asks(answers())),
        ],
    ),
    "a call first": (
        [call(thought_signature="s"), output()],
        [OPENING, tells(calls(thoughtSignature="s")), asks(answers())],
    ),
    "arguments that are no JSON": (
        [user(), call("a", "oops", thought_signature="s"), output("a")],
        [asks("Hi"), tells(calls({"INVALID_JSON": "oops"}, thoughtSignature="s")), asks(answers())],
    ),
    "a signed text": (
        [user(), said("Hello", thought_signatures=["s"], signed_text=[[0, 5]])],
        [asks("Hi"), tells({"text": "Hello", "thoughtSignature": "s"})],
    ),
    "a signature behind the text": (
        [user(), said("Hello", thought_signatures=["s"], signed_text=[[5, 5]])],
        [asks("Hi"), tells("Hello", {"text": "", "thoughtSignature": "s"})],
    ),
    "two signatures within the text": (
        [user(), said("Hello", thought_signatures=["s", "t"], signed_text=[[1, 2], [4, 4]])],
        [
            asks("Hi"),
            tells("H", {"text": "e", "thoughtSignature": "s"}, "ll", {"text": "", "thoughtSignature": "t"}, "o"),
        ],
    ),
    "signatures whose place nobody noted": (
        [user(), said("Hello", thought_signatures=["s", "t"])],
        [asks("Hi"), tells({"text": "Hello", "thoughtSignature": "s"}, {"text": "", "thoughtSignature": "t"})],
    ),
    "another model's signed text": (
        [user(), said("Hello", model="gemini-9", thought_signatures=["s"], signed_text=[[0, 5]])],
        [asks("Hi"), tells("Hello")],
    ),
    "signed thoughts and a signature alone": (
        [user(), thought("hm", "s", type="thought"), thought("", "t", type="thought_signature"), said("A")],
        [
            asks("Hi"),
            tells({"text": "hm", "thought": True, "thoughtSignature": "s"}, {"text": "", "thoughtSignature": "t"}, "A"),
        ],
    ),
    "thoughts of others, and thoughts without a seal": (
        [user(), thought("hm", "s", **OTHER), thought("hm", "s", model="gemini-9"), thought("hm"), said("A")],
        [asks("Hi"), tells("A")],
    ),
}


@pytest.mark.parametrize(("items", "expected"), CASES.values(), ids=CASES)
def test_the_conversation_on_the_wire(items: list[Any], expected: list[Any]) -> None:
    """One case per rule of the service: whoever made a history, it must be legal here."""
    assert contents(*items) == expected


def test_the_stand_in_stands_only_where_it_must() -> None:
    """It lowers quality, says Google: a finished turn needs none, nor does a model before Gemini 3."""
    step = [user(), call(**OTHER), output()]
    assert contents(*step, said("Done."), user("Thanks"))[1] == tells(calls())
    assert contents(*step, gemini_demands_signatures=False)[1] == tells(calls())


def test_system_text_goes_where_the_service_wants_it() -> None:
    """Instructions and what leads the conversation; alone they become a turn, as a request needs one."""
    items = [message("system", "A"), message("developer", [{"type": "input_text", "text": "B"}]), user()]
    body = encoded(*items, instructions="Be.").body
    assert body == {
        "systemInstruction": {"parts": [{"text": "Be."}, {"text": "A"}, {"text": "B"}]},
        "contents": [asks("Hi")],
    }
    assert encoded(instructions="Write.").body == {"contents": [asks("Write.")]}
    with pytest.raises(UserError, match="nothing to send"):
        encoded(user(""))


def test_images_and_files_of_a_tool() -> None:
    """They stand in the response from Gemini 3 on; before, behind all responses, so that these stay together."""
    url = "data:image/png;base64,AAAA"
    parts = [{"type": "input_text", "text": "See"}, {"type": "input_image", "image_url": url}]
    items = [user(), call("a", thought_signature="s"), call("b"), output("a", parts), output("b", parts[1:]), user("?")]
    assert contents(*items, tool_media="native")[2] == asks(answers("See", parts=[PNG]), answers("", parts=[PNG]))
    follows = answers("The output follows below.")
    assert contents(*items)[2:] == [
        asks(answers("See"), follows, "Output of look:", PNG, "Output of look:", PNG),
        asks("?"),
    ]


def inline(media_type: str, data: str = "AAAA") -> dict[str, Any]:
    return {"inlineData": {"mimeType": media_type, "data": data}}


def file(uri: str, media_type: str | None = None) -> dict[str, Any]:
    return {"fileData": {"fileUri": uri, **({"mimeType": media_type} if media_type else {})}}


MEDIA: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "low"}, inline("image/png")),
    ({"type": "input_image", "image_url": "data:image/svg;x=y,A%20"}, inline("image/svg", "QSA=")),
    (
        {"type": "input_image", "image_url": "https://a.b/c.JPG?d=e.png"},
        file("https://a.b/c.JPG?d=e.png", "image/jpeg"),
    ),
    ({"type": "input_image", "image_url": {"url": "gs://a/b"}}, file("gs://a/b")),
    ({"type": "input_image", "file_id": "files/x"}, file("files/x")),
    ({"type": "image_url", "image_url": {"url": "https://a/b.png"}}, file("https://a/b.png", "image/png")),
    ({"type": "image_url", "image_url": "https://a/b.png"}, file("https://a/b.png", "image/png")),
    ({"type": "video_url", "video_url": {"url": "https://a/b.mp4"}}, file("https://a/b.mp4", "video/mp4")),
    ({"type": "input_file", "file_data": "data:text/csv;base64,AAAA", "filename": "a.txt"}, inline("text/csv")),
    ({"type": "input_file", "file_data": "data:;base64,AAAA", "filename": "a.md"}, inline("text/markdown")),
    ({"type": "input_file", "file_data": "AAAA"}, inline("application/pdf")),
    ({"type": "input_file", "file_data": "AAAA", "filename": "a.txt"}, inline("text/plain")),
    ({"type": "input_file", "file_url": "https://a/b.pdf"}, file("https://a/b.pdf", "application/pdf")),
    ({"type": "file", "file": {"file_id": "files/x", "filename": "a.json"}}, file("files/x", "application/json")),
    ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}}, inline("audio/mp3")),
    ({"type": "refusal", "refusal": "No."}, {"text": "No."}),
]


@pytest.mark.parametrize(("part", "expected"), MEDIA)
def test_every_kind_of_content(part: dict[str, Any], expected: dict[str, Any]) -> None:
    """Responses parts, and those that users know from Chat Completions, all have a place here."""
    assert contents(user([part])) == [asks(expected)]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (user([{"type": "hologram"}]), "content part of type 'hologram'"),
        (user([{"type": "input_image"}]), "needs a URL"),
        (user([{"type": "input_image", "image_url": "data:oops"}]), "data:TYPE;base64,DATA"),
        (user([{"type": "input_audio", "input_audio": {"data": ""}}]), "'input_audio' needs"),
        (user([{"type": "input_file", "file_data": "data:text/csv;base64,"}]), "'text/csv' holds no data"),
        (message("tool", "x"), "not 'tool'"),
        ({"type": "computer_call"}, "cannot carry a 'computer_call' item"),
        ({"type": "function_call", "call_id": "a", "arguments": "{}"}, "call_id 'a' has no 'name'"),
    ],
)
def test_what_cannot_be_carried_is_the_users_error(item: dict[str, Any], message: str) -> None:
    """The message says what it is and what to do, rather than leaving it out in silence."""
    with pytest.raises(UserError, match=message):
        contents(item)
