"""A question in plain words turned into a query, and the record that answers it, or an abstention.

Deterministic: the kind of question, its dates, the names and the words in it are looked up; a passage is
worth as much of the question as it accounts for, rare words counting most. Below a threshold nothing is
answered: a wrong answer is worse than none.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from kosrel.answer import Answer
from kosrel.dates import MONTHS, Date, describe, parse_edtf, relate, surround
from kosrel.errors import BadUsage
from kosrel.index import Index, Row
from kosrel.layout import format_number
from kosrel.names import fold, stem_phrase
from kosrel.question import BODIES, DATES, NAME_LEAST, OFFICE_WORDS, UNKNOWN_NAME, WORD_MOST, Question, Unit
from kosrel.search import STOP_WORDS

# Tuned on the develop sets in tests/questions; of held-out.jsonl only the figures were looked at.
THRESHOLD = 0.45
MOST = 3
MAX_QUESTION = 1000

# How much a match in each part of a passage accounts for a word of the question.
_PLACES = (("title", 1.0), ("names text quote", 0.9), ("wordings", 0.8), ("works", 0.35))
# What another passage of the same record accounts for.
_CONTEXT = 0.5
# What other passages from the same line account for.
_BESIDE = 0.4
# A name carries over from one sentence to the next; a deed that a date or place is asked of does less so.
_NAME_BESIDE, _DEED_BESIDE = 0.85, 0.6
# What a role or relation of somebody is worth when a body is asked for ('which think tank is X with').
_OWN_BODY = 0.62
# However well its names fit, a passage that accounts for none of the other words is worth no more than this.
_NAMES_ALONE = 0.35
# Where it has all of several names, it may be worth this much more.
_NAMES_TOGETHER = 0.15
# What is missing weighs so much of what is there.
_MISSING = 0.7
# A question with a date is not answered by what fits it worse than this: another year, or none.
DATED_LEAST = 0.6
_REASON = re.compile(
    r"because|due to|owing to|reason|cause|concern|fear|since|therefore|accus|justif|in order|so that|motive"
    r"|response|respon|ties|risk|danger|warn|encourag|blame|based on|grounds|too divided|lack"
)


class Candidate:
    """A passage that may answer: how much of the question it accounts for, and what it can say."""

    __slots__ = ("part", "passage", "result", "row", "score", "whole")

    def __init__(self, passage: int, row: Row, part: int) -> None:
        self.passage = passage
        self.row = row
        self.part: dict[str, Any] | None = None
        self.result: dict[str, Any] = json.loads(row.body)
        self.whole = part == 0
        self.score = 0.0


def answer_question(index: Index, text: str) -> Answer:
    """The Answer to a question: up to three records, the best first, or an abstention."""
    query = {"command": "ask", "question": text}
    kinds = index.kinds()
    if not text.strip():
        raise BadUsage("the question is empty: ask something like 'Who mediated the Brussels Agreement?'")
    if len(text) > MAX_QUESTION:
        raise BadUsage(f"the question is longer than {MAX_QUESTION} characters")
    question = Question(index, text)
    ranked = [*_office_holders(index, question), *_rank(index, question)]
    best: dict[str, Candidate] = {}
    for candidate in sorted(ranked, key=lambda each: (-each.score, each.row.id)):
        best.setdefault(candidate.row.id, candidate)
    found = list(best.values())[:MOST]
    confidence = round(min(found[0].score, 1.0), 2) if found else 0.0
    if not found or found[0].score < THRESHOLD or not _can_say(index, question, found[0]):
        hints = ["the documents do not say that"]
        if found and found[0].score > 0.25:
            hints += ["nearest:", *(f"  {each.row.label} (kosrel show {each.row.id})" for each in found)]
        rows = [each.row for each in found]
        return Answer(
            query,
            rows,
            kinds,
            hints,
            declined=True,
            more={"answer": None, "confidence": confidence, "sources": []},
        )
    answer = short_answer(question, found[0])
    rows = [each.row for each in found]
    told = found[0].part or found[0].result
    more = {"answer": answer, "confidence": confidence, "sources": told.get("sources", [])}
    return Answer(query, rows, kinds, more=more)


def _can_say(index: Index, question: Question, best: Candidate) -> bool:
    """Whether the best candidate holds the very thing that is asked for, however well its words fit."""
    if any(not unit.matches and unit.weight == UNKNOWN_NAME for unit in question.units):
        # A name that no document has.
        return False
    focus = [unit for unit in question.units if question.focus and question.focus in unit.term.word.split()]
    if question.type == "how many":
        if best.row.kind != "figure" and not numbers_told(best):
            return False
        if best.row.kind == "figure" and not _counts(question, str(best.result["unit"])):
            return False
        if focus and not any(number in focus[0].matches for number in index.passages_of(best.row.number)):
            return False
    if question.type == "when" and _own_date(best) is None and not _dates_told(best):
        return False
    if question.type == "who" and question.office and question.dates:
        # An office at a time: nobody is named for it unless a document attests it.
        return best.row.id in question.holders
    if question.person and not _names_person(index, question, best):
        return False
    if question.dates and _date_fit(question, best) < DATED_LEAST:
        return False
    words = question.words
    told = any(unit.matches.get(best.passage, 0.0) for unit in words)
    if question.type in ("when", "where") and words and not told:
        # The date or place of something else is no answer.
        return False
    is_role = best.part is not None and best.part["is"] == "roles"
    if question.type == "who" and is_role and not _holds_named(question, best):
        return False
    own_body = question.focus in BODIES and best.part is not None and best.row.id in question.ids
    unknown = [unit for unit in words if not unit.matches]
    if len(words) <= 2 and unknown and question.type != "whether" and not own_body:
        return False
    if question.type == "when" and any(
        not unit.matches and not unit.ids and unit.term.word.endswith("ed") for unit in question.units
    ):
        # The deed that is asked for is told nowhere.
        return False
    if not focus or question.type not in ("what", "where"):
        return True
    if re.match(r"(?:in|at|on|by|under|from|to|with) (?:what|which)\b", fold(question.text)):
        return any(number in focus[0].matches for number in index.passages_of(best.row.number))
    return bool(focus[0].matches)


def _counts(question: Question, unit: str) -> bool:
    """Whether a figure's unit is what is asked for: people are no days, money is no decades."""
    asked = set(fold(question.text).split())
    if asked & {"people", "persons", "civilians", "inhabitants"} and not question.share:
        return unit not in ("days", "years", "decades", "months", "percent", "countries", "metres")
    if asked & {"cost", "costs", "price", "money", "paid", "euros", "dollars", "salary"}:
        return any(word in unit for word in ("euro", "dollar", "dinar", "percent"))
    return True


