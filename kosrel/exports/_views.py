"""The views of the SQLite export: what a person would ask of it, each with its sources."""

from __future__ import annotations

_SOURCE = "sources.document, sources.line, sources.quote"
# The works that a document cites for a source, in one cell.
_WORKS = """(
        select group_concat(trim(coalesce(work.publisher || ', ', '') || coalesce(work.title, '') ||
            coalesce(' ' || work.url, '')), '; ')
        from source_references join "references" as work on work.id = source_references.reference
        where source_references.source = sources.id
    ) as works"""
# The days that a date may cover, where an open interval has no end.
_DAYS = """iif({0}.date is null, null, coalesce({0}.earliest, '0001-01-01')) as first_day,
    iif({0}.date is null, null, coalesce({0}.latest, '9999-12-31')) as last_day"""
# The sources of a record itself, not of its parts.
_OWN = (
    "sources.record = {0}.id and sources.provision is null and sources.status_event is null "
    "and sources.role is null and sources.relation is null and sources.side is null"
)

# Each view with what it answers.
VIEWS = {
    "what_happened": (
        "What happened, with its sources: where first_day <= '2013-04-30' and last_day >= '2013-04-01'",
        f"""
select event.date, {_DAYS.format("event")}, event.id as event, event.title, event.summary, event.place,
    (
        select group_concat(actors.name || ' (' || participants.part || ')', '; ')
        from participants join actors on actors.id = participants.actor
        where participants.record = event.id
    ) as actors,
    {_SOURCE}, {_WORKS}
from events as event join sources on {_OWN.format("event")}
where event.date is not null
order by event.earliest, event.latest, event.id, sources.number
""",
    ),
    "who_said_what": (
        "Who said what, when, with its sources: where speaker = 'Catherine Ashton'",
        f"""
select coalesce(actors.name, documents.title) as speaker, statement.form, statement.date,
    {_DAYS.format("statement")}, statement.id as statement, statement.title, statement.summary,
    {_SOURCE}, {_WORKS}
from statements as statement
    left join actors on actors.id = statement.speaker
    left join documents on documents.id = statement.speaker
    join sources on {_OWN.format("statement")}
order by speaker, statement.earliest, statement.latest, statement.id, sources.number
""",
    ),
    "offices": (
        "Offices with the dates for which a document attests them: where actor = 'ivica-dacic'",
        f"""
select actors.id as actor, actors.name, role.office, body.name as body, role.date, role.earliest,
    role.latest, role.note, {_SOURCE}, {_WORKS}
from roles as role
    join actors on actors.id = role.record
    left join actors as body on body.id = role.body
    join sources on sources.role = role.id
order by actors.id, role.office, role.earliest, role.id, sources.number
""",
    ),
    "what_was_agreed": (
        "What an agreement provides, with its sources: where title = 'Brussels Agreement'",
        f"""
select agreement.id as agreement, agreement.title, agreement.date as concluded, provision.number,
    provision.text, provision.date as due, provision.note, {_SOURCE}, {_WORKS}
from provisions as provision
    join agreements as agreement on agreement.id = provision.record
    join sources on sources.provision = provision.id
order by agreement.earliest, agreement.id, provision.number, sources.number
""",
    ),
    "what_became_of_it": (
        "What became of an agreement, with its sources: where title = 'Brussels Agreement'",
        f"""
select agreement.id as agreement, agreement.title, step.number, step.status, step.date,
    {_DAYS.format("step")}, actors.name as actor, step.text, {_SOURCE}, {_WORKS}
from status_events as step
    join agreements as agreement on agreement.id = step.record
    left join actors on actors.id = step.actor
    join sources on sources.status_event = step.id
order by agreement.earliest, agreement.id, step.number, sources.number
""",
    ),
    "where_documents_disagree": (
        "Where documents disagree, a row for each side, with its sources",
        f"""
select conflict.id as conflict, conflict.title, conflict.type, side.number, side.says,
    side.side_record as record, {_SOURCE}, conflict.note
from conflicts as conflict
    join sides as side on side.record = conflict.id
    left join sources on sources.side = side.id
order by conflict.id, side.number, sources.number
""",
    ),
    "numbers": (
        "Figures with what they count and as of when, with their sources",
        f"""
select figure.id as figure, figure.title, figure.qualifier, figure.value, figure.unit, figure.counted,
    figure.date as as_of, coalesce(actors.name, documents.title) as given_by, {_SOURCE}, {_WORKS}
from figures as figure
    left join actors on actors.id = figure.speaker
    left join documents on documents.id = figure.speaker
    join sources on {_OWN.format("figure")}
order by figure.title, figure.earliest, figure.id, sources.number
""",
    ),
}
