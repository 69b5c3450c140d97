"""Puts the application together: routes behind the gate, answers for what fails, the shield."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from core.app.console.wall import zone_named
from core.errors import RoomSyncError
from web import problems
from web.api import (
    deeds,
    difference_deeds,
    differences,
    document,
    free_busy,
    given_up,
    health,
    history,
    looks,
    mails,
    overview,
    parked,
    plain,
    rooms_offered,
    self_tests,
    settings,
    settings_deeds,
    subscriptions,
)
from web.pages import (
    board,
    difference_work,
    files,
    history_deeds,
    lists,
    settings_edit,
    settings_export,
    settings_import,
)
from web.pages import differences as differences_page
from web.pages import free_busy as free_busy_page
from web.pages import given_up as given_up_page
from web.pages import health as health_page
from web.pages import history as history_page
from web.pages import parked as parked_page
from web.pages import rooms_offered as rooms_page
from web.pages import self_test as self_test_page
from web.pages import settings as settings_page
from web.reader import reader_of
from web.render import answer, view_of
from web.routing import BASE, Routes
from web.shield import Shield
from web.words import words_in

EVERYTHING: tuple[Routes, ...] = (
    plain.routes,
    document.routes,
    overview.routes,
    given_up.routes,
    history.routes,
    looks.routes,
    parked.routes,
    subscriptions.routes,
    mails.routes,
    rooms_offered.routes,
    settings.routes,
    settings_deeds.routes,
    differences.routes,
    difference_deeds.routes,
    health.routes,
    self_tests.routes,
    deeds.routes,
    free_busy.routes,
    files.routes,
    board.routes,
    free_busy_page.routes,
    given_up_page.routes,
    difference_work.routes,
    differences_page.routes,
    history_page.routes,
    history_deeds.routes,
    parked_page.routes,
    health_page.routes,
    self_test_page.routes,
    lists.routes,
    rooms_page.routes,
    settings_page.routes,
    settings_edit.routes,
    settings_export.routes,
    settings_import.routes,
)


def application() -> ASGIApp:
    """Return the whole application."""
    return Shield(console())


def console() -> Starlette:
    """Return the routes and what answers for what goes wrong."""
    document.describe([each for routes in EVERYTHING for each in routes.operations])
    app = Starlette(
        routes=[route for routes in EVERYTHING for route in routes.all],
        exception_handlers={
            problems.Problem: _answer_problem,
            RoomSyncError: _answer_problem,
            HTTPException: _answer_http,
            Exception: _answer_problem,
        },
    )
    app.router.redirect_slashes = False
    return app


async def _answer_problem(request: Request, error: Exception) -> Response:
    problem = problems.problem_of(error)
    words = words_in(reader_of(request).language)
    title = words(f"problem.{problem.kind}.title")
    advice = words(f"problem.{problem.kind}.advice", **problem.values)
    if problems.is_for_programs(request, BASE):
        content = problems.ProblemShape(
            type=f"{BASE}/problems/{problem.kind}",
            title=title,
            status=problem.status,
            detail=words.said(problem.detail),
            advice=advice,
        )
        return JSONResponse(content.model_dump(), problem.status, media_type=problems.MEDIA_TYPE)
    template = "trouble_part.html" if "hx-request" in request.headers else "trouble.html"
    view = view_of(request, "", zone_named("UTC"))
    response = answer(
        view, template, problem.status, title=title, detail=problem.detail, advice=advice
    )
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


async def _answer_http(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: unknown addresses and methods."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    kind = {404: "not_found", 405: "method"}.get(status, "not_valid")
    response = await _answer_problem(request, problems.Problem(status, kind))
    headers = error.headers if isinstance(error, HTTPException) else None
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
