"""The kinds of record, one class each; everything else is derived from these classes.

The order of the fields is the order of the keys in JSON, of the columns in CSV and of the lines in a
fact file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from kosrel.fields import (
    Address,
    Cell,
    Choice,
    Computed,
    Count,
    Dated,
    Flag,
    Id,
    Json,
    Link,
    Linked,
    Many,
    Maybe,
    Number,
    Part,
    Quote,
    Ref,
    Structure,
    Text,
    When,
    Word,
)
from kosrel.jsontext import write, write_indented, write_text
from kosrel.reader import Mark
from kosrel.shapes import ID, TEXT, WHOLE, Definitions, Schema, described, keyed, listed, maybe, one_of

ACTOR_TYPES = ["person", "state", "government", "organisation", "mission", "company", "party", "group"]
FORMS = [
    "said",
    "claimed",
    "denied",
    "criticised",
    "praised",
    "urged",
    "pledged",
    "proposed",
    "asked",
    "holds",
    "position",
    "reported",
    "judged",
    "forecast",
    "warned",
    "tweeted",
]
# In the order in which they can follow one another; those of one rank may come in any order.
STATUSES = {
    "announced": 0,
    "negotiated": 0,
    "concluded": 1,
    "signed": 1,
    "ratified": 2,
    "implementation-agreed": 2,
    "in-force": 2,
    "implemented": 3,
    "partly-implemented": 3,
    "not-implemented": 3,
    "stalled": 3,
    "disputed": 3,
    "ended": 4,
}
RELATIONS = [
    "member of",
    "part of",
    "led by",
    "recognises",
    "does not recognise",
    "subsidiary of",
    "operates in",
    "represents",
    "established by",
    "candidate for",
    "observer of",
    "supports",
    "opposes",
    "neighbour of",
    "successor of",
    "claims",
]
QUALIFIERS = ["about", "more than", "at least", "at most", "nearly", "fewer than", "up to"]
REASONS = ["navigation", "boilerplate", "question of an interviewer", "duplicate", "no fact"]
CONFLICTS = ["contradiction", "as-of", "precision", "naming", "slip"]


def _identified(kind: str, shape: Schema) -> Schema:
    """The schema of a result with its kind and id before the other keys.

    ``base`` is there only where several bases are laid over one another.
    """
    base = described(TEXT, "the base that it is from; only where several are laid over one another")
    keys = {"kind": {"const": kind}, "id": ID, "base": base, **shape["properties"]}
    return keyed(keys, [key for key in keys if key != "base"])


class Record(Structure):
    """Something with a permanent id of its own.

    ``kind`` is the word for it everywhere, ``folder`` where its files are kept. ``answers`` is false for what
    only curators read: notes on the reading of the documents, which no look-up gives. ``layer`` is the number
    of its folder among those of the base.
    """

    # Apart from the values of the fields: what they come to is worked out once, for the rules and the index.
    # A record is not among it: one that held itself would stay in memory, since nothing looks for such.
    __slots__ = ("_named", "_within")

    kind: ClassVar[str]
    folder: ClassVar[str]
    answers: ClassVar[bool] = True
    label_field: ClassVar[str] = "title"
    layer = 0
    _within: list[Structure]
    _named: list[list[tuple[Word, tuple[str, ...]]]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.kind = cls.noun = cls.__name__.lower()

    def __init__(self, mark: Mark, path: str, identifier: str) -> None:
        super().__init__(mark)
        self.path = path
        self.id = identifier

    @property
    def label(self) -> str | None:
        """The record's title or name."""
        label: str | None = getattr(self, self.label_field)
        return label

    @property
    def dated(self) -> Dated | None:
        """The record's own date, None for a kind without one or where none is stated."""
        date: Dated | None = getattr(self, "date", None)
        return date

    def walk(self) -> list[Structure]:
        """The record itself and every structure within it."""
        if not hasattr(self, "_within"):
            self._within = super().walk()[1:]
        return [self, *self._within]

    def naming(self) -> list[tuple[Structure, list[tuple[Word, tuple[str, ...]]]]]:
        """Those of the structures that name a record, each with the ids and the kinds they may be of."""
        parts = self.walk()
        if not hasattr(self, "_named"):
            self._named = [part.links() for part in parts]
        return [(part, named) for part, named in zip(parts, self._named, strict=True) if named]

    def links_out(self) -> Iterator[tuple[str, tuple[str, ...], Link]]:
        """Every id that the record names, with the kinds it may be of and how it stands there."""
        date = self.dated
        edtf, earliest = (date.date.edtf, date.date.earliest or "") if date else (None, None)
        for structure, named in self.naming():
            says = structure.named_as and str(getattr(structure, structure.named_as))
            line = structure.line if isinstance(structure, Source) else None
            name, whole = type(structure).__name__, structure is self
            link = Link(self.kind, self.id, self.label, edtf, earliest, name, whole, says, line)
            for target, kinds in named:
                yield target, kinds, link

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name that finds the record, with how: ``name``, ``alias`` or ``spelling``."""
        label = self.label
        if label:
            yield label, "name"
        for alias in getattr(self, "aliases", ()):
            yield alias, "alias"
        for spelling in getattr(self, "spellings", ()):
            yield spelling, "spelling"

    def entries(self, base: Linked, margin: str) -> list[str]:
        """The record as in the contract: kind, id, its layer where there are several, then every field."""
        told = [f'"kind": "{self.kind}"', f'"id": "{self.id}"']
        if base.names:
            told.append(f'"base": {write_text(base.names[self.layer])}')
        return told + super().entries(base, margin)

    @classmethod
    def shape_output(cls, definitions: Definitions) -> Schema:
        """The JSON Schema of the record as in the contract."""
        return _identified(cls.kind, super().shape_output(definitions))


def _shape_linked(*more: str) -> Schema:
    """The JSON Schema of what a function of ``_linked`` gives, with the key that it adds."""
    return listed(keyed({"id": ID, "title": TEXT, "edtf": maybe(TEXT), **dict.fromkeys(more, TEXT)}))


def _linked(kind: str, key: str | None = None, *structures: str) -> Any:
    """A function that lists the records of a kind that name this one: id, title and EDTF text of each.

    Without ``key`` they name it in a field of their own. Else in a structure of one of the classes named in
    ``structures``; what this one is there as stands in the list as ``key``.
    """

    def compute(record: Record, base: Linked) -> Json:
        found: dict[Any, Json] = {}
        for link in base.links_to(record.id, kind):
            if link.structure not in structures if key else not link.whole:
                continue
            # Undated ones come last.
            place = (link.earliest is None, link.earliest or "", link.id, key and link.says)
            if place not in found:
                short = {"id": link.id, "title": link.label, "edtf": link.edtf}
                found[place] = {**short, key: link.says} if key else short
        return [found[place] for place in sorted(found)]

    return compute


def _conflicts(record: Record, base: Linked) -> Json:
    """The conflicts that this record is a side of, with the other sides."""
    found: dict[str, Json] = {}
    for link in base.links_to(record.id, "conflict"):
        if link.structure == "Side" and link.id not in found:
            other: Conflict = base.record(link.id)
            sides = [base.record(side.record) for side in other.sides if side.record != record.id]
            found[other.id] = {
                "id": other.id,
                "type": str(other.type),
                "title": other.label,
                "note": other.note and str(other.note),
                "others": [{"kind": side.kind, "id": side.id, "title": side.label} for side in sides],
            }
    return [found[identifier] for identifier in sorted(found)]


def _resting(record: Record, base: Linked) -> Json:
    """What rests on a document or reference: every record with a source that names it."""
    found: dict[tuple[str, str], Json] = {}
    for link in base.links_to(record.id):
        if link.structure == "Source":
            row = found.setdefault(
                (link.kind, link.id),
                {"kind": link.kind, "id": link.id, "title": link.label, "lines": []},
            )
            if link.line not in row["lines"]:
                row["lines"].append(link.line)
    return [found[place] for place in sorted(found)]


def match_field() -> Computed:
    """The key that says how a record matched a query; filled in when it is answered."""
    return Computed("how the record matched what was asked", lambda record, base: None, maybe(TEXT))


def facts_field() -> Computed:
    """The key that says what rests on a document or reference."""
    shape = {"kind": TEXT, "id": ID, "title": maybe(TEXT), "lines": listed(WHOLE, 1)}
    doc = "what rests on it: kind, id, title and lines of every record"
    return Computed(doc, _resting, listed(keyed(shape)))


def spellings_field() -> Many[str]:
    """Spellings that find a record and are never shown."""
    return Many("spellings that find it and are never shown", Text("a spelling"), shown=False, most=100)


def wordings_field() -> Many[str]:
    """Other words that people use for a fact, never shown: a question in them finds it all the same."""
    return Many("other words a person may ask for it in, matched and never shown", Text("words"), shown=False)


def questions_field() -> Many[str]:
    """Questions that a fact answers, never shown: one that is asked alike finds it."""
    doc = "questions that it answers, as people ask them, matched and never shown"
    return Many(doc, Text("a question"), shown=False)


def conflicts_field() -> Computed:
    """The key that says where other records disagree."""
    other = keyed({"kind": TEXT, "id": ID, "title": maybe(TEXT)})
    shape = {"id": ID, "type": one_of(CONFLICTS), "title": TEXT, "note": maybe(TEXT), "others": listed(other)}
    doc = "where documents disagree about this, with the other sides"
    return Computed(doc, _conflicts, listed(keyed(shape)))


class Document(Record):
    """One of the documents that every fact comes from."""

    folder = "documents"
    title = Text("its title, as it gives it")
    match = match_field()
    type = Text("what it is: encyclopaedia article, news text, interview …")
    publisher = Maybe(Text("who published it"))
    author = Maybe(Text("who wrote it, `Surname, Given`, several parted by `; `"))
    date = Maybe(When("when it was written, as far as it says"))
    language = Text("its language, as an ISO 639-1 code")
    summary = Maybe(Text("what it is about"))
    file = Text("the name of its file")
    markup = Choice("how its text is marked up", ["plain", "wikitext"])
    sha256 = Maybe(Text("SHA-256 of the file, in hexadecimal"))
    note = Maybe(Text("what a reader should know of it"))
    facts = facts_field()


class Reference(Record):
    """A work that a document cites."""

    folder = "references"
    title = Maybe(Text("its title as the document gives it"))
    match = match_field()
    author = Maybe(Text("who wrote it, `Surname, Given`, several parted by `; `"))
    publisher = Maybe(Text("the newspaper, site or body, as the document gives it"))
    date = Maybe(When("its date, as the document gives it"))
    language = Maybe(Text("its language, as the document gives it"))
    pages = Maybe(Text("pages"))
    url = Maybe(Address("its address"))
    archive_url = Maybe(Address("the address of an archived copy"))
    archive_date = Maybe(When("when the copy was made"))
    accessed = Maybe(When("when the document's writer looked at it"))
    dead = Flag("whether the document marks the address as dead")
    document = Ref("the document that cites it", "document")
    line = Count("the line where it is first cited in full")
    note = Maybe(Text("a slip or doubt in the citation"))
    facts = facts_field()

    def cite(self) -> str:
        """The reference as it stands under a source, as JSON text."""
        texts = {name: getattr(self, name) for name in ("title", "author", "publisher")}
        date: Dated | None = self.date
        work = {
            "id": self.id,
            **texts,
            "date": date.date.edtf if date else None,
            "url": self.url,
            "archive_url": self.archive_url,
            "dead": self.dead,
        }
        return write_indented(work)


class _Citation(Ref):
    """The id of a reference, rendered as the whole citation."""

    def shape_output(self, definitions: Definitions) -> Schema:
        """The citation: its keys are texts or null, but for the id and the mark of a dead link."""
        texts = ("title", "author", "publisher", "date", "url", "archive_url")
        shape = {"id": ID, **dict.fromkeys(texts, maybe(TEXT)), "dead": {"type": "boolean"}}
        return definitions.refer("Work", lambda _definitions: keyed(shape))

    def render(self, value: Any, owner: Structure, base: Linked, margin: str) -> str:
        """Id, title, author, publisher, date and addresses."""
        return base.citation_of(value).replace("\n", margin)


class Source(Structure):
    """Where a fact is written: document, line, quoted words, and the works the document cites there."""

    noun = "source"
    document = Id("the document", "document")
    line = Count("the line of its file, counted from 1")
    quote = Quote("2 to 12 words of that line that carry the fact, as they stand there")
    references = Many(
        "the works that the document cites for it", _Citation("a reference", "reference"), most=10
    )

    def entries(self, base: Linked, margin: str) -> list[str]:
        """Document id and title, line, quote and whole citations."""
        document, *others = super().entries(base, margin)
        return [document, f'"title": {write_indented(base.label_of(self.document))}', *others]

    @classmethod
    def shape_output(cls, definitions: Definitions) -> Schema:
        """The JSON Schema of what ``render`` gives."""
        fields = super().shape_output(definitions)["properties"]
        return keyed(
            {"document": ID, "title": TEXT, **{key: fields[key] for key in ("line", "quote", "references")}}
        )

    @classmethod
    def summarise(cls, value: dict[str, Json]) -> str:
        """``wikipedia-relations:43 “the two governments completed”``."""
        return f"{value['document']}:{value['line']} “{value['quote']}”"


class Sources(Many[Source]):
    """The sources of a fact: in CSV a column for the places, and one for the works cited there."""

    @property
    def columns(self) -> Sequence[str]:
        """The places and the works."""
        return (self.name, "references")

    def flatten(self, value: Json) -> Sequence[Cell]:
        """Document, line and quote of each; publisher or title and address of each work, once."""
        works = {
            work["id"]: " ".join(filter(None, (work["publisher"] or work["title"], work["url"])))
            for source in value
            for work in source["references"]
        }
        return (*super().flatten(value), "; ".join(works.values()) or None)


def sources_field() -> Sources:
    """Where the fact is written; one source at least."""
    return Sources("where it is written; one at least", Part(Source), least=1, most=20)


def topics_field() -> Many[Any]:
    """The topics of a record."""
    return Many("ids of topics", Id("a topic", "topic"))


class Participant(Structure):
    """An actor and the part it has."""

    noun = "part"
    named_as = "part"
    actor = Ref("the actor", "actor", label="name", flat=True)
    part = Text("its part, in a word or two: mediator, participant, subject …")
    note = Maybe(Text("how it is known that it is this actor, where the sentence only implies it"))


class Party(Structure):
    """An actor and the capacity in which it belongs to an agreement."""

    noun = "party"
    named_as = "capacity"
    actor = Ref("the actor", "actor", label="name", flat=True)
    capacity = Text("party, signatory, mediator, facilitator, host, witness …")
    note = Maybe(Text("how it is known that it is this actor, where the sentence only implies it"))


class Provision(Structure):
    """One thing that an agreement provides."""

    noun = "provision"
    text = Text("what is provided, in our own words")
    date = Maybe(When("when it is due, where stated"))
    actors = Many("whom it names, and as what", Part(Participant))
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, or how it is known"))
    sources = sources_field()


class StatusEvent(Structure):
    """One step in what became of an agreement."""

    noun = "status event"
    status = Choice("the step", STATUSES)
    date = Maybe(When("when, as far as stated"))
    actor = Maybe(Ref("who took the step, where stated", "actor", label="name"))
    text = Text("the step in our own words")
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, or how it is known"))
    sources = sources_field()


class Role(Structure):
    """An office that an actor held, with the date for which a document attests it."""

    noun = "role"
    office = Text("the office in full: Prime Minister of Serbia")
    body = Maybe(Ref("the body it belongs to", "actor", label="name"))
    date = Maybe(When("when a document attests it, not how long it was held"))
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, or how it is known"))
    sources = sources_field()


class Relation(Structure):
    """A relation of an actor to another one."""

    noun = "relation"
    relation = Choice("the relation, read from this actor to the other", RELATIONS)
    actor = Ref("the other actor", "actor", label="name")
    date = Maybe(When("since when or when, as far as stated"))
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, or how it is known"))
    sources = sources_field()


class Side(Structure):
    """One side of a conflict."""

    noun = "side"
    record = Ref(
        "the record that stands for this side",
        "event",
        "agreement",
        "actor",
        "statement",
        "figure",
        "reference",
        "document",
    )
    quote = Maybe(Quote("which of the record's sources is meant, when not all of them"))
    says = Text("what this side says, in our own words")

    def meant(self, record: Record) -> list[Source]:
        """The sources of ``record`` that this side rests on."""
        found = [each for each in record.walk() if isinstance(each, Source)]
        if self.quote is not None:
            return [source for source in found if source.quote == self.quote]
        return [source for source in getattr(record, "sources", ()) if source in found]

    def entries(self, base: Linked, margin: str) -> list[str]:
        """Kind, id, title and date of the record, what it says, and its sources."""
        record = base.record(self.record)
        date = record.dated
        told = {
            "kind": record.kind,
            "id": record.id,
            "title": record.label,
            "edtf": date.date.edtf if date else None,
            "says": str(self.says),
        }
        sources = Many("", Part(Source)).render(self.meant(record), self, base, margin)
        return [*(f'"{key}": {write(value)}' for key, value in told.items()), f'"sources": {sources}']

    @classmethod
    def shape_output(cls, definitions: Definitions) -> Schema:
        """The JSON Schema of what ``render`` gives."""
        sources = listed(Part(Source).shape_output(definitions))
        return keyed(
            {
                "kind": TEXT,
                "id": ID,
                "title": maybe(TEXT),
                "edtf": maybe(TEXT),
                "says": TEXT,
                "sources": sources,
            }
        )


class Event(Record):
    """Something that happened."""

    folder = "events"
    title = Text("what happened, short, in the present tense")
    date = Maybe(When("when it happened, never more precise than the document"))
    match = match_field()
    summary = Maybe(Text("what happened, in our own words"))
    place = Maybe(Text("where, if stated"))
    actors = Many("who took part, and as what", Part(Participant))
    agreement = Maybe(Ref("the agreement that it belongs to", "agreement"))
    topics = topics_field()
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, a slip of the document, or how a thing is known"))
    conflicts = conflicts_field()
    sources = sources_field()


class Agreement(Record):
    """Something that parties agreed on."""

    folder = "agreements"
    title = Text("its usual name")
    date = Maybe(When("when it was concluded"))
    match = match_field()
    aliases = Many("other names that documents give it", Text("a name"), most=100)
    spellings = spellings_field()
    summary = Maybe(Text("what it is, in our own words"))
    place = Maybe(Text("where it was concluded, if stated"))
    parties = Many("who agreed, in which capacity", Part(Party))
    third_parties = Many("mediator, facilitator, host, witness …", Part(Party))
    provisions = Many("what it provides, one each", Part(Provision))
    status_events = Many("what became of it, one step each", Part(StatusEvent))
    events = Computed("events that belong to it", _linked("event"), _shape_linked())
    statements = Computed("statements about it", _linked("statement"), _shape_linked())
    topics = topics_field()
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, a slip of the document, or how a thing is known"))
    conflicts = conflicts_field()
    sources = sources_field()


class Actor(Record):
    """A person, state, government, organisation, mission, company, party or group.

    ``state`` covers any entity that a document calls a state or country; the word takes no position.
    """

    folder = "actors"
    label_field = "name"
    name = Text("its name, as in the documents")
    match = match_field()
    type = Choice("what it is", ACTOR_TYPES)
    aliases = Many("other names that documents give it", Text("a name"), most=100)
    spellings = spellings_field()
    summary = Maybe(Text("who it is, in our own words"))
    roles = Many("offices that it held", Part(Role))
    relations = Many("relations to other actors", Part(Relation))
    events = Computed(
        "events that it took part in", _linked("event", "part", "Participant"), _shape_linked("part")
    )
    agreements = Computed(
        "agreements that it belongs to",
        _linked("agreement", "capacity", "Party", "Participant"),
        _shape_linked("capacity"),
    )
    statements = Computed("statements that it made", _linked("statement"), _shape_linked())
    figures = Computed(
        "figures that name it", _linked("figure", "part", "Participant"), _shape_linked("part")
    )
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, or a look-alike to keep apart"))
    conflicts = conflicts_field()
    sources = sources_field()


class Statement(Record):
    """What somebody said, claimed or holds; also a state's position on recognition."""

    folder = "statements"
    title = Text("who says what, short, in the present tense")
    date = Maybe(When("when it was said, never more precise than the document"))
    match = match_field()
    speaker = Ref("whose words or view it is", "actor", "document", label="name")
    form = Choice("in which form", FORMS)
    summary = Text("what was said, in our own words, as the speaker's")
    place = Maybe(Text("where, if stated"))
    actors = Many("whom it was said to or about", Part(Participant))
    agreement = Maybe(Ref("the agreement that it is about", "agreement"))
    topics = topics_field()
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, a slip of the document, or how a thing is known"))
    conflicts = conflicts_field()
    sources = sources_field()


