"""Exports: each read back by the tool people use for it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import zipfile

import frictionless
import pytest

from kosrel import exports
from kosrel.model import KINDS

TEXTS = [name for name in exports.names() if hasattr(exports.load(name), "write")]
FILES = [name for name in exports.names() if name not in TEXTS]


def records(base) -> list[dict]:
    return [result for kind in KINDS for result in base.list(kind).results]


def parts(base, *keys) -> int:
    """How many parts stand in lists of these names, in all records."""

    def within(value) -> int:
        if isinstance(value, list):
            return sum(map(within, value))
        if not isinstance(value, dict):
            return 0
        return sum(len(value[key]) for key in keys if key in value) + sum(map(within, value.values()))

    return sum(map(within, records(base)))


# json and jsonl


def test_json_is_the_envelope_with_every_record(run, toy):
    out = run("export", "json").out
    envelope = json.loads(out)
    assert envelope["schema"] == "kosrel/1"
    assert envelope["query"] == {"command": "export", "format": "json"}
    assert envelope["count"] == len(envelope["results"]) == len(records(toy))
    shown = json.loads(run("show", *[each["id"] for each in envelope["results"]], "--json").out)
    assert [{**each, "match": None} for each in shown["results"]] == envelope["results"]


def test_jsonl_is_a_record_a_line(run, toy):
    lines = run("export", "jsonl").out.splitlines()
    assert len(lines) == len(records(toy))
    assert [json.loads(line) for line in lines] == json.loads(run("export", "json").out)["results"]


# csv


@pytest.fixture(scope="module")
def package(toy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv") / "facts"
    assert toy.export("csv", folder) == []
    return folder


def table(package, name) -> list[dict]:
    with (package / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_data_package_is_valid_with_its_foreign_keys(package, tmp_path):
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.valid, report.flatten(["name", "message"])
    broken = shutil.copytree(package, tmp_path / "broken")
    sources = broken / "sources.csv"
    sources.write_text(sources.read_text().replace(",harbour-gazette,", ",nowhere,"), encoding="utf-8")
    found = frictionless.validate(str(broken / "datapackage.json")).flatten(["type"])
    assert ["foreign-key"] in found


def test_the_data_package_in_one_file_holds_the_same(toy, package, tmp_path):
    toy.export("csv", tmp_path / "facts.zip")
    assert frictionless.validate(str(tmp_path / "facts.zip")).valid
    with zipfile.ZipFile(tmp_path / "facts.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            file.name: file.read_bytes() for file in sorted(package.iterdir())
        }


def test_the_tables_have_a_row_for_every_record_and_part(toy, package):
    assert len(table(package, "records")) == len(records(toy))
    for kind in KINDS.values():
        assert len(table(package, kind.folder)) == toy.list(kind.kind).count
    for name, keys in {
        "sources": ["sources"],
        "participants": ["actors"],
        "parties": ["parties", "third_parties"],
        "provisions": ["provisions"],
        "status_events": ["status_events"],
        "roles": ["roles"],
        "relations": ["relations"],
        "sides": ["sides"],
        "record_aliases": ["aliases"],
        "record_topics": ["topics"],
        "source_references": ["references"],
    }.items():
        assert len(table(package, name)) == parts(toy, *keys), name


def test_a_row_says_what_the_record_says(package):
    (provision,) = [row for row in table(package, "provisions") if row["date"]]
    assert provision == {
        "id": "bridge-accord/provisions/2",
        "record": "bridge-accord",
        "number": "2",
        "text": "Work begins in the next year.",
        "date": "2002",
        "earliest": "2002-01-01",
        "latest": "2002-12-31",
        "precision": "year",
        "basis": "derived",
        "date_note": '"next year" in a paper of 2001',
        "note": "The almanac has another year.",
    }
    assert [row["quote"] for row in table(package, "sources") if row["provision"] == provision["id"]] == [
        "work begins next year"
    ]
    assert [(row["side_record"], row["says"]) for row in table(package, "sides")] == [
        ("work-begins", "about 2001"),
        ("bridge-accord", "in the year after 2001"),
    ]


def test_every_column_of_the_package_is_explained(package):
    descriptor = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in descriptor
    for resource in descriptor["resources"]:
        assert resource["description"].endswith(".")
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_no_cell_is_a_formula_or_drives_a_terminal(package):
    (row,) = [row for row in table(package, "events") if row["id"] == "hard-characters"]
    assert row["place"] == '\'=HYPERLINK("https://evil.example")'
    assert row["summary"] == "A bell␇ and an escape␛[m, an override<U+202E>, a line of ç and đ."


# sqlite


@pytest.fixture
def database(toy, tmp_path):
    toy.export("sqlite", tmp_path / "facts.db")
    connection = sqlite3.connect(tmp_path / "facts.db")
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def ask(database, sql, *values) -> list[tuple]:
    return [tuple(row) for row in database.execute(sql, values)]


def test_the_database_is_whole_and_every_key_leads_somewhere(database, toy):
    assert ask(database, "pragma integrity_check") == [("ok",)]
    assert ask(database, "pragma foreign_key_check") == []
    assert ask(database, "select count(*) from records") == [(len(records(toy)),)]
    for kind in KINDS.values():
        assert ask(database, f'select count(*) from "{kind.folder}"') == [(toy.list(kind.kind).count,)]
    assert ask(database, "select count(*) from sources") == [(parts(toy, "sources"),)]
    database.execute("pragma foreign_keys = on")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("update events set agreement = 'nowhere'")


def test_what_happened_on_a_day_is_answered_with_its_sources(database):
    sql = (
        "select date, title, actors, document, line, quote, works from what_happened "
        "where first_day <= '2001-05-02' and last_day >= '2001-05-02'"
    )
    assert ask(database, sql) == [
        ("2001~", "Work on the bridge begins", "Northport (builder)", "island-almanac", 2,
         "work began about 2001", "https://note.example/1"),
        ("2001-05-02", "The bridge accord is signed", "Ana Đurić (signatory); Bo Lee (witness)", "harbour-gazette",
         3, "the accord was signed on 2 May 2001", "The Herald, Bridge talks end https://herald.example/bridge"),
        ("2001-05-02", "The last ferry sails", None, "harbour-gazette", 5, "the last ferry sailed the same day",
         None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "select speaker, form, title, quote from who_said_what",
            [
                ("Ana Đurić", "said", "Đurić says that two lanes are enough", "two lanes will do"),
                ("Harbour Gazette", "judged", "The paper calls two lanes too few", "two lanes are too few"),
            ],
        ),
        (
            "select office, body, date, document, line from offices where actor = 'ana-duric'",
            [
                ("Harbour Master of Northport", "Northport", "2001-05-02", "harbour-gazette", 3),
                ("Harbour Master of Northport", "Northport", "2003", "island-almanac", 4),
            ],
        ),
        (
            "select number, text, due, quote from what_was_agreed where title = 'Bridge Accord'",
            [
                (1, "The bridge has two lanes.", None, "a bridge of two lanes"),
                (2, "Work begins in the next year.", "2002", "work begins next year"),
            ],
        ),
        (
            "select status, date, first_day, last_day, actor from what_became_of_it",
            [
                ("ratified", "2001-06", "2001-06-01", "2001-06-30", "Northport"),
                ("stalled", None, None, None, None),
            ],
        ),
        (
            "select type, says, record, quote from where_documents_disagree",
            [
                ("contradiction", "about 2001", "work-begins", "work began about 2001"),
                ("contradiction", "in the year after 2001", "bridge-accord", "work begins next year"),
            ],
        ),
        (
            "select distinct qualifier, value, unit, as_of, given_by from numbers",
            [("about", 1200, "metres", "2001", "Ana Đurić"), (None, 92.5, "percent", None, None)],
        ),
    ],
)
def test_a_view_answers_what_people_ask(database, sql, expected):
    assert ask(database, sql) == expected


@pytest.mark.parametrize("word", ["Đurić", "duric", "Djuric", "DURIC"])
def test_full_text_finds_any_spelling(database, word):
    sql = (
        "select passages.record from full_text join passages on passages.rowid = full_text.rowid "
        "where full_text match ? order by record"
    )
    assert ("ana-duric",) in ask(database, sql, word)


def test_full_text_finds_words_quotes_and_parts(database):
    sql = "select rowid from full_text where full_text match ?"
    for words in ("witness watches", '"two lanes"', "council ratified", "quotes: ferry", "signs"):
        assert ask(database, sql, words), words
    assert ask(database, sql, "archive") == []


def test_the_metadata_is_what_datasette_reads(database):
    ((text,),) = ask(database, "select json from metadata")
    metadata = json.loads(text)
    assert metadata["source"] == "the documents Harbour Gazette; Island Almanac"
    assert "license" not in metadata
    tables = metadata["databases"]["facts"]["tables"]
    names = {
        name for (name,) in ask(database, "select name from sqlite_master where type in ('table', 'view')")
    }
    assert set(tables) == {name for name in names if not name.startswith("full_text")}
    for name, described in tables.items():
        columns = [row[1] for row in ask(database, f'pragma table_info("{name}")')]
        assert set(described.get("columns", {})) <= set(columns)


def test_the_shipped_facts_come_with_title_source_and_licence(shipped, tmp_path):
    shipped.export("sqlite", tmp_path / "facts.db")
    connection = sqlite3.connect(tmp_path / "facts.db")
    metadata = json.loads(connection.execute("select json from metadata").fetchone()[0])
    sql = (
        "select document, line from what_happened "
        "where date = '2013-04-19' and event = 'brussels-agreement-concluded'"
    )
    assert ("wikipedia-relations", 43) in connection.execute(sql).fetchall()
    connection.close()
    assert metadata["title"] == "Kosovo–Serbia relations: facts with their sources"
    assert metadata["license"] == "CC-BY-4.0"
    assert metadata["license_url"] == "https://creativecommons.org/licenses/by/4.0/"


# every format


@pytest.mark.parametrize("name", TEXTS)
def test_two_exports_are_the_same_bytes(name, toy):
    first, second = io.StringIO(), io.StringIO()
    toy.export(name, first)
    toy.export(name, second)
    assert first.getvalue() == second.getvalue() != ""


@pytest.mark.parametrize("name", ["facts.zip", "facts.db"])
def test_two_exports_in_a_file_are_the_same_bytes(name, toy, tmp_path):
    made = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        toy.export("csv" if name.endswith("zip") else "sqlite", tmp_path / folder / name)
        made.append((tmp_path / folder / name).read_bytes())
    assert made[0] == made[1]
