"""Output formats, one module each, found by file name and imported when chosen.

A format module has ``render(answer, stream)``, which writes an Answer to a text stream.
"""

from __future__ import annotations

import os
import sys

from kosrel.errors import KosrelError
from kosrel.streams import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

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


def print_answer(answer: Answer, name: str | None) -> int:
    """The answer on standard output in a format (text when none is named), its hints on standard error.

    Its exit code is given back.
    """
    load(name or "text").render(answer, sys.stdout)
    sys.stdout.flush()
    say(*answer.hints)
    return answer.exit_code


class errors_as_json:  # noqa: N801 - used as a function
    """With ``--json`` a query that cannot be answered still prints one envelope, with an ``error``.

    With ``line`` it stands on one line, as all envelopes of a batch do.
    """

    def __init__(self, format_name: str | None, query: dict[str, Any], line: bool = False) -> None:
        self.wanted = format_name == "json"
        self.query = query
        self.line = line

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Print the envelope; the error goes on to ``main``, which says it and sets the exit code."""
        if self.wanted and isinstance(error, KosrelError):
            sys.stdout.write(load("json").write_error(self.query, error, self.line))
