"""Records as linked data: nodes of JSON-LD, in terms of schema.org, PROV, Dublin Core and Web Annotation.

A record is ``<#id>``, relative to wherever the export lies, so that it can be published at any address; a
part is ``<#path>`` with the path that the tables have too. A date is EDTF text typed as such
(``http://id.loc.gov/datatypes/edtf/EDTF``) with its first and last possible day as a time-span of CIDOC CRM,
never an ``xsd:date`` that would be more precise than the document. A fact ``prov:wasDerivedFrom`` a
place: the document as ``oa:hasSource``, the line as a fragment of RFC 5147, the quote as TextQuoteSelector
(W3C Web Annotation Data Model) and the works cited there as ``schema:citation``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from kosrel.exports import Contents

Node = dict[str, Any]
Result = dict[str, Any]

PREFIXES = {
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LINES = {"@id": "http://tools.ietf.org/rfc/rfc5147"}
# What may not stand in an IRI: blanks, controls, brackets, quotes, and a percent sign that encodes nothing.
_UNFIT = re.compile(
    '[\x00-\x20<>"{}|^`\\\\\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|%(?![0-9A-Fa-f]{2})'
)
# A state is an organisation here as every other body is: the word takes no position.
_ACTOR_TYPES = {
    "person": "schema:Person",
    "government": "schema:GovernmentOrganization",
    "company": "schema:Corporation",
    "party": "schema:PoliticalParty",
}


def nodes(contents: Contents) -> Iterator[Node]:
    """The data set itself, then every record with its parts within it."""
    yield _drop_empty(
        {
            "@id": "",
            "@type": "schema:Dataset",
            "schema:name": contents.title,
            "schema:version": contents.version,
            "schema:license": _address(contents.licence_url),
        }
    )
    for result in contents.results():
        yield _drop_empty(_describe(result))


def _drop_empty(node: Node) -> Node:
    """A node without the keys that hold nothing, at any depth."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return _drop_empty(value)
        return [kept(item) for item in value if item is not None] if isinstance(value, list) else value

    return {key: kept(value) for key, value in node.items() if value is not None and value != []}


def _record(identifier: str) -> Node:
    return {"@id": f"#{identifier}"}


def _linked(value: Result | None) -> Node | None:
    return _record(value["id"]) if value else None


def encode_address(text: str) -> str:
    """A web address as an IRI (RFC 3987): what may not stand in one is percent-encoded."""

    def encode(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode())

    return _UNFIT.sub(encode, text)


def _address(text: str | None) -> Node | None:
    return {"@id": encode_address(text)} if text else None


def _edtf(text: str | None) -> Node | None:
    return {"@type": "edtf:EDTF", "@value": text} if text else None


def _date(date: Result | None) -> Node:
    """The date as EDTF, and the days that it may cover."""
    if date is None:
        return {}

    def day(iso: str | None) -> Node | None:
        return {"@type": "xsd:date", "@value": iso} if iso else None

    note = f"{date['basis']}: {date['note']}" if date["note"] else None
    span = {
        "@type": "crm:E52_Time-Span",
        "crm:P82a_begin_of_the_begin": day(date["earliest"]),
        "crm:P82b_end_of_the_end": day(date["latest"]),
        "crm:P3_has_note": note,
    }
    return {"dcterms:date": _edtf(date["edtf"]), "crm:P4_has_time-span": span}


def _sources(owner: str, sources: list[Result]) -> list[Node]:
    """The places that a fact rests on."""
    return [
        {
            "@id": f"#{owner}/sources/{number}",
            "@type": ["oa:SpecificResource", "prov:Entity"],
            "oa:hasSource": _record(source["document"]),
            "oa:hasSelector": {
                "@type": "oa:FragmentSelector",
                "dcterms:conformsTo": _LINES,
                "rdf:value": f"line={source['line'] - 1},{source['line']}",
                "oa:refinedBy": {"@type": "oa:TextQuoteSelector", "oa:exact": source["quote"]},
            },
            "schema:position": source["line"],
            "schema:citation": [_linked(reference) for reference in source["references"]],
        }
        for number, source in enumerate(sources, 1)
    ]


def _participants(owner: str, key: str, entries: list[Result], role: str) -> list[Node]:
    """Actors with the part that they have, as roles of schema.org."""
    return [
        {
            "@id": f"#{owner}/{key}/{number}",
            "@type": "schema:Role",
            "schema:roleName": entry[role],
            "schema:participant": _linked(entry),
            "rdfs:comment": entry["note"],
        }
        for number, entry in enumerate(entries, 1)
    ]


def _describe(result: Result) -> Node:
    """A record: what every kind has, then what its own kind has."""
    identifier = result["id"]
    node: Node = {
        "@id": f"#{identifier}",
        "@type": ["prov:Entity"],
        "dcterms:type": result["kind"],
        "schema:name": result.get("title") or result.get("name"),
        "schema:alternateName": result.get("aliases"),
        **_date(result.get("date")),
        "schema:description": result.get("summary"),
        "schema:location": result.get("place"),
        "schema:about": [_record(topic) for topic in result.get("topics", ())],
        "rdfs:comment": result.get("note"),
    }
    if result.get("agreement"):
        node["dcterms:relation"] = [_linked(result["agreement"])]
    if "actors" in result:
        node["schema:participant"] = _participants(identifier, "actors", result["actors"], "part")
    own_type, more = _KINDS[result["kind"]](result)
    node["@type"].append(own_type)
    return {**node, **more, "prov:wasDerivedFrom": _sources(identifier, result.get("sources", []))}


Described = tuple[str, Node]


