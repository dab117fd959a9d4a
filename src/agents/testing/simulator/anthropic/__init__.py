"""Anthropic Messages: `POST /v1/messages`, in the versions 2023-06-01 and 2026-10-21.

Above: the simulator's server. `shape` is what a body may look like, `rules` what a conversation may, `reply`
the answers. Written against Anthropic's API reference and the types of its own client; error texts follow
those that users report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.script import Ask
from agents.testing.simulator.shape import Misshapen
from agents.testing.simulator.wire import Call, House, Refused, Route

from .hosted import check_hosted
from .reply import error, error_event, headers, plain, stream
from .rules import check_options, check_turns
from .shape import body_reader, refuse, worded
from .turns import in_neutral_words, merged

__all__ = ["NAME", "error", "error_event", "headers", "plain", "read", "route", "stream"]

NAME = "anthropic"

_VERSIONS = ("2023-06-01", "2026-10-21")


_VERTEX = re.compile(
    r"(?:/v1)?/projects/[^/]+/locations/[^/]+/publishers/anthropic/models/([^/:]+):(rawPredict|streamRawPredict)"
)
_VERTEX_VERSION = "vertex-2023-10-16"


def route(method: str, path: str, query: Mapping[str, str]) -> Route | None:
    """POST to the messages path, or to a model's on Vertex."""
    if method == "POST" and path == "/v1/messages":
        return Route()
    found = _VERTEX.fullmatch(path) if method == "POST" else None
    return Route(found[1], found[2] == "streamRawPredict") if found else None


def read(call: Call, route: Route, house: House) -> Ask:
    """Check key, version, shape, model and rules."""
    _check_key(call, house)
    on_vertex = route.model is not None
    version = _VERSIONS[0] if on_vertex else call.headers.get("anthropic-version")
    if version is None:
        raise refuse("anthropic-version: header is required")
    if version not in _VERSIONS:
        raise refuse(f'anthropic-version: "{version}" is not a valid version')
    try:
        raw = json.loads(call.body)
    except ValueError as exc:
        raise refuse("The request body is not valid JSON") from exc
    if on_vertex:
        raw = _of_vertex(raw, route)
    try:
        body = body_reader(version, beta="anthropic-beta" in call.headers)(raw, ())
    except Misshapen as exc:
        raise worded(exc) from None
    if not house.knows(body["model"]):
        raise Refused(404, f"model: {body['model']}", "not_found_error")
    check_options(body)
    check_hosted(body, call.headers.get("anthropic-beta", ""))
    turns = merged(body["messages"])
    check_turns(body, turns, version, house.seals)
    return in_neutral_words(NAME, body, turns)


def _of_vertex(raw: Any, route: Route) -> Any:
    """The body as Messages has it: on Vertex the version stands in it, and the model in the path."""
    if not isinstance(raw, dict) or raw.get("anthropic_version") != _VERTEX_VERSION:
        raise refuse(f"anthropic_version: Field required: {_VERTEX_VERSION!r}")
    if "model" in raw:
        raise refuse("model: Extra inputs are not permitted")
    if bool(raw.get("stream")) != route.stream:
        raise refuse("stream: does not fit the method of the path")
    return {**{name: value for name, value in raw.items() if name != "anthropic_version"}, "model": route.model}


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
