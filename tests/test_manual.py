"""The manual page: in step with the commands, well-formed roff, and safe from what a help text holds."""

from __future__ import annotations

import re
import shutil
import subprocess

import click
import pytest
from conftest import ROOT

from kosrel.cli import cli
from kosrel.cli.manual import escape, write_manual

PAGE = ROOT / "kosrel" / "kosrel.1"
DAY = "2026-11-22"
MACROS = {".TH", ".SH", ".SS", ".PP", ".TP", ".RS", ".RE", ".EX", ".EE"}


@pytest.fixture(scope="module")
def page() -> str:
    return write_manual(DAY)


def test_the_manual_page_is_that_of_the_commands(request):
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    day = re.search(r"^## \S+ - (\S+)$", changelog, re.MULTILINE)[1]
    expected = write_manual(day)
    if request.config.getoption("--update"):
        PAGE.write_text(expected, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == expected


def test_it_has_the_sections_of_a_manual_page(page):
    assert re.findall(r"^\.SH (.*)$", page, re.MULTILINE) == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "ENVIRONMENT", "FILES", "EXIT STATUS", "SEE ALSO",
    ]  # fmt: skip


def test_it_has_every_command_with_its_options_and_examples(page):
    sections = re.split(r"^\.S[SH] (.*)$", page, flags=re.MULTILINE)
    told = dict(zip(sections[1::2], sections[2::2], strict=True))
    common = {spelling for option in cli.params for spelling in option.opts}
    for name in cli.list_commands(None):
        command = cli.get_command(None, name)
        assert rf"\fBkosrel {name}\fR" in told[name]
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden and not common & set(option.opts):
                assert f".TP\n\\fB{escape(option.opts[0])}" in told[name]
        for line in (command.help or "").partition("Examples:")[2].split():
            assert escape(line) in told[name]


def test_every_line_is_a_macro_that_is_known_or_short_ascii_text(page):
    for line in page.splitlines()[1:]:
        assert line.isascii()
        assert len(line) <= 80
        assert line.strip()
        if line.startswith("."):
            assert line.split()[0] in MACROS
        assert not line.startswith("'")


def test_what_a_help_text_holds_cannot_drive_roff():
    @click.group()
    def group() -> None:
        """Ask.

        Exit codes: 0 found, 3 nothing found.
        """

    @group.command("tell", params=[click.Option(["--as"], metavar="'A'", help=r".so /etc/passwd \fB'x'")])
    @click.argument("words", nargs=-1, required=True)
    def tell() -> None:
        """.TH is no request here, nor is \x1b[31m.

        Examples:
          .br 'no break' ^ ~ ` \\ – ć
          kosrel tell "one" and so on and on and on and on and on and on and a on .ends with a dot
        """

    page = write_manual(DAY, group)
    assert page[page.index(".SS tell") : page.index(".SH ENVIRONMENT")] == (
        ".SS tell\n"
        "\\fBkosrel tell\\fR [\\fIoptions\\fR] \\fIWORDS...\\fR\n"
        ".PP\n"
        "\\&.TH is no request here, nor is \\[u241B][31m.\n"
        ".TP\n"
        "\\fB\\-\\-as\\fR \\fI\\(aqA\\(aq\\fR\n"
        "\\&.so /etc/passwd \\efB\\(aqx\\(aq\n"
        ".PP\n"
        "Examples:\n"
        ".PP\n"
        ".RS 4\n"
        ".EX\n"
        "\\&.br \\(aqno break\\(aq \\(ha \\(ti \\(ga \\e \\(en \\[u0107]\n"
        "kosrel tell \\(dqone\\(dq and so on and on and on and on and on and on and a \\\n"
        "on .ends with a dot\n"
        ".EE\n"
        ".RE\n"
    )


@pytest.mark.parametrize(
    "command",
    [["mandoc", "-T", "lint"], ["groff", "-man", "-Tutf8", "-ww", "-z"], ["man", "--warnings", "-l"]],
    ids=lambda command: command[0],
)
def test_the_tools_that_show_it_have_nothing_to_say(command):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([*command, PAGE], capture_output=True, text=True, check=False)
    talk = done.stderr if command[0] != "mandoc" else done.stdout + done.stderr
    assert (talk, done.returncode) == ("", 0)
