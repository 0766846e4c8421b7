"""The documents that facts are read from: found by their content, stripped of markup, cut into sentences.

The documents are not part of the project; whoever has them names their folder. Line numbers are those of the
files, counted from 1; taking the markup off keeps every line where it is.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kosrel.errors import KosrelError
from kosrel.loader import Base
from kosrel.model import Document

# A larger file is none of the documents: books are smaller.
MAX_BYTES = 4 * 1024 * 1024

# The end of a sentence: its marks with any closing quotes or brackets, then a blank or the line's end.
_END = re.compile(r"[.!?]+[\"”'’)\]]*(?=\s|$)")
_REST_IS_BLANK = re.compile(r"\s*\Z")
_BEGINNING = re.compile(r"\s*[A-ZÀ-ÞĀ-Ž\"“'‘(\[]")
_ABBREVIATION = re.compile(r"(?:\b(?:U\.S|NR|Nr|No|Mr|Mrs|Dr|e\.g|i\.e|vs)|\b[A-Z])\.$")


class Sentence:
    """A sentence of a line: ``number`` counts from 1 within the line, ``start`` is its offset there."""

    __slots__ = ("line", "number", "start", "text")

    def __init__(self, line: int, number: int, start: int, text: str) -> None:
        self.line = line
        self.number = number
        self.start = start
        self.text = text

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)


class Text:
    """A document at hand: its plain lines and their sentences.

    ``record``: the base's record of it. ``path``: the file. ``genuine``: whether the file is, byte for byte,
    the one that the facts were read from. ``raw``: the lines as they stand, ``lines``: the same without
    markup, blanks folded.
    """

    def __init__(self, record: Document, path: Path, content: str, genuine: bool) -> None:
        self.record = record
        self.path = path
        self.genuine = genuine
        self.raw = content.split("\n")
        plain = strip_wikitext(content) if record.markup == "wikitext" else content
        self.lines = [" ".join(line.split()) for line in plain.split("\n")]
        self._sentences: dict[int, list[Sentence]] = {}
        self._citations: dict[int, set[str]] | None = None

    def line(self, number: int) -> str:
        """The plain text of a line, empty beyond the end."""
        return self.lines[number - 1] if number <= len(self.lines) else ""

    def sentences(self, number: int) -> list[Sentence]:
        """The sentences of a line."""
        if number not in self._sentences:
            self._sentences[number] = list(split_sentences(self.line(number), number))
        return self._sentences[number]

    def all_sentences(self) -> Iterator[Sentence]:
        """Every sentence of the document, in order."""
        for number in range(1, len(self.lines) + 1):
            yield from self.sentences(number)

    def cited_on(self, number: int) -> set[str]:
        """The addresses of the works that a line of wikitext cites, named footnotes followed."""
        if self._citations is None:
            self._citations = dict(read_citations("\n".join(self.raw)))
        return self._citations.get(number, set())


def split_sentences(line: str, number: int) -> Iterator[Sentence]:
    """The sentences of a plain line, in order; abbreviations and points of omission end none.

    A full stop ends a sentence when what follows begins with a capital letter, an opening quote or bracket.
    """
    start = count = 0
    for match in _END.finditer(line):
        # Only what stands near is looked at, or a line without end would take for ever.
        if not _REST_IS_BLANK.match(line, match.end()):
            tail = line[max(start, match.end() - 20) : match.end()]
            if not _BEGINNING.match(line, match.end()):
                continue
            if _ABBREVIATION.search(tail) or re.search(r"\.\.\.\)?$", tail):
                continue
        before = line[start : match.end()]
        if before.strip():
            count += 1
            yield Sentence(number, count, start + len(before) - len(before.lstrip()), before.strip())
        start = match.end()
    rest = line[start:]
    if rest.strip():
        yield Sentence(number, count + 1, start + len(rest) - len(rest.lstrip()), rest.strip())


def _parser() -> Any:
    """The wikitext parser, which the extra ``curate`` brings."""
    try:
        import mwparserfromhell
    except ImportError:
        raise KosrelError("reading wikitext needs the extra 'curate': pip install 'kosrel[curate]'") from None
    return mwparserfromhell


def strip_wikitext(content: str) -> str:
    """Wikitext without its markup, line for line: links as their words, footnotes and templates gone.

    Image captions, map legends and "as of" templates are words for the reader, and stay.
    """
    parser = _parser()
    return _strip(parser.parse(content), parser.nodes)


def _breaks(node: object) -> str:
    """The line breaks within something that is left out, so that later lines keep their numbers."""
    return "\n" * str(node).count("\n")


def _strip(code: Any, nodes: Any) -> str:
    return "".join(_strip_node(node, nodes) for node in code.nodes)


def _strip_node(node: Any, nodes: Any) -> str:
    if isinstance(node, nodes.Text):
        return str(node.value)
    if isinstance(node, nodes.Wikilink):
        title = str(node.title)
        if title.startswith("Category:"):
            return _breaks(node)
        if title.startswith("File:"):
            return _caption(node, nodes)
        return _strip(node.text, nodes) if node.text is not None else title
    if isinstance(node, nodes.Template):
        name = str(node.name).strip().lower()
        if name == "legend":
            return f" {_strip(node.params[1].value, nodes)} "
        if name == "as of":
            parts = [str(part.value) for part in node.params if not part.showkey]
            return " ".join(["as of", *reversed(parts)])
        return _breaks(node)
    if isinstance(node, nodes.Tag):
        tag = str(node.tag).lower()
        if tag == "ref":
            return _breaks(node)
        if tag == "br":
            return " "
        return _strip(node.contents, nodes) if node.contents else ""
    if isinstance(node, nodes.Heading):
        return _strip(node.title, nodes)
    if isinstance(node, nodes.ExternalLink):
        return _strip(node.title, nodes) if node.title else ""
    if isinstance(node, nodes.HTMLEntity):
        return html.unescape(str(node))
    return _breaks(node)


def _caption(node: Any, nodes: Any) -> str:
    """The last part of an image link; bars within links and templates part nothing."""
    parts = [""]
    for inner in node.text.nodes if node.text is not None else ():
        if isinstance(inner, nodes.Text):
            first, *rest = str(inner.value).split("|")
            parts[-1] += first
            parts += rest
        else:
            parts[-1] += _strip_node(inner, nodes)
    lost = sum(part.count("\n") for part in parts[:-1])
    return "\n" * lost + parts[-1]


def read_citations(content: str) -> Iterable[tuple[int, set[str]]]:
    """For every line of wikitext the addresses that its footnotes hold, where there are any."""
    parser = _parser()
    tags = [
        tag for tag in parser.parse(content).ifilter_tags(recursive=True) if str(tag.tag).lower() == "ref"
    ]
    named: dict[str, set[str]] = {}
    for tag in tags:
        if _name(tag) and tag.contents and str(tag.contents).strip():
            named[_name(tag)] = _addresses(str(tag.contents))
    place = 0
    found: dict[int, set[str]] = {}
    for tag in tags:
        place = content.index(str(tag), place)
        line = content.count("\n", 0, place) + 1
        own = _addresses(str(tag.contents)) if tag.contents else set()
        found.setdefault(line, set()).update(own or named.get(_name(tag), set()))
        place += 1
    return found.items()


def _name(tag: Any) -> str:
    for attribute in tag.attributes:
        if str(attribute.name).strip() == "name":
            return str(attribute.value).strip().strip("\"'")
    return ""


def _addresses(text: str) -> set[str]:
    """Every web address in a footnote; one within another (an archived copy) counts too."""
    whole = re.findall(r"https?://[^\s|\]}<]+", text)
    return set(whole)


def find_documents(base: Base, folder: Path) -> dict[str, Text]:
    """The documents of a base that ``folder`` holds, by id; recognised by content under any file name.

    A file whose content is none of them is taken for the document whose file name it has, and is not
    genuine. Raises KosrelError when there is no folder or nothing in it is a document of the base.
    """
    if not folder.is_dir():
        raise KosrelError(f"there is no folder {folder}; name the folder of the documents")
    records = [record for record in base.records.values() if isinstance(record, Document)]
    by_hash = {str(record.sha256): record for record in records if record.sha256}
    by_name = {str(record.file): record for record in records}
    found: dict[str, Text] = {}
    others: list[tuple[Path, str]] = []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            continue
        raw = path.read_bytes()
        content = raw.decode("utf-8", "replace")
        record = by_hash.get(hashlib.sha256(raw).hexdigest())
        if record is not None:
            found[record.id] = Text(record, path, content, True)
        elif path.name in by_name:
            others.append((path, content))
    for path, content in others:
        record = by_name[path.name]
        if record.id not in found:
            found[record.id] = Text(record, path, content, False)
    if not found:
        names = ", ".join(sorted(by_name))
        raise KosrelError(f"none of the documents is in {folder}; they are {names}")
    return found


def find_quote(quote: str, text: str) -> list[int]:
    """Where a quote stands in a text, letter for letter and in whole words."""
    edges = (r"(?<!\w)" if quote[:1].isalnum() else "", r"(?!\w)" if quote[-1:].isalnum() else "")
    return [match.start() for match in re.finditer(edges[0] + re.escape(quote) + edges[1], text)]


def sentences_with(text: Text, line: int, quote: str) -> Sequence[Sentence]:
    """The sentences of a line that hold ``quote`` whole, each as often as it stands there."""
    holding = []
    for sentence in text.sentences(line):
        holding += [sentence] * len(find_quote(quote, sentence.text))
    return holding