def _holds_named(question: Question, best: Candidate) -> bool:
    """Whether a role is of the state or body that a who-question names, not only of a like office."""
    part = best.part or {}
    body = part.get("body") or {}
    told = f" {fold(' '.join((part['office'], body.get('name', ''), best.result['name'])))} "
    own = {best.row.id, body.get("id")}
    return all(
        own & set(unit.ids) or any(f" {spelling} " in told for spelling in unit.term.spellings)
        for unit in question.units
        if unit.ids
    )


def _rank(index: Index, question: Question) -> list[Candidate]:
    """The candidates for a question with their scores."""
    if not question.units and not question.dates:
        return []
    passages = max(index.passages(), 1)
    for unit in question.units:
        if unit.weight:
            continue
        for columns, worth in _PLACES:
            for number in _matching(index, f"{{{columns}}} : {unit.term.expression()}"):
                unit.matches[number] = max(worth, unit.matches.get(number, 0.0))
        frequency = math.log((passages + 1) / (len(unit.matches) + 0.5))
        unit.weight = max(frequency * 1.2, NAME_LEAST) if unit.ids else min(frequency, WORD_MOST)
    total = sum(unit.weight for unit in question.units)
    scores: dict[int, float] = {}
    for unit in question.units:
        for number, worth in unit.matches.items():
            scores[number] = scores.get(number, 0.0) + unit.weight * worth / total
    for number in _dated_passages(index, question.dates):
        scores.setdefault(number, 0.0 if question.units else 1.0)
    top = sorted(scores, key=lambda number: (-scores[number], number))[:200]
    top += [number for number in _dated_passages(index, question.dates) if number not in top]
    places = {number: index.passage(number) for number in top}
    context = _context(question, index, {place[0] for place in places.values()})
    candidates = []
    for number in top:
        record, place, text = places[number]
        candidate = Candidate(number, index.number(record), place)
        _find_part(candidate, index, number)
        beside = index.beside(number)
        near = {
            unit: _near(question, unit, candidate, record in context[unit])
            for unit in question.units
            if record in context[unit] or not beside.isdisjoint(unit.matches)
        }
        covered = _cover(question, number, near)
        fits = _date_fit(question, candidate) * _type_fit(question, candidate)
        fits *= _focus_fit(question, number) * _side_fit(question, candidate, number, beside)
        candidate.score = covered * fits + _focus(question, text)
        if question.focus in BODIES and candidate.part and candidate.row.id in question.ids:
            candidate.score = max(
                candidate.score, _OWN_BODY * (0.9 if candidate.part["is"] == "roles" else 1.0)
            )
        candidates.append(candidate)
    return candidates


