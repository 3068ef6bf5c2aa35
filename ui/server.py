"""What stands between the network and Streamlit: own routes, and the checks of every request."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from ui.door import Door
from ui.headers import Headers
from ui.login_routes import login_routes


def routes() -> list[BaseRoute]:
    """Addresses that the project answers itself, before Streamlit sees them."""
    return login_routes()


def middleware() -> list[Middleware]:
    """What every request passes on its way to Streamlit, outermost first."""
    return [Middleware(Headers), Middleware(Door)]
