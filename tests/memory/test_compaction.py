"""Compaction with any model's summaries: what is cut, what is kept, and that nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from agents import Agent, ModelBehaviorError, Runner, SQLiteSession, Usage, UserError
from agents.extensions.memory import EncryptedSession
from agents.memory import CompactingSession, OpenAIConversationsSession
from agents.memory.compaction import HEAD, count_tokens, cut, passages
from agents.testing import ModelStep, ScriptedModel, assistant_message

from .stores import KEY

USER: Any = {"role": "user", "content": "u"}
SAID: Any = {"role": "assistant", "content": "a"}
CALL: Any = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
OUTPUT: Any = {"type": "function_call_output", "call_id": "c", "output": "o"}
THOUGHT: Any = {"type": "reasoning", "id": "r", "summary": []}


def each(items: Sequence[Any]) -> int:
    """A token for each item: so that tests can be read."""
    return len(items)


def user(*texts: object) -> list[Any]:
    return [{"role": "user", "content": str(text)} for text in texts]


def texts(items: Sequence[Any]) -> list[str]:
    """What items say; a summary without its heading, in angle brackets."""

    def text(item: Any) -> str:
        content = item["content"]
        if isinstance(content, str):
            return content
        said: str = content[0]["text"]
        return f"<{said.removeprefix(HEAD).strip()}>" if said.startswith(HEAD) else said

    return [text(item) for item in items]


def compacting(session: Any, *summaries: Any, **options: Any) -> CompactingSession:
    """Sums up from five items on, and keeps two."""
    steps = [[assistant_message(text)] if isinstance(text, str) else text for text in summaries]
    options = {"max_tokens": 4, "keep_tokens": 2, "count": each, **options}
    return CompactingSession(session, model=ScriptedModel(steps), **options)


async def test_a_long_conversation_is_read_as_a_summary_and_the_latest_turns() -> None:
    """This is what it is for: the model reads less, and knows what matters."""
    session = compacting(SQLiteSession("s"), "Counted to three.")
    await session.add_items(user(1, 2, 3, 4))
    assert texts(await session.get_items()) == ["1", "2", "3", "4"], "not yet"
    await session.add_items(user(5))
    assert texts(await session.get_items()) == ["<Counted to three.>", "4", "5"]
    assert texts(await session.get_items()) == ["<Counted to three.>", "4", "5"], "the summary is made once"
    assert texts(await session.get_original_items()) == ["1", "2", "3", "4", "5"]
    assert texts(await session.get_original_items(2)) == ["4", "5"]


async def test_a_later_summary_is_made_of_the_earlier_one() -> None:
    """A conversation of a year is summed up again and again, each time from what the model has read."""
    inner = SQLiteSession("s")
    session = compacting(inner, "First.", "Second.")
    await session.add_items(user(1, 2, 3, 4, 5))
    await session.get_items()
    await session.add_items(user(6, 7))
    assert texts(await session.get_items()) == ["<Second.>", "6", "7"]
    model: Any = session._model
    asked = model.calls[1].input[0]["content"]
    assert "First." in asked
    assert all(f"User: {n}" in asked for n in (4, 5))
    assert not any(f"User: {n}" in asked for n in (1, 2, 3, 6, 7))
    assert texts(await session.get_original_items()) == [str(n) for n in range(1, 8)]
    again = compacting(inner)
    assert texts(await again.get_items()) == ["<Second.>", "6", "7"], "what is stored serves the next process"


@pytest.mark.parametrize(
    ("items", "keep", "expected"),
    [
        ([USER, SAID, USER, SAID], 2, 2),
        ([USER, SAID, USER, SAID], 3, 2),
        ([USER, CALL, OUTPUT, SAID], 2, 3),
        ([USER, CALL, OUTPUT, SAID], 3, 1),
        ([USER, THOUGHT, CALL, OUTPUT, THOUGHT, CALL, OUTPUT], 4, 4),
        ([USER, THOUGHT, CALL, OUTPUT, THOUGHT, CALL, OUTPUT], 2, 7),
        ([USER, CALL, {**CALL, "call_id": "d"}, OUTPUT, {**OUTPUT, "call_id": "d"}, SAID], 3, 5),
        ([USER, THOUGHT, SAID], 2, 1),
        ([USER, USER, SAID], 2, 1),
        ([USER, SAID], 0, 2),
        ([USER, SAID], 9, 0),
    ],
)
def test_a_cut_parts_nothing_that_belongs_together(items: list[Any], keep: int, expected: int) -> None:
    """A call without its result, or an answer without its reasoning, is what services refuse."""
    assert cut(items, keep, each) == expected


async def test_calls_and_results_are_summed_up_as_text_and_reasoning_stays_out() -> None:
    """Any model can read text; another vendor's reasoning and ids are nobody else's."""
    picture = {"role": "user", "content": [{"type": "input_text", "text": "Look"}, {"type": "input_image"}]}
    call = {**CALL, "arguments": '{"city": "Rome"}'}
    assert list(passages([picture, THOUGHT, call, OUTPUT, SAID])) == [
        "User: Look\n[image]",
        'Assistant calls f: {"city": "Rome"}',
        "Tool result: o",
        "Assistant: a",
    ]
    (long,) = passages(user("x" * 100_000))
    assert len(long) < 21_000
    assert "[... 80006 characters ...]" in long


async def test_what_is_longer_than_a_model_may_read_is_summed_up_piece_by_piece() -> None:
    """A session may have grown for years before somebody wraps it."""
    limits = {"max_tokens": 2_000, "keep_tokens": 0, "count": count_tokens}
    session = compacting(SQLiteSession("s"), "A.", "A. B.", "A. B. C.", **limits)
    await session.add_items(user("a" * 6_000, "b" * 6_000, "c" * 6_000))
    assert texts(await session.get_items()) == ["<A. B. C.>"]
    model: Any = session._model
    assert ["summary-of-what-came-before" in call.input[0]["content"] for call in model.calls] == [False, True, True]


async def test_a_limit_keeps_the_summary() -> None:
    """Without it the latest items would speak of things that nobody told the model."""
    session = compacting(SQLiteSession("s"), "First.")
    await session.add_items(user(1, 2, 3, 4, 5))
    await session.get_items()
    assert texts(await session.get_items(2)) == ["<First.>", "5"]
    assert await session.get_items(0) == []


async def test_taking_back_what_is_summed_up_brings_the_original_back() -> None:
    """A summary of what was taken back would tell of it for ever."""
    session = compacting(SQLiteSession("s"), "First.")
    await session.add_items(user(1, 2, 3, 4, 5))
    await session.get_items()
    taken = [await session.pop_item() for _ in range(2)]
    assert texts(taken) == ["5", "4"]
    assert texts(await session.get_items()) == ["<First.>"]
    assert texts([await session.pop_item()]) == ["3"]
    assert texts(await session.get_items()) == ["1", "2"]
    await session.clear_session()
    assert await session.get_items() == []


@pytest.mark.parametrize("wrong", [RuntimeError("no model today"), [], [assistant_message(" ")]])
async def test_a_summary_that_fails_leaves_the_conversation_as_it_is(
    wrong: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The run may still have room for it; whoever would rather stop says so."""
    inner = SQLiteSession("s")
    await inner.add_items(user(1, 2, 3, 4, 5))
    assert texts(await compacting(inner, wrong).get_items()) == ["1", "2", "3", "4", "5"]
    assert "could not be summed up" in caplog.text
    with pytest.raises((RuntimeError, ModelBehaviorError)):
        await compacting(inner, wrong, required=True).get_items()
    assert len(await inner.get_items()) == 5


