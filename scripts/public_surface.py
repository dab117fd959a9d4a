"""The public names of the original, module by module, and those of them that are left out here.

``python scripts/public_surface.py record`` writes ``tests/data/public_surface.json``, in an environment in which the
original is installed with its extras: for each module its public names, each with what may be asked of it (the
parameters of a function or a class, the members of a class). Facts alone, nothing of how it works.
``tests/test_public_surface.py`` compares, and ``tests/data/left_out.json`` says what is left out, and why.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "public_surface.json"

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


def parameters(what: Any) -> list[str]:
    """The names of the parameters of a function or a class, those apart that take whatever is left."""
    try:
        found = inspect.signature(what).parameters.values()
    except (TypeError, ValueError):
        return []
    return [each.name for each in found if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]


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


def surface() -> dict[str, dict[str, dict[str, list[str]]]]:
    """All public names of the package ``agents`` that is installed."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        found[name] = {}
        for each in public_names(module):
            found[name][each] = described(getattr(module, each))
    return found


def lacking(module: str, name: str, wanted: dict[str, list[str]]) -> list[str]:
    """What of a name of the original is not here: ``["it"]`` if there is no such name."""
    try:
        have = described(getattr(importlib.import_module(module), name))
    except (AttributeError, ImportError):
        return ["it"]
    given = {each for names in have.values() for each in names}
    return sorted({each for names in wanted.values() for each in names} - given)


def write(found: dict[str, dict[str, dict[str, list[str]]]]) -> None:
    """Keep the names, one in a line."""
    modules = (
        f" {json.dumps(module)}: {{\n"
        + ",\n".join(f"  {json.dumps(name)}: {json.dumps(facts)}" for name, facts in names.items())
        + "\n }"
        for module, names in found.items()
    )
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text("{\n" + ",\n".join(modules) + "\n}\n", encoding="utf-8")
    print(f"{len(found)} modules, {sum(map(len, found.values()))} names")


def main() -> int:
    """Write the snapshot."""
    if sys.argv[1:] != ["record"]:
        print(__doc__)
        return 1
    write(surface())
    return 0


if __name__ == "__main__":
    sys.exit(main())
