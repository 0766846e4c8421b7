"""The library: one typed method for each command, shipped with its types."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT, TESTS, TOY

from kosrel import Answer, FactBase, KosrelError, __version__
from kosrel.cli import cli
from kosrel.cli.commands import Lookup
from kosrel.factbase import _FILTERS
from kosrel.filters import KindFilters

LOOKUPS = [
    name for name in sorted(cli.list_commands(None)) if isinstance(cli.get_command(None, name), Lookup)
]
METHODS = sorted(
    name
    for name, function in inspect.getmembers(FactBase, inspect.isfunction)
    if not name.startswith("_")
)  # fmt: skip

EXPECTED = """\
event: 3, event bridge-accord-signed, event two-events-one-day
actor: 1, actor ana-duric
actor: 0, no actor is called 'Bismarck'
agreement: 1, agreement bridge-accord
who: 1, role ana-duric
figure: 1, figure bridge-length
show: 1, event lamp-lit
show: 2, event lamp-lit, actor ana-duric
search: 1, event work-begins
ask: 2, event lamp-lit, actor cy-lee
timeline: 4, event work-begins, figure bridge-length
list: 2, topic bridges, topic ferries
conflicts: 1, conflict begin-year
source: 2, document harbour-gazette, document island-almanac
cite: 1, citation lamp-lit
The bridge accord is signed: the accord was signed on 2 May 2001
there is no 30 February 2013: that month has 28 days. Did you mean 2013-02-28 or 2013-03-02?
"""


@pytest.fixture(scope="module")
def check_types(tmp_path_factory):
    """What ``mypy --strict`` prints of files; what it learns of one it keeps for the next."""
    cache = tmp_path_factory.mktemp("mypy")

    def check(*files) -> str:
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", cache, *files]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    return check


@pytest.mark.parametrize("name", LOOKUPS)
def test_every_command_that_looks_up_is_a_method_with_a_docstring(name):
    method = getattr(FactBase, name)
    assert inspect.signature(method).return_annotation == "Answer"
    assert len(inspect.getdoc(method) or "") > 40


def test_every_method_that_answers_is_a_command():
    answering = [
        name for name in METHODS if inspect.signature(getattr(FactBase, name)).return_annotation == "Answer"
    ]
    assert answering == LOOKUPS


def test_the_example_runs_without_a_warning():
    done = subprocess.run(
        [sys.executable, "-W", "error", str(TESTS / "example.py"), str(TOY)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == (EXPECTED, "", 2)


def test_the_example_asks_every_method():
    asked = set(re.findall(r"\bbase\.([a-z]+)\(", (TESTS / "example.py").read_text(encoding="utf-8")))
    assert asked == set(LOOKUPS)


def test_the_example_and_the_readme_pass_strict_typing(check_types, tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    script = tmp_path / "readme.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    assert check_types(TESTS / "example.py", script) == "Success: no issues found in 2 source files\n"


def test_wrong_use_is_told_by_the_types(check_types, tmp_path):
    script = tmp_path / "wrong.py"
    script.write_text(
        "from kosrel import FactBase\n"
        "base = FactBase.load()\n"
        "base.event(2013)\n"
        "base.search('bridge', actr='Northport')\n"
        "base.figure('bridge', kind='event')\n"
        "base.event('2013').result\n",
        encoding="utf-8",
    )
    told = re.findall(r"wrong\.py:(\d+): error: .*\[([a-z-]+)\]$", check_types(script), re.MULTILINE)
    assert told == [("3", "arg-type"), ("4", "call-arg"), ("5", "call-arg"), ("6", "attr-defined")]


def test_a_filter_that_is_none_is_not_passed_over(toy):
    message = "there is no filter 'actr'; filters are kind, actor, topic, document, from_, to"
    with pytest.raises(TypeError, match=re.escape(message)):
        toy.search("bridge", actr="Northport")
    with pytest.raises(TypeError, match="there is no filter 'from'"):
        toy.timeline(**{"from": "2001"})


def test_the_filters_at_run_time_are_those_of_the_types():
    assert set(_FILTERS) == set(KindFilters.__annotations__)


def test_one_kind_and_one_id_may_stand_alone(toy):
    assert toy.timeline(kind="figure").results == toy.timeline(kind=["figures"]).results != []
    assert toy.show("lamp-lit").results == toy.show(["lamp-lit"]).results != []
    assert toy.cite("lamp-lit").results == toy.cite(["lamp-lit"]).results != []


def test_the_query_names_a_filter_as_the_command_line_does(toy):
    assert toy.timeline(from_="2001", kind=("event",)).query == {
        "command": "timeline",
        "from": "2001",
        "kind": ["event"],
    }


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\udcff", "x" * 100_000, "[" * 5_000, "'; drop table record; --"]
)
@pytest.mark.parametrize(
    "method", ["event", "actor", "agreement", "who", "figure", "show", "search", "ask", "conflicts"]
)
def test_any_text_is_answered_or_refused_by_an_error_of_our_own(toy, method, text):
    try:
        answer = getattr(toy, method)(text)
    except KosrelError as error:
        answer = error
    assert isinstance(answer, Answer) or str(answer)


def test_the_wheel_ships_the_types_the_facts_and_the_manual_page(tmp_path):
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])",
            str(tmp_path),
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"kosrel/py.typed", "kosrel/facts/documents.yaml"} <= set(names)
    data = f"kosrel-{__version__}.data/data"
    assert [name for name in names if name.endswith("kosrel.1")] == [f"{data}/share/man/man1/kosrel.1"]
