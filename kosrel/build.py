"""A fact base built into an index: in memory when it is small, staged on disk when it is large."""

from __future__ import annotations

import gc
import sqlite3

from kosrel import layers
from kosrel.checks import load_sound
from kosrel.compiler import compile_base
from kosrel.files import measure

# A base of files that are larger together is staged on disk (bytes).
HELD = 16 * 1024 * 1024


def compile_folder(facts: layers.Facts, path: str = ":memory:") -> sqlite3.Connection:
    """The base in a folder, or in several, as a SQLite database at ``path``; BrokenBase for any problem.

    Raises KosrelError where there is no base.
    """
    folders = layers.find_folders(facts)
    was_enabled = gc.isenabled()
    # Nothing here points to itself, and looking for what does would take as long as the work.
    gc.disable()
    try:
        if measure(folders) <= HELD:
            return compile_base(load_sound(folders), path)
        from kosrel.stage import compile_staged

        return compile_staged(folders, path)
    finally:
        if was_enabled:
            gc.enable()
