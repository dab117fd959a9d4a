"""Which tools of a server need a human's approval: every form of ``require_approval``, made one policy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union, cast

from typing_extensions import TypedDict

from ..awaiting import MaybeAwaitable, settled
from ..exceptions import UserError
from ..run_context import RunContextWrapper

if TYPE_CHECKING:
    from ..agent import AgentBase


class RequireApprovalToolList(TypedDict, total=False):
    """Some tools."""

    tool_names: list[str]


class RequireApprovalObject(TypedDict, total=False):
    """Tools that always, or never, need approval."""

    always: RequireApprovalToolList
    never: RequireApprovalToolList


RequireApprovalPolicy: TypeAlias = Literal["always", "never"]
LocalMCPApprovalCallable: TypeAlias = Callable[[RunContextWrapper[Any], "AgentBase[Any]", Any], MaybeAwaitable[bool]]
"""Whether a tool (an ``mcp.types.Tool``) needs approval, as a function of context, agent and tool says."""
RequireApprovalSetting: TypeAlias = Union[
    RequireApprovalPolicy,
    RequireApprovalObject,
    "dict[str, RequireApprovalPolicy]",
    LocalMCPApprovalCallable,
    bool,
    None,
]

NeedsApproval: TypeAlias = "bool | Callable[[RunContextWrapper[Any], dict[str, Any], str], Awaitable[bool]]"

_WORDS = {"always": True, "never": False, True: True, False: False}


@dataclass(frozen=True)
class ApprovalPolicy:
    """What ``require_approval`` says, tool by tool."""

    by_name: dict[str, bool] = field(default_factory=dict)
    otherwise: bool | LocalMCPApprovalCallable = False

    @classmethod
    def of(cls, setting: RequireApprovalSetting) -> ApprovalPolicy:
        """The policy in one form.

        Raises:
            UserError: The setting is in none of the forms, or contradicts itself.
        """
        if setting is None:
            return cls()
        if isinstance(setting, dict):
            entries: dict[str, Any] = {**setting}
            return cls(_of_lists(entries) if _is_lists(entries) else _of_names(entries))
        if callable(setting):
            return cls(otherwise=setting)
        return cls(otherwise=_word(setting, "require_approval"))

    def for_tool(self, tool: Any, agent: AgentBase[Any] | None) -> NeedsApproval:
        """``FunctionTool.needs_approval`` of a tool. Where nobody can be asked who decides, approval is needed."""
        decide = self.otherwise
        if not callable(decide):
            return self.by_name.get(tool.name, decide)
        if agent is None:
            return True
        asker = agent

        async def needs_approval(context: RunContextWrapper[Any], arguments: dict[str, Any], call_id: str) -> bool:
            return bool(await settled(decide(context, asker, tool)))

        return needs_approval


def _is_lists(setting: dict[str, Any]) -> bool:
    """Lists of tools, and not two tools that are named "always" and "never"."""
    entries = [setting[key] for key in ("always", "never") if key in setting]
    return any(isinstance(entry, dict) for entry in entries)


def _of_lists(setting: dict[str, Any]) -> dict[str, bool]:
    unknown = sorted(setting.keys() - {"always", "never"})
    if unknown:
        raise UserError(f"require_approval has lists under 'always' and 'never' only, not under {unknown}.")
    always, never = (_names(setting.get(key, {}), key) for key in ("always", "never"))
    both = sorted(set(always) & set(never))
    if both:
        raise UserError(f"require_approval says both 'always' and 'never' of {both}.")
    return {**dict.fromkeys(always, True), **dict.fromkeys(never, False)}


def _names(entry: Any, key: str) -> Iterable[str]:
    names = entry.get("tool_names", []) if isinstance(entry, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UserError(f"require_approval[{key!r}] must be {{'tool_names': [...]}} with names, not {entry!r}.")
    return cast("list[str]", names)


def _of_names(setting: dict[str, Any]) -> dict[str, bool]:
    return {str(name): _word(value, f"require_approval[{name!r}]") for name, value in setting.items()}


def _word(value: Any, where: str) -> bool:
    if not isinstance(value, (str, bool)) or value not in _WORDS:
        raise UserError(f"{where} must be 'always', 'never' or a bool, not {value!r}.")
    return _WORDS[value]
