"""FactBase: one method a command, answered from the toy base."""

from __future__ import annotations

import pytest

from kosrel.dates import parse_edtf, parse_when, relate
from kosrel.errors import BadUsage


def ids(answer):
    return [(result["id"], result["match"]) for result in answer.results]


def test_events_on_a_day_come_certain_first(toy):
    assert ids(toy.event("2 May 2001")) == [
        ("bridge-accord-signed", "exact"),
        ("two-events-one-day", "exact"),
        ("work-begins", "possible"),
    ]


def test_events_in_a_year(toy):
    assert ids(toy.event("2001")) == [
        ("bridge-accord-signed", "within"),
        ("two-events-one-day", "within"),
        ("work-begins", "possible"),
    ]


def test_an_interval_overlaps(toy):
    assert ids(toy.event("2003-03")) == [("hard-characters", "overlaps")]


def test_one_of_a_set_is_possible(toy):
    assert ids(toy.event("2002-10-03")) == [("lamp-lit", "possible")]


def test_an_event_is_found_by_id(toy):
    assert ids(toy.event("undated-storm")) == [("undated-storm", "id")]


def test_nothing_on_a_date_names_the_nearest(toy):
    answer = toy.event("2002-01-01")
    assert (answer.count, answer.exit_code) == (0, 3)
    assert answer.hints == [
        "no event in the documents has the date 1 January 2002",
        "nearest before: about 2001, Work on the bridge begins (kosrel event work-begins)",
        "nearest after: 10 March 2002 or 3 October 2002, A lamp is lit (kosrel event lamp-lit)",
    ]


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("ana-duric", "id"),
        ("Ana Đurić", "name"),
        ("ana duric", "name"),
        ("ANA DJURIĆ", "name"),
        ("Ана Ђурић", "name"),
        ("Đurić, Ana", "name"),
        ("anna the pilot", "alias"),
        ("Ana Gjurik", "spelling"),
        ("Duric", "surname"),
        ("Djuric", "surname"),
        ("the Pilot", "words"),
    ],
)
def test_an_actor_is_found_by_any_name(toy, name, match):
    assert ids(toy.actor(name)) == [("ana-duric", match)]


def test_a_name_that_fits_several_lists_them(toy):
    answer = toy.actor("Lee")
    assert ids(answer) == [("bo-lee-north", "surname"), ("cy-lee", "surname")]
    assert answer.exit_code == 4
    assert answer.hints == [
        "'Lee' fits 2 records equally; name one by its id:",
        "  kosrel actor bo-lee-north  (Bo Lee)",
        "  kosrel actor cy-lee  (Cy Lee)",
    ]


def test_a_name_that_is_not_there_finds_nothing(toy):
    answer = toy.actor("Bismarck")
    assert (answer.count, answer.exit_code) == (0, 3)
    assert answer.hints == ["no actor is called 'Bismarck'"]


def test_a_name_of_another_kind_says_which_command_finds_it(toy):
    assert toy.actor("Bridge Accord").hints == [
        "no actor is called 'Bridge Accord'",
        "there is an agreement of that name: kosrel agreement bridge-accord",
    ]
    assert toy.agreement("Northport").hints == [
        "no agreement is called 'Northport'",
        "there is an actor of that name: kosrel actor northport",
    ]
    assert toy.actor("lamp-lit").hints[1:] == ["it is the id of a record of kind event: kosrel show lamp-lit"]
    assert toy.event("bridge-accord").hints == [
        "'bridge-accord' is no event but a record of kind agreement: kosrel show bridge-accord"
    ]


@pytest.mark.parametrize(
    ("name", "match"),
    [("Bridge Accord", "name"), ("strait accord", "alias"), ("bridge-accord", "id"), ("accord", "words"),
     ("brige accord", "spelling"), ("2001", "within"), ("2 May 2001", "exact")],
)  # fmt: skip
def test_an_agreement_is_found_by_name_id_and_date(toy, name, match):
    assert ids(toy.agreement(name)) == [("bridge-accord", match)]


def test_an_empty_name_is_refused(toy):
    with pytest.raises(BadUsage):
        toy.actor(" ")


def test_punctuation_alone_finds_nothing(toy):
    assert toy.actor("!?").count == 0


def test_show_keeps_the_order_and_names_what_is_missing(toy):
    answer = toy.show(["lamp-lit", "nothing", "bridge-accord", "lamp-lit"])
    assert ids(answer) == [("lamp-lit", "id"), ("bridge-accord", "id")]
    assert answer.hints == ["no record has the id 'nothing'"]
    assert answer.exit_code == 0


def test_list_gives_dated_records_in_order_and_undated_ones_last(toy):
    assert [result["id"] for result in toy.list("events").results] == [
        "work-begins",
        "bridge-accord-signed",
        "two-events-one-day",
        "lamp-lit",
        "hard-characters",
        "undated-storm",
    ]
    assert toy.list("event").query == {"command": "list", "kind": "event"}


