"""What a field of a record may hold: how it is read from a node, rendered as JSON and flattened for CSV.

A field is declared once, in a class of the model, and everything else follows from it. ``parse`` turns a
node into a value and reports what is wrong with it; ``render`` turns the value into JSON text; ``columns``
and ``flatten`` turn that JSON, read again, into cells; ``shape_file`` and ``shape_output`` describe the node
and the JSON in JSON Schema. Values remember their place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, overload

from kosrel.dates import Date, parse_edtf
from kosrel.errors import BadUsage, Problem, shorten
from kosrel.jsontext import write_indented, write_text
from kosrel.names import is_id
from kosrel.reader import MAX_PROBLEMS, Mark, Node
from kosrel.shapes import (
    ADDRESS,
    ID,
    TEXT,
    WHOLE,
    Definitions,
    Schema,
    described,
    keyed,
    listed,
    maybe,
    one_of,
)

T = TypeVar("T")
Json = Any
Plain = Any  # text or true, or lists and mappings of them
Cell = str | int | float | None

MAX_TEXT = 4_000
MAX_ITEMS = 1_000
BASES = ("stated", "derived", "ambiguous")
PRECISIONS = ("day", "month", "year", "interval", "set")
_LONG = r"(0[13578]|1[02])(-(0[1-9]|[12]\d|3[01]))?"
_SHORT = r"(0[469]|11)(-(0[1-9]|[12]\d|30))?|02(-(0[1-9]|[12]\d))?"
_DAY = rf"\d{{4}}(-({_LONG}|{_SHORT}))?[~?%]?"
_EDTF = rf"^\s*({_DAY}|({_DAY}|\.\.)/({_DAY}|\.\.)|\[\s*{_DAY}(\s*,\s*{_DAY})+\s*\])\s*$"


class Report:
    """Collects the problems of one file; fields report to it instead of raising."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, node: Node, rule: str, message: str) -> None:
        """One more problem, at the place of ``node``; beyond MAX_PROBLEMS only that there are more."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.path, *node.mark, shorten(message, 600), rule))
        elif len(self.problems) == MAX_PROBLEMS:
            more = f"{MAX_PROBLEMS:,} problems; mend these first"
            self.problems.append(Problem(self.path, *node.mark, more, rule))


class Word(str):
    """Text from a fact file that remembers its place."""

    __slots__ = ("mark",)

    mark: Mark

    @classmethod
    def at(cls, node: Node, text: str) -> Word:
        """``text`` as it stands at the place of ``node``."""
        word = cls(text)
        word.mark = node.mark
        return word

    def __reduce__(self) -> tuple[Callable[[str, Mark], Word], tuple[str, Mark]]:
        """How it is pickled: in two thirds of the time that the default way takes."""
        return restore_word, (str(self), self.mark)


def restore_word(text: str, mark: Mark) -> Word:
    """A Word that was pickled."""
    word = Word(text)
    word.mark = mark
    return word


class Dated:
    """A date with its basis: ``stated`` in the document, ``derived`` or ``ambiguous`` (with a note)."""

    __slots__ = ("basis", "date", "mark", "note")

    def __init__(self, date: Date, basis: str, note: str | None, node: Node) -> None:
        self.date = date
        self.basis = basis
        self.note = note
        self.mark = node.mark


class Link:
    """A place that names a record: what a record that is named must know of the one that names it.

    ``kind``, ``id``, ``label``, ``edtf``, ``earliest`` (None without a date): of the record that names it.
    ``structure`` is the class of the structure in which it does, ``whole`` true where that is the record
    itself, ``says`` what the record is there as (its part or capacity), ``line`` the line of a source.
    """

    __slots__ = ("earliest", "edtf", "id", "kind", "label", "line", "says", "structure", "whole")

    def __init__(
        self,
        kind: str,
        identifier: str,
        label: str | None,
        edtf: str | None,
        earliest: str | None,
        structure: str,
        whole: bool,
        says: str | None,
        line: int | None,
    ) -> None:
        self.kind = kind
        self.id = identifier
        self.label = label
        self.edtf = edtf
        self.earliest = earliest
        self.structure = structure
        self.whole = whole
        self.says = says
        self.line = line


class Linked(Protocol):
    """The base, as far as rendering a record needs it.

    ``names``: what its layers are called where there are several.
    """

    names: tuple[str, ...]

    def record(self, identifier: str) -> Any:
        """The record with this id."""

    def label_of(self, identifier: str) -> str | None:
        """The title or name of the record with this id; KeyError when there is none."""

    def citation_of(self, identifier: str) -> str:
        """The work with this id as it stands under a source, as JSON text; KeyError when there is none."""

    def links_to(self, identifier: str, kind: str | None = None) -> Iterable[Link]:
        """Every place that names this id (in records of a kind), in the order of the base."""


class Field(Generic[T]):
    """One field of a structure. ``doc`` is its line in the data dictionary.

    ``stored`` is false for what is only computed, and never stands in a fact file.
    ``shown`` is false for what is only matched, and never stands in an answer.
    ``points`` and ``nests``: whether values can hold ids of records, or structures.
    """

    required = True
    stored = True
    shown = True
    points = False
    nests = False

    def __init__(self, doc: str) -> None:
        self.doc = doc
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Structure, owner: type) -> T: ...
    def __get__(self, instance: Structure | None, owner: type) -> Self | T:
        """The field itself on the class; on an instance its value (set values shadow this)."""
        return self if instance is None else self.absent()

    def absent(self) -> T:
        """The value of a field that does not stand in the file."""
        raise NotImplementedError

    def parse(self, node: Node, report: Report) -> T | None:
        """The value at ``node``, or None after a problem was reported."""
        raise NotImplementedError

    def render(self, value: T, owner: Structure, base: Linked, margin: str) -> str:
        """The value as JSON text, indented by two; ``margin`` is the line break before it.

        A base has millions of values: what they are is known here, so none is asked for its type.
        """
        return write_indented(value, margin)

    def key(self) -> str:
        """The key before the value in JSON text."""
        return f'"{self.name}": '

    def blank(self) -> str | None:
        """The entry in JSON text where nothing is stated; None where something must be, or is worked out."""
        return self.key() + write_indented(self.absent()) if self.stored and not self.required else None

    def write(self, value: T) -> Plain:
        """The value as it stands in a fact file in canonical form."""
        return str(value)

    def describe(self) -> str:
        """What the field holds, in a few words for the data dictionary."""
        return "text"

    def shape_file(self, definitions: Definitions) -> Schema:
        """The JSON Schema of the node in a fact file.

        The reader takes every scalar as text; an editor reads ``2013`` as a number. Both are allowed for.
        """
        return {"type": ["string", "number"], "pattern": r"\S", "maxLength": MAX_TEXT}

    def shape_output(self, definitions: Definitions) -> Schema:
        """The JSON Schema of what ``render`` gives."""
        return TEXT

    def links(self, value: T) -> Iterator[tuple[Word, tuple[str, ...]]]:
        """Every id in the value with the kinds it may be of."""
        return iter(())

    def inside(self, value: T) -> Iterator[Structure]:
        """Every structure within the value."""
        return iter(())

    @property
    def columns(self) -> Sequence[str]:
        """The CSV columns."""
        return (self.name,)

    def flatten(self, value: Json) -> Sequence[Cell]:
        """The cells for a value as rendered, one for each column."""
        return (value,)


def _text(node: Node, report: Report, limit: int = MAX_TEXT) -> Word | None:
    """The node's text, without the blanks around it; None after a problem was reported."""
    if not isinstance(node.value, str):
        report.add(node, "bad-value", "text is expected here, not a list or a mapping")
        return None
    text = node.value.strip()
    if not text:
        report.add(node, "empty-value", "an empty value: fill it in, or leave the key out")
        return None
    if len(text) > limit:
        report.add(node, "bad-value", f"text of {len(text)} characters; {limit} at most")
        return None
    return Word.at(node, text)


