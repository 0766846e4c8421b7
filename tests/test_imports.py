"""What may be imported when: importing late, then forbidding."""

from __future__ import annotations

import ast

import pytest
from conftest import ROOT, TOY, imported

from kosrel import FactBase

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "kosrel").rglob("*.py")
)
# One direction: a module imports only what stands before it.
LAYERS = [
    ["characters"],
    ["jsontext"],
    ["errors", "workers"],
    ["streams"],
    ["shipped"],
    ["cache", "layers"],
    ["dates", "names", "markup"],
    ["wording"],
    ["shapes"],
    ["files"],
    ["reader"],
    ["fields"],
    ["model"],
    ["loader", "writer", "dictionary"],
    ["checks"],
    ["compiler", "index"],
    ["portion", "recall"],
    ["stage"],
    ["build"],
    ["documents"],
    ["evidence", "coverage"],
    ["answer", "filters"],
    ["cite", "schema"],
    ["styles"],
    ["curation", "search"],
    ["skeleton"],
    ["layout", "question"],
    ["candidate"],
    ["ranking"],
    ["verdict"],
    ["ask"],
    ["formats"],
    ["exports"],
    ["batch"],
    ["factbase"],
    ["server", "straight"],
    ["cli"],
    ["__main__"],
]


def run_main(*arguments: str) -> set[str]:
    return imported(f"from kosrel.__main__ import main; main({list(arguments)!r})")


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_imported_alone_without_a_warning(module):
    assert module in imported(f"import {module}")


def test_importing_kosrel_imports_nothing_else():
    before = imported("")
    assert imported("import kosrel") - before == {"kosrel"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["event", "--help"], ["mcp", "--help"]])
def test_help_and_version_need_neither_yaml_nor_rich_nor_the_model(arguments):
    loaded = run_main(*arguments)
    assert not loaded & {
        "yaml",
        "rich",
        "kosrel.model",
        "kosrel.factbase",
        "sqlite3",
        "mcp",
        "importlib.metadata",
    }


def test_a_warm_json_look_up_through_click_needs_no_model():
    FactBase.load(TOY)
    loaded = run_main("--facts", str(TOY), "event", "2001", "--format", "json")
    assert {"click", "kosrel.factbase"} <= loaded
    heavy = {"rich", "yaml", "importlib.metadata", "importlib.resources", "dataclasses", "hashlib", "pathlib"}
    assert not loaded & (heavy | {"kosrel.model", "kosrel.fields", "kosrel.checks", "kosrel.reader"})


def test_a_check_and_a_miss_need_no_rich():
    assert "rich" not in run_main("check", str(TOY))
    assert "rich" not in run_main("--facts", str(TOY), "event", "1950")


def test_only_the_drawing_imports_rich():
    users = [
        path.name
        for path in (ROOT / "kosrel").rglob("*.py")
        if "import rich" in path.read_text(encoding="utf-8")
        or "from rich" in path.read_text(encoding="utf-8")
    ]
    assert users == ["_drawing.py"]


def test_only_the_reader_imports_yaml():
    users = [
        path.name
        for path in (ROOT / "kosrel").rglob("*.py")
        if "import yaml" in path.read_text(encoding="utf-8")
    ]
    assert users == ["reader.py"]


def test_modules_import_in_one_direction():
    rank = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    for path in (ROOT / "kosrel").rglob("*.py"):
        own = path.relative_to(ROOT / "kosrel").parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("kosrel"):
                rest = node.module.split(".")[1:]
                names = rest[:1] or [alias.name for alias in node.names if not alias.name.startswith("__")]
            elif isinstance(node, ast.Import):
                names = [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("kosrel.")]
            for name in names:
                assert name in rank, f"{name} has no layer"
                assert name == own or rank[name] < rank[own], f"{own} imports {name}"
