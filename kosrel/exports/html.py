"""One page to look at and search, with every record and its sources; it needs no network."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from kosrel.dates import parse_edtf
from kosrel.exports import Contents
from kosrel.exports._card import Cards, escape, link, write_date
from kosrel.exports._frame import count_records, write_contents, write_foot, write_head, write_masthead
from kosrel.layout import lay_out
from kosrel.model import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.index import Row

# Documents and cited works have dates, but are nothing that happened.
_NOT_IN_TIME = ("document", "reference")
# What stands whole in the timeline; other dated kinds have a section of their own and a line there.
_WHOLE_IN_TIME = ("event", "statement")
# The sections of the other kinds, in their order; a kind that is not here comes last, by its folder's name.
_SECTIONS = {
    "agreement": "Agreements",
    "figure": "Figures",
    "conflict": "Where documents disagree",
    "actor": "Actors",
    "topic": "Topics",
    "document": "Documents",
    "reference": "Works cited",
}


def write(contents: Contents, stream: TextIO) -> Sequence[str]:
    """HTML (living standard) in one file: style and script are in it, and nothing else is loaded.

    Two passes: the first counts the records of each year, the second writes them one by one.
    """
    _Writer(contents, stream).write()
    return []


class _Writer:
    """Writes the page of a base to a stream."""

    def __init__(self, contents: Contents, stream: TextIO) -> None:
        self.contents = contents
        self.put = stream.write
        self.kinds = {kind: contents.count(kind) for kind in KINDS if contents.count(kind)}
        dated = [name for name, kind in KINDS.items() if "date" in kind.fields and name not in _NOT_IN_TIME]
        self.in_time = [kind for kind in dated if kind in self.kinds]
        self.whole = [kind for kind in _WHOLE_IN_TIME if kind in self.kinds]
        self.cards = Cards({each["id"]: each["language"] for each in contents.results("document")})
        self.years: dict[str, int] = {}
        self.undated = dict.fromkeys(self.whole, 0)
        for row in contents.rows(*self.in_time):
            if row.edtf is not None:
                year = _year(row)
                self.years[year] = self.years.get(year, 0) + 1
            elif row.kind in self.undated:
                self.undated[row.kind] += 1
        self.undated = {kind: count for kind, count in self.undated.items() if count}
        order = [*_SECTIONS, *KINDS]
        self.own = sorted((kind for kind in self.kinds if kind not in self.whole), key=order.index)

    def write(self) -> None:
        self.put(write_head(self.contents.title))
        self.put(write_masthead(self.contents, self.kinds))
        self.put(write_contents(self._entries()))
        self.put('<main id="page/records" tabindex="-1">\n<p id="page/status" role="status" hidden></p>\n')
        if self.years:
            self._timeline()
        if self.undated:
            self._without_date()
        for kind in self.own:
            self._section(kind)
        self.put("</main>\n")
        self.put(write_foot())

    def _entries(self) -> Iterator[tuple[str, str, int]]:
        """The sections: where each is, its heading, and how many records it has."""
        if self.years:
            yield "timeline", "Timeline", sum(self.years.values())
        if self.undated:
            yield "undated", "Without a date", sum(self.undated.values())
        for kind in self.own:
            yield kind, self._heading(kind), self.kinds[kind]

    def _heading(self, kind: str) -> str:
        return _SECTIONS.get(kind) or KINDS[kind].folder.capitalize()

    def _card(self, row: Row, result: dict[str, Any], level: int) -> None:
        about = list(dict.fromkeys(self._named(row.kind, result)))
        if row.kind in ("document", "reference"):
            # As the look-up of one by its id has it: with all that rests on it.
            result = {**result, "match": "id"}
        self.put(self.cards.write(lay_out(result), level, about))

    def _named(self, kind: str, result: dict[str, Any]) -> Iterator[str]:
        """The ids of the actors and topics that a record names in fields of its own, as filters find it."""
        for key, field in KINDS[kind].fields.items():
            if key == "topics":
                yield from result[key]
            elif key == "sides":
                # What a side is about, the conflict is about.
                for side in result[key]:
                    row = self.contents.index.get(side["id"])
                    yield from self._named(side["kind"], _parse(row)) if row else ()
                    yield side["id"]
            elif field.stored:
                yield from _names(result.get(key))

    def _cards(self, kind: str, level: int, wanted: Callable[[Row], bool] = lambda row: True) -> None:
        for row in self.contents.rows(kind):
            if wanted(row):
                self._card(row, _parse(row), level)

    def _timeline(self) -> None:
        """A bar for each year, then the records of each."""
        kinds = [KINDS[kind].folder for kind in self.in_time]
        named = " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
        self.put(
            '<section id="page/timeline">\n<h2>Timeline</h2>\n'
            f"<p>Dated {named} by year; what lasted longer stands in the year in which it began.</p>\n"
            '<ol class="years" aria-label="Records by year">\n'
        )
        most = max(self.years.values())
        last: int | None = None
        for year, count in sorted(self.years.items()):
            if last is not None and int(year) > last + 1:
                gap = str(last + 1) if int(year) == last + 2 else f"{last + 1} to {int(year) - 1}"
                self.put(f'<li class="gap">{gap}: none</li>\n')
            last = int(year)
            self.put(
                f'<li data-year="{year}"><a href="#page/{year}"><span class="year">{year}</span> '
                f'<svg aria-hidden="true" focusable="false"><rect width="{100 * count / most:.1f}%" '
                f'height="100%"></rect></svg> <span class="count">{count:,}</span></a></li>\n'
            )
        self.put("</ol>\n")
        open_year = ""
        for row in self._dated():
            year = _year(row)
            if year != open_year:
                self.put("</section>\n" if open_year else "")
                self.put(
                    f'<section id="page/{year}" class="of-year">\n<h3>{year} '
                    f'<span class="count">{count_records(self.years[year])}</span></h3>\n'
                )
                open_year = year
            if row.kind in self.whole:
                self._card(row, _parse(row), 4)
            else:
                self._brief(row)
        self.put("</section>\n</section>\n")

    def _brief(self, row: Row) -> None:
        """A line in the timeline for a record that stands elsewhere."""
        date = write_date(row.edtf or "")
        self.put(
            f'<p class="brief" data-of="{escape(row.id)}"><span class="date">{date}</span> '
            f"<span>{link(row.label or row.id, row.id)} "
            f'<span class="id">{escape(row.kind)}</span></span></p>\n'
        )

    def _dated(self) -> Iterator[Row]:
        """The dated records, in order of time.

        Those without a beginning come first of their kind, but stand where they end: few, so kept aside.
        """
        aside = [row for kind in self.in_time for row in self._of_kind(kind, False)]
        kinds = [self._of_kind(kind, True) for kind in self.in_time]
        return heapq.merge(sorted(aside, key=_order), *kinds, key=_order)

    def _of_kind(self, kind: str, begins: bool) -> Iterator[Row]:
        """The dated records of a kind that have a beginning or have none."""
        for row in self.contents.rows(kind):
            if row.edtf is None or (not begins and not row.edtf.startswith("..")):
                return
            if begins != row.edtf.startswith(".."):
                yield row

    def _without_date(self) -> None:
        self.put('<section id="page/undated">\n<h2>Without a date</h2>\n')
        self.put("<p>What happened or was said when no document states a date for it.</p>\n")
        for kind in self.undated:
            heading = KINDS[kind].folder.capitalize()
            self.put(f"<section>\n<h3>{escape(heading)} without a date</h3>\n")
            self._cards(kind, 4, lambda row: row.edtf is None)
            self.put("</section>\n")
        self.put("</section>\n")

    def _section(self, kind: str) -> None:
        """The records of a kind that has a section of its own."""
        heading = escape(self._heading(kind))
        self.put(f'<section id="page/{kind}" class="of-{kind}">\n<h2>{heading}</h2>\n')
        if kind == "actor":
            self.put('<ul class="index" aria-label="Actors by name">\n')
            for row in self.contents.rows(kind):
                self.put(f'<li data-of="{escape(row.id)}">{link(row.label or row.id, row.id)}</li>\n')
            self.put("</ul>\n")
        self._cards(kind, 3)
        self.put("</section>\n")


def _parse(row: Row) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(row.json())
    return result


def _names(value: Any) -> Iterator[str]:
    """The ids of what stands under its name in a value: actors, wherever they have a part."""
    if isinstance(value, list):
        for each in value:
            yield from _names(each)
    elif isinstance(value, dict):
        if "id" in value and "name" in value:
            yield value["id"]
        for each in value.values():
            yield from _names(each)


def _year(row: Row) -> str:
    """The year under which a dated record stands: that in which it begins, or ends when that is not known."""
    date = parse_edtf(row.edtf or "")
    return (date.earliest or date.latest or "")[:4]


def _order(row: Row) -> tuple[str, str, str, str, str]:
    date = parse_edtf(row.edtf or "")
    return (_year(row), date.earliest or "", date.latest or "9999-12-31", row.kind, row.id)
