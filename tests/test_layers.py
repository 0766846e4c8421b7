"""Bases laid over one another are one base, and each result says which of them it is from."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
from pathlib import Path

import jsonschema
import pytest

from kosrel import FactBase, build, cache, schema, shipped, stage
from kosrel.curation import check_folder
from kosrel.errors import BadUsage, BrokenBase, KosrelError
from kosrel.layers import find_folders, name_layers
from kosrel.straight import find_straight

LOWER = {
    "documents.yaml": """\
        paper:
          title: The Paper
          type: newspaper
          language: en
          file: paper.txt
          markup: plain
        """,
    "references.yaml": """\
        old-work:
          title: An Old Work
          document: paper
          line: 1
        """,
    "topics.yaml": """\
        fairs:
          title: Fairs
        """,
    "actors.yaml": """\
        ana:
          name: Ana Duric
          type: person
          roles:
            - office: Mayor
              date: 2001
              sources: [{document: paper, line: 1, quote: Mayor Ana Duric}]
          sources: [{document: paper, line: 1, quote: Mayor Ana Duric}]
        """,
    "events/2001.yaml": """\
        fair-opens:
          title: The fair opens
          date: 2001-05-02
          actors: [{actor: ana, part: host}]
          topics: [fairs]
          sources: [{document: paper, line: 1, quote: the fair was opened, references: [old-work]}]

        lamp-lit:
          title: A lamp is lit
          date: 2001-05-04
          sources: [{document: paper, line: 2, quote: a lamp was lit}]
        """,
}
UPPER = {
    "documents.yaml": """\
        diary:
          title: A Diary
          type: diary
          language: en
          file: diary.txt
          markup: plain
        """,
    "events.yaml": """\
        fair-opens:
          title: The fair opens a day later
          date: 2001-05-03
          sources: [{document: diary, line: 1, quote: a day later}]

        fair-closes:
          title: The fair closes
          date: 2001-05-04
          actors: [{actor: ana, part: host}]
          sources: [{document: paper, line: 3, quote: the fair was closed}]
        """,
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.splitlines(keepends=True)
        path.write_text("".join(line.removeprefix(" " * 8) for line in lines), encoding="utf-8")
        os.utime(path, (1_000_000_000, 1_000_000_000))
    return folder


@pytest.fixture
def bases(tmp_path, monkeypatch) -> list[str]:
    """A base called ours and a base called mine, which corrects one of its events and adds another."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write(Path("ours"), LOWER)
    write(Path("mine"), UPPER)
    return ["ours", "mine"]


@pytest.fixture
def facts(bases) -> list[str]:
    """The options that lay one base over the other."""
    return [word for folder in bases for word in ("--facts", folder)]


def problems(*folders: str) -> list[str]:
    return [str(problem) for problem in check_folder(folders).rows]


def test_the_records_of_all_are_one_base_and_the_later_corrects_the_earlier(bases):
    base = FactBase.load(bases)
    assert base.bases == ("ours", "mine")
    assert [(each["id"], each["base"], each["title"]) for each in base.list("events").results] == [
        ("fair-opens", "mine", "The fair opens a day later"),
        ("lamp-lit", "ours", "A lamp is lit"),
        ("fair-closes", "mine", "The fair closes"),
    ]
    # What names a record of another base finds it, and the corrected record takes part no more.
    (ana,) = base.actor("ana").results
    assert [each["id"] for each in ana["events"]] == ["fair-closes"]
    (paper,) = base.source("paper").results
    assert [(each["id"], each["lines"]) for each in paper["facts"]] == [
        ("ana", [1]),
        ("fair-closes", [3]),
        ("lamp-lit", [2]),
    ]
    assert base.event("2001-05-02").results == []


def test_the_order_decides(bases):
    (opened,) = FactBase.load(bases[::-1]).show("fair-opens").results
    assert (opened["title"], opened["base"]) == ("The fair opens", "ours")


def test_one_base_alone_says_nothing_of_bases(bases, run):
    base = FactBase.load(["ours"])
    assert base.bases == ()
    assert "base" not in base.show("lamp-lit").results[0]
    alone = run("--facts", "ours", "show", "lamp-lit", "--json", facts=None)
    assert list(json.loads(alone.out)["results"][0])[:3] == ["kind", "id", "title"]
    assert run("show", "lamp-lit", "--csv", facts=Path("ours")).out.startswith("kind,id,title,")


