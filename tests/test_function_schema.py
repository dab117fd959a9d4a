"""What a model is told of a function, and how its JSON becomes a call."""

from __future__ import annotations

import enum
import functools
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional, Union

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from agents.exceptions import ModelBehaviorError, UserError
from agents.function_schema import FuncSchema, function_schema, generate_func_documentation
from agents.run_context import RunContextWrapper
from agents.tool_context import ToolContext

if TYPE_CHECKING:
    from decimal import Decimal as OnlyForCheckers


class Unit(enum.Enum):
    METRIC = "metric"
    IMPERIAL = "imperial"


class Point(BaseModel):
    x: int
    y: int = 0


@dataclass
class Size:
    width: int


class Options(TypedDict):
    deep: bool


def call_of(func: Callable[..., Any], arguments: str, **options: Any) -> tuple[list[Any], dict[str, Any]]:
    """The call that a function gets for arguments in JSON."""
    schema = function_schema(func, **options)
    return schema.to_call_args(schema.params_pydantic_model.model_validate_json(arguments))


def properties_of(func: Callable[..., Any], **options: Any) -> dict[str, Any]:
    return dict(function_schema(func, **options).params_json_schema["properties"])


def takes_text(value: str) -> None: ...
def takes_int(value: int) -> None: ...
def takes_enum(value: Unit) -> None: ...
def takes_literal(value: Literal["a", "b"]) -> None: ...
def takes_union(value: Union[int, str]) -> None: ...  # noqa: UP007 - the older spelling is common
def takes_optional(value: Optional[int] = None) -> None: ...  # noqa: UP045
def takes_model(value: Point) -> None: ...
def takes_dataclass(value: Size) -> None: ...
def takes_typed_dict(value: Options) -> None: ...
def takes_list(value: list[Point]) -> None: ...
def takes_anything(value) -> None: ...  # type: ignore[no-untyped-def]
def takes_default(value: int = 3) -> None: ...


