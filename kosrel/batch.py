"""Many queries in one run: one a line on standard input, each answered in turn as it comes."""

from __future__ import annotations

import sys

from kosrel import formats
from kosrel.errors import KosrelError
from kosrel.streams import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kosrel.answer import Answer

# A query longer than this is none; standard input may be anything.
LONGEST_QUERY = 200_000


def read_lines() -> Iterator[str]:
    """The queries on standard input, one a line; empty lines are skipped.

    Raises KosrelError where there is no standard input or it cannot be read.
    """
    if sys.stdin is None:
        raise KosrelError("standard input is closed: '-' reads the queries from there, one a line")
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="surrogateescape")
    while True:
        try:
            line = sys.stdin.readline(LONGEST_QUERY)
        except OSError as error:
            raise KosrelError(f"standard input cannot be read: {error.strerror or error}") from None
        if not line:
            return
        if len(line) == LONGEST_QUERY and not line.endswith("\n"):
            raise KosrelError(f"a line of standard input is longer than {LONGEST_QUERY:,} characters")
        if line.strip():
            yield line.strip()


def answer_lines(
    queries: Iterator[dict[str, Any]],
    answer: Callable[[dict[str, Any]], Answer],
    format_name: str | None,
    describe: Callable[[dict[str, Any]], dict[str, Any]],
) -> int:
    """Every query answered in turn; one that cannot be read stops nothing. 0 if any was found, else 3."""
    renderer = formats.load(format_name or "text")
    code = 3
    for given in queries:
        try:
            found = answer(given)
        except KosrelError as error:
            say(f"kosrel: {error}")
            if format_name == "json":
                renderer.render_error(describe(given), error.exit_code, str(error), sys.stdout, True)
            continue
        if format_name == "json":
            renderer.render_line(found, sys.stdout)
        else:
            renderer.render(found, sys.stdout)
        sys.stdout.flush()
        say(*found.hints)
        if found.exit_code != 3:
            code = 0
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