def _near(question: Question, unit: Unit, candidate: Candidate, in_record: bool) -> float:
    """What a unit is worth that only another passage of the record or of the line accounts for.

    A name carries over from one sentence to the next; a deed does not, least of all its date or place.
    """
    if unit.ids:
        return _NAME_BESIDE
    worth = _CONTEXT if in_record and not candidate.whole else _BESIDE
    return worth * _DEED_BESIDE if question.type in ("when", "where", "how many") else worth


def _cover(question: Question, number: int, near: dict[Unit, float]) -> float:
    """How much of the question a passage accounts for, from 0 to 1.

    ``near``: what the units are worth that others of its record or line account for.
    """
    if not question.units:
        return 1.0
    got = {
        unit: max(unit.matches.get(number, 0.0), near.get(unit, 0.0)) * unit.weight for unit in question.units
    }
    whole = _share(got)
    words = {unit: worth for unit, worth in got.items() if not unit.ids}
    if not words:
        return whole
    share = _share(words)
    names = [unit for unit in question.units if unit.ids]
    alone = _NAMES_ALONE
    if len(names) > 1 and all(got[unit] >= 0.9 * unit.weight for unit in names):
        alone += _NAMES_TOGETHER
    return min(whole, alone + (1 - alone) * share)


def _share(got: dict[Unit, float]) -> float:
    """What is accounted for, of all that is asked; what is not counts a little less, for people ramble."""
    missing = sum((unit.weight - worth) for unit, worth in got.items())
    have = sum(got.values())
    return have / max(have + _MISSING * missing, 0.01)


def _focus_fit(question: Question, number: int) -> float:
    """Less for a passage without the noun that is asked for ('which airline', 'in which building')."""
    for unit in question.units:
        if question.focus and question.focus in unit.term.word.split():
            if not unit.matches:
                return 0.6
            return 1.0 if number in unit.matches else 0.85 if question.focus in BODIES else 0.75
    return 1.0


def _side_fit(question: Question, candidate: Candidate, number: int, beside: set[int]) -> float:
    """Less for a passage about others than those whom the question names."""
    fit = 1.0
    actor = (
        candidate.part.get("actor") if candidate.part and candidate.part["is"] == "status_events" else None
    )
    for unit in question.units:
        if not unit.ids or unit.matches.get(number, 0.0) >= 0.9 or candidate.row.id in unit.ids:
            continue
        around = max((unit.matches.get(other, 0.0) for other in beside), default=0.0)
        fit *= 0.55 if actor or around < 0.9 else 0.9
    return fit


def _context(question: Question, index: Index, records: set[int]) -> dict[Unit, set[int]]:
    """For every unit the records, of some, of which any passage matches it."""
    owner = {number: record for record in records for number in index.passages_of(record)}
    return {unit: {owner[number] for number in unit.matches if number in owner} for unit in question.units}


def _focus(question: Question, text: str) -> float:
    """A little for a passage that speaks of hardly anything else: it settles between equals."""
    words = {word[:4] for word in fold(text.split(" · ")[0]).split() if word not in STOP_WORDS}
    asked = _stems(spelling for unit in question.units for spelling in unit.term.spellings)
    return 0.05 * len(words & asked) / max(len(words), 1)


def _matching(index: Index, expression: str) -> Iterable[int]:
    rows = index.connection.execute(
        "select rowid from full_text where full_text match ? limit 50000", (expression,)
    )
    return [number for (number,) in rows]


def _dated_passages(index: Index, dates: Sequence[Date]) -> list[int]:
    """The first passages of the events that fall on the dates, for a question of nothing but a date."""
    found: list[int] = []
    for date in dates:
        for row in index.on("event", date)[:20]:
            rows = index.connection.execute("select min(number) from passage where record = ?", (row.number,))
            found += [number for (number,) in rows]
    return found


