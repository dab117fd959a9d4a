"""Conversations as the turns of Messages: what stands where, and what never goes out."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from agents.exceptions import UserError
from agents.protocols.history import INTERRUPTED

from ..chat import call, made, output, said, thought, unmade, user
from .messages import encoded, result, thinking, turns, use

OPENING = "(The conversation begins here.)"
SEAL = {"type": "thinking"}
PDF = base64.b64encode(b"%PDF-1.7 nonsense").decode()
PIXEL = base64.b64encode(b"pixel").decode()
IMAGE = {"type": "base64", "media_type": "image/png", "data": PIXEL}


def system(content: Any, role: str = "system") -> dict[str, Any]:
    return {"type": "message", "role": role, "content": content}


def searched(id: str) -> list[dict[str, Any]]:
    """What the service's own search leaves in an answer."""
    return [
        {"type": "server_tool_use", "id": id, "name": "web_search", "input": {"query": "a"}},
        {"type": "web_search_tool_result", "tool_use_id": id, "content": []},
    ]


CASES: dict[str, tuple[list[Any], dict[str, Any], list[tuple[str, list[Any]]]]] = {
    "text": ([user("Hi")], {}, [("user", ["Hi"])]),
    "turns": (
        [user("Hi"), said("Hello"), user("More")],
        {},
        [("user", ["Hi"]), ("assistant", ["Hello"]), ("user", ["More"])],
    ),
    "one role in a row is one turn": (
        [user("A"), user("B"), said("C"), said("D", "r2"), user("E")],
        {},
        [("user", ["A", "B"]), ("assistant", ["C", "D"]), ("user", ["E"])],
    ),
    "an assistant at the beginning": (
        [said("A"), user("B")],
        {},
        [("user", [OPENING]), ("assistant", ["A"]), ("user", ["B"])],
    ),
    "nothing at all": ([], {}, [("user", [OPENING])]),
    "blank text": ([user(" \n"), user("A"), said("  "), user("B")], {}, [("user", ["A", "B"])]),
    "a blank end": ([user("A"), said("B \n")], {}, [("user", ["A"]), ("assistant", ["B"])]),
    "an end that may not be the assistant's": (
        [user("A"), said("B ")],
        {"prefill": False},
        [("user", ["A"]), ("assistant", ["B "]), ("user", ["Continue."])],
    ),
    "a call and its output": (
        [user(), call(arguments='{"city": "Oslo"}'), output()],
        {},
        [("user", ["Hi"]), ("assistant", [use(city="Oslo")]), ("user", [result()])],
    ),
    "all outputs of a turn in one, before what the user says": (
        [user(), call("a"), call("b"), user("Also"), output("b", "2"), output("a", "1")],
        {},
        [("user", ["Hi"]), ("assistant", [use("a"), use("b")]), ("user", [result("a", "1"), result("b", "2"), "Also"])],
    ),
    "thinking, text and calls in the order they came in": (
        [user(), thought("hm", "s1", **SEAL), said("Well"), thought("so", "s2", **SEAL), call(), output()],
        {},
        [
            ("user", ["Hi"]),
            ("assistant", [thinking("hm", "s1"), "Well", thinking("so", "s2"), use()]),
            ("user", [result()]),
        ],
    ),
    "text behind a call": (
        [user(), call(), said("Wait"), output()],
        {},
        [("user", ["Hi"]), ("assistant", [use(), "Wait"]), ("user", [result()])],
    ),
    "redacted thinking": (
        [user(), thought("", "opaque", type="redacted_thinking"), said("A"), user("B")],
        {},
        [("user", ["Hi"]), ("assistant", [{"type": "redacted_thinking", "data": "opaque"}, "A"]), ("user", ["B"])],
    ),
    "thinking that was shown to nobody": (
        [user(), thought("", "s1", **SEAL), said("A"), user("B")],
        {},
        [("user", ["Hi"]), ("assistant", [thinking("", "s1"), "A"]), ("user", ["B"])],
    ),
    "thinking without signature stays out": (
        [user(), thought("hm"), said("A"), user("B")],
        {},
        [("user", ["Hi"]), ("assistant", ["A"]), ("user", ["B"])],
    ),
    "thinking of a service that signs nothing": (
        [user(), thought("hm"), said("A"), user("B")],
        {"reasoning_replay": "reasoning_content"},
        [("user", ["Hi"]), ("assistant", [thinking("hm", ""), "A"]), ("user", ["B"])],
    ),
    "a stranger's thinking stays out": (
        [user(), unmade(thought("hm", "s1")), call(), output()],
        {},
        [("user", ["Hi"]), ("assistant", [use()]), ("user", [result()])],
    ),
    "a turn of thinking alone is none": (
        [user(), thought("hm", "s1", **SEAL), said(" "), user("B")],
        {},
        [("user", ["Hi", "B"])],
    ),
    "a system message in mid-conversation": (
        [user(), system("Be brief."), user("Now")],
        {},
        [("user", ["Hi", "System message:", "Be brief.", "Now"])],
    ),
    "a system message where the reader takes one": (
        [user(), system("Be brief.", "developer"), said("A"), system("Be long."), user("B")],
        {"system_turns": True},
        [
            ("user", ["Hi"]),
            ("system", ["Be brief."]),
            ("assistant", ["A"]),
            ("user", ["System message:", "Be long.", "B"]),
        ],
    ),
    "blocks of the service's own tools": (
        [user(), said("A", blocks_before=searched("s1"), blocks_after=searched("s2")), user("B")],
        {},
        [("user", ["Hi"]), ("assistant", [*searched("s1"), "A", *searched("s2")]), ("user", ["B"])],
    ),
    "such blocks at another service": (
        [user(), said("A", blocks_before=searched("s1")), user("B")],
        {"provider": "other"},
        [("user", ["Hi"]), ("assistant", ["A"]), ("user", ["B"])],
    ),
    "a call that was never answered": (
        [user(), call()],
        {},
        [("user", ["Hi"]), ("assistant", [use()]), ("user", [{**result(content=INTERRUPTED), "is_error": True}])],
    ),
    "an output without text": (
        [user(), call(), output(result=" ")],
        {},
        [("user", ["Hi"]), ("assistant", [use()]), ("user", [result(content=None)])],
    ),
    "an output with an image": (
        [
            user(),
            call(),
            output(
                result=[
                    {"type": "input_text", "text": "See"},
                    {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}"},
                ]
            ),
        ],
        {},
        [
            ("user", ["Hi"]),
            ("assistant", [use()]),
            ("user", [result(content=[{"type": "text", "text": "See"}, {"type": "image", "source": IMAGE}])]),
        ],
    ),
    "a call id that only others take": (
        [user(), call("no good!"), output("no good!")],
        {},
        [
            ("user", ["Hi"]),
            ("assistant", [use("call_9aba5a94eecc0dba951676c8")]),
            ("user", [result("call_9aba5a94eecc0dba951676c8")]),
        ],
    ),
}


