"""Fact files that are damaged, hostile or no files at all: refused with a place, once each, in bounded time."""

from __future__ import annotations

import os
import socket
import threading
import time

import pytest
from conftest import ROOT, TOY

from kosrel import FactBase, checks, compiler, errors, fields, files, loader, reader
from kosrel.errors import KosrelError

RECORD = b"a:\n  title: A\n"


@pytest.fixture
def base(tmp_path):
    """An empty folder; written into it, files are a base."""
    folder = tmp_path / "base"
    folder.mkdir()
    return folder


def told(folder) -> list[str]:
    """The problems that reading the base finds."""
    return [str(problem) for problem in sorted(loader.load(folder).problems)]


CONTENTS = {
    "no UTF-8": (b"a:\n  title: caf\xe9\n", "topics.yaml:2:13: not UTF-8 (byte 0xe9): save the file as UTF-8"),
    "a surrogate": (b"a:\n  title: \xed\xa0\x80\n", "topics.yaml:2:10: not UTF-8 (byte 0xed): save the file as UTF-8"),
    "overlong": (b"a: \xc0\xaf\n", "topics.yaml:1:4: not UTF-8 (byte 0xc0): save the file as UTF-8"),
    "NUL": (b"a:\n  title: A\x00\n", "topics.yaml:2:11: a control character (0x00): write it as an escape"),
    "escape": (b"a:\n  title: A\x1b[31m\n", "topics.yaml:2:11: a control character (0x1b): write it as an escape"),
    "C1": (b"a: \xc2\x9b31m\n", "topics.yaml:1:4: a control character (0x9b): write it as an escape"),
    "override": ("a: b\u202ec\n".encode(), "topics.yaml:1:5: a control character (0x202e): write it as an escape"),
    "line separator": ("a: b\u2028c\n".encode(), "topics.yaml:1:5: a control character (0x2028): write it as an escape"),
    "BOM": (b"\xef\xbb\xbf" + RECORD, "topics.yaml:1:1: a byte order mark: save the file as UTF-8 without it"),
    "BOM within": (b"a: b\xef\xbb\xbf\n", "topics.yaml:1:5: a control character (0xfeff): write it as an escape"),
    "UTF-16": (RECORD.decode().encode("utf-16"), "topics.yaml:1:1: UTF-16: save the file as UTF-8"),
    "UTF-16 without mark": (RECORD.decode().encode("utf-16-le"), "topics.yaml:1:2: a control character (0x00): write it as an escape"),
    "UTF-32": (RECORD.decode().encode("utf-32"), "topics.yaml:1:1: UTF-16: save the file as UTF-8"),
    "tab": (b"a:\n\ttitle: A\n", "topics.yaml:2:1: not readable as YAML: found character that cannot start any token"),
    "anchor": (b"a: &b\n  title: A\n", "topics.yaml:1:4: an anchor (&b): write the value out where it is used"),
    "alias": (b"a:\n  title: *b\n", "topics.yaml:2:10: an alias (*b): write the value out"),
    "merge": (b"a:\n  <<: b\n  title: A\n", "topics.yaml:2:3: a merge key (<<): write the fields out"),
    "tag": (b"a: !!python/object/apply:os.system [id]\n", "topics.yaml:1:4: a tag (tag:yaml.org,2002:python/object/apply:os.system): every value is plain text, leave the tag out"),
    "second document": (RECORD + b"---\nb: c\n", "topics.yaml:3:1: a second document: keep one mapping a file, no '---' lines"),
    "duplicate key": (b"a:\n  title: A\n  title: B\n", "topics.yaml:3:3: the key 'title' stands twice; first in line 2"),
    "duplicate id": (RECORD * 2, "topics.yaml:3:1: the key 'a' stands twice; first in line 1"),
    "a list": (b"- a\n", "topics.yaml:1:1: a fact file is a mapping of ids to records"),
    "text": (b"hello\n", "topics.yaml:1:1: a fact file is a mapping of ids to records"),
    "unclosed": (b"a: [b\n", "topics.yaml:2:1: not readable as YAML: did not find expected ',' or ']'"),
    "deep list": (b"a: " + b"[" * 50, "topics.yaml:1:15: nested deeper than 12 levels"),
    "deep mapping": (b"".join(b" " * depth + b"k:\n" for depth in range(50)), "topics.yaml:13:13: nested deeper than 12 levels"),
    "a key too long": (b"x" * 20_000 + b": a\n", "topics.yaml:1:1: a value of 20,000 characters; 10,000 at most"),
    "a value too long": (b"a:\n  title: " + b"x" * 20_000, "topics.yaml:2:10: a value of 20,000 characters; 10,000 at most"),
    "a text too long": (b"a:\n  title: " + b"x" * 5_000, "topics.yaml:2:10: text of 5000 characters; 4000 at most"),
    "an id too long": (b"x" * 101 + b":\n  title: A\n", f"topics.yaml:1:1: '{'x' * 100}…' is not an id: small letters, digits, hyphens, 100 at most"),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTENTS)