def test_each_result_says_which_base_it_is_from(facts, run):
    found = run(*facts, "show", "lamp-lit", "--jsonl", facts=None)
    assert found.out.startswith('{"kind": "event", "id": "lamp-lit", "base": "ours", "title": ')
    holder = json.loads(run(*facts, "who", "mayor", "--json", facts=None).out)["results"][0]
    assert list(holder)[:4] == ["kind", "id", "base", "name"]
    cited = json.loads(run(*facts, "cite", "fair-opens", "--json", facts=None).out)["results"][0]
    assert list(cited.items())[:3] == [("kind", "citation"), ("id", "fair-opens"), ("base", "mine")]
    table = run(*facts, "timeline", "--csv", facts=None).out
    rows = list(csv.DictReader(io.StringIO(table)))
    assert table.startswith("kind,id,base,title,")
    assert [(row["id"], row["base"]) for row in rows] == [
        ("fair-opens", "mine"),
        ("fair-closes", "mine"),
        ("lamp-lit", "ours"),
    ]
    assert run(*facts, "event", "1950", "--csv", facts=None).out.startswith("kind,id,base,title,")


def test_text_and_markdown_say_it_too(facts, run):
    assert run(*facts, "show", "lamp-lit", facts=None).out == (
        "4 May 2001  A lamp is lit\nevent lamp-lit (from ours)\n\n  Sources\n"
        "  [1]  The Paper, line 2 [paper]\n       “a lamp was lit”\n"
    )
    assert run(*facts, "show", "lamp-lit", "-f", "markdown", facts=None).out == (
        "## 4 May 2001: A lamp is lit\n\n`lamp-lit` (event, from ours)\n\n### Sources\n\n"
        "1. The Paper, line 2 (`paper`): “a lamp was lit”\n"
    )
    assert run(*facts, "search", "fair", "--kind", "event", facts=None).out == (
        "4 May 2001  The fair closes  fair-closes (from mine)\n"
        "  The fair closes · 4 May 2001 · host\n"
        "3 May 2001  The fair opens a day later  fair-opens (from mine)\n"
        "  The fair opens a day later · 3 May 2001\n"
    )


def test_every_answer_is_as_the_schema_says(facts, run):
    envelope = jsonschema.Draft202012Validator(schema.build("envelope"))
    for words in (
        ["show", "lamp-lit", "ana"],
        ["who", "mayor"],
        ["cite", "lamp-lit"],
        ["ask", "Who is Ana?"],
    ):
        envelope.validate(json.loads(run(*facts, *words, "--json", facts=None).out))
    about = schema.build("event")["properties"]["base"]["description"]
    assert about == "the base that it is from; only where several are laid over one another"


def test_the_variable_names_several_as_path_does(bases, monkeypatch, run):
    found = run("show", "fair-opens", "--jsonl", facts=Path(os.pathsep.join(["", *bases])))
    assert json.loads(found.out)["base"] == "mine"
    # What is given on the command line, before or after the command, goes before.
    for words in (["--facts", "ours", "show", "fair-opens"], ["show", "fair-opens", "--facts", "ours"]):
        assert json.loads(run(*words, "--jsonl").out)["title"] == "The fair opens"


def test_batch_and_the_straight_path_answer_the_same(bases, facts, monkeypatch, run):
    plain = run(*facts, "show", "lamp-lit", "--json", facts=None)
    monkeypatch.setenv("KOSREL_FACTS", os.pathsep.join(bases))
    assert find_straight(["show", "lamp-lit", "--json"]) is not None
    assert run("show", "lamp-lit", "--json", facts=Path(os.pathsep.join(bases))).out == plain.out
    lines = run(*facts, "event", "-", "--json", stdin="2001-05-03\n2001-05-04\n", facts=None).out
    found = [[each["base"] for each in json.loads(line)["results"]] for line in lines.splitlines()]
    assert found == [["mine"], ["mine", "ours"]]


