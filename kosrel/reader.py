"""One fact file read into nodes that know their place; the only reader of YAML.

Values stay text: YAML's guesses (``2013`` a number, ``NO`` false) never happen, because libyaml's event
stream is read and the scalars are taken as written. Anchors, aliases, tags, merge keys, several documents
in a file and repeated keys are refused. Sizes are bounded, so a hostile file ends in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kosrel.errors import Problem

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 12

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


Mark = tuple[int, int]


class Node:
    """A value in a file: text, a list of nodes, or a mapping of names to nodes.

    ``mark`` is its line and column, counted from 1; ``keys`` holds the mark of each key of a mapping.
    """

    __slots__ = ("keys", "mark", "value")

    def __init__(self, value: str | list[Node] | dict[str, Node], mark: Mark) -> None:
        self.value = value
        self.mark = mark
        self.keys: dict[str, Mark] = {}


class _Refused(Exception):
    """Reading cannot go on: what is wrong, and where."""

    def __init__(self, message: str, mark: Mark) -> None:
        super().__init__(message)
        self.mark = mark


class _Builder:
    """Builds nodes from the events of one file, collecting what is wrong as it goes."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.events: Iterator[Any] = yaml.parse(text, Loader=_Loader)

    def report(self, message: str, event: Any) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self.path, mark.line + 1, mark.column + 1, message, "yaml"))

    def document(self) -> Node | None:
        """The file's one document; None when the file holds nothing."""
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.report("a second document: keep one mapping a file, no '---' lines", event)
                    break
            elif isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            else:
                root = self.node(event, 1)
        return root

    def node(self, event: Any, depth: int) -> Node:
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            self.report(f"an alias (*{event.anchor}): write the value out", event)
            return Node(f"*{event.anchor}", mark)
        if event.anchor:
            self.report(f"an anchor (&{event.anchor}): write the value out where it is used", event)
        if event.tag:
            self.report(f"a tag ({event.tag}): every value is plain text, leave the tag out", event)
        if isinstance(event, yaml.ScalarEvent):
            return Node(event.value, mark)
        if depth > MAX_DEPTH:
            raise _Refused(f"nested deeper than {MAX_DEPTH} levels", mark)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            for inner in self.events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    break
                items.append(self.node(inner, depth + 1))
            return Node(items, mark)
        return self.mapping(mark, depth)

    def mapping(self, mark: Mark, depth: int) -> Node:
        entries: dict[str, Node] = {}
        node = Node(entries, mark)
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key.value, str):
                self.report("a key that is not plain text", event)
            elif key.value == "<<":
                self.report("a merge key (<<): write the fields out", event)
            elif key.value in entries:
                first = node.keys[key.value][0]
                self.report(f"the key '{key.value}' stands twice; first in line {first}", event)
            else:
                entries[key.value] = value
                node.keys[key.value] = key.mark
        return node


def decode(raw: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The text of a fact file, or the problem that it is no UTF-8 text or too large."""
    if len(raw) > MAX_BYTES:
        message = f"larger than {MAX_BYTES // 1024 // 1024} MiB: split the file"
        return None, [Problem(path, 1, 1, message, "yaml")]
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        message = f"not UTF-8 (byte 0x{raw[error.start]:02x}): save the file as UTF-8"
        return None, [Problem(path, line, column, message, "yaml")]


def read_text(text: str, path: str) -> tuple[Node | None, list[Problem]]:
    """The root mapping of a fact file's text and what is wrong with it.

    ``path`` is only used in the problems. The root is None for an empty file or one that cannot be read.
    """
    if control := _CONTROL.search(text):
        # libyaml names such a character by its offset; an editor wants line and column.
        before = text[: control.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"a control character (0x{ord(control[0]):02x}): write it as an escape"
        return None, [Problem(path, line, column, message, "yaml")]
    builder: _Builder | None = None
    try:
        builder = _Builder(path, text)
        root = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"not readable as YAML: {error.problem or error.context or 'broken'}"
        problems = builder.problems if builder else []
        return None, [*problems, Problem(path, line, column, message, "yaml")]
    except yaml.YAMLError as error:
        message = f"not readable as YAML: {' '.join(str(error).split())}"
        return None, [Problem(path, 1, 1, message, "yaml")]
    except _Refused as error:
        refused = Problem(path, *error.mark, str(error), "yaml")
        return None, [*(builder.problems if builder else []), refused]
    if root is not None and not isinstance(root.value, dict):
        message = "a fact file is a mapping of ids to records"
        return None, [*builder.problems, Problem(path, *root.mark, message, "yaml")]
    return root, builder.problems


def read(file: Path, path: str) -> tuple[Node | None, list[Problem]]:
    """The root mapping of a fact file and what is wrong with it; ``path`` names it in the problems."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        return None, [Problem(path, 1, 1, message, "yaml")]
    text, problems = decode(raw, path)
    return (None, problems) if text is None else read_text(text, path)
