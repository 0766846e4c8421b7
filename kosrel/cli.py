"""The command line: Click parses, one FactBase method answers, a format renders. No logic of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

import click

from kosrel import __version__, formats
from kosrel.characters import show_controls
from kosrel.errors import BrokenBase, KosrelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.factbase import Answer, FactBase

INTERRUPTED = 130


def say(message: str) -> None:
    """A line of talk on standard error, control characters shown."""
    click.echo(show_controls(message, keep="\n"), err=True)


def _facts_option() -> click.Option:
    return click.Option(
        ["--facts"],
        metavar="DIR",
        envvar="KOSREL_FACTS",
        help="Another fact base than the shipped one. [env: KOSREL_FACTS]",
    )


def _common_options() -> list[click.Parameter]:
    """The options that every look-up has; on the group they set the default for the command."""
    names = formats.names()
    shorts = [
        click.Option(
            [f"--{name}", "format"],
            flag_value=name,
            hidden=name != "json",
            default=None,
            help="Short for --format json.",
        )
        for name in names
    ]
    return [
        _facts_option(),
        click.Option(
            ["-f", "--format", "format"],
            type=click.Choice(names),
            default=None,
            help="How to print the answer. [default: text]",
        ),
        *shorts,
        click.Option(
            ["-n", "--limit", "limit"],
            type=click.IntRange(min=1),
            default=None,
            metavar="N",
            help="Print at most N records.",
        ),
    ]


class _Examples(click.Command):
    """A command whose help ends with worked examples, written as its docstring has them."""

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The docstring up to ``Examples:``."""
        text = (self.help or "").partition("Examples:")[0].strip()
        formatter.write_paragraph()
        with formatter.indentation():
            for number, paragraph in enumerate(text.split("\n\n")):
                if number:
                    formatter.write_paragraph()
                formatter.write_text(" ".join(paragraph.split()))

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, line for line."""
        examples = (self.help or "").partition("Examples:")[2].strip()
        if examples:
            with formatter.section("Examples"):
                for line in examples.splitlines():
                    formatter.write(" " * formatter.current_indent + line.strip() + "\n")


class Lookup(_Examples):
    """A command that asks the fact base and prints an Answer.

    Its function gets the FactBase and the arguments, and returns the Answer. Given ``-`` for its first
    argument it reads one query a line from standard input.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += _common_options()

    def ask(self, base: FactBase, **given: Any) -> Answer:
        """What the command's own function makes of the base and the arguments."""
        function: Any = self.callback
        found: Answer = function(base, **given)
        return found

    def invoke(self, context: click.Context) -> None:
        """Answer, print, and leave with the answer's exit code."""
        settings = _settings(context)
        values = {
            key: value for key, value in context.params.items() if key not in ("facts", "format", "limit")
        }
        query = {"command": self.name, **_plain(values)}

        def answer(base: FactBase, given: dict[str, Any]) -> Answer:
            return self.ask(base, **given).limited(settings["limit"])

        first = next(iter(values), None)
        batch = first is not None and values[first] in ("-", ("-",))
        with _errors_as_json(settings["format"], query):
            from kosrel.factbase import FactBase

            base = FactBase.load(settings["facts"])
            if batch:
                assert first is not None
                many = isinstance(values[first], tuple)
                lines = ({**values, first: tuple(line.split()) if many else line} for line in _lines())
                code = _answer_lines(
                    lines,
                    lambda given: answer(base, given),
                    settings["format"],
                    lambda given: {"command": self.name, **_plain(given)},
                )
            else:
                found = answer(base, values)
                _print(found, settings["format"])
                code = found.exit_code
        context.exit(code)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _settings(context: click.Context) -> dict[str, Any]:
    """The common options: those of the command, else those given before it."""
    above = context.parent.params if context.parent else {}
    return {
        key: context.params.get(key) if context.params.get(key) is not None else above.get(key)
        for key in ("facts", "format", "limit")
    }


def _print(answer: Answer, format_name: str | None) -> None:
    """The answer on standard output, its hints on standard error."""
    formats.load(format_name or "text").render(answer, sys.stdout)
    sys.stdout.flush()
    for hint in answer.hints:
        say(hint)


