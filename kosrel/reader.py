"""One fact file read into nodes that know their place; the only reader of YAML.

Values stay text: YAML's guesses (``2013`` a number, ``NO`` false) never happen, because libyaml's event
stream is read and the scalars are taken as written. Anchors, aliases, tags, merge keys, several documents
in a file and repeated keys are refused. Sizes are bounded, so a hostile file ends in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kosrel.errors import Problem, shorten
from kosrel.files import MAX_BYTES, read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

MAX_DEPTH = 12
# Values in a file, keys among them.
MAX_VALUES = 250_000
# Those of one record.
MAX_RECORD = 10_000
# Characters in a value; what a field takes is less.
MAX_LENGTH = 10_000
# A file that is wrong throughout is told about so often.
MAX_PROBLEMS = 1_000

# What an editor does not show, or takes for the end of a line where others do not: written as an escape.
_CONTROL = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


Mark = tuple[int, int]
# An entry of a mapping: its key, the key's mark, and its value.
Entry = tuple[str, Mark, "Node"]


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
        self.values = 0
        self.root: Mark | None = None
        self.failed = False
        self.events: Iterator[Any] = yaml.parse(text, Loader=_Loader)

    def report(self, message: str, event: Any) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self.path, mark.line + 1, mark.column + 1, message, "yaml"))
        if len(self.problems) == MAX_PROBLEMS:
            raise _Refused(f"{MAX_PROBLEMS:,} problems; mend these first", (mark.line + 1, mark.column + 1))

    def records(self) -> Iterator[Entry]:
        """The entries of the file's mapping, each as soon as it is read; what stops it is a problem."""
        # None of those characters is printable, so most files are known to hold none at once.
        printable = self.text.replace("\n", "").isprintable()
        if not printable and (control := re.search(_CONTROL, self.text)):
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
            self.report(f"an anchor (&{shorten(event.anchor)}): write the value out where it is used", event)
        if event.tag:
            self.report(f"a tag ({shorten(event.tag)}): every value is plain text, leave the tag out", event)

    def node(self, event: Any, depth: int) -> Node:
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        self.values += 1
        if self.values > MAX_VALUES:
            raise _Refused(f"more than {MAX_VALUES:,} keys and values: split the file", mark)
        if isinstance(event, yaml.AliasEvent):
            self.report(f"an alias (*{shorten(event.anchor or '')}): write the value out", event)
            return Node(f"*{event.anchor}", mark)
        if event.anchor or event.tag:
            self.refuse_marks(event)
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > MAX_LENGTH:
                raise _Refused(f"a value of {len(event.value):,} characters; {MAX_LENGTH:,} at most", mark)
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
            before = self.values
            value = self.node(next(self.events), depth + 1)
            if depth == 1 and self.values - before > MAX_RECORD:
                self.report(f"a record of more than {MAX_RECORD:,} keys and values: split it", event)
            if not isinstance(key.value, str):
                self.report("a key that is not plain text", event)
            elif key.value == "<<":
                self.report("a merge key (<<): write the fields out", event)
            elif key.value in lines:
                first = lines[key.value]
                self.report(f"the key '{shorten(key.value)}' stands twice; first in line {first}", event)
            else:
                lines[key.value] = key.mark[0]
                yield key.value, key.mark, value


def find_comments(text: str) -> list[int]:
    """The numbers of the lines, from 1, on which a comment stands; ``text`` must be readable as YAML."""
    found: list[int] = []
    line, place = 1, 0

    def look(end: int) -> None:
        """Look for comments up to an offset, from where the last look ended."""
        nonlocal line, place
        for match in re.finditer(r"\n|#[^\n]*", text[place:end]):
            if match[0] == "\n":
                line += 1
            else:
                found.append(line)
        place = end

    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.ScalarEvent):
            first, last = event.start_mark, event.end_mark
            assert first is not None
            assert last is not None
            start, end = first.index, last.index
            look(start)
            if event.style in ("|", ">"):
                # A comment may stand behind the mark of a block of text, not within the text.
                head = text.find("\n", start, end)
                look(end if head < 0 else head)
            line += text.count("\n", place, end)
            place = end
    look(len(text))
    return found


def decode(raw: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The text of a fact file, or the problem that it is no UTF-8 text or too large."""
    if raw.startswith(_UTF16):
        return None, [Problem(path, 1, 1, "UTF-16: save the file as UTF-8", "yaml")]
    if raw.startswith(b"\xef\xbb\xbf"):
        return None, [Problem(path, 1, 1, "a byte order mark: save the file as UTF-8 without it", "yaml")]
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


def _text_of(file: str | Path, path: str, problems: list[Problem]) -> str | None:
    """The text of a fact file; None after a problem was found."""
    raw, found = read_bytes(str(file), path)
    problems += found
    if raw is None:
        return None
    text, found = decode(raw, path)
    problems += found
    return text


def read(file: str | Path, path: str) -> tuple[Node | None, list[Problem]]:
    """The root mapping of a fact file and what is wrong with it; ``path`` names it in the problems."""
    problems: list[Problem] = []
    text = _text_of(file, path, problems)
    return (None, problems) if text is None else read_text(text, path)


def read_entries(file: str | Path, path: str, problems: list[Problem]) -> Iterator[Entry]:
    """The records of a fact file as nodes; none of a file that cannot be read as a whole."""
    root, found = read(file, path)
    problems += found
    if root is not None and isinstance(root.value, dict):
        for identifier, node in root.value.items():
            yield identifier, root.keys[identifier], node


def stream(file: str | Path, path: str, problems: list[Problem]) -> Iterator[Entry]:
    """The same for a file too large to hold as nodes: each record as soon as it is read, up to a problem."""
    text = _text_of(file, path, problems)
    if text is not None:
        builder = _Builder(path, text)
        yield from builder.records()
        problems += builder.problems
