"""The command line: streams, exit codes, formats, batch, and what may not happen."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from conftest import TOY


def test_an_answer_is_one_json_object(run):
    outcome = run("event", "2001-05-02", "--json")
    envelope = json.loads(outcome.out)
    assert list(envelope) == ["schema", "query", "count", "results"]
    assert envelope["schema"] == "kosrel/1"
    assert envelope["query"] == {"command": "event", "when": "2001-05-02"}
    assert envelope["count"] == len(envelope["results"]) == 3
    assert (outcome.code, outcome.err) == (0, "")


def test_a_miss_is_one_json_object_and_its_hints_are_talk(run):
    outcome = run("actor", "Bismarck", "--json")
    assert json.loads(outcome.out) == {
        "schema": "kosrel/1",
        "query": {"command": "actor", "name": "Bismarck"},
        "count": 0,
        "results": [],
    }
    assert outcome.err == "no actor is called 'Bismarck'\n"
    assert outcome.code == 3


def test_letters_stay_letters_and_controls_are_escaped_in_json(run):
    out = run("show", "hard-characters", "ana-duric", "--json").out
    assert "Đurić" in out
    assert "ç" in out
    assert "\\u001b[m" in out
    assert "\\u202e" in out
    assert not any(ord(letter) < 32 and letter != "\n" for letter in out)
    summary = json.loads(out)["results"][0]["summary"]
    assert summary == "A bell\a and an escape\x1b[m, an override\u202e, a line of ç and đ."


def test_a_wrong_date_is_exit_2_with_an_error_in_the_envelope(run):
    outcome = run("event", "2013-02-30", "--json")
    message = "there is no 30 February 2013: that month has 28 days. Did you mean 2013-02-28 or 2013-03-02?"
    assert json.loads(outcome.out) == {
        "schema": "kosrel/1",
        "query": {"command": "event", "when": "2013-02-30"},
        "count": 0,
        "results": [],
        "error": {"code": 2, "message": message},
    }
    assert outcome.err == f"kosrel: {message}\n"
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["event", "2001"], 0),
        (["actor", "Lee"], 4),
        (["event", "1950"], 3),
        (["event", "no-such-id"], 3),
        (["show", "nothing"], 3),
        (["source", "nothing"], 3),
        (["agreement", "Treaty of Nowhere"], 3),
        (["event", "2013-02-30"], 2),
        (["event", "10/03/14"], 2),
        (["list", "nonsense"], 2),
        (["event"], 2),
        (["event", "2001", "--format", "xml"], 2),
        (["event", "2001", "-n", "0"], 2),
        (["nonsense"], 2),
        (["--help"], 0),
        (["event", "-h"], 0),
        (["--version"], 0),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "markdown"])
def test_the_exit_code_is_the_same_in_every_format(run, arguments, code, form):
    assert run("--format", form, *arguments).code == code


@pytest.mark.parametrize("form", ["text", "jsonl", "markdown"])
def test_a_miss_prints_no_answer(run, form):
    assert run("event", "1950", "-f", form).out == ""


def test_a_miss_in_csv_is_a_header(run):
    out = run("event", "1950", "--csv").out
    assert out == (
        "kind,id,title,date,earliest,latest,precision,basis,date_note,match,summary,place,actors,agreement,"
        "topics,note,conflicts,sources,references\n"
    )


def test_an_answer_of_any_command_can_be_a_table(run):
    header, row = run("who", "harbour master", "--csv").out.splitlines()
    assert header == "kind,id,name,office,body,match,attested,sources,references"
    assert row.startswith("role,ana-duric,Ana Đurić,")


def test_options_may_stand_before_the_command(run):
    assert run("--json", "event", "2001").out == run("event", "2001", "--json").out
    assert run("-n", "1", "list", "topics", "--jsonl").out == run("list", "topics", "--jsonl", "-n", "1").out


def test_every_format_has_a_short_form(run):
    for form in ("text", "json", "jsonl", "csv", "markdown"):
        assert run("event", "2001", f"--{form}").out == run("event", "2001", "--format", form).out


def test_dash_answers_a_line_for_each_line(run):
    outcome = run("event", "-", "--json", stdin="2001-05-02\n\n2013-02-30\n1950\nlamp-lit\n")
    envelopes = [json.loads(line) for line in outcome.out.splitlines()]
    assert [(each["query"]["when"], each["count"], "error" in each) for each in envelopes] == [
        ("2001-05-02", 3, False),
        ("2013-02-30", 0, True),
        ("1950", 0, False),
        ("lamp-lit", 1, False),
    ]
    assert outcome.code == 0


def test_show_reads_ids_from_standard_input(run):
    outcome = run("show", "-", "--jsonl", stdin="lamp-lit\nbridge-accord ana-duric\n")
    assert [json.loads(line)["id"] for line in outcome.out.splitlines()] == [
        "lamp-lit",
        "bridge-accord",
        "ana-duric",
    ]


def test_dash_with_nothing_found_is_exit_3(run):
    assert run("actor", "-", stdin="nobody\n").code == 3
    assert run("actor", "-", stdin="").code == 3


def test_what_is_asked_again_is_told_again_and_the_last_line_needs_no_end(run):
    outcome = run("event", "-", "--json", stdin="1950\r\n2013-02-30\n1950\n\n2013-02-30")
    one, wrong, *others = outcome.out.splitlines()
    assert others == [one, wrong]
    talk = outcome.err.splitlines()
    assert len(talk) > 2
    assert talk[: len(talk) // 2] == talk[len(talk) // 2 :]
    assert outcome.code == 3


def test_an_answer_comes_before_the_next_question():
    command = [sys.executable, "-m", "kosrel", "event", "-", "--json"]
    environment = {**os.environ, "KOSREL_FACTS": str(TOY)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        for when, count in (("2001-05-02", 3), ("1950", 0), ("2001-05-02", 3)):
            process.stdin.write(f"{when}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["count"] == count
            if not count:
                assert process.stderr.readline().startswith(b"no event in the documents")
        process.stdin.close()
        assert process.wait() == 0


def kosrel(*arguments, **settings):
    environment = {**os.environ, "KOSREL_FACTS": str(TOY), "COLUMNS": "80", **settings.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "kosrel", *arguments],
        env=environment,
        capture_output=True,
        check=False,
        **settings,
    )


def test_a_closed_pipe_is_quiet():
    program = f"{sys.executable} -m kosrel list events --json | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", program],
        env={**os.environ, "KOSREL_FACTS": str(TOY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{\n", "")


@pytest.mark.parametrize("form", ["text", "json", "markdown", "csv"])
def test_output_is_utf8_in_every_locale(form):
    done = kosrel(
        "actor", "ana-duric", "-f", form,
        env={"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
    )  # fmt: skip
    assert done.returncode == 0
    assert "Đurić" in done.stdout.decode("utf-8")


def test_an_argument_that_is_no_text_is_no_crash():
    done = subprocess.run(
        [sys.executable, "-m", "kosrel", "actor", b"\xff\x1b[31m", "--json"],
        env={**os.environ, "KOSREL_FACTS": str(TOY)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert json.loads(done.stdout)["query"]["name"] == "\udcff\x1b[31m"
    assert done.stderr.decode() == "no actor is called '<U+DCFF>␛[31m'\n"


def test_an_interrupt_is_exit_130(run, monkeypatch):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("kosrel.factbase.FactBase.warm", interrupt)
    outcome = run("event", "2001")
    assert outcome.code == 130
    assert "Traceback" not in outcome.err


def test_two_runs_print_the_same_bytes():
    first, second = (kosrel("list", "events", "--json", env={"PYTHONHASHSEED": seed}) for seed in "12")
    assert first.stdout == second.stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")  # noqa: PTH110
@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_full_disk_is_told_not_passed_over(form):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "kosrel", "list", "events", "-f", form],
            env={**os.environ, "KOSREL_FACTS": str(TOY)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "kosrel: the answer cannot be written: No space left on device\n"


def test_closed_standard_output_is_told():
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m kosrel list events --json >&-"],
        env={**os.environ, "KOSREL_FACTS": str(TOY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "kosrel: the answer cannot be written: standard output is closed\n",
    )


def test_an_error_inside_kosrel_is_no_traceback(run, monkeypatch):
    def fail(*_arguments):
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("kosrel.factbase.FactBase.event", fail)
    outcome = run("event", "2001")
    assert outcome.code == 1
    assert outcome.err.startswith(
        "kosrel: an error inside kosrel, not of yours: ZeroDivisionError: by design\n"
    )
    with pytest.raises(ZeroDivisionError):
        run("--debug", "event", "2001")


def test_a_huge_argument_is_not_sent_back_whole(run):
    outcome = run("actor", "x" * 100_000)
    assert outcome.code == 3
    assert len(outcome.err) < 3000
