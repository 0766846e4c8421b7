"""The commands for those who build on the output or a fact base of their own."""

from __future__ import annotations

from typing import Any

import click

from kosrel.characters import show_controls
from kosrel.cli.commands import Command, settings_of
from kosrel.cli.group import cli
from kosrel.layers import take_one
from kosrel.streams import say


def _complete_schema(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from kosrel.schema import names

    return [name for name in names() if name.startswith(incomplete)]


def _complete_kind(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from kosrel.model import KINDS

    return [name for name in ("base", *KINDS) if name.startswith(incomplete)]


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


@cli.command(cls=Command)
@click.argument("kind", shell_complete=_complete_kind)
@click.argument("title", metavar="TITLE|DIR")
@click.option("--date", metavar="EDTF", help="The date of the record, such as 2013-04-19.")
@click.option("--type", "type_", metavar="TYPE", help="The type of an actor, document or conflict.")
@click.option("--facts", metavar="DIR", multiple=True, help="The base to write into. [env: KOSREL_FACTS]")
@click.pass_context
def new(
    context: click.Context, /, kind: str, title: str, date: str | None, type_: str | None, **_facts: Any
) -> None:
    """A new base, or a new record to fill in.

    kosrel new base DIR makes an empty base. With a kind (event, actor, agreement …) and a TITLE, a record
    with the required fields is put into the right file and place, its id made from the title; where it
    cannot be written it is printed. Records with the same or a near title are pointed out. What is left to
    fill in is said, line by line.

    Examples:
      kosrel new base my-facts
      kosrel new event "The fair opens" --date 2013-04-19 --facts my-facts
      kosrel new actor "Ana Đurić" --type person --facts my-facts

    """
    from kosrel import skeleton

    if kind == "base":
        place = skeleton.make_base(title)
        click.echo(show_controls(str(place)))
        say(f'a base without records; next: kosrel new document "TITLE" --facts {place}')
        return
    facts = take_one(settings_of(context)["facts"] or (), "new")
    draft = skeleton.make_record(kind, title, facts, date=date, type=type_)
    if draft.written:
        click.echo(show_controls(f"{draft.path}:{draft.line}: {draft.id}"))
    else:
        click.echo(draft.text, nl=False)
        say(f"not written: {draft.reason}")
        say(f"it belongs into {draft.path}")
    for identifier, label in draft.alike:
        say(f"alike: {label} ({identifier})")
    for line, column, what in draft.blanks:
        where = f"{draft.path}:{line}:{column}" if draft.written else f"line {line}"
        say(f"{where}: fill in {what}")
