"""What stands between the network and Streamlit: own routes, and the checks of every request."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from ui.door import Door
from ui.headers import Headers
from ui.login_routes import login_routes


def routes() -> list[BaseRoute]:
    """Addresses that the project answers itself, before Streamlit sees them."""
    return [*login_routes(), Route("/ringkasan", _to_the_first_page)]


def _to_the_first_page(request: Request) -> RedirectResponse:
    """The first page has no name in its address; whoever types one need not be told off."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./")


def middleware() -> list[Middleware]:
    """What every request passes on its way to Streamlit, outermost first."""
    return [Middleware(Headers), Middleware(Door)]
