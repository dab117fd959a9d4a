"""JSON schemas made strict: the subset that a model can be held to while it writes.

The subset is OpenAI's (platform.openai.com/docs/guides/structured-outputs#supported-schemas): every object is
closed and requires all of its properties; ``$ref`` stands alone and points into ``$defs``; unions are
``anyOf``. Pure: the schema that comes in is never changed. Below are only the exceptions; tools and output
types are above.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import unquote

from .exceptions import UserError

_MAX_NODES = 50_000
"""Inlining may multiply a schema; one that a stranger wrote (an MCP server) must not do so without end."""
_MAX_DEPTH = 100
"""Below Python's own recursion limit, above any schema that a model could follow."""

_ANNOTATIONS = frozenset(
    {
        "$anchor",
        "$comment",
        "$defs",
        "$id",
        "$schema",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "default",
        "definitions",
        "deprecated",
        "description",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    }
)
"""Keywords that say something about a value without restricting it."""

_Path = tuple[str, ...]


def _tell_default(node: dict[str, Any]) -> None:
    """Move a default into the description: the keyword is refused, as every property must be given. ``None`` says
    nothing that null among the types does not say.
    """
    default = node.pop("default")
    if default is not None:
        said = f"(default: {json.dumps(default, ensure_ascii=False, default=str)})"
        node["description"] = f"{node['description']} {said}" if node.get("description") else said


def ensure_strict_json_schema(schema: dict[str, Any], *, _reject_open_objects: bool = False) -> dict[str, Any]:
    """The schema as a strict one, in a new dict.

    Args:
        schema: A JSON schema whose root is an object.
        _reject_open_objects: Refuse objects that declare no properties and are not closed. Closing one turns
            "any object" into "the empty object", which is right for our own empty signatures and wrong for a
            stranger's.

    Raises:
        UserError: The schema cannot be strict without accepting other values than before.
    """
    if not schema:
        return {"additionalProperties": False, "type": "object", "properties": {}, "required": []}
    strict = _Conversion(schema, _reject_open_objects).convert(schema, (), frozenset())
    if "anyOf" in strict:
        raise _not_strict((), "the root is a union, and must be an object")
    if is_list(strict.get("type")):
        if strict["type"] != ["object"]:
            raise _not_strict((), f"the root has the types {strict['type']}, and must be an object")
        strict["type"] = "object"
    return strict


def resolve_ref(*, root: dict[str, object], ref: str) -> object:
    """What a ``$ref`` within a document (a JSON pointer after ``#``) points to.

    Raises:
        ValueError: The reference points outside the document, or to nothing.
    """
    if ref == "#":
        return root
    if not ref.startswith("#/"):
        raise ValueError(f"the $ref {ref!r} does not point into its own document (it must start with '#/')")
    found: object = root
    for raw in unquote(ref[2:]).split("/"):
        key = raw.replace("~1", "/").replace("~0", "~")
        if not is_dict(found) or key not in found:
            raise ValueError(f"the $ref {ref!r} points to nothing")
        found = found[key]
    return found


def is_dict(obj: object) -> TypeGuard[dict[str, object]]:
    """Whether this is a JSON object; its keys are taken to be strings."""
    return isinstance(obj, dict)


def is_list(obj: object) -> TypeGuard[list[object]]:
    """Whether this is a JSON array."""
    return isinstance(obj, list)


def has_more_than_n_keys(obj: dict[str, object], n: int) -> bool:
    """Whether a dict has more than ``n`` keys."""
    return len(obj) > n


def _not_strict(path: _Path, problem: str) -> UserError:
    return UserError(
        f"This JSON schema cannot be strict: at {'.'.join(('$', *path))}, {problem}. Either describe the "
        "value completely (a pydantic model, a dataclass or a TypedDict in place of a dict), or do without "
        "strictness (strict_mode=False on a tool, strict_json_schema=False on an output type)."
    )


