"""What stands between the network and Streamlit: own routes, and the checks of every request."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """Addresses that the project answers itself, before Streamlit sees them."""
    return []


def middleware() -> list[Middleware]:
    """What every request passes on its way to Streamlit, outermost first."""
    return []
