"""The console's page for people, and the files it needs; read-only, without titles and people."""

from datetime import date
from typing import TYPE_CHECKING

import azure.functions as func

from core.bootstrap import App, current_app
from core.errors import RoomSyncError
from functions.answers import console_closed

if TYPE_CHECKING:
    from core.app.console.reader import Asked

bp = func.Blueprint()

SAFE = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_PAGE = 10_000


class UnknownPageError(ValueError):
    """An address that no page has; the text says what is wrong with it."""


@bp.function_name("console_page")
@bp.route(route="console", methods=["GET"])
async def console_page(req: func.HttpRequest) -> func.HttpResponse:
    """Show a day of the resources, what was just synced, what was refused."""
    app = current_app()
    return console_closed(app) or await handle_page(req, app)


@bp.function_name("console_static")
@bp.route(route="console/static/{name}", methods=["GET"])
async def console_static(req: func.HttpRequest) -> func.HttpResponse:
    """Hand out style, script and icon."""
    return handle_static(req)


async def handle_page(req: func.HttpRequest, app: App) -> func.HttpResponse:
    """Answer the page, or with `part=live` only what refreshes itself."""
    from functions import console_render  # noqa: PLC0415 - late: templates and zones
    from functions.console_texts import PAGE  # noqa: PLC0415 - late

    try:
        asked = _asked(req)
        look = await app.console.look(asked, await app.services(), app.counts, app.in_flight)
    except UnknownPageError as error:
        content = console_render.trouble_page(PAGE["wrong"], str(error), "")
        return _html(content, 400)
    except RoomSyncError as error:
        content = console_render.trouble_page(PAGE["failed"], str(error), PAGE["failed_help"])
        return _html(content, 503)
    return _html(console_render.page(look, only_live=req.params.get("part") == "live"))


def handle_static(req: func.HttpRequest) -> func.HttpResponse:
    """Answer a file of the console; with the hash of its content it may be kept for ever."""
    from pathlib import PurePosixPath  # noqa: PLC0415 - late

    from functions import console_render  # noqa: PLC0415 - late

    name = req.route_params.get("name", "")
    content = console_render.assets().get(name)
    if content is None:
        return func.HttpResponse("no such file", status_code=404, headers=SAFE)
    is_exact = req.params.get("v") == console_render.stamp(name)
    kept = "public, max-age=31536000, immutable" if is_exact else "no-cache"
    return func.HttpResponse(
        content,
        mimetype=console_render.MEDIA_TYPES[PurePosixPath(name).suffix],
        charset="utf-8",
        headers=SAFE | {"Cache-Control": kept},
    )


def _html(content: str, status: int = 200) -> func.HttpResponse:
    return func.HttpResponse(
        content, status_code=status, mimetype="text/html", charset="utf-8", headers=SAFE
    )


def _asked(req: func.HttpRequest) -> "Asked":
    """Read the address; UnknownPageError says what is wrong with it."""
    from core.app.console.reader import Asked  # noqa: PLC0415 - late

    day, page = req.params.get("day", ""), req.params.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page[:6]) <= LAST_PAGE:
        raise UnknownPageError(f"page must be a number from 1 on, not {page[:20]!r}")
    if not day:
        return Asked(None, int(page[:6]))
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise UnknownPageError(f"day must be a date such as 2026-03-02, not {day[:20]!r}") from None
    if not FIRST_YEAR <= wanted.year <= LAST_YEAR:
        raise UnknownPageError(f"day must be between {FIRST_YEAR} and {LAST_YEAR}")
    return Asked(wanted, int(page[:6]))
