"""Makes the files beside it. Run with ``openai-agents[sqlalchemy,encrypt]`` 0.24 installed in place of this package."""

import asyncio
import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from agents import Agent, Runner, SQLiteSession, function_tool
from agents.extensions.memory import AdvancedSQLiteSession, AsyncSQLiteSession, EncryptedSession, SQLAlchemySession
from agents.testing import ScriptedModel, assistant_message, function_call

HERE = Path(__file__).parent
KEY = "a secret of high entropy, as far as tests are concerned"


@function_tool
def get_weather(city: str) -> str:
    return f"Sunny in {city}. 🌞"


async def converse(session) -> None:
    call = function_call("get_weather", {"city": "Malmö"}, call_id="call_1")
    steps = [[call], [assistant_message("Sunny.")], [assistant_message("Yes.")]]
    agent = Agent("Weather", model=ScriptedModel(steps), tools=[get_weather])
    for question in ("Weather in Malmö?", "Sure?"):
        result = await Runner.run(agent, question, session=session)
        if isinstance(session, AdvancedSQLiteSession):
            await session.store_run_usage(result)


async def main(there: Path) -> None:
    await converse(SQLiteSession("chat", there / "sqlite.db"))
    session = AsyncSQLiteSession("chat", there / "async_sqlite.db")
    await converse(session)
    await session.close()
    session = SQLAlchemySession.from_url(
        "chat", url=f"sqlite+aiosqlite:///{there / 'sqlalchemy.db'}", create_tables=True
    )
    await converse(session)
    await session.engine.dispose()
    inner = SQLiteSession("chat", there / "encrypted.db")
    await converse(EncryptedSession("chat", inner, KEY, ttl=10**9))
    session = AdvancedSQLiteSession(session_id="chat", db_path=there / "advanced.db", create_tables=True)
    await converse(session)
    await session.create_branch_from_turn(2, "other")
    await session.add_items([{"role": "user", "content": "And tomorrow?"}])
    items = await SQLiteSession("chat", there / "sqlite.db").get_items()
    (HERE / "items.json").write_text(json.dumps(items, ensure_ascii=False, indent=1), encoding="utf-8")


def dump(there: Path) -> None:
    for path in there.glob("*.db"):
        with closing(sqlite3.connect(path)) as connection:
            (HERE / f"{path.stem}.sql").write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")


with tempfile.TemporaryDirectory() as made:
    asyncio.run(main(Path(made)))
    dump(Path(made))