async def test_readers_at_the_same_time_sum_up_once_and_lose_nothing_that_is_added_meanwhile() -> None:
    """Two tabs of one user: one summary is paid for, and what the other says is there."""
    inner = SQLiteSession("s")
    session: CompactingSession

    async def slow(call: Any) -> Any:
        await inner.add_items(user("meanwhile"))
        return [assistant_message("First.")]

    session = compacting(inner, ModelStep.respond(slow))
    await session.add_items(user(1, 2, 3, 4, 5))
    both = await asyncio.gather(session.get_items(), session.get_items())
    assert [texts(items) for items in both] == [["<First.>", "4", "5", "meanwhile"]] * 2


async def test_a_conversation_that_is_cleared_while_it_is_summed_up_is_gone() -> None:
    """Its summary must not be the first thing that the next conversation reads."""
    asked, answered = asyncio.Event(), asyncio.Event()

    async def summary(_: Any) -> list[Any]:
        asked.set()
        await answered.wait()
        return [assistant_message("What was said.")]

    session = compacting(SQLiteSession("s"), ModelStep.respond(summary))
    await session.add_items(user(1, 2, 3, 4, 5))
    reading = asyncio.create_task(session.get_items())
    await asked.wait()
    clearing = asyncio.create_task(session.clear_session())
    await asyncio.sleep(0.02)
    answered.set()
    await asyncio.gather(reading, clearing)
    await session.add_items(user("new"))
    assert texts(await session.get_items()) == ["new"]