def test_the_index_of_a_stack_is_kept_until_either_base_changes(bases, monkeypatch):
    def title() -> str:
        return FactBase.load(bases).show("lamp-lit").results[0]["title"]

    assert title() == "A lamp is lit"
    with monkeypatch.context() as patch:
        patch.setattr("kosrel.build.load", lambda *_: pytest.fail("compiled again"))
        assert title() == "A lamp is lit"
    assert cache.fetch(bases[::-1]) is None
    write(Path("ours"), {"events/2001.yaml": LOWER["events/2001.yaml"].replace("A lamp", "The lamp")})
    assert title() == "The lamp is lit"
    write(Path("mine"), {"events.yaml": LOWER["events/2001.yaml"].replace("A lamp", "My own lamp")})
    assert title() == "My own lamp is lit"
    assert FactBase.load("ours").show("lamp-lit").results[0]["title"] == "The lamp is lit"


@pytest.mark.parametrize("order", [1, -1])
def test_a_stack_that_waits_on_disk_is_compiled_the_same(bases, monkeypatch, order):
    renamed = LOWER["actors.yaml"].replace("name: Ana Duric", "name: Ana Quill").replace("Mayor\n", "mayor\n")
    write(Path("mine"), {"actors.yaml": renamed})
    in_memory = list(build.compile_folder(bases[::order]).iterdump())
    monkeypatch.setattr(build, "HELD", -1)
    monkeypatch.setattr(stage, "_BATCH", 2)
    assert list(build.compile_folder(bases[::order]).iterdump()) == in_memory


@pytest.fixture(params=["in memory", "on disk"])
def refused(request, bases, monkeypatch):
    """The problems for which the two bases are refused together, each with the file to jump to."""
    if request.param == "on disk":
        monkeypatch.setattr(build, "HELD", -1)

    def tell() -> list[str]:
        with pytest.raises(BrokenBase) as found:
            build.compile_folder(bases)
        assert str(found.value).endswith("See them all with: kosrel check --facts ours --facts mine")
        told = [str(problem) for problem in found.value.problems]
        assert told == problems(*bases)
        return told

    return tell


def test_what_is_in_no_base_is_told(refused):
    text = UPPER["events.yaml"].replace("actor: ana,", "actor: bo,")
    write(Path("mine"), {"events.yaml": text})
    assert refused() == ["mine/events.yaml:9:20: no actor has the id 'bo'"]


def test_one_name_in_two_bases_is_told(refused):
    actor = """\
        ana-too:
          name: Ana Đurić
          type: person
          roles: [{office: mayor, sources: [{document: paper, line: 1, quote: Mayor Ana Duric}]}]
          sources: [{document: paper, line: 1, quote: Mayor Ana Duric}]
        """
    write(Path("mine"), {"actors.yaml": actor})
    assert refused() == [
        "mine/actors.yaml:1:1: 'Ana Đurić' is also the name of 'ana': tell them apart",
        "mine/actors.yaml:4:20: the office 'mayor' is written 'Mayor' elsewhere",
    ]


def test_a_name_that_was_corrected_away_is_free(bases, monkeypatch):
    other = LOWER["actors.yaml"].replace("ana:", "ana-too:")
    write(
        Path("mine"), {"actors.yaml": LOWER["actors.yaml"].replace("Ana Duric\n", "Bo Lee\n") + "\n" + other}
    )
    assert problems(*bases) == []
    monkeypatch.setattr(build, "HELD", -1)
    build.compile_folder(bases)


def test_a_record_of_another_kind_takes_no_place(refused):
    write(Path("mine"), {"topics.yaml": "        ana:\n          title: Ana\n"})
    assert refused() == [
        "mine/topics.yaml:1:1: the id 'ana' is that of a record of kind actor in ours/actors.yaml:1, "
        "and a record of kind topic cannot take its place"
    ]


def test_an_id_twice_in_one_base_is_still_a_mistake(refused):
    write(Path("mine"), {"events/more.yaml": UPPER["events.yaml"]})
    assert refused() == [
        "mine/events.yaml:1:1: the id 'fair-opens' is used twice; first in mine/events/more.yaml:1",
        "mine/events.yaml:6:1: the id 'fair-closes' is used twice; first in mine/events/more.yaml:6",
    ]


def test_what_only_a_corrected_record_used_is_no_mistake_of_its_base(bases):
    # The correction of fair-opens names neither the work nor the topic that it named.
    assert problems(*bases) == []
    write(Path("mine"), {"topics.yaml": "        idle:\n          title: Idle\n"})
    assert problems(*bases) == ["mine/topics.yaml:1:1: no record has the topic 'idle'"]


