"""OpenAI Responses: `POST /v1/responses`, kept responses by `GET` and `DELETE`, and `POST /v1/conversations`; the
same without `/v1`.

Above: the simulator's server. `shape` is what a body may look like, `rules` what it may ask for, `history` what
the conversation needs, `items` and `reply` the answers. Written against OpenAI's API reference and the types of
its own client; error texts follow those that users report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.openai_chat import check_key
from agents.testing.simulator.openai_chat.shape import refuse
from agents.testing.simulator.script import Ask
from agents.testing.simulator.wire import Call, House, Refused, Route, Settled

from .history import Stored, begin, check_history
from .neutral import in_neutral_words
from .reply import error, error_event, headers, plain, stream
from .rules import check_format, check_options, check_parts, check_tools
from .shape import read_body, read_conversation

__all__ = ["NAME", "error", "error_event", "headers", "plain", "read", "route", "stream"]

NAME = "openai-responses"

_MODEL_OF_PROMPTS = "gpt-5"
"""The model that a stored prompt names; one in the request goes before it."""
_ADDRESSES = (("POST", r"/responses"), ("GET|DELETE", r"/responses/[\w-]+"), ("POST", r"/conversations"))


def route(method: str, path: str, query: Mapping[str, str]) -> Route | None:
    """A response, a kept response, or a new conversation."""
    fits = (re.fullmatch(verbs, method) and re.fullmatch(f"(/v1)?{rest}", path) for verbs, rest in _ADDRESSES)
    return Route() if any(fits) else None


def read(call: Call, route: Route, house: House) -> Ask | Settled:
    """Check key, model, shape, rules and history; what is kept is answered at once."""
    check_key(call, house)
    name = call.path.rpartition("/")[2]
    if call.method != "POST":
        return Settled(_kept(call, name, house))
    raw = _parsed(call)
    if name == "conversations":
        return Settled(_conversation(raw, house))
    if isinstance(raw, dict) and isinstance(raw.get("prompt"), dict):
        raw = {"model": _MODEL_OF_PROMPTS, **raw}
    _check_model(raw, house)
    body = read_body(raw)
    check_options(body)
    check_tools(body)
    check_parts(body["input"])
    turn = begin(body, house)
    check_history(turn, house)
    check_format(body, turn.context())
    return in_neutral_words(NAME, body, turn)


def _parsed(call: Call) -> Any:
    try:
        return json.loads(call.body)
    except ValueError as exc:
        raise refuse(
            "We could not parse the JSON body of your request. The OpenAI API expects a JSON payload, but what was "
            "sent was not valid JSON."
        ) from exc


def _check_model(raw: Any, house: House) -> None:
    model = raw.get("model") if isinstance(raw, dict) else None
    if not model:
        raise refuse("Missing required parameter: 'model'.", "model", "missing_required_parameter")
    if not house.knows(str(model)):
        # A 404 since 2026 (github.com/BerriAI/litellm/pull/39457); it was a 400 before.
        message = f"The requested model '{model}' does not exist."
        raise Refused(404, message, "invalid_request_error", "model_not_found", param="model")


# --- What is kept ---------------------------------------------------------------------------------


def _kept(call: Call, name: str, house: House) -> Any:
    """A kept response, or the word that it is gone. What was sealed is shown only once."""
    stored: Stored | None = house.seals.recall("response", name)
    if stored is None:
        raise Refused(404, f"Response with id '{name}' not found.", "invalid_request_error", param="id")
    if call.method == "DELETE":
        house.seals.remember("response", name, None)
        return {"id": name, "object": "response", "deleted": True}
    output = [{key: value for key, value in item.items() if key != "encrypted_content"} for item in _output(stored)]
    return {**stored.response, "output": output}


def _output(stored: Stored) -> list[Mapping[str, Any]]:
    output: list[Mapping[str, Any]] = stored.response["output"]
    return output


def _conversation(raw: Any, house: House) -> Any:
    """A new conversation, with the items that it begins with."""
    body = read_conversation(raw)
    name = house.mint("conv_", 48)
    house.seals.remember("conversation", name, Stored({}, body.get("items", [])))
    return {
        "id": name,
        "object": "conversation",
        "created_at": house.now(),
        "metadata": body.get("metadata", {}),
    }
