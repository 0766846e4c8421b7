"""Output formats: whole outputs of the toy base, kept beside the tests and compared letter for letter."""

from __future__ import annotations

import csv
import io
import json

import pytest
from conftest import TESTS

from kosrel import formats
from kosrel.characters import escape_json, show_controls
from kosrel.formats.csv import make_harmless
from kosrel.formats.markdown import escape

CASES = {
    "event": ["event", "2001-05-02"],
    "agreement": ["agreement", "bridge-accord"],
    "actor": ["actor", "ana-duric"],
    "every-kind": ["show", "duric-on-lanes", "bridge-length", "begin-year", "herald-bridge", "ferries"],
    "hard-characters": ["show", "hard-characters"],
    "sources": ["source"],
    "ambiguous": ["actor", "Lee"],
}


@pytest.mark.parametrize("form", formats.names())
@pytest.mark.parametrize("case", CASES)
def test_the_output_is_the_one_that_was_reviewed(run, request, case, form):
    expected = TESTS / "outputs" / f"{case}.{form}"
    out = run(*CASES[case], "--format", form).out
    if request.config.getoption("--update"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(out, encoding="utf-8")
    assert out == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", formats.names())
def test_hard_characters_come_out_as_written_and_controls_are_shown(run, form):
    out = run("show", "hard-characters", "--format", form).out
    assert "[sic] [/x] :warning:" in out
    assert "\x1b" not in out
    assert "\a" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
def test_text_keeps_within_the_terminal(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run("agreement", "bridge-accord").out
    lines = [line for line in out.splitlines() if "https://" not in line]
    assert max(map(len, lines)) <= min(columns, 100)
    assert not any(line.endswith(" ") for line in out.splitlines())


def test_many_records_are_listed_in_brief(run):
    assert run("list", "events").out == (
        "about 2001                Work on the bridge begins  work-begins\n"
        "2 May 2001                The bridge accord is signed  bridge-accord-signed\n"
        "2 May 2001                The last ferry sails  two-events-one-day\n"
        "10 March 2002 or 3        A lamp is lit  lamp-lit\n"
        "October 2002\n"
        "February 2003 to May      A sign reads [sic] [/x] :warning: and *stars*\n"
        "2003\n"
        "                          hard-characters\n"
        "·                         A storm breaks the pier  undated-storm\n"
    )


def test_csv_is_read_back_with_every_column(run):
    rows = list(csv.DictReader(io.StringIO(run("list", "figures", "--csv").out)))
    assert [(row["id"], row["value"], row["unit"]) for row in rows] == [
        ("bridge-length", "1200", "metres"),
        ("bridge-share", "92.5", "percent"),
    ]


def test_the_holders_of_an_office_are_a_table(run):
    assert run("who", "harbour master", "--on", "2001-05-02", "--csv").out == (
        "kind,id,name,office,body,match,attested,sources,references\n"
        "role,ana-duric,Ana Đurić,Harbour Master of Northport,Northport,attested,2001-05-02 (exact); 2003,"
        '"harbour-gazette:3 “harbour master Ana Đurić signed”; island-almanac:4 “Đurić, still harbour master”",\n'
    )


@pytest.mark.parametrize(
    ("cell", "harmless"),
    [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'␉=1"), (-3, -3), (None, None),
     ("＝1+1", "'＝1+1"),
     ("plain", "plain")],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell, harmless):
    assert make_harmless(cell) == harmless


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("[sic] [/x] :warning:", "[sic] [/x] :warning:"),
        ("[a](b)", "\\[a](b)"),
        ("*a* _b_ `c` <d> e|f", "\\*a\\* \\_b\\_ \\`c\\` \\<d\\> e\\|f"),
        ("# a", "\\# a"),
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("a - b", "a - b"),
        ("\x1b[0m", "␛[0m"),
        ("[a]: b", "\\[a]: b"),
        ("&lt; & &#60; a&b", "\\&lt; & \\&#60; a&b"),
        ("12. a", "12\\. a"),
        ("2013) a", "2013\\) a"),
        ("2013.5", "2013.5"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("~~a~~", "\\~\\~a\\~\\~"),
    ],
)
def test_markdown_shows_text_as_written(text, markdown):
    assert escape(text) == markdown


def test_controls_are_shown_never_sent():
    assert show_controls("a\x1b\x7f\x9b\u202e\ufeff\udcff\n") == "a␛␡<U+009B><U+202E><U+FEFF><U+DCFF>␊"
    assert show_controls("a\nb\x00", keep="\n") == "a\nb␀"
    assert escape_json('"a\x7f\u202e"\n') == '"a\\u007f\\u202e"\n'
    assert show_controls("a\u200b\u2060\U000e0041\u200d") == "a<U+200B><U+2060><U+E0041>\u200d"
    assert json.loads(escape_json('"a\U000e0041\ud800"')) == "a\U000e0041\ud800"


def test_in_the_narrowest_window_a_value_stands_beside_however_long_a_label(monkeypatch):
    from rich.text import Text

    from kosrel.formats import _drawing

    monkeypatch.setenv("COLUMNS", "20")
    stream = io.StringIO()
    drawing = _drawing._Drawing(_drawing._console(stream))
    drawing.grid(
        [(Text("Standard of comparison"), Text("Harbour Town")), (Text("Topic"), Text("tea"))], 2, 16
    )
    assert [line.rstrip() for line in stream.getvalue().splitlines()] == [
        "  Standard of  Harbo",
        "  comparison   ur",
        "               Town",
        "  Topic        tea",
    ]
