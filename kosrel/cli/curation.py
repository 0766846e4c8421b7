"""The commands for those who curate a fact base."""

from __future__ import annotations

import click

from kosrel.cli.commands import Inspection
from kosrel.cli.group import cli
from kosrel.layers import take_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kosrel.answer import Answer


_DOCUMENTS = click.option(
    "--documents", metavar="DIR", required=True, help="The folder of the documents, under any file names."
)


@cli.command(cls=Inspection)
@click.argument("folder", metavar="[DIR]", required=False)
def check(folder: str | None, facts: Sequence[str] | None) -> Answer:
    """Is a fact base sound? Every problem, with its place.

    Problems are printed as file:line:column: message, all of them in one run. DIR is a folder of fact
    files; without it the shipped facts (or those of --facts) are checked. Several --facts are checked as the
    one base that they are together. Exit code 1 when there is a problem.

    Examples:
      kosrel check
      kosrel check my-facts --json | jq -r '.results[].message'
      kosrel check --facts shipped --facts my-facts

    """
    from kosrel.curation import check_folder

    return check_folder(folder if folder is not None else facts)


@cli.command(cls=Inspection)
@_DOCUMENTS
def verify(documents: str, facts: Sequence[str] | None) -> Answer:
    """Is every quote, date, number and name really written there?

    Reads every fact again in the documents, which are recognised by their content. Quotes are found word
    for word in their line; dates, numbers, names, places and offices in the sentence, or the record says how
    they are known. Exit code 1 when there is a problem. Wikitext needs the extra "curate".

    Examples:
      kosrel verify --documents ../shared/documents
      kosrel verify --documents texts --facts my-facts --json | jq .summary

    """
    from kosrel.curation import verify_documents

    return verify_documents(documents, facts)


@cli.command(cls=Inspection)
@_DOCUMENTS
@click.option("--recount", is_flag=True, help="Write the readings anew, from the facts as they are now.")
def coverage(documents: str, recount: bool, facts: Sequence[str] | None) -> Answer:
    """Which sentences of the documents does no fact rest on?

    Every sentence is covered by the quote of a fact, or left out with a reason (omissions), or printed; so
    is one that fewer or more facts rest on than its reading counted (not with several --facts: a reading
    counts the facts of its own base). A table follows, a row a document.
    Exit code 1 when a sentence is not covered or its count is off.

    Examples:
      kosrel coverage --documents ../shared/documents
      kosrel coverage --documents texts --json | jq -r '.results[].message'

    """
    from kosrel.curation import cover_documents
    from kosrel.curation import recount as write_readings

    if recount:
        write_readings(documents, take_one(facts or (), "coverage --recount"))
    return cover_documents(documents, facts)


@cli.command(cls=Inspection)
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--check", "only_check", is_flag=True, help="Change nothing; name the files that would change.")
def fmt(folder: str | None, only_check: bool, facts: Sequence[str] | None) -> Answer:
    """Write the fact files in canonical form.

    One way to write each fact: fields in the order of the data dictionary, records by date and id, one
    sentence a line in long text. With --check nothing is written, and exit code 1 says that a file is not in
    canonical form. Where the base has a folder named schema, the JSON Schema of its fact files is kept there,
    and the first line of each fact file names its schema for an editor.

    Examples:
      kosrel fmt facts
      kosrel fmt --check

    """
    from kosrel.curation import format_files

    return format_files(folder if folder is not None else take_one(facts or (), "fmt"), only_check)
