"""``FactBase``: one method for each command, and ``Answer``, what a renderer gets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from kosrel import checks, loader
from kosrel.dates import WHOLLY, describe, looks_like_when, parse_when
from kosrel.errors import BadUsage, BrokenBase, Problem
from kosrel.fields import ID, Structure
from kosrel.index import Index, compile_base
from kosrel.model import KINDS, Record
from kosrel.names import fold

SCHEMA = "kosrel/1"
FOUND, NOTHING, AMBIGUOUS = 0, 3, 4


class Found(Protocol):
    """Something that an answer holds: a record of the index, or a problem."""

    def json(self) -> str:
        """It as JSON text, indented by two."""


class Answer:
    """What a query found.

    ``query``: the command and its arguments. ``rows``: the records found, each with how it matched.
    ``kinds``: the kinds of record that the command can give, which fix the columns of a table.
    ``hints``: what a person should be told beside the answer, one line each.
    ``exit_code``: 0 found, 3 nothing, 4 ambiguous. ``more``: further keys of the envelope.
    """

    def __init__(
        self,
        query: dict[str, Any],
        rows: Sequence[Found],
        kinds: Sequence[type[Structure]],
        hints: Iterable[str] = (),
        ambiguous: bool = False,
        more: dict[str, Any] | None = None,
    ) -> None:
        self.query = query
        self.rows = list(rows)
        self.kinds = tuple(kinds)
        self.hints = list(hints)
        self.ambiguous = ambiguous
        self.more = more or {}

    @property
    def count(self) -> int:
        """How many records the answer holds."""
        return len(self.rows)

    @property
    def exit_code(self) -> int:
        """The exit code of a command that gives this answer."""
        if not self.rows:
            return NOTHING
        return AMBIGUOUS if self.ambiguous else FOUND

    @property
    def results(self) -> list[dict[str, Any]]:
        """The records as the contract's JSON has them."""
        return [json.loads(row.json()) for row in self.rows]

    def limited(self, most: int | None) -> Answer:
        """The answer with the first ``most`` records, and a hint when that leaves any out."""
        if most is None or most >= len(self.rows):
            return self
        hint = f"{most} of {len(self.rows)} shown; without --limit you see all"
        hints = [*self.hints, hint]
        return Answer(self.query, self.rows[:most], self.kinds, hints, self.ambiguous, self.more)


def _by_path(base: loader.Base) -> dict[str, list[Record]]:
    """The records of a base by the file that they stand in."""
    found: dict[str, list[Record]] = {}
    for record in base.records.values():
        found.setdefault(record.path, []).append(record)
    return found


def _count(problems: Sequence[object]) -> str:
    return f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"


def _sound(folder: str | Path | None) -> loader.Base:
    """The base in ``folder``, or the shipped one; BrokenBase when it has any problem."""
    base = loader.load(Path(folder) if folder is not None else loader.find_facts())
    problems = checks.check(base)
    if problems:
        raise BrokenBase(str(base.folder), problems)
    return base


def _is_id(text: str) -> bool:
    return ID.fullmatch(text) is not None


