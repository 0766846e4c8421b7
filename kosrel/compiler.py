"""Records compiled into SQLite: ready JSON, dates, folded names, links, offices, and full text to rank.

What is folded here is folded the same way in a query (``kosrel.names``), so any spelling finds any other.
Records are made into batches of rows, and those are written: a base of any size needs little memory, and rows
can be made elsewhere than they are written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from kosrel.dates import Date, describe
from kosrel.errors import KosrelError
from kosrel.fields import Choice, Field, Maybe, Number, Structure, Text, When
from kosrel.jsontext import compact
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
from kosrel.names import FITS, fold, fold_words, folds, stem_phrase, surname
from kosrel.wording import read_stems, read_type

TABLES = """
create table kind (kind text not null, folder text not null);
create table record (
    number integer primary key,
    id text not null,
    kind text not null,
    label text,
    edtf text,
    earliest text not null,
    latest text not null,
    span integer,
    body text not null
);
create table name (folded text not null, kind text not null, fit integer not null, record integer not null);
create table word (folded text not null, kind text not null, record integer not null);
create table link (target text not null, record integer not null);
create table role (record integer not null, office text not null, folded text not null, edtf text,
    body text not null);
create table passage (number integer primary key, record integer not null, part integer not null,
    background integer not null, text text not null);
create table line (passage integer not null, document text not null, line integer not null);
create table synonym (stems text not null, folded text not null);
create table count (name text primary key, number integer not null) without rowid;
create table term (folded text primary key) without rowid;
create virtual table full_text using fts5 (
    title, names, text, quote, wordings, works, content = '',
    tokenize = "porter unicode61 remove_diacritics 0"
);
create table question (number integer primary key, passage integer not null, type text not null,
    stems text not null);
create virtual table question_text using fts5 (
    text, content = '', tokenize = "porter unicode61 remove_diacritics 0"
);
"""
# Made when all rows are there: that is faster, and the same.
INDEXES = """
create unique index record_id on record (id);
create index record_kind on record (kind, earliest, latest, id);
create index record_date on record (earliest, latest, id);
create index record_span on record (kind, span, earliest, latest);
create index record_end on record (kind, latest, id);
create index name_folded on name (folded, kind);
create index name_kind on name (kind);
create index word_folded on word (folded, kind);
create index link_target on link (target, record);
create index passage_record on passage (record);
create index question_passage on question (passage);
create index line_place on line (document, line);
create index line_passage on line (passage);
create index synonym_stems on synonym (stems);
"""
# Kinds that tell where things stand rather than what is so: they are ranked after what is so.
_BACKGROUND = frozenset({"reference", "document", "topic", "conflict"})
# Rows, words and names are held in memory up to so many; so many characters of a body count as a row.
_BATCH, _WORDS, _LABELS, _WEIGHT = 4_000, 50_000, 50_000, 2_000
# So many words are known to have been told of before.
_TERMS = 250_000
# What full text holds in memory (bytes).
_HELD_WORDS = 16 * 1024 * 1024
# Records that name one another grow with each other: an index beyond this would fill the disk.
MOST_TEXT, MOST_OF_RECORD = 64 * 1024 * 1024, 32 * 1024
# What a row counts for beside its text.
_ROW = 50


def measure_span(date: Date) -> int:
    """How long a date is at most: 0 a day, 1 a month (31 days), 2 a year, 3 longer or open."""
    first, last = date.earliest, date.latest
    if first is None or last is None:
        return 3
    if first == last:
        return 0
    months = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
    return 1 if months == 0 else 2 if months < 12 else 3


class Batch:
    """Some records as rows for the tables, by the statement that takes them.

    Records, passages and questions are numbered from 1 within the batch; a statement says in which columns
    such a number stands. ``sizes``: of each record its place, its characters, and whether it answers.
    ``longest``: the number of words of the longest synonym. ``terms``: the words of the passages that were
    in no batch before.
    """

    __slots__ = ("longest", "passages", "questions", "records", "rows", "sizes", "terms", "weight")

    def __init__(self) -> None:
        self.rows: dict[str, list[Sequence[Any]]] = {}
        self.records = self.passages = self.questions = 0
        self.sizes: list[tuple[str, int, bool]] = []
        self.longest = 1
        self.terms: set[str] = set()
        self.weight = 0

    def add(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Rows for a statement."""
        self.rows.setdefault(sql, []).extend(rows)
        self.weight += len(rows)


