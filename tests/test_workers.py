"""Work is shared among processes; whatever becomes of them, all of it is done, in order."""

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
    monkeypatch.setattr(workers.subprocess, "Popen", lambda *_args, **_kw: pytest.fail("started a process"))
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

    monkeypatch.setattr(workers.subprocess, "Popen", note)
    shared = workers.share(weigh, [100_000] * 50)
    next(shared)
    assert [process.poll() for process in started] == [None] * 3
    shared.close()
    assert None not in [process.poll() for process in started]
