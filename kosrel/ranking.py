"""The passages that may answer a question, ranked by a weighted sum of traits.

A trait says one thing of a passage and a question: how much of its words the passage accounts for, whether
its date fits, whether it can say what is asked. The weights were fitted on the develop sets in
tests/questions: each right record against all others (a softmax over the candidates), the fit checked by
foretelling each set from the others. Scores are logarithms of odds, up to a constant.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from kosrel.candidate import Candidate, fit_date, is_asked_about, parts_of, somebody, types_of
from kosrel.dates import MONTHS, parse_edtf, surround
from kosrel.index import Index, Row
from kosrel.names import fold, stem_phrase
from kosrel.question import BODIES, NAME_LEAST, WORD_MOST, Question, Unit
from kosrel.wording import read_roots

# How much a match in each part of a passage accounts for a word of the question.
_PLACES = (("title", 1.0), ("names text quote", 0.9), ("wordings", 0.8), ("works", 0.35))
_OWN_PLACES = "title text quote wordings"
_TOLD_PLACES = "title text quote"
_WRITTEN_MOST = 6.0
# A unit is accounted for by what is worth at least this; the titles of cited works do not do.
ACCOUNTED = 0.5
# What a word counts for that a known question has besides, in weights of words.
_BESIDES = 1.5
# What a match in a known question accounts for.
_ASKED = 0.5
# So many of the passages that match best are measured.
_MOST = 100

WEIGHTS = {
    "word accounted for": 3.38,
    "word missing": -1.92,
    "weight of words": 4.68,
    "word as typed": -1.14,
    "aside missing": -0.61,
    "name accounted for": 1.76,
    "name missing": -2.47,
    "told as written": 1.64,
    "all names": 1.65,
    "pairs of words": 0.49,
    "share of title": 1.08,
    "date in": 1.84,
    "date told": 1.46,
    "date possible": -0.33,
    "date none": -0.51,
    "date out": -2.45,
    "can say it": 3.79,
    "reason": 2.85,
    "office": 0.16,
    "role asked for": 2.28,
    "speaker asked for": 0.86,
    "said by speaker asked for": 0.30,
    "figure of others": -1.14,
    "unit asked for": 0.41,
    "asked alike": 1.90,
    "asked alike, same type": 2.63,
    "asked in its words": 2.49,
    "asked in its words, same type": 3.44,
}

# The types of actor that a noun asks for.
TYPES_OF_NOUN = {
    noun: types
    for nouns, types in (
        ("airline company firm operator", {"company"}),
        ("country countries state states nation", {"state"}),
        ("institution body bodies", {"organisation", "mission", "government"}),
        ("institute think agency court union", {"organisation"}),
        ("organisation organization", {"organisation", "mission"}),
        ("mission", {"mission"}),
        ("party parties", {"party"}),
        ("minister ministers president presidents leader leaders politician politicians", {"person"}),
        ("journalist reporter analyst diplomat diplomats envoy commander general judge judges", {"person"}),
        ("officer official mayor ambassador spokesman author expert negotiator mediator lawyer", {"person"}),
    )
    for noun in nouns.split()
}


def rank(index: Index, question: Question) -> list[Candidate]:
    """The candidates for a question with their traits and scores, the best first, one for a record."""
    if not question.units and not question.dates:
        return []
    for unit in question.units:
        _match(index, unit)
    pairs = [_numbers(index, f'"{pair}"') for pair in question.pairs]
    written = _tell_as_written(index, question)
    best: dict[str, Candidate] = {}
    candidates = list(_candidates(index, question))
    for candidate in candidates:
        candidate.traits = _measure(index, question, candidate, pairs)
        candidate.traits["told as written"] = written.get(candidate.passage, 0.0)
        candidate.score = sum(WEIGHTS[name] * value for name, value in candidate.traits.items())
    for candidate in sorted(candidates, key=lambda each: (-each.score, each.row.id, each.passage)):
        best.setdefault(candidate.row.id, candidate)
    return list(best.values())


def _numbers(index: Index, expression: str) -> set[int]:
    rows = index.connection.execute(
        "select rowid from full_text where full_text match ? limit 50000", (expression,)
    )
    return {number for (number,) in rows}


def _match(index: Index, unit: Unit) -> None:
    """Find the passages that match a unit, and what it weighs: rare words count most."""
    if unit.weight:
        return
    for columns, worth in _PLACES:
        for number in _numbers(index, f"{{{columns}}} : {unit.term.expression()}"):
            unit.matches.setdefault(number, worth)
    for number in index.asked(unit.term.expression()):
        unit.matches.setdefault(number, _ASKED)
    unit.exact = _numbers(index, f'{{{_OWN_PLACES}}} : "{unit.term.word}"')
    frequency = math.log((max(index.passages(), 1) + 1) / (len(unit.matches) + 0.5))
    unit.weight = max(frequency * 1.2, NAME_LEAST) if unit.ids else min(frequency, WORD_MOST)


def _tell_as_written(index: Index, question: Question) -> dict[int, float]:
    """How much of the words as they are written the passages tell, from 0 to 1; rare words count most."""
    passages = index.passages()
    found: dict[int, float] = {}
    total = 0.0
    for word in question.written:
        spread = len(_numbers(index, f'{{{_OWN_PLACES}}} : "{word}"'))
        weight = min(math.log((passages + 1) / (spread + 0.5)), _WRITTEN_MOST)
        total += weight
        for number in _numbers(index, f'{{{_TOLD_PLACES}}} : "{word}"'):
            found[number] = found.get(number, 0.0) + weight
    return {number: weight / max(total, 0.01) for number, weight in found.items()}


def _candidates(index: Index, question: Question) -> Iterator[Candidate]:
    """The passages that match most of a question, and the events on its dates."""
    rough: dict[int, float] = {}
    for unit in question.units:
        for number, worth in unit.matches.items():
            rough[number] = rough.get(number, 0.0) + unit.weight * worth
    numbers = sorted(rough, key=lambda number: (-rough[number], number))[:_MOST]
    for date in question.dates:
        for row in index.on("event", date)[:20]:
            numbers += index.passages_of(row.number)[:1]
    records: dict[int, tuple[Row, dict[str, Any], list[dict[str, Any]], list[int]]] = {}
    for number in dict.fromkeys(numbers):
        record, place, text = index.passage(number)
        if record not in records:
            row = index.number(record)
            result = json.loads(row.body)
            records[record] = (row, result, parts_of(result), index.passages_of(record))
        row, result, parts, own = records[record]
        part = parts[own.index(number) - 1] if place else None
        yield Candidate(row, result, part, number, text)


def _measure(
    index: Index, question: Question, candidate: Candidate, pairs: list[set[int]]
) -> dict[str, float]:
    """The traits of a candidate, each by its name; those that are nought are left out."""
    number, kind = candidate.passage, candidate.row.kind
    siblings, beside = set(index.passages_of(candidate.row.number)), index.beside(number)
    traits = dict.fromkeys(WEIGHTS, 0.0)
    total = sum(unit.weight for unit in question.units) or 1.0
    elsewhere = 0
    for unit in question.units:
        own = unit.matches.get(number, 0.0)
        if candidate.row.id in unit.ids:
            own = max(own, 0.9)
        sort = "name" if unit.ids else "aside" if unit.aside else "word"
        if sort != "aside":
            traits[f"{sort} accounted for"] += own * unit.weight / total
        if own < ACCOUNTED:
            in_record = not siblings.isdisjoint(unit.matches)
            elsewhere += bool(unit.ids) and not in_record
            traits[f"{sort} missing"] += not in_record and beside.isdisjoint(unit.matches)
        if sort == "word":
            traits["weight of words"] += own * unit.weight / 10
            traits["word as typed"] += unit.weight / 10 if number in unit.exact else 0.0
    traits["all names"] = float(bool(question.ids) and not elsewhere)
    traits["pairs of words"] = float(sum(number in found for found in pairs))
    traits["share of title"] = _title_share(question, candidate)
    candidate.known = index.questions(number)
    traits |= _compare(question, candidate.known)
    holds = _holds_office(index, question, candidate)
    traits["office"] = float(holds)
    if question.dates:
        fit = "in" if holds and _is_between(question, candidate) else fit_date(question, candidate)
        traits[f"date {fit}"] = 1.0
    traits["can say it"] = _can_say(index, question, candidate)
    traits["reason"] = float(question.type == "why" and candidate.tells_reason())
    traits["role asked for"] = float(
        candidate.is_part("roles") and (question.about_office or question.type == "who")
    )
    traits["speaker asked for"] = float(
        kind == "statement" and candidate.result["speaker"]["id"] in question.ids
    )
    traits["said by speaker asked for"] = traits["speaker asked for"] * question.spoken
    traits["unit asked for"] = float(kind == "figure" and _counts_focus(question, candidate))
    traits["figure of others"] = _count_others(question, candidate) if kind == "figure" else 0.0
    return {name: value for name, value in traits.items() if value}


def _count_others(question: Question, candidate: Candidate) -> float:
    """How many names stand in its title that the question has not: of NATO's members it does not speak."""
    told = question.stems | read_roots([question.text, *MONTHS])
    words = candidate.text.split(" · ")[0].split()
    names = [word for place, word in enumerate(words) if word[:1].isupper() and (place or word.isupper())]
    return float(sum(read_roots([name]).isdisjoint(told) for name in names))


