"""Change a fact file at random and see whether the base is refused with a place, or answers as it did.

Run:  python tests/fuzz/mutants.py [HOW MANY] [FACTS]

Each mutant is one fact file with one thing changed (seed 1): bytes, lines, indentation, keys, values, dates,
ids, or a piece of the file. It is read in the place of the file, and the base is checked. Then either there are problems,
each at a line that is there; or the base is sound, and every record that the change did not touch renders as
before: those of the file, and a hundred others. Anything else is printed, with the file left beside. The base is
loaded once; only the changed file is read again.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from kosrel import checks, loader, shipped
from kosrel.errors import Problem
from kosrel.model import Conflict, Record

CHOICE = random.Random(1)
ELSEWHERE = 100
ODD = (
    "", " ", "''", '"\\x1b[31m"', '"\\u202e"', "*alias", "&anchor text", "!!str text", "!!python/object:os.system x",
    "<<", "{", "[", "[a, b]", "{a: b}", "|", ">-", "- ", "---", "...", "null", "yes", "-1", "0", "1e9", "1" * 30,
    "../../etc/passwd", "2013-02-30", "2014..2013", "x" * 5000, "\u0000", "\ufeff", "\u2028", "\t", "# text", "a: b", ": ",
    "%TAG", "@", "`", "\\", "'", '"',
)  # fmt: skip


def lines_changed(lines: list[str], change: Callable[[int], str | list[str]]) -> str:
    """The text of some lines of which one at random is changed."""
    place = CHOICE.randrange(len(lines))
    new = change(place)
    return "".join([*lines[:place], *([new] if isinstance(new, str) else new), *lines[place + 1 :]])


def change_bytes(raw: bytes) -> bytes:
    """Some bytes replaced, put in, or taken out."""
    content = bytearray(raw)
    for _ in range(CHOICE.randint(1, 4)):
        place = CHOICE.randrange(len(content))
        kind = CHOICE.randrange(4)
        if kind == 0:
            content[place] = CHOICE.randrange(256)
        elif kind == 1:
            content[place] ^= 1 << CHOICE.randrange(8)
        elif kind == 2:
            content.insert(place, CHOICE.choice(b"\x00\x1b\t\r\n :-'\"#&*!|>[]{}%\x80\xff\xef"))
        else:
            del content[place]
    return bytes(content)


def change_lines(raw: bytes) -> bytes:
    """A line taken out, doubled, joined to the next, or swapped with another."""
    lines = raw.decode().splitlines(keepends=True)
    kind = CHOICE.randrange(4)
    if kind == 0:
        return lines_changed(lines, lambda place: "").encode()
    if kind == 1:
        return lines_changed(lines, lambda place: lines[place] * 2).encode()
    if kind == 2:
        return lines_changed(
            lines, lambda place: lines[place].rstrip("\n") + CHOICE.choice(["", " "])
        ).encode()
    one, other = CHOICE.randrange(len(lines)), CHOICE.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines).encode()


def change_indentation(raw: bytes) -> bytes:
    """A line further in or out, or its blanks as a tab."""
    lines = raw.decode().splitlines(keepends=True)

    def change(place: int) -> str:
        bare = lines[place].lstrip(" ")
        depth = len(lines[place]) - len(bare)
        return (
            CHOICE.choice([" " * max(0, depth + CHOICE.choice([-4, -2, -1, 1, 2, 4])), "\t", "\u00a0"]) + bare
        )

    return lines_changed(lines, change).encode()


def change_key(raw: bytes) -> bytes:
    """A key misspelt, put in the place of another, or doubled."""
    text = raw.decode()
    keys = list(re.finditer(r"(?m)^( *(?:- )?)([a-z_0-9-]+):", text))
    one, other = CHOICE.choice(keys), CHOICE.choice(keys)
    new = CHOICE.choice([other[2], f"{one[2]}x", one[2].upper(), "title", "note", "<<", "'a b'", "? a"])
    return (text[: one.start(2)] + new + text[one.end(2) :]).encode()


def change_value(raw: bytes) -> bytes:
    """A value put in the place of another, or something odd."""
    text = raw.decode()
    values = list(re.finditer(r"(?m)(?::|-) ([^\n]+)$", text))
    if not values:
        return change_bytes(raw)
    one = CHOICE.choice(values)
    new = CHOICE.choice(ODD) if CHOICE.random() < 0.6 else CHOICE.choice(values)[1]
    return (text[: one.start(1)] + new + text[one.end(1) :]).encode("utf-8", "surrogatepass")


def change_date(raw: bytes) -> bytes:
    """The digits or marks of a date changed."""
    text = raw.decode()
    dates = list(re.finditer(r"\d{4}(?:-\d\d){0,2}[~?%]?", text))
    if not dates:
        return change_value(raw)
    one = CHOICE.choice(dates)
    date = list(one[0])
    date[CHOICE.randrange(len(date))] = CHOICE.choice("0123456789-~?%/.[")
    new = CHOICE.choice(
        ["".join(date), "".join(date), f"../{one[0]}", f"{one[0]}/..", f"[{one[0]},2013]", "9999-12-31"]
    )
    return (text[: one.start()] + new + text[one.end() :]).encode()


def change_id(raw: bytes) -> bytes:
    """An id put in the place of another one, or two of them swapped wherever they stand."""
    text = raw.decode()
    one, other = CHOICE.choice(sorted(KINDS)), CHOICE.choice(sorted(KINDS))
    named = [each for each in re.finditer(r"(?m)(?<=[ ])[a-z0-9-]+$", text) if each[0] in KINDS]
    if named and CHOICE.random() < 0.6:
        # A link to another record of the same kind, which a rule over one field cannot find fault with.
        place = CHOICE.choice(named)
        alike = sorted(each for each, kind in KINDS.items() if kind == KINDS[place[0]])
        return (text[: place.start()] + CHOICE.choice(alike) + text[place.end() :]).encode()
    here = [each for each in set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", text)) if each in KINDS]
    if here:
        one = CHOICE.choice(sorted(here))
    pattern = rf"(?<![a-z0-9-]){re.escape(one)}(?![a-z0-9-])"
    if CHOICE.random() < 0.5:
        return re.sub(pattern, other, text, count=1).encode()
    swap = {one: other, other: one}
    both = rf"(?<![a-z0-9-])(?:{re.escape(one)}|{re.escape(other)})(?![a-z0-9-])"
    return re.sub(both, lambda match: swap[match[0]], text).encode()


def change_piece(raw: bytes) -> bytes:
    """The file cut off, or a piece of it taken out, doubled or moved."""
    start = CHOICE.randrange(len(raw))
    end = min(len(raw), start + CHOICE.choice([10, 100, 1000, 10000]))
    kind = CHOICE.randrange(4)
    if kind == 0:
        return raw[:start]
    if kind == 1:
        return raw[:start] + raw[end:]
    if kind == 2:
        return raw[:end] + raw[start:end] + raw[end:]
    rest = raw[:start] + raw[end:]
    place = CHOICE.randrange(len(rest) + 1)
    return rest[:place] + raw[start:end] + rest[place:]


CHANGES = (
    change_bytes,
    change_lines,
    change_indentation,
    change_key,
    change_value,
    change_date,
    change_id,
    change_piece,
)
# The kind of every record of the base, by id.
KINDS: dict[str, str] = {}


class Bench:
    """The base as it is, and what comes of one changed file in it."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder = folder
        self.place = place
        self.base = loader.load(folder)
        self.paths: dict[str, dict[str, Record]] = {}
        for record in self.base.records.values():
            self.paths.setdefault(record.path, {})[record.id] = record
        self.raw = {path: (folder / path).read_bytes() for path in self.paths}
        self.lines = {path: raw.count(b"\n") + 1 for path, raw in self.raw.items()}
        self.rendered = {record.id: record.render(self.base) for record in self.base.records.values()}
        self.links = {record.id: self._targets(record) for record in self.base.records.values()}
        for path in self.paths:
            (place / path).parent.mkdir(exist_ok=True)

    @staticmethod
    def _targets(record: Record) -> set[str]:
        return {str(target) for part in record.walk() for target, _kinds in part.links()}

    def read(self, path: str, raw: bytes) -> tuple[loader.Base, list[Problem]]:
        """The base with other content in one file, and its problems."""
        file = self.place / path
        file.write_bytes(raw)
        try:
            part = loader.load(self.place)
        finally:
            file.unlink()
        problems = list(part.problems)
        base = loader.Base([str(self.folder)])
        for other, records in self.paths.items():
            for record in (part.records if other == path else records).values():
                if record.id in base.records:
                    # As the loader says it for a whole base.
                    message = f"the id '{record.id}' is used twice"
                    problems.append(Problem(other, *record.mark, message, "duplicate-id"))
                else:
                    base.records[record.id] = record
        base.problems = problems
        return base, problems if problems else checks.check(base)

    def judge(self, path: str, raw: bytes) -> tuple[str, str]:
        """What came of it, ``refused``, ``accepted``, or what is wrong; and the first message."""
        base, problems = self.read(path, raw)
        if problems:
            for problem in problems:
                lines = (
                    raw.count(b"\n") + raw.count(b"\r") + 70
                    if problem.path == path
                    else self.lines.get(problem.path, 0)
                )
                located = 1 <= problem.line <= lines and problem.column >= 1
                if not (located and problem.message and problem.rule):
                    return "badly located", str(problem)
            return "refused", str(problems[0])
        touched = self._touched(path, base)
        near = self._around(touched, base)
        elsewhere = CHOICE.sample(sorted(base.records), min(ELSEWHERE, len(base.records)))
        for identifier in {*self.paths[path], *elsewhere} - near:
            if base.records[identifier].render(base) != self.rendered[identifier]:
                return "answers changed", identifier
        return "accepted", ""

    def _touched(self, path: str, base: loader.Base) -> set[str]:
        """The records of the file that are not what they were."""
        before = self.paths[path]
        after = {record.id: record for record in base.records.values() if record.path == path}
        return {
            identifier
            for identifier in {*before, *after}
            if identifier not in before
            or identifier not in after
            or before[identifier].write() != after[identifier].write()
        }

    def _around(self, touched: set[str], base: loader.Base) -> set[str]:
        """The records that name a touched one or are named by one, and the conflicts of these.

        A conflict shows the sources of its sides, and every side the other ones.
        """
        near = set(touched)
        for identifier in touched:
            near |= self.links.get(identifier, set())
            if identifier in base.records:
                near |= self._targets(base.records[identifier])
        near |= {identifier for identifier, targets in self.links.items() if targets & touched}
        conflicts = {
            identifier
            for identifier, targets in self.links.items()
            if targets & near and isinstance(self.base.records[identifier], Conflict)
        }
        return near.union(conflicts, *(self.links[identifier] for identifier in conflicts))


