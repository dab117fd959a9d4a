"""What holds for every answer of generateContent: streamed equals plain, however the service cuts it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ..streams import check_stream
from .gemini import decoded, frame, streamed, whole

TEXT = st.text(min_size=1, max_size=12)
SIGNED = st.none() | st.sampled_from(["c2ln", "b3RoZXI="])
ARGUMENTS = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4), max_size=2)


@st.composite
def parts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The parts of an answer; no two neighbours are text of one kind, which a stream could not tell apart."""
    found: list[dict[str, Any]] = []
    for kind in draw(st.lists(st.sampled_from(["text", "thought", "call"]), max_size=5)):
        if kind == "call":
            part: dict[str, Any] = {"functionCall": {"name": "look", "args": draw(ARGUMENTS)}}
        else:
            part = {"text": draw(TEXT), **({"thought": True} if kind == "thought" else {})}
            if found and "text" in found[-1] and found[-1].get("thought") == part.get("thought"):
                continue
        if signature := draw(SIGNED):
            part["thoughtSignature"] = signature
        found.append(part)
    return found


@st.composite
def answers(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """The parts, and the same cut into the frames of a stream: text anywhere, its signature with the last piece."""
    made = draw(parts())
    pieces: list[dict[str, Any]] = []
    for part in made:
        if "text" not in part or "thoughtSignature" in part:  # what is signed is signed as a whole
            pieces.append(part)
            continue
        cuts = sorted(draw(st.lists(st.integers(0, len(part["text"])), max_size=3)))
        ends = [*cuts, len(part["text"])]
        pieces += [{**part, "text": part["text"][a:b]} for a, b in zip([0, *cuts], ends, strict=True) if b > a]
    groups: list[list[dict[str, Any]]] = [[]]
    for piece in pieces:
        if draw(st.booleans()):
            groups.append([])
        groups[-1].append(piece)
    return made, groups


@given(answers(), st.tuples(*[st.integers(0, 1000)] * 4))
def test_streamed_equals_plain(answer: Any, counts: tuple[int, ...]) -> None:
    """Who turns streaming on must get the same items, signatures, ids and bill."""
    made, groups = answer
    prompt, written, thoughts, cached = counts
    usage = {
        "promptTokenCount": prompt + cached,
        "candidatesTokenCount": written,
        "thoughtsTokenCount": thoughts,
        "cachedContentTokenCount": cached,
        "totalTokenCount": prompt + cached + written + thoughts,
    }
    plain = decoded(whole(*made, usageMetadata=usage))
    stream = [*(frame(*group) for group in groups), frame(finish="STOP", usageMetadata=usage)]
    events, response = streamed(stream)
    assert response == plain
    check_stream(events, plain.output)
