"""A fact base built into an index: in memory when it is small, staged on disk when it is large."""

from __future__ import annotations

import gc
import sqlite3

from kosrel import files, layers
from kosrel.loader import FactFile, Reading, load, read_whole
from kosrel.portion import compile_held
from kosrel.workers import share_forked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# A base of files that are larger together is staged on disk (bytes).
HELD = 16 * 1024 * 1024


def compile_folder(
    facts: layers.Facts,
    path: str = ":memory:",
    earlier: tuple[sqlite3.Connection | None, Collection[str]] | None = None,
) -> sqlite3.Connection:
    """The base in a folder, or in several, as a SQLite database at ``path``; BrokenBase for any problem.

    ``earlier``, for an index that is kept: one of the same base from before, and the places of the files that
    are as they were then. Raises KosrelError where there is no base.
    """
    folders = layers.find_folders(facts)
    was_enabled = gc.isenabled()
    # Nothing here points to itself, and looking for what does would take as long as the work.
    gc.disable()
    try:
        size = files.measure(folders)
        if size > HELD:
            from kosrel.stage import compile_staged

            return compile_staged(folders, path)
        # Of a larger base the records are not kept: it would take longer whenever all of it is compiled.
        if earlier is None or size > files.SMALL:
            return compile_held(load(folders, _read), path)
        from kosrel.recall import Recall

        recall = Recall(*earlier)
        connection = compile_held(load(folders, recall.read), path)
        recall.keep(connection)
        return connection
    finally:
        if was_enabled:
            gc.enable()


def _read(fact_files: Sequence[FactFile]) -> Iterable[Reading]:
    return share_forked(lambda file: [read_whole(file)], fact_files)
