"""One scripted reader of the dashboard: pages and filters over the WebSocket, as a browser asks.

What a browser does after the answer (drawing) is not here, nor the files that it keeps (scripts,
fonts). Time is from the click to the end of the page's script, with every message received.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

PAGES = ("ringkasan", "peta", "tindak_lanjut", "jangkauan", "tren", "keluarga", "kualitas", "data")
WINDOWS = ("30", "90", "180", "365")
PATIENCE_SECONDS = 60.0
_LARGEST_MESSAGE = 64 << 20
_DONE = ForwardMsg.FINISHED_SUCCESSFULLY


@dataclass
class Seen:
    """What all readers met: seconds per page, sentences of errors, bytes."""

    seconds: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    bytes: int = 0


class Reader:
    """Somebody who looks through the pages until the time is over."""

    def __init__(self, url: str, seed: int, desa: list[str], cookie: str = "") -> None:
        self.url = url
        self.desa = desa
        self.cookie = cookie
        self.random = random.Random(seed)
        self.hashes: dict[str, str] = {}

    async def read(self, seen: Seen, until: float, pause: tuple[float, float]) -> None:
        """Look at one page after the other until the clock says *until* (monotonic)."""
        parts = urlsplit(self.url)
        try:
            async with connect(
                f"ws://{parts.netloc}/_stcore/stream",
                origin=Origin(self.url),
                subprotocols=[Subprotocol("streamlit")],
                additional_headers={"Cookie": self.cookie} if self.cookie else None,
                max_size=_LARGEST_MESSAGE,
                compression=None,
                proxy=None,
            ) as socket:
                await asyncio.sleep(self.random.uniform(0, pause[1]))
                page, link = "ringkasan", dict[str, str]()
                while time.monotonic() < until:
                    if self.random.random() < 0.5:
                        page = self.random.choice(PAGES)
                    else:
                        link = self._other_filter(link)
                    await self._ask(socket, page, link, seen)
                    await asyncio.sleep(self.random.uniform(*pause))
        except (WebSocketException, OSError, TimeoutError) as problem:
            seen.errors.append(f"{type(problem).__name__}: {problem}")

    def _other_filter(self, link: dict[str, str]) -> dict[str, str]:
        kind = self.random.choice(("desa", "jendela", "none"))
        if kind == "desa":
            return {**link, "desa": self.random.choice(self.desa)}
        if kind == "jendela":
            return {**link, "jendela": self.random.choice(WINDOWS)}
        return {}

    async def _ask(
        self, socket: ClientConnection, page: str, link: dict[str, str], seen: Seen
    ) -> None:
        question = BackMsg()
        asked = question.rerun_script
        asked.query_string = urlencode(link)
        asked.page_script_hash = self.hashes.get(page, "")
        asked.page_name = page
        asked.context_info.timezone = "Asia/Makassar"
        asked.context_info.locale = "id-ID"
        asked.context_info.url = f"{self.url}/{page}"
        began = time.perf_counter()
        await socket.send(question.SerializeToString())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                raw = await socket.recv()
                seen.bytes += len(raw)
                told = ForwardMsg()
                told.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
                kind = told.WhichOneof("type")
                if kind == "navigation":
                    self.hashes = {
                        one.url_pathname: one.page_script_hash for one in told.navigation.app_pages
                    }
                elif kind == "delta":
                    seen.errors += _problem(told, page)
                elif kind == "script_finished" and told.script_finished == _DONE:
                    seen.seconds.append((page, time.perf_counter() - began))
                    return
                elif kind == "script_finished" and told.script_finished != (
                    ForwardMsg.FINISHED_EARLY_FOR_RERUN
                ):
                    seen.errors.append(f"{page}: ended with {told.script_finished}")
                    return


def _problem(told: ForwardMsg, page: str) -> list[str]:
    element = told.delta.new_element
    kind = element.WhichOneof("type")
    if kind == "exception":
        return [f"{page}: {element.exception.type}"]
    if kind == "alert" and element.alert.format == element.alert.ERROR:
        return [f"{page}: {element.alert.body}"]
    return []
