"""Export formats, one module each, found by file name and imported when chosen.

An export module opens with a sentence that says what it makes, which the help of ``kosrel export`` shows. It
has one of two functions. Both get the Contents of a base, take its records one by one, and return the talk
to be said, one line each:

``write(contents, stream)``
    for a format that is one text: it goes to a text stream, which may be standard output. The stream is
    UTF-8 and changes no line end.
``save(contents, path)``
    for a format that is binary or several files: it makes a file or folder at ``path``, where there is
    nothing yet. The name at the end of ``path`` is the one that was asked for, so its ending can decide.

Neither knows about targets: ``export`` gives them a place of their own and moves what they made to where it
belongs when it is whole. Two exports of one base are byte-identical: no time stamp of the run, no dictionary
in another order.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import ModuleType
    from typing import Any, TextIO

    from kosrel.index import Index, Row


def names() -> list[str]:
    """The export formats there are, by the names of the files in this folder."""
    return sorted(
        file.removesuffix(".py")
        for file in os.listdir(os.path.dirname(__file__))  # noqa: PTH120, PTH208
        if file.endswith(".py") and not file.startswith("_")
    )


def load(name: str) -> ModuleType:
    """The module of an export format."""
    place = f"kosrel.exports.{name}"
    __import__(place)
    return sys.modules[place]


class Contents:
    """What is exported: the records of a base one by one, and what is known of the base itself.

    ``title``: what the base is called. ``version``: of the shipped facts, None for a base of your own.
    ``licence`` and ``licence_url``: SPDX name and address, None where the base is not ours to license.
    ``bases``: what the bases are called that are laid over one another, from the lowest up; the title names
    them too, for formats that have no place for more.
    """

    def __init__(self, index: Index, shipped: bool, bases: Sequence[str] = ()) -> None:
        from kosrel import __version__
        from kosrel.cite import TITLE

        self.index = index
        self.bases = list(bases)
        self.title = TITLE if shipped else "A fact base"
        if bases:
            known = {"shipped": f"{TITLE}, version {__version__}"}
            told = "; ".join(known.get(each, each) for each in bases)
            self.title = f"Fact bases laid over one another: {told}"
        self.version = __version__ if shipped else None
        self.licence = "CC-BY-4.0" if shipped else None
        self.licence_url = "https://creativecommons.org/licenses/by/4.0/" if shipped else None

    def count(self, *kinds: str) -> int:
        """How many records there are of some kinds, or in all."""
        counts = self.index.counts()
        return sum(count for kind, count in counts.items() if not kinds or kind in kinds)

    def rows(self, *kinds: str) -> Iterator[Row]:
        """The records of some kinds, or all, one by one: kind by kind, dated ones in order of time.

        ``Row.json()`` is the ready JSON text of a record, indented by two, as ``show --json`` gives it.
        """
        from kosrel.model import KINDS

        for kind in kinds or KINDS:
            yield from self.index.each(kind)

    def results(self, *kinds: str) -> Iterator[dict[str, Any]]:
        """The same records as the contract's JSON has them, parsed."""
        import json

        for row in self.rows(*kinds):
            yield json.loads(row.json())


def export(contents: Contents, name: str, target: str | Path | TextIO, force: bool = False) -> Sequence[str]:
    """The base in an export format, at a path or on a text stream; what is to be said of it.

    A path gets the export when it is whole, or is left as it was. Raises BadUsage for a format that there is
    not or that cannot go to a stream, and for a path where there is something already, unless ``force`` is
    set; KosrelError when the path cannot be written.
    """
    from kosrel.errors import BadUsage
    from kosrel.exports._target import put

    if name not in names():
        raise BadUsage(f"there is no export format '{name}'; formats are {', '.join(names())}")
    return put(load(name), name, contents, target, force)
