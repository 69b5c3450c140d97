"""Differences: list, look at one, what is known otherwise, scans and how far they are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from starlette.requests import Request

from core.app.drift.by_hand import begin_scan
from core.app.drift.listing import DriftFilter, drifts_that_fit, everything_different
from core.app.drift.scans import ScanOrder, progress, window_between
from core.app.drift.search import that_say
from core.app.drift.single import compare_one, series_named
from core.app.drift.view import DriftView, look_at
from core.app.reference import parse_reference, place_of, resolve
from core.bootstrap import current_app
from core.domain.drift import Drift, DriftState
from core.domain.ids import PersonId, ResourceId
from core.domain.remark import Remark
from core.domain.scan import Progress
from web.access import Principal, Role
from web.api.difference_answers import detail_shape, difference_shape, filter_of, other_shape
from web.api.difference_shapes import (
    DifferenceDetail,
    DifferenceList,
    DifferencesAsked,
    DifferencesMeant,
    KnownOtherwiseList,
    ScanAnswer,
    ScanAsked,
    ScanShape,
    ScanState,
)
from web.problems import Problem
from web.routing import Nothing, Routes

routes = Routes()


@routes.read("/v1/differences", Role.VIEWER)
async def list_differences(request: Request, asked: DifferencesAsked) -> DifferenceList:
    """List what scans have found to differ."""
    directory = await (await current_app().services()).roster.directory()
    found = await those_meant(asked, request.state.principal)
    fitting = in_state(asked, found)
    page = fitting[asked.offset : asked.offset + asked.limit]
    return DifferenceList(
        differences=tuple(difference_shape(drift, directory) for drift in page),
        total=len(fitting),
        states=counted(found),
    )


@routes.read("/v1/differences/otherwise", Role.VIEWER)
async def list_known_otherwise(request: Request, nothing: Nothing) -> KnownOtherwiseList:  # noqa: ARG001 - a route
    """List what is known to differ, or may, without a comparison of both sides."""
    services = await current_app().services()
    directory = await services.roster.directory()
    lines = [line for line in await everything_different(services) if line.drift is None]
    return KnownOtherwiseList(differences=tuple(other_shape(line, directory) for line in lines))


@routes.read("/v1/differences/scan", Role.VIEWER)
async def show_scan(request: Request, nothing: Nothing) -> ScanState:  # noqa: ARG001 - a route
    """Show how far the scan is that runs, or was the last."""
    at = await progress(await current_app().services())
    return ScanState(scan=None if at is None else scan_shape(at))


@routes.deed("POST", "/v1/differences/scan", Role.OPERATOR)
async def compare_both_sides(request: Request, asked: ScanAsked) -> ScanAnswer:
    """Begin a scan; one meeting or series is compared at once. 409 while a scan runs."""
    return await compare(asked, request.state.principal.name)


@routes.read("/v1/differences/{name}", Role.VIEWER)
async def show_difference(request: Request, nothing: Nothing) -> DifferenceDetail:  # noqa: ARG001 - a route
    """Show one difference with both sides' values, read this moment."""
    directory = await (await current_app().services()).roster.directory()
    view = await looked_at(request.path_params["name"], request.state.principal)
    return detail_shape(view, directory)


async def those_meant(meant: DifferencesMeant, who: Principal | None) -> list[Drift]:
    """Return the differences that fit, whatever their state, by time."""
    services = await current_app().services()
    directory = await services.roster.directory()
    wanted = replace(filter_of(meant, directory), states=())
    found = await drifts_that_fit(wanted, services)
    if not meant.search:
        return found
    return that_say(meant.search, found, directory, is_entitled=is_entitled(who))


def in_state(meant: DifferencesMeant, found: Sequence[Drift]) -> list[Drift]:
    """Return those in the state that is meant."""
    return [drift for drift in found if meant.state in {"all", drift.state}]


def counted(found: Sequence[Drift]) -> dict[DriftState, int]:
    """Return how many there are in each state."""
    numbers = Counter(drift.state for drift in found)
    return {state: numbers[state] for state in DriftState}


async def looked_at(name: str, who: Principal | None) -> DriftView:
    """Return one difference as both sides are now; a Problem if there is none of that name."""
    services = await current_app().services()
    found = await drifts_that_fit(DriftFilter(ids=(name,), states=()), services)
    if len(found) != 1:
        raise Problem(
            404, "not_found", Remark("no difference is named {name}", name=repr(name[:100]))
        )
    return await look_at(found[0], services, is_entitled=is_entitled(who))


async def compare(asked: ScanAsked, who: str) -> ScanAnswer:
    """Begin what is asked for, or do it at once."""
    services = await current_app().services()
    directory = await services.roster.directory()
    if asked.item or asked.series is not None:
        key = (
            await series_named(asked.series, services)
            if asked.series is not None
            else await resolve(parse_reference(asked.item), services)
        )
        checked = await compare_one(key, services)
        found = [drift for drift in checked.drifts if drift.state is DriftState.OPEN]
        shapes = tuple(difference_shape(drift, directory) for drift in found)
        return ScanAnswer(scan=None, differences=shapes)
    mailbox = asked.mailbox.strip().rpartition("/")[2]
    first, last = (
        None if day is None else datetime.combine(day, time.min)
        for day in (asked.first_day, asked.last_day)
    )
    order = ScanOrder(
        place=place_of(mailbox, directory) if mailbox else None,
        person=None if asked.person is None else PersonId(asked.person),
        resource=None if asked.resource is None else ResourceId(asked.resource),
        window=window_between(first, last, services),
        is_full=asked.is_full,
    )
    begun = await begin_scan(order, who, services)
    return ScanAnswer(scan=scan_shape(Progress(scan=begun, is_running=True)))


def is_entitled(who: Principal | None) -> bool:
    """Tell whether somebody may see titles and people: whoever decides which side is right."""
    return who is not None and who.may(Role.OPERATOR)


def scan_shape(at: Progress) -> ScanShape:
    """Return how far a scan is."""
    return ScanShape(
        target=at.scan.target,
        requested_at=at.scan.requested_at,
        is_running=at.is_running,
        mailboxes=at.scan.places,
        done=at.done,
        unread=at.unread,
        compared=at.compared,
        found=at.found,
    )
