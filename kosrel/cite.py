"""What a record rests on, in the order of reading back: the cited work, the document, the fact base.

A ``Chain`` holds these works for one id; the modules in ``kosrel.styles`` write chains as notes or as entries
of a bibliography. Nothing is made up on the way: what is not stated of a work stays empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kosrel import __version__
from kosrel.dates import describe
from kosrel.fields import Json
from kosrel.names import fold

AUTHORS = "kosrel authors"
TITLE = "kosrel: A Fact Base on Kosovo–Serbia Relations"
LICENCE = "CC BY 4.0"


class Author:
    """Who wrote a work: ``family``, ``given`` and ``suffix``, or a ``family`` alone that is a whole name."""

    def __init__(self, family: str, given: str | None = None, suffix: str | None = None) -> None:
        self.family = family
        self.given = given
        self.suffix = suffix

    def __str__(self) -> str:
        """The name as it is spoken: given names, surname, suffix."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))


def read_authors(text: str | None) -> list[Author]:
    """The authors in a field of the model: ``Surname, Given`` or a whole name, several parted by ``;``."""
    authors = []
    for name in (text or "").split(";"):
        family, given, suffix = (*(part.strip() or None for part in name.split(",", 2)), None, None)[:3]
        if family:
            authors.append(Author(family, given, suffix))
    return authors


class Work:
    """A work to be cited: one that a document cites, a document, a record of the fact base, or the base.

    ``id`` is its key in a bibliography. ``form`` is ``base`` for a fact base, ``record`` for a record in one.
    Dates are EDTF texts; ``basis`` is that of the date. ``within`` is the title of the work that holds it.
    ``remarks`` are sentences for which styles have no field. What is not stated is None or empty.
    """

    def __init__(self, identifier: str, title: str | None, **stated: Any) -> None:
        self.id = identifier
        self.title = title
        self.form: str | None = stated.get("form")
        self.authors: list[Author] = stated.get("authors", [])
        self.publisher: str | None = stated.get("publisher")
        self.genre: str | None = stated.get("genre")
        self.within: str | None = stated.get("within")
        self.version: str | None = stated.get("version")
        self.date: str | None = stated.get("date")
        self.basis: str = stated.get("basis", "stated")
        self.accessed: str | None = stated.get("accessed")
        self.language: str | None = stated.get("language")
        self.pages: str | None = stated.get("pages")
        self.url: str | None = stated.get("url")
        self.dead: bool = stated.get("dead", False)
        self.archive_url: str | None = stated.get("archive_url")
        self.archive_date: str | None = stated.get("archive_date")
        self.remarks: list[str] = stated.get("remarks", [])


class Reading:
    """A place that was read: the document, its line and quote where there is one, the works cited there."""

    def __init__(self, document: Work, line: int | None, quote: str | None, works: Sequence[Work]) -> None:
        self.document = document
        self.line = line
        self.quote = quote
        self.works = list(works)


class Chain:
    """All that the citation of one id names: readings, then ``entry``, the record in its base or the base.

    ``id``, ``kind`` and ``title`` are those of the record, ``base`` where several are laid over one another.
    """

    def __init__(self, record: dict[str, Json], readings: Sequence[Reading], entry: Work) -> None:
        self.id: str = record["id"]
        self.kind: str = record["kind"]
        self.base: str | None = record.get("base")
        self.title: str | None = record.get("title") or record.get("name")
        self.readings = list(readings)
        self.entry = entry


def name_edition(name: str | None) -> Work:
    """The fact base as a work: the shipped one (None) with its version, another by the name of its folder."""
    if name is None:
        remarks = [f"Licensed under {LICENCE}."]
        key = f"kosrel:{__version__}"
        return Work(key, TITLE, form="base", authors=[Author(AUTHORS)], version=__version__, remarks=remarks)
    key = f"facts:{fold(name).replace(' ', '-') or 'base'}"
    return Work(key, f"Fact Base {name}".strip(), form="base", remarks=[f"Read with kosrel {__version__}."])


