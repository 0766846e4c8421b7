"""Chicago notes as plain text, one a line."""

from __future__ import annotations

from collections.abc import Sequence

from kosrel.characters import show_controls
from kosrel.cite import Chain
from kosrel.styles._chicago import write_note


def write(chains: Sequence[Chain]) -> str:
    """A note on a line of its own for each chain."""
    return "".join(f"{write_note(chain, show_controls, show_controls)}\n" for chain in chains)
