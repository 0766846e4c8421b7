"""A fact base too large for memory on its way into an index: it waits on disk meanwhile.

``Stage`` can be asked what ``loader.Base`` can, so the rules and the compiler do not know which they have.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kosrel import loader, reader
from kosrel.compiler import Batch, Compiler
from kosrel.errors import Problem
from kosrel.fields import Link
from kosrel.model import Actor, Agreement, Record, Reference
from kosrel.names import fold, folds
from kosrel.portion import Told, compile_portion, gather
from kosrel.streams import Progress
from kosrel.workers import share

_TABLES = """
pragma journal_mode = off;
pragma synchronous = off;
pragma cache_size = -6000;
create table record (number integer primary key, id text, kind text, label text, edtf text, earliest text,
    document text, body blob);
create table link (target text, kind text, record integer, structure text, whole integer, says text,
    line integer);
create table named (kind text, folded text, id text, primary key (kind, folded)) without rowid;
create table rest (body blob);
"""
_INDEXES = "create index record_id on record (id); create index link_target on link (target, kind);"
_BATCH = 2_000
# So many records are compiled at a time: they come to one batch, so that no process waits for another.
_PART = 200
# Records and kinds that were asked for are kept, up to so many, and what records of a kind name, where it is
# less.
_RECORDS, _KINDS, _NAMED = 4_000, 60_000, 20_000


def compile_staged(folders: Sequence[str], path: str) -> sqlite3.Connection:
    """The base in some folders as a SQLite database at ``path``, made with little in memory.

    Raises BrokenBase for any problem, and KosrelError as ``loader.load`` does.
    """
    # With a name other processes can read it too. Whoever clears the cache knows the file by its ending.
    named = path not in ("", ":memory:") and _is_own(Path(path).resolve().parent)
    place = f"{path}.stage.new" if named else ""
    stage = None
    try:
        with Progress() as progress:
            stage = Stage(folders, place)
            stage.read(lambda count: progress.tell(f"{count} facts read"))
            parts = _list_parts(stage)
            made = share(compile_part, parts) if stage.place else _make_parts(stage)
            return gather(made, stage, path, progress)
    finally:
        _open.pop(place, None)
        if stage is not None:
            stage.close()
        if place:
            Path(place).unlink(missing_ok=True)


def _is_own(folder: Path) -> bool:
    """Whether nobody else can put a file in the place of one in a folder: what is there is unpickled."""
    if not hasattr(os, "getuid"):
        return False
    for place in (folder, *folder.parents):
        try:
            status = place.stat()
        except OSError:
            return False
        # In a sticky folder above it others cannot touch what is ours.
        sticky = place != folder and status.st_mode & stat.S_ISVTX
        if status.st_uid not in (os.getuid(), 0) or (status.st_mode & 0o022 and not sticky):
            return False
    return True


class _Part(NamedTuple):
    """Some records of a stage, from one number up to another; whether none before was found unsound."""

    folders: tuple[str, ...]
    place: str
    first: int
    last: int
    sound: bool


def _list_parts(stage: Stage) -> list[_Part]:
    sound = not stage.problems
    return [
        _Part(stage.folders, stage.place, first, first + _PART - 1, sound)
        for first in range(1, stage.count + 1, _PART)
    ]


# What compiles the stage that this process reads, by its place: one that works on many parts opens it once.
_open: dict[str, Compiler] = {}


def compile_part(part: _Part) -> Iterator[Batch | Told]:
    """Some records of a stage in batches, and how they came out; what is unsound ends the batches."""
    if part.place not in _open:
        _open[part.place] = Compiler(Stage.reopen(part.folders, part.place))
    return _compile_part(_open[part.place], part)


def _make_parts(stage: Stage) -> Iterator[Batch | Told]:
    compiler = Compiler(stage)
    for part in _list_parts(stage):
        yield from _compile_part(compiler, part)


def _compile_part(compiler: Compiler, part: _Part) -> Iterator[Batch | Told]:
    stage = compiler.base
    assert isinstance(stage, Stage)
    between = f"where number between {part.first} and {part.last}"
    return compile_portion(compiler, lambda: stage.every(between), part.sound)


class _Rows:
    """What some records of a file come to: rows of each table, and what was wrong on the way.

    The record of a link is told by its place in ``records``, from 1. ``offices``: folded, and as written.
    """

    __slots__ = ("links", "named", "offices", "problems", "records")

    def __init__(self) -> None:
        self.records: list[tuple[Any, ...]] = []
        self.links: list[tuple[Any, ...]] = []
        self.named: list[tuple[str, str, str]] = []
        self.offices: list[tuple[str, str]] = []
        self.problems: list[Problem] = []

    def add(self, record: Record) -> None:
        """Take in a record."""
        date = record.dated
        edtf, earliest = (date.date.edtf, date.date.earliest or "") if date else (None, None)
        document = str(record.document) if isinstance(record, Reference) else None
        body = pickle.dumps(record, pickle.HIGHEST_PROTOCOL)
        self.records.append((record.id, record.kind, record.label, edtf, earliest, document, body))
        for target, _kinds, link in record.links_out():
            says = str(link.says) if link.says is not None else None
            place = (link.structure, link.whole, says, link.line)
            self.links.append((str(target), record.kind, len(self.records), *place))
        self.name(record)

    def name(self, record: Record) -> None:
        """Take in the names and offices of a record."""
        if isinstance(record, Actor | Agreement):
            self.named += [(record.kind, plain, record.id) for plain in folds(record.label or "")]
        if isinstance(record, Actor):
            self.offices += [(fold(role.office), str(role.office)) for role in record.roles]


def read_rows(file: loader.FactFile) -> Iterator[_Rows]:
    """The records of a fact file, some at a time, so that a file of any size needs little memory."""
    rows = _Rows()
    problems: list[Problem] = []
    for record in loader.read_file(file, problems, reader.stream):
        rows.add(record)
        if len(rows.records) >= _BATCH:
            yield rows
            rows = _Rows()
    rows.problems = problems
    yield rows


class Stage(loader.Base):
    """The records of the fact base in some folders, one at a time in memory; the rest is in a database.

    ``place`` is its file, empty for one that nobody else sees; ``count`` the number of the last record;
    ``problems`` what was found in reading.
    """

    def __init__(self, folders: Sequence[str], place: str = "") -> None:
        super().__init__(folders)
        self.place = place
        self.count = 0
        self._spelled: dict[str, str] = {}
        self._known: dict[str, Record] = {}
        self._targets: dict[str, frozenset[str] | None] = {}
        self._kinds: dict[str, tuple[str, str | None, str | None] | None] = {}
        if place:
            Path(place).unlink(missing_ok=True)
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        # Without a name SQLite makes a temporary file that nobody else can open, and removes it.
        self._connection = sqlite3.connect(place)
        self._connection.executescript(_TABLES)

    @classmethod
    def reopen(cls, folders: Sequence[str], place: str) -> Stage:
        """The stage that was read into a file, by another process."""
        stage = cls(folders)
        stage.place = place
        stage._connection.close()
        stage._connection = sqlite3.connect(
            f"{Path(place).absolute().as_uri()}?mode=ro&immutable=1", uri=True
        )
        stage._connection.execute("pragma cache_size = -6000")
        (rest,) = stage._connection.execute("select body from rest").fetchone()
        stage._spelled, stage.released = pickle.loads(rest)
        return stage

    def close(self) -> None:
        """Be done with the database."""
        self._connection.close()

    def read(self, report: Callable[[int], None] = lambda count: None) -> None:
        """Read the records; ``report`` is told now and then how many were read.

        Raises KosrelError as ``loader.load`` does.
        """
        for rows in share(read_rows, loader.list_files(self)):
            write = self._connection.executemany
            write("insert into record values (null, ?, ?, ?, ?, ?, ?, ?)", rows.records)
            write(f"insert into link values (?, ?, ? + {self.count}, ?, ?, ?, ?)", rows.links)
            self._name(rows)
            self.problems += rows.problems
            self.count += len(rows.records)
            report(self.count)
        self._connection.executescript(_INDEXES)
        self._settle_repeated()
        rest = pickle.dumps((self._spelled, self.released))
        self._connection.execute("insert into rest values (?)", (rest,))
        self._connection.commit()

    def _name(self, rows: _Rows) -> None:
        """Keep the names and offices of some records, where they are the first of their kind."""
        self._connection.executemany("insert or ignore into named values (?, ?, ?)", rows.named)
        for plain, office in rows.offices:
            self._spelled.setdefault(plain, office)

    def _settle_repeated(self) -> None:
        """Keep one record of every id: the first of its layer, and that of the latest layer."""
        rows = self._connection.execute(
            "select number from record where id in "
            "(select id from record group by id having count(*) > 1) order by id, number"
        ).fetchall()
        if rows:
            # Links are deleted by the record that they stand in, which nothing else asks for.
            self._connection.execute("create index link_record on link (record)")
        kept, first = 0, None
        renamed = False
        for (number,) in rows:
            (record,) = self.every(f"where number = {number}")
            if first is None or first.id != record.id:
                kept, first = number, record
                continue
            problem = loader.refuse_repeated(first, record)
            dropped = kept if problem is None else number
            self._connection.execute("delete from record where number = ?", (dropped,))
            self._connection.execute("delete from link where record = ?", (dropped,))
            if problem is not None:
                self.problems.append(problem)
                continue
            loader.release(self, first)
            renamed = renamed or isinstance(first, Actor | Agreement)
            kept, first = number, record
        if renamed:
            self._connection.execute("delete from named")
            self._spelled.clear()
            named = _Rows()
            for record in self.every("where kind in ('actor', 'agreement')"):
                named.name(record)
            self._name(named)

    def every(self, condition: str = "") -> Iterator[Record]:
        """All records, or those that meet an SQL condition, in the order of the files."""
        for (body,) in self._connection.execute(f"select body from record {condition} order by number"):
            yield pickle.loads(body)

    def find(self, identifier: str) -> Record | None:
        """The record with this id; None when there is none."""
        if identifier not in self._known:
            sql = "select body from record where id = ?"
            row = self._connection.execute(sql, (str(identifier),)).fetchone()
            if row is None:
                return None
            if len(self._known) >= _RECORDS:
                self._known.clear()
            self._known[identifier] = pickle.loads(row[0])
        return self._known[identifier]

    def record(self, identifier: str) -> Record:
        """The record with this id; KeyError when there is none."""
        found = self.find(identifier)
        if found is None:
            raise KeyError(identifier)
        return found

    def kind_of(self, identifier: str) -> str | None:
        """The kind of the record with this id; None when there is none."""
        found = self._glance(identifier)
        return found[0] if found else None

    def label_of(self, identifier: str) -> str | None:
        """The title or name of the record with this id; KeyError when there is none."""
        found = self._glance(identifier)
        if found is None:
            raise KeyError(identifier)
        return found[1]

    def document_of(self, identifier: str) -> str | None:
        """The document that cites the work with this id; None when there is no such work."""
        found = self._glance(identifier)
        return found[2] if found else None

    def _glance(self, identifier: str) -> tuple[str, str | None, str | None] | None:
        """Kind, label and document of the record with this id, without reading the whole of it."""
        if identifier not in self._kinds:
            if len(self._kinds) >= _KINDS:
                self._kinds.clear()
            sql = "select kind, label, document from record where id = ?"
            self._kinds[identifier] = self._connection.execute(sql, (str(identifier),)).fetchone()
        return self._kinds[identifier]

    def links_to(self, identifier: str, kind: str | None = None) -> Iterable[Link]:
        """Every place that names this id, read anew each time it is gone through."""
        named = self._named_by(kind) if kind else None
        if named is not None and identifier not in named:
            return ()
        return _Links(self._connection, str(identifier), kind)

    def _named_by(self, kind: str) -> frozenset[str] | None:
        """What records of a kind name; None where it is too much to hold.

        Most records are asked whether one of a few conflicts is about them.
        """
        if kind not in self._targets:
            sql = "select distinct target from link where kind = ? limit ?"
            rows = self._connection.execute(sql, (kind, _NAMED + 1)).fetchall()
            found = frozenset(target for (target,) in rows)
            self._targets[kind] = found if len(found) <= _NAMED else None
        return self._targets[kind]

    def first_named(self, kind: str, plain: str) -> str:
        """The id of the first record of a kind whose title or name folds to ``plain``."""
        sql = "select id from named where kind = ? and folded = ?"
        (identifier,) = self._connection.execute(sql, (kind, plain)).fetchone()
        return str(identifier)

    def first_office(self, plain: str) -> str:
        """How the first role writes the office that folds to ``plain``."""
        return self._spelled[plain]


class _Links:
    """The places that name an id; of the commonest there are too many to hold."""

    def __init__(self, connection: sqlite3.Connection, identifier: str, kind: str | None) -> None:
        self._connection = connection
        self._identifier = identifier
        self._kind = kind

    def __iter__(self) -> Iterator[Link]:
        rows = self._connection.execute(
            "select link.kind, record.id, record.label, record.edtf, record.earliest, link.structure, "
            "link.whole, link.says, link.line from link join record on record.number = link.record "
            f"where link.target = ? {'and link.kind = ?' if self._kind else ''} order by link.rowid",
            (self._identifier, *([self._kind] if self._kind else ())),
        )
        return (Link(*row) for row in rows)
