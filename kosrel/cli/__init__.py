"""The command line: Click parses, one FactBase method answers, a format renders. No logic of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from kosrel.cli.group import cli
from kosrel.errors import KosrelError
from kosrel.streams import INTERRUPTED, say, tell

__all__ = ["cli", "run_click"]


def run_click(given: Sequence[str]) -> int:
    """Run the command line through Click; the exit code.

    What hinders the writing of the answer is raised: ``streams.guard`` sees to it.
    """
    stdout = sys.stdout
    try:
        code = cli.main(args=list(given), prog_name="kosrel", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except OSError:
        raise
    except SystemExit as leaving:
        if sys.stdout is not stdout:
            # Click wraps the streams when a pipe was closed, and would tell it by exit code 1.
            raise BrokenPipeError from None
        # Click leaves so when it completes words for a shell.
        return leaving.code if isinstance(leaving.code, int) else 0
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.UsageError as error:
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            # Click 8.2 and newer: the message is the whole help.
            for line in error.format_message().splitlines():
                say(line)
            return 2
        for line in error.ctx.get_usage().splitlines() if error.ctx else ():
            say(line)
        # Click puts each choice on a line of its own.
        say(f"kosrel: {error.format_message()}".replace("\n\t", " "))
        if error.ctx:
            say(f"See '{error.ctx.command_path} --help' for examples.")
        return 2
    except click.ClickException as error:
        say(f"kosrel: {error.format_message()}")
        return 2
    except Exception as error:
        if "--debug" in given and not isinstance(error, KosrelError | ModuleNotFoundError):
            raise
        return tell(error)
