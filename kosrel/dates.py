"""Dates as the documents give them: an EDTF subset, its bounds, and how two dates relate.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019. Read here: level 0 dates (``2013``, ``2013-04``,
``2013-04-19``) and intervals (``2012-10/2013-06``), open ends (``../2008``, ``2018/..``), the qualifiers
``~`` (approximate), ``?`` (uncertain) and ``%`` (both), and one of a set (``[2014-03-10,2014-10-03]``).
Bounds are ISO strings, which sort as dates do; no datetime is needed, and none is imported.
"""

from __future__ import annotations

from functools import lru_cache

from kosrel.errors import BadUsage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
MATCHES = ("exact", "within", "overlaps", "possible")
# Matches of what lies in the queried days as a whole.
WHOLLY = ("exact", "within")

# Shapes of dates in words and national forms; ``re`` is imported only where one of them may be at hand.
_DAY_MONTH = r"(?ai)(\d{1,2})(?:st|nd|rd|th)?\.? +([a-z]+)\.?,? +(\d{4})"
_MONTH_DAY = r"(?ai)([a-z]+)\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})"
_MONTH_YEAR = r"(?ai)([a-z]+)\.?,? +(\d{4})"
_DOTTED = r"(?a)(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\.?"
_SLASHED = r"(?a)(\d{1,4})[/-](\d{1,2})[/-](\d{1,4})"
_RANGE = r"(?s)(.*?) ?(?:\.\.|–|—| to ) ?(.*)"


class Date:
    """A date, interval or set with the days it may cover.

    ``edtf``: canonical text. ``earliest`` and ``latest``: first and last possible day as
    ``YYYY-MM-DD``, ``None`` where an interval is open. ``precision``: day, month, year, interval or set.
    ``vague``: approximate or uncertain. ``core``: for an interval, the first and last day it certainly
    covers (``2012-10/2013-06`` is sure of 31 October to 1 June; none when the first is the later), else None.
    """

    __slots__ = ("core", "earliest", "edtf", "latest", "precision", "vague")

    def __init__(
        self,
        edtf: str,
        earliest: str | None,
        latest: str | None,
        precision: str,
        vague: bool = False,
        core: tuple[str | None, str | None] | None = None,
    ) -> None:
        self.edtf = edtf
        self.earliest = earliest
        self.latest = latest
        self.precision = precision
        self.vague = vague
        self.core = core

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Date) and self.edtf == other.edtf

    def __hash__(self) -> int:
        return hash(self.edtf)

    def __repr__(self) -> str:
        return f"Date({self.edtf!r})"


