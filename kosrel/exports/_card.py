"""A record as a part of the page: its card in HTML, escaped, with its links and its sources.

Every id within the page that is no record's has a sign that no record's id can have, so none is there twice:
``bridge-accord:2`` is the second source of a record, ``page/2013`` a place of the page's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from kosrel.characters import show_controls
from kosrel.dates import describe
from kosrel.exports._linked import encode_address
from kosrel.layout import Card, Section, Words, cite_work, links_of

# A list of more records than this is folded, unless something is said of each.
LONG = 5
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}
# What no HTML may hold, besides the controls that are shown: the noncharacters of Unicode.
_NO_HTML = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_PLAIN_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def escape(text: str) -> str:
    """``text`` for HTML, between tags or in a quoted attribute; what cannot be seen is shown."""
    shown = _NO_HTML.sub(lambda match: f"<U+{ord(match[0]):04X}>", show_controls(text))
    return shown.translate(_HTML)


def link(text: str, target: str | None) -> str:
    """``text``, as a link where ``target`` is the id of a record or an address of the web; else as it is."""
    if not target:
        return escape(text)
    if "/" not in target and ":" not in target:
        return f'<a href="#{escape(target)}">{escape(text)}</a>'
    address = encode_address(target)
    try:
        parts = urlsplit(address)
    except ValueError:
        return escape(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return escape(text)
    return f'<a href="{escape(address)}" rel="external">{escape(text)}</a>'


def write_words(text: str) -> str:
    """A text of a card, the records and addresses that it names as links."""
    if isinstance(text, Words):
        return "".join(link(part, target) for part, target in text.parts)
    return escape(text)


def write_date(edtf: str) -> str:
    """A date in words, readable for programs where HTML can write it."""
    words = escape(describe(edtf))
    return f'<time datetime="{edtf}">{words}</time>' if _PLAIN_DATE.fullmatch(edtf) else words


def write_language(language: str | None) -> str:
    """The attribute that says in which language a text is, for one that is not English."""
    if language and _LANGUAGE.fullmatch(language) and language != "en":
        return f' lang="{language}"'
    return ""


def write_work(reference: Mapping[str, Any]) -> str:
    """A cited work, as a link to the address that works, then its other addresses."""
    addresses = links_of(dict(reference))
    if not addresses:
        return escape(cite_work(dict(reference)))
    (word, address), *others = addresses
    text = link(cite_work(dict(reference)), address) + (f" ({escape(word)})" if word else "")
    for word, address in others:
        text += f", {link(word or 'original', address)}"
    return text


class Cards:
    """Writes the cards of a base; what they have in common is kept here.

    ``languages``: of each document, by its id, for its quotes.
    """

    def __init__(self, languages: Mapping[str, str | None]) -> None:
        self.languages = languages

    def write(self, card: Card, level: int, about: Sequence[str]) -> str:
        """A record whole, its heading of a level; ``about``: the ids that a filter finds it by."""
        date = card.result.get("date")
        days = (
            f' data-from="{date["earliest"] or ""}" data-to="{date["latest"] or "9999-12-31"}"'
            if date
            else ""
        )
        named = f' data-about="{escape(" ".join(about))}"' if about else ""
        name = escape(card.id)
        lines = [f'<article id="{name}" data-kind="{escape(card.kind)}"{days}{named}>']
        if date:
            lines.append(f'<p class="date">{write_date(date["edtf"])}</p>')
        lines.append(f'<h{level} class="title">{escape(card.title)}</h{level}>')
        base = f" (from {escape(card.base)})" if card.base else ""
        lines.append(f'<p class="id">{escape(card.kind)} <a href="#{name}">{name}</a>{base}</p>')
        if card.text:
            lines.append(f'<p class="text">{escape(card.text)}</p>')
        if card.rows:
            rows = (
                f"<div><dt>{escape(label)}</dt><dd>{write_words(value)}</dd></div>"
                for label, value in card.rows
            )
            lines.append(f"<dl>{''.join(rows)}</dl>")
        if card.kind == "conflict":
            lines += self._sides(card, level + 1)
        else:
            for section in card.sections:
                lines += self._section(card, section, level + 1)
            lines += self._sources(card, level + 1)
        return "\n".join([*lines, "</article>\n"])

    def _section(self, card: Card, section: Section, level: int) -> list[str]:
        """A list of a card, folded where it is a long one of other records."""
        tag = "ol" if section.numbered else "ul"
        items = []
        for item in section.items:
            marks = "".join(
                f' <a class="mark" href="#{escape(card.id)}:{mark}">[{mark}]</a>' for mark in item.marks
            )
            note = f'<p class="note">{escape(item.note)}</p>' if item.note else ""
            items.append(f"<li>{write_words(item.text)}{marks}{note}</li>")
        listed = [f"<{tag}>", *items, f"</{tag}>"]
        bare = all(
            isinstance(item.text, Words) and not item.marks and not item.note for item in section.items
        )
        if bare and len(items) > LONG:
            heading = f"<h{level}>{escape(section.title)} ({len(items)})</h{level}>"
            return [f"<details><summary>{heading}</summary>", *listed, "</details>"]
        return [f"<h{level}>{escape(section.title)}</h{level}>", *listed]

    def _sides(self, card: Card, level: int) -> list[str]:
        """The sides of a conflict beside one another, each with its sources."""
        lines = []
        for section in card.sections:
            if not section.numbered:
                lines += self._section(card, section, level)
                continue
            lines += [f"<h{level}>{escape(section.title)}</h{level}>", '<ol class="sides">']
            for item in section.items:
                lines.append(f'<li><p class="text">{write_words(item.text)}</p>')
                lines.append('<ul class="sources">')
                lines += [f"<li>{self._source(card.sources[mark - 1])}</li>" for mark in item.marks]
                lines.append("</ul></li>")
            lines.append("</ol>")
        return lines

    def _sources(self, card: Card, level: int) -> list[str]:
        """The numbered sources of a card; each can be pointed at where an item of the card does so."""
        if not card.sources:
            return []
        marked = any(item.marks for section in card.sections for item in section.items)
        lines = [
            f"<h{level}>{'Source' if len(card.sources) == 1 else 'Sources'}</h{level}>",
            '<ol class="sources">',
        ]
        for number, source in enumerate(card.sources, 1):
            place = f' id="{escape(card.id)}:{number}"' if marked else ""
            lines.append(f"<li{place}>{self._source(source, card, number)}</li>")
        return [*lines, "</ol>"]

    def _source(self, source: Mapping[str, Any], card: Card | None = None, number: int = 0) -> str:
        """The quoted words, where they stand, and the works that the document cites there."""
        language = write_language(self.languages.get(source["document"]))
        works = []
        for reference in source["references"]:
            before = card.cited_before(reference, number) if card else None
            works.append(f"<li>cites {escape(before) if before else write_work(reference)}</li>")
        return (
            f"<q{language}>“{escape(source['quote'])}”</q> "
            f'<p class="place">{link(source["title"], source["document"])}, line {source["line"]}</p>'
            + (f'<ul class="works">{"".join(works)}</ul>' if works else "")
        )
