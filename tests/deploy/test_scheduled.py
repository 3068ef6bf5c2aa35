"""The scheduled examples are what the schedulers understand, and call commands that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analytics import cli

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def section(file: str, name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / file, encoding="utf-8")
    return parser[name]


def test_the_service_calls_a_command_that_exists() -> None:
    words = shlex.split(section("perut-backup.service", "Service")["ExecStart"])
    assert words[1:3] == ["-m", "analytics"]
    words = [RECIPIENT if word.startswith("${") else word for word in words[3:]]
    options = cli._parser().parse_args(words)
    assert (options.command, options.recipient, options.keep) == ("backup", [RECIPIENT], 30)


def test_the_script_for_windows_calls_the_same_command() -> None:
    text = (DEPLOY / "perut-backup.ps1").read_text(encoding="utf-8")
    (call,) = re.findall(r"-m analytics (.+)", text)
    values = {"$Target": "D", "$recipient": RECIPIENT, "$Keep": "30"}
    options = cli._parser().parse_args([values.get(word, word) for word in call.split()])
    assert (options.command, options.recipient, options.keep) == ("backup", [RECIPIENT], 30)
    assert "exit $LASTEXITCODE" in text


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not on this machine")
    for file in DEPLOY.glob("perut-backup.*"):
        if file.suffix in (".service", ".timer"):
            text = file.read_text(encoding="utf-8")
            text = text.replace("/opt/perut/.venv/bin/python", f'"{sys.executable}"')
            (tmp_path / file.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [tool, "verify", "--man=no", "--recursive-errors=no", *map(str, tmp_path.iterdir())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    about_ours = [line for line in done.stderr.splitlines() if "perut" in line]
    assert done.returncode == 0, done.stderr
    assert about_ours == []


def test_the_task_is_well_formed_and_runs_the_script() -> None:
    task = ElementTree.parse(DEPLOY / "perut-backup.xml").getroot()
    assert task.tag == f"{TASK}Task"
    parts = [child.tag.removeprefix(TASK) for child in task]
    # The schema of the Task Scheduler wants them in this order.
    assert parts == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    arguments = task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Arguments") or ""
    assert arguments.rstrip('"').endswith(r"deploy\perut-backup.ps1")
    assert task.findtext(f"{TASK}Settings/{TASK}StartWhenAvailable") == "true"
    principal = task.find(f"{TASK}Principals/{TASK}Principal")
    assert principal is not None
    assert principal.findtext(f"{TASK}RunLevel") == "LeastPrivilege"


def test_no_secret_is_in_a_scheduled_job() -> None:
    for file in DEPLOY.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"AGE-SECRET-KEY|PASSPHRASE|PERUT_KEY", text), file.name