class Text(Field[str]):
    """Prose in our own words, or a name or title; blanks and line breaks are folded."""

    def parse(self, node: Node, report: Report) -> str | None:
        """The text on one line."""
        word = _text(node, report)
        if word is None or ("\n" not in word and "  " not in word and "\t" not in word):
            return word
        return Word.at(node, " ".join(word.split()))

    def render(self, value: str, owner: Structure, base: Linked, margin: str) -> str:
        """Plain text."""
        return write_text(value)


class Quote(Text):
    """The words of a document that pin the place: at most 12, as W3C TextQuoteSelector's ``exact``."""

    most = 12

    def describe(self) -> str:
        """Text of so many words at the most."""
        return f"text, {self.most} words at most"

    def shape_file(self, definitions: Definitions) -> Schema:
        """Text of so many words at the most."""
        words = rf"^\s*\S+(\s+\S+){{0,{self.most - 1}}}\s*$"
        return {**super().shape_file(definitions), "pattern": words}

    def parse(self, node: Node, report: Report) -> str | None:
        """The quote; longer than 12 words is a problem."""
        word = super().parse(node, report)
        if word is not None and len(word.split()) > self.most:
            count = len(word.split())
            message = f"a quote of {count} words; {self.most} at most: quote the words that carry the fact"
            report.add(node, "long-quote", message)
        return word


