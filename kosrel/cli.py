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
    from kosrel.answer import Answer
    from kosrel.factbase import FactBase

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

        first = next((each.name for each in self.params if isinstance(each, click.Argument)), None)
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


def _complete(what: str) -> Callable[..., Sequence[Any]]:
    """The completion of a value: ids and words of the base that begin as typed, in any spelling."""

    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> Sequence[Any]:
        from click.shell_completion import CompletionItem

        from kosrel.factbase import FactBase

        try:
            base = FactBase.load(context.params.get("facts") or os.environ.get("KOSREL_FACTS"))
            found = base.complete(what, incomplete)
        except KosrelError:
            return []
        return [CompletionItem(word, help=show_controls(name)) for word, name in found]

    return complete


_FILTERS = {
    "kind": ("KIND", "kinds", "Only records of this kind; may be given several times."),
    "actor": ("NAME", "actor", "Only records that name this actor."),
    "topic": ("TOPIC", "topic", "Only records of this topic."),
    "document": ("ID", "document", "Only records that rest on this document."),
    "from": ("WHEN", "when", "Only records dated then or later."),
    "to": ("WHEN", "when", "Only records dated then or earlier."),
}


def _filters(*names: str) -> Callable[[Any], Any]:
    """The filter options of these names, for a command."""

    def add(command: Any) -> Any:
        for name in reversed(names):
            metavar, what, text = _FILTERS[name]
            option = click.option(
                f"--{name}", name, metavar=metavar, help=text, multiple=name == "kind",
                shell_complete=_complete(what),
            )  # fmt: skip
            command = option(command)
        return command

    return add


class _Group(click.Group):
    """The group of all commands, in the order of the README."""

    order = (
        "event actor agreement who figure show search ask timeline list conflicts source "
        "check verify coverage fmt completion"
    ).split()

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
@click.argument("when", shell_complete=_complete("when"))
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
@click.argument("name", shell_complete=_complete("actor"))
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
@click.argument("name", shell_complete=_complete("agreement"))
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
@click.argument("office", shell_complete=_complete("office"))
@click.option("--on", metavar="WHEN", shell_complete=_complete("when"), help="Who held it then.")
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
@_filters("actor", "topic", "document", "from", "to")
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
@_filters("kind", "actor", "topic", "document", "from", "to")
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
@_filters("kind", "actor", "topic", "document", "from", "to")
def timeline(base: FactBase, **filters: Any) -> Answer:
    """All dated records, in order.

    The text is grouped by year and opens with a bar for each year.

    Examples:
      kosrel timeline --from 2012-10 --to 2013-06 --kind event
      kosrel timeline --actor Ashton --json | jq -r '.results[] | .date.edtf + " " + .title'

    """
    return base.timeline(**filters)


@cli.command(cls=Lookup)
@click.argument("ids", metavar="ID...", nargs=-1, required=True, shell_complete=_complete("id"))
def show(base: FactBase, ids: Sequence[str]) -> Answer:
    """Any records by id.

    They come in the order given; with - the ids are read from standard input.

    Examples:
      kosrel show brussels-agreement-concluded catherine-ashton
      kosrel list events --jsonl | jq -r .id | head -3 | kosrel show -

    """
    return base.show(ids)


@cli.command("list", cls=Lookup)
@_filters("actor", "topic", "document", "from", "to")
@click.argument("kind", shell_complete=_complete("kinds"))
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
@_filters("actor", "topic", "document")
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
@click.argument("id", required=False, shell_complete=_complete("document"))
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
    from kosrel.curation import check_folder

    return check_folder(folder or facts)


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
    from kosrel.curation import verify_documents

    return verify_documents(documents, facts)


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
    from kosrel.curation import cover_documents
    from kosrel.curation import recount as write_readings

    if recount:
        write_readings(documents, facts)
    return cover_documents(documents, facts)


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
    from kosrel.curation import format_files

    return format_files(folder or facts, only_check)


@cli.command(cls=_Examples)
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
    except SystemExit as leaving:
        # Click leaves so when it completes words for a shell.
        return leaving.code if isinstance(leaving.code, int) else 0
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
