"""What pages with deeds share: their view, what a form has chosen, what is told afterwards."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.app.console.reader import shown_resources, usual_zone
from core.app.console.wall import zone_named
from core.bootstrap import current_app
from core.domain.remark import Remark
from web.problems import Problem
from web.render import View, answer, view_of

MOST = 200
"""Entries that one form chooses."""


async def page_view(request: Request, page: str) -> View:
    """Return what a page knows; until the browser has said its zone, that of most resources."""
    directory = await (await current_app().services()).roster.directory()
    return view_of(request, page, zone_named(usual_zone(shown_resources(directory))))


async def chosen(request: Request, field: str, view: View) -> tuple[str, ...]:
    """Return the values of a field of a form; a Problem if there is none."""
    form = await request.form(max_fields=MOST + 20)
    found = tuple(str(value) for value in form.getlist(field) if value)[:MOST]
    if not found:
        raise Problem(422, "not_valid", Remark.of((view.words("given_up.choose"),)))
    return found


def shown(view: View, template: str, told: str = "", **content: Any) -> Response:  # noqa: ANN401 - whatever the template shows
    """Return a page, or only its live part for the script; after a deed with what was done.

    A template `x.html` has its live part in `x_live.html`.
    """
    is_part = told or view.request.query_params.get("part") == "live"
    name = f"{template}_live.html" if is_part else f"{template}.html"
    response = answer(view, name, told=told, **content)
    if told:
        response.headers["HX-Trigger"] = "deed-done"
    return response
