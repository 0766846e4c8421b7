"""What the tests share: the toy base, and the command line run in this process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kosrel import FactBase
from kosrel.__main__ import main

TESTS = Path(__file__).parent
ROOT = TESTS.parent
TOY = TESTS / "facts"


def imported(code: str, *arguments: str) -> set[str]:
    """The modules that are loaded after ``code`` ran in a fresh Python."""
    program = f"import sys\n{code}\nprint(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


class Outcome:
    """What a command left: exit code, standard output and standard error."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The tests keep their indexes in a folder of their own."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests decides what they see."""
    for name in ("KOSREL_FACTS", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run kosrel on the toy base (or on the base that --facts names), with text on standard input."""

    def command(*arguments: str, stdin: str = "", facts: Path | None = TOY) -> Outcome:
        if facts is not None:
            monkeypatch.setenv("KOSREL_FACTS", str(facts))
        else:
            monkeypatch.delenv("KOSREL_FACTS", raising=False)
        streams = {}
        for name in ("stdout", "stderr"):
            streams[name] = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
            monkeypatch.setattr(sys, name, streams[name])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main(arguments)
        texts = [stream.buffer.getvalue().decode() for stream in streams.values()]
        return Outcome(code, *texts)

    return command


@pytest.fixture(scope="session")
def toy() -> FactBase:
    """The toy base, loaded."""
    return FactBase.load(TOY)


@pytest.fixture(scope="session")
def shipped() -> FactBase:
    """The shipped facts, loaded."""
    return FactBase.load()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` rewrites the reviewed outputs and transcripts; the diff is then reviewed."""
    parser.addoption("--update", action="store_true", help="rewrite reviewed outputs and transcripts")
