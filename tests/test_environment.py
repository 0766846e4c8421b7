"""Arguments, streams, signals and environments that go wrong: a clear message or silence, and the right code."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import TOY

from kosrel.__main__ import main

EMPTY = [
    (["event", ""], 2, "kosrel: '' is not a date I can read."),
    (["event", " "], 2, "kosrel: '' is not a date I can read."),
    (["actor", ""], 2, "kosrel: the name is empty: say which actor\n"),
    (["agreement", "\t"], 2, "kosrel: the name is empty: say which agreement\n"),
    (["who", ""], 2, "kosrel: the office is empty: say which, such as 'prime minister of Serbia'\n"),
    (["who", "harbour master", "--on", ""], 2, "kosrel: '' is not a date I can read."),
    (["search", ""], 3, "there is no word to search for\n"),
    (["ask", ""], 2, "kosrel: the question is empty: ask something like"),
    (["show", ""], 3, "no record has the id ''\n"),
    (["source", ""], 3, "no document or reference has the id ''; documents:"),
    (["list", ""], 2, "kosrel: there is no kind ''; kinds are documents"),
    (["timeline", "--actor", ""], 2, "kosrel: --actor is empty: say which, or leave it out\n"),
    (["timeline", "--topic", " "], 2, "kosrel: --topic is empty: say which, or leave it out\n"),
    (["timeline", "--from", ""], 2, "kosrel: --from is empty: say which, or leave it out\n"),
    (["search", "bridge", "--document", ""], 2, "kosrel: --document is empty: say which, or leave it out\n"),
    (["search", "bridge", "--kind", ""], 2, "kosrel: there is no kind ''; kinds are"),
    (["check", ""], 2, "kosrel: the name of the folder of fact files is empty\n"),
    (["fmt", "", "--check"], 2, "kosrel: the name of the folder of fact files is empty\n"),
    (["event", "2001", "--facts", ""], 2, "kosrel: the name of the folder of fact files is empty\n"),
    (["--facts", "", "event", "2001"], 2, "kosrel: the name of the folder of fact files is empty\n"),
    ([""], 2, "Usage: kosrel [OPTIONS] COMMAND [ARGS]...\nkosrel: No such command ''."),
    ([], 2, "Usage: kosrel [OPTIONS] COMMAND [ARGS]...\n\n  Questions about"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), EMPTY, ids=lambda value: str(value)[:40])
def test_an_empty_argument_is_told(run, arguments, code, message):
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(message)


# The longest argument that Linux takes is 128 KiB; standard input has no such bound.
HUGE = {"a word": "x" * 130_000, "words": "qz " * 43_000, "digits": "9" * 130_000, "marks": "\u0301" * 60_000}


@pytest.mark.parametrize("huge", HUGE)
@pytest.mark.parametrize(
    "command", ["event", "actor", "agreement", "who", "figure", "search", "ask", "conflicts", "source", "show", "list",
                "check", "timeline --actor", "timeline --from", "event 2001 -n", "event 2001 -f", "event 2001 --facts"],
)  # fmt: skip
def test_a_huge_argument_is_soon_answered_and_not_sent_back_whole(run, command, huge):
    begun = time.process_time()
    outcome = run(*command.split(), HUGE[huge])
    assert outcome.code in (1, 2, 3)
    assert outcome.out == ""
    assert 0 < len(outcome.err) < 5000
    assert "inside kosrel" not in outcome.err
    assert time.process_time() - begun < 5


OPTIONS = [
    (["actor", "-x"], 2, "kosrel: No such option '-x'."),
    (["actor", "--no"], 2, "kosrel: No such option '--no'."),
    (["actor", "--", "--help"], 3, "no actor is called '--help'\n"),
    (["search", "--", "--json"], 3, "no record holds the word 'json'\n"),
    (["event", "-n"], 2, "kosrel: Option '-n' requires an argument.\n"),
    (["event", "2001", "-n", "-1"], 2, "-1 is not in the range x>=1."),
    (["event", "2001", "-n", "1e9"], 2, "'1e9' is not a valid integer range."),
    (["event", "2001", "2002"], 2, "kosrel: Got unexpected extra argument (2002)"),
    (["event", "2001", "--limit=\x00"], 2, "'\\x00' is not a valid integer range."),
    (
        ["show", "\udcff", "lamp-lit\x00"],
        3,
        "no record has the id '<U+DCFF>'\nno record has the id 'lamp-lit␀'\n",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "message"), OPTIONS, ids=lambda value: str(value)[:40])
def test_an_argument_that_looks_like_an_option_or_is_no_text_is_told(run, arguments, code, message):
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err


def test_an_option_before_the_command_counts_more_than_the_environment(run, tmp_path):
    assert run("--facts", str(TOY), "event", "2001", facts=tmp_path).code == 0
    assert run("event", "2001", "--facts", str(TOY), facts=tmp_path).code == 0
    assert run("event", "2001", facts=tmp_path).code == 1


def test_an_empty_variable_is_none(run, monkeypatch):
    monkeypatch.setattr("kosrel.shipped.find_facts", lambda: str(TOY))
    assert run("event", "2001", facts="").code == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"COLUMNS": "1"},
        {"COLUMNS": "0"},
        {"COLUMNS": "-5"},
        {"COLUMNS": "²"},
        {"COLUMNS": "9" * 30},
        {"COLUMNS": "9" * 5000},
        {"LINES": "²"},
        {"LINES": "0"},
        {"TERM": ""},
        {"TERM": "nothing\x1b[31m"},
        {"TERM": "xterm-256color", "NO_COLOR": "1", "FORCE_COLOR": "1"},
        {"JUPYTER_COLUMNS": "²"},
    ],
    ids=lambda settings: " ".join(f"{key}={value[:9]}" for key, value in settings.items()),
)
def test_an_odd_terminal_gets_the_whole_answer(run, monkeypatch, settings):
    words = run("event", "2001").out.split()
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    outcome = run("event", "2001")
    assert outcome.code == 0
    plain = outcome.out
    if "FORCE_COLOR" in settings:
        assert not re.search(r"\x1b\[(\d;)*[34]\d", plain)
        return
    shown = "".join(plain.split())
    assert all(word in shown for word in words)


def fail(number):
    def write(*_arguments, **_more):
        raise OSError(number, os.strerror(number), *(str(each) for each in _arguments[:1]))

    return write


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES])
def test_a_fact_file_that_cannot_be_written_stays_as_it_was(run, tmp_path, monkeypatch, number):
    file = tmp_path / "topics.yaml"
    file.write_text("b: {title: B}\na: {title: A}\n", encoding="utf-8")
    monkeypatch.setattr("pathlib.Path.replace", fail(number))
    outcome = run("fmt", str(tmp_path), "--json")
    message = f"{file} cannot be written: {os.strerror(number)}"
    assert outcome.code == 1
    assert outcome.err == f"kosrel: {message}\n"
    assert json.loads(outcome.out)["error"] == {"code": 1, "message": message}
    assert [path.name for path in tmp_path.iterdir()] == ["topics.yaml"]
    assert file.read_text(encoding="utf-8") == "b: {title: B}\na: {title: A}\n"


def test_what_cannot_be_read_is_named_and_is_not_the_answer(run, tmp_path, monkeypatch):
    monkeypatch.setattr("os.scandir", fail(errno.EACCES))
    outcome = run("check", str(tmp_path))
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == f"kosrel: the folder {tmp_path} cannot be read: Permission denied\n"
    monkeypatch.setattr("kosrel.curation.check_folder", fail(errno.EACCES))
    outcome = run("check", "some-folder")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "kosrel: some-folder: Permission denied\n")


class Broken(io.BytesIO):
    """Standard input that fails when it is read."""

    def read1(self, *_size):
        raise OSError(errno.EIO, "Input/output error")


def test_standard_input_that_fails_is_told_on_one_line_of_json(capsys, monkeypatch):
    monkeypatch.setenv("KOSREL_FACTS", str(TOY))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Broken()))
    assert main(["event", "-", "--json"]) == 1
    out, err = capsys.readouterr()
    message = "standard input cannot be read: Input/output error"
    assert err == f"kosrel: {message}\n"
    assert json.loads(out)["error"] == {"code": 1, "message": message}
    assert out.count("\n") == 1


def test_a_line_of_standard_input_without_end_is_refused(run):
    outcome = run("event", "-", "--json", stdin="2001-05-02\n" + "x" * 300_000)
    first, last = map(json.loads, outcome.out.splitlines())
    assert first["count"] == 3
    assert last["error"]["message"] == "a line of standard input is longer than 200,000 bytes"
    assert outcome.code == 1


ANSWER = '{"kind": "event", "id": "bridge-accord-signed"'
STDOUT = "kosrel: the answer cannot be written: "
FULL = STDOUT + "No space left on device\n"
CLOSED = STDOUT + "standard output is closed\n"
STDIN = "kosrel: standard input is closed: '-' reads the queries from there, one a line\n"
# A line for the shell, the exit code, what standard output begins with, and standard error.
SHELL = {
    # Streams.
    "KOSREL event 2001 --jsonl <&-": (0, ANSWER, ""),
    "KOSREL event - <&-": (1, "", STDIN),
    "KOSREL event - --json </dev/null": (3, "", ""),
    "KOSREL event - </dev/zero": (1, "", "kosrel: a line of standard input is longer than 200,000 bytes\n"),
    "KOSREL list events --json >&-": (1, "", CLOSED),
    "KOSREL --help >&-": (1, "", CLOSED),
    "KOSREL event 2001 >&- 2>&-": (1, "", ""),
    "KOSREL actor Bismarck 2>&-": (3, "", ""),
    "KOSREL actor Bismarck 2>/dev/full": (3, "", ""),
    "KOSREL event 2013-02-30 2>/dev/full": (2, "", ""),
    "KOSREL nonsense 2>/dev/full": (2, "", ""),
    "KOSREL event 2001 >/dev/full": (1, "", FULL),
    "KOSREL event 2001 --json >/dev/full": (1, "", FULL),
    "KOSREL --help >/dev/full": (1, "", FULL),
    "KOSREL completion bash >/dev/full": (1, "", FULL),
    "KOSREL event 2001 >/dev/full 2>/dev/full": (1, "", ""),
    "ulimit -f 0; KOSREL list events --json >PLACE/file": (1, "", STDOUT + "File too large\n"),
    "set -o pipefail; KOSREL list events --json | true": (0, "", ""),
    "set -o pipefail; KOSREL --help | true": (0, "", ""),
    "set -o pipefail; KOSREL event - --json <<<2001 | true": (0, "", ""),
    "KOSREL actor Bismarck 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}": (3, "", ""),
    # Locales and homes.
    "LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 KOSREL actor ana-duric --jsonl": (0, '{"kind": "actor", "id": "ana-duric", "name": "Ana Đurić"', ""),
    "PYTHONIOENCODING=ascii:strict KOSREL actor Đurič": (0, "Ana Đurić", ""),
    "env -u HOME -u XDG_CACHE_HOME KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "env -u XDG_CACHE_HOME HOME=/proc KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "XDG_CACHE_HOME=/dev/null KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "XDG_CACHE_HOME=FACTS/topics.yaml KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "XDG_CACHE_HOME=/dev/full/x TMPDIR=/nowhere KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "mkdir PLACE/gone; cd PLACE/gone; rmdir PLACE/gone; KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "ulimit -v 400000; KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "ulimit -n 9; KOSREL event 2001 --jsonl": (0, ANSWER, ""),
    "_KOSREL_COMPLETE=bash_complete COMP_WORDS='kosrel event ' COMP_CWORD=2 KOSREL_FACTS=/nowhere KOSREL": (0, "\n", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What every line for the shell left."""
    place = tmp_path_factory.mktemp("shell")
    environment = {
        **os.environ,
        "KOSREL_FACTS": str(TOY),
        "COLUMNS": "80",
        "XDG_CACHE_HOME": str(place / "cache"),
    }
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("there is no /dev/full here")

    def start(line):
        line = (
            line.replace("KOSREL_", "\0")
            .replace("KOSREL", f"{sys.executable} -m kosrel")
            .replace("\0", "KOSREL_")
        )
        line = line.replace("PLACE", str(place)).replace("FACTS/", f"{TOY}/")
        return subprocess.run(
            ["bash", "-c", line],
            env=environment,
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(SHELL, pool.map(start, SHELL), strict=True))


@pytest.mark.parametrize("line", SHELL)
def test_streams_and_environments_that_go_wrong(outcomes, line):
    code, out, err = SHELL[line]
    done = outcomes[line]
    assert (done.returncode, done.stderr) == (code, err)
    assert done.stdout.startswith(out)
    assert bool(done.stdout) == bool(out)


# Waits for standard input, so that the signal comes when it is at work.
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGHUP, -1)]
)
def test_a_signal_ends_it_without_a_word(number, code):
    process = subprocess.Popen(
        [sys.executable, "-m", "kosrel", "event", "-", "--json"],
        env={**os.environ, "KOSREL_FACTS": str(TOY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(b"2001-05-02\n")
    process.stdin.flush()
    whole = process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert json.loads(whole)["count"] == 3
    # Click ends the line on which a terminal shows ^C.
    assert (process.returncode, out, err.strip()) == (code, b"", b"")
