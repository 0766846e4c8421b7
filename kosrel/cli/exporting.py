"""The command that writes the whole base in another form."""

from __future__ import annotations

import sys
from typing import Any

import click

from kosrel import exports
from kosrel.cli.commands import Command, facts_option, settings_of
from kosrel.cli.group import cli
from kosrel.streams import say


class _Export(Command):
    """The command, whose help lists the formats by what their modules say of themselves."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The formats first, then the options."""
        lines = [(name, (exports.load(name).__doc__ or "").splitlines()[0]) for name in exports.names()]
        with formatter.section("Formats"):
            formatter.write_dl(lines)
        super().format_options(context, formatter)


@cli.command(cls=_Export, params=[facts_option()])
@click.argument("name", metavar="FORMAT", type=click.Choice(exports.names()))
@click.option(
    "-o", "--output", metavar="FILE", help="Where it is to go. [default: standard output, for one text]"
)
@click.option("--force", is_flag=True, help="Replace what an earlier export left there.")
@click.pass_context
def export(context: click.Context, /, name: str, output: str | None, force: bool, **_facts: Any) -> None:
    """The whole base in another form.

    It is made beside FILE and moved there when it is whole, so an interrupted export leaves nothing
    half-written. FILE is not replaced without --force. csv (a folder, or a file that ends in .zip) and
    sqlite need -o; the others go to standard output without it.

    Examples:
      kosrel export csv -o facts.zip
      kosrel export sqlite -o facts.db
      kosrel export jsonl | jq -r 'select(.kind == "event") | .title'

    """
    from kosrel.factbase import FactBase

    base = FactBase.load(settings_of(context)["facts"])
    target = sys.stdout if output in (None, "-") else output
    assert target is not None
    for line in base.export(name, target, force):
        say(line)
