"""In which language and zone somebody reads: said by the address, a cookie, or the browser."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request

LANGUAGES = ("en", "de")
LANGUAGE_COOKIE, ZONE_COOKIE = "roomsync-language", "roomsync-zone"

_ACCEPTED = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q=([0-9.]{1,5}))?\s*")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads a page. `zone` None: the browser has not said it yet."""

    language: str
    zone: ZoneInfo | None


def reader_of(request: Request) -> Reader:
    """Return how a page is to be written; what makes no sense counts as not said."""
    wanted = request.query_params.get("language", "")
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    language = next(
        (each for each in (wanted, kept) if each in LANGUAGES),
        accepted(request.headers.get("accept-language", "")),
    )
    return Reader(language, _zone(request.cookies.get(ZONE_COOKIE, "")))


def accepted(header: str) -> str:
    """Return the language that a browser likes best of those we have, English if none."""
    best, language = 0.0, LANGUAGES[0]
    for part in header[:500].split(","):
        found = _ACCEPTED.fullmatch(part)
        if found is None or found[1].lower() not in LANGUAGES:
            continue
        try:
            quality = float(found[2] or 1)
        except ValueError:
            continue
        if quality > best:
            best, language = quality, found[1].lower()
    return language


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name.replace("%2F", "/")) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