def test_a_damaged_file_is_refused_at_its_place(base, case):
    content, expected = CONTENTS[case]
    (base / "topics.yaml").write_bytes(content)
    assert told(base)[0] == expected
    assert len(told(base)) == len(set(told(base)))


@pytest.mark.parametrize("ending", [b"\r\n", b"\n", b"\r"])
def test_the_ends_of_lines_of_every_system_are_read(base, ending):
    (base / "topics.yaml").write_bytes(
        RECORD.replace(b"\n", ending) + b"b:" + ending + b"  titel: B" + ending
    )
    assert told(base) == [
        "topics.yaml:4:3: a topic without 'title': the subject in a word or two",
        "topics.yaml:4:3: unknown field 'titel' in a topic; known: title, summary",
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# nothing\n", b"---\n"])
def test_an_empty_file_holds_nothing_and_is_no_problem(base, content):
    (base / "topics.yaml").write_bytes(content)
    assert told(base) in ([], ["topics.yaml:2:1: a fact file is a mapping of ids to records"])


def make(kind, place, outside):
    """Something that is called like a fact file and is none."""
    if kind == "folder":
        place.mkdir()
    elif kind == "link to nothing":
        place.symlink_to(outside / "nothing")
    elif kind == "link to itself":
        place.symlink_to(place)
    elif kind == "link out":
        (outside / "other.yaml").write_bytes(RECORD)
        place.symlink_to(outside / "other.yaml")
    elif kind == "link up and out":
        (outside / "other.yaml").write_bytes(RECORD)
        place.symlink_to("../other.yaml" if place.parent.name == "base" else "../../other.yaml")
    elif kind == "link to a device":
        place.symlink_to("/dev/zero")
    elif kind == "FIFO":
        os.mkfifo(place)
    elif kind == "socket":
        server = socket.socket(socket.AF_UNIX)
        here = os.getcwd()  # noqa: PTH109
        os.chdir(place.parent)
        server.bind(place.name)
        os.chdir(here)
        server.close()


ODD = {
    "folder": "a folder that is called like a fact file: rename it",
    "link to nothing": "a link to nothing: put the file itself here",
    "link to itself": "a link that cannot be followed (Too many levels of symbolic links): put the file itself here",
    "link out": "a link out of the fact base is not followed: put the file itself here",
    "link up and out": "a link out of the fact base is not followed: put the file itself here",
    "link to a device": "a link out of the fact base is not followed: put the file itself here",
    "FIFO": "a FIFO, not a file: it is not opened",
    "socket": "a socket, not a file: it is not opened",
}


@pytest.mark.parametrize("path", ["topics.yaml", "topics/a.yaml"])
@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_file_is_told_and_never_opened(base, tmp_path, kind, path, monkeypatch):
    place = base / path
    place.parent.mkdir(exist_ok=True)
    make(kind, place, tmp_path)
    (base / "figures.yaml").write_bytes(b"")
    opened = []
    whole = os.open
    monkeypatch.setattr(
        "os.open", lambda name, *rest, **more: opened.append(name) or whole(name, *rest, **more)
    )
    assert told(base) == [f"{path}:1:1: {ODD[kind]}"]
    assert opened == [str(base / "figures.yaml")]


@pytest.mark.parametrize("place", ["/dev/zero", "/dev/null", "/dev/tty", "/dev/stdin"])
def test_a_device_is_not_read_even_when_it_takes_the_place_of_a_file(place):
    raw, (problem,) = files.read_bytes(place, "topics.yaml")
    assert raw is None
    assert problem.message.startswith(("a device", "a FIFO", "cannot be read", "a folder", "changed while"))


def test_a_fifo_in_the_place_of_a_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "topics.yaml")
    raw, (problem,) = files.read_bytes(str(tmp_path / "topics.yaml"), "topics.yaml")
    assert (raw, str(problem)) == (None, "topics.yaml:1:1: a FIFO, not a file: it is not opened")


