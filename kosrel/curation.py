"""What curators do with a fact base: check it, verify and cover it against the documents, format it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kosrel import checks, loader
from kosrel.answer import Answer
from kosrel.errors import BrokenBase, Problem
from kosrel.layers import show_folders
from kosrel.model import FOLDERS, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.layers import Facts

# The folder of a base that may keep the JSON Schema of its fact files, one a kind.
SCHEMAS = "schema"


def _by_path(base: loader.Base) -> dict[str, list[Record]]:
    """The records of a base by the file that they stand in."""
    found: dict[str, list[Record]] = {}
    for record in base.records.values():
        found.setdefault(record.path, []).append(record)
    return found


def _keeps_schemas(folder: Path) -> bool:
    """Whether the base in a folder keeps the JSON Schema of its fact files, in a folder of its own."""
    schemas = folder / SCHEMAS
    return schemas.is_dir() and not schemas.is_symlink()


def find_schema(folder: Path, path: str) -> str | None:
    """The schema of a fact file of the base in a folder, as seen from it; None where the base keeps none."""
    place, inner, _name = path.partition("/")
    up = "../" if inner else ""
    return f"{up}{SCHEMAS}/{place.removesuffix('.yaml')}.json" if _keeps_schemas(folder) else None


def renew_schemas(folder: Path, only_check: bool = False) -> tuple[list[Problem], int]:
    """Bring the schemas that the base keeps in step with the model; problems, and how many were written."""
    from kosrel import schema
    from kosrel.writer import first_difference, replace_file

    problems: list[Problem] = []
    written = 0
    for name in FOLDERS if _keeps_schemas(folder) else ():
        path = f"{SCHEMAS}/{name}.json"
        file = folder / path
        new = schema.write(name)
        try:
            old = file.read_text(encoding="utf-8") if file.is_file() else ""
        except (OSError, UnicodeDecodeError):
            old = ""
        if old == new:
            continue
        if only_check:
            message = "not the schema of this version: kosrel fmt writes it"
            problems.append(Problem(path, first_difference(old, new), 1, message, "canonical-form"))
        else:
            replace_file(file, new)
            written += 1
    return problems, written


def _count(problems: Sequence[object]) -> str:
    return f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"


def check_folder(folder: Facts = None) -> Answer:
    """The problems of the base in ``folder`` (or in several) or of the shipped one; none when it is sound."""
    base = loader.load(folder)
    problems = checks.check(base)
    place = show_folders(base.folders)
    hint = f"{place}: {len(base.records)} records, {_count(problems)}"
    query = {"command": "check", "folder": place}
    return Answer(query, problems, ["finding"], [hint])


def verify_documents(documents: str | Path, folder: Facts = None) -> Answer:
    """What the documents do not bear out, as problems; ``more["summary"]`` counts what was looked at."""
    from kosrel.documents import find_documents
    from kosrel.evidence import Tally, verify

    base = checks.load_sound(folder)
    tally = Tally()
    texts = find_documents(base, Path(documents))
    problems = sorted(set(verify(base, texts, tally)))
    looked = ", ".join(f"{count} {name}" for name, count in tally.as_json().items())
    query = {"command": "verify", "documents": str(documents)}
    hints = [f"{looked}: {_count(problems)}"]
    return Answer(query, problems, ["finding"], hints, more={"summary": tally.as_json()})


def cover_documents(documents: str | Path, folder: Facts = None) -> Answer:
    """The sentences that no fact rests on or that lost one; ``more["summary"]`` is a row a document."""
    from kosrel.coverage import cover
    from kosrel.documents import find_documents

    base = checks.load_sound(folder)
    rows, problems = cover(base, find_documents(base, Path(documents)))
    query = {"command": "coverage", "documents": str(documents)}
    uncovered = sum(row.uncovered for row in rows)
    hints = [f"{uncovered} sentence{'' if uncovered == 1 else 's'} uncovered, {_count(problems)}"]
    summary = [row.as_json() for row in rows]
    return Answer(query, problems, ["finding"], hints, more={"summary": summary})


def recount(documents: str | Path, folder: str | Path | None = None) -> None:
    """Write the readings of every document at hand anew, from the facts as they are now."""
    from kosrel.coverage import count_readings
    from kosrel.documents import find_documents
    from kosrel.writer import replace_file, rewrite

    base = checks.load_sound(folder)
    place = Path(base.folders[0])
    for readings in count_readings(base, find_documents(base, Path(documents))).values():
        if readings:
            path = place / readings[0].path
            path.parent.mkdir(exist_ok=True)
            old = path.read_text(encoding="utf-8") if path.is_file() else ""
            replace_file(path, rewrite(old, readings, find_schema(place, readings[0].path))[0])


def format_files(folder: str | Path | None = None, only_check: bool = False) -> Answer:
    """Bring the fact files into canonical form; the Answer holds those that were not and still are not.

    Raises BrokenBase when a file cannot be read. A comment below the first records is a problem: only
    those at the top of a file are kept. The schemas that a base keeps are brought up to date.
    """
    from kosrel.writer import first_difference, replace_file, rewrite

    base = loader.load(folder)
    if base.problems:
        raise BrokenBase(base.folders, base.problems)
    place = Path(base.folders[0])
    problems, changed = renew_schemas(place, only_check)
    for path, records in sorted(_by_path(base).items()):
        file = place / path
        old = file.read_text(encoding="utf-8")
        new, comment = rewrite(old, records, find_schema(place, path))
        if comment is not None:
            message = "a comment that canonical form would lose: move it to the top or into a note"
            problems.append(Problem(path, comment, 1, message, "canonical-form"))
        elif new != old and only_check:
            message = "not in canonical form: kosrel fmt writes it so"
            problems.append(Problem(path, first_difference(old, new), 1, message, "canonical-form"))
        elif new != old:
            replace_file(file, new)
            changed += 1
    hint = f"{place}: {changed} files changed, {_count(problems)}"
    query = {"command": "fmt", "folder": str(place), "check": only_check}
    return Answer(query, problems, ["finding"], [hint])
