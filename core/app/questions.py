"""What is asked beyond both sides, and only when the decision hangs on it.

A resource mailbox that declined: what lies there? A refused slot: is it free by now? A booking that
nobody is invited to yet: would the resource mailbox decline it?
"""

from contextlib import suppress
from dataclasses import replace

from core.app.buffer_sight import is_kept_free, stale_holder
from core.app.claims import linked
from core.app.group_sight import with_groups
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import Answer, Event
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, Refusal
from core.domain.meeting import ShowAs
from core.domain.pointers import meeting_pointer
from core.domain.refusal import DECLINES, RefusalCode
from core.domain.remaining import date_at
from core.domain.work import ICalKey, ItemKey, Source, WorkItem
from core.errors import LockedError
from core.sync.context import Context
from core.sync.demand import SLOT_CODES, asking, standing
from core.sync.eligibility import bookable_resources
from core.sync.observed import Observed, RoomSlot
from core.sync.room_policy import why_declined
from core.sync.translate import answer_of, invited_resources

NOT_ROOMS = frozenset(
    {
        RefusalCode.SECOND_RESOURCE,
        RefusalCode.NOT_SYNCED,
        RefusalCode.DIRECT_ITEM,
        RefusalCode.BEFORE_SYNC,
    }
)
"""Refusals that are not ROOMS' own: asking it again changes nothing."""