def test_a_link_within_the_base_is_followed(base):
    (base / "topics").mkdir()
    (base / "kept.txt").write_bytes(RECORD)
    (base / "topics" / "a.yaml").symlink_to("../kept.txt")
    assert told(base) == []
    assert list(loader.load(base).records) == ["a"]


def test_a_base_may_itself_be_a_link(base, tmp_path):
    (base / "topics.yaml").write_bytes(RECORD)
    (tmp_path / "link").symlink_to(base)
    assert list(loader.load(tmp_path / "link").records) == ["a"]


@pytest.mark.parametrize("kind", ["link to nothing", "link to itself", "link out"])
def test_a_folder_that_is_a_link_out_of_the_base_is_not_followed(base, tmp_path, kind):
    (base / "figures.yaml").write_bytes(b"")
    make(kind, base / "topics", tmp_path)
    assert told(base) == [f"topics:1:1: {ODD[kind]}"]


def test_a_folder_that_leads_back_to_the_base_ends(base):
    (base / "topics.yaml").write_bytes(RECORD)
    (base / "topics").symlink_to(".")
    assert told(base) == [
        "topics/topics:1:1: a folder within a folder of facts: nothing in it is read",
        "topics/topics.yaml:1:1: the id 'a' is used twice; first in topics.yaml:1",
    ] or told(base) == [
        "topics.yaml:1:1: the id 'a' is used twice; first in topics/topics.yaml:1",
        "topics/topics:1:1: a folder within a folder of facts: nothing in it is read",
    ]


def test_fact_files_that_would_not_be_read_are_told(base):
    for path in (
        "topics.yml",
        "topic/a.yaml",
        "topics/b.YAML",
        "topics/2013/c.yaml",
        "notes.txt",
        ".hidden.yaml",
    ):
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_bytes(RECORD)
    assert told(base) == [
        "topic/a.yaml:1:1: no kind of record is kept in topic/",
        "topics.yml:1:1: a fact file ends in .yaml: rename it",
        "topics/2013:1:1: a folder within a folder of facts: nothing in it is read",
        "topics/b.YAML:1:1: a fact file ends in .yaml: rename it",
    ]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(base, monkeypatch):
    (base / "topics.yaml").write_bytes(RECORD)
    (base / "figures.yaml").write_bytes(RECORD)
    whole = os.open

    def refuse(name, *rest, **more):
        if str(name).endswith("figures.yaml"):
            raise PermissionError(13, "Permission denied", name)
        return whole(name, *rest, **more)

    monkeypatch.setattr("os.open", refuse)
    assert told(base) == ["figures.yaml:1:1: cannot be read: Permission denied"]
    assert list(loader.load(base).records) == ["a"]


def test_a_folder_that_cannot_be_listed_is_told(base, monkeypatch):
    (base / "topics").mkdir()
    (base / "figures.yaml").write_bytes(b"")
    whole = os.scandir

    def refuse(name):
        if str(name).endswith("topics"):
            raise PermissionError(13, "Permission denied", name)
        return whole(name)

    monkeypatch.setattr("os.scandir", refuse)
    assert told(base) == ["topics:1:1: cannot be read: Permission denied"]


