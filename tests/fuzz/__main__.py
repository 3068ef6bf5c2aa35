"""``python -m tests.fuzz TARGET SECONDS``: coverage-guided, when atheris is installed.

Atheris is not among the pinned tools (it needs a matching wheel); without it `make fuzz` runs the
same tests with many more examples.
"""

from __future__ import annotations

import importlib
import sys

TARGETS = {
    "text": "tests.fuzz.test_import_files:test_any_text",
    "workbook": "tests.fuzz.test_import_files:test_any_workbook",
    "zip": "tests.fuzz.test_import_files:test_any_zip",
    "csv": "tests.fuzz.test_import_files:test_every_row_of_a_well_formed_csv_is_read",
    "rules": "tests.fuzz.test_settings:test_any_rules",
    "quality": "tests.fuzz.test_settings:test_any_quality_rules",
    "events": "tests.fuzz.test_settings:test_any_events",
    "mapping": "tests.fuzz.test_settings:test_any_mapping",
    "link": "tests.fuzz.test_links:test_any_link",
}


def main() -> int:
    """Fuzz one target for some seconds; a finding ends it with a traceback and a crash file."""
    if len(sys.argv) != 3 or sys.argv[1] not in TARGETS:
        print(f"python -m tests.fuzz {'|'.join(TARGETS)} SECONDS", file=sys.stderr)
        return 2
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        print("atheris is not installed; use make fuzz", file=sys.stderr)
        return 2
    where, _colon, name = TARGETS[sys.argv[1]].partition(":")
    with atheris.instrument_imports(include=["analytics", "ui.choice"]):
        module = importlib.import_module(where)
    one_input = getattr(module, name).hypothesis.fuzz_one_input
    atheris.Setup([sys.argv[0], f"-max_total_time={sys.argv[2]}", "-timeout=60"], one_input)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
