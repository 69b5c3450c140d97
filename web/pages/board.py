"""The overview and the day of the resources: read-only, without titles and people."""

from collections import Counter
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.app.console.reader import Asked, Look
from core.app.facts import facts
from core.app.overview import Trouble
from core.bootstrap import current_app
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.interval import YEARS
from core.domain.remaining import open_refusals
from core.domain.remark import Remark
from web.access import Role
from web.api.overview import SPANS, measures_of
from web.api.shapes import resource_name
from web.board import day
from web.board.activity import activity_line
from web.board.findings import finding_lines
from web.board.refusals import given_up_line, refusal_line
from web.board.verdict import overview as verdict
from web.pages.charts import charts
from web.problems import Problem
from web.render import View, answer, view_of
from web.routing import Routes

routes = Routes()

LAST_PAGE = 10_000

SIGN_PAGES = {
    Trouble.DIFFERENCES: "/differences",
    Trouble.GIVEN_UP: "/given-up",
    Trouble.PARKED: "/parked",
    Trouble.STOPPED: "/parked",
    Trouble.UNWATCHED: "/subscriptions",
    Trouble.EXPIRING: "/subscriptions",
}
"""Where more is told of what keeps the overview from being green."""


@routes.get("/", Role.VIEWER)
@routes.get("", Role.VIEWER)
async def overview(request: Request) -> Response:
    """Show how things stand: the verdict, how it was, what was just done, what is wrong."""
    look = await _look(Asked(with_board=False))
    view = view_of(request, "overview", look.zone)
    span = request.query_params.get("span", "24h")
    span = span if span in SPANS else "24h"
    services = await current_app().services()
    measures = await measures_of(span)
    now = await facts(services)
    oldest = now.full_looks.oldest
    template = "overview_live.html" if is_live(request) else "overview.html"
    return answer(
        view,
        template,
        **shown(look, view),
        facts=now,
        oldest="" if oldest is None else mailbox_line(oldest, look.directory),
        span=span,
        charts=charts(measures, services.clock.now(), SPANS[span], view) if measures else (),
    )


@routes.get("/day", Role.VIEWER)
async def day_of_resources(request: Request) -> Response:
    """Show what both systems have of one day, resource by resource."""
    given = request.query_params
    look = await _look(_asked(given.get("day", ""), given.get("page", "1")))
    view = view_of(request, "day", look.zone)
    template = "day_live.html" if is_live(request) else "day_page.html"
    return answer(
        view,
        template,
        look=look,
        board=look.board,
        overview=verdict(look, view.words),
        legend=day.legend(look.board, view.words),
        pages=day.pages_line(look, view.words),
        entry_line=day.entry_line,
        clock=day.clock,
        place_line=day.place_line,
    )


def shown(look: Look, view: View) -> dict[str, Any]:
    """Return what the overview shows of a look; times are the reader's."""
    words, zone = view.words, view.zone
    return {
        "look": look,
        "overview": verdict(look, words, zone),
        "sign_pages": [SIGN_PAGES.get(sign.trouble, "") for sign in look.signs],
        "silent": _silent(look),
        "waiting": sum(d.active for d in look.status.queues.values()),
        "activity": [activity_line(a, look, words, zone) for a in look.activity],
        "refused_by": _refused_by(look),
        "findings": finding_lines(look, words, zone),
        "refusals": [
            *(given_up_line(entry, words, zone) for entry in look.given_up),
            *(refusal_line(mapping, look, words, zone) for mapping in look.refused),
        ],
    }


def mailbox_line(place: EventPlace, directory: Directory) -> str:
    """Return a resource's mailbox by its name, a person's by its number (D13)."""
    return resource_name(place, directory) or f"{place.environment}/{place.mailbox}"


def _refused_by(look: Look) -> list[tuple[str, int]]:
    """Return what ROOMS or Exchange said no to, by reason, the most frequent first."""
    codes = (r.code for m in look.refused for r in open_refusals(m, look.now))
    return [(code, number) for code, number in Counter(map(str, codes)).most_common()]


def _silent(look: Look) -> list[str]:
    """Return who tells of no changes, by name."""
    push = look.status.push
    names = [*push.environments, *(f"{p.environment}/{p.mailbox}" for p in push.mailboxes)]
    return [*names, "ROOMS"] if push.is_rooms_silent else names


def is_live(request: Request) -> bool:
    """Tell whether only the part that refreshes itself is wanted."""
    return request.query_params.get("part") == "live"


async def _look(asked: Asked) -> Look:
    app = current_app()
    return await app.console.look(asked, await app.services(), app.counts, app.in_flight)


def _asked(day: str, page: str) -> Asked:
    """Read the address; a Problem says what is wrong with it."""
    if not page.isdecimal() or not 1 <= int(page[:6]) <= LAST_PAGE:
        raise Problem(
            400,
            "not_valid",
            Remark("page must be a number from 1 on, not {text}", text=repr(page[:20])),
        )
    number = int(page[:6])
    if not day:
        return Asked(None, number)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        why = Remark("day must be a date such as 2026-03-02, not {text}", text=repr(day[:20]))
        raise Problem(400, "not_valid", why) from None
    if wanted.year not in YEARS:
        why = Remark("day must be between {first} and {last}", first=YEARS[0], last=YEARS[-1])
        raise Problem(400, "not_valid", why)
    return Asked(wanted, number)
