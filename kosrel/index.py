"""Queries on a compiled base: by id, date, name, office and link, and ranked full text.

Answers are read from here and from nowhere else, so what a look-up costs does not depend on how facts
are kept. Every list of rows has a stable order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from kosrel.dates import MATCHES, WHOLLY, Date, parse_edtf, relate
from kosrel.names import (
    FITS,
    differs_by_typo,
    distance,
    fits_initials,
    fold,
    folds,
    is_id,
    is_near,
    turn_round,
)

_HEAD = "record.number, record.id, record.kind, record.label, record.edtf"
_COLUMNS = f"{_HEAD}, record.body"
# So many ways to go on are enough for anybody who completes a word.
_COMPLETED = 5000
# What comes after any letter.
_LAST = "\U0010ffff"
TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

# So many of the best passages are given; more would cost time and change nothing a person sees.
CANDIDATES = 2000
# So many of the passages that match are ranked: the first ones in the order of the base.
RANKED = 5000
# What a word is worth in the title, names, text, quote, other wordings and cited works of a passage.
_WEIGHTS = "6.0, 4.0, 3.0, 2.0, 1.5, 0.7"
# What the rank of a passage is worth that tells where things stand rather than what is so.
_OF_BACKGROUND = 0.4


class Row:
    """A record as the index holds it: id, kind, title or name, EDTF text or None, and its JSON text.

    ``body``, the JSON text, may be a function of the number that reads it when it is wanted: of many records
    that are found few may be shown.
    """

    __slots__ = ("_body", "edtf", "id", "kind", "label", "match", "number")

    def __init__(
        self,
        number: int,
        identifier: str,
        kind: str,
        label: str | None,
        edtf: str | None,
        body: str | Callable[[int], str],
    ) -> None:
        self.number = number
        self.id = identifier
        self.kind = kind
        self.label = label
        self.edtf = edtf
        self._body = body
        self.match: str | None = None

    @property
    def body(self) -> str:
        """The record as JSON text, without how it matched."""
        if not isinstance(self._body, str):
            self._body = self._body(self.number)
        return self._body

    def json(self) -> str:
        """The record as JSON text, indented by two, with how it matched filled in."""
        if self.match is None:
            return self.body
        # Quotes inside JSON strings are escaped, so the first such text is the key itself.
        return self.body.replace('"match": null', f'"match": "{self.match}"', 1)


class Rows(Sequence[Row]):
    """Records by their numbers, in the order given, read when they are wanted: of many few may be shown."""

    def __init__(self, read: Callable[[Sequence[int]], list[Row]], numbers: Sequence[int]) -> None:
        self._read = read
        self._numbers = numbers
        self._held: list[Row] | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return Rows(self._read, self._numbers[place])
        if self._held is None:
            self._held = self._read(self._numbers)
        return self._held[place]


class Passage:
    """A ranked passage: its number, its record's number, and its rank (smaller is better)."""

    __slots__ = ("number", "rank", "record")

    def __init__(self, number: int, record: int, rank: float) -> None:
        self.number = number
        self.record = record
        self.rank = rank


class Filter:
    """What records must meet: kinds, ids that they must name, and days that their date must touch."""

    def __init__(
        self,
        kinds: Sequence[str] = (),
        targets: Iterable[Sequence[str]] = (),
        earliest: str | None = None,
        latest: str | None = None,
    ) -> None:
        self.kinds = tuple(kinds)
        self.targets = [tuple(each) for each in targets]
        self.earliest = earliest
        self.latest = latest

    def conditions(self) -> tuple[str, list[str]]:
        """The SQL conditions on ``record``, each with ``and`` before it, and their values."""
        sql = ""
        values: list[str] = []
        if self.kinds:
            sql += f" and record.kind in ({_marks(self.kinds)})"
            values += self.kinds
        for ids in self.targets:
            named = f"select record from link where target in ({_marks(ids)})"
            sql += f" and (record.number in ({named}) or record.id in ({_marks(ids)}))"
            values += [*ids, *ids]
        if self.earliest is not None:
            sql += " and record.edtf is not null and record.latest >= ?"
            values.append(self.earliest)
        if self.latest is not None:
            sql += " and record.edtf is not null and record.earliest <= ?"
            values.append(self.latest)
        return sql, values


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _count(connection: sqlite3.Connection, name: str) -> int:
    (number,) = connection.execute("select number from count where name = ?", (name,)).fetchone()
    return int(number)


