"""OpenAI Chat Completions: `POST /v1/chat/completions`, and the same without `/v1`.

Above: the simulator's server. `shape` is what a body may look like, `rules` what a conversation may, `reply`
the answers. Written against OpenAI's API reference and the types of its own client; error texts follow those
that users report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from agents.testing.simulator.script import Ask
from agents.testing.simulator.shape import Misshapen
from agents.testing.simulator.wire import Call, House, Refused, Route

from .models import check_chat_model
from .reply import error, error_event, headers, plain, stream
from .rules import check_format, check_options, check_tools, check_turns, in_neutral_words
from .shape import body_reader, refuse, worded

__all__ = ["NAME", "check_key", "error", "error_event", "headers", "plain", "read", "route", "stream"]

NAME = "openai-chat"

_PATHS = ("/v1/chat/completions", "/chat/completions")


def route(method: str, path: str, query: Mapping[str, str]) -> Route | None:
    """POST to the completions path."""
    return Route() if method == "POST" and path in _PATHS else None


def read(call: Call, route: Route, house: House) -> Ask:
    """Check key, model, shape and rules."""
    check_key(call, house)
    try:
        raw = json.loads(call.body)
    except ValueError as exc:
        raise refuse(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
            "your HTTP "
            "library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"
        ) from exc
    model = raw.get("model") if isinstance(raw, dict) else None
    if not model:
        raise refuse("you must provide a model parameter")
    if not house.knows(str(model)):
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise Refused(404, message, "invalid_request_error", "model_not_found", param=None)
    try:
        body = body_reader(house.reasoning_field)(raw, ())
    except Misshapen as exc:
        raise worded(exc) from None
    check_chat_model(body)
    check_options(body)
    check_tools(body)
    check_format(body)
    check_turns(body["messages"])
    return in_neutral_words(NAME, body)


def check_key(call: Call, house: House) -> None:
    """A bearer key that this server knows."""
    scheme, _, key = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization header "
            "using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY)."
        )
        raise Refused(401, message, "invalid_request_error", param=None)
    if key not in house.keys:
        message = "Incorrect API key provided: ****. You can find your API key in your account settings."
        raise Refused(401, message, "invalid_request_error", "invalid_api_key", param=None)
