"""The shipped facts: sound, in canonical form, and, where the documents are at hand, borne out by them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import ROOT

from kosrel import loader, shipped
from kosrel.curation import check_folder, cover_documents, verify_documents
from kosrel.model import Source
from kosrel.writer import rewrite

DOCUMENTS = Path(os.environ.get("KOSREL_DOCUMENTS", ROOT.parent / "shared" / "documents"))
needs_documents = pytest.mark.skipif(
    not DOCUMENTS.is_dir(),
    reason=f"the documents are not part of the project, and not in {DOCUMENTS}: facts not read again in them",
)
BASE = loader.load(Path(shipped.find_facts()))
PATHS = sorted({record.path for record in BASE.records.values()})


def test_the_shipped_facts_are_sound():
    assert check_folder().results == []


@pytest.mark.parametrize("path", PATHS)
def test_a_fact_file_is_in_canonical_form(path):
    old = Path(BASE.folders[0], path).read_text(encoding="utf-8")
    records = [record for record in BASE.records.values() if record.path == path]
    up, place = ("../", path.split("/")[0]) if "/" in path else ("", path.removesuffix(".yaml"))
    new, comment = rewrite(old, records, f"{up}schema/{place}.json")
    assert comment is None
    assert new == old


def test_every_fact_has_a_source_with_a_short_quote():
    quotes = [
        part.quote for record in BASE.records.values() for part in record.walk() if isinstance(part, Source)
    ]
    assert quotes
    assert max(len(quote.split()) for quote in quotes) <= 12


@needs_documents
def test_every_fact_is_borne_out_by_the_documents():
    assert [str(problem) for problem in verify_documents(DOCUMENTS).rows] == []


@needs_documents
def test_every_sentence_of_the_documents_is_accounted_for():
    assert [str(problem) for problem in cover_documents(DOCUMENTS).rows] == []


def results(answer):
    return {result["id"]: result for result in answer.results}


def test_the_brussels_agreement_is_found_by_its_day(shipped):
    event = results(shipped.event("2013-04-19"))["brussels-agreement-concluded"]
    assert event["match"] == "exact"
    assert ("catherine-ashton", "mediator") in [(actor["id"], actor["part"]) for actor in event["actors"]]
    cited = {work["publisher"] for source in event["sources"] for work in source["references"]}
    assert {"BBC", "B92"} <= cited
    assert ("wikipedia-relations", 43) in [(each["document"], each["line"]) for each in event["sources"]]


def test_the_ratification_is_found_by_its_day(shipped):
    assert "brussels-agreement-ratified-kosovo" in results(shipped.event("2013-06-28"))


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Ashton", "catherine-ashton"),
        ("thaci", "hashim-thaci"),
        ("Dačić", "ivica-dacic"),
        ("dacic", "ivica-dacic"),
    ],
)
def test_actors_answer_with_their_offices(shipped, name, identifier):
    (result,) = shipped.actor(name).results
    assert result["id"] == identifier
    assert result["roles"]


def test_the_agreement_answers_with_provisions_and_what_became_of_it(shipped):
    (result,) = shipped.agreement("Brussels Agreement").results
    assert len(result["provisions"]) >= 8
    assert {"concluded", "ratified"} <= {step["status"] for step in result["status_events"]}
    assert "facilitator" in {party["capacity"] for party in result["third_parties"]}


def test_a_name_that_is_not_there_finds_nothing(shipped):
    assert shipped.actor("Bismarck").exit_code == 3
