"""The command that prints a completion script."""

from __future__ import annotations

import click

from kosrel.cli.commands import Command
from kosrel.cli.group import cli


@cli.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """The completion script for a shell.

    It completes commands, options and values: names in any spelling, ids, dates, offices, topics and kinds.

    Examples:
      eval "$(kosrel completion bash)"
      kosrel completion zsh > ~/.zfunc/_kosrel
      kosrel completion fish > ~/.config/fish/completions/kosrel.fish

    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "kosrel", "_KOSREL_COMPLETE").source())
