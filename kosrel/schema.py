"""JSON Schema (draft 2020-12) of the output and of the fact files, put together from the model.

``envelope`` is what ``--json`` prints; a kind in the singular (``event``) is one of its results, and a line
of ``--jsonl``; a kind in the plural (``events``) is a fact file.
"""

from __future__ import annotations

from kosrel.answer import SCHEMA
from kosrel.errors import BadUsage
from kosrel.jsontext import write_indented
from kosrel.model import ANSWERED, FOLDERS, Record, Source
from kosrel.shapes import ID, TEXT, Definitions, Schema, described, keyed, listed, maybe

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COUNT: Schema = {"type": "integer", "minimum": 0}
_COUNTS: Schema = {"type": "object", "additionalProperties": _COUNT}
_RESULTS = {kind.noun: kind for kind in ANSWERED.values()}


def names() -> list[str]:
    """The names of the schemas: the envelope, its results, the fact files."""
    return ["envelope", *_RESULTS, *FOLDERS]


def build(name: str) -> Schema:
    """The schema with this name; BadUsage when there is none."""
    definitions = Definitions()
    if name == "envelope":
        body = _shape_envelope(definitions)
    elif name in _RESULTS:
        body = _RESULTS[name].shape_output(definitions)
    elif name in FOLDERS:
        body = _shape_file(FOLDERS[name], definitions)
    else:
        raise BadUsage(f"there is no schema '{name}'; schemas are {', '.join(names())}")
    head = {"$schema": DIALECT, "$id": f"urn:{SCHEMA.replace('/', ':')}:{name}", "title": f"kosrel {name}"}
    return {**head, **body, "$defs": definitions.found} if definitions.found else {**head, **body}


def write(name: str) -> str:
    """The schema with this name as JSON text, indented by two."""
    return write_indented(build(name)) + "\n"


def _shape_file(kind: type[Record], definitions: Definitions) -> Schema:
    """A fact file: records by id, or nothing."""
    return {
        "description": (kind.__doc__ or "").strip().splitlines()[0],
        "type": ["object", "null"],
        "propertyNames": {"pattern": ID["pattern"], "maxLength": 100},
        "additionalProperties": definitions.refer(kind.__name__, kind.shape_file),
    }


def _more(definitions: Definitions) -> dict[str, dict[str, Schema]]:
    """The keys that some commands add to the envelope, by command."""
    source = definitions.refer(Source.__name__, Source.shape_output)
    counts = dict.fromkeys(("sentences", "covered", "uncovered", "facts"), _COUNT)
    by_document = keyed({"document": ID, **counts, "omitted": _COUNTS})
    return {
        "ask": {
            "answer": described(maybe(TEXT), "the short answer; null where the documents do not say"),
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "sources": listed(source),
        },
        "search": {"snippets": described(listed(TEXT), "for each result what matched")},
        "verify": {"summary": described(_COUNTS, "how much was looked at")},
        "coverage": {"summary": described(listed(by_document), "the sentences of each document")},
    }


def _shape_envelope(definitions: Definitions) -> Schema:
    """The envelope: schema, query, count and results; the keys that a command adds; or an error."""
    results = [definitions.refer(kind.noun, kind.shape_output) for kind in ANSWERED.values()]
    query = {"type": "object", "properties": {"command": TEXT}, "required": ["command"]}
    error = keyed({"code": {"type": "integer", "minimum": 1}, "message": TEXT})
    common = {
        "schema": {"const": SCHEMA},
        "query": described(query, "the command and its arguments"),
        "count": _COUNT,
        "results": listed({"anyOf": results}),
    }
    failed = keyed(
        {**common, "count": {"const": 0}, "results": {"type": "array", "maxItems": 0}, "error": error}
    )
    more = _more(definitions)
    answered = [keyed({**common, "query": _asked([command])} | keys) for command, keys in more.items()]
    plain = keyed({**common, "query": {"not": _asked(list(more))}})
    return {
        "type": "object",
        "properties": common,
        "required": list(common),
        "anyOf": [failed, plain, *answered],
    }


def _asked(commands: list[str]) -> Schema:
    return {"type": "object", "properties": {"command": {"enum": commands}}, "required": ["command"]}
