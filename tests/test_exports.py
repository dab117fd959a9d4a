"""The public surface: what is promised is there, and nothing else is promised."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import agents

# Each of these costs a user's program its start-up time, and is loaded by the first call that needs it.
HEAVY = ("openai", "litellm", "aiohttp", "griffe", "mcp", "httpx", "pydantic", "pydantic_core")

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(agents.__path__, "agents.")
    if not any(part.startswith("_") for part in module.name.split("."))
)


def modules_after(statements: str) -> set[str]:
    """The top-level modules of a fresh interpreter that ran the statements."""
    program = f"{statements}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def declared_for_checkers() -> dict[str, str]:
    """Name and home of each import under ``if TYPE_CHECKING:`` in ``agents/__init__.py``."""
    tree = ast.parse(Path(str(agents.__file__)).read_text(encoding="utf-8"))
    blocks = [n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    imports = [n for block in blocks for n in block.body if isinstance(n, ast.ImportFrom)]
    return {
        alias.asname or alias.name: importlib.util.resolve_name("." * node.level + (node.module or ""), "agents")
        for node in imports
        for alias in node.names
    }


def homes() -> dict[str, str]:
    """Name and home of each entry of the lazy table, as absolute module names."""
    return {
        name: home if home.startswith("agents") else importlib.util.resolve_name(f".{home.lstrip('.')}", "agents")
        for name, home in agents._HOME.items()
    }


def public_names(module: ModuleType) -> list[str]:
    """What a module declares in ``__all__``, or else defines itself without an underscore."""
    declared = getattr(module, "__all__", None)
    if declared is not None:
        return sorted(declared)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    )


@pytest.mark.parametrize("name", sorted(agents.__all__))
def test_every_promised_name_resolves_to_the_object_at_its_home(name: str) -> None:
    """A name in ``__all__`` that fails on first use is a broken promise that no import would show."""
    value = getattr(agents, name)
    if name in agents._HOME:
        assert value is getattr(importlib.import_module(homes()[name]), name)


def test_the_lazy_table_and_all_promise_the_same() -> None:
    """A name in one and not in the other works with one style of import and breaks with the next."""
    assert len(agents.__all__) == len(set(agents.__all__))
    assert set(agents._HOME) <= set(agents.__all__)
    eager = set(agents.__all__) - set(agents._HOME)
    assert eager <= set(vars(agents)), "promised, but neither in the table nor bound"


def test_type_checkers_see_what_the_lazy_table_serves() -> None:
    """A checker reads the TYPE_CHECKING block, a program the table: both must tell the same story."""
    assert declared_for_checkers() == homes()


def test_dir_and_star_import_give_the_promised_names_and_no_others() -> None:
    """Completion and ``import *`` are how people read an API; helpers and modules do not belong there."""
    promised = set(agents.__all__)
    leaked = {name for name in dir(agents) if not name.startswith("_")} - promised
    assert not leaked
    assert promised <= set(dir(agents))
    namespace: dict[str, object] = {}
    exec("from agents import *", namespace)
    assert set(namespace) - {"__builtins__"} == promised


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    """``hasattr`` and ``from agents import ...`` rely on the plain protocol, lazy table or not."""
    with pytest.raises(AttributeError, match="no_such_name"):
        agents.no_such_name  # noqa: B018
    with pytest.raises(ImportError, match="no_such_name"):
        exec("from agents import no_such_name")


@pytest.mark.parametrize(
    ("statements", "stays_out"),
    [
        ("import agents", HEAVY),
        ("from agents import Agent, Runner, function_tool", HEAVY),
        ("from agents.extensions.models.litellm_model import LitellmModel", ("litellm", "aiohttp", "mcp")),
    ],
)
def test_importing_loads_nothing_that_is_not_used(statements: str, stays_out: tuple[str, ...]) -> None:
    """An import that drags in a client library costs every program half a second or more, used or not."""
    loaded = modules_after(statements) & set(stays_out)
    assert not loaded, f"loaded without need: {sorted(loaded)}"


@pytest.mark.parametrize("name", MODULES)
def test_a_module_keeps_what_its_all_promises_and_documents_it(name: str) -> None:
    """Editors show docstrings, and ``__all__`` is an API: both hold in each module, not only at the root."""
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} does not say what it is"
    names = public_names(module)
    missing = [n for n in names if not hasattr(module, n)]
    assert not missing
    own = [
        value
        for value in (getattr(module, n) for n in names)
        if (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__.split(".")[0] == "agents"
        and "<locals>" not in value.__qualname__
    ]
    # A dataclass without a docstring is given its signature as one, which says nothing.
    bare = [v.__qualname__ for v in own if not v.__doc__ or v.__doc__.startswith(f"{v.__name__}(")]
    assert not bare, f"without a docstring in {name}: {bare}"
