"""Many queries in one run: one a line on standard input, each answered in turn as it comes."""

from __future__ import annotations

import io
import sys
import time

from kosrel import formats
from kosrel.errors import KosrelError
from kosrel.streams import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kosrel.answer import Answer

# A query longer than this is none; standard input may be anything (bytes).
LONGEST_QUERY = 200_000
# Answers are kept for whoever asks the same again: so many, none longer than so many characters.
_ANSWERS, _LONGEST_ANSWER = 5_000, 4_000
# So long an answer may wait to be sent with the next ones (seconds).
_PATIENCE = 0.05


def read_lines() -> Iterator[str]:
    """The queries on standard input, one a line; empty lines are skipped.

    What was answered is sent before more is waited for. Raises KosrelError where there is no standard input
    or it cannot be read.
    """
    if sys.stdin is None:
        raise KosrelError("standard input is closed: '-' reads the queries from there, one a line")
    source = getattr(sys.stdin, "buffer", None)
    if source is None:
        source = io.BytesIO(sys.stdin.read().encode("utf-8", "surrogateescape"))
    rest, read = b"", b"\n"
    while read:
        _send()
        try:
            read = source.read1(65_536)
        except OSError as error:
            raise KosrelError(f"standard input cannot be read: {error.strerror or error}") from None
        *lines, rest = (rest + (read or b"\n")).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            if query := _decode(line):
                yield query
        _decode(rest)


def _send() -> None:
    sys.stdout.flush()
    say()


def _decode(line: bytes) -> str:
    """A line as text, without the blanks around it; KosrelError where it is too long."""
    if len(line) > LONGEST_QUERY:
        raise KosrelError(f"a line of standard input is longer than {LONGEST_QUERY:,} bytes")
    return line.decode("utf-8", "surrogateescape").strip()


def answer_lines(
    queries: Iterator[dict[str, Any]],
    answer: Callable[[dict[str, Any]], Answer],
    format_name: str | None,
    describe: Callable[[dict[str, Any]], dict[str, Any]],
) -> int:
    """Every query answered in turn; one that cannot be read stops nothing. 0 if any was found, else 3."""
    if format_name == "json":
        return _answer_as_lines(queries, answer, describe)
    renderer = formats.load(format_name or "text")
    code = 3
    for given in queries:
        try:
            found = answer(given)
        except KosrelError as error:
            say(f"kosrel: {error}")
            continue
        renderer.render(found, sys.stdout)
        sys.stdout.flush()
        say(*found.hints)
        if found.exit_code != 3:
            code = 0
    return code


def _answer_as_lines(
    queries: Iterator[dict[str, Any]],
    answer: Callable[[dict[str, Any]], Answer],
    describe: Callable[[dict[str, Any]], dict[str, Any]],
) -> int:
    """The same with one JSON line for each query; what is asked again is not worked out again."""
    renderer = formats.load("json")
    kept: dict[tuple[Any, ...], tuple[str, list[str], int]] = {}
    code, sent = 3, time.monotonic()
    for given in queries:
        key = tuple(given.values())
        if (told := kept.get(key)) is None:
            try:
                found = answer(given)
                told = renderer.write_line(found), found.hints, found.exit_code
            except KosrelError as error:
                told = renderer.write_error(describe(given), error, True), [f"kosrel: {error}"], 3
            if len(told[0]) <= _LONGEST_ANSWER:
                if len(kept) >= _ANSWERS:
                    kept.clear()
                kept[key] = told
        line, hints, exit_code = told
        sys.stdout.write(line)
        say(*hints, later=True)
        if (now := time.monotonic()) - sent > _PATIENCE:
            _send()
            sent = now
        if exit_code != 3:
            code = 0
    _send()
    return code


def answer_input(
    command: str, argument: str, answer: Callable[[str], Answer], format_name: str | None
) -> int:
    """Every line of standard input answered, as the only argument of a command; the exit code."""
    with formats.errors_as_json(format_name, {"command": command, argument: "-"}, True):
        return answer_lines(
            ({argument: line} for line in read_lines()),
            lambda given: answer(given[argument]),
            format_name,
            lambda given: {"command": command, **given},
        )
