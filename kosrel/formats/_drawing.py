"""Cards drawn with Rich on a terminal or into a pipe; the only importer of rich.

Rich is given ``Text`` objects only: a plain string would lose ``[sic]`` to its markup.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, TextIO

from rich.console import Console
from rich.style import Style
from rich.text import Text

from kosrel.answer import Answer
from kosrel.characters import show_controls
from kosrel.layout import Card, Item, cite_work, lay_out, links_of

# Wider lines are hard to read, however wide the terminal is.
WIDEST = 100
# In a narrower window lines may as well be broken by the terminal.
NARROWEST = 20
# More records than this are listed in brief.
WHOLE = 5
# How records match that are told in brief beside those that lie in the queried days.
ASIDE = ("overlaps", "possible")
_LABEL = 16
# So narrow a value may get beside its label.
_VALUE = 5
_TRAILING = re.compile(r" +((?:\x1b\[[0-9;]*m)*)$", re.MULTILINE)


def _text(text: str, style: str | Style = "") -> Text:
    return Text(show_controls(text), style=style)


def _link(address: str) -> Text:
    """An address as itself, and as a hyperlink where the terminal knows them."""
    safe = show_controls(address)
    style = Style(link=safe) if safe.startswith(("http://", "https://")) else Style()
    return Text(safe, style=style, no_wrap=True, overflow="ignore")


def _tell_id(card: Card) -> str:
    """The id, and which base it is from where there are several."""
    return f"{card.id} (from {card.base})" if card.base else card.id


def _marks(text: Text, marks: list[int]) -> Text:
    for mark in marks:
        text.append(f" [{mark}]", style="cyan")
    return text


class _Drawing:
    """Draws cards on a console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = max(min(console.width, WIDEST), NARROWEST)

    def line(self, text: Text | str = "", indent: int = 0) -> None:
        """One paragraph, wrapped within the width."""
        for line in self.wrap(_text(text) if isinstance(text, str) else text, self.width - indent):
            self.console.print(Text.assemble(" " * indent, line), soft_wrap=True)

    def wrap(self, text: Text, width: int) -> Sequence[Text]:
        """A text in lines of a width; most take one, and breaking what need not be broken takes time."""
        if text.cell_len <= width and "\n" not in text.plain:
            return [text]
        return list(text.wrap(self.console, width, overflow="fold"))

    def grid(self, rows: list[tuple[Text, Text]], indent: int, label: int) -> None:
        """Two columns: wrapped labels, and wrapped values, for which some room is always left."""
        room = self.width - indent - 2
        label = min(label, room - _VALUE)
        for row in rows:
            columns = [self.wrap(cell, width) for cell, width in zip(row, (label, room - label), strict=True)]
            for left, right in zip_longest(*columns, fillvalue=Text()):
                blank = " " * (label - left.cell_len + 2)
                self.console.print(Text.assemble(" " * indent, left, blank, right), soft_wrap=True)

    def address(self, address: str, word: str, indent: int) -> None:
        """An address on a line of its own, never broken, so that it can be copied."""
        text = Text(" " * indent)
        if word:
            text.append(f"{word} ", style="yellow")
        text.append_text(_link(address))
        self.console.print(text, soft_wrap=True)

    def item(self, item: Item, lead: str) -> None:
        text = _marks(_text(item.text), item.marks)
        if item.note:
            text.append("\n")
            text.append_text(_text(item.note, "italic dim"))
        self.grid([(_text(lead), text)], 2, len(lead))

    def card(self, card: Card) -> None:
        card = lay_out(card.result)
        head = Text()
        if card.date:
            head.append_text(_text(card.date, "bold cyan"))
            head.append("  ")
        head.append_text(_text(card.title, "bold"))
        self.line(head)
        self.line(_text(f"{card.kind} {_tell_id(card)}", "dim"))
        if card.text:
            self.line()
            self.line(_text(card.text), indent=2)
        if card.rows:
            self.line()
            longest = max(len(label) for label, _ in card.rows)
            rows = [(_text(label, "dim"), _text(value)) for label, value in card.rows]
            self.grid(rows, 2, min(longest, _LABEL))
        for section in card.sections:
            self.line()
            self.line(_text(section.title, "bold"), indent=2)
            width = len(str(len(section.items)))
            for number, item in enumerate(section.items, 1):
                self.item(item, f"{number:>{width}}." if section.numbered else "·")
        self.sources(card)

    def sources(self, card: Card) -> None:
        """The numbered sources of a card: document, line, quoted words, and the works cited there."""
        if card.sources:
            self.line()
            self.line(_text("Sources", "bold"), indent=2)
            for number, source in enumerate(card.sources, 1):
                place = _text(f"{source['title']}, line {source['line']} ")
                place.append_text(_text(f"[{source['document']}]", "dim"))
                quote = _text(f"“{source['quote']}”", "italic")
                lead = f"[{number}]"
                self.grid([(_text(lead, "cyan"), place), (Text(), quote)], 2, len(lead))
                for reference in source["references"]:
                    indent = 2 + len(lead) + 2
                    before = card.cited_before(reference, number)
                    cited = _text(before or cite_work(reference))
                    self.grid([(_text("cites", "dim"), cited)], indent, 5)
                    for word, address in () if before else links_of(reference):
                        self.address(address, word, indent + 7)

    def found(self, cards: list[Card], snippets: list[str]) -> None:
        """The records of a search: a line for each, then what matched in it."""
        for card, text in zip(cards, snippets, strict=False):
            self.brief([card])
            shown = Text()
            for place, part in enumerate(re.split("[«»]", show_controls(text))):
                shown.append(part, style="bold" if place % 2 else "dim")
            self.line(shown, indent=2)

    def answered(self, cards: list[Card], more: dict[str, Any]) -> None:
        """The short answer, the words that say so, where they stand, and the next best in brief."""
        self.line(_text(str(more["answer"]), "bold"))
        cited = Card(cards[0].result)
        cited.cite(more["sources"])
        self.sources(cited)
        for conflict in cards[0].result.get("conflicts", ()):
            self.line()
            told = f"Documents disagree: {conflict['title']} (kosrel show {conflict['id']})"
            self.line(_text(told, "yellow"), indent=2)
        self.line()
        self.line(_text("From", "bold"), indent=2)
        self.brief(cards[:1], 2)
        if len(cards) > 1:
            self.line()
            self.line(_text("See also", "bold"), indent=2)
            self.brief(cards[1:], 2)

    def timeline(self, cards: list[Card]) -> None:
        """A bar for each year, then the records under their years."""
        years: dict[str, list[Card]] = {}
        for card in cards:
            date = card.result["date"]
            years.setdefault((date["earliest"] or date["latest"])[:4], []).append(card)
        most = max(map(len, years.values()))
        room = max(min(40, self.width - 12), 1)
        for year, those in years.items():
            bar = "█" * max(1, round(len(those) / most * min(most, room)))
            self.line(Text.assemble((year, "cyan"), "  ", (bar, "blue"), f" {len(those)}"))
        for year, those in years.items():
            self.line()
            self.line(_text(year, "bold cyan"))
            self.brief(those)

    def brief(self, cards: list[Card], indent: int = 0) -> None:
        """A line or two for each record: date, title, and its id, never broken, so that it can be copied."""
        most = 24 if self.width >= 70 else 14
        label = min(max(len(card.date or "·") for card in cards), most)
        for card in cards:
            title = _text(card.title)
            if card.result.get("match") == "possible":
                title.append(" (possible)", style="yellow")
            name = _text(_tell_id(card), "dim")
            rows = [(_text(card.date or "·", "cyan"), title)]
            if indent + label + 4 + len(title) + len(name) <= self.width:
                rows = [(rows[0][0], Text.assemble(title, "  ", name))]
            self.grid(rows, indent, label)
            if len(rows[0][1]) == len(title):
                self.console.print(Text(" " * (indent + label + 2)) + name, soft_wrap=True)