async def test_it_can_be_asked_for_at_any_time() -> None:
    """At the end of a day, or before a long task, rather than in a user's waiting time."""
    session = compacting(SQLiteSession("s"), "First.", max_tokens=100)
    assert not await session.compact()
    await session.add_items(user(1, 2, 3))
    assert await session.compact()
    assert texts(await session.get_items()) == ["<First.>", "2", "3"]
    assert not await session.compact(), "there is nothing older than what is kept"


async def test_sealed_items_that_expire_take_their_summary_with_them_and_nothing_else() -> None:
    """The store may forget; what is left must not be taken for what the summary covers."""
    inner = SQLiteSession("s")
    session = compacting(EncryptedSession("s", inner, KEY), "First.")
    await session.add_items(user(1, 2, 3, 4, 5))
    assert texts(await session.get_items()) == ["<First.>", "4", "5"]
    assert "First." not in str(await inner.get_items())
    stored: Any = await inner.get_items()
    await inner.clear_session()
    await inner.add_items(stored[3:])  # the first three are gone
    assert texts(await session.get_items()) == ["<First.>", "4", "5"]


async def test_a_run_reads_the_summary_and_counts_its_cost() -> None:
    """The user pays for the summary as well: usage that leaves it out is wrong."""
    cost = Usage(requests=1, input_tokens=100, output_tokens=10, total_tokens=110)
    session = compacting(SQLiteSession("s"), ModelStep(output=[assistant_message("First.")], usage=cost))
    await session.add_items(user(1, 2, 3, 4, 5))
    model = ScriptedModel([[assistant_message("Six.")]])
    result = await Runner.run(Agent("A", model=model), "6", session=session)
    assert texts(model.calls[0].input) == ["<First.>", "4", "5", "6"]
    assert "provider_data" not in model.calls[0].input[0]
    assert result.context_wrapper.usage.total_tokens == 110
    assert session.usage.total_tokens == 110
    assert texts(await session.get_original_items()) == ["1", "2", "3", "4", "5", "6", "Six."]


def test_tokens_are_estimated_without_counting_pictures_by_their_bytes() -> None:
    """A picture of a megabyte is read for about a thousand tokens."""
    assert 90 < count_tokens(user("word " * 80)) < 130
    image = {"type": "input_image", "image_url": "data:image/png;base64," + "A" * 10**6}
    picture: Any = {"role": "user", "content": [image]}
    assert 1000 < count_tokens([picture]) < 2000


@pytest.mark.parametrize("wrong", [{"max_tokens": 10, "keep_tokens": 10}, {"max_tokens": 0}, {"model": 3}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    """To keep as much as calls for a summary would call for one on each run."""
    with pytest.raises(UserError, match="CompactingSession"):
        CompactingSession(SQLiteSession("s"), **{"model": "openai/gpt-5.2-mini", **wrong})


@pytest.mark.parametrize(
    ("wrap", "said"),
    [
        (lambda inner: EncryptedSession("s", inner, KEY), "put the CompactingSession around the EncryptedSession"),
        (lambda inner: compacting(inner), "keeps items as they are"),
        (lambda inner: compacting(OpenAIConversationsSession(conversation_id="c")), "keeps items as they are"),
    ],
)
def test_sessions_that_do_not_fit_together_are_refused(wrap: Any, said: str) -> None:
    """The wrong way round, a summary would be made of sealed items, or be lost."""
    with pytest.raises(UserError, match=said):
        wrap(compacting(SQLiteSession("s")))