def test_check_names_the_stack(facts, run):
    checked = run(*facts, "check", "--json", facts=None)
    stack = f"ours{os.pathsep}mine"
    assert json.loads(checked.out)["query"] == {"command": "check", "folder": stack}
    assert (checked.code, checked.err) == (0, f"{stack}: 8 records, 0 problems\n")


def test_what_is_no_base_is_refused(bases, tmp_path, run):
    (tmp_path / "empty").mkdir()
    (tmp_path / "again").symlink_to("ours")
    told = {
        ("ours", "nowhere"): (1, "there is no folder nowhere; name a folder of fact files with --facts"),
        ("ours", "empty"): (
            1,
            "there is no fact file in empty; a base has files such as events.yaml or events/2013.yaml",
        ),
        ("ours", "mine", "ours"): (2, "the fact base in ours is named twice; lay each base once"),
        ("ours", "again"): (2, "the fact base in again is named twice; lay each base once"),
    }
    for folders, (code, message) in told.items():
        words = [word for folder in folders for word in ("--facts", folder)]
        for command in (["event", "2001"], ["check"]):
            outcome = run(*words, *command, facts=None)
            assert (outcome.code, outcome.out, outcome.err) == (code, "", f"kosrel: {message}\n")
    with pytest.raises(BadUsage, match="no fact base is named"):
        FactBase.load([])
    with pytest.raises(KosrelError, match="there is no folder"):
        FactBase.load([tmp_path / "nowhere", "ours"])


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["fmt"], "fmt"),
        (["new", "topic", "Bridges"], "new"),
        (["coverage", "--documents", ".", "--recount"], "coverage --recount"),
    ],
)
def test_what_writes_into_a_base_wants_one(facts, run, words, command):
    before = sorted(path.read_bytes() for path in Path().rglob("*.yaml"))
    outcome = run(*facts, *words, facts=None)
    told = f"kosrel: kosrel {command} writes into one fact base; name one, not 2\n"
    assert (outcome.code, outcome.out, outcome.err) == (2, "", told)
    assert sorted(path.read_bytes() for path in Path().rglob("*.yaml")) == before


def test_verify_and_coverage_read_the_facts_of_all(facts, tmp_path, run):
    texts = {
        "paper.txt": "Mayor Ana Duric said the fair was opened on 2 May 2001, says An Old Work.\n"
        "On 4 May 2001 a lamp was lit.\nOn 4 May 2001 the fair was closed by Ana Duric.\n",
        "diary.txt": "It was opened a day later, on 3 May 2001.\nIt rained.\n",
    }
    write(tmp_path / "texts", texts)
    reading = "        read:\n          document: paper\n          line: 1\n          sentence: 1\n          facts: 9\n"
    write(tmp_path / "ours", {"readings.yaml": reading})
    verified = run(*facts, "verify", "--documents", "texts", facts=None)
    told = "is not the text that the facts were read from (other content)"
    assert verified.out == (
        f"mine/documents.yaml:1:1: diary: diary.txt {told}\nours/documents.yaml:1:1: paper: paper.txt {told}\n"
    )
    assert verified.err.startswith("2 documents, 5 facts, 5 quotes, ")
    # A reading counts the facts of its own base.
    covered = run(*facts, "coverage", "--documents", "texts", facts=None)
    assert covered.out.splitlines()[0] == "diary.txt:2:1: sentence 1: no fact rests on it: It rained."
    assert covered.err == "1 sentence uncovered, 1 problem\n"


def test_a_citation_names_the_base_that_the_record_is_from(facts, bases, tmp_path, run):
    texts = run(*facts, "cite", "lamp-lit", "fair-opens", facts=None).out.splitlines()
    assert [line[line.rindex("; ") + 2 :] for line in texts if line] == [
        "“A lamp is lit,” in Fact Base ours, record lamp-lit.",
        "“The fair opens a day later,” in Fact Base mine, record fair-opens.",
    ]
    document = run(
        "--facts", "shipped", *facts, "cite", "paper", "setimes-kfor", "--style", "bibtex", facts=None
    )
    keys = [line.partition("{")[2] for line in document.out.splitlines() if line.startswith("@")]
    assert [key.partition(":")[0] for key in keys] == ["paper,", "facts", "setimes-kfor,", "kosrel"]


