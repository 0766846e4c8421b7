"""The words of a question: what type of answer they ask for, and what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kosrel.names import STOP_WORDS, fold, stem

_NOUNS_OF_PLACE = r"city|cities|town|towns|place|places|village"
# What a question begins with, or holds, by the type of its answer; the first that fits.
TYPES = (
    ("how many", r"how (?:many|much|large|big|long|often|high|old|wide|tall|far|deep)"
     r"|for how (?:many|long)|in how many"
     r"|(?:what|which) (?:(?:was|is|were) the )?(?:percentage|share|proportion|number|rate|size|amount)"),
    ("when", r"when|whats the date|(?:what(?: is| was)? the )?(?:exact )?date (?:of|when|that|on|for)"
     r"|what(?: is| was) .*\bdate of"
     r"|(?:(?:in|on|since|until|by|from) )?(?:what|which) (?:date|day|year|month)"),
    ("where", rf"where|(?:in|at|to|from)? ?(?:what|which) (?:{_NOUNS_OF_PLACE})"),
    ("who", r"who|whom|whose|by whom|(?:what|which) (?:person|man|woman)"),
    ("why", r"why|how come|for what reason|what (?:caused|led)"
     r"|(?:what(?:s| was| is| were)? )?(?:the )?(?:\w+ )?reasons? (?:for|why|that|did|was|behind)?"),
    ("whether", r"did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may|might"),
    ("what", r"what|which|(?:in|on|at|by|under|to|from|of|with) (?:what|which)|how"),
)  # fmt: skip


def drop_stop_words(plain: str) -> list[str]:
    """The words of a folded text that carry its subject."""
    return [word for word in plain.split() if word not in STOP_WORDS]


def read_stems(plain: str) -> set[str]:
    """The stems of the words of a folded text that carry its subject."""
    return set(map(stem, drop_stop_words(plain)))


def read_roots(texts: Iterable[str]) -> set[str]:
    """The first four letters of the words of some texts, stop words left out."""
    return {word[:4] for text in texts for word in drop_stop_words(fold(text))}


def read_type(plain: str) -> tuple[str, int]:
    """The type of a folded question, and how many letters at its beginning only say so."""
    if plain.endswith(" date"):
        return "when", 0
    for name, pattern in TYPES:
        if match := re.match(rf"(?:{pattern})\b", plain):
            return name, match.end()
    for name, pattern in TYPES[:5]:
        if re.search(rf"\b(?:{pattern})\b", plain):
            return name, 0
    return "what", 0
