"""The commands that ask the fact base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from kosrel.cli.commands import Lookup, completing, filtering
from kosrel.cli.group import cli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.answer import Answer
    from kosrel.factbase import FactBase


@cli.command(cls=Lookup)
@click.argument("when", shell_complete=completing("when"))
def event(base: FactBase, when: str) -> Answer:
    """What happened on a day, in a month, a year or a range.

    WHEN is 2013-04-19, 2013-04, 2013, 2012-10..2013-06, ..2008, 2018.., '19 April 2013' or EDTF;
    or the id of an event. Each record says how it matched: exact, within, overlaps, or possible when
    its date is coarser.

    Examples:
      kosrel event 2013-04-19
      kosrel event 'June 2013' --format markdown
      kosrel event 2012-10..2013-06 --json | jq -r '.results[].title'

    """
    return base.event(when)


@cli.command(cls=Lookup)
@click.argument("name", shell_complete=completing("actor"))
def actor(base: FactBase, name: str) -> Answer:
    """Who an actor is: offices over time, what it did and said.

    NAME is a name in any case, with or without marks; a surname; an alias; or an id.

    Examples:
      kosrel actor Ashton
      kosrel actor thaci
      kosrel actor "Tomislav Nikolić" --json | jq -r '.results[].roles[].office'

    """
    return base.actor(name)


@cli.command(cls=Lookup)
@click.argument("name", shell_complete=completing("agreement"))
def agreement(base: FactBase, name: str) -> Answer:
    """Parties, mediator and provisions of an agreement.

    Found by NAME, id or date; with what became of it. What no document states is "not stated".

    Examples:
      kosrel agreement "Brussels Agreement"
      kosrel agreement 2013
      kosrel agreement brussels-agreement-2013 --json | jq -r '.results[].provisions[].text'

    """
    return base.agreement(name)


@cli.command(cls=Lookup)
@click.argument("office", shell_complete=completing("office"))
@click.option("--on", metavar="WHEN", shell_complete=completing("when"), help="Who held it then.")
def who(base: FactBase, office: str, on: str | None) -> Answer:
    """Who held an office, and for which dates that is attested.

    With --on a holder is "attested" for then, attested "before and after" it, or "possible" when the
    document's date is coarser. Where no document says, that is said (exit code 3).

    Examples:
      kosrel who "prime minister of Serbia" --on 2013-04-19
      kosrel who "eu high representative"
      kosrel who "president of kosovo" --json | jq -r '.results[].name'

    """
    return base.who(office, on)


@cli.command(cls=Lookup)
@filtering("actor", "topic", "document", "from", "to")
@click.argument("words", nargs=-1)
def figure(base: FactBase, words: Sequence[str], **filters: Any) -> Answer:
    """Numbers, with what they count and as of when.

    With WORDS only those that speak of them.

    Examples:
      kosrel figure recognition
      kosrel figure troops --json | jq -r '.results[] | [.value, .unit, .counted] | @tsv'

    """
    return base.figure(" ".join(words), **filters)


@cli.command(cls=Lookup)
@filtering("kind", "actor", "topic", "document", "from", "to")
@click.argument("words", nargs=-1, required=True)
def search(base: FactBase, words: Sequence[str], **filters: Any) -> Answer:
    """Ranked full text over everything.

    Any spelling and any ending of a word finds it, and so do its synonyms; punctuation is harmless. Records
    that hold all the words come, best first; only where there are none, those that hold some.

    Examples:
      kosrel search customs tariff
      kosrel search licence plates --document reuters-cooperation
      kosrel search recognition --kind figure --from 2013 --csv

    """
    return base.search(" ".join(words), **filters)


@cli.command(cls=Lookup)
@click.argument("question", nargs=-1, required=True)
def ask(base: FactBase, question: Sequence[str]) -> Answer:
    """Answer a question in plain words, with the record that says so.

    No model and no network: the words, names and dates of the question are looked up. Where the documents do
    not say, that is said (exit code 3), with what comes nearest.

    Examples:
      kosrel ask "Who mediated the Brussels Agreement?"
      kosrel ask "When did Kosovo abolish the 100% tariff?" --json | jq -r .answer

    """
    return base.ask(" ".join(question))


@cli.command(cls=Lookup)
@filtering("kind", "actor", "topic", "document", "from", "to")
def timeline(base: FactBase, **filters: Any) -> Answer:
    """All dated records, in order.

    The text is grouped by year and opens with a bar for each year.

    Examples:
      kosrel timeline --from 2012-10 --to 2013-06 --kind event
      kosrel timeline --actor Ashton --json | jq -r '.results[] | .date.edtf + " " + .title'

    """
    return base.timeline(**filters)


@cli.command(cls=Lookup)
@click.argument("ids", metavar="ID...", nargs=-1, required=True, shell_complete=completing("id"))
def show(base: FactBase, ids: Sequence[str]) -> Answer:
    """Any records by id.

    They come in the order given; with - the ids are read from standard input.

    Examples:
      kosrel show brussels-agreement-concluded catherine-ashton
      kosrel list events --jsonl | jq -r .id | head -3 | kosrel show -

    """
    return base.show(ids)


@cli.command("list", cls=Lookup)
@filtering("actor", "topic", "document", "from", "to")
@click.argument("kind", shell_complete=completing("kinds"))
def list_(base: FactBase, kind: str, **filters: Any) -> Answer:
    """All records of a kind.

    KIND is events, agreements, actors, statements, figures, documents, references, topics or conflicts.

    Examples:
      kosrel list agreements
      kosrel list references --csv > references.csv
      kosrel list topics -n 5

    """
    return base.list(kind, **filters)


@cli.command(cls=Lookup)
@filtering("actor", "topic", "document")
@click.argument("words", nargs=-1)
def conflicts(base: FactBase, words: Sequence[str], **filters: Any) -> Answer:
    """Where documents disagree, both sides with their quotes.

    With WORDS only the conflicts that speak of all of them.

    Examples:
      kosrel conflicts
      kosrel conflicts population --json | jq -r '.results[].sides[].says'

    """
    return base.conflicts(" ".join(words), **filters)


@cli.command(cls=Lookup)
@click.argument("id", required=False, shell_complete=completing("document"))
def source(base: FactBase, id: str | None) -> Answer:
    """The documents, and what rests on them.

    With an ID: all that rests on one document or on one work that a document cites.

    Examples:
      kosrel source
      kosrel source wikipedia-relations
      kosrel source --json | jq -r '.results[] | [.id, (.facts | length)] | @tsv'

    """
    return base.source(id)
