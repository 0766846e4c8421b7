"""The commands for those who build on the output or a fact base of their own."""

from __future__ import annotations

import click

from kosrel.cli.commands import Command
from kosrel.cli.group import cli


def _complete_schema(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from kosrel.schema import names

    return [name for name in names() if name.startswith(incomplete)]


@cli.command(cls=Command)
@click.argument("name", default="envelope", shell_complete=_complete_schema)
def schema(name: str) -> None:
    """The JSON Schema of the output or of a fact file.

    NAME is "envelope" (what --json prints, the default), a kind of result in the singular (event, also a line
    of --jsonl), or a kind of fact file in the plural (events). The dialect is draft 2020-12.

    Examples:
      kosrel schema > envelope.json
      kosrel schema event | jq '.properties | keys'
      kosrel schema events > events.json

    """
    from kosrel.schema import write

    click.echo(write(name), nl=False)
