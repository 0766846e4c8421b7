"""The group of all commands, ``kosrel`` itself."""

from __future__ import annotations

from typing import Any

import click

from kosrel import __version__
from kosrel.cli.commands import common_options


class _Group(click.Group):
    """The group of all commands, in the order of the README."""

    order = (
        "event actor agreement who figure show search ask timeline list conflicts source "
        "check verify coverage fmt completion"
    ).split()

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands a person needs first come first."""
        rest = sorted(set(self.commands) - set(self.order))
        return [name for name in self.order if name in self.commands] + rest


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"kosrel {__version__}")
        context.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]}, params=common_options())
@click.option(
    "--debug", is_flag=True, expose_value=False, help="Show where an error inside kosrel arose (a traceback)."
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version.",
)
def cli(**settings_of: Any) -> None:
    """Questions about Kosovo–Serbia relations, answered with the line where it is written.

    Start with kosrel event 2013-04-19, or kosrel actor Ashton.

    Exit codes: 0 found, 1 failed, 2 wrong usage, 3 nothing found, 4 the name is ambiguous, 130 interrupted.
    """
