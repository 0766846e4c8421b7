"""A base checked and compiled some records at a time, so that processes can share the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kosrel.checks import check_record
from kosrel.compiler import Batch, Compiler, write_batches
from kosrel.errors import BrokenBase, Problem
from kosrel.loader import Base
from kosrel.model import Record
from kosrel.streams import Progress
from kosrel.workers import share_forked

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

# So many records of a base in memory are compiled at a time: what they come to fits into a pipe.
_PORTION = 100
# A fork compiles so many portions while the other process compiles one, since that writes them all.
_WEIGHT = 3


class Told(NamedTuple):
    """How a portion came out: the records checked, the problems, and what stopped the compiling of it."""

    checked: int
    problems: list[Problem]
    failed: Exception | None


def compile_portion(
    compiler: Compiler, read: Callable[[], Iterable[Record]], sound: bool
) -> Iterator[Batch | Told]:
    """The records that ``read`` gives in batches, and how they came out; what is unsound ends the batches.

    ``sound``: whether nothing unsound was found before. Once something was, the rest is only checked.
    """
    base = compiler.base
    sound = sound and not base.problems
    problems: list[Problem] = []
    count = 0
    failed: Exception | None = None

    def check(record: Record) -> bool:
        nonlocal count
        count += 1
        problems.extend(check_record(record, base))
        return sound and not problems

    try:
        yield from compiler.compile(read(), check)
    except Exception as error:
        # A record that is sound may name one that is not: the rest is still to be checked.
        failed = error
        for record in read():
            problems.extend(check_record(record, base))
    base.problems += problems
    yield Told(count, problems, failed)


def gather(made: Iterable[Batch | Told], base: Base, path: str, progress: Progress) -> sqlite3.Connection:
    """A new database at ``path`` of all portions of a base; BrokenBase for any problem.

    Raises KosrelError as ``compiler.write_batches`` does.
    """
    problems = set(base.problems)
    failed: Exception | None = None

    def receive() -> Iterator[Batch]:
        """The batches, as long as all is sound; the rest is only checked."""
        nonlocal failed
        done = 0
        for each in made:
            if isinstance(each, Batch):
                if not problems:
                    yield each
                continue
            problems.update(each.problems)
            failed = failed or each.failed
            done += each.checked
            progress.tell(f"{done} facts compiled")

    connection = write_batches(receive(), path)
    if problems:
        raise BrokenBase(base.folders, problems)
    if failed is not None:
        raise failed
    return connection


def compile_held(base: Base, path: str) -> sqlite3.Connection:
    """A base in memory as a SQLite database at ``path``; BrokenBase for any problem.

    Raises KosrelError as ``compiler.write_batches`` does.
    """
    # What is worked out before is not worked out again by each process.
    base.gather_links()
    records = list(base.every())
    portions = [records[first : first + _PORTION] for first in range(0, len(records), _PORTION)]
    compiler = Compiler(base)
    with Progress() as progress:
        made = share_forked(
            lambda portion: compile_portion(compiler, lambda: portion, True), portions, _WEIGHT
        )
        return gather(made, base, path, progress)
