"""Output formats, one module each, found by file name and imported when chosen.

A format module has ``render(answer, stream)``, which writes an Answer to a text stream.
"""

from __future__ import annotations

import os
import sys

from kosrel.streams import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from kosrel.answer import Answer


def names() -> list[str]:
    """The formats there are, by the names of the files in this folder, text first."""
    found = [
        file.removesuffix(".py")
        for file in os.listdir(os.path.dirname(__file__))  # noqa: PTH120, PTH208
        if file.endswith(".py") and not file.startswith("_")
    ]
    return sorted(found, key=lambda name: (name != "text", name != "json", name))


def load(name: str) -> ModuleType:
    """The module of a format."""
    place = f"kosrel.formats.{name}"
    __import__(place)
    return sys.modules[place]


def print_answer(answer: Answer, name: str | None) -> None:
    """The answer on standard output in a format (text when none is named), its hints on standard error."""
    load(name or "text").render(answer, sys.stdout)
    sys.stdout.flush()
    say(*answer.hints)
