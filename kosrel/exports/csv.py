"""Tables as CSV in a Frictionless data package: a folder, or one file when FILE ends in .zip."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kosrel.characters import escape_json, show_controls
from kosrel.exports import Contents
from kosrel.exports._tables import Column, Table, rows, tables
from kosrel.fields import Cell
from kosrel.formats.csv import make_harmless

_README = (
    "One table for each kind of record, and one for each part and list that records hold; the table records "
    "has a row for every record. Dates are EDTF text, with their first and last possible day beside them. "
    "A cell that a spreadsheet would run as a formula has an apostrophe before it, and control characters "
    "are shown as pictures."
)
# The first day that a zip file can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def save(contents: Contents, path: Path) -> Sequence[str]:
    """The package as a folder, or zipped; Frictionless Data Package 1.0."""
    if path.suffix.lower() != ".zip":
        _save_folder(contents, path)
        return []
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        _save_folder(contents, Path(place, "package"))
        _zip(Path(place, "package"), path)
    return []


def _save_folder(contents: Contents, folder: Path) -> None:
    folder.mkdir()
    found = tables(bool(contents.bases))
    with ExitStack() as open_files:
        writers = {}
        for table in found.values():
            stream = open_files.enter_context(_file(folder, table).open("w", encoding="utf-8", newline=""))
            writers[table.name] = csv.writer(stream, lineterminator="\n")
            writers[table.name].writerow([column.name for column in table.columns])
        for result in contents.results():
            for name, cells in rows(result):
                writers[name].writerow([_write_cell(cell) for cell in cells])
    text = json.dumps(_describe(contents, found), ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(escape_json(text) + "\n", encoding="utf-8", newline="")


def _file(folder: Path, table: Table) -> Path:
    return folder / f"{table.name}.csv"


def _write_cell(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return make_harmless(cell)


def _describe(contents: Contents, found: dict[str, Table]) -> dict[str, Any]:
    """The descriptor of the package."""
    licence = {"name": contents.licence, "path": contents.licence_url}
    documents = [
        {"title": show_controls(row.label or row.id, keep="\n")} for row in contents.rows("document")
    ]
    return {
        "profile": "tabular-data-package",
        "name": "kosrel-facts",
        "title": contents.title,
        "description": _README,
        **({"version": contents.version} if contents.version else {}),
        **({"licenses": [licence]} if contents.licence else {}),
        **({"sources": documents} if documents else {}),
        "resources": [_describe_table(table) for table in found.values()],
    }


def _describe_table(table: Table) -> dict[str, Any]:
    links = [
        {
            "fields": column.name,
            # Frictionless writes a table's own name as the empty text.
            "reference": {"resource": "" if column.target == table.name else column.target, "fields": "id"},
        }
        for column in table.columns
        if column.target
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "description": table.doc,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_describe_column(column) for column in table.columns],
            "primaryKey": list(table.key),
            **({"foreignKeys": links} if links else {}),
        },
    }


def _describe_column(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    return {
        "name": column.name,
        "type": column.kind,
        "description": column.doc,
        **({"constraints": constraints} if constraints else {}),
    }


def _zip(folder: Path, path: Path) -> None:
    """The files of a folder in one zip file, in order, without the time of the run."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(file.name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with file.open("rb") as source, packed.open(entry, "w") as stream:
                shutil.copyfileobj(source, stream)
