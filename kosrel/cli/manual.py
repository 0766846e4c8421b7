"""The manual page, written from the tree of commands in the man macros of roff (man(7), groff_man(7)).

The page stands in ``kosrel/kosrel.1``, where a test keeps it in step, and is shipped from there.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import click

from kosrel import __version__
from kosrel.characters import show_controls
from kosrel.cli.group import cli

# Longer lines of input are against the manners of man(7).
_WIDTH = 79
# What roff would read as its own, or would print as another sign than the one that is typed in a shell; and
# the dash, which apropos(1) knows by its name only.
_ESCAPES = {
    "\\": r"\e", "-": r"\-", "'": r"\(aq", '"': r"\(dq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti",
    "–": r"\(en",
}  # fmt: skip

_DESCRIPTION = (
    "kosrel answers from a curated base of facts that were extracted from five documents. Every fact stands "
    "on a quoted phrase in a numbered line, and on the work that the document cites there. Where the "
    "documents disagree it shows both sides; where they are silent it says so. It works offline.",
    "Answers go to standard output, hints and errors to standard error. A look-up or search given - reads "
    "one query a line from standard input.",
)

_PLACE = "They stand before the command; those that say how to answer may also stand after it."

_ENVIRONMENT = {
    "KOSREL_FACTS": "The fact base, where --facts names none; several are parted as the folders of PATH are.",
    "XDG_CACHE_HOME": "Where caches are kept; without it, ~/.cache.",
    "NO_COLOR": "When set, text has no colours.",
    "COLUMNS": "The width of text, in place of the terminal's own.",
}

_FILES = {
    "$XDG_CACHE_HOME/kosrel": "The compiled index. It is only a copy and may be deleted at any time.",
}


def escape(text: str) -> str:
    """``text`` so that roff prints it as it is, in ASCII; control characters are shown, not sent."""
    return "".join(
        _ESCAPES.get(letter) or (letter if " " <= letter <= "~" else rf"\[u{ord(letter):04X}]")
        for letter in show_controls(text)
    )


def _line(escaped: str) -> str:
    """A line of input that roff takes for text, whatever it begins with; apostrophes are escaped anyway."""
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


def _fill(text: str) -> Iterator[str]:
    """A paragraph as lines of input, broken between words."""
    for line in textwrap.wrap(escape(text), _WIDTH, break_long_words=False, break_on_hyphens=False):
        yield _line(line)


def _literal(line: str) -> Iterator[str]:
    """A line that is printed as it stands; a long one goes on in the next line of input."""
    escaped = _line(escape(line))
    while len(escaped) > _WIDTH:
        # A dot is left where it stands: at the beginning of a line it would look like a request.
        breaks = [match.end() for match in re.finditer(r" (?=[^ .])", escaped[:_WIDTH])]
        if not breaks:
            break
        yield escaped[: breaks[-1]] + "\\"
        escaped = escaped[breaks[-1] :]
    yield escaped


def _item(term: str, text: str) -> Iterator[str]:
    """A tagged paragraph; ``term`` is roff already."""
    yield ".TP"
    yield term
    yield from _fill(text)


def _split_help(command: click.Command) -> tuple[list[str], list[str]]:
    """The paragraphs of a command's help, and the lines of its examples."""
    text, _, examples = (command.help or "").partition("Examples:")
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return paragraphs, [line.strip() for line in examples.strip().splitlines()]


def _argument(argument: click.Argument) -> str:
    """An argument as usage has it: ``WHEN``, ``[WORDS]...``."""
    name = argument.metavar
    if name is None:
        choices = getattr(argument.type, "choices", None)
        name = "{" + "|".join(choices) + "}" if choices else (argument.name or "").upper()
        name = name if argument.required else f"[{name}]"
        name += "..." if argument.nargs == -1 else ""
    return rf"\fI{escape(name)}\fR"


def _option(option: click.Option) -> str:
    """An option with all its spellings and its value: ``-n, --limit N``."""
    names = ", ".join(rf"\fB{escape(name)}\fR" for name in option.opts)
    if option.is_flag:
        return names
    value = option.metavar or "|".join(getattr(option.type, "choices", ())) or (option.name or "").upper()
    return rf"{names} \fI{escape(value)}\fR"


