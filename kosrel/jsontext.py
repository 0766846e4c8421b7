"""JSON text (RFC 8259), written without the ``json`` module: a look-up would wait for its import.

Letters stand as they are; characters that would drive a terminal are escaped (``kosrel.characters``).
"""

from __future__ import annotations

from kosrel.characters import escape_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def write_text(text: str) -> str:
    """A text in quotes."""
    if '"' in text or "\\" in text or not text.isprintable():
        from json import dumps

        return escape_json(dumps(text, ensure_ascii=False))
    return f'"{text}"'


def _scalar(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"{type(value).__name__} has no JSON text")


def write(value: Any) -> str:
    """``value`` (text, numbers, truth values, None, and lists and mappings of them) on one line."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return write_text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write_text(key)}: {write(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(write, value)) + "]"
    return _scalar(value)


def write_indented(value: Any, margin: str = "\n") -> str:
    """``value`` with a line for each entry, indented by two; ``margin`` is the line break before it.

    Keys are plain names. A base has millions of values, so scalars are written where they are met.
    """
    if isinstance(value, str):
        return write_text(value)
    kind = type(value)
    if not value or (kind is not dict and kind is not list):
        return write(value)
    inner = margin + "  "
    if kind is list:
        items = [write_indented(each, inner) for each in value]
        return f"[{inner}{f',{inner}'.join(items)}{margin}]"
    entries = [
        f'"{key}": null' if each is None else f'"{key}": {write_indented(each, inner)}'
        for key, each in value.items()
    ]
    return f"{{{inner}{f',{inner}'.join(entries)}{margin}}}"


def compact(text: str) -> str:
    """Indented JSON text on one line. Strings hold no raw line feed, so only layout goes."""
    return "".join(map(str.lstrip, text.replace(",\n", ", \n").split("\n")))
