"""Measure kosrel and other tools as whole processes, paired in one run, and write one Markdown table.

Run:  python tests/bench/run.py DATA [--sizes 400 10000 …] [--runs 21] [--peers VENV] [--out FILE] [--only WORD …]

DATA is a folder that ``generate.py`` writes to; a size that is not there yet is generated first. kosrel is taken
from a wheel, installed with its .pyc files into an environment of its own, unless --venv names one. Peers are
looked for in --peers and on the PATH; one that is missing is named in the table. Nothing else should be running.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import generate
from measure import Answer, Command, Sample, TookTooLong, ask, count, limit_memory, peak, run
from rows import Place, Row, list_rows, list_shipped, unit

ROOT = Path(__file__).parent.parent.parent
COLUMNS = "facts | task | tool | wall ms | × C | at most | CPU ms | × C | MiB | × C | M instr. | × C | KB out | runs | note"
# A slow command is counted under valgrind no more: that takes some fifty times as long.
MOST_COUNTED = 3.0
# Figures of a smaller base tell what a larger one would take; a process this small or quick tells nothing.
TELLING_SECONDS, TELLING_MEMORY = 1.0, 200.0


class Result:
    """What came of a row: its samples, each with one of C taken just before, and the rest of its figures."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.pairs: list[tuple[Sample, Sample]] = []
        self.memory: float | None = None
        self.instructions: int | None = None
        self.answer: Answer | None = None
        self.note = ""
        self.spent = 0.0
        self.measurable = True

    def give_up(self, note: str) -> None:
        """Measure no more; the note says why."""
        self.note = note
        self.measurable = False

    @property
    def wall(self) -> float | None:
        """The median wall time in seconds."""
        return median(sample.wall for sample, _ in self.pairs) if self.pairs else None

    @property
    def cpu(self) -> float | None:
        """The median CPU time in seconds."""
        return median(sample.cpu for sample, _ in self.pairs) if self.pairs else None

    @property
    def ratio(self) -> float | None:
        """The median of the ratios of the wall times of each pair."""
        return median(sample.wall / c.wall for sample, c in self.pairs) if self.pairs else None


