"""Text for people: records as cards, drawn with Rich.

Problems, a line each, and citations, as their style writes them, need no drawing.
"""

from __future__ import annotations

from typing import TextIO

from kosrel import styles
from kosrel.answer import Answer
from kosrel.characters import show_controls


def render(answer: Answer, stream: TextIO) -> None:
    """The answer as text; Rich is imported only when there is a record to draw."""
    if "finding" in answer.kinds:
        render_problems(answer, stream)
    elif "citation" in answer.kinds:
        stream.write(styles.write(answer.rows, answer.query["style"]))
    elif answer.rows:
        from kosrel.formats._drawing import draw

        draw(answer, stream)


def render_problems(answer: Answer, stream: TextIO) -> None:
    """Problems as ``path:line:column: message``, one a line, then the table of a summary."""
    for row in answer.rows:
        stream.write(show_controls(str(row)) + "\n")
    summary = answer.more.get("summary")
    if isinstance(summary, list):
        rows = [{key: _cell(value) for key, value in row.items()} for row in summary]
        widths = {key: max(len(key), *(len(row[key]) for row in rows)) for key in rows[0]}
        for line in ({key: key for key in widths}, *rows):
            cells = [
                line[key].ljust(width) if key in ("document", "omitted") else line[key].rjust(width)
                for key, width in widths.items()
            ]
            stream.write("  ".join(cells).rstrip() + "\n")


def _cell(value: object) -> str:
    """A value of a summary in a cell: counts by name as ``navigation 3, no fact 1``."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "-"
    return show_controls(str(value))
