"""How a record is laid out for a reader: heading, rows, text, lists and numbered sources.

The text and the Markdown renderer and the page draw the same cards, so that they cannot tell different
stories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kosrel.characters import show_controls
from kosrel.dates import describe
from kosrel.names import turn_round

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.answer import Answer

Result = dict[str, Any]
Source = dict[str, Any]

NOT_STATED = "not stated"


class Words(str):
    """Text that names records, for a reader who can follow a link and for one who cannot.

    ``parts``: its pieces in order, each with what it leads to: the id of a record, a web address, or None.
    The text itself is ``plain``, where ids may stand in brackets, or else the pieces joined.
    """

    parts: tuple[tuple[str, str | None], ...]

    def __new__(cls, *parts: tuple[str, str | None], plain: str | None = None) -> Words:
        """The text of some pieces."""
        words = super().__new__(cls, "".join(text for text, _target in parts) if plain is None else plain)
        words.parts = parts
        return words


class Item:
    """One line of a list: its text, the numbers of its sources, and a note or None."""

    def __init__(self, text: str, marks: Sequence[int] = (), note: str | None = None) -> None:
        self.text = text
        self.marks = list(marks)
        self.note = note


class Section:
    """A list under a title; ``numbered`` when its items are counted."""

    def __init__(self, title: str, items: Sequence[Item], numbered: bool = False) -> None:
        self.title = title
        self.items = list(items)
        self.numbered = numbered


class Card:
    """A record for a reader.

    ``date``: its date as prose or None. ``title``: its title or name. ``kind`` and ``id``: what it is.
    ``base``: the base that it is from, None where there is only one.
    ``rows``: label and value. ``text``: the summary. ``sections``: lists. ``sources``: every source of the
    record and its parts, in the order of their numbers, counted from 1.
    """

    def __init__(self, result: Result) -> None:
        self.result = result
        self.kind: str = result["kind"]
        self.id: str = result["id"]
        self.base: str | None = result.get("base")
        self.title: str = result.get("title") or result.get("name") or result["id"]
        date = result.get("date")
        self.date: str | None = describe(date["edtf"]) if date else None
        self.rows: list[tuple[str, str]] = []
        self.text: str | None = result.get("summary")
        self.sections: list[Section] = []
        self.sources: list[Source] = []
        self._numbers: dict[tuple[str, int, str], int] = {}

    def cite(self, sources: Sequence[Source]) -> list[int]:
        """The numbers of ``sources``, which are added where they are new."""
        marks = []
        for source in sources:
            place = (source["document"], source["line"], source["quote"])
            if place not in self._numbers:
                self.sources.append(source)
                self._numbers[place] = len(self.sources)
            elif source["references"]:
                kept = self.sources[self._numbers[place] - 1]
                known = [reference["id"] for reference in kept["references"]]
                fresh = [each for each in source["references"] if each["id"] not in known]
                if fresh:
                    more = {**kept, "references": [*kept["references"], *fresh]}
                    self.sources[self._numbers[place] - 1] = more
            marks.append(self._numbers[place])
        return marks

    def cited_before(self, reference: dict[str, Any], number: int) -> str | None:
        """A short form for a work that a source before this one cites already; None for a new one."""
        for earlier, source in enumerate(self.sources[: number - 1], 1):
            if any(each["id"] == reference["id"] for each in source["references"]):
                return (
                    f"{reference['publisher'] or reference['title'] or reference['url']}, as in [{earlier}]"
                )
        return None

    def row(self, label: str, value: str | None) -> None:
        """A row, unless there is nothing to say."""
        if value:
            self.rows.append((label, value))

    def section(self, title: str, items: Sequence[Item], numbered: bool = False) -> None:
        """A list, unless it is empty."""
        if items:
            self.sections.append(Section(title, items, numbered))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named(record: Result) -> Words:
    """A record by its title, and its id where that is no link."""
    title = record["title"] or record["id"]
    return Words((title, record["id"]), plain=f"{title} [{record['id']}]")


def _listed(names: Sequence[tuple[str, str | None]]) -> Words:
    """Names with what they lead to, parted by commas."""
    parts: list[tuple[str, str | None]] = []
    for name in names:
        parts += [(", ", None), name]
    return Words(*parts[1:])


def _grouped(card: Card, entries: Sequence[Result], key: str) -> None:
    """A row for each part or capacity, naming the actors that have it; notes go below."""
    groups: dict[str, list[tuple[str, str | None]]] = {}
    for entry in entries:
        groups.setdefault(entry[key], []).append((entry["name"], entry["id"]))
    for part, names in groups.items():
        card.row(_capital(part), _listed(names))


def _when(card: Card) -> None:
    """What a reader must know of the date: its basis, its note, and whether the match is only possible."""
    date = card.result.get("date")
    if not date:
        return
    if date["basis"] != "stated" or date["note"]:
        words = [] if date["basis"] == "stated" else [date["basis"]]
        card.row("Date", ": ".join([*words, *([date["note"]] if date["note"] else [])]))
    if card.result.get("match") == "possible":
        card.row("Match", "possible: its date may or may not fall where you asked")


def _entry(entry: Result, key: str | None = None) -> Item:
    """A record in a list: date, title, and what it is there as."""
    date = f"{describe(entry['edtf'])}: " if entry["edtf"] else ""
    part = f" ({entry[key]})" if key and entry.get(key) else ""
    return Item(Words((date, None), (entry["title"], entry["id"]), (part, None)))


def _actor_notes(entries: Sequence[Result]) -> list[Item]:
    """How it is known that these actors are meant; actors with the same note share it."""
    notes: dict[str, list[str]] = {}
    for entry in entries:
        if entry["note"] and entry["name"] not in notes.setdefault(entry["note"], []):
            notes[entry["note"]].append(entry["name"])
    return [Item(f"{', '.join(names)}: {note}") for note, names in notes.items()]


def _rest(card: Card) -> None:
    """What every kind ends with: notes, conflicts, topics, and the sources of the record itself."""
    result = card.result
    notes = [Item(result["note"])] if result.get("note") else []
    for key in ("actors", "parties", "third_parties"):
        notes += _actor_notes(result.get(key, ()))
    card.section("Notes", notes)
    conflicts = []
    for conflict in result.get("conflicts", ()):
        others = ", ".join(_named(each) for each in conflict["others"])
        against = f" Against: {others}." if others else ""
        parts: list[tuple[str, str | None]] = [
            (conflict["title"], conflict["id"]),
            (f" ({conflict['type']}).", None),
        ]
        if others:
            linked = _listed([part for each in conflict["others"] for part in _named(each).parts])
            parts += [(" Against: ", None), *linked.parts, (".", None)]
        text = f"{conflict['title']} ({conflict['type']}) [{conflict['id']}].{against}"
        conflicts.append(Item(Words(*parts, plain=text), note=conflict["note"]))
    card.section("Documents disagree", conflicts)
    card.row("Topics", _listed([(topic, topic) for topic in result.get("topics", ())]))


def _event(card: Card) -> None:
    result = card.result
    _grouped(card, result["actors"], "part")
    card.row("Place", result["place"])
    if result["agreement"]:
        card.row("Agreement", _named(result["agreement"]))
    _when(card)


def _agreement(card: Card) -> None:
    result = card.result
    card.row("Also called", ", ".join(result["aliases"]))
    if result["parties"]:
        _grouped(card, result["parties"], "capacity")
    else:
        card.row("Parties", NOT_STATED)
    if result["third_parties"]:
        _grouped(card, result["third_parties"], "capacity")
    else:
        card.row("Third parties", NOT_STATED)
    card.row("Concluded", None if result["date"] else NOT_STATED)
    card.row("Place", result["place"] or NOT_STATED)
    _when(card)
    card.section("Provisions", [_provision(card, each) for each in result["provisions"]], True)
    became = [_step(card, each) for each in result["status_events"]]
    card.section("What became of it", became or [Item(NOT_STATED)])
    card.section("Events", [_entry(each) for each in result["events"]])
    card.section("Statements", [_entry(each) for each in result["statements"]])


def _provision(card: Card, entry: Result) -> Item:
    text = entry["text"]
    if entry["date"]:
        text = f"{text} ({describe(entry['date']['edtf'])})"
    return Item(text, card.cite(entry["sources"]), entry["note"])


def _step(card: Card, entry: Result) -> Item:
    when = describe(entry["date"]["edtf"]) if entry["date"] else f"date {NOT_STATED}"
    return Item(
        f"{_capital(entry['status'])}, {when}: {entry['text']}",
        card.cite(entry["sources"]),
        entry["note"],
    )


def _actor(card: Card) -> None:
    result = card.result
    card.row("Type", result["type"])
    card.row("Also written", ", ".join(result["aliases"]))
    offices: dict[str, list[Result]] = {}
    for role in result["roles"]:
        offices.setdefault(role["office"], []).append(role)
    items = []
    for office, roles in offices.items():
        dates = [describe(role["date"]["edtf"]) for role in roles if role["date"]]
        attested = f"attested for {', '.join(dict.fromkeys(dates))}" if dates else "date not stated"
        marks = [mark for role in roles for mark in card.cite(role["sources"])]
        notes = [role["note"] for role in roles if role["note"]]
        items.append(
            Item(
                f"{office}: {attested}",
                list(dict.fromkeys(marks)),
                " ".join(dict.fromkeys(notes)) or None,
            )
        )
    card.section("Offices", items)
    relations = []
    for each in result["relations"]:
        date = f", {describe(each['date']['edtf'])}" if each["date"] else ""
        other = (each["actor"]["name"], each["actor"]["id"])
        text = Words((f"{_capital(each['relation'])} ", None), other, (date, None))
        relations.append(Item(text, card.cite(each["sources"]), each["note"]))
    card.section("Relations", relations)
    card.section("Took part in", [_entry(each, "part") for each in result["events"]])
    card.section("Agreements", [_entry(each, "capacity") for each in result["agreements"]])
    card.section("Statements", [_entry(each) for each in result["statements"]])
    card.section("Figures", [_entry(each) for each in result["figures"]])


def _statement(card: Card) -> None:
    result = card.result
    speaker = result["speaker"]
    card.row("Speaker", Words((speaker["name"], speaker["id"]), (f" ({result['form']})", None)))
    _grouped(card, result["actors"], "part")
    card.row("Place", result["place"])
    if result["agreement"]:
        card.row("About", _named(result["agreement"]))
    if not card.date:
        card.row("Date", NOT_STATED)
    _when(card)


def format_number(value: float) -> str:
    """A number for a reader: thousands parted by commas."""
    return f"{value:,}"


def _figure(card: Card) -> None:
    result = card.result
    qualifier = f"{result['qualifier']} " if result["qualifier"] else ""
    card.row("Number", f"{qualifier}{format_number(result['value'])} {result['unit']}")
    card.row("Counted", result["counted"])
    if not card.date:
        card.row("As of", NOT_STATED)
    if result["speaker"]:
        card.row("Given by", Words((result["speaker"]["name"], result["speaker"]["id"])))
    _grouped(card, result["actors"], "part")
    card.row("Place", result["place"])
    if result["agreement"]:
        card.row("Agreement", _named(result["agreement"]))
    _when(card)


def _facts(card: Card) -> None:
    facts = card.result["facts"]
    counts: dict[str, int] = {}
    for fact in facts:
        counts[fact["kind"]] = counts.get(fact["kind"], 0) + 1
    resting = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items())
    card.row("Rests on it", resting or "nothing yet")
    if card.result["match"] == "id":
        items = []
        for fact in facts:
            lines = ", ".join(map(str, fact["lines"]))
            noun = "line" if len(fact["lines"]) == 1 else "lines"
            title = fact["title"] or fact["id"]
            text = f"{title} [{fact['id']}], {noun} {lines}"
            items.append(Item(Words((title, fact["id"]), (f", {noun} {lines}", None), plain=text)))
        card.section("What rests on it", items)


def _document(card: Card) -> None:
    result = card.result
    card.row("What", result["type"])
    for key in ("publisher", "author", "language"):
        card.row(_capital(key), result[key])
    if not card.date:
        card.row("Date", NOT_STATED)
    _when(card)
    card.row("File", result["file"])
    _facts(card)


def _reference(card: Card) -> None:
    result = card.result
    for key in ("author", "publisher", "language", "pages"):
        card.row(_capital(key), result[key])
    if not card.date:
        card.row("Date", NOT_STATED)
    _when(card)
    for label, address, dead in (
        ("Link", result["url"], result["dead"]),
        ("Archived", result["archive_url"], False),
    ):
        if address or dead:
            card.row(label, Words((address or "", address), (" (dead)" if dead else "", None)))
    document = result["document"]
    card.row("Cited by", Words((document["title"], document["id"]), (f", line {result['line']}", None)))
    _facts(card)


def _conflict(card: Card) -> None:
    card.row("Type", card.result["type"])
    items = []
    for side in card.result["sides"]:
        record = _named(side)
        text = Words((f"{side['says']} — ", None), *record.parts, plain=f"{side['says']} — {record}")
        items.append(Item(text, card.cite(side["sources"])))
    card.section("Sides", items, numbered=True)


def _role(card: Card) -> None:
    result = card.result
    card.row("Office", result["office"])
    card.row("Body", result["body"] and result["body"]["name"])
    card.row(
        "Then",
        {
            "attested": "attested",
            "before and after": "attested before and after",
            "possible": "possible: attested for a coarser date",
        }.get(result["match"] or ""),
    )
    items = []
    for each in result["attested"]:
        date = describe(each["date"]["edtf"]) if each["date"] else f"date {NOT_STATED}"
        items.append(Item(date, card.cite(each["sources"]), each["note"]))
    card.section("Attested for", items)


_LAYOUTS: dict[str, Callable[[Card], None]] = {
    "event": _event,
    "agreement": _agreement,
    "actor": _actor,
    "statement": _statement,
    "figure": _figure,
    "role": _role,
    "document": _document,
    "reference": _reference,
    "conflict": _conflict,
}


def lay_out(result: Result) -> Card:
    """The card of one record, as the contract's JSON has it."""
    card = Card(result)
    if card.kind != "role":
        card.cite(result.get("sources", ()))
    if card.kind in _LAYOUTS:
        _LAYOUTS[card.kind](card)
    _rest(card)
    return card


