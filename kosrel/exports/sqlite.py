"""A SQLite database with full text and views, for sqlite3, Datasette and notebooks."""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kosrel.characters import escape_json, show_controls
from kosrel.exports import Contents
from kosrel.exports._tables import Table, rows, tables
from kosrel.exports._views import VIEWS
from kosrel.fields import Cell
from kosrel.names import folds

_TYPES = {"string": "text", "date": "text", "integer": "integer", "number": "numeric", "boolean": "integer"}
# Keys that hold no words of a record: ids, addresses, and what follows from other records.
_WORDLESS = ("kind", "id", "match", "edtf", "earliest", "latest", "precision", "basis", "sha256", "file",
             "markup", "language", "url", "archive_url", "facts", "events", "agreements", "statements",
             "figures", "conflicts", "others", "sources", "references", "topics")  # fmt: skip
_FULL_TEXT = """
create table passages (
    record text primary key references records(id),  -- the record (id)
    title text,  -- its title or name
    text text,  -- its other words, parts and names of actors among them
    quotes text,  -- the words of the documents that it rests on
    folded text  -- its words with other letters than a to z, in those alone: thaci, duric and djuric
);
create virtual table full_text using fts5 (
    title, text, quotes, folded, content = 'passages', tokenize = "porter unicode61 remove_diacritics 2"
);
"""


def save(contents: Contents, path: Path) -> Sequence[str]:
    """The database: the tables of the data package, ``passages`` with full text, views, and ``metadata``."""
    found = tables(bool(contents.bases))
    connection = sqlite3.connect(path)
    try:
        # Nothing is there to be rolled back to: what goes wrong is thrown away as a whole.
        connection.executescript(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;"
        )
        connection.executescript("".join(_create(table) for table in found.values()) + _FULL_TEXT)
        inserts = {name: _insert(table) for name, table in found.items()}
        connection.execute("begin")
        for result in contents.results():
            for name, cells in rows(result):
                connection.execute(inserts[name], [_write_cell(cell) for cell in cells])
            passage = [_write_cell(cell) for cell in _passage(result)]
            connection.execute("insert into passages values (?, ?, ?, ?, ?)", passage)
        connection.execute("insert into full_text (full_text) values ('rebuild')")
        connection.execute("commit")
        connection.executescript("".join(_index(table) for table in found.values()))
        for name, (doc, sql) in VIEWS.items():
            connection.execute(f"create view {name} as  -- {doc}\n{sql.strip()}")
        connection.execute("create table metadata (json text not null)  -- for Datasette: --metadata")
        text = json.dumps(describe(contents, found, path.stem), ensure_ascii=False, indent=2)
        connection.execute("insert into metadata values (?)", (escape_json(text),))
        connection.commit()
    finally:
        connection.close()
    file = shlex.quote(path.name)
    return [
        "Datasette shows title, source and licence with: "
        f"sqlite3 {file} 'select json from metadata' > metadata.json; datasette {file} -m metadata.json"
    ]


def _name(name: str) -> str:
    """A name as SQL has it; ``references`` is a word of SQL."""
    return f'"{name}"' if name == "references" else name


def _create(table: Table) -> str:
    lines = []
    for column in table.columns:
        key = " primary key" if table.key == (column.name,) else ""
        needed = " not null" if column.required else ""
        link = f" references {_name(column.target)}(id)" if column.target else ""
        lines.append((f"{column.name} {_TYPES[column.kind]}{key}{needed}{link}", column.doc))
    if len(table.key) > 1:
        lines.append((f"primary key ({', '.join(table.key)})", "one row for each"))
    commas = [","] * (len(lines) - 1) + [""]
    body = "\n".join(f"    {line}{comma}  -- {doc}" for (line, doc), comma in zip(lines, commas, strict=True))
    return f"create table {_name(table.name)} (  -- {table.doc}\n{body}\n);\n"


def _index(table: Table) -> str:
    """An index for each column by which people join, and for the days."""
    columns = [column.name for column in table.columns if column.target and column.name not in table.key[:1]]
    lines = [f"create index {table.name}_{name} on {_name(table.name)} ({name});\n" for name in columns]
    if any(column.name == "earliest" for column in table.columns):
        lines.append(f"create index {table.name}_days on {_name(table.name)} (earliest, latest);\n")
    return "".join(lines)


def _insert(table: Table) -> str:
    return f"insert into {_name(table.name)} values ({', '.join('?' * len(table.columns))})"


def _write_cell(cell: Cell) -> Cell:
    return show_controls(cell) if isinstance(cell, str) else cell


def _words(value: Any) -> Iterator[str]:
    """Every text within a record that is words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _WORDLESS:
                yield from _words(item)


def _quotes(value: Any) -> Iterator[str]:
    """Every quote within a record."""
    if isinstance(value, list):
        for item in value:
            yield from _quotes(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "quote":
                yield item
            else:
                yield from _quotes(item)


def _passage(result: dict[str, Any]) -> Sequence[Cell]:
    title = result.get("title") or result.get("name")
    text = " · ".join(dict.fromkeys(word for word in _words(result) if word != title))
    quotes = " · ".join(dict.fromkeys(_quotes(result)))
    words = f"{title or ''} {text} {quotes}".split()
    plain = [spelling for word in dict.fromkeys(words) if not word.isascii() for spelling in folds(word)]
    return result["id"], title, text, quotes, " ".join(dict.fromkeys(plain)) or None


def describe(contents: Contents, found: dict[str, Table], name: str) -> dict[str, Any]:
    """What Datasette shows of the database ``name``: title, source, licence, what each column holds."""
    documents = "; ".join(show_controls(row.label or row.id) for row in contents.rows("document"))
    licence = {"license": contents.licence, "license_url": contents.licence_url} if contents.licence else {}
    about = {
        "source": f"the documents {documents}",
        **licence,
    }
    described: dict[str, Any] = {}
    for table in found.values():
        columns = {column.name: column.doc for column in table.columns}
        described[table.name] = {**about, "description": table.doc, "columns": columns}
        labels = [label for label in ("title", "name") if label in columns and table.key == ("id",)]
        if labels:
            described[table.name]["label_column"] = labels[0]
    described |= {view: {"description": doc} for view, (doc, _sql) in VIEWS.items()}
    described["passages"] = {
        "description": "The words of each record, for full text.",
        "fts_table": "full_text",
    }
    described["metadata"] = {"hidden": True}
    # The page of a row shows source and licence only where they are said of its table.
    return {"title": contents.title, **about, "databases": {name: {**about, "tables": described}}}
