"""JSON Schema: every command's output is valid by it, and so is every fact file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, TESTS, TOY
from jsonschema import Draft202012Validator

from kosrel import schema
from kosrel.cli import cli
from kosrel.model import FOLDERS, KINDS
from kosrel.reader import read

ENVELOPE = Draft202012Validator(schema.build("envelope"))

# For each command one that finds, and one that does not or cannot.
CASES = {
    "event": [["2001-05-02"], ["lamp-lit"], ["1950"], ["2013-02-30"]],
    "actor": [["ana-duric"], ["northport"], ["Lee"], ["nobody"], [""]],
    "agreement": [["bridge-accord"], ["Treaty of Nowhere"], ["2013-02-30"]],
    "who": [["harbour master"], ["harbour master", "--on", "2001"], ["bishop"], [""]],
    "figure": [[], ["bridge"], ["zeppelins"], ["bridge", "--actor", "nobody"]],
    "show": [["bridge-accord", "begin-year", "untitled-note", "island-almanac"], ["nothing"]],
    "search": [["bridge"], ["zeppelins"], ["bridge", "--from", "nonsense"]],
    "ask": [["When was the bridge accord signed?"], ["Who won the football match?"], [""]],
    "timeline": [[], ["--from", "1950", "--to", "1951"], ["--actor", "nobody"]],
    "list": [["topics"], ["events", "--actor", "cy-lee"], ["nonsense"], *([kind] for kind in KINDS)],
    "conflicts": [[], ["begin"], ["zeppelins"], ["--topic", "nothing"]],
    "source": [[], ["herald-bridge"], ["nothing"]],
    "cite": [["bridge-accord", "herald-bridge"], ["ferries"], ["nothing"], ["lamp-lit", "--style", "apa"]],
    "check": [[], [str(TESTS / "broken" / "bad-number")], [str(TESTS / "nowhere")]],
    "verify": [["--documents", str(TESTS / "documents")], ["--documents", str(TESTS / "nowhere")]],
    "coverage": [["--documents", str(TESTS / "documents")], ["--documents", str(TESTS / "nowhere")]],
    "fmt": [["--check"], ["--check", str(TESTS / "broken" / "bad-number")]],
}
PLAIN = {"completion", "export", "mcp", "new", "schema"}


def fault(validator, instance):
    """The first fault of an instance, with its place; None when it is valid."""
    error = next(validator.iter_errors(instance), None)
    return error and f"{list(error.absolute_path)}: {error.message[:300]}"


@pytest.mark.parametrize("name", schema.names())
def test_every_schema_is_one_by_its_dialect(name):
    built = schema.build(name)
    Draft202012Validator.check_schema(built)
    assert built["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(schema.write(name)) == built


@pytest.mark.parametrize(
    ("command", "arguments"), [(command, case) for command, cases in CASES.items() for case in cases], ids=str
)
def test_the_output_of_every_command_is_valid_on_hit_and_miss(run, command, arguments):
    outcome = run(command, *arguments, "--json")
    envelope = json.loads(outcome.out)
    assert fault(ENVELOPE, envelope) is None
    for result in envelope["results"]:
        kind = Draft202012Validator(schema.build(result.get("kind", "problem")))
        assert fault(kind, result) is None


@pytest.mark.parametrize("command", CASES)
def test_both_a_hit_and_a_miss_are_tried(run, command):
    codes = {run(command, *arguments, "--json").code for arguments in CASES[command]}
    assert 0 in codes
    assert codes & {1, 2, 3}


def test_every_command_with_an_envelope_is_tried():
    assert set(CASES) | PLAIN == set(cli.list_commands(None))


def test_every_envelope_of_a_batch_is_valid(run):
    out = run("event", "-", "--json", stdin="2001\n1950\n2013-02-30\n").out
    assert [fault(ENVELOPE, json.loads(line)) for line in out.splitlines()] == [None, None, None]


def test_every_record_of_the_shipped_base_is_valid(shipped):
    for name in KINDS:
        validator = Draft202012Validator(schema.build(name))
        results = shipped.list(name).results
        faults = [fault(validator, result) for result in results[:: max(1, len(results) // 20)]]
        assert results
        assert set(faults) == {None}, name


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "kosrel/2"},
        {"query": {}},
        {"count": -1},
        {"results": [{"kind": "event"}]},
        {"results": [{"kind": "nonsense", "id": "a"}]},
        {"more": 1},
        {"answer": "only ask has one"},
        {"error": {"code": 2, "message": "an error has no results"}},
    ],
    ids=str,
)
def test_what_is_no_envelope_is_not_valid(run, change):
    envelope = json.loads(run("event", "2001-05-02", "--json").out)
    assert fault(ENVELOPE, envelope) is None
    assert fault(ENVELOPE, {**envelope, **change}) is not None


@pytest.mark.parametrize("command", ["ask", "search", "verify", "coverage"])
def test_a_command_that_adds_a_key_always_has_it(run, command):
    envelope = json.loads(run(command, *CASES[command][0], "--json").out)
    del envelope[list(envelope)[4]]
    assert fault(ENVELOPE, envelope) is not None


@pytest.mark.parametrize("key", ["title", "date", "match", "actors", "conflicts", "sources"])
def test_a_key_that_is_missing_or_of_another_type_is_told(toy, key):
    (result,) = toy.event("lamp-lit").results
    validator = Draft202012Validator(schema.build("event"))
    assert fault(validator, result) is None
    assert fault(validator, {**result, key: 1}) is not None
    del result[key]
    assert fault(validator, result) is not None


def plain(node):
    """A node as the text, lists and mappings that kosrel reads."""
    if isinstance(node.value, dict):
        return {key: plain(inner) for key, inner in node.value.items()}
    return [plain(inner) for inner in node.value] if isinstance(node.value, list) else node.value


def fact_files(folder):
    for path in sorted(folder.rglob("*.yaml")):
        place = path.relative_to(folder).parts[0].removesuffix(".yaml")
        if place in FOLDERS:
            root, _problems = read(path, path.name)
            if root is not None:
                yield path, place, plain(root)


@pytest.mark.parametrize("folder", [TOY, ROOT / "facts"], ids=lambda folder: folder.name)
def test_every_fact_file_is_valid(folder):
    validators = {place: Draft202012Validator(schema.build(place)) for place in FOLDERS}
    files = list(fact_files(folder))
    assert len(files) > 10
    assert {path: fault(validators[place], content) for path, place, content in files} == dict.fromkeys(
        path for path, _place, _content in files
    )


# What concerns one field alone is told by the schema too; rules over a whole base are not.
TOLD = [
    "bad-address", "bad-choice", "bad-date", "bad-id", "bad-number", "bad-value", "empty-value", "long-quote",
    "missing-field", "missing-source", "too-few", "unexplained-date", "unknown-field",
]  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_a_field_may_not_hold_the_schema_refuses(name):
    faults = [
        fault(Draft202012Validator(schema.build(place)), content)
        for _path, place, content in fact_files(TESTS / "broken" / name)
    ]
    assert any(faults)


@pytest.mark.parametrize(
    ("place", "record"),
    [
        ("figures", {"title": 2013, "date": 2013, "value": 92.8, "unit": "percent", "counted": "bridges"}),
        ("figures", {"title": "Bridges", "date": "2001~/..", "value": -3, "unit": "m", "counted": "bridges"}),
    ],
)
def test_scalars_that_an_editor_reads_as_numbers_are_valid(place, record):
    sources = [{"document": "a", "line": 1, "quote": 12}]
    validator = Draft202012Validator(schema.build(place))
    assert fault(validator, {"a": {**record, "sources": sources}}) is None
    assert fault(validator, {"a": {**record, "sources": [{**sources[0], "line": 0}]}}) is not None


def test_the_command_prints_a_schema(run):
    outcome = run("schema", "events")
    assert (outcome.code, outcome.err) == (0, "")
    assert json.loads(outcome.out) == schema.build("events")
    assert run("schema").out == schema.write("envelope")


@pytest.mark.parametrize("name", ["nonsense", "", "../x", "\x1b"])
def test_an_unknown_schema_is_exit_2_and_names_those_there_are(run, name):
    outcome = run("schema", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert "schemas are envelope, document, reference, event," in outcome.err
    assert "\x1b" not in outcome.err


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "facts"
    shutil.copytree(TOY, folder)
    return folder


@pytest.mark.parametrize("place", FOLDERS)
def test_the_shipped_schemas_are_those_of_the_model(request, place):
    kept = ROOT / "facts" / "schema" / f"{place}.json"
    if request.config.getoption("--update"):
        kept.write_text(schema.write(place), encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == schema.write(place)


def test_a_base_that_keeps_schemas_names_them_for_an_editor(run, copy):
    (copy / "schema").mkdir()
    outcome = run("fmt", "--check", str(copy))
    assert outcome.code == 1
    assert "schema/events.json:1:1: not the schema of this version: kosrel fmt writes it\n" in outcome.out
    assert "events/2001.yaml:1:1: not in canonical form: kosrel fmt writes it so\n" in outcome.out
    assert run("fmt", str(copy)).code == 0
    assert (copy / "events" / "2001.yaml").read_text(encoding="utf-8") == (
        "# yaml-language-server: $schema=../schema/events.json\n\n"
        + (TOY / "events" / "2001.yaml").read_text(encoding="utf-8")
    )
    for path, place, _content in fact_files(copy):
        comment = path.read_text(encoding="utf-8").splitlines()[0]
        named = path.parent / comment.removeprefix("# yaml-language-server: $schema=")
        assert named.resolve() == (copy / "schema" / f"{place}.json").resolve()
        assert json.loads(named.read_text(encoding="utf-8")) == schema.build(place)
    assert run("fmt", "--check", str(copy)).code == 0
    assert run("check", str(copy)).code == 0


def test_the_comment_goes_with_the_schemas_and_other_comments_stay(run, copy):
    (copy / "schema").mkdir()
    topics = copy / "topics.yaml"
    text = topics.read_text(encoding="utf-8")
    topics.write_text("# Ours.\n# yaml-language-server: $schema=elsewhere.json\n" + text, encoding="utf-8")
    run("fmt", str(copy))
    first = "# yaml-language-server: $schema=schema/topics.json\n"
    assert topics.read_text(encoding="utf-8") == f"{first}# Ours.\n\n{text}"
    shutil.rmtree(copy / "schema")
    run("fmt", str(copy))
    assert topics.read_text(encoding="utf-8") == f"# Ours.\n\n{text}"


@pytest.mark.parametrize("left", [b"", b"{}", b"\xff", None])
def test_a_schema_that_is_out_of_step_is_told_and_written_anew(run, copy, left):
    (copy / "schema").mkdir()
    run("fmt", str(copy))
    stale = copy / "schema" / "events.json"
    stale.unlink() if left is None else stale.write_bytes(left)
    assert run("fmt", "--check", str(copy)).out == (
        "schema/events.json:1:1: not the schema of this version: kosrel fmt writes it\n"
    )
    assert run("fmt", str(copy)).err == f"{copy}: 1 files changed, 0 problems\n"
    assert stale.read_text(encoding="utf-8") == schema.write("events")


def test_a_schema_folder_that_leads_elsewhere_is_left_alone(run, copy, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (copy / "schema").symlink_to(tmp_path / "elsewhere")
    assert run("fmt", str(copy)).code == 0
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_readings_keep_the_comment_when_they_are_counted_anew(run, copy):
    (copy / "schema").mkdir()
    run("fmt", str(copy))
    outcome = run("coverage", "--documents", str(TESTS / "documents"), "--recount", facts=copy)
    assert outcome.code == 0
    assert run("fmt", "--check", str(copy)).code == 0


def test_the_schemas_are_those_that_an_editor_or_a_checker_applies(run, copy):
    (copy / "schema").mkdir()
    run("fmt", str(copy))
    files = [str(path) for path in sorted((copy / "events").glob("*.yaml"))]
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(copy / "schema" / "events.json")]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
