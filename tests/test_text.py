"""Hostile text: in facts, in file names and in arguments it is shown as it is, and drives nothing."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from conftest import TOY, Outcome

from kosrel import formats, loader
from kosrel.fields import Address, Quote, Text
from kosrel.model import KINDS
from kosrel.writer import write

# A bell, escape sequences of both widths, overrides, what is invisible, markup of Rich, HTML and Markdown.
NASTY = (
    "\a\x1b[31m\x1b]8;;https://evil.example\x1b\\\x9b5m\x7f\u202e\u2066\u200f\ufeff\u200b\U000e0041\x00"
    "[/x][red][link=https://evil.example]:bomb:<b>&lt;`*_|[a](javascript:b)"
)
# Nothing of this may be sent; a line feed is layout.
UNSENT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# What Rich itself sends to a terminal: colours, and links to addresses.
OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b]8;(?:id=\d+)?;(?P<address>[^\x1b]*)\x1b\\")
COMMANDS = [
    ["event", "2001"],
    ["actor", "ana-duric"],
    ["agreement", "bridge-accord"],
    ["who", "harbour master", "--on", "2001-05-02"],
    ["figure"],
    ["search", "bridge"],
    ["ask", "Who signed the bridge accord?"],
    ["ask", "When was the lamp lit?"],
    ["timeline"],
    ["conflicts"],
    ["source"],
    ["source", "island-almanac"],
    ["cite", "bridge-accord"],
    *(["list", kind.folder] for kind in KINDS.values()),
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The toy base with hostile text at the beginning and end of every text in it."""
    base = loader.load(TOY)
    files = {}
    for record in base.records.values():
        files.setdefault(record.path, []).append(record)
        for structure in record.walk():
            for field, value in structure.values():
                kind = type(getattr(field, "field", field))
                if kind is Address:
                    structure.__dict__[field.name] = f"{value}/{NASTY}"
                elif kind in (Text, Quote) and field.name not in ("language", "sha256", "markup"):
                    texts = [f"={each}{NASTY}" for each in (value if isinstance(value, list) else [value])]
                    structure.__dict__[field.name] = texts if isinstance(value, list) else texts[0]
    folder = tmp_path_factory.mktemp("hostile")
    for path, records in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(write(records), encoding="utf-8")
    return folder


def ids():
    return sorted(record.id for record in loader.load(TOY).records.values() if record.answers)


def test_the_hostile_base_is_sound(run, hostile):
    assert run("check", str(hostile)).out == ""


@pytest.mark.parametrize("form", formats.names())
@pytest.mark.parametrize("command", [*COMMANDS, ["show", *ids()]], ids=lambda command: " ".join(command[:3]))
def test_hostile_facts_are_shown_never_sent(run, hostile, command, form):
    outcome = run(*command, "-f", form, facts=hostile)
    assert outcome.code == 0
    assert UNSENT.findall(outcome.out + outcome.err) == []
    if form == "text":
        assert "␛" in outcome.out
        assert "<U+202E>" in re.sub(r"\s+", "", outcome.out)


@pytest.mark.parametrize("style", ["text", "markdown", "bibtex", "ris", "csl-json"])
def test_hostile_facts_are_shown_never_sent_in_citations(run, hostile, style):
    outcome = run("cite", *ids(), "--style", style, facts=hostile)
    assert outcome.out
    assert UNSENT.findall(outcome.out + outcome.err) == []


def test_json_keeps_the_true_text(run, hostile):
    for line in run("show", *ids(), "--jsonl", facts=hostile).out.splitlines():
        result = json.loads(line)
        title = result.get("title") or result.get("name")
        if title:
            assert title.startswith("=")
            assert title.endswith(NASTY)


@pytest.mark.parametrize("command", [*COMMANDS, ["show", *ids()]], ids=lambda command: " ".join(command[:3]))
def test_no_cell_of_hostile_facts_is_a_formula(run, hostile, command):
    rows = list(csv.reader(io.StringIO(run(*command, "--csv", facts=hostile).out)))
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=") for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_a_terminal_gets_our_own_sequences_and_links_to_http_addresses(run, hostile, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    out = "".join(run(*command, facts=hostile).out for command in COMMANDS)
    addresses = {match["address"] for match in OURS.finditer(out)} - {None, ""}
    assert addresses
    assert all(re.match(r"https?://", address) for address in addresses)
    assert not any(UNSENT.search(address) for address in addresses)
    assert UNSENT.findall(OURS.sub("", out)) == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a", "//a", "x"]
)
def test_only_http_addresses_are_links(address):
    from kosrel.formats._drawing import _link

    assert _link(address).style.link is None
    assert _link("https://a.example/").style.link == "https://a.example/"


