"""The command that cites."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kosrel.batch import read_lines
from kosrel.cli.commands import Lookup, completing, settings_of
from kosrel.cli.group import cli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.answer import Answer
    from kosrel.factbase import FactBase


class _Citing(Lookup):
    """A look-up whose ids on standard input make one bibliography, except as JSON, an envelope a line."""

    def invoke(self, context: click.Context) -> None:
        """Settle style and ids, then answer as any look-up does."""
        wanted = settings_of(context)["format"]
        if context.params["style"] is None:
            context.params["style"] = "markdown" if wanted == "markdown" else "text"
        if "-" in context.params["ids"] and (wanted != "json" or len(context.params["ids"]) > 1):
            ids: list[str] = []
            for given in context.params["ids"]:
                ids += [word for line in read_lines() for word in line.split()] if given == "-" else [given]
            context.params["ids"] = tuple(ids)
        super().invoke(context)


def _complete_style(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from kosrel import styles

    return [name for name in styles.names() if name.startswith(incomplete)]


@cli.command(cls=_Citing)
@click.argument("ids", metavar="ID...", nargs=-1, required=True, shell_complete=completing("id"))
@click.option(
    "--style",
    metavar="STYLE",
    shell_complete=_complete_style,
    help="text, markdown, bibtex, ris or csl-json. [default: text]",
)
def cite(base: FactBase, ids: Sequence[str], style: str) -> Answer:
    """Ready citations, down to the work that a document cites.

    The work that the document cites comes first, then the document it was read in, then this fact base
    with its version. Text and markdown are Chicago notes, the other styles a bibliography with each work
    once. With - the ids are read from standard input.

    Examples:
      kosrel cite brussels-agreement-concluded
      kosrel cite brussels-agreement-concluded --style bibtex >> thesis.bib
      kosrel list references --jsonl | jq -r .id | kosrel cite - --style csl-json > works.json

    """
    return base.cite(ids, style)
