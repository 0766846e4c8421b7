"""New bases, and new records to be filled in: an id from the title, the required fields, the right place.

A draft is written into the file where its record belongs and leaves every other line as it is. What is still
empty is named with its place; ``kosrel check`` names the same until it is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kosrel import loader, reader, shipped
from kosrel.curation import SCHEMAS, find_schema, renew_schemas
from kosrel.dates import parse_edtf
from kosrel.errors import BadUsage, KosrelError
from kosrel.fields import MAX_TEXT, Choice, Field, Many, Maybe, Part, Plain, Structure
from kosrel.model import KINDS, Record
from kosrel.names import differs_by_typo, fold, folds, is_near, stem
from kosrel.writer import replace_file, write_editor_comment, write_record

# Ids stay short enough to be typed; words are left out at the end, not cut.
LONGEST = 60
# Titles that share this part of their words are pointed out.
ALIKE = 0.6
_KEY = re.compile(r"( +(?:- )?)[a-z0-9_]+:")
_STOP_WORDS = frozenset("a an and at between by for from in is its of on or over the to with".split())

_README = """# {name}

A fact base for kosrel. `kosrel new document "TITLE" --facts DIR` adds the first document, and
`kosrel new event "TITLE" --facts DIR` an event; so it goes for each kind of record. `kosrel check DIR`
says what is left to fill in or wrong, `kosrel fmt DIR` brings the files into canonical form, and every
question takes `--facts DIR`.

