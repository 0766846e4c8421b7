"""Search for inputs that break kosrel, guided by the code that they reach (atheris, libFuzzer).

Run:  pip install atheris
      python tests/fuzz/fuzz.py TARGET [-max_total_time=SECONDS] [CORPUS]

TARGET is a function below. Anything but a KosrelError, an input that takes over a second, or one that takes
1 GiB, ends the run, and the input is left in a file. The seeds are taken from the repository at run time; CORPUS is a folder in
which what was found worth keeping stays for the next run. Not part of the tests: findings are kept there
by hand.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import atheris

TESTS = Path(__file__).parent.parent
ROOT = TESTS.parent
TOY = TESTS / "facts"

with atheris.instrument_imports(include=["kosrel"]):
    from kosrel import FactBase, KosrelError, ask, checks, dates, loader, names, portion, reader, search
    from kosrel.characters import show_controls
    from kosrel.dates import looks_like_when, parse_when, relate
    from kosrel.errors import BrokenBase
    from kosrel.fields import Report
    from kosrel.formats import csv, markdown
    from kosrel.formats import json as json_format
    from kosrel.model import KINDS
    from kosrel.writer import write

# Slower than this is worth a look, long before the limit of 10 s.
SLOW = 1.0

BASE = FactBase.load(TOY)


def text_of(data: bytes) -> str:
    """Bytes as an argument has them: UTF-8, what is none as lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def when(data: bytes) -> None:
    """WHEN: read, printed and read again; the base is asked for it."""
    text = text_of(data)
    looks_like_when(text)
    date = parse_when(text)
    again = dates.parse_edtf(date.edtf)
    assert (again.earliest, again.latest, again.core) == (date.earliest, date.latest, date.core)
    assert relate(date, again) == "exact"
    dates.describe(date.edtf)
    BASE.event(text)


def name(data: bytes) -> None:
    """NAME: of an actor, an agreement, an office; and the beginning of one."""
    text = text_of(data)
    plain = names.fold(text)
    assert names.fold(plain) == plain
    for kind in (*KINDS, "office", "id", "when", "kinds"):
        BASE.complete(kind, text)
    BASE.show([text])
    BASE.source(text)
    for method in (BASE.actor, BASE.agreement, BASE.who):
        try:
            method(text)
        except KosrelError:
            continue


def question(data: bytes) -> None:
    """A question to ``ask``, the answer rendered in every format that needs no terminal."""
    answer = ask.answer_question(BASE.index, text_of(data))
    for form in (csv, json_format, markdown):
        stream = _Sink()
        form.render(answer, stream)
        shown = stream.text
        assert show_controls(shown, keep="\n") == shown


def words(data: bytes) -> None:
    """The words of ``search``, ``figure`` and ``conflicts``: a full-text query and its snippets."""
    text = text_of(data)
    BASE.search(text)
    BASE.figure(text)
    BASE.conflicts(text)
    for term in search.read_terms(text, BASE.index.meanings()):
        BASE.index.ranked(term.expression(), BASE._filter({}))


def fact_file(data: bytes) -> None:
    """The bytes of a fact file, read as records of every kind; what is read is written and read the same."""
    text, problems = reader.decode(data, "file.yaml")
    root = None
    if text is not None:
        root, problems = reader.read_text(text, "file.yaml")
    for identifier, node in root.value.items() if root else ():
        for kind in KINDS.values():
            report = Report("file.yaml")
            record = kind.parse(node, report, "file.yaml", identifier)
            if record is not None and not problems + report.problems and names.is_id(identifier):
                written = write([record])
                again, wrong = reader.read_text(written, "file.yaml")
                assert again is not None, written
                assert not wrong, written
                same = kind.parse(again.value[identifier], report, "file.yaml", identifier)
                assert same is not None, written
                assert write([same]) == written
            problems += report.problems
    lines = data.count(b"\n") + data.count(b"\r") + 64
    for problem in problems:
        assert 1 <= problem.line <= lines, problem
        assert problem.column >= 1, problem


