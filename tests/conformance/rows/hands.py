"""Conversations that change hands."""

from __future__ import annotations

from ..table import Row

ROWS = [
    Row(
        "hands:any-maker",
        "A conversation of any maker, calls and reasoning included, is legal for any reader.",
        refs="A#2158",
        cases=(78,),
    ),
    Row("hands:no-fake-ids", "No made-up id goes over a wire.", refs="A#270", cases=(77,)),
    Row("hands:no-foreign-reasoning", "No model is shown another one's reasoning.", cases=(6, 78)),
    Row("hands:refusals", "Refusals and redacted thoughts of any maker are legal for any reader.", cases=(78,)),
    Row("hands:handoff", "An agent hands over to one without tools: the call stays readable."),
    Row("hands:interrupted", "A call without a result is told as interrupted.", cases=(29,)),
    Row(
        "hands:results-apart",
        "Results that came late, out of order or for nobody are put in order, or told as text.",
        refs="A#1798 A#1936",
        cases=(29,),
    ),
    Row(
        "hands:system-in-between",
        "A system message in mid-conversation stands where the reader reads it.",
        refs="P#5509",
        cases=(79,),
    ),
    Row("hands:image", "An image goes on in the words of the next reader."),
    Row("hands:first-is-the-models", "A conversation may begin with the model's words."),
    Row(
        "hands:nested-history",
        "A nested history that was handed over has no orphaned reasoning.",
        refs="A#2503",
        cases=(82,),
        elsewhere=["tests/test_nested_history.py", "tests/run/test_nested_handoffs.py"],
    ),
]
