"""Score ``kosrel ask`` on a set of questions.

Run:  python tests/questions/score.py FILE [--all]

Printed: how often the right record comes first and among the first three in an answer (and, as nearest, also where
the answer was declined), how often the short answer holds what it must, how many unanswerable questions are declined, and the confusion between wrong answers and
abstentions. With ``--all`` every question that went wrong is shown.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kosrel import FactBase


def score(file: Path, base: FactBase) -> tuple[dict[str, int], list[str]]:
    """The counts by name, and a line for each question that went wrong."""
    counts = dict.fromkeys(
        ("answerable", "first", "top three", "nearest first", "nearest among three", "answer", "answer right", "wrong", "abstained",
         "unanswerable", "declined", "answered wrongly"), 0
    )  # fmt: skip
    wrong = []
    for line in file.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        found = base.ask(item["question"])
        ids = [result["id"] for result in found.results]
        told = found.more["answer"]
        shown = f"{found.more['confidence']:.2f} {ids[:1]} {str(told)[:90]!r}"
        if not item["records"]:
            counts["unanswerable"] += 1
            counts["declined" if told is None else "answered wrongly"] += 1
            if told is not None:
                wrong.append(f"SHOULD DECLINE  {item['question']}  -> {shown}")
            continue
        counts["answerable"] += 1
        right = bool(ids) and ids[0] in item["records"]
        counts["first"] += right and told is not None
        counts["top three"] += told is not None and any(each in item["records"] for each in ids[:3])
        counts["nearest first"] += right
        counts["nearest among three"] += any(each in item["records"] for each in ids[:3])
        if told is None:
            counts["abstained"] += 1
            near = found.hints[2:3]
            wrong.append(f"ABSTAINED  {item['question']}  -> {shown} {near} wanted {item['records'][:2]}")
        elif not right:
            counts["wrong"] += 1
            wrong.append(f"WRONG  {item['question']}  -> {shown} wanted {item['records'][:3]}")
        if item["answer"]:
            counts["answer"] += 1
            holds = item["answer"].lower() in str(told).lower()
            counts["answer right"] += holds
            if right and not holds:
                wrong.append(f"SHORT ANSWER  {item['question']}  -> {shown} wanted {item['answer']!r}")
    return counts, wrong


def main(file: str, *options: str) -> int:
    """Print the figures; 0 when 85 % come first, 95 % among the first three, and 90 % are declined."""
    counts, wrong = score(Path(file), FactBase.load())
    if "--all" in options:
        print(*wrong, sep="\n")
    for name, count in counts.items():
        whole = {"first": "answerable", "top three": "answerable", "nearest first": "answerable",
                 "nearest among three": "answerable", "wrong": "answerable",
                 "abstained": "answerable", "answer right": "answer", "declined": "unanswerable",
                 "answered wrongly": "unanswerable"}.get(name)  # fmt: skip
        print(f"{name}: {count}" + (f" ({count / max(counts[whole], 1):.0%})" if whole else ""))
    enough = (
        counts["first"] >= 0.85 * counts["answerable"] and counts["top three"] >= 0.95 * counts["answerable"]
    )
    return 0 if enough and counts["declined"] >= 0.9 * counts["unanswerable"] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
