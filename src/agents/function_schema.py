"""The schema of a Python function: what a model must know to call it, and how its JSON becomes a call.

Type hints give the types, the docstring gives the descriptions, pydantic joins them in one model that
validates the arguments. ``tool_decorator`` is above; ``docstrings`` and ``strict_schema`` are below.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from .docstrings import (
    DocstringStyle,
    FuncDocumentation,
    callable_name,
    generate_func_documentation,
    underlying_function,
)
from .exceptions import ModelBehaviorError, UserError
from .run_context import RunContextWrapper
from .strict_schema import ensure_strict_json_schema
from .util import lazy_pydantic as pydantic

__all__ = [
    "DocstringStyle",
    "FuncDocumentation",
    "FuncSchema",
    "function_schema",
    "generate_func_documentation",
]

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass
class FuncSchema:
    """A function as a model sees it."""

    name: str
    """The name that the model calls."""
    description: str | None
    """What the function does."""
    params_pydantic_model: type[pydantic.BaseModel]
    """Validates arguments."""
    params_json_schema: dict[str, Any]
    """Describes the arguments to the model."""
    signature: inspect.Signature
    """The function's signature, the context included."""
    takes_context: bool = False
    """Whether the first parameter is the context of the run, which no model sees."""
    strict_json_schema: bool = True
    """Whether ``params_json_schema`` is strict."""
    return_annotation: Any = inspect.Signature.empty
    """What the function says that it returns."""

    def to_call_args(self, data: pydantic.BaseModel) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments for the function, without the context, from validated data.

        Raises:
            ModelBehaviorError: The data passes one parameter twice, by its name and within ``**kwargs``.
        """
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        by_name = False  # what follows *args can only be passed by its name
        for index, (name, param) in enumerate(self.signature.parameters.items()):
            if self.takes_context and index == 0:
                continue
            value = getattr(data, _field_name(name))
            if param.kind is param.VAR_POSITIONAL:
                args.extend(value)
                by_name = True
            elif param.kind is param.VAR_KEYWORD:
                self._refuse_doubles(name, value)
                kwargs.update(value)
            elif param.kind in _POSITIONAL and not by_name:
                args.append(value)
            else:
                kwargs[name] = value
        return args, kwargs

    def _refuse_doubles(self, catch_all: str, values: dict[str, Any]) -> None:
        named = {name for name, param in self.signature.parameters.items() if param.kind in _NAMED}
        doubles = sorted(named & values.keys())
        if doubles:
            raise ModelBehaviorError(
                f"Invalid arguments for tool {self.name!r}: {', '.join(doubles)} may be passed only once, by "
                f"name, and not within {catch_all!r} too."
            )


def function_schema(
    func: Callable[..., Any],
    docstring_style: DocstringStyle | None = None,
    name_override: str | None = None,
    description_override: str | None = None,
    use_docstring_info: bool = True,
    strict_json_schema: bool = True,
) -> FuncSchema:
    """Read the schema of a function, method or other callable.

    Args:
        func: The callable. Its first parameter may be a ``RunContextWrapper`` or ``ToolContext``.
        docstring_style: The style of the docstring; detected when not given.
        name_override: A name in place of the function's own.
        description_override: A description in place of the docstring's.
        use_docstring_info: Whether the docstring is read at all.
        strict_json_schema: Whether the schema is made strict, so that models can be held to it.

    Raises:
        UserError: The signature cannot be described to a model; the message names function and parameter.
    """
    name = name_override or callable_name(func)
    where = f"function {name!r}"
    docs = generate_func_documentation(func, docstring_style) if use_docstring_info else None
    hints = _type_hints(func, where)
    signature, params, takes_context = _parameters(func, hints, where)
    fields = {
        _field_name(param.name): _field(param, hints.get(param.name, Any), where, strict_json_schema)
        for param in params
    }
    catches_all = any(param.kind is param.VAR_KEYWORD for param in params)
    config = pydantic.ConfigDict(extra="forbid" if catches_all else "ignore", protected_namespaces=())
    try:
        model = pydantic.create_model(f"{name}_args", __config__=config, **fields)
        schema = model.model_json_schema()
    except pydantic.PydanticUserError as error:
        raise UserError(f"A parameter of {where} has a type that no JSON schema describes: {error.message}") from error
    _describe(schema, model, hints, (docs and docs.param_descriptions) or {})
    return FuncSchema(
        name=name,
        description=description_override or (docs.description if docs else None),
        params_pydantic_model=model,
        params_json_schema=_strict(schema, where) if strict_json_schema else schema,
        signature=signature,
        takes_context=takes_context,
        strict_json_schema=strict_json_schema,
        return_annotation=hints.get("return", signature.return_annotation),
    )


def _type_hints(func: Callable[..., Any], where: str) -> dict[str, Any]:
    """The annotations, resolved, with what ``Annotated`` adds to them."""
    plain = underlying_function(func)
    try:
        return get_type_hints(plain.__init__ if inspect.isclass(plain) else plain, include_extras=True)
    except NameError as error:
        raise UserError(
            f"An annotation of {where} names {error.name!r}, which is not known in its module at run time. "
            "Define or import it there, outside of functions and of `if TYPE_CHECKING:`."
        ) from error


def _parameters(
    func: Callable[..., Any], hints: dict[str, Any], where: str
) -> tuple[inspect.Signature, list[inspect.Parameter], bool]:
    """The signature, its parameters for the model, and whether the context comes before them."""
    signature = inspect.signature(func)
    params = list(signature.parameters.values())
    if params and params[0].name in ("self", "cls") and params[0].annotation is inspect.Parameter.empty:
        raise UserError(f"The {where} is a method without its object: make the tool from the bound method.")
    if isinstance(func, functools.partial):  # what the partial sets by name is settled
        params = [param for param in params if param.name not in func.keywords]
        signature = signature.replace(parameters=params)
    takes_context = bool(params) and params[0].kind in _POSITIONAL and _is_context(hints.get(params[0].name))
    params = params[1:] if takes_context else params
    for param in params:
        if _is_context(hints.get(param.name)):
            raise UserError(f"In {where}, the context must be the first parameter, and {param.name!r} is not.")
    return signature, params, takes_context


def _is_context(hint: Any) -> bool:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    base = get_origin(hint) or hint
    return isinstance(base, type) and issubclass(base, RunContextWrapper)


def _field_name(param: str) -> str:
    """The name of a parameter in the pydantic model, to which some names mean more: ``copy``, ``json``, ``schema``."""
    return f"param_{param}" if param in _taken_names() or param.startswith("_") else param


@functools.cache
def _taken_names() -> frozenset[str]:
    return frozenset(dir(pydantic.BaseModel))


def _field(param: inspect.Parameter, hint: Any, where: str, strict: bool) -> Any:
    """A parameter as pydantic's ``create_model`` wants it: type and default."""
    default: Any = ... if param.default is param.empty else param.default
    if param.kind is param.VAR_POSITIONAL:
        hint, default = list[_each(hint, param.name, where)], pydantic.Field(default_factory=list)  # type: ignore[misc]
    elif param.kind is param.VAR_KEYWORD:
        if strict:
            raise UserError(
                f"In {where}, '**{param.name}' accepts any name, which a strict schema cannot. Name the "
                f"parameters, or set strict_mode=False, where the model passes an object {param.name!r}."
            )
        hint, default = dict[str, hint], pydantic.Field(default_factory=dict)
    if _field_name(param.name) != param.name:
        hint = Annotated[hint, pydantic.Field(alias=param.name)]
    return hint, default


def _each(hint: Any, name: str, where: str) -> Any:
    """The type of each value in ``*args``: ``int`` for ``*args: int``, and for ``tuple[int, ...]`` too."""
    if get_origin(hint) is not tuple:
        return hint
    args = get_args(hint)
    if len(args) == 2 and args[1] is ...:
        return args[0]
    raise UserError(f"In {where}, '*{name}' takes any number of values, and {hint} a fixed one.")


def _describe(
    schema: dict[str, Any], model: type[pydantic.BaseModel], hints: dict[str, Any], docs: dict[str, str]
) -> None:
    """Write descriptions into a schema: the docstring's, else the text in ``Annotated``, else ``Field``'s."""
    names = {_field_name(name): name for name in hints}
    for field_name, field in model.model_fields.items():
        name = names.get(field_name, field_name)
        hint = hints.get(name)
        notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        description = docs.get(name) or next((note for note in notes if isinstance(note, str)), None)
        if description:
            schema["properties"][field.alias or field_name]["description"] = description


def _strict(schema: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        return ensure_strict_json_schema(schema)
    except UserError as error:
        raise UserError(f"The parameters of {where}: {error.message}") from None