def _lines() -> Iterator[str]:
    """The queries on standard input, one a line; empty lines are skipped."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="surrogateescape")
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _answer_lines(
    queries: Iterator[dict[str, Any]],
    answer: Callable[[dict[str, Any]], Answer],
    format_name: str | None,
    describe: Callable[[dict[str, Any]], dict[str, Any]],
) -> int:
    """Every query answered in turn; one that cannot be read stops nothing. 0 if any was found, else 3."""
    renderer = formats.load(format_name or "text")
    code = 3
    for given in queries:
        try:
            found = answer(given)
        except KosrelError as error:
            say(f"kosrel: {error}")
            if format_name == "json":
                renderer.render_error(describe(given), error.exit_code, str(error), sys.stdout, True)
            continue
        if format_name == "json":
            renderer.render_line(found, sys.stdout)
        else:
            renderer.render(found, sys.stdout)
        sys.stdout.flush()
        for hint in found.hints:
            say(hint)
        if found.exit_code != 3:
            code = 0
    return code


class _errors_as_json:  # noqa: N801 - used as a function
    """With ``--json`` a query that cannot be answered still prints one envelope, with an ``error``."""

    def __init__(self, format_name: str | None, query: dict[str, Any]) -> None:
        self.wanted = format_name == "json"
        self.query = query

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Print the envelope; the error goes on to ``main``, which says it and sets the exit code."""
        if self.wanted and isinstance(error, KosrelError):
            formats.load("json").render_error(self.query, error.exit_code, str(error), sys.stdout, False)


class _Group(click.Group):
    """The group of all commands, in the order of the README."""

    order = (
        "event",
        "actor",
        "agreement",
        "show",
        "list",
        "conflicts",
        "source",
        "check",
        "verify",
        "coverage",
        "fmt",
    )

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands a person needs first come first."""
        rest = sorted(set(self.commands) - set(self.order))
        return [name for name in self.order if name in self.commands] + rest


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"kosrel {__version__}")
        context.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]}, params=_common_options())
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version.",
)
def cli(**_settings: Any) -> None:
    """Questions about Kosovo–Serbia relations, answered with the line where it is written.

    Start with kosrel event 2013-04-19, or kosrel actor Ashton.

    Exit codes: 0 found, 1 failed, 2 wrong usage, 3 nothing found, 4 the name is ambiguous, 130 interrupted.
    """


@cli.command(cls=Lookup)
@click.argument("when")
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
@click.argument("name")
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
@click.argument("name")
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
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def show(base: FactBase, ids: Sequence[str]) -> Answer:
    """Any records by id.

    They come in the order given; with - the ids are read from standard input.

    Examples:
      kosrel show brussels-agreement-concluded catherine-ashton
      kosrel list events --jsonl | jq -r .id | head -3 | kosrel show -

    """
    return base.show(ids)


@cli.command("list", cls=Lookup)
@click.argument("kind")
def list_(base: FactBase, kind: str) -> Answer:
    """All records of a kind.

    KIND is events, agreements, actors, statements, figures, documents, references, topics or conflicts.

    Examples:
      kosrel list agreements
      kosrel list references --csv > references.csv
      kosrel list topics -n 5

    """
    return base.list(kind)


@cli.command(cls=Lookup)
@click.argument("words", nargs=-1)
def conflicts(base: FactBase, words: Sequence[str]) -> Answer:
    """Where documents disagree, both sides with their quotes.

    With WORDS only the conflicts that speak of all of them.

    Examples:
      kosrel conflicts
      kosrel conflicts population --json | jq -r '.results[].sides[].says'

    """
    return base.conflicts(" ".join(words))


@cli.command(cls=Lookup)
@click.argument("id", required=False)
def source(base: FactBase, id: str | None) -> Answer:
    """The documents, and what rests on them.

    With an ID: all that rests on one document or on one work that a document cites.

    Examples:
      kosrel source
      kosrel source wikipedia-relations
      kosrel source --json | jq -r '.results[] | [.id, (.facts | length)] | @tsv'

    """
    return base.source(id)


class Inspection(_Examples):
    """A command that looks for problems: its function gets the arguments and gives an Answer of problems.

    Exit code 1 when there is any.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += _common_options()

    def invoke(self, context: click.Context) -> None:
        """Inspect, print, and leave with 0 or 1."""
        settings = _settings(context)
        values = {key: value for key, value in context.params.items() if key not in settings}
        function: Any = self.callback
        with _errors_as_json(settings["format"], {"command": self.name, **values}):
            found: Answer = function(facts=settings["facts"], **values)
            _print(found.limited(settings["limit"]), settings["format"])
        context.exit(1 if found.rows else 0)


