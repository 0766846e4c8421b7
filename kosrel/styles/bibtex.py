"""BibTeX, which biblatex reads as well: one ``@misc`` entry a work, its key the record's id.

What kind of publication a work is, no document says, so every entry is ``@misc``; the publisher stands in
``howpublished``, which every style prints. ``date`` is EDTF, as biblatex reads it, ``year`` and ``month`` are
for BibTeX itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kosrel.characters import show_controls
from kosrel.cite import Author, Chain, Work, list_works

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{letter: f"\\{letter}" for letter in "&%$#_"},
}


# Between these LaTeX would make one letter of two: a dash of two hyphens, quotation marks of others.
_LIGATURE = re.compile(r"(?<=([-'`<>,]))(?=\1)|(?<=[?!])(?=`)")


def escape(text: str) -> str:
    """``text`` so that LaTeX prints it as written; braces stay balanced, control characters are shown."""
    shown = _LIGATURE.sub("\0", show_controls(text))
    return "".join("{}" if letter == "\0" else _SPECIAL.get(letter, letter) for letter in shown)


def _address(address: str) -> str:
    """An address as it stands in a ``url`` field, verbatim but for what would break the field."""
    return re.sub(r"[\\{}\s]", lambda match: f"%{ord(match[0]):02X}", show_controls(address))


def _name(author: Author) -> str:
    if author.given is None:
        return f"{{{escape(author.family)}}}"
    parts = [author.family, author.suffix, author.given]
    # A comma or an "and" within a part would be read as the end of it.
    return ", ".join(
        f"{{{escape(part)}}}" if re.search(r",|\band\b", part) else escape(part) for part in parts if part
    )


def _dates(work: Work) -> dict[str, str]:
    """``date`` for biblatex; ``year`` and ``month`` for BibTeX where the date is a single one."""
    if not work.date or work.date.startswith("["):
        return {}
    # An open end is written as nothing there.
    dates = {"date": "{" + work.date.replace("../", "/").replace("/..", "/") + "}"}
    if "/" not in work.date:
        year, *rest = work.date.rstrip("~?%").split("-")
        dates["year"] = f"{{{year}}}"
        if rest:
            dates["month"] = _MONTHS[int(rest[0]) - 1]
    return dates


def _entry(work: Work, remarks: Sequence[str]) -> str:
    fields: dict[str, str] = {}

    def add(name: str, text: str | None) -> None:
        if text:
            fields[name] = f"{{{text}}}"

    add("author", " and ".join(_name(author) for author in work.authors))
    # The inner braces keep capitals as they are.
    add("title", work.title and f"{{{escape(work.title)}}}")
    add("howpublished", escape(work.publisher or work.within or ""))
    add("type", work.genre and escape(work.genre))
    add("version", work.version and escape(work.version))
    fields.update(_dates(work))
    add("pages", work.pages and escape(work.pages).replace("–", "--"))
    add("language", work.language and escape(work.language))
    add("url", work.url and _address(work.url))
    if work.accessed and "[" not in work.accessed:
        add("urldate", work.accessed)
    add("note", escape(" ".join(remarks)))
    lines = "".join(f",\n  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{work.id}{lines}\n}}\n"


def write(chains: Sequence[Chain]) -> str:
    """An entry for each work, with an empty line between two."""
    return "\n".join(_entry(work, remarks) for work, remarks in list_works(chains))