class Figure(Record):
    """A number, with what it counts and as of when."""

    folder = "figures"
    title = Text("what the number is, short")
    date = Maybe(When("the date as of which it holds"))
    match = match_field()
    value = Number("the number")
    unit = Text("its unit: countries, percent, soldiers, days …")
    counted = Text("what exactly is counted")
    qualifier = Maybe(Choice("how exact the document says it is", QUALIFIERS))
    speaker = Maybe(Ref("who gives it, where not simply the document", "actor", "document", label="name"))
    summary = Maybe(Text("what else a reader should know, in our own words"))
    place = Maybe(Text("where, if stated"))
    actors = Many("whom it is about", Part(Participant))
    agreement = Maybe(Ref("the agreement that it belongs to", "agreement"))
    topics = topics_field()
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("a doubt, a slip of the document, or how a thing is known"))
    conflicts = conflicts_field()
    sources = sources_field()


class Topic(Record):
    """A subject that records can be found by."""

    folder = "topics"
    title = Text("the subject in a word or two")
    match = match_field()
    summary = Maybe(Text("what belongs to it"))


class Conflict(Record):
    """A disagreement between documents, or of a document with itself; neither side is dropped."""

    folder = "conflicts"
    title = Text("what they disagree about")
    match = match_field()
    type = Choice("contradiction, different as-of date, different precision, naming, or slip", CONFLICTS)
    sides = Many("the records that disagree", Part(Side), least=2, most=20)
    wordings = wordings_field()
    questions = questions_field()
    note = Maybe(Text("what a reader should know of it"))
    topics = topics_field()