def test_a_limit_says_how_many_there_are(toy):
    answer = toy.list("events").limited(2)
    assert answer.count == 2
    assert answer.hints == ["2 of 6 shown; without --limit you see all"]


def test_a_document_says_what_rests_on_it(toy):
    (result,) = toy.source("island-almanac").results
    assert [(fact["kind"], fact["id"], fact["lines"]) for fact in result["facts"]] == [
        ("actor", "ana-duric", [4]),
        ("actor", "northport", [1]),
        ("actor", "southport", [1]),
        ("agreement", "bridge-accord", [3]),
        ("event", "hard-characters", [5]),
        ("event", "lamp-lit", [6]),
        ("event", "undated-storm", [7]),
        ("event", "work-begins", [2]),
        ("figure", "bridge-share", [2]),
    ]


def test_a_source_that_is_not_there_names_the_documents(toy):
    assert toy.source("nothing").hints == [
        "no document or reference has the id 'nothing'; documents: harbour-gazette, island-almanac"
    ]


def test_an_event_has_every_key_of_the_contract_in_order(toy):
    (result,) = toy.event("undated-storm").results
    assert result == {
        "kind": "event",
        "id": "undated-storm",
        "title": "A storm breaks the pier",
        "date": None,
        "match": "id",
        "summary": None,
        "place": None,
        "actors": [],
        "agreement": None,
        "topics": ["ferries"],
        "note": None,
        "conflicts": [],
        "sources": [
            {
                "document": "island-almanac",
                "title": "Island Almanac",
                "line": 7,
                "quote": "a storm broke the pier",
                "references": [],
            }
        ],
    }
    assert list(result) == [
        "kind", "id", "title", "date", "match", "summary", "place", "actors", "agreement", "topics", "note",
        "conflicts", "sources",
    ]  # fmt: skip


def test_an_actor_stands_alone(toy):
    (result,) = toy.actor("ana-duric").results
    assert result["roles"][0] == {
        "office": "Harbour Master of Northport",
        "body": {"id": "northport", "name": "Northport"},
        "date": {
            "edtf": "2001-05-02",
            "earliest": "2001-05-02",
            "latest": "2001-05-02",
            "precision": "day",
            "basis": "stated",
            "note": None,
        },
        "note": None,
        "sources": [
            {
                "document": "harbour-gazette",
                "title": "Harbour Gazette",
                "line": 3,
                "quote": "harbour master Ana Đurić signed",
                "references": [],
            }
        ],
    }
    assert result["events"] == [
        {
            "id": "bridge-accord-signed",
            "title": "The bridge accord is signed",
            "edtf": "2001-05-02",
            "part": "signatory",
        }
    ]
    assert result["statements"] == [
        {"id": "duric-on-lanes", "title": "Đurić says that two lanes are enough", "edtf": "2001-05-02"}
    ]
    assert "spellings" not in result


def test_both_sides_of_a_conflict_point_at_each_other(toy):
    (event,) = toy.event("work-begins").results
    (agreement,) = toy.agreement("bridge-accord").results
    shared = {
        "id": "begin-year",
        "type": "contradiction",
        "title": "When work began",
        "note": "Neither source gives a day.",
    }
    assert event["conflicts"] == [
        {**shared, "others": [{"kind": "agreement", "id": "bridge-accord", "title": "Bridge Accord"}]}
    ]
    assert agreement["conflicts"] == [
        {**shared, "others": [{"kind": "event", "id": "work-begins", "title": "Work on the bridge begins"}]}
    ]


def test_a_conflict_shows_both_sides_with_their_quotes(toy):
    (conflict,) = toy.show(["begin-year"]).results
    assert [(side["id"], side["says"], [each["quote"] for each in side["sources"]])
            for side in conflict["sides"]] == [
        ("work-begins", "about 2001", ["work began about 2001"]),
        ("bridge-accord", "in the year after 2001", ["work begins next year"]),
    ]  # fmt: skip


def test_two_answers_are_the_same_text(toy):
    assert [row.json() for row in toy.event("2001").rows] == [row.json() for row in toy.event("2001").rows]


@pytest.mark.parametrize(
    "when",
    (
        "2008-02-17 2013-04-19 2013-04 2013 2012-10..2013-06 ..2008 2018.. 2014-03-10 0001 9999 2010-07-22 "
        "2008-12-31..2009-01-01 2000..2009 1389-06-15 [2014-03-10,2014-10-03]"
    ).split(),
)
def test_a_date_finds_every_event_that_meets_it_and_no_other(shipped, when):
    date = parse_when(when)
    events = [row for row in shipped.index.of_kind("event") if row.edtf]
    met = {row.id: relate(parse_edtf(row.edtf), date) for row in events}
    expected = {identifier: match for identifier, match in met.items() if match}
    assert {row.id: row.match for row in shipped.index.on("event", date)} == expected
