"""Gemini: `POST /{v1|v1beta}/models/{model}:generateContent` and `:streamGenerateContent`.

Above: the simulator's server. `shape` is what a body may look like, `rules` what a conversation may, `reply`
the answers. With `?alt=sse` a stream is server-sent events, without it one JSON array. The version may be
left out of the path: LiteLLM puts `/models/...` straight behind the `api_base` it is given. Written against
Google's API reference and the types of its own client; error texts follow those that users of the service
report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from agents.testing.simulator.script import Ask
from agents.testing.simulator.shape import Misshapen
from agents.testing.simulator.wire import Call, House, Refused, Route

from .hosted import check_hosted, check_hosted_pairs
from .models import modern
from .reply import error, error_event, headers, plain, stream
from .rules import check_options, check_turns, in_neutral_words
from .shape import BODY, invalid, worded

__all__ = ["NAME", "error", "error_event", "headers", "plain", "read", "route", "stream"]

NAME = "gemini"

_VERTEX = r"(?:projects/[^/]+/locations/[^/]+/)?publishers/google/"
_PATH = re.compile(rf"/(?:v1(?:alpha|beta1?)?/)?(?:{_VERTEX})?models/([^/:]+):(generateContent|streamGenerateContent)")


def route(method: str, path: str, query: Mapping[str, str]) -> Route | None:
    """Model and method are in the path."""
    found = _PATH.fullmatch(path) if method == "POST" else None
    return Route(found[1], found[2] == "streamGenerateContent") if found else None


def read(call: Call, route: Route, house: House) -> Ask:
    """Check key, model, shape and rules."""
    array = bool(route.stream) and call.query.get("alt") != "sse"
    try:
        return _read(call, route, house, array)
    except Refused as refused:
        # A stream that is a JSON array reports even its refusal inside one.
        refused.extra["array"] = array
        raise


def _read(call: Call, route: Route, house: House, array: bool) -> Ask:
    _check_key(call, house)
    model = str(route.model)
    if not house.knows(model):
        version = call.path.split("/")[1] if call.path.startswith("/v1") else "v1beta"
        message = (
            f"models/{model} is not found for API version {version}, or is not supported for "
            "generateContent. "
            "Call ListModels to see the list of available models and their supported methods."
        )
        raise Refused(404, message, "NOT_FOUND")
    try:
        raw = json.loads(call.body)
    except ValueError as exc:
        raise invalid("Invalid JSON payload received. Parsing terminated before end of input.") from exc
    try:
        body = BODY(raw, ())
    except Misshapen as exc:
        raise worded(exc) from None
    check_options(model, body)
    check_hosted(body, modern=modern(model), vertex="/publishers/" in call.path)
    check_turns(model, body, house.seals)
    check_hosted_pairs(body["contents"])
    return in_neutral_words(NAME, model, body, bool(route.stream), array)


def _check_key(call: Call, house: House) -> None:
    key = call.headers.get("x-goog-api-key") or call.query.get("key")
    if "/publishers/" in call.path and not key:  # on Vertex, a token of OAuth
        key = call.headers.get("authorization", "").removeprefix("Bearer ")
    if not key:
        message = (
            "Method doesn't allow unregistered callers (callers without established identity). Please use "
            "API Key or other "
            "form of API consumer identity to call this API."
        )
        raise Refused(403, message, "PERMISSION_DENIED")
    if key not in house.keys:
        reason = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "API_KEY_INVALID",
            "domain": "googleapis.com",
            "metadata": {"service": "generativelanguage.googleapis.com"},
        }
        raise Refused(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", details=[reason])
