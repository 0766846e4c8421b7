"""Building blocks of JSON Schema (draft 2020-12), for fields that describe themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 1}
ID: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
ADDRESS: Schema = {"type": "string", "pattern": r"^https?://[^\s/]+"}


class Definitions:
    """The schemas that others refer to, by name; each is made once."""

    def __init__(self) -> None:
        self.found: dict[str, Schema] = {}

    def refer(self, name: str, make: Callable[[Definitions], Schema]) -> Schema:
        """A reference to the definition with this name, which is made when it is new."""
        if name not in self.found:
            self.found[name] = {}
            self.found[name] = make(self)
        return {"$ref": f"#/$defs/{name}"}


def maybe(schema: Schema) -> Schema:
    """``schema`` or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(words: Iterable[Any]) -> Schema:
    """One word of a closed list."""
    return {"enum": list(words)}


def listed(schema: Schema, least: int = 0) -> Schema:
    """A list with at least so many items."""
    bounds = {"minItems": least} if least else {}
    return {"type": "array", "items": schema, **bounds}


def keyed(properties: dict[str, Schema], required: Iterable[str] | None = None) -> Schema:
    """A mapping with these keys and no others; all are required unless it is said which."""
    needed = list(properties if required is None else required)
    needs = {"required": needed} if needed else {}
    return {"type": "object", "properties": properties, **needs, "additionalProperties": False}


def described(schema: Schema, text: str) -> Schema:
    """``schema`` with a description."""
    return {"description": text, **schema}