def write_batches(batches: Iterable[Batch], path: str) -> sqlite3.Connection:
    """A new database at ``path`` with the rows of some batches.

    Raises KosrelError when the records unfold to more than the limit.
    """
    connection = sqlite3.connect(path)
    # A half-made index is thrown away, so nothing need be safe on disk before it is whole.
    connection.executescript(
        "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -10000;"
    )
    connection.executescript(TABLES)
    # With more words held before they are written, fewer pieces have to be put together.
    connection.execute(f"insert into full_text (full_text, rank) values ('hashsize', {_HELD_WORDS})")
    kinds = [(kind.kind, kind.folder) for kind in KINDS.values()]
    connection.executemany("insert into kind values (?, ?)", kinds)
    writer = _Writer(connection)
    for batch in batches:
        writer.write(batch)
    writer.finish()
    connection.executescript(INDEXES)
    connection.commit()
    return connection


class _Writer:
    """Writes batches into the tables, with the numbers of the records before them added."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.records = self.passages = self.questions = self.text = 0
        self.longest = 1
        self.terms: set[str] = set()

    def write(self, batch: Batch) -> None:
        """The rows of a batch."""
        answering = self.records
        for place, size, answers in batch.sizes:
            if self.text > MOST_TEXT + MOST_OF_RECORD * answering:
                most = f"{MOST_TEXT // 1024 // 1024} MiB and {MOST_OF_RECORD // 1024} KiB each"
                raise KosrelError(
                    f"{place}: the records up to here unfold to more than {most}: "
                    "they name one another too often"
                )
            self.text += size
            answering += answers
        numbers = {"record": self.records, "passage": self.passages, "question": self.questions}
        for sql, rows in batch.rows.items():
            self.connection.executemany(sql.format(**numbers), rows)
        self.records += batch.records
        self.passages += batch.passages
        self.questions += batch.questions
        self.longest = max(self.longest, batch.longest)
        self.terms |= batch.terms
        if len(self.terms) > _WORDS:
            self._write_terms()

    def _write_terms(self) -> None:
        rows = [(term,) for term in sorted(self.terms)]
        self.connection.executemany("insert or ignore into term values (?)", rows)
        self.terms.clear()

    def finish(self) -> None:
        """Write what is still waiting, and the counts."""
        counts = [("passages", self.passages), ("longest synonym", self.longest)]
        self.connection.executemany("insert into count values (?, ?)", counts)
        self._write_terms()
        self.connection.commit()


class Compiler:
    """Makes records of a base into batches of rows."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.batch = Batch()
        self._size = 0
        self._labels: dict[str, tuple[str, str]] = {}
        self._terms: set[str] = set()

    def compile(
        self, records: Iterable[Record], check: Callable[[Record], bool] = lambda record: True
    ) -> Iterator[Batch]:
        """Some records as batches of rows.

        ``check`` is asked before each record whether it is sound, for a base that is checked only now. After
        one that is not the rest is only checked, and the batches are of no use.
        """
        self.batch = Batch()
        sound = True
        for record in records:
            sound = check(record) and sound
            if sound:
                self.add(record)
                if self.batch.weight >= _BATCH:
                    yield self._end_batch()
        yield self._end_batch()

    def _end_batch(self) -> Batch:
        done, self.batch = self.batch, Batch()
        if len(self._terms) > _TERMS:
            self._terms.clear()
        done.terms -= self._terms
        self._terms |= done.terms
        return done

    def _write(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self.batch.add(sql, rows)
        self._size += _ROW * len(rows)

    def add(self, record: Record) -> None:
        """A record with its names, links, offices and passages."""
        self._size = 0
        if isinstance(record, Synonym):
            words = [_plain(word) for word in record.words]
            pairs = [(stem_phrase(word), other) for word in words for other in words]
            self._write("insert into synonym values (?, ?)", pairs)
            self.batch.longest = max(self.batch.longest, *(len(word.split()) for word in words))
        if record.answers:
            self._add_parts(record)
        self.batch.sizes.append((f"{record.path}:{record.mark[0]}", self._size, record.answers))

    def _add_parts(self, record: Record) -> None:
        self.batch.records += 1
        parts = record.walk()
        self._add_record(record)
        for place, part in enumerate(parts):
            if part is record or "sources" in part.fields:
                self._add_passage(record, part, place)
            if isinstance(part, Role):
                edtf = part.date.date.edtf if part.date else None
                body = compact(part.render(self.base))
                row = (self.batch.records, str(part.office), fold(part.office), edtf, body)
                self._write("insert into role values (? + {record}, ?, ?, ?, ?)", [row])

    def _add_record(self, record: Record) -> None:
        dated = record.dated
        date = dated.date if dated else None
        body = record.render(self.base)
        self._size += len(body)
        row = (
            self.batch.records,
            record.id,
            record.kind,
            record.label,
            date.edtf if date else None,
            (date.earliest or "") if date else "~",
            (date.latest or "9999-12-31") if date else "~",
            measure_span(date) if date else None,
            body,
        )
        self._write("insert into record values (? + {record}, ?, ?, ?, ?, ?, ?, ?, ?)", [row])
        self.batch.weight += len(body) // _WEIGHT
        targets = {str(target) for _part, named in record.naming() for target, _kinds in named}
        if isinstance(record, Conflict):
            # What a side is about, the conflict is about.
            for side in record.sides:
                sided = self.base.record(side.record).naming()
                targets.update(str(target) for _part, named in sided for target, _kinds in named)
        number = self.batch.records
        self._write(
            "insert into link values (?, ? + {record})", [(target, number) for target in sorted(targets)]
        )
        if isinstance(record, Actor | Agreement):
            fits: dict[str, int] = {}
            for plain, fit in _names(record):
                if plain:
                    fits[plain] = min(fit, fits.get(plain, fit))
            names = [(plain, record.kind, fit, number) for plain, fit in fits.items()]
            self._write("insert into name values (?, ?, ?, ? + {record})", names)
            words = sorted({word for plain in fits for word in plain.split()})
            self._write(
                "insert into word values (?, ?, ? + {record})",
                [(word, record.kind, number) for word in words],
            )

    def _add_passage(self, record: Record, part: Structure, place: int) -> None:
        """One fact as text to rank: a record without its parts, or one of its parts."""
        self.batch.passages += 1
        number = self.batch.passages
        passage = _Passage(self)
        passage.title.append(record.label or "")
        if part is record:
            passage.title += [name for name, _how in record.names()]
        elif isinstance(record, Actor):
            passage.names.append(self.label(record.id)[0])
        passage.read(part)
        columns = passage.columns()
        self._size += sum(map(len, columns))
        places = {(str(each.document), each.line) for each in getattr(part, "sources", ())}
        lines = [(number, document, line) for document, line in sorted(places)]
        self._write("insert into line values (? + {passage}, ?, ?)", lines)
        row = (number, self.batch.records, place, record.kind in _BACKGROUND, passage.shown())
        self._write("insert into passage values (? + {passage}, ? + {record}, ?, ?, ?)", [row])
        self._write(
            "insert into full_text (rowid, title, names, text, quote, wordings, works) "
            "values (? + {passage}, ?, ?, ?, ?, ?, ?)",
            [(number, *columns)],
        )
        for text in passage.questions:
            self._add_question(_plain(text))

    def _add_question(self, plain: str) -> None:
        """A question that the last passage answers."""
        self.batch.questions += 1
        number = self.batch.questions
        row = (number, self.batch.passages, read_type(plain)[0], " ".join(sorted(read_stems(plain))))
        self._write("insert into question values (? + {question}, ? + {passage}, ?, ?)", [row])
        self._write("insert into question_text (rowid, text) values (? + {question}, ?)", [(number, plain)])

    def label(self, target: str) -> tuple[str, str]:
        """What a record is called where it is named, folded: under ``names``, and under ``works``."""
        if target not in self._labels:
            if len(self._labels) >= _LABELS:
                self._labels.clear()
            linked = self.base.find(target)
            names = works = ""
            if isinstance(linked, Reference):
                works = " . ".join(filter(None, (linked.label, linked.publisher)))
            elif linked is not None and linked.kind == "topic":
                works = linked.label or ""
            elif linked is not None:
                names = " . ".join(name for name, _how in linked.names())
            self._labels[target] = _plain(names), _plain(works)
        return self._labels[target]


# What a part is titled by.
_PROSE = ("office", "relation", "status", "text")


# The plan of each class whose passages were read.
_PLANS: dict[type[Structure], list[tuple[str, Field[Any], str]]] = {}


def _plan(structure: type[Structure]) -> list[tuple[str, Field[Any], str]]:
    """What a passage makes of each field of a class, in the order of the fields."""
    plan = []
    for name, field in structure.fields.items():
        bare = field.field if isinstance(field, Maybe) else field
        how = None
        if field.points and not field.nests:
            how = "link"
        elif field.nests:
            how = "inside"
        elif isinstance(bare, When):
            how = "date"
        elif isinstance(bare, Number):
            how = "number"
        elif name in ("note", "wordings", "questions"):
            # A note explains how a fact is known; what it names on the way is not what the fact is about.
            how = name
        elif isinstance(bare, Text | Choice):
            how = "title" if name in _PROSE else "text"
        if how:
            plan.append((name, field, how))
    return plan


class _Passage:
    """The text of a fact, by the columns of the full text."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.title: list[str] = []
        self.names: list[str] = []
        self.text: list[str] = []
        self.quote: list[str] = []
        self.wordings: list[str] = []
        self.questions: list[str] = []
        self.works: list[str] = []

    def read(self, part: Structure) -> None:
        """Take in what a structure says, with the actors in it and its sources."""
        values = part.__dict__
        plan = _PLANS.get(type(part)) or _PLANS.setdefault(type(part), _plan(type(part)))
        for name, field, how in plan:
            if name not in values:
                continue
            value = values[name]
            if how == "link":
                for target, kinds in field.links(value):
                    names, works = self._compiler.label(target)
                    if kinds != ("reference",) and names:
                        self.names.append(names)
                    elif kinds == ("topic",):
                        self.works.append(works)
            elif how == "text":
                self.text.append(value)
            elif how == "title":
                self.title.append(value)
            elif how == "inside":
                for inner in field.inside(value):
                    if isinstance(inner, Source):
                        self.quote.append(inner.quote)
                        self.works += [self._compiler.label(target)[1] for target in inner.references]
                    elif isinstance(inner, Participant | Party):
                        self.read(inner)
            elif how == "date":
                self.text.append(describe(value.date.edtf))
            elif how == "note":
                self.works.append(self._fold(value))
            elif how == "number":
                self.text.append(f"{value:g}")
            elif how == "wordings":
                self.wordings += value
            else:
                self.questions += value

    def columns(self) -> list[str]:
        """The folded columns of the full text."""
        return [
            self._fold(*self.title),
            " ".join(dict.fromkeys(self.names)),
            self._fold(*self.text),
            self._fold(*self.quote),
            self._fold(*self.wordings),
            " ".join(dict.fromkeys(self.works)),
        ]

    def _fold(self, *texts: str) -> str:
        """Texts folded for ranking; their words are terms.

        Those of names and works stand in the passages of whoever has the name, and of the work.
        """
        words = _plain_words(" . ".join(texts))
        self._compiler.batch.terms.update(words)
        return " ".join(words)

    def shown(self) -> str:
        """What a snippet is cut from: the text as it stands."""
        return " · ".join(dict.fromkeys(filter(None, (*self.title, *self.text))))


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
    return " ".join(_plain_words(text))


def _plain_words(text: str) -> list[str]:
    return fold_words(text) if text.isascii() else " ".join(dict.fromkeys(folds(text))).split()