def days_in_month(year: int, month: int) -> int:
    """Number of days of a month in the proleptic Gregorian calendar, as ISO 8601 counts."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _day(year: int, month: int, day: int) -> str:
    """The ISO day, or BadUsage that says why there is none and what is near."""
    if year < 1:
        raise BadUsage("there is no year 0000; years run from 0001 to 9999")
    if not 1 <= month <= 12:
        raise BadUsage(f"there is no month {month:02}; months run from 01 to 12")
    last = days_in_month(year, month)
    if day < 1:
        raise BadUsage(f"there is no day {day:02}; days run from 01 to {last}")
    if day > last:
        following = f"{year:04}-{month + 1:02}" if month < 12 else f"{year + 1:04}-01"
        near = f"{year:04}-{month:02}-{last}"
        if len(following) == 7:
            near += f" or {following}-{min(day - last, 28):02}"
        raise BadUsage(
            f"there is no {day} {MONTHS[month - 1]} {year}: that month has {last} days. Did you mean {near}?"
        )
    return f"{year:04}-{month:02}-{day:02}"


# A text is split to see whether it is a date, and again when it is read as one.
@lru_cache(maxsize=100)
def _split(text: str) -> tuple[str, ...] | None:
    """The digits of a year, month and day, as far as they are there; None for another text."""
    bare = text[:-1] if text[-1:] in ("~", "?", "%") else text
    # The digits stand in groups of four, two and two.
    size = len(bare)
    if size == 10 and bare[4] == bare[7] == "-":
        parts: tuple[str, ...] = (bare[:4], bare[5:7], bare[8:])
    elif size == 7 and bare[4] == "-":
        parts = (bare[:4], bare[5:])
    elif size == 4:
        parts = (bare,)
    else:
        return None
    return parts if bare.isascii() and "".join(parts).isdecimal() else None


def _single(text: str) -> Date:
    parts = _split(text)
    if parts is None:
        raise BadUsage(f"{text!r} is not an EDTF date such as 2013, 2013-04 or 2013-04-19")
    return _date(text, parts)


def _date(text: str, parts: tuple[str, ...]) -> Date:
    year, month, day = (int(part) for part in (*parts, "0", "0")[:3])
    vague = text[-1] in "~?%"
    if len(parts) == 3:
        exact = _day(year, month, day)
        return Date(text, exact, exact, "day", vague)
    if len(parts) == 2:
        first = _day(year, month, 1)
        last = f"{first[:8]}{days_in_month(year, month)}"
        return Date(text, first, last, "month", vague)
    return Date(text, _day(year, 1, 1), f"{year:04}-12-31", "year", vague)


def _interval(start: str, end: str) -> Date:
    """The interval between two EDTF dates, either of which may be ``..`` (open)."""
    if start == end == "..":
        raise BadUsage("an interval needs a beginning or an end")
    first = None if start == ".." else _single(start)
    last = None if end == ".." else _single(end)
    if first and last and (first.earliest or "") > (last.latest or ""):
        raise BadUsage(f"the interval {start}/{end} ends before it begins")
    vague = bool(first and first.vague) or bool(last and last.vague)
    core = (first.latest if first else None, last.earliest if last else None)
    return Date(
        f"{start}/{end}",
        first.earliest if first else None,
        last.latest if last else None,
        "interval",
        vague,
        core,
    )


# Many records have the same date, and a record answers many queries.
@lru_cache(maxsize=5_000)
def parse_edtf(text: str) -> Date:
    """The date that an EDTF text writes; BadUsage for a text outside the subset or a date that is none."""
    if "/" in text:
        start, _, end = text.partition("/")
        return _interval(start, end)
    if text.startswith("[") and text.endswith("]"):
        members = [_single(part.strip()) for part in text[1:-1].split(",")]
        if len(members) < 2:
            raise BadUsage(f"{text!r} is a set of one: write the date alone")
        return Date(
            "[" + ",".join(member.edtf for member in members) + "]",
            min(member.earliest or "" for member in members),
            max(member.latest or "" for member in members),
            "set",
        )
    return _single(text)


def _month(word: str) -> int | None:
    """The number of an English month given whole or by three letters or more; None for another word."""
    word = word.lower()
    if word == "sept" or (len(word) >= 3 and word.isalpha()):
        for number, name in enumerate(MONTHS, 1):
            if name.lower().startswith(word):
                return number
    return None


def _readings(one: str, two: str, three: str) -> list[str]:
    """The days that three numbers between slashes may mean, in the orders that people use."""
    readings: list[str] = []
    orders = [(three, two, one), (three, one, two)]
    if len(one) == 4:
        orders = [(one, two, three)]
    for year, month, day in orders:
        if len(year) == 2:
            year = f"20{year}" if int(year) < 70 else f"19{year}"
        try:
            reading = _day(int(year), int(month), int(day))
        except BadUsage:
            continue
        if len(year) == 4 and reading not in readings:
            readings.append(reading)
    return readings


def _words(text: str) -> Date | None:
    """A date in words or in a national form; None when the text has none of these shapes."""
    import re

    if match := re.fullmatch(_DAY_MONTH, text):
        day, month, year = match[1], _month(match[2]), match[3]
    elif match := re.fullmatch(_MONTH_DAY, text):
        day, month, year = match[2], _month(match[1]), match[3]
    elif match := re.fullmatch(_DOTTED, text):
        return _single(_day(int(match[3]), int(match[2]), int(match[1])))
    elif match := re.fullmatch(_MONTH_YEAR, text):
        month = _month(match[1])
        return _single(f"{match[2]}-{month:02}") if month else None
    elif match := re.fullmatch(_SLASHED, text):
        readings = _readings(*match.groups())
        if len(readings) == 1 and re.search(r"\d{4}", text):
            return _single(readings[0])
        if readings:
            raise BadUsage(
                f"{text!r} can be read as {' or as '.join(map(describe_day, readings))}. "
                f"Write {' or '.join(readings)}."
            )
        raise BadUsage(f"{text!r} is no date in any order of day, month and year")
    else:
        return None
    return _single(_day(int(year), month, int(day))) if month else None


def parse_when(text: str) -> Date:
    """The date or range that a person means by ``text`` (the WHEN of every command).

    Reads EDTF, ``2012-10..2013-06`` with either end open, ``19 April 2013``, ``April 19, 2013``,
    ``19.04.2013`` and ``April 2013``. Raises BadUsage for a date that does not exist, that reads two ways
    (naming both), or for a text that is no date.
    """
    text = " ".join(text.split())
    if len(text) > 100:
        raise BadUsage("that is too long for a date")
    if parts := _split(text):
        return _date(text, parts)
    if text.startswith("["):
        return parse_edtf(text)
    import re

    if "/" in text and not re.fullmatch(_SLASHED, text):
        return parse_edtf(text)
    if found := _words(text):
        return found
    if (match := re.fullmatch(_RANGE, text)) and (match[1] or match[2]):
        start = parse_when(match[1]).edtf if match[1] else ".."
        end = parse_when(match[2]).edtf if match[2] else ".."
        if "/" not in start + end and "[" not in start + end:
            return _interval(start, end)
    raise BadUsage(
        f"{text!r} is not a date I can read. Try 2013-04-19, 2013-04, 2013, 2012-10..2013-06, "
        "..2008 or '19 April 2013'."
    )


def looks_like_when(text: str) -> bool:
    """Whether a person who typed ``text`` meant a date: it begins with a digit, ``..``, ``[`` or a month."""
    words = text.split()
    if not words:
        return False
    if text[0] == "[" or text.startswith("..") or _split(text):
        return True
    if text[0].isdigit():
        import re

        return re.match(r"\d{1,4}(st|nd|rd|th)?\b", text) is not None
    return _month(words[0].rstrip(".,")) is not None and any(word[:1].isdigit() for word in words)


def relate(fact: Date, query: Date) -> str | None:
    """How a record's date falls to a queried one, None when they do not meet.

    ``exact``: the same days at the same precision. ``within``: wholly inside the queried days.
    ``overlaps``: an interval that certainly covers some of them. ``possible``: the record's date is
    coarser than, or only partly inside, what was asked, or is vague: it may or may not fall there.
    """
    low, high = fact.earliest or "", fact.latest or "9999-12-31"
    first, last = query.earliest or "", query.latest or "9999-12-31"
    if high < first or low > last:
        return None
    if fact.edtf == query.edtf:
        return "exact"
    if fact.vague:
        return "possible"
    if (low, high) == (first, last) and fact.precision == query.precision:
        return "exact"
    if first <= low and high <= last:
        return "within"
    if fact.core:
        begun, ended = fact.core[0] or "", fact.core[1] or "9999-12-31"
        if begun <= ended and begun <= last and ended >= first:
            return "overlaps"
    return "possible"


def surround(dates: Iterable[Date], when: Date) -> bool:
    """Whether of some dates one ends before ``when`` and another begins after it."""
    before = after = False
    for date in dates:
        before = before or (date.latest or "~") < (when.earliest or "")
        after = after or (date.earliest or "") > (when.latest or "~")
    return before and after


def describe_day(iso: str) -> str:
    """An ISO day as prose: ``19 April 2013``."""
    return f"{int(iso[8:])} {MONTHS[int(iso[5:7]) - 1]} {iso[:4]}"


# The nearest dates of many queries are the same few.
@lru_cache(maxsize=2_000)
def describe(edtf: str) -> str:
    """An EDTF text as prose: ``19 April 2013``, ``April 2013``, ``about 2013``, ``10 March 2014 or …``."""
    if "/" in edtf:
        start, _, end = edtf.partition("/")
        if start == "..":
            return f"until {describe(end)}"
        if end == "..":
            return f"since {describe(start)}"
        return f"{describe(start)} to {describe(end)}"
    if edtf.startswith("["):
        return " or ".join(describe(part) for part in edtf[1:-1].split(","))
    bare = edtf.rstrip("~?%")
    mark = edtf[len(bare) :]
    if len(bare) == 10:
        prose = describe_day(bare)
    elif len(bare) == 7:
        prose = f"{MONTHS[int(bare[5:]) - 1]} {bare[:4]}"
    else:
        prose = bare
    return {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(mark, "") + prose
