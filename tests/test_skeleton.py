"""New bases and new records: in the right place, with what is left to fill in named exactly."""

from __future__ import annotations

import os
import shutil

import pytest
from conftest import TOY

from kosrel import loader
from kosrel.curation import check_folder
from kosrel.errors import BadUsage
from kosrel.model import FOLDERS, KINDS
from kosrel.skeleton import make_id, make_record


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "facts"
    shutil.copytree(TOY, folder)
    return folder


@pytest.fixture
def empty(run, tmp_path):
    folder = tmp_path / "mine"
    assert run("new", "base", str(folder)).code == 0
    return folder


def test_a_new_base_is_sound_and_in_canonical_form(run, tmp_path):
    folder = tmp_path / "a" / "mine"
    outcome = run("new", "base", str(folder))
    assert (outcome.code, outcome.out) == (0, f"{folder}\n")
    assert outcome.err == f'a base without records; next: kosrel new document "TITLE" --facts {folder}\n'
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "documents.yaml", "schema"]
    assert sorted(path.stem for path in (folder / "schema").iterdir()) == sorted(FOLDERS)
    assert run("check", str(folder)).code == 0
    assert run("fmt", "--check", str(folder)).code == 0
    assert run("event", "2013", facts=folder).code == 3


def test_a_base_is_not_made_where_something_is(run, tmp_path, copy):
    outcome = run("new", "base", str(copy))
    assert (outcome.code, outcome.err) == (2, f"kosrel: the folder {copy} is not empty; name a new one\n")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert run("new", "base", str(tmp_path / "file")).code == 2
    outcome = run("new", "base", str(tmp_path / "file" / "below"))
    assert outcome.code == 1
    assert outcome.err == f"kosrel: no base can be made in {tmp_path / 'file' / 'below'}: Not a directory\n"
    assert run("new", "base", "a\0b").code == 1


def test_an_empty_folder_becomes_a_base(run, tmp_path):
    (tmp_path / "here").mkdir()
    assert run("new", "base", str(tmp_path / "here")).code == 0


def test_a_new_base_can_be_filled_in_and_asked(run, empty):
    assert run("new", "document", "The Paper", facts=empty).code == 0
    documents = empty / "documents.yaml"
    text = documents.read_text(encoding="utf-8")
    filled = {"type": "newspaper", "language": "en", "file": "paper.txt", "markup": "plain"}
    for key, value in filled.items():
        text = text.replace(f"  {key}:\n", f"  {key}: {value}\n")
    documents.write_text(text, encoding="utf-8")
    assert run("new", "event", "A fair opens", "--date", "2013-04-19", facts=empty).code == 0
    events = empty / "events.yaml"
    text = events.read_text(encoding="utf-8")
    for key, value in {"document": "the-paper", "line": "1", "quote": "a fair opened"}.items():
        text = text.replace(f"{key}:\n", f"{key}: {value}\n")
    events.write_text(text, encoding="utf-8")
    assert run("check", str(empty)).out == ""
    assert run("fmt", "--check", str(empty)).code == 0
    assert "A fair opens" in run("event", "2013-04-19", facts=empty).out


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_to_fill_in_is_what_check_finds(run, empty, kind):
    outcome = run("new", kind, "Đurić & Co.", facts=empty)
    path = f"{KINDS[kind].folder}.yaml"
    assert (outcome.code, outcome.out) == (0, f"{path}:3: duric-co\n")
    told = [line.partition(": fill in ")[0] for line in outcome.err.splitlines()]
    problems = [problem for problem in check_folder(empty).rows if problem.rule == "empty-value"]
    assert told == [f"{problem.path}:{problem.line}:{problem.column}" for problem in problems]
    required = {name for name, field in KINDS[kind].fields.items() if field.stored and field.required}
    root, _problems = loader.reader.read(empty / path, path)
    assert set(root.value["duric-co"].value) == required | {KINDS[kind].label_field}


def test_each_blank_is_told_with_what_belongs_there(run, empty):
    assert run("new", "figure", "Bridges", facts=empty).err == (
        "figures.yaml:5:9: fill in value: the number\n"
        "figures.yaml:6:8: fill in unit: its unit: countries, percent, soldiers, days …\n"
        "figures.yaml:7:11: fill in counted: what exactly is counted\n"
        "figures.yaml:9:16: fill in document: the document\n"
        "figures.yaml:10:12: fill in line: the line of its file, counted from 1\n"
        "figures.yaml:11:13: fill in quote: 2 to 12 words of that line that carry the fact, as they stand there\n"
    )


