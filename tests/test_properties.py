"""What holds for every date, name, text and question, tried on many that nobody thought of.

The examples are the same in every run (``derandomize``); more of them are tried by ``tests/fuzz``.
"""

from __future__ import annotations

import unicodedata

import pytest
from conftest import TOY
from hypothesis import example, given, settings
from hypothesis import strategies as some

from kosrel import KosrelError, loader, reader
from kosrel.dates import days_in_month as days
from kosrel.dates import describe, looks_like_when, parse_edtf, parse_when, relate
from kosrel.errors import BadUsage
from kosrel.fields import Report, Text
from kosrel.model import KINDS
from kosrel.names import differs_by_typo, distance, fold, folds, is_near, stem
from kosrel.search import Term, snippet
from kosrel.writer import write, write_scalar

many = settings(derandomize=True, deadline=None, database=None, max_examples=200)
few = settings(many, max_examples=40)


@some.composite
def singles(draw, vague=True):
    """The EDTF text of a year, month or day, perhaps approximate or uncertain."""
    text = f"{draw(some.integers(1, 9999)):04}"
    if draw(some.booleans()):
        month = draw(some.integers(1, 12))
        text += f"-{month:02}"
        if draw(some.booleans()):
            text += f"-{draw(some.integers(1, days(int(text[:4]), month))):02}"
    return text + (draw(some.sampled_from(["", "", "~", "?", "%"])) if vague else "")


@some.composite
def dates(draw):
    """The EDTF text of any date that the base may hold."""
    one, other = draw(singles()), draw(singles())
    if (parse_edtf(one).earliest or "") > (parse_edtf(other).earliest or ""):
        one, other = other, one
    return draw(
        some.sampled_from([one, other, f"{one}/{other}", f"../{one}", f"{one}/..", f"[{one},{other}]"])
    )


# Anything at all, lone surrogates too; and what is nearly something.
anything = some.text(alphabet=some.characters(), max_size=40)
nearly = some.lists(
    some.one_of(
        some.sampled_from(
            "2001 2001-05-02 May 2 1/2/03 .. [ ] / to since bridge ferry Ana Đurić Ђурић Lee lamp-lit who "
            "when where how many what did is why AND OR NEAR NOT * \" ' ( ) : ^ - + = {title} % _ \\ "
            "minister of mayor the in s 100% 1e9 ² İ ß ﷺ \x00 \udc80 \n \u202e - «»".split(" ")
        ),
        anything,
        dates(),
    ),
    max_size=8,
).map(" ".join)


def shape(date):
    return (date.edtf, date.earliest, date.latest, date.precision, date.vague, date.core)


@many
@given(dates())
def test_a_date_is_read_back_as_it_was_printed(text):
    date = parse_edtf(text)
    assert shape(parse_edtf(date.edtf)) == shape(date)
    assert shape(parse_when(date.edtf)) == shape(date)


@many
@given(singles(vague=False))
def test_the_prose_of_a_date_is_read_as_that_date(text):
    assert shape(parse_when(describe(text))) == shape(parse_edtf(text))


@many
@given(dates())
def test_the_bounds_of_a_date_are_in_order_and_hold_what_is_certain(text):
    date = parse_edtf(text)
    first, last = date.earliest or "0001-01-01", date.latest or "9999-12-31"
    assert "0001-01-01" <= first <= last <= "9999-12-31"
    assert len(first) == len(last) == 10
    if date.core and (date.core[0] or first) <= (date.core[1] or last):
        assert first <= (date.core[0] or first) <= last
        assert first <= (date.core[1] or last) <= last


@many
@given(dates(), dates())
def test_two_dates_meet_each_other_or_do_not(one, other):
    one, other = parse_edtf(one), parse_edtf(other)
    there, back = relate(one, other), relate(other, one)
    assert (there is None) == (back is None)
    assert relate(one, one) == relate(other, other) == "exact"
    if there == "within":
        assert back in ("overlaps", "possible", "within", "exact")
        assert (one.earliest or "") >= (other.earliest or "")
        assert (one.latest or "9999-12-31") <= (other.latest or "9999-12-31")
    assert (there == "exact") == (back == "exact") or one.vague or other.vague


@many
@given(some.one_of(anything, nearly, dates()))
def test_a_text_is_a_date_or_is_refused(text):
    looks_like_when(text)
    for read in (parse_when, parse_edtf):
        try:
            date = read(text)
        except BadUsage:
            continue
        assert shape(parse_edtf(date.edtf)) == shape(date)


@many
@given(some.integers(1, 9999), some.integers(1, 12), some.integers(1, 99))
@example(9999, 12, 32)
def test_the_days_that_are_offered_for_one_that_is_not_there_exist(year, month, day):
    text = f"{year:04}-{month:02}-{day:02}"
    if day <= days(year, month):
        assert parse_when(text).edtf == text
        return
    with pytest.raises(BadUsage) as caught:
        parse_when(text)
    offered = str(caught.value).partition("Did you mean ")[2].rstrip("?").split(" or ")
    assert offered
    for each in offered:
        assert parse_when(each).edtf == each


