"""Connections: one pool for each event loop and each way to verify certificates, closed with its loop.

Above: :mod:`.http`. A pool hangs on the loop itself, so that it lives exactly as long, and no table of ours keeps a
loop alive.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
import warnings
import weakref
from collections.abc import AsyncGenerator
from functools import lru_cache
from typing import Any, TypeAlias

import aiohttp

from ..exceptions import UserError

try:
    import certifi
except ImportError:  # only a Python that brings no certificates needs it
    certifi = None  # type: ignore[assignment]

Verify: TypeAlias = "bool | str | os.PathLike[str] | ssl.SSLContext"
"""Whom to trust: the system, anybody, those in a file or folder of certificates, or as the context says."""
Tls: TypeAlias = "bool | ssl.SSLContext"

_ON_THE_LOOP = "_polyglot_agents_http_pools"
_IDLE = 30.0
"""Seconds that an idle connection is kept: longer than most tools take, shorter than most services wait."""
_LONGEST_HEADER = 64 * 1024


def tls(verify: Verify) -> Tls:
    """What aiohttp takes for it; equal choices give the same object, and with it the same pool.

    Raises:
        UserError: There is no readable certificate at the path.
    """
    if isinstance(verify, (str, os.PathLike)):
        return _trusting(os.fspath(verify))
    paths = ssl.get_default_verify_paths()
    if verify is True and certifi and sys.platform != "win32" and not (paths.cafile or paths.capath):
        return _trusting(certifi.where())  # python.org's builds for macOS bring no certificates
    return verify


@lru_cache(maxsize=32)
def _trusting(path: str) -> ssl.SSLContext:
    where = {"capath": path} if os.path.isdir(path) else {"cafile": path}
    try:
        return ssl.create_default_context(**where)  # type: ignore[arg-type]
    except OSError as error:  # ssl.SSLError is one
        raise UserError(f"verify={path!r} names no file or folder of CA certificates: {error}") from error


class _Connector(aiohttp.TCPConnector):
    """Is closed once its loop is: then nobody can close it any more, and aiohttp has nothing to complain about."""

    def __init__(self, loop: asyncio.AbstractEventLoop, **options: Any) -> None:
        self.home = loop
        super().__init__(**options)

    @property
    def closed(self) -> bool:
        return super().closed or self.home.is_closed()

    def __del__(self, *args: Any) -> None:
        if not self.home.is_closed():
            super().__del__()


class Pool:
    """Connections that are open on one loop, and who uses them."""

    __slots__ = ("_keeper", "session", "users")

    def __init__(self, verified: Tls, loop: asyncio.AbstractEventLoop) -> None:
        self.users: weakref.WeakSet[object] = weakref.WeakSet()
        self.session = aiohttp.ClientSession(
            connector=_Connector(loop, ssl=verified, limit=0, keepalive_timeout=_IDLE),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        )
        self._keeper = self._keep()

    async def _keep(self) -> AsyncGenerator[None, None]:
        """Waits for the end of the loop.

        An event loop closes the asynchronous generators that were begun on it before it is closed itself
        (``loop.shutdown_asyncgens``, which ``asyncio.run`` calls): the one notice of its end that asyncio gives.
        """
        try:
            yield
        finally:
            await self.session.close()

    async def begin(self) -> None:
        """Make the loop remember to close the pool."""
        with warnings.catch_warnings():
            # A loop may go on after it has shut its generators down once; it is the next time that counts then.
            warnings.simplefilter("ignore", ResourceWarning)
            await self._keeper.__anext__()

    async def close(self) -> None:
        """Close every connection."""
        await self._keeper.aclose()


async def pool(verified: Tls) -> Pool:
    """The pool of the running loop."""
    loop = asyncio.get_running_loop()
    pools = _pools(loop)
    found = pools.get(verified)
    if found is None or found.session.closed:
        found = pools[verified] = Pool(verified, loop)
        await found.begin()
    return found


async def leave(verified: Tls, user: object) -> None:
    """A user wants its pool no more: it is closed, unless others use it."""
    found = _pools(asyncio.get_running_loop()).get(verified)
    if found is not None:
        found.users.discard(user)
        if not found.users:
            await found.close()


def _pools(loop: asyncio.AbstractEventLoop) -> dict[Tls, Pool]:
    pools: dict[Tls, Pool] = vars(loop).setdefault(_ON_THE_LOOP, {})
    return pools
