"""Records written as canonical YAML: one way to write each fact, so that diffs show only what changed.

Canonical form: UTF-8 in NFC, LF, block style, the field order of the class, one sentence a line in long text,
absent fields absent, records by date and id, or by id where they have no date. Where the base keeps the JSON
Schema of its fact files, the first line tells an editor which one is the file's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from kosrel import reader
from kosrel.errors import KosrelError
from kosrel.fields import Plain
from kosrel.model import Record

# Text that would make a line longer than this stands below its key, a sentence a line.
WIDTH = 100
_SENTENCE_END = re.compile(r"(?<=[.!?])[ ](?=[A-Z“\"(])")
_NEEDS_QUOTES = re.compile(
    r"^$|^[\s?:,\[\]{}#&*!|>'\"%@`~]|^-($|\s|-)|^[.]{3}|:(\s|$)|\s#|\s$|^(true|false|null|yes|no|on|off)$",
    re.IGNORECASE,
)
_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)

# What the YAML language server reads, which most editors have.
_EDITOR = "# yaml-language-server: $schema="


def write_scalar(text: str) -> str:
    """``text`` as a YAML scalar on one line: plain where that is safe, else quoted."""
    if _UNPRINTABLE.search(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + _UNPRINTABLE.sub(_escape, escaped) + '"'
    if _NEEDS_QUOTES.search(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _lines(value: Any, indent: int) -> Iterator[str]:
    """The lines of a list or mapping of plain values."""
    space = " " * indent
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is True:
                yield f"{space}{key}: true"
            elif inner is None:
                # Only a draft has such values: they are to be filled in.
                yield f"{space}{key}:"
            elif isinstance(inner, str):
                yield from _entry(f"{space}{key}:", inner, indent + 2)
            else:
                yield f"{space}{key}:"
                yield from _lines(inner, indent + 2)
    else:
        for item in value:
            if isinstance(item, str):
                yield from _entry(f"{space}-", item, indent + 2)
            else:
                first, *rest = _lines(item, indent + 2)
                yield f"{space}- {first[indent + 2 :]}"
                yield from rest


def _entry(lead: str, text: str, indent: int) -> Iterator[str]:
    """A key or dash with its text: on the same line, or folded below when that is too long."""
    text = unicodedata.normalize("NFC", text)
    scalar = write_scalar(text)
    if len(lead) + 1 + len(scalar) <= WIDTH or " " not in text or _UNPRINTABLE.search(text):
        yield f"{lead} {scalar}"
        return
    yield f"{lead} >-"
    for sentence in _SENTENCE_END.split(text):
        yield " " * indent + sentence


def _order(record: Record) -> tuple[str, str, str]:
    date = record.dated
    if date is None:
        return ("~" if "date" in record.fields else "", "", record.id)
    return (date.date.earliest or "", date.date.latest or "~", record.id)


def write(records: Iterable[Record]) -> str:
    """The records of one fact file as canonical YAML."""
    return "\n".join(write_record(record.id, record.write()) for record in sorted(records, key=_order))


def write_record(identifier: str, fields: Plain) -> str:
    """One record as canonical YAML; a field that is None stands there empty."""
    return "\n".join([f"{identifier}:", *_lines(fields, 2)]) + "\n"


def write_editor_comment(schema: str) -> str:
    """The line that tells an editor where the JSON Schema of its file is."""
    return f"{_EDITOR}{schema}\n"


def rewrite(old: str, records: Iterable[Record], schema: str | None = None) -> tuple[str, int | None]:
    """A fact file in canonical form, its opening comments kept; and the line of a comment that would be lost.

    The line is None where every comment stands at the top. ``schema`` is the path of the file's schema, as
    seen from the file; None where the base keeps none.
    """
    lines = old.splitlines(keepends=True)
    top = 0
    while top < len(lines) and (lines[top].startswith("#") or not lines[top].strip()):
        top += 1
    comments = [line for line in lines[:top] if line.startswith("#") and not line.startswith(_EDITOR)]
    head = "".join([write_editor_comment(schema)] if schema is not None else []) + "".join(comments)
    lost = _lost_comment(lines, top)
    return (f"{head}\n" if head else "") + write(records), lost


def _lost_comment(lines: list[str], top: int) -> int | None:
    """The number of the first line after ``top`` on which a comment stands; None where there is none."""
    return next((number for number in reader.find_comments("".join(lines)) if number > top), None)


def first_difference(old: str, new: str) -> int:
    """The number of the first line in which two texts differ, counted from 1."""
    pairs = zip(old.splitlines(), new.splitlines(), strict=False)
    same = next((number for number, (one, other) in enumerate(pairs) if one != other), None)
    return (min(len(old.splitlines()), len(new.splitlines())) if same is None else same) + 1


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all: to a temporary file beside it, then renamed.

    Raises KosrelError where it cannot be written; nothing is left behind then.
    """
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise KosrelError(f"{path} cannot be written: {error.strerror or error}") from None
