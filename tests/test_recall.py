"""Unchanged fact files are not read again when their base has changed, and nobody can tell the difference."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
from pathlib import Path

import pytest
from conftest import TOY

from kosrel import FactBase, cache, reader
from kosrel.build import compile_folder
from kosrel.dates import parse_edtf
from kosrel.errors import BrokenBase


@pytest.fixture
def facts(tmp_path, monkeypatch) -> Path:
    """A copy of the toy base whose index is kept and whose later events were then changed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "facts"
    shutil.copytree(TOY, folder)
    for path in folder.rglob("*.yaml"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert titles(folder) == ["A lamp is lit"]
    change(folder, "lamp", "star")
    return folder


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "events" / "later.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"A {old} is lit", f"A {new} is lit"), encoding="utf-8")
    os.utime(path, (1_600_000_001, 1_600_000_001))


def titles(folder) -> list[str]:
    return [each["title"] for each in FactBase.load(folder).show("lamp-lit").results]


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The names of the fact files that are read."""
    found = []
    before = reader.read

    def note(file, path):
        found.append(path)
        return before(file, path)

    monkeypatch.setattr(reader, "read", note)
    return found


def index() -> Path:
    (file,) = Path(os.environ["XDG_CACHE_HOME"], "kosrel").glob("*")
    return file


def contents() -> list[str]:
    """What the kept index holds, but for its stamp and what is recalled."""
    connection = sqlite3.connect(index())
    for table in ("stamp", "file", "recall"):
        connection.execute(f"drop table {table}")
    return list(connection.iterdump())


def rewrite(sql: str, *values: object) -> None:
    """Change the kept index so that it still looks as it was made."""
    status = index().stat()
    connection = sqlite3.connect(index())
    connection.execute(sql, values)
    connection.commit()
    connection.execute("update file set size = ?", (index().stat().st_size,))
    connection.commit()
    connection.close()
    os.utime(index(), ns=(status.st_mtime_ns, status.st_mtime_ns))


def test_only_the_file_that_was_changed_is_read(facts, read):
    assert titles(facts) == ["A star is lit"]
    assert read == ["events/later.yaml"]
    change(facts, "star", "fire")
    assert titles(facts) == ["A fire is lit"]
    assert read == ["events/later.yaml"] * 2
    assert contents() == list(compile_folder(facts).iterdump())


def test_a_file_that_is_gone_or_new_is_seen(facts, read):
    (facts / "events" / "later.yaml").rename(facts / "events" / "latest.yaml")
    assert titles(facts) == ["A star is lit"]
    assert read == ["events/latest.yaml"]
    assert contents() == list(compile_folder(facts).iterdump())


def test_a_change_that_breaks_another_file_is_a_problem_there(facts):
    path = facts / "topics.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("bridges:", "fords:", 1), encoding="utf-8")
    with pytest.raises(BrokenBase) as error:
        FactBase.load(facts)
    with pytest.raises(BrokenBase) as afresh:
        compile_folder(facts)
    assert error.value.problems == afresh.value.problems != []


def test_all_is_read_again_by_other_code(facts, read, monkeypatch, tmp_path):
    (tmp_path / "code.py").write_text("")
    monkeypatch.setattr(cache, "_CODE", str(tmp_path))
    assert titles(facts) == ["A star is lit"]
    assert len(read) == len(list(facts.rglob("*.yaml")))


class Foreign:
    """Something that does more than be read when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("foreign code was run",))


BODIES = {
    "nothing": b"",
    "no pickle": b"\x80\x05garbage",
    "foreign code": pickle.dumps(Foreign()),
    "a function of ours": pickle.dumps(parse_edtf),
    "cut short": pickle.dumps([1, 2, 3])[:-3],
    "another type": "text",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_cannot_be_recalled_is_read(facts, read, body):
    rewrite("update recall set body = ? where path = 'figures.yaml'", body)
    assert titles(facts) == ["A star is lit"]
    assert read == ["events/later.yaml", "figures.yaml"]


def test_an_index_in_which_nothing_is_recalled_is_as_good(facts, read):
    rewrite("drop table recall")
    assert titles(facts) == ["A star is lit"]
    assert len(read) == len(list(facts.rglob("*.yaml")))


def test_of_a_large_base_nothing_is_recalled(facts, read, monkeypatch):
    monkeypatch.setattr("kosrel.files.SMALL", 1000)
    assert titles(facts) == ["A star is lit"]
    change(facts, "star", "fire")
    assert titles(facts) == ["A fire is lit"]
    assert len(read) == 2 * len(list(facts.rglob("*.yaml")))
