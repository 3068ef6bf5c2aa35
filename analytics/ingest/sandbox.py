"""Reads an old binary workbook (XLS) in a process of its own.

Nothing can be checked about such a file before it is parsed, and a damaged one may make the
parser ask for all memory or never come back. So the parser runs apart, with limits: if it dies,
the file is called damaged and the dashboard stays up.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import BinaryIO

from analytics.config import ROOT, Rules
from analytics.i18n import language
from analytics.ingest.archive import damaged
from analytics.ingest.raw import RawSheet, UnreadableFile

_MEMORY_BYTES = 3 << 30
_SECONDS = 300


def read_apart(stream: BinaryIO, known: frozenset[str], rules: Rules) -> list[RawSheet]:
    """As `spreadsheet.read_workbook`, in another process.

    Raises:
        UnreadableFile: as there, or because the process died or took too long.
    """
    stream.seek(0)
    limits = (rules.imports.max_rows, language.get())
    request = pickle.dumps((stream.read(), known, limits))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "analytics.ingest.sandbox"],
            input=request,
            capture_output=True,
            timeout=_SECONDS,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise damaged() from error
    if done.returncode != 0:
        raise damaged()
    # What comes back was written by this module, from text that the parser has read.
    answer: list[RawSheet] | str = pickle.loads(done.stdout)
    if isinstance(answer, str):
        raise UnreadableFile(answer)
    return answer


def _main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    except ImportError:  # Windows has no such limits; the process still is one of its own
        pass
    import io

    from analytics.ingest.spreadsheet import read_workbook

    data, known, (max_rows, code) = pickle.loads(sys.stdin.buffer.read())
    language.set(code)
    answer: list[RawSheet] | str
    try:
        answer = read_workbook(io.BytesIO(data), known, max_rows)
    except UnreadableFile as error:
        answer = str(error)
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    _main()
