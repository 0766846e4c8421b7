"""Change one thing in a fact of a base and see whether verify names that fact, and no other.

Run:  python tests/mutations.py DOCUMENTS [HOW MANY] [FACTS]

Changed, one at a time and at random (seed 1): the line of a source, a word of a quote, a digit of a stated date, and
the value of a figure. Printed for each: how many changes verify tells, and how many problems it finds elsewhere.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kosrel import loader, shipped
from kosrel.dates import parse_edtf
from kosrel.documents import find_documents
from kosrel.errors import BadUsage
from kosrel.evidence import Tally, verify
from kosrel.fields import Dated, Word
from kosrel.model import Figure, Reading, Record, Source

CHOICE = random.Random(1)


def changes(base: loader.Base) -> Iterator[tuple[str, Record, Any, str, Any]]:
    """Every change there can be: what is changed, in which record, object and attribute, and to what."""
    for record in base.records.values():
        if isinstance(record, Reading):
            continue
        for part in record.walk():
            if isinstance(part, Source):
                yield "line", record, part, "line", part.line + 1
                words = str(part.quote).split()
                place = CHOICE.randrange(len(words))
                words[place] = f"{words[place]}x" if words[place].isalpha() else f"x{words[place]}"
                quote = Word(" ".join(words))
                quote.mark = part.mark
                yield "quote", record, part, "quote", quote
            if isinstance(part, Figure):
                yield "value", record, part, "value", part.value + 7
            date = part.__dict__.get("date")
            if isinstance(date, Dated) and date.basis == "stated" and date.note is None:
                digit = "7" if date.date.edtf[-1] != "7" else "6"
                try:
                    changed = parse_edtf(date.date.edtf[:-1] + digit)
                except BadUsage:
                    continue
                yield "date", record, date, "date", changed


def main(documents: str, most: str = "400", facts: str | None = None) -> int:
    """Print the figures; 0 when every change is told and nothing else is."""
    base = loader.load(Path(facts or shipped.find_facts()))
    texts = find_documents(base, Path(documents))
    before = {str(problem) for problem in verify(base, texts, Tally())}
    every = list(changes(base))
    tried: dict[str, list[int]] = {}
    for what, record, thing, attribute, value in CHOICE.sample(every, min(int(most), len(every))):
        old = getattr(thing, attribute)
        if isinstance(thing, Dated):
            thing.date = value
        else:
            thing.__dict__[attribute] = value
        found = [each for each in verify(base, texts, Tally()) if str(each) not in before]
        if isinstance(thing, Dated):
            thing.date = old
        else:
            thing.__dict__[attribute] = old
        told = [each for each in found if each.message.startswith(f"{record.id}:")]
        counts = tried.setdefault(what, [0, 0, 0])
        counts[0] += 1
        counts[1] += bool(told)
        counts[2] += len(found) - len(told)
        if not told:
            print(f"not told: {what} of {record.id} to {value!r}")
    for what, (number, told_ones, elsewhere) in sorted(tried.items()):
        print(f"{what}: {number} changed, {told_ones} told, {elsewhere} problems in other facts")
    return 0 if all(counts[0] == counts[1] and not counts[2] for counts in tried.values()) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
