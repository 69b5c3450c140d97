"""Renders pages: templates, the files they refer to, and what every page knows of its reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from web.access import Principal, Role
from web.gate import signed_in
from web.links import history_of, slot_of
from web.reader import LANGUAGE_COOKIE, LANGUAGES, reader_of
from web.routing import BASE
from web.words import Words, words_in

HERE = Path(__file__).parent


MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

STYLES = ("colours", "base", "frame", "forms", "lists", "overview", "charts", "dialog")
"""Parts of the style that all pages have, in the order in which they count; one file for browsers.

What a single page has besides is a file of its own."""

YEAR_S = 365 * 24 * 3600

NAVIGATION = (
    ("overview", ""),
    ("day", "/day"),
    ("free_busy", "/free-busy"),
    ("differences", "/differences"),
    ("meeting", "/history"),
    ("given_up", "/given-up"),
    ("parked", "/parked"),
    ("health", "/health"),
    ("self_test", "/self-test"),
    ("subscriptions", "/subscriptions"),
    ("mails", "/mails"),
    ("settings", "/settings"),
    ("changes", "/changes"),
)
"""The pages, in the order of the menu: the key of their name, and where they are."""


@cache
def assets() -> Mapping[str, bytes]:
    """Return the files that pages may refer to, by name: nothing else is ever served."""
    static = HERE / "static"
    parts = [(static / f"console/{name}.css").read_bytes() for name in STYLES]
    return {"console.css": b"\n".join(parts)} | {
        file.name: file.read_bytes()
        for file in sorted(static.iterdir())
        if file.suffix in MEDIA_TYPES
    }


@cache
def stamp(name: str) -> str:
    """Return a short hash of a file, which makes its address new when its content is."""
    return sha256(assets()[name]).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file."""
    return f"{BASE}/static/{name}?v={stamp(name)}"


@dataclass(frozen=True, slots=True)
class View:
    """What every page knows: who reads it, in which words, and which page it is."""

    words: Words
    zone: ZoneInfo
    is_zone_known: bool
    principal: Principal | None
    page: str
    request: Request

    def moment(self, moment: datetime | None) -> str:
        """Return a moment in the reader's zone and language."""
        return "" if moment is None else self.words.moment(moment.astimezone(self.zone))

    @property
    def who(self) -> str:
        """Return who does something, for the trail."""
        return "" if self.principal is None else self.principal.name

    def may(self, role: str) -> bool:
        """Tell whether the reader may do what needs a role."""
        return self.principal is not None and self.principal.may(Role[role.upper()])

    def in_language(self, language: str) -> str:
        """Return the address of this very page in another language."""
        query = {
            k: v for k, v in self.request.query_params.items() if k not in {"language", "part"}
        }
        return f"?{urlencode(query | {'language': language})}"


def view_of(request: Request, page: str, zone: ZoneInfo) -> View:
    """Return what a page knows; `zone` counts while the browser has not said its own."""
    reader = reader_of(request)
    principal = getattr(request.state, "principal", None) or signed_in(request)
    own = reader.zone
    return View(words_in(reader.language), own or zone, own is not None, principal, page, request)


def answer(view: View, template: str, status: int = 200, **shown: Any) -> HTMLResponse:  # noqa: ANN401 - whatever the template shows
    """Return a page, or a part of one, and remember a language that was just chosen."""
    content = (
        _templates()
        .get_template(template)
        .render(view=view, w=view.words, navigation=NAVIGATION, **shown)
    )
    response = HTMLResponse(content, status)
    chosen = view.request.query_params.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=YEAR_S,
            path=BASE,
            samesite="lax",
            secure=view.request.url.scheme == "https",
        )
    return response


def day_after(day: date, days: int = 1) -> date:
    """Return the date some days later, or earlier."""
    return day + timedelta(days=days)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "base": BASE,
        "asset": asset,
        "day_after": day_after,
        "history_of": history_of,
        "slot_of": slot_of,
        "languages": LANGUAGES,
    }
    return found