@many
@given(some.one_of(anything, nearly))
@example("Николѝћ")
@example("aЎb")
def test_folding_again_changes_nothing(text):
    plain = fold(text)
    assert fold(plain) == plain
    assert all(word.isalnum() for word in plain.split())
    assert folds(text)[0] == plain
    assert all(fold(each) == each for each in folds(text))
    stem(plain)


def farther(one, other):
    """The restricted Damerau-Levenshtein distance as its definition has it."""
    rows = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            rows[i, j] = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + cost)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    return rows[len(one), len(other)]


words = some.text("abc", max_size=9)


@many
@given(words, words, some.integers(0, 3))
def test_the_distance_of_two_words_is_the_one_defined(one, other, most):
    assert distance(one, other, most) == min(farther(one, other), most + 1)
    assert distance(one, other, most) == distance(other, one, most)
    assert differs_by_typo(one, other) == differs_by_typo(other, one)
    assert is_near(one, other) == is_near(other, one)


# What a fact file can hold: every character but lone surrogates.
written = some.text(alphabet=some.characters(exclude_categories=["Cs"]), max_size=60)


@many
@given(written)
def test_a_scalar_is_read_as_it_was_written(text):
    root, problems = reader.read_text(f"key: {write_scalar(text)}\n", "file.yaml")
    assert problems == []
    assert root.value["key"].value == text


def plain_values(structures):
    """What the structures hold, without their places."""
    return [structure.write() for structure in structures]


TOY_BASE = loader.load(TOY)


@few
@given(some.sampled_from(sorted(TOY_BASE.records)), some.data())
def test_a_record_is_read_as_it_was_written(identifier, data):
    kind = type(TOY_BASE.records[identifier])
    record = kind((1, 1), "file.yaml", identifier)
    record.__dict__.update(TOY_BASE.records[identifier].__dict__)
    for name, field in kind.fields.items():
        if type(getattr(field, "field", field)) is Text and isinstance(getattr(record, name), str):
            text = " ".join(unicodedata.normalize("NFC", data.draw(written)).split())
            record.__dict__[name] = text or "x"
    root, problems = reader.read_text(write([record]), "file.yaml")
    assert problems == []
    report = Report("file.yaml")
    again = kind.parse(root.value[identifier], report, "file.yaml", identifier)
    assert report.problems == []
    assert plain_values([again]) == plain_values([record])
    assert write([again]) == write([record])


@few
@given(some.binary(max_size=80))
def test_any_bytes_are_a_fact_file_or_have_problems_with_a_place(raw):
    text, problems = reader.decode(raw, "file.yaml")
    if text is not None:
        root, problems = reader.read_text(text, "file.yaml")
        assert root is None or isinstance(root.value, dict)
        for identifier, node in root.value.items() if root else ():
            for kind in KINDS.values():
                report = Report("file.yaml")
                kind.parse(node, report, "file.yaml", identifier)
                problems += report.problems
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message


QUERIES = {
    "event": lambda base, text: base.event(text),
    "actor": lambda base, text: base.actor(text),
    "agreement": lambda base, text: base.agreement(text),
    "who": lambda base, text: base.who(text),
    "who --on": lambda base, text: base.who("harbour master", text),
    "figure": lambda base, text: base.figure(text),
    "search": lambda base, text: base.search(text),
    "conflicts": lambda base, text: base.conflicts(text),
    "source": lambda base, text: base.source(text),
    "show": lambda base, text: base.show([text]),
    "list": lambda base, text: base.list(text),
    "ask": lambda base, text: base.ask(text),
    "--actor": lambda base, text: base.timeline(actor=text),
    "--topic": lambda base, text: base.timeline(topic=text),
    "--document": lambda base, text: base.timeline(document=text),
    "--kind": lambda base, text: base.timeline(kind=[text]),
    "--from": lambda base, text: base.timeline(from_=text),
    "--to": lambda base, text: base.timeline(to=text),
}


@pytest.mark.parametrize("name", QUERIES)
@few
@given(text=some.one_of(anything, nearly))
def test_any_text_is_answered_or_refused(toy, name, text):
    try:
        answer = QUERIES[name](toy, text)
    except KosrelError:
        return
    assert answer.exit_code in (0, 3, 4)
    assert answer.exit_code == 3 or answer.count
    assert len(answer.results) == answer.count


@pytest.mark.parametrize("what", [*KINDS, "when", "office", "id", "kinds"])
@few
@given(text=some.one_of(anything, nearly))
def test_any_beginning_is_completed_or_is_not(toy, what, text):
    assert all(word for word, _name in toy.complete(what, text))


@few
@given(text=written, word=written)
def test_a_snippet_is_cut_from_any_text(text, word):
    shown = snippet(text, [Term(word, [fold(word)])])
    assert shown.replace("«", "").replace("»", "") == " ".join(text.split()).replace("«", "").replace(
        "»", ""
    ) or shown.endswith(" …")
