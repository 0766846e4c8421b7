"""Dates: what is read, what is refused, and how two dates relate."""

import pytest

from kosrel.dates import describe, looks_like_when, parse_edtf, parse_when, relate
from kosrel.errors import BadUsage

READ = [
    # text, EDTF, earliest, latest, precision
    ("2013-04-19", "2013-04-19", "2013-04-19", "2013-04-19", "day"),
    ("2013-04", "2013-04", "2013-04-01", "2013-04-30", "month"),
    ("2012-02", "2012-02", "2012-02-01", "2012-02-29", "month"),
    ("1900-02", "1900-02", "1900-02-01", "1900-02-28", "month"),
    ("2000-02-29", "2000-02-29", "2000-02-29", "2000-02-29", "day"),
    ("2013", "2013", "2013-01-01", "2013-12-31", "year"),
    ("2013~", "2013~", "2013-01-01", "2013-12-31", "year"),
    ("2012-10..2013-06", "2012-10/2013-06", "2012-10-01", "2013-06-30", "interval"),
    ("2012-10/2013-06", "2012-10/2013-06", "2012-10-01", "2013-06-30", "interval"),
    ("..2008", "../2008", None, "2008-12-31", "interval"),
    ("2018..", "2018/..", "2018-01-01", None, "interval"),
    ("2018 .. 2020", "2018/2020", "2018-01-01", "2020-12-31", "interval"),
    ("March 2012 to May 2012", "2012-03/2012-05", "2012-03-01", "2012-05-31", "interval"),
    ("[2014-03-10,2014-10-03]", "[2014-03-10,2014-10-03]", "2014-03-10", "2014-10-03", "set"),
    ("19 April 2013", "2013-04-19", "2013-04-19", "2013-04-19", "day"),
    ("19th april 2013", "2013-04-19", "2013-04-19", "2013-04-19", "day"),
    ("April 19, 2013", "2013-04-19", "2013-04-19", "2013-04-19", "day"),
    ("Apr. 19 2013", "2013-04-19", "2013-04-19", "2013-04-19", "day"),
    ("19.04.2013", "2013-04-19", "2013-04-19", "2013-04-19", "day"),
    ("1.2.2013.", "2013-02-01", "2013-02-01", "2013-02-01", "day"),
    ("April 2013", "2013-04", "2013-04-01", "2013-04-30", "month"),
    ("sept 2013", "2013-09", "2013-09-01", "2013-09-30", "month"),
    ("25/12/2013", "2013-12-25", "2013-12-25", "2013-12-25", "day"),
    ("03/03/2014", "2014-03-03", "2014-03-03", "2014-03-03", "day"),
    ("2013/04/19", "2013-04-19", "2013-04-19", "2013-04-19", "day"),
]


@pytest.mark.parametrize(("text", "edtf", "earliest", "latest", "precision"), READ)
def test_a_date_is_read_in_every_form(text, edtf, earliest, latest, precision):
    date = parse_when(text)
    assert (date.edtf, date.earliest, date.latest, date.precision) == (edtf, earliest, latest, precision)