class Address(Text):
    """A web address; http and https only."""

    def describe(self) -> str:
        """An address."""
        return "http or https address"

    def shape_file(self, definitions: Definitions) -> Schema:
        """An http or https address."""
        return ADDRESS

    def shape_output(self, definitions: Definitions) -> Schema:
        """An http or https address."""
        return ADDRESS

    def parse(self, node: Node, report: Report) -> str | None:
        """The address as written."""
        word = super().parse(node, report)
        if word is not None and not re.match(r"https?://[^\s/]+", word):
            report.add(node, "bad-address", f"'{word}' is not an http or https address")
        return word


class Choice(Field[str]):
    """One word of a closed list."""

    def __init__(self, doc: str, choices: Iterable[str]) -> None:
        super().__init__(doc)
        self.choices = tuple(choices)

    def describe(self) -> str:
        """The choices."""
        return "one of " + ", ".join(f"`{choice}`" for choice in self.choices)

    def shape_file(self, definitions: Definitions) -> Schema:
        """One of the choices."""
        return one_of(self.choices)

    def shape_output(self, definitions: Definitions) -> Schema:
        """One of the choices."""
        return one_of(self.choices)

    def parse(self, node: Node, report: Report) -> str | None:
        """The word, if it is in the list."""
        word = _text(node, report)
        if word is not None and word not in self.choices:
            allowed = ", ".join(self.choices)
            report.add(node, "bad-choice", f"'{word}' is not one of: {allowed}")
            return None
        return word

    def render(self, value: str, owner: Structure, base: Linked, margin: str) -> str:
        """Plain text."""
        return write_text(value)


class Number(Field[float]):
    """A number in plain decimal digits: ``24``, ``92.8``, ``-3``."""

    _pattern = re.compile(r"-?\d{1,15}(\.\d{1,10})?", re.ASCII)

    def describe(self) -> str:
        """A number."""
        return "number in plain digits"

    def shape_file(self, definitions: Definitions) -> Schema:
        """A number in plain digits."""
        return {"type": ["number", "string"], "pattern": f"^{self._pattern.pattern}$"}

    def shape_output(self, definitions: Definitions) -> Schema:
        """A number."""
        return {"type": "number"}

    def parse(self, node: Node, report: Report) -> float | None:
        """An int when written without a point, else a float."""
        word = _text(node, report)
        if word is None:
            return None
        if not self._pattern.fullmatch(word):
            message = f"'{word}' is not a number in plain digits such as 24 or 92.8"
            report.add(node, "bad-number", message)
            return None
        return float(word) if "." in word else int(word)


