"""Work is shared among processes; whatever becomes of them, all of it is done, in order.

What forks is tried in a process of its own: the one that runs the tests may have several threads.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from kosrel import workers

HERE = os.getpid()


def count(number: int) -> Iterator[tuple[int, int, bool]]:
    """So many things of a number, the last by whom they were made."""
    for each in range(number % 7):
        yield number, each, os.environ.get("KOSREL_TEST_HOME") == str(os.getpid())


def count_and_end(number: int) -> Iterator[tuple[int, int, bool]]:
    """The same, but a process of its own ends in the middle of some."""
    for each in count(number):
        if not each[2] and number in (9, 25) and each[1] == 1:
            os._exit(3)
        yield each


def refuse(number: int) -> Iterator[int]:
    if number == 5:
        raise ValueError("five")
    yield number


def weigh(number: int) -> Iterator[str]:
    yield "x" * number


@pytest.fixture(autouse=True)
def _processors(monkeypatch):
    monkeypatch.setenv("KOSREL_TEST_HOME", str(os.getpid()))
    monkeypatch.setattr(workers, "count_processors", lambda: 3)


def made(work=count, items=40):
    return list(workers.share(work, list(range(items))))


ALONE = [(number, each) for number in range(40) for each in range(number % 7)]


def test_all_comes_back_in_order_from_others():
    found = made()
    assert [each[:2] for each in found] == ALONE
    assert not any(here for *_rest, here in found)


def test_what_an_ended_process_does_not_send_is_made_here():
    found = made(count_and_end)
    assert [each[:2] for each in found] == ALONE
    assert {here for *_rest, here in found} == {False, True}


@pytest.mark.parametrize("executable", ["", None, "/nonexistent/python", "/bin/false"])
def test_without_other_processes_all_is_made_here(monkeypatch, executable):
    monkeypatch.setattr(sys, "executable", executable)
    found = made()
    assert [each[:2] for each in found] == ALONE
    assert all(here for *_rest, here in found)


def test_one_processor_and_one_item_need_no_other_process(monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *_args, **_kw: pytest.fail("started a process"))
    assert list(workers.share(count, [6])) == [(6, each, True) for each in range(6)]
    assert list(workers.share(count, [])) == []
    monkeypatch.setattr(workers, "count_processors", lambda: 1)
    assert len(made()) == len(ALONE)


def test_an_error_in_the_work_is_raised_here():
    shared = workers.share(refuse, list(range(10)))
    assert [next(shared) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(shared)


def test_much_is_sent_whole():
    sizes = [10, 3_000_000, 0, 70_000]
    assert [len(text) for text in workers.share(weigh, sizes)] == sizes


def test_processes_end_when_no_more_is_wanted(monkeypatch):
    started = []
    start = subprocess.Popen

    def note(*arguments, **options):
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", note)
    shared = workers.share(weigh, [100_000] * 50)
    next(shared)
    assert [process.poll() for process in started] == [None] * 3
    shared.close()
    assert None not in [process.poll() for process in started]


FORKING = """
import os, sys, threading
from kosrel import workers
HERE = os.getpid()
workers.count_processors = lambda: 3

def count(number):
    for each in range(number % 7):
        yield number, each, os.getpid() == HERE

ALONE = [(number, each) for number in range(40) for each in range(number % 7)]

def share(work=count, items=range(40), weight=2):
    return list(workers.share_forked(work, list(items), weight))

def children():
    try:
        return os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None

def whose(found):
    return {here for *_rest, here in found}

"""


def alone(script: str) -> str:
    """What a script prints that forks, run with warnings as errors in a process that has one thread."""
    command = [sys.executable, "-W", "error", "-c", FORKING + script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


forks = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whether there is one thread")


@forks
@pytest.mark.parametrize(
    ("processors", "weight", "here"),
    # Items 0, 3, 6 … of three processes, and 0, 7, 14 … when each fork makes three times as many.
    [(3, 1, list(range(0, 40, 3))), (3, 3, list(range(0, 40, 7))), (2, 2, list(range(0, 40, 3)))],
)
def test_this_process_and_forks_of_it_make_all_in_order(processors, weight, here):
    script = f"""
workers.count_processors = lambda: {processors}
found = share(weight={weight})
assert [each[:2] for each in found] == ALONE
print(sorted({{number for number, _each, here in found if here}}), children())
"""
    assert alone(script) == f"{[number for number in here if number % 7]} None\n"


@forks
def test_a_fork_has_what_is_in_memory():
    script = """
held = [lambda: "kept", lambda: "too", lambda: "three"]
print(share(lambda each: [each()], held))
"""
    assert alone(script) == "['kept', 'too', 'three']\n"


@forks
def test_what_an_ended_fork_does_not_send_is_made_here():
    script = """
def end(number):
    for made in count(number):
        if not made[2] and number in (9, 25) and made[1] == 1:
            os._exit(3)
        yield made
found = share(end)
assert [each[:2] for each in found] == ALONE
print(whose(found), children())
"""
    assert alone(script) == "{False, True} None\n"


@pytest.mark.parametrize(
    "hindered",
    [
        "def refuse(*given): raise OSError(11, 'no more processes')\nos.fork = refuse",
        "def refuse(*given): raise OSError(24, 'too many files')\nos.pipe = refuse",
        "threading.Thread(target=threading.Event().wait, daemon=True).start()",
        "sys.platform = 'plan9'",
        "def refuse(*given): raise OSError(2, 'no /proc')\nos.scandir = refuse",
        "workers.count_processors = lambda: 1",
    ],
    ids=["no process", "no pipe", "another thread", "another system", "no /proc", "one processor"],
)
def test_without_forks_all_is_made_here(hindered):
    script = f"""
{hindered}
found = share()
assert [each[:2] for each in found] == ALONE
print(whose(found), children())
os._exit(sys.stdout.flush() or 0)
"""
    assert alone(script) == "{True} None\n"


@forks
def test_an_error_in_what_a_fork_makes_is_raised_here():
    script = """
def refuse(number):
    if number == 5:
        raise ValueError("five")
    yield number
shared = workers.share_forked(refuse, list(range(10)))
print([next(shared) for _ in range(5)])
try:
    next(shared)
except ValueError as error:
    print(error, children())
"""
    assert alone(script) == "[0, 1, 2, 3, 4]\nfive None\n"


@forks
def test_a_fork_sends_much_whole():
    script = """
sizes = [10, 3_000_000, 0, 70_000, 5_000_000, 4]
print([len(text) for text in share(lambda number: ["x" * number], sizes)] == sizes)
"""
    assert alone(script) == "True\n"


@forks
def test_forks_end_when_no_more_is_wanted_and_write_nothing_of_ours():
    script = """
print("waiting to be written", end=" ")
shared = workers.share_forked(lambda number: ["x" * number], [100_000] * 50)
next(shared)
assert children() == (0, 0)
shared.close()
print(children())
"""
    assert alone(script) == "waiting to be written None\n"


@forks
def test_forks_that_the_program_takes_no_heed_of_do_no_harm():
    script = """
import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print([each[:2] for each in share()] == ALONE, children())
"""
    assert alone(script) == "True None\n"
