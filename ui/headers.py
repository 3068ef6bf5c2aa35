"""Headers that every answer carries, so that a browser refuses what this dashboard never needs."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_KEPT_BY_BROWSERS = ("/static/", "/app/static/")
"""Files of Streamlit and of this project that say nothing of the data."""
_NEVER_NEEDED = (
    "accelerometer autoplay camera display-capture geolocation gyroscope hid "
    "magnetometer microphone midi payment publickey-credentials-get screen-wake-lock serial usb "
    "xr-spatial-tracking"
).split()
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _NEVER_NEEDED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow",
}
_HSTS = "max-age=31536000"


@cache
def content_security_policy() -> str:
    """What a page of Streamlit may load: this server only.

    Styles may stand inline, as Streamlit, its charts and its tables write them that way. Scripts
    may not: the one in Streamlit's own page is named by its hash. Streamlit turns the script of a
    component (`ui/multiples.py`) into a blob, which only a script that runs already can make; its
    protobuf library brings a few bytes of WebAssembly for long numbers. There is no `eval`.
    """
    index = Path(streamlit.__file__).with_name("static") / "index.html"
    scripts = _INLINE_SCRIPT.findall(index.read_text(encoding="utf-8"))
    allowed = " ".join(f"'{hash_of(script)}'" for script in scripts)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {allowed}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self' blob:",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )


def hash_of(text: str) -> str:
    """How a content security policy names an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Headers:
    """Middleware: adds them to every answer, errors included, and takes the server's name away."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            _forget_the_servers_name(receive)
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = False

        async def dressed(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                dress(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        except Exception:
            _log.exception("a request failed")
            if began:
                raise
            await PlainTextResponse("Internal Server Error", 500)(scope, receive, dressed)


def dress(headers: MutableHeaders, scope: MutableMapping[str, Any]) -> None:
    """Set what is not set yet; nothing but files of the program may be kept by a browser."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", content_security_policy())
    if headers.get("access-control-allow-origin") == "*":  # Streamlit's for static files
        del headers["access-control-allow-origin"]
    if not scope["path"].startswith(_KEPT_BY_BROWSERS):
        headers["Cache-Control"] = "no-store"
    if scope.get("scheme") == "https":
        headers.setdefault("Strict-Transport-Security", _HSTS)


def _forget_the_servers_name(receive: Receive) -> None:
    """Uvicorn adds its name below every application; its settings are reached through *receive*."""
    config = getattr(getattr(receive, "__self__", None), "config", None)
    named = getattr(config, "encoded_headers", None)
    if isinstance(named, list):
        named[:] = [(name, value) for name, value in named if name.lower() != b"server"]
