"""Transcripts in Markdown, replayed: what a page shows is what the command or the Python code prints.

In a ``console`` block a line ``$ kosrel …`` is run; what follows is its standard output, then its standard
error, then ``[exit N]`` when the exit code is not 0. ``<<< text`` after a command is its standard input.
A page runs on the toy base, or on the base that its first line names: ``<!-- facts: shipped -->``.

The ``python`` blocks of a page are run one after the other, as one program. A ``text`` block right after one is
what it prints.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex

import pytest
from conftest import ROOT, TESTS, TOY

PAGES = [ROOT / "README.md", *sorted((TESTS / "transcripts").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$(?:(\n\n?```text\n).*?^```$)?", re.MULTILINE | re.DOTALL)


def replay(run, block: str, facts) -> str:
    """The block with the outputs that its commands have now."""
    lines = []
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        command, _, stdin = line[2:].partition(" <<< ")
        program, *arguments = shlex.split(command)
        assert program == "kosrel", f"only kosrel is replayed: {line}"
        outcome = run(*arguments, stdin="\n".join(shlex.split(stdin)) + "\n", facts=facts)
        lines.append(line)
        lines += (outcome.out + outcome.err).rstrip("\n").splitlines()
        if outcome.code:
            lines.append(f"[exit {outcome.code}]")
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_transcripts_of_a_page_are_what_the_commands_print(run, request, page):
    text = page.read_text(encoding="utf-8")
    shipped = page.name == "README.md" or text.startswith("<!-- facts: shipped -->")
    facts = None if shipped else TOY
    replayed = BLOCK.sub(lambda block: f"```console\n{replay(run, block[1], facts)}```", text)
    if request.config.getoption("--update"):
        page.write_text(replayed, encoding="utf-8")
    assert replayed == page.read_text(encoding="utf-8")
    assert BLOCK.search(text)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if PYTHON.search(page.read_text(encoding="utf-8"))],
    ids=lambda page: page.name,
)
def test_the_python_of_a_page_prints_what_it_shows(request, page):
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {"__name__": "__main__"}

    def run_block(block: re.Match[str]) -> str:
        code, shown = block.groups()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, f"{page.name}, python block", "exec"), names)
        return f"```python\n{code}```" + (f"{shown}{printed.getvalue()}```" if shown else "")

    replayed = PYTHON.sub(run_block, text)
    if request.config.getoption("--update"):
        page.write_text(replayed, encoding="utf-8")
    assert replayed == page.read_text(encoding="utf-8")


def test_a_page_with_python_is_found():
    assert PYTHON.search((ROOT / "README.md").read_text(encoding="utf-8"))
