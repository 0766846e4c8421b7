"""A passage that may answer a question, and what it can say: somebody, a date, a number, a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from kosrel.dates import MONTHS, Date, describe, parse_edtf, relate
from kosrel.index import Index, Row
from kosrel.names import fold, stem
from kosrel.question import BODIES, DATES, Question
from kosrel.wording import read_roots

_PARTS = ("roles", "relations", "provisions", "status_events")
_REASON = re.compile(
    r"because|due to|owing to|reason|cause|concern|fear|since|therefore|accus|justif|in order|so that|motive"
    r"|response|respon|ties|risk|danger|warn|encourag|blame|based on|grounds|too divided|lack"
)
_PLAN = re.compile(
    r"\b(?:(?:is|are) to|plans to|planned|expect\w*|forecast|due|will|agrees? to"
    r"|proposes?|proposed|wants?|seeks?|charged|accused|pledge\w*|promise\w*|intend\w*|calls? for|tries)\b"
)
_NUMBER = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|hundred|dozens?)\b")
_DAY_OR_YEAR = re.compile(rf"\b\d{{1,2}} (?:{'|'.join(MONTHS)})|\b(?:19|20)\d\d\b")


class Candidate:
    """A passage that may answer, with its record; ``part`` is None where it stands for the whole record.

    ``known``: the questions that it is known to answer, each as its type and the stems of its words.
    """

    __slots__ = ("known", "part", "passage", "result", "row", "score", "text", "traits", "whole")

    def __init__(
        self,
        row: Row,
        result: dict[str, Any],
        part: dict[str, Any] | None = None,
        passage: int = 0,
        text: str = "",
    ) -> None:
        self.row = row
        self.result = result
        self.part = part
        self.passage = passage
        self.text = text
        self.whole = part is None
        self.known: list[tuple[str, set[str]]] = []
        self.score = 0.0
        self.traits: dict[str, float] = {}

    @property
    def told(self) -> dict[str, Any]:
        """The part, or the whole record, as rendered."""
        return self.part or self.result

    @property
    def date(self) -> Date | None:
        """Its own date; that of the agreement for a provision without one."""
        date = self.told.get("date")
        if not date and self.is_part("provisions"):
            date = self.result.get("date")
        return parse_edtf(date["edtf"]) if date else None

    def is_part(self, name: str) -> bool:
        """Whether it is a part of this name: roles, relations, provisions, status_events."""
        return self.part is not None and self.part["is"] == name

    def tells_date(self) -> bool:
        """Whether its own text tells a date."""
        return bool(DATES.search(" ".join(str(self.told.get(key) or "") for key in ("summary", "text"))))

    def tells_number(self) -> bool:
        """Whether its own text has a number in it, beside its dates."""
        text = " ".join(str(self.told.get(key) or "") for key in ("title", "summary", "text"))
        return bool(_NUMBER.search(_DAY_OR_YEAR.sub("", text)))

    def counts(self, nouns: set[str]) -> bool:
        """Whether a number stands before one of some nouns, given by their stems: 'two large bridges'."""
        text = fold(" ".join(str(self.told.get(key) or "") for key in ("title", "summary", "text")))
        words = text.split()
        places = [place for place, word in enumerate(words) if _NUMBER.fullmatch(word) or word.isdigit()]
        return any(nouns & set(map(stem, words[place + 1 : place + 4])) for place in places)

    def tells_plan(self) -> bool:
        """Whether it tells what is to be done, or is said of somebody, and not what was done."""
        if self.is_part("provisions") or self.result.get("form") in ("forecast", "pledged"):
            return True
        words = (str(self.told.get(key) or "") for key in ("title", "summary", "text", "note"))
        return bool(_PLAN.search(fold(" ".join(words))))

    def tells_reason(self) -> bool:
        """Whether it has words of cause and motive in it."""
        quotes = " ".join(source["quote"] for source in self.told.get("sources", ()))
        words = (str(self.told.get(key) or "") for key in ("title", "summary", "text"))
        return bool(_REASON.search(fold(" ".join(words) + " " + quotes)))


def parts_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a rendered record that are passages of their own, in order, each with ``is``."""
    return [{**part, "is": key} for key in _PARTS for part in result.get(key, ())]


def is_asked_about(question: Question, candidate: Candidate) -> bool:
    """Whether the question is about nothing but this actor: 'Who is Eset Berisha?'."""
    alone = len(question.units) == 1 and not question.words and not question.dates
    return alone and candidate.whole and candidate.row.id in question.ids


def somebody(question: Question, candidate: Candidate) -> dict[str, str]:
    """Who answers a who-question, id and name: those whose part is asked for and who are not in it."""
    result, part = candidate.result, candidate.part
    asked = question.ids
    own = {} if candidate.row.id in asked else {candidate.row.id: result.get("name") or ""}
    if part is not None:
        if part["is"] == "roles":
            body = part["body"] if part["body"] and question.focus in BODIES else None
            return own or ({body["id"]: body["name"]} if body else {})
        if part["is"] == "relations":
            other = part["actor"]
            return own if other["id"] in asked else {other["id"]: other["name"]}
        actors = part.get("actors") or ([part["actor"]] if part.get("actor") else [])
        return {actor["id"]: actor["name"] for actor in actors if actor["id"] not in asked}
    if candidate.row.kind == "statement":
        speaker = result["speaker"]
        # A document is nobody: whose words it is, it does not say.
        documents = {source["document"] for source in result["sources"]}
        if speaker["id"] not in asked | documents:
            return {speaker["id"]: speaker["name"]}
    if candidate.row.kind == "actor":
        return own
    people = [*result.get("parties", ()), *result.get("third_parties", ()), *result.get("actors", ())]
    people = [actor for actor in people if actor["id"] not in asked]
    words = question.word_stems
    parts = [read_roots([actor.get("part") or actor.get("capacity") or ""]) for actor in people]
    fitting = [actor for actor, part in zip(people, parts, strict=True) if part & words]
    return {actor["id"]: actor["name"] for actor in fitting or people}


def fit_date(question: Question, candidate: Candidate) -> str:
    """How the candidate's date falls to those of the question: in, told, possible, none or out."""
    own = candidate.date
    text = json.dumps(candidate.told, ensure_ascii=False)
    fits = []
    for date in question.dates:
        match = relate(own, date) if own else None
        if match in ("exact", "within", "overlaps"):
            fits.append("in")
        elif describe(date.edtf) in text or (len(date.edtf) == 4 and date.edtf in text):
            fits.append("told")
        else:
            fits.append("possible" if match == "possible" else "none" if own is None else "out")
    return max(fits, key=("in", "told", "possible", "none", "out").index, default="in")


def types_of(index: Index, identifiers: Iterable[str]) -> set[str]:
    """The types of some actors, such as person, state and organisation."""
    found = set()
    for identifier in identifiers:
        row = index.get(identifier)
        if row is not None and row.kind == "actor":
            found.add(json.loads(row.body)["type"])
    return found