def _parameters(command: click.Command) -> list[click.Parameter]:
    """The arguments and options of a command, help included."""
    with click.Context(command, **command.context_settings) as context:
        return command.get_params(context)


def _options(command: click.Command, besides: frozenset[str] = frozenset()) -> Iterator[str]:
    """The options of a command that are shown and are not among those named in ``besides``."""
    for option in _parameters(command):
        if isinstance(option, click.Option) and not option.hidden and besides.isdisjoint(option.opts):
            yield from _item(_option(option), option.help or "")


def _spellings(command: click.Command) -> frozenset[str]:
    """Every spelling of every option of a command."""
    options = [each for each in _parameters(command) if isinstance(each, click.Option)]
    return frozenset(spelling for option in options for spelling in option.opts)


def _shown(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """The name and the command of each command that help lists, in its order."""
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None and not command.hidden:
                yield name, command


def _commands(group: click.Group) -> Iterator[str]:
    """A subsection for each command: usage, help, options of its own, examples."""
    common = _spellings(group)
    for name, command in _shown(group):
        own = _spellings(command) - common
        arguments = [_argument(each) for each in command.params if isinstance(each, click.Argument)]
        options = [each for each in _parameters(command) if own.intersection(each.opts)]
        needed = [_option(each) for each in options if isinstance(each, click.Option) and each.required]
        others = [r"[\fIoptions\fR]"] if any(not each.required for each in options) else []
        yield f".SS {escape(name)}"
        yield " ".join([rf"\fBkosrel {escape(name)}\fR", *needed, *others, *arguments])
        paragraphs, examples = _split_help(command)
        for paragraph in paragraphs:
            yield ".PP"
            yield from _fill(paragraph)
        yield from _options(command, common)
        if examples:
            yield ".PP"
            yield "Examples:"
            yield ".PP"
            yield ".RS 4"
            yield ".EX"
            for example in examples:
                yield from _literal(example)
            yield ".EE"
            yield ".RE"


def _exit_codes(text: str) -> Iterator[str]:
    """The exit codes as the group's help lists them: ``0 found, 1 failed …``."""
    for code, meaning in re.findall(r"(\d+) ([^,.]+)", text):
        yield from _item(rf"\fB{code}\fR", f"{meaning[:1].upper()}{meaning[1:]}.")


def write_manual(date: str, group: click.Group = cli) -> str:
    """The whole page as roff, dated ``date``: the day of this version, as 2026-11-22.

    The same at every run: nothing in it depends on terminal, time or machine.
    """
    paragraphs, _examples = _split_help(group)
    lead, *more, codes = paragraphs
    lines = [
        r".\" Written from the tree of commands; pytest --update writes it anew.",
        f'.TH KOSREL 1 {date} "kosrel {escape(__version__)}" "User Commands"',
        ".SH NAME",
        r"kosrel \-",
        *_fill(lead[:1].lower() + lead[1:].rstrip(".")),
        ".SH SYNOPSIS",
        r"\fBkosrel\fR [\fIoptions\fR] \fIcommand\fR [\fIarguments\fR]",
        ".SH DESCRIPTION",
    ]
    for number, paragraph in enumerate([*_DESCRIPTION, *more]):
        lines += [".PP"] if number else []
        lines += _fill(paragraph)
    lines += [".SH OPTIONS", *_fill(_PLACE)]
    lines += _options(group)
    lines += [".SH COMMANDS", *_commands(group)]
    lines.append(".SH ENVIRONMENT")
    for name, text in _ENVIRONMENT.items():
        lines += _item(rf"\fB{escape(name)}\fR", text)
    lines.append(".SH FILES")
    for name, text in _FILES.items():
        lines += _item(rf"\fI{escape(name)}\fR", text)
    lines += [".SH EXIT STATUS", "The same in every output format."]
    lines += _exit_codes(codes)
    lines += [".SH SEE ALSO", r"\fBjq\fR(1), \fBkosrel\fR \fIcommand\fR \fB\-\-help\fR"]
    return "\n".join(lines) + "\n"
