"""The forms of signing in and out and of changing a password, and the cookies they need."""

from __future__ import annotations

import hmac
import secrets
from html import escape
from urllib.parse import parse_qs, quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from analytics.access.accounts import SignedIn
from analytics.access.passwords import LONGEST
from analytics.config import load_rules
from analytics.i18n import _
from analytics.numbers import number
from ui import oidc, plain
from ui.login import COOKIE, LOGIN, LOGOUT, PASSWORD

FORM_COOKIE = "perut_form"
"""Random; a form that carries the same value was made for this browser."""
_LONGEST_FORM = 8192


def login_form(
    request: HTTPConnection, goes_on: str, problem: str = "", status: int = 200
) -> Response:
    """Name and password, and a link for each identity provider; *goes_on* is where to go then."""
    token = _form_token(request)
    query = f"?lanjut={quote(goes_on, safe='')}" if goes_on != "/" else ""
    action = escape(plain.in_language(f"{LOGIN}{query}"))
    body = plain.sentence(problem, "wrong") if problem else ""
    body += f"""
<form method="post" action="{action}">
<input type="hidden" name="form" value="{escape(token)}">
<label for="name">{escape(_("Account name"))}</label>
<input type="text" id="name" name="name" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required autofocus>
<label for="password">{escape(_("Password"))}</label>
<input type="password" id="password" name="password" autocomplete="current-password"
 maxlength="{LONGEST}" required>
<button type="submit">{escape(_("Sign in"))}</button>
</form>
"""
    for name, label in oidc.providers().items():
        address = escape(plain.in_language(f"{oidc.TO_PROVIDER}?lewat={quote(name)}"))
        text = escape(_("Sign in with {provider}", provider=label))
        body += f'<p><a class="button" href="{address}">{text}</a></p>'
    body += plain.sentence(_("Forgotten? Ask whoever keeps the dashboard for a new password."))
    answer = plain.page(_("Sign in"), body, status=status, other=f"{LOGIN}{query}")
    set_cookie(request, answer, FORM_COOKIE, token, strict=True)
    return answer


def logout_form(request: HTTPConnection, found: SignedIn) -> Response:
    """Signing out is a form, so that no link or picture can do it."""
    body = plain.sentence(_("You are signed in as {name}.", name=found.account.name))
    body += f"""
<form method="post" action="{escape(plain.in_language(LOGOUT))}">
<input type="hidden" name="form" value="{session_form(request)}">
<button type="submit">{escape(_("Sign out"))}</button>
</form>
"""
    body += plain.link(plain.in_language("/"), _("Back to the dashboard"))
    return plain.page(_("Sign out"), body, other=LOGOUT)


def password_form(
    request: HTTPConnection, found: SignedIn, problem: str = "", status: int = 200
) -> Response:
    """The old password and twice the new one."""
    body = plain.sentence(problem, "wrong") if problem else ""
    if found.account.must_change:
        body += plain.sentence(_("Choose a password of your own before you go on."))
    least = load_rules().access.password_length
    hint = _(
        "At least {count} characters. A few words that do not belong together are easy to keep in "
        "mind.",
        count=number(least),
    )
    body += f"""
<form method="post" action="{escape(plain.in_language(PASSWORD))}">
<input type="hidden" name="form" value="{session_form(request)}">
<input type="text" name="name" value="{escape(found.account.name)}" autocomplete="username" hidden>
<label for="old">{escape(_("Current password"))}</label>
<input type="password" id="old" name="old" autocomplete="current-password" required
 maxlength="{LONGEST}">
<label for="new">{escape(_("New password"))}</label>
<input type="password" id="new" name="new" autocomplete="new-password" required
 minlength="{least}" maxlength="{LONGEST}" aria-describedby="hint">
<p class="hint" id="hint">{escape(hint)}</p>
<label for="again">{escape(_("New password again"))}</label>
<input type="password" id="again" name="again" autocomplete="new-password" required
 maxlength="{LONGEST}">
<button type="submit">{escape(_("Change password"))}</button>
</form>
"""
    if found.ready:
        body += plain.link(plain.in_language("/"), _("Back to the dashboard"))
    return plain.page(_("Change password"), body, status=status, other=PASSWORD)


def _form_token(request: HTTPConnection) -> str:
    kept = request.cookies.get(FORM_COOKIE, "")
    return kept if len(kept) == 43 and kept.isascii() else secrets.token_urlsafe(32)


def session_form(request: HTTPConnection) -> str:
    """What a form of a signed-in browser carries: made from its session, of no use elsewhere."""
    token = request.cookies.get(COOKIE, "")
    return hmac.digest(token.encode("utf-8", "replace"), b"perut form", "sha256").hex()


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a small form; ``None`` when it is none, or too long."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        return None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=16)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def same(given: str | None, wanted: str | None) -> bool:
    """Whether a form carries what it must; compared in constant time."""
    return bool(given and wanted) and hmac.compare_digest(
        (given or "").encode(), (wanted or "").encode()
    )


def set_cookie(
    request: HTTPConnection, answer: Response, name: str, value: str, *, strict: bool = False
) -> None:
    """A cookie that no script can read and that no other site’s form can send."""
    answer.set_cookie(
        name,
        value,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict" if strict else "lax",
    )


def delete_cookie(request: HTTPConnection, answer: Response, name: str) -> None:
    """Take a cookie back."""
    secure = request.url.scheme == "https"
    answer.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
