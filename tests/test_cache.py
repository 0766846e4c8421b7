"""The kept index: only a copy, used when it is right, and never in the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import TOY

from kosrel import FactBase, cache
from kosrel.build import compile_folder


@pytest.fixture
def facts(tmp_path, monkeypatch) -> Path:
    """A copy of the toy base whose files are an hour old, and an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "facts"
    shutil.copytree(TOY, folder)
    settle(folder)
    return folder


def settle(folder):
    for path in folder.rglob("*"):
        hour = path.stat().st_mtime - 3600
        os.utime(path, (hour, hour))


def kept() -> list[Path]:
    return sorted(Path(os.environ["XDG_CACHE_HOME"], "kosrel").glob("*"))


def title(facts) -> str:
    return FactBase.load(facts).show(["lamp-lit"]).results[0]["title"]


def test_an_index_is_kept_and_used(facts, monkeypatch):
    assert title(facts) == "A lamp is lit"
    (file,) = kept()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("kosrel.build.load", lambda *_: pytest.fail("compiled again"))
    assert title(facts) == "A lamp is lit"


def test_an_edited_file_is_read_again(facts):
    assert title(facts) == "A lamp is lit"
    path = facts / "events" / "later.yaml"
    for word in ("lamp", "fire", "star"):
        text = path.read_text(encoding="utf-8")
        old = next(each for each in ("lamp", "fire", "star") if f"A {each} is lit" in text)
        path.write_text(text.replace(f"A {old} is lit", f"A {word} is lit"), encoding="utf-8")
        assert title(facts) == f"A {word} is lit"


def test_a_file_that_is_still_young_is_not_kept(facts):
    (facts / "topics.yaml").touch()
    assert title(facts) == "A lamp is lit"
    assert kept() == []


def test_a_base_that_breaks_answers_no_more(facts):
    assert title(facts) == "A lamp is lit"
    (facts / "topics.yaml").write_text("bridges: {title: Bridges}\n", encoding="utf-8")
    with pytest.raises(Exception, match="no question is answered"):
        FactBase.load(facts)


@pytest.mark.parametrize(
    "damage", ["empty", "garbled", "truncated", "foreign", "folder", "link", "open to all"]
)
def test_a_damaged_or_foreign_index_changes_nothing_but_speed(facts, tmp_path, damage):
    assert title(facts) == "A lamp is lit"
    (file,) = kept()
    content = file.read_bytes()
    if damage == "empty":
        file.write_bytes(b"")
    elif damage == "garbled":
        file.write_bytes(content[:4096] + bytes(byte ^ 0x55 for byte in content[4096:]))
    elif damage == "truncated":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "foreign":
        file.write_bytes(content.replace(b"A lamp is lit", b"A lie is told"))
        file.chmod(0o666)
    elif damage == "folder":
        file.unlink()
        file.mkdir()
    elif damage == "link":
        file.rename(tmp_path / "elsewhere")
        file.symlink_to(tmp_path / "elsewhere")
    else:
        file.chmod(0o622)
    assert title(facts) == "A lamp is lit"


@pytest.mark.parametrize("home", ["", "relative", "/dev/null", "/proc/nowhere"])
def test_without_a_place_to_keep_it_everything_works_from_memory(facts, monkeypatch, home):
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", home)
    assert title(facts) == "A lamp is lit"


def test_another_place_or_stamp_is_not_used(facts, tmp_path):
    assert title(facts) == "A lamp is lit"
    assert cache.fetch([str(facts)]) is not None
    assert cache.fetch([str(tmp_path / "nowhere")]) is None
    facts.rename(tmp_path / "moved")
    assert cache.fetch([str(tmp_path / "moved")]) is None


def test_ten_first_starts_at_once_all_answer(facts):
    def start(_number: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kosrel", "--facts", str(facts), "show", "lamp-lit", "--jsonl"],
            capture_output=True,
            text=True,
            check=False,
        )

    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(start, range(10)))
    assert {(each.returncode, each.stderr) for each in done} == {(0, "")}
    assert len({each.stdout for each in done}) == 1
    assert len(kept()) == 1


def test_shipped_facts_that_were_edited_are_kept_like_any_other(facts, monkeypatch, tmp_path):
    """The shipped index is used while it matches; then the one in the user's cache is."""
    index = tmp_path / "facts.sqlite"
    cache.seal(compile_folder([facts], str(index)), str(index), cache.content_stamp(str(facts)))
    index.chmod(0o600)
    monkeypatch.setattr("kosrel.shipped.find_index", lambda _folder: str(index))
    assert title(facts) == "A lamp is lit"
    assert kept() == []
    path = facts / "events" / "later.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("A lamp is lit", "A fire is lit"), encoding="utf-8"
    )
    settle(facts)
    assert title(facts) == "A fire is lit"
    assert len(kept()) == 1
    monkeypatch.setattr("kosrel.build.load", lambda *_: pytest.fail("compiled again"))
    assert title(facts) == "A fire is lit"
