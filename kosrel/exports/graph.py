"""Actors and agreements as a network in GraphML, for Gephi, yEd or networkx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TextIO
from xml.sax.saxutils import escape, quoteattr

from kosrel.characters import show_controls
from kosrel.exports import Contents
from kosrel.fields import Cell

_NODE = {"label": "string", "kind": "string", "type": "string", "date": "string", "summary": "string"}
_EDGE = {"label": "string", "kind": "string", "date": "string", "note": "string", "sources": "string"}
# What no XML 1.0 file can hold, besides the controls that are shown.
_NO_XML = re.compile("[\ufffe\uffff]")

Edge = tuple[str, str, dict[str, Cell]]


def write(contents: Contents, stream: TextIO) -> Sequence[str]:
    """GraphML 1.0: a node for each actor and agreement, an edge for each tie that a record states.

    An edge goes from an actor to another (a relation), to the body of an office, or to an agreement
    (party, third party, or a part in a provision); it says what the tie is, when, and where it is written.
    """
    stream.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    if contents.bases:
        stream.write(f"  <desc>{_text(contents.title)}</desc>\n")
    for what, keys in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in keys.items():
            stream.write(f'  <key id="{what}-{name}" for="{what}" attr.name="{name}" attr.type="{kind}"/>\n')
    stream.write('  <graph edgedefault="directed">\n')
    # Two passes, so that every node stands before the edges that name it.
    for result in contents.results("actor", "agreement"):
        stream.write(f"    <node id={quoteattr(result['id'])}>\n")
        stream.write(_data("node", _describe(result)))
        stream.write("    </node>\n")
    number = 0
    for result in contents.results("actor", "agreement"):
        for start, end, values in _edges(result):
            number += 1
            stream.write(f'    <edge id="{number}" source={quoteattr(start)} target={quoteattr(end)}>\n')
            stream.write(_data("edge", values))
            stream.write("    </edge>\n")
    stream.write("  </graph>\n</graphml>\n")
    return []


def _data(what: str, values: dict[str, Cell]) -> str:
    return "".join(
        f'      <data key="{what}-{name}">{_text(value)}</data>\n'
        for name, value in values.items()
        if value is not None
    )


def _text(value: Cell) -> str:
    shown = _NO_XML.sub(lambda match: f"<U+{ord(match[0]):04X}>", show_controls(str(value)))
    return escape(shown)


def _describe(result: dict[str, Any]) -> dict[str, Cell]:
    date = result.get("date")
    return {
        "label": result.get("title") or result.get("name"),
        "kind": result["kind"],
        "type": result.get("type"),
        "date": date["edtf"] if date else None,
        "summary": result["summary"],
    }


def _edges(result: dict[str, Any]) -> Iterator[Edge]:
    """The edges that a record states."""
    own = result["id"]
    for relation in result.get("relations", ()):
        yield own, relation["actor"]["id"], _tie(relation["relation"], "relation", relation)
    for role in result.get("roles", ()):
        if role["body"]:
            yield own, role["body"]["id"], _tie(role["office"], "role", role)
    for key, kind in (("parties", "party"), ("third_parties", "third party")):
        for party in result.get(key, ()):
            # Who the parties are is written where the agreement is.
            yield party["id"], own, _tie(party["capacity"], kind, {**party, "sources": result["sources"]})
    for provision in result.get("provisions", ()):
        for entry in provision["actors"]:
            told = {**entry, "date": provision["date"], "sources": provision["sources"]}
            yield entry["id"], own, _tie(entry["part"], "provision", told)


def _tie(label: str, kind: str, entry: dict[str, Any]) -> dict[str, Cell]:
    date = entry.get("date")
    sources = [f"{each['document']}:{each['line']} “{each['quote']}”" for each in entry["sources"]]
    return {
        "label": label,
        "kind": kind,
        "date": date["edtf"] if date else None,
        "note": entry["note"],
        "sources": "; ".join(sources),
    }
