"""Delete every fact of a base in turn and see whether coverage names its sentence.

Run:  python tests/deletions.py DOCUMENTS [FACTS]

A fact is a record, or a role, relation, provision or status event of one. Printed: how many deletions coverage
names with the readings, and, for comparison, how many it would name by sentences alone, that is where the
deleted fact was the only one on its sentence.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kosrel import loader, shipped
from kosrel.coverage import cover, facts_by_place
from kosrel.documents import find_documents


def main(documents: str, facts: str | None = None) -> int:
    """Print the figures; 0 when at least 90 % of the deletions are named."""
    base = loader.load(Path(facts or shipped.find_facts()))
    texts = find_documents(base, Path(documents))
    places: dict[tuple[str, int], set[tuple[str, int, int]]] = {}
    for place, resting in facts_by_place(base, texts).items():
        for fact in resting:
            places.setdefault(fact, set()).add(place)
    named = alone = 0
    for (identifier, number), own in sorted(places.items()):
        record = base.records[identifier]
        part = list(record.walk())[number]
        # Taking the sources away is what deleting the fact means to coverage; the rest stays loadable.
        kept = part.__dict__.pop("sources")
        _rows, problems = cover(base, texts)
        told = {
            (text, problem.line, int(problem.message.split()[1].rstrip(":")))
            for problem in problems
            for text in texts
            if problem.path == texts[text].path.name and problem.message.startswith("sentence ")
        }
        named += own <= told
        uncovered = {
            (text, problem.line, int(problem.message.split()[1].rstrip(":")))
            for problem in problems
            for text in texts
            if problem.path == texts[text].path.name and "no fact rests on it" in problem.message
        }
        alone += bool(own & uncovered)
        part.__dict__["sources"] = kept
    total = len(places)
    print(f"{total} facts deleted in turn")
    print(f"coverage names every sentence of the fact: {named} ({named / total:.1%})")
    print(f"by sentences alone, without readings:     {alone} ({alone / total:.1%})")
    return 0 if named >= 0.9 * total else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
