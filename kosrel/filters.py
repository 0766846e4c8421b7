"""What records must meet, as the keywords that many methods of FactBase take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict


class Filters(TypedDict, total=False):
    """Every filter that is given must be met.

    ``actor``: names this actor, in any spelling. ``topic`` and ``document``: of this topic, resting on this
    document, by id or title. ``from_`` and ``to``: dated then or later, then or earlier, each in any form of
    WHEN. (``from`` is a word of Python's own, hence the underscore, as PEP 8 has it.)
    """

    actor: str | None
    topic: str | None
    document: str | None
    from_: str | None
    to: str | None


class KindFilters(Filters, total=False):
    """The filters, and ``kind``: of one of these kinds, in the singular or as its folder is called."""

    kind: str | Sequence[str] | None