class Omission(Record):
    """A sentence of a document that no fact rests on, with the reason."""

    folder = "omissions"
    answers = False
    label_field = "quote"
    document = Ref("the document", "document")
    line = Count("the line of its file, counted from 1")
    quote = Quote("up to 12 words of the sentence, as they stand there")
    reason = Choice("why it carries no fact", REASONS)
    note = Maybe(Text("what it repeats, or why there is no fact in it"))


class Synonym(Record):
    """Words that mean the same to somebody who searches: each finds what is written with another."""

    folder = "synonyms"
    answers = False
    words = Many("the words and phrases, two at least", Text("a word or phrase"), least=2, most=100)

    @property
    def label(self) -> str | None:
        """The first of the words."""
        return self.words[0]


class Reading(Record):
    """How many facts a sentence carries, as counted when it was read: the second entry of a double entry.

    A fact that gets lost is missed here, also where other facts rest on the same sentence.
    """

    folder = "readings"
    answers = False
    document = Ref("the document", "document")
    line = Count("the line of its file, counted from 1")
    sentence = Count("the number of the sentence in its line, counted from 1")
    facts = Count("how many facts rest on it")

    @property
    def label(self) -> str | None:
        """The place that was read."""
        return f"{self.document}, line {self.line}, sentence {self.sentence}"


