"""Flat columns for spreadsheets and scripts: a header, then a line a record."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any, TextIO

from kosrel.answer import Answer
from kosrel.characters import show_controls
from kosrel.fields import Cell, Structure
from kosrel.model import ANSWERED, Finding

# What makes a spreadsheet run a cell as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def columns(kinds: Sequence[type[Structure]], layered: bool = False) -> list[str]:
    """The columns of a table: kind and id, but for problems, then those of every field of every kind once.

    ``layered``: with the base after the id.
    """
    names = [] if kinds[0] is Finding else ["kind", "id", *(["base"] if layered else [])]
    for kind in kinds:
        for field in kind.fields.values():
            if field.shown:
                names += [name for name in field.columns if name not in names]
    return names


def _cells(result: dict[str, Any], kind: type[Structure]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {key: result[key] for key in ("kind", "id", "base") if key in result}
    for name, field in kind.fields.items():
        if field.shown:
            cells.update(zip(field.columns, field.flatten(result[name]), strict=True))
    return cells


def make_harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet runs and no terminal obeys; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    shown = show_controls(cell)
    return f"'{shown}" if cell.startswith(_FORMULA) else shown


def render(answer: Answer, stream: TextIO) -> None:
    """The header always, so that an empty table can still be read."""
    kinds = [ANSWERED[name] for name in answer.kinds]
    names = columns(kinds, answer.layered)
    by_kind = {kind.noun: kind for kind in kinds}
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    for result in answer.results:
        cells = _cells(result, by_kind[result.get("kind", kinds[0].noun)])
        writer.writerow({name: make_harmless(cell) for name, cell in cells.items()})
