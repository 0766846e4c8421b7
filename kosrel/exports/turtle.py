"""Linked data as Turtle, for SPARQL: schema.org and PROV, EDTF dates, every fact with its line and quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from kosrel.exports import Contents
from kosrel.exports._linked import PREFIXES, Node, nodes
from kosrel.jsontext import write as dump


def write(contents: Contents, stream: TextIO) -> Sequence[str]:
    """RDF 1.1 Turtle: the prefixes, then a block for each record and each of its parts."""
    for prefix, address in PREFIXES.items():
        stream.write(f"@prefix {prefix}: <{address}> .\n")
    for node in nodes(contents):
        for block in _blocks(node):
            stream.write(f"\n{block}")
    return []


def _blocks(node: Node) -> Iterator[str]:
    """The block of a node, then those of the nodes with an address of their own within it."""
    later: list[Node] = []
    lines = _lines(node, "    ", later)
    yield f"<{node['@id']}>\n" + " ;\n".join(lines) + " .\n"
    for inner in later:
        yield from _blocks(inner)


def _lines(node: Node, indent: str, later: list[Node]) -> list[str]:
    """A line for each property; what has an address of its own is named there and written ``later``."""
    lines = []
    for key, value in node.items():
        if key == "@type":
            kinds = value if isinstance(value, list) else [value]
            lines.append(f"{indent}a {', '.join(kinds)}")
        elif key != "@id":
            values = value if isinstance(value, list) else [value]
            objects = ", ".join(_object(each, indent, later) for each in values)
            lines.append(f"{indent}{key} {objects}")
    return lines


def _object(value: Any, indent: str, later: list[Node]) -> str:
    if isinstance(value, dict):
        if "@value" in value:
            return f"{dump(value['@value'])}^^{value['@type']}"
        if "@id" in value:
            if len(value) > 1:
                later.append(value)
            return f"<{value['@id']}>"
        inner = " ;\n".join(_lines(value, f"{indent}    ", later))
        return f"[\n{inner}\n{indent}]"
    # The strings of JSON are strings of Turtle, and so are whole numbers.
    return dump(value)
