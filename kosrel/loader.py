"""A folder of fact files read into records, with every problem on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from kosrel import reader
from kosrel.errors import KosrelError, Problem
from kosrel.fields import Report, Structure
from kosrel.model import FOLDERS, Record
from kosrel.names import is_id

# Files and folders of a base that hold no records.
SKIPPED = ("README.md",)


class Base:
    """The records of a fact base by id, in the order of the files, and the links between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: dict[str, Record] = {}
        self.problems: list[Problem] = []
        self._links: dict[str, list[tuple[Record, Structure]]] | None = None

    def record(self, identifier: str) -> Record:
        """The record with this id; KeyError when there is none."""
        return self.records[identifier]

    def links_to(self, identifier: str) -> Sequence[tuple[Record, Structure]]:
        """Every record that names this id, with the structure in it that does."""
        if self._links is None:
            self._links = {}
            for record in self.records.values():
                for structure in record.walk():
                    for target, _kinds in structure.links():
                        self._links.setdefault(target, []).append((record, structure))
        return self._links.get(identifier, ())


def _files(folder: Path) -> Iterator[tuple[Path, str, type[Record] | None]]:
    """Every fact file in order, its path within the base, and the kind that is kept there."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith(".") or entry.name in SKIPPED:
            continue
        if entry.is_dir() and entry.name in FOLDERS:
            for inner in sorted(os.scandir(entry.path), key=lambda inner: inner.name):
                if inner.name.endswith(".yaml"):
                    yield Path(inner.path), f"{entry.name}/{inner.name}", FOLDERS[entry.name]
        elif entry.name.endswith(".yaml"):
            yield Path(entry.path), entry.name, FOLDERS.get(entry.name.removesuffix(".yaml"))


def load(folder: Path) -> Base:
    """The base in ``folder``: all records that could be read, and all problems found in reading.

    Raises KosrelError when there is no such folder or no fact file in it.
    """
    if not folder.is_dir():
        raise KosrelError(f"there is no folder {folder}; name a folder of fact files with --facts")
    base = Base(folder)
    files = 0
    for file, path, kind in _files(folder):
        files += 1
        if kind is None:
            places = ", ".join(f"{place}.yaml or {place}/" for place in sorted(FOLDERS))
            message = f"no kind of record is kept in this file; fact files are {places}"
            base.problems.append(Problem(path, 1, 1, message, "unknown-file"))
            continue
        root, problems = reader.read(file, path)
        base.problems += problems
        if root is None:
            continue
        report = Report(path)
        assert isinstance(root.value, dict)
        for identifier, node in root.value.items():
            mark = root.keys[identifier]
            if not is_id(identifier) or len(identifier) > 100:
                message = f"'{identifier}' is not an id: small letters, digits, hyphens, 100 at most"
                report.problems.append(Problem(path, *mark, message, "bad-id"))
                continue
            if identifier in base.records:
                first = base.records[identifier]
                message = f"the id '{identifier}' is used twice; first in {first.path}:{first.mark[0]}"
                report.problems.append(Problem(path, *mark, message, "duplicate-id"))
                continue
            record = kind.parse(node, report, path, identifier)
            if record is not None:
                record.mark = mark
                base.records[identifier] = record
        base.problems += report.problems
    if not files:
        raise KosrelError(
            f"there is no fact file in {folder}; a base has files such as events.yaml or events/2013.yaml"
        )
    return base