REFUSED = [
    (
        "2013-02-30",
        "there is no 30 February 2013: that month has 28 days. Did you mean 2013-02-28 or 2013-03-02?",
    ),
    (
        "2013-12-32",
        "there is no 32 December 2013: that month has 31 days. Did you mean 2013-12-31 or 2014-01-01?",
    ),
    ("2013-13", "there is no month 13; months run from 01 to 12"),
    ("2013-00-01", "there is no month 00; months run from 01 to 12"),
    ("2013-04-00", "there is no day 00; days run from 01 to 30"),
    ("0000", "there is no year 0000; years run from 0001 to 9999"),
    ("2014..2013", "the interval 2014/2013 ends before it begins"),
    ("../..", "an interval needs a beginning or an end"),
    ("[2013]", "'[2013]' is a set of one: write the date alone"),
    (
        "10/03/14",
        "'10/03/14' can be read as 10 March 2014 or as 3 October 2014. Write 2014-03-10 or 2014-10-03.",
    ),
    (
        "10/03/2014",
        "'10/03/2014' can be read as 10 March 2014 or as 3 October 2014. Write 2014-03-10 or 2014-10-03.",
    ),
    ("99/99/2014", "'99/99/2014' is no date in any order of day, month and year"),
    ("x" * 101, "that is too long for a date"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_date_that_cannot_be_is_refused_with_what_to_write(text, message):
    with pytest.raises(BadUsage) as caught:
        parse_when(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text", ["", "yesterday", "..", "2013-4", "２０１３", "19 Smarch 2013", "2013..x", "\x00"]
)
def test_a_text_that_is_no_date_is_refused_with_examples(text):
    with pytest.raises(BadUsage):
        parse_when(text)


# A fact of each precision against a query of each precision: before it, in it, across its edges, after it.
RELATED = [
    # the record's date, what is asked, how they relate
    # a day
    ("2013-04-19", "2013-04-18", None),
    ("2013-04-19", "2013-04-19", "exact"),
    ("2013-04-19", "2013-04-20", None),
    ("2013-04-19", "2013-03", None),
    ("2013-04-19", "2013-04", "within"),
    ("2013-04-19", "2013-05", None),
    ("2013-04-19", "2012", None),
    ("2013-04-19", "2013", "within"),
    ("2013-04-19", "2014", None),
    ("2013-04-19", "2013-04-19/2013-04-19", "within"),
    ("2013-04-19", "2012-10/2013-06", "within"),
    ("2013-04-19", "2013-04-20/2013-06", None),
    ("2013-04-19", "../2013-04-19", "within"),
    ("2013-04-19", "../2013-04-18", None),
    ("2013-04-19", "2013-04-19/..", "within"),
    ("2013-04-19", "2013-04-20/..", None),
    ("2013-04-19", "[2013-04-19,2013-05-19]", "within"),
    # a month
    ("2013-04", "2013-04-01", "possible"),
    ("2013-04", "2013-04-19", "possible"),
    ("2013-04", "2013-04-30", "possible"),
    ("2013-04", "2013-05-01", None),
    ("2013-04", "2013-03", None),
    ("2013-04", "2013-04", "exact"),
    ("2013-04", "2013", "within"),
    ("2013-04", "2012", None),
    ("2013-04", "2012-10/2013-06", "within"),
    ("2013-04", "2013-04-10/2013-06", "possible"),
    ("2013-04", "2012-10/2013-04-10", "possible"),
    ("2013-04", "2013-04-10/2013-04-20", "possible"),
    ("2013-04", "../2013-04-30", "within"),
    ("2013-04", "../2013-04-29", "possible"),
    ("2013-04", "2013-04-02/..", "possible"),
    ("2013-04", "2013-05/..", None),
    # a year
    ("2013", "2013-04-19", "possible"),
    ("2013", "2012-12-31", None),
    ("2013", "2013-04", "possible"),
    ("2013", "2014-01", None),
    ("2013", "2013", "exact"),
    ("2013", "2012", None),
    ("2013", "2012-10/2013-06", "possible"),
    ("2013", "2012/2014", "within"),
    ("2013", "2013-01/2013-12", "within"),
    ("2013", "../2013", "within"),
    ("2013", "../2012", None),
    ("2013", "2013/..", "within"),
    ("2013", "2013-02/..", "possible"),
    # an interval
    ("2012-10/2013-06", "2012-09-30", None),
    ("2012-10/2013-06", "2012-10-15", "possible"),
    ("2012-10/2013-06", "2013-01-15", "overlaps"),
    ("2012-10/2013-06", "2013-06-15", "possible"),
    ("2012-10/2013-06", "2013-07-01", None),
    ("2012-10/2013-06", "2012-10", "overlaps"),
    ("2012-10/2013-06", "2012-12", "overlaps"),
    ("2012-10/2013-06", "2013", "overlaps"),
    ("2012-10/2013-06", "2014", None),
    ("2012-10/2013-06", "2012-10/2013-06", "exact"),
    ("2012-10/2013-06", "2012/2014", "within"),
    ("2012-10/2013-06", "2013-01/2014", "overlaps"),
    ("2012-10/2013-06", "../2012-11", "overlaps"),
    ("2012-10/2013-06", "../2012-10-05", "possible"),
    ("2012-10-19/2013-06-28", "2012-10-19", "overlaps"),
    ("2012-10-19/2013-06-28", "2012-10-18", None),
    ("2012/2013", "2012-06", "possible"),
    ("2012/2013", "2012", "overlaps"),
    # an open interval
    ("../2008-03-08", "2007", "overlaps"),
    ("../2008-03-08", "2008", "overlaps"),
    ("../2008-03-08", "2008-03-08", "overlaps"),
    ("../2008-03-08", "2008-03-09", None),
    ("../2008-03-08", "../2008", "within"),
    ("../2008-03-08", "../2008-03-08", "exact"),
    ("2011/..", "2010", None),
    ("2011/..", "2011-05", "possible"),
    ("2011/..", "2011", "overlaps"),
    ("2011/..", "2020", "overlaps"),
    ("2011/..", "2010/..", "within"),
    # one of a set
    ("[2014-03-10,2014-10-03]", "2014-03-10", "possible"),
    ("[2014-03-10,2014-10-03]", "2014-03-09", None),
    ("[2014-03-10,2014-10-03]", "2014-03", "possible"),
    ("[2014-03-10,2014-10-03]", "2014", "within"),
    ("[2014-03-10,2014-10-03]", "2014-01/2014-06", "possible"),
    ("[2014-03-10,2014-10-03]", "[2014-03-10,2014-10-03]", "exact"),
    # approximate and uncertain
    ("2013~", "2013", "possible"),
    ("2013~", "2013~", "exact"),
    ("2013~", "2012", None),
    ("2013?", "2010/2020", "possible"),
    ("2013-04~", "2013-04-19", "possible"),
    ("2012~/2013", "2012-06", "possible"),
]


def test_the_table_of_relations_is_large():
    assert len(RELATED) == len(set(RELATED)) >= 80


@pytest.mark.parametrize(("fact", "query", "match"), RELATED)
def test_a_record_says_how_its_date_falls_to_what_was_asked(fact, query, match):
    assert relate(parse_edtf(fact), parse_edtf(query)) == match


DESCRIBED = [
    ("2013-04-19", "19 April 2013"),
    ("2013-04", "April 2013"),
    ("2013", "2013"),
    ("2013~", "about 2013"),
    ("2013-04?", "perhaps April 2013"),
    ("2012-10/2013-06", "October 2012 to June 2013"),
    ("../2008", "until 2008"),
    ("2018/..", "since 2018"),
    ("[2014-03-10,2014-10-03]", "10 March 2014 or 3 October 2014"),
]


@pytest.mark.parametrize(("edtf", "prose"), DESCRIBED)
def test_a_date_is_told_in_prose(edtf, prose):
    assert describe(parse_edtf(edtf).edtf) == prose


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2013", True),
        ("..2008", True),
        ("[2013,2014]", True),
        ("April 2013", True),
        ("19th of May", True),
        ("may", False),
        ("brussels-agreement", False),
        ("", False),
        ("mayor", False),
    ],
)
def test_a_date_is_told_from_a_name(text, meant):
    assert looks_like_when(text) is meant
