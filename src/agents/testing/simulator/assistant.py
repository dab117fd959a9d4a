"""The small assistant that answers when no script does: it calls tools it is offered, and speaks in haiku.

Above: :mod:`.server`. Below: the neutral request and :mod:`.instances`. Everything it does is a plain
function of the request, so the same question always gets the same answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .instances import instance
from .script import Ask, Part, Reply, Text, Thinking, Tool, ToolCall
from .wire import compact

__all__ = ["answer"]

_WEATHER = re.compile(r"\b(weather|forecast|temperature|rain\w*|snow\w*|sunny|wind\w*|hot|cold|warm)\b", re.IGNORECASE)
_PLACES = re.compile(r"\b(?:in|at|for|of)\s+((?:the\s+)?[A-Z][\w'.-]*(?:[ ,]+(?:and\s+|or\s+)?[A-Z][\w'.-]*)*)")
_LOWER_PLACE = re.compile(r"\b(?:in|at|for)\s+(\w+)", re.IGNORECASE)
_PLACE_NAMES = ("city", "location", "place", "town", "where", "query")


def answer(ask: Ask) -> Reply:
    """What the assistant says to this request."""
    calls = _calls(ask)
    parts: list[Part] = [Thinking(_thought(ask, calls))] if ask.reasoning else []
    if calls:
        return Reply([*parts, *calls])
    if ask.schema is not None:
        return Reply([*parts, Text(compact(instance(ask.schema, _filler(ask, _places(ask)))))])
    text = haiku(ask)
    if ask.json_mode:
        text = compact({"haiku": text})
    text, stop = _limited(text, ask)
    return Reply([*parts, Text(text)], stop=stop)


def _limited(text: str, ask: Ask) -> tuple[str, str | None]:
    """The text as far as stop sequences and the token limit let it go."""
    ends = [text.index(stop) for stop in ask.stops if stop and stop in text]
    if ends:
        return text[: min(ends)], "sequence"
    if ask.max_tokens is not None and len(text) > ask.max_tokens * 4:
        return text[: ask.max_tokens * 4], "length"
    return text, None


def _thought(ask: Ask, calls: list[ToolCall]) -> str:
    if calls:
        return f"The question needs {', '.join(call.name for call in calls)}, so I call it first."
    return "I have the result and put it into a haiku." if ask.results else "A short question deserves a short poem."


# --- Tools ----------------------------------------------------------------------------------------


def _calls(ask: Ask) -> list[ToolCall]:
    """The calls to make now: one for each place or named tool that has not been dealt with in this turn."""
    if ask.choice == "none" or not ask.tools:
        return []
    places, made = _places(ask), [(call.name, compact(call.arguments)) for call in ask.calls]
    if ask.choice != "auto":
        named = [tool for tool in ask.tools if tool.name == ask.choice]
        fresh = [tool for tool in ask.tools if tool.name not in {name for name, _ in made}]
        return [_call((named or [_fitting(ask, fresh or ask.tools)])[0], ask, places[:1])]
    found: list[ToolCall] = []
    for tool in ask.tools:
        if _about_weather(tool) and _WEATHER.search(ask.user_text):
            found += [_call(tool, ask, [place]) for place in places or [""]]
            break
    called = {name for name, _ in made}
    for tool in ask.tools:
        if (
            tool.name not in called
            and not any(call.name == tool.name for call in found)
            and _named(tool, ask.user_text)
        ):
            found.append(_call(tool, ask, places[:1]))
    found = [call for call in found if (call.name, compact(call.arguments)) not in made]
    return found if ask.parallel else found[:1]


def _about_weather(tool: Tool) -> bool:
    return bool(re.search(r"weather|forecast|temperature", f"{tool.name} {tool.description}", re.IGNORECASE))


def _named(tool: Tool, text: str) -> bool:
    words = re.escape(tool.name).replace("_", "[_ ]").replace(r"\-", "[- ]")
    return bool(re.search(rf"(?<![\w-]){words}(?![\w-])", text, re.IGNORECASE))


def _fitting(ask: Ask, tools: Sequence[Tool]) -> Tool:
    """The tool that fits the question best; where a call is forced again, one that was not called yet."""
    named = [tool for tool in tools if _named(tool, ask.user_text)]
    weather = [tool for tool in tools if _about_weather(tool)] if _WEATHER.search(ask.user_text) else []
    return [*named, *weather, *tools][0]


def _call(tool: Tool, ask: Ask, places: list[str]) -> ToolCall:
    schema = {"type": "object", **tool.schema}
    arguments = instance(schema, _filler(ask, places))
    # A place goes into an optional parameter, too, when no required one asks for it.
    if places and places[0] and places[0] not in arguments.values():
        for name, sub in schema.get("properties", {}).items():
            if name.lower() in _PLACE_NAMES and name not in arguments and isinstance(sub, Mapping):
                arguments[name] = places[0]
                break
    return ToolCall(tool.name, arguments)


def _filler(ask: Ask, places: list[str]) -> Any:
    """Fills parameters from the user's words: places into strings, numbers into numbers, in order."""
    numbers = iter(re.findall(r"-?\d+(?:\.\d+)?", ask.user_text))
    spare = iter(places)

    def fill(name: str, schema: Mapping[str, Any]) -> Any:
        kind = schema.get("type")
        if kind in ("integer", "number"):
            number = next(numbers, None)
            return None if number is None else int(float(number)) if kind == "integer" else float(number)
        if kind != "string" or "format" in schema or "pattern" in schema:
            return None
        if name.lower() in _PLACE_NAMES:
            return next(spare, None) or (places[0] if places else None)
        # Only a lone, unnamed string takes the place: `unit` or `reason` should not become a city.
        return next(spare, None) if name.lower() in ("", "name", "text", "input", "address") else None

    return fill


