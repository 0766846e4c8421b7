"""The base as tables, derived from the model: one a kind, and one for each part and list that records hold.

A table of a kind is called as its folder is, one of a part as its class is (``StatusEvent`` gives
``status_events``), one of a list after what holds it (``record_topics``). ``records`` has a row for every
record of any kind, so that whatever may name records of several kinds has one table to point to. A part has
for its id the path to it: ``bridge-accord/provisions/2/sources/1``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from kosrel.fields import (
    Cell,
    Choice,
    Count,
    Field,
    Flag,
    Many,
    Maybe,
    Number,
    Part,
    Ref,
    Structure,
    When,
)
from kosrel.model import KINDS, Record, Side, Source

RECORDS = "records"
_DATE_COLUMNS = {
    "earliest": ("date", "the first day that the date may cover; empty where it is open"),
    "latest": ("date", "the last day that the date may cover; empty where it is open"),
    "precision": ("string", "day, month, year, interval or set"),
    "basis": ("string", "stated, derived or ambiguous"),
    "date_note": ("string", "how the date is known"),
}


class Column:
    """A column: its name, its type as Frictionless names it, and what it holds.

    ``target``: the table whose ``id`` it names, or None. ``choices``: the only values, or none. ``required``:
    whether it is always filled in.
    """

    def __init__(
        self,
        name: str,
        doc: str,
        kind: str = "string",
        target: str | None = None,
        choices: Sequence[str] = (),
        required: bool = False,
    ) -> None:
        self.name = name
        self.doc = doc
        self.kind = kind
        self.target = target
        self.choices = tuple(choices)
        self.required = required


class Table:
    """A table: its name, what it holds, its columns, and the columns that make its key."""

    def __init__(self, name: str, doc: str, columns: Sequence[Column], key: Sequence[str] = ("id",)) -> None:
        self.name = name
        self.doc = doc
        self.columns = list(columns)
        self.key = tuple(key)


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _singular(word: str) -> str:
    for ending, single in (("ies", "y"), ("ses", "s"), ("s", "")):
        if word.endswith(ending):
            return word.removesuffix(ending) + single
    return word


def _noun(structure: type[Structure]) -> str:
    """What a structure is called in the name of a column: ``status_event``; any record is ``record``."""
    if issubclass(structure, Record):
        return "record"
    return re.sub(r"(?<!^)([A-Z])", r"_\1", structure.__name__).lower()


def _table_name(structure: type[Structure]) -> str:
    return structure.folder if issubclass(structure, Record) else _plural(_noun(structure))


def _sentence(structure: type[Structure]) -> str:
    return (structure.__doc__ or "").strip().splitlines()[0]


def _bare(field: Field[Any]) -> Field[Any]:
    return field.field if isinstance(field, Maybe) else field


def _held(structure: type[Structure]) -> Iterator[tuple[str, Field[Any]]]:
    """The fields that a structure has in an answer, but for what follows from other records."""
    for name, field in structure.fields.items():
        if field.shown and field.stored and not (structure is Side and name == "quote"):
            yield name, field
    if structure is Side:
        # In an answer the quote of a side has become the sources that it means.
        yield "sources", Many("the sources of the record that the side means", Part(Source))


def _scalars(structure: type[Structure]) -> Sequence[tuple[str, Field[Any]]]:
    """The fields that hold one value."""
    return [(name, field) for name, field in _held(structure) if not isinstance(field, Many)]


def _parts(structure: type[Structure]) -> Sequence[tuple[str, type[Structure]]]:
    """The lists of parts that a structure holds."""
    return [
        (name, field.field.structure)
        for name, field in _held(structure)
        if isinstance(field, Many) and isinstance(field.field, Part)
    ]


def _lists(structure: type[Structure]) -> Sequence[tuple[str, Field[Any]]]:
    """The lists of plain values or ids that a structure holds, each with the field of its values."""
    return [
        (name, field.field)
        for name, field in _held(structure)
        if isinstance(field, Many) and not isinstance(field.field, Part)
    ]


@functools.cache
def _owners() -> dict[type[Structure], list[tuple[type[Structure], str]]]:
    """For every part the structures that hold it, each with the list that it stands in."""
    owners: dict[type[Structure], list[tuple[type[Structure], str]]] = {}
    waiting: list[type[Structure]] = list(KINDS.values())
    for holder in waiting:
        for name, part in _parts(holder):
            if part not in owners:
                waiting.append(part)
            owners.setdefault(part, []).append((holder, name))
    return owners


def _target(field: Field[Any]) -> str | None:
    if not isinstance(field, Ref):
        return None
    return KINDS[field.kinds[0]].folder if len(field.kinds) == 1 else RECORDS


def _kind_of(field: Field[Any]) -> str:
    for kind, name in ((Number, "number"), (Count, "integer"), (Flag, "boolean")):
        if isinstance(field, kind):
            return name
    return "string"


def _columns(structure: type[Structure]) -> Iterator[Column]:
    """The columns of the fields of a structure that hold one value."""
    for name, field in _scalars(structure):
        bare = _bare(field)
        if isinstance(bare, When):
            yield Column(name, f"{field.doc} (EDTF)", required=field.required)
            for column in bare.columns[1:]:
                kind, doc = _DATE_COLUMNS[column]
                yield Column(column, doc, kind)
        else:
            choices = bare.choices if isinstance(bare, Choice) else ()
            doc = f"{field.doc} (id)" if isinstance(bare, Ref) else field.doc
            required = field.required or isinstance(bare, Flag)
            yield Column(name, doc, _kind_of(bare), _target(bare), choices, required)


def _cells(structure: type[Structure], value: dict[str, Any]) -> Iterator[Cell]:
    """The cells of those columns, for a structure as an answer has it."""
    for name, field in _scalars(structure):
        bare = _bare(field)
        if isinstance(bare, When):
            yield from bare.flatten(value[name])
        elif isinstance(bare, Ref):
            # A flat id, and the record of a side, stand in the structure itself.
            yield _id(value.get(name, value))
        else:
            yield value[name]


def _id(value: Any) -> str | None:
    identifier: str | None = value["id"] if isinstance(value, dict) else value
    return identifier


def _columns_of_part(part: type[Structure]) -> Iterator[Column]:
    """The columns that say where a part stands, then those of its fields."""
    holders = _holders(part)
    yield Column("id", "the path to it: its record, the list it stands in, its number there", required=True)
    yield Column("record", "the record that it belongs to (id)", target=RECORDS, required=True)
    for holder in holders:
        noun = _noun(holder)
        doc = f"the {noun.replace('_', ' ')} that it belongs to, if not the record itself (id)"
        yield Column(noun, doc, target=_table_name(holder))
    lists = _list_names(part)
    if len(lists) > 1:
        yield Column("list", "the list that it stands in", choices=lists, required=True)
    yield Column("number", "its number in its list, from 1", "integer", required=True)
    for column in _columns(part):
        if column.name == "record":
            # That name is taken by the record that the part belongs to.
            column.name = f"{_noun(part)}_record"
        yield column


def _holders(part: type[Structure]) -> Sequence[type[Structure]]:
    """The structures that hold a part, but for records."""
    found = dict.fromkeys(holder for holder, _name in _owners()[part])
    return [holder for holder in found if not issubclass(holder, Record)]


def _list_names(part: type[Structure]) -> Sequence[str]:
    return sorted({name for _holder, name in _owners()[part]})


def tables(layered: bool = False) -> dict[str, Table]:
    """Every table by its name, those of kinds first; a column names only tables that are there.

    ``layered``: several bases are laid over one another, and ``records`` says which one each record is from.
    """
    base = [Column("base", "the base that it is from", required=True)] if layered else []
    bounds = [
        Column(name, doc, kind)
        for name, (kind, doc) in _DATE_COLUMNS.items()
        if name in ("earliest", "latest")
    ]
    found = [
        Table(
            RECORDS,
            "Every record of every kind.",
            [
                Column("id", "its permanent id", required=True),
                Column("kind", "what it is", choices=list(KINDS), required=True),
                Column("title", "its title or name"),
                Column("date", "its own date (EDTF)"),
                *bounds,
                *base,
            ],
        )
    ]
    for kind in KINDS.values():
        key = Column("id", "its permanent id", target=RECORDS, required=True)
        found.append(Table(kind.folder, _sentence(kind), [key, *_columns(kind)]))
    found += [Table(_table_name(part), _sentence(part), list(_columns_of_part(part))) for part in _owners()]
    for holder in [*KINDS.values(), *_owners()]:
        noun = _noun(holder)
        target = RECORDS if noun == "record" else _table_name(holder)
        for name, field in _lists(holder):
            link = _target(field)
            columns = [
                Column(noun, f"the {noun} (id)", target=target, required=True),
                Column("number", "the number in the list, from 1", "integer", required=True),
                Column(_singular(name), field.doc + (" (id)" if link else ""), target=link, required=True),
            ]
            doc = f"{holder.fields[name].doc}."
            found.append(Table(f"{noun}_{name}", doc[:1].upper() + doc[1:], columns, (noun, "number")))
    return {table.name: table for table in found}


def rows(result: dict[str, Any]) -> Iterator[tuple[str, Sequence[Cell]]]:
    """A record as an answer has it, in rows: table name and cells of each, a whole before its parts."""
    kind = KINDS[result["kind"]]
    date = result.get("date") or {}
    bounds = (date.get("edtf"), date.get("earliest"), date.get("latest"))
    base = [result["base"]] if "base" in result else []
    yield RECORDS, (result["id"], result["kind"], result[kind.label_field], *bounds, *base)
    yield kind.folder, (result["id"], *_cells(kind, result))
    yield from _rows_within(kind, result, result["id"], result["id"])


def _rows_within(
    holder: type[Structure], value: dict[str, Any], path: str, record: str
) -> Iterator[tuple[str, Sequence[Cell]]]:
    for name, field in _lists(holder):
        for number, item in enumerate(value[name], 1):
            yield f"{_noun(holder)}_{name}", (path, number, _id(item) if isinstance(field, Ref) else item)
    for name, part in _parts(holder):
        which = [name] if len(_list_names(part)) > 1 else []
        belongs = [path if each is holder else None for each in _holders(part)]
        for number, item in enumerate(value[name], 1):
            own = f"{path}/{name}/{number}"
            yield _table_name(part), (own, record, *belongs, *which, number, *_cells(part, item))
            yield from _rows_within(part, item, own, record)