_DOCUMENTS = click.option(
    "--documents", metavar="DIR", required=True, help="The folder of the documents, under any file names."
)


@cli.command(cls=Inspection)
@click.argument("folder", metavar="[DIR]", required=False)
def check(folder: str | None, facts: str | None) -> Answer:
    """Is a fact base sound? Every problem, with its place.

    Problems are printed as file:line:column: message, all of them in one run. DIR is a folder of fact
    files; without it the shipped facts (or those of --facts) are checked. Exit code 1 when there is a
    problem.

    Examples:
      kosrel check
      kosrel check my-facts --json | jq -r '.results[].message'

    """
    from kosrel.factbase import FactBase

    return FactBase.check(folder or facts)


@cli.command(cls=Inspection)
@_DOCUMENTS
def verify(documents: str, facts: str | None) -> Answer:
    """Is every quote, date, number and name really written there?

    Reads every fact again in the documents, which are recognised by their content. Quotes are found word
    for word in their line; dates, numbers, names, places and offices in the sentence, or the record says how
    they are known. Exit code 1 when there is a problem. Wikitext needs the extra "curate".

    Examples:
      kosrel verify --documents ../shared/documents
      kosrel verify --documents texts --facts my-facts --json | jq .summary

    """
    from kosrel.factbase import FactBase

    return FactBase.verify(documents, facts)


@cli.command(cls=Inspection)
@_DOCUMENTS
@click.option("--recount", is_flag=True, help="Write the readings anew, from the facts as they are now.")
def coverage(documents: str, recount: bool, facts: str | None) -> Answer:
    """Which sentences of the documents does no fact rest on?

    Every sentence is covered by the quote of a fact, or left out with a reason (omissions), or printed; so
    is one that fewer or more facts rest on than its reading counted. A table follows, a row a document.
    Exit code 1 when a sentence is not covered or its count is off.

    Examples:
      kosrel coverage --documents ../shared/documents
      kosrel coverage --documents texts --json | jq -r '.results[].message'

    """
    from kosrel.factbase import FactBase

    if recount:
        FactBase.recount(documents, facts)
    return FactBase.coverage(documents, facts)


@cli.command(cls=Inspection)
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--check", "only_check", is_flag=True, help="Change nothing; name the files that would change.")
def fmt(folder: str | None, only_check: bool, facts: str | None) -> Answer:
    """Write the fact files in canonical form.

    One way to write each fact: fields in the order of the data dictionary, records by date and id, one
    sentence a line in long text. With --check nothing is written, and exit code 1 says that a file is not in
    canonical form.

    Examples:
      kosrel fmt facts
      kosrel fmt --check

    """
    from kosrel.factbase import FactBase

    return FactBase.fmt(folder or facts, only_check)


def _quiet_streams() -> None:
    """Point the standard streams at nothing, so that leaving writes to no closed pipe."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nothing, stream.fileno())
        except (OSError, ValueError, AttributeError):
            continue


def _use_utf8(stream: TextIO) -> None:
    """UTF-8 whatever the locale says; what is no character at all is escaped."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. The one place where an error becomes a message."""
    try:
        for stream in (sys.stdout, sys.stderr):
            _use_utf8(stream)
        code = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="kosrel",
            standalone_mode=False,
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        _quiet_streams()
        return 0
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.UsageError as error:
        usage = error.ctx.get_usage() + "\n" if error.ctx else ""
        say(f"{usage}kosrel: {error.format_message()}")
        if error.ctx:
            say(f"See '{error.ctx.command_path} --help' for examples.")
        return 2
    except click.ClickException as error:
        say(f"kosrel: {error.format_message()}")
        return 2
    except BrokenBase as error:
        for problem in error.problems[:10]:
            say(str(problem))
        say(f"kosrel: {error}")
        return error.exit_code
    except KosrelError as error:
        say(f"kosrel: {error}")
        return error.exit_code
