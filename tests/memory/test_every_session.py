"""What every session promises: one suite for all of them, on real files and servers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents import (
    Agent,
    Runner,
    SessionABC,
    SessionConnectionError,
    SessionDataError,
    SessionSchemaError,
    SessionSettings,
    UserError,
    function_tool,
)
from agents.memory import Session
from agents.testing import ScriptedModel, assistant_message, function_call

from .stores import Store


def said(*texts: Any) -> list[Any]:
    return [{"role": "user", "content": str(text)} for text in texts]


def text(item: Any) -> str:
    """What an item says; some stores write a text as a list of one part."""
    content = item["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


async def texts(session: Any, limit: int | None = None) -> list[str]:
    return [text(item) for item in await session.get_items(limit)]


def test_a_session_is_one_for_whoever_asks(store: Store) -> None:
    """Code that is written against the protocol or the base class takes each of them."""
    session = store.open("who")
    assert isinstance(session, Session)
    assert isinstance(session, SessionABC)
    assert session.session_id == "who"
    assert session.session_settings == SessionSettings()


async def test_items_come_back_as_they_went_in_and_in_order(store: Store) -> None:
    """A conversation in another order, or with a field lost, is another conversation."""
    session = store.open()
    items: list[Any] = [
        {"role": "user", "content": [{"type": "input_text", "text": "Weather?"}]},
        {"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "x", "provider_data": {"model": "m"}},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a": [1, 2.5, null, true]}'},
        {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "o"}]},
        {"type": "message", "role": "assistant", "id": "m", "status": "completed", "content": []},
    ]
    await session.add_items(items[:2])
    await session.add_items([])
    await session.add_items(items[2:])
    assert store.plain(await session.get_items()) == store.plain(items)


@pytest.mark.parametrize(
    ("of_session", "of_call", "read"),
    [
        (None, None, ["0", "1", "2", "3"]),
        (None, 2, ["2", "3"]),
        (None, 9, ["0", "1", "2", "3"]),
        (None, 0, []),
        (3, None, ["1", "2", "3"]),
        (3, 1, ["3"]),
        (0, None, []),
    ],
)
async def test_a_limit_gives_the_latest_items_oldest_first(
    store: Store, of_session: int | None, of_call: int | None, read: list[str]
) -> None:
    """A limit keeps a long conversation within the model's window; it must cut at the old end."""
    session = store.open(session_settings=SessionSettings(limit=of_session))
    await session.add_items(said(0, 1, 2, 3))
    assert await texts(session, of_call) == read


async def test_a_limit_below_zero_is_refused(store: Store) -> None:
    """Stores would read it in as many ways as there are stores."""
    session = store.open()
    with pytest.raises(UserError, match="limit must be 0 or more"):
        await session.get_items(-1)


async def test_popping_takes_items_back_from_the_end(store: Store) -> None:
    """Undo and regenerate are made of this."""
    session = store.open()
    await session.add_items(said(1, 2))
    taken = [await session.pop_item() for _ in range(3)]
    assert [text(item) if item else None for item in taken] == ["2", "1", None]
    await session.add_items(said(3))
    assert await texts(session) == ["3"]


async def test_clearing_a_session_leaves_the_others(store: Store) -> None:
    """One user's wish to be forgotten must not reach another's conversation."""
    mine, yours = store.open("mine"), store.open("yours")
    await mine.add_items(said("a"))
    await yours.add_items(said("b"))
    await mine.clear_session()
    assert (await texts(mine), await texts(yours)) == ([], ["b"])
    await mine.clear_session()
    await mine.add_items(said("c"))
    assert (await texts(mine), await texts(yours)) == (["c"], ["b"])


@pytest.mark.parametrize(
    "odd", ["naïve 漢字 🦜 ‮", "nul \0 and tab \t", "half a pair \ud83e", "'; DROP TABLE x; --", ""]
)
async def test_any_text_can_be_kept(store: Store, odd: str) -> None:
    """Models and users write all of Unicode, and some of what is none."""
    if not store.rows and "\ud83e" in odd:
        pytest.skip("half a surrogate pair cannot be sent over HTTP as JSON")
    session = store.open(odd.encode("ascii", "ignore").decode().replace("\0", "") or "empty")
    item: Any = {"role": "user", "content": odd, odd: odd}
    await session.add_items([item])
    assert store.plain(await session.get_items()) == store.plain([item])


async def test_a_big_item_and_many_small_ones_are_kept(store: Store) -> None:
    """A picture is megabytes, and a conversation of a year is thousands of items."""
    session = store.open()
    big = {"role": "user", "content": "x" * 3_000_000}
    await session.add_items([big])
    await session.add_items(said(*range(2000)))
    found = await texts(session)
    assert found[0] == big["content"]
    assert found[1:] == [str(n) for n in range(2000)]


