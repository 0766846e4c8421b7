"""Every rule has a base that breaks it; the problems are those in its expected.txt."""

from __future__ import annotations

import json
import re

import pytest
from conftest import ROOT, TESTS
from fuzz import mutants

from kosrel import checks, loader

FOLDERS = sorted(folder for folder in (TESTS / "broken").iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_broken_base_is_refused_with_every_problem(run, folder):
    expected = (folder / "expected.txt").read_text(encoding="utf-8")
    outcome = run("check", str(folder))
    assert outcome.out == expected
    assert outcome.code == 1
    assert outcome.err.startswith(f"{folder}: ")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_look_up_answers_from_a_broken_base(run, folder):
    outcome = run("event", "2001", "--json", facts=folder)
    assert outcome.code == 1
    envelope = json.loads(outcome.out)
    assert envelope["count"] == 0
    assert envelope["results"] == []
    assert envelope["error"]["code"] == 1
    assert (folder / "expected.txt").read_text(encoding="utf-8").splitlines()[0] in outcome.err


def test_every_rule_has_an_example_that_breaks_it():
    source = (ROOT / "kosrel" / "fields.py").read_text(encoding="utf-8")
    in_fields = set(re.findall(r'report\.add\(\s*[^,]+,\s*"([a-z-]+)"', source))
    assert len(in_fields) > 9
    in_loader = {"unknown-file", "bad-id", "duplicate-id", "yaml"}
    broken = {problem.rule for folder in FOLDERS for problem in checks.check(loader.load(folder))}
    assert broken == in_fields | in_loader | set(checks.rules())


def test_a_file_changed_at_random_is_refused_with_a_place_or_changes_nothing_else(capsys):
    assert mutants.main("240", str(TESTS / "facts")) == 0
    assert "240 mutants, 0 wrong" in capsys.readouterr().out


def test_problems_as_json_are_complete(run):
    folder = TESTS / "broken" / "bad-number"
    outcome = run("check", str(folder), "--json")
    assert outcome.code == 1
    assert json.loads(outcome.out) == {
        "schema": "kosrel/1",
        "query": {"command": "check", "folder": str(folder)},
        "count": 2,
        "results": [
            {
                "path": "events.yaml",
                "line": 6,
                "column": 13,
                "rule": "bad-number",
                "message": "'one' is not a whole number from 1 up",
            },
            {
                "path": "figures.yaml",
                "line": 3,
                "column": 10,
                "rule": "bad-number",
                "message": "'1e9' is not a number in plain digits such as 24 or 92.8",
            },
        ],
    }


def test_problems_as_csv_have_their_columns(run):
    outcome = run("check", str(TESTS / "broken" / "unused-topic"), "--csv")
    assert outcome.out == (
        "path,line,column,rule,message\ntopics.yaml,1,1,unused-topic,no record has the topic 'fairs'\n"
    )


def test_a_sound_base_passes(run):
    outcome = run("check", str(TESTS / "facts"))
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"{TESTS / 'facts'}: 45 records, 0 problems\n"


@pytest.mark.parametrize("name", ["nowhere", "nowhere/at/all"])
def test_a_folder_that_is_not_there_is_named(run, tmp_path, name):
    outcome = run("check", str(tmp_path / name))
    assert outcome.code == 1
    assert outcome.err == (
        f"kosrel: there is no folder {tmp_path / name}; name a folder of fact files with --facts\n"
    )


def test_an_empty_folder_is_no_base(run, tmp_path):
    outcome = run("check", str(tmp_path), "--json")
    assert outcome.code == 1
    assert "there is no fact file in" in json.loads(outcome.out)["error"]["message"]
