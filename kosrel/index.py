"""The compiled index: the records of a base in SQLite, ready as JSON, and the queries on it.

Tables for ids, dates and folded names; one ready JSON text a record. Answers are read from here and
from nowhere else, so what a look-up costs does not depend on how facts are kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from kosrel.characters import escape_json
from kosrel.dates import MATCHES, WHOLLY, Date, parse_edtf, relate
from kosrel.fields import ID
from kosrel.loader import Base
from kosrel.model import Actor, Agreement, Record
from kosrel.names import folds, surname, turn_round

# How a name can fit, best first.
FITS = ("id", "name", "alias", "spelling", "surname", "words")

_SCHEMA = """
create table record (
    number integer primary key,
    id text not null unique,
    kind text not null,
    label text,
    edtf text,
    earliest text not null,
    latest text not null,
    body text not null
);
create index record_kind on record (kind, earliest, latest, id);
create table name (folded text not null, kind text not null, fit integer not null, record integer not null);
create index name_folded on name (folded, kind);
create table word (folded text not null, kind text not null, record integer not null);
create index word_folded on word (folded, kind);
"""


class Row:
    """A record as the index holds it: id, kind, title or name, EDTF text or None, and its JSON text."""

    __slots__ = ("body", "edtf", "id", "kind", "label", "match")

    def __init__(self, identifier: str, kind: str, label: str | None, edtf: str | None, body: str) -> None:
        self.id = identifier
        self.kind = kind
        self.label = label
        self.edtf = edtf
        self.body = body
        self.match: str | None = None

    def json(self) -> str:
        """The record as JSON text, indented by two, with how it matched filled in."""
        if self.match is None:
            return self.body
        # Quotes inside JSON strings are escaped, so the first such text is the key itself.
        return self.body.replace('"match": null', f'"match": "{self.match}"', 1)


_COLUMNS = "id, kind, label, edtf, body"


def _names(record: Record) -> Iterator[tuple[str, int]]:
    """Every folded name of a record with how it fits, as an index into FITS."""
    for name, how in record.names():
        for plain in folds(name):
            yield plain, FITS.index(how)
            if isinstance(record, Actor) and record.type == "person":
                last = surname(plain)
                if last:
                    yield last, FITS.index("surname")


def compile_base(base: Base, path: str = ":memory:") -> sqlite3.Connection:
    """The base as a SQLite database at ``path``; the base must be free of problems."""
    connection = sqlite3.connect(path)
    connection.executescript(_SCHEMA)
    answering = (record for record in base.records.values() if record.answers)
    for number, record in enumerate(answering, 1):
        date = record.dated
        body = escape_json(json.dumps(record.render(base), ensure_ascii=False, indent=2))
        connection.execute(
            "insert into record values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                record.id,
                record.kind,
                record.label,
                date.date.edtf if date else None,
                (date.date.earliest or "") if date else "~",
                (date.date.latest or "9999-12-31") if date else "~",
                body,
            ),
        )
        if isinstance(record, Actor | Agreement):
            fits: dict[str, int] = {}
            for plain, fit in _names(record):
                if plain:
                    fits[plain] = min(fit, fits.get(plain, fit))
            connection.executemany(
                "insert into name values (?, ?, ?, ?)",
                [(plain, record.kind, fit, number) for plain, fit in fits.items()],
            )
            words = sorted({word for plain in fits for word in plain.split()})
            connection.executemany(
                "insert into word values (?, ?, ?)", [(word, record.kind, number) for word in words]
            )
    connection.commit()
    return connection


class Index:
    """Queries on a compiled base. Every answer is a list of rows in a stable order."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def _rows(self, condition: str, values: Sequence[str | int] = ()) -> list[Row]:
        sql = f"select {_COLUMNS} from record {condition}"
        return [Row(*columns) for columns in self.connection.execute(sql, values)]

    def get(self, identifier: str) -> Row | None:
        """The record with this id, of any kind; None for a text that is no id at all."""
        if not ID.fullmatch(identifier):
            return None
        rows = self._rows("where id = ?", (identifier,))
        return rows[0] if rows else None

    def of_kind(self, kind: str) -> list[Row]:
        """All records of a kind: dated ones in order of time, then the rest by title or name."""
        return self._rows("where kind = ? order by earliest, latest, label collate nocase, id", (kind,))

    def on(self, kind: str, when: Date) -> list[Row]:
        """The records of a kind whose date meets ``when``.

        First those that lie in it, by time; then what lasted longer; then what may or may not fall there.
        """
        rows = self._rows(
            "where kind = ? and earliest <= ? and latest >= ? and edtf is not null "
            "order by earliest, latest, id",
            (kind, when.latest or "9999-12-31", when.earliest or ""),
        )
        for row in rows:
            row.match = relate(parse_edtf(row.edtf or ""), when)
        met = [row for row in rows if row.match is not None]
        return sorted(met, key=lambda row: MATCHES.index(row.match or "") if row.match not in WHOLLY else 0)

    def near(self, kind: str, when: Date) -> tuple[Row | None, Row | None]:
        """The last record of a kind that ends before ``when`` and the first that begins after it."""
        before = self._rows(
            "where kind = ? and latest < ? and edtf is not null order by latest desc, id limit 1",
            (kind, when.earliest or ""),
        )
        after = self._rows(
            "where kind = ? and earliest > ? and edtf is not null order by earliest, id limit 1",
            (kind, when.latest or "9999-12-31"),
        )
        return (before[0] if before else None, after[0] if after else None)

    def named(self, kind: str, name: str) -> list[Row]:
        """The records of a kind that a name fits best; several when it fits them equally.

        Tried in the order of FITS: an id, a name, an alias, a spelling, a surname; then every word of
        ``name`` among the words of the record's names.
        """
        exact = self.get(name.strip())
        if exact is not None and exact.kind == kind:
            exact.match = "id"
            return [exact]
        plain = list(dict.fromkeys(folds(name) + folds(turn_round(name))))
        plain = [each for each in plain if each]
        if not plain:
            return []
        marks = ", ".join("?" * len(plain))
        found = self.connection.execute(
            f"select distinct fit, record from name where folded in ({marks}) and kind = ? order by fit",
            (*plain, kind),
        ).fetchall()
        if found:
            best = found[0][0]
            numbers = [record for fit, record in found if fit == best]
        else:
            best = FITS.index("words")
            numbers = self._with_words(kind, plain)
        rows = []
        for number in numbers:
            rows += self._rows("where number = ?", (number,))
        for row in rows:
            row.match = FITS[best]
        return sorted(rows, key=lambda row: row.id)

    def _with_words(self, kind: str, spellings: Sequence[str]) -> list[int]:
        """Numbers of the records of a kind that have every word of one of the spellings."""
        for spelling in spellings:
            common: set[int] | None = None
            for word in spelling.split():
                rows = self.connection.execute(
                    "select record from word where folded = ? and kind = ?", (word, kind)
                )
                numbers = {number for (number,) in rows}
                common = numbers if common is None else common & numbers
            if common:
                return sorted(common)
        return []
