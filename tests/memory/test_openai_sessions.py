"""Sessions that OpenAI keeps or shortens, over HTTP and OpenAI's own client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai import AsyncOpenAI

from agents import Agent, Runner, SessionError, SQLiteSession, UserError, set_default_openai_client
from agents.memory import OpenAIConversationsSession, OpenAIResponsesCompactionSession
from agents.testing import ModelStep, ScriptedModel, assistant_message

from .openai_store import OpenAIStore


def user(*texts: object) -> list[Any]:
    return [{"role": "user", "content": str(text)} for text in texts]


def answers(*texts: object) -> list[Any]:
    return [{"role": "assistant", "content": str(text)} for text in texts]


@pytest.fixture
async def client(openai_store: OpenAIStore) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=openai_store.url, api_key="sk-geheim", max_retries=0) as made:
        yield made


async def test_a_conversation_is_made_with_its_first_item(openai_store: OpenAIStore, client: AsyncOpenAI) -> None:
    """A session that is only opened must leave nothing behind at the service."""
    session = OpenAIConversationsSession(openai_client=client)
    assert await session.get_items() == []
    await session.clear_session()
    with pytest.raises(UserError, match="no id yet"):
        _ = session.session_id
    assert openai_store.conversations == {}
    await session.add_items(user("a"))
    assert openai_store.conversations.keys() == {session.session_id}
    before = session.session_id
    await session.clear_session()
    await session.add_items(user("b"))
    assert session.session_id != before


async def test_many_items_go_and_come_in_pages(openai_store: OpenAIStore, client: AsyncOpenAI) -> None:
    """The service takes twenty at once and gives a hundred; a limit must not fetch them all."""
    session = OpenAIConversationsSession(openai_client=client)
    await session.add_items(user(*range(250)))
    assert len(await session.get_items()) == 250
    openai_store.requests.clear()
    last: Any = await session.get_items(3)
    assert [item["content"][0]["text"] for item in last] == ["247", "248", "249"]
    assert len(openai_store.requests) == 1


async def test_what_fails_is_told_without_the_key(openai_store: OpenAIStore, client: AsyncOpenAI) -> None:
    """OpenAI quotes the key in its refusal; what was stored before stays."""
    session = OpenAIConversationsSession(openai_client=client)
    openai_store.failing, openai_store.status = 2, 401
    with pytest.raises(SessionError, match="OpenAI answered 401: see to the client's key") as caught:
        await session.add_items(user(*range(50)))
    error: BaseException | None = caught.value
    assert "geheim" not in repr(error)
    assert caught.value.__cause__ is None
    openai_store.failing = None
    assert len(await session.get_items()) == 40


async def test_text_that_cannot_be_sent_is_named(client: AsyncOpenAI) -> None:
    """Half a surrogate pair, as a cut-off model writes it, is no text to any service."""
    with pytest.raises(UserError, match="cannot carry"):
        await OpenAIConversationsSession(openai_client=client).add_items(user("half \ud83e"))


async def test_another_vendors_reasoning_stays_out(openai_store: OpenAIStore, client: AsyncOpenAI) -> None:
    """What Claude has thought is sealed for Claude: OpenAI would refuse it, and the turn with it."""
    session = OpenAIConversationsSession(openai_client=client)
    thought: Any = {"type": "reasoning", "id": "rs_1", "summary": []}
    await session.add_items(
        [
            {**thought, "provider_data": {"provider": "anthropic"}, "encrypted_content": "x"},
            {**thought, "provider_data": {"provider": "openai"}, "encrypted_content": "y"},
            *user("a"),
        ]
    )
    assert [item["type"] for item in openai_store.conversations[session.session_id]] == ["reasoning", "message"]


async def compacting(client: AsyncOpenAI, inner: SQLiteSession, **options: Any) -> OpenAIResponsesCompactionSession:
    return OpenAIResponsesCompactionSession("s", inner, client=client, **options)


def text(item: Any) -> str:
    content = item.get("content")
    return content if isinstance(content, str) else item["type"]


async def test_a_run_has_a_long_conversation_shortened(openai_store: OpenAIStore, client: AsyncOpenAI) -> None:
    """Without a word from the user; and what was there stays, should another model read it one day."""
    inner = SQLiteSession("s")
    session = await compacting(client, inner)
    await session.add_items(answers(*range(8)))
    agent = Agent(
        "A", model=ScriptedModel([ModelStep([assistant_message(n)], response_id=n) for n in ("r1", "r2", "r3")])
    )
    await Runner.run(agent, "1", session=session)
    assert openai_store.compacted == [], "nine answers are not ten"
    result = await Runner.run(agent, "2", session=session)
    assert openai_store.compacted == [{"model": "gpt-4.1", "previous_response_id": "r2"}]
    assert result.context_wrapper.usage.total_tokens == 110
    assert [text(item) for item in await session.get_items()] == ["compaction"]
    await Runner.run(agent, "3", session=session)
    assert [text(item) for item in await session.get_items()] == ["compaction", "3", "message"]
    assert len(await session.get_original_items()) == 8 + 6


@pytest.mark.parametrize(
    ("args", "mode", "told"),
    [
        ({"response_id": "r", "force": True}, "auto", "previous_response_id"),
        ({"response_id": "r", "force": True, "store": False}, "auto", "input"),
        ({"force": True}, "auto", "input"),
        ({"response_id": "r", "force": True}, "input", "input"),
        ({"response_id": "r", "force": True, "compaction_mode": "input"}, "previous_response_id", "input"),
    ],
)
async def test_openai_is_told_a_response_that_it_knows_or_the_items(
    openai_store: OpenAIStore, client: AsyncOpenAI, args: Any, mode: Any, told: str
) -> None:
    """A response that was not stored is unknown to the service, which would refuse."""
    session = await compacting(client, SQLiteSession("s"), compaction_mode=mode)
    await session.add_items([{**user("a")[0], "provider_data": {"x": 1}}])
    await session.run_compaction(args)
    assert openai_store.compacted[0].keys() == {"model", told}


async def test_what_cannot_be_is_refused(client: AsyncOpenAI) -> None:
    """Each would otherwise be found out in the middle of a conversation."""
    inner = SQLiteSession("s")
    for wrong, said in (
        ({"underlying_session": OpenAIConversationsSession(openai_client=client)}, "keeps that conversation itself"),
        ({"model": "claude-sonnet-4-5"}, "own models only"),
        ({"max_rollback_items": 0}, "positive"),
    ):
        with pytest.raises(UserError, match=said):
            OpenAIResponsesCompactionSession("s", **{"underlying_session": inner, **wrong})
    session = await compacting(client, inner, max_rollback_items=1, should_trigger_compaction=lambda context: True)
    await session.add_items(user("a", "b"))
    with pytest.raises(UserError, match="more than max_rollback_items"):
        await session.run_compaction()
    with pytest.raises(UserError, match="needs a response_id"):
        await session.run_compaction({"compaction_mode": "previous_response_id"})
    assert len(await session.get_items()) == 2


async def test_the_default_client_serves_where_none_is_given(openai_store: OpenAIStore, client: AsyncOpenAI) -> None:
    """One setting for the process, as for models."""
    with pytest.raises(UserError, match="OPENAI_API_KEY"):
        await OpenAIConversationsSession().add_items(user("a"))
    set_default_openai_client(client, use_for_tracing=False)
    try:
        await OpenAIConversationsSession(conversation_id="mine").add_items(user("a"))
        assert OpenAIResponsesCompactionSession("s", SQLiteSession("s")).client is client
    finally:
        set_default_openai_client(None, use_for_tracing=False)  # type: ignore[arg-type]
    assert len(openai_store.conversations["mine"]) == 1
