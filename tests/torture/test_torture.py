"""A small share of ``make torture``, each scenario in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.__main__ import NAMES
from tests.torture.disk import SKIPPED

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="forks, and looks at files through /proc"
)


@pytest.mark.parametrize("name", NAMES)
def test_the_store_comes_through(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "--small", "--seed", "1", "--only", name],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if SKIPPED in done.stdout:
        pytest.skip(SKIPPED)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
