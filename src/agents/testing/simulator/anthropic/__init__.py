"""Anthropic Messages: `POST /v1/messages`, in the versions 2023-06-01 and 2026-10-21.

Above: the simulator's server. `shape` is what a body may look like, `rules` what a conversation may, `reply`
the answers. Written against Anthropic's API reference and the types of its own client; error texts follow
those that users report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from agents.testing.simulator.script import Ask
from agents.testing.simulator.shape import Misshapen
from agents.testing.simulator.wire import Call, House, Refused, Route

from .reply import error, error_event, headers, plain, stream
from .rules import check_options, check_turns
from .shape import body_reader, refuse, worded
from .turns import in_neutral_words, merged

__all__ = ["NAME", "error", "error_event", "headers", "plain", "read", "route", "stream"]

NAME = "anthropic"

_VERSIONS = ("2023-06-01", "2026-10-21")


def route(method: str, path: str, query: Mapping[str, str]) -> Route | None:
    """POST to the messages path."""
    return Route() if method == "POST" and path == "/v1/messages" else None


def read(call: Call, route: Route, house: House) -> Ask:
    """Check key, version, shape, model and rules."""
    _check_key(call, house)
    version = call.headers.get("anthropic-version")
    if version is None:
        raise refuse("anthropic-version: header is required")
    if version not in _VERSIONS:
        raise refuse(f'anthropic-version: "{version}" is not a valid version')
    try:
        raw = json.loads(call.body)
    except ValueError as exc:
        raise refuse("The request body is not valid JSON") from exc
    try:
        body = body_reader(version, beta="anthropic-beta" in call.headers)(raw, ())
    except Misshapen as exc:
        raise worded(exc) from None
    if not house.knows(body["model"]):
        raise Refused(404, f"model: {body['model']}", "not_found_error")
    check_options(body)
    turns = merged(body["messages"])
    check_turns(body, turns, version, house.seals)
    return in_neutral_words(NAME, body, turns)


def _check_key(call: Call, house: House) -> None:
    key = call.headers.get("x-api-key")  # wins when both are sent
    if key is not None:
        if key not in house.keys:
            raise Refused(401, "invalid x-api-key", "authentication_error")
        return
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(401, "x-api-key header is required", "authentication_error")
    if token not in house.keys:
        raise Refused(401, "Invalid bearer token", "authentication_error")
