"""The envelope of the contract: one JSON object, on a hit and on a miss."""

from __future__ import annotations

from kosrel.answer import SCHEMA
from kosrel.jsontext import compact, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

    from kosrel.answer import Answer
    from kosrel.errors import KosrelError


_SCHEMA = write(SCHEMA)


def envelope(query: dict[str, Any], bodies: list[str], **more: Any) -> str:
    """The envelope around ready JSON texts; ``more`` are further keys after the results."""
    results = ",\n".join("    " + body.replace("\n", "\n    ") for body in bodies)
    lines = [
        f'  "schema": {_SCHEMA}',
        f'  "query": {write(query)}',
        f'  "count": {len(bodies)}',
        f'  "results": [\n{results}\n  ]' if bodies else '  "results": []',
        *(f'  "{key}": {write(value)}' for key, value in more.items()),
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def render(answer: Answer, stream: TextIO) -> None:
    """The envelope, indented by two."""
    stream.write(envelope(answer.query, [row.json() for row in answer.rows], **answer.more))


def write_line(answer: Answer) -> str:
    """The envelope on one line, for many queries in one run."""
    bodies = ", ".join([_compact_once(row.json()) for row in answer.rows])
    head = f'"schema": {_SCHEMA}, "query": {write(answer.query)}, "count": {answer.count}'
    more = "".join([f', "{key}": {write(value)}' for key, value in answer.more.items()])
    return f'{{{head}, "results": [{bodies}]{more}}}\n'


_COMPACT: dict[str, str] = {}
_HELD = 2_000


def _compact_once(text: str) -> str:
    """``compact(text)``; of many queries several often have the same record for an answer."""
    if text not in _COMPACT:
        if len(_COMPACT) >= _HELD:
            _COMPACT.clear()
        _COMPACT[text] = compact(text)
    return _COMPACT[text]


def write_error(query: dict[str, Any], error: KosrelError, line: bool) -> str:
    """The envelope of a query that could not be answered: no results, and an ``error``."""
    text = envelope(query, [], error={"code": error.exit_code, "message": str(error)})
    return compact(text.strip()) + "\n" if line else text
