"""One bare record a line, as JSON."""

from __future__ import annotations

from typing import TextIO

from kosrel.answer import Answer
from kosrel.formats.json import compact


def render(answer: Answer, stream: TextIO) -> None:
    """A line for each record; nothing when there is none."""
    for row in answer.rows:
        stream.write(compact(row.json()) + "\n")
