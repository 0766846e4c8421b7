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
    for stream in (sys.stdout, sys.stderr):
        _quiet(stream)


def _quiet_output() -> None:
    """Point standard output at nothing; what could not be written is lost already."""
    _quiet(sys.stdout)


def _quiet(stream: TextIO | None) -> None:
    try:
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


def _use_utf8(stream: TextIO) -> None:
    """UTF-8 whatever the locale says; what is no character at all is escaped."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. The one place where an error becomes a message."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if sys.stdout is None:
            raise OSError("standard output is closed")
        for stream in (sys.stdout, sys.stderr):
            _use_utf8(stream)
        code = cli.main(
            args=given,
            prog_name="kosrel",
            standalone_mode=False,
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        _quiet_streams()
        return 0
    except OSError as error:
        _quiet_output()
        say(f"kosrel: the answer cannot be written: {error.strerror or error}")
        return 1
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
    except ModuleNotFoundError as error:
        say(f"kosrel: the package '{error.name}' is not installed; install kosrel again with pip")
        return 1
    except Exception as error:
        if "--debug" in given:
            raise
        say(f"kosrel: an error inside kosrel, not of yours: {type(error).__name__}: {error}")
        say("Run it again as 'kosrel --debug …' and report what it shows.")
        return 1
