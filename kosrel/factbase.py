"""``FactBase``: one method for each command, each giving an ``Answer``."""

from __future__ import annotations

import os

from kosrel import cache, layers, shipped
from kosrel.answer import Answer
from kosrel.dates import WHOLLY, Date, describe, looks_like_when, parse_edtf, parse_when, relate, surround
from kosrel.errors import BadUsage, NotThere
from kosrel.index import Filter, Index, Row
from kosrel.jsontext import write_indented
from kosrel.names import fold, is_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any, TextIO, Unpack

    from kosrel.cite import Work
    from kosrel.filters import Filters, KindFilters
    from kosrel.layers import Facts


class FactBase:
    """A sound fact base, ready to be asked.

    One method for each command. Every method takes plain text and returns an Answer: ``results``, a list
    of records as ``--json`` prints them, and ``hints``, what a person should be told beside them. Nothing
    found is an Answer with no results, never an exception. BadUsage is raised for text that cannot be read,
    such as a date that does not exist, and NotThere for a filter that names what the base does not hold;
    both are KosrelErrors, and their message says what to do.

    Dates (WHEN) are EDTF, or written as '19 April 2013', '19.04.2013' or a range '2012-10..2013-06'. Names
    are found in any spelling: case, marks, Cyrillic, surname alone, alias or id.
    """

    def __init__(self, index: Index, folders: Sequence[str]) -> None:
        self.index = index
        self.folders = [os.path.abspath(folder) for folder in folders]  # noqa: PTH100 - pathlib takes time

    @property
    def bases(self) -> Sequence[str]:
        """What the bases are called that are laid over one another, from the lowest up; none for one alone.

        Each result of several bases has the name of its own under ``base``.
        """
        return layers.name_layers(self.folders)

    @classmethod
    def load(cls, folder: Facts = None) -> FactBase:
        """The base in ``folder``, or the shipped one, which is also named by the word 'shipped'.

        Several folders are laid over one another: their records are one base, and one of a later folder
        takes the place of an earlier one with its id. Raises BrokenBase, with every problem, when a fact file
        is not sound, KosrelError when a folder is not there. A base that was read before comes from the
        compiled index that was kept of it.
        """
        folders = layers.find_folders(folder)
        kept = cache.fetch(folders)
        index = Index(kept if kept is not None else cache.make(folders, _compiling(folders)))
        return cls(index, folders)

    @classmethod
    def warm(cls, folder: Facts = None) -> FactBase | None:
        """The base when its index is at hand or is soon made; None when compiling it would take longer.

        Raises as ``load`` does.
        """
        folders = layers.find_folders(folder)
        kept = cache.fetch(folders)
        if kept is None:
            from kosrel import files

            if files.measure(folders) > files.SMALL:
                return None
            kept = cache.make(folders, _compiling(folders))
        return cls(Index(kept), folders)

    def event(self, when: str) -> Answer:
        """What happened on a day, in a month, a year or a range; or the event with an id.

        Each result says in ``match`` how its date falls to ``when``: exact, within, overlaps, or possible
        when its date is coarser; certain matches come first. Raises BadUsage for a date that does not exist
        or reads two ways.
        """
        query = {"command": "event", "when": when}
        kinds = ["event"]
        if looks_like_when(when) or not is_id(when):
            date = parse_when(when)
            rows = self.index.on("event", date)
            hints = [] if any(row.match in WHOLLY for row in rows) else self._nearest("event", date)
            return Answer(query, rows, kinds, hints)
        return self._by_id(query, "event", when)

    def actor(self, name: str) -> Answer:
        """Who an actor is, by any name, surname, alias or id: offices, relations, what it did and said.

        A name that fits several actors gives them all, and the answer is ``ambiguous``.
        """
        return self._by_name({"command": "actor", "name": name}, "actor", name)

    def agreement(self, name: str) -> Answer:
        """An agreement by name, alias or id, or those concluded at a date: parties, provisions, status.

        A name that fits several agreements gives them all, and the answer is ``ambiguous``.
        """
        query = {"command": "agreement", "name": name}
        if looks_like_when(name):
            # A name may begin with a year: '2013 Brussels Agreement'.
            try:
                date = parse_when(name)
            except BadUsage:
                if self.index.named("agreement", name):
                    return self._by_name(query, "agreement", name)
                raise
            rows = self.index.on("agreement", date)
            hints = [] if rows else self._nearest("agreement", date)
            return Answer(query, rows, ["agreement"], hints)
        return self._by_name(query, "agreement", name)

    def show(self, identifiers: str | Sequence[str]) -> Answer:
        """Records of any kind by their ids, in the order asked for; one id may stand alone.

        A hint names every id that is not there.
        """
        if isinstance(identifiers, str):
            identifiers = [identifiers]
        rows, hints = [], []
        for identifier in dict.fromkeys(identifiers):
            row = self.index.get(identifier)
            if row is None:
                hints.append(f"no record has the id '{identifier}'")
            else:
                row.match = "id"
                rows.append(row)
        query = {"command": "show", "ids": list(identifiers)}
        return Answer(query, rows, self.index.kinds(), hints)

    def source(self, identifier: str | None = None) -> Answer:
        """All documents, or one document or cited work by id, each with the ids of what rests on it."""
        query = {"command": "source", "id": identifier}
        if identifier is None:
            return Answer(query, self.index.of_kind("document"), ["document"])
        kinds = ["document", "reference"]
        row = self.index.get(identifier)
        if row is None or row.kind not in ("document", "reference"):
            known = ", ".join(each.id for each in self.index.of_kind("document"))
            hint = f"no document or reference has the id '{identifier}'; documents: {known}"
            return Answer(query, [], kinds, [hint])
        row.match = "id"
        return Answer(query, [row], [row.kind])

    def cite(self, identifiers: str | Sequence[str], style: str = "text") -> Answer:
        """Citations of any records by id, down to the works that the documents cite, in one of the styles.

        ``style``: text, markdown, bibtex, ris or csl-json. Each result holds the ready ``citation`` and the
        works in it as CSL-JSON ``items``. One id may stand alone. Raises BadUsage for another style.
        """
        from kosrel import cite, styles

        if isinstance(identifiers, str):
            identifiers = [identifiers]
        if style not in styles.names():
            raise BadUsage(f"there is no style '{style}'; styles are {', '.join(styles.names())}")
        found = self.show(identifiers)
        chains = [cite.trace(record, self._read, self._edition(record)) for record in found.results]
        citations = [styles.Citation(chain, style) for chain in chains]
        query = {"command": "cite", "ids": list(identifiers), "style": style}
        return Answer(query, citations, ["citation"], found.hints)

    def _edition(self, record: dict[str, Any]) -> Work:
        """The fact base that a record is from, as a work: of several laid over one another, its own."""
        from kosrel.cite import name_edition

        (first, *others) = self.folders
        if others:
            name = record["base"] if record["base"] != layers.SHIPPED else None
        else:
            name = None if shipped.is_shipped(first) else os.path.basename(first)  # noqa: PTH119
        return name_edition(name)

    def _read(self, identifier: str) -> dict[str, Any]:
        """The record with an id that another one names, as the contract's JSON has it."""
        row = self.index.get(identifier)
        assert row is not None
        from json import loads

        record: dict[str, Any] = loads(row.json())
        return record

    def who(self, office: str, on: str | None = None) -> Answer:
        """Who held an office, and for which dates a document attests it: a result for each holder.

        With ``on`` a holder matches as ``attested`` (a document attests it for then), ``before and after``
        (for earlier and for later dates) or ``possible`` (for a coarser date that may or may not be then).
        """
        import json

        from kosrel.search import read_terms

        query = {"command": "who", "office": office, **({"on": on} if on is not None else {})}
        when = parse_when(on) if on is not None else None
        meanings = self.index.meanings()
        terms = read_terms(office, meanings)
        if not terms:
            raise BadUsage("the office is empty: say which, such as 'prime minister of Serbia'")
        holders: dict[tuple[str, str], dict[str, Any]] = {}
        for row, title, folded, _edtf, body in self.index.roles():
            words = f" {folded} "
            if all(any(f" {each} " in words for each in term.spellings) for term in terms):
                role = json.loads(body)
                holder = holders.setdefault(
                    (row.id, title),
                    {"kind": "role", "id": row.id, **self._base_of(row), "name": row.label, "office": title,
                     "body": role["body"], "match": None, "attested": [], "sources": []},
                )  # fmt: skip
                attestation = {"date": role["date"], "match": None, "note": role["note"]}
                holder["attested"].append({**attestation, "sources": role["sources"]})
                holder["sources"] += [each for each in role["sources"] if each not in holder["sources"]]
        found = list(holders.values())
        if when is not None:
            for holder in found:
                holder["match"] = _attest(holder["attested"], when)
        kept = [holder for holder in found if when is None or holder["match"]]
        order = ("attested", "before and after", "possible", None)
        kept.sort(key=lambda holder: (order.index(holder["match"]), _first(holder), holder["id"]))
        rows = [Row(0, each["id"], "role", each["name"], None, write_indented(each)) for each in kept]
        return Answer(query, rows, ["holder"], [] if kept else self._no_holder(office, found, when))

    def _base_of(self, row: Row) -> dict[str, Any]:
        """The key that says which base a record is from, where several are laid over one another."""
        from json import loads

        return {"base": loads(row.json())["base"]} if len(self.folders) > 1 else {}

    def _no_holder(self, office: str, found: Sequence[dict[str, Any]], when: Date | None) -> Sequence[str]:
        """What a person should know when nobody is attested in an office, or nobody at that time."""
        if not found or when is None:
            return [f"no document attests who was '{office}'", *self._elsewhere("office", office)]
        hints = [f"not stated: no document says who was '{office}' on {describe(when.edtf)}"]
        for holder in found:
            dates = [describe(each["date"]["edtf"]) for each in holder["attested"] if each["date"]]
            attested = ", ".join(dates) or "an unstated date"
            hints.append(f"attested: {holder['name']}, {holder['office']}, for {attested}")
        return hints

    def figure(self, words: str = "", **filters: Unpack[Filters]) -> Answer:
        """Figures with what they count and their as-of date: all, or those that speak of ``words``."""
        query = {"command": "figure", "words": words, **_given(filters)}
        wanted = self._filter({**filters, "kind": "figure"})
        if not words.strip():
            rows = self.index.of_kind("figure", wanted)
            return Answer(query, rows, ["figure"], [] if rows else ["no figure meets the filters"])
        from kosrel.search import find_records

        found, _passages, hints = find_records(self.index, words, wanted)
        if not found and not hints:
            hints = [f"no figure speaks of '{words}'; kosrel figure lists them all"]
        return Answer(query, found, ["figure"], hints)

    def search(self, words: str, **filters: Unpack[KindFilters]) -> Answer:
        """Ranked full text over everything, best first; any punctuation in ``words`` is harmless.

        Records that hold all the words, or where there are none those that hold some. ``more["snippets"]``
        shows for each result what matched. Raises BadUsage when there is no word to look for.
        """
        from kosrel.search import Snippets, find_records, read_terms

        query = {"command": "search", "words": words, **_given(filters)}
        rows, passages, hints = find_records(self.index, words, self._filter(filters))
        terms = read_terms(words, self.index.meanings())
        snippets = Snippets(self.index, passages, terms)
        if not rows:
            hints = [*(hints or [f"nothing holds '{words}' there"]), *self._elsewhere("record", words)]
        return Answer(query, rows, self.index.kinds(), hints, beside={"snippets": snippets})

    def timeline(self, **filters: Unpack[KindFilters]) -> Answer:
        """All dated records in order that meet the filters; documents and references only if asked for."""
        query = {"command": "timeline", **_given(filters)}
        rows = self.index.dated(self._filter(filters))
        rows = [row for row in rows if row.kind not in ("document", "reference") or filters.get("kind")]
        hints = [] if rows else ["no dated record meets the filters"]
        return Answer(query, rows, self.index.kinds(), hints)

    def ask(self, question: str) -> Answer:
        """The record that answers a question in plain words, found without a model or a network.

        ``more`` holds the short ``answer``, its ``confidence`` (from 0 to 1) and its ``sources``. When the
        documents do not say, the short answer is None, the Answer is ``declined``, and its results are only
        what comes nearest.
        """
        from kosrel.ask import answer_question

        return answer_question(self.index, question)

    def export(self, format: str, target: str | Path | TextIO, force: bool = False) -> Sequence[str]:
        """The whole base in an export format, at a path or on a text stream; what is to be said of it.

        What stands at the path is replaced only with ``force``, and only when the export is whole.
        """
        from kosrel.exports import Contents, export

        is_shipped = not self.bases and shipped.is_shipped(self.folders[0])
        return export(Contents(self.index, is_shipped, self.bases), format, target, force)

    def complete(self, what: str, beginning: str) -> Sequence[tuple[str, str]]:
        """What may stand for a value that begins so: the word to type, which needs no quotes, and its name.

        ``what``: a kind, ``when``, ``office``, ``id`` (of any kind), or ``kinds``.
        """
        plain = fold(beginning)
        if what == "kinds":
            kinds = self.index.kinds()
            return [(folder, kind) for kind, folder in kinds.items() if folder.startswith(plain)]
        if what == "office":
            offices = {title for _row, title, *_rest in self.index.roles()}
            hyphened = {fold(office).replace(" ", "-"): office for office in sorted(offices)}
            start = plain.replace(" ", "-")
            return [(word, office) for word, office in hyphened.items() if f"-{word}".find(f"-{start}") >= 0]
        if what == "when":
            dates = [(date, describe(date)) for date in self.index.dates(beginning)] if beginning else []
            return dates or self.index.beginning(["event"], plain)
        return self.index.beginning([what] if what in self.index.kinds() else list(self.index.kinds()), plain)

    def conflicts(self, words: str = "", **filters: Unpack[Filters]) -> Answer:
        """Where documents disagree, both sides with their quotes: all, or those that hold all ``words``."""
        from kosrel.search import read_terms

        query = {"command": "conflicts", "words": words, **_given(filters)}
        terms = read_terms(words, self.index.meanings()) if words.strip() else []
        rows = []
        for row in self.index.of_kind("conflict", self._filter({**filters, "kind": ()})):
            text = f" {fold(row.body)} "
            if all(any(f" {each}" in text for each in term.spellings) for term in terms):
                rows.append(row)
        if words.strip() and not terms:
            return Answer(query, [], ["conflict"], ["there is no word to search for"])
        hints = [] if rows else [f"no conflict speaks of '{words}'; kosrel conflicts lists them all"]
        return Answer(query, rows, ["conflict"], hints)

    def _filter(self, filters: KindFilters) -> Filter:
        """The filter for these keywords.

        Raises TypeError for one that is none, rather than pass it over, and BadUsage for an empty one: a
        variable that is not set would else let everything through.
        """
        unknown = [name for name in filters if name not in _FILTERS]
        if unknown:
            raise TypeError(f"there is no filter '{unknown[0]}'; filters are {', '.join(_FILTERS)}")
        for name, value in filters.items():
            if isinstance(value, str) and not value.strip():
                raise BadUsage(f"--{name.rstrip('_')} is empty: say which, or leave it out")
        targets: list[Sequence[str]] = []
        actor, topic, document = filters.get("actor"), filters.get("topic"), filters.get("document")
        if actor:
            targets.append(self._ids("actor", actor))
        if topic:
            targets.append(self._titled("topic", topic))
        if document:
            targets.append(self._titled("document", document))
        wanted = filters.get("kind") or ()
        kinds = [self._kind(kind) for kind in ([wanted] if isinstance(wanted, str) else wanted)]
        begin, end = filters.get("from_"), filters.get("to")
        earliest = parse_when(begin).earliest if begin else None
        latest = parse_when(end).latest if end else None
        if earliest and latest and earliest > latest:
            raise BadUsage(f"--from {begin} is later than --to {end}")
        return Filter(kinds, targets, earliest, latest)

    def _ids(self, kind: str, name: str) -> Sequence[str]:
        rows = self.index.named(kind, name)
        if not rows:
            raise NotThere(f"no {kind} is called '{name}'")
        return [row.id for row in rows]

    def _titled(self, kind: str, name: str) -> Sequence[str]:
        """The id of a topic or document that is named by its id, its title, or the beginning of one."""
        rows = self.index.of_kind(kind)
        plain = fold(name)
        for fits in (str.__eq__, str.startswith):
            found = [
                row.id for row in rows if fits(fold(row.id), plain) or fits(fold(row.label or ""), plain)
            ]
            if plain and found:
                return found
        raise NotThere(f"no {kind} is called '{name}'; there are {', '.join(row.id for row in rows)}")

    def _kind(self, name: str) -> str:
        kinds = self.index.kinds()
        for kind, folder in kinds.items():
            if name in (kind, folder):
                return kind
        known = ", ".join(kinds.values())
        raise BadUsage(f"there is no kind '{name}'; kinds are {known}")

    def _by_id(self, query: dict[str, Any], kind: str, identifier: str) -> Answer:
        row = self.index.get(identifier)
        if row is not None and row.kind == kind:
            row.match = "id"
            return Answer(query, [row], [kind])
        hints = [
            f"no {kind} has the id '{identifier}', and it is no date",
            *self._elsewhere(kind, identifier),
        ]
        if row is not None:
            hints = [f"'{identifier}' is no {kind} but a record of kind {row.kind}: kosrel show {identifier}"]
        return Answer(query, [], [kind], hints)

    def _by_name(self, query: dict[str, Any], kind: str, name: str) -> Answer:
        if not name.strip():
            raise BadUsage(f"the name is empty: say which {kind}")
        rows = self.index.named(kind, name)
        kinds = [kind]
        if not rows:
            hints = [f"no {kind} is called '{name}'"]
            near = self.index.suggestions(kind, name)
            hints += [f"did you mean {row.label}? kosrel {kind} {row.id}" for row in near]
            return Answer(query, [], kinds, [*hints, *self._elsewhere(kind, name)])
        if len(rows) == 1:
            typo = rows[0].match == "typo"
            return Answer(query, rows, kinds, [f"'{name}' read as {rows[0].label}"] if typo else [])
        hints = [f"'{name}' fits {len(rows)} records equally; name one by its id:"]
        hints += [f"  kosrel {kind} {row.id}  ({row.label})" for row in rows]
        return Answer(query, rows, kinds, hints, ambiguous=True)

    def _elsewhere(self, kind: str, name: str) -> Sequence[str]:
        """Which command would find the name among the records of another kind."""
        hints = []
        for other in ("actor", "agreement"):
            rows = [] if other == kind else self.index.named(other, name, typos=False)
            hints += [f"there is an {other} of that name: kosrel {other} {row.id}" for row in rows[:3]]
        row = self.index.get(name)
        if row is not None and row.kind not in (kind, "actor", "agreement"):
            hints.append(f"it is the id of a record of kind {row.kind}: kosrel show {row.id}")
        return hints

    def _nearest(self, kind: str, date: Date) -> Sequence[str]:
        """That nothing has this date, with the nearest earlier and later record."""
        before, after = self.index.near(kind, date)
        hints = [f"no {kind} in the documents has the date {describe(date.edtf)}"]
        for word, row in (("before", before), ("after", after)):
            if row is not None and row.edtf is not None:
                hints.append(f"nearest {word}: {describe(row.edtf)}, {row.label} (kosrel {kind} {row.id})")
        return hints

    def list(self, kind: str, **filters: Unpack[Filters]) -> Answer:
        """All records of a kind; the kind's name in the singular or as its folder is called."""
        found = self._kind(kind)
        query = {"command": "list", "kind": found, **_given(filters)}
        rows = self.index.of_kind(found, self._filter({**filters, "kind": found}))
        return Answer(query, rows, [found], [] if rows else [f"no {found} meets the filters"])


