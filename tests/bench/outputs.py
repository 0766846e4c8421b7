"""Where the facts go: fact files as the layout asks, and the same facts as other tools like them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

Plain = dict[str, Any]

# So many records in a file at the most: about 3 MB.
FILE_RECORDS = 3000
# A papis library is a folder for each record: only for small bases.
MOST_PAPIS = 10_000
_WIDTH = 100
_SENTENCE_END = re.compile(r"(?<=[.!?])[ ](?=[A-Z])")
_BATCH = 5000


def _text(lead: str, text: str, indent: int) -> str:
    if text.startswith("["):
        text = f"'{text}'"
    if len(lead) + 1 + len(text) <= _WIDTH:
        return f"{lead} {text}\n"
    space = " " * indent
    return f"{lead} >-\n" + "".join([f"{space}{line}\n" for line in _SENTENCE_END.split(text)])


def write_yaml(value: Plain, indent: int = 2) -> str:
    """A record's fields as canonical YAML. Of the texts here only a date that is a set needs quotes."""
    space = " " * indent
    parts = []
    for key, inner in value.items():
        if isinstance(inner, str):
            parts.append(_text(f"{space}{key}:", inner, indent + 2))
        elif inner is True:
            parts.append(f"{space}{key}: true\n")
        elif isinstance(inner, dict):
            parts.append(f"{space}{key}:\n{write_yaml(inner, indent + 2)}")
        else:
            parts.append(f"{space}{key}:\n")
            for item in inner:
                if isinstance(item, str):
                    parts.append(_text(f"{space}  -", item, indent + 4))
                else:
                    lines = write_yaml(item, indent + 4)
                    parts.append(f"{space}  - {lines[indent + 4 :]}")
    return "".join(parts)


class Shelf:
    """The fact files of one kind: ``figures.yaml``, or ``events/2013.yaml`` and ``events/2013-2.yaml`` …

    Neighbours share a file, ``events/1536-1760.yaml``, up to ``shared`` records: nobody keeps hundreds of files
    of a few facts each.
    """

    def __init__(self, base: Path, folder: str, shared: int = 0) -> None:
        self.base = base
        self.folder = folder
        self.shared = shared
        self.file: IO[str] | None = None
        self._held = 0  # records in the open file
        self._names: list[str] = []

    def open(self, name: str | None, count: int) -> Iterator[None]:
        """Open file after file for ``count`` records; to be moved on once before each record."""
        joins = self.file is not None and name is not None and self._held + count <= self.shared
        for number in range(count):
            if number % FILE_RECORDS == 0 and not joins:
                self.close()
                place = self.base / f"{self.folder}.yaml"
                if name is not None or count > FILE_RECORDS:
                    part = "" if number == 0 and name else f"{number // FILE_RECORDS + 1}"
                    place = self.base / self.folder / f"{'-'.join(filter(None, (name, part)))}.yaml"
                    place.parent.mkdir(exist_ok=True)
                self.file = place.open("w", encoding="utf-8", newline="\n")
            elif self.file:
                self.file.write("\n")
            if name is not None and name not in self._names:
                self._names.append(name)
            self._held += 1
            yield

    def put(self, identifier: str, record: Plain) -> None:
        """One record into the open file."""
        assert self.file
        self.file.write(f"{identifier}:\n{write_yaml(record)}")

    def close(self) -> None:
        """Close the open file; one that names share is called by the first and the last."""
        if self.file:
            self.file.close()
            if len(self._names) > 1:
                place = Path(self.file.name)
                place.rename(place.with_stem(f"{self._names[0]}-{self._names[-1]}"))
            self.file = None
        self._held, self._names = 0, []


def flatten(kind: str, identifier: str, record: Plain) -> Plain:
    """A record as one JSON object: its date as plain EDTF text, with basis and note beside it."""
    flat: Plain = {"kind": kind, "id": identifier, **record}
    date = record.get("date")
    if isinstance(date, dict):
        flat |= {"date": date["edtf"], "basis": date["basis"], "date_note": date["note"]}
    return flat