class Count(Field[int]):
    """A whole number from 1 up, such as a line number."""

    def describe(self) -> str:
        """A whole number."""
        return "whole number from 1 up"

    def shape_file(self, definitions: Definitions) -> Schema:
        """A whole number from 1 up."""
        return {
            "type": ["integer", "string"],
            "minimum": 1,
            "maximum": 999999999,
            "pattern": r"^[1-9]\d{0,8}$",
        }

    def shape_output(self, definitions: Definitions) -> Schema:
        """A whole number."""
        return WHOLE

    def parse(self, node: Node, report: Report) -> int | None:
        """The number."""
        word = _text(node, report)
        if word is None:
            return None
        if not re.fullmatch(r"[1-9]\d{0,8}", word, re.ASCII):
            report.add(node, "bad-number", f"'{word}' is not a whole number from 1 up")
            return None
        return int(word)

    def render(self, value: int, owner: Structure, base: Linked, margin: str) -> str:
        """Its digits."""
        return str(value)


class Flag(Field[bool]):
    """``true``; absent means false."""

    required = False

    def absent(self) -> bool:
        """False."""
        return False

    def write(self, value: bool) -> Plain:
        """True, which stands as a bare ``true``."""
        return True

    def describe(self) -> str:
        """The word."""
        return "`true`"

    def shape_file(self, definitions: Definitions) -> Schema:
        """The word ``true``."""
        return one_of([True, "true"])

    def shape_output(self, definitions: Definitions) -> Schema:
        """True or false."""
        return {"type": "boolean"}

    def parse(self, node: Node, report: Report) -> bool | None:
        """True for ``true``; any other word is a problem."""
        word = _text(node, report)
        if word is not None and word != "true":
            report.add(node, "bad-choice", f"'{word}' is not 'true'; leave the key out for false")
            return None
        return word == "true"


class When(Field[Dated]):
    """A date as EDTF, alone or with its basis and a note."""

    _keys = ("edtf", "basis", "note")

    def describe(self) -> str:
        """EDTF."""
        return "EDTF date, or `edtf`, `basis` and `note`"

    def shape_file(self, definitions: Definitions) -> Schema:
        """EDTF text, or a mapping of it with its basis and a note."""
        return definitions.refer("Date", self._shape_node)

    def _shape_node(self, definitions: Definitions) -> Schema:
        edtf = {"type": ["string", "integer"], "pattern": _EDTF, "minimum": 1000, "maximum": 9999}
        note = Text("").shape_file(definitions)
        stated = keyed({"edtf": edtf, "basis": one_of(BASES[:1]), "note": note}, ["edtf"])
        known = keyed({"edtf": edtf, "basis": one_of(BASES[1:]), "note": note})
        return {"description": "EDTF (ISO 8601-2)", "anyOf": [edtf, stated, known]}

    def shape_output(self, definitions: Definitions) -> Schema:
        """EDTF, bounds, precision, basis and note."""
        return definitions.refer("Date", self._shape_json)

    def _shape_json(self, definitions: Definitions) -> Schema:
        parts = {
            "edtf": described(TEXT, "EDTF (ISO 8601-2)"),
            "earliest": maybe(described(TEXT, "the first day it may cover; null where it has no beginning")),
            "latest": maybe(described(TEXT, "the last day it may cover; null where it has no end")),
            "precision": one_of(PRECISIONS),
            "basis": one_of(BASES),
            "note": maybe(TEXT),
        }
        return keyed(parts)

    def parse(self, node: Node, report: Report) -> Dated | None:
        """The date with its basis; only ``stated`` may go without a note."""
        if isinstance(node.value, list):
            report.add(node, "bad-date", "a date is EDTF text, or a mapping of edtf, basis and note")
            return None
        parts = {"edtf": node} if isinstance(node.value, str) else node.value
        for key, inner in parts.items():
            if key not in self._keys:
                known = ", ".join(self._keys)
                report.add(inner, "unknown-field", f"unknown field '{key}' in a date; known: {known}")
        if "edtf" not in parts:
            report.add(node, "missing-field", "a date without 'edtf'")
            return None
        written = _text(parts["edtf"], report)
        if written is None:
            return None
        try:
            date = parse_edtf(written)
        except BadUsage as error:
            report.add(parts["edtf"], "bad-date", str(error))
            return None
        note = _text(parts["note"], report) if "note" in parts else None
        basis = _text(parts["basis"], report) if "basis" in parts else "stated"
        if basis not in BASES:
            report.add(parts["basis"], "bad-choice", f"'{basis}' is not one of: {', '.join(BASES)}")
        elif basis != "stated" and note is None:
            message = f"a date that is {basis} needs a note that says how it is known"
            report.add(node, "unexplained-date", message)
        return Dated(date, str(basis), note and " ".join(note.split()), node)

    def render(self, value: Dated, owner: Structure, base: Linked, margin: str) -> str:
        """EDTF, the bounds, precision, basis and note."""
        date = value.date
        inner = margin + "  "
        earliest = f'"{date.earliest}"' if date.earliest else "null"
        latest = f'"{date.latest}"' if date.latest else "null"
        note = "null" if value.note is None else write_text(value.note)
        parts = (
            f'"edtf": "{date.edtf}"',
            f'"earliest": {earliest}',
            f'"latest": {latest}',
            f'"precision": "{date.precision}"',
            f'"basis": "{value.basis}"',
            f'"note": {note}',
        )
        return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}"

    def write(self, value: Dated) -> Plain:
        """The EDTF text alone, or a mapping when there is a basis or a note to keep."""
        if value.basis == "stated" and value.note is None:
            return value.date.edtf
        parts = {"edtf": value.date.edtf, "basis": value.basis, "note": value.note}
        if value.basis == "stated":
            del parts["basis"]
        return {key: part for key, part in parts.items() if part is not None}

    @property
    def columns(self) -> Sequence[str]:
        """A record's own date and its parts; of any other date the EDTF text alone."""
        if self.name != "date":
            return (self.name,)
        return (self.name, "earliest", "latest", "precision", "basis", "date_note")

    def flatten(self, value: Json) -> Sequence[Cell]:
        """One cell a part; all empty where no date is stated."""
        return tuple(value.values())[: len(self.columns)] if value else (None,) * len(self.columns)


