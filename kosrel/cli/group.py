"""The group of all commands, ``kosrel`` itself."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import click

from kosrel import __version__
from kosrel.cli.commands import common_options


class _Group(click.Group):
    """The group of all commands, those that a person needs first first.

    ``places``: the module of ``kosrel.cli`` where each command is; it is imported when the command is wanted.
    """

    places: ClassVar[dict[str, str]] = {
        **dict.fromkeys(
            "event actor agreement who figure show search ask timeline list conflicts source".split(),
            "lookups",
        ),
        "cite": "citing",
        "export": "exporting",
        "mcp": "serving",
        **dict.fromkeys("check verify coverage fmt".split(), "curation"),
        **dict.fromkeys(["new", "schema"], "building"),
        "completion": "shell",
    }

    def list_commands(self, context: click.Context | None) -> list[str]:
        """The names of all commands."""
        return list(self.places)

    def get_command(self, context: click.Context | None, name: str) -> click.Command | None:
        """The command of that name, its module imported now; None where there is none."""
        if name in self.places and name not in self.commands:
            import_module(f"kosrel.cli.{self.places[name]}")
        return self.commands.get(name)


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
