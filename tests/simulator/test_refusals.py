"""Protocol by rule: every refusal of the simulator's, through the vendors' own clients, as the services word it.

The rules stand in `refusals`, each by a request that breaks it, and by its source.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agents.testing import simulator
from agents.testing.simulator import Simulator
from agents.testing.simulator.server import PROTOCOLS
from agents.testing.simulator.shape import Misshapen
from agents.testing.simulator.wire import Call, House, Refused

from .refusals import chat, gemini, messages, responses
from .refusals.table import Rule, Told, patched, through_anthropic, through_google, through_openai

# Importing Google's client, and closing it, warns about its own dependencies.
pytestmark = pytest.mark.filterwarnings("ignore")


@dataclass(frozen=True)
class Wire:
    """A protocol: where it is asked, what a good request is, its rules, and its vendor's client."""

    name: str
    prefix: str
    path: str
    base: Mapping[str, Any]
    rules: Mapping[str, Sequence[Rule]]
    through: Callable[[Simulator, str, Mapping[str, Any], Rule], Awaitable[Told]]
    errors: Mapping[int, tuple[str, str]]
    """By status, the class that the client raises, and the type that the service names."""


_OPENAI = {
    400: ("BadRequestError", "invalid_request_error"),
    401: ("AuthenticationError", "invalid_request_error"),
    404: ("NotFoundError", "invalid_request_error"),
}
_ANTHROPIC = {
    400: ("BadRequestError", "invalid_request_error"),
    401: ("AuthenticationError", "authentication_error"),
    404: ("NotFoundError", "not_found_error"),
}
_GOOGLE = {
    400: ("ClientError", "INVALID_ARGUMENT"),
    403: ("ClientError", "PERMISSION_DENIED"),
    404: ("ClientError", "NOT_FOUND"),
}
WIRES = (
    Wire("openai-chat", "/v1", "/chat/completions", chat.CHAT, chat.RULES, through_openai, _OPENAI),
    Wire("openai-responses", "/v1", "/responses", responses.ASK, responses.RULES, through_openai, _OPENAI),
    Wire("anthropic", "", "/v1/messages", messages.MESSAGES, messages.RULES, through_anthropic, _ANTHROPIC),
    Wire("gemini", "/v1beta/", gemini.PATH, gemini.GENERATE, gemini.RULES, through_google, _GOOGLE),
)
ROWS = [(wire, rule) for wire in WIRES for rules in wire.rules.values() for rule in rules]


@pytest.mark.parametrize(("wire", "rule"), ROWS, ids=[f"{wire.name}: {rule.name}" for wire, rule in ROWS])
async def test_a_broken_rule_is_what_the_vendors_client_raises(sim: Simulator, wire: Wire, rule: Rule) -> None:
    """Whoever passes the simulator must not be surprised by the service, nor by how its client words it."""
    told = await wire.through(sim, wire.path, wire.base, rule)
    assert (told.status, told.error, told.type) == (rule.status, *wire.errors[rule.status]), told
    assert rule.says in told.message
    assert rule.code is None or told.code == rule.code
    assert len(sim.refusals) == 1


def test_every_rule_has_one_name_and_a_source() -> None:
    """A row that nobody can find, or trust, is none."""
    for wire in WIRES:
        names = [rule.name for rules in wire.rules.values() for rule in rules]
        assert sorted(set(names)) == sorted(names), wire.name
        assert all(source and rules for source, rules in wire.rules.items())


# --- No refusal without a row ---------------------------------------------------------------------

_ROOT = Path(simulator.__file__).parent
_NO_REFUSALS = ("Misshapen", "ValueError")
_KEYS = {"authorization": "Bearer sim-key", "anthropic-version": "2023-06-01", "x-goog-api-key": "sim-key"}
Site = tuple[str, int]


def _sites() -> Iterator[Site]:
    """Every place in the protocols that refuses a request."""
    for path in sorted(_ROOT.glob("*/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and node.exc is not None:
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if not (isinstance(raised, ast.Name) and raised.id in _NO_REFUSALS):
                    yield str(path.relative_to(_ROOT)), node.lineno


def _refusal(wire: Wire, rule: Rule) -> Refused:
    """What the protocol raises, read without a server."""
    house = House(["sim-key"], [], None, None)
    protocol = next(each for each in PROTOCOLS if wire.name == each.NAME)
    path = wire.prefix + (rule.path or wire.path.format(model=rule.model or "gemini-3-pro"))
    own = {name.lower(): value for name, value in rule.headers.items()}
    headers = {name: value for name, value in {**_KEYS, **own}.items() if value}

    def read(body: Mapping[str, Any]) -> Any:
        call = Call(rule.verb, path, {}, headers, rule.content or json.dumps(body).encode())
        route = protocol.route(rule.verb, path, {})
        assert route is not None
        return protocol.read(call, route, house)

    said = None
    if rule.after is not None:
        said = protocol.plain(read(patched(wire.base, rule.after[1])), rule.after[0], house)
    with pytest.raises(Refused) as caught:
        read(rule.body(wire.base, said))
    return caught.value


def _site(refused: Refused) -> Site:
    trace = refused.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    assert trace is not None
    return str(Path(trace.tb_frame.f_code.co_filename).relative_to(_ROOT)), trace.tb_lineno


def test_every_refusal_of_the_simulators_has_a_row() -> None:
    """A rule that no row breaks may be wrong, or refuse what it should not, and nobody would know."""
    refused = {_site(_refusal(wire, rule)) for wire, rule in ROWS}
    assert sorted(set(_sites()) - refused) == []


_FINDINGS = {"type", "unknown", "missing", "choice", "low", "high", "short", "long", "empty", "pattern"}
_WORDED = {
    "openai-chat": _FINDINGS,
    "openai-responses": _FINDINGS | {"prefix", "letters"},
    "anthropic": _FINDINGS,
    "gemini": _FINDINGS - {"pattern"},
}


@pytest.mark.parametrize("wire", WIRES, ids=[wire.name for wire in WIRES])
def test_every_finding_about_a_shape_is_worded_in_each_protocol(wire: Wire) -> None:
    """What is misshapen is told by one function for each protocol: a row for each of its sentences."""
    causes = [_refusal(wire, rule).__context__ for own, rule in ROWS if own is wire]
    assert {cause.kind for cause in causes if isinstance(cause, Misshapen)} == _WORDED[wire.name]
