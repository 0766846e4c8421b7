"""RIS, which reference managers import: one record a work, ``ELEC`` for a page on the web, else ``GEN``.

Tags as in the RIS specification of 2011; ``ID`` is the record's id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kosrel.characters import show_controls
from kosrel.cite import Author, Chain, Work, list_works
from kosrel.styles._chicago import word_date

_SINGLE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[~?%]?")


def _date(edtf: str) -> str:
    """``2013/04/19/``, unknown parts empty; what is vague or no single date in words after the slashes."""
    start = _SINGLE.fullmatch(edtf.partition("/")[0])
    year, month, day = start.groups("") if start else ("", "", "")
    sure = _SINGLE.fullmatch(edtf) and edtf[-1].isdigit()
    return f"{year}/{month}/{day}/{'' if sure else word_date(edtf)}"


def _name(author: Author) -> str:
    return ", ".join(filter(None, (author.family, author.given, author.suffix)))


def _tags(work: Work, remarks: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    yield "TY", "ELEC" if work.url or work.archive_url else "GEN"
    yield "ID", work.id
    for author in work.authors:
        yield "AU", _name(author)
    yield "TI", work.title
    yield "T2", work.within
    yield "PB", work.publisher
    yield "M3", work.genre
    yield "ET", work.version
    if work.date:
        yield "PY", work.date[:4] if _SINGLE.fullmatch(work.date) else None
        yield "DA", _date(work.date)
    if work.pages:
        first, _, last = work.pages.replace("–", "-").partition("-")
        yield "SP", first
        yield "EP", last
    yield "LA", work.language
    yield "UR", work.url
    yield "L2", work.archive_url
    if work.accessed:
        yield "Y2", _date(work.accessed)
    for remark in remarks:
        yield "N1", remark


def _record(work: Work, remarks: Sequence[str]) -> str:
    tags = [f"{tag}  - {show_controls(value)}\n" for tag, value in _tags(work, remarks) if value]
    return "".join([*tags, "ER  - \n"])


def write(chains: Sequence[Chain]) -> str:
    """A record for each work, with an empty line between two."""
    return "\n".join(_record(work, remarks) for work, remarks in list_works(chains))