async def test_writers_at_the_same_time_lose_nothing_and_keep_together_what_belongs_together(store: Store) -> None:
    """A call that is parted from its output by another run's items is a conversation that services refuse."""
    sessions = [store.open(), store.open() if store.lasts else None]
    first, second = sessions[0], sessions[1] or sessions[0]
    both = [first, second]
    await asyncio.gather(*(both[n % 2].add_items(said(*[f"{n}.{part}" for part in range(3)])) for n in range(20)))
    found = await texts(first)
    assert sorted(found) == sorted(f"{n}.{part}" for n in range(20) for part in range(3))
    groups = [found[at : at + 3] for at in range(0, 60, 3)]
    assert all([text.partition(".")[2] for text in group] == ["0", "1", "2"] for group in groups)
    assert all(len({text.partition(".")[0] for text in group}) == 1 for group in groups)


async def test_takers_at_the_same_time_get_each_item_once(store: Store) -> None:
    """The same item taken back twice would leave another one standing."""
    session = store.open()
    await session.add_items(said(*range(12)))
    taken = await asyncio.gather(*(session.pop_item() for _ in range(14)))
    assert sorted(text(item) for item in taken if item) == sorted(str(n) for n in range(12))
    assert taken.count(None) == 2


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8])
async def test_a_cancelled_write_is_done_or_not_done(store: Store, steps: int) -> None:
    """A stopped run must not leave half a turn, nor a lock that stops the next."""
    session = store.open()
    await session.add_items(said("before"))
    writing = asyncio.create_task(session.add_items(said("a", "b", "c")))
    for _ in range(steps):
        await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await session.add_items(said("after"))
    assert await texts(session) in (["before", "a", "b", "c", "after"], ["before", "after"])


async def test_another_object_of_the_same_id_goes_on(store: Store) -> None:
    """This is what a session is for: the next request, the next process, the next day."""
    if not store.lasts:
        pytest.skip("what is in memory alone is gone with its object")
    await store.open().add_items(said("a"))
    second = store.open()
    assert await texts(second) == ["a"]
    await second.add_items(said("b"))
    assert await texts(store.open()) == ["a", "b"]


async def test_a_damaged_row_is_named_and_can_be_removed(store: Store) -> None:
    """Left out in silence it would leave a call without its output; the error says where to look."""
    if not store.rows:
        pytest.skip("the service keeps its rows itself")
    session = store.open()
    await session.add_items(said("a"))
    await store.spoil(session)
    with pytest.raises(SessionDataError, match=r"Session 'chat': .*damaged") as caught:
        await session.get_items()
    assert caught.value.session_id == "chat"
    await session.clear_session()
    assert await texts(session) == []


async def test_popping_passes_over_a_damaged_row(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """It gets rid of what stands in the way, and says so; but what another key has sealed stays."""
    if not store.rows:
        pytest.skip("the service keeps its rows itself")
    session = store.open()
    await session.add_items(said("a"))
    await store.spoil(session)
    if type(store).__name__ == "Sealed":
        with pytest.raises(SessionDataError, match="another key"):
            await session.pop_item()
        with pytest.raises(SessionDataError, match="another key"):
            await session.pop_item()
        return
    assert await session.pop_item() == said("a")[0]
    assert "damaged" in caplog.text
    assert await session.pop_item() is None


async def test_tables_of_another_version_are_named(store: Store) -> None:
    """Better than to write beside them, or to fail with the words of a driver."""
    if not store.tables:
        pytest.skip("there are no tables, or nobody else's")
    await store.age()
    session = store.open()
    for work in (session.get_items(), session.add_items(said("a"))):
        with pytest.raises(SessionSchemaError, match=r"Session 'chat': .*version"):
            await work


async def test_a_store_that_cannot_be_reached_is_a_connection_error(store: Store) -> None:
    """Whoever catches it may try again, which helps with none of the other errors."""
    if not store.far:
        pytest.skip("memory is always there")
    session = store.lost()
    for work in (session.get_items(), session.add_items(said("a")), session.pop_item(), session.clear_session()):
        with pytest.raises(SessionConnectionError, match="Session 'chat': "):
            await work


async def test_what_is_no_json_is_refused_and_nothing_of_its_turn_is_stored(store: Store) -> None:
    """An object of the caller's own in an item would otherwise come back as something else."""
    session = store.open()
    with pytest.raises(UserError, match="cannot be stored"):
        await session.add_items([*said("a"), {"role": "user", "content": object()}])
    assert await session.get_items() == []


@pytest.mark.parametrize("streamed", [False, True])
async def test_runs_go_on_from_one_another(store: Store, streamed: bool) -> None:
    """All of it together: tools, two runs, another object in between."""

    @function_tool
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    model = ScriptedModel(
        [[function_call("add", {"a": 1, "b": 2}, call_id="c")], [assistant_message("3")], [assistant_message("Yes.")]]
    )
    agent = Agent("A", model=model, tools=[add])
    session = store.open()
    for question in ("1 + 2?", "Sure?"):
        if streamed:
            async for _ in Runner.run_streamed(agent, question, session=session).stream_events():
                pass
        else:
            await Runner.run(agent, question, session=session)
        session = store.open() if store.lasts else session
    kinds = [item.get("role") or item.get("type") for item in await session.get_items()]
    assert kinds == ["user", "function_call", "function_call_output", "assistant", "user", "assistant"]
    assert len(model.calls[2].input) == 5
