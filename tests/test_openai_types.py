"""Objects in ``openai``'s types that are built without a look at their fields."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from openai.types.responses import ResponseTextDeltaEvent
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

from agents.openai_types import unchecked

DELTA = {
    "content_index": 0,
    "delta": "Hi",
    "item_id": "msg_1",
    "logprobs": [],
    "output_index": 0,
    "sequence_number": 4,
    "type": "response.output_text.delta",
}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (ResponseTextDeltaEvent, DELTA),
        (InputTokensDetails, {"cached_tokens": 1, "cache_write_tokens": 2}),
        (OutputTokensDetails, {"reasoning_tokens": 3}),
        (OutputTokensDetails, {"reasoning_tokens": 3, "of_another_release": 4}),
    ],
)
def test_what_is_built_unchecked_is_what_validation_builds(kind: Any, fields: dict[str, Any]) -> None:
    """Nobody may tell the two apart: events and usage are compared, copied and stored by users."""
    kind = type(kind.__name__, (kind,), {"__doc__": "A class of this row's own, as its fields are looked up once."})
    ours, theirs = unchecked(kind, dict(fields)), kind.model_validate(fields)
    assert ours == theirs
    assert ours.model_dump(exclude_unset=True) == theirs.model_dump(exclude_unset=True) == fields
    assert ours.model_fields_set == theirs.model_fields_set
    assert copy.deepcopy(ours) == theirs
    assert ours.model_copy(update={"more": 1}).model_dump() == {**theirs.model_dump(), "more": 1}
    assert unchecked(kind, dict(fields)) == theirs, "what a copy was given has nothing to do with the next"