class Ref(Field[Word]):
    """The id of a record of one of some kinds.

    Rendered as ``{"id", "title"}``, or with ``label`` as the second key; ``flat`` puts these two keys
    straight into the structure that holds the field.
    """

    points = True

    def __init__(self, doc: str, *kinds: str, label: str = "title", flat: bool = False) -> None:
        super().__init__(doc)
        self.kinds = kinds
        self.label = label
        self.flat = flat

    def describe(self) -> str:
        """The kinds."""
        return f"id of {' or '.join(self.kinds)}"

    def shape_file(self, definitions: Definitions) -> Schema:
        """An id."""
        return {**ID, "type": ["string", "integer"]}

    def shape_output(self, definitions: Definitions) -> Schema:
        """The id with the name or title behind it."""
        label = maybe(TEXT) if "reference" in self.kinds else TEXT
        return keyed({"id": ID, self.label: label})

    def parse(self, node: Node, report: Report) -> Word | None:
        """The id; whether there is such a record is a rule over the whole base."""
        word = _text(node, report)
        if word is not None and not is_id(word):
            message = f"'{word}' is not an id: small letters, digits and single hyphens"
            report.add(node, "bad-id", message)
            return None
        return word

    def key(self) -> str:
        """None where the two keys stand in the structure itself."""
        return "" if self.flat else super().key()

    def render(self, value: Word, owner: Structure, base: Linked, margin: str) -> str:
        """The id with the name or title behind it; ``flat`` the two entries alone."""
        label = base.label_of(value)
        text = "null" if label is None else write_text(label)
        if self.flat:
            return f'"id": "{value}",{margin}"{self.label}": {text}'
        return f'{{{margin}  "id": "{value}",{margin}  "{self.label}": {text}{margin}}}'

    def links(self, value: Word) -> Iterator[tuple[Word, tuple[str, ...]]]:
        """The id itself."""
        yield value, self.kinds

    def flatten(self, value: Json) -> Sequence[Cell]:
        """The name or title."""
        return (value[self.label] if value else None,)


class Id(Ref):
    """The id of a record, rendered as that id alone."""

    def shape_output(self, definitions: Definitions) -> Schema:
        """The id alone."""
        return ID

    def render(self, value: Word, owner: Structure, base: Linked, margin: str) -> str:
        """The id alone."""
        return f'"{value}"'

    def flatten(self, value: Json) -> Sequence[Cell]:
        """The id."""
        return (value,)


