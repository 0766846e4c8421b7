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
# An entry of a mapping: its key, the key's mark, and its value.
Entry = tuple[str, Mark, "Node"]
# A node as nested tuples, lists and mappings.
Packed = tuple[Any, ...]


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
    """Builds nodes from the events of one file, collecting what is wrong as it goes.

    ``root`` is the mark of the file's mapping, None until it is met; ``failed`` whether reading had to stop.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.problems: list[Problem] = []
        self.root: Mark | None = None
        self.failed = False
        self.events: Iterator[Any] = yaml.parse(text, Loader=_Loader)

    def report(self, message: str, event: Any) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self.path, mark.line + 1, mark.column + 1, message, "yaml"))

    def records(self) -> Iterator[Entry]:
        """The entries of the file's mapping, each as soon as it is read; what stops it is a problem."""
        if control := _CONTROL.search(self.text):
            # libyaml names such a character by its offset; an editor wants line and column.
            before = self.text[: control.start()]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            self.fail(f"a control character (0x{ord(control[0]):02x}): write it as an escape", (line, column))
            return
        try:
            yield from self.document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.fail(f"not readable as YAML: {error.problem or error.context or 'broken'}", place)
        except yaml.YAMLError as error:
            self.fail(f"not readable as YAML: {' '.join(str(error).split())}", (1, 1))
        except _Refused as error:
            self.fail(str(error), error.mark)

    def fail(self, message: str, mark: Mark) -> None:
        self.problems.append(Problem(self.path, *mark, message, "yaml"))
        self.failed = True

    def document(self) -> Iterator[Entry]:
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.report("a second document: keep one mapping a file, no '---' lines", event)
                    return
            elif isinstance(event, yaml.MappingStartEvent):
                mark: Any = event.start_mark
                self.root = (mark.line + 1, mark.column + 1)
                self.refuse_marks(event)
                yield from self.entries(1)
            elif isinstance(event, yaml.NodeEvent):
                node = self.node(event, 1)
                raise _Refused("a fact file is a mapping of ids to records", node.mark)

    def refuse_marks(self, event: Any) -> None:
        if event.anchor:
            self.report(f"an anchor (&{event.anchor}): write the value out where it is used", event)
        if event.tag:
            self.report(f"a tag ({event.tag}): every value is plain text, leave the tag out", event)

    def node(self, event: Any, depth: int) -> Node:
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            self.report(f"an alias (*{event.anchor}): write the value out", event)
            return Node(f"*{event.anchor}", mark)
        if event.anchor or event.tag:
            self.refuse_marks(event)
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
        for key, key_mark, value in self.entries(depth):
            entries[key] = value
            node.keys[key] = key_mark
        return node

    def entries(self, depth: int) -> Iterator[Entry]:
        """The entries of the mapping that has just begun, each as soon as it is read."""
        lines: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key.value, str):
                self.report("a key that is not plain text", event)
            elif key.value == "<<":
                self.report("a merge key (<<): write the fields out", event)
            elif key.value in lines:
                self.report(f"the key '{key.value}' stands twice; first in line {lines[key.value]}", event)
            else:
                lines[key.value] = key.mark[0]
                yield key.value, key.mark, value


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
    builder = _Builder(path, text)
    entries: dict[str, Node] = {}
    root = Node(entries, (1, 1))
    for key, mark, node in builder.records():
        entries[key] = node
        root.keys[key] = mark
    if builder.root is None or builder.failed:
        return None, builder.problems
    root.mark = builder.root
    return root, builder.problems


def _text_of(file: Path, path: str, problems: list[Problem]) -> str | None:
    """The text of a fact file; None after a problem was found."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        problems.append(Problem(path, 1, 1, f"cannot be read: {error.strerror or error}", "yaml"))
        return None
    text, found = decode(raw, path)
    problems += found
    return text


def read(file: Path, path: str) -> tuple[Node | None, list[Problem]]:
    """The root mapping of a fact file and what is wrong with it; ``path`` names it in the problems."""
    problems: list[Problem] = []
    text = _text_of(file, path, problems)
    return (None, problems) if text is None else read_text(text, path)


def read_entries(file: Path, path: str, problems: list[Problem]) -> Iterator[Entry]:
    """The records of a fact file as nodes; none of a file that cannot be read as a whole."""
    root, found = read(file, path)
    problems += found
    if root is not None and isinstance(root.value, dict):
        for identifier, node in root.value.items():
            yield identifier, root.keys[identifier], node


def stream(file: Path, path: str, problems: list[Problem]) -> Iterator[Entry]:
    """The same for a file too large to hold as nodes: each record as soon as it is read, up to a problem."""
    text = _text_of(file, path, problems)
    if text is not None:
        builder = _Builder(path, text)
        yield from builder.records()
        problems += builder.problems


def pack(node: Node) -> Packed:
    """A node as nested tuples, lists and mappings, which can be kept outside memory."""
    value = node.value
    if isinstance(value, str):
        return (node.mark, value)
    if isinstance(value, list):
        return (node.mark, [pack(inner) for inner in value])
    return (node.mark, {key: pack(inner) for key, inner in value.items()}, node.keys)


def unpack(packed: Packed) -> Node:
    """The node that was packed."""
    value = packed[1]
    if isinstance(value, str):
        return Node(value, packed[0])
    if isinstance(value, list):
        return Node([unpack(inner) for inner in value], packed[0])
    node = Node({key: unpack(inner) for key, inner in value.items()}, packed[0])
    node.keys = packed[2]
    return node
