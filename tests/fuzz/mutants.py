"""Valid files, changed: bytes, lines and words, and the members of a ZIP one by one."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence

from hypothesis import strategies as st

NASTY = (
    "", " ", '"', "'", ",", ";", "\t", "\n", "\r", "\0", "=1+1", "+62", "-", "@x", "0", "-1",
    "1e309", "NaN", "nan", "inf", "-inf", "null", "true", "9" * 40, "2025-02-30", "31/02/2025",
    "0000-00-00", "\ufeff", "\u202e", "\ud7ff", "é", "e\u0301", "🏠", "١٢", "½", "\x1b[31m",
    "\u2028", "[", "]", "{", "}", "[[", "{}", "[]", '""', "'''", "#", "\\", "\\u0000", "../..",
    "/etc/passwd", "%s", "{0}", "<x>", "&amp;", "x" * 5000, "1,2", "1.2.3", "00:00",
    "2025-12-15T24:00:00Z",
)  # fmt: skip


@st.composite
def changed_bytes(draw: st.DrawFn, bases: Sequence[bytes]) -> bytes:
    """A valid file with some bytes changed, cut out, doubled or put in."""
    data = bytearray(draw(st.sampled_from(bases)))
    for _edit in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.sampled_from([0, 1, 2, 4, 16, 300]))
        kind = draw(st.sampled_from(["put", "flip", "cut", "double", "zero", "end"]))
        if kind == "put":
            data[at:at] = draw(st.binary(max_size=8))
        elif kind == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[at : at + length]
        elif kind == "double":
            data[at:at] = data[at : at + length]
        elif kind == "zero":
            data[at : at + length] = bytes(len(data[at : at + length]))
        elif kind == "end":
            del data[at + length :]
    return bytes(data)


@st.composite
def changed_text(draw: st.DrawFn, bases: Sequence[str]) -> str:
    """A valid text with lines moved, doubled or removed, and words put in place of others."""
    lines = draw(st.sampled_from(bases)).splitlines(keepends=True)
    for _edit in range(draw(st.integers(1, 5))):
        if not lines:
            break
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["drop", "double", "swap", "word", "word", "join"]))
        if kind == "drop":
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "join":
            lines[at] = lines[at].rstrip("\r\n")
        else:
            line = lines[at]
            first = draw(st.integers(0, len(line)))
            last = draw(st.integers(first, min(len(line), first + 20)))
            word = draw(st.sampled_from(NASTY) | st.text(max_size=12))
            lines[at] = line[:first] + word + line[last:]
    return "".join(lines)


@st.composite
def changed_zip(draw: st.DrawFn, bases: Sequence[bytes]) -> bytes:
    """A ZIP whose members are changed, dropped, doubled or renamed, then packed properly again."""
    with zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(bases)))) as packed:
        members = [(name, packed.read(name)) for name in packed.namelist()]
    for _edit in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(members) - 1))
        name, data = members[at]
        kind = draw(st.sampled_from(["bytes", "bytes", "text", "text", "drop", "double", "name"]))
        if kind == "bytes" and data:
            members[at] = (name, draw(changed_bytes([data])))
        elif kind == "text" and data:
            text = data.decode("utf-8", "replace").replace(">", ">\n")
            members[at] = (name, draw(changed_text([text])).encode("utf-8", "replace"))
        elif kind == "drop" and len(members) > 1:
            del members[at]
        elif kind == "double":
            members.append((name, data))
        elif kind == "name":
            other = draw(st.sampled_from(["../x.csv", "/x.csv", "x", "a/b.csv", "x.csv\0y", name]))
            members[at] = (other, data)
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        warnings.simplefilter("ignore")
        for name, data in members:
            packed.writestr(name, data)
    return out.getvalue()


def any_of(
    bases: Sequence[bytes], *, packed: bool = False, text: bool = False
) -> st.SearchStrategy[bytes]:
    """Every way to change these files, and bytes out of nothing."""
    ways: list[st.SearchStrategy[bytes]] = [changed_bytes(bases)]
    if packed:
        ways += [changed_zip(bases), changed_zip(bases)]
    if text:
        texts = [base.decode("utf-8", "replace") for base in bases]
        ways += [changed_text(texts).map(lambda t: t.encode("utf-8", "surrogatepass"))] * 2
    return st.one_of(*ways, st.binary(max_size=400))