def _compare(question: Question, known: Sequence[tuple[str, set[str]]]) -> dict[str, float]:
    """How like a question is to those that a passage is known to answer, each from 0 to 1.

    ``asked alike``: how much of it, by weight, the most like has, less what that has besides.
    ``asked in its words``: how many of the words of both they share. Both once more for those of its type.
    """
    traits = dict.fromkeys(
        ("asked alike", "asked alike, same type", "asked in its words", "asked in its words, same type"), 0.0
    )
    own = question.asked
    total = sum(unit.weight for unit in question.units) or 1.0
    for type_, stems in known:
        held = [[spelling for spelling in unit.stems if spelling <= stems] for unit in question.units]
        shared = sum(unit.weight for unit, spellings in zip(question.units, held, strict=True) if spellings)
        besides = len(stems.difference(own, *(stem for spellings in held for stem in spellings)))
        alike = shared / (total + _BESIDES * besides)
        words = 2 * len(stems & own) / max(len(stems) + len(own), 1)
        for name, value in (("asked alike", alike), ("asked in its words", words)):
            traits[name] = max(traits[name], value)
            if type_ == question.type:
                traits[f"{name}, same type"] = max(traits[f"{name}, same type"], value)
    return traits


def _title_share(question: Question, candidate: Candidate) -> float:
    """How much of its title the question speaks of, from 0 to 1: it settles between look-alikes."""
    title = read_roots([candidate.text.split(" · ")[0]])
    return len(title & question.stems) / max(len(title), 1)