def test_a_file_that_grows_while_it_is_read_is_refused(base):
    place = base / "topics.yaml"
    place.write_bytes(RECORD)
    reading = os.fstat

    def grow(number):
        status = reading(number)
        if place.stat().st_size == len(RECORD):
            place.write_bytes(RECORD + b"b: {title: B}\n")
        return status

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fstat", grow)
        assert told(base) == ["topics.yaml:1:1: changed while it was read: run this again"]
    assert told(base) == []


def test_every_state_of_a_file_that_others_write_is_whole_or_refused(base):
    place = base / "topics.yaml"
    texts = [
        b"".join(b"t%d-%d:\n  title: T\n" % (turn, number) for number in range(200)) for turn in range(2)
    ]
    place.write_bytes(texts[0])
    done = threading.Event()

    def write():
        turn = 0
        while not done.is_set():
            turn = 1 - turn
            place.write_bytes(texts[turn])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        ends = time.monotonic() + 0.3
        while time.monotonic() < ends:
            raw, problems = files.read_bytes(str(place), "topics.yaml")
            assert raw is not None or str(problems[0]).endswith("changed while it was read: run this again")
            text = (raw or b"").decode()
            assert len({line[:2] for line in text.splitlines() if line.startswith("t")}) <= 1
    finally:
        done.set()
        writer.join()


def test_too_large_a_file_is_not_even_read(base, monkeypatch):
    with (base / "topics.yaml").open("wb") as file:
        file.truncate(1 << 40)
    assert told(base) == ["topics.yaml:1:1: larger than 16 MiB: split the file"]


