"""Begins a scan, tells how far it is, and ends it (R-844, docs/differences.md).

A scan is a row, a job per mailbox and a job that sums up. Whoever is faster writes the row; the
other is told that a scan runs. The summing-up is queued first: a crash anywhere leaves it, and it
asks again for the mailboxes that nobody has done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from core.app.drift.read import context_of
from core.app.drift.scan_mailbox import note_unread
from core.app.services import Services
from core.domain.drift import DriftState
from core.domain.event import EventPlace
from core.domain.ids import MappingId, PersonId, ResourceId
from core.domain.interval import YEARS, Interval
from core.domain.job_kind import JobKind
from core.domain.notice import Notice, OperatorNotice
from core.domain.remark import Remark
from core.domain.scan import PartState, Progress, Scan
from core.domain.scope import ROOMS, scope_of
from core.domain.work import MailboxJob
from core.drift.life import not_seen
from core.errors import AlreadyExistsError, RoomSyncError, StaleVersionError
from core.ports.rooms import BookingQuery
from core.sync.eligibility import home_of_booking

SUM_UP_AFTER = timedelta(minutes=2)
ASK_AGAIN = timedelta(minutes=5)
"""So long nothing has been done of a scan: its jobs may never have been queued."""

AT_ONCE = 100
EVERYTHING = "all mailboxes"


class ScanRunningError(RoomSyncError):
    """A scan runs already; the text says of what, since when, and how far it is (R-844)."""


class NothingToScanError(RoomSyncError):
    """What is to be scanned is not synced; the text says what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOrder:
    """What is to be scanned: nothing said is everything. `window` None: all that is to come."""

    place: EventPlace | None = None
    person: PersonId | None = None
    resource: ResourceId | None = None
    window: Interval | None = None
    is_full: bool = True
    is_scheduled: bool = False


async def request_scan(order: ScanOrder, services: Services) -> Scan:
    """Begin a scan; ScanRunningError while one runs, NothingToScanError if nothing is synced."""
    now = services.clock.now()
    before = await services.drifts.scan()
    if before is not None:
        await _require_idle(before, services)
    window = order.window or Interval(now, services.limits.window(now).end)
    places, target = await _places(order, window, services)
    scan = Scan(
        id=uuid4().hex[:12],
        target=target,
        window=window,
        places=len(places),
        only=() if target == EVERYTHING else tuple(places),
        is_full=order.is_full,
        resource=order.resource,
        is_scheduled=order.is_scheduled,
        requested_at=now,
    )
    await services.queue.send_jobs([_sum_up(now)], now + SUM_UP_AFTER)
    try:
        begun = await services.drifts.begin(scan, before)
    except (AlreadyExistsError, StaleVersionError):
        raise ScanRunningError(
            Remark("another scan has been begun this moment: wait for it")
        ) from None
    if before is not None:
        await services.drifts.forget(before)
    await _queue(places, now, services)
    return begun


def window_between(
    first: datetime | None, last: datetime | None, services: Services
) -> Interval | None:
    """Return the span from one day to another, inclusive, as far as it is still to come.

    Days begin at midnight UTC; None for both: all that is to come. NothingToScanError: it is over.
    """
    if first is None and last is None:
        return None
    if any(day is not None and day.year not in YEARS for day in (first, last)):
        raise NothingToScanError(
            Remark("years go from {first} to {last}", first=YEARS[0], last=YEARS[-1])
        )
    now = services.clock.now()
    begins = now if first is None else max(now, first.replace(tzinfo=UTC))
    ends = services.limits.window(now).end
    if last is not None:
        ends = last.replace(tzinfo=UTC) + timedelta(days=1)
    if ends <= begins:
        raise NothingToScanError(
            Remark("this span is over: only what is to come is compared (R-106)")
        )
    return Interval(begins, ends)


async def progress(services: Services) -> Progress | None:
    """Return how far the scan is that runs, or was the last; None if there never was one."""
    scan = await services.drifts.scan()
    if scan is None:
        return None
    parts = tuple(await services.drifts.parts(scan))
    return Progress(
        scan=scan, parts=parts, is_running=scan.is_running(len(parts), services.clock.now())
    )


async def sum_up(services: Services) -> Progress | None:
    """End the scan if all of it is done, else look again in a moment; return it once it has ended.

    Mailboxes that nobody has done for a while are asked for again, those that are parked meanwhile
    are not waited for. One that never ends is ended.
    """
    at, now = await progress(services), services.clock.now()
    if at is None or at.scan.finished_at is not None:
        return None
    left = await _left(at, services) if at.is_running else []
    if left:
        last = max([at.scan.requested_at, *(part.at for part in at.parts)])
        if now - last >= ASK_AGAIN:
            await _ask_again(left, now, services)
        await services.queue.send_jobs([_sum_up(now)], now + SUM_UP_AFTER)
        return None
    # Before the end is written: killed between, it is done again with the rest.
    await _close_unwatched(services)
    if at.scan.is_scheduled:
        await services.queue.send_notice(summary_notice(at.scan, now))
    # Who left the settings before anybody noted it is no mailbox of this scan any more.
    places = len(at.parts) if at.is_running else at.scan.places
    scan = replace(at.scan, places=places, finished_at=now)
    try:
        ended = await services.drifts.begin(scan, at.scan)
    except (AlreadyExistsError, StaleVersionError):
        return None
    return replace(at, scan=ended, is_running=False)