class Peers:
    """The facts as JSON lines, JSON, SQLite, recutils records, plain lines, and a papis library."""

    def __init__(self, folder: Path, names: dict[str, str], size: int) -> None:
        folder.mkdir(exist_ok=True)
        self.names = names
        self.lines = (folder / "facts.jsonl").open("w", encoding="utf-8")
        self.json = (folder / "facts.json").open("w", encoding="utf-8")
        self.rec = (folder / "facts.rec").open("w", encoding="utf-8")
        self.text = (folder / "facts.txt").open("w", encoding="utf-8")
        self.rec.write("%rec: Fact\n%key: Id\n")
        self.papis = folder / "papis" if size <= MOST_PAPIS else None
        self.count = 0
        database = folder / "facts.db"
        database.unlink(missing_ok=True)
        self.connection = sqlite3.connect(database)
        self.connection.executescript(
            "pragma journal_mode = off; pragma synchronous = off;"
            "create table fact (id text primary key, kind text, date text, title text, summary text, quotes text,"
            " body text);"
            "create table part (actor text, fact text);"
        )
        self.facts: list[tuple[str | None, ...]] = []
        self.parts: list[tuple[str, str]] = []

    def put(self, kind: str, identifier: str, record: Plain) -> None:
        """One record into all of them."""
        flat = flatten(kind, identifier, record)
        body = json.dumps(flat, ensure_ascii=False)
        self.lines.write(f"{body}\n")
        self.json.write(f"{',' if self.count else '['}\n{body}")
        actors = list_actors(record)
        title = record.get("title") or record.get("name") or ""
        date = flat.get("date")
        summary = record.get("summary") or ""
        quotes = " / ".join([source["quote"] for source in record.get("sources", ())])
        self.facts.append((identifier, kind, date, title, summary, quotes, body))
        self.parts += [(actor, identifier) for actor in actors]
        if len(self.facts) >= _BATCH:
            self._flush()
        named = " ".join([f"{self.names[actor]} [{actor}]" for actor in actors])
        self.text.write(f"{identifier}\t{kind}\t{date or ''}\t{title}\t{named}\t{summary}\t{quotes}\n")
        fields = [f"\nId: {identifier}\nKind: {kind}\nTitle: {title}\n"]
        if date:
            fields.append(f"Date: {date}\n")
        fields += [f"Actor: {actor}\n" for actor in actors]
        fields += [f"Topic: {topic}\n" for topic in record.get("topics", ())]
        if summary:
            fields.append(f"Summary: {summary}\n")
        fields += [f"Source: {s['document']}:{s['line']} {s['quote']}\n" for s in record.get("sources", ())]
        self.rec.write("".join(fields))
        if self.papis:
            place = self.papis / identifier
            place.mkdir(parents=True)
            library: Plain = {"papis_id": f"{self.count:032x}", "ref": identifier, "title": title}
            library |= {"type": kind, **({"date": date} if date else {})}
            library |= {"author": ", ".join(self.names[actor] for actor in actors) or "unknown"}
            library |= {"abstract": f"{summary} {quotes}"}
            text = json.dumps(library, ensure_ascii=False, indent=0)
            (place / "info.yaml").write_text(text, encoding="utf-8")
        self.count += 1

    def _flush(self) -> None:
        self.connection.executemany("insert into fact values (?, ?, ?, ?, ?, ?, ?)", self.facts)
        self.connection.executemany("insert into part values (?, ?)", self.parts)
        self.facts.clear()
        self.parts.clear()

    def close(self) -> None:
        """Finish the files, and index the database: dates, actors, and full text with porter stems."""
        self.json.write("\n]\n" if self.count else "[]\n")
        for file in (self.lines, self.json, self.rec, self.text):
            file.close()
        self._flush()
        self.connection.executescript(
            "create index fact_date on fact (date);"
            "create index part_actor on part (actor, fact);"
            "create virtual table fact_fts using fts5"
            # Written as sqlite-utils and datasette look for it.
            ' (title, summary, quotes, content="fact", tokenize="porter");'
            "insert into fact_fts (fact_fts) values ('rebuild');"
        )
        self.connection.commit()
        self.connection.close()


def list_actors(record: Plain) -> list[str]:
    """The ids of the actors that a record names, each once."""
    found = [each["actor"] for key in ("actors", "parties", "third_parties") for each in record.get(key, ())]
    found += [each["actor"] for each in record.get("relations", ())]
    found += [each["body"] for each in record.get("roles", ()) if "body" in each]
    found += [each["actor"] for each in record.get("status_events", ()) if "actor" in each]
    for provision in record.get("provisions", ()):
        found += [each["actor"] for each in provision.get("actors", ())]
    if "speaker" in record:
        found.append(record["speaker"])
    return list(dict.fromkeys(found))