@pytest.mark.parametrize(
    ("func", "described", "json", "value"),
    [
        (takes_text, {"type": "string"}, '"a"', "a"),
        (takes_int, {"type": "integer"}, "1", 1),
        (takes_enum, {"$ref": "#/$defs/Unit"}, '"metric"', Unit.METRIC),
        (takes_literal, {"enum": ["a", "b"], "type": "string"}, '"b"', "b"),
        (takes_union, {"anyOf": [{"type": "integer"}, {"type": "string"}]}, '"b"', "b"),
        (takes_optional, {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "null", None),
        (takes_model, {"$ref": "#/$defs/Point"}, '{"x": 1}', Point(x=1)),
        (takes_dataclass, {"$ref": "#/$defs/Size"}, '{"width": 1}', Size(1)),
        (takes_typed_dict, {"$ref": "#/$defs/Options"}, '{"deep": true}', {"deep": True}),
        (takes_list, {"items": {"$ref": "#/$defs/Point"}, "type": "array"}, '[{"x": 1}]', [Point(x=1)]),
        (takes_anything, {}, '{"a": [1]}', {"a": [1]}),
        (takes_default, {"description": "(default: 3)", "type": "integer"}, "4", 4),
    ],
)
def test_a_type_is_described_and_its_json_becomes_a_value_of_it(
    func: Callable[..., Any], described: dict[str, Any], json: str, value: object
) -> None:
    """A tool's author writes Python types and must get Python values, whatever JSON can say."""
    schema = dict(properties_of(func)["value"])
    schema.pop("title", None)
    assert schema == described
    assert call_of(func, f'{{"value": {json}}}') == ([value], {})


def test_defaults_fill_what_the_model_leaves_out() -> None:
    """A model that does not hold to the strict schema should still get through where the code allows it."""
    assert call_of(takes_default, "{}") == ([3], {})
    assert call_of(takes_optional, "{}") == ([None], {})
    assert function_schema(takes_default).params_json_schema["required"] == ["value"]
    loose = function_schema(takes_default, strict_json_schema=False).params_json_schema
    assert "required" not in loose
    assert "additionalProperties" not in loose


def every_kind(a: int, /, b: int, *rest: int, c: int, d: int = 4) -> None: ...
def named_rest(a: int, **rest: int) -> None: ...
def tuple_rest(*rest: tuple[int, ...]) -> None: ...


def awkward(schema: int, json: int, _hidden: int, model_config: int, copy: int = 5) -> None:  # noqa: D417
    """Parameters whose names mean something to pydantic.

    Args:
        schema: The schema.
        _hidden: The hidden.
    """


@pytest.mark.parametrize(
    ("func", "arguments", "args", "kwargs"),
    [
        (every_kind, '{"a": 1, "b": 2, "rest": [7, 8], "c": 3}', [1, 2, 7, 8], {"c": 3, "d": 4}),
        (every_kind, '{"a": 1, "b": 2, "c": 3, "d": 5}', [1, 2], {"c": 3, "d": 5}),
        (named_rest, '{"a": 1, "rest": {"x": 2}}', [1], {"x": 2}),
        (named_rest, '{"a": 1}', [1], {}),
        (tuple_rest, '{"rest": [1, 2]}', [1, 2], {}),
        (awkward, '{"schema": 1, "json": 2, "_hidden": 3, "model_config": 4}', [1, 2, 3, 4, 5], {}),
    ],
)
def test_every_kind_of_parameter_arrives_in_its_place(
    func: Callable[..., Any], arguments: str, args: list[Any], kwargs: dict[str, Any]
) -> None:
    """Python has five kinds of parameters, JSON only names: each must find its way back."""
    assert call_of(func, arguments, strict_json_schema=False) == (args, kwargs)
    func(*args, **kwargs)


def test_names_that_mean_something_to_pydantic_are_described_like_others() -> None:
    """``schema`` or ``_hidden`` are ordinary names to a tool's author."""
    described = properties_of(awkward)
    assert list(described) == ["schema", "json", "_hidden", "model_config", "copy"]
    assert described["schema"]["description"] == "The schema."
    assert described["_hidden"]["description"] == "The hidden."


def test_a_parameter_may_not_be_passed_twice() -> None:
    """Within ``**rest`` a model could overwrite the value of a named parameter."""
    with pytest.raises(ModelBehaviorError, match="a may be passed only once"):
        call_of(named_rest, '{"a": 1, "rest": {"a": 2}}', strict_json_schema=False)


def any_name(**values: int) -> None: ...
def fixed_tuple(*rest: tuple[int, str]) -> None: ...
def open_dict(values: dict[str, int]) -> None: ...
def unknown_type(value: OnlyForCheckers) -> None: ...
def late_context(value: int, ctx: RunContextWrapper[Any]) -> None: ...
def keyword_context(*, ctx: ToolContext[Any]) -> None: ...
def unbound(self, value: int) -> None: ...  # type: ignore[no-untyped-def]
def no_schema(value: enum.EnumMeta, other: Callable[[], None]) -> None: ...


@pytest.mark.parametrize(
    ("func", "says"),
    [
        (any_name, ["any_name", "'**values'", "strict_mode=False"]),
        (fixed_tuple, ["fixed_tuple", "'*rest'"]),
        (open_dict, ["open_dict", "$.properties.values", "strict_mode=False"]),
        (unknown_type, ["unknown_type", "OnlyForCheckers", "TYPE_CHECKING"]),
        (late_context, ["late_context", "'ctx'", "first parameter"]),
        (keyword_context, ["keyword_context", "'ctx'", "first parameter"]),
        (unbound, ["unbound", "bound method"]),
        (no_schema, ["no_schema", "no JSON schema"]),
    ],
)
def test_a_signature_that_cannot_be_told_to_a_model_is_refused_by_name(
    func: Callable[..., Any], says: list[str]
) -> None:
    """These are mistakes of the author: better found at the decorator than in a run, with a way out."""
    with pytest.raises(UserError) as caught:
        function_schema(func)
    for part in says:
        assert part in caught.value.message


def run_context(ctx: RunContextWrapper[int], value: int) -> None: ...
def tool_context(ctx: ToolContext[int], value: int) -> None: ...
def bare_context(ctx: RunContextWrapper, value: int) -> None: ...
def annotated_context(ctx: Annotated[ToolContext[Any], "note"], value: int) -> None: ...
def without_context(value: int) -> None: ...


@pytest.mark.parametrize(
    ("func", "takes_context"),
    [
        (run_context, True),
        (tool_context, True),
        (bare_context, True),
        (annotated_context, True),
        (without_context, False),
    ],
)
def test_the_context_is_recognised_and_hidden(func: Callable[..., Any], takes_context: bool) -> None:
    """The context holds the user's own objects: no model may see or fill it."""
    schema = function_schema(func)
    assert schema.takes_context is takes_context
    assert list(schema.params_json_schema["properties"]) == ["value"]
    assert schema.to_call_args(schema.params_pydantic_model(value=1)) == ([1], {})


GOOGLE = """Find a place.

Looks far.

Args:
    name: What to find.
        In any language.
    *near (int): Where to look.

Returns:
    A place.
"""
CROWDED = """Find a place.

Looks far.
Args:
    name: What to find.
        In any language.
    *near: Where to look.
"""
NUMPY = """Find a place.

Looks far.

Parameters
----------
name : str
    What to find.
    In any language.
*near
    Where to look.
"""
SPHINX = """Find a place.

Looks far.

:param name: What to find.
    In any language.
:param near: Where to look.
:return: A place.
"""


def documented(text: str | None) -> Callable[..., Any]:
    def find(name: str, *near: int) -> None: ...

    find.__doc__ = text
    return find


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize(
    ("text", "style"),
    [(GOOGLE, "google"), (CROWDED, "google"), (NUMPY, "numpy"), (SPHINX, "sphinx")],
)
def test_a_docstring_describes_function_and_parameters(text: str, style: Any, is_named: bool) -> None:
    """The docstring is the only place where most tools say what they are for."""
    docs = generate_func_documentation(documented(text), style if is_named else None)
    assert docs.name == "find"
    assert docs.description == "Find a place.\n\nLooks far."
    params = {name: " ".join(said.split()) for name, said in (docs.param_descriptions or {}).items()}
    assert params == {"name": "What to find. In any language.", "near": "Where to look."}


@pytest.mark.parametrize(
    ("text", "description"),
    [
        (None, None),
        ("", None),
        ("Find it.", "Find it."),
        ("Find: it.\n\nAnd more.", "Find: it.\n\nAnd more."),
    ],
)
def test_a_docstring_without_sections_is_the_description(text: str | None, description: str | None) -> None:
    """A short docstring is the usual case, and costs no parser."""
    docs = generate_func_documentation(documented(text))
    assert (docs.description, docs.param_descriptions) == (description, None)


def test_an_unknown_docstring_style_is_refused() -> None:
    """A misspelt style must not silently lose every description."""
    with pytest.raises(UserError, match="sphinx, numpy, google"):
        generate_func_documentation(documented(GOOGLE), "epytext")  # type: ignore[arg-type]


def test_the_parser_of_docstrings_is_loaded_only_for_sections() -> None:
    """It takes a tenth of a second: a program whose tools have one-line docstrings should not pay that."""
    program = """
import sys
from agents.function_schema import function_schema
def plain(a: int) -> None:
    "Does this: and that."
def sections(a: int) -> None:
    '''Does.

    Args:
        a: Number.
    '''
function_schema(plain)
assert "griffe" not in sys.modules
function_schema(sections)
assert "griffe" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def many_sources(  # noqa: D417 - some descriptions come from elsewhere
    doc: Annotated[int, Field(description="from field")],
    note: Annotated[int, "from note", Field(description="from field")],
    field: Annotated[int, Field(description="from field", ge=1)],
    default: int = Field(7, description="from default", le=9),
    model: Annotated[Point, "from note"] = Point(x=1),  # noqa: B008 - pydantic copies defaults
) -> None:
    """Do it.

    Args:
        doc: from docstring
    """


def test_descriptions_come_from_the_docstring_first_then_from_annotations() -> None:
    """The text nearest to the reader wins; none may be lost, and constraints of ``Field`` hold."""
    described = properties_of(many_sources)
    sources = {name: schema["description"] for name, schema in described.items()}
    assert sources == {
        "doc": "from docstring",
        "note": "from note",
        "field": "from field",
        "default": "from default (default: 7)",
        "model": 'from note (default: {"x": 1, "y": 0})',
    }
    assert described["field"]["minimum"] == 1
    assert described["default"]["maximum"] == 9
    assert described["model"]["properties"].keys() == {"x", "y"}
    assert call_of(many_sources, '{"doc": 1, "note": 2, "field": 3}')[0] == [1, 2, 3, 7, Point(x=1)]
    assert properties_of(many_sources, use_docstring_info=False)["doc"]["description"] == "from field"


def test_overrides_win_over_name_and_docstring() -> None:
    """The same function may serve under several names."""
    schema = function_schema(many_sources, name_override="other", description_override="Does other.")
    assert (schema.name, schema.description) == ("other", "Does other.")
    assert function_schema(many_sources, use_docstring_info=False).description is None


class Searcher:
    """Searches."""

    def find(self, name: str) -> str:
        """Find by name."""
        return name

    @staticmethod
    def check(name: str) -> None:
        """Check a name."""

    @classmethod
    def make(cls, name: str) -> None:
        """Make one."""

    def __call__(self, name: str) -> None: ...


def scaled(ctx: RunContextWrapper[Any], value: int, factor: int = 2) -> int:
    """Scale a value."""
    return value * factor


def wrapping(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    return inner


@pytest.mark.parametrize(
    ("func", "name", "description", "params"),
    [
        (Searcher().find, "find", "Find by name.", ["name"]),
        (Searcher.check, "check", "Check a name.", ["name"]),
        (Searcher.make, "make", "Make one.", ["name"]),
        (Searcher(), "Searcher", "Searches.", ["name"]),
        (functools.partial(scaled, factor=3), "scaled", "Scale a value.", ["value"]),
        (functools.partial(scaled, RunContextWrapper(None)), "scaled", "Scale a value.", ["value", "factor"]),
        (wrapping(scaled), "scaled", "Scale a value.", ["value", "factor"]),
    ],
)
def test_methods_partials_and_callable_objects_are_described_too(
    func: Callable[..., Any], name: str, description: str, params: list[str]
) -> None:
    """What a developer has settled in advance is no business of the model; the rest is."""
    schema = function_schema(func)
    assert (schema.name, schema.description) == (name, description)
    assert list(schema.params_json_schema["properties"]) == params


def test_the_settled_part_of_a_partial_reaches_the_call() -> None:
    """A parameter hidden from the model must still have the value that the developer gave it."""
    scale = functools.partial(scaled, factor=3)
    args, kwargs = call_of(scale, '{"value": 5}')
    assert scale(RunContextWrapper(None), *args, **kwargs) == 15


def test_the_schema_keeps_what_the_signature_says() -> None:
    """Other code reads these fields: signature with context, resolved return type, strictness."""
    schema = function_schema(scaled, strict_json_schema=False)
    assert isinstance(schema, FuncSchema)
    assert list(schema.signature.parameters) == ["ctx", "value", "factor"]
    assert schema.return_annotation is int
    assert schema.strict_json_schema is False