def _holds_office(index: Index, question: Question, candidate: Candidate) -> bool:
    """Whether it is a role, and the question asks in so many words who held this office."""
    if question.type != "who" or not candidate.is_part("roles") or not question.names_office:
        return False
    meanings = question.meanings
    office = f" {fold(candidate.told['office'])} "
    return all(
        any(
            f" {spelling} " in office
            for spelling in [*unit.term.spellings, *meanings.get(stem_phrase(unit.term.word))]
        )
        for unit in question.units
    )


def _is_between(question: Question, candidate: Candidate) -> bool:
    """Whether the office of a role is attested for dates before and after that of the question."""
    office = fold(candidate.told["office"])
    roles = [role for role in candidate.result["roles"] if fold(role["office"]) == office and role["date"]]
    return surround((parse_edtf(role["date"]["edtf"]) for role in roles), question.dates[0])


def _counts_focus(question: Question, candidate: Candidate) -> bool:
    """Whether a figure's unit is the very noun of 'how many countries'."""
    nouns = {question.focus}
    for unit in question.units:
        if question.focus in unit.term.word.split():
            nouns.update(word for spelling in unit.term.spellings for word in spelling.split())
    return question.type == "how many" and not nouns.isdisjoint(fold(str(candidate.result["unit"])).split())


def _can_say(index: Index, question: Question, candidate: Candidate) -> float:
    """Whether it can say what the question asks for, from 0 to 1: somebody, a date, a place, a number."""
    kind, asks = candidate.row.kind, question.type
    if kind in ("topic", "document", "reference"):
        return 0.2
    about = is_asked_about(question, candidate)
    fit = 0.8 if kind == "conflict" else 1.0
    if kind == "actor" and candidate.whole and not about:
        # Who is named in a question with other words is not what it asks for.
        fit = 0.4 if candidate.row.id in question.ids else 0.6
    if candidate.is_part("roles") and asks != "who" and not question.about_office:
        fit = 0.5
    if asks == "when":
        return fit * (1.0 if candidate.date else 0.7 if candidate.tells_date() else 0.2)
    if asks == "where":
        return fit * (1.0 if candidate.result.get("place") else 0.5)
    if asks == "how many":
        if kind == "figure":
            return 1.0 if ("percent" in str(candidate.result["unit"])) == question.share else 0.7
        return fit * (0.6 if candidate.tells_number() else 0.2)
    if kind == "figure":
        fit = 0.7
    if asks == "why":
        if kind in ("statement", "conflict"):
            return 1.0 if candidate.tells_reason() else 0.75
        return fit * (0.5 if candidate.tells_reason() else 0.3)
    who = somebody(question, candidate)
    if asks == "who":
        return fit if about else fit * (1.0 if "person" in types_of(index, who) else 0.85 if who else 0.4)
    if asks == "what" and question.focus in BODIES:
        fits = not TYPES_OF_NOUN.get(question.focus, set()).isdisjoint(types_of(index, who))
        fit *= 1.0 if fits else 0.75 if who else 0.6
    return fit * 0.6 if question.spoken and kind != "statement" else fit
