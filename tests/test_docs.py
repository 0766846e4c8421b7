"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import importlib
import re
from datetime import date

import click
import pytest
from conftest import ROOT

from kosrel import __version__, formats
from kosrel.cli import cli
from kosrel.dictionary import write_dictionary

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(cli.list_commands(None))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert f"kosrel {name}" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_worked_examples_in_its_help(run, name):
    out = run(name, "--help").out
    examples = out.partition("Examples:\n")[2].splitlines()
    assert len(examples) >= 2
    assert any(f"kosrel {name}" in line for line in examples)


def test_every_command_is_in_the_module_that_is_said_to_have_it():
    for path in (ROOT / "kosrel" / "cli").glob("*.py"):
        if path.stem not in ("__init__", "group", "commands"):
            importlib.import_module(f"kosrel.cli.{path.stem}")
    assert sorted(cli.commands) == COMMANDS
    for name in COMMANDS:
        assert cli.get_command(None, name).callback.__module__ == f"kosrel.cli.{cli.places[name]}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name):
    for parameter in cli.get_command(None, name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_common_option_and_format_is_in_the_readme():
    for parameter in cli.params:
        for option in parameter.opts:
            if option.startswith("--") and not getattr(parameter, "hidden", False):
                assert f"`{option}" in README or f" {option}" in README, option
    for name in formats.names():
        assert f"`{name}`" in README


def test_every_exit_code_is_in_the_readme():
    for code in (0, 1, 2, 3, 4, 130):
        assert re.search(rf"^\| {code} \|", README, re.MULTILINE), code


def test_every_command_named_in_the_readme_exists():
    named = set(
        re.findall(r"kosrel ([a-z]+)(?=[ `\n])", "\n".join(re.findall(r"^\$ .*$", README, re.MULTILINE)))
    )
    assert named <= set(COMMANDS)


def test_the_changelog_begins_with_this_version_and_its_day():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    version, dash, day = versions[0].partition(" - ")
    assert (version, dash) == (__version__, " - ")
    assert date.fromisoformat(day).isoformat() == day


def test_the_data_dictionary_is_that_of_the_model(request):
    path = ROOT / "facts" / "README.md"
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- dictionary -->\n")
    _, mark, tail = rest.partition("<!-- end of dictionary -->")
    expected = f"{head}<!-- dictionary -->\n{write_dictionary()}{mark}{tail}"
    if request.config.getoption("--update"):
        path.write_text(expected, encoding="utf-8")
        text = expected
    assert text == expected
