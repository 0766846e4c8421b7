"""The command line: Click parses, one FactBase method answers, a format renders. No logic of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from kosrel.cli import curation, lookups, shell
from kosrel.cli.commands import say
from kosrel.cli.group import cli
from kosrel.errors import BrokenBase, KosrelError

__all__ = ["cli", "curation", "lookups", "main", "shell"]

INTERRUPTED = 130


def _quiet_streams() -> None:
    """Point the standard streams at nothing, so that leaving writes to no closed pipe."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nothing, stream.fileno())
        except (OSError, ValueError, AttributeError):
            continue


def _use_utf8(stream: TextIO) -> None:
    """UTF-8 whatever the locale says; what is no character at all is escaped."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. The one place where an error becomes a message."""
    try:
        for stream in (sys.stdout, sys.stderr):
            _use_utf8(stream)
        code = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="kosrel",
            standalone_mode=False,
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        _quiet_streams()
        return 0
    except SystemExit as leaving:
        # Click leaves so when it completes words for a shell.
        return leaving.code if isinstance(leaving.code, int) else 0
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.UsageError as error:
        usage = error.ctx.get_usage() + "\n" if error.ctx else ""
        say(f"{usage}kosrel: {error.format_message()}")
        if error.ctx:
            say(f"See '{error.ctx.command_path} --help' for examples.")
        return 2
    except click.ClickException as error:
        say(f"kosrel: {error.format_message()}")
        return 2
    except BrokenBase as error:
        for problem in error.problems[:10]:
            say(str(problem))
        say(f"kosrel: {error}")
        return error.exit_code
    except KosrelError as error:
        say(f"kosrel: {error}")
        return error.exit_code
