"""A question in plain words turned into a query, and the record that answers it, or an abstention.

Deterministic: the kind of question, its dates, the names and the words in it are looked up, the passages
that may answer are ranked, and the best one must hold the very thing that is asked for. Else nothing is
answered: a wrong answer is worse than none.
"""

from __future__ import annotations

from kosrel.answer import Answer
from kosrel.candidate import Candidate, somebody
from kosrel.dates import describe
from kosrel.errors import BadUsage
from kosrel.index import Index
from kosrel.layout import format_number
from kosrel.question import Question
from kosrel.ranking import rank
from kosrel.verdict import LEAST, estimate, is_near

MOST = 3
MAX_QUESTION = 1000


def answer_question(index: Index, text: str) -> Answer:
    """The Answer to a question: up to three records, the best first, or an abstention."""
    query = {"command": "ask", "question": text}
    kinds = index.kinds()
    if not text.strip():
        raise BadUsage("the question is empty: ask something like 'Who mediated the Brussels Agreement?'")
    if len(text) > MAX_QUESTION:
        raise BadUsage(f"the question is longer than {MAX_QUESTION} characters")
    question = Question(index, text)
    found = rank(index, question)[:MOST]
    rows = [each.row for each in found]
    confidence = round(estimate(index, question, found), 2)
    if confidence < LEAST:
        hints = ["the documents do not say that"]
        if is_near(question, found):
            hints += ["nearest:", *(f"  {each.label} (kosrel show {each.id})" for each in rows)]
        none: dict[str, object] = {"answer": None, "confidence": confidence, "sources": []}
        return Answer(query, rows, kinds, hints, declined=True, more=none)
    answer = short_answer(question, found[0])
    sources = found[0].told.get("sources", [])
    return Answer(query, rows, kinds, more={"answer": answer, "confidence": confidence, "sources": sources})


def short_answer(question: Question, candidate: Candidate) -> str:
    """The answer in a few words, taken from the record's own fields."""
    result, part = candidate.result, candidate.part
    own = candidate.date
    if question.type == "who" and (names := somebody(question, candidate)):
        return ", ".join(names.values())
    if question.type == "when" and own is not None:
        return describe(own.edtf)
    if question.type == "where" and result.get("place"):
        return str(result["place"])
    if candidate.row.kind == "figure":
        qualifier = f"{result['qualifier']} " if result["qualifier"] else ""
        return f"{qualifier}{format_number(result['value'])} {result['unit']} ({result['counted']})"
    if part is not None:
        if part["is"] == "roles":
            date = f", attested for {describe(own.edtf)}" if own else ""
            return f"{result['name']}, {part['office']}{date}"
        if part["is"] == "relations":
            return f"{result['name']}: {part['relation']} {part['actor']['name']}"
        return str(part["text"])
    text = result.get("summary") or result.get("note")
    title = result.get("title") or result.get("name") or candidate.row.id
    return f"{title}. {text}" if text and text != title else str(title)
