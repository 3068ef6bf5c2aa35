"""The addresses of signing in and out and of changing a password. No page needs a script."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from math import ceil
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from analytics.access.accounts import Accounts, Refused, SignedIn
from analytics.access.passwords import WeakPassword
from analytics.i18n import _, ngettext
from analytics.store import StoreError
from ui import oidc, plain
from ui.door import address_of
from ui.login import COOKIE, LOGIN, LOGOUT, PASSWORD, Serving, served_store, serving
from ui.login_forms import (
    FORM_COOKIE,
    delete_cookie,
    login_form,
    logout_form,
    password_form,
    read_form,
    same,
    session_form,
    set_cookie,
)

_log = logging.getLogger(__name__)
_Answer = Callable[[Request], Awaitable[Response]]
_passwords = CapacityLimiter(4)
"""So many passwords are looked at at once; a flood of them waits here and holds nobody else up."""
_LONGEST_ADDRESS = 2000


def login_routes() -> list[BaseRoute]:
    """For `streamlit.starlette.App`."""
    asked: list[tuple[str, _Answer]] = [
        (LOGIN, _login_page),
        (oidc.TO_PROVIDER, _to_provider),
        (oidc.FROM_PROVIDER, _from_provider),
        (LOGOUT, _logout_page),
        (PASSWORD, _password_page),
    ]
    sent: list[tuple[str, _Answer]] = [
        (LOGIN, _log_in),
        (LOGOUT, _log_out),
        (PASSWORD, _change_password),
    ]
    return [
        *(Route(path, _calm(answer), methods=["GET"]) for path, answer in asked),
        *(Route(path, _calm(answer), methods=["POST"]) for path, answer in sent),
    ]


def _calm(answer: _Answer) -> _Answer:
    """Say it in a sentence when the accounts or the log cannot be written or read."""

    @functools.wraps(answer)
    async def calm(request: Request) -> Response:
        try:
            return await answer(request)
        except StoreError as problem:
            _log.error("signing in or out failed: %s", problem)
            return plain.refusal(_("Not available now"), str(problem), 503)

    return calm


def safe_address(wanted: str | None) -> str:
    """Where to go on to: a path of this server, or else the first page."""
    text = wanted or "/"
    odd = any(not character.isprintable() or character in "\\ " for character in text)
    if odd or not text.startswith("/") or text.startswith("//") or len(text) > _LONGEST_ADDRESS:
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    first = parts.path.split("/")[1]
    if parts.scheme or parts.netloc or first in ("login", "logout", "sandi", "auth", "media"):
        return "/"
    return text


# -- signing in ------------------------------------------------------------------------------


async def _login_page(request: Request) -> Response:
    plain.speak(request)
    if await to_thread.run_sync(serving, served_store()) is not Serving.ACCOUNTS:
        body = plain.sentence(_("Nobody needs to sign in here."))
        return plain.page(_("Sign in"), body + plain.link("/", _("To the dashboard")))
    if found := await _who(request):
        return _redirect(PASSWORD if not found.ready else "/")
    return login_form(request, safe_address(request.query_params.get("lanjut")))


async def _log_in(request: Request) -> Response:
    plain.speak(request)
    goes_on = safe_address(request.query_params.get("lanjut"))
    form = await read_form(request)
    if form is None or not same(form.get("form"), request.cookies.get(FORM_COOKIE)):
        return login_form(request, goes_on, _form_problem(), 400)
    accounts = Accounts(served_store())
    name, password = form.get("name", ""), form.get("password", "")
    try:
        token, account = await to_thread.run_sync(
            accounts.sign_in, name, password, address_of(request), limiter=_passwords
        )
    except Refused as refused:
        problem = _wait(refused) or _("The account name or the password is not right.")
        answer = login_form(request, goes_on, problem, 429 if refused.wait_seconds else 401)
        return _with_wait(answer, refused)
    answer = _redirect(PASSWORD if account.must_change else goes_on)
    await _begin(request, answer, token)
    return answer


async def _begin(request: Request, answer: Response, token: str) -> None:
    """Give the browser its new session; what it had before ends."""
    old = request.cookies.get(COOKIE)
    if old:
        await to_thread.run_sync(Accounts(served_store()).sign_out, old)
    set_cookie(request, answer, COOKIE, token)
    delete_cookie(request, answer, FORM_COOKIE)


async def _to_provider(request: Request) -> Response:
    plain.speak(request)
    address = oidc.start_address(request.query_params.get("lewat", ""))
    if address is None:
        return login_form(request, "/", _("This way of signing in is not set up."), 404)
    return RedirectResponse(address, 303)


async def _from_provider(request: Request) -> Response:
    plain.speak(request)
    email = oidc.verified_email(request)
    try:
        if email is None:
            raise Refused
        accounts = Accounts(served_store())
        token, _account = await to_thread.run_sync(accounts.sign_in_by_email, email)
    except Refused:
        problem = _(
            "There is no account for this e-mail address. Ask whoever keeps the dashboard to make "
            "one."
        )
        answer = login_form(request, "/", problem, 403)
    else:
        answer = _redirect("/")
        await _begin(request, answer, token)
    oidc.forget_cookies(request, answer)
    return answer


# -- signing out, changing the password ------------------------------------------------------


async def _logout_page(request: Request) -> Response:
    plain.speak(request)
    found = await _who(request)
    if found is None:
        return _redirect(LOGIN)
    return logout_form(request, found)


async def _log_out(request: Request) -> Response:
    plain.speak(request)
    form = await read_form(request)
    if not form or not same(form.get("form"), session_form(request)):
        return plain.refusal(_("Sign out"), _form_problem(), 400)
    token = request.cookies.get(COOKIE, "")
    await to_thread.run_sync(Accounts(served_store()).sign_out, token)
    body = plain.sentence(_("You are signed out."), "good")
    body += plain.link(plain.in_language(LOGIN), _("Sign in"))
    answer = plain.page(_("Signed out"), body)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    delete_cookie(request, answer, COOKIE)
    oidc.forget_cookies(request, answer)
    return answer


async def _password_page(request: Request) -> Response:
    plain.speak(request)
    found = await _who(request)
    return _redirect(LOGIN) if found is None else password_form(request, found)


async def _change_password(request: Request) -> Response:
    plain.speak(request)
    form = await read_form(request)
    found = await _who(request)
    if found is None:
        return _redirect(LOGIN)
    if not form or not same(form.get("form"), session_form(request)):
        return password_form(request, found, _form_problem(), 400)
    if form.get("new") != form.get("again"):
        return password_form(request, found, _("The two passwords are not the same."), 400)
    accounts = Accounts(served_store())
    old, new = form.get("old", ""), form.get("new", "")
    mine = request.cookies.get(COOKIE, "")
    try:
        token = await to_thread.run_sync(
            accounts.change_password, mine, old, new, address_of(request), limiter=_passwords
        )
    except Refused as refused:
        problem = _wait(refused) or _("The current password is not right.")
        status = 429 if refused.wait_seconds else 401
        return _with_wait(password_form(request, found, problem, status), refused)
    except WeakPassword as weak:
        return password_form(request, found, str(weak), 400)
    body = plain.sentence(
        _("The password was changed. Every other browser of this account was signed out."), "good"
    )
    answer = plain.page(
        _("Change password"), body + plain.link(plain.in_language("/"), _("To the dashboard"))
    )
    set_cookie(request, answer, COOKIE, token)
    return answer


# -- small things ----------------------------------------------------------------------------


async def _who(request: Request) -> SignedIn | None:
    accounts = Accounts(served_store())
    return await to_thread.run_sync(accounts.signed_in, request.cookies.get(COOKIE))


def _redirect(address: str) -> Response:
    return RedirectResponse(plain.in_language(address), 303)


def _form_problem() -> str:
    return _("This form was too old or not made for this browser. Please try again.")


def _wait(refused: Refused) -> str:
    if refused.wait_seconds <= 0:
        return ""
    return ngettext(
        "Too many wrong passwords. Try again in {count} minute.",
        "Too many wrong passwords. Try again in {count} minutes.",
        ceil(refused.wait_seconds / 60),
    )


def _with_wait(answer: Response, refused: Refused) -> Response:
    if refused.wait_seconds > 0:
        answer.headers["Retry-After"] = str(ceil(refused.wait_seconds))
    return answer
