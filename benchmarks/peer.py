"""The peer's environment: ``openai-agents[litellm]`` in ``.bench/peer``, made once and kept."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".bench"
REQUIREMENTS = Path(__file__).with_name("peer-requirements.txt")
SHARED = ("litellm", "openai", "pydantic", "aiohttp", "httpx")
"""What both sides stand on, and must have in the same version for a fair comparison."""

_VERSIONS = """
import importlib.metadata, json, sys
names = [d.metadata["Name"].lower().replace("_", "-") for d in importlib.metadata.distributions()]
print(json.dumps({name: importlib.metadata.version(name) for name in names} | {"python": sys.version.split()[0]}))
"""


def cache() -> Path:
    """The folder for what is made once; it hides itself from git."""
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n")
    return CACHE


def peer_python() -> Path:
    """The interpreter of the peer's environment, which is made when it is missing or its pins have changed."""
    home = cache() / "peer"
    stamp = home / ".made-from"
    source = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != source:
        print(f"Setting up {home.relative_to(ROOT)} (once, about a minute)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        install = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
        subprocess.run([str(home / "bin" / "python"), *install], check=True)
        stamp.write_text(source)
    return home / "bin" / "python"


def versions(python: Path) -> Mapping[str, str]:
    """What is installed beside an interpreter, and its own version."""
    found: dict[str, str] = json.loads(subprocess.check_output([python, "-c", _VERSIONS], text=True))
    return found


def check_same(ours: Mapping[str, str], peers: Mapping[str, str]) -> None:
    """Refuse to compare two sides that do not stand on the same ground.

    Raises:
        SystemExit: A shared package, or Python itself, differs.
    """
    differ = [name for name in ("python", *SHARED) if ours.get(name) != peers.get(name)]
    if differ:
        pairs = ", ".join(f"{name} {ours.get(name)} here and {peers.get(name)} there" for name in differ)
        sys.exit(f"The two environments differ: {pairs}. Pin the same versions in {REQUIREMENTS.name}.")
