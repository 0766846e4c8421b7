"""Rules for the records of a fact base, one function each.

Every public function here that yields Problems is a rule: it takes a record, of the kind that its first
parameter is annotated with, and the base that it is in; ``tests/broken/`` holds a base that breaks it.
Rules about one field alone are in ``kosrel.fields``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kosrel.dates import Date
from kosrel.errors import BrokenBase, Problem
from kosrel.fields import Structure
from kosrel.loader import Base, load
from kosrel.model import (
    FOLDERS,
    STATUSES,
    Actor,
    Agreement,
    Conflict,
    Event,
    Participant,
    Party,
    Record,
    Reference,
    Source,
    Topic,
)
from kosrel.names import fold, folds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.layers import Facts


def check(base: Base) -> list[Problem]:
    """Every problem of a loaded base, each once, sorted by place.

    While files cannot be read, only the dangling ids that this would explain are left out.
    """
    problems = list(base.problems)
    for record in base.every():
        problems += check_record(record, base)
    return sorted(set(problems))


def check_record(record: Record, base: Base) -> list[Problem]:
    """What is wrong with a record in its base."""
    found: list[Problem] = []
    for rule in _RULES_OF[record.kind]:
        found += rule(record, base)
    return found


def load_sound(facts: Facts = None) -> Base:
    """The base in a folder or in several, or the shipped one; BrokenBase when it has any problem."""
    base = load(facts)
    problems = check(base)
    if problems:
        raise BrokenBase(base.folders, problems)
    return base


def _problem(record: Record, structure: Any, rule: str, message: str) -> Problem:
    """A problem at the place of ``structure``, which is something in ``record`` with a mark."""
    line, column = structure.mark
    return Problem(record.path, line, column, message, rule)


def dangling_id(record: Record, base: Base) -> Iterator[Problem]:
    """Every id that a record names belongs to a record of the right kind."""
    for _part, named in record.naming():
        for target, kinds in named:
            kind = base.kind_of(target)
            if kind is None:
                wanted = " or ".join(kinds)
                message = f"no {wanted} has the id '{target}'"
            elif kind not in kinds:
                message = f"'{target}' is a record of kind {kind}; {' or '.join(kinds)} is wanted"
            else:
                continue
            yield _problem(record, target, "dangling-id", message)


def _is_used(record: Record, base: Base, within: str | None = None) -> bool:
    """Whether another record names this one (in a structure of a class, where one is named).

    What only a record named that a later layer replaced is no mistake of the layer that it stands in.
    """
    if any(link.id != record.id and within in (None, link.structure) for link in base.links_to(record.id)):
        return True
    released = base.released.get(record.id, ())
    return within in released if within else bool(released)


def unused_reference(record: Reference, base: Base) -> Iterator[Problem]:
    """Every reference is cited by a source."""
    if not _is_used(record, base, "Source"):
        yield _problem(record, record, "unused-reference", f"no source cites the reference '{record.id}'")


def unused_actor(record: Actor, base: Base) -> Iterator[Problem]:
    """Every actor is named by another record, or has a role or a relation."""
    if not record.roles and not record.relations and not _is_used(record, base):
        message = f"no record names the actor '{record.id}', and it has no role or relation"
        yield _problem(record, record, "unused-actor", message)


def unused_agreement(record: Agreement, base: Base) -> Iterator[Problem]:
    """Every agreement has a provision, a party or a record that belongs to it."""
    if not record.parties and not record.provisions and not _is_used(record, base):
        message = f"the agreement '{record.id}' has no party, no provision and no record of its own"
        yield _problem(record, record, "unused-agreement", message)


def unused_topic(record: Topic, base: Base) -> Iterator[Problem]:
    """Every topic has a record."""
    if not _is_used(record, base):
        yield _problem(record, record, "unused-topic", f"no record has the topic '{record.id}'")


def reference_of_another_document(record: Record, base: Base) -> Iterator[Problem]:
    """A source cites only works that its own document cites."""
    for source in record.walk():
        if not isinstance(source, Source):
            continue
        for target in source.references:
            document = base.document_of(target)
            if document is not None and document != source.document:
                message = f"'{target}' is cited by {document}, not by {source.document}"
                yield _problem(record, target, "reference-of-another-document", message)


def repeated_value(record: Record, base: Base) -> Iterator[Problem]:
    """No list holds the same thing twice: an id, a name, an actor in one part, a quote of one line."""
    for structure in record.walk():
        for name in structure.listing:
            value = structure.__dict__.get(name, ())
            if len(value) < 2:
                continue
            seen = set()
            for item in value:
                if isinstance(item, Source):
                    key: tuple[object, ...] = (item.document, item.line, item.quote)
                elif isinstance(item, Participant):
                    key = (item.actor, item.part)
                elif isinstance(item, Party):
                    key = (item.actor, item.capacity)
                elif isinstance(item, str):
                    key = (item,)
                else:
                    continue
                if key in seen:
                    message = f"'{name}' holds the same thing twice: {' '.join(map(str, key))}"
                    yield _problem(record, item, "repeated-value", message)
                seen.add(key)


def ratified_before_concluded(record: Agreement, base: Base) -> Iterator[Problem]:
    """What became of an agreement comes in an order that can be: no ratification before the conclusion."""
    dated: list[tuple[int, Date, str, Structure]] = [
        (STATUSES[step.status], step.date.date, step.status, step)
        for step in record.status_events
        if step.date
    ]
    if record.date:
        dated.append((1, record.date.date, "concluded", record))
    for rank, date, status, step in dated:
        for earlier_rank, earlier, name, _ in dated:
            certain = date.latest and earlier.earliest and date.latest < earlier.earliest
            if earlier_rank < rank and certain and earlier_rank <= 1 < rank:
                message = f"{status} ({date.edtf}) before {name} ({earlier.edtf})"
                yield _problem(record, step, "ratified-before-concluded", message)


def event_before_its_agreement(record: Event, base: Base) -> Iterator[Problem]:
    """An event whose title says that an agreement is ratified or implemented is not earlier than it."""
    if not (record.agreement and record.date):
        return
    agreement = base.find(record.agreement)
    if not (isinstance(agreement, Agreement) and agreement.date):
        return
    words = set(fold(record.title).split())
    if words & {"ratify", "ratifies", "ratified", "implements", "implemented"}:
        latest, earliest = record.date.date.latest, agreement.date.date.earliest
        if latest and earliest and latest < earliest:
            message = f"{record.date.date.edtf} is before the agreement ({agreement.date.date.edtf})"
            yield _problem(record, record.date, "event-before-its-agreement", message)


def archived_before_published(record: Reference, base: Base) -> Iterator[Problem]:
    """A work is archived after it was published, and an archive date has an archived copy."""
    if not record.archive_date:
        return
    copied = record.archive_date.date
    if record.archive_url is None:
        message = "an archive date without an archive address"
        yield _problem(record, record.archive_date, "archived-before-published", message)
    elif record.date and copied.latest and (record.date.date.earliest or "") > copied.latest:
        message = f"archived ({copied.edtf}) before it was published ({record.date.date.edtf})"
        yield _problem(record, record.archive_date, "archived-before-published", message)


def ambiguous_name(record: Actor | Agreement, base: Base) -> Iterator[Problem]:
    """No two actors have the same name, and no two agreements: a look-up must tell them apart."""
    for plain in folds(record.label or ""):
        first = base.first_named(record.kind, plain)
        if first != record.id:
            message = f"'{record.label}' is also the name of '{first}': tell them apart"
            yield _problem(record, record, "ambiguous-name", message)


def alias_repeats_name(record: Actor | Agreement, base: Base) -> Iterator[Problem]:
    """An alias or spelling is not the name itself again, and no alias stands twice in another case."""
    seen = {record.label}
    for names in (record.aliases, record.spellings):
        for alias in names:
            if str(alias) in seen:
                message = f"'{alias}' is already a name of this record"
                yield _problem(record, alias, "alias-repeats-name", message)
            seen.add(str(alias))


def office_in_two_spellings(record: Actor, base: Base) -> Iterator[Problem]:
    """One office is written one way, so that who held it can be asked."""
    for role in record.roles:
        first = base.first_office(fold(role.office))
        if first != role.office:
            message = f"the office '{role.office}' is written '{first}' elsewhere"
            yield _problem(record, role.office, "office-in-two-spellings", message)


def side_without_its_quote(record: Conflict, base: Base) -> Iterator[Problem]:
    """The quote of a conflict's side is one of its record's, and the sides are not one and the same."""
    places = set()
    for side in record.sides:
        meant = base.find(side.record)
        if meant is None:
            continue
        has_sources = any(isinstance(each, Source) for each in meant.walk())
        if has_sources and not side.meant(meant):
            message = f"'{meant.id}' has no source with the quote '{side.quote}'"
            yield _problem(record, side, "side-without-its-quote", message)
        place = (str(side.record), side.quote and str(side.quote))
        if place in places:
            message = f"'{meant.id}' stands on both sides with the same words"
            yield _problem(record, side, "side-without-its-quote", message)
        places.add(place)


def relation_to_itself(record: Actor, base: Base) -> Iterator[Problem]:
    """A relation is to another actor, not to the actor itself."""
    for relation in record.relations:
        if relation.actor == record.id:
            message = f"'{record.id}' has a relation to itself"
            yield _problem(record, relation.actor, "relation-to-itself", message)


Rule = Callable[[Any, Base], Iterator[Problem]]
_RULES: list[Rule] = [
    function
    for function in list(globals().values())
    if getattr(function, "__annotations__", {}).get("return") == "Iterator[Problem]"
]


def _kinds(rule: Rule) -> set[str]:
    """The kinds of record that a rule is for, as the annotation of its first parameter names them."""
    named = str(rule.__annotations__["record"]).split(" | ")
    return {kind.kind for kind in FOLDERS.values() if kind.__name__ in named or named == ["Record"]}


_RULES_OF = {kind.kind: [rule for rule in _RULES if kind.kind in _kinds(rule)] for kind in FOLDERS.values()}


def rules() -> dict[str, Rule]:
    """Every rule, by its name with hyphens."""
    return {function.__name__.replace("_", "-"): function for function in _RULES}
