"""Markdown (CommonMark) for notes, issues and articles."""

from __future__ import annotations

from typing import TextIO

from kosrel import styles
from kosrel.answer import Answer
from kosrel.layout import Card, Item, cite_work, lay_out, links_of, tabulate_summary
from kosrel.markup import escape, link


def _item(item: Item, lead: str) -> list[str]:
    marks = "".join(f" [{mark}]" for mark in item.marks)
    lines = [f"{lead} {escape(item.text)}{marks}"]
    if item.note:
        lines.append(f"{' ' * len(lead)} *{escape(item.note)}*")
    return lines


def _card(card: Card) -> list[str]:
    head = f"{card.date}: {card.title}" if card.date else card.title
    base = f", from {escape(card.base)}" if card.base else ""
    lines = [f"## {escape(head)}", "", f"`{card.id}` ({card.kind}{base})"]
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
                    text += f", {word + ': ' if word else ''}{link(address)}"
                lines.append(text)
    return lines


def _problems(answer: Answer) -> list[str]:
    lines = [f"- {escape(str(row))}" for row in answer.rows]
    table = tabulate_summary(answer)
    if table:
        rows = [" | ".join(map(escape, row)) for row in table]
        rows.insert(1, " | ".join("---" for _ in table[0]))
        lines += ["", *(f"| {row} |" for row in rows)] if lines else [f"| {row} |" for row in rows]
    return lines


def render(answer: Answer, stream: TextIO) -> None:
    """A section for each record; problems as a list; citations as their style writes them."""
    if "finding" in answer.kinds:
        stream.writelines(f"{line}\n" for line in _problems(answer))
        return
    if "citation" in answer.kinds:
        stream.write(styles.write(answer.rows, answer.query["style"]))
        return
    cards = ["\n".join(_card(lay_out(result))) for result in answer.results]
    if cards:
        stream.write("\n\n".join(cards) + "\n")
