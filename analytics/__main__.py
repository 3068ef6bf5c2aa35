"""The command line: ``python -m analytics``. A contract, used by scripts and by reviewers."""

from __future__ import annotations

import sys

from analytics.cli import main

if __name__ == "__main__":
    sys.exit(main())
