"""The folders that a fact base is made of: one, or several laid over one another.

Records of all of them are one base; one of a later folder takes the place of an earlier one with its id. The
word ``shipped`` names the facts of this installation; a folder that is called so is written ``./shipped``.
"""

from __future__ import annotations

import os

from kosrel import shipped
from kosrel.errors import BadUsage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    # What names a base: nothing for the shipped one, a folder, or several folders from the lowest up.
    Facts = str | Path | Sequence[str | Path] | None

SHIPPED = "shipped"


def read_environment() -> list[str]:
    """The folders that the variable KOSREL_FACTS names, parted as those of PATH are."""
    return [each for each in os.environ.get("KOSREL_FACTS", "").split(os.pathsep) if each]


def find_folders(facts: Facts = None) -> tuple[str, ...]:
    """The folders that are meant, from the lowest up; the same again for what this gave.

    Raises BadUsage when no folder is named, one is named twice, or a name is empty: a variable that is not
    set would else stand for another base. Raises KosrelError where the shipped facts are missing.
    """
    if facts is None:
        return (shipped.find_facts(),)
    if not isinstance(facts, list | tuple):
        return (_find(facts),)  # type: ignore[arg-type]
    folders = tuple(map(_find, facts))
    if not folders:
        raise BadUsage("no fact base is named")
    places: set[str] = set()
    for folder in folders:
        place = os.path.realpath(folder)
        if place in places:
            raise BadUsage(f"the fact base in {folder} is named twice; lay each base once")
        places.add(place)
    return folders


def _find(folder: str | Path) -> str:
    # A Path is never equal to a text, so the word is the word only as text.
    if folder == SHIPPED:
        return shipped.find_facts()
    place = os.fspath(folder)
    if not place:
        raise BadUsage("the name of the folder of fact files is empty")
    return os.path.join(os.curdir, place) if place == SHIPPED else place


def take_one(facts: Sequence[str], command: str) -> str | None:
    """The one base that a command writes into, None for the shipped one; BadUsage where several are named."""
    if len(facts) > 1:
        raise BadUsage(f"kosrel {command} writes into one fact base; name one, not {len(facts)}")
    return next((each for each in facts if each != SHIPPED), None)


def name_layers(folders: Sequence[str]) -> tuple[str, ...]:
    """What several folders are called in answers, each by the end of its path that tells it from the others.

    Nothing for one folder: what it holds needs no telling apart.
    """
    if len(folders) < 2:
        return ()
    paths = [os.path.abspath(folder).split(os.sep) for folder in folders]
    names = []
    for folder, path in zip(folders, paths, strict=True):
        name = SHIPPED
        if not shipped.is_shipped(folder):
            for length in range(1, len(path) + 1):
                name = "/".join(path[-length:])
                same = sum(other[-length:] == path[-length:] for other in paths)
                if same == 1 and name not in ("", SHIPPED):
                    break
        # A name of bytes that are no text still has to be written.
        names.append(name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    return tuple(names)


def show_folders(folders: Sequence[str]) -> str:
    """The folders on one line, parted as KOSREL_FACTS parts them."""
    return os.pathsep.join(folders)
