"""``FactBase``: one method for each command, and ``Answer``, what a renderer gets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from kosrel import checks, loader
from kosrel.dates import describe, looks_like_when, parse_when
from kosrel.errors import BadUsage, BrokenBase
from kosrel.fields import ID, Structure
from kosrel.index import Index, compile_base
from kosrel.model import KINDS

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
    ``exit_code``: 0 found, 3 nothing, 4 ambiguous.
    """

    def __init__(
        self,
        query: dict[str, Any],
        rows: Sequence[Found],
        kinds: Sequence[type[Structure]],
        hints: Iterable[str] = (),
        ambiguous: bool = False,
    ) -> None:
        self.query = query
        self.rows = list(rows)
        self.kinds = tuple(kinds)
        self.hints = list(hints)
        self.ambiguous = ambiguous

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
        return Answer(self.query, self.rows[:most], self.kinds, [*self.hints, hint], self.ambiguous)


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
        base = loader.load(Path(folder) if folder is not None else loader.find_facts())
        problems = checks.check(base)
        if problems:
            raise BrokenBase(str(base.folder), problems)
        return cls(Index(compile_base(base)))

    @classmethod
    def check(cls, folder: str | Path | None = None) -> Answer:
        """The problems of the base in ``folder``, or of the shipped one; an empty Answer when it is sound."""
        base = loader.load(Path(folder) if folder is not None else loader.find_facts())
        problems = checks.check(base)
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        hint = f"{base.folder}: {len(base.records)} records, {count}"
        query = {"command": "check", "folder": str(base.folder)}
        return Answer(query, problems, [checks.Finding], [hint])

    def event(self, when: str) -> Answer:
        """What happened on a day, in a month, a year or a range; or the event with an id."""
        query = {"command": "event", "when": when}
        kinds = [KINDS["event"]]
        if looks_like_when(when) or not _is_id(when):
            date = parse_when(when)
            rows = self.index.on("event", date)
            hints = [] if rows else self._nearest("event", date.edtf)
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
