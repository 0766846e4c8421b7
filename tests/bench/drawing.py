"""What the records of a synthetic base are made of, drawn one after another from one seed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import Any

from outputs import Plain
from words import Names, Skew, Vocabulary

from kosrel.dates import days_in_month, parse_edtf
from kosrel.names import fold

LAST_YEAR = 2024
ACTOR_TYPES = {
    "person": 60, "organisation": 14, "company": 7, "government": 5, "party": 5, "group": 4, "state": 3,
    "mission": 2,
}  # fmt: skip
PARTS = "participant mediator host signatory witness subject addressee organiser critic beneficiary".split()
# How precise dates are, in percent of the records of a kind.
PRECISIONS = {
    "event": {"day": 72, "month": 10, "year": 5, "interval": 2, "set": 1, None: 10},
    "statement": {"day": 58, "month": 10, "year": 5, "interval": 2, "set": 2, None: 23},
    "figure": {"day": 30, "month": 15, "year": 35, None: 20},
}
# Steepness of the skews. In the shipped base the frequencies of actors fall as 1 / rank.
ACTOR_SKEW, TOPIC_SKEW, AGREEMENT_SKEW, DOCUMENT_SKEW = 1.0, 1.0, 0.8, 0.5


class Sizes:
    """How many records of each kind make up a base of ``size`` facts, and how many years it covers."""

    def __init__(self, size: int) -> None:
        self.document = max(3, size // 1000)
        self.topic = round(20 * (size / 400) ** 0.3)
        self.reference = max(6, size * 3 // 100)
        self.actor = max(12, size // 100)
        self.agreement = max(3, size // 500)
        self.conflict = max(2, size // 2000)
        self.figure = max(5, size // 20)
        fixed = sum(vars(self).values())
        self.event = (size - fixed) * 45 // 100
        self.statement = size - fixed - self.event
        self.years = round(25 * (size / 400) ** 0.38)


class Draft:
    """A record to come: its place in time, its id and its title."""

    __slots__ = ("edtf", "id", "order", "title")

    def __init__(self, edtf: str | None, identifier: str, title: list[int]) -> None:
        self.edtf = edtf
        self.id = identifier
        self.title = title
        date = parse_edtf(edtf) if edtf else None
        self.order = ((date.earliest or "") if date else "", (date.latest or "~") if date else "", identifier)


class Drawing:
    """Draws words, dates, actors and sources for the records of a base."""

    def __init__(self, size: int, seed: int) -> None:
        self.random = Random(f"{seed} {size}")
        self.sizes = sizes = Sizes(size)
        self.vocabulary = Vocabulary(self.random, int(150 * math.sqrt(size)))
        self.holding = [0] * len(self.vocabulary.words)  # in how many records a word stands
        self.numbers: set[int] = set()  # the words of the record that is being drawn
        names = Names(self.random, sizes.actor * 6 // 10)
        self.titles = names
        kinds = self.random.choices(list(ACTOR_TYPES), weights=list(ACTOR_TYPES.values()), k=sizes.actor)
        kinds[:4] = ["state", "state", "government", "government"]
        self.actors: list[str] = []
        self.actor_names: dict[str, str] = {}
        self.actor_types: dict[str, str] = {}
        for kind in kinds:
            name = names.name(kind)
            identifier = fold(name).replace(" ", "-")
            self.actors.append(identifier)
            self.actor_names[identifier] = name
            self.actor_types[identifier] = kind
        self.bodies = [each for each in self.actors if self.actor_types[each] != "person"]
        self.documents = [f"document-{number + 1:05}" for number in range(sizes.document)]
        self.topics = [f"topic-{number + 1:05}" for number in range(sizes.topic)]
        self.agreements = [f"agreement-{number + 1:05}" for number in range(sizes.agreement)]
        self.mentions = dict.fromkeys(self.actors, 0)
        self.first_event: dict[str, str] = {}
        self.actor_skew = Skew(sizes.actor, ACTOR_SKEW)
        self.topic_skew = Skew(sizes.topic, TOPIC_SKEW)
        self.agreement_skew = Skew(sizes.agreement, AGREEMENT_SKEW)
        self.document_skew = Skew(sizes.document, DOCUMENT_SKEW)
        self.serial = 0  # the number of the fact with a source that is being drawn
        self.facts = sizes.event + sizes.statement + sizes.figure
        self.planted = [self.facts * quarter // 4 for quarter in (1, 2, 3)]
        self.rare: list[str] = []  # the records with the rare word
        self.sides: list[str] = []  # every so many figures two that disagree

    # Small things.

    def chance(self, share: float) -> bool:
        """True with a probability."""
        return self.random.random() < share

    def words(self, least: int, most: int) -> str:
        """A phrase of so many words."""
        numbers = self.vocabulary.draw(self.random, self.random.randint(least, most))
        self.numbers.update(numbers)
        return self.vocabulary.write(numbers)

    def phrase(self, least: int, most: int) -> str:
        """A phrase of so many words that carry a meaning, none of which YAML could take for a truth value."""
        numbers = [self.vocabulary.content(self.random) for _ in range(self.random.randint(least, most))]
        self.numbers.update(numbers)
        return self.vocabulary.write(numbers)

    def sentences(self, least: int, most: int) -> str:
        """So many sentences."""
        return " ".join([f"{self.words(8, 18)}." for _ in range(self.random.randint(least, most))])

    def actor(self, others: bool = False) -> str:
        """An actor, the commonest first; with ``others`` one that is no person."""
        if others:
            return self.bodies[self.actor_skew.draw(self.random) % len(self.bodies)]
        return self.actors[self.actor_skew.draw(self.random)]

    def document(self) -> str:
        """A document."""
        return self.documents[self.document_skew.draw(self.random)]

    def link_topics(self) -> list[str]:
        """One to three topics."""
        found = [self.topics[self.topic_skew.draw(self.random)] for _ in range(self.random.randint(1, 3))]
        if self.serial <= len(self.topics):
            found.insert(0, self.topics[self.serial - 1])  # each is used once at least
        return list(dict.fromkeys(found))

    def parts(self, least: int, most: int, owed: str | None = None) -> list[Plain]:
        """So many actors with their parts, the one that is ``owed`` a mention among them."""
        found = [self.actor() for _ in range(self.random.randint(least, most))]
        if owed:
            found.insert(0, owed)
        return [{"actor": each, "part": self.random.choice(PARTS)} for each in dict.fromkeys(found)]

    def reference(self, number: int) -> str:
        """The id of a reference; the document that cites it is the one of its number, round and round."""
        return f"reference-{number + 1:06}"

    def source(self, document: str | None = None, references: tuple[str, ...] = ()) -> Plain:
        """A place in a document with a quote."""
        document = document or self.document()
        source: Plain = {
            "document": document,
            "line": str(self.random.randint(1, 2000)),
            "quote": self.words(4, 12),
        }
        if not references and self.chance(0.3):
            # Of the references of this document, which are every so many.
            place = int(document.rpartition("-")[2]) - 1
            known = (self.sizes.reference - 1 - place) // len(self.documents) + 1
            if known > 0:
                chosen = place + int(known * self.random.random() ** 2) * len(self.documents)
                references = (self.reference(chosen),)
        if references:
            source["references"] = list(references)
        return source

    def owed(self, count: int, facts: int) -> range:
        """Which of ``count`` things this fact must name, so that the first ``facts`` facts name each once."""
        return range((self.serial - 1) * count // facts, self.serial * count // facts)

    def sources(self) -> list[Plain]:
        """One source, sometimes two; the first cites what nothing has cited yet when its turn has come."""
        references = self.owed(self.sizes.reference, self.facts)
        if references:
            document = self.documents[references[0] % len(self.documents)]
            found = [self.source(document, (self.reference(references[0]),))]
        else:
            found = [self.source()]
        if self.chance(0.2):
            found.append(self.source())
        return found

    # Dates.

    def edtf(self, precision: str | None, year: int) -> str | None:
        """A date of a precision that begins in a year."""
        month = self.random.randint(1, 12)
        if precision is None:
            return None
        if precision == "year":
            return f"{year:04}" + ("~" if self.chance(0.1) else "")
        if precision == "month":
            return f"{year:04}-{month:02}"
        if precision == "interval":
            later = min(LAST_YEAR, year + self.random.choice((0, 0, 0, 1, 1, 2)))
            return (
                f"{year:04}-{month:02}/{later:04}-{self.random.randint(month if later == year else 1, 12):02}"
            )
        if precision == "set":
            day, month = sorted((self.random.randint(1, 12), self.random.randint(1, 12)))
            if day == month:
                day, month = (day, month + 1) if month < 12 else (day - 1, month)
            return f"[{year:04}-{day:02}-{month:02},{year:04}-{month:02}-{day:02}]"
        if self.chance(0.3):  # some days of a year see much
            return f"{year:04}-{1 + year * 7 % 12:02}-{1 + int(28 * self.random.random() ** 2):02}"
        return f"{year:04}-{month:02}-{self.random.randint(1, days_in_month(year, month)):02}"

    def dated(self, edtf: str) -> Any:
        """A date as it stands in a fact file, some with their basis."""
        if edtf.startswith("["):
            return {
                "edtf": edtf,
                "basis": "ambiguous",
                "note": "the day and the month can be read either way",
            }
        if self.chance(0.2):
            return {
                "edtf": edtf,
                "basis": "derived",
                "note": f"the year comes from {self.words(3, 8).lower()}",
            }
        return edtf

    def drafts(self, kind: str, year: int | None, count: int) -> list[Draft]:
        """The records of a kind that begin in a year, or that have no date, in their order."""
        weights = PRECISIONS[kind]
        dated = {key: weight for key, weight in weights.items() if key is not None}
        precisions = self.random.choices(list(dated), weights=list(dated.values()), k=count)
        found = []
        for precision in precisions:
            title = self.vocabulary.draw(self.random, self.random.randint(4, 9))
            slug = "-".join([self.vocabulary.words[number] for number in title[:3]])
            self.serial += 1
            edtf = self.edtf(precision, year) if year is not None else None
            found.append(Draft(edtf, f"{slug}-{self.serial}", title))
        self.serial -= count
        return sorted(found, key=lambda draft: draft.order)

    def chunks(self, kind: str) -> Iterator[tuple[str, int | None, int]]:
        """The files of a kind: name, year or None for the undated, and number of records; late years have more."""
        count: int = getattr(self.sizes, kind)
        weights = PRECISIONS[kind]
        undated = count * weights[None] // 100
        years = range(LAST_YEAR - self.sizes.years + 1, LAST_YEAR + 1)
        shares = [math.exp((year - LAST_YEAR) * 8 / self.sizes.years) for year in years]
        given, total = 0, 0.0
        for year, share in zip(years, shares, strict=True):
            total += share
            upto = round((count - undated) * total / sum(shares))
            if upto > given:
                yield f"{year:04}", year, upto - given
            given = upto
        if undated:
            yield "undated", None, undated
