"""A base that waits on disk is compiled and refused just as one in memory is."""

from __future__ import annotations

import contextlib
import gc
import shutil
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from conftest import TESTS, TOY

from kosrel import build, shipped, stage, workers
from kosrel.checks import check_record
from kosrel.compiler import Compiler
from kosrel.errors import BrokenBase, KosrelError
from kosrel.loader import load

BROKEN = sorted(path for path in (TESTS / "broken").iterdir() if path.is_dir())


@pytest.fixture
def staged(monkeypatch):
    """Every base counts as too large for memory, and little of it is kept there."""
    monkeypatch.setattr(build, "HELD", -1)
    monkeypatch.setattr(stage, "_BATCH", 3)
    monkeypatch.setattr(stage, "_RECORDS", 2)
    monkeypatch.setattr(stage, "_KINDS", 2)
    monkeypatch.setattr(workers, "count_processors", lambda: 1)


def contents(connection) -> list[str]:
    return list(connection.iterdump())


@pytest.mark.parametrize("processors", [1, 3])
@pytest.mark.parametrize("folder", [TOY, Path(shipped.find_facts())], ids=["toy", "shipped"])
def test_the_index_is_the_same(monkeypatch, folder, processors, tmp_path):
    in_memory = contents(build.compile_folder(folder))
    monkeypatch.setattr(build, "HELD", -1)
    monkeypatch.setattr(workers, "count_processors", lambda: processors)
    assert contents(build.compile_folder(folder)) == in_memory
    assert contents(build.compile_folder(folder, str(tmp_path / "index"))) == in_memory
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


def test_the_index_is_the_same_when_little_is_kept_in_memory(monkeypatch, staged):
    on_disk = contents(build.compile_folder(TOY))
    monkeypatch.setattr(build, "HELD", 10**9)
    assert contents(build.compile_folder(TOY)) == on_disk


@pytest.mark.parametrize("place", [":memory:", "index"])
@pytest.mark.parametrize("folder", BROKEN, ids=lambda folder: folder.name)
def test_a_broken_base_is_refused(staged, monkeypatch, folder, place, tmp_path):
    if place == "index":
        place = str(tmp_path / place)
        monkeypatch.setattr(stage, "_PART", 1)

    def problems() -> list[str]:
        (tmp_path / "index").unlink(missing_ok=True)
        with pytest.raises(BrokenBase) as refused:
            build.compile_folder(folder, place)
        return [str(problem) for problem in refused.value.problems]

    found = problems()
    monkeypatch.setattr(build, "HELD", 10**9)
    # A file that cannot be read to its end still gives the records before that place.
    known = set(problems())
    assert found
    assert set(found) <= known or any("not readable" in each or "cannot" in each for each in known)


def test_processes_refuse_a_broken_base_as_one_does(staged, monkeypatch, tmp_path):
    for name in ("toy", "broken"):
        shutil.copytree(TOY, tmp_path / name)
    (tmp_path / "broken" / "topics.yaml").write_text("alone:\n  nmae: Alone\n", encoding="utf-8")

    def refuse(processors: int) -> list[str]:
        monkeypatch.setattr(workers, "count_processors", lambda: processors)
        with pytest.raises(BrokenBase) as refused:
            build.compile_folder(tmp_path / "broken", str(tmp_path / f"index-{processors}"))
        return [str(problem) for problem in refused.value.problems]

    assert refuse(1) == refuse(3) != []


@pytest.mark.parametrize(
    ("above", "mode", "shared"),
    [(0o755, 0o700, True), (0o1777, 0o755, True), (0o777, 0o700, False), (0o755, 0o1777, False)],
)
def test_records_wait_in_a_named_file_only_where_nobody_else_can_write(
    staged, monkeypatch, tmp_path, above, mode, shared
):
    home = tmp_path / "above" / "cache"
    home.mkdir(parents=True)
    home.parent.chmod(above)
    home.chmod(mode)
    opened = []
    monkeypatch.setattr(stage.Stage, "reopen", lambda _folders, place: opened.append(place))
    with contextlib.suppress(AssertionError):
        build.compile_folder(TOY, str(home / "index")).close()
    assert opened == ([f"{home / 'index'}.stage.new"] if shared else [])


@pytest.mark.parametrize("dying", [False, True], ids=["whole", "dying"])
@pytest.mark.parametrize("folder", [TOY, *BROKEN], ids=lambda folder: folder.name)
def test_forks_make_the_same_of_a_base_in_memory(folder, dying, tmp_path):
    script = f"""
import os
from kosrel import build, portion, workers
from kosrel.errors import BrokenBase
portion._PORTION = 2
if {dying}:
    send = workers._send
    workers._send = lambda work, items, pipe: send(work, items[:2], pipe)
forks = []
fork = os.fork
os.fork = lambda: forks.append(fork()) or forks[-1]

def compile(processors):
    workers.count_processors = lambda: processors
    try:
        return list(build.compile_folder({str(folder)!r}, {str(tmp_path)!r} + "/" + str(processors)).iterdump())
    except BrokenBase as error:
        return [str(problem) for problem in error.problems]

alone = compile(1)
assert alone and not forks
assert compile(3) == alone
print(bool(forks))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout == f"{sys.platform == 'linux'}\n"


def test_a_folder_without_a_base_is_told(staged, tmp_path):
    with pytest.raises(KosrelError, match="there is no fact file"):
        build.compile_folder(tmp_path)
    with pytest.raises(KosrelError, match="there is no folder"):
        build.compile_folder(tmp_path / "nowhere")


def compile_one() -> weakref.ref:
    base = load(TOY)
    list(Compiler(base).compile(base.every(), lambda record: not check_record(record, base)))
    return weakref.ref(base.records["bridge-accord"])


def test_a_record_that_was_compiled_leaves_memory_at_once():
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        assert compile_one()() is None
    finally:
        if was_enabled:
            gc.enable()
