"""Write synthetic fact bases: the same for the same size and seed, with the skew of real ones.

Run:  python tests/bench/generate.py FOLDER [--sizes 400 10000 …] [--seed 1] [--no-peers]

For each size N there is then FOLDER/N with ``facts/`` (a base that ``kosrel check`` finds sound), ``peers/`` (the same
facts for other tools), ``dates.txt`` (10,000 days) and ``probes.json``, which is also printed: what to look for.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from drawing import LAST_YEAR, Draft
from outputs import Peers, Plain, Shelf, list_actors
from records import Records
from words import RARE_WORD

from kosrel.dates import days_in_month, parse_edtf, relate

SIZES = (400, 10_000, 100_000, 1_000_000)
FEW = 3  # events on the day that is looked for
MOST_AGREEMENT_FILES = 100
# Years share a file of so many facts in a base of a thousand times as many, within these bounds.
SHARED_LEAST, SHARED_MOST = 20, 1000


class Days:
    """Finds the day with a few events on it and few coarser dates around it, and the busiest day."""

    def __init__(self) -> None:
        self.few: tuple[tuple[int, int], str, list[str]] | None = None
        self.busy: tuple[int, str] = (0, "")
        self.open: list[str] = []  # dates that reach into the next year

    def read(self, year: int, drafts: Sequence[Draft]) -> None:
        """The events of a year; years come in order."""
        exact: dict[str, list[str]] = {}
        coarse: list[str] = [each for each in self.open if f"{year:04}" <= (parse_edtf(each).latest or "")]
        months: dict[str, int] = {}
        for draft in drafts:
            assert draft.edtf
            if draft.order[0] == draft.order[1]:
                exact.setdefault(draft.edtf, []).append(draft.id)
            else:
                coarse.append(draft.edtf)
                if draft.order[0][:7] == draft.order[1][:7]:
                    months[draft.edtf] = months.get(draft.edtf, 0) + 1
        years = sum(1 for each in coarse if len(each) <= 5)
        for day, identifiers in exact.items():
            self.busy = max(self.busy, (len(identifiers) + months.get(day[:7], 0) + years, day))
            least = (abs(len(identifiers) - FEW), len(identifiers) + years)
            if self.few is None or least < self.few[0]:
                when = parse_edtf(day)
                others = sum(1 for each in coarse if relate(parse_edtf(each), when))
                key = (least[0], len(identifiers) + others)
                if self.few is None or key < self.few[0]:
                    self.few = (key, day, identifiers)
        self.open = [
            each for each in coarse if "/" in each and f"{year + 1:04}" <= (parse_edtf(each).latest or "")
        ]


def generate(place: Path, size: int, seed: int, with_peers: bool) -> Plain:
    """Write the base of ``size`` facts into the new folder ``place``; what to look for in it."""
    place.mkdir(parents=True)
    facts = place / "facts"
    facts.mkdir()
    drawing = Records(size, seed)
    names = {**drawing.actor_names, **dict.fromkeys(drawing.documents, "a document")}
    peers = Peers(place / "peers", names, size) if with_peers else None
    counts: dict[str, int] = {}
    days = Days()
    shared = min(max(size // 1000, SHARED_LEAST), SHARED_MOST)
    shown = time.monotonic()

    def put(shelf: Shelf, kind: str, identifier: str, record: Plain) -> None:
        nonlocal shown
        actors = list_actors(record)
        shelf.put(identifier, record)
        drawing.finish(identifier, actors)
        if peers:
            peers.put(kind, identifier, record)
        counts[kind] = counts.get(kind, 0) + 1
        if time.monotonic() - shown > 5:
            shown = time.monotonic()
            print(f"{sum(counts.values()):,} of {size:,}", file=sys.stderr, flush=True)

    for kind in ("event", "statement", "figure"):
        shelf = Shelf(facts, f"{kind}s", shared)
        for name, year, count in drawing.chunks(kind):
            drafts = drawing.drafts(kind, year, count)
            if kind == "event" and year is not None:
                days.read(year, drafts)
            for draft, _ in zip(drafts, shelf.open(name, count), strict=True):
                put(shelf, kind, draft.id, drawing.dated_record(kind, draft))
        shelf.close()

    by_type: dict[str, list[str]] = {}
    for actor in sorted(drawing.actors):
        by_type.setdefault(drawing.actor_types[actor], []).append(actor)
    shelf = Shelf(facts, "actors")
    for name, actors in by_type.items():
        for actor, _ in zip(actors, shelf.open(name, len(actors)), strict=True):
            put(shelf, "actor", actor, drawing.actor_record(actor))
    shelf.close()

    agreements = drawing.order_agreements()
    shelf = Shelf(facts, "agreements", shared if len(agreements) > MOST_AGREEMENT_FILES else 0)
    if len(agreements) <= MOST_AGREEMENT_FILES:
        for draft in agreements:
            next(shelf.open(draft.id, 1))
            put(shelf, "agreement", draft.id, drawing.agreement_record(draft))
    else:
        by_year: dict[str, list[Draft]] = {}
        for draft in agreements:
            by_year.setdefault(draft.order[0][:4], []).append(draft)
        for year_name, drafts in by_year.items():
            for draft, _ in zip(drafts, shelf.open(year_name, len(drafts)), strict=True):
                put(shelf, "agreement", draft.id, drawing.agreement_record(draft))
    shelf.close()

    references = drawing.order_references()
    shelf = Shelf(facts, "references")
    for draft, _ in zip(references, shelf.open(None, len(references)), strict=True):
        put(shelf, "reference", draft.id, drawing.reference_record(draft))
    shelf.close()
    for kind, identifiers in (("document", drawing.documents), ("topic", drawing.topics)):
        shelf = Shelf(facts, f"{kind}s")
        for identifier, _ in zip(identifiers, shelf.open(None, len(identifiers)), strict=True):
            record = (drawing.document_record if kind == "document" else drawing.topic_record)(identifier)
            put(shelf, kind, identifier, record)
        shelf.close()
    shelf = Shelf(facts, "conflicts")
    for number, _ in enumerate(shelf.open(None, drawing.sizes.conflict)):
        put(shelf, "conflict", f"conflict-{number + 1:05}", drawing.conflict_record(number))
    shelf.close()
    if peers:
        peers.close()

    (place / "dates.txt").write_text("\n".join(draw_days(drawing)) + "\n", encoding="utf-8")
    files = list(facts.rglob("*.yaml"))
    written = sum(file.stat().st_size for file in files)
    probes = {"size": size, "seed": seed, "counts": counts, "files": len(files), "bytes": written}
    probes |= {"bytes_a_fact": round(written / size), **choose(drawing, days)}
    (place / "probes.json").write_text(
        json.dumps(probes, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return probes


def draw_days(drawing: Records) -> list[str]:
    """10,000 days anywhere in the years of the base."""
    random = Random(f"days {drawing.sizes.years}")
    found = []
    for _ in range(10_000):
        year = LAST_YEAR - random.randrange(drawing.sizes.years)
        month = random.randint(1, 12)
        found.append(f"{year:04}-{month:02}-{random.randint(1, days_in_month(year, month)):02}")
    return found


def choose(drawing: Records, days: Days) -> Plain:
    """What to look for: a date, actors and words, with ids that a right answer holds."""

    def describe(actor: str) -> Plain:
        return {
            "id": actor,
            "name": drawing.actor_names[actor],
            "named_by": drawing.mentions[actor],
            "event": drawing.first_event[actor],
        }

    ranked = sorted(drawing.actors, key=lambda actor: (-drawing.mentions[actor], actor))
    middle = len(ranked) // 2
    usual = [
        each
        for each in ranked
        if drawing.actor_types[each] == "person" and drawing.actor_names[each].isascii()
    ]
    median = drawing.mentions[ranked[middle]]
    actor = min(usual, key=lambda each: (abs(drawing.mentions[each] - median), each))
    vocabulary = drawing.vocabulary
    common = max(
        range(vocabulary.function_words, len(vocabulary.words)), key=lambda number: drawing.holding[number]
    )
    assert days.few
    (_, matches), day, identifiers = days.few
    found: dict[str, Any] = {
        "date": {"when": day, "ids": identifiers, "matches": matches},
        "busy_date": {"when": days.busy[1], "matches_about": days.busy[0]},
        "actor": describe(actor),
        "common_actor": describe(ranked[0]),
        "rare_word": {"word": RARE_WORD, "ids": drawing.rare},
        "common_word": {"word": vocabulary.words[common], "records": drawing.holding[common]},
    }
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is asked for and print what to look for; 1 when a folder is there already."""
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many facts (from 100 up)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true", help="only the fact base")
    given = parser.parse_args(arguments)
    for size in given.sizes:
        if size < 100:
            parser.error("a base of fewer than 100 facts has no skew; --sizes takes 100 and more")
        place = given.folder / str(size)
        if place.exists():
            print(f"{place} is there already; remove it to have it written again", file=sys.stderr)
            return 1
        unfinished = given.folder / f"{size}.new"
        if unfinished.exists():
            print(f"{unfinished} is left from a run that was broken off; remove it", file=sys.stderr)
            return 1
        begun = time.monotonic()
        probes = generate(unfinished, size, given.seed, not given.no_peers)
        unfinished.rename(place)
        print(json.dumps(probes, ensure_ascii=False, indent=2))
        print(f"{place}: {time.monotonic() - begun:.1f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
