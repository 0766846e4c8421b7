"""A question as read: its type, its dates, the names and words in it, and what they may match."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from kosrel.dates import MONTHS, Date, parse_when
from kosrel.errors import BadUsage
from kosrel.index import Index, Meanings
from kosrel.names import STOP_WORDS, distance, fold, stem, stem_phrase
from kosrel.search import Term, read_terms
from kosrel.wording import TYPES, drop_stop_words, read_roots, read_stems, read_type

# Weights of words, in units of inverse document frequency: a name never counts for little, a common word or
# one that the base does not know never for much, and an unknown name (with a capital) for a lot.
NAME_LEAST, WORD_MOST, UNKNOWN_WORD, UNKNOWN_NAME = 2.0, 4.5, 2.5, 5.0
# Words that say what kind of answer is wanted, or that any question may have.
_ASKING = frozenset(
    "tell give name list show happen happened happens say says said saying tells told comment "
    "commented think thinks thought view views opinion claim claimed call called calls date day year "
    "month time according document documents text article exactly actually ever currently today now "
    "mean means meant kind sort type thing things become became take took place get gets getting got "
    "make makes made gave given supposed regarding concerning considered during role part word words "
    "people person times event events mention mentioned mentions state stated respond responded react "
    "reacted reaction describe described question put ask asked want wanted wants set go went come "
    "came see seen turn turned let keep kept use used try tried bring brought involve involved own "
    "long high big actual need needs needed manage managed late early beginning summer spring autumn "
    "winter mid certain possible down matter matters moment know known finally officially official "
    "somebody someone anybody anyone ago back sides two both side page reference eventually ultimately "
    "subsequently besides".split()
)
_SPEAKING = frozenset(
    "say says said saying tell tells told comment commented think thinks thought view views opinion "
    "claim claimed call called calls respond responded react reacted reaction describe described "
    "stated state urge urged promise promised pledge pledged warn warned accuse accused deny denied "
    "praise praised criticise criticised argue argued demand demanded tweet tweeted hope hoped "
    "mention mentioned".split()
)
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
DATES = re.compile(
    rf"\b\d{{4}}-\d\d(?:-\d\d)?\b|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTH})\.?,? \d{{4}}\b"
    rf"|\b(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b|\b(?:{_MONTH})\.?,?(?: of)? \d{{4}}\b"
    r"|\b(?:19|20)\d0s\b|\b\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
OFFICE_WORDS = frozenset(
    "minister president premier pm commander chief ambassador envoy director secretary representative mayor "
    "spokesman chairman leader head official officer admiral general deputy analyst mediator prime".split()
)
_PERSONS = r"\w*(?:man|men|woman|women)|soldier|victim|guard|\w+ who"
_NAME_OF = re.compile(rf"\bnames? of the (?:\w+ )?(?:{'|'.join(sorted(OFFICE_WORDS))}|{_PERSONS})s?\b")
_OFFICE_ASKED = frozenset("office post position job jobs function title held hold holds rank served".split())
# Nouns of bodies: 'which airline', 'which think tank' ask for an actor.
BODIES = frozenset(
    "airline company organisation organization institute institution think agency body country "
    "countries state states mission party newspaper network operator court union nation body group "
    "bodies firm publication".split()
)


# Words that begin what a question only tells besides: 'after Serbia lost power', 'although it …'.
_CLAUSE = frozenset(
    "after before when because although though while since if until despite during once".split()
)


# The words that ask, up to the verb: 'which political party did'.
_ASKED_GROUP = re.compile(
    r"((?:(?!(?:of|in|to|on|for|from|by|with|at|that|who|facing) )\w+ ){0,3}?\w+)"
    r" (?:is|was|are|were|did|does|do|has|have|had|will|would|can|could|should|might|must)\b"
)
# Words that come before the noun that is asked for.
_QUALITIES = frozenset(
    "political trade foreign international local other first second third last two three four five six new "
    "former current next main only same different ethnic human polling".split()
)


class Unit:
    """A part of a question that an answer must account for: a name or a term, with the passages that do.

    ``exact``: the passages that have the very word, not one that means the same. ``aside``: whether it
    stands in a clause that only tells besides. ``stems``: those of each of its spellings.
    """

    __slots__ = ("aside", "exact", "ids", "matches", "stems", "term", "weight")

    def __init__(self, term: Term, ids: Sequence[str] = ()) -> None:
        self.term = term
        self.ids = tuple(ids)
        self.matches: dict[int, float] = {}
        self.exact: set[int] = set()
        self.aside = False
        self.weight = 0.0
        self.stems = [stems for spelling in term.spellings if (stems := read_stems(spelling))]


class Question:
    """A question as read: its type, its dates and units, and whether it asks for words that were said."""

    def __init__(self, index: Index, text: str) -> None:
        self.text = " ".join(text.split())
        self.meanings = index.meanings()
        self.dates: list[Date] = []
        bare = DATES.sub(self._take_date, re.sub(r"[’']s\b", "", self.text))
        words = bare.split()
        folded = [fold(word) for word in words]
        plain = " ".join(folded)
        said = set(plain.split())
        self.type, skipped = read_type(plain)
        self.spoken = bool(said & _SPEAKING)
        # The noun that the question asks for: 'which airline', 'in which building'.
        names = {fold(word) for word in words[1:] if word[:1].isupper()}
        self.focus = _read_focus(plain, names)
        self.names_office = bool(said & OFFICE_WORDS)
        self.about_office = bool(said & _OFFICE_ASKED) or self.focus in BODIES
        # Whether the number asked for is a share.
        self.share = bool(said & {"percent", "percentage", "share", "proportion"})
        # Whether only a person can be the answer: 'Who was the ambassador', 'the name of the officer'.
        holding = self.names_office and re.match(r"who (?:is|was|were|are) (?!to )", plain)
        self.person = bool(holding or _NAME_OF.search(plain))
        # Every word as it is written, names and dates too.
        self.written = list(dict.fromkeys(drop_stop_words(fold(text))))
        # Their stems, to compare with those of other questions.
        self.asked = read_stems(fold(text))
        # Words that stand together and mean something.
        self.pairs = [
            f"{word} {follower}"
            for word, follower in itertools.pairwise(folded)
            if word and follower and STOP_WORDS.isdisjoint((word, follower))
        ]
        self.units: list[Unit] = []
        # Words that any question may have; they only help to tell look-alikes apart.
        self.light: list[Term] = []
        for name in re.findall(r"[A-Z][\w-]+ of (?:the )?[A-Z][\w-]+", " ".join(words[1:])):
            self._read_name(index, name)
        for run in re.findall(r"[A-Z][\w-]+(?: [A-Z][\w-]+)+", " ".join(words[1:])):
            self._read_run(index, fold(run).split())
        asked = plain[skipped:]
        for _name, pattern in TYPES[:5]:
            asked = re.sub(rf"\b(?:{pattern})\b", " ", asked)
        asked = re.sub(r"\b(?:took|takes?|taking|taken) place\b", " ", asked)
        words = asked.split()
        clause = next(
            (place for place, word in enumerate(words) if place > 1 and word in _CLAUSE), len(words)
        )
        self._read_units(index, words[:clause], names)
        before = len(self.units)
        self._read_units(index, words[clause + 1 :], names)
        for unit in self.units[before:]:
            unit.aside = True
        self.word_stems = read_roots(spelling for unit in self.words for spelling in unit.term.spellings)
        terms = [*(unit.term for unit in self.units), *self.light]
        self.stems = read_roots(spelling for term in terms for spelling in term.spellings)

    def _take_date(self, match: re.Match[str]) -> str:
        text = re.sub(r"(?<=\w) of ", " ", match[0])
        if text.endswith("0s"):
            text = f"{text[:4]}..{text[:3]}9"
        try:
            self.dates.append(parse_when(text))
        except BadUsage:
            return match[0]
        return " "

    def _read_name(self, index: Index, name: str) -> None:
        """A name such as 'Council of Europe' that the base does not hold counts as unknown, whole."""
        plain = fold(name)
        if not set(plain.split()) & OFFICE_WORDS and not index.holds(f'"{plain}"'):
            unit = Unit(Term(plain, [plain]))
            unit.weight = UNKNOWN_NAME
            self.units.append(unit)

    def _read_run(self, index: Index, words: list[str]) -> None:
        """Words with capitals in a row are a name; one whose words stand together nowhere is unknown, whole.

        What belongs to a known name in it is left out: 'Serbia's Constitutional Court'.
        """
        spans = [(start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
        known = {
            place
            for start, end in spans
            if _named(index, " ".join(words[start:end]))
            for place in range(start, end)
        }
        rest = [word for place, word in enumerate(words) if place not in known]
        if len(rest) < 2 or set(rest) & OFFICE_WORDS or stem_phrase(" ".join(rest)) in self.meanings:
            return
        beside = " ".join(rest) in " ".join(words)
        together = f'"{" ".join(rest)}"' if beside else " AND ".join(f'"{word}"' for word in rest)
        # A word that is only misspelt is no unknown name.
        misspelt = any(not index.holds(f'"{word}"') and index.near_words(word) for word in rest)
        if not index.holds(together) and not misspelt:
            unit = Unit(Term(" ".join(rest), [" ".join(rest)]))
            unit.weight = UNKNOWN_NAME
            self.units.append(unit)

    def _read_units(self, index: Index, words: list[str], names: set[str]) -> None:
        meanings = self.meanings
        rest: list[str] = []
        place = 0
        while place < len(words):
            for length in range(min(7, len(words) - place), 0, -1):
                phrase = " ".join(words[place : place + length])
                if phrase in STOP_WORDS or phrase in _ASKING or words[place] in STOP_WORDS:
                    continue
                ids = _named(index, phrase)
                if ids:
                    spellings = [*_spellings(index, ids), phrase, *meanings.get(stem_phrase(phrase))]
                    self.units.append(Unit(Term(phrase, spellings), ids))
                    place += length
                    rest.append("|")
                    break
            else:
                length = _phrase(words[place : place + 4], meanings)
                if length:
                    rest += words[place : place + length]
                else:
                    rest.append("|" if words[place] in _ASKING else words[place])
                    if words[place] in _ASKING:
                        self.light.append(Term(words[place], [words[place]]))
                place += length or 1
        for run in " ".join(rest).split("|"):
            for term in read_terms(run, meanings):
                if term.word in STOP_WORDS:
                    continue
                unit = Unit(term)
                if not index.holds(term.expression()):
                    near = [] if term.word in names and len(term.word) < 6 else index.near_words(term.word)
                    if any(distance(term.word, word, 1) == 1 for word in _ASKING if len(word) > 4):
                        continue
                    near += [word for each in near for word in meanings.get(stem(each))]
                    if near:
                        unit = Unit(Term(term.word, near))
                    elif term.word in names:
                        unit.weight = UNKNOWN_NAME
                    else:
                        unit.weight = UNKNOWN_WORD
                self.units.append(unit)

    @property
    def words(self) -> list[Unit]:
        """The units that are no names."""
        return [unit for unit in self.units if not unit.ids]

    @property
    def ids(self) -> set[str]:
        """Every id that a name in the question may mean."""
        return {identifier for unit in self.units for identifier in unit.ids}


def _read_focus(plain: str, names: set[str]) -> str:
    """The noun that a folded question asks for: 'party' of 'Which political party did he lead'."""
    asked = re.search(r"\b(?:what|which|how many|how much) (.+)", plain)
    if not asked:
        return ""
    words = asked[1].split()
    group = _ASKED_GROUP.match(asked[1])
    if group and group[1].split()[0] not in STOP_WORDS:
        return group[1].split()[-1]
    # A people is counted by its name: 'How many Serbs live'.
    skipped = _QUALITIES.union(name for name in names if not name.endswith("s"))
    return next((word for word in words[:3] if word not in skipped), words[0])


def _named(index: Index, phrase: str) -> list[str]:
    """Ids of the actors and agreements with just this name; a surname counts."""
    rows = index.connection.execute(
        "select distinct record.id from name join record on record.number = name.record "
        "where name.folded = ? order by record.id",
        (phrase,),
    )
    return [identifier for (identifier,) in rows]


def _spellings(index: Index, ids: Sequence[str]) -> list[str]:
    """Every folded name of some records."""
    marks = ", ".join("?" * len(ids))
    rows = index.connection.execute(
        f"select distinct folded from name where record in (select number from record where id in ({marks})) "
        "order by folded",
        tuple(ids),
    )
    return [folded for (folded,) in rows]


def _phrase(words: Sequence[str], meanings: Meanings) -> int:
    """How many of the next words are a phrase with synonyms; 0 when they are none."""
    for length in range(len(words), 1, -1):
        if stem_phrase(" ".join(words[:length])) in meanings:
            return length
    return 0
