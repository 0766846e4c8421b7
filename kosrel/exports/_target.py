"""Where an export goes: made in a folder of its own beside the target, moved there when it is whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TextIO

from kosrel.errors import BadUsage, KosrelError
from kosrel.exports import Contents


def put(
    module: ModuleType, name: str, contents: Contents, target: str | Path | TextIO, force: bool
) -> Sequence[str]:
    """The export of ``module`` at ``target``, with its talk; ``export`` says what is raised."""
    if not isinstance(target, str | Path):
        if not hasattr(module, "write"):
            raise BadUsage(f"the format {name} is no single text: say with -o FILE where it is to go")
        return _write(module, contents, target)
    try:
        # What a link points to is replaced, never the link.
        place = Path(target).resolve()
        kind = _kind(place)
        if kind == "device" and hasattr(module, "write"):
            with place.open("w", encoding="utf-8", newline="") as stream:
                return _write(module, contents, stream)
        _refuse(place, kind, force)
        return _make(module, contents, place, kind)
    except OSError as error:
        raise KosrelError(f"{target} cannot be written: {error.strerror or error}") from error
    except (ValueError, RuntimeError) as error:
        # A path with a NUL in it, or a loop of links.
        raise KosrelError(f"{target!s} is no path that can be written: {error}") from error


def _write(module: ModuleType, contents: Contents, stream: TextIO) -> Sequence[str]:
    talk: Sequence[str] = module.write(contents, stream)
    return talk


def _kind(place: Path) -> str:
    """What stands at a place: nothing, file, folder, or device (anything else, such as a pipe)."""
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        return "nothing"
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "device"


def _is_package(folder: Path) -> bool:
    """Whether a folder holds a data package and nothing else, so that replacing it loses nothing else."""
    files = list(folder.iterdir())
    return any(file.name == "datapackage.json" for file in files) and all(
        file.is_file() and (file.suffix == ".csv" or file.name == "datapackage.json") for file in files
    )


def _refuse(place: Path, kind: str, force: bool) -> None:
    """BadUsage where something stands that an export must not replace."""
    if kind == "folder":
        if not any(place.iterdir()):
            return
        if not _is_package(place):
            raise BadUsage(f"{place} is a folder with other files in it: choose another place")
    if kind == "device":
        raise BadUsage(f"{place} is neither a file nor a folder: choose another place")
    if kind != "nothing" and not force:
        raise BadUsage(f"{place} is there already; replace it with --force")


def _make(module: ModuleType, contents: Contents, place: Path, kind: str) -> Sequence[str]:
    """The export made beside ``place`` and moved there; whatever happens, no half of it is left."""
    workshop = Path(tempfile.mkdtemp(prefix=".kosrel-", suffix=".new", dir=place.parent))
    try:
        made = workshop / place.name
        if hasattr(module, "write"):
            with made.open("w", encoding="utf-8", newline="") as stream:
                talk = _write(module, contents, stream)
        else:
            talk = module.save(contents, made)
        if kind == "file" and made.is_dir():
            raise BadUsage(f"{place} is a file, and this export is a folder: choose another place")
        if kind == "folder" and made.is_file():
            raise BadUsage(f"{place} is a folder, and this export is a file: name a file in it")
        if kind == "folder":
            # A folder cannot be renamed onto one that is not empty: the old one steps aside first.
            place.rename(workshop / "old")
        try:
            made.rename(place)
        except BaseException:
            if kind == "folder":
                (workshop / "old").rename(place)
            raise
    except sqlite3.OperationalError as error:
        raise KosrelError(f"{place} cannot be written: {error}") from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return talk


def is_zip(path: Path) -> bool:
    """Whether a path asks for one zip file instead of a folder."""
    return os.fspath(path).lower().endswith(".zip")
