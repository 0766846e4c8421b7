"""Folding of names: one plain spelling for every way of writing a name."""

from __future__ import annotations

from functools import lru_cache

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
# How a name can fit, best first.
FITS = ("id", "name", "alias", "spelling", "surname", "initials", "words", "typo")
# Words that carry no subject; they count only when a query has nothing else.
STOP_WORDS = frozenset(
    "a an the of in on at to for from by with and or but as is are was were be been being did does do has "
    "have had will would can could should may might must it its this that these those there their them they "
    "he she his her him who whom whose what which when where why how many much not no any some about into "
    "than then also between during after before over under up out if so such s t i you we me my your our "
    "wont dont didnt doesnt isnt wasnt werent arent cant couldnt wouldnt hasnt havent whats whos wheres hes "
    "shes im ive id youre theyre lets please ok just really very too still yet again back "
    "itself himself herself themselves".split()
)
_APOSTROPHES = "'’‘ʼ`´"
# What folding makes of each ASCII character: capitals small, apostrophes gone, other marks blank. Bytes are
# translated in a third of the time that text takes.
_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
_ASCII_GONE = b"'`"
# A text in any script holds fewer different characters.
_CHARACTERS = 10_000


class _Folding(dict[int, str]):
    """What folding makes of a character; each is worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        from unicodedata import combining, normalize

        # Marks are parted from their letters before Cyrillic is read (ѝ is и) and after it (ž is z).
        text = normalize("NFKD", chr(code)).casefold()
        text = "".join([_CYRILLIC.get(letter, letter) for letter in text])
        text = normalize("NFKD", text).casefold()
        kept = "".join([_LETTERS.get(letter, letter) for letter in text if not combining(letter)])
        folded = "".join([each if each.isalnum() else " " for each in kept if each not in _APOSTROPHES])
        if len(self) >= _CHARACTERS:
            self.clear()
        self[code] = folded
        return folded


_folding = _Folding()


def fold(text: str) -> str:
    """``text`` in lower case, without marks, in Latin letters, words parted by single spaces.

    ``Đurić`` and ``Ђурић`` give ``duric``, ``Thaçi`` gives ``thaci``, ``Kosovo–Serbia`` gives
    ``kosovo serbia``.
    """
    return " ".join(fold_words(text))


def fold_words(text: str) -> list[str]:
    """The words of ``fold(text)``."""
    if text.isascii():
        return text.encode().translate(_ASCII, _ASCII_GONE).decode().split()
    return text.translate(_folding).split()


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


def is_id(text: str) -> bool:
    """Whether a text has the form of an id: small letters, digits and single hyphens."""
    if not text.isascii() or text != text.lower():
        return False
    return text.replace("-", "").isalnum() and "--" not in text and text[0] != "-" and text[-1] != "-"


def turn_round(name: str) -> str:
    """``Surname, Given`` as ``Given Surname``; any other text as it is."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be put in, taken out, changed or swapped to make one word the other.

    The restricted Damerau-Levenshtein distance; anything above ``most`` is told as ``most + 1``.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row = row, [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if before and i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = last
    return min(row[-1], most + 1)


def differs_by_typo(query: str, name: str) -> bool:
    """Whether two folded names differ by one letter in one word of five letters or more."""
    words, others = query.split(), name.split()
    if len(words) != len(others):
        return False
    wrong = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    if len(wrong) != 1:
        return False
    ((word, other),) = wrong
    return min(len(word), len(other)) >= 5 and word.isalpha() and distance(word, other, 1) == 1


def is_near(query: str, name: str) -> bool:
    """Whether two folded names are alike enough to ask 'did you mean': two wrong letters in a long word.

    Short words must be equal: a suggestion that is wrong is worse than none.
    """
    words, others = query.split(), name.split()
    if len(words) != len(others):
        return False
    wrong = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    return bool(wrong) and all(
        min(len(word), len(other)) >= 8 and distance(word, other, 2) <= 2 for word, other in wrong
    )


def fits_initials(query: str, name: str) -> bool:
    """Whether a folded name has the surname of ``query`` and given names that begin with its initials."""
    words, others = query.split(), name.split()
    if len(words) < 2 or len(others) < 2 or words[-1] != others[-1] or len(words[-1]) < 2:
        return False
    initials = words[:-1]
    if not all(len(word) == 1 for word in initials) or len(initials) > len(others) - 1:
        return False
    return all(other.startswith(word) for word, other in zip(initials, others[:-1], strict=False))


_ENDINGS = "ations ation ingly ments ment ions ing ied ies ion ers ors ed es er or s e y".split()


# The same words come again and again where a base is compiled.
@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A rough English stem of a folded word: ``stopped`` and ``stops`` give ``stop``.

    Only for looking up synonyms and for marking matches; full text has the Porter stemmer of SQLite.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word


def stem_phrase(phrase: str) -> str:
    """The stems of the words of a folded phrase."""
    return " ".join(map(stem, phrase.split()))