def _find_part(candidate: Candidate, index: Index, number: int) -> None:
    """The part of the record that the passage stands for, as rendered, when it is not the whole."""
    if candidate.whole:
        return
    numbers = index.passages_of(candidate.row.number)
    place = numbers.index(number) - 1
    parts: list[dict[str, Any]] = []
    for key in ("roles", "relations", "provisions", "status_events"):
        parts += [{**part, "is": key} for part in candidate.result.get(key, ())]
    candidate.part = parts[place] if place < len(parts) else None


def _own_date(candidate: Candidate) -> Date | None:
    date = candidate.part.get("date") if candidate.part else candidate.result.get("date")
    if not date and candidate.part and candidate.part["is"] == "provisions":
        date = candidate.result.get("date")
    return parse_edtf(date["edtf"]) if date else None


def _date_fit(question: Question, candidate: Candidate) -> float:
    """How the candidate's date falls to those of the question, from 1 (it does) to 0.3 (it cannot)."""
    if not question.dates:
        return 1.0
    own = _own_date(candidate)
    text = json.dumps(candidate.part or candidate.result, ensure_ascii=False)
    fits = []
    for date in question.dates:
        match = relate(own, date) if own else None
        mentioned = describe(date.edtf) in text or (len(date.edtf) == 4 and date.edtf in text)
        if match in ("exact", "within", "overlaps"):
            fits.append(1.0)
        elif mentioned:
            fits.append(0.95)
        elif match == "possible":
            fits.append(0.85)
        elif own is None:
            fits.append(0.55)
        else:
            fits.append(0.3)
    return min(fits)


def _type_fit(question: Question, candidate: Candidate) -> float:
    """Whether the candidate can say what the question asks for: somebody, a date, a place, a number."""
    kind = candidate.row.kind
    if kind in ("topic", "document", "reference"):
        return 0.55
    fit = 0.88 if kind == "conflict" else 1.0
    if question.type == "when":
        return fit if _own_date(candidate) else 0.9 if _dates_told(candidate) else 0.6
    if question.type == "where":
        return fit if candidate.result.get("place") else 0.75
    if question.type == "how many":
        if kind == "figure":
            percent = "percent" in str(candidate.result["unit"])
            return 1.0 if percent == question.share else 0.8
        return 0.8 if numbers_told(candidate) else 0.55
    if question.type == "who":
        told = candidate.part is not None and candidate.part["is"] == "provisions"
        if not (_is_asked_about(question, candidate) or _somebody(question, candidate)):
            fit *= 0.9 if told else 0.65
    if question.type == "why":
        fit *= _reason_fit(candidate)
    if question.focus in BODIES and question.type == "what":
        fit *= 0.8 if kind == "statement" else 1.0 if _somebody(question, candidate) else 0.85
    if question.spoken and question.type in ("what", "why", "who", "whether"):
        fit *= 1.0 if kind == "statement" else 0.75
        if kind == "statement" and question.type != "who":
            speaker = candidate.result["speaker"]["id"]
            fit *= 1.0 if not question.ids or speaker in question.ids else 0.9
    if kind == "figure" and question.type != "what":
        fit *= 0.9
    if kind == "actor" and candidate.whole:
        fit *= 1.2 if _is_asked_about(question, candidate) else 0.85
    if question.type in ("what", "why", "whether") and not question.about_office:
        fit *= 0.7 if candidate.part is not None and candidate.part["is"] == "roles" else 1.0
    if question.dates and not question.words:
        # Nothing but a date and perhaps names: what happened then.
        own = _own_date(candidate)
        then = kind == "event" and own is not None and relate(own, question.dates[0]) in ("exact", "within")
        fit *= 1.1 if then else 0.8
    return fit


def _dates_told(candidate: Candidate) -> bool:
    """Whether the candidate's own text tells a date."""
    told = candidate.part or candidate.result
    return bool(DATES.search(" ".join(str(told.get(key) or "") for key in ("summary", "text"))))


def _reason_fit(candidate: Candidate) -> float:
    """Whether the candidate gives a reason: a statement with words of cause and motive."""
    if candidate.row.kind not in ("statement", "conflict"):
        return 0.65
    result = candidate.result
    quotes = " ".join(source["quote"] for source in result.get("sources", ()))
    text = fold(" ".join(str(result.get(key) or "") for key in ("title", "summary")) + " " + quotes)
    return 1.05 if _REASON.search(text) else 0.9


