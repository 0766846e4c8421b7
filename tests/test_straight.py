"""The straight path gives the very bytes and exit codes of Click's path, and leaves to it what it must."""

from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TESTS, TOY, imported

from kosrel import FactBase
from kosrel.__main__ import main
from kosrel.cli import run_click
from kosrel.straight import find_straight
from kosrel.streams import guard

PAGES = [ROOT / "README.md", *sorted((TESTS / "transcripts").glob("*.md"))]


def commands(page: Path) -> list[list[str]]:
    """Every kosrel command of a page, without its pipe; and once more in each straight format."""
    found = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("$ kosrel "):
            words = shlex.split(line.removeprefix("$ kosrel "), comments=True)
            for stop in ("|", ">", "<", "<<<", "2>&1", "&&", ";"):
                words = words[: words.index(stop)] if stop in words else words
            plain = [word for word in words if word not in ("--json", "--jsonl")]
            found += [words, plain, [*plain, "--json"], [*plain, "--jsonl", "-n", "1"]]
    return [words for words in found if "-" not in words]


MORE = [
    ["event", "2001", "--json"],
    ["event", "2001"],
    ["actor", "Đurić", "-n", "1"],
    ["search", "bridge", "accord"],
    ["event", "2001-05", "--jsonl"],
    ["event", "--json", "-n", "1", "2001"],
    ["actor", "Đurić", "--json"],
    ["agreement", "2001", "--json"],
    ["show", "lamp-lit", "bridge-accord", "--json"],
    ["search", "bridge", "accord", "--json"],
    ["search", "lamp", '"', "*", "--json"],
    ["search", "bridge", "lampp", "--json"],
]
LEFT_TO_CLICK = [
    ["event", "1950", "--json"],
    ["actor", "Lee", "--json"],
    ["actor", "Nobody", "--json"],
    ["event", "2001", "-f", "text"],
    ["event", "2001", "--json", "-f", "csv"],
    ["event", "2001", "--json", "--json"],
    ["event", "2013-02-30", "--json"],
    ["event", "2001", "2002", "--json"],
    ["event", "--json"],
    ["event", "2001", "--json", "-n", "0"],
    ["event", "2001", "--json", "-n", "9" * 5000],
    ["event", "2001", "--json", "-n"],
    ["event", "2001", "--json", "--from", "2001"],
    ["event", "-"],
    ["event", "-", "2001", "--json"],
    ["show", "-", "--json"],
    ["search", "-", "--json"],
    ["show", "--help"],
    ["figure", "--json"],
    ["--json", "--version"],
    [],
]


def outcome(monkeypatch: pytest.MonkeyPatch, run: object) -> tuple[int, str, str]:
    streams = {}
    for name in ("stdout", "stderr"):
        streams[name] = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        monkeypatch.setattr(sys, name, streams[name])
    assert callable(run)
    code = run()
    return (code, *(stream.buffer.getvalue().decode() for stream in streams.values()))


def compare(monkeypatch: pytest.MonkeyPatch, asked: list[list[str]]) -> int:
    """How many of some commands went straight; all of them gave what Click's path gives."""
    straight = 0
    for words in asked:
        straight += find_straight(words) is not None
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        ours = outcome(monkeypatch, lambda words=words: main(words))
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        clicks = outcome(monkeypatch, lambda words=words: guard(lambda: run_click(words)))
        assert ours == clicks, words
    return straight


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_both_paths_print_the_same_for_every_command_of_a_page(monkeypatch, page):
    shipped = page.name == "README.md" or "<!-- facts: shipped -->" in page.read_text(encoding="utf-8")
    if not shipped:
        monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    FactBase.load(None if shipped else TOY)
    asked = commands(page)
    assert asked
    compare(monkeypatch, asked)


def test_both_paths_print_the_same_for_plain_and_odd_arguments(monkeypatch):
    FactBase.load(TOY)
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    assert compare(monkeypatch, MORE + LEFT_TO_CLICK) == len(MORE)


