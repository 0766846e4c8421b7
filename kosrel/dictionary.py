"""The data dictionary: every kind of record and every part of one, field by field, derived from the model."""

from __future__ import annotations

from collections.abc import Iterator

from kosrel.fields import Many, Maybe, Part, Structure
from kosrel.model import FOLDERS


def _parts(structure: type[Structure]) -> Iterator[type[Structure]]:
    """The structures that a structure holds, each with those within it."""
    for field in structure.fields.values():
        inner = field.field if isinstance(field, Many | Maybe) else field
        if isinstance(inner, Part):
            yield inner.structure
            yield from _parts(inner.structure)


def _table(structure: type[Structure]) -> list[str]:
    lines = ["| field | needed | holds | what it is |", "|---|---|---|---|"]
    for name, field in structure.fields.items():
        if field.stored:
            needed = "yes" if field.required else ""
            lines.append(f"| `{name}` | {needed} | {field.describe()} | {field.doc} |")
    return lines


def _first_line(structure: type[Structure]) -> str:
    return (structure.__doc__ or "").strip().splitlines()[0]


def write_dictionary() -> str:
    """The dictionary as Markdown: a section a kind, then one for each part that kinds share."""
    lines: list[str] = []
    parts: dict[str, type[Structure]] = {}
    for folder, kind in FOLDERS.items():
        places = f"`{folder}.yaml` or files in `{folder}/`"
        lines += [f"### {kind.kind}", "", f"{_first_line(kind)} Kept in {places}.", "", *_table(kind), ""]
        parts.update({part.noun: part for part in _parts(kind)})
    for noun, part in sorted(parts.items()):
        lines += [f"### {noun}", "", _first_line(part), "", *_table(part), ""]
    return "\n".join(lines).rstrip() + "\n"