class Maybe(Field[T | None]):
    """A field that may be absent; None and JSON ``null`` then."""

    required = False

    def __init__(self, field: Field[T]) -> None:
        super().__init__(field.doc)
        self.field = field
        self.points, self.nests = field.points, field.nests

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self.field.__set_name__(owner, name)

    def absent(self) -> T | None:
        """None."""
        return None

    def describe(self) -> str:
        """What the field within holds."""
        return self.field.describe()

    def shape_file(self, definitions: Definitions) -> Schema:
        """What the field within holds."""
        return self.field.shape_file(definitions)

    def shape_output(self, definitions: Definitions) -> Schema:
        """What the field within gives, or null."""
        return maybe(self.field.shape_output(definitions))

    def parse(self, node: Node, report: Report) -> T | None:
        """What the field within reads."""
        return self.field.parse(node, report)

    def render(self, value: T | None, owner: Structure, base: Linked, margin: str) -> str:
        """What the field within renders, or null."""
        return "null" if value is None else self.field.render(value, owner, base, margin)

    def write(self, value: T | None) -> Plain:
        """What the field within writes."""
        return None if value is None else self.field.write(value)

    def links(self, value: T | None) -> Iterator[tuple[Word, tuple[str, ...]]]:
        """The ids in the value, if there is one."""
        return iter(()) if value is None else self.field.links(value)

    def inside(self, value: T | None) -> Iterator[Structure]:
        """The structures within, if there is a value."""
        return iter(()) if value is None else self.field.inside(value)

    @property
    def columns(self) -> Sequence[str]:
        """Those of the field within."""
        return self.field.columns

    def flatten(self, value: Json) -> Sequence[Cell]:
        """The cells of the field within, empty for null."""
        return (None,) * len(self.columns) if value is None else self.field.flatten(value)


