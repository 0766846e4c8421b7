"""The bench: its bases are sound, canonical and always the same, and its table has a line for every row."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TESTS

from kosrel import FactBase, loader
from kosrel.checks import check
from kosrel.writer import write

BENCH = TESTS / "bench"


def bench(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCH / script), *map(str, arguments)]
    # Only what is installed beside this Python is found, so no peer is.
    alone = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=alone)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A generated base of 400 facts."""
    folder = tmp_path_factory.mktemp("bench")
    done = bench("generate.py", folder, "--sizes", 400)
    assert done.returncode == 0, done.stderr
    return folder / "400"


def read_tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_generated_base_is_sound_and_has_as_many_facts_as_asked_for(made):
    base = loader.load(made / "facts")
    assert check(base) == []
    assert len(base.records) == 400


def test_a_generated_base_is_canonical(made):
    base = loader.load(made / "facts")
    files: dict[str, list] = {}
    for record in base.records.values():
        files.setdefault(record.path, []).append(record)
    for path, records in files.items():
        assert (made / "facts" / path).read_text(encoding="utf-8") == write(records), path


def test_what_to_look_for_is_there(made):
    probes = json.loads((made / "probes.json").read_text(encoding="utf-8"))
    base = FactBase.load(made / "facts")
    rows = base.event(probes["date"]["when"]).rows
    assert [row.id for row in rows if row.match == "exact"] == probes["date"]["ids"]
    assert len(rows) == probes["date"]["matches"]
    assert [row.id for row in base.actor(probes["actor"]["name"]).rows] == [probes["actor"]["id"]]
    assert sorted(row.id for row in base.search(probes["rare_word"]["word"]).rows) == sorted(
        probes["rare_word"]["ids"]
    )


def test_the_same_size_and_seed_give_the_same_base_and_another_seed_another(made, tmp_path):
    for name, seed in (("again", 1), ("other", 2)):
        assert (
            bench("generate.py", tmp_path / name, "--sizes", 400, "--no-peers", "--seed", seed).returncode
            == 0
        )
    first = read_tree(made / "facts")
    assert read_tree(tmp_path / "again" / "400" / "facts") == first
    assert read_tree(tmp_path / "other" / "400" / "facts") != first


def test_nothing_that_is_there_is_written_over(made):
    done = bench("generate.py", made.parent, "--sizes", 400)
    assert done.returncode == 1
    assert done.stderr == f"{made} is there already; remove it to have it written again\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the bench measures on Linux")
def test_the_table_has_what_was_measured_and_names_a_peer_that_is_missing(made, tmp_path):
    out = tmp_path / "table.md"
    venv = Path(sys.prefix)
    done = bench(
        "run.py", made.parent, "--sizes", 400, "--runs", 1, "--no-count", "--venv", venv, "--out", out,
        "--work", tmp_path / "work", "--only", "date papis",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    _, _, head, rule, *lines = out.read_text(encoding="utf-8").splitlines()
    assert head.count("|") == rule.count("|") == 16
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    assert [row[:3] for row in cells] == [
        ["shipped", "nothing", 'python -c "import click" (C)'],
        ["400", "nothing", 'python -c "import click" (C)'],
        ["400", "date", "papis"],
    ]
    assert float(cells[0][3]) > 0
    assert cells[2][3:] == [""] * 10 + ["0", "papis is not installed"]
