"""Whether the best candidate answers a question, and how sure that is: a wrong answer is worse than none.

A sign says one thing of how the best candidate falls to the question. Many are rules, a function each: that
the very thing that is asked for is not there, however well the words fit. The weights of the signs were
fitted on the develop sets in tests/questions (a logistic regression: the right record first, or a question
that nothing answers), the fit checked by foretelling each set from the others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from kosrel.candidate import Candidate, fit_date, somebody, types_of
from kosrel.index import Index
from kosrel.names import fold, stem
from kosrel.question import BODIES, UNKNOWN_NAME, Question, Unit
from kosrel.ranking import ACCOUNTED, TYPES_OF_NOUN

# How sure an answer must be.
LEAST = 0.55
# So much of a question, by weight, is told in what is worth naming as near.
_NEAR_SHARE = 0.35
# No lead counts for more.
_MOST_LEAD = 5.0
# A score that is not even near.
_NEAR_SCORE = 4.0

WEIGHTS = {
    "constant": -5.35,
    "score": 0.30,
    "lead": 0.33,
    "words": 0.36,
    "share missing": -4.13,
    "words missing": 0.09,
    "words not in the record": -0.47,
    "words that nothing has": 0.01,
    "pairs that nothing has": 0.04,
    "only planned": 0.64,
    "not known to be asked": 2.13,
    "asks when": -1.09,
    "asks who": 0.62,
    "asked alike": -1.26,
    "asked in its words, same type": 2.35,
    "can say it": 2.59,
    "name accounted for": 1.20,
    "share of title": 0.60,
    "told as written": -1.76,
    "all names": -1.01,
    "pairs of words": 0.09,
    "date none": -1.40,
    "date out": -3.95,
    "date told": -0.85,
    "is unknown name": -1.69,
    "is of others": -1.15,
    "is of other side": -4.62,
    "is other role": -5.26,
    "is other time": -2.36,
    "lacks person": -2.97,
    "lacks number": -3.42,
    "lacks day": -4.22,
    "lacks body": -2.19,
    "lacks name": -5.37,
    "lacks outcome": -5.57,
    "is not done": -2.34,
    "lacks claim": -4.31,
    "lacks noun": -1.59,
    "is other number": -4.69,
    "is said by others": -0.83,
    "score against a rule": -0.15,
}

# Nouns that any answer may do without.
_LOOSE_NOUNS = frozenset(
    "field fields area areas sector sectors respect respects way ways country circumstances conditions "
    "condition basis grounds terms manner kind sort members member parts aspects".split()
)
_DISTANCES = {"kilometre", "kilometres", "metre", "metres", "km", "mile", "miles"}
_SHARES = {"percent", "euro", "euros", "dollars"}
_NUMBERS = {"code", "number", "amount", "sum", "price", "fee", "width", "height", "length", "distance"}
_TIMES = {"day", "days", "week", "weeks", "month", "months", "year", "years", "decade", "decades", "hours"}
# What the unit of a figure must be for some ways to ask for it.
_MEASURES = [
    (re.compile(r"^how (?:wide|tall|far|deep)\b"), _DISTANCES),
    (re.compile(r"^how high\b"), _DISTANCES | _SHARES),
    (re.compile(r"^(?:for )?how long\b"), _TIMES | _DISTANCES),
    (re.compile(r"^how old\b"), _TIMES),
]
_DAY_ASKED = re.compile(
    r"\b(?:what|which|exact) (?:exact |precise )?(?:day|date)\b|\bthe date (?:of|when|that)\b"
)
_SAID_BY = re.compile(
    r"(?:what|how|why|when|where|which|whom) (?:\w+ ){0,3}?(?:did|does|do|has|have) (.{2,60}?) "
    r"(?:say|said|think|believe|claim|call|describe|argue|warn|promise|predict|expect|suggest|demand|insist"
    r"|respond|react|answer|comment|explain|justify)\b"
)
_ORDINAL = re.compile(r"\b(\d{2,})(?:st|nd|rd|th)\b(?! century| of)")
_NAME_ASKED = re.compile(r"\bnames? of\b|\bwhat was \w+ called\b")
_DONE = re.compile(r"\b(?:did|was|were|has|have|had|does|finally)\b")
_PLANNED = re.compile(
    r"\b(?:plan\w*|due|supposed|would|will|to be|agree\w*|accords?|deal|promis\w*|provid\w*|envisag\w*"
    r"|foresee\w*|foresaw|under|should|intend\w*|expect\w*|announc\w*|scheduled|meant|propos\w*|want\w*|seek|sought|call\w*"
    r"|aim\w*|pledg\w*|charg\w*|accus\w*|allow\w*|conditions?|demand\w*|obliged|must|commit\w*|to \w+ by"
    r"|undert\w+|vow\w*|requir\w*|set out|going to|go ahead|(?:is|are|was|were) (?:\w+ ){1,6}to)\b"
)
_EXPECTED = re.compile(
    r"\b(?:plan\w*|due|supposed|would|will|to be|expect\w*|announc\w*|scheduled|meant|foresee\w*|foresaw"
    r"|next|agenda|should|could|might|hope\w*|predict\w*|likely|to \w+)\b"
)
_SOUGHT = re.compile(r"\b(?:seeks?|wants?|proposes?|asks?|calls? for|intends?|tries|hopes?)\b")
_OUTCOMES = frozenset(
    "result results outcome turnout winner winners vote votes verdict sentence names name conclude concluded "
    "conclusion conclusions findings recommend recommended".split()
)
# Bodies that each side has one of, by what they are called.
_BODIES = [
    {"parliament", "assembly", "legislature", "lawmakers"},
    {"government", "cabinet"},
    {"police"},
    {"army", "military", "troops", "soldiers"},
]
_SIDE = r"(serbia|kosov)[a-z]*"
_BODY = f"({'|'.join(sorted(set().union(*_BODIES)))})"
_SIDE_BODY = re.compile(rf"\b{_SIDE} (?:\w+ )?{_BODY}\b")
_BODY_OF_SIDE = re.compile(rf"\b{_BODY} of {_SIDE}\b")
_ASKS_NOUN = re.compile(
    r"what \w+ (?:is|was|are|were|did|does|do|has|have|had|will|would|can|could|should)\b"
)


def _tells(unit: Unit, best: Candidate) -> bool:
    """Whether the passage itself accounts for a name or word, or a question that it is known to answer."""
    if best.row.id in unit.ids or unit.matches.get(best.passage, 0.0) >= ACCOUNTED:
        return True
    return any(spelling <= stems for _type, stems in best.known for spelling in unit.stems)


def _noun(question: Question, noun: str) -> Unit | None:
    """The unit of a question in which a word stands."""
    return next((unit for unit in question.units if noun and noun in unit.term.word.split()), None)


def _is_unknown_name(index: Index, question: Question, best: Candidate) -> bool:
    """Somebody or something is named that no document has."""
    return any(not unit.matches and unit.weight == UNKNOWN_NAME for unit in question.units)


def _is_of_others(index: Index, question: Question, best: Candidate) -> bool:
    """A name of the question is neither in the record nor in its line: Germany's troops are not France's."""
    return bool(best.traits.get("name missing"))


def _is_of_other_side(index: Index, question: Question, best: Candidate) -> bool:
    """One side's parliament, government or police is not the other's."""
    plain = fold(question.text)
    told = best.told
    people = [*told.get("actors", ()), *filter(None, (told.get("actor"), told.get("speaker")))]
    names = [fold(each["name"]) for each in people] + [fold(told.get("title") or told.get("text") or "")]
    for side, body in _SIDE_BODY.findall(plain) + [pair[::-1] for pair in _BODY_OF_SIDE.findall(plain)]:
        alike = next(words for words in _BODIES if body in words)
        held = [name for name in names if alike & set(name.split())]
        sides = {each for each in ("serbia", "kosov") if any(each in name for name in held)}
        if sides and side not in sides:
            return True
    return False


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


def _lacks_person(index: Index, question: Question, best: Candidate) -> bool:
    return question.person and "person" not in types_of(index, somebody(question, best))


def _lacks_number(index: Index, question: Question, best: Candidate) -> bool:
    """No number, or one that counts something else: people are no days, money is no decades."""
    if question.type == "what" and question.focus in _NUMBERS:
        return best.row.kind != "figure" and not best.tells_number()
    if question.type != "how many":
        return False
    noun = None if question.focus in _LOOSE_NOUNS else _noun(question, question.focus)
    if noun and noun.matches.keys().isdisjoint(index.passages_of(best.row.number)):
        return True
    if best.row.kind == "figure":
        return not _is_counted(question, str(best.result["unit"])) or bool(noun and not _names(best, noun))
    if not noun:
        return not best.tells_number()
    return not best.counts({stem(word) for spelling in noun.term.spellings for word in spelling.split()})


def _names(best: Candidate, noun: Unit) -> bool:
    """Whether a figure names what it counts so, or is known to be asked for so."""
    counted = f" {fold(' '.join(str(best.result[key]) for key in ('unit', 'counted', 'title')))} "
    if any(f" {spelling} " in counted for spelling in noun.term.spellings):
        return True
    return any(stems <= known for stems in noun.stems for _type, known in best.known)


def _is_counted(question: Question, unit: str) -> bool:
    asked = set(fold(question.text).split())
    measured = next((units for words, units in _MEASURES if words.search(fold(question.text))), None)
    if measured and not measured & set(fold(unit).split()):
        return False
    if asked & {"people", "persons", "civilians", "inhabitants"} and not question.share:
        return unit not in ("days", "years", "decades", "months", "percent", "countries", "metres")
    if asked & {"cost", "costs", "price", "money", "paid", "euros", "dollars", "salary"}:
        return any(word in unit for word in ("euro", "dollar", "dinar", "percent"))
    return True


def _is_said_by_others(index: Index, question: Question, best: Candidate) -> bool:
    """What one says is asked for, and another says it; what a document tells may be told of anybody."""
    asked = _SAID_BY.match(fold(question.text))
    if not asked or best.row.kind != "statement" or question.names_office:
        return False
    if best.result["speaker"]["id"] in {source["document"] for source in best.result["sources"]}:
        return False
    who = f" {asked[1]} "
    spelled = [unit for unit in question.units if unit.ids and f" {unit.term.word} " in who]
    return bool(spelled) and not any(best.result["speaker"]["id"] in unit.ids for unit in spelled)


def _is_other_number(index: Index, question: Question, best: Candidate) -> bool:
    """A number is named that is not told: the hundredth country is not the 99th."""
    numbers = _ORDINAL.findall(question.text)
    return bool(numbers) and set(numbers).isdisjoint(re.findall(r"\d+", best.row.body))


def _lacks_day(index: Index, question: Question, best: Candidate) -> bool:
    """The day is asked for, and only the month or year is told."""
    asked = _DAY_ASKED.search(fold(question.text))
    return bool(asked) and best.date is not None and best.date.precision != "day"


def _lacks_body(index: Index, question: Question, best: Candidate) -> bool:
    """A body or person of some kind is asked for, and none is in it beside those that are named."""
    types = None if question.type == "how many" else TYPES_OF_NOUN.get(question.focus)
    if types is None:
        return False
    # Of what somebody says it may be those of whom it is said.
    others = [actor["id"] for actor in best.told.get("actors", ()) if actor["id"] not in question.ids]
    return types.isdisjoint(types_of(index, [*somebody(question, best), *others]))


def _lacks_name(index: Index, question: Question, best: Candidate) -> bool:
    """A name is asked for, and nobody is in it beside those that are named."""
    return bool(_NAME_ASKED.search(fold(question.text))) and not somebody(question, best)


def _is_not_done(index: Index, question: Question, best: Candidate) -> bool:
    """What is only to be done is asked for as if it were: 'what did the study conclude'."""
    plain = fold(question.text)
    if best.row.kind == "figure" or not best.tells_plan() or not _DONE.search(plain):
        return False
    if best.row.kind != "statement":
        return not _PLANNED.search(plain)
    if _SOUGHT.search(fold(best.result["title"])) and best.result["speaker"]["id"] not in question.ids:
        return not _EXPECTED.search(plain) and not _PLANNED.search(plain)
    # What somebody says of the time to come is asked for by who says it, or as something expected.
    foretold = best.result["form"] == "forecast" and best.result["speaker"]["id"] not in question.ids
    return foretold and not _EXPECTED.search(plain)


def _lacks_outcome(index: Index, question: Question, best: Candidate) -> bool:
    """What came of it is not told."""
    words = set(fold(question.text).split()) & _OUTCOMES
    if question.type == "who":
        # 'Who names the commander' asks for no name beside that of who does.
        words -= {"name", "names"}
    return any(best.passage not in unit.matches for unit in question.words if unit.term.word in words)


def _lacks_claim(index: Index, question: Question, best: Candidate) -> bool:
    """A yes or no is asked of something that is told nowhere: 'was she found guilty', 'did it snow'."""
    untold = [unit for unit in question.words if not unit.aside and not _tells(unit, best)]
    return question.type == "whether" and any(not unit.matches for unit in untold)


def _lacks_noun(index: Index, question: Question, best: Candidate) -> bool:
    """The thing asked for is not told: 'what nationality', 'in which hotel', 'what was the turnout'."""
    plain = fold(question.text)
    own = set(index.passages_of(best.row.number))
    if match := re.match(r"what (?:is|was|are|were) the (\w+)", plain):
        noun = _noun(question, match[1])
        own |= index.beside(best.passage)
    elif question.type in ("what", "where") and question.focus not in _LOOSE_NOUNS:
        if question.about_office and question.focus not in BODIES and _tells_office(best):
            return False
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


def _tells_office(best: Candidate) -> bool:
    """Whether an office is told: 'what job', 'what position' need no such word there."""
    return best.is_part("roles") or bool(best.result.get("roles"))


_RULES = (
    _is_unknown_name,
    _is_of_others,
    _is_of_other_side,
    _is_other_role,
    _is_other_time,
    _is_other_number,
    _is_said_by_others,
    _lacks_person,
    _lacks_number,
    _lacks_day,
    _lacks_body,
    _lacks_name,
    _lacks_outcome,
    _is_not_done,
    _lacks_claim,
    _lacks_noun,
)
# Traits of the best candidate that are signs too.
_TRAITS = (
    "asked alike",
    "asked in its words, same type",
    "can say it",
    "name accounted for",
    "share of title",
    "told as written",
    "all names",
    "pairs of words",
    "date none",
    "date out",
    "date told",
)


def measure(index: Index, question: Question, found: Sequence[Candidate]) -> dict[str, float]:
    """The signs that the first of some ranked candidates answers a question, or that nothing does."""
    best = found[0]
    own = set(index.passages_of(best.row.number))
    lead = best.score - found[1].score if len(found) > 1 else _MOST_LEAD
    missing = [unit for unit in question.units if not _tells(unit, best)]
    words = [unit for unit in missing if not unit.ids and not unit.aside]
    signs = {
        "constant": 1.0,
        "score": best.score,
        "lead": min(lead, _MOST_LEAD),
        "words": float(len(question.words)),
        "share missing": _miss(question, best),
        "words missing": sum(unit.weight for unit in words),
        "words not in the record": float(sum(own.isdisjoint(unit.matches) for unit in words)),
        "words that nothing has": float(sum(not unit.matches for unit in words)),
        "pairs that nothing has": float(sum(not index.holds(f'"{pair}"') for pair in question.pairs)),
        "only planned": float(best.tells_plan()),
        "not known to be asked": float(not best.known),
        "asks when": float(question.type == "when"),
        "asks who": float(question.type == "who"),
    }
    signs |= {name: best.traits.get(name, 0.0) for name in _TRAITS}
    rules = {rule.__name__.strip("_").replace("_", " "): rule for rule in _RULES}
    broken = {name: float(rule(index, question, best)) for name, rule in rules.items()}
    # However well the words fit, they do not make up for what is not there.
    return signs | broken | {"score against a rule": best.score * any(broken.values())}


def _miss(question: Question, best: Candidate) -> float:
    """How much of a question the best candidate does not tell, from 0 to 1."""
    total = sum(unit.weight for unit in question.units)
    return sum(unit.weight for unit in question.units if not _tells(unit, best)) / (total or 1)


def is_near(question: Question, found: Sequence[Candidate]) -> bool:
    """Whether the first of some candidates is worth naming where the question is declined."""
    return bool(found) and found[0].score >= _NEAR_SCORE and _miss(question, found[0]) <= 1 - _NEAR_SHARE


def estimate(index: Index, question: Question, found: Sequence[Candidate]) -> float:
    """How likely the first of some ranked candidates answers a question, from 0 to 1."""
    if not found or found[0].score < _NEAR_SCORE:
        return 0.0
    signs = measure(index, question, found)
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in signs.items())))