class Structure:
    """A mapping with declared fields: a record, or a part of one such as a source or a role.

    ``mark`` is its line and column in the file.
    """

    fields: ClassVar[dict[str, Field[Any]]] = {}
    noun: ClassVar[str] = "structure"
    # The field that says what a record is named here as.
    named_as: ClassVar[str | None] = None
    # Those of the fields that stand in fact files, and the names of those that must.
    storing: ClassVar[dict[str, Field[Any]]] = {}
    requiring: ClassVar[list[str]] = []
    # Those that can hold structures and ids: a base is walked many times.
    nesting: ClassVar[list[tuple[str, Field[Any]]]] = []
    pointing: ClassVar[list[tuple[str, Field[Any]]]] = []
    # The names of those that are lists.
    listing: ClassVar[list[str]] = []
    # Those that stand in an answer: name, field, key as JSON text, and the entry of one that is not stated
    # (None where that is worked out, or must be stated).
    showing: ClassVar[list[tuple[str, Field[Any], str, str | None]]] = []

    def __init_subclass__(cls) -> None:
        cls.fields = {
            **cls.fields,
            **{name: field for name, field in vars(cls).items() if isinstance(field, Field)},
        }
        cls.storing = {name: field for name, field in cls.fields.items() if field.stored}
        cls.requiring = [name for name, field in cls.storing.items() if field.required]
        cls.nesting = [(name, field) for name, field in cls.fields.items() if field.nests]
        cls.pointing = [(name, field) for name, field in cls.fields.items() if field.points]
        cls.listing = [name for name, field in cls.fields.items() if isinstance(field, Many)]
        cls.showing = [
            (name, field, field.key(), field.blank()) for name, field in cls.fields.items() if field.shown
        ]

    def __init__(self, mark: Mark, *given: Any) -> None:
        self.mark = mark

    @classmethod
    def parse(cls, node: Node, report: Report, *given: Any) -> Self | None:
        """The structure at ``node``, or None when a required field is missing or unreadable.

        Every unknown, missing and wrong field is reported.
        """

        def article() -> str:
            return f"{'an' if cls.noun[0] in 'aeiou' else 'a'} {cls.noun}"

        if not isinstance(node.value, dict):
            report.add(node, "bad-value", f"{article()} is a mapping of: {', '.join(cls.storing)}")
            return None
        self = cls(node.mark, *given)
        values = self.__dict__
        whole = True
        for name, inner in node.value.items():
            field = cls.storing.get(name)
            if field is None:
                message = f"unknown field '{name}' in {article()}; known: {', '.join(cls.storing)}"
                report.add(Node("", node.keys[name]), "unknown-field", message)
                continue
            value = field.parse(inner, report)
            if value is None:
                whole = whole and not field.required
            else:
                values[name] = value
        for name in cls.requiring:
            if name not in node.value:
                message = f"{article()} without '{name}': {cls.fields[name].doc}"
                report.add(node, "missing-field", message)
                whole = False
        return self if whole else None

    def values(self) -> Iterator[tuple[Field[Any], Any]]:
        """Every stored field that is there, with its value."""
        for name, field in self.fields.items():
            if name in self.__dict__:
                yield field, self.__dict__[name]

    def render(self, base: Linked, margin: str = "\n") -> str:
        """All keys of the structure as JSON text, null or empty where nothing is stated.

        It is indented by two; ``margin`` is the line break before it.
        """
        inner = margin + "  "
        return f"{{{inner}{f',{inner}'.join(self.entries(base, inner))}{margin}}}"

    def entries(self, base: Linked, margin: str) -> list[str]:
        """The keys of the structure with their values, as JSON text."""
        values = self.__dict__
        return [
            blank
            if blank and name not in values
            else key + field.render(values.get(name), self, base, margin)
            for name, field, key, blank in self.showing
        ]

    def write(self) -> dict[str, Plain]:
        """The fields that are there, in the order of the class."""
        return {field.name: field.write(value) for field, value in self.values() if value != []}

    @classmethod
    def shape_file(cls, definitions: Definitions) -> Schema:
        """The JSON Schema of the mapping in a fact file."""
        properties = {
            name: described(field.shape_file(definitions), field.doc) for name, field in cls.storing.items()
        }
        return keyed(properties, cls.requiring)

    @classmethod
    def shape_output(cls, definitions: Definitions) -> Schema:
        """The JSON Schema of what ``render`` gives."""
        properties: dict[str, Schema] = {}
        for name, field in cls.fields.items():
            if not field.shown:
                continue
            shape = field.shape_output(definitions)
            if isinstance(field, Ref) and field.flat:
                properties.update(shape["properties"])
            else:
                properties[name] = described(shape, field.doc)
        return keyed(properties)

    def walk(self) -> list[Structure]:
        """The structure itself and every structure within it."""
        found = [self]
        values = self.__dict__
        for name, field in self.nesting:
            if name in values:
                for inner in field.inside(values[name]):
                    found += inner.walk()
        return found

    def links(self) -> list[tuple[Word, tuple[str, ...]]]:
        """Every id named directly in this structure (not in those within), with its possible kinds."""
        values = self.__dict__
        found: list[tuple[Word, tuple[str, ...]]] = []
        for name, field in self.pointing:
            if name in values:
                found += field.links(values[name])
        return found

    @classmethod
    def summarise(cls, value: dict[str, Json]) -> str:
        """A rendered structure in one cell: ``Catherine Ashton (mediator)``, its first two texts."""
        texts = [str(item) for key, item in value.items() if key != "id" and isinstance(item, str)]
        return f"{texts[0]} ({texts[1]})" if len(texts) > 1 else "".join(texts)


S = TypeVar("S", bound=Structure)


