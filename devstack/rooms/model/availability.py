"""Whether a resource can be had: every reason against it, in a fixed order (R-109, R-401)."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from devstack.rooms.model.booking import Booking
from devstack.rooms.model.opening import Interval, closed_intervals, local_day
from devstack.rooms.model.refusal import Reason
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.status import Status
from devstack.rooms.model.store import Store

LONGEST = timedelta(days=366)


def slot_reasons(
    store: Store, wanted: Booking, now: datetime, *, leaving: Collection[int] = ()
) -> Iterator[Reason]:
    """Yield every reason why `wanted` cannot have its slot; its own stored state is left out.

    `leaving` are bookings that give up their slots by the same change.
    """
    resource = store.resources[wanted.resource_id]
    if not resource.active:
        yield Reason.INACTIVE_RESOURCE
    if wanted.end <= wanted.begin:
        yield Reason.INVALID_PERIOD
        return
    if wanted.end - wanted.begin > LONGEST:
        yield Reason.TOO_LONG
        return
    if wanted.end <= now:
        yield Reason.PAST
    if resource.online:
        return
    yield from size_reasons(resource, wanted)
    yield from time_reasons(store, resource, (wanted.begin, wanted.end))
    yield from occupation_reasons(
        store, resource, wanted.occupied, ignore=wanted.id, leaving=leaving
    )


def size_reasons(resource: Resource, wanted: Booking) -> Iterator[Reason]:
    """Yield what is against the length of the booking and the number of people."""
    minutes = (wanted.end - wanted.begin) / timedelta(minutes=1)
    if minutes < resource.min_minutes:
        yield Reason.TOO_SHORT
    if resource.max_minutes is not None and minutes > resource.max_minutes:
        yield Reason.TOO_LONG
    if resource.capacity and wanted.head_count + wanted.external_head_count > resource.capacity:
        yield Reason.CAPACITY


def notice_reasons(resource: Resource, begin: datetime, now: datetime) -> Iterator[Reason]:
    """Yield what is against booking now what begins then: too far ahead, too short notice."""
    if resource.online:
        return
    ahead = resource.book_ahead_days
    if ahead is not None and begin > now + timedelta(days=ahead):
        yield Reason.TOO_EARLY
    if resource.book_before_minutes and begin < now + timedelta(
        minutes=resource.book_before_minutes
    ):
        yield Reason.TOO_LATE


def time_reasons(
    store: Store, resource: Resource, wanted: Interval, *, opening_hours: bool = True
) -> Iterator[Reason]:
    """Yield what the calendar of the house says: closed, holiday, blocking time."""
    if opening_hours and closed_intervals(resource.opening_hours, resource.zone, *wanted):
        yield Reason.OUTSIDE_OPENING_HOURS
    if next(holidays(store, resource, wanted), None) is not None:
        yield Reason.HOLIDAY
    if any(overlap((b.start, b.end), wanted) for b in resource.blocking_times):
        yield Reason.BLOCKING_TIME


def occupation_reasons(
    store: Store,
    resource: Resource,
    wanted: Interval,
    *,
    ignore: int = 0,
    leaving: Collection[int] = (),
) -> Iterator[Reason]:
    """Yield once each: an existing booking, a draft (transient: «Besetzt (System)»)."""
    drafts = False
    for occupant in occupants(store, resource.id, wanted, ignore=ignore):
        if occupant.id in leaving:
            continue
        if occupant.status is not Status.SYSTEM:
            yield Reason.OCCUPIED
            return
        drafts = True
    if drafts:
        yield Reason.OCCUPIED_BY_DRAFT


def occupants(
    store: Store, resource_id: int, wanted: Interval, *, ignore: int = 0
) -> Iterator[Booking]:
    """Yield what occupies a resource then: bookings, then changed slots of open edits."""
    start, end = wanted
    for booking in store.active_on(resource_id):
        if (
            booking.begin_preparation < end
            and start < booking.end_follow_up
            and booking.id != ignore
        ):
            yield booking
    for booking in drafted_slots(store):
        foreign = booking.resource_id == resource_id and booking.id != ignore
        if foreign and overlap(booking.occupied, wanted):
            yield replace(booking, status=Status.SYSTEM)


def drafted_slots(store: Store) -> Iterator[Booking]:
    """Yield what open drafts hold besides the stored bookings: changed slots, dates of a series."""
    for draft in store.drafts.values():
        yield from (item for item in draft.items if item.id in draft.held)
        if draft.proposal is None:
            continue
        stored = store.bookings[draft.booking_id]
        proposal = draft.proposal
        if (stored.resource_id, stored.occupied) != (proposal.resource_id, proposal.occupied):
            yield proposal


def holidays(store: Store, resource: Resource, window: Interval) -> Iterator[Interval]:
    """Yield the holidays of the resource's location and all above it, as local days in UTC."""
    location = store.locations[resource.location_id]
    days = {day for each in store.lineage(location) for day in each.holidays}
    for day in sorted(days):
        interval = local_day(day, resource.zone)
        if overlap(interval, window):
            yield interval


def overlap(one: Interval, other: Interval) -> bool:
    """Return whether two half-open intervals share a moment."""
    return one[0] < other[1] and other[0] < one[1]
