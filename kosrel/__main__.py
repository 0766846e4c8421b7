"""The command ``kosrel``, also run as ``python -m kosrel``: the straight path first, then Click."""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code, as in ``kosrel.errors``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        # Nothing of ours is imported before an interruption is seen to.
        from kosrel.streams import guard
    except KeyboardInterrupt:
        return 130
    return guard(lambda: _run(given))


def _run(given: list[str]) -> int:
    from kosrel.straight import find_straight

    try:
        straight = find_straight(given)
    except Exception:
        # Whatever it is, Click's path meets it too and tells it properly.
        straight = None
    if straight is not None:
        try:
            return straight()
        except OSError:
            raise
        except Exception as error:
            from kosrel.streams import tell

            return tell(error)
    from kosrel.cli import run_click

    # What is imported stays; only what a long run makes from here on need be collected.
    gc.freeze()
    gc.enable()
    return run_click(given)


def run() -> None:
    """The command as a process of its own: nothing is collected while modules are imported."""
    gc.disable()
    code = main()
    from kosrel.streams import leave

    leave(code)


if __name__ == "__main__":
    run()
