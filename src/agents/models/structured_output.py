"""Structured output of models that no service holds to a schema: asked for in words, found in what they say.

``exchange`` is above. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..protocols.base import OutputSpec

_FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_DECODER = json.JSONDecoder()


def instructions_with(instructions: str | None, output: OutputSpec) -> str:
    """The instructions, and what the final answer must be."""
    schema = json.dumps(output.schema, ensure_ascii=False)
    asked = (
        "Your final answer must be one JSON object that is valid by the JSON schema below, and nothing else: no code "
        f"fence, no words before or after it.\n\n{schema}"
    )
    return f"{instructions}\n\n{asked}" if instructions else asked


def correction(problem: str) -> str:
    """What a model is told whose answer was wrong."""
    return f"That is not the JSON object that was asked for. {problem}\nAnswer again, with the right JSON object alone."


def candidates(text: str) -> Iterator[str]:
    """What in a text may be the JSON that was asked for, the likeliest first.

    The whole; what stands in a code fence; the largest object among prose.
    """
    whole = text.strip()
    yield whole
    fences = [found.strip() for found in _FENCE.findall(text)]
    yield from fences
    objects = sorted(_objects(whole), key=len, reverse=True)
    yield from (found for found in objects if found != whole and found not in fences)


def _objects(text: str) -> Iterator[str]:
    """The JSON objects in a text that are not within another one."""
    at = text.find("{")
    while at >= 0:
        try:
            _, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield text[at:end]
        at = text.find("{", end)


def without_tail(problem: Any) -> str:
    """What is wrong, without the text that the model knows already."""
    return str(problem).partition(" Received: ")[0]
