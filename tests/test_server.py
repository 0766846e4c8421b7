"""The server for assistants: one session with the SDK's own client over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import sys

import pytest
from conftest import TESTS, TOY
from mcp import Client, StdioServerParameters, stdio_client

from kosrel import __version__

CALLS = {
    "event": ("event", {"when": "2001-05-02"}),
    "no event": ("event", {"when": "1950"}),
    "wrong date": ("event", {"when": "2013-02-30"}),
    "actor": ("actor", {"name": "Djuric"}),
    "nobody": ("actor", {"name": "Bismarck"}),
    "two actors": ("actor", {"name": "Lee"}),
    "agreement": ("agreement", {"name": "Bridge Accord"}),
    "search": ("search", {"words": "bridge", "kind": "event", "limit": 1}),
    "filtered": ("search", {"words": "bridge", "actor": "Northport", "from_": "2000", "to": "2002"}),
    "filtered by nobody": ("search", {"words": "bridge", "actor": "Bismarck"}),
    "no kind": ("search", {"words": "bridge", "kind": "nonsense"}),
    "no words": ("search", {"words": ""}),
    "ask": ("ask", {"question": "When was the bridge accord signed?"}),
    "declined": ("ask", {"question": "Who won the football match?"}),
    "show": ("show", {"ids": ["lamp-lit", "nothing"]}),
    "hard characters": ("show", {"ids": ["hard-characters"]}),
    "hostile": ("actor", {"name": "\x00\x1b[31m'; drop table record; --"}),
    "too long": ("actor", {"name": "x" * 1001}),
    "too many": ("show", {"ids": ["lamp-lit"] * 51}),
    "none at most": ("event", {"when": "2001", "limit": 0}),
    "without argument": ("event", {}),
    "no tool": ("nonsense", {}),
}


class Session:
    """What the client saw: the server, its tools, and for each call error or not, text and content."""

    def __init__(self, out, talk) -> None:
        self.out = out
        self.talk = talk

    async def hold(self) -> None:
        server = shlex.join([sys.executable, "-W", "error", "-m", "kosrel", "mcp", "--facts", str(TOY)])
        command = StdioServerParameters(
            command="bash",
            args=["-o", "pipefail", "-c", f"{server} | tee {shlex.quote(str(self.out))}"],
            env={"XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"]},
        )
        with self.talk.open("w") as talk:
            async with Client(stdio_client(command, errlog=talk)) as client:
                self.info = client.server_info
                self.instructions = client.instructions
                self.tools = {tool.name: tool for tool in (await client.list_tools()).tools}
                self.results = {name: await client.call_tool(*call) for name, call in CALLS.items()}

    def text(self, name: str) -> str:
        (content,) = self.results[name].content
        return content.text

    def content(self, name: str):
        assert not self.results[name].is_error, self.text(name)
        return self.results[name].structured_content

    def error(self, name: str) -> str:
        assert self.results[name].is_error
        assert self.results[name].structured_content is None
        return self.text(name)


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    folder = tmp_path_factory.mktemp("session")
    held = Session(folder / "out", folder / "talk")
    asyncio.run(held.hold())
    return held


def test_the_server_says_who_it_is_and_what_not_found_means(session):
    assert (session.info.name, session.info.version) == ("kosrel", __version__)
    assert "Not found means that the documents do not say" in session.instructions


def test_the_tools_are_look_ups_that_only_read_and_have_limits(session):
    assert list(session.tools) == ["search", "event", "actor", "agreement", "ask", "show"]
    for tool in session.tools.values():
        assert tool.annotations.read_only_hint
        assert tool.description
        assert list(tool.output_schema["properties"]) == [
            "schema", "query", "status", "count", "results", "hints",
        ]  # fmt: skip
    assert session.tools["event"].input_schema["required"] == ["when"]
    assert session.tools["event"].input_schema["properties"]["when"]["maxLength"] == 1000
    assert session.tools["show"].input_schema["properties"]["ids"]["maxItems"] == 50


def test_a_result_is_the_envelope_with_status_and_hints(session, toy):
    answer = toy.event("2001-05-02")
    assert session.content("event") == {
        "schema": "kosrel/1",
        "query": {"command": "event", "when": "2001-05-02"},
        "status": "found",
        "count": 3,
        "results": answer.results,
        "hints": [],
    }


def test_a_result_can_be_read_with_its_quote_and_source(session, run):
    assert session.text("event") == run("event", "2001-05-02", "--markdown").out
    assert "line 3 (`harbour-gazette`): “the accord was signed on 2 May 2001”" in session.text("event")


@pytest.mark.parametrize("name", ["actor", "agreement"])
def test_an_actor_and_an_agreement_are_found_by_name(session, toy, name):
    command, given = CALLS[name]
    assert session.content(name)["results"] == getattr(toy, command)(given["name"]).results != []
    assert session.content(name)["status"] == "found"


def test_what_is_not_there_is_a_result_and_no_error(session):
    assert session.content("nobody") == {
        "schema": "kosrel/1",
        "query": {"command": "actor", "name": "Bismarck"},
        "status": "not found",
        "count": 0,
        "results": [],
        "hints": ["no actor is called 'Bismarck'"],
    }
    assert session.text("nobody") == "Not found.\nno actor is called 'Bismarck'"


def test_a_day_without_event_names_the_nearest(session):
    assert session.content("no event")["status"] == "not found"
    assert session.text("no event") == (
        "Not found.\n"
        "no event in the documents has the date 1950\n"
        "nearest after: about 2001, Work on the bridge begins (kosrel event work-begins)"
    )


def test_an_ambiguous_name_lists_all_it_fits(session):
    content = session.content("two actors")
    assert (content["status"], [each["id"] for each in content["results"]]) == (
        "ambiguous",
        ["bo-lee-north", "cy-lee"],
    )
    assert session.text("two actors").startswith(
        "Ambiguous: all of these fit equally.\n'Lee' fits 2 records equally; name one by its id:\n"
    )


def test_a_limit_says_how_many_there_are(session):
    content = session.content("search")
    assert content["count"] == len(content["results"]) == len(content["snippets"]) == 1
    assert content["hints"][-1].startswith("1 of ")


def test_filters_narrow_a_search(session, toy):
    found = toy.search("bridge", actor="Northport", from_="2000", to="2002")
    assert session.content("filtered")["results"] == found.results != []
    assert session.content("filtered by nobody") == {
        "schema": "kosrel/1",
        "query": {"command": "search", "words": "bridge", "actor": "Bismarck"},
        "status": "not found",
        "count": 0,
        "results": [],
        "hints": ["no actor is called 'Bismarck'"],
    }
    assert session.content("no words")["status"] == "not found"


def test_an_answer_comes_with_the_words_that_say_so(session):
    content = session.content("ask")
    assert (content["status"], content["answer"]) == ("found", "2 May 2001")
    assert session.text("ask").startswith(
        "Answer: 2 May 2001\n"
        "- Harbour Gazette, line 3 (harbour-gazette): “the accord was signed on 2 May 2001”\n"
    )


def test_a_declined_question_has_no_results(session):
    content = session.content("declined")
    assert (content["status"], content["answer"], content["results"]) == ("not found", None, [])
    assert session.text("declined").startswith("Not found.\n")


def test_an_id_that_is_not_there_is_told_beside_the_others(session):
    content = session.content("show")
    assert [each["id"] for each in content["results"]] == ["lamp-lit"]
    assert content["hints"] == ["no record has the id 'nothing'"]


def test_what_a_fact_file_holds_cannot_drive_a_terminal(session):
    for name in ("hard characters", "hostile"):
        assert not any(ord(letter) < 32 and letter != "\n" for letter in session.text(name))
    assert "\x1b[m" in session.content("hard characters")["results"][0]["summary"]


def test_bad_usage_is_an_error_of_the_tool_with_the_message(session):
    assert session.error("wrong date") == (
        "Error executing tool event: there is no 30 February 2013: that month has 28 days. "
        "Did you mean 2013-02-28 or 2013-03-02?"
    )
    assert "there is no kind 'nonsense'; kinds are " in session.error("no kind")
    assert "at most 1000 characters" in session.error("too long")
    assert "at most 50 items" in session.error("too many")
    assert "greater than or equal to 1" in session.error("none at most")
    assert "Field required" in session.error("without argument")
    assert "nonsense" in session.error("no tool")


def test_nothing_but_the_protocol_is_on_standard_output_and_no_talk_beside_it(session):
    for line in session.out.read_text(encoding="utf-8").splitlines():
        assert json.loads(line)["jsonrpc"] == "2.0"
    assert session.talk.read_text() == ""


def test_without_the_extra_the_command_says_how_to_get_it(run, monkeypatch):
    monkeypatch.delitem(sys.modules, "kosrel.server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    outcome = run("mcp")
    assert outcome.err == "kosrel: the server needs the extra 'mcp': pip install 'kosrel[mcp]'\n"
    assert (outcome.out, outcome.code) == ("", 1)


def test_a_broken_base_is_not_served(run):
    outcome = run("mcp", facts=TESTS / "broken" / "bad-date")
    assert outcome.code == 1
    assert "no question is answered from it" in outcome.err


@pytest.mark.parametrize(
    ("error", "code", "err"),
    [
        (BrokenPipeError(), 0, ""),
        (
            OSError(28, "No space left on device"),
            1,
            "kosrel: the answer cannot be written: No space left on device\n",
        ),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["closed", "full", "interrupted"],
)
def test_a_session_that_ends_otherwise_is_no_traceback(run, monkeypatch, error, code, err):
    class Failing:
        def run(self, transport: str) -> None:
            if isinstance(error, Exception):
                raise ExceptionGroup("tasks", [ExceptionGroup("writers", [error])])
            raise error

    monkeypatch.setattr("kosrel.server.make_server", lambda _base: Failing())
    outcome = run("mcp")
    assert (outcome.code, outcome.out, outcome.err.strip("\n")) == (code, "", err.strip("\n"))


def test_closed_standard_input_is_told(run, monkeypatch, toy):
    from kosrel import server
    from kosrel.errors import KosrelError

    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(KosrelError, match="standard input is closed"):
        server.serve(toy)
