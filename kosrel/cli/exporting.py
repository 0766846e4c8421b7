"""The command that writes the whole base in another form."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
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
    try:
        with _tidy_when_stopped():
            for line in base.export(name, target, force):
                say(line)
            sys.stdout.flush()
    except BrokenPipeError:
        # Click would make a failure of it; what reads the output has simply had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _tidy_when_stopped() -> Iterator[None]:
    """A signal that ends the process ends it as an error does, so that what is half-written goes."""

    def stop(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Who ignores a signal, as nohup does, goes on ignoring it.
    found = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    minded = [number for number in found if signal.getsignal(number) is signal.SIG_DFL]
    for number in minded:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in minded:
            signal.signal(number, signal.SIG_DFL)
