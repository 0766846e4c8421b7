"""Work shared among processes, one for each processor; what they make comes back in the order of the work.

They are Pythons of their own that are told over a pipe what to do: one that is forked may hang on what the
threads of this one hold, and ``multiprocessing`` runs the caller's program again where it is not guarded.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

# More would wait for the one that takes in what they make.
_MOST = 4
_SERVE = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from kosrel.workers import serve; serve()"
)
Item = TypeVar("Item")
Made = TypeVar("Made")


def share(work: Callable[[Item], Iterable[Made]], items: Sequence[Item]) -> Iterator[Made]:
    """All that ``work`` makes of each item, item after item.

    ``work`` is a function of a module, makes the same of an item each time, and never None; items and what
    is made of them are pickled. What no process sends, since none can be started or it was ended, is made
    here.
    """
    count = min(count_processors(), len(items), _MOST)
    workers = [_Worker(work, items[place::count]) for place in range(count)] if count > 1 else []
    try:
        for place, item in enumerate(items):
            sent = 0
            if workers:
                worker = workers[place % count]
                for made in worker.receive():
                    sent += 1
                    yield made
                if worker.works:
                    continue
            yield from islice(work(item), sent, None)
    finally:
        for worker in workers:
            worker.end()


def count_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """A process that works on some items; ``works`` is false once nothing more comes from it."""

    def __init__(self, work: Callable[[Any], Iterable[Any]], items: Sequence[Any]) -> None:
        self.works = False
        self._process: subprocess.Popen[bytes] | None = None
        if getattr(sys, "frozen", False) or not sys.executable:
            return
        command = [sys.executable, "-c", _SERVE]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing)
            assert self._process.stdin
            with self._process.stdin as told:
                for each in (sys.path, (work, items)):
                    pickle.dump(each, told)
            self.works = True
        except OSError:
            return

    def receive(self) -> Iterator[Any]:
        """What was made of the next item, as far as it comes."""
        if not self.works:
            return
        assert self._process
        assert self._process.stdout
        try:
            while (made := pickle.load(self._process.stdout)) is not None:
                yield made
        except (EOFError, OSError, pickle.UnpicklingError):
            self.works = False

    def end(self) -> None:
        """End the process, whatever it is at."""
        if self._process is not None:
            assert self._process.stdout
            self._process.stdout.close()
            self._process.kill()
            self._process.wait()


def serve() -> None:
    """Work on the items that standard input tells; on standard output is what is made of each, then None."""
    import gc

    # Records do not point to themselves, and looking for what does would take as long as the work.
    gc.disable()
    work, items = pickle.load(sys.stdin.buffer)
    for item in items:
        for made in work(item):
            pickle.dump(made, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        pickle.dump(None, sys.stdout.buffer)
        sys.stdout.flush()