@pytest.mark.parametrize(("items", "features", "expected"), CASES.values(), ids=CASES)
def test_any_conversation_becomes_legal_turns(
    items: list[Any], features: dict[str, Any], expected: list[tuple[str, list[Any]]]
) -> None:
    """One block in the wrong place is a 400 for the whole conversation, from then on."""
    assert turns(*items, **features) == expected


PARTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an image as data": (
        {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}"},
        {"type": "image", "source": IMAGE},
    ),
    "a JPEG under its short name": (
        {"type": "input_image", "image_url": f"data:image/jpg;base64,{PIXEL}"},
        {"type": "image", "source": {**IMAGE, "media_type": "image/jpeg"}},
    ),
    "an image by address": (
        {"type": "input_image", "image_url": "https://a.example/b.png", "detail": "high"},
        {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
    ),
    "an image as Chat Completions spells it": (
        {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
        {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
    ),
    "an image by id": (
        {"type": "input_image", "file_id": "file_1"},
        {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
    ),
    "a file by id": (
        {"type": "input_file", "file_id": "file_1"},
        {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
    ),
    "a file by address": (
        {"type": "input_file", "file_url": "https://a.example/b.pdf", "filename": "b.pdf"},
        {"type": "document", "source": {"type": "url", "url": "https://a.example/b.pdf"}, "title": "b.pdf"},
    ),
    "a PDF as data": (
        {"type": "input_file", "file_data": f"data:application/pdf;base64,{PDF}", "filename": "b.pdf"},
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
            "title": "b.pdf",
        },
    ),
    "a PDF told by its first bytes": (
        {"type": "input_file", "file_data": PDF},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}},
    ),
    "a file as Chat Completions spells it": (
        {"type": "file", "file": {"file_data": PDF}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}},
    ),
    "text as a file": (
        {"type": "input_file", "file_data": "data:text/csv;base64,YSxiCg==", "filename": "t.csv"},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a,b\n"}, "title": "t.csv"},
    ),
    "text in a data URL without base64": (
        {"type": "input_file", "file_data": "data:,a%20b"},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a b"}},
    ),
    "an image as a file": (
        {"type": "input_file", "file_data": PIXEL, "filename": "A.PNG"},
        {"type": "image", "source": IMAGE},
    ),
    "the protocol's own spelling": (
        {"type": "document", "source": {"type": "url", "url": "https://a"}, "citations": {"enabled": True}},
        {"type": "document", "source": {"type": "url", "url": "https://a"}, "citations": {"enabled": True}},
    ),
}


