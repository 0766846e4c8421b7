"""Citations: notes and bibliographies, read back by the parsers that people's tools use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import bibtexparser
import jsonschema
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from conftest import ROOT, TESTS, TOY
from pylatexenc.latex2text import LatexNodes2Text

from kosrel import FactBase, KosrelError, __version__, styles
from kosrel.characters import show_controls
from kosrel.cite import name_edition, read_authors
from kosrel.reader import read_text
from kosrel.styles._chicago import join_names, quote_title, word_date
from kosrel.styles.bibtex import escape
from kosrel.styles.csl_json import date_variable

BASE = {
    "documents.yaml": """
almanac:
  title: Almanac & Co. {100%}
  type: invented almanac
  author: Öz, Şule, Jr.; Council of A and B
  language: en
  file: almanac.txt
  markup: plain
""",
    "references.yaml": """
dead-work:
  title: 'Vučić: $5_000 for "peace" ~ #1 \\x ^2 {y}'
  author: Đurić, Žika; The Herald; King, Ana
  publisher: News & Co.
  date: 2013-02~
  language: sr
  pages: 28–29
  url: https://news.example/a_b?c=1&d=%20{e}#f~g
  archive_url: https://web.archive.example/2014/https://news.example/a_b?c=1&d=%20
  archive_date: 2014-03-05
  accessed: 2013-03-04
  dead: true
  document: almanac
  line: 3
many-authors:
  title: Is it so?
  author: A, B; C, D; E, F; G, H
  date: 2012-10/2013-06
  document: almanac
  line: 4
open-end:
  title: Since then.
  date: 2018/..
  document: almanac
  line: 5
one-of-two:
  title: One or the other
  date: '[2014-03-10,2014-10-03]'
  document: almanac
  line: 6
bare:
  url: https://bare.example/
  accessed: 2020-09-15
  document: almanac
  line: 7
controls:
  title: "A bell\\x07, \\u202E and = % \\\\"
  document: almanac
  line: 8
""",
    "events.yaml": """
fair-opens:
  title: A fair opens
  date: 2013
  sources:
    - document: almanac
      line: 3
      quote: the fair opened
      references: [dead-work, many-authors, open-end, one-of-two, bare, controls]
    - document: almanac
      line: 9
      quote: open again
      references: [dead-work]
    - document: almanac
      line: 10
      quote: a "fair" of sorts