async def counted(services: Services) -> dict[DriftState, int]:
    """Return how many drifts there are in each state."""
    found = dict.fromkeys(DriftState, 0)
    for drift in await services.drifts.all():
        found[drift.state] += 1
    return found


async def _close_unwatched(services: Services) -> None:
    """Close the drifts of mailboxes that are not synced any more: no scan comes to them (D12)."""
    directory, now = await services.roster.directory(), services.clock.now()
    left = [d for d in await services.drifts.all() if not directory.watches(d.place)]
    closed = [ended for drift in left if (ended := not_seen(drift, now)) != drift]
    await services.drifts.put(closed)


async def _require_idle(before: Scan, services: Services) -> None:
    parts = await services.drifts.parts(before)
    if before.is_running(len(parts), services.clock.now()):
        raise ScanRunningError(
            Remark(
                "a scan of {target} runs since {since} UTC: {done} of {all} mailboxes are done;"
                " wait for it",
                target=before.target,
                since=f"{before.requested_at:%Y-%m-%d %H:%M}",
                done=len(parts),
                all=before.places,
            )
        )


async def _places(
    order: ScanOrder, window: Interval, services: Services
) -> tuple[list[EventPlace], str]:
    directory = await services.roster.directory()
    if order.resource is not None:
        resource = directory.resources.get(order.resource)
        if resource is None:
            raise NothingToScanError(
                Remark("resource {resource} is not in the settings", resource=order.resource)
            )
        return await _of_resource(order.resource, window, services), f"resource {order.resource}"
    if order.person is not None:
        person = directory.persons.get(order.person)
        if person is None or not person.is_synced:
            raise NothingToScanError(
                Remark("person {person} is not synced: see the settings", person=order.person)
            )
        return [person.place], f"person {order.person}"
    if order.place is not None:
        if not directory.watches(order.place):
            raise NothingToScanError(
                Remark("{mailbox} is not synced: see the settings", mailbox=order.place.mailbox)
            )
        return [order.place], f"mailbox {order.place.mailbox}"
    places = list(directory.synced_places())
    if not places:
        raise NothingToScanError(Remark("no mailbox is synced: import settings first"))
    return places, EVERYTHING


async def _of_resource(
    resource: ResourceId, window: Interval, services: Services
) -> list[EventPlace]:
    """Return the mailboxes that hold events on a resource: its organizers', and its own."""
    context = await context_of(services)
    found = await services.rooms.find_bookings(BookingQuery(window=window, resource=resource))
    homes = [home_of_booking(booking, context.directory) for booking in found]
    own = context.directory.resources[resource].place
    places = dict.fromkeys([*(home for home in homes if home is not None), own])
    return [place for place in places if context.directory.watches(place)]


async def _left(at: Progress, services: Services) -> list[EventPlace]:
    """Return the mailboxes of a scan that are to come and still synced."""
    told = {part.place for part in at.parts}
    synced = (await services.roster.directory()).synced_places()
    left = set(at.scan.only or synced) - told
    return [place for place in synced if place in left]


async def _ask_again(places: Sequence[EventPlace], now: datetime, services: Services) -> None:
    """Queue jobs that may never have been queued; note which mailboxes do not answer."""
    await services.breakers.refresh()
    awaited: list[EventPlace] = []
    for place in places:
        if await services.breakers.parking([ROOMS, scope_of(place)]) is None:
            awaited.append(place)
        else:
            await note_unread(place, PartState.PARKED, services)
    await _queue(awaited, now, services)


async def _queue(places: Sequence[EventPlace], now: datetime, services: Services) -> None:
    jobs = [MailboxJob(kind=JobKind.SCAN, place=place, requested_at=now) for place in places]
    for first in range(0, len(jobs), AT_ONCE):
        await services.queue.send_jobs(jobs[first : first + AT_ONCE])


def summary_notice(scan: Scan, now: datetime) -> Notice:
    """Return the notice of a scheduled scan that is over: told once, however often it is asked."""
    return Notice(
        id=f"{OperatorNotice.DIFFERENCES}/{scan.id}",
        kind=OperatorNotice.DIFFERENCES,
        mapping_id=MappingId(scan.id),
        person=None,
        parts=(),
        at=now,
    )


def _sum_up(now: datetime) -> MailboxJob:
    return MailboxJob(kind=JobKind.SUM_UP, place=None, requested_at=now)