def test_the_word_shipped_is_the_shipped_base(bases, monkeypatch, run):
    monkeypatch.setattr(shipped, "find_facts", lambda: str(Path("ours").resolve()))
    base = FactBase.load(["shipped", "mine"])
    assert base.bases == ("shipped", "mine")
    assert FactBase.load("shipped").folders == [str(Path("ours").resolve())]
    cited = run("--facts", "shipped", "--facts", "mine", "cite", "lamp-lit", facts=None).out
    assert "in kosrel: A Fact Base on Kosovo–Serbia Relations, version " in cited
    # A problem in it names the file where it is.
    text = LOWER["topics.yaml"].replace("Fairs", "''")
    write(Path("ours"), {"topics.yaml": text})
    assert problems("shipped", "mine")[0].startswith(f"{Path('ours').resolve()}/topics.yaml:2:10: ")
    # A folder of that name is written ./shipped, or is a Path.
    shutil.copytree("mine", "shipped")
    assert find_folders("./shipped") == ("./shipped",)
    assert find_folders(Path("shipped")) == ("./shipped",)
    assert find_folders(find_folders(Path("shipped"))) == ("./shipped",)


def test_bases_are_told_apart_by_the_ends_of_their_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = shipped.find_facts()
    assert name_layers(["a/facts"]) == ()
    assert name_layers(["a/facts", "b/facts", "b/c/"]) == ("a/facts", "b/facts", "c")
    assert name_layers([place, "b/facts"]) == ("shipped", "b/facts")
    assert name_layers(["./shipped", "mine"]) == (f"{tmp_path.name}/shipped", "mine")
    assert name_layers(["/", "/x"]) == ("/", "x")
    assert name_layers([os.fsdecode(b"a\xff"), "b"]) == ("a\\xff", "b")


def test_a_name_of_a_folder_drives_no_terminal(bases, run):
    odd = "m\x1b[31m[sic] = &"
    shutil.copytree("mine", odd)
    words = ["--facts", "ours", "--facts", odd, "show", "fair-closes"]
    for name in ("text", "markdown", "json", "csv"):
        outcome = run(*words, "-f", name, facts=None)
        assert (outcome.code, outcome.err) == (0, "")
        assert "\x1b" not in outcome.out
    assert json.loads(run(*words, "--json", facts=None).out)["results"][0]["base"] == odd


def test_an_export_says_what_bases_there_are(facts, tmp_path, run):
    title = "Fact bases laid over one another: ours; mine"
    for name in ("turtle", "jsonld", "ical", "graph"):
        unfolded = run(*facts, "export", name, facts=None).out.replace("\r\n ", "").replace("\\;", ";")
        assert title in unfolded
    page = run(*facts, "export", "html", facts=None).out
    assert f"<h1>{title}</h1>" in page
    assert '<p class="id">event <a href="#lamp-lit">lamp-lit</a> (from ours)</p>' in page
    whole = json.loads(run(*facts, "export", "json", facts=None).out)
    assert whole["query"] == {"command": "export", "format": "json", "bases": ["ours", "mine"]}
    assert {each["base"] for each in whole["results"]} == {"ours", "mine"}
    assert run(*facts, "export", "csv", "-o", "package", facts=None).code == 0
    assert json.loads(Path("package/datapackage.json").read_text())["title"] == title
    with Path("package/records.csv").open() as file:
        records = {row["id"]: row["base"] for row in csv.DictReader(file)}
    assert records["lamp-lit"] == "ours"
    assert run(*facts, "export", "sqlite", "-o", "facts.db", facts=None).code == 0
    database = sqlite3.connect("facts.db")
    assert dict(database.execute("select id, base from records")) == records
    (metadata,) = database.execute("select json from metadata").fetchone()
    database.close()
    assert json.loads(metadata)["title"] == title


def test_values_of_all_bases_complete(facts, run, monkeypatch):
    monkeypatch.setenv("_KOSREL_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"kosrel event {' '.join(facts)} fair")
    monkeypatch.setenv("COMP_CWORD", str(len(facts) + 2))
    outcome = run(facts=None)
    assert (outcome.code, outcome.out) == (0, "plain,fair-closes\nplain,fair-opens\n")
