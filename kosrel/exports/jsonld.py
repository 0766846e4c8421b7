"""Linked data as JSON-LD: schema.org and PROV, EDTF dates, every fact with its line and quote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from kosrel.exports import Contents
from kosrel.exports._linked import PREFIXES, nodes
from kosrel.jsontext import write as dump


def write(contents: Contents, stream: TextIO) -> Sequence[str]:
    """One object of JSON-LD 1.1, a record a line."""
    stream.write(f'{{"@context": {dump(PREFIXES)},\n"@graph": [')
    between = "\n"
    for node in nodes(contents):
        stream.write(between + dump(node))
        between = ",\n"
    stream.write("\n]}\n")
    return []
