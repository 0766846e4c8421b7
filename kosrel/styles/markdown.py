"""Chicago notes as Markdown (CommonMark), a paragraph each."""

from __future__ import annotations

from collections.abc import Sequence

from kosrel.cite import Chain
from kosrel.markup import escape, link
from kosrel.styles._chicago import write_note


def write(chains: Sequence[Chain]) -> str:
    """A paragraph for each chain, its addresses as links."""
    return "\n".join(f"{write_note(chain, escape, link)}\n" for chain in chains)
