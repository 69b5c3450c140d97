"""Free/busy of people and resources in a grid, and times at which all could meet (R-820, R-821)."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from core.app.console.wall import today
from core.app.free_busy.answer import Answer, SuggestionAnswer
from core.app.free_busy.desk import FreeBusyDesk
from core.app.free_busy.look import look
from core.app.free_busy.question import (
    Question,
    QuestionRefusedError,
    ResourceNeed,
    SuggestionQuestion,
)
from core.app.free_busy.rights import Entitlement
from core.app.free_busy.suggest import suggest
from core.app.free_busy.window import zone_asked
from core.bootstrap import current_app
from core.domain.directory import Directory
from core.domain.interval import Interval
from core.errors import RoomSyncError
from web.access import Role
from web.api.free_busy import entitled
from web.free_busy.asked import PageAsked, asked_for, window_of
from web.free_busy.lines import deviation_lines, suggestion_lines
from web.free_busy.names import Names, names_of, refusal, sought
from web.free_busy.table import Tables
from web.pages.forms import page_view
from web.render import View, answer
from web.routing import Routes

routes = Routes()

CELL_MINUTES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """One reader's question, and with what it is asked."""

    asked: PageAsked
    names: Names
    window: Interval
    zone: ZoneInfo
    entitlement: Entitlement
    desk: FreeBusyDesk


@routes.get("/free-busy", Role.VIEWER)
async def free_busy(request: Request) -> Response:
    """Show the grid of those who are chosen, and times that would do if these are asked for."""
    asked = asked_for(request)
    view = await page_view(request, "free_busy")
    desk = await current_app().free_busy()
    directory = await desk.roster.directory()
    names = names_of(asked, directory, view.words)
    asked = asked.model_copy(update={"who": tuple(each.value for each in names.chosen)})
    zone, refused = _zone(asked, view)
    days = asked.days(today(desk.clock.now(), zone))
    asking = _Asking(
        asked=asked,
        names=names,
        window=window_of(days, zone),
        zone=zone,
        entitlement=entitled(request, directory),
        desk=desk,
    )
    seen, more = await _seen(asking)
    times, most = await _times(asking)
    tables = None
    if seen is not None:
        tables = Tables(
            answer=seen,
            words=view.words,
            shown=asked.shown_time(asking.window),
            whole_days=asked.hours == "all",
        )
    troubles = ({} if seen is None else seen.troubles) | ({} if times is None else times.troubles)
    return answer(
        view,
        "free_busy.html",
        asked=asked,
        names=names,
        find=asked.find,
        found=names.found,
        total=names.total,
        zone=zone,
        zones=_zones(directory, view),
        types=sorted({r.type for r in directory.resources.values() if r.type and r.is_active}),
        days=days,
        step=timedelta(days=len(days)),
        told=[
            *names.refused,
            *refused,
            *(refusal(each, view.words) for each in (more, most) if each is not None),
        ],
        seen=seen,
        tables=() if tables is None else tables.days(),
        states=() if tables is None else tables.states(),
        deviations=() if seen is None else deviation_lines(seen, view.words),
        suggestions=None
        if times is None
        else suggestion_lines(times, asked, directory, view.words),
        troubles=troubles,
    )


@routes.get("/free-busy/who", Role.VIEWER)
async def who(request: Request) -> Response:
    """Show whom somebody may mean while they type."""
    asked = asked_for(request)
    view = await page_view(request, "free_busy")
    directory = await (await current_app().services()).roster.directory()
    found, total = sought(asked.find, directory)
    others = [each for each in found if each.value not in asked.who]
    return answer(view, "free_busy_who.html", find=asked.find, found=others, total=total)


def _zone(asked: PageAsked, view: View) -> tuple[ZoneInfo, list[str]]:
    if not asked.zone:
        return view.zone, []
    try:
        return zone_asked(asked.zone), []
    except QuestionRefusedError as error:
        return view.zone, [refusal(error, view.words)]


def _zones(directory: Directory, view: View) -> list[str]:
    """Return the zones that are proposed: the reader's and those of the settings."""
    known = {each.time_zone for each in directory.resources.values()}
    known |= {each.time_zone for each in directory.persons.values()}
    return list(dict.fromkeys([view.zone.key, *sorted(known), "UTC"]))


async def _seen(asking: _Asking) -> tuple[Answer | None, QuestionRefusedError | None]:
    """Return the answer for the grid; nobody is asked where nobody is chosen."""
    names = asking.names
    resources = tuple(dict.fromkeys([*names.resources, *asking.asked.shown_room()]))
    if not names.people and not resources:
        return None, None
    try:
        question = Question(
            people=names.people,
            resources=resources,
            window=asking.window,
            zone=asking.zone,
            interval_minutes=CELL_MINUTES,
        )
        return await look(question, asking.entitlement, asking.desk), None
    except QuestionRefusedError as error:
        return None, error


async def _times(asking: _Asking) -> tuple[SuggestionAnswer | None, RoomSyncError | None]:
    """Return the times that would do, if they are asked for."""
    asked, names = asking.asked, asking.names
    if asked.suggest != "yes":
        return None, None
    where = asked.where or ("chosen" if names.resources else "fitting")
    need = ResourceNeed(
        only=names.resources if where == "chosen" else (),
        type=asked.type,
        place=asked.place,
        seats=asked.seats,
    )
    try:
        question = SuggestionQuestion(
            people=names.people,
            window=asking.window,
            zone=asking.zone,
            minutes=asked.minutes,
            step_minutes=CELL_MINUTES,
            need=None if where == "none" else need,
            in_working_hours=asked.anytime != "yes",
        )
        return await suggest(question, asking.entitlement, asking.desk), None
    except RoomSyncError as error:
        return None, error
