"""Every record in one JSON object, the envelope that every command prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from kosrel.answer import SCHEMA
from kosrel.exports import Contents
from kosrel.jsontext import write as dump


def write(contents: Contents, stream: TextIO) -> Sequence[str]:
    """The envelope, as the JSON format lays it out, its records written as they come."""
    stream.write("{\n")
    stream.write(f'  "schema": {dump(SCHEMA)},\n')
    bases = {"bases": contents.bases} if contents.bases else {}
    stream.write(f'  "query": {dump({"command": "export", "format": "json", **bases})},\n')
    stream.write(f'  "count": {contents.count()},\n')
    stream.write('  "results": [')
    between = "\n"
    for row in contents.rows():
        stream.write(between + "    " + row.json().replace("\n", "\n    "))
        between = ",\n"
    stream.write("]\n}\n" if between == "\n" else "\n  ]\n}\n")
    return []