""",
}
WORKS = ["dead-work", "many-authors", "open-end", "one-of-two", "bare", "controls"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("bases") / "Žitni fond"
    place.mkdir()
    for name, text in BASE.items():
        text = text.replace("[dead-work]", "\n        - dead-work")
        listed = "".join(f"\n        - {work}" for work in WORKS)
        text = text.replace("[" + ", ".join(WORKS) + "]", listed)
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def base(folder):
    return FactBase.load(folder)


def written(base, style, *ids):
    answer = base.cite(ids, style)
    return styles.write(answer.rows, style)


def test_a_note_names_the_cited_work_then_the_document_then_the_base(toy):
    (result,) = toy.cite(["bridge-accord-signed"]).results
    assert result["citation"] == (
        "Bo Mint, “Bridge talks end,” The Herald, May 3, 2001, https://herald.example/bridge (dead link), "
        "archived January 1, 2002, at https://archive.example/herald/bridge, cited in Ada Quill, "
        "“Harbour Gazette,” Gazette Press, May 4, 2001, line 3, “the accord was signed on 2 May 2001”; "
        "“The bridge accord is signed,” in Fact Base facts, record bridge-accord-signed."
    )


def test_the_shipped_base_is_named_with_its_authors_and_version(shipped):
    (result,) = shipped.cite(["wikipedia-relations"]).results
    assert result["citation"] == (
        "“Kosovo–Serbia relations,” Wikipedia, [September 2020]; kosrel authors, "
        f"kosrel: A Fact Base on Kosovo–Serbia Relations, version {__version__}, record wikipedia-relations."
    )
    assert result["items"][-1]["id"] == f"kosrel:{__version__}"


def test_the_shipped_base_is_the_same_however_its_folder_is_reached(run, tmp_path, monkeypatch):
    plain = run("cite", "wikipedia-relations", facts=None).out
    assert "kosrel: A Fact Base on Kosovo–Serbia Relations, version" in plain
    monkeypatch.chdir(ROOT)
    (tmp_path / "link").symlink_to(ROOT / "facts")
    for folder in ["facts", "tests/../facts/", tmp_path / "link"]:
        assert run("cite", "wikipedia-relations", facts=folder).out == plain


def test_a_copy_of_the_shipped_base_is_a_base_of_its_own(run, tmp_path):
    shutil.copytree(ROOT / "facts", tmp_path / "mine")
    out = run("cite", "wikipedia-relations", facts=tmp_path / "mine").out
    assert out.endswith("Fact Base mine, record wikipedia-relations.\n")


def test_a_note_cites_a_work_in_full_once(base):
    assert written(base, "text", "fair-opens") == (
        "Žika Đurić, The Herald, and Ana King, “Vučić: $5_000 for ‘peace’ ~ #1 \\x ^2 {y},” News & Co., "
        "ca. February 2013, 28–29, https://news.example/a_b?c=1&d=%20{e}#f~g (dead link), archived March 5, "
        "2014, at https://web.archive.example/2014/https://news.example/a_b?c=1&d=%20; "
        "B A et al., “Is it so?,” October 2012–June 2013; “Since then,” since 2018; "
        "“One or the other,” March 10, 2014 or October 3, 2014; "
        "[title not stated], accessed September 15, 2020, https://bare.example/; "
        "“A bell␇, <U+202E> and = % \\,” n.d., all cited in "
        "Şule Öz Jr. and Council of A and B, “Almanac & Co. {100%},” invented almanac, n.d., line 3, "
        "“the fair opened”; Đurić, “Vučić: $5_000 for ‘peace’ ~ #1 \\x ^2 {y},” cited in Öz, "
        "“Almanac & Co. {100%},” line 9, “open again”; Öz, “Almanac & Co. {100%},” line 10, "
        "“a ‘fair’ of sorts”; “A fair opens,” in Fact Base Žitni fond, record fair-opens.\n"
    )


def test_markdown_shows_the_note_as_written(base, toy):
    out = written(base, "markdown", "controls", "bare")
    assert out.startswith("“A bell␇, \\<U+202E\\> and = % \\\\,” n.d., cited in ")
    assert "\n\n\\[title" not in out
    assert "accessed September 15, 2020, <https://bare.example/>, cited in" in out
    assert "and \\*stars\\*,”" in written(toy, "markdown", "hard-characters")


@pytest.mark.parametrize(
    ("edtf", "words", "variable"),
    [
        ("2013-04-19", "April 19, 2013", {"date-parts": [[2013, 4, 19]]}),
        ("2013-04", "April 2013", {"date-parts": [[2013, 4]]}),
        ("2013", "2013", {"date-parts": [[2013]]}),
        ("2013~", "ca. 2013", {"date-parts": [[2013]], "circa": True}),
        ("2013-04?", "[April 2013?]", {"date-parts": [[2013, 4]], "circa": True}),
        ("2013%", "[ca. 2013?]", {"date-parts": [[2013]], "circa": True}),
        ("2012-10/2013-06", "October 2012–June 2013", {"date-parts": [[2012, 10], [2013, 6]]}),
        ("2012~/2013", "ca. 2012–2013", {"date-parts": [[2012], [2013]], "circa": True}),
        ("../2008", "until 2008", {"literal": "until 2008"}),
        ("2018-01/..", "since January 2018", {"literal": "since January 2018"}),
        ("[2013,2014-05]", "2013 or May 2014", {"literal": "2013 or May 2014"}),
    ],
)
def test_a_date_is_told_as_precisely_as_it_is_known(edtf, words, variable):
    assert word_date(edtf) == words
    assert date_variable(edtf) == variable


def test_a_date_that_the_work_does_not_give_stands_in_brackets():
    assert word_date("2020-09", "derived") == "[September 2020]"
    assert word_date("2020?", "derived") == "[2020?]"


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("Plain", "“Plain,”"),
        ("DAILY SURVEY 30.12.2016.", "“DAILY SURVEY 30.12.2016,”"),
        ("Made in the U.S.", "“Made in the U.S.,”"),
        ("And then ...", "“And then ...,”"),
        ("Why?", "“Why?,”"),
        ('He said "no"', "“He said ‘no,’”"),
        ("“All of it”", "“‘All of it,’”"),
        ("The nations’", "“The nations’,”"),
    ],
)
def test_a_title_is_quoted_as_chicago_does(title, quoted):
    assert quote_title(title) == quoted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (None, ""),
        ("Meares, Richard", "Richard Meares"),
        ("Reuters", "Reuters"),
        ("King, Martin Luther, Jr.", "Martin Luther King Jr."),
        ("Marzouk, Lawrence; Andric, Gordana", "Lawrence Marzouk and Gordana Andric"),
        ("A; B; C", "A, B, and C"),
        ("A; B; C; D", "A et al."),
        (" ; , ;", ""),
    ],
)
def test_authors_are_read_from_the_field_of_the_model(text, names):
    assert join_names(read_authors(text)) == names


# What the published CSL-JSON schema (csl-data.json of CSL 1.0.2) says of the variables that kosrel writes.
# Anything that is valid here is valid there; with KOSREL_CSL_SCHEMA a copy of it is asked as well.
TEXT = {"type": "string", "minLength": 1}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
        },
        "circa": {"const": True},
        "literal": TEXT,
    },
    "additionalProperties": False,
}
NAME = {
    "type": "object",
    "properties": dict.fromkeys(["family", "given", "suffix", "literal"], TEXT),
    "additionalProperties": False,
}
CSL = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type"],
        "properties": {
            **dict.fromkeys(
                [
                    "id",
                    "title",
                    "container-title",
                    "publisher",
                    "genre",
                    "version",
                    "page",
                    "language",
                    "URL",
                    "note",
                ],
                TEXT,
            ),
            "type": {"enum": ["webpage", "document", "dataset", "entry"]},
            "author": {"type": "array", "items": NAME},
            "issued": DATE,
            "accessed": DATE,
            "custom": {"type": "object"},
        },
        "additionalProperties": False,
    },
}


def everything(base):
    kinds = (
        "document",
        "reference",
        "event",
        "agreement",
        "actor",
        "statement",
        "figure",
        "topic",
        "conflict",
    )
    return [row.id for kind in kinds for row in base.list(kind).rows]


def test_csl_json_keeps_to_the_published_variables(base, toy):
    for each in (base, toy):
        items = json.loads(written(each, "csl-json", *everything(each)))
        jsonschema.validate(items, CSL)
        assert len({item["id"] for item in items}) == len(items)


def test_csl_json_of_the_shipped_works_keeps_to_them(shipped):
    jsonschema.validate(
        json.loads(written(shipped, "csl-json", *(row.id for row in shipped.list("reference").rows))), CSL
    )


PUBLISHED = os.environ.get("KOSREL_CSL_SCHEMA", "")


@pytest.mark.skipif(not PUBLISHED, reason="KOSREL_CSL_SCHEMA names no copy of the published CSL-JSON schema")
def test_csl_json_is_valid_by_the_published_schema(base, toy, shipped):
    schema = json.loads(Path(PUBLISHED).read_text(encoding="utf-8"))
    for each in (base, toy, shipped):
        jsonschema.validate(json.loads(written(each, "csl-json", *everything(each))), schema)


def test_csl_json_holds_all_that_is_stated(base):
    items = {item["id"]: item for item in json.loads(written(base, "csl-json", *WORKS))}
    assert items["dead-work"] == {
        "id": "dead-work",
        "type": "webpage",
        "title": 'Vučić: $5_000 for "peace" ~ #1 \\x ^2 {y}',
        "author": [
            {"family": "Đurić", "given": "Žika"},
            {"literal": "The Herald"},
            {"family": "King", "given": "Ana"},
        ],
        "publisher": "News & Co.",
        "issued": {"date-parts": [[2013, 2]], "circa": True},
        "accessed": {"date-parts": [[2013, 3, 4]]},
        "page": "28–29",
        "language": "sr",
        "URL": "https://news.example/a_b?c=1&d=%20{e}#f~g",
        "note": (
            "The address is marked as a dead link. Archived on 5 March 2014: "
            "<https://web.archive.example/2014/https://news.example/a_b?c=1&d=%20>. Cited in almanac, line 3."
        ),
        "custom": {
            "dead-link": True,
            "archive-url": "https://web.archive.example/2014/https://news.example/a_b?c=1&d=%20",
            "archive-date": "2014-03-05",
        },
    }
    assert items["bare"] == {
        "id": "bare",
        "type": "webpage",
        "accessed": {"date-parts": [[2020, 9, 15]]},
        "URL": "https://bare.example/",
        "note": "Cited in almanac, line 7.",
    }
    assert items["one-of-two"]["note"] == (
        "Its date is stated: 10 March 2014 or 3 October 2014. Cited in almanac, line 6."
    )
    assert items["facts:zitni-fond"]["title"] == "Fact Base Žitni fond"


def read_bibtex(text):
    """The entries as bibtexparser reads them, names in parts; it must have understood all of the text."""
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    return {entry.key: {field.key: field.value for field in entry.fields} for entry in library.entries}


def print_latex(text):
    """What LaTeX prints, as pylatexenc tells it; it does not know two macros and prints another circumflex."""
    known = text.replace("\\textbraceleft{}", "\\{").replace("\\textbraceright{}", "\\}")
    return LatexNodes2Text(strict_latex_spaces=True).latex_to_text(known).replace("ˆ", "^")


def test_bibtex_is_read_back_as_it_was(base):
    entries = read_bibtex(written(base, "bibtex", *WORKS))
    assert list(entries) == ["dead-work", "almanac", "facts:zitni-fond", *WORKS[1:]]
    work = entries["dead-work"]
    assert print_latex(work["title"]) == 'Vučić: $5_000 for "peace" ~ #1 \\x ^2 {y}'
    assert [(name.first, name.last, name.jr) for name in work["author"]] == [
        (["Žika"], ["Đurić"], []),
        ([], ["{The Herald}"], []),
        (["Ana"], ["King"], []),
    ]
    assert [(name.first, name.last, name.jr) for name in entries["almanac"]["author"]] == [
        (["Şule"], ["Öz"], ["Jr."]),
        ([], ["{Council of A and B}"], []),
    ]
    assert (work["date"], work["year"], work["month"]) == ("2013-02~", "2013", "feb")
    assert (work["urldate"], work["pages"], work["language"]) == ("2013-03-04", "28--29", "sr")
    assert work["url"] == "https://news.example/a_b?c=1&d=%20%7Be%7D#f~g"
    assert print_latex(work["note"]) == (
        "The address is marked as a dead link. Archived on 5 March 2014: "
        "<https://web.archive.example/2014/https://news.example/a_b?c=1&d=%20>. Cited in almanac, line 3."
    )
    assert print_latex(entries["controls"]["title"]) == "A bell␇, <U+202E> and = % \\"
    assert entries["open-end"]["date"] == "2018/"
    assert "date" not in entries["one-of-two"]
    assert "year" not in entries["many-authors"]
    assert entries["bare"] == {
        "url": "https://bare.example/",
        "urldate": "2020-09-15",
        "note": "Cited in almanac, line 7.",
    }


def test_every_work_of_the_shipped_base_is_read_back_from_bibtex(shipped):
    references = shipped.list("reference").results
    entries = read_bibtex(written(shipped, "bibtex", *(result["id"] for result in references)))
    for result in references:
        entry = entries[result["id"]]
        assert print_latex(entry.get("title", "")) == (result["title"] or "")
        assert entry.get("url") == result["url"]
        assert (result["archive_url"] or "") in print_latex(entry["note"])
        assert ("dead link" in entry["note"]) == result["dead"]


@pytest.mark.parametrize(
    "text",
    [
        "\\",
        "{",
        "}",
        "{{",
        "a\\}b",
        "%",
        "~^_&$#",
        "\x00\x1b",
        "---",
        "``a''",
        "?`<<>>,,",
        "-",
        "a -- b --- c",
        "@misc{b,",
    ],
)
def test_no_text_breaks_out_of_a_bibtex_field(text):
    entry = f"@misc{{a,\n  title = {{{{{escape(text)}}}}},\n  note = {{b}}\n}}\n"
    assert read_bibtex(entry)["a"]["note"] == "b"
    assert print_latex(read_bibtex(entry)["a"]["title"]) == show_controls(text)


def test_ris_is_read_back_as_it_was(base):
    records = {record["id"]: record for record in rispy.loads(written(base, "ris", *WORKS))}
    assert list(records) == ["dead-work", "almanac", "facts:zitni-fond", *WORKS[1:]]
    work = records["dead-work"]
    assert work["title"] == 'Vučić: $5_000 for "peace" ~ #1 \\x ^2 {y}'
    assert work["authors"] == ["Đurić, Žika", "The Herald", "King, Ana"]
    assert (work["type_of_reference"], work["publisher"], work["language"]) == ("ELEC", "News & Co.", "sr")
    assert (work["year"], work["date"], work["access_date"]) == (
        "2013",
        "2013/02//ca. February 2013",
        "2013/03/04/",
    )
    assert (work["start_page"], work["end_page"]) == ("28", "29")
    assert work["urls"] == ["https://news.example/a_b?c=1&d=%20{e}#f~g"]
    assert work["file_attachments2"] == "https://web.archive.example/2014/https://news.example/a_b?c=1&d=%20"
    assert work["notes"][0] == "The address is marked as a dead link."
    assert records["controls"]["title"] == "A bell␇, <U+202E> and = % \\"
    assert records["one-of-two"]["date"] == "///March 10, 2014 or October 3, 2014"
    assert "year" not in records["open-end"]
    assert "title" not in records["bare"]


def test_every_work_of_the_shipped_base_is_read_back_from_ris(shipped):
    references = shipped.list("reference").results
    text = written(shipped, "ris", *(result["id"] for result in references))
    records = {record["id"]: record for record in rispy.loads(text)}
    for result in references:
        record = records[result["id"]]
        assert record.get("title") == result["title"]
        assert record.get("urls", [None]) == [result["url"]]
        assert record.get("file_attachments2") == result["archive_url"]
        assert ("The address is marked as a dead link." in record["notes"]) == result["dead"]


@pytest.mark.parametrize("style", styles.names())
def test_each_style_is_the_one_that_was_reviewed(run, request, style):
    expected = TESTS / "outputs" / f"cite.{style}"
    ids = [
        "bridge-accord-signed",
        "bridge-accord",
        "begin-year",
        "untitled-note",
        "island-almanac",
        "ferries",
    ]
    out = run("cite", *ids, "hard-characters", "--style", style).out
    if request.config.getoption("--update"):
        expected.write_text(out, encoding="utf-8")
    assert out == expected.read_text(encoding="utf-8")
    assert not any(letter in out for letter in "\x1b\a\u202e")


def test_the_markdown_format_asks_for_markdown_notes(run):
    asked = run("cite", "hard-characters", "--markdown").out
    assert asked == run("cite", "hard-characters", "--style", "markdown").out
    assert asked != run("cite", "hard-characters").out


def test_json_holds_one_envelope_with_the_text_of_the_style(run):
    outcome = run("cite", "lamp-lit", "nothing", "--style", "ris", "--json")
    envelope = json.loads(outcome.out)
    assert envelope["query"] == {"command": "cite", "ids": ["lamp-lit", "nothing"], "style": "ris"}
    (result,) = envelope["results"]
    assert list(result) == ["kind", "id", "title", "cites", "style", "citation", "items"]
    assert result["citation"] == run("cite", "lamp-lit", "--style", "ris").out.rstrip("\n")
    assert outcome.err == "no record has the id 'nothing'\n"
    assert outcome.code == 0


@pytest.mark.parametrize("style", styles.names())
def test_an_unknown_id_is_exit_3(run, style):
    outcome = run("cite", "nothing", "--style", style)
    assert (outcome.code, outcome.err) == (3, "no record has the id 'nothing'\n")
    assert outcome.out == ("[]\n" if style == "csl-json" else "")
    assert json.loads(run("cite", "nothing", "--style", style, "--json").out)["count"] == 0


def test_an_unknown_style_is_exit_2_and_names_those_there_are(run, toy):
    outcome = run("cite", "lamp-lit", "--style", "apa", "--json")
    assert outcome.code == 2
    message = "there is no style 'apa'; styles are text, markdown, bibtex, csl-json, ris"
    assert json.loads(outcome.out)["error"] == {"code": 2, "message": message}
    for style in ("", "../text", "_chicago", "\x00"):
        with pytest.raises(KosrelError):
            toy.cite(["lamp-lit"], style)


def test_the_fact_base_has_a_valid_citation_file():
    path = ROOT / "CITATION.cff"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.citation-file-format",
            str(path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_citation_file_says_what_a_citation_says():
    root, problems = read_text((ROOT / "CITATION.cff").read_text(encoding="utf-8"), "CITATION.cff")
    assert problems == []
    edition = name_edition(None)
    assert root.value["title"].value == edition.title
    assert root.value["version"].value == edition.version == __version__
    assert [author.value["name"].value for author in root.value["authors"].value] == list(
        map(str, edition.authors)
    )
    assert f"Licensed under {root.value['license'].value.replace('-', ' ')}." in edition.remarks


def test_dash_reads_ids_for_one_bibliography(run):
    outcome = run(
        "cite", "ferries", "-", "--style", "bibtex", stdin="lamp-lit undated-storm\n\nlamp-lit\nnothing\n"
    )
    keys = [line[6:-1] for line in outcome.out.splitlines() if line.startswith("@misc{")]
    assert keys == ["ferries", "island-almanac", "lamp-lit", "undated-storm"]
    assert outcome.err == "no record has the id 'nothing'\n"
    assert run("cite", "-", stdin="").code == 3


def test_dash_with_json_is_an_envelope_a_line(run):
    outcome = run("cite", "-", "--json", stdin="lamp-lit\nnothing\n")
    assert [json.loads(line)["count"] for line in outcome.out.splitlines()] == [1, 0]
    assert outcome.code == 0


def test_jsonl_and_csv_hold_a_citation_a_line(run):
    lines = run("cite", "lamp-lit", "ferries", "--jsonl").out.splitlines()
    assert [json.loads(line)["cites"] for line in lines] == ["event", "topic"]
    header, row = run("cite", "ferries", "--csv").out.splitlines()
    assert header == "kind,id,title,cites,style,citation"
    assert row == 'citation,ferries,Ferries,topic,text,"“Ferries,” in Fact Base facts, record ferries."'


def test_every_kind_of_the_toy_base_can_be_cited(run, toy):
    for style in styles.names():
        assert len(toy.cite(everything(toy), style).results) == len(everything(toy))
    assert run("cite", "lamp-lit", facts=TOY).code == 0


def test_the_help_names_every_style(run):
    text = run("cite", "--help").out
    assert all(name in text for name in styles.names())
