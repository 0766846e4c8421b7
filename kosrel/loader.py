"""A folder of fact files read into records, with every problem on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from kosrel import layers, reader
from kosrel.errors import KosrelError, Problem, shorten
from kosrel.fields import Link, Report
from kosrel.files import find_files
from kosrel.model import FOLDERS, Actor, Agreement, Record, Reference
from kosrel.names import fold, folds, is_id
from kosrel.reader import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


# So many works are kept as they stand under sources.
_CITATIONS = 40_000


class Base:
    """The records of a fact base by id, in the order of the files, and the links between them.

    ``folders``: its layers, from the lowest up. ``names``: what they are called where there are several.
    ``released``: every id that a record named which a later layer replaced, with the classes of structure.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self.folders = tuple(folders)
        self.names = layers.name_layers(folders)
        self.released: dict[str, set[str]] = {}
        self.records: dict[str, Record] = {}
        self.problems: list[Problem] = []
        self._citations: dict[str, str] = {}
        self._links: dict[str, list[Link]] | None = None
        self._named: dict[tuple[str, str], str] | None = None
        self._offices: dict[str, str] | None = None

    def add(self, record: Record) -> None:
        """Take in a record; one with an id that is there already takes its place, or is a problem."""
        first = self.records.setdefault(record.id, record)
        if first is record:
            return
        problem = refuse_repeated(first, record)
        if problem is not None:
            self.problems.append(problem)
        else:
            release(self, self.records.pop(record.id))
            self.records[record.id] = record

    def every(self) -> Iterable[Record]:
        """All records."""
        return self.records.values()

    def record(self, identifier: str) -> Record:
        """The record with this id; KeyError when there is none."""
        return self.records[identifier]

    def label_of(self, identifier: str) -> str | None:
        """The title or name of the record with this id; KeyError when there is none."""
        return self.record(identifier).label

    def citation_of(self, identifier: str) -> str:
        """The work with this id as it stands under a source, as JSON text; KeyError when there is none."""
        if identifier not in self._citations:
            work = self.record(identifier)
            assert isinstance(work, Reference)
            if len(self._citations) >= _CITATIONS:
                self._citations.clear()
            self._citations[identifier] = work.cite()
        return self._citations[identifier]

    def find(self, identifier: str) -> Record | None:
        """The record with this id; None when there is none."""
        return self.records.get(identifier)

    def kind_of(self, identifier: str) -> str | None:
        """The kind of the record with this id; None when there is none."""
        record = self.records.get(identifier)
        return record.kind if record is not None else None

    def document_of(self, identifier: str) -> str | None:
        """The document that cites the work with this id; None when there is no such work."""
        record = self.records.get(identifier)
        return str(record.document) if isinstance(record, Reference) else None

    def links_to(self, identifier: str, kind: str | None = None) -> Iterable[Link]:
        """Every place that names this id; in records of a kind, where one is named."""
        found = self.gather_links().get(identifier, ())
        return [link for link in found if link.kind == kind] if kind else found

    def gather_links(self) -> dict[str, list[Link]]:
        """Every place that names an id, by the id; worked out once."""
        if self._links is None:
            self._links = {}
            for record in self.every():
                for target, _kinds, link in record.links_out():
                    self._links.setdefault(target, []).append(link)
        return self._links

    def first_named(self, kind: str, plain: str) -> str:
        """The id of the first record of a kind whose title or name folds to ``plain``."""
        if self._named is None:
            self._named = {}
            for record in self.every():
                for spelling in folds(record.label or "") if isinstance(record, Actor | Agreement) else ():
                    self._named.setdefault((record.kind, spelling), record.id)
        return self._named[kind, plain]

    def first_office(self, plain: str) -> str:
        """How the first role writes the office that folds to ``plain``."""
        if self._offices is None:
            self._offices = {}
            for record in self.every():
                for role in record.roles if isinstance(record, Actor) else ():
                    self._offices.setdefault(fold(role.office), str(role.office))
        return self._offices[plain]


def fact_files(folder: Path) -> Iterator[tuple[Path, str, type[Record] | None]]:
    """Every fact file that can be opened, in order: its path in the base, and the kind that is kept there."""
    from pathlib import Path

    for place, path, fault in find_files(str(folder), FOLDERS):
        if fault is None:
            yield Path(place), path, kind_of_file(path)


