"""Exports: each read back by the tool people use for it."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
import zipfile

import frictionless
import icalendar
import networkx
import pytest
import rdflib
from rdflib.compare import isomorphic

from kosrel import FactBase, exports
from kosrel.errors import BadUsage, KosrelError
from kosrel.exports import Contents
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
    assert metadata["title"] == "kosrel: A Fact Base on Kosovo–Serbia Relations"
    assert metadata["license"] == "CC-BY-4.0"
    assert metadata["license_url"] == "https://creativecommons.org/licenses/by/4.0/"


# turtle and jsonld

PREFIXES = """
prefix dcterms: <http://purl.org/dc/terms/>
prefix edtf: <http://id.loc.gov/datatypes/edtf/>
prefix crm: <http://www.cidoc-crm.org/cidoc-crm/>
prefix oa: <http://www.w3.org/ns/oa#>
prefix prov: <http://www.w3.org/ns/prov#>
prefix schema: <https://schema.org/>
prefix xsd: <http://www.w3.org/2001/XMLSchema#>
"""
PLACE = "https://here.example/facts"


def written(base, name) -> str:
    stream = io.StringIO()
    base.export(name, stream)
    return stream.getvalue()


def read_turtle(text) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle", publicID=PLACE)


def read_json_ld(text) -> rdflib.Graph:
    with warnings.catch_warnings():
        # rdflib's reader of JSON-LD uses a class of its own that rdflib has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return rdflib.Graph().parse(data=text, format="json-ld", publicID=PLACE)


@pytest.fixture(scope="module")
def graph(toy):
    return read_turtle(written(toy, "turtle"))


def select(graph, query) -> list[tuple]:
    rows = [
        tuple(each if each is None else str(each) for each in row) for row in graph.query(PREFIXES + query)
    ]
    return sorted(rows, key=str)


def test_turtle_and_json_ld_say_the_same(toy, graph):
    other = read_json_ld(written(toy, "jsonld"))
    assert isomorphic(graph, other)


def test_every_record_part_and_source_is_in_the_graph(graph, toy):
    kinds = dict(select(graph, "select ?kind (count(?x) as ?count) { ?x dcterms:type ?kind } group by ?kind"))
    assert kinds == {
        **{kind: str(toy.list(kind).count) for kind in KINDS},
        "provision": str(parts(toy, "provisions")),
        "status event": str(parts(toy, "status_events")),
    }
    for what, count in (
        ("?x a oa:SpecificResource", parts(toy, "sources")),
        ("?x a oa:TextQuoteSelector", parts(toy, "sources")),
        ("?fact prov:wasDerivedFrom ?x", parts(toy, "sources")),
        ("?source schema:citation ?x", parts(toy, "references")),
        ("?x schema:roleName ?n", parts(toy, "actors", "parties", "third_parties", "roles", "relations")),
    ):
        found = select(graph, f"select (count(*) as ?count) {{ {what} }}")
        assert found == [(str(count),)], what


def test_an_agreement_is_found_by_its_date_with_document_line_and_quote(graph):
    query = """
    select ?x ?document ?lines ?line ?quote ?work {
        ?x dcterms:date "2001-05-02"^^edtf:EDTF ; dcterms:type "agreement" ; prov:wasDerivedFrom ?source .
        ?source oa:hasSource/schema:name ?document ; schema:position ?line ; oa:hasSelector ?selector .
        ?selector rdf:value ?lines ; oa:refinedBy [ a oa:TextQuoteSelector ; oa:exact ?quote ] .
        ?source schema:citation/schema:name ?work .
    }"""
    assert select(graph, query) == [
        (f"{PLACE}#bridge-accord", "Harbour Gazette", "line=2,3", "3", "the accord was signed on 2 May 2001",
         "Bridge talks end")
    ]  # fmt: skip


def test_a_coarse_date_is_no_day_but_has_its_bounds(graph):
    query = """
    select ?x ?date ?first ?last {
        ?x dcterms:type "event" ; dcterms:date ?date ; crm:P4_has_time-span ?span .
        ?span crm:P82a_begin_of_the_begin ?first ; crm:P82b_end_of_the_end ?last .
        filter (datatype(?date) = edtf:EDTF && ?first != ?last)
    }"""
    assert select(graph, query) == [
        (f"{PLACE}#hard-characters", "2003-02/2003-05", "2003-02-01", "2003-05-31"),
        (f"{PLACE}#lamp-lit", "[2002-03-10,2002-10-03]", "2002-03-10", "2002-10-03"),
        (f"{PLACE}#work-begins", "2001~", "2001-01-01", "2001-12-31"),
    ]


def test_text_comes_through_as_it_is(graph):
    query = f"select ?text ?place {{ <{PLACE}#hard-characters> schema:description ?text ; schema:location ?place }}"
    assert select(graph, query) == [
        ("A bell\x07 and an escape\x1b[m, an override\u202e, a line of ç and đ.",
         '=HYPERLINK("https://evil.example")')
    ]  # fmt: skip


def test_an_address_cannot_leave_its_iri(tmp_path):
    base = small_base(tmp_path, url='https://x.example/a b><http://evil.example> "{}|\\^`%zz\u202e')
    graph = read_turtle(written(base, "turtle"))
    assert select(graph, "select ?url { ?x schema:url ?url }") == [
        ("https://x.example/a%20b%3E%3Chttp://evil.example%3E%20%22%7B%7D%7C%5C%5E%60%25zz%E2%80%AE",)
    ]


def test_the_shipped_agreement_is_found_by_its_date(shipped):
    rows = [
        row for row in written(shipped, "jsonld").splitlines() if '"#brussels-agreement-2013"' in row[:40]
    ]
    context = written(shipped, "jsonld").splitlines()[0]
    graph = read_json_ld(f'{context}\n"@graph": [{rows[0].rstrip(",")}]}}')
    query = """
    select distinct ?name ?line {
        ?x dcterms:date "2013-04-19"^^edtf:EDTF ; dcterms:type "agreement" ; schema:name ?name ;
            prov:wasDerivedFrom ?source .
        ?source schema:position ?line ; oa:hasSource <https://here.example/facts#wikipedia-relations> .
    }"""
    assert ("Brussels Agreement", "43") in select(graph, query)


# ical


@pytest.fixture(scope="module")
def calendar(toy):
    return icalendar.Calendar.from_ical(written(toy, "ical").encode())


def test_every_record_with_bounds_is_an_entry(calendar, toy):
    dated = [
        each["id"]
        for kind in ("event", "agreement", "statement", "figure")
        for each in toy.list(kind).results
        if each["date"]
    ]
    assert [str(entry["UID"]) for entry in calendar.walk("VEVENT")] == [f"{each}@kosrel" for each in dated]


def test_a_month_or_a_year_is_a_span_never_its_first_day(calendar):
    spans = {
        str(entry["UID"]).removesuffix("@kosrel"): (
            entry["DTSTART"].dt.isoformat(),
            (entry["DTEND"].dt - datetime.timedelta(days=1)).isoformat(),
            str(entry["STATUS"]),
            str(entry["SUMMARY"]),
        )
        for entry in calendar.walk("VEVENT")
    }
    assert spans["bridge-accord"] == ("2001-05-02", "2001-05-02", "CONFIRMED", "Bridge Accord")
    assert spans["bridge-length"] == (
        "2001-01-01", "2001-12-31", "TENTATIVE", "Length of the bridge (2001)"
    )  # fmt: skip
    assert spans["work-begins"] == (
        "2001-01-01", "2001-12-31", "TENTATIVE", "Work on the bridge begins (about 2001)"
    )  # fmt: skip
    assert spans["lamp-lit"] == (
        "2002-03-10", "2002-10-03", "TENTATIVE", "A lamp is lit (10 March 2002 or 3 October 2002)"
    )  # fmt: skip


def test_an_entry_holds_summary_sources_and_works(calendar):
    (entry,) = [each for each in calendar.walk("VEVENT") if each["UID"] == "bridge-accord-signed@kosrel"]
    assert str(entry["DESCRIPTION"]) == (
        "Date: 2 May 2001\n"
        "Two towns sign an agreement on a bridge. A witness watches.\n"
        "Harbour Gazette, line 3: “the accord was signed on 2 May 2001”\n"
        "  cites The Herald, Bo Mint, “Bridge talks end”, 3 May 2001"
    )
    assert str(entry["URL"]) == "https://archive.example/herald/bridge"
    assert entry["CATEGORIES"].cats == ["event", "bridges"]


def test_what_has_no_bounds_is_left_out_and_counted(run, tmp_path):
    outcome = run("export", "ical")
    assert outcome.err == "3 records without a date left out\n"
    base = small_base(tmp_path, event="../2008")
    stream = io.StringIO()
    assert base.export("ical", stream) == ["1 record with an open end left out"]
    assert "BEGIN:VEVENT" not in stream.getvalue()


@pytest.mark.parametrize(
    ("edtf", "start", "end", "status"),
    [
        ("2012-02", "20120201", "20120301", "TENTATIVE"),
        ("2013-12-31", "20131231", "20140101", "CONFIRMED"),
        ("2013-12-31?", "20131231", "20140101", "TENTATIVE"),
        ("2013-12-30/2013-12-31", "20131230", "20140101", "CONFIRMED"),
        ("2013-12/2014-01", "20131201", "20140201", "TENTATIVE"),
        ("0989", "09890101", "09900101", "TENTATIVE"),
    ],
)
def test_an_entry_ends_on_the_day_after_its_last(tmp_path, edtf, start, end, status):
    text = written(small_base(tmp_path, event=edtf), "ical")
    assert f"DTSTART;VALUE=DATE:{start}\r\nDTEND;VALUE=DATE:{end}\r\n" in text
    assert f"STATUS:{status}\r\n" in text


def test_no_line_of_the_calendar_is_too_long_or_drives_a_terminal(toy):
    text = written(toy, "ical")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert not set(text) & {"\x1b", "\a", "\u202e"}
    assert "\n" not in text.replace("\r\n", "")


# graph


def test_the_network_has_every_actor_agreement_and_tie(toy):
    network = networkx.read_graphml(io.BytesIO(written(toy, "graph").encode()), force_multigraph=True)
    assert len(network) == toy.list("actor").count + toy.list("agreement").count
    ties = [(start, end, data["kind"], data["label"]) for start, end, data in network.edges(data=True)]
    assert sorted(ties) == [
        ("ana-duric", "northport", "role", "Harbour Master of Northport"),
        ("ana-duric", "northport", "role", "Harbour Master of Northport"),
        ("bo-lee-north", "bridge-accord", "third party", "witness"),
        ("northport", "bridge-accord", "party", "party"),
        ("northport", "bridge-accord", "provision", "builder"),
        ("northport", "southport", "relation", "neighbour of"),
        ("southport", "bridge-accord", "party", "party"),
    ]
    assert network.nodes["bridge-accord"] == {
        "label": "Bridge Accord", "kind": "agreement", "date": "2001-05-02",
        "summary": "An agreement to build a bridge.",
    }  # fmt: skip
    (data,) = network.get_edge_data("northport", "southport").values()
    assert data["note"] == "Across the strait."
    assert data["sources"] == "island-almanac:1 “Northport faces Southport”"


def test_the_network_is_xml_whatever_the_text(tmp_path):
    base = small_base(tmp_path, name="]]>&<x a='\"'/>\x1b\u202e\ufffe\uffff")
    root = ET.fromstring(written(base, "graph"))
    labels = [each.text for each in root.iter() if each.get("key") == "node-label"]
    assert labels == ["]]>&<x a='\"'/>␛<U+202E><U+FFFE><U+FFFF>"]


# every format


def small_base(folder, event="2001", url="https://x.example/", name="Somebody"):
    """A base of one document, reference, actor and event."""
    facts = folder / "facts"
    facts.mkdir()
    source = {"document": "doc", "line": "1", "quote": "it is so", "references": ["work"]}
    for kind, record in {
        "documents": {"doc": {"title": "D", "type": "t", "language": "en", "file": "d.txt", "markup": "plain"}},
        "references": {"work": {"url": url, "document": "doc", "line": "1"}},
        "actors": {"who": {"name": name, "type": "person", "sources": [source]}},
        "events": {
            "that": {
                "title": "T", "date": event, "sources": [source], "actors": [{"actor": "who", "part": "p"}],
            }
        },
    }.items():  # fmt: skip
        # JSON is YAML, but for what YAML wants escaped.
        (facts / f"{kind}.yaml").write_text(json.dumps(record), encoding="utf-8")
    return FactBase.load(facts)


def empty_base(folder):
    """A base without a record."""
    (folder / "facts").mkdir()
    (folder / "facts" / "events.yaml").write_text("{}\n")
    return FactBase.load(folder / "facts")


@pytest.mark.parametrize("name", exports.names())
def test_an_empty_base_is_exported(name, tmp_path):
    base = empty_base(tmp_path)
    base.export(name, tmp_path / "made")
    assert (tmp_path / "made").exists()


def test_an_empty_base_is_valid_in_every_tool(tmp_path):
    base = empty_base(tmp_path)
    assert json.loads(written(base, "json"))["results"] == []
    assert written(base, "jsonl") == ""
    assert len(read_turtle(written(base, "turtle"))) == 2
    assert len(read_json_ld(written(base, "jsonld"))) == 2
    assert len(networkx.read_graphml(io.BytesIO(written(base, "graph").encode()))) == 0
    assert icalendar.Calendar.from_ical(written(base, "ical")).walk("VEVENT") == []


@pytest.mark.parametrize("name", ["json", "jsonl", "turtle", "jsonld", "ical", "graph"])
def test_a_record_is_written_before_the_next_but_one_is_read(name, toy):
    taken: list[str] = []

    class Counted(Contents):
        def rows(self, *kinds):
            for row in super().rows(*kinds):
                taken.append(row.id)
                yield row

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            ahead.append(len(taken) - sum(identifier in self.getvalue() for identifier in set(taken)))
            return super().write(text)

    ahead: list[int] = []
    exports.load(name).write(Counted(toy.index, False), Stream())
    # An undated record is in no calendar; the network is written in two passes.
    most = {"ical": 4, "graph": len(taken) // 2 + 1}.get(name, 1)
    assert max(ahead) <= most


@pytest.mark.parametrize("name", TEXTS)
def test_two_exports_are_the_same_bytes(name, toy):
    assert written(toy, name) == written(toy, name) != ""


@pytest.mark.parametrize("name", ["facts.zip", "facts.db"])
def test_two_exports_in_a_file_are_the_same_bytes(name, toy, tmp_path):
    made = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        toy.export("csv" if name.endswith("zip") else "sqlite", tmp_path / folder / name)
        made.append((tmp_path / folder / name).read_bytes())
    assert made[0] == made[1]


# where it goes


def files(folder) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_goes_to_standard_output_or_to_a_file(run, name, tmp_path):
    out = run("export", name).out
    assert run("export", name, "-o", "-").out == out
    assert run("export", name, "-o", str(tmp_path / "made")).out == ""
    assert (tmp_path / "made").read_bytes().decode() == out
    assert files(tmp_path) == ["made"]


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_text_needs_a_file(run, name):
    outcome = run("export", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"kosrel: the format {name} is no single text: say with -o FILE where it is to go\n"


def test_a_format_that_is_not_there_is_refused_with_those_that_are(run, toy):
    outcome = run("export", "xlsx")
    assert outcome.code == 2
    assert all(f"'{name}'" in outcome.err for name in exports.names())
    with pytest.raises(BadUsage, match=r"no export format '\.\./json'; formats are csv, "):
        toy.export("../json", io.StringIO())


@pytest.mark.parametrize(("name", "made"), [("json", "made"), ("sqlite", "made"), ("csv", "made.zip")])
def test_a_file_is_replaced_only_when_that_is_asked_for(run, name, made, tmp_path):
    target = tmp_path / made
    target.write_text("mine")
    outcome = run("export", name, "-o", str(target))
    assert (outcome.code, target.read_text()) == (2, "mine")
    assert outcome.err == f"kosrel: {target} is there already; replace it with --force\n"
    assert run("export", name, "-o", str(target), "--force").code == 0
    assert target.read_bytes() != b"mine"
    assert files(tmp_path) == [made]


def test_a_folder_is_replaced_only_when_it_is_an_earlier_package(run, tmp_path):
    target = tmp_path / "made"
    target.mkdir()
    assert run("export", "csv", "-o", str(target)).code == 0
    assert run("export", "csv", "-o", str(target)).code == 2
    (target / "events.csv").write_text("old")
    (target / "gone.csv").write_text("old")
    assert run("export", "csv", "-o", str(target), "--force").code == 0
    assert not (target / "gone.csv").exists()
    assert (target / "events.csv").read_text().startswith("id,title,")
    (target / "thesis.docx").write_text("mine")
    outcome = run("export", "csv", "-o", str(target), "--force")
    assert outcome.code == 2
    assert outcome.err == f"kosrel: {target} is a folder with other files in it: choose another place\n"
    assert (target / "thesis.docx").read_text() == "mine"
    assert files(tmp_path) == ["made"]


def test_a_folder_comes_back_when_the_new_one_cannot_take_its_place(toy, tmp_path, monkeypatch):
    target = tmp_path / "made"
    toy.export("csv", target)
    rename = type(target).rename

    def refuse(self, other):
        if self.name == "made" and other == target:
            raise KeyboardInterrupt
        return rename(self, other)

    monkeypatch.setattr(type(target), "rename", refuse)
    with pytest.raises(KeyboardInterrupt):
        toy.export("csv", target, force=True)
    assert (target / "datapackage.json").exists()
    assert files(tmp_path) == ["made"]


def test_a_file_is_no_place_for_a_folder_nor_a_folder_for_a_file(run, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    assert run("export", "csv", "-o", str(tmp_path / "file"), "--force").code == 2
    assert run("export", "json", "-o", str(tmp_path / "folder"), "--force").code == 2
    assert (tmp_path / "file").read_text() == "mine"
    assert files(tmp_path) == ["file", "folder"]


@pytest.mark.parametrize("name", exports.names())
def test_what_is_interrupted_leaves_nothing_and_what_was_there_stays(name, toy, tmp_path, monkeypatch):
    target = tmp_path / "made"
    toy.export(name, target)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    whole = Contents.rows

    def interrupted(self, *kinds):
        for number, row in enumerate(whole(self, *kinds)):
            if number == 2:
                raise KeyboardInterrupt
            yield row

    monkeypatch.setattr(Contents, "rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        toy.export(name, target, force=True)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    with pytest.raises(KeyboardInterrupt):
        toy.export(name, tmp_path / "other")
    assert files(tmp_path) == ["made"]


@pytest.mark.parametrize("name", exports.names())
def test_a_full_disk_leaves_nothing_and_is_said(name, tmp_path):
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)); "
        "from kosrel.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["export", name, "-o", str(tmp_path / "made")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, env={**os.environ}
    )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("target", "code"),
    [("missing/made", 1), ("made\0", 1), ("x" * 300, 1), ("", 2), ("file/made", 1), ("loop", 1), (".", 2)],
)
def test_a_place_that_cannot_be_written_is_named(run, tmp_path, monkeypatch, target, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("json", "sqlite", "csv"):
        outcome = run("export", name, "-o", target, "--force")
        assert outcome.code == code, outcome.err
        assert outcome.err.startswith("kosrel: ")
        assert outcome.out == ""
    assert files(tmp_path) == ["file", "loop"]


def test_a_link_stays_and_what_it_points_to_is_replaced(run, tmp_path):
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    assert run("export", "jsonl", "-o", str(tmp_path / "link"), "--force").code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() != "old"


def test_a_device_is_written_to_and_never_replaced(run):
    assert run("export", "json", "-o", os.devnull).code == 0
    outcome = run("export", "json", "-o", "/dev/full")
    assert (outcome.code, outcome.err) == (
        1,
        "kosrel: /dev/full cannot be written: No space left on device\n",
    )
    outcome = run("export", "sqlite", "-o", os.devnull, "--force")
    assert (outcome.code, outcome.err) == (
        2,
        "kosrel: /dev/null is neither a file nor a folder: choose another place\n",
    )


def test_a_folder_that_may_not_be_written_is_named(toy, tmp_path, monkeypatch):
    def refuse(**_settings):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(KosrelError, match="made cannot be written: Permission denied"):
        toy.export("json", tmp_path / "made")


@pytest.mark.parametrize("name", TEXTS)
def test_a_closed_pipe_is_quiet(name):
    program = f"{sys.executable} -m kosrel export {name} | head -1 > /dev/null"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("signal", ["TERM", "HUP", "INT"])
def test_a_signal_leaves_nothing_half_written(signal, tmp_path):
    program = (
        "import os, signal, sys\n"
        # What a shell starts in the background is told to ignore interruptions.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from kosrel.__main__ import main\n"
        "from kosrel.exports import Contents\n"
        "def rows(self, *kinds):\n"
        f"    os.kill(os.getpid(), signal.SIG{signal})\n"
        "    yield from ()\n"
        "Contents.rows = rows\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    arguments = ["export", "csv", "-o", str(tmp_path / "made.zip")]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == ({"TERM": 143, "HUP": 129, "INT": 130}[signal], "")
    assert files(tmp_path) == []


def test_without_a_format_the_formats_are_listed(run):
    outcome = run("export")
    assert outcome.code == 2
    assert outcome.err.startswith("Usage: kosrel export [OPTIONS] FORMAT\nkosrel: Missing argument 'FORMAT'.")
    assert "␉" not in outcome.err


def test_the_help_lists_every_format(run):
    out = run("export", "--help").out
    for name in exports.names():
        assert f"\n  {name} " in out
