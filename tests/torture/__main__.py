"""``python -m tests.torture``: everything that may happen to a store, done to it on purpose.

Exit code 0 when the store came through everything, 1 when not; every finding is printed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.torture import clock, corrupt, crowd, disk, kills, power

NAMES = ("power", "kills", "others", "disk", "corrupt", "crowd", "clock")
Scenario = Callable[[Path, random.Random, Callable[[str], None]], bool]


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Run the chosen scenarios."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--small", action="store_true", help="a small share of everything")
    parser.add_argument("--only", action="append", choices=NAMES, help="may be given twice")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    names: list[str] = options.only or list(NAMES)
    if len(names) == 1:
        return 0 if _run(names[0], seed, small=options.small) else 1
    _say(f"seed {seed}")
    with ThreadPoolExecutor(2) as pool:
        whole = all(list(pool.map(partial(_run_apart, seed=seed, small=options.small), names)))
    _say("the store came through" if whole else "the store did not come through")
    return 0 if whole else 1


def _run_apart(name: str, *, seed: int, small: bool) -> bool:
    """A scenario in a process of its own; what it says is printed when it is over."""
    command = [sys.executable, "-m", "tests.torture", "--only", name, "--seed", str(seed)]
    done = subprocess.run(
        [*command, *(["--small"] if small else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    _say(done.stdout)
    return done.returncode == 0


def _run(name: str, seed: int, *, small: bool) -> bool:
    scenarios: dict[str, Scenario] = {
        "kills": partial(kills.kill_imports, kills=10 if small else 208),
        "others": partial(kills.kill_others, most=1 if small else 24),
        "disk": partial(disk.fill, most=3 if small else 64),
        "corrupt": partial(corrupt.corrupt, times=1 if small else 8),
        "crowd": partial(crowd.crowd, imports=1 if small else 12),
        "power": partial(power.cut, most=1 if small else 15),
        "clock": clock.move,
    }
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        work = Path(folder)
        os.environ["PERUT_KEY_FILE"] = str(work / "key")
        os.environ.pop("PERUT_KEY", None)
        survived = scenarios[name](work, random.Random(f"{seed} {name}"), _say)
    seconds = time.monotonic() - started
    _say(f"{'ok ' if survived else 'BAD'} {name} ({seconds:.0f} s, --seed {seed})")
    return survived


if __name__ == "__main__":
    sys.exit(main())
