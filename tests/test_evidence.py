"""verify and coverage: a change of one word, digit, line or fact is told, and nothing else is."""

from __future__ import annotations

import json
import shutil

import pytest
from conftest import TESTS, TOY

from kosrel.evidence import numbers_in

DOCUMENTS = TESTS / "documents"


@pytest.fixture
def copies(tmp_path):
    """Copies of the toy base and its documents, to change."""
    facts, documents = tmp_path / "facts", tmp_path / "documents"
    shutil.copytree(TOY, facts)
    shutil.copytree(DOCUMENTS, documents)
    return facts, documents


def change(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def problems(run, command, facts, documents):
    outcome = run(command, "--documents", str(documents), "--json", facts=facts)
    envelope = json.loads(outcome.out)
    assert outcome.code == (1 if envelope["count"] else 0)
    return [(each["path"], each["rule"], each["message"]) for each in envelope["results"]]


def test_the_toy_base_stands_on_its_documents(run):
    outcome = run("verify", "--documents", str(DOCUMENTS), "--json")
    assert json.loads(outcome.out) == {
        "schema": "kosrel/1",
        "query": {"command": "verify", "documents": str(DOCUMENTS)},
        "count": 0,
        "results": [],
        "summary": {
            "documents": 2,
            "facts": 23,
            "quotes": 31,
            "references": 1,
            "dates": 12,
            "numbers": 2,
            "names": 24,
            "places": 3,
        },
    }
    assert outcome.code == 0


IN_FACTS = [
    # file, what stands there, what it is changed to, the one problem
    ("events/2001.yaml", "quote: the last ferry sailed", "quote: the last fairy sailed",
     ("quote", "two-events-one-day: the quote “the last fairy sailed the same day” is not in line 5; "
      "near: “the last ferry sailed the same day.”")),
    ("events/later.yaml", "line: 7", "line: 6",
     ("quote", "undated-storm: the quote “a storm broke the pier” is not in line 6 but in line 7")),
    ("events/later.yaml", "line: 7", "line: 700",
     ("quote", "undated-storm: the quote “a storm broke the pier” is not in line 700 but in line 7")),
    ("events/later.yaml", "quote: a storm broke the pier", "quote: storm broke the pie",
     ("quote", "undated-storm: the quote “storm broke the pie” is not in line 7; near: “storm broke the pier.”")),
    ("events/2001.yaml", "  date: 2001-05-02\n  topics", "  date: 2001-05-03\n  topics",
     ("date", "two-events-one-day: the date 2001-05-03 is not stated in the cited sentence")),
    ("figures.yaml", "value: 1200", "value: 1300",
     ("number", "bridge-length: the number 1300 is not in the cited sentence")),
    ("figures.yaml", "value: 92.5", "value: 92.6",
     ("number", "bridge-share: the number 92.6 is not in the cited sentence")),
    ("statements/2001.yaml", "speaker: ana-duric", "speaker: cy-lee",
     ("name", "duric-on-lanes: the cited sentence does not name Cy Lee: add a note that tells how it is known")),
    ("statements/2001.yaml", "summary: Two lanes are too few, the paper", "summary: Two lanes are too few, Bismarck",
     ("name", "gazette-on-lanes: the cited sentence does not hold the name “Bismarck”")),
    ("events/2001.yaml", "place: Northport", "place: Westport",
     ("place", "bridge-accord-signed: the cited sentence does not name the place Westport")),
    ("actors/people.yaml", "office: Harbour Master of Northport\n      body: northport\n      date: 2001",
     "office: Harbour Pilot of Northport\n      body: northport\n      date: 2001",
     ("office", "ana-duric: the cited sentence does not hold “pilot” of the office Harbour Pilot of Northport")),
    ("references.yaml", "date: 2001-05-03", "date: 2001-05-05",
     ("reference", "herald-bridge: line 2 does not state 2001-05-05")),
    ("references.yaml", "author: Mint, Bo", "author: Mint, Jo",
     ("reference", "herald-bridge: line 2 does not hold the author Jo")),
    ("references.yaml", "https://note.example/1", "https://note.example/2",
     ("reference", "untitled-note: line 2 does not hold https://note.example/2")),
    ("omissions.yaml", "quote: That is all.", "quote: That is it.",
     ("quote", "almanac-that-is-all: the quote “That is it.” is not in line 1; near: “That is all.”")),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "problem"), IN_FACTS)
def test_one_change_in_a_fact_file_makes_that_fact_fail(run, copies, file, old, new, problem):
    facts, documents = copies
    change(facts / file, old, new)
    found = problems(run, "verify", facts, documents)
    own = [each for each in found if each[1:] == problem]
    assert len(own) == 1, found
    assert {each[2].partition(":")[0] for each in found} <= {problem[1].partition(":")[0], "work-begins"}
    assert all(path == file for path, _, message in found if message == problem[1])


def test_one_changed_word_in_a_document_makes_the_facts_on_it_fail(run, copies):
    facts, documents = copies
    change(documents / "harbour-gazette.txt", "the last ferry", "the last fairy")
    assert problems(run, "verify", facts, documents) == [
        ("documents.yaml", "document",
         "harbour-gazette: harbour-gazette.txt is not the text that the facts were read from (other content)"),
        ("events/2001.yaml", "quote",
         "two-events-one-day: the quote “the last ferry sailed the same day” is not in line 5; "
         "near: “the last fairy sailed the same day.”"),
    ]  # fmt: skip


