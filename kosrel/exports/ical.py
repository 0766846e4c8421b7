"""Dated records for a calendar: a month or a year is a span of days, what has no bounds is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from kosrel import __version__
from kosrel.characters import show_controls
from kosrel.dates import days_in_month, describe
from kosrel.exports import Contents
from kosrel.exports._linked import encode_address
from kosrel.layout import cite_work, links_of
from kosrel.model import KINDS

# Documents and cited works have dates, but are nothing that happened.
_LEFT_OUT = ("document", "reference")
_LAST_DAY = "9999-12-31"


def write(contents: Contents, stream: TextIO) -> Sequence[str]:
    """An iCalendar (RFC 5545): an all-day entry a record, from its first possible day to its last.

    What is coarser than a day, or vague, has its date in words in its title and is tentative.
    """
    skipped = {"without a date": 0, "with an open end": 0}
    for line in (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//kosrel//kosrel {__version__}//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escape(contents.title)}",
    ):
        stream.write(_fold(line))
    kinds = [name for name, kind in KINDS.items() if "date" in kind.fields and name not in _LEFT_OUT]
    for result in contents.results(*kinds):
        date = result["date"]
        if date is None:
            skipped["without a date"] += 1
        elif date["earliest"] is None or date["latest"] in (None, _LAST_DAY):
            skipped["with an open end"] += 1
        else:
            stream.write("".join(map(_fold, _entry(result))))
    stream.write(_fold("END:VCALENDAR"))
    return [
        f"{count} {'record' if count == 1 else 'records'} {what} left out"
        for what, count in skipped.items()
        if count
    ]


def _entry(result: dict[str, Any]) -> list[str]:
    """The lines of the entry of a record."""
    date = result["date"]
    # The words of a date say 'about' for '~' and 'or' for one of several days.
    certain = date["precision"] == "day" and date["edtf"][-1].isdigit()
    certain = certain or (date["precision"] == "interval" and _is_of_days(date["edtf"]))
    words = "" if certain else f" ({describe(date['edtf'])})"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{result['id']}@kosrel",
        # When the entry was made is nothing that a reader needs, and would make each export another one.
        "DTSTAMP:19700101T000000Z",
        f"DTSTART;VALUE=DATE:{date['earliest'].replace('-', '')}",
        f"DTEND;VALUE=DATE:{_following(date['latest']).replace('-', '')}",
        f"SUMMARY:{_escape(result['title'] + words)}",
        f"DESCRIPTION:{_escape(_explain(result))}",
        f"CATEGORIES:{','.join(map(_escape, [result['kind'], *result['topics']]))}",
        f"STATUS:{'CONFIRMED' if certain else 'TENTATIVE'}",
        "TRANSP:TRANSPARENT",
    ]
    if result["place"]:
        lines.append(f"LOCATION:{_escape(result['place'])}")
    addresses = [
        address
        for source in result["sources"]
        for reference in source["references"]
        for _word, address in links_of(reference)
    ]
    if addresses:
        lines.append(f"URL:{encode_address(addresses[0])}")
    return [*lines, "END:VEVENT"]


def _is_of_days(edtf: str) -> bool:
    """Whether an interval goes from one certain day to another."""
    return all(len(end) == 10 and end[-1].isdigit() for end in edtf.split("/"))


def _explain(result: dict[str, Any]) -> str:
    """Date and summary, then each source with the works cited there."""
    date = result["date"]
    lines = [f"Date: {describe(date['edtf'])}"]
    if date["note"]:
        lines.append(f"The date is {date['basis']}: {date['note']}")
    lines += filter(None, (result["summary"], result["note"]))
    for source in result["sources"]:
        lines.append(f"{source['title']}, line {source['line']}: “{source['quote']}”")
        lines += [f"  cites {cite_work(reference)}" for reference in source["references"]]
    return "\n".join(lines)


def _following(iso: str) -> str:
    """The day after an ISO day: the end of an all-day entry is the first day that is not in it."""
    year, month, day = (int(part) for part in iso.split("-"))
    if day < days_in_month(year, month):
        return f"{year:04}-{month:02}-{day + 1:02}"
    return f"{year:04}-{month + 1:02}-01" if month < 12 else f"{year + 1:04}-01-01"


def _escape(text: str) -> str:
    """A value of type TEXT: line feeds stay, other controls are shown."""
    shown = show_controls(text, keep="\n")
    return shown.replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;").replace(",", "\\,")


def _fold(line: str) -> str:
    """A line folded to 75 octets, never within a character, and ended by CR LF."""
    pieces = []
    room, piece = 75, ""
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            # The blank that goes before a continued line counts.
            room, piece = 74, ""
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece]) + "\r\n"
