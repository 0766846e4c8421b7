"""Markdown (CommonMark) for notes, issues and articles."""

from __future__ import annotations

import re
from typing import TextIO

from kosrel.answer import Answer
from kosrel.characters import show_controls
from kosrel.layout import Card, Item, cite_work, lay_out, links_of

# Letters of Markdown's own; a bracket that would begin a link; what makes a heading or a list at the start.
_SPECIAL = re.compile(r"[\\`*_<>|]|\[(?=[^\]]*\][(\[])|^[#~]|^[-+](?= )|(?<=^\d)[.)](?= )")


def escape(text: str) -> str:
    """``text`` so that Markdown shows it as written; control characters are made visible.

    Brackets stay bare unless they would make a link.
    """
    return _SPECIAL.sub(lambda match: "\\" + match[0], show_controls(text))


def _item(item: Item, lead: str) -> list[str]:
    marks = "".join(f" [{mark}]" for mark in item.marks)
    lines = [f"{lead} {escape(item.text)}{marks}"]
    if item.note:
        lines.append(f"{' ' * len(lead)} *{escape(item.note)}*")
    return lines


def _link(address: str) -> str:
    return "<" + re.sub(r"[<>\s]", lambda match: f"%{ord(match[0]):02X}", show_controls(address)) + ">"


def _card(card: Card) -> list[str]:
    head = f"{card.date}: {card.title}" if card.date else card.title
    lines = [f"## {escape(head)}", "", f"`{card.id}` ({card.kind})"]
    if card.text:
        lines += ["", escape(card.text)]
    if card.rows:
        lines += ["", *(f"- **{escape(label)}:** {escape(value)}" for label, value in card.rows)]
    for section in card.sections:
        lines += ["", f"### {escape(section.title)}", ""]
        for number, item in enumerate(section.items, 1):
            lines += _item(item, f"{number}." if section.numbered else "-")
    if card.sources:
        lines += ["", "### Sources", ""]
        for number, source in enumerate(card.sources, 1):
            lead = f"{number}."
            indent = " " * len(lead)
            lines.append(
                f"{lead} {escape(source['title'])}, line {source['line']} "
                f"(`{source['document']}`): “{escape(source['quote'])}”"
            )
            for reference in source["references"]:
                before = card.cited_before(reference, number)
                text = f"{indent} - {escape(before or cite_work(reference))}"
                for word, address in () if before else links_of(reference):
                    text += f", {word + ': ' if word else ''}{_link(address)}"
                lines.append(text)
    return lines


def render(answer: Answer, stream: TextIO) -> None:
    """A section for each record."""
    cards = ["\n".join(_card(lay_out(result))) for result in answer.results]
    if cards:
        stream.write("\n\n".join(cards) + "\n")
