"""Text of unknown encoding → UTF-8, without guessing: valid UTF-8, a UTF-16 mark, or cp1252."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

from analytics.i18n import _
from analytics.ingest.raw import UnreadableFile

BLOCK = 1 << 22
"""Bytes read at a time."""
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def _decoded(stream: BinaryIO, encoding: str) -> bool:
    """Whether the rest of *stream* is valid in *encoding*."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(BLOCK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _transcoded(stream: BinaryIO, encoding: str) -> BinaryIO:
    decoder = codecs.getincrementaldecoder(encoding)()
    out = io.BytesIO()
    while chunk := stream.read(BLOCK):
        out.write(decoder.decode(chunk).encode("utf-8"))
    out.write(decoder.decode(b"", True).encode("utf-8"))
    return out


def _has_nul(stream: BinaryIO) -> bool:
    return any(b"\0" in chunk for chunk in iter(lambda: stream.read(BLOCK), b""))


def as_utf8(stream: BinaryIO) -> tuple[BinaryIO, int]:
    """The stream as UTF-8 and the offset at which its text begins (after a byte-order mark).

    Raises:
        UnreadableFile: when it is no text in UTF-8, UTF-16 with a mark, or cp1252.
    """
    stream.seek(0)
    mark = stream.read(3)
    if mark[:2] in _UTF16:
        stream.seek(2)
        try:
            text = _transcoded(stream, _UTF16[mark[:2]])
        except UnicodeError as error:
            raise UnreadableFile(
                _("The text of the file is damaged; save it as CSV UTF-8")
            ) from error
        text.seek(0)
        if _has_nul(text):
            raise UnreadableFile(_("The file is no text; save it as XLSX or CSV UTF-8"))
        return text, 0
    stream.seek(0)
    if _has_nul(stream):
        raise UnreadableFile(_("The file is no text; save it as XLSX or CSV UTF-8"))
    start = 3 if mark == codecs.BOM_UTF8 else 0
    stream.seek(start)
    if _decoded(stream, "utf-8"):
        return stream, start
    stream.seek(0)
    if start or not _decoded(stream, "cp1252"):
        raise UnreadableFile(
            _("The letters of the file cannot be read (neither UTF-8 nor Windows-1252)")
        )
    stream.seek(0)
    return _transcoded(stream, "cp1252"), 0
