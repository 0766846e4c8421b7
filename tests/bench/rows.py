"""What is measured: for each size the questions, and how kosrel and other tools are asked them."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from measure import Command

LOAD_YAML = """
import sys, yaml
found = 0
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        for identifier, record in yaml.load(file, yaml.CSafeLoader).items():
            date = record.get("date")
            day = str(date["edtf"] if isinstance(date, dict) else date)
            if sys.argv[1] == day or sys.argv[1] in str(record):
                found += 1
                print(identifier)
"""
READ_YAML = """
import os, sys
from pathlib import Path
from kosrel import reader
for place, folders, files in os.walk(sys.argv[1]):
    for file in files:
        if file.endswith(".yaml"):
            root, problems = reader.read(Path(place, file), file)
            assert root is not None and not problems
"""
# So many records are asked of those that can rank.
BEST = 20


class Row:
    """One line of the table.

    ``expected`` are texts that a right answer holds; ``most`` is the greatest ratio to C that is promised.
    ``grows`` says that the time is known to grow with the base, so that a hopeless run can be left out.
    """

    def __init__(
        self,
        task: str,
        tool: str,
        command: Command,
        expected: Sequence[str] = (),
        most: float | None = None,
        grows: bool = False,
        code: int = 0,
    ) -> None:
        self.task = task
        self.tool = tool
        self.command = command
        self.expected = list(expected)
        self.most = most
        self.grows = grows
        self.code = code


class Place:
    """Where things are: the base of one size, the interpreter and programs, and the environment of every run."""

    def __init__(self, data: Path | None, work: Path, environment: Mapping[str, str]) -> None:
        self.data = data
        self.work = work
        self.environment = dict(environment)
        self.probes: dict[str, Any] = {}
        if data is not None:
            self.probes = json.loads((data / "probes.json").read_text(encoding="utf-8"))
            self.environment["KOSREL_FACTS"] = str(data / "facts")

    def command(self, *arguments: str, **more: Any) -> Command:
        """A command in this environment; ``extra`` adds variables."""
        extra = more.pop("extra", {})
        return Command(arguments, {**self.environment, **extra}, **more)

    def fact_files(self) -> list[str]:
        """Every fact file of the base."""
        assert self.data
        return sorted(map(str, (self.data / "facts").rglob("*.yaml")))


def unit(place: Place) -> Command:
    """What every other figure is set against: C."""
    return place.command("python", "-c", "import click")


def list_rows(place: Place) -> Iterator[Row]:
    """Every row for the base of one size."""
    yield Row("nothing", "python -c pass", place.command("python", "-c", "pass"))
    yield Row("nothing", 'python -c "import click" (C)', unit(place))
    yield from _questions(place)
    yield from _own(place)


def _questions(place: Place) -> Iterator[Row]:
    probes = place.probes
    day, actor = probes["date"]["when"], probes["actor"]
    rare, common = probes["rare_word"], probes["common_word"]
    large = probes["size"] > 1000
    date_most, click_most = 0.50, 1.25 if large else 1.20
    yield from _kosrel(place, "date", ["event", day], probes["date"]["ids"], date_most, click_most)
    yield from _peers(place, "date", probes["date"]["ids"])
    yield from _kosrel(place, "actor", ["actor", actor["name"]], [actor["event"]], date_most, click_most)
    yield from _peers(place, "actor", [actor["event"]])
    words = ["search", rare["word"], "-n", str(BEST)]
    yield from _kosrel(place, "rare word", words, rare["ids"], 1.0 if large else 0.6, None)
    yield from _peers(place, "rare word", rare["ids"])
    words = ["search", common["word"], "-n", str(BEST)]
    yield from _kosrel(place, "commonest word", words, [common["word"]], 2.0 if large else 0.6, None)
    yield from _peers(place, "commonest word", [common["word"]])


def _kosrel(
    place: Place, task: str, words: Sequence[str], expected: Sequence[str], most: float, click: float | None
) -> Iterator[Row]:
    yield Row(task, "kosrel --json", place.command("kosrel", *words, "--json"), expected, most)
    yield Row(task, "kosrel -f json (Click)", place.command("kosrel", *words, "-f", "json"), expected, click)
    yield Row(task, "kosrel (text)", place.command("kosrel", *words), most=2.2)


def _own(place: Place) -> Iterator[Row]:
    """What only kosrel is asked."""
    probes = place.probes
    data = place.data
    assert data is not None
    for task, words in {
        "record by id": ["show", probes["date"]["ids"][0]],
        "busiest date": ["event", probes["busy_date"]["when"]],
        "commonest actor": ["actor", probes["common_actor"]["name"]],
        "commonest word, all": ["search", probes["common_word"]["word"]],
    }.items():
        yield Row(task, "kosrel --json", place.command("kosrel", *words, "--json"))
    yield _completion(place, probes["actor"]["name"].split()[0])
    days = data / "dates.txt"
    yield Row(
        "10,000 dates", "kosrel event - --json", place.command("kosrel", "event", "-", "--json", given=days)
    )
    cold = place.work / "cold"
    first = place.command(
        "kosrel",
        *("event", probes["date"]["when"], "--json"),
        prepare=lambda: shutil.rmtree(cold, ignore_errors=True),
        extra={"XDG_CACHE_HOME": str(cold)},
    )
    yield Row("compile and look up", "kosrel --json", first, probes["date"]["ids"])
    parse = place.command("python", "-c", READ_YAML, str(data / "facts"))
    yield Row("parse alone", "kosrel.reader", parse)
    if probes["size"] <= 1000:
        changed = place.work / "changed"
        again = place.command(
            "kosrel",
            *("event", probes["date"]["when"], "--json"),
            prepare=_changing(data / "facts", changed),
            extra={"KOSREL_FACTS": str(changed)},
        )
        yield Row("first use of a changed base", "kosrel --json", again, probes["date"]["ids"], 3.0)


def _completion(place: Place, beginning: str) -> Row:
    extra = {
        "_KOSREL_COMPLETE": "bash_complete",
        "COMP_WORDS": f"kosrel actor {beginning}",
        "COMP_CWORD": "2",
    }
    return Row("completion", "kosrel", place.command("kosrel", extra=extra), most=1.25)


def _changing(source: Path, copy: Path) -> Callable[[], None]:
    """What changes a copy of a base: another title for a topic, in a file as old as one at rest."""
    turn = 0

    def change() -> None:
        nonlocal turn
        if turn == 0:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(source, copy)
        turn += 1
        text = (source / "topics.yaml").read_text(encoding="utf-8")
        file = copy / "topics.yaml"
        file.write_text(re.sub("(title: .*)", rf"\g<1> {turn}", text, count=1), encoding="utf-8")
        long_ago = time.time() - 100_000 + turn
        os.utime(file, (long_ago, long_ago))

    return change


def list_shipped(place: Place) -> Iterator[Row]:
    """Every row for the facts that come with kosrel."""
    day = ["event", "2013-04-19"]
    yield Row("nothing", "python -c pass", place.command("python", "-c", "pass"))
    yield Row("nothing", 'python -c "import click" (C)', unit(place))
    expected = ["brussels-agreement"]
    fresh = place.work / "fresh"
    first = place.command(
        "kosrel",
        *(*day, "--json"),
        prepare=lambda: shutil.rmtree(fresh, ignore_errors=True),
        extra={"XDG_CACHE_HOME": str(fresh)},
    )
    yield Row("first look-up after installing", "kosrel --json", first, expected, 0.50)
    yield from _kosrel(place, "date", day, expected, 0.50, 1.20)
    yield from _kosrel(place, "actor", ["actor", "Ashton"], ["catherine-ashton"], 0.50, 1.20)
    yield from _kosrel(
        place, "words", ["search", "customs", "tariff", "-n", str(BEST)], ["tariff"], 0.6, None
    )
    yield Row("--help", "kosrel", place.command("kosrel", "--help"), ["Usage"], 1.25)
    yield Row("--version", "kosrel", place.command("kosrel", "--version"), ["kosrel"], 1.1)
    yield _completion(place, "Ash")


def _peers(place: Place, task: str, expected: Sequence[str]) -> Iterator[Row]:
    """The other tools, each asked in its own way for the same; those that cannot rank print all they find."""
    for tool, arguments in _ask_peers(place, task).items():
        fast = tool in ("sqlite3", "sqlite-utils", "datasette")
        yield Row(task, tool, place.command(*arguments), expected, grows=not fast)


def _ask_peers(place: Place, task: str) -> dict[str, list[str]]:
    """The command line of every tool for a task."""
    probes, data = place.probes, place.data
    assert data is not None
    peers = data / "peers"
    database, lines, one = str(peers / "facts.db"), str(peers / "facts.jsonl"), str(peers / "facts.json")
    rec, text = str(peers / "facts.rec"), str(peers / "facts.txt")
    every = "to_entries[] | .value as $v | select({}) | .key"
    if task == "date":
        day = probes["date"]["when"]
        sql, value = "select body from fact where date = :v", day
        utils = ["rows", database, "fact", "--where", "date = :v", "-p", "v", day]
        page = "/facts/fact.json?" + urlencode({"_shape": "array", "date__exact": day})
        select, record_test = f'.date == "{day}"', f"Date = '{day}'"
        yaml_test = f'($v.date | if type == "object" then .edtf else . end) == "{day}"'
        grep = ["-F", f"\t{day}\t"]
        papis, needle = f"date:{day}", day
    elif task == "actor":
        value = probes["actor"]["id"]
        sql = "select body from fact where id in (select fact from part where actor = :v)"
        utils = ["query", database, sql, "-p", "v", value]
        page = "/facts.json?" + urlencode({"_shape": "array", "sql": sql, "v": value})
        named = "any({0}.actors[]?, {0}.parties[]?, {0}.relations[]?; .actor == {1}) or {0}.speaker == {1}"
        select, yaml_test = named.format("", f'"{value}"'), named.format("$v", f'"{value}"')
        record_test = f"Actor = '{value}'"
        grep = ["-F", f"[{value}]"]
        papis, needle = f"author:{probes['actor']['name']}", value
    else:
        value = probes["rare_word" if task == "rare word" else "common_word"]["word"]
        sql = (
            "select fact.body from fact_fts join fact on fact.rowid = fact_fts.rowid"
            f" where fact_fts match :v order by fact_fts.rank limit {BEST}"
        )
        utils = ["search", database, "fact", value, "--limit", str(BEST)]
        page = "/facts/fact.json?" + urlencode({"_shape": "array", "_size": str(BEST), "_search": value})
        select = f'tostring | test("{value}"; "i")'
        yaml_test = f'$v | tostring | test("{value}"; "i")'
        record_test = ""
        grep = ["-i", "-w", "-F", value]
        papis, needle = f"abstract:{value}", value
    query = sql.replace(":v", f"'{value}'")
    found = {
        "sqlite3": ["sqlite3", "-readonly", "-json", database, query],
        "sqlite-utils": ["sqlite-utils", *utils],
        "datasette": ["datasette", database, "--get", page],
        "recsel": [
            "recsel",
            "-t",
            "Fact",
            *(["-e", record_test] if record_test else ["-i", "-q", value]),
            rec,
        ],
        "jq, JSON lines": ["jq", "-c", f"select({select})", lines],
        "jq, one JSON file": ["jq", "-c", f".[] | select({select})", one],
        "yq": ["yq", "-c", every.format(yaml_test), *place.fact_files()],
        "ripgrep": ["rg", "-N", *grep, text],
        "PyYAML, C loader": ["python", "-c", LOAD_YAML, needle, *place.fact_files()],
    }
    if (peers / "papis").is_dir():
        found["papis"] = [
            "papis",
            "-l",
            str(peers / "papis"),
            "list",
            "--all",
            "--format",
            "{doc[ref]}",
            papis,
        ]
    return found
