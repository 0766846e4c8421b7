"""Fact files as they were read before: what is unchanged is not read again when its base is compiled anew."""

from __future__ import annotations

import io
import pickle
import sqlite3
import sys
from collections.abc import Collection, Iterable
from typing import Any

from kosrel.dates import Date
from kosrel.errors import Problem
from kosrel.fields import Dated, Structure, Word
from kosrel.loader import FactFile, read_whole
from kosrel.model import Record

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

    def read(self, file: FactFile, problems: list[Problem]) -> Iterable[Record]:
        """Every record of a fact file that can be read, as ``loader.read_whole`` gives them."""
        place = (file.layer, file.path)
        if self._index is not None and file.place in self._unchanged:
            try:
                (body,) = self._index.execute(
                    "select body from recall where layer = ? and path = ?", place
                ).fetchone()
                records: list[Record] = _Reader(io.BytesIO(body)).load()
            except (sqlite3.Error, pickle.UnpicklingError, EOFError, TypeError, ValueError):
                # Whatever it is, the file itself is there to be read.
                pass
            else:
                self._bodies[place] = body
                return records
        records = list(read_whole(file, problems))
        self._bodies[place] = pickle.dumps(records, pickle.HIGHEST_PROTOCOL)
        return records

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
        if isinstance(found, type) and issubclass(found, Structure | Dated | Date | Word):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a record")
