"""Who is let in: the checks of every request before Streamlit sees it.

1. The request names a host of this server (else another site may have pointed its name here).
2. A web page of another site may not send or open anything.
3. Parts of Streamlit that this dashboard does not use are not there.
4. Simulated data is for everybody. Real data is for this computer while there are no accounts,
   and after that for browsers that are signed in: pages, websocket, downloads and uploads alike.
"""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from analytics.access.accounts import Accounts, SignedIn
from analytics.i18n import _
from analytics.store import StoreError
from ui import plain
from ui.login import COOKIE, LOGIN, LOGOUT, PASSWORD, Serving, served_store, serving
from ui.oidc import FROM_PROVIDER, TO_PROVIDER, came_from_provider
from ui.taken import may_take

HOSTS = "PERUT_HOSTS"
"""Environment: the names under which others reach this server, separated by commas."""
PROXY = "PERUT_BEHIND_PROXY"
"""Environment: ``1`` = a reverse proxy of ours says in X-Forwarded-For where a request is from."""
_THIS_COMPUTER = {"127.0.0.1", "localhost", "::1"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_SAFE = {"GET", "HEAD", "OPTIONS"}
_NOT_THERE = (
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/script-health-check",
    "/_stcore/bidi-components",
    "/component",
)
_SAYS_NOTHING = ("/static", "/app/static", "/_stcore/health", "/_stcore/host-config")
"""Paths without data: Streamlit's own program, pictures of this project, "I am here"."""
_WAY_IN = {
    LOGIN,
    LOGOUT,
    PASSWORD,
    TO_PROVIDER,
    FROM_PROVIDER,
    "/auth/login",
    "/oauth2callback",
    "/favicon.png",
}
_UPLOADS = ("/_stcore/upload_file",)
_FILES = ("/media",)


class Door:
    """Middleware: see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = await _refusal(connection)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)


async def _refusal(connection: HTTPConnection) -> Response | None:
    """What is answered instead, or ``None`` to let the request in."""
    plain.speak(connection)
    path = connection.scope["path"]
    public = connection.scope["type"] == "http" and _below(path, _SAYS_NOTHING)
    if (odd := _odd(connection)) or public:
        return odd
    try:
        whom, who = await to_thread.run_sync(_whom, connection.cookies.get(COOKIE))
    except StoreError as problem:
        return plain.refusal(_("Not available now"), str(problem), 503)
    if whom is Serving.THIS_COMPUTER and not _from_this_computer(connection):
        return plain.not_from_here()
    if whom is not Serving.ACCOUNTS:
        return None
    if who is not None and who.ready:
        return _unless_may(who, path)
    return _unless_way_in(connection, path, who)


def _odd(connection: HTTPConnection) -> Response | None:
    """What nobody may ask for, whatever the data is."""
    scope = connection.scope
    if not host_known(connection.headers.get("host")):
        return _unknown_host()
    acts = scope["type"] == "websocket" or scope["method"] not in _SAFE
    if acts and not same_site(connection.headers):
        return PlainTextResponse("Forbidden", 403)
    return PlainTextResponse("Not Found", 404) if _below(scope["path"], _NOT_THERE) else None


def _whom(token: str | None) -> tuple[Serving, SignedIn | None]:
    store = served_store()
    whom = serving(store)
    return whom, Accounts(store).signed_in(token) if whom is Serving.ACCOUNTS else None


def _unless_may(who: SignedIn, path: str) -> Response | None:
    """Only who administers may bring files in; a file that was made for somebody is theirs."""
    if _below(path, _UPLOADS) and not who.reader.administers:
        return PlainTextResponse("Forbidden", 403)
    if _below(path, _FILES) and not may_take(who.reader, path):
        return PlainTextResponse("Not Found", 404)
    return None


def _unless_way_in(connection: HTTPConnection, path: str, who: SignedIn | None) -> Response | None:
    """Nobody is signed in: a page leads to signing in, all else is refused."""
    scope = connection.scope
    if scope["type"] == "http" and path in _WAY_IN:
        return None
    shows = scope["type"] == "http" and scope["method"] == "GET"
    if not shows or "text/html" not in connection.headers.get("accept", ""):
        return PlainTextResponse("Unauthorized", 401)
    wanted = LOGIN
    query = scope["query_string"].decode("latin-1")
    if who is not None:
        wanted = PASSWORD
    elif came_from_provider(connection):
        wanted = FROM_PROVIDER
    elif path != "/" or query:
        wanted += "?lanjut=" + quote(f"{path}?{query}" if query else path, safe="")
    return RedirectResponse(plain.in_language(wanted), 303)


def _below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def _hosts() -> set[str]:
    more = os.environ.get(HOSTS, "").split(",")
    return _THIS_COMPUTER | {name.strip().lower() for name in more if name.strip()}


def host_known(host: str | None) -> bool:
    """Whether the Host header names this server (any port)."""
    try:
        parts = urlsplit(f"//{host or ''}")
        name, _port = parts.hostname, parts.port
    except ValueError:
        return False
    plain_name = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    return plain_name and name is not None and name.lower() in _hosts()


def _unknown_host() -> Response:
    return plain.refusal(
        _("Unknown address"),
        _("This server was not told that it is reached under this name."),
        421,
        _("Whoever keeps the dashboard names it in {variable}.", variable=HOSTS),
    )


def same_site(headers: Headers) -> bool:
    """Not sent by a web page of another site. Programs that are no browser send no Origin."""
    origin = headers.get("origin")
    if origin is not None:
        parts = urlsplit(origin)
        own = parts.netloc == headers.get("host") and parts.scheme in ("http", "https")
        return own and len(headers.getlist("origin")) == 1
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _from_this_computer(connection: HTTPConnection) -> bool:
    """The peer is this machine, and does not speak for somebody else (as a proxy does)."""
    if any(name in connection.headers for name in _FORWARDED):
        return False
    return _is_loopback(connection.client.host if connection.client else "")


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def address_of(connection: HTTPConnection) -> str:
    """What failures are counted by: the peer, or what our own proxy says it is.

    Uvicorn replaces the peer by X-Forwarded-For when that comes from this machine. Unless a proxy
    is ours to trust, everything that carries the header counts as one.
    """
    host = connection.client.host if connection.client else "?"
    if not os.environ.get(PROXY) and any(name in connection.headers for name in _FORWARDED):
        return "forwarded"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return host
