"""A session whose store sees sealed items only."""

from __future__ import annotations

import asyncio

from cryptography.fernet import Fernet

from agents import Agent, Runner, SessionDataError, SQLiteSession
from agents.extensions.memory import EncryptedSession
from agents.testing import ScriptedModel, assistant_message


async def main() -> None:
    key = Fernet.generate_key().decode()  # in earnest: from where you keep your secrets
    store = SQLiteSession("user_123")
    session = EncryptedSession("user_123", store, key, ttl=3600)

    agent = Agent(name="Assistant", model=ScriptedModel([[assistant_message("Noted.")]]))
    await Runner.run(agent, "My card number is 4242.", session=session)
    print("stored in plain text:", "4242" in str(await store.get_items()))
    print("read with the key:", (await session.get_items())[0].get("content"))

    other = EncryptedSession("user_123", store, Fernet.generate_key().decode())
    try:
        await other.get_items()
    except SessionDataError as error:
        print(error)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# stored in plain text: False
# read with the key: My card number is 4242.
# Session 'user_123': an item was encrypted with another key or for another session_id, or is damaged.