def test_too_many_files_are_refused(base, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILES", 3)
    (base / "topics").mkdir()
    for number in range(4):
        (base / "topics" / f"{number}.yaml").write_bytes(b"")
    with pytest.raises(KosrelError, match="more than 3 fact files in"):
        loader.load(base)


HOSTILE = {
    "values": (b"a:\n" + b"  - b\n" * 300_000, "topics.yaml:250000:5: more than 250,000 keys and values: split the file"),
    "fields": (b"a:\n" + b"".join(b"  k%d: v\n" % number for number in range(120_000)), "topics.yaml:1:1: a record of more than 10,000 keys and values: split it"),
    "records": (b"".join(b"r%d: v\n" % number for number in range(120_000)), "topics.yaml:1:5: a topic is a mapping of: title, summary"),
    "anchors": (b"a: &b c\n" * 100_000, "topics.yaml:1:4: an anchor (&b): write the value out where it is used"),
    "brackets": (b"[" * 10_000_000, "topics.yaml:1:13: nested deeper than 12 levels"),
    "dashes": (b"- " * 5_000_000, "topics.yaml:1:25: nested deeper than 12 levels"),
    "a word": (b"a: " + b"x" * 10_000_000, "topics.yaml:1:4: a value of 10,000,000 characters; 10,000 at most"),
    "escapes": (b'a: "' + b"\\x41" * 2_500_000 + b'"', "topics.yaml:1:4: a value of 2,500,000 characters; 10,000 at most"),
    "comments": (b"#\n" * 5_000_000, ""),
    "billion laughs": (b"".join(b"k%d: &k%d [%s]\n" % (each, each, b", ".join([b"*k%d" % (each - 1)] * 9)) for each in range(1, 30)), "topics.yaml:1:5: a topic is a mapping of: title, summary"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_time(base, case):
    content, expected = HOSTILE[case]
    assert len(content) <= files.MAX_BYTES
    (base / "topics.yaml").write_bytes(content)
    begun = time.process_time()
    problems = told(base)
    assert time.process_time() - begun < 10
    assert (problems or [""])[0] == expected
    assert len(problems) <= reader.MAX_PROBLEMS + 2
    assert max(map(len, problems), default=0) < 1000


def test_what_is_wrong_throughout_is_told_a_thousand_times_and_no_more(base):
    (base / "topics.yaml").write_bytes(b"".join(b"r%d: v\n" % number for number in range(5_000)))
    problems = told(base)
    assert len(problems) == 1_001
    assert problems[-1] == "topics.yaml:1001:1: 1,000 problems; mend these first" or any(
        "1,000 problems; mend these first" in each for each in problems
    )


def test_too_long_a_list_is_refused(base):
    (base / "events.yaml").write_bytes(b"a:\n  wordings:\n" + b"    - b\n" * 1_001)
    assert "events.yaml:3:5: 'wordings' holds 1,001; 1,000 at most" in told(base)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("conflicts.yaml", "a:\n  sides:\n" + "    - record: b\n" * 21, "'sides' holds 21; 20 at most"),
        ("synonyms.yaml", "a:\n  words:\n" + "    - b\n" * 101, "'words' holds 101; 100 at most"),
        ("actors.yaml", "a:\n  aliases:\n" + "    - b\n" * 101, "'aliases' holds 101; 100 at most"),
        ("events.yaml", "a:\n  sources:\n" + "    - line: 1\n" * 21, "'sources' holds 21; 20 at most"),
        (
            "events.yaml",
            "a:\n  sources:\n    - references:\n" + "        - b\n" * 11,
            "'references' holds 11; 10 at most",
        ),
        (
            "events.yaml",
            "a:\n  topics:\n" + "    - b\n" * 10_001,
            "a record of more than 10,000 keys and values",
        ),
    ],
)
def test_a_record_that_is_too_large_is_refused(base, path, text, expected):
    (base / path).write_text(text, encoding="utf-8")
    assert any(expected in each for each in told(base))


def test_records_that_unfold_to_more_than_the_limit_are_refused(base, monkeypatch):
    words = "".join(f"    - word{number}\n" for number in range(100))
    groups = "".join(f"s{number}:\n  words:\n{words.replace('word', f'w{number}x')}" for number in range(5))
    (base / "synonyms.yaml").write_text(groups, encoding="utf-8")
    assert FactBase.load(base).show(["a"]).count == 0
    monkeypatch.setattr(compiler, "MOST_TEXT", 1024 * 1024)
    with pytest.raises(KosrelError) as caught:
        FactBase.load(base)
    assert str(caught.value) == (
        "synonyms.yaml:307: the records up to here unfold to more than 1 MiB and 32 KiB each: "
        "they name one another too often"
    )


def test_one_run_tells_every_problem_once_sorted_by_place(base, tmp_path):
    (base / "events").mkdir()
    (base / "events" / "2001.yaml").write_bytes(b"a:\n  title: [b\n")
    (base / "figures.yaml").write_bytes(b"Bad_Id:\n  title: A\nc:\n  value: x\n  value: y\n")
    (base / "people.yaml").write_bytes(b"a: b\n")
    (base / "statements.yaml").write_bytes(b"\xff")
    (base / "topics.yaml").symlink_to(tmp_path)
    base_problems = checks.check(loader.load(base))
    assert base_problems == sorted(set(base_problems))
    assert {problem.path for problem in base_problems} == {
        "events/2001.yaml",
        "figures.yaml",
        "people.yaml",
        "statements.yaml",
        "topics.yaml",
    }


def test_the_limits_are_documented_as_they_are():
    text = (ROOT / "facts" / "README.md").read_text(encoding="utf-8")
    limits = text.partition("## Limits\n")[2]
    for number in (
        f"{files.MAX_BYTES // 1024 // 1024} MiB",
        f"{files.MAX_FILES:,} files",
        f"{reader.MAX_DEPTH} levels deep",
        f"{reader.MAX_VALUES:,} keys and values",
        f"{reader.MAX_LENGTH:,} characters",
        f"{fields.MAX_TEXT:,} characters",
        f"{fields.MAX_ITEMS:,} entries",
        f"{reader.MAX_PROBLEMS:,} problems",
        f"{reader.MAX_RECORD:,} keys and values",
        f"{compiler.MOST_TEXT // 1024 // 1024} MiB and {compiler.MOST_OF_RECORD // 1024} KiB",
    ):
        assert number in limits, number


def test_nothing_is_executed_and_no_object_is_built(base):
    (base / "topics.yaml").write_bytes(b"a:\n  title: !!python/object/new:os.system ['touch pwned']\n")
    assert len(told(base)) == 2
    assert errors.shorten("x" * 101) == "x" * 100 + "…"


def test_the_toy_base_is_within_the_limits():
    assert loader.load(TOY).problems == []
