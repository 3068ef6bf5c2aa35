"""Find the Chromium that the browser tests drive; with ``--install``, through apt-get when absent.

``python scripts/chromium.py [--install]`` prints its path. Only the standard library is used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files/Chromium/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
HELP = (
    "The browser tests need Chromium or Chrome and found none. "
    "On Debian: sudo apt-get install chromium. "
    "Elsewhere: install Chrome, or set CHROMIUM=/path/to/the/browser."
)


def find() -> str | None:
    """Path of Chromium: the variable ``CHROMIUM``, else the search path, else the usual places."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    found = (shutil.which(name) for name in (*NAMES, *PLACES))
    return next((path for path in found if path), None)


def install() -> None:
    """Install Debian's package, where that is possible: as root on a machine with apt-get.

    Raises:
        subprocess.CalledProcessError: when apt-get fails.
    """
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ("chromium", "fonts-dejavu-core")
    install_them = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    for command in (("apt-get", "update", "-qq"), install_them):
        subprocess.run(command, check=True, env=quiet, stdout=sys.stderr)


def main(arguments: list[str]) -> int:
    """Print the path and return 0, or say what is missing and return 1."""
    path = find()
    if path is None and "--install" in arguments and "CHROMIUM" not in os.environ:
        install()
        path = find()
    if path is None:
        print(HELP, file=sys.stderr)
        return 1
    print(Path(path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