def test_a_quote_that_fits_twice_or_runs_over_a_sentence_is_told(run, copies):
    facts, documents = copies
    change(
        documents / "island-almanac.txt",
        "a storm broke the pier",
        "a storm broke the pier: a storm broke the pier",
    )
    change(facts / "omissions.yaml", "quote: That is all.", "quote: Southport. That is")
    messages = [message for _, rule, message in problems(run, "verify", facts, documents) if rule == "quote"]
    assert messages == [
        "undated-storm: the quote “a storm broke the pier” stands 2 times in line 7: take more words",
        "almanac-that-is-all: the quote “Southport. That is” runs over the end of a sentence in line 1",
    ]


def test_a_document_that_is_not_at_hand_is_told(run, copies):
    facts, documents = copies
    (documents / "harbour-gazette.txt").unlink()
    assert problems(run, "verify", facts, documents) == [
        ("documents.yaml", "document",
         "harbour-gazette: the document is not at hand; its file is harbour-gazette.txt")
    ]  # fmt: skip


def test_the_toy_documents_are_covered(run):
    outcome = run("coverage", "--documents", str(DOCUMENTS))
    assert outcome.out == (
        "document         sentences  covered  omitted                                   uncovered  facts\n"
        "harbour-gazette         11        8  navigation 1, boilerplate 1, duplicate 1          0     13\n"
        "island-almanac          11        7  no fact 1, navigation 2, duplicate 1              0     11\n"
    )
    assert outcome.err == "0 sentences uncovered, 0 problems\n"
    assert outcome.code == 0


def test_a_sentence_that_no_fact_rests_on_is_printed(run, copies):
    facts, documents = copies
    change(facts / "events/later.yaml", "undated-storm:", "another-storm:")
    text = (facts / "events/later.yaml").read_text(encoding="utf-8")
    (facts / "events/later.yaml").write_text(text[: text.index("another-storm:")], encoding="utf-8")
    assert problems(run, "coverage", facts, documents) == [
        ("island-almanac.txt", "coverage", "sentence 1: no fact rests on it: Then a storm broke the pier."),
    ]  # fmt: skip


def test_a_fact_lost_beside_others_is_missed_in_the_count(run, copies):
    facts, documents = copies
    change(facts / "agreements/bridge-accord.yaml", """    - status: stalled
      text: Work stops.
      sources:
        - document: island-almanac
          line: 3
          quote: then work stopped
""", "")  # fmt: skip
    assert problems(run, "coverage", facts, documents) == [
        ("island-almanac.txt", "coverage",
         "sentence 1: 1 facts rest on it, 2 were counted in reading: "
         "In Northport, the council ratified it in June 2001, but then work stopped.")
    ]  # fmt: skip


def test_an_omission_of_a_sentence_with_a_fact_is_told(run, copies):
    facts, documents = copies
    change(facts / "omissions.yaml", "line: 1\n  quote: That is all.", "line: 7\n  quote: Then a storm")
    assert [message for _, _, message in problems(run, "coverage", facts, documents)] == [
        "sentence 2: no fact rests on it: That is all.",
        "almanac-that-is-all: a fact rests on this sentence: drop the omission",
    ]


def test_recount_writes_the_readings_anew(run, copies):
    facts, documents = copies
    shutil.rmtree(facts / "readings")
    assert problems(run, "coverage", facts, documents)
    assert run("coverage", "--documents", str(documents), "--recount", facts=facts).code == 0
    for file in (TOY / "readings").iterdir():
        assert (facts / "readings" / file.name).read_text(encoding="utf-8") == file.read_text(
            encoding="utf-8"
        )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,800 officers and 24 of 28 (86%)", {1800, 24, 28, 86}),
        ("a country of 1.7 million people", {1.7, 1_700_000}),
        ("sekitar 2 juta jiwa, kedua negara", {2, 2_000_000}),
        ("the 100th country", {100}),
        ("more than thirty, or twenty five", {30, 20, 25, 5}),
        ("the third bid", {3}),
        ("two million", {2, 2_000_000}),
        ("none", set()),
    ],
)
def test_numbers_are_read_in_digits_and_words(text, numbers):
    assert numbers_in(text) == numbers


def test_fmt_brings_files_into_canonical_form_and_keeps_opening_comments(run, copies):
    facts, _ = copies
    path = facts / "topics.yaml"
    canonical = path.read_text(encoding="utf-8")
    path.write_text('# kept\n\nferries: {title: "Ferries"}\nbridges:\n    title:   Bridges\n'
                    "    summary: What spans the strait.\n", encoding="utf-8")  # fmt: skip
    outcome = run("fmt", "--check", facts=facts)
    assert outcome.out == "topics.yaml:3:1: not in canonical form: kosrel fmt writes it so\n"
    assert outcome.code == 1
    outcome = run("fmt", facts=facts)
    assert (outcome.code, outcome.out) == (0, "")
    assert path.read_text(encoding="utf-8") == f"# kept\n\n{canonical}"
    assert run("fmt", "--check", facts=facts).code == 0


def test_fmt_loses_no_comment(run, copies):
    facts, _ = copies
    path = facts / "topics.yaml"
    text = path.read_text(encoding="utf-8").replace("  summary:", "  # a remark\n  summary:")
    path.write_text(text, encoding="utf-8")
    outcome = run("fmt", facts=facts)
    assert outcome.out == (
        "topics.yaml:3:1: a comment that canonical form would lose: move it to the top or into a note\n"
    )
    assert outcome.code == 1
    assert path.read_text(encoding="utf-8") == text


def test_fmt_touches_no_file_of_a_base_that_cannot_be_read(run, tmp_path):
    folder = tmp_path / "facts"
    shutil.copytree(TESTS / "broken" / "yaml-duplicate-key", folder)
    before = {file: file.read_bytes() for file in folder.iterdir()}
    outcome = run("fmt", str(folder))
    assert outcome.code == 1
    assert "the key 'title' stands twice" in outcome.err
    assert before == {file: file.read_bytes() for file in folder.iterdir()}
