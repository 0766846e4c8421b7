"""Documents: markup taken off line for line, sentences cut, files recognised by content."""

from __future__ import annotations

import shutil

import pytest
from conftest import TESTS, TOY

from kosrel import loader
from kosrel.documents import find_documents, split_sentences
from kosrel.errors import KosrelError

SENTENCES = [
    ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
    ("He said “no.” Then he left.", ["He said “no.”", "Then he left."]),
    ('"The deal is good," said A. Clerk of the U.S. Department.',
     ['"The deal is good," said A. Clerk of the U.S. Department.']),
    ("It was in the U.S. yesterday.", ["It was in the U.S. yesterday."]),
    ("LIGJI NR. 04 was passed.", ["LIGJI NR. 04 was passed."]),
    ("without retaliation... If someone wants more", ["without retaliation... If someone wants more"]),
    ("the stage. (...) To defend us", ["the stage.", "(...) To defend us"]),
    ("about 1.7 million people. Also more.", ["about 1.7 million people.", "Also more."]),
    ("see kosrel.example for more", ["see kosrel.example for more"]),
    ("Šta? Đurić zna. Ćutao je.", ["Šta?", "Đurić zna.", "Ćutao je."]),
    ("", []),
    ("   ", []),
    ("...", ["..."]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "sentences"), SENTENCES)
def test_a_line_is_cut_into_sentences(line, sentences):
    assert [sentence.text for sentence in split_sentences(line, 1)] == sentences


def test_a_sentence_knows_its_place():
    (first, second) = split_sentences("One.  Two.", 7)
    assert (first.line, first.number, first.start, first.end) == (7, 1, 0, 4)
    assert (second.line, second.number, second.start, second.end) == (7, 2, 6, 10)


WIKITEXT = [
    ("[[Kosovo]] and [[Serbia|its neighbour]]", "Kosovo and its neighbour"),
    ("'''bold''' and ''slanted''", "bold and slanted"),
    ("a<ref>{{cite web|title=T}}</ref> b<ref name=x/>", "a b"),
    ("a{{dead link|date=May 2012}}", "a"),
    ("{{As of|2020|March|lc=y}}", "as of March 2020"),
    ("{{legend|#fff|Those that do}}", "Those that do"),
    ("[[File:a.jpg|thumb|left|The [[pier|old pier]], 2013]]", "The old pier, 2013"),
    ("a<br>b", "a b"),
    ("a &amp; b&nbsp;c", "a & b c"),
    ("==A heading==", "A heading"),
    ("[https://note.example The note]", "The note"),
    ("[[Category:Relations]]", ""),
    ("<!-- hidden -->shown", "shown"),
]


def wikitext(tmp_path, content):
    """The toy almanac with other content, under its own name."""
    (tmp_path / "island-almanac.txt").write_text(content, encoding="utf-8")
    return find_documents(loader.load(TOY), tmp_path)["island-almanac"]


@pytest.mark.parametrize(("raw", "plain"), WIKITEXT)
def test_wikitext_loses_its_markup(tmp_path, raw, plain):
    assert wikitext(tmp_path, raw).lines == [plain]


def test_lines_keep_their_numbers_when_markup_spans_them(tmp_path):
    content = "one<ref>a\nb</ref>\n{{box\n|x=1}}\n[[File:a.jpg|thumb|first\nsecond]]\nlast"
    assert wikitext(tmp_path, content).lines == ["one", "", "", "", "first", "second", "last"]


def test_a_line_knows_the_works_it_cites_also_by_the_name_of_a_footnote(tmp_path):
    content = 'a<ref name="n">[https://one.example/x T]</ref>\nb<ref name=n /> c<ref>{{cite|url=https://two.example}}</ref>'
    text = wikitext(tmp_path, content)
    assert text.cited_on(1) == {"https://one.example/x"}
    assert text.cited_on(2) == {"https://one.example/x", "https://two.example"}
    assert text.cited_on(3) == set()


def test_documents_are_recognised_by_content_under_any_name(tmp_path):
    shutil.copy(TESTS / "documents" / "harbour-gazette.txt", tmp_path / "whatever.dat")
    (tmp_path / "notes.txt").write_text("something else", encoding="utf-8")
    found = find_documents(loader.load(TOY), tmp_path)
    assert [(name, text.path.name, text.genuine) for name, text in found.items()] == [
        ("harbour-gazette", "whatever.dat", True)
    ]


def test_a_changed_document_is_known_by_its_name_and_not_genuine(tmp_path):
    (tmp_path / "harbour-gazette.txt").write_text("changed", encoding="utf-8")
    assert find_documents(loader.load(TOY), tmp_path)["harbour-gazette"].genuine is False


def test_a_folder_without_documents_says_which_are_wanted(tmp_path):
    with pytest.raises(KosrelError, match=r"they are harbour-gazette\.txt, island-almanac\.txt"):
        find_documents(loader.load(TOY), tmp_path)
    with pytest.raises(KosrelError, match="there is no folder"):
        find_documents(loader.load(TOY), tmp_path / "nowhere")
