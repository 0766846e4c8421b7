"""The command ``kosrel``, also run as ``python -m kosrel``: the straight path first, then Click."""

from __future__ import annotations

import sys

from kosrel.straight import find_straight
from kosrel.streams import guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code, as in ``kosrel.errors``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return guard(lambda: _run(given))


def _run(given: list[str]) -> int:
    try:
        straight = find_straight(given)
    except Exception:
        # Whatever it is, Click's path meets it too and tells it properly.
        straight = None
    if straight is not None:
        from kosrel import formats

        answer, format_name = straight
        formats.print_answer(answer, format_name)
        return answer.exit_code
    from kosrel.cli import run_click

    return run_click(given)


if __name__ == "__main__":
    sys.exit(main())
