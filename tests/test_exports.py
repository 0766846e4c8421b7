"""Exports: each read back by the tool people use for it."""

from __future__ import annotations

import io
import json

import pytest

from kosrel import exports
from kosrel.model import KINDS


def count(base) -> int:
    return sum(base.list(kind).count for kind in KINDS)


def test_json_is_the_envelope_with_every_record(run, toy):
    out = run("export", "json").out
    envelope = json.loads(out)
    assert envelope["schema"] == "kosrel/1"
    assert envelope["query"] == {"command": "export", "format": "json"}
    assert envelope["count"] == len(envelope["results"]) == count(toy)
    shown = json.loads(run("show", *[each["id"] for each in envelope["results"]], "--json").out)
    assert [{**each, "match": None} for each in shown["results"]] == envelope["results"]


def test_jsonl_is_a_record_a_line(run, toy):
    lines = run("export", "jsonl").out.splitlines()
    assert len(lines) == count(toy)
    assert [json.loads(line) for line in lines] == json.loads(run("export", "json").out)["results"]


@pytest.mark.parametrize("name", exports.names())
def test_two_exports_are_the_same_bytes(name, toy):
    first, second = io.StringIO(), io.StringIO()
    toy.export(name, first)
    toy.export(name, second)
    assert first.getvalue() == second.getvalue() != ""
