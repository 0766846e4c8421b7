"""CSL-JSON, the input of Citation Style Language processors: an array of items.

The variables are those of the published schema (csl-data.json of CSL 1.0.2). ``custom``, which it leaves to
the writer, keeps the links that have no variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kosrel.cite import Author, Chain, Work, list_works
from kosrel.jsontext import write_indented
from kosrel.styles._chicago import word_date


def date_variable(edtf: str) -> dict[str, Any]:
    """An EDTF date as a CSL date: ``date-parts``, ``circa`` for a vague one, words for what has no parts."""
    ends = edtf.split("/")
    if ".." in ends or edtf.startswith("["):
        return {"literal": word_date(edtf)}
    parts = [[int(part) for part in end.rstrip("~?%").split("-")] for end in ends]
    return {"date-parts": parts, **({"circa": True} if edtf.rstrip("~?%") != edtf or "~/" in edtf else {})}


def _name(author: Author) -> dict[str, str]:
    if author.given is None:
        return {"literal": author.family}
    named = {"family": author.family, "given": author.given}
    return {**named, "suffix": author.suffix} if author.suffix else named


def _kind(work: Work) -> str:
    """The type, as far as it is known: a page on the web, an entry or a whole data set, else a document."""
    if work.form is not None:
        return {"base": "dataset", "record": "entry"}[work.form]
    return "webpage" if work.url or work.archive_url else "document"


def _item(work: Work, remarks: Sequence[str]) -> dict[str, Any]:
    custom: dict[str, Any] = {"dead-link": True} if work.dead else {}
    if work.archive_url:
        custom["archive-url"] = work.archive_url
    if work.archive_date:
        custom["archive-date"] = work.archive_date
    item = {
        "id": work.id,
        "type": _kind(work),
        "title": work.title,
        "author": [_name(author) for author in work.authors],
        "container-title": work.within,
        "publisher": work.publisher,
        "genre": work.genre,
        "version": work.version,
        "issued": work.date and date_variable(work.date),
        "accessed": work.accessed and date_variable(work.accessed),
        "page": work.pages,
        "language": work.language,
        "URL": work.url,
        "note": " ".join(remarks),
        "custom": custom,
    }
    return {key: value for key, value in item.items() if value}


def items(chains: Sequence[Chain]) -> list[dict[str, Any]]:
    """The items of some chains, each work once."""
    return [_item(work, remarks) for work, remarks in list_works(chains)]


def write(chains: Sequence[Chain]) -> str:
    """The array, indented by two; empty where there is nothing to cite."""
    return write_indented(items(chains)) + "\n"
