"""Console transcripts in Markdown, replayed: what a page shows is what the command prints.

In a ``console`` block a line ``$ kosrel …`` is run; what follows is its standard output, then its standard
error, then ``[exit N]`` when the exit code is not 0. ``<<< text`` after a command is its standard input.
A page runs on the toy base, or on the base that its first line names: ``<!-- facts: shipped -->``.
"""

from __future__ import annotations

import re
import shlex

import pytest
from conftest import ROOT, TESTS, TOY

PAGES = [ROOT / "README.md", *sorted((TESTS / "transcripts").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


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
