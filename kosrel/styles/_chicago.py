"""Notes as the Chicago Manual of Style has them (17th edition, chapter 14), for plain text and for Markdown.

A work that another one cites is given first, then ``cited in`` that other one (14.260). What is not stated of
a work is not supplied; what is known from elsewhere, such as a derived date, stands in brackets (14.44).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kosrel.cite import Author, Chain, Reading, Work
from kosrel.dates import MONTHS

Say = Callable[[str], str]


def word_date(edtf: str, basis: str = "stated") -> str:
    """An EDTF date in Chicago's words: ``April 19, 2013``, ``ca. 2013``, ``[2013?]``, ``2012–June 2013``.

    A date that is derived or ambiguous stands in brackets, as one that the work itself does not give.
    """
    if "/" in edtf:
        start, _, end = edtf.partition("/")
        if start == "..":
            words = f"until {word_date(end)}"
        elif end == "..":
            words = f"since {word_date(start)}"
        else:
            words = f"{word_date(start)}–{word_date(end)}"
    elif edtf.startswith("["):
        words = " or ".join(word_date(part) for part in edtf[1:-1].split(","))
    else:
        words = _word_single(edtf)
    return words if basis == "stated" or words.startswith("[") else f"[{words}]"


def _word_single(edtf: str) -> str:
    year, month, day = [*edtf.rstrip("~?%").split("-"), "", ""][:3]
    words = f"{MONTHS[int(month) - 1]} {f'{int(day)}, ' if day else ''}{year}" if month else year
    if edtf[-1] in "~%":
        words = f"ca. {words}"
    return f"[{words}?]" if edtf[-1] in "?%" else words


def join_names(authors: Sequence[Author]) -> str:
    """Authors as in a note: up to three by name, of four and more the first with ``et al.`` (14.76)."""
    names = [str(author) for author in authors]
    if len(names) > 3:
        return f"{names[0]} et al."
    if len(names) == 3:
        return f"{names[0]}, {names[1]}, and {names[2]}"
    return " and ".join(names)


def quote_title(title: str, ending: str = ",") -> str:
    """A title in quotation marks, its own made single (13.30), the comma inside; its full stop gives way."""
    inner = re.sub(r"[“„«]|(?<![^\s(\[])\"", "‘", title)
    inner = re.sub(r"[”»\"]", "’", inner)
    if ending and inner.endswith(".") and not re.search(r"(\b[A-Za-z]|\.)\.$", inner):
        inner = inner[:-1]
    closing = "’" if inner.endswith("’") and "‘" in inner else ""
    return f"“{inner.removesuffix(closing)}{ending}{closing}”"


def _links(work: Work, say: Say, link: Say) -> list[str]:
    """The address, marked where it is dead, and the archived copy."""
    parts = []
    if work.url:
        parts.append(link(work.url) + (" (dead link)" if work.dead else ""))
    if work.archive_url:
        when = f" {say(word_date(work.archive_date))}," if work.archive_date else ""
        parts.append(f"archived{when} at {link(work.archive_url)}")
    return parts


def _date(work: Work) -> str:
    """The date, or the day of access for an undated page (14.207), or ``n.d.`` (14.145)."""
    if work.date:
        return word_date(work.date, work.basis)
    return f"accessed {word_date(work.accessed)}" if work.accessed else "n.d."


def cite_work(work: Work, say: Say, link: Say) -> str:
    """A work in full: authors, title, publisher, date, pages, addresses; what is stated of them."""
    lead = f"{say(join_names(work.authors))}, " if work.authors else ""
    title = say(quote_title(work.title)) + " " if work.title else "[title not stated], "
    published = work.publisher or work.genre
    parts = [say(part) for part in (published, _date(work), work.pages) if part]
    return lead + title + ", ".join(parts + _links(work, say, link))


def cite_shortly(work: Work, say: Say, ending: str) -> str:
    """A work that the note has cited in full already: surname and title (14.30), with what follows it."""
    lead = "".join(f"{say(author.family)}, " for author in work.authors[:1])
    return lead + (say(quote_title(work.title, ending)) if work.title else say(work.id) + ending)


def _cite_entry(entry: Work, identifier: str, say: Say) -> str:
    """The record in the fact base, or the fact base alone, with its version."""
    parts = [say(str(author)) for author in entry.authors]
    if entry.within is None:
        parts.append(say(entry.title or ""))
    elif entry.title:
        parts.append(f"{say(quote_title(entry.title))} in {say(entry.within)}")
    else:
        parts.append(f"in {say(entry.within)}")
    if entry.version:
        parts.append(f"version {say(entry.version)}")
    return ", ".join([*parts, f"record {say(identifier)}"])


def _places(readings: Sequence[Reading], say: Say) -> str:
    """The places in one document: ``line 43, “…”``, several parted by semicolons."""
    places = []
    for reading in readings:
        quote = f", {say(quote_title(reading.quote, ''))}" if reading.quote else ""
        places.append(f"line {reading.line}{quote}")
    return "; ".join(places)


def _gather(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Readings together that are of one document and cite the same works."""
    groups: dict[tuple[str, ...], list[Reading]] = {}
    for reading in readings:
        key = (reading.document.id, *(work.id for work in reading.works))
        groups.setdefault(key, []).append(reading)
    return list(groups.values())


def write_note(chain: Chain, say: Say, link: Say) -> str:
    """The note of one chain, on one line: each reading with the works cited there, then the fact base.

    ``say`` makes text fit for the output, ``link`` does so for an address.
    """
    seen: set[str] = set()

    def cite(work: Work, ending: str) -> str:
        if work.id in seen:
            return cite_shortly(work, say, ending)
        seen.add(work.id)
        return cite_work(work, say, link) + ending

    parts = []
    for group in _gather(chain.readings):
        works, document = group[0].works, group[0].document
        lead = ""
        if works:
            cited = [cite(work, "") for work in works[:-1]] + [cite(works[-1], ",")]
            number = {1: "", 2: "both "}.get(len(works), "all ")
            lead = f"{'; '.join(cited)} {number}cited in "
        if group[0].line is None:
            parts.append(cite(document, ""))
        else:
            parts.append(f"{lead}{cite(document, ',')} {_places(group, say)}")
    parts.append(_cite_entry(chain.entry, chain.id, say))
    return "; ".join(parts) + "."
