"""Words of a person turned into a full-text query, and the words that matched marked in a snippet.

Every term is quoted, so no punctuation is ever an operator of the full-text language. Synonyms come
from the base.
"""

from __future__ import annotations

from kosrel.index import RANKED
from kosrel.names import STOP_WORDS, fold, folds, stem, stem_phrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kosrel.index import Filter, Index, Meanings, Passage, Row

MOST_TERMS = 60


class Term:
    """A word of a query with all that means the same: ``spellings`` are folded words and phrases."""

    __slots__ = ("spellings", "word")

    def __init__(self, word: str, spellings: Iterable[str]) -> None:
        self.word = word
        self.spellings = list(dict.fromkeys(spellings))

    def expression(self) -> str:
        """The FTS5 expression for any of the spellings, each a quoted phrase."""
        return "(" + " OR ".join(f'"{spelling}"' for spelling in self.spellings) + ")"


def read_terms(text: str, meanings: Meanings) -> list[Term]:
    """The terms of a text, synonyms joined: phrases of the synonym list first, then single words.

    Stop words are dropped, unless there is nothing else.
    """
    plain = fold(text).split()[: MOST_TERMS * 2]
    both = {
        fold(word): folds(word) for word in text.split() if "đ" in word.casefold() or "ђ" in word.casefold()
    }
    terms: list[Term] = []
    place = 0
    while place < len(plain) and len(terms) < MOST_TERMS:
        for length in range(min(meanings.longest, len(plain) - place), 1, -1):
            phrase = " ".join(plain[place : place + length])
            if (key := stem_phrase(phrase)) in meanings:
                terms.append(Term(phrase, [phrase, *meanings.get(key)]))
                place += length
                break
        else:
            word = plain[place]
            spellings = [*both.get(word, [word]), *meanings.get(stem(word))]
            terms.append(Term(word, spellings))
            place += 1
    kept = [term for term in terms if term.word not in STOP_WORDS]
    return kept or terms


def find_records(index: Index, text: str, wanted: Filter) -> tuple[Sequence[Row], list[Passage], list[str]]:
    """The records for some words, best first; the best passage of each; and hints.

    Records with all the words come alone; only where there are none, those with the most telling ones.
    """
    terms = read_terms(text, index.meanings())
    if not terms:
        return [], [], ["there is no word to search for"]
    hints = []
    known = []
    for term in terms:
        if index.holds(term.expression()):
            known.append(term)
            continue
        near = index.near_words(term.word)
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        hints.append(f"no record holds the word '{term.word}'{meant}")
    if not known:
        return [], [], hints
    passages = index.ranked(" AND ".join(term.expression() for term in terms), wanted)
    if not passages and len(known) > 1:
        hints.append("no record holds all of these words; these hold some of them")
        passages = index.ranked(" OR ".join(term.expression() for term in known), wanted)
    elif not passages and len(terms) > len(known):
        passages = index.ranked(known[0].expression(), wanted)
    if index.bounded:
        hints.append(f"more than {RANKED} places hold this; the best of the first {RANKED} are given")
    best: dict[int, Passage] = {}
    for passage in passages:
        best.setdefault(passage.record, passage)
    rows = index.numbered(list(best))
    return rows, list(best.values()), hints


class Snippets:
    """The snippets of some passages, cut when they are wanted: of many results few are shown."""

    def __init__(self, index: Index, passages: Sequence[Passage], terms: Sequence[Term]) -> None:
        self._index = index
        self._passages = passages
        self._terms = terms

    def __len__(self) -> int:
        return len(self._passages)

    def __getitem__(self, some: slice) -> list[str]:
        texts = [self._index.passage(passage.number)[2] for passage in self._passages[some]]
        return [snippet(text, self._terms) for text in texts]


def snippet(text: str, terms: Sequence[Term], width: int = 24) -> str:
    """The part of a text around its matches, the matched words between ``«`` and ``»``.

    ``width`` is the number of words shown; where something is left out stands ``…``.
    """
    stems = {stem(word) for term in terms for spelling in term.spellings for word in spelling.split()}
    words = text.split()
    meant: dict[str, bool] = {}
    for word in words:
        if word not in meant:
            meant[word] = any(stem(part) in stems for part in fold(word).split())
    first = next((place for place, word in enumerate(words) if meant[word]), 0)
    start = min(max(0, first - 4), max(0, len(words) - width))
    shown = [_mark(word) if meant[word] else word for word in words[start : start + width]]
    return ("… " if start else "") + " ".join(shown) + (" …" if start + width < len(words) else "")


def _mark(word: str) -> str:
    """``word`` with its first run of letters, digits, apostrophes and hyphens between ``«`` and ``»``."""
    begin = next((place for place, letter in enumerate(word) if _is_inner(letter)), len(word))
    end = next((place for place in range(begin, len(word)) if not _is_inner(word[place])), len(word))
    return f"{word[:begin]}«{word[begin:end]}»{word[end:]}"


def _is_inner(letter: str) -> bool:
    return letter.isalnum() or letter in "_'’-"
