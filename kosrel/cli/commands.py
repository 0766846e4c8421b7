"""The classes of command: options, help with examples, printing, and what a look-up or inspection does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from kosrel import formats
from kosrel.batch import answer_lines, read_lines
from kosrel.characters import show_controls
from kosrel.errors import KosrelError
from kosrel.formats import errors_as_json
from kosrel.layers import read_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.answer import Answer
    from kosrel.factbase import FactBase


def facts_option() -> click.Option:
    """The option that names another fact base, or several."""
    return click.Option(
        ["--facts"],
        metavar="DIR",
        multiple=True,
        help="Another fact base than the shipped one. Given again, a base to lay over it; the word shipped "
        "is the shipped base. [env: KOSREL_FACTS]",
    )


_COMMON: list[click.Parameter] = []


def common_options() -> list[click.Parameter]:
    """The options that every look-up has; on the group they set the default for the command.

    They are made once and shared: making them anew for every command would be most of the start.
    """
    _COMMON.extend([] if _COMMON else _make_options())
    return list(_COMMON)


def _make_options() -> list[click.Parameter]:
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
        facts_option(),
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


class Command(click.Command):
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


class Lookup(Command):
    """A command that asks the fact base and prints an Answer.

    Its function gets the FactBase and the arguments, and returns the Answer. Given ``-`` for its first
    argument it reads one query a line from standard input.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += common_options()

    def ask(self, base: FactBase, **given: Any) -> Answer:
        """What the command's own function makes of the base and the arguments."""
        function: Any = self.callback
        found: Answer = function(base, **given)
        return found

    def invoke(self, context: click.Context) -> None:
        """Answer, print, and leave with the answer's exit code."""
        settings = settings_of(context)
        values = {
            key: value for key, value in context.params.items() if key not in ("facts", "format", "limit")
        }
        query = {"command": self.name, **plain_values(values)}

        def answer(base: FactBase, given: dict[str, Any]) -> Answer:
            found = self.ask(base, **given)
            found.layered = len(base.folders) > 1
            return found.limited(settings["limit"])

        first = next((each.name for each in self.params if isinstance(each, click.Argument)), None)
        batch = first is not None and values[first] in ("-", ("-",))
        with errors_as_json(settings["format"], query, batch):
            from kosrel.factbase import FactBase

            base = FactBase.load(settings["facts"])
            if batch:
                assert first is not None
                many = isinstance(values[first], tuple)
                lines = ({**values, first: tuple(line.split()) if many else line} for line in read_lines())
                code = answer_lines(
                    lines,
                    lambda given: answer(base, given),
                    settings["format"],
                    lambda given: {"command": self.name, **plain_values(given)},
                )
            else:
                found = answer(base, values)
                code = formats.print_answer(found, settings["format"])
        context.exit(code)


def plain_values(values: dict[str, Any]) -> dict[str, Any]:
    """Arguments as they stand in an envelope's query: lists, not tuples, and ``from`` as it is typed."""
    return {
        key.rstrip("_"): list(value) if isinstance(value, tuple) else value for key, value in values.items()
    }


def settings_of(context: click.Context) -> dict[str, Any]:
    """The common options: those of the command, else those given before it, else those of the environment.

    ``facts`` is None where no base is named.
    """
    above = context.parent.params if context.parent else {}
    settings = {key: context.params.get(key) or above.get(key) for key in ("facts", "format", "limit")}
    settings["facts"] = settings["facts"] or read_environment() or None
    return settings


def completing(what: str) -> Callable[..., Sequence[Any]]:
    """The completion of a value: ids and words of the base that begin as typed, in any spelling."""

    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> Sequence[Any]:
        from click.shell_completion import CompletionItem

        from kosrel.factbase import FactBase

        try:
            base = FactBase.load(settings_of(context)["facts"])
            found = base.complete(what, incomplete)
        except (KosrelError, OSError):
            return []
        return [CompletionItem(word, help=show_controls(name)) for word, name in found]

    return complete


class Inspection(Command):
    """A command that looks for problems: its function gets the arguments and gives an Answer of problems.

    Exit code 1 when there is any.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += common_options()

    def invoke(self, context: click.Context) -> None:
        """Inspect, print, and leave with 0 or 1."""
        settings = settings_of(context)
        values = {key: value for key, value in context.params.items() if key not in settings}
        function: Any = self.callback
        with errors_as_json(settings["format"], {"command": self.name, **values}):
            found: Answer = function(facts=settings["facts"], **values)
            formats.print_answer(found.limited(settings["limit"]), settings["format"])
        context.exit(1 if found.rows else 0)


_FILTERS = {
    "kind": ("KIND", "kinds", "Only records of this kind; may be given several times."),
    "actor": ("NAME", "actor", "Only records that name this actor."),
    "topic": ("TOPIC", "topic", "Only records of this topic."),
    "document": ("ID", "document", "Only records that rest on this document."),
    "from": ("WHEN", "when", "Only records dated then or later."),
    "to": ("WHEN", "when", "Only records dated then or earlier."),
}


def filtering(*names: str) -> Callable[[Any], Any]:
    """The filter options of these names, for a command."""

    def add(command: Any) -> Any:
        for name in reversed(names):
            metavar, what, text = _FILTERS[name]
            # A word of Python's own cannot name an argument.
            argument = "from_" if name == "from" else name
            option = click.option(
                f"--{name}", argument, metavar=metavar, help=text, multiple=name == "kind",
                shell_complete=completing(what),
            )  # fmt: skip
            command = option(command)
        return command

    return add
