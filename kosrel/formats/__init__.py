"""Output formats, one module each, found by file name and imported when chosen.

A format module has ``render(answer, stream)``, which writes an Answer to a text stream.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType


def names() -> list[str]:
    """The formats there are, by the names of the files in this folder, text first."""
    found = [
        file.removesuffix(".py")
        for file in os.listdir(os.path.dirname(__file__))  # noqa: PTH120, PTH208
        if file.endswith(".py") and not file.startswith("_")
    ]
    return sorted(found, key=lambda name: (name != "text", name != "json", name))


def load(name: str) -> ModuleType:
    """The module of a format."""
    return import_module(f"kosrel.formats.{name}")
