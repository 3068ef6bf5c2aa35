"""Same seed and day, same bytes; anything else, other bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from analytics.config import ROOT
from analytics.simulate import write_demo
from tests.simulate.conftest import SEED, TODAY, Demo

PROGRAM = """
import sys
from datetime import date
from pathlib import Path
from analytics.simulate import write_demo
write_demo(Path(sys.argv[1]), seed=int(sys.argv[2]), today=date.fromisoformat(sys.argv[3]))
"""


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_same_bytes_from_another_process_with_another_hash_seed(demo: Demo, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Makassar"}
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(SEED), TODAY.isoformat()]
    subprocess.run(command, check=True, cwd=ROOT, env=environment)
    assert fingerprints(tmp_path) == fingerprints(demo.files.paths[0].parent)


def test_another_seed_or_day_gives_other_files_and_writing_is_quick(
    demo: Demo, tmp_path: Path
) -> None:
    before = fingerprints(demo.files.paths[0].parent)
    started = time.process_time()
    write_demo(tmp_path / "seed", seed=SEED + 1, today=TODAY)
    assert time.process_time() - started < 5
    assert set(fingerprints(tmp_path / "seed").values()).isdisjoint(before.values())
    write_demo(tmp_path / "day", seed=SEED, today=TODAY - timedelta(days=1))
    assert set(fingerprints(tmp_path / "day").values()).isdisjoint(before.values())


def test_paths_and_folder_agree(demo: Demo) -> None:
    folder = demo.files.paths[0].parent
    assert sorted(demo.files.paths) == sorted(folder.iterdir())
    assert {file for file, _ in demo.truth.expected} == {path.name for path in demo.files.paths}
