"""Is what the base says really written there: quotes, dates, numbers, names and places against the documents.

``verify`` reads every fact again in the sentences that its quotes point at. What the sentence only implies
must be explained in the record: a date by its basis and note, a name by a note.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from kosrel.dates import MONTHS
from kosrel.documents import Text, find_quote, sentences_with
from kosrel.errors import Problem
from kosrel.fields import Dated, Structure
from kosrel.loader import Base
from kosrel.model import (
    Actor,
    Agreement,
    Document,
    Figure,
    Omission,
    Participant,
    Party,
    Record,
    Reference,
    Relation,
    Role,
    Source,
    Statement,
    StatusEvent,
    Topic,
)
from kosrel.names import fold, surname

# Number words of the documents' languages and of ours, folded.
_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_WORDS = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 20 + 10 * value for value, word in enumerate(_TENS)},
    **{word: 1 + value for value, word in enumerate(_ORDINALS)},
    "hundred": 100,
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "both": 2,
    "kedua": 2,
}
_SCALES = {"thousand": 1_000, "million": 1_000_000, "juta": 1_000_000, "billion": 1_000_000_000}
# Words so common in our own prose that they count nothing.
_UNCOUNTED = {"one", "first", "second", "two", "zero", "both"}
_MONTH_NAMES = {
    **{name.lower(): number for number, name in enumerate(MONTHS, 1)},
    "mei": 5,
}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?: (?:thousand|million|billion|juta)\b)?")
_SHORT_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})\b")


class Tally:
    """What ``verify`` looked at: how many of each thing."""

    def __init__(self) -> None:
        self.documents = 0
        self.facts = 0
        self.quotes = 0
        self.references = 0
        self.dates = 0
        self.numbers = 0
        self.names = 0
        self.places = 0

    def as_json(self) -> dict[str, int]:
        """The counts by name."""
        return dict(vars(self))


class Fact:
    """A record, or a part of one with sources of its own, with the sentences that it rests on."""

    def __init__(self, record: Record, part: Structure, text: str) -> None:
        self.record = record
        self.part = part
        self.text = text
        self.folded = f" {fold(text)} "
        self.words = set(self.folded.split())
        self.note = " ".join(
            str(note)
            for note in (
                getattr(part, "note", None),
                getattr(record, "note", None) if part is record else None,
            )
            if note
        )


def numbers_in(text: str) -> set[float]:
    """Every number that a text writes in digits or words: ``1,800``, ``1.7 million``, ``100th``, ``four``."""
    found: set[float] = set()
    for match in _NUMBER.finditer(text):
        digits, _, scale = match[0].partition(" ")
        value = float(digits.replace(",", "").rstrip("."))
        found |= {value, value * _SCALES.get(scale, 1)}
    words = fold(text).split()
    for place, word in enumerate(words):
        if word in _WORDS:
            found.add(float(_WORDS[word]))
            following = words[place + 1] if place + 1 < len(words) else ""
            if _WORDS[word] in range(20, 100, 10) and _WORDS.get(following, 99) < 10:
                found.add(float(_WORDS[word] + _WORDS[following]))
            if following in _SCALES:
                found.add(float(_WORDS[word] * _SCALES[following]))
    return found


def facts_of(base: Base, texts: dict[str, Text]) -> Iterator[Fact]:
    """Every fact of the base with the text of its sentences, in the documents at hand."""
    for record in base.records.values():
        for part in record.walk():
            sources = getattr(part, "sources", None)
            if sources:
                cited = {
                    (sentence.line, sentence.number, source.document): sentence.text
                    for source in sources
                    if source.document in texts
                    for sentence in sentences_with(texts[source.document], source.line, source.quote)
                }
                if cited:
                    yield Fact(record, part, " ".join(cited.values()))


def verify(base: Base, texts: dict[str, Text], tally: Tally) -> Iterator[Problem]:
    """Everything in the base that the documents do not bear out; ``tally`` counts what was looked at."""
    yield from _documents(base, texts, tally)
    for record in base.records.values():
        for part in record.walk():
            if isinstance(part, Source) and part.document in texts:
                tally.quotes += 1
                yield from _quote(record, part, texts[part.document], base, tally)
        if isinstance(record, Omission) and record.document in texts:
            tally.quotes += 1
            yield from _pin(record, record, texts[record.document])
        if isinstance(record, Reference) and record.document in texts:
            yield from _reference(record, texts[record.document])
    for fact in facts_of(base, texts):
        tally.facts += 1
        yield from _date(fact, tally)
        yield from _numbers(fact, tally)
        yield from _actors(fact, base, tally)
        yield from _names(fact, base, tally)
        yield from _place(fact, tally)
        yield from _office(fact)


def _problem(record: Record, structure: Any, rule: str, message: str) -> Problem:
    line, column = structure.mark
    return Problem(record.path, line, column, f"{record.id}: {message}", rule)


def _documents(base: Base, texts: dict[str, Text], tally: Tally) -> Iterator[Problem]:
    for record in base.records.values():
        if not isinstance(record, Document):
            continue
        text = texts.get(record.id)
        if text is None:
            yield _problem(
                record, record, "document", f"the document is not at hand; its file is {record.file}"
            )
        else:
            tally.documents += 1
            if not text.genuine:
                message = f"{text.path.name} is not the text that the facts were read from (other content)"
                yield _problem(record, record, "document", message)


def _pin(record: Record, part: Any, text: Text) -> Iterator[Problem]:
    """A quote stands verbatim in one sentence of its line; moved ones are told with the right line."""
    quote, line = str(part.quote), int(part.line)
    holding = sentences_with(text, line, quote)
    if len(holding) == 1:
        return
    if len(holding) > 1:
        message = f"the quote “{quote}” stands {len(holding)} times in line {line}: take more words"
    elif find_quote(quote, text.line(line)):
        message = f"the quote “{quote}” runs over the end of a sentence in line {line}"
    else:
        moved = [number for number, plain in enumerate(text.lines, 1) if find_quote(quote, plain)]
        if moved:
            message = f"the quote “{quote}” is not in line {line} but in line {', '.join(map(str, moved))}"
        else:
            near = _nearest(quote, text.line(line))
            message = f"the quote “{quote}” is not in line {line}" + (f"; near: “{near}”" if near else "")
    yield _problem(record, part, "quote", message)


def _nearest(quote: str, line: str) -> str | None:
    """The run of words of a line that is most like a quote, if any is."""
    words, length = line.split(), len(quote.split())
    runs = [" ".join(words[start : start + length]) for start in range(max(len(words) - length + 1, 0))]
    near = difflib.get_close_matches(quote, runs, n=1, cutoff=0.7)
    return near[0] if near else None


def _quote(record: Record, source: Source, text: Text, base: Base, tally: Tally) -> Iterator[Problem]:
    yield from _pin(record, source, text)
    if text.record.markup != "wikitext":
        return
    cited = text.cited_on(source.line)
    for target in source.references:
        tally.references += 1
        work = base.records.get(target)
        if isinstance(work, Reference):
            addresses = {str(address) for address in (work.url, work.archive_url) if address}
            if not addresses & cited:
                message = f"line {source.line} does not cite '{target}'"
                yield _problem(record, target, "reference", message)


def _reference(record: Reference, text: Text) -> Iterator[Problem]:
    """What is known of a cited work stands in the footnote that first gives it."""
    raw = text.raw[record.line - 1] if record.line <= len(text.raw) else ""
    for address in (record.url, record.archive_url):
        if address and address not in raw:
            yield _problem(record, record, "reference", f"line {record.line} does not hold {address}")
    notes = [note for note in re.split(r"<ref\b", raw) if str(record.url or record.archive_url or "") in note]
    # An address often holds a date; it proves none.
    raw = re.sub(r"https?://[^\s|\]}<]+", " ", notes[0] if notes else raw)
    plain = re.sub(r"\[\[|\]\]|''", "", raw)
    for name in ("title", "publisher", "pages"):
        value = getattr(record, name)
        if value and str(value) not in plain:
            yield _problem(
                record, value, "reference", f"line {record.line} does not hold the {name} “{value}”"
            )
    for word in re.findall(r"\w+", str(record.author or "")):
        if word not in raw:
            yield _problem(record, record, "reference", f"line {record.line} does not hold the author {word}")
    for name in ("date", "archive_date", "accessed"):
        date = getattr(record, name)
        if date and not _stated(date.date.edtf, raw):
            yield _problem(record, date, "reference", f"line {record.line} does not state {date.date.edtf}")


def _stated(edtf: str, text: str) -> bool:
    """Whether every day, month and year of an EDTF text stands in ``text``, in figures or words."""
    if edtf in text:
        return True
    folded = fold(text)
    numbers = {int(number) for number in re.findall(r"\d+", folded)}
    numbers |= {int(number) for number in re.findall(r"(\d+)(?:st|nd|rd|th)\b", folded)}
    for number in re.findall(r"\b\d{1,2}/\d{1,2}/(\d\d)\b", text):
        numbers.add(2000 + int(number))
    months = {_MONTH_NAMES[word] for word in folded.split() if word in _MONTH_NAMES}
    if _SHORT_DATE.search(text):
        months |= numbers
    for single in re.findall(r"\d{4}(?:-\d\d)?(?:-\d\d)?", edtf):
        year, *rest = (int(part) for part in single.split("-"))
        if year not in numbers:
            return False
        if rest and rest[0] not in months:
            return False
        if len(rest) > 1 and rest[1] not in numbers:
            return False
    return True


def _date(fact: Fact, tally: Tally) -> Iterator[Problem]:
    """A stated date stands in the sentence; any other says how it is known."""
    value = fact.part.__dict__.get("date")
    if isinstance(value, Dated):
        tally.dates += 1
        if value.basis == "stated" and value.note is None and not _stated(value.date.edtf, fact.text):
            message = f"the date {value.date.edtf} is not stated in the cited sentence"
            yield _problem(fact.record, value, "date", message)


def _own_words(part: Structure) -> str:
    """What a fact says in our words: title, summary, text, what is counted."""
    names = ("title", "summary", "text", "counted")
    return ". ".join(str(part.__dict__[name]) for name in names if name in part.__dict__)


def _explained(fact: Fact) -> str:
    """Everything in a fact that explains what the sentence does not say: its notes and those of its date."""
    notes = [fact.note]
    value = fact.part.__dict__.get("date")
    if isinstance(value, Dated) and (value.note or value.basis != "stated"):
        notes += [value.note or "", value.date.edtf.replace("-", " ")]
        months = re.findall(r"\d{4}-(\d\d)", value.date.edtf)
        notes += [MONTHS[int(month) - 1] for month in months]
        notes += [str(int(number)) for number in re.findall(r"-(\d\d)\b", value.date.edtf)]
    return " ".join(notes)


def _numbers(fact: Fact, tally: Tally) -> Iterator[Problem]:
    """Every number in our own words, and a figure's value, stands in the sentence or in a note."""
    if isinstance(fact.part, Actor | Agreement):
        return
    known = numbers_in(fact.text) | numbers_in(_explained(fact))
    written = numbers_in(_own_words(fact.part))
    counted = {float(value) for word, value in _WORDS.items() if word in _UNCOUNTED}
    digits = {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", _own_words(fact.part))}
    wanted = {number for number in written if number not in counted or number in digits}
    if isinstance(fact.part, Figure):
        wanted.add(float(fact.part.value))
    tally.numbers += len(wanted)
    missing = sorted(wanted - known)
    for number in missing:
        scaled = any(number * scale in missing for scale in _SCALES.values())
        if not scaled:
            message = f"the number {number:g} is not in the cited sentence"
            yield _problem(fact.record, fact.part, "number", message)


def named(actor: Record, folded: str) -> bool:
    """Whether a folded text (with blanks around it) names an actor under any of its spellings.

    Of a person the surname is enough; a possessive or plural ``s`` may follow.
    """
    for name, _how in actor.names():
        plain = fold(name)
        if isinstance(actor, Actor) and actor.type == "person":
            plain = surname(plain) or plain
        if f" {plain} " in folded or f" {plain}s " in folded:
            return True
    return False


def _linked(part: Structure) -> Iterator[tuple[str, Any, str | None]]:
    """The actors that a fact names: id, place and the note that explains the link, if there is one."""
    own = getattr(part, "note", None)
    for entry in (
        *getattr(part, "actors", ()),
        *getattr(part, "parties", ()),
        *getattr(part, "third_parties", ()),
    ):
        if isinstance(entry, Participant | Party):
            yield entry.actor, entry, entry.note
    if isinstance(part, Role):
        if part.body is not None:
            yield part.body, part.body, own or "the office names it"
    elif isinstance(part, Relation):
        yield part.actor, part.actor, own
    elif isinstance(part, StatusEvent):
        if part.actor is not None:
            yield part.actor, part.actor, own
    elif isinstance(part, Statement | Figure) and part.speaker is not None:
        yield part.speaker, part.speaker, own


def _actors(fact: Fact, base: Base, tally: Tally) -> Iterator[Problem]:
    """Every actor of a fact is named in the sentence under some spelling, or a note tells how it is known."""
    targets = list(_linked(fact.part))
    if isinstance(fact.record, Actor):
        targets.append((fact.record.id, fact.part, getattr(fact.part, "note", None)))
    for identifier, place, note in targets:
        actor = base.records.get(identifier)
        if isinstance(actor, Actor):
            tally.names += 1
            if not note and not named(actor, fact.folded):
                message = (
                    f"the cited sentence does not name {actor.name}: add a note that tells how it is known"
                )
                yield _problem(fact.record, place, "name", message)


def _names(fact: Fact, base: Base, tally: Tally) -> Iterator[Problem]:
    """Every name in our own words is in the sentence, or is that of a linked record, or stands in a note."""
    if isinstance(fact.part, Actor | Agreement):
        return
    known = f"{fact.folded} {fold(_explained(fact))} "
    for identifier, _kinds in _all_links(fact):
        linked = base.records.get(identifier)
        if linked is not None and not isinstance(linked, Topic | Reference):
            known += " ".join(fold(name) for name, _how in linked.names()) + " "
    if isinstance(fact.record, Actor | Agreement):
        known += " ".join(fold(name) for name, _how in fact.record.names()) + " "
    stems = {word[:5] for word in known.split()}
    for word in _capitals(_own_words(fact.part)):
        tally.names += 1
        plain = fold(word)
        if plain and plain[:5] not in stems and plain not in stems:
            message = f"the cited sentence does not hold the name “{word}”"
            yield _problem(fact.record, fact.part, "name", message)


def _all_links(fact: Fact) -> Iterator[tuple[Any, Any]]:
    for inner in fact.part.walk():
        if inner is fact.part or isinstance(inner, Participant | Party):
            yield from inner.links()


def _capitals(text: str) -> Iterable[str]:
    """The capitalised words of our own prose that begin no sentence and are no months."""
    found = []
    for match in re.finditer(r"\b[A-ZÀ-ÞĀ-Ž][\w’'-]+", text):
        before = text[: match.start()].rstrip(" “\"'(")
        if before and before[-1] not in ".!?:" and match[0].lower() not in _MONTH_NAMES:
            found.append(re.sub(r"[’']s?$", "", match[0]))
    return [part for word in found for part in re.split(r"[-’']", word) if part[:1].isupper()]


def _place(fact: Fact, tally: Tally) -> Iterator[Problem]:
    """A place is stated in the sentence, or a note says how it is known."""
    place = fact.part.__dict__.get("place")
    if place and not isinstance(fact.part, Actor):
        tally.places += 1
        missing = [word for word in fold(place).split() if len(word) > 3 and word not in fact.folded]
        if missing and not fact.note:
            message = f"the cited sentence does not name the place {place}"
            yield _problem(fact.record, place, "place", message)


def _office(fact: Fact) -> Iterator[Problem]:
    """The words of an office are in the sentence (``Serbian Prime Minister``), or a note explains them."""
    if isinstance(fact.part, Role) and not fact.part.note:
        stems = {word[:5] for word in fact.words}
        missing = [word for word in fold(fact.part.office).split() if len(word) > 3 and word[:5] not in stems]
        if missing:
            message = (
                f"the cited sentence does not hold “{' '.join(missing)}” of the office {fact.part.office}"
            )
            yield _problem(fact.record, fact.part.office, "office", message)