@pytest.mark.parametrize(
    ("arguments", "path", "before"),
    [
        (["event", "A kiosk burns", "--date", "2001-03"], "events/2001.yaml", None),
        (["event", "A kiosk burns", "--date", "1999"], "events/1999.yaml", None),
        (["event", "A kiosk burns"], "events/undated.yaml", None),
        (["statements", "Lee speaks", "--date", "2001-01-01"], "statements/2001.yaml", "duric-on-lanes"),
        (["agreement", "Pier Treaty"], "agreements/pier-treaty.yaml", None),
        (["actor", "Zoe Quay", "--type", "person"], "actors/people.yaml", None),
        (["actor", "Abe Quay", "--type", "person"], "actors/people.yaml", "ana-duric"),
        (["actor", "Quay Works"], "actors/unsorted.yaml", None),
        (["actor", "Quay Works", "--type", "company"], "actors/unsorted.yaml", None),
        (["topic", "Aqueducts"], "topics.yaml", "bridges"),
        (["reference", "Zebra News"], "references.yaml", None),
    ],
)
def test_a_record_is_put_where_it_belongs(run, copy, arguments, path, before):
    old = (copy / path).read_text(encoding="utf-8") if (copy / path).exists() else ""
    assert run("new", *arguments, facts=copy).code == 0
    new = (copy / path).read_text(encoding="utf-8")
    identifier = make_id(arguments[1], set())
    start = new.index(f"{identifier}:\n")
    block, _, after = new[start:].partition("\n\n")
    if before:
        assert after.startswith(f"{before}:\n")
    # Nothing else in the file has changed.
    rest = new[:start] + after if after else new[:start].removesuffix("\n")
    assert rest.rstrip("\n") == old.rstrip("\n")
    assert block.splitlines()[1].endswith(arguments[1])


def test_a_file_that_is_not_canonical_keeps_every_other_byte(run, copy):
    topics = copy / "topics.yaml"
    text = "# Ours.\n\n" + topics.read_text(encoding="utf-8").rstrip("\n") + "   # the last"
    topics.write_text(text, encoding="utf-8")
    run("new", "topic", "Zeppelins", facts=copy)
    assert topics.read_text(encoding="utf-8") == f"{text}\n\nzeppelins:\n  title: Zeppelins\n"


@pytest.mark.parametrize(
    ("kind", "title", "alike"),
    [
        ("event", "A lamp is lit", ["lamp-lit"]),
        ("event", "a LAMP is lit!", ["lamp-lit"]),
        ("event", "The bridge accord signed", ["bridge-accord-signed"]),
        ("actor", "Ana Duric", ["ana-duric"]),
        ("actor", "Ана Ђурић", ["ana-duric"]),
        ("actor", "Ana Djuric", ["ana-duric"]),
        ("topic", "Ferry", []),
        ("topic", "Ferrys", []),
        ("event", "A kiosk burns", []),
        ("topic", "A lamp is lit", []),
    ],
)
def test_records_with_a_near_title_are_pointed_out(run, copy, kind, title, alike):
    draft = make_record(kind, title, copy)
    assert [identifier for identifier, _label in draft.alike] == alike
    assert draft.id not in alike


def test_a_record_that_is_not_filled_in_yet_is_pointed_out_too(run, copy):
    run("new", "event", "A kiosk burns", facts=copy)
    outcome = run("new", "event", "A Kiosk Burns", facts=copy)
    assert outcome.out == "events/undated.yaml:8: a-kiosk-burns-2\n"
    assert "alike: A kiosk burns (a-kiosk-burns)\n" in outcome.err


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("The fair opens", "the-fair-opens"),
        ("Ђурић и Тачи", "duric-i-taci"),
        ("Łódź–Kraków: 100%", "lodz-krakow-100"),
        ("中 fair", "fair"),
        ("taken", "taken-3"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 200, "x" * 60),
    ],
)
def test_an_id_is_made_from_the_title(title, identifier):
    assert make_id(title, {"taken", "taken-2"}) == identifier