def numbers_told(candidate: Candidate) -> bool:
    """Whether the candidate's own text has a number in it, beside its dates."""
    told = candidate.part or candidate.result
    text = " ".join(str(told.get(key) or "") for key in ("title", "summary", "text"))
    words = " ".join(MONTHS)
    text = re.sub(rf"\b\d{{1,2}} (?:{words.replace(' ', '|')})|\b(?:19|20)\d\d\b", "", text)
    return bool(re.search(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|thirty|hundred)\b", text))


def _is_asked_about(question: Question, candidate: Candidate) -> bool:
    """Whether the question is about nothing but this actor: 'Who is Eset Berisha?'."""
    alone = len(question.units) == 1 and not question.words and not question.dates
    return alone and candidate.whole and candidate.row.id in question.ids


def _stems(texts: Iterable[str]) -> set[str]:
    return {word[:4] for text in texts for word in fold(text).split() if word not in STOP_WORDS}


def _somebody(question: Question, candidate: Candidate) -> dict[str, str]:
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
    words = _stems(spelling for unit in question.words for spelling in unit.term.spellings)
    fitting = [
        actor for actor in people if _stems([actor.get("part") or actor.get("capacity") or ""]) & words
    ]
    return {actor["id"]: actor["name"] for actor in fitting or people}


def _names_person(index: Index, question: Question, candidate: Candidate) -> bool:
    """Whether a person is among those who answer."""
    for identifier in _somebody(question, candidate):
        row = index.get(identifier)
        if row is not None and row.kind == "actor" and json.loads(row.body)["type"] == "person":
            return True
    return False


def short_answer(question: Question, candidate: Candidate) -> str:
    """The answer in a few words, taken from the record's own fields."""
    result, part = candidate.result, candidate.part
    own = _own_date(candidate)
    if question.type == "who" and (names := _somebody(question, candidate)):
        return ", ".join(names.values())
    if question.type == "when" and own is not None:
        return describe(own.edtf)
    if question.type == "where" and result.get("place"):
        return str(result["place"])
    if candidate.row.kind == "figure":
        qualifier = f"{result['qualifier']} " if result["qualifier"] else ""
        return f"{qualifier}{format_number(result['value'])} {result['unit']} ({result['counted']})"
    if part is not None:
        if part["is"] == "roles":
            date = f", attested for {describe(own.edtf)}" if own else ""
            return f"{result['name']}, {part['office']}{date}"
        if part["is"] == "relations":
            return f"{result['name']}: {part['relation']} {part['actor']['name']}"
        return str(part["text"])
    text = result.get("summary") or result.get("note")
    title = result.get("title") or result.get("name") or candidate.row.id
    return f"{title}. {text}" if text and text != title else str(title)


def _office_holders(index: Index, question: Question) -> list[Candidate]:
    """The holders of an office that a who-question names in so many words, at its date if it has one."""
    words = {word for unit in question.units for word in unit.term.word.split()}
    if question.type != "who" or not words & OFFICE_WORDS:
        return []
    meanings = index.meanings()
    candidates = []
    for row, _title, folded, edtf, body in index.roles():
        office = f" {folded} "
        fits = [
            any(
                f" {each} " in office
                for each in [*unit.term.spellings, *meanings.get(stem_phrase(unit.term.word))]
            )
            for unit in question.units
        ]
        if not all(fits):
            continue
        candidate = Candidate(0, row, 1)
        candidate.part = {**json.loads(body), "is": "roles"}
        length = len([word for word in folded.split() if word not in STOP_WORDS])
        question.office = True
        candidate.score = 0.9 + 0.1 * min(1.0, len(question.units) / max(length, 1))
        if question.dates:
            match = relate(parse_edtf(edtf), question.dates[0]) if edtf else None
            candidate.score *= {"exact": 1.0, "within": 1.0, "overlaps": 1.0, "possible": 0.9}.get(
                match or "", 0.3
            )
            if candidate.score < THRESHOLD and _between(index, row.id, folded, question.dates[0]):
                candidate.score = 0.85
        if candidate.score >= THRESHOLD:
            question.holders.add(row.id)
        candidates.append(candidate)
    return candidates


def _between(index: Index, identifier: str, office: str, when: Date) -> bool:
    """Whether an office of an actor is attested for dates before and after ``when``."""
    roles = index.roles()
    own = [edtf for row, _title, folded, edtf, _body in roles if row.id == identifier and folded == office]
    return surround((parse_edtf(edtf) for edtf in own if edtf), when)