def kind_of_file(path: str) -> type[Record] | None:
    """The kind that is kept in a file at this path within a base; None for a file of no kind."""
    return FOLDERS.get(path.partition("/")[0].removesuffix(".yaml"))


def refuse_repeated(first: Record, later: Record) -> Problem | None:
    """The problem that an id stands a second time; None where a later layer corrects an earlier one."""
    place = f"{first.path}:{first.mark[0]}"
    if first.layer == later.layer:
        message = f"the id '{later.id}' is used twice; first in {place}"
    elif first.kind != later.kind:
        message = (
            f"the id '{later.id}' is that of a record of kind {first.kind} in {place}, "
            f"and a record of kind {later.kind} cannot take its place"
        )
    else:
        return None
    return Problem(later.path, *later.mark, message, "duplicate-id")


def release(base: Base, record: Record) -> None:
    """Remember what a record named that no longer belongs to the base."""
    for target, _kinds, link in record.links_out():
        if target != record.id:
            base.released.setdefault(str(target), set()).add(link.structure)


class FactFile(NamedTuple):
    """A fact file to read: its layer, its place, how problems name it, and the kind that is kept in it."""

    layer: int
    place: str
    path: str
    kind: type[Record]


def list_files(base: Base) -> list[FactFile]:
    """The fact files in the folders of a base, in order; what is no fact file is a problem of the base.

    Raises KosrelError when there is no such folder or no fact file in it. Where there are several folders,
    paths begin with the folder.
    """
    return [
        file
        for layer, folder in enumerate(base.folders)
        for file in _list_folder(layer, folder, folder if base.names else "", base.problems)
    ]


def _list_folder(layer: int, folder: str, before: str, problems: list[Problem]) -> Iterator[FactFile]:
    if not os.path.isdir(folder):
        raise KosrelError(f"there is no folder {folder}; name a folder of fact files with --facts")
    files = 0
    for place, inner, fault in find_files(folder, FOLDERS):
        path = os.path.join(before, inner)
        files += 1
        if fault is not None:
            fault.path = path
            problems.append(fault)
        elif kind := kind_of_file(inner):
            yield FactFile(layer, place, path, kind)
        else:
            places = ", ".join(f"{place}.yaml or {place}/" for place in sorted(FOLDERS))
            message = f"no kind of record is kept in this file; fact files are {places}"
            problems.append(Problem(path, 1, 1, message, "unknown-file"))
    if not files:
        raise KosrelError(
            f"there is no fact file in {folder}; a base has files such as events.yaml or events/2013.yaml"
        )


def read_file(
    file: FactFile, problems: list[Problem], read: Callable[[str, str, list[Problem]], Iterable[reader.Entry]]
) -> Iterator[Record]:
    """Every record of a fact file that can be read; ``read`` reads its entries."""
    report = Report(file.path)
    for identifier, mark, node in read(file.place, file.path, problems):
        if not is_id(identifier) or len(identifier) > 100:
            message = f"'{shorten(identifier)}' is not an id: small letters, digits, hyphens, 100 at most"
            report.add(Node("", mark), "bad-id", message)
            continue
        record = file.kind.parse(node, report, file.path, identifier)
        if record is not None:
            record.mark, record.layer = mark, file.layer
            yield record
    problems += report.problems


class Reading(NamedTuple):
    """What was read in a fact file: its records, and what is wrong with it."""

    records: list[Record]
    problems: list[Problem]


def read_whole(file: FactFile) -> Reading:
    """Every record of a fact file that can be read; none where the file as a whole cannot."""
    problems: list[Problem] = []
    return Reading(list(read_file(file, problems, reader.read_entries)), problems)


def read_files(files: Sequence[FactFile]) -> Iterable[Reading]:
    """Fact files, one after another."""
    return map(read_whole, files)


def load(facts: layers.Facts, read: Callable[[Sequence[FactFile]], Iterable[Reading]] = read_files) -> Base:
    """The base in a folder, or in several: all records that could be read, and all problems in reading.

    ``read`` reads the files, in order. Raises KosrelError when there is no such folder or no fact file in it.
    """
    base = Base(layers.find_folders(facts))
    for reading in read(list_files(base)):
        base.problems += reading.problems
        for record in reading.records:
            base.add(record)
    return base