def _read_work(result: dict[str, Json]) -> Work:
    """The work that a document or reference is, from its JSON."""

    def edtf(key: str) -> str | None:
        return result[key]["edtf"] if result.get(key) else None

    date = result["date"]
    work = Work(
        result["id"],
        result["title"],
        authors=read_authors(result["author"]),
        publisher=result["publisher"],
        genre=result.get("type"),
        date=edtf("date"),
        basis=date["basis"] if date else "stated",
        accessed=edtf("accessed"),
        language=result["language"],
        pages=result.get("pages"),
        url=result.get("url"),
        dead=result.get("dead", False),
        archive_url=result.get("archive_url"),
        archive_date=edtf("archive_date"),
    )
    if date and (date["basis"] != "stated" or date["edtf"].startswith("[")):
        told = date["note"] or describe(date["edtf"])
        work.remarks = [f"Its date is {date['basis']}: {told.rstrip('.')}."]
    return work


def _sources(result: dict[str, Json]) -> list[dict[str, Json]]:
    """The sources of a record's own, or, where it has none, those of its parts, each place once."""
    found: dict[tuple[str, int, str], dict[str, Json]] = {}
    parts = result.get("sources") or [
        source
        for value in result.values()
        for part in (value if isinstance(value, list) else ())
        for source in (_sources(part) if isinstance(part, dict) else ())
    ]
    for source in parts:
        found.setdefault((source["document"], source["line"], source["quote"]), source)
    return list(found.values())


def trace(record: dict[str, Json], get: Callable[[str], dict[str, Json]], edition: Work) -> Chain:
    """The chain of a record, as the contract's JSON has it, in the base that is ``edition``.

    ``get`` gives the JSON of the document or reference with an id.
    """
    if record["kind"] == "document":
        return Chain(record, [Reading(_read_work(record), None, None, [])], edition)
    if record["kind"] == "reference":
        document = _read_work(get(record["document"]["id"]))
        return Chain(record, [Reading(document, record["line"], None, [_read_work(record)])], edition)
    readings = [
        Reading(
            _read_work(get(source["document"])),
            source["line"],
            source["quote"],
            [_read_work(get(reference["id"])) for reference in source["references"]],
        )
        for source in _sources(record)
    ]
    entry = Work(
        record["id"],
        record.get("title") or record.get("name"),
        form="record",
        authors=edition.authors,
        within=edition.title,
        version=edition.version,
        remarks=[*(_tell_place(reading) for reading in readings), *edition.remarks],
    )
    return Chain(record, readings, entry)


def _tell_place(reading: Reading) -> str:
    """Where a fact was read, with the words that carry it."""
    return f"Read in {reading.document.id}, line {reading.line}: “{reading.quote}”."


def _tell_links(work: Work) -> list[str]:
    """What a reader must know of the links of a work."""
    told = ["The address is marked as a dead link."] if work.dead else []
    if work.archive_url:
        when = f" on {describe(work.archive_date)}" if work.archive_date else ""
        told.append(f"Archived{when}: <{work.archive_url}>.")
    return told


def list_works(chains: Iterable[Chain]) -> list[tuple[Work, list[str]]]:
    """Every work of some chains for a bibliography, each once, with the remarks to print beside it.

    The cited works come first, then the documents they were read in, then the entry in the base.
    """
    found: dict[str, tuple[Work, list[str]]] = {}

    def add(work: Work, remark: str | None = None) -> None:
        _work, remarks = found.setdefault(work.id, (work, [*work.remarks, *_tell_links(work)]))
        if remark and remark not in remarks:
            remarks.append(remark)

    for chain in chains:
        for reading in chain.readings:
            for work in reading.works:
                add(work, f"Cited in {reading.document.id}, line {reading.line}.")
            add(reading.document)
        add(chain.entry)
    return list(found.values())
