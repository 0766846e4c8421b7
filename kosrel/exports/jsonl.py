"""Every record on a line of its own, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from kosrel.exports import Contents
from kosrel.jsontext import compact


def write(contents: Contents, stream: TextIO) -> Sequence[str]:
    """A line for each record, as ``kosrel show --jsonl`` prints it."""
    for row in contents.rows():
        stream.write(compact(row.json()) + "\n")
    return []
