"""What kind of file is it really, and is its packing safe to unpack?

Decided by content, never by the name alone. A packed file (xlsx, ods, zip) is unpacked here
once, counting, before any parser sees it: a declared size may lie. Nothing is ever written to
disk and a zip inside a zip is never opened.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.raw import UnreadableFile
from analytics.ingest.wellformed import BrokenXml, OdsCheck, XmlCheck
from analytics.zipfiles import ZIP_ERRORS

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
_RATIO_FROM_BYTES = 4 << 20  # a small file may pack well without being an attack
_MAX_MEMBERS = 10_000
_OTHER = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"PAR1": "Parquet",
    b"SQLite format 3": "SQLite",
    b"{\\rtf": "RTF",
}
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|meta|script)\b",
    re.I | re.S,
)


def damaged() -> UnreadableFile:
    """What to say of a file whose packing is broken, whichever reader finds it out."""
    return UnreadableFile(
        _("The file is damaged or was not saved completely; open it in Excel and save it again")
    )


def file_type(stream: BinaryIO) -> str:
    """``workbook`` (xlsx, xlsm, xlsb, xls, ods), ``zip`` (of CSVs) or ``text``.

    Raises:
        UnreadableFile: empty, protected, an HTML page, or another kind of file.
    """
    stream.seek(0)
    head = stream.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableFile(_("The file is empty"))
    if head.startswith(_OLE):
        return _ole_type(stream)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zip_type(stream)
    for magic, name in _OTHER.items():
        if head.startswith(magic):
            raise UnreadableFile(
                _("A {name} file cannot be imported; use XLSX, XLS, ODS, CSV or ZIP", name=name)
            )
    start = head[3:] if head.startswith(b"\xef\xbb\xbf") else head
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\0", b"")
    if _HTML.match(start):
        raise UnreadableFile(
            _("The file is a web page (HTML), not a workbook; open it in Excel and save as XLSX")
        )
    plain = start.lstrip()
    if plain.startswith(b"<?xml") or (plain.startswith(b"<") and b"xmlns" in plain):
        raise UnreadableFile(
            _("The file is XML, not a workbook; open it in Excel and save as XLSX")
        )
    if plain[:1] in (b"{", b"[") and plain.rstrip()[-1:] in b"}],":
        raise UnreadableFile(
            _("A {name} file cannot be imported; use XLSX, XLS, ODS, CSV or ZIP", name="JSON")
        )
    return "text"


def _ole_type(stream: BinaryIO) -> str:
    stream.seek(0)
    data = stream.read()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile(password_sentence())
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "workbook"
    if len(data) < 1536:
        raise damaged()
    raise UnreadableFile(
        _("A {name} file cannot be imported; use XLSX, XLS, ODS, CSV or ZIP", name="Office (OLE)")
    )


def password_sentence() -> str:
    """What to say of a protected file, whichever reader finds it out."""
    return _("The workbook is protected with a password; save it without one and try again")


def _zip_type(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as packed:
            names = set(packed.namelist())
            kind = (
                packed.read("mimetype")
                if "mimetype" in names and len(names) < _MAX_MEMBERS
                else b""
            )
    except ZIP_ERRORS as error:
        raise damaged() from error
    if not names:
        raise UnreadableFile(_("The ZIP file has nothing in it"))
    if any(name.startswith("xl/workbook.") for name in names):
        return "workbook"
    if b"opendocument.spreadsheet" in kind:
        return "workbook"
    if kind or "[Content_Types].xml" in names:
        raise UnreadableFile(
            _("A {name} file cannot be imported; use XLSX, XLS, ODS, CSV or ZIP", name="Word/ODF")
        )
    return "zip"


def check_packed(stream: BinaryIO, rules: Rules, *, workbook: bool) -> None:
    """Unpacks every member without keeping it and stops at the limits of ``[import]``.

    Of a workbook the XML must also be whole.

    Raises:
        UnreadableFile: unpacks to too much (a "zip bomb"), is encrypted, or is damaged.
    """
    limit = rules.imports.max_unpacked_mb << 20
    try:
        with zipfile.ZipFile(stream) as packed:
            members = packed.infolist()
    except ZIP_ERRORS as error:
        raise damaged() from error
    stream.seek(0, 2)
    size = stream.tell()
    if len(members) > _MAX_MEMBERS or sum(m.file_size for m in members) > limit:
        raise _bomb()
    total = 0
    for member in members:
        if member.flag_bits & 0x1:
            raise UnreadableFile(password_sentence())
        check = _xml_check(member.filename) if workbook else None
        for chunk in _unpacked(stream, member):
            total += len(chunk)
            if total > limit or (
                total > _RATIO_FROM_BYTES and total > size * rules.imports.max_pack_ratio
            ):
                raise _bomb()
            if check is not None:
                _feed(check, chunk)
        if check is not None:
            _feed(check, b"", last=True)


def _xml_check(name: str) -> XmlCheck | None:
    if name == "content.xml":
        return OdsCheck()
    return XmlCheck() if name.casefold().endswith((".xml", ".rels")) else None


def _feed(check: XmlCheck, chunk: bytes, *, last: bool = False) -> None:
    try:
        check.feed(chunk, last=last)
    except BrokenXml as error:
        raise damaged() from error


def _bomb() -> UnreadableFile:
    return UnreadableFile(
        _("The file unpacks to far more than its size and was not opened, for safety")
    )


def _unpacked(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes as the packing really yields them, whatever size is declared."""
    if member.header_offset < 0:
        raise damaged()
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise damaged()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    stream.seek(name_length + extra_length, 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        if left != member.file_size:
            raise damaged()
        while left > 0:
            chunk = stream.read(min(left, _CHUNK))
            if not chunk:
                raise damaged()
            left -= len(chunk)
            yield chunk
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise damaged()
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    produced = 0
    try:
        while left > 0 and not inflate.eof:
            packed = stream.read(min(left, _CHUNK))
            if not packed:
                raise damaged()
            left -= len(packed)
            while packed and not inflate.eof:
                chunk = inflate.decompress(packed, _CHUNK)
                packed = inflate.unconsumed_tail
                produced += len(chunk)
                yield chunk
    except zlib.error as error:
        raise damaged() from error
    if not inflate.eof or produced != member.file_size:
        raise damaged()