def _places(ask: Ask) -> list[str]:
    """The places a text asks about: capitalised words after "in", "at", "for" or "of"."""
    found = _PLACES.search(ask.user_text)
    if not found:
        lower = _LOWER_PLACE.search(ask.user_text)
        return [lower.group(1)] if lower else []
    names = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", found.group(1))
    return [name.strip(" .,") for name in names if name.strip(" .,")]


# --- Haiku ----------------------------------------------------------------------------------------

_CONDITIONS = re.compile(
    r"\b(sunny|clear|cloudy|overcast|rainy?|raining|showers|snowy?|snowing|storm\w*|thunder\w*|fog\w*|mist\w*|wind\w*|"
    r"hail|drizzle|hot|warm|mild|cool|cold|freezing|humid|dry)\b",
    re.IGNORECASE,
)
_TEMPERATURE = re.compile(r"-?\d+(?:\.\d+)?\s*(?:°\s*[CF]?|degrees|C\b|F\b)", re.IGNORECASE)


def haiku(ask: Ask) -> str:
    """Three lines, of five, seven and five syllables as nearly as the words allow, around results or
    question.
    """
    places = _places(ask)
    if ask.results:
        place = " and ".join(places)
        first = (
            [f"Word comes from {place}", f"{place} today", f"Skies over {place}"] if place else ["Word has come to me"]
        )
        heard = "; ".join(_essence(result.text) for result in ask.results)
        second = [f"{heard}", f"{heard}, they say", f"the answer is {heard}", f"the tool has told me {heard}"]
        third = ["I fold it in verse", "the day writes itself"]
    else:
        word = _topic(ask.user_text)
        first = [f"You speak of {word}", f"{word}, you say", f"A word: {word}", f"{word} on the wind"]
        second = ["a quiet machine listens", "the lantern answers softly"]
        third = ["three lines, then silence", "one leaf in the stream"]
    lines = [_nearest(first, 5), _nearest(second, 7), _nearest(third, 5)]
    return "\n".join(line[:1].upper() + line[1:] for line in lines)


def _essence(result: str) -> str:
    """What a result says, in few words: its temperature and condition, else its beginning."""
    try:
        value = json.loads(result)
    except ValueError:
        value = None
    if isinstance(value, dict):
        result = ", ".join(f"{each}" for each in value.values() if isinstance(each, (str, int, float)))
    found = [match.group(0) for pattern in (_CONDITIONS, _TEMPERATURE) for match in [pattern.search(result)] if match]
    if found:
        return " at ".join(found)
    words = result.split()
    return " ".join(words[:8]) or "nothing at all"


def _topic(text: str) -> str:
    """The word the user seems to care about: the last long one."""
    words = list(re.findall(r"[^\W\d_]{4,}", text))
    return words[-1].lower() if words else "silence"


def _nearest(lines: list[str], syllables: int) -> str:
    return min(lines, key=lambda line: abs(_syllables(line) - syllables))


def _syllables(line: str) -> int:
    """A rough count: groups of vowels, a final silent e left out, numbers as two."""
    total = 0
    for word in re.findall(r"[a-z]+|\d+", line.lower()):
        if word.isdigit():
            total += 2
            continue
        groups = len(re.findall(r"[aeiouy]+", word))
        total += max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))
    return total
