"""Work shared among processes, one for each processor; what they make comes back in the order of the work.

``share`` starts Pythons of their own that are told over a pipe what to do: one that is forked may hang on
what the threads of this one hold, and ``multiprocessing`` runs the caller's program again where it is not
guarded. ``share_forked`` is for what would take too long to send: it forks, only where there is one thread.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import cycle, islice
from typing import IO, Any, NoReturn, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess

# More would wait for the one that takes in what they make.
_MOST = 4
# What a worker may send before it is taken in (bytes): what an unprivileged process may ask for.
_PIPE = 1024 * 1024
_SERVE = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from kosrel.workers import serve; serve()"
)
Item = TypeVar("Item")
Made = TypeVar("Made")


def share(work: Callable[[Item], Iterable[Made]], items: Sequence[Item]) -> Iterator[Made]:
    """All that ``work`` makes of each item, item after item, made by other processes.

    ``work`` is a function of a module, makes the same of an item each time, and never None; items and what
    is made of them are pickled. What no process sends, since none can be started or it was ended, is made
    here.
    """
    count = min(count_processors(), len(items), _MOST)
    return _share(work, items, _Spawned, range(count if count > 1 else 0))


def share_forked(
    work: Callable[[Item], Iterable[Made]], items: Sequence[Item], weight: int = 1
) -> Iterator[Made]:
    """The same, where this process works too and the others are forks of it.

    ``work`` can be any function, and items anything: only what is made of them is pickled. For each item
    that is made here a fork makes ``weight``. Without forks (``can_fork``) all is made here.
    """
    count = min(count_processors(), len(items), _MOST) - 1 if can_fork() else 0
    return _share(work, items, _Forked, (None, *range(count)) + (*range(count),) * (weight - 1))


def _share(
    work: Callable[[Item], Iterable[Made]],
    items: Sequence[Item],
    start: Callable[[Callable[[Item], Iterable[Made]], Sequence[Item]], _Worker],
    order: Sequence[int | None],
) -> Iterator[Made]:
    """The items made in turn by the workers with these numbers; None is this process."""
    turns = list(islice(cycle(order or (None,)), len(items)))
    workers: dict[int | None, _Worker] = {}
    try:
        for number in order:
            if number is not None and number not in workers:
                own = [item for item, turn in zip(items, turns, strict=True) if turn == number]
                workers[number] = start(work, own)
        for item, turn in zip(items, turns, strict=True):
            sent = 0
            if turn in workers:
                worker = workers[turn]
                for made in worker.receive():
                    sent += 1
                    yield made
                if worker.works:
                    continue
            yield from islice(work(item), sent, None)
    finally:
        for worker in workers.values():
            worker.end()


def can_fork() -> bool:
    """Whether this process has one thread, so that a fork of it finds nothing held by another."""
    if sys.platform != "linux":
        return False
    try:
        with os.scandir("/proc/self/task") as threads:
            return len(list(threads)) == 1
    except OSError:
        return False


def count_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """A process that works on some items; ``works`` is false once nothing more comes from it."""

    works = False
    _pipe: IO[bytes]

    def receive(self) -> Iterator[Any]:
        """What was made of the next item, as far as it comes."""
        if not self.works:
            return
        try:
            while (made := pickle.load(self._pipe)) is not None:
                yield made
        except (EOFError, OSError, pickle.UnpicklingError):
            self.works = False

    def end(self) -> None:
        """End the process, whatever it is at."""
        raise NotImplementedError


class _Spawned(_Worker):
    """A Python of its own."""

    def __init__(self, work: Callable[[Any], Iterable[Any]], items: Sequence[Any]) -> None:
        import subprocess

        self._process: subprocess.Popen[bytes] | None = None
        if getattr(sys, "frozen", False) or not sys.executable:
            return
        command = [sys.executable, "-c", _SERVE]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing)
            assert self._process.stdin
            assert self._process.stdout
            self._pipe = self._process.stdout
            with self._process.stdin as told:
                for each in (sys.path, (work, items)):
                    pickle.dump(each, told)
            self.works = True
        except OSError:
            return

    def end(self) -> None:
        """End the process, whatever it is at."""
        if self._process is not None:
            self._pipe.close()
            self._process.kill()
            self._process.wait()


class _Forked(_Worker):
    """A fork of this process."""

    def __init__(self, work: Callable[[Any], Iterable[Any]], items: Sequence[Any]) -> None:
        self._number = 0
        try:
            reader, writer = os.pipe()
        except OSError:
            return
        try:
            self._number = os.fork()
        except OSError:
            os.close(reader)
        else:
            if self._number == 0:
                _serve_fork(work, items, reader, writer)
            self._pipe = os.fdopen(reader, "rb")
            self.works = True
        os.close(writer)

    def end(self) -> None:
        """End the process, whatever it is at."""
        if self._number:
            import signal

            self._pipe.close()
            # Where the program takes no heed of its children, they are gone already.
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._number, signal.SIGKILL)
                os.waitpid(self._number, 0)


def _serve_fork(
    work: Callable[[Any], Iterable[Any]], items: Sequence[Any], reader: int, writer: int
) -> NoReturn:
    """Work on some items as a fork, and end; whatever hinders it, the other process will meet as well."""
    try:
        import signal

        # Ctrl-C reaches all processes at once; one of them tells of it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            _send(work, items, pipe)
    finally:
        # Nothing that belongs to the other process is written or taken apart here.
        os._exit(0)


def serve() -> None:
    """Work on the items that standard input tells; on standard output is what is made of each, then None."""
    import gc

    # Records do not point to themselves, and looking for what does would take as long as the work.
    gc.disable()
    work, items = pickle.load(sys.stdin.buffer)
    _send(work, items, sys.stdout.buffer)


def _send(work: Callable[[Any], Iterable[Any]], items: Sequence[Any], pipe: IO[bytes]) -> None:
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    for item in items:
        for made in work(item):
            pickle.dump(made, pipe, pickle.HIGHEST_PROTOCOL)
        pickle.dump(None, pipe)
        pipe.flush()
