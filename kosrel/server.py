"""The server for programs that speak the Model Context Protocol, such as assistants with a language model.

It offers look-ups of FactBase as tools. It is the only module that needs the package ``mcp``, the official
SDK, which the extra ``mcp`` brings; protocol and transport are the SDK's.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from typing_extensions import TypedDict

from kosrel import __version__, formats
from kosrel.answer import AMBIGUOUS, FOUND, SCHEMA, Answer
from kosrel.characters import show_controls
from kosrel.errors import KosrelError, NotThere
from kosrel.factbase import FactBase

# Longer text, or more records, nobody needs at once; what asks for it is refused before it is looked up.
LONGEST = 1000
MOST = 50

INSTRUCTIONS = """\
Facts about relations between Kosovo and Serbia, read from five documents. Every record names its sources:
document, line, the quoted words, and the work that the document cites. Give the source with every fact that
you pass on.

The status of a result is found, not found, or ambiguous. Not found means that the documents do not say: say
so, and do not fill the gap. Ambiguous lists all records that fit equally: ask which is meant. Where a record
lists conflicts, documents disagree: tell both sides. A record whose match is possible may or may not fall on
the day asked for. A hint such as "kosrel actor ID" names the tool, or the command, that goes on from there.
"""

_WHEN = "2013-04-19, 2013-04, 2013, 2012-10..2013-06, ..2008, '19 April 2013' or EDTF"

Text = Annotated[str, Field(max_length=LONGEST)]
Id = Annotated[str, Field(max_length=LONGEST)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST)]
Limit = Annotated[int, Field(ge=1, le=MOST, description="Give at most so many records.")]
Given = Annotated[str | None, Field(max_length=LONGEST)]
When = Annotated[str | None, Field(max_length=LONGEST, description=_WHEN)]


class Found(TypedDict):
    """The envelope that "kosrel --json" prints, with status and hints.

    What is not found has no results; what comes nearest is named in the hints. The tool search adds
    snippets, the tool ask adds answer, confidence and sources.
    """

    schema: str
    query: dict[str, Any]
    status: Literal["found", "not found", "ambiguous"]
    count: int
    results: list[dict[str, Any]]
    hints: list[str]


_LEADS = {"not found": "Not found.", "ambiguous": "Ambiguous: all of these fit equally."}

# What a tool gives: text to read, and the content of Found for programs.
Result = Annotated[CallToolResult, Found]


def _structure(answer: Answer, most: int) -> dict[str, Any]:
    """The content of Found for an answer, of which the first ``most`` records are given."""
    status = {FOUND: "found", AMBIGUOUS: "ambiguous"}.get(answer.exit_code, "not found")
    results = [] if status == "not found" else answer.results[:most]
    hints = list(answer.hints)
    more = answer.limited(len(results)).more
    if len(results) < answer.count and results:
        hints.append(
            f"{len(results)} of {answer.count} records; narrow the query or raise the limit for others"
        )
    return {
        "schema": SCHEMA,
        "query": answer.query,
        "status": status,
        "count": len(results),
        "results": results,
        "hints": hints,
        **more,
    }


def _tell(content: dict[str, Any], records: str) -> str:
    """The same as text: what became of the query, the hints, and the records with their sources."""
    lines = [_LEADS[content["status"]]] if content["status"] in _LEADS else []
    if content.get("answer"):
        lines.append(f"Answer: {content['answer']}")
        lines += [
            f"- {source['title']}, line {source['line']} ({source['document']}): “{source['quote']}”"
            for source in content["sources"]
        ]
    lines += content["hints"]
    told = show_controls("\n".join(lines), keep="\n")
    return "\n\n".join(part for part in (told, records) if part)


def _reply(ask: Callable[..., Answer], most: int, **given: Any) -> CallToolResult:
    """The result of a tool: what a method of FactBase answers. Raises ToolError for what it cannot read."""
    try:
        answer = ask(**given)
        content = _structure(answer, most)
        records = io.StringIO()
        formats.load("markdown").render(answer.limited(content["count"]), records)
        text = _tell(content, records.getvalue() if content["results"] else "")
    except NotThere as error:
        query = {"command": ask.__name__, **{key.rstrip("_"): value for key, value in given.items()}}
        content = _structure(Answer(query, [], [], [str(error)]), most)
        text = _tell(content, "")
    except KosrelError as error:
        raise ToolError(show_controls(str(error))) from error
    except Exception as error:
        told = f"an error inside kosrel, not of yours: {type(error).__name__}: {error}"
        raise ToolError(show_controls(told)) from error
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=content)


def make_server(base: FactBase) -> MCPServer:
    """A server that answers from ``base``: tools that only read, each with its limits in its schema.

    A tool gives text and the content of Found; what cannot be read is an error of the tool, with the message
    that the command line prints.
    """
    server = MCPServer(
        "kosrel",
        title="Kosovo–Serbia relations",
        version=__version__,
        instructions=INSTRUCTIONS,
        log_level="ERROR",
    )
    reading = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    # The functions are coroutines so that they run in this thread: the index is not shared between threads.

    @server.tool(annotations=reading)
    async def search(
        words: Text,
        kind: Given = None,
        actor: Given = None,
        topic: Given = None,
        document: Given = None,
        from_: When = None,
        to: When = None,
        limit: Limit = 5,
    ) -> Result:
        """Ranked full text over all records: events, agreements, actors, statements, figures and the rest.

        Use it when no other tool fits. The words are English, or names in any spelling; synonyms are found.
        """
        filters = {
            "kind": kind,
            "actor": actor,
            "topic": topic,
            "document": document,
            "from_": from_,
            "to": to,
        }
        return _reply(
            base.search, limit, words=words, **{key: value for key, value in filters.items() if value}
        )

    @server.tool(annotations=reading)
    async def event(
        when: Annotated[Text, Field(description=f"{_WHEN}; or the id of an event")], limit: Limit = 10
    ) -> Result:
        """What happened on a day, in a month, a year or a range; or one event by its id."""
        return _reply(base.event, limit, when=when)

    @server.tool(annotations=reading)
    async def actor(name: Text, limit: Limit = 5) -> Result:
        """Who a person, state, government, organisation or mission is: offices over time, deeds, statements.

        The name may have any spelling: without marks, in Cyrillic, a surname, an alias, an id.
        """
        return _reply(base.actor, limit, name=name)

    @server.tool(annotations=reading)
    async def agreement(name: Text, limit: Limit = 5) -> Result:
        """Parties, mediator, provisions and what became of an agreement, by name, id or date."""
        return _reply(base.agreement, limit, name=name)

    @server.tool(annotations=reading)
    async def ask(question: Text, limit: Limit = 1) -> Result:
        """A short answer to a plain English question, with the record that says so; or that none says so.

        It is looked up, not made up: who, when, where, how many, which, and yes or no.
        """
        return _reply(base.ask, limit, question=question)

    @server.tool(annotations=reading)
    async def show(ids: Ids) -> Result:
        """Any records by id, whole: as the other tools and their hints name them."""
        return _reply(base.show, MOST, identifiers=ids)

    return server


def serve(base: FactBase) -> None:
    """Answer on standard input and output until the other side closes them.

    Raises OSError when an answer cannot be written: BrokenPipeError when nobody reads any more.
    """
    if sys.stdin is None:
        raise KosrelError("standard input is closed: it is where the questions come from")
    try:
        make_server(base).run("stdio")
    except ExceptionGroup as group:
        # The SDK's tasks fail in groups; the caller knows what to do about one that only could not write.
        written, other = group.split(OSError)
        if written is None or other is not None:
            raise
        raise _first(written) from None


def _first(error: Exception) -> Exception:
    """The first error in a group of groups."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