class Bench:
    """One run of the bench: settings, and what smaller bases told of how a tool grows."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.told: dict[tuple[str, str], tuple[int, float, float]] = {}

    def wants(self, row: Row) -> bool:
        """Whether a row is asked for with --only; C always is."""
        only = self.given.only
        return (
            not only
            or row.tool.endswith("(C)")
            or any(word.lower() in f"{row.task} {row.tool}".lower() for word in only)
        )

    def measure(self, place: Place, rows: Iterable[Row], size: int | None) -> list[Result]:
        """Every row that is asked for, measured in turns."""
        results = [Result(row) for row in rows if self.wants(row)]
        c = unit(place)
        run(c, 60)
        if size is not None and any(row.row.tool.startswith("kosrel") for row in results):
            self.warm(place, results)
        for result in results:
            if result.measurable:
                self.try_once(result, c, size)
        for number in range(self.given.runs):
            # There and back, so that no row always comes after the same one.
            for result in results if number % 2 == 0 else reversed(results):
                if result.measurable and result.spent < self.given.patience:
                    self.pair(result, c)
            self.say(f"{size or 'shipped'}: round {number + 1} of {self.given.runs}")
        for result in results:
            if result.measurable:
                self.weigh(result)
        if size is not None:
            self.remember(results, size)
        return results

    def warm(self, place: Place, results: Sequence[Result]) -> None:
        """Have kosrel compile the base; where that fails nothing that needs an index is tried."""
        first = place.command("kosrel", "event", place.probes["date"]["when"], "--json")
        begun = time.monotonic()
        try:
            answer = ask(first, self.given.timeout)
            why = f"exit {answer.sample.code}: {answer.err}" if answer.sample.code else ""
        except TookTooLong as late:
            why = str(late)
        self.say(f"{place.probes['size']}: kosrel is warm after {time.monotonic() - begun:.1f} s {why}")
        for result in results:
            needs_index = result.row.tool.startswith("kosrel") and result.row.task != "parse alone"
            if why and needs_index:
                result.give_up(f"no index could be made ({why})")

    def try_once(self, result: Result, c: Command, size: int | None) -> None:
        """Run a row once and look at its answer; leave it out when it is missing, hopeless or wrong."""
        row = result.row
        if row.command.find() is None:
            return result.give_up(f"{row.command.arguments[0]} is not installed")
        if row.grows and size and (told := self.told.get((row.task, row.tool))):
            before, seconds, memory = told
            if seconds > TELLING_SECONDS and seconds * size / before > self.given.timeout:
                return result.give_up(
                    f"not run: about {seconds * size / before:,.0f} s by its time at {before:,}"
                )
            if memory > TELLING_MEMORY and memory * size / before > self.given.memory * 1024:
                gibibytes = memory * size / before / 1024
                return result.give_up(f"not run: about {gibibytes:,.0f} GiB by its memory at {before:,}")
        before_it = run(c, 60)
        try:
            result.answer = answer = ask(row.command, self.given.timeout, row.expected)
        except TookTooLong as late:
            return result.give_up(str(late))
        if answer.sample.code != row.code:
            return result.give_up(f"failed, exit {answer.sample.code}: {answer.err[:100]}")
        if not answer.holds:
            result.note = "its answer lacks what was looked for"
        if answer.sample.wall > self.given.patience:
            result.pairs.append((answer.sample, before_it))
            result.spent = answer.sample.wall
        return None

    def pair(self, result: Result, c: Command) -> None:
        """One more pair of samples: C, and the row."""
        before = run(c, 60)
        try:
            sample = run(result.row.command, self.given.timeout)
        except TookTooLong as late:
            return result.give_up(str(late))
        if sample.code != result.row.code:
            return result.give_up(f"failed in round {len(result.pairs) + 1}, exit {sample.code}")
        result.pairs.append((sample, before))
        result.spent += sample.wall
        return None

    def weigh(self, result: Result) -> None:
        """Peak memory and instructions."""
        command = result.row.command
        try:
            result.memory = peak(command, self.given.timeout)
        except TookTooLong as late:
            result.note = result.note or str(late)
        if not self.given.no_count and result.cpu is not None and result.cpu < MOST_COUNTED:
            self.say(f"counting: {result.row.task}, {result.row.tool}")
            limit_memory(64)  # valgrind reserves much that it never touches
            result.instructions = count(command, self.given.timeout)
            limit_memory(self.given.memory)

    def remember(self, results: Sequence[Result], size: int) -> None:
        """Keep what tells of the next size, and set against each other what belongs together."""
        by_task = {(each.row.task, each.row.tool): each for each in results}
        for key, result in by_task.items():
            if result.wall is not None:
                self.told[key] = (size, result.wall, result.memory or 0.0)
        for task, against, text in (
            (("compile and look up", "kosrel --json"), ("parse alone", "kosrel.reader"), "the parse alone"),
            (("10,000 dates", "kosrel event - --json"), ("date", "kosrel --json"), "one warm date"),
        ):
            one, other = by_task.get(task), by_task.get(against)
            if one and other and one.wall and other.wall:
                one.note = one.note or f"{one.wall / other.wall:.2f} × {text}"

    def say(self, text: str) -> None:
        """A line on how far it is."""
        print(text, file=sys.stderr, flush=True)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def write_lines(size: str, results: Sequence[Result]) -> list[str]:
    """The rows of the table for one base."""
    c = next((each for each in results if each.row.tool.endswith("(C)")), None)
    lines = []
    for result in results:
        row, pairs = result.row, result.pairs
        cpu_ratio = median(sample.cpu / each.cpu for sample, each in pairs if each.cpu) if pairs else None
        memory = result.memory / c.memory if result.memory and c and c.memory else None
        share = result.instructions / c.instructions if result.instructions and c and c.instructions else None
        most = ""
        if row.most is not None and result.ratio is not None:
            most = f"{row.most:.2f} {'met' if result.ratio <= row.most else 'MISSED'}"
        cells = [
            size, row.task, row.tool,
            _number(result.wall and result.wall * 1000, 1), _number(result.ratio, 2), most,
            _number(result.cpu and result.cpu * 1000, 1), _number(cpu_ratio, 2),
            _number(result.memory, 1), _number(memory, 2),
            _number(result.instructions and result.instructions / 1e6, 1), _number(share, 3),
            _number(result.answer.size / 1000 if result.answer else None, 1),
            str(len(pairs)), result.note.replace("|", "/"),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def build_environment(work: Path, venv: Path, peers: Path | None) -> dict[str, str]:
    """The whole environment of every run: nothing of the user's own but the PATH."""
    folders = [
        str(venv / "bin"),
        *([str(peers / "bin")] if peers else []),
        os.environ.get("PATH", os.defpath),
    ]
    home = work / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.pathsep.join(folders), "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1",
        "XDG_CACHE_HOME": str(work / "cache"), "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1", "TERM": "dumb",
    }  # fmt: skip


