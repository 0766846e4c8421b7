"""The compiled index kept between runs, in the user's cache folder.

It is only ever a copy: used when it was compiled by this very code from these very files, belongs to the
user and can be written by nobody else; made anew otherwise. Without a writable cache everything works from
memory.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from pathlib import Path

# Files younger than this when they are compiled may change again without a new time stamp: not kept.
_SETTLED = 2.0


def _stamps(folder: str, ending: str) -> Iterator[str]:
    """Name, size and times of every file below a folder with an ending, in a stable order."""
    found = []
    for place, folders, files in os.walk(folder):
        folders.sort()
        for file in files:
            if file.endswith(ending):
                path = os.path.join(place, file)  # noqa: PTH118
                try:
                    status = os.stat(path)  # noqa: PTH116
                except OSError:
                    continue
                found.append(f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}")
    return iter(sorted(found))


def stamp(folder: Path) -> str:
    """What an index of ``folder`` depends on: the fact files and the code that compiles them."""
    code = os.path.dirname(__file__)  # noqa: PTH120
    lines = [*_stamps(os.path.abspath(folder), ".yaml"), *_stamps(code, ".py")]  # noqa: PTH100
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _file(folder: Path) -> Path | None:
    """Where the index of ``folder`` is kept; None where there is no home for it."""
    home = os.environ.get("XDG_CACHE_HOME") or ""
    if not os.path.isabs(home):  # noqa: PTH117
        user = os.environ.get("HOME") or ""
        if not os.path.isabs(user):  # noqa: PTH117
            return None
        home = os.path.join(user, ".cache")  # noqa: PTH118
    place = hashlib.sha256(os.fsencode(os.path.abspath(folder))).hexdigest()[:16]  # noqa: PTH100
    return Path(home, "kosrel", f"{place}.sqlite")


def fetch(folder: Path, wanted: str) -> sqlite3.Connection | None:
    """The kept index of ``folder`` with this stamp, read-only; None when there is none to be trusted."""
    file = _file(folder)
    if file is None or not hasattr(os, "getuid"):
        return None
    try:
        for path, kind in ((file, stat.S_ISREG), (file.parent, stat.S_ISDIR)):
            status = path.lstat()
            if not kind(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
                return None
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
    except (OSError, sqlite3.Error, ValueError):
        return None
    try:
        (kept,) = connection.execute("select value from stamp").fetchone()
        (sound,) = connection.execute("pragma quick_check(1)").fetchone()
        if kept == wanted and sound == "ok":
            return connection
    except (sqlite3.Error, TypeError, ValueError):
        pass
    connection.close()
    return None


def keep(folder: Path, made: str, connection: sqlite3.Connection) -> None:
    """Keep a compiled index for the next run; silently nothing where it cannot be kept."""
    file = _file(folder)
    if file is None or not hasattr(os, "getuid") or _unsettled(folder):
        return
    temporary = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        copy = sqlite3.connect(temporary)
        connection.backup(copy)
        copy.execute("create table stamp (value text not null)")
        copy.execute("insert into stamp values (?)", (made,))
        copy.commit()
        copy.close()
        temporary.replace(file)
    except (OSError, sqlite3.Error):
        try:
            temporary.unlink(missing_ok=True)
        except OSError:
            return


def _unsettled(folder: Path) -> bool:
    """Whether a fact file is so young that it may change again with the same stamp."""
    youngest = 0.0
    for place, _folders, files in os.walk(folder):
        for file in files:
            try:
                youngest = max(youngest, os.stat(os.path.join(place, file)).st_mtime)  # noqa: PTH116, PTH118
            except OSError:
                return True
    return time.time() - youngest < _SETTLED
