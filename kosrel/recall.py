"""Fact files as they were read before: what is unchanged is not read again when its base is compiled anew."""

from __future__ import annotations

import io
import pickle
import sqlite3
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from kosrel.dates import Date
from kosrel.fields import Dated, Structure, restore_word
from kosrel.loader import FactFile, Reading, read_whole

_TABLE = "create table recall (layer integer, path text, body blob, primary key (layer, path)) without rowid"
_MODULES = ("kosrel.dates", "kosrel.fields", "kosrel.model")


class Recall:
    """The records of fact files, from an earlier index of the base where that still holds.

    ``index``: the earlier index, None where there is none that was made by this very code. ``unchanged``: the
    places of the files that are as they were then.
    """

    def __init__(self, index: sqlite3.Connection | None, unchanged: Collection[str]) -> None:
        self._index = index
        self._unchanged = unchanged
        self._bodies: dict[tuple[int, str], bytes] = {}

    def read(self, files: Sequence[FactFile]) -> Iterator[Reading]:
        """Fact files one after another, as ``loader.read_files`` gives them."""
        for file in files:
            yield self._recall(file) or self._read(file)

    def _recall(self, file: FactFile) -> Reading | None:
        """A file as it stands in the earlier index; None where it must be read."""
        if self._index is None or file.place not in self._unchanged:
            return None
        place = (file.layer, file.path)
        try:
            (body,) = self._index.execute(
                "select body from recall where layer = ? and path = ?", place
            ).fetchone()
            records = _Reader(io.BytesIO(body)).load()
        except (sqlite3.Error, pickle.UnpicklingError, EOFError, TypeError, ValueError):
            # Whatever it is, the file itself is there to be read.
            return None
        self._bodies[place] = body
        return Reading(records, [])

    def _read(self, file: FactFile) -> Reading:
        reading = read_whole(file)
        self._bodies[file.layer, file.path] = pickle.dumps(reading.records, pickle.HIGHEST_PROTOCOL)
        return reading

    def keep(self, connection: sqlite3.Connection) -> None:
        """Write what was read into the new index, for the next time."""
        rows = [(*place, body) for place, body in self._bodies.items()]
        connection.execute(_TABLE)
        connection.executemany("insert into recall values (?, ?, ?)", rows)
        connection.commit()


class _Reader(pickle.Unpickler):
    """Reads records and nothing else: what an index holds is data, and cannot have any other code run."""

    def find_class(self, module: str, name: str) -> Any:
        """A class of records, or of what stands in them; UnpicklingError for anything else."""
        found = getattr(sys.modules[module], name, None) if module in _MODULES else None
        if found is restore_word or (isinstance(found, type) and issubclass(found, Structure | Dated | Date)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a record")