def base(data: bytes) -> None:
    """A fact file in a base: the first byte says in the place of which; loaded, checked and compiled."""
    paths = sorted(FOLDER.rglob("*.yaml"))
    path = paths[data[0] % len(paths)] if data else paths[0]
    before = path.read_bytes()
    try:
        path.write_bytes(data[1:])
        loaded = loader.load(FOLDER)
        problems = checks.check(loaded)
        assert problems == sorted(set(problems))
        # The compile checks as it goes, and must find the same.
        try:
            portion.compile_held(loaded, ":memory:").close()
            found = []
        except BrokenBase as refused:
            found = sorted(refused.problems)
        assert found == problems
    finally:
        path.write_bytes(before)


class _Sink:
    """A stream that keeps what is written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Keep the text."""
        self.text += text
        return len(text)


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (when, name, question, words, fact_file, base)
}


def seeds(target: str) -> Iterable[bytes]:
    """What the tests and the facts hold for a target."""
    files = [*sorted(TOY.rglob("*.yaml")), *sorted((TESTS / "broken").rglob("*.yaml"))]
    if target == "fact_file":
        yield from (file.read_bytes() for file in files)
    elif target == "base":
        paths = sorted(TOY.rglob("*.yaml"))
        yield from (bytes([number]) + file.read_bytes() for number, file in enumerate(paths))
        for file in files[len(paths) :]:
            number = next((place for place, path in enumerate(paths) if path.stem == file.stem), 0)
            yield bytes([number]) + file.read_bytes()
    elif target == "question":
        for file in sorted((TESTS / "questions").glob("develop*.jsonl")):
            for line in file.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)["question"].encode()
    else:
        loaded = loader.load(TOY)
        for record in loaded.records.values():
            yield from (text.encode() for text, _how in record.names())
            yield record.id.encode()
            if record.dated:
                yield record.dated.date.edtf.encode()
                yield dates.describe(record.dated.date.edtf).encode()
        yield from (
            b"..2008",
            b"2018..",
            b"10/03/14",
            b"19 April 2013",
            b"April 19, 2013",
            b"2012-10..2013-06",
        )
        yield from ("Đurić, Ana".encode(), "Ђурић".encode(), b'"', b"100%", b"a AND b", b"NEAR(a b)", b"-a *")


def tokens(target: str) -> Iterable[str]:
    """Words worth putting into an input."""
    yield from "who when where how many what did is why the of in on at to since .. / [ ] ~ ? % and or not".split()
    yield from dates.MONTHS
    if target in ("fact_file", "base"):
        yield from (
            ": ",
            "- ",
            "|",
            ">-",
            "---",
            "...",
            "&a",
            "*a",
            "<<",
            "!!str",
            "{",
            "}",
            "\\x1b",
            "\\u202e",
        )
        yield from (name for kind in KINDS.values() for name in kind.fields)
    else:
        loaded = loader.load(TOY)
        yield from sorted({word for each in loaded.records.values() for word in (each.label or "").split()})


def main() -> None:
    """Fuzz the target that is named first."""
    global FOLDER
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"{__doc__}\nTargets: {', '.join(TARGETS)}")
    target = TARGETS[sys.argv[1]]
    with tempfile.TemporaryDirectory() as place:
        FOLDER = Path(place, "facts")
        for file in TOY.rglob("*.yaml"):
            copy = FOLDER / file.relative_to(TOY)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
        corpus = Path(place, "seeds")
        corpus.mkdir()
        for number, seed in enumerate(seeds(target.__name__)):
            (corpus / f"{number:05}").write_bytes(seed)
        words_file = Path(place, "words")
        escaped = ("".join(f"\\x{byte:02x}" for byte in token.encode()) for token in tokens(target.__name__))
        words_file.write_text("".join(f'"{each}"\n' for each in escaped))

        def one(data: bytes) -> None:
            begun = time.process_time()
            with suppress(KosrelError):
                target(data)
            taken = time.process_time() - begun
            assert taken < SLOW, f"{taken:.1f} s"

        kept = [each for each in sys.argv[2:] if not each.startswith("-")] or [str(Path(place, "kept"))]
        Path(kept[0]).mkdir(parents=True, exist_ok=True)
        options = [each for each in sys.argv[2:] if each.startswith("-")]
        limits = [f"-dict={words_file}", "-timeout=10", "-rss_limit_mb=1024", "-max_len=4096"]
        atheris.Setup([sys.argv[0], *limits, *options, kept[0], str(corpus)], one)
        atheris.Fuzz()


FOLDER = TOY

if __name__ == "__main__":
    main()
