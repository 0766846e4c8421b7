"""Folding of names: one plain spelling for every way of writing a name."""

from __future__ import annotations

import unicodedata

# NFKD leaves these letters whole, so they are folded by hand.
_LETTERS = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
# Serbian Cyrillic to Serbian Latin, by the official one-to-one alphabet (љ, њ, џ are two letters).
_CYRILLIC = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "đ",
            "e",
            "ž",
            "z",
            "i",
            "j",
            "k",
            "l",
            "lj",
            "m",
            "n",
            "nj",
            "o",
            "p",
            "r",
            "s",
            "t",
            "ć",
            "u",
            "f",
            "h",
            "c",
            "č",
            "dž",
            "š",
        ],
        strict=True,
    )
)
_APOSTROPHES = "'’‘ʼ`´"


def fold(text: str) -> str:
    """``text`` in lower case, without marks, in Latin letters, words parted by single spaces.

    ``Đurić`` and ``Ђурић`` give ``duric``, ``Thaçi`` gives ``thaci``, ``Kosovo–Serbia`` gives
    ``kosovo serbia``.
    """
    if text.isascii():
        text = text.lower()
    else:
        text = "".join(_CYRILLIC.get(letter, letter) for letter in text.casefold())
        text = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(_LETTERS.get(letter, letter) for letter in text if not unicodedata.combining(letter))
    kept = [letter if letter.isalnum() else " " for letter in text if letter not in _APOSTROPHES]
    return " ".join("".join(kept).split())


def folds(text: str) -> list[str]:
    """Every plain spelling of ``text``, most usual first: ``đ`` is written both ``d`` and ``dj``."""
    plain = fold(text)
    lowered = text.casefold().replace("ђ", "đ")
    if "đ" not in lowered:
        return [plain]
    return [plain, fold(lowered.replace("đ", "dj"))]


def surname(name: str) -> str | None:
    """The folded last word of a person's name; None when the name is a single word."""
    words = fold(name).split()
    return words[-1] if len(words) > 1 else None


def turn_round(name: str) -> str:
    """``Surname, Given`` as ``Given Surname``; any other text as it is."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name