A file is named for its kind (`events.yaml`), or lies in a folder that is (`events/2013.yaml`). The folder
`schema/` holds the JSON Schema of each kind of file; an editor finds it by the first line of the file.
"""


class Draft:
    """A new record to be filled in.

    ``path``: its file within the base. ``line``: where it begins there. ``text``: the record in YAML.
    ``written``: whether it stands in the file; else ``reason`` says why not. ``blanks``: every empty place as
    line, column and what to write. ``alike``: the records with the same or a near title: id and title.
    """

    def __init__(self, kind: type[Record], identifier: str, path: str, text: str) -> None:
        self.kind = kind
        self.id = identifier
        self.path = path
        self.text = text
        self.line = 1
        self.written = False
        self.reason = ""
        self.blanks: list[tuple[int, int, str]] = []
        self.alike: list[tuple[str, str]] = []


def make_base(folder: str | Path) -> Path:
    """A new base without records in a folder that is new or empty; the folder.

    Raises BadUsage when the folder holds something, KosrelError when it cannot be written.
    """
    place = Path(folder)
    try:
        if place.exists() and not place.is_dir():
            raise BadUsage(f"{folder} is a file; name a new folder")
        if place.is_dir() and any(place.iterdir()):
            raise BadUsage(f"the folder {folder} is not empty; name a new one")
        (place / SCHEMAS).mkdir(parents=True)
        renew_schemas(place)
        replace_file(place / "README.md", _README.format(name=place.resolve().name or "Facts"))
        comment = write_editor_comment(f"{SCHEMAS}/documents.json")
        replace_file(place / "documents.yaml", comment)
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise KosrelError(f"no base can be made in {folder}: {told}") from error
    return place


def _find_kind(name: str) -> type[Record]:
    for kind in KINDS.values():
        if name in (kind.kind, kind.folder):
            return kind
    raise BadUsage(f"there is no kind '{name}'; kinds are {', '.join(KINDS)}, or base for a new base")


class _Entry:
    """A record as it stands in a file, whether or not it can be read as one: its id, line and fields."""

    def __init__(self, identifier: str, line: int, node: reader.Node) -> None:
        self.id = identifier
        self.line = line
        self.fields = node.value if isinstance(node.value, dict) else {}

    def text(self, name: str) -> str:
        """The text of a field; empty where there is none."""
        node = self.fields.get(name)
        return node.value if node is not None and isinstance(node.value, str) else ""

    def names(self, label: str) -> list[str]:
        """Its title or name, and its aliases."""
        aliases = self.fields.get("aliases")
        listed = aliases.value if aliases is not None and isinstance(aliases.value, list) else []
        return [self.text(label), *(item.value for item in listed if isinstance(item.value, str))]

    def order(self, dated: bool) -> tuple[str, str, str]:
        """Its place in canonical order: by date and id, undated ones last."""
        node = self.fields.get("date")
        if node is not None and isinstance(node.value, dict):
            node = node.value.get("edtf")
        return _order(str(node.value) if node is not None else None, dated, self.id)


def _order(edtf: str | None, dated: bool, identifier: str) -> tuple[str, str, str]:
    try:
        date = parse_edtf((edtf or "").strip())
    except BadUsage:
        return ("~" if dated else "", "", identifier)
    return (date.earliest or "", date.latest or "~", identifier)


def _read_base(folder: Path) -> tuple[dict[str, tuple[type[Record], list[_Entry]]], set[str]]:
    """The entries of every file by its path, and the paths of those that cannot be read as YAML."""
    files: dict[str, tuple[type[Record], list[_Entry]]] = {}
    broken = set()
    for file, path, kind in loader.fact_files(folder):
        if kind is None:
            continue
        root, problems = reader.read(file, path)
        entries = []
        if root is not None and isinstance(root.value, dict):
            for identifier, node in root.value.items():
                entries.append(_Entry(identifier, root.keys[identifier][0], node))
        files[path] = (kind, entries)
        if problems:
            broken.add(path)
    return files, broken


def make_id(title: str, used: set[str]) -> str:
    """A free id made from a title: folded as names are, words joined by hyphens, ``-2`` where it is taken.

    Raises BadUsage when the title has no letter or digit that an id can hold.
    """
    words = [word for word in fold(title).split() if word.isascii()]
    if not words:
        raise BadUsage(
            f"no id can be made from '{title}': it needs a word in Latin or Serbian Cyrillic letters"
        )
    while len(words) > 1 and len("-".join(words)) > LONGEST:
        words.pop()
    name = "-".join(words)[:LONGEST].rstrip("-")
    free = name
    number = 2
    while free in used:
        free = f"{name}-{number}"
        number += 1
    return free


def _blank(field: Field[Any]) -> Plain:
    """A field to be filled in: an empty value, or as many empty structures as there must be."""
    inner = field.field if isinstance(field, Maybe) else field
    if isinstance(inner, Many):
        return [_blank(inner.field) for _ in range(inner.least)]
    return _blanks(inner.structure, {}) if isinstance(inner, Part) else None


def _blanks(structure: type[Structure], given: dict[str, str]) -> dict[str, Plain]:
    """The required fields of a structure and those that are given, in the order of the class."""
    return {
        name: given[name] if name in given else _blank(field)
        for name, field in structure.fields.items()
        if field.stored and (field.required or name in given)
    }


def _explain(structure: type[Structure], draft: dict[str, Plain]) -> Iterator[str]:
    """What to write into each blank of a draft, in the order of its lines."""
    for name, value in draft.items():
        field = structure.fields[name]
        if value is None:
            choices = f" ({field.describe()})" if isinstance(field, Choice) else ""
            yield f"{name}: {field.doc}{choices}"
        elif isinstance(value, list) and isinstance(field, Many) and isinstance(field.field, Part):
            for item in value:
                yield from _explain(field.field.structure, item)


def _find_place(
    kind: type[Record], given: dict[str, str], identifier: str, folder: Path, paths: set[str]
) -> str:
    """The file that a new record belongs into, by how the base is laid out."""
    whole = f"{kind.folder}.yaml"
    if whole in paths or not (folder / kind.folder).is_dir():
        return whole
    if kind is KINDS["agreement"]:
        name = identifier
    elif kind is KINDS["actor"]:
        name = "unsorted"
    elif "date" in kind.fields:
        date = re.match(r"\d{4}", given.get("date", ""))
        name = date[0] if date else "undated"
    else:
        name = kind.folder
    return f"{kind.folder}/{name}.yaml"


def _place_actor(given: dict[str, str], files: dict[str, tuple[type[Record], list[_Entry]]]) -> str | None:
    """The file of a folder that holds most actors of the type that is given; None where there is none."""
    counts = {
        path: sum(entry.text("type") == given.get("type") for entry in entries)
        for path, (kind, entries) in files.items()
        if kind is KINDS["actor"]
    }
    best = max(counts, key=lambda path: counts[path], default=None)
    return best if best is not None and counts[best] else None


def _is_alike(one: str, other: str) -> bool:
    """Whether two titles are the same, near, or share most of their words."""
    if not one or not other:
        return False
    if set(folds(one)) & set(folds(other)):
        return True
    plain, against = fold(one), fold(other)
    if differs_by_typo(plain, against) or is_near(plain, against):
        return True
    words, others = (
        {stem(word) for word in text.split() if word not in _STOP_WORDS} for text in (plain, against)
    )
    shared = len(words & others)
    return shared > 1 and shared / len(words | others) >= ALIKE


def _insert(text: str, line: int | None, block: str) -> tuple[str, int]:
    """``text`` with a block before a line, or at its end, and the line where the block begins."""
    lines = text.splitlines(keepends=True)
    if line is None:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        gap = "\n" if lines and lines[-1].strip() else ""
        return "".join(lines) + gap + block, len(lines) + len(gap) + 1
    return "".join([*lines[: line - 1], block, "\n", *lines[line - 1 :]]), line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _list_blanks(block: str, first: int) -> Iterator[tuple[int, int]]:
    """Line and column, counted from 1, of every key of a block that has no value."""
    lines = [*block.splitlines(), ""]
    for number, line in enumerate(lines):
        key = _KEY.fullmatch(line)
        if key and _indent(lines[number + 1]) <= len(key[1]):
            yield first + number, len(line) + 1


def make_record(kind: str, title: str, folder: str | Path | None = None, **given: str | None) -> Draft:
    """A new record of a kind with a title, in the base in ``folder`` or, in a checkout, in the shipped one.

    ``given`` are texts of further fields: ``date`` (EDTF) and ``type``. Raises BadUsage for a kind, title or
    field that cannot be, KosrelError when there is no base in the folder.
    """
    found = _find_kind(kind)
    plain = " ".join(title.split())
    if not plain or len(plain) > MAX_TEXT or re.search("[\ud800-\udfff]", plain):
        raise BadUsage(f"a title is text of 1 to {MAX_TEXT} characters")
    fields = {found.label_field: plain, **{name: text for name, text in given.items() if text is not None}}
    _check_given(found, fields)
    place = Path(folder) if folder is not None else Path(shipped.find_facts())
    if not place.is_dir():
        raise KosrelError(f"there is no folder {place}; kosrel new base {place} makes a base there")
    files, broken = _read_base(place)
    if not files:
        raise KosrelError(f"there is no fact file in {place}; kosrel new base DIR makes a base")
    entries = [entry for _kind, each in files.values() for entry in each]
    identifier = make_id(plain, {entry.id for entry in entries})
    path = _find_place(found, fields, identifier, place, set(files))
    if path == "actors/unsorted.yaml":
        path = _place_actor(fields, files) or path
    blanks = _blanks(found, fields)
    draft = Draft(found, identifier, path, write_record(identifier, blanks))
    draft.alike = [
        (entry.id, entry.text(found.label_field))
        for each_kind, each in files.values()
        for entry in each
        if each_kind is found and any(_is_alike(plain, name) for name in entry.names(found.label_field))
    ]
    if folder is None and place.parent == Path(__file__).parent:
        draft.reason = "the shipped facts are part of the installation: name a base of your own with --facts"
    elif path in broken:
        draft.reason = f"{path} cannot be read as it is: kosrel check names its problems"
    else:
        _write(draft, place, files.get(path, (found, []))[1], fields.get("date"))
    told = _explain(found, blanks)
    draft.blanks = [
        (*spot, what) for spot, what in zip(_list_blanks(draft.text, draft.line), told, strict=True)
    ]
    return draft


def _check_given(kind: type[Record], fields: dict[str, str]) -> None:
    """BadUsage for a field that the kind has not, or that cannot hold the text."""
    for name, text in fields.items():
        if name not in kind.fields or not kind.fields[name].stored:
            raise BadUsage(f"a record of kind {kind.kind} has no {name}")
        field: Any = kind.fields[name]
        field = field.field if isinstance(field, Maybe) else field
        if isinstance(field, Choice) and text not in field.choices:
            raise BadUsage(f"'{text}' is no {name} of {kind.kind}: {', '.join(field.choices)}")
        if name == "date":
            parse_edtf(text)


def _write(draft: Draft, folder: Path, entries: list[_Entry], date: str | None) -> None:
    """Put the draft into its file, in canonical order; say why where that cannot be."""
    file = folder / draft.path
    dated = "date" in draft.kind.fields
    own = _order(date, dated, draft.id)
    try:
        if file.is_symlink() or file.parent.is_symlink():
            raise OSError("it is a link")
        if file.is_file():
            text = file.read_text(encoding="utf-8")
        else:
            file.parent.mkdir(exist_ok=True)
            schema = find_schema(folder, draft.path)
            text = write_editor_comment(schema) if schema else ""
        after = [entry.line for entry in entries if entry.order(dated) > own]
        whole, draft.line = _insert(text, min(after, default=None), draft.text)
        replace_file(file, whole)
        draft.written = True
    except (OSError, UnicodeDecodeError) as error:
        draft.line = 1
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        draft.reason = f"{file} cannot be written: {told}"
