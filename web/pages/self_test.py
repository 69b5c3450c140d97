"""The self-test of a mailbox: choose, begin, follow step by step, see all last results."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.app.operating import begin_all_self_tests, begin_self_test
from core.app.self_test.start import PACE, everybody
from core.bootstrap import current_app
from core.domain.ids import MailboxKey
from web.access import Role
from web.api.health import is_in, known_mailbox
from web.board.health import owner_named
from web.board.self_tests import MOST_FOUND, TestLine, owners_found, test_line, test_lines
from web.pages.forms import page_view, shown
from web.render import View, answer
from web.routing import BASE, Routes

routes = Routes()

MOST_LINES = 100
"""Results that are listed: those that failed are among the first."""


@routes.get("/self-test", Role.VIEWER)
async def self_test(request: Request) -> Response:
    """Show who can be tested, the test that was chosen, and all last results."""
    return await _page(await page_view(request, "self_test"))


@routes.get("/self-test/run", Role.VIEWER)
async def run(request: Request) -> Response:
    """Show how far a test is; once it is over, the results with it."""
    view = await page_view(request, "self_test")
    return answer(view, "self_test_run.html", told="", **await _shown(view, _chosen(view)))


@routes.get("/self-test/results", Role.VIEWER)
async def results(request: Request) -> Response:
    """Show the last results alone, while many are under way."""
    view = await page_view(request, "self_test")
    return answer(view, "self_test_results.html", oob=False, **await _shown(view, _chosen(view)))


@routes.post("/self-test/start", Role.OPERATOR)
async def start(request: Request) -> Response:
    """Begin the test of one mailbox."""
    view = await page_view(request, "self_test")
    app = current_app()
    services = await app.services()
    form = await request.form(max_fields=5)
    mailbox = await known_mailbox(str(form.get("mailbox", "")), services)
    await begin_self_test(mailbox, view.who, app.callbacks, services)
    who = owner_named(mailbox, await services.roster.directory(), view)
    response = await _page(view, view.words("self_test.begun", who=who), mailbox)
    response.headers["HX-Push-Url"] = f"{BASE}/self-test?mailbox={mailbox}"
    return response


@routes.post("/self-test/plan-all", Role.OPERATOR)
async def plan_all(request: Request) -> Response:
    """Show what testing everybody means."""
    view = await page_view(request, "self_test")
    places = (await (await current_app().services()).roster.directory()).synced_places()
    minutes = round(len(places) * PACE.total_seconds() / 60) + 1
    return answer(view, "self_test_plan.html", number=len(places), minutes=minutes)


@routes.post("/self-test/all", Role.OPERATOR)
async def start_everybody(request: Request) -> Response:
    """Begin the tests of everybody."""
    view = await page_view(request, "self_test")
    begun = await begin_all_self_tests(view.who, await current_app().services())
    return await _page(view, view.words.many("self_test.begun.all", begun.total), _chosen(view))


def _chosen(view: View) -> str:
    return view.request.query_params.get("mailbox", "")[:20]


async def _page(view: View, told: str = "", mailbox: str = "") -> Response:
    return shown(view, "self_test", told, **await _shown(view, mailbox or _chosen(view)))


async def _shown(view: View, mailbox: str) -> dict[str, Any]:
    services = await current_app().services()
    directory, now = await services.roster.directory(), services.clock.now()
    tests, known = await services.self_tests.all(), await everybody(services)
    search = view.request.query_params.get("search", "")[:200]
    found = owners_found(search, directory, view) if search.strip() else []
    test = next((each for each in tests if each.mailbox == mailbox), None)
    is_known = is_in(mailbox, directory)
    chosen: TestLine | None = None if test is None else test_line(test, directory, view, now)
    return {
        "search": search,
        "found": found[:MOST_FOUND],
        "more_found": max(0, len(found) - MOST_FOUND),
        "mailbox": mailbox if is_known or test is not None else "",
        "who": owner_named(MailboxKey(mailbox), directory, view) if is_known or test else "",
        "can_start": is_known,
        "chosen": chosen,
        "lines": test_lines(tests, directory, view, now)[:MOST_LINES],
        "hidden": max(0, len(tests) - MOST_LINES),
        "everybody": known,
        "under_way": 0 if known is None else known.under_way(tests, now),
        "is_any_synced": bool(directory.synced_places()),
    }
