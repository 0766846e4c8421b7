"""Which sentences of the documents no fact rests on, and which have lost one.

A sentence is covered when the quote of a fact stands in it, or when an omission says why it carries none. A
reading says how many facts a sentence carries; where fewer or more rest on it, it is told as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kosrel.documents import Sentence, Text, sentences_with
from kosrel.errors import Problem
from kosrel.fields import Structure
from kosrel.loader import Base
from kosrel.model import Omission, Reading, Record

Place = tuple[str, int, int]


class Row:
    """The coverage of one document: how many sentences it has, and how many of them are covered and how."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.sentences = 0
        self.covered = 0
        self.omitted: dict[str, int] = {}
        self.uncovered = 0
        self.facts = 0

    def as_json(self) -> dict[str, object]:
        """The counts by name."""
        return dict(vars(self))


def facts_by_place(base: Base, texts: dict[str, Text]) -> dict[Place, set[tuple[str, int]]]:
    """For every sentence the facts that rest on it: id of the record and number of the part within it."""
    found: dict[Place, set[tuple[str, int]]] = {}
    for record in base.records.values():
        for number, part in enumerate(record.walk()):
            for place in _places(part, texts):
                found.setdefault(place, set()).add((record.id, number))
    return found


def _places(part: Structure, texts: dict[str, Text]) -> Iterator[Place]:
    for source in getattr(part, "sources", ()):
        if source.document in texts:
            text = texts[source.document]
            for sentence in sentences_with(text, source.line, source.quote):
                yield (str(source.document), sentence.line, sentence.number)


def _omitted(base: Base, texts: dict[str, Text]) -> dict[Place, Omission]:
    found: dict[Place, Omission] = {}
    for record in base.records.values():
        if isinstance(record, Omission) and record.document in texts:
            for sentence in sentences_with(texts[record.document], record.line, record.quote):
                found[(str(record.document), sentence.line, sentence.number)] = record
    return found


def _told(path: str, sentence: Sentence, message: str) -> Problem:
    """A problem at a sentence of a document."""
    where = f"sentence {sentence.number}: {message}"
    return Problem(path, sentence.line, sentence.start + 1, where, "coverage")


def _own(record: Record, message: str) -> Problem:
    line, column = record.mark
    return Problem(record.path, line, column, f"{record.id}: {message}", "coverage")


def cover(base: Base, texts: dict[str, Text]) -> tuple[list[Row], list[Problem]]:
    """The coverage of every document at hand, and every sentence that is not covered or has lost a fact.

    A document may be at hand under any file name; the problems name the file. Where several bases are laid
    over one another, a later one may rest more on a sentence than an earlier one counted or left out: then
    readings and omissions are not held against facts, which is done for each base alone.
    """
    alone = len(base.folders) == 1
    facts = facts_by_place(base, texts)
    omitted = _omitted(base, texts)
    counted = {
        (str(record.document), int(record.line), int(record.sentence)): record
        for record in base.records.values()
        if isinstance(record, Reading)
    }
    rows: list[Row] = []
    problems: list[Problem] = []
    for identifier, text in sorted(texts.items()):
        row = Row(identifier)
        rows.append(row)
        for sentence in text.all_sentences():
            row.sentences += 1
            place = (identifier, sentence.line, sentence.number)
            resting = facts.get(place, set())
            row.facts += len(resting)
            reading = counted.pop(place, None)
            omission = omitted.get(place)
            path = text.path.name
            if resting and omission is not None and alone:
                problems.append(_own(omission, "a fact rests on this sentence: drop the omission"))
            if resting:
                row.covered += 1
                problems += _recount(path, sentence, len(resting), reading) if alone else ()
            elif omission is not None:
                row.omitted[omission.reason] = row.omitted.get(omission.reason, 0) + 1
            else:
                row.uncovered += 1
                problems.append(_told(path, sentence, f"no fact rests on it: {sentence.text}"))
    for reading in counted.values():
        if reading.document in texts and alone:
            problems.append(_own(reading, "no fact rests on this sentence, or it is not there"))
    return rows, sorted(problems)


def _recount(path: str, sentence: Sentence, resting: int, reading: Reading | None) -> Iterable[Problem]:
    """What is wrong with the number of facts that rest on a sentence, as against its reading."""
    if reading is None:
        return [_told(path, sentence, f"not read: {resting} facts rest on it, no reading counts them")]
    if resting != reading.facts:
        message = f"{resting} facts rest on it, {reading.facts} were counted in reading: {sentence.text}"
        return [_told(path, sentence, message)]
    return []


def count_readings(base: Base, texts: dict[str, Text]) -> dict[str, list[Reading]]:
    """A reading for every sentence that facts rest on now, by document."""
    found: dict[str, list[Reading]] = {identifier: [] for identifier in texts}
    for place, resting in sorted(facts_by_place(base, texts).items()):
        document, line, sentence = place
        reading = Reading((1, 1), f"readings/{document}.yaml", f"{document}-{line}-{sentence}")
        values = {"document": document, "line": line, "sentence": sentence, "facts": len(resting)}
        reading.__dict__.update(values)
        found[document].append(reading)
    return found