@pytest.mark.parametrize(("part", "block"), PARTS.values(), ids=PARTS)
def test_images_and_files_are_sent_as_the_service_takes_them(part: dict[str, Any], block: dict[str, Any]) -> None:
    """Users write parts in the spelling of the API they came from; all of them must arrive."""
    assert turns(user([part])) == [("user", [block])]
    assert turns(user(), call(), output(result=[part]))[2] == ("user", [result(content=[block])])


REFUSED: dict[str, tuple[Any, str]] = {
    "another item": ({"type": "computer_call", "id": "cu_1"}, "'computer_call' item"),
    "another role": ({"role": "critic", "content": "A"}, "not 'critic'"),
    "a call without a name": ({**call(), "name": ""}, "has no 'name'"),
    "audio": (user([{"type": "input_audio", "input_audio": {}}]), "'input_audio'"),
    "another kind of image": (
        user([{"type": "input_image", "image_url": "data:image/tiff;base64,YQ=="}]),
        "image/tiff",
    ),
    "an image from nowhere": (user([{"type": "input_image"}]), "needs 'image_url'"),
    "a file from nowhere": (user([{"type": "input_file", "filename": "a"}]), "needs 'file_data'"),
    "a file of another kind": (
        user([{"type": "input_file", "filename": "a.zip", "file_data": "UEsDBAD/"}]),
        r"PDF, image or text; 'a\.zip'",
    ),
    "no base64": (user([{"type": "input_file", "file_data": "§"}]), "no base64"),
    "a data URL without data": (user([{"type": "input_image", "image_url": "data:image/png"}]), "no comma"),
}


@pytest.mark.parametrize(("item", "message"), REFUSED.values(), ids=REFUSED)
def test_what_the_protocol_cannot_say_is_the_users_to_change(item: Any, message: str) -> None:
    """An error before the call names the part; the service would only name a position in what we sent."""
    with pytest.raises(UserError, match=message):
        turns(user(), item)


def test_leading_system_messages_join_the_system_prompt() -> None:
    """There is one system prompt, and whatever a conversation opens with belongs to it."""
    call = encoded(system("A"), system([{"type": "input_text", "text": "B"}], "developer"), user(), instructions="I")
    assert [block["text"] for block in call.body["system"]] == ["I", "A", "B"]
    assert [turn["role"] for turn in call.body["messages"]] == ["user"]
    assert "system" not in encoded(user(), instructions=" ").body


def test_arguments_that_were_no_json_go_back_as_an_object() -> None:
    """Input is an object on this wire; the model still sees what it wrote."""
    [_, (_, blocks), _] = turns(user(), made({**call(), "arguments": '{"a'}), output())
    assert blocks == [use(INVALID_JSON='{"a')]
