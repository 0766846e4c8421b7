"""Whether the best candidate answers a question, and how sure that is: a wrong answer is worse than none.

A rule is a function: it says that the very thing that is asked for is not there, however well the words fit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from kosrel.candidate import Candidate, fit_date, somebody, types_of
from kosrel.index import Index
from kosrel.names import fold, stem
from kosrel.question import BODIES, UNKNOWN_NAME, Question, Unit
from kosrel.ranking import ACCOUNTED

# How sure an answer is, fitted on the develop sets: from its score and how far the next record is behind.
_CONSTANT, _PER_SCORE, _PER_LEAD, _MOST_LEAD = -1.33, 0.14, 0.84, 5.0
# A score that is no answer, and one that is not even near.
_LEAST_SCORE, _NEAR_SCORE = 8.0, 7.0
# So much of the words of a question must be told in the passage itself.
_LEAST_TOLD = {"when": 0.35, "who": 0.25}
# A record that fits so well is forgiven what its passage does not tell in so many words.
_FITS_WELL = 11.5
# A word that no passage has is forgiven where so much of the others is told.
_FORGIVING = 0.6
# Nouns that any answer may do without.
_LOOSE_NOUNS = frozenset(
    "field fields area areas sector sectors respect respects way ways country circumstances conditions "
    "condition basis grounds terms manner kind sort members member parts aspects".split()
)
_ASKS_NOUN = re.compile(
    r"what \w+ (?:is|was|are|were|did|does|do|has|have|had|will|would|can|could|should)\b"
)


def estimate(found: Sequence[Candidate]) -> float:
    """How likely the first of some ranked candidates is right, from 0 to 1; 0 where none is near."""
    if not found or found[0].score < _NEAR_SCORE:
        return 0.0
    lead = found[0].score - found[1].score if len(found) > 1 else _MOST_LEAD
    strength = _CONSTANT + _PER_SCORE * found[0].score + _PER_LEAD * min(lead, _MOST_LEAD)
    return 1 / (1 + math.exp(-strength))


def answers(index: Index, question: Question, best: Candidate) -> bool:
    """Whether the best candidate holds the very thing that a question asks for."""
    return best.score >= _LEAST_SCORE and not any(rule(index, question, best) for rule in _RULES)


def _tells(unit: Unit, best: Candidate) -> bool:
    """Whether the passage itself accounts for a name or word."""
    return best.row.id in unit.ids or unit.matches.get(best.passage, 0.0) >= ACCOUNTED


def _noun(question: Question, noun: str) -> Unit | None:
    """The unit of a question in which a word stands."""
    return next((unit for unit in question.units if noun and noun in unit.term.word.split()), None)


def _is_unknown_name(index: Index, question: Question, best: Candidate) -> bool:
    """Somebody or something is named that no document has."""
    return any(not unit.matches and unit.weight == UNKNOWN_NAME for unit in question.units)


def _is_of_others(index: Index, question: Question, best: Candidate) -> bool:
    """A name of the question is neither in the record nor in its line: Germany's troops are not France's."""
    return bool(best.traits.get("name missing"))


def _is_step_of_another(index: Index, question: Question, best: Candidate) -> bool:
    """One parliament's ratification is not the other's."""
    if not best.is_part("status_events") or not best.told["actor"]:
        return False
    return not all(_tells(unit, best) for unit in question.units if unit.ids)


def _is_other_role(index: Index, question: Question, best: Candidate) -> bool:
    """A role is not of the state or body that is named, or is that of the very one who is named."""
    if question.type != "who" or not best.is_part("roles"):
        return False
    if len(question.units) > 1 and not somebody(question, best):
        return True
    if not question.person:
        return False
    body = best.told["body"] or {}
    words = (best.told["office"], body.get("name", ""), best.result["name"])
    told, own = f" {fold(' '.join(words))} ", {best.row.id, body.get("id")}
    return not all(
        own & set(unit.ids) or any(f" {spelling} " in told for spelling in unit.term.spellings)
        for unit in question.units
        if unit.ids
    )


def _is_other_time(index: Index, question: Question, best: Candidate) -> bool:
    """The date of the question is another one, or the passage has none."""
    if not question.dates or "date in" in best.traits:
        return False
    # A reason is often told without the date of what it explains.
    return fit_date(question, best) in (("out",) if question.type == "why" else ("none", "out"))


def _lacks_date(index: Index, question: Question, best: Candidate) -> bool:
    return question.type == "when" and best.date is None and not best.tells_date()


def _lacks_person(index: Index, question: Question, best: Candidate) -> bool:
    return question.person and "person" not in types_of(index, somebody(question, best))


def _lacks_number(index: Index, question: Question, best: Candidate) -> bool:
    """No number, or one that counts something else: people are no days, money is no decades."""
    if question.type != "how many":
        return False
    noun = None if question.focus in _LOOSE_NOUNS else _noun(question, question.focus)
    if noun and noun.matches.keys().isdisjoint(index.passages_of(best.row.number)):
        return True
    if best.row.kind == "figure":
        return not _is_counted(question, str(best.result["unit"]))
    if not noun:
        return not best.tells_number()
    return not best.counts({stem(word) for spelling in noun.term.spellings for word in spelling.split()})


def _is_counted(question: Question, unit: str) -> bool:
    asked = set(fold(question.text).split())
    if asked & {"people", "persons", "civilians", "inhabitants"} and not question.share:
        return unit not in ("days", "years", "decades", "months", "percent", "countries", "metres")
    if asked & {"cost", "costs", "price", "money", "paid", "euros", "dollars", "salary"}:
        return any(word in unit for word in ("euro", "dollar", "dinar", "percent"))
    return True


def _lacks_words(index: Index, question: Question, best: Candidate) -> bool:
    """The date, place or doer of something else is no answer, nor is one without a word that nothing has."""
    words = question.words
    if not words or best.score >= _FITS_WELL:
        return False
    if question.type in ("when", "where") and not any(unit.matches.get(best.passage) for unit in words):
        return True
    total = sum(unit.weight for unit in words)
    told = sum(unit.weight * unit.matches.get(best.passage, 0.0) for unit in words) / total
    if told < _LEAST_TOLD.get(question.type, 0.0):
        return True
    own_body = question.focus in BODIES and best.part is not None and best.row.id in question.ids
    unknown = any(not unit.matches for unit in words)
    return unknown and question.type != "whether" and not own_body and (len(words) <= 2 or told < _FORGIVING)


def _lacks_deed(index: Index, question: Question, best: Candidate) -> bool:
    """The deed whose date is asked for is not told."""
    if question.type != "when":
        return False
    own = index.passages_of(best.row.number)
    deeds = [unit for unit in question.words if unit.term.word.endswith("ed") and not unit.aside]
    return any(unit.matches.keys().isdisjoint(own) for unit in deeds)


def _lacks_claim(index: Index, question: Question, best: Candidate) -> bool:
    """A yes or no is asked of something that is told nowhere: 'was she found guilty', 'did it snow'."""
    return question.type == "whether" and any(not unit.matches and not unit.aside for unit in question.words)


def _lacks_noun(index: Index, question: Question, best: Candidate) -> bool:
    """The thing asked for is not told: 'what nationality', 'in which hotel', 'what was the turnout'."""
    plain = fold(question.text)
    own = set(index.passages_of(best.row.number))
    if match := re.match(r"what (?:is|was|are|were) the (\w+)", plain):
        noun = _noun(question, match[1])
        own |= index.beside(best.passage)
    elif question.type in ("what", "where") and question.focus not in _LOOSE_NOUNS:
        noun = _noun(question, question.focus)
        if plain.startswith("what ") and not _ASKS_NOUN.match(plain):
            # 'What changed in the north' has a verb there.
            return False
        if noun and plain.startswith("which "):
            # 'Which problems' may be told without the word, where other passages have it.
            own |= noun.matches.keys()
    else:
        return False
    return noun is not None and noun.matches.keys().isdisjoint(own)


_RULES = (
    _is_unknown_name,
    _is_of_others,
    _is_step_of_another,
    _is_other_role,
    _is_other_time,
    _lacks_date,
    _lacks_person,
    _lacks_number,
    _lacks_words,
    _lacks_deed,
    _lacks_claim,
    _lacks_noun,
)
