"""The SSE reader: WHATWG's rules, wherever the network cuts the bytes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.transport.sse import SSEReader

# (bytes of a stream, data of its events); the examples of section 9.2.6 of the HTML standard come first.
CASES: dict[str, tuple[bytes, list[bytes]]] = {
    "standard: three lines": (b"data: YHOO\ndata: +2\ndata: 10\n\n", [b"YHOO\n+2\n10"]),
    "standard: four blocks": (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
        [b"first event", b"second event", b" third event"],
    ),
    "standard: empty data": (b"data\n\ndata\ndata\n\ndata:", [b"", b"\n"]),
    "standard: the space is optional": (b"data:test\n\ndata: test\n\n", [b"test", b"test"]),
    "lines end in CR": (b"data: a\rdata: b\r\rdata: c\r\r", [b"a\nb", b"c"]),
    "lines end in CR LF": (b"data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [b"a\nb", b"c"]),
    "line ends are mixed": (b"data: a\ndata: b\r\ndata: c\r\ndata: d\n\rdata: e\r\r\n", [b"a\nb\nc\nd", b"e"]),
    "LF CR is two ends": (b"data: a\n\rdata: b\n\r", [b"a", b"b"]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
    "only one byte order mark": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", []),
    "byte order mark further on": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [b"a"]),
    "half a byte order mark": (b"\xef\xbbdata: a\n\ndata: b\n\n", [b"b"]),
    "NUL stays in data": (b"data: a\0b\n\nid: \0\ndata: c\n\n", [b"a\0b", b"c"]),
    "comments": (b": one\n:two\n:\ndata: a\n:data: b\n\n:\n\n", [b"a"]),
    "other fields": (b"event: e\nid: 7\nretry: 9\nretry: x\nunknown: y\ndata: a\n\n", [b"a"]),
    "an event without data": (b"event: ping\n\nid: 7\n\ndata: a\n\n", [b"a"]),
    "names are exact": (b"Data: a\n data: b\ndata : c\ndatas: d\ndat: e\ndata\n\n", [b""]),
    "only one space goes": (b"data:  a \n\ndata:\tb\n\n", [b" a ", b"\tb"]),
    "colons in data": (b"data: a: b\n\ndata::\n\n", [b"a: b", b":"]),
    "blank lines alone": (b"\n\n\r\n\r\r\n", []),
    "letters of many bytes": ("data: Grüße, 世界 🌍\n\n".encode(), ["Grüße, 世界 🌍".encode()]),
    "separators of Unicode end no line": ("data: a\u2028b\x85c\x0bd\n\n".encode(), ["a\u2028b\x85c\x0bd".encode()]),
    "invalid UTF-8 is the codec's": (b"data: \xff\xfe\n\n", [b"\xff\xfe"]),
    "an end that never came": (b"data: a\n\ndata: b\n", [b"a"]),
    "nothing": (b"", []),
}
TABLE = pytest.mark.parametrize(("stream", "events"), CASES.values(), ids=CASES)


def read(pieces: Iterable[bytes]) -> list[bytes]:
    """What a reader finds in the pieces of a stream."""
    reader = SSEReader()
    return [event for piece in pieces for event in reader.feed(piece)]


def by_the_book(stream: bytes) -> list[bytes]:
    """The standard's algorithm, letter by letter and slow: the oracle for the quick one."""
    stream = stream.removeprefix(b"\xef\xbb\xbf")
    lines, line, at = [], bytearray(), 0
    while at < len(stream):
        if stream[at] in b"\r\n":
            lines.append(bytes(line))
            line.clear()
            at += 2 if stream[at : at + 2] == b"\r\n" else 1
        else:
            line.append(stream[at])
            at += 1
    events, buffer = [], b""
    for each in lines:
        if not each:
            if buffer:
                events.append(buffer[:-1])
            buffer = b""
        else:
            name, _, value = each.partition(b":")
            if name == b"data":
                buffer += value.removeprefix(b" ") + b"\n"
    return events


@TABLE
def test_a_stream_read_whole_gives_the_data_of_its_events(stream: bytes, events: list[bytes]) -> None:
    """The table is the standard: services rely on all of it, from CR LF to comments that keep a line open."""
    assert read([stream]) == events


@TABLE
def test_bytes_may_come_one_by_one(stream: bytes, events: list[bytes]) -> None:
    """Networks cut anywhere: in a line end, in a letter, in the byte order mark."""
    assert read(stream[at : at + 1] for at in range(len(stream))) == events


@TABLE
def test_a_stream_cut_short_gives_the_events_before_the_cut(stream: bytes, events: list[bytes]) -> None:
    """Half an event must never look like a whole one."""
    for end in range(len(stream)):
        found = read([stream[:end]])
        assert found == by_the_book(stream[:end])
        assert found == events[: len(found)]


@TABLE
def test_the_oracle_agrees_with_the_table(stream: bytes, events: list[bytes]) -> None:
    """The property below is worth what its oracle is worth."""
    assert by_the_book(stream) == events


@pytest.mark.parametrize(
    ("stream", "rest"),
    [
        (b"data: a\n\ndata: b", b"b"),
        (b"data: a\n\ndata: b\n", b"b"),
        (b"data: b\r", b"b"),
        (b"data: b\ndata: c", b"b\nc"),
        (b"data", b""),
        (b"data: a\n\n", None),
        (b"data: a\n\nevent: b", None),
        (b"\xef\xbb", None),
        (b"", None),
    ],
)
def test_the_end_gives_what_lacked_only_its_blank_line(stream: bytes, rest: bytes | None) -> None:
    """Some services forget the blank line behind their last event, which holds the usage or the end of the answer."""
    reader = SSEReader()
    reader.feed(stream)
    assert reader.close() == rest
    assert reader.close() is None


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"data",
                b"data:",
                b"data: ",
                b": ",
                b":",
                b" ",
                b"\n",
                b"\r",
                b"\r\n",
                b"\n\n",
                b"\xef\xbb\xbf",
                b"id: \0",
            ]
        ),
        st.binary(max_size=4),
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_any_bytes_in_any_pieces_read_as_the_standard_says(pieces: list[bytes]) -> None:
    """Whatever a service sends, the quick reader and the standard agree, and nothing raises."""
    assert read(pieces) == by_the_book(b"".join(pieces))


def test_a_line_of_ten_megabytes_costs_no_more_for_its_pieces() -> None:
    """An image or a long argument comes as one line in thousands of pieces: to join at each would copy terabytes, and
    run into the time-out of the test.
    """
    line = b"x" * 10_000_000
    stream = b"data: " + line + b"\n\n"
    assert read(stream[at : at + 100] for at in range(0, len(stream), 100)) == [line]
