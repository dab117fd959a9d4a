"""The public names of the original, module by module, and those of them that are left out here.

``python scripts/public_surface.py record`` writes ``tests/data/public_surface.json``, in an environment in which the
original is installed with its extras: for each module its public names, each with what may be asked of it (the
parameters of a function or a class, the members of a class). Facts alone, nothing of how it works.
``tests/data/argument_order.json``, written with it, holds which arguments may be given by position, and in which order.
``tests/test_public_surface.py`` compares, and ``tests/data/left_out.json`` says what is left out, and why.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import itertools
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from pydantic.dataclasses import is_pydantic_dataclass

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "public_surface.json"
ORDER = DATA.with_name("argument_order.json")

Facts: TypeAlias = dict[str, dict[str, dict[str, list[str]]]]
"""Of modules, of their names, of what may be asked of a name."""

MODULES = [
    "agents",
    "agents.agent",
    "agents.agent_output",
    "agents.decorators",
    "agents.exceptions",
    "agents.function_schema",
    "agents.guardrail",
    "agents.handoffs",
    "agents.items",
    "agents.lifecycle",
    "agents.memory",
    "agents.memory.session",
    "agents.memory.session_settings",
    "agents.memory.sqlite_session",
    "agents.mcp",
    "agents.mcp.server",
    "agents.mcp.util",
    "agents.mcp.manager",
    "agents.model_settings",
    "agents.models",
    "agents.models.chatcmpl_converter",
    "agents.models.chatcmpl_helpers",
    "agents.models.chatcmpl_stream_handler",
    "agents.models.fake_id",
    "agents.models.interface",
    "agents.models.multi_provider",
    "agents.models.openai_chatcompletions",
    "agents.models.openai_provider",
    "agents.models.openai_responses",
    "agents.models.reasoning_content_replay",
    "agents.prompts",
    "agents.repl",
    "agents.result",
    "agents.retry",
    "agents.run",
    "agents.run_config",
    "agents.run_context",
    "agents.run_error_handlers",
    "agents.run_state",
    "agents.stream_events",
    "agents.strict_schema",
    "agents.testing",
    "agents.tool",
    "agents.tool_context",
    "agents.tool_guardrails",
    "agents.tracing",
    "agents.tracing.create",
    "agents.tracing.processor_interface",
    "agents.tracing.processors",
    "agents.tracing.provider",
    "agents.tracing.scope",
    "agents.tracing.setup",
    "agents.tracing.span_data",
    "agents.tracing.spans",
    "agents.tracing.traces",
    "agents.tracing.util",
    "agents.usage",
    "agents.version",
    "agents.extensions.handoff_filters",
    "agents.extensions.handoff_prompt",
    "agents.extensions.tool_output_trimmer",
    "agents.extensions.visualization",
    "agents.extensions.models.litellm_model",
    "agents.extensions.models.litellm_provider",
    "agents.extensions.models.any_llm_model",
    "agents.extensions.models.any_llm_provider",
    "agents.extensions.memory",
    "agents.extensions.memory.sqlalchemy_session",
    "agents.extensions.memory.redis_session",
    "agents.extensions.memory.encrypt_session",
    "agents.extensions.memory.advanced_sqlite_session",
    "agents.extensions.memory.async_sqlite_session",
]

OUTSIDE = (
    *("Sandbox", "Speech", "Transcription", "speech_", "transcription_", "AgentRegistration", "agent_registration"),
    *("WSModel", "WebSocket", "websocket", "harness", "TContext_co", "TAgent", "TAction", "gpt_5"),
    *("Computer", "resolve_computer", "dispose_resolved"),
)
"""Parts of names of what serves one vendor's account or transport, containers or speech, or is no use outside."""


def arguments(what: Any) -> list[inspect.Parameter]:
    """The parameters of a function or a class, where they can be told."""
    try:
        return list(inspect.signature(what).parameters.values())
    except (TypeError, ValueError):
        return []


def parameters(what: Any) -> list[str]:
    """The names of the parameters of a function or a class, those apart that take whatever is left."""
    return [each.name for each in arguments(what) if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]