def _event(result: Result) -> Described:
    date = result["date"]
    if date is None or date["precision"] == "set":
        return "schema:Event", {}
    start, _slash, end = date["edtf"].partition("/")
    dates = {"schema:startDate": start, "schema:endDate": end}
    return "schema:Event", {key: _edtf(text) for key, text in dates.items() if text not in ("", "..")}


def _agreement(result: Result) -> Described:
    identifier = result["id"]
    provisions = [
        {
            "@id": f"#{identifier}/provisions/{number}",
            "@type": ["prov:Entity", "schema:CreativeWork"],
            "dcterms:type": "provision",
            "schema:position": number,
            "schema:text": each["text"],
            **_date(each["date"]),
            "schema:participant": _participants(
                f"{identifier}/provisions/{number}", "actors", each["actors"], "part"
            ),
            "rdfs:comment": each["note"],
            "prov:wasDerivedFrom": _sources(f"{identifier}/provisions/{number}", each["sources"]),
        }
        for number, each in enumerate(result["provisions"], 1)
    ]
    steps = [
        {
            "@id": f"#{identifier}/status_events/{number}",
            "@type": ["prov:Entity", "schema:Event"],
            "dcterms:type": "status event",
            "schema:additionalType": each["status"],
            **_date(each["date"]),
            "schema:organizer": _linked(each["actor"]),
            "schema:description": each["text"],
            "rdfs:comment": each["note"],
            "prov:wasDerivedFrom": _sources(f"{identifier}/status_events/{number}", each["sources"]),
        }
        for number, each in enumerate(result["status_events"], 1)
    ]
    return "schema:CreativeWork", {
        "schema:dateCreated": _edtf(result["date"] and result["date"]["edtf"]),
        "schema:participant": [
            *_participants(identifier, "parties", result["parties"], "capacity"),
            *_participants(identifier, "third_parties", result["third_parties"], "capacity"),
        ],
        "schema:hasPart": provisions,
        "schema:subjectOf": steps,
    }


def _actor(result: Result) -> Described:
    identifier = result["id"]
    roles = [
        {
            "@id": f"#{identifier}/roles/{number}",
            "@type": ["prov:Entity", "schema:Role"],
            "schema:roleName": each["office"],
            "schema:affiliation": _linked(each["body"]),
            **_date(each["date"]),
            "rdfs:comment": each["note"],
            "prov:wasDerivedFrom": _sources(f"{identifier}/roles/{number}", each["sources"]),
        }
        for number, each in enumerate(result["roles"], 1)
    ]
    relations = [
        {
            "@id": f"#{identifier}/relations/{number}",
            "@type": ["prov:Entity", "schema:Role"],
            "schema:roleName": each["relation"],
            "dcterms:relation": _linked(each["actor"]),
            **_date(each["date"]),
            "rdfs:comment": each["note"],
            "prov:wasDerivedFrom": _sources(f"{identifier}/relations/{number}", each["sources"]),
        }
        for number, each in enumerate(result["relations"], 1)
    ]
    return _ACTOR_TYPES.get(result["type"], "schema:Organization"), {
        "schema:additionalType": result["type"],
        "schema:hasOccupation": roles,
        "dcterms:relation": relations,
    }


def _statement(result: Result) -> Described:
    speaker = _linked(result["speaker"])
    return "schema:Claim", {
        "schema:additionalType": result["form"],
        "schema:author": speaker,
        "prov:wasAttributedTo": speaker,
        "schema:dateCreated": _edtf(result["date"] and result["date"]["edtf"]),
    }


def _figure(result: Result) -> Described:
    speaker = _linked(result["speaker"])
    value = format(Decimal(str(result["value"])), "f")
    return "schema:Observation", {
        "schema:value": {"@type": "xsd:decimal", "@value": value},
        "schema:unitText": result["unit"],
        "schema:measurementQualifier": result["qualifier"],
        "schema:measuredProperty": result["counted"],
        "schema:observationDate": _edtf(result["date"] and result["date"]["edtf"]),
        "prov:wasAttributedTo": speaker,
    }


def _work(result: Result) -> Node:
    """What a document and a cited work have in common."""
    return {
        "schema:publisher": result["publisher"],
        "schema:author": [each.strip() for each in (result["author"] or "").split(";") if each.strip()],
        "schema:datePublished": _edtf(result["date"] and result["date"]["edtf"]),
        "schema:inLanguage": result["language"],
    }


def _document(result: Result) -> Described:
    return "schema:CreativeWork", {
        "schema:additionalType": result["type"],
        **_work(result),
        "schema:sha256": result["sha256"],
    }


def _reference(result: Result) -> Described:
    return "schema:CreativeWork", {
        **_work(result),
        "schema:pagination": result["pages"],
        "schema:url": _address(result["url"]),
        "schema:archivedAt": _address(result["archive_url"]),
        "schema:creativeWorkStatus": "dead link" if result["dead"] else None,
        "dcterms:isReferencedBy": _linked(result["document"]),
    }


def _topic(result: Result) -> Described:
    return "schema:DefinedTerm", {}


def _conflict(result: Result) -> Described:
    sides = [
        {
            "@id": f"#{result['id']}/sides/{number}",
            "@type": ["prov:Entity", "schema:ListItem"],
            "schema:position": number,
            "schema:item": _linked(side),
            "schema:description": side["says"],
            "prov:wasDerivedFrom": _sources(f"{result['id']}/sides/{number}", side["sources"]),
        }
        for number, side in enumerate(result["sides"], 1)
    ]
    return "schema:ItemList", {"schema:additionalType": result["type"], "schema:itemListElement": sides}


_KINDS: dict[str, Callable[[Result], Described]] = {
    "event": _event,
    "agreement": _agreement,
    "actor": _actor,
    "statement": _statement,
    "figure": _figure,
    "document": _document,
    "reference": _reference,
    "topic": _topic,
    "conflict": _conflict,
}
