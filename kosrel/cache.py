"""The compiled index kept between runs: in the user's cache folder, or shipped with the facts.

It is only ever a copy. It is used when it was compiled by this very code from these very files, is whole,
belongs to the user and can be written by nobody else; otherwise it is made anew. Without a writable cache
everything works from a private temporary database.
"""

from __future__ import annotations

# The C module itself: ``sqlite3`` around it imports ``datetime`` for adapters that are not needed here.
import _sqlite3 as sqlite3
import os
import stat

from kosrel import shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    Earlier = tuple[sqlite3.Connection | None, Collection[str]]

_CODE = os.path.dirname(__file__)
# Files younger than this when they are compiled may change again without a new time stamp: not kept.
_SETTLED = 2.0
# The largest prime that 32 bits hold: what is left when a place is divided by it names the index.
_PRIME = 2**32 - 5
# A half-made index this old was left by a run that is no more.
_ABANDONED = 6 * 3600.0


def _scan(folder: str, ending: str, deep: bool) -> Iterator[os.DirEntry[str]]:
    """The files of a folder (and of those in it) whose names end so; what cannot be read is left out."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(ending):
            yield entry
        elif deep and "." not in entry.name and entry.is_dir():
            yield from _scan(entry.path, ending, False)


def stamp(folders: Sequence[str]) -> str:
    """What an index of some folders depends on: name, size and times of every fact file and of the code."""
    lines = [os.path.abspath(folder) for folder in folders]
    for folder in folders:
        lines += _list_lines(folder, ".yaml").values()
    return _as_text("\n".join((*lines, *_list_lines(_CODE, ".py").values())))


def _list_lines(folder: str, ending: str) -> dict[str, str]:
    """The lines of a stamp for the files of a folder whose names end so, by their places."""
    lines = {}
    for entry in _scan(folder, ending, ending == ".yaml"):
        try:
            status = entry.stat()
        except OSError:
            continue
        lines[entry.path] = f"{entry.path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
    return lines


def _as_text(stamp: str) -> str:
    """A stamp as SQLite can keep it, whatever bytes stand in names."""
    return stamp.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def content_stamp(folder: str) -> str:
    """What a shipped index depends on: name, size and CRC-32 of every fact file, which an install keeps."""
    from zlib import crc32

    from kosrel import __version__

    lines = [__version__]
    for entry in _scan(folder, ".yaml", True):
        with open(entry.path, "rb") as file:
            content = file.read()
        lines.append(f"{os.path.relpath(entry.path, folder)} {len(content)} {crc32(content)}")
    return "\n".join(lines)


def _file(folders: Sequence[str]) -> str | None:
    """Where the index of some folders is kept; None where there is no home for it."""
    home = os.environ.get("XDG_CACHE_HOME") or ""
    if not os.path.isabs(home):
        user = os.environ.get("HOME") or ""
        if not os.path.isabs(user):
            return None
        home = os.path.join(user, ".cache")
    place = b"\0".join(os.fsencode(os.path.abspath(folder)) for folder in folders)
    # A CRC would have to wait for ``zlib``. Where two places come to one name the stamp tells them apart.
    number = int.from_bytes(place, "big") % _PRIME
    return os.path.join(home, "kosrel", f"{number:08x}{len(place):04x}.sqlite")


def _is_private(status: os.stat_result, owners: tuple[int, ...]) -> bool:
    """Whether a file or folder belongs to one of ``owners`` and nobody else can write to it."""
    return status.st_uid in owners and not status.st_mode & 0o022


def _open(file: str, wanted: str | None, dated: bool) -> sqlite3.Connection | None:
    """The index in ``file``, read-only, when it has the wanted stamp; None for one with any stamp.

    ``dated``: the file must also have the modification time that was set when it was made, so that
    whatever was written into it since is noticed.
    """
    address = file.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        connection = sqlite3.connect(f"file:{address}?mode=ro&immutable=1", uri=True)
    except (sqlite3.Error, ValueError):
        return None
    try:
        status = os.stat(file)
        (kept,) = connection.execute("select value from stamp").fetchone()
        made, size = connection.execute("select time, size from file").fetchone()
        if wanted in (kept, None) and size == status.st_size and (not dated or made == status.st_mtime_ns):
            return connection
    except (sqlite3.Error, OSError, TypeError, ValueError):
        pass
    connection.close()
    return None


def fetch(folders: Sequence[str]) -> sqlite3.Connection | None:
    """The kept or shipped index of a base in some folders, read-only; None where none is to be trusted."""
    if not hasattr(os, "getuid"):
        return None
    own = os.getuid()
    try:
        if len(folders) == 1 and (index := shipped.find_index(folders[0])):
            # It is trusted as far as the code beside it.
            code = os.stat(__file__).st_uid
            trusted = _is_private(os.stat(index), (own, 0, code))
            if trusted and (found := _open(index, content_stamp(folders[0]), False)):
                return found
        file = _file(folders)
        return _open(file, stamp(folders), True) if file is not None and _is_own(file) else None
    except (OSError, ValueError):
        return None


def _is_own(file: str) -> bool:
    """Whether an index belongs to the user, and nobody else can write to it or put another in its place."""
    own = (os.getuid(),)
    status, home = os.lstat(file), os.lstat(os.path.dirname(file))
    regular = stat.S_ISREG(status.st_mode) and stat.S_ISDIR(home.st_mode)
    return regular and _is_private(status, own) and _is_private(home, own)


def _find_earlier(file: str, folders: Sequence[str]) -> Earlier:
    """The last index of the base in ``file``, and the places of the fact files that are as they were then.

    It must have been made by this very code.
    """
    nothing = None, frozenset[str]()
    try:
        index = _open(file, None, True) if _is_own(file) else None
        if index is None:
            return nothing
        (kept,) = index.execute("select value from stamp").fetchone()
        lines = set(kept.split("\n"))
        if not lines.issuperset(map(_as_text, _list_lines(_CODE, ".py").values())):
            return nothing
        files = [each for folder in folders for each in _list_lines(folder, ".yaml").items()]
        return index, {place for place, line in files if _as_text(line) in lines}
    except (sqlite3.Error, OSError, TypeError, ValueError):
        return nothing


def make(folders: Sequence[str], compile_into: Callable[..., sqlite3.Connection]) -> sqlite3.Connection:
    """A new index of a base in some folders, kept for the next run where it can be.

    ``compile_into`` compiles the base into a database at a path; ``""`` is a private temporary one. For one
    that may be kept it is also given the last index, and the places of the files that are unchanged since.
    """
    before = stamp(folders)
    file = _file(folders)
    temporary = _reserve(file) if file and hasattr(os, "getuid") else None
    if file is None or temporary is None:
        return _compile_privately(compile_into)
    try:
        connection = compile_into(temporary, _find_earlier(file, folders))
        if stamp(folders) != before or _is_unsettled(folders):
            # What is open can still be read when its name is gone.
            return connection
        seal(connection, temporary, before)
        os.replace(temporary, file)
        return _open(file, before, True) or _compile_privately(compile_into)
    except (sqlite3.Error, OSError):
        return _compile_privately(compile_into)
    finally:
        _remove(temporary)


def _compile_privately(compile_into: Callable[[str], sqlite3.Connection]) -> sqlite3.Connection:
    """An index in a temporary file that nobody else sees, or in memory where there is no room for one."""
    try:
        return compile_into("")
    except sqlite3.OperationalError:
        return compile_into(":memory:")


def _reserve(file: str) -> str | None:
    """An empty private file beside ``file``; None where none can be made. Old ones are removed."""
    folder, name = os.path.split(file)
    temporary = f"{file}.{os.getpid()}.new"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        import time

        for entry in os.scandir(folder):
            left = entry.name.startswith(name) and entry.name.endswith(".new")
            if left and (entry.path == temporary or time.time() - entry.stat().st_mtime > _ABANDONED):
                os.unlink(entry.path)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return None
    return temporary


def seal(connection: sqlite3.Connection, file: str, value: str) -> None:
    """Write the stamp into the index in ``file``, close it, and set the file's time to the one in it."""
    made = os.stat(file).st_mtime_ns
    connection.executescript(
        "create table stamp (value text); create table file (time integer, size integer);"
    )
    connection.execute("insert into stamp values (?)", (value,))
    connection.execute("insert into file values (?, 0)", (made,))
    connection.commit()
    # A number put in place of another one adds no page.
    connection.execute("update file set size = ?", (os.path.getsize(file),))
    connection.commit()
    connection.close()
    os.utime(file, ns=(made, made))


def _remove(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except OSError:
        return


def _is_unsettled(folders: Sequence[str]) -> bool:
    """Whether a fact file is so young that it may change again with the same stamp."""
    import time

    now = time.time()
    return any(
        now - entry.stat().st_mtime < _SETTLED for folder in folders for entry in _scan(folder, ".yaml", True)
    )
