"""One bare record a line, as JSON."""

from __future__ import annotations

from kosrel.jsontext import compact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from kosrel.answer import Answer


def render(answer: Answer, stream: TextIO) -> None:
    """A line for each record; nothing when there is none."""
    for row in answer.rows:
        stream.write(compact(row.json()) + "\n")
