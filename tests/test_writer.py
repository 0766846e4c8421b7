"""Canonical form: what is written is what was read, and writing it again changes nothing."""

from __future__ import annotations

import pytest
from conftest import TOY

from kosrel import loader, reader
from kosrel.writer import write, write_scalar

TOY_FILES = sorted(path.relative_to(TOY).as_posix() for path in TOY.rglob("*.yaml"))


@pytest.mark.parametrize("path", TOY_FILES)
def test_the_toy_base_is_in_canonical_form(path):
    base = loader.load(TOY)
    text = write(record for record in base.records.values() if record.path == path)
    assert text == (TOY / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "two words: and a colon",
        "ends with a colon:",
        "a # sign",
        "#a",
        "- a",
        "-a",
        "[2014-03-10,2014-10-03]",
        "{a}",
        "'quoted'",
        '"quoted"',
        "it's",
        "yes",
        "null",
        "~",
        "2013",
        "*star",
        "&and",
        "!bang",
        "%percent",
        "@at",
        "`tick",
        "? a",
        "|",
        ">",
        '\x1b[31m \a \\ "',
        "\u202eoverride\u2066",
        "ç đ Ђ “quoted”",
        "emoji 🚲",
        "...",
        "---",
        "a\tb",
    ],
)
def test_a_scalar_is_read_back_as_it_was(text):
    root, problems = reader.read_text(f"key: {write_scalar(text)}\n", "file.yaml")
    assert problems == []
    assert root.value["key"].value == text


def test_long_text_stands_a_sentence_a_line():
    base = loader.load(TOY)
    record = base.records["bridge-accord-signed"]
    record.__dict__["summary"] = (
        "One sentence that is rather long. " * 2 + "Another one that is long as well."
    )
    lines = write([record]).splitlines()
    start = lines.index("  summary: >-")
    assert lines[start + 1 : start + 4] == [
        "    One sentence that is rather long.",
        "    One sentence that is rather long.",
        "    Another one that is long as well.",
    ]
