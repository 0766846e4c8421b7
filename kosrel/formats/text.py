"""Text for people: records as cards, drawn with Rich.

Problems, a line each, and citations, as their style writes them, need no drawing.
"""

from __future__ import annotations

from typing import TextIO

from kosrel import styles
from kosrel.answer import Answer
from kosrel.characters import show_controls
from kosrel.layout import tabulate_summary


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
    table = tabulate_summary(answer)
    if table:
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for line in table:
            cells = [
                cell.ljust(width) if head in ("document", "omitted") else cell.rjust(width)
                for head, cell, width in zip(table[0], line, widths, strict=True)
            ]
            stream.write("  ".join(cells).rstrip() + "\n")