def cite_work(reference: dict[str, Any]) -> str:
    """A cited work in a line: publisher, author, title, date; what the document gives of them."""
    title = f"“{reference['title']}”" if reference["title"] else None
    date = describe(reference["date"]) if reference["date"] else None
    author = reference["author"]
    if author:
        author = " and ".join(turn_round(each.strip()) for each in author.split(";"))
    parts = [reference["publisher"], author, title, date]
    return ", ".join(part for part in parts if part) or "a work without title"


def links_of(reference: dict[str, Any]) -> list[tuple[str, str]]:
    """The addresses of a cited work with a word for each, the one that works first."""
    url, archive, dead = reference["url"], reference["archive_url"], reference["dead"]
    links = [("archived", archive)] if archive else []
    if url:
        links.insert(len(links) if dead else 0, ("dead link", url) if dead else ("", url))
    return links


def tabulate_summary(answer: Answer) -> list[list[str]]:
    """The table of an inspection's summary, its heads first; empty where there is none.

    Counts by name stand in one cell: ``navigation 3, no fact 1``.
    """
    summary = answer.more.get("summary")
    if not isinstance(summary, list) or not summary:
        return []

    def cell(value: object) -> str:
        if isinstance(value, dict):
            return ", ".join(f"{name} {count}" for name, count in value.items()) or "-"
        return show_controls(str(value))

    return [list(summary[0]), *([cell(value) for value in row.values()] for row in summary)]
