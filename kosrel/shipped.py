"""What an installation brings along: the facts, and their index already compiled."""

from __future__ import annotations

import os

from kosrel.errors import KosrelError

# Beside the modules in a wheel; a checkout has none.
INDEX = "facts.sqlite"


def find_facts() -> str:
    """The folder of the shipped facts: inside the package in a wheel, beside it in a checkout.

    Raises KosrelError where there is none.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    for parent in (package, os.path.dirname(package)):
        folder = os.path.join(parent, "facts")
        if os.path.isdir(folder):
            return folder
    raise KosrelError("the shipped facts are missing from this installation; name a folder with --facts")


def is_shipped(folder: str) -> bool:
    """Whether the facts in ``folder`` are the shipped ones, however the folder is reached."""
    try:
        return os.path.realpath(folder) == os.path.realpath(find_facts())
    except KosrelError:
        return False


def find_index(folder: str) -> str | None:
    """The index that was shipped with the facts in ``folder``; None for any other folder."""
    package = os.path.dirname(os.path.abspath(__file__))
    index = os.path.join(package, INDEX)
    return index if os.path.join(package, "facts") == folder and os.path.isfile(index) else None
