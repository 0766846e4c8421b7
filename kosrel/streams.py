"""The standard streams: UTF-8 whatever the locale, talk on standard error, and quiet when they are closed."""

from __future__ import annotations

import os
import sys
import time

from kosrel.characters import show_controls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

INTERRUPTED = 130
# A line of talk longer than this says no more; a huge argument is not sent back whole.
LONGEST = 2000


# Talk that is sent with the next one.
_waiting: list[str] = []


def say(*messages: str, later: bool = False) -> None:
    """Lines of talk on standard error, control characters shown, each cut where it is huge.

    ``later``: sent with the next ones. Talk that cannot be written is lost; the exit code tells what became
    of the query all the same.
    """
    for message in messages:
        cut = message if len(message) <= LONGEST else f"{message[:LONGEST]} …"
        _waiting.append(show_controls(cut) + "\n")
    if later or not _waiting:
        return
    talk = "".join(_waiting)
    _waiting.clear()
    try:
        if sys.stderr is not None:
            sys.stderr.write(talk)
            sys.stderr.flush()
    except OSError:
        _quiet(sys.stderr)


def tell(error: Exception) -> int:
    """Say what went wrong, and what to do; the exit code. The one place where an error becomes a message."""
    from kosrel.errors import BrokenBase, KosrelError

    if isinstance(error, KosrelError):
        for problem in error.problems[:10] if isinstance(error, BrokenBase) else ():
            say(str(problem))
        say(f"kosrel: {error}")
        return error.exit_code
    if isinstance(error, ModuleNotFoundError):
        say(f"kosrel: the package '{error.name}' is not installed; install kosrel again with pip")
        return 1
    say(f"kosrel: an error inside kosrel, not of yours: {type(error).__name__}: {error}")
    say("Run it again as 'kosrel --debug …' and report what it shows.")
    return 1


def guard(run: Callable[[], int]) -> int:
    """The exit code of ``run``, which writes to standard output, with whatever hinders the writing seen to.

    A closed pipe is quiet and 0; an answer that cannot be written is 1; an interruption is 130.
    """
    try:
        if sys.stdout is None:
            raise OSError("standard output is closed")
        for stream in (sys.stdout, sys.stderr):
            _use_utf8(stream)
        code = run()
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            _quiet(stream)
        return 0
    except OSError as error:
        if error.filename is not None:
            say(f"kosrel: {error.filename}: {error.strerror or error}")
            return 1
        _quiet(sys.stdout)
        say(f"kosrel: the answer cannot be written: {error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


class Progress:
    """How far a long run is: one line on standard error, after a second, where that is a terminal."""

    def __init__(self) -> None:
        self._told = False
        self._next = time.monotonic() + 1.0

    def __enter__(self) -> Progress:
        """Begin."""
        return self

    def tell(self, message: str) -> None:
        """Put ``message`` in place of the one before; not more than a few times a second."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 0.3
        if sys.stderr is not None and sys.stderr.isatty():
            self._told = True
            sys.stderr.write(f"\r\x1b[Kkosrel: {show_controls(message)}")
            sys.stderr.flush()

    def __exit__(self, *error: object) -> None:
        """Take the line away."""
        if self._told:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def leave(code: int) -> None:
    """End the process at once: all is written, and taking the interpreter apart is a tenth of a look-up."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


def _quiet(stream: TextIO | None) -> None:
    """Point a stream at nothing; what could not be written is lost already, and leaving writes no more."""
    try:
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


def _use_utf8(stream: TextIO | None) -> None:
    """UTF-8 whatever the locale says; what is no character at all is escaped."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
