"""Invented words, names and frequencies: what the texts of a synthetic base are made of."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random

from kosrel.names import folds

# Real stop words, so that the texts have the commonest words that English texts have, in their order.
FUNCTION_WORDS = (
    "the of to in that and a is on as for with are it its an has not by be from up out which was were "
    "this at or have than then between during after before over under also"
).split()
# What part of a running text they make up.
FUNCTION_SHARE = 0.4
_ONSETS = "b d f g k l m n p r s t v br dr gr kl kr pl pr sk st tr vl".split()
_VOWELS = "a e i o u a e o".split()
_CODAS = ["", "", "", "n", "r", "l", "m", "s", "t", "k"]
# A word that no rule here can make: it stands only where it is put.
RARE_WORD = "quyxazan"


class Skew:
    """Draws numbers below ``size`` so that the number r comes with a frequency of 1 / (r + 1 + shift) ** steep."""

    def __init__(self, size: int, steep: float, shift: float = 0.0) -> None:
        self.cumulated = list(accumulate(1.0 / (rank + 1 + shift) ** steep for rank in range(size)))

    def draw(self, random: Random) -> int:
        """One number."""
        return bisect(self.cumulated, random.random() * self.cumulated[-1], 0, len(self.cumulated) - 1)


def _word(random: Random, syllables: int) -> str:
    parts = [random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(syllables)]
    return "".join(parts) + random.choice(_CODAS)


class Vocabulary:
    """Words by number: first the function words, then invented ones, common ones shorter.

    Frequencies follow Zipf and Mandelbrot, as in a natural language.
    """

    def __init__(self, random: Random, size: int) -> None:
        self.words = list(FUNCTION_WORDS)
        self.function_words = len(self.words)
        taken = set(self.words)
        while len(self.words) < self.function_words + size:
            rank = len(self.words) - self.function_words
            word = _word(random, 2 if rank < 300 else random.choice((2, 3, 3)) if rank < 5000 else 3)
            if len(word) >= 4 and word not in taken:
                taken.add(word)
                self.words.append(word)
            elif rank >= 5000:
                word = _word(random, 4)
                if word not in taken:
                    taken.add(word)
                    self.words.append(word)
        light = [1.0 / (rank + 2.7) for rank in range(self.function_words)]
        heavy = [1.0 / (rank + 10) for rank in range(size)]
        scale = FUNCTION_SHARE / (1 - FUNCTION_SHARE) * sum(heavy) / sum(light)
        self.cumulated = list(accumulate([weight * scale for weight in light] + heavy))
        self._numbers = range(len(self.words))

    def draw(self, random: Random, count: int) -> list[int]:
        """The numbers of ``count`` words."""
        return random.choices(self._numbers, cum_weights=self.cumulated, k=count)

    def content(self, random: Random) -> int:
        """The number of one invented word."""
        while (number := self.draw(random, 1)[0]) < self.function_words:
            pass
        return number

    def write(self, numbers: Sequence[int]) -> str:
        """The words of these numbers as a text that begins with a capital."""
        text = " ".join([self.words[number] for number in numbers])
        return text[0].upper() + text[1:]


_MARKED = {"s": "š", "z": "ž", "c": "č", "d": "đ", "e": "ë"}
_TITLES = {
    "government": "Government of {}",
    "organisation": "{} Organisation",
    "mission": "{} Mission",
    "company": "{} Company",
    "party": "{} Party",
    "group": "Group of {}",
}


class Names:
    """Names that no other record has, whatever their spelling; some words of them have marks."""

    def __init__(self, random: Random, people: int) -> None:
        self.random = random
        self.taken: set[str] = set()
        self.given = [self._proper(2) for _ in range(max(20, people // 25))]
        self.surnames = [self._proper(random.choice((2, 3))) for _ in range(max(30, people // 2))]
        self.surname = Skew(len(self.surnames), 0.5)

    def _proper(self, syllables: int) -> str:
        word = _word(self.random, syllables)
        if self.random.random() < 0.25:
            place = self.random.randrange(1, len(word))
            word = word[:place] + _MARKED.get(word[place], word[place]) + word[place + 1 :]
        return word.capitalize()

    def name(self, kind: str) -> str:
        """A new name for a person, a state or another type of actor."""
        while True:
            if kind == "person":
                name = f"{self.random.choice(self.given)} {self.surnames[self.surname.draw(self.random)]}"
            elif kind == "state":
                name = self._proper(2) + "ia"
            else:
                name = _TITLES[kind].format(f"{self._proper(2)} {self._proper(2)}")
            if self.take(name):
                return name

    def take(self, name: str) -> bool:
        """Whether the name is free in every spelling; it is not afterwards."""
        plain = folds(name)
        if any(each in self.taken for each in plain):
            return False
        self.taken.update(plain)
        return True
