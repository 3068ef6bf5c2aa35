"""The README stays true: what it names exists, and the commands it shows are understood."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
COMMANDS = (
    "demo",
    "import",
    "ask",
    "versions",
    "verify",
    "rollback",
    "backup",
    "restore",
    "prune",
)
IGNORED_BY_GIT = {"data/store"}
"""Made by a running dashboard, so absent from a fresh clone."""

PATH = re.compile(r"^(?:\.?[a-z][\w.-]*/)[\w./-]*$|^[\w-]+\.(?:py|md|toml)$")


def cli(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analytics", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def named_paths() -> set[str]:
    names = {name for quoted in re.findall(r"`([^`\n]+)`", README) for name in [quoted.strip()]}
    links = set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
    return {n for n in names if PATH.match(n) and not n.startswith(".venv")} | links


def test_every_path_named_exists() -> None:
    paths = named_paths()
    assert {"data/README.md", "analytics/questions/", "tests/oracle.py", "LICENSE"} <= paths
    missing = [path for path in paths - IGNORED_BY_GIT if not (ROOT / path).exists()]
    assert not missing


def test_every_make_command_named_is_a_target() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", README)) - {"sure"}
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    assert {"run", "test", "check", "bench", "help"} <= named
    assert named <= targets


def test_every_target_is_phony_and_explained() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets
    explained = set(re.findall(r"^([a-z-]+):.* ## ", MAKEFILE, flags=re.MULTILINE))
    assert explained == targets


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_line_knows_every_command_and_its_options(command: str) -> None:
    synopsis = re.findall(r"^python -m analytics (.*)$", README, flags=re.MULTILINE)
    line = next(line for line in synopsis if re.search(rf"(^|\| ){command}\b", line))
    answer = cli(command, "--help")
    assert answer.returncode == 0, answer.stderr
    options = set(re.findall(r"--[a-z-]+", line))
    assert options, line
    assert options <= set(re.findall(r"--[a-z-]+", answer.stdout))


def test_an_unknown_command_is_refused() -> None:
    assert cli("no-such-command").returncode not in (0, 1)


def test_every_environment_variable_named_is_read_somewhere() -> None:
    named = set(re.findall(r"PERUT_[A-Z_]+", README))
    assert {"PERUT_STORE", "PERUT_KEY", "PERUT_KEY_FILE", "PERUT_RULES"} <= named
    files = [path for folder in ("analytics", "ui") for path in (ROOT / folder).rglob("*.py")]
    sources = [path.read_text(encoding="utf-8") for path in files]
    unread = [n for n in named if not any(re.search(rf"{n}\b(?!_)", text) for text in sources)]
    assert not unread


def test_the_pins_of_direct_packages_agree_with_the_closure() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.lower().replace("_", "-") for line in lines if re.match(r"^[A-Za-z]", line)}

    direct = pins("requirements.txt") | pins("requirements-dev.txt")
    assert all("==" in pin for pin in direct)
    assert direct <= pins("constraints.txt")
