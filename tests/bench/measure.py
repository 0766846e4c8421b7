"""One command measured as a whole process: wall and CPU time, peak memory, instructions, and what it answers."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


class TookTooLong(Exception):
    """A command was still running after the time it was given."""


class Command:
    """A program with its arguments and whole environment, a file for its standard input, and what to do before."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        given: Path | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        self.arguments = list(arguments)
        self.environment = dict(environment)
        self.given = given
        self.prepare = prepare

    def find(self) -> str | None:
        """The path of the program; None when it is not installed."""
        return shutil.which(self.arguments[0], path=self.environment["PATH"])


class Sample:
    """One run: exit code (negative for a signal), wall and CPU seconds."""

    def __init__(self, code: int, wall: float, cpu: float) -> None:
        self.code = code
        self.wall = wall
        self.cpu = cpu


class Answer:
    """What a run printed: its first bytes, how many bytes there were, and the end of its standard error."""

    def __init__(self, sample: Sample, out: bytes, size: int, err: str, holds: bool) -> None:
        self.sample = sample
        self.out = out
        self.size = size
        self.err = err
        self.holds = holds


def limit_memory(gibibytes: float) -> None:
    """No process started from here on gets more address space than this."""
    size = int(gibibytes * 1024**3)
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _spawn(command: Command, arguments: Sequence[str], out: str, err: str) -> int:
    path = shutil.which(arguments[0], path=command.environment["PATH"]) or arguments[0]
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [
        (os.POSIX_SPAWN_OPEN, 0, str(command.given or os.devnull), os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, write, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, write, 0o600),
    ]
    # A group of its own, so that what it starts can be ended with it.
    return os.posix_spawn(path, list(arguments), command.environment, file_actions=files, setpgroup=0)


def _wait(process: int, child: int, seconds: float) -> tuple[int, resource.struct_rusage]:
    """The status and use of ``child`` (-1 for any), or TookTooLong after ending the group of ``process``."""
    late = False

    def end(_number: int, _frame: object) -> None:
        nonlocal late
        late = True
        os.killpg(process, signal.SIGKILL)

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        _, status, use = os.wait4(child, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if late:
        raise TookTooLong(f"more than {seconds:.0f} s")
    return os.waitstatus_to_exitcode(status), use


def run(command: Command, seconds: float, out: str = os.devnull, err: str = os.devnull) -> Sample:
    """Run a command once."""
    if command.prepare:
        command.prepare()
    begun = time.perf_counter()
    process = _spawn(command, command.arguments, out, err)
    code, use = _wait(process, process, seconds)
    wall = time.perf_counter() - begun
    return Sample(code, wall, use.ru_utime + use.ru_stime)


def ask(command: Command, seconds: float, expected: Sequence[str] = ()) -> Answer:
    """Run a command once and look at what it prints: whether every expected text stands in it."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        sample = run(command, seconds, str(out), str(err))
        missing = {text.encode() for text in expected}
        tail = b""
        with out.open("rb") as file:
            while missing and (block := file.read(1 << 20)):
                missing = {text for text in missing if text not in tail + block}
                tail = block[-200:]
        with out.open("rb") as file:
            first = file.read(1000)
        lines = err.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return Answer(sample, first, out.stat().st_size, " ".join(lines[-2:]), not missing)


def peak(command: Command, seconds: float) -> float | None:
    """The most memory a command held at once, in MiB; None where the system cannot tell.

    A process is charged with what its parent held when it was started, which for a small program is more than
    its own. So a shell starts it in the background and leaves; it is then a child of ours, and charged with
    the shell's one MiB only.
    """
    if not sys.platform.startswith("linux") or ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0):
        return None
    if command.prepare:
        command.prepare()
    given = str(command.given or os.devnull)
    arguments = ["/bin/sh", "-c", '"$@" <"$0" &', given, *command.arguments]
    shell = _spawn(command, arguments, os.devnull, os.devnull)
    os.waitpid(shell, 0)
    _, use = _wait(shell, -1, seconds)
    return float(use.ru_maxrss) / 1024


def count(command: Command, seconds: float) -> int | None:
    """How many instructions a command takes, as callgrind counts them; None without valgrind or a count."""
    if not shutil.which("valgrind", path=command.environment["PATH"]):
        return None
    if command.prepare:
        command.prepare()
    path = command.find() or command.arguments[0]
    with tempfile.TemporaryDirectory() as folder:
        err = Path(folder, "err")
        options = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        process = _spawn(command, [*options, path, *command.arguments[1:]], os.devnull, str(err))
        try:
            _wait(process, process, seconds)
        except TookTooLong:
            return None
        found = re.findall(r"Collected : (\d+)", err.read_text(encoding="utf-8", errors="replace"))
    return int(found[-1]) if found else None
