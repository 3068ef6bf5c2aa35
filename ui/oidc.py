"""Signing in through an identity provider, with Streamlit's own OIDC client.

Streamlit speaks to the provider (`/auth/login`, `/oauth2callback`, settings in `[auth]` of
`.streamlit/secrets.toml`) and leaves a signed cookie. Here that cookie is taken for a session of
this dashboard, once and at once, so that such a session can be ended like any other; the cookie
itself is thrown away.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response
from streamlit import auth_util
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette import starlette_websocket as signed
from streamlit.web.server.starlette.starlette_server_config import (
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
)

_log = logging.getLogger(__name__)
TO_PROVIDER, FROM_PROVIDER = "/login/oidc", "/login/oidc/selesai"
_FRESH_SECONDS = 600
_DEFAULT = "default"


def providers() -> dict[str, str]:
    """Identity providers that are set up: name and what to call it; empty = none."""
    if not secrets_singleton.load_if_toml_exists():
        return {}
    section = auth_util.get_secrets_auth_section().to_dict()
    named = {
        key: str(value.get("label", key))
        for key, value in section.items()
        if isinstance(value, dict) and "client_id" in value
    }
    if "client_id" in section:
        named[_DEFAULT] = str(section.get("label", "OIDC"))
    return named


def start_address(provider: str) -> str | None:
    """Where Streamlit begins the way to a provider; ``None`` when there is no such one."""
    if provider not in providers():
        return None
    try:
        auth_util.validate_auth_credentials(provider)
        return f"/auth/login?provider={auth_util.encode_provider_token(provider)}"
    except StreamlitAuthError as problem:
        _log.error("the identity provider is not set up: %s", problem)
        return None


def came_from_provider(connection: HTTPConnection) -> bool:
    """Streamlit's cookie is there: somebody has just come back."""
    return USER_COOKIE_NAME in connection.cookies


def verified_email(connection: HTTPConnection) -> str | None:
    """The e-mail that the provider vouches for, while the cookie is fresh."""
    raw = signed._get_signed_cookie_with_chunks(dict(connection.cookies), USER_COOKIE_NAME)
    if not raw:
        return None
    try:
        user: dict[str, Any] = json.loads(raw)
    except ValueError:
        return None
    issued = user.get("iat")
    fresh = isinstance(issued, int | float) and abs(time.time() - issued) < _FRESH_SECONDS
    own = user.get("origin") == auth_util.get_origin_from_redirect_uri()
    email = user.get("email")
    if fresh and own and user.get("email_verified") is True and isinstance(email, str):
        return email
    _log.warning("an identity provider did not vouch for an e-mail address")
    return None


def forget_cookies(connection: HTTPConnection, response: Response) -> None:
    """Throw Streamlit's cookies away (long ones are in several pieces)."""
    for name in connection.cookies:
        if name.startswith((USER_COOKIE_NAME, TOKENS_COOKIE_NAME)):
            response.delete_cookie(name, path="/", httponly=True, samesite="lax")
