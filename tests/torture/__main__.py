"""``python -m tests.torture``: everything that may happen to a store, done to it on purpose.

Exit code 0 when the store came through everything, 1 when not; every finding is printed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.torture import clock, corrupt, crowd, disk, kills, power

Scenario = Callable[[Path, random.Random, Callable[[str], None]], bool]


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Run the chosen scenarios."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--small", action="store_true", help="a small share of everything")
    parser.add_argument(
        "--only",
        action="append",
        choices=("kills", "others", "disk", "corrupt", "crowd", "power", "clock"),
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    small = options.small
    scenarios: dict[str, Scenario] = {
        "kills": lambda w, d, s: kills.kill_imports(w, 24 if small else 240, d, s),
        "others": lambda w, d, s: kills.kill_others(w, 4 if small else 1000, d, s),
        "disk": partial(disk.fill, most=6 if small else 1000),
        "corrupt": partial(corrupt.corrupt, times=1 if small else 12),
        "crowd": partial(crowd.crowd, imports=2 if small else 12),
        "power": partial(power.cut, most=6 if small else 1000),
        "clock": clock.move,
    }
    _say(f"seed {seed}")
    os.environ["PYTHONHASHSEED"] = "0"
    whole = True
    for name in options.only or scenarios:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            work = Path(folder)
            os.environ["PERUT_KEY_FILE"] = str(work / "key")
            os.environ.pop("PERUT_KEY", None)
            survived = scenarios[name](work, random.Random(f"{seed} {name}"), _say)
        _say(f"{'ok ' if survived else 'BAD'} {name} ({time.monotonic() - started:.0f} s)\n")
        whole = whole and survived
    _say("the store came through" if whole else "the store did not come through")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
