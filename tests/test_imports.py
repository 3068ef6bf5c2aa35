"""Who may import whom, read from the source: a second opinion beside import-linter's contracts."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("analytics", "ui", "pages")
SOURCES = [
    ROOT / "app.py",
    ROOT / "dashboard.py",
    *(p for folder in FOLDERS for p in (ROOT / folder).rglob("*.py")),
]


def imported(source: str) -> set[str]:
    """Full names of everything *source* imports, wherever in the file it does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def importers(package: str) -> set[str]:
    """Files, relative to the project, that import *package* or something in it."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for name in imported(path.read_text(encoding="utf-8"))
        if name == package or name.startswith(package + ".")
    }


def outside(files: set[str], *allowed: str) -> list[str]:
    return sorted(file for file in files if not file.startswith(allowed))


def test_the_reader_of_imports_sees_them_all() -> None:
    source = "import a.b as c\nfrom d import e\ndef f():\n    from g.h import i\n"
    assert imported(source) == {"a.b", "d", "d.e", "g.h", "g.h.i"}


def test_only_the_store_imports_duckdb() -> None:
    files = importers("duckdb")
    assert files
    assert not outside(files, "analytics/store/")


def test_only_charts_and_ui_import_plotly() -> None:
    files = importers("plotly")
    assert files
    assert not outside(files, "analytics/charts/", "ui/")


def test_nothing_under_analytics_imports_streamlit() -> None:
    files = importers("streamlit")
    assert files
    assert not outside(files, "app.py", "dashboard.py", "pages/", "ui/")


def test_pages_reach_the_store_only_through_ui() -> None:
    assert not outside(importers("analytics.store"), "analytics/", "ui/")


@pytest.mark.parametrize("module", ["analytics.questions", "analytics.ingest", "analytics.export"])
def test_answering_and_importing_load_neither_streamlit_nor_plotly(module: str) -> None:
    check = (
        f"import sys, {module}; "
        "print(sorted({'streamlit', 'plotly'} & {name.split('.')[0] for name in sys.modules}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


VIOLATIONS = {
    "analytics/stats/wrong_way.py": "import analytics.questions",
    "analytics/questions/wrong_screen.py": "import streamlit",
    "analytics/export/wrong_figure.py": "import plotly",
    "pages/wrong_database.py": "import duckdb",
    "analytics/simulate/wrong_store.py": "import analytics.store",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_contract_breaks_when_it_is_broken(tmp_path: Path) -> None:
    for folder in FOLDERS:
        without = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=without)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    whole = lint_imports(tmp_path)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert f"Contracts: {len(VIOLATIONS)} kept, 0 broken" in whole.stdout
    for path, line in VIOLATIONS.items():
        (tmp_path / path).write_text(line + "\n", encoding="utf-8")
    broken = lint_imports(tmp_path)
    assert broken.returncode != 0
    assert f"Contracts: 0 kept, {len(VIOLATIONS)} broken" in broken.stdout