class Attestation(Structure):
    """A date for which a document attests an office."""

    noun = "attestation"
    date = Maybe(When("the date"))
    match = match_field()
    note = Maybe(Text("a doubt, or how it is known"))
    sources = sources_field()

    @classmethod
    def summarise(cls, value: dict[str, Json]) -> str:
        """``2013-04-19 (exact)``; a record that has no date is ``not stated``."""
        edtf = value["date"]["edtf"] if value["date"] else "not stated"
        return f"{edtf} ({value['match']})" if value["match"] else edtf


class Holder(Structure):
    """An actor with an office, and every date for which that is attested: what ``who`` answers with."""

    noun = "role"
    name = Text("the holder's name")
    office = Text("the office")
    body = Maybe(Ref("the body it belongs to", "actor", label="name"))
    match = match_field()
    attested = Many("the dates for which a document attests it", Part(Attestation))
    sources = sources_field()

    @classmethod
    def shape_output(cls, definitions: Definitions) -> Schema:
        """The JSON Schema of the result: the id is that of the actor."""
        return _identified(cls.noun, super().shape_output(definitions))


class Finding(Structure):
    """A problem of a fact base, as ``check`` and its like answer with it."""

    noun = "problem"
    path = Text("the file, within the base")
    line = Count("the line, counted from 1")
    column = Count("the column, counted from 1")
    rule = Text("the rule that is broken")
    message = Text("what is wrong, and what to do")