@dataclass
class _Conversion:
    """One schema document on its way to strictness."""

    root: dict[str, Any]
    reject_open_objects: bool
    nodes: int = 0

    def convert(self, schema: object, path: _Path, inlined: frozenset[str]) -> dict[str, Any]:
        """A schema within the document. ``inlined`` names the references that are being inlined around it."""
        node, inlined = self._flatten(schema, path, inlined)
        for key in ("$defs", "definitions", "properties"):
            if is_dict(node.get(key)):
                node[key] = {
                    name: self.convert(child, (*path, key, name), inlined) for name, child in node[key].items()
                }
        for key in ("anyOf", "oneOf", "prefixItems"):
            if key in node:
                if not is_list(node[key]):
                    raise _not_strict(path, f"{key} must be a list")
                node[key] = [self.convert(child, (*path, key, str(i)), inlined) for i, child in enumerate(node[key])]
        if is_dict(node.get("items")):
            node["items"] = self.convert(node["items"], (*path, "items"), inlined)
        if "oneOf" in node:
            node["anyOf"] = [*node.get("anyOf", []), *node.pop("oneOf")]
        if "default" in node:
            _tell_default(node)
        self._close(node, path)
        return node

    def _close(self, node: dict[str, Any], path: _Path) -> None:
        """Close an object and require what it declares."""
        extra = node.get("additionalProperties", False)
        properties = node.get("properties")
        types = node.get("type", "object" if is_dict(properties) else None)
        if types != "object" and not (is_list(types) and "object" in types):
            if extra is not False and types is None:
                raise _not_strict(path, "properties beyond the declared ones are allowed (additionalProperties)")
            return
        if extra is not False or node.get("patternProperties"):
            raise _not_strict(
                path, "an object has properties without declared names (a dict, or one that allows extra)"
            )
        if self.reject_open_objects and not properties and "additionalProperties" not in node:
            raise _not_strict(path, "an object declares no properties, so that it may hold any")
        node["type"] = types
        node["additionalProperties"] = False
        if is_dict(properties):
            node["required"] = list(properties)

    def _flatten(
        self, schema: object, path: _Path, inlined: frozenset[str], keep_ref: bool = True
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """A copy of a schema without ``allOf``, and with a ``$ref`` only where it stands alone."""
        node = self._new_node(schema, path)
        while "$ref" in node or "allOf" in node:
            if "allOf" in node:
                parts = node.pop("allOf")
                if not is_list(parts):
                    raise _not_strict(path, "allOf must be a list")
                for index, part in enumerate(parts):
                    here = (*path, "allOf", str(index))
                    if len(parts) > 1:
                        flat, inlined = self._flatten(part, here, inlined, keep_ref=False)
                    else:
                        flat = self._new_node(part, here)
                    node = _merge(flat, node, path)
                continue
            ref = node.pop("$ref")
            target = self._target(ref, path)
            defined = ref == "#" or str(ref).startswith(("#/$defs/", "#/definitions/"))
            if not node and defined and keep_ref:
                return {"$ref": ref}, inlined
            if ref in inlined:  # a recursive type: inlining it would never end
                if defined and keep_ref and node.keys() <= _ANNOTATIONS:
                    return {**node, "anyOf": [{"$ref": ref}]}, inlined
                raise _not_strict(path, f"the $ref {ref!r} leads back to itself")
            inlined |= {ref}
            node = _merge(target, node, path)
        return node, inlined

    def _new_node(self, schema: object, path: _Path) -> dict[str, Any]:
        if not isinstance(schema, dict):
            raise _not_strict(path, f"a schema must be an object, and this is {schema!r}")
        self.nodes += 1
        if self.nodes > _MAX_NODES or len(path) > _MAX_DEPTH:
            raise _not_strict(path[:6], "it is too large or nested too deeply, once its references are inlined")
        return dict(schema)

    def _target(self, ref: object, path: _Path) -> dict[str, Any]:
        try:
            return self._new_node(resolve_ref(root=self.root, ref=str(ref)), path)
        except ValueError as error:
            raise _not_strict(path, str(error)) from None


def _merge(part: dict[str, Any], node: dict[str, Any], path: _Path) -> dict[str, Any]:
    """One schema that accepts what both accept. Where both only describe, ``node`` is heard."""
    merged = {**part, **node}
    clashes = {
        key for key in part.keys() & node.keys() - _ANNOTATIONS - {"required", "properties"} if part[key] != node[key]
    }
    theirs, mine = _properties(part), _properties(node)
    if any(theirs[name] != mine[name] for name in theirs.keys() & mine.keys()):
        clashes.add("properties")
    for closed, one, other in ((part, theirs, mine), (node, mine, theirs)):
        if closed.get("additionalProperties") is False and not other.keys() <= one.keys():
            clashes.add("properties")
    if clashes:
        raise _not_strict(
            path, f"a schema and what it refers to (allOf, $ref) disagree about {', '.join(sorted(clashes))}"
        )
    if theirs and mine:
        merged["properties"] = {**mine, **theirs}
    return merged


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}