def main(most: str = "10000", facts: str | None = None) -> int:
    """Print the figures; 0 when every mutant was refused with a place or accepted with the answers as they were."""
    folder = Path(facts or shipped.find_facts())
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(folder, Path(place))
        KINDS.update({record.id: record.kind for record in bench.base.records.values()})
        paths = sorted(bench.raw)
        weights = [len(bench.raw[path]) for path in paths]
        counts: dict[str, Counter[str]] = {}
        wrong = 0
        slowest = 0.0
        begun = time.monotonic()
        for number in range(int(most)):
            change = CHANGES[number % len(CHANGES)]
            (path,) = CHOICE.choices(paths, weights)
            raw = bench.raw[path]
            while raw == bench.raw[path]:
                raw = change(raw)
            start = time.process_time()
            try:
                outcome, told = bench.judge(path, raw)
            except Exception as error:
                outcome, told = "an exception", f"{type(error).__name__}: {error}"
            slowest = max(slowest, time.process_time() - start)
            counts.setdefault(change.__name__[7:], Counter())[outcome] += 1
            if outcome not in ("refused", "accepted"):
                wrong += 1
                left = Path(f"mutant-{number}.yaml")
                left.write_bytes(raw)
                print(f"{left} ({path}, {change.__name__[7:]}): {outcome}: {told[:200]}", flush=True)
            if number % 1000 == 999:
                print(f"{number + 1} in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    for name, found in sorted(counts.items()):
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(found.items()))
        print(f"{name}: {sum(found.values())} changed: {told}")
    print(f"{most} mutants, {wrong} wrong, the slowest took {slowest:.2f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