def by_position(what: Any) -> list[str]:
    """The names of the parameters that may be given without their names, in order, up to the first private one."""
    if inspect.isclass(what) and is_pydantic_dataclass(what):  # whose signature does not tell
        named = [each.name for each in dataclasses.fields(what) if each.init and not each.kw_only]
    else:
        named = [
            each.name for each in arguments(what) if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        ]
    return list(itertools.takewhile(lambda name: not name.startswith("_"), named))


def argument_order(value: Any) -> dict[str, list[str]]:
    """What may be given by position: to a function or a class (``""``), and to the methods of the class."""
    if not inspect.isclass(value):
        return {"": by_position(value)} if inspect.isfunction(value) else {}
    if issubclass(value, enum.Enum):
        return {}
    methods = {name: getattr(value, name, None) for name in members(value)}
    found = {"": by_position(value)} | {name: by_position(each) for name, each in methods.items() if callable(each)}
    return {name: order for name, order in found.items() if order and order != ["self"]}


def members(cls: type[Any]) -> list[str]:
    """What a class of this package, or of the original, has without an underscore."""
    own = {name for each in cls.__mro__ if each.__module__.split(".")[0] == "agents" for name in vars(each)}
    if dataclasses.is_dataclass(cls):
        own.update(each.name for each in dataclasses.fields(cls))
    return sorted(name for name in own if not name.startswith("_"))


def left_out() -> dict[tuple[str, str], str]:
    """The names that are left out here or incomplete, with the reason for each."""
    groups = json.loads((DATA.parent / "left_out.json").read_text(encoding="utf-8"))
    return {
        (module, name): group["why"] for group in groups for module, names in group["names"].items() for name in names
    }


def described(value: Any) -> dict[str, list[str]]:
    """What may be asked of a name."""
    if inspect.isclass(value):
        return {"parameters": parameters(value), "members": members(value)}
    return {"parameters": parameters(value)} if inspect.isfunction(value) else {}


def public_names(module: Any) -> list[str]:
    """The names in ``__all__``, or those that the module defines itself."""
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and len(name) > 1 and getattr(value, "__module__", None) == module.__name__
    ]
    return sorted(name for name in names if not any(part in name for part in OUTSIDE))


def surface() -> Facts:
    """All public names of the package ``agents`` that is installed."""
    found: Facts = {}
    for name in MODULES:
        module = importlib.import_module(name)
        found[name] = {}
        for each in public_names(module):
            found[name][each] = described(getattr(module, each))
    return found


def orders(modules: Iterable[str]) -> Facts:
    """The order of arguments of all that these modules have, each name with the first of them that has it."""
    found: Facts = {}
    seen: set[int] = set()
    for name in modules:
        module = importlib.import_module(name)
        values = {each: getattr(module, each) for each in public_names(module)}
        new = {each: value for each, value in values.items() if id(value) not in seen}
        seen.update(map(id, new.values()))
        found[name] = {each: order for each, value in new.items() if (order := argument_order(value))}
    return {module: names for module, names in found.items() if names}


def misplaced(module: str, name: str, wanted: dict[str, list[str]]) -> dict[str, list[str]]:
    """The calls by position that the original takes and that would go wrong here, with what is taken here."""
    have = argument_order(getattr(importlib.import_module(module), name))
    return {each: have.get(each, []) for each, order in wanted.items() if have.get(each, [])[: len(order)] != order}


def lacking(module: str, name: str, wanted: dict[str, list[str]]) -> list[str]:
    """What of a name of the original is not here: ``["it"]`` if there is no such name."""
    try:
        have = described(getattr(importlib.import_module(module), name))
    except (AttributeError, ImportError):
        return ["it"]
    given = {each for names in have.values() for each in names}
    return sorted({each for names in wanted.values() for each in names} - given)


def write(path: Path, found: Facts) -> None:
    """Keep the names, one in a line."""
    modules = (
        f" {json.dumps(module)}: {{\n"
        + ",\n".join(f"  {json.dumps(name)}: {json.dumps(facts)}" for name, facts in names.items())
        + "\n }"
        for module, names in found.items()
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text("{\n" + ",\n".join(modules) + "\n}\n", encoding="utf-8")
    print(f"{len(found)} modules, {sum(map(len, found.values()))} names")


def main() -> int:
    """Write the snapshots."""
    if sys.argv[1:] != ["record"]:
        print(__doc__)
        return 1
    write(DATA, surface())
    write(ORDER, orders(MODULES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
