"""What can go wrong, each with its exit code, and the problem as a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def shorten(text: str, most: int = 100) -> str:
    """``text`` for a message, cut where it is longer than ``most``: no file or argument fills a screen."""
    return text if len(text) <= most else f"{text[:most]}…"


class KosrelError(Exception):
    """Something a user can act on; the message says what to do next.

    ``exit_code`` is the process's exit code, the same in every output format.
    """

    exit_code = 1


class BadUsage(KosrelError):
    """An argument that cannot be understood, such as a date that does not exist."""

    exit_code = 2


class NotThere(KosrelError):
    """Something named in a query, such as the actor of a filter, that the base does not hold."""

    exit_code = 3


class BrokenBase(KosrelError):
    """A fact base with problems; no look-up answers from it.

    ``problems`` is every problem found, sorted by place; ``folders`` are those of the base.
    """

    exit_code = 1

    def __init__(self, folders: Sequence[str], problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        self.folders = folders
        noun = "problem" if len(self.problems) == 1 else "problems"
        options = " ".join(f"--facts {folder}" for folder in folders) if len(folders) > 1 else folders[0]
        super().__init__(
            f"the fact base in {' and '.join(folders)} has {len(self.problems)} {noun}; "
            f"no question is answered from it. See them all with: kosrel check {options}"
        )


class Problem:
    """One thing wrong with a fact base, and its place.

    ``line`` and ``column`` count from 1; ``rule`` names the broken rule.
    Printed as ``path:line:column: message``, the form that editors jump to.
    """

    __slots__ = ("column", "line", "message", "path", "rule")

    def __init__(self, path: str, line: int, column: int, message: str, rule: str) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.message = message
        self.rule = rule

    def _key(self) -> tuple[str, int, int, str, str]:
        return (self.path, self.line, self.column, self.message, self.rule)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"

    def json(self) -> str:
        """The problem as indented JSON text, as ``check --json`` gives it."""
        from kosrel.jsontext import write_indented

        keys = ("path", "line", "column", "rule", "message")
        return write_indented({key: getattr(self, key) for key in keys})

    def __repr__(self) -> str:
        return f"Problem({', '.join(map(repr, self._key()))})"

    def __lt__(self, other: Problem) -> bool:
        return self._key() < other._key()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())