def clean(outcome: Outcome) -> bool:
    return not UNSENT.search(outcome.out + outcome.err)


ARGUMENT = f"{NASTY}\n\t\udcff [bold]"


@pytest.mark.parametrize("form", formats.names())
@pytest.mark.parametrize(
    "command",
    [
        ["event", ARGUMENT],
        ["actor", ARGUMENT],
        ["agreement", ARGUMENT],
        ["who", ARGUMENT],
        ["who", "mayor", "--on", ARGUMENT],
        ["figure", ARGUMENT],
        ["search", ARGUMENT],
        ["ask", ARGUMENT],
        ["timeline", "--actor", ARGUMENT],
        ["timeline", "--topic", ARGUMENT],
        ["timeline", "--from", ARGUMENT],
        ["list", ARGUMENT],
        ["conflicts", ARGUMENT],
        ["source", ARGUMENT],
        ["show", ARGUMENT],
        ["check", f"/{ARGUMENT.replace('/', '')}".replace("\0", "")],
        [ARGUMENT],
        [f"--{ARGUMENT}"],
        ["event", "2001", f"--{ARGUMENT}"],
        ["event", "2001", "--limit", ARGUMENT],
        ["event", "2001", "--format", ARGUMENT],
        ["completion", ARGUMENT],
    ],
    ids=lambda command: " ".join(each for each in command if len(each) < 20) or "no command",
)
def test_a_hostile_argument_is_shown_never_sent(run, command, form):
    outcome = run("-f", form, *command)
    assert outcome.code in (1, 2, 3, 0 if command[0] in ("search", "ask", "figure") else 2)
    assert clean(outcome)
    assert "Traceback" not in outcome.err
    assert "inside kosrel" not in outcome.err
    if form == "json" and outcome.out:
        assert json.loads(outcome.out)["schema"] == "kosrel/1"


def test_a_message_stays_on_its_line_whatever_the_argument_holds(run):
    assert (
        run("actor", "nobody\nkosrel: all is well").err == "no actor is called 'nobody␊kosrel: all is well'\n"
    )
    assert run("completion").err == (
        "Usage: kosrel completion [OPTIONS] {bash|zsh|fish}\n"
        "kosrel: Missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish\n"
        "See 'kosrel completion --help' for examples.\n"
    )


@pytest.mark.parametrize("form", formats.names())
def test_a_hostile_file_name_is_shown_never_sent(run, tmp_path, form):
    name = NASTY.replace("/", "").replace("\0", "") + "\n\udcff=1.yaml"
    (tmp_path / name).write_text("a: b\n", encoding="utf-8")
    (tmp_path / "events.yaml").write_text("a:\n  title: [b\n", encoding="utf-8")
    outcome = run("check", str(tmp_path), "-f", form)
    assert outcome.code == 1
    assert clean(outcome)
    if form == "json":
        assert [each["path"] for each in json.loads(outcome.out)["results"]] == [name, "events.yaml"]
    refused = run("event", "2001", "-f", form, facts=tmp_path)
    assert refused.code == 1
    assert clean(refused)
    assert refused.err.count("\n") == 3


@pytest.mark.parametrize("form", formats.names())
def test_problems_are_printed_in_every_format(run, form):
    outcome = run("check", str(TOY.parent / "broken" / "unused-topic"), "-f", form)
    assert outcome.code == 1
    assert "no record has the topic 'fairs'" in outcome.out


def test_problems_in_markdown_are_a_list(run):
    assert run("check", str(TOY.parent / "broken" / "bad-number"), "--markdown").out == (
        "- events.yaml:6:13: 'one' is not a whole number from 1 up\n"
        "- figures.yaml:3:10: '1e9' is not a number in plain digits such as 24 or 92.8\n"
    )
