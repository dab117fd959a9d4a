"""Every test runs as on a machine that has no network, no keys and no settings of its owner's.

The environment is cleaned before any test module is imported. The guard is Python's own audit hook, so that
nothing is patched and no library slips past it: whatever asks for an address off this machine gets the error
of an unplugged cable, and the test that asked fails, even where the code under test swallowed the error.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A developer's keys, endpoints, proxies and model choices would make tests differ from machine to machine.
for _name in list(os.environ):
    if _name.upper().endswith(("_API_KEY", "_API_BASE", "_BASE_URL", "_PROXY")) or _name.startswith("OPENAI_"):
        del os.environ[_name]
# Where a test imports litellm itself: its price list comes from the package, not from the network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

# No test fails because a machine is slow. CI tries the same examples each time: who changed nothing breaks nothing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("patient"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "patient")

# Names that never resolve (RFC 6761, section 6.4): a test may ask for one to see what an unknown host does.
_UNRESOLVABLE = (".invalid", ".invalid.")
_refused: list[str] = []


def _is_here(host: object) -> bool:
    """Whether an address is of this machine: loopback, or the wildcard that servers bind."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = args[0].decode("ascii", "replace") if isinstance(args[0], bytes) else args[0]
        if _is_here(host):
            return
        if not str(host).endswith(_UNRESOLVABLE):
            _refused.append(f"look-up of {host!r}")
        raise socket.gaierror(socket.EAI_NONAME, f"tests have no network: {host!r} was looked up")
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        if not isinstance(address, tuple) or _is_here(address[0]):  # a path is a Unix socket
            return
        _refused.append(f"connection to {address!r}")
        raise OSError(errno.ENETUNREACH, f"tests have no network: a connection to {address!r} was tried")


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine() -> Iterator[None]:
    """Fails a test that tried to reach another machine, whatever the code under test made of the refusal."""
    _refused.clear()
    yield
    assert not _refused, f"a test must stay on this machine, but there was a {'; a '.join(_refused)}"