def _console(stream: TextIO) -> Console:
    """A console as wide as COLUMNS or the terminal says, though never narrower than can be read.

    Rich itself would stop at a COLUMNS or LINES that is no number, and draw nothing for one that is 0.
    """
    settings = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    columns = os.environ.get("COLUMNS", "")
    known = columns.isascii() and columns.isdigit() and len(columns) < 6 and int(columns) > 0
    console = Console(file=stream, highlight=False, markup=False, emoji=False, _environ=settings)
    console.width = max(int(columns) if known else console.width, NARROWEST)
    return console


def draw(answer: Answer, stream: TextIO) -> None:
    """Whole records when they are few, else a list in brief.

    Beside records that lie in the queried days, those with a longer or coarser date are told in brief.
    """
    console = _console(stream)
    drawing = _Drawing(console)
    # Most are only told in brief: what stands in them is laid out where they are drawn.
    cards = [Card(result) for result in answer.results]
    aside = [card for card in cards if card.result.get("match") in ASIDE]
    main = [card for card in cards if card not in aside]
    if not main and len(aside) <= 2:
        main, aside = cards, []
    with console.capture() as capture:
        if answer.query["command"] == "timeline" and cards:
            drawing.timeline(cards)
            main, aside = [], []
        elif answer.query["command"] == "search":
            drawing.found(cards, answer.more["snippets"])
            main, aside = [], []
        elif answer.query["command"] == "ask":
            if not answer.declined:
                drawing.answered(cards, answer.more)
            main, aside = [], []
        if len(main) > WHOLE or answer.ambiguous:
            drawing.brief(main)
        else:
            for number, card in enumerate(main):
                if number:
                    drawing.line()
                drawing.card(card)
        if aside:
            if main:
                drawing.line()
            head = "Also, with" if main else "With"
            drawing.line(_text(f"{head} a date that is longer or coarser than that", "bold"))
            drawing.brief(aside)
    # Rich fills lines with blanks up to the width; a pipe or a file wants none of them.
    stream.write(_TRAILING.sub(r"\1", capture.get()))