class _Items(Computed):
    """The works of a citation as CSL-JSON; too deep for a table."""

    columns = ()

    def flatten(self, value: Json) -> Sequence[Cell]:
        """No cell."""
        return ()


class Citation(Structure):
    """A citation of a record, down to the works that the documents cite: what ``cite`` answers with."""

    noun = "citation"
    title = Maybe(Text("the record's title or name"))
    cites = Text("the record's kind")
    style = Text("the style of the citation")
    citation = Text("the citation in that style, ready to be pasted")
    items = _Items(
        "every work in it as CSL-JSON",
        lambda record, base: [],
        listed({"type": "object", "required": ["id", "type"]}),
    )

    @classmethod
    def shape_output(cls, definitions: Definitions) -> Schema:
        """The JSON Schema of the result: the id is that of the record."""
        return _identified(cls.noun, super().shape_output(definitions))


FOLDERS: dict[str, type[Record]] = {kind.folder: kind for kind in Record.__subclasses__()}
KINDS: dict[str, type[Record]] = {kind.kind: kind for kind in FOLDERS.values() if kind.answers}
# All that an answer may hold: the kinds, and what is no record of its own.
ANSWERED: dict[str, type[Structure]] = {**KINDS, "holder": Holder, "finding": Finding, "citation": Citation}
