"""Citation styles, one module each, found by file name and imported when chosen.

A style module has ``write(chains)``, which gives the text of some chains of ``kosrel.cite``. Underscores in a
file name are hyphens in the style's name.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kosrel.cite import Chain


def names() -> list[str]:
    """The styles there are, by the names of the files in this folder, text and markdown first."""
    found = [
        file.removesuffix(".py").replace("_", "-")
        for file in os.listdir(os.path.dirname(__file__))  # noqa: PTH120, PTH208
        if file.endswith(".py") and not file.startswith("_")
    ]
    return sorted(found, key=lambda name: (name != "text", name != "markdown", name))


def load(name: str) -> ModuleType:
    """The module of a style."""
    return import_module(f"kosrel.styles.{name.replace('-', '_')}")


class Citation:
    """A chain in a style: a row of an Answer."""

    def __init__(self, chain: Chain, style: str) -> None:
        self.chain = chain
        self.style = style

    def json(self) -> str:
        """The citation as JSON text, indented by two."""
        from kosrel.jsontext import write_indented

        body = {
            "kind": "citation",
            "id": self.chain.id,
            **({"base": self.chain.base} if self.chain.base else {}),
            "title": self.chain.title,
            "cites": self.chain.kind,
            "style": self.style,
            "citation": load(self.style).write([self.chain]).rstrip("\n"),
            "items": load("csl-json").items([self.chain]),
        }
        return write_indented(body)


def write(citations: Iterable[Any], style: str) -> str:
    """The text of some citations together: in a bibliography each work stands once."""
    text: str = load(style).write([citation.chain for citation in citations])
    return text