async def with_questions(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> Observed:
    """Return what is seen with the answers to what it raises."""
    event = seen.event
    if event is not None and not event.is_cancelled:
        seen = await with_groups(seen, context, services)
        seen = await _with_free_again(seen, event, item, context, services)
        return await _with_declines(seen, event, context, services)
    if event is None and not seen.event_gone:
        seen = replace(seen, would_decline=await _would_decline(seen, context, services))
        kept = [
            booking.resource
            for booking in seen.active_bookings
            if await is_kept_free(booking, seen.mapping.id, context, services)
        ]
        return replace(seen, kept_free=frozenset(kept))
    return seen


async def _with_declines(
    seen: Observed, event: Event, context: Context, services: Services
) -> Observed:
    stands = standing(asking(seen, event, context))
    for resource in declined_of(seen, context.directory):
        if resource not in stands:
            seen = await _with_slot(resource, event, seen, context, services)
            seen = await _with_blocked(resource, event, seen, services)
    return seen


async def _would_decline(
    seen: Observed, context: Context, services: Services
) -> dict[ResourceId, str]:
    """Ask our copies of the policies what the mailboxes of booked resources would decline."""
    found: dict[ResourceId, str] = {}
    for booking in seen.active_bookings:
        if context.directory.is_resource_synced(booking.resource):
            place = context.directory.resources[booking.resource].place
            policy = await services.policies.usable(place)
            if why := why_declined(policy, booking.time, context.now):
                found[booking.resource] = why
    return found


def declined_of(seen: Observed, directory: Directory) -> tuple[ResourceId, ...]:
    """Return the synced resources that have declined an event that has or wants a booking.

    Those whose decline was answered already are left out.
    """
    event = seen.event
    if event is None or not event.is_organizer:
        return ()
    known = {
        refusal.resource
        for refusal in seen.refusals
        if refusal.code in DECLINES and refusal.resource not in seen.free_again
    }
    held = {link.resource for link in seen.mapping.bookings} or set(
        bookable_resources(event, directory)
    )
    return tuple(
        resource
        for resource in sorted(held - known)
        if directory.is_resource_synced(resource)
        and answer_of(event, resource, directory) is Answer.DECLINED
    )


async def _with_slot(
    resource: ResourceId, event: Event, seen: Observed, context: Context, services: Services
) -> Observed:
    """Find out what lies in a resource mailbox at the time of an event that it has declined."""
    if resource in seen.room_slots:
        return seen
    place = context.directory.resources[resource].place
    found, holders = RoomSlot.FREE, list[ItemKey]()
    async for other in services.calendars[place.environment].list_events(place, event.time):
        if _is_own_buffer(other, seen):
            # It moves with its meeting, before the resource is invited again.
            continue
        slot, holder = await _held_by(other, event, resource, context, services)
        found = max(found, slot, key=_WEIGHT.index)
        holders += [] if holder is None else [holder]
        if found is RoomSlot.HELD:
            break
    waits = found in {RoomSlot.LEAVING, RoomSlot.HELD_UNBOOKED}
    kept = (*seen.holders, *holders) if waits else seen.holders
    return replace(seen, room_slots={**seen.room_slots, resource: found}, holders=kept)


_WEIGHT = (
    RoomSlot.FREE,
    RoomSlot.LEAVING,
    RoomSlot.HELD_UNBOOKED,
    RoomSlot.KEPT_FREE,
    RoomSlot.HELD,
)
"""What counts where several things lie in one slot: the last of these."""


async def _held_by(
    other: Event, event: Event, resource: ResourceId, context: Context, services: Services
) -> tuple[RoomSlot, ItemKey | None]:
    """Return what one item in a resource mailbox makes of a slot, and whom to look at first."""
    is_in_the_way = (
        other.ical_uid != event.ical_uid
        and not other.is_cancelled
        and other.show_as is not ShowAs.FREE
        and other.time.overlaps(event.time)
    )
    if not is_in_the_way:
        return RoomSlot.FREE, None
    if other.is_buffer:
        holder = await stale_holder(other, event.time, resource, context, services)
        return (RoomSlot.KEPT_FREE if holder is None else RoomSlot.LEAVING), holder
    unbooked = await _unbooked(other, resource, context, services)
    return (RoomSlot.HELD if unbooked is None else RoomSlot.HELD_UNBOOKED), unbooked


def _is_own_buffer(other: Event, seen: Observed) -> bool:
    mark = other.buffer
    return other.is_buffer and mark is not None and mark.mapping_id == seen.mapping.id


async def _unbooked(
    other: Event, resource: ResourceId, context: Context, services: Services
) -> ICalKey | None:
    """Return the key of an event in a resource mailbox that is one of ours without a booking."""
    organizer = context.directory.person_at(other.organizer_address)
    if organizer is None or not organizer.is_synced:
        return None
    mapping = await linked(meeting_pointer(organizer.place, other.ical_uid), services)
    if mapping is not None and resource in _booked(mapping, other.time):
        return None
    return ICalKey(organizer.place, other.ical_uid)


def _booked(mapping: Mapping, time: Interval) -> set[ResourceId]:
    """Return what a link has booked; of a series, on its date at that time."""
    date = None if mapping.series is None else date_at(mapping.series, time)
    return {link.resource for link in (mapping if date is None else date).bookings}


async def _with_blocked(
    resource: ResourceId, event: Event, seen: Observed, services: Services
) -> Observed:
    """Ask whether ROOMS, too, has somebody else where a mailbox has declined a new event."""
    if seen.mapping.bookings or seen.room_slots.get(resource) is not RoomSlot.HELD:
        return seen
    with suppress(LockedError):
        code = await services.rooms.blocking(resource, event.time)
        if code is not None:
            return replace(seen, blocked={**seen.blocked, resource: code})
    return seen


async def _with_free_again(
    seen: Observed, event: Event, item: WorkItem, context: Context, services: Services
) -> Observed:
    """Ask about refused resources when it is time to: by a sweep, a freed slot, or by hand."""
    if not item.thorough and item.source is not Source.OPERATOR:
        return seen
    asked = [r for r in seen.refusals if _is_worth_asking(r, seen, context)]
    free: set[ResourceId] = set()
    for refusal in asked:
        resource = refusal.resource
        if resource is None:
            continue
        if item.source is Source.OPERATOR or (
            refusal.code in SLOT_CODES and await _is_free(resource, seen, services)
        ):
            free.add(resource)
        elif refusal.code in DECLINES and resource not in seen.mapping.reinvited:
            seen = await _with_slot(resource, event, seen, context, services)
            is_left = seen.room_slots[resource] is RoomSlot.FREE
            if is_left and await _is_free(resource, seen, services):
                free.add(resource)
    return replace(seen, free_again=frozenset(free))


def _is_worth_asking(refusal: Refusal, seen: Observed, context: Context) -> bool:
    event = seen.event
    if event is None or refusal.code in NOT_ROOMS or event.time.end <= context.now:
        return False
    if not refusal.removed:
        return True
    is_replaced = any(
        context.directory.is_resource_synced(r) for r in invited_resources(event, context.directory)
    )
    policies = context.directory.policies
    return policies.rebook_when_free and (policies.books_each_resource or not is_replaced)


async def _is_free(resource: ResourceId, seen: Observed, services: Services) -> bool:
    if seen.event is None:
        return False
    own = next((b.booking_id for b in seen.active_bookings if b.resource == resource), None)
    try:
        return await services.rooms.blocking(resource, seen.event.time, own) is None
    except LockedError:
        return False