class Many(Field[list[T]]):
    """A list of values of one field; ``least`` is how many there must be, ``most`` how many there may be."""

    def __init__(
        self, doc: str, field: Field[T], least: int = 0, shown: bool = True, most: int = MAX_ITEMS
    ) -> None:
        super().__init__(doc)
        self.field = field
        self.least = least
        self.most = most
        self.required = least > 0
        self.shown = shown
        self.points, self.nests = field.points, field.nests

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self.field.__set_name__(owner, name)

    def absent(self) -> list[T]:
        """An empty list."""
        return []

    def describe(self) -> str:
        """A list of what the field within holds."""
        return f"list: {self.field.describe()}"

    def shape_file(self, definitions: Definitions) -> Schema:
        """A list that is never empty."""
        return listed(self.field.shape_file(definitions), max(self.least, 1))

    def shape_output(self, definitions: Definitions) -> Schema:
        """A list."""
        return listed(self.field.shape_output(definitions), self.least)

    def parse(self, node: Node, report: Report) -> list[T] | None:
        """The values that could be read; too few are a problem."""
        if not isinstance(node.value, list):
            report.add(node, "bad-value", f"'{self.name}' is a list: a line '- …' for each")
            return None
        values = [self.field.parse(item, report) for item in node.value]
        if not node.value:
            report.add(node, "empty-value", "an empty list: leave the key out")
        elif len(node.value) > self.most:
            message = f"'{self.name}' holds {len(node.value):,}; {self.most:,} at most"
            report.add(node, "bad-value", message)
        elif len(node.value) < self.least:
            message = f"'{self.name}' holds {len(node.value)}; {self.least} at least"
            report.add(node, "too-few", message)
        return [value for value in values if value is not None]

    def render(self, value: list[T], owner: Structure, base: Linked, margin: str) -> str:
        """A list."""
        if not value:
            return "[]"
        inner = margin + "  "
        items = [self.field.render(item, owner, base, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{margin}]"

    def write(self, value: list[T]) -> Plain:
        """A list of what the field within writes."""
        return [self.field.write(item) for item in value]

    def links(self, value: list[T]) -> Iterator[tuple[Word, tuple[str, ...]]]:
        """The ids in every value."""
        for item in value:
            yield from self.field.links(item)

    def inside(self, value: list[T]) -> Iterator[Structure]:
        """The structures in every value."""
        for item in value:
            yield from self.field.inside(item)

    def flatten(self, value: Json) -> Sequence[Cell]:
        """The values joined by semicolons."""
        cells = [self.field.flatten(item)[0] for item in value]
        return ("; ".join(str(cell) for cell in cells if cell is not None) or None,)


class Part(Field[S]):
    """A structure within a structure."""

    nests = True

    def __init__(self, structure: type[S]) -> None:
        super().__init__(structure.__doc__ or "")
        self.structure = structure

    def describe(self) -> str:
        """The structure."""
        return f"[{self.structure.noun}](#{self.structure.noun.replace(' ', '-')})"

    def shape_file(self, definitions: Definitions) -> Schema:
        """A reference to the structure's definition."""
        return definitions.refer(self.structure.__name__, self.structure.shape_file)

    def shape_output(self, definitions: Definitions) -> Schema:
        """A reference to the structure's definition."""
        return definitions.refer(self.structure.__name__, self.structure.shape_output)

    def parse(self, node: Node, report: Report) -> S | None:
        """The structure with all its fields."""
        return self.structure.parse(node, report)

    def render(self, value: S, owner: Structure, base: Linked, margin: str) -> str:
        """A JSON object."""
        return value.render(base, margin)

    def write(self, value: S) -> Plain:
        """A mapping."""
        return value.write()

    def inside(self, value: S) -> Iterator[Structure]:
        """The structure itself."""
        yield value

    def flatten(self, value: Json) -> Sequence[Cell]:
        """The structure in one cell, as its class puts it."""
        return (self.structure.summarise(value),)


class Computed(Field[None]):
    """A key of the output that follows from the rest of the base and never stands in a fact file."""

    required = False
    stored = False

    def __init__(self, doc: str, compute: Callable[[Any, Linked], Json], shape: Schema) -> None:
        super().__init__(doc)
        self.compute = compute
        self.shape = shape

    def shape_output(self, definitions: Definitions) -> Schema:
        """The schema that was given with the function."""
        return self.shape

    def absent(self) -> None:
        """None: there is nothing in the file."""
        return

    def render(self, value: None, owner: Structure, base: Linked, margin: str) -> str:
        """What the function makes of the record and the base."""
        return write_indented(self.compute(owner, base), margin)

    def flatten(self, value: Json) -> Sequence[Cell]:
        """The titles or names of a list joined by semicolons, or the value alone."""
        if not isinstance(value, list):
            return (value,)
        texts = [item.get("title") or item.get("name") or item["id"] for item in value]
        return ("; ".join(texts) or None,)
