"""The command that serves the fact base to other programs."""

from __future__ import annotations

import sys
from typing import Any

import click

from kosrel.cli.commands import Command, facts_option, settings_of
from kosrel.cli.group import cli
from kosrel.errors import KosrelError
from kosrel.streams import say


@cli.command(cls=Command, params=[facts_option()])
@click.pass_context
def mcp(context: click.Context, /, **_facts: Any) -> None:
    """Serve the fact base to assistants, over the Model Context Protocol.

    It speaks the protocol on standard input and output, so it is started by the program that asks, not by
    hand. The tools are search, event, actor, agreement, ask and show; each answers with the records and their
    sources, or says that the documents do not say. The facts are read once, at the start. It needs the extra
    "mcp": pip install 'kosrel[mcp]'.

    Examples:
      kosrel mcp
      kosrel mcp --facts my-facts

    """
    try:
        from kosrel import server
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("kosrel"):
            raise
        raise KosrelError("the server needs the extra 'mcp': pip install 'kosrel[mcp]'") from None
    from kosrel.factbase import FactBase

    base = FactBase.load(settings_of(context)["facts"])
    if sys.stdin is not None and sys.stdin.isatty():
        say("kosrel mcp waits for a program that speaks the Model Context Protocol; Ctrl-D ends it")
    server.serve(base)
