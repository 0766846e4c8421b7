"""``Answer``: what a query found, and all that a renderer gets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Protocol

    class Found(Protocol):
        """Something that an answer holds: a record of the index, or a problem."""

        def json(self) -> str:
            """It as JSON text, indented by two."""


SCHEMA = "kosrel/1"
FOUND, NOTHING, AMBIGUOUS = 0, 3, 4


class Answer:
    """What a query found.

    ``query``: the command and its arguments. ``rows``: the records found, each with how it matched.
    ``kinds``: names of the kinds that the command can give, as in ``model.ANSWERED``; they fix the columns of
    a table.
    ``hints``: what a person should be told beside the answer, one line each.
    ``declined``: the records are only what comes nearest to a question that they do not answer.
    ``exit_code``: 0 found, 3 nothing or declined, 4 ambiguous. ``more``: further keys of the envelope;
    ``beside``: those of them that hold a value for each row. ``layered``: whether the rows say which of
    several bases they are from.
    """

    def __init__(
        self,
        query: dict[str, Any],
        rows: Sequence[Found],
        kinds: Iterable[str],
        hints: Iterable[str] = (),
        ambiguous: bool = False,
        declined: bool = False,
        more: dict[str, Any] | None = None,
        beside: dict[str, Any] | None = None,
    ) -> None:
        self.query = query
        self.rows = rows
        self.kinds = tuple(kinds)
        self.hints = list(hints)
        self.ambiguous = ambiguous
        self.declined = declined
        self.layered = False
        self._more = more or {}
        self._beside = beside or {}

    @property
    def more(self) -> dict[str, Any]:
        """Further keys of the envelope."""
        return {**self._more, **{key: list(values[: self.count]) for key, values in self._beside.items()}}

    @property
    def count(self) -> int:
        """How many records the answer holds."""
        return len(self.rows)

    @property
    def exit_code(self) -> int:
        """The exit code of a command that gives this answer."""
        if not self.rows or self.declined:
            return NOTHING
        return AMBIGUOUS if self.ambiguous else FOUND

    @property
    def results(self) -> list[dict[str, Any]]:
        """The records as the contract's JSON has them."""
        import json

        return [json.loads(row.json()) for row in self.rows]

    def limited(self, most: int | None) -> Answer:
        """The answer with the first ``most`` records, and a hint when that leaves any out."""
        if most is None or most >= len(self.rows):
            return self
        hint = f"{most} of {len(self.rows)} shown; without --limit you see all"
        hints = [*self.hints, hint]
        limited = Answer(
            self.query,
            self.rows[:most],
            self.kinds,
            hints,
            self.ambiguous,
            self.declined,
            self._more,
            self._beside,
        )
        limited.layered = self.layered
        return limited
