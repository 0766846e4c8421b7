"""The fact files of a folder: which there are, and their bytes, read without being led astray.

Only plain files within the folder are opened: no link that leads out of it, no device, no FIFO, no folder
that is called like a file. What cannot be read is a Problem at the file's first line.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator

from kosrel.errors import KosrelError, Problem

MAX_BYTES = 16 * 1024 * 1024
MAX_FILES = 100_000
# A base whose fact files are together no larger is compiled in less than a second (bytes).
SMALL = 2 * 1024 * 1024

# Files of a base that hold no records.
SKIPPED = ("README.md",)
_NEAR_ENDINGS = (".yml", ".YAML", ".YML", ".Yaml")


def find_files(folder: str, kinds: Collection[str]) -> Iterator[tuple[str, str, Problem | None]]:
    """Every fact file in ``folder``, in order: its place, its path in the folder, and what is wrong with it.

    Fact files end in ``.yaml`` and stand in the folder, or in folders in it that are called as ``kinds``
    are. Raises KosrelError when the folder cannot be listed or holds more than MAX_FILES of them.
    """
    root = os.path.realpath(folder)
    found = 0
    try:
        entries = _scan(folder)
    except OSError as error:
        raise KosrelError(f"the folder {folder} cannot be read: {error.strerror or error}") from None
    for entry in entries:
        for place in _look(entry, root, kinds):
            found += 1
            if found > MAX_FILES:
                raise KosrelError(
                    f"more than {MAX_FILES:,} fact files in {folder}: keep more facts in a file"
                )
            yield place


def measure(folders: Iterable[str]) -> int:
    """How large the fact files in some folders are together, in bytes; what cannot be read counts nothing."""
    size = 0
    for folder in folders:
        for place, _folders, names in os.walk(folder):
            for name in names:
                if name.endswith(".yaml"):
                    try:
                        size += os.stat(os.path.join(place, name)).st_size
                    except OSError:
                        continue
    return size


def _scan(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(
            (entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name
        )


def _look(
    entry: os.DirEntry[str], root: str, kinds: Collection[str]
) -> Iterator[tuple[str, str, Problem | None]]:
    """The fact file that an entry of the base is, or those that it holds."""
    name = entry.name
    if name.endswith(".yaml"):
        yield entry.path, name, _fault(entry, name, root)
    elif name.endswith(_NEAR_ENDINGS):
        yield entry.path, name, _problem(name, "a fact file ends in .yaml: rename it")
    elif name in kinds and entry.is_symlink() and _leads_out(entry, root):
        yield entry.path, name, _problem(name, _leads_out(entry, root) or "")
    elif name not in SKIPPED and _is_folder(entry):
        try:
            inner = _scan(entry.path)
        except OSError as error:
            yield entry.path, name, _problem(name, f"cannot be read: {error.strerror or error}")
            return
        for each in inner:
            path = f"{name}/{each.name}"
            if each.name.endswith(".yaml") and name in kinds:
                yield each.path, path, _fault(each, path, root)
            elif each.name.endswith((".yaml", *_NEAR_ENDINGS)):
                message = "a fact file ends in .yaml: rename it"
                if name not in kinds:
                    message = f"no kind of record is kept in {name}/"
                yield each.path, path, _problem(path, message)
            elif _is_folder(each) and name in kinds:
                yield (
                    each.path,
                    path,
                    _problem(path, "a folder within a folder of facts: nothing in it is read"),
                )


def _problem(path: str, message: str) -> Problem:
    return Problem(path, 1, 1, message, "unknown-file")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _leads_out(entry: os.DirEntry[str], root: str) -> str | None:
    """What is wrong with a link: it leads nowhere, to itself, or out of the base; None for a good one."""
    try:
        target = os.path.realpath(entry.path, strict=True)
    except FileNotFoundError:
        return "a link to nothing: put the file itself here"
    except OSError as error:
        return f"a link that cannot be followed ({error.strerror or error}): put the file itself here"
    if os.path.commonpath((root, target)) != root:
        return "a link out of the fact base is not followed: put the file itself here"
    return None


def _fault(entry: os.DirEntry[str], path: str, root: str) -> Problem | None:
    """What is wrong with an entry called like a fact file; None for a plain file within the base."""
    message = None
    if entry.is_symlink():
        message = _leads_out(entry, root)
    if message is None:
        try:
            message = _name_kind(entry.stat().st_mode)
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
    return Problem(path, 1, 1, message, "yaml") if message else None


def _name_kind(mode: int) -> str | None:
    """What is opened by nobody: a folder, device, FIFO or socket; None for a plain file."""
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISDIR(mode):
        return "a folder that is called like a fact file: rename it"
    for is_kind, noun in ((stat.S_ISFIFO, "FIFO"), (stat.S_ISSOCK, "socket")):
        if is_kind(mode):
            return f"a {noun}, not a file: it is not opened"
    return "a device, not a file: it is not opened"


def read_bytes(place: str, path: str) -> tuple[bytes | None, list[Problem]]:
    """The bytes of a fact file, or the problem that it cannot be read, is too large or changes meanwhile.

    ``path`` names it in the problem. Never waits: what is no plain file is not read.
    """

    def refuse(message: str) -> tuple[None, list[Problem]]:
        return None, [Problem(path, 1, 1, message, "yaml")]

    try:
        number = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(number, "rb") as file:
            before = os.fstat(number)
            if message := _name_kind(before.st_mode):
                return refuse(message)
            if before.st_size > MAX_BYTES:
                return refuse(f"larger than {MAX_BYTES // 1024 // 1024} MiB: split the file")
            raw = file.read(MAX_BYTES + 1)
            after = os.fstat(number)
    except OSError as error:
        return refuse(f"cannot be read: {error.strerror or error}")
    if len(raw) != before.st_size or _moment(before) != _moment(after):
        return refuse("changed while it was read: run this again")
    return raw, []


def _moment(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