class Meanings:
    """For the stems of a word or phrase with synonyms, all words and phrases that mean the same.

    Read from the index one by one, as they are asked for: a query has few words, the base many synonyms.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, tuple[str, ...]] = {}
        # How many words the longest phrase has.
        self.longest = _count(connection, "longest synonym")

    def get(self, stems: str) -> tuple[str, ...]:
        """What means the same as a phrase with these stems, itself included; nothing for most phrases."""
        if stems not in self._known:
            rows = self._connection.execute(
                "select folded from synonym where stems = ? order by rowid", (stems,)
            )
            self._known[stems] = tuple(dict.fromkeys(folded for (folded,) in rows))
        return self._known[stems]

    def __contains__(self, stems: str) -> bool:
        return bool(self.get(stems))


class Index:
    """Queries on a compiled base."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.bounded = False

    def __del__(self) -> None:
        self.connection.close()

    def _rows(self, condition: str, values: Sequence[str | int] = ()) -> list[Row]:
        sql = f"select {_COLUMNS} from record {condition}"
        return [Row(*columns) for columns in self.connection.execute(sql, values)]

    def _heads(self, condition: str, values: Sequence[str | int]) -> list[Row]:
        """The same, of which few may be shown: their bodies are read when they are wanted."""
        sql = f"select {_HEAD} from record {condition}"
        rows = self.connection.execute(sql, values)
        return [
            Row(number, identifier, kind, label, edtf, self._read_body)
            for number, identifier, kind, label, edtf in rows
        ]

    def kinds(self) -> dict[str, str]:
        """The kinds of record, in the order of the model, each with its folder."""
        return dict(self.connection.execute("select kind, folder from kind order by rowid"))

    def get(self, identifier: str) -> Row | None:
        """The record with this id, of any kind; None for a text that is no id at all."""
        if not is_id(identifier):
            return None
        rows = self._rows("where id = ?", (identifier,))
        return rows[0] if rows else None

    def number(self, number: int) -> Row:
        """The record with this number."""
        return self._rows("where number = ?", (number,))[0]

    def numbered(self, numbers: Sequence[int]) -> Rows:
        """The records with these numbers, in the order of the numbers given."""
        return Rows(self._read_numbered, numbers)

    def _read_numbered(self, numbers: Sequence[int]) -> list[Row]:
        rows: dict[int, Row] = {}
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            rows |= {row.number: row for row in self._heads(f"where number in ({_marks(some)})", some)}
        return [rows[number] for number in numbers]

    def _read_body(self, number: int) -> str:
        (body,) = self.connection.execute("select body from record where number = ?", (number,)).fetchone()
        return str(body)

    def of_kind(self, kind: str, wanted: Filter | None = None) -> list[Row]:
        """All records of a kind: dated ones in order of time, then the rest by title or name."""
        sql, values = (wanted or Filter()).conditions()
        return self._rows(
            f"where kind = ?{sql} order by earliest, latest, label collate nocase, id", (kind, *values)
        )

    def each(self, kind: str) -> Iterator[Row]:
        """The records of a kind one by one, never all at once: dated ones in order of time, then the rest."""
        sql = f"select {_COLUMNS} from record where kind = ? order by earliest, latest, id"
        for columns in self.connection.execute(sql, (kind,)):
            yield Row(*columns)

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind."""
        return dict(self.connection.execute("select kind, count(*) from record group by kind"))

    def dated(self, wanted: Filter) -> list[Row]:
        """All dated records that meet a filter, in order of time."""
        sql, values = wanted.conditions()
        return self._rows(f"where edtf is not null{sql} order by earliest, latest, kind, id", values)

    def on(self, kind: str, when: Date) -> list[Row]:
        """The records of a kind whose date meets ``when``.

        First those that lie in it, by time; then what lasted longer; then what may or may not fall there.
        """
        first, last = when.earliest or "", when.latest or "9999-12-31"
        # A date of a known span (``compiler.measure_span``: a day, a month, a year, more) that touches these
        # days begins at most so long before them: few rows are read, however many there are.
        year = int(first[:4]) if first else 0
        begins = (first, f"{max(year - 1, 0):04}", f"{max(year - 2, 0):04}", "")
        one = (
            f"select {_COLUMNS} from record "
            "where kind = ? and span = ? and earliest between ? and ? and latest >= ?"
        )
        values = [value for span, begin in enumerate(begins) for value in (kind, span, begin, last, first)]
        met = []
        for columns in self.connection.execute(" union all ".join([one] * len(begins)), values):
            row = Row(*columns)
            date = parse_edtf(row.edtf or "")
            row.match = relate(date, when)
            if row.match is not None:
                certainty = 0 if row.match in WHOLLY else MATCHES.index(row.match)
                met.append((certainty, date.earliest or "", date.latest or "9999-12-31", row.id, row))
        # No two have the same id.
        return [row for *_place, row in sorted(met)]

    def near(self, kind: str, when: Date) -> tuple[Row | None, Row | None]:
        """The last record of a kind that ends before ``when`` and the first that begins after it."""
        before = self._heads(
            "where kind = ? and latest < ? order by latest desc, id limit 1",
            (kind, when.earliest or ""),
        )
        after = self._heads(
            "where kind = ? and earliest > ? and earliest < '~' order by earliest, latest, id limit 1",
            (kind, when.latest or "9999-12-31"),
        )
        return (before[0] if before else None, after[0] if after else None)

    def named(self, kind: str, name: str, typos: bool = True) -> list[Row]:
        """The records of a kind that a name fits best; several when it fits them equally.

        Tried in the order of FITS: an id, a name, an alias, a spelling, a surname; a surname with initials;
        every word of ``name`` among the words of the record's names; with ``typos``, one wrong letter.
        """
        exact = self.get(name.strip())
        if exact is not None and exact.kind == kind:
            exact.match = "id"
            return [exact]
        spellings = list(dict.fromkeys(folds(name) + folds(turn_round(name))))
        spellings = [each for each in spellings if each]
        if not spellings:
            return []
        fit, numbers = self._fitting(kind, spellings, typos)
        rows = [self.number(number) for number in numbers]
        for row in rows:
            row.match = FITS[fit]
        return sorted(rows, key=lambda row: row.id)

    def _fitting(self, kind: str, spellings: Sequence[str], typos: bool) -> tuple[int, list[int]]:
        found = self.connection.execute(
            f"select distinct fit, record from name where folded in ({_marks(spellings)}) and kind = ? "
            "order by fit",
            (*spellings, kind),
        ).fetchall()
        if found:
            best = found[0][0]
            return best, [record for fit, record in found if fit == best]
        if len(spellings[0].split()) > 1:
            numbers = self._like(kind, spellings, fits_initials, spellings[0].split()[-1])
            if numbers:
                return FITS.index("initials"), numbers
        numbers = self._with_words(kind, spellings)
        if numbers or not typos:
            return FITS.index("words"), numbers
        return FITS.index("typo"), self._like(kind, spellings, differs_by_typo)

    def _like(self, kind: str, spellings: Sequence[str], fits: object, word: str | None = None) -> list[int]:
        """Numbers of the records of a kind with a name that ``fits`` accepts (and with ``word`` in it)."""
        assert callable(fits)
        sql, values = "select folded, record from name where kind = ?", [kind]
        if word is not None:
            sql += " and record in (select record from word where folded = ? and kind = ?)"
            values += [word, kind]
        else:
            lengths = [len(each) for each in spellings]
            sql += " and length(folded) between ? and ?"
            values += [str(min(lengths) - 1), str(max(lengths) + 1)]
            sql = sql.replace("between ? and ?", "between cast(? as integer) and cast(? as integer)")
        found = set()
        for folded, record in self.connection.execute(sql, values):
            if any(fits(spelling, folded) for spelling in spellings):
                found.add(record)
        return sorted(found)

    def _with_words(self, kind: str, spellings: Sequence[str]) -> list[int]:
        """Numbers of the records of a kind that have every word of one of the spellings."""
        for spelling in spellings:
            common: set[int] | None = None
            for word in spelling.split():
                rows = self.connection.execute(
                    "select record from word where folded = ? and kind = ?", (word, kind)
                )
                numbers = {number for (number,) in rows}
                common = numbers if common is None else common & numbers
            if common:
                return sorted(common)
        return []

    def suggestions(self, kind: str, name: str) -> list[Row]:
        """Records of a kind with a name that is near ``name``: the same beginning, or two wrong letters.

        Short names are near nothing: a suggestion that is wrong is worse than none.
        """
        plain = fold(name)
        found: dict[int, int] = {}
        for folded, record in self.connection.execute(
            "select folded, record from name where kind = ?", (kind,)
        ):
            if len(plain) >= 5 and folded.startswith(plain):
                found[record] = 0
            elif is_near(plain, folded):
                found.setdefault(record, 1)
        rows = [(near, self.number(number)) for number, near in found.items()]
        return [row for _near, row in sorted(rows, key=lambda pair: (pair[0], pair[1].id))][:5]

    def near_words(self, word: str) -> list[str]:
        """Words of the base that differ from ``word`` by a letter, at most three."""
        if len(word) < 5:
            return []
        rows = self.connection.execute(
            "select folded from term where length(folded) between ? and ? order by folded",
            (len(word) - 1, len(word) + 1),
        )
        return [term for (term,) in rows if term.isalpha() and distance(word, term, 1) == 1][:3]

    def beginning(self, kinds: Sequence[str], plain: str) -> list[tuple[str, str]]:
        """Id and name of the records of some kinds with a name, a word of one, or an id that begins so."""
        first, *rest = plain.split() or [""]
        # In both indexes what begins alike stands together: few rows are read, however many there are.
        if rest:
            named = (
                "select name.record from word join name on name.record = word.record "
                f"where word.folded = ? and word.kind in ({_marks(kinds)}) and ' ' || name.folded like ?"
            )
            values = [first, *kinds, f"% {plain}%"]
        else:
            named = f"select record from word where folded between ? and ? and kind in ({_marks(kinds)})"
            values = [first, f"{first}{_LAST}", *kinds]
        start = plain.replace(" ", "-")
        # With a plus SQLite looks for the beginning of the id, without one for the kind.
        kind = "+kind" if start else "kind"
        rows = self.connection.execute(
            f"select id, label from record where number in ({named}) union "
            f"select id, label from record where id between ? and ? and {kind} in ({_marks(kinds)}) "
            f"order by id limit {_COMPLETED}",
            (*values, start, f"{start}{_LAST}", *kinds),
        )
        return [(identifier, label or "") for identifier, label in rows]

    def dates(self, beginning: str) -> list[str]:
        """The dates of events that begin so, in order."""
        if not beginning.isascii():
            return []
        rows = self.connection.execute(
            "select distinct edtf from record where kind = 'event' and edtf like ? order by edtf",
            (f"{beginning}%",),
        )
        return [edtf for (edtf,) in rows]

    def meanings(self) -> Meanings:
        """The synonyms of the base."""
        return Meanings(self.connection)

    def ranked(self, expression: str, wanted: Filter, most: int = CANDIDATES) -> list[Passage]:
        """The best passages for an FTS5 expression whose records meet a filter, best first (BM25).

        ``bounded`` tells afterwards whether more matched than were ranked.
        """
        condition, values = wanted.conditions()
        tables = "from full_text"
        if condition:
            tables += (
                " join passage on passage.number = full_text.rowid "
                "join record on record.number = passage.record"
            )
        matching = f"{tables} where full_text match ?{condition}"
        # Where very many match, only the first of them are ranked: to rank all would take seconds.
        sql = f"select full_text.rowid {matching} order by full_text.rowid limit 1 offset {RANKED}"
        end = self.connection.execute(sql, (expression, *values)).fetchone()
        self.bounded = end is not None
        best = (
            f"select full_text.rowid as number, bm25(full_text, {_WEIGHTS}) as rank {matching} "
            f"{'and full_text.rowid < ?' if end else ''} order by rank, number limit ?"
        )
        # What else is to be known is read of the best only: to sort it along would cost more than to rank.
        rows = self.connection.execute(
            "select passage.number, passage.record, "
            f"best.rank * (case when passage.background then {_OF_BACKGROUND} else 1 end) as worth "
            f"from ({best}) as best join passage on passage.number = best.number "
            "order by worth, passage.number",
            (expression, *values, *(end or ()), most),
        )
        return [Passage(*columns) for columns in rows]

    def holds(self, expression: str) -> bool:
        """Whether any passage matches an FTS5 expression."""
        sql = "select 1 from full_text where full_text match ? limit 1"
        return self.connection.execute(sql, (expression,)).fetchone() is not None

    def passage(self, number: int) -> tuple[int, int, str]:
        """The record, the place of the part in it (0 for the whole) and the text of a passage."""
        sql = "select record, part, text from passage where number = ?"
        record, part, text = self.connection.execute(sql, (number,)).fetchone()
        return int(record), int(part), str(text)

    def passages_of(self, record: int) -> list[int]:
        """The numbers of the passages of a record, the whole first."""
        sql = "select number from passage where record = ? order by number"
        return [number for (number,) in self.connection.execute(sql, (record,))]

    def beside(self, number: int) -> set[int]:
        """The numbers of the passages that rest on a line which a passage rests on, itself among them."""
        sql = (
            "select distinct other.passage from line join line as other "
            "on other.document = line.document and other.line = line.line where line.passage = ?"
        )
        return {other for (other,) in self.connection.execute(sql, (number,))}

    def questions(self, number: int) -> list[tuple[str, set[str]]]:
        """The questions that a passage is known to answer: their types, and the stems of their words."""
        rows = self.connection.execute("select type, stems from question where passage = ?", (number,))
        return [(type_, set(stems.split())) for type_, stems in rows]

    def asked(self, expression: str) -> set[int]:
        """The numbers of the passages known to answer a question that matches an FTS5 expression."""
        rows = self.connection.execute(
            "select distinct question.passage from question_text "
            "join question on question.number = question_text.rowid where question_text match ?",
            (expression,),
        )
        return {number for (number,) in rows}

    def passages(self) -> int:
        """How many passages there are."""
        return _count(self.connection, "passages")

    def roles(self) -> list[tuple[Row, str, str, str | None, str]]:
        """Every role: the actor, the office as written and folded, the EDTF text or None, its JSON."""
        rows = self.connection.execute(
            f"select {_COLUMNS}, role.office, role.folded, role.edtf, role.body "
            "from role join record on record.number = role.record order by record.id, role.rowid"
        )
        return [(Row(*columns[:6]), *columns[6:]) for columns in rows]
