"""Pages without Streamlit: signing in, and refusals. Plain HTML that needs no script."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from analytics.i18n import LANGUAGES, _, language
from ui.headers import hash_of
from ui.session import LANGUAGE_PARAMETER


@cache
def _style() -> str:
    return Path(__file__).with_name("plain.css").read_text(encoding="utf-8")


def speak(request: HTTPConnection) -> str:
    """Speak the language of the link (``?bahasa=en``), else Indonesian."""
    asked = request.query_params.get(LANGUAGE_PARAMETER, "")
    code = asked if asked in LANGUAGES else LANGUAGES[0]
    language.set(code)
    return code


def in_language(address: str) -> str:
    """An address of this server, with the language that is spoken now."""
    if language.get() == LANGUAGES[0]:
        return address
    return f"{address}{'&' if '?' in address else '?'}{LANGUAGE_PARAMETER}={language.get()}"


def page(title: str, body: str, *, status: int = 200, other: str | None = None) -> HTMLResponse:
    """A small page in the project's look.

    Args:
        title: heading, as text.
        body: HTML that follows it; whoever calls has escaped what is in it.
        other: address of the same page in the other language, if it has one.
    """
    code = language.get()
    style = _style()
    switch = ""
    if other is not None:
        name, to = ("English", "en") if code == LANGUAGES[0] else ("Bahasa Indonesia", "id")
        mark = "&" if "?" in other else "?"
        address = escape(f"{other}{mark}{LANGUAGE_PARAMETER}={to}")
        switch = f'<p class="other"><a href="{address}" lang="{to}" hreflang="{to}">{name}</a></p>'
    html = f"""<!DOCTYPE html>
<html lang="{code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · PERUT</title>
<link rel="icon" href="/app/static/icon.png">
<style>{style}</style>
</head>
<body>
<main>
<picture>
<source srcset="/app/static/logo_dark.svg" media="(prefers-color-scheme: dark)">
<img class="logo" src="/app/static/logo.svg" alt="PERUT" height="44">
</picture>
<h1>{escape(title)}</h1>
{body}
{switch}
</main>
</body>
</html>
"""
    policy = (
        f"default-src 'none'; style-src '{hash_of(style)}'; img-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    # With "no-referrer" a browser would not say which site a form was sent from either.
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin"}
    return HTMLResponse(html, status, headers)


def sentence(text: str, kind: str = "") -> str:
    """One paragraph; *kind* is ``wrong`` (read aloud at once), ``good`` or empty."""
    role = ' role="alert"' if kind == "wrong" else ""
    return f'<p class="{kind}"{role}>{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def link(address: str, text: str) -> str:
    """A paragraph that is a link."""
    return f'<p><a href="{escape(address)}">{escape(text)}</a></p>'


def refusal(title: str, why: str, status: int, *more: str) -> HTMLResponse:
    """Why somebody is not served."""
    return page(title, sentence(why, "wrong") + "".join(map(sentence, more)), status=status)


def not_from_here() -> HTMLResponse:
    """Real data without accounts, asked for from another computer."""
    return refusal(
        _("Not from this computer"),
        _("This dashboard holds real data and has no accounts yet."),
        403,
        _(
            "Until there are accounts it is shown on the computer it runs on only. Whoever keeps "
            "the dashboard makes the first account there: "
            "python -m analytics user add NAME --role camat"
        ),
    )