@pytest.mark.parametrize("words", MORE, ids=" ".join)
def test_a_plain_look_up_goes_straight(monkeypatch, words):
    FactBase.load(TOY)
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    assert find_straight(words) is not None


LINES = "2001-05-02\n1950\n2013-02-30\n\n  lamp-lit \nĐurić\nLee\nNobody\nBridge Accord\n2001\n"


@pytest.mark.parametrize("command", ["event", "actor", "agreement"])
@pytest.mark.parametrize("options", [["--json"], ["--jsonl"], ["--json", "-n", "1"]], ids=" ".join)
@pytest.mark.parametrize("lines", [LINES, "", "x" * 200_001, None], ids=["plain", "none", "long", "closed"])
def test_many_queries_go_straight_and_come_out_the_same(monkeypatch, command, options, lines):
    FactBase.load(TOY)
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    words = [command, "-", *options]
    assert find_straight(words) is not None
    outcomes = []
    for run in (lambda: main(words), lambda: guard(lambda: run_click(words))):
        monkeypatch.setattr(sys, "stdin", None if lines is None else io.StringIO(lines))
        outcomes.append(outcome(monkeypatch, run))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == {LINES: 0, "": 3}.get(lines, 1)


def test_an_error_on_the_straight_path_is_told_and_no_traceback(monkeypatch):
    FactBase.load(TOY)
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    monkeypatch.setattr(FactBase, "event", lambda *_: 1 / 0)
    monkeypatch.setattr(sys, "stdin", io.StringIO(LINES))
    code, out, err = outcome(monkeypatch, lambda: main(["event", "-", "--json"]))
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "kosrel: an error inside kosrel, not of yours: ZeroDivisionError: division by zero",
        "Run it again as 'kosrel --debug …' and report what it shows.",
    ]


@pytest.mark.parametrize("words", LEFT_TO_CLICK, ids=" ".join)
def test_anything_else_is_left_to_click(monkeypatch, words):
    FactBase.load(TOY)
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    assert find_straight(words) is None


def test_a_small_base_that_has_no_index_yet_is_compiled_without_click(monkeypatch, tmp_path):
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    loaded = imported("from kosrel.__main__ import main; main(['event', '2001', '--json'])")
    assert "kosrel.compiler" in loaded
    assert "click" not in loaded


def test_a_large_base_that_has_no_index_yet_is_left_to_click(monkeypatch, tmp_path):
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("kosrel.files.SMALL", 1000)
    assert find_straight(["event", "2001", "--json"]) is None


def test_a_base_that_is_not_sound_is_left_to_click(monkeypatch, tmp_path):
    (tmp_path / "events.yaml").write_text("one: {title: An event}\n", encoding="utf-8")
    monkeypatch.setenv("KOSREL_FACTS", str(tmp_path))
    assert find_straight(["event", "2001", "--json"]) is None


def test_the_straight_path_imports_next_to_nothing(monkeypatch):
    FactBase.load(TOY)
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    loaded = imported("import sys; before = set(sys.modules)") ^ imported(
        "from kosrel.__main__ import main; main(['event', '2001-05-02', '--json'])"
    )
    own = {name for name in loaded if name.startswith("kosrel")}
    heavy = {"click", "yaml", "rich", "re", "json", "typing", "enum", "pathlib", "hashlib", "dataclasses"}
    assert "kosrel.factbase" in own
    of_others = {
        "kosrel.model",
        "kosrel.fields",
        "kosrel.checks",
        "kosrel.reader",
        "kosrel.cli",
        "kosrel.search",
    }
    assert not own & of_others
    assert not loaded & heavy


def test_text_is_drawn_without_click(monkeypatch):
    FactBase.load(TOY)
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    loaded = imported("from kosrel.__main__ import main; main(['event', '2001-05-02'])")
    assert "rich" in loaded
    assert "click" not in loaded