def _compiling(folders: Sequence[str]) -> Any:
    """A function that compiles the base in some folders; BrokenBase when it has any problem."""

    def compile_into(path: str, earlier: Any = None) -> sqlite3.Connection:
        from kosrel.build import compile_folder

        return compile_folder(folders, path, earlier)

    return compile_into


# The keys of KindFilters, which only a type checker imports.
_FILTERS = ("kind", "actor", "topic", "document", "from_", "to")


def _given(filters: Filters | KindFilters) -> dict[str, Any]:
    """The filters that are set, as they stand in the query of an envelope: ``from_`` is ``from`` there."""
    return {
        key.rstrip("_"): list(value) if isinstance(value, tuple) else value
        for key, value in filters.items()
        if value
    }


def _first(holder: dict[str, Any]) -> str:
    """The earliest date for which a holder is attested; undated ones last."""
    dates = [each["date"]["earliest"] or "" for each in holder["attested"] if each["date"]]
    return min(dates, default="~")


def _attest(attested: Sequence[dict[str, Any]], when: Date) -> str | None:
    """How the dates of an office fall to ``when``; each attestation is given its own match."""
    dates = []
    for each in attested:
        if each["date"]:
            dates.append(parse_edtf(each["date"]["edtf"]))
            each["match"] = relate(dates[-1], when)
    matches = {each["match"] for each in attested}
    if matches & {*WHOLLY, "overlaps"}:
        return "attested"
    if surround(dates, when):
        return "before and after"
    return "possible" if "possible" in matches else None
