"""The records of a synthetic base, one method a kind."""

from __future__ import annotations

from drawing import LAST_YEAR, Draft, Drawing
from outputs import Plain
from words import RARE_WORD

from kosrel.model import FORMS, QUALIFIERS, RELATIONS
from kosrel.names import fold

OFFICES = ["President", "Prime Minister", "Foreign Minister", "Chief Negotiator", "Speaker", "Spokesperson"]


class Records(Drawing):
    """Draws every record of a base, in the order in which it is written."""

    def begin(self, draft: Draft | None = None) -> None:
        """Start on the next record."""
        self.numbers = set(draft.title) if draft else set()
        self.serial += draft is not None

    def finish(self, identifier: str, actors: list[str]) -> None:
        """Count what a record named."""
        for number in self.numbers:
            self.holding[number] += 1
        for actor in actors:
            if actor in self.mentions:
                self.mentions[actor] += 1

    def dated_record(self, kind: str, draft: Draft) -> Plain:
        """An event, a statement or a figure."""
        self.begin(draft)
        record: Plain = {"title": self.vocabulary.write(draft.title)}
        if draft.edtf:
            record["date"] = self.dated(draft.edtf)
        if kind == "figure":
            whole = self.chance(0.7)
            record["value"] = str(self.random.randint(1, 10 ** self.random.randint(1, 6)))
            record["value"] += "" if whole else f".{self.random.randint(1, 9)}"
            record |= {"unit": self.phrase(1, 2).lower(), "counted": self.words(3, 8).lower()}
            if self.chance(0.2):
                record["qualifier"] = self.random.choice(QUALIFIERS)
        if kind == "statement":
            record["speaker"] = self.document() if self.chance(0.03) else self.actor()
            record["form"] = self.random.choice(FORMS)
        if kind != "figure" or self.chance(0.3):
            record["summary"] = self.sentences(4, 9)
        if self.serial in self.planted:
            record["summary"] = f"{record.get('summary', self.sentences(1, 1))} It is about {RARE_WORD}."
            self.rare.append(draft.id)
        if self.chance(0.15):
            record["place"] = self.phrase(1, 2)
        owed = self.owed(self.sizes.actor, self.sizes.event) if kind == "event" else ()
        parts = self.parts(0 if kind != "event" else 1, 3)
        due = [{"actor": self.actors[number], "part": "subject"} for number in owed]
        seen = {each["actor"] for each in due}
        parts = due + [each for each in parts if each["actor"] not in seen]
        if parts:
            record["actors"] = parts
        if self.chance(0.15):
            record["agreement"] = self.agreements[self.agreement_skew.draw(self.random)]
        record["topics"] = self.link_topics()
        if self.chance(0.05):
            record["wordings"] = [self.words(3, 6).lower()]
        if self.chance(0.4):
            record["note"] = self.sentences(1, 1)
        record["sources"] = self.sources()
        if kind == "event":
            for each in parts:
                self.first_event.setdefault(each["actor"], draft.id)
        if kind == "figure" and len(self.sides) < 2 * self.sizes.conflict:
            self.sides.append(draft.id)
        return record

    def actor_record(self, identifier: str) -> Plain:
        """An actor with offices or relations."""
        self.begin()
        name, kind = self.actor_names[identifier], self.actor_types[identifier]
        record: Plain = {"name": name, "type": kind}
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if kind != "person" and len(initials) > 1:
            record["aliases"] = [initials]
        elif fold(name) != name.lower() and self.chance(0.6):
            record["spellings"] = [" ".join(word.capitalize() for word in fold(name).split())]
        record["summary"] = self.sentences(1, 2)
        if kind == "person":
            record["roles"] = []
            for _ in range(self.random.choice((1, 1, 2))):
                body = self.actor(others=True)
                office = f"{self.random.choice(OFFICES)} of {self.actor_names[body]}"
                year = LAST_YEAR - int(self.sizes.years * self.random.random() ** 3)
                role: Plain = {"office": office, "body": body}
                if self.chance(0.8):
                    role["date"] = f"{year:04}/.." if self.chance(0.1) else f"{year:04}"
                record["roles"].append({**role, "sources": [self.source()]})
        if kind != "person" or self.chance(0.3):
            other = next(each for each in iter(lambda: self.actor(others=True), None) if each != identifier)
            relation = {"relation": self.random.choice(RELATIONS), "actor": other, "sources": [self.source()]}
            record["relations"] = [relation]
        record["sources"] = [self.source()]
        return record

    def order_agreements(self) -> list[Draft]:
        """The agreements with their dates, in their order."""
        found = []
        for identifier in self.agreements:
            year = LAST_YEAR - 5 - int((self.sizes.years - 5) * self.random.random() ** 3)
            found.append(Draft(self.edtf("day", year), identifier, []))
        return sorted(found, key=lambda draft: draft.order)

    def agreement_record(self, draft: Draft) -> Plain:
        """An agreement with provisions and what became of it."""
        self.begin()
        assert draft.edtf
        year, number = int(draft.edtf[:4]), int(draft.id.rpartition("-")[2])
        record: Plain = {"title": f"{self.phrase(2, 4)} Agreement {number}", "date": draft.edtf}
        record |= {"summary": self.sentences(1, 3), "place": self.phrase(1, 2)}
        parties = list(dict.fromkeys(self.actor(others=True) for _ in range(3)))
        record["parties"] = [{"actor": each, "capacity": "party"} for each in parties]
        record["third_parties"] = [{"actor": self.actor(), "capacity": "mediator"}]
        record["provisions"] = [
            {"text": self.sentences(1, 1), "sources": [self.source()]}
            for _ in range(self.random.randint(2, 6))
        ]
        record["status_events"] = [
            {"status": status, "date": f"{year + place + 1:04}", "text": self.sentences(1, 1),
             "sources": [self.source()]}
            for place, status in enumerate(("ratified", "in-force", "implemented")[: self.random.randint(1, 3)])
        ]  # fmt: skip
        record |= {"topics": [self.topics[self.topic_skew.draw(self.random)]], "sources": [self.source()]}
        return record

    def order_references(self) -> list[Draft]:
        """The references with their dates, in their order."""
        found = []
        for number in range(self.sizes.reference):
            year = LAST_YEAR - int(30 * self.random.random() ** 2)
            edtf = self.edtf("day" if self.chance(0.9) else "year", year)
            found.append(Draft(edtf, self.reference(number), []))
        return sorted(found, key=lambda draft: draft.order)

    def reference_record(self, draft: Draft) -> Plain:
        """A work that a document cites."""
        self.begin()
        assert draft.edtf
        year, number = int(draft.edtf[:4]), int(draft.id.rpartition("-")[2])
        record: Plain = {"title": self.words(4, 10)}
        if self.chance(0.3):
            names = self.titles
            record["author"] = f"{self.random.choice(names.surnames)}, {self.random.choice(names.given)}"
        record |= {"publisher": f"The {self.phrase(1, 2)}", "date": draft.edtf, "language": "en"}
        record["url"] = f"https://press.example/{year}/{number}"
        if self.chance(0.4):
            record["archive_url"] = f"https://archive.example/{number}"
            record["archive_date"] = f"{year + 1:04}"
        record["document"] = self.documents[(number - 1) % len(self.documents)]
        record["line"] = str(self.random.randint(1, 2000))
        return record

    def document_record(self, identifier: str) -> Plain:
        """A document."""
        self.begin()
        return {
            "title": self.words(3, 6), "type": "invented report", "publisher": self.phrase(1, 2), "date": "2024",
            "language": "en", "summary": self.sentences(1, 1), "file": f"{identifier}.txt", "markup": "plain",
        }  # fmt: skip

    def topic_record(self, identifier: str) -> Plain:
        """A topic."""
        self.begin()
        return {"title": f"{self.phrase(1, 2)} {int(identifier[6:])}", "summary": self.sentences(1, 1)}

    def conflict_record(self, number: int) -> Plain:
        """Two figures that disagree."""
        self.begin()
        sides = self.sides[2 * number : 2 * number + 2]
        return {
            "title": self.words(3, 6),
            "type": self.random.choice(("contradiction", "as-of", "precision")),
            "sides": [{"record": each, "says": self.phrase(2, 5).lower()} for each in sides],
            "note": self.sentences(1, 1),
            "topics": [self.topics[self.topic_skew.draw(self.random)]],
        }