@pytest.mark.parametrize("title", ["", " ", "…!", "中国", "\udcff", "x" * 4001])
def test_a_title_without_an_id_is_exit_2(run, copy, title):
    outcome = run("new", "event", title, facts=copy)
    assert (outcome.code, outcome.out) == (2, "")
    assert len(outcome.err) < 300 or "…" in outcome.err


def test_a_hostile_title_stays_text(run, copy):
    title = 'x: [y] # {z} "q" \x1b[31m \u202e &a *b !c'
    outcome = run("new", "event", title, facts=copy)
    assert outcome.code == 0
    root, problems = loader.reader.read(copy / "events" / "undated.yaml", "undated.yaml")
    assert problems == []
    assert root.value["x-y-z-q-31m-a-b-c"].value["title"].value == title
    assert "\x1b" not in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense", "A"], "there is no kind 'nonsense'; kinds are document, reference, event"),
        (["omission", "A"], "there is no kind 'omission'"),
        (["topic", "A", "--date", "2013"], "a record of kind topic has no date"),
        (["event", "A", "--type", "person"], "a record of kind event has no type"),
        (["actor", "A", "--type", "robot"], "'robot' is no type of actor: person, state,"),
        (["event", "A", "--date", "2013-02-30"], "there is no 30 February 2013"),
        (["event", "A", "--date", "../.."], "an interval needs a beginning or an end"),
    ],
)
def test_what_cannot_be_is_exit_2_and_changes_nothing(run, copy, arguments, message):
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    outcome = run("new", *arguments, facts=copy)
    assert outcome.code == 2
    assert outcome.err.startswith(f"kosrel: {message}")
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_a_base_is_told_how_to_make_one(run, tmp_path, folder):
    outcome = run("new", "event", "A", facts=tmp_path / folder)
    assert outcome.code == 1
    assert "kosrel new base" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_printed_where_its_file_is_broken(run, copy):
    later = copy / "events" / "undated.yaml"
    later.write_text("a: [\n", encoding="utf-8")
    outcome = run("new", "event", "A kiosk burns", facts=copy)
    assert outcome.code == 0
    assert outcome.out.startswith("a-kiosk-burns:\n  title: A kiosk burns\n")
    assert outcome.err.startswith(
        "not written: events/undated.yaml cannot be read as it is: kosrel check names its problems\n"
        "it belongs into events/undated.yaml\n"
        "line 4: fill in document: the document\n"
    )
    assert later.read_text(encoding="utf-8") == "a: [\n"


def test_a_record_is_printed_where_its_file_leads_elsewhere(run, copy, tmp_path):
    elsewhere = tmp_path / "elsewhere.yaml"
    (copy / "topics.yaml").rename(elsewhere)
    before = elsewhere.read_text(encoding="utf-8")
    (copy / "topics.yaml").symlink_to(elsewhere)
    outcome = run("new", "topic", "Zeppelins", facts=copy)
    assert outcome.out == "zeppelins:\n  title: Zeppelins\n"
    assert outcome.err.startswith("not written: ")
    assert elsewhere.read_text(encoding="utf-8") == before


def test_a_record_is_printed_where_nothing_can_be_written(run, copy, monkeypatch):
    def refuse(*_arguments):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("kosrel.skeleton.replace_file", refuse)
    outcome = run("new", "topic", "Zeppelins", facts=copy)
    assert (outcome.code, outcome.out) == (0, "zeppelins:\n  title: Zeppelins\n")
    assert f"not written: {copy / 'topics.yaml'} cannot be written: Permission denied\n" in outcome.err


def test_facts_that_came_with_an_installation_are_not_written_to(monkeypatch, copy):
    monkeypatch.setattr("kosrel.skeleton.shipped.find_facts", lambda: str(copy))
    monkeypatch.setattr("kosrel.skeleton.__file__", str(copy.parent / "skeleton.py"))
    draft = make_record("topic", "Zeppelins")
    assert not draft.written
    assert draft.reason.startswith("the shipped facts are part of the installation")


def test_a_long_title_that_ends_like_a_key_is_no_blank(copy):
    draft = make_record("topic", "A very long title " * 10 + "that ends: so:", copy)
    assert draft.written
    assert draft.blanks == []


def test_an_unknown_kind_is_named_to_the_library_too(copy):
    with pytest.raises(BadUsage):
        make_record("base", "A", copy)