class FactBase:
    """A sound fact base, ready to be asked.

    Every method takes plain text, returns an Answer, and raises BadUsage for text that it cannot read.
    """

    def __init__(self, index: Index) -> None:
        self.index = index

    @classmethod
    def load(cls, folder: str | Path | None = None) -> FactBase:
        """The base in ``folder``, or the shipped one. Raises BrokenBase when it has any problem."""
        return cls(Index(compile_base(_sound(folder))))

    @classmethod
    def check(cls, folder: str | Path | None = None) -> Answer:
        """The problems of the base in ``folder``, or of the shipped one; an empty Answer when it is sound."""
        base = loader.load(Path(folder) if folder is not None else loader.find_facts())
        problems = checks.check(base)
        hint = f"{base.folder}: {len(base.records)} records, {_count(problems)}"
        query = {"command": "check", "folder": str(base.folder)}
        return Answer(query, problems, [checks.Finding], [hint])

    @classmethod
    def verify(cls, documents: str | Path, folder: str | Path | None = None) -> Answer:
        """What the documents do not bear out, as problems; ``more["summary"]`` counts what was looked at."""
        from kosrel.documents import find_documents
        from kosrel.evidence import Tally, verify

        base = _sound(folder)
        tally = Tally()
        texts = find_documents(base, Path(documents))
        problems = sorted(set(verify(base, texts, tally)))
        looked = ", ".join(f"{count} {name}" for name, count in tally.as_json().items())
        query = {"command": "verify", "documents": str(documents)}
        hints = [f"{looked}: {_count(problems)}"]
        return Answer(query, problems, [checks.Finding], hints, more={"summary": tally.as_json()})

    @classmethod
    def coverage(cls, documents: str | Path, folder: str | Path | None = None) -> Answer:
        """The sentences that no fact rests on or that lost one; ``more["summary"]`` is a row a document."""
        from kosrel.coverage import cover
        from kosrel.documents import find_documents

        base = _sound(folder)
        rows, problems = cover(base, find_documents(base, Path(documents)))
        query = {"command": "coverage", "documents": str(documents)}
        uncovered = sum(row.uncovered for row in rows)
        hints = [f"{uncovered} sentence{'' if uncovered == 1 else 's'} uncovered, {_count(problems)}"]
        summary = [row.as_json() for row in rows]
        return Answer(query, problems, [checks.Finding], hints, more={"summary": summary})

    @classmethod
    def recount(cls, documents: str | Path, folder: str | Path | None = None) -> None:
        """Write the readings of every document at hand anew, from the facts as they are now."""
        from kosrel.coverage import count_readings
        from kosrel.documents import find_documents
        from kosrel.writer import replace_file, write

        base = _sound(folder)
        for readings in count_readings(base, find_documents(base, Path(documents))).values():
            if readings:
                path = base.folder / readings[0].path
                path.parent.mkdir(exist_ok=True)
                replace_file(path, write(readings))

    @classmethod
    def fmt(cls, folder: str | Path | None = None, only_check: bool = False) -> Answer:
        """Bring the fact files into canonical form; the Answer holds those that were not and still are not.

        Raises BrokenBase when a file cannot be read. A comment below the first records is a problem: only
        those at the top of a file are kept.
        """
        from kosrel.writer import first_difference, replace_file, rewrite

        base = loader.load(Path(folder) if folder is not None else loader.find_facts())
        if base.problems:
            raise BrokenBase(str(base.folder), base.problems)
        problems: list[Problem] = []
        changed = 0
        for path, records in sorted(_by_path(base).items()):
            file = base.folder / path
            old = file.read_text(encoding="utf-8")
            new, comment = rewrite(old, records)
            if comment is not None:
                message = "a comment that canonical form would lose: move it to the top or into a note"
                problems.append(Problem(path, comment, 1, message, "canonical-form"))
            elif new != old and only_check:
                message = "not in canonical form: kosrel fmt writes it so"
                problems.append(Problem(path, first_difference(old, new), 1, message, "canonical-form"))
            elif new != old:
                replace_file(file, new)
                changed += 1
        hint = f"{base.folder}: {changed} files changed, {_count(problems)}"
        query = {"command": "fmt", "folder": str(base.folder), "check": only_check}
        return Answer(query, problems, [checks.Finding], [hint])

    def event(self, when: str) -> Answer:
        """What happened on a day, in a month, a year or a range; or the event with an id."""
        query = {"command": "event", "when": when}
        kinds = [KINDS["event"]]
        if looks_like_when(when) or not _is_id(when):
            date = parse_when(when)
            rows = self.index.on("event", date)
            hints = [] if any(row.match in WHOLLY for row in rows) else self._nearest("event", date.edtf)
            return Answer(query, rows, kinds, hints)
        return self._by_id(query, "event", when)

    def actor(self, name: str) -> Answer:
        """Who an actor is, by any name, surname, alias or id."""
        return self._by_name({"command": "actor", "name": name}, "actor", name)

    def agreement(self, name: str) -> Answer:
        """An agreement by name, alias or id, or those concluded at a date."""
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
            hints = [] if rows else self._nearest("agreement", date.edtf)
            return Answer(query, rows, [KINDS["agreement"]], hints)
        return self._by_name(query, "agreement", name)

    def show(self, identifiers: Sequence[str]) -> Answer:
        """Any records by id, in the order asked for."""
        rows, hints = [], []
        for identifier in dict.fromkeys(identifiers):
            row = self.index.get(identifier)
            if row is None:
                hints.append(f"no record has the id '{identifier}'")
            else:
                row.match = "id"
                rows.append(row)
        query = {"command": "show", "ids": list(identifiers)}
        return Answer(query, rows, tuple(KINDS.values()), hints)

    def list(self, kind: str) -> Answer:
        """All records of a kind; the kind's name in the singular or as its folder is called."""
        found = next((each for each in KINDS.values() if kind in (each.kind, each.folder)), None)
        if found is None:
            known = ", ".join(each.folder for each in KINDS.values())
            raise BadUsage(f"there is no kind '{kind}'; kinds are {known}")
        query = {"command": "list", "kind": found.kind}
        return Answer(query, self.index.of_kind(found.kind), [found])

    def source(self, identifier: str | None = None) -> Answer:
        """The documents, or one document or cited work, with what rests on it."""
        query = {"command": "source", "id": identifier}
        if identifier is None:
            return Answer(query, self.index.of_kind("document"), [KINDS["document"]])
        kinds = [KINDS["document"], KINDS["reference"]]
        row = self.index.get(identifier)
        if row is None or row.kind not in ("document", "reference"):
            known = ", ".join(each.id for each in self.index.of_kind("document"))
            hint = f"no document or reference has the id '{identifier}'; documents: {known}"
            return Answer(query, [], kinds, [hint])
        row.match = "id"
        return Answer(query, [row], [KINDS[row.kind]])

    def conflicts(self, words: str = "") -> Answer:
        """Where documents disagree: all conflicts, or those whose words hold every one of ``words``."""
        wanted = fold(words).split()
        rows = [
            row
            for row in self.index.of_kind("conflict")
            if all(f" {word}" in f" {fold(row.body)}" for word in wanted)
        ]
        hints = [] if rows else [f"no conflict speaks of '{words}'; kosrel conflicts lists them all"]
        return Answer({"command": "conflicts", "words": words}, rows, [KINDS["conflict"]], hints)

    def _by_id(self, query: dict[str, Any], kind: str, identifier: str) -> Answer:
        row = self.index.get(identifier)
        if row is not None and row.kind == kind:
            row.match = "id"
            return Answer(query, [row], [KINDS[kind]])
        hints = [f"no {kind} has the id '{identifier}'"]
        if row is not None:
            hints = [f"'{identifier}' is no {kind} but a record of kind {row.kind}: kosrel show {identifier}"]
        return Answer(query, [], [KINDS[kind]], hints)

    def _by_name(self, query: dict[str, Any], kind: str, name: str) -> Answer:
        if not name.strip():
            raise BadUsage(f"the name is empty: say which {kind}")
        rows = self.index.named(kind, name)
        kinds = [KINDS[kind]]
        if not rows:
            return Answer(query, [], kinds, [f"no {kind} is called '{name}'", *self._elsewhere(kind, name)])
        if len(rows) == 1:
            return Answer(query, rows, kinds)
        hints = [f"'{name}' fits {len(rows)} records equally; name one by its id:"]
        hints += [f"  kosrel {kind} {row.id}  ({row.label})" for row in rows]
        return Answer(query, rows, kinds, hints, ambiguous=True)

    def _elsewhere(self, kind: str, name: str) -> Sequence[str]:
        """Which command would find the name among the records of another kind."""
        hints = []
        for other in ("actor", "agreement"):
            rows = [] if other == kind else self.index.named(other, name)
            hints += [f"there is an {other} of that name: kosrel {other} {row.id}" for row in rows[:3]]
        row = self.index.get(name)
        if row is not None and row.kind not in (kind, "actor", "agreement"):
            hints.append(f"it is the id of a record of kind {row.kind}: kosrel show {row.id}")
        return hints

    def _nearest(self, kind: str, edtf: str) -> Sequence[str]:
        """That nothing has this date, with the nearest earlier and later record."""
        date = parse_when(edtf)
        before, after = self.index.near(kind, date)
        hints = [f"no {kind} in the documents has the date {describe(edtf)}"]
        for word, row in (("before", before), ("after", after)):
            if row is not None and row.edtf is not None:
                hints.append(f"nearest {word}: {describe(row.edtf)}, {row.label} (kosrel {kind} {row.id})")
        return hints
