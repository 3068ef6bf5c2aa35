"""Files made to be taken away: whoever has the link of somebody else's gets nothing.

Streamlit serves a file to anybody who knows its address, as long as the session it was made for
is open. The door asks here first.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import PurePosixPath

from streamlit.runtime import Runtime
from streamlit.runtime.media_file_storage import MediaFileKind

from analytics.access.roles import Reader

_MOST = 5_000
_makers: OrderedDict[bytes, set[tuple[str, str]]] = OrderedDict()
_writing = threading.Lock()


def made_for(who: str, role: str, content: bytes) -> None:
    """Remember for whom a file was made; equal files may be of several people."""
    key = hashlib.sha256(content).digest()
    with _writing:
        _makers.setdefault(key, set()).add((who, role))
        _makers.move_to_end(key)
        while len(_makers) > _MOST:
            _makers.popitem(last=False)


def may_take(reader: Reader, path: str) -> bool:
    """Whether the file behind an address was made for this reader; pictures are for everybody."""
    content = _to_download(PurePosixPath(path).name)
    if content is None:
        return True
    with _writing:
        makers = _makers.get(hashlib.sha256(content).digest(), set())
        return (reader.name, reader.role.value) in makers


def _to_download(name: str) -> bytes | None:
    """The content of a file of a download button; ``None`` = there is none of this name."""
    if not Runtime.exists():
        return None
    file = Runtime.instance().media_file_mgr.read_file(name)
    return file.content if file and file.kind is MediaFileKind.DOWNLOADABLE else None
