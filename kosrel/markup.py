"""Text as Markdown (CommonMark) shows it as written."""

from __future__ import annotations

import re

from kosrel.characters import show_controls

# Letters of Markdown's own; a bracket that would begin a link or a definition of one; what would begin an
# HTML entity; what makes a heading, a rule, code or a list at the start.
_SPECIAL = re.compile(
    r"[\\`*_<>|~]|\[(?=[^\]]*\][(\[:])|&(?=#?\w+;)|^#|^=+$|^[-+](?=[ -]|$)"
    r"|^(?P<number>\d{1,9})(?=[.)](?: |$))"
)


def escape(text: str) -> str:
    """``text`` so that Markdown shows it as written; control characters are made visible.

    Brackets stay bare unless they would make a link.
    """
    return _SPECIAL.sub(
        lambda match: f"{match[0]}\\" if match["number"] else f"\\{match[0]}", show_controls(text)
    )


def link(address: str) -> str:
    """An address as a link of Markdown that shows it."""
    return "<" + re.sub(r"[<>\s]", lambda match: f"%{ord(match[0]):02X}", show_controls(address)) + ">"
