"""Records compiled into SQLite: ready JSON, dates, folded names, links, offices, and full text to rank.

What is folded here is folded the same way in a query (``kosrel.names``), so any spelling finds any other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from kosrel.dates import describe
from kosrel.fields import Dated, Structure
from kosrel.jsontext import write, write_indented
from kosrel.loader import Base
from kosrel.model import (
    KINDS,
    Actor,
    Agreement,
    Conflict,
    Participant,
    Party,
    Record,
    Reference,
    Role,
    Source,
    Synonym,
)
from kosrel.names import FITS, fold, folds, stem_phrase, surname

SCHEMA = """
create table kind (kind text not null, folder text not null);
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
create index record_date on record (earliest, latest, id);
create table name (folded text not null, kind text not null, fit integer not null, record integer not null);
create index name_folded on name (folded, kind);
create table word (folded text not null, kind text not null, record integer not null);
create index word_folded on word (folded, kind);
create table link (target text not null, record integer not null);
create index link_target on link (target, record);
create table role (record integer not null, office text not null, folded text not null, edtf text,
    body text not null);
create table passage (number integer primary key, record integer not null, part integer not null,
    text text not null);
create index passage_record on passage (record);
create table line (passage integer not null, document text not null, line integer not null);
create index line_place on line (document, line);
create index line_passage on line (passage);
create table synonym (stems text not null, folded text not null);
create index synonym_stems on synonym (stems);
create table count (name text primary key, number integer not null) without rowid;
create table term (folded text primary key) without rowid;
create virtual table full_text using fts5 (
    title, names, text, quote, wordings, works, content = '',
    tokenize = "porter unicode61 remove_diacritics 0"
);
"""


def _names(record: Record) -> Iterator[tuple[str, int]]:
    """Every folded name of a record with how it fits, as an index into FITS."""
    for name, how in record.names():
        for plain in folds(name):
            yield plain, FITS.index(how)
            if isinstance(record, Actor) and record.type == "person":
                last = surname(plain)
                if last:
                    yield last, FITS.index("surname")


def _plain(text: str) -> str:
    """Text folded for ranking; a word with ``đ`` in both spellings."""
    return " ".join(dict.fromkeys(folds(text)))


class _Passage:
    """One fact as text to rank: a record without its parts, or one of its parts."""

    def __init__(self, record: Record, part: Structure, base: Base) -> None:
        self.title = [record.label or ""]
        self.names: list[str] = []
        self.text: list[str] = []
        self.quote: list[str] = []
        self.wordings: list[str] = []
        self.works: list[str] = []
        if part is record:
            self.title += [name for name, _how in record.names()]
        elif isinstance(record, Actor):
            self.names += [name for name, _how in record.names()]
        self._read(part, base)

    def _read(self, part: Structure, base: Base) -> None:
        for field, value in part.values():
            if isinstance(value, Dated):
                self.text.append(describe(value.date.edtf))
            elif isinstance(value, str) and not any(True for _ in field.links(value)):
                prose = field.name in ("office", "relation", "status", "text")
                # A note explains how a fact is known; what it names on the way is not what the fact is about.
                column = self.title if prose else self.works if field.name == "note" else self.text
                column.append(value)
            elif isinstance(value, int | float) and field.name == "value":
                self.text.append(f"{value:g}")
            elif field.name == "wordings":
                self.wordings += value
        for target, kinds in part.links():
            linked = base.records.get(target)
            if linked is None:
                continue
            if kinds == ("topic",):
                self.works.append(linked.label or "")
            elif not isinstance(linked, Reference):
                self.names += [name for name, _how in linked.names()]
        for field, value in part.values():
            for inner in field.inside(value):
                if isinstance(inner, Source):
                    self.quote.append(inner.quote)
                    for target in inner.references:
                        work = base.record(target)
                        self.works += [work.label or "", str(getattr(work, "publisher", None) or "")]
                elif isinstance(inner, Participant | Party):
                    self._read(inner, base)

    def columns(self) -> list[str]:
        """The folded columns of the full text."""
        return [
            _plain(" . ".join(dict.fromkeys(texts)))
            for texts in (self.title, self.names, self.text, self.quote, self.wordings, self.works)
        ]

    def shown(self) -> str:
        """What a snippet is cut from: the text as it stands."""
        return " · ".join(dict.fromkeys(filter(None, (*self.title[:1], *self.title[1:], *self.text))))


def _is_passage(part: Structure) -> bool:
    return isinstance(part, Record) or "sources" in part.fields


def compile_base(base: Base, path: str = ":memory:") -> sqlite3.Connection:
    """The base as a SQLite database at ``path``; the base must be free of problems."""
    connection = sqlite3.connect(path)
    # A half-made index is thrown away, so nothing need be safe on disk before it is whole.
    connection.executescript(
        "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -32000;"
    )
    connection.executescript(SCHEMA)
    connection.executemany(
        "insert into kind values (?, ?)", [(kind.kind, kind.folder) for kind in KINDS.values()]
    )
    terms: set[str] = set()
    passages = 0
    number = 0
    longest = 1
    for record in base.records.values():
        if isinstance(record, Synonym):
            words = [_plain(word) for word in record.words]
            pairs = [(stem_phrase(word), other) for word in words for other in words]
            connection.executemany("insert into synonym values (?, ?)", pairs)
            longest = max(longest, *(len(word.split()) for word in words))
        if not record.answers:
            continue
        number += 1
        _insert_record(connection, number, record, base)
        for place, part in enumerate(record.walk()):
            if isinstance(part, Role):
                _insert_role(connection, number, part, base)
            if _is_passage(part):
                passages += 1
                passage = _Passage(record, part, base)
                columns = passage.columns()
                places = {(str(each.document), each.line) for each in getattr(part, "sources", ())}
                connection.executemany(
                    "insert into line values (?, ?, ?)",
                    [(passages, document, line) for document, line in sorted(places)],
                )
                terms.update(word for column in columns for word in column.split())
                connection.execute(
                    "insert into passage values (?, ?, ?, ?)", (passages, number, place, passage.shown())
                )
                connection.execute(
                    "insert into full_text (rowid, title, names, text, quote, wordings, works) "
                    "values (?, ?, ?, ?, ?, ?, ?)",
                    (passages, *columns),
                )
    counts = [("passages", passages), ("longest synonym", longest)]
    connection.executemany("insert into count values (?, ?)", counts)
    connection.executemany("insert into term values (?)", [(term,) for term in sorted(terms)])
    connection.commit()
    return connection


def _insert_record(connection: sqlite3.Connection, number: int, record: Record, base: Base) -> None:
    date = record.dated
    body = write_indented(record.render(base))
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
    targets = {str(target) for part in record.walk() for target, _kinds in part.links()}
    if isinstance(record, Conflict):
        # What a side is about, the conflict is about.
        for side in record.sides:
            sided = base.record(side.record)
            targets |= {str(target) for part in sided.walk() for target, _kinds in part.links()}
    connection.executemany("insert into link values (?, ?)", [(target, number) for target in sorted(targets)])
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


def _insert_role(connection: sqlite3.Connection, number: int, role: Role, base: Base) -> None:
    body = write(role.render(base))
    edtf = role.date.date.edtf if role.date else None
    connection.execute(
        "insert into role values (?, ?, ?, ?, ?)",
        (number, str(role.office), fold(role.office), edtf, body),
    )