def install(work: Path, wheel: Path | None) -> Path:
    """An environment with kosrel from a wheel, and every .pyc file; the wheel is made from the checkout if need be."""
    venv = work / "venv"
    if wheel is None:
        wheels = work / "wheels"
        for old in wheels.glob("kosrel-*.whl"):
            old.unlink()
        _pip(sys.executable, "wheel", "--no-deps", "-w", str(wheels), str(ROOT))
        wheel = next(wheels.glob("kosrel-*.whl"))
    if not (venv / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        _pip(str(venv / "bin" / "python"), "install", "--compile", str(wheel))
    _pip(str(venv / "bin" / "python"), "install", "--compile", "--no-deps", "--force-reinstall", str(wheel))
    return venv


def _pip(python: str, *arguments: str) -> None:
    command = [python, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    subprocess.run(command, check=True, stdout=sys.stderr)


def _first_line(environment: dict[str, str], *arguments: str) -> str:
    """The first line that a program prints; empty when it is not there."""
    try:
        done = subprocess.run(
            arguments, env=environment, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next(iter(done.stdout.splitlines()), "")


def describe(environment: dict[str, str]) -> str:
    """The date, the machine and the versions, in a paragraph."""
    cpu = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), cpu)
    find = [
        "python",
        "-c",
        "import sys, platform, sqlite3; print(platform.python_version(), sqlite3.sqlite_version)",
    ]
    python, _, sqlite = _first_line(environment, *find).partition(" ")
    commit = _first_line(environment, "git", "rev-parse", "--short", "HEAD") or "no commit"
    versions = [
        f"kosrel {_first_line(environment, 'kosrel', '--version').removeprefix('kosrel ')} ({commit})"
    ]
    versions += [f"Python {python}", f"SQLite {sqlite}"]
    for tool in ("sqlite3", "sqlite-utils", "datasette", "recsel", "jq", "yq", "rg", "papis", "valgrind"):
        line = _first_line(environment, tool, "--version")
        numbers = [
            word for word in line.replace(",", " ").split() if any(letter.isdigit() for letter in word)
        ]
        versions.append(f"{tool} {numbers[0].removeprefix(f'{tool}-')}" if numbers else f"{tool} missing")
    machine = f"{platform.system()} {platform.release()}, {cpu or platform.machine()}, {os.cpu_count()} cores"
    load = f"load before the run {os.getloadavg()[0]:.2f}"
    return f"{time.strftime('%Y-%m-%d')}; {machine}; {load}; {'; '.join(versions)}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the table."""
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="the folder of the generated bases")
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=generate.SIZES, metavar="N", help="how many facts"
    )
    parser.add_argument("--runs", type=int, default=21, help="rounds (21)")
    parser.add_argument(
        "--peers", type=Path, metavar="VENV", help="an environment with peers written in Python"
    )
    parser.add_argument("--venv", type=Path, help="an environment with kosrel in it, taken as it is")
    parser.add_argument("--wheel", type=Path, help="the wheel to install (made from the checkout)")
    parser.add_argument("--work", type=Path, help="where caches and the environment are kept (DATA/work)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where the table is written (standard output)"
    )
    parser.add_argument(
        "--only", nargs="+", metavar="WORD", help="only rows with one of these words in task or tool"
    )
    parser.add_argument("--patience", type=float, default=60, help="seconds for the rounds of one row (60)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one run (600)")
    parser.add_argument(
        "--memory", type=float, default=8, metavar="GIB", help="address space of a process (8)"
    )
    parser.add_argument("--no-count", action="store_true", help="count no instructions")
    given = parser.parse_args(arguments)
    work = (given.work or given.data / "work").absolute()
    work.mkdir(parents=True, exist_ok=True)
    for size in given.sizes:
        if not (given.data / str(size) / "probes.json").exists():
            generate.main([str(given.data), "--sizes", str(size)])
    venv = given.venv.absolute() if given.venv else install(work, given.wheel)
    environment = build_environment(work, venv, given.peers and given.peers.absolute())
    about = describe(environment)
    limit_memory(given.memory)
    bench = Bench(given)
    place = Place(None, work, environment)
    head = [f"| {COLUMNS} |", "|---|---|---|" + "--:|" * 11 + "---|"]
    lines = write_lines("shipped", bench.measure(place, list_shipped(place), None))
    text = ""
    for size in given.sizes:
        place = Place((given.data / str(size)).absolute(), work, environment)
        lines += write_lines(f"{size:,}", bench.measure(place, list_rows(place), size))
        text = "\n".join([about, "", *head, *lines]) + "\n"
        if given.out:
            # What was measured is kept, should a larger base take too long.
            given.out.write_text(text, encoding="utf-8")
    if not given.out:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
