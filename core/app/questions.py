"""What is asked beyond both sides, and only when the decision hangs on it.

A resource mailbox that declined: what lies there? A refused slot: is it free by now? A booking that
nobody is invited to yet: would the resource mailbox decline it?
"""

from dataclasses import replace

from core.app.claims import linked
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import Answer, Event
from core.domain.ids import ResourceId
from core.domain.mapping import Refusal
from core.domain.meeting import ShowAs
from core.domain.pointers import meeting_pointer
from core.domain.refusal import RefusalCode
from core.domain.work import ICalKey, Source, WorkItem
from core.errors import LockedError
from core.sync.context import Context
from core.sync.demand import SLOT_CODES
from core.sync.eligibility import bookable_resources
from core.sync.observed import Observed, RoomSlot
from core.sync.room_policy import why_declined
from core.sync.translate import answer_of, invited_resources

NOT_ROOMS = frozenset(
    {RefusalCode.DECLINED, RefusalCode.SECOND_RESOURCE, RefusalCode.NOT_SYNCED,
     RefusalCode.DIRECT_ITEM}
)  # fmt: skip
"""Refusals that are not ROOMS' own: asking it again changes nothing."""


async def with_questions(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> Observed:
    """Return what is seen with the answers to what it raises."""
    if seen.event is not None and not seen.event.is_cancelled:
        for resource in declined_of(seen, context.directory):
            seen = await _with_slot(resource, seen.event, seen, context, services)
        return replace(seen, free_again=await _free_again(seen, item, context, services))
    if seen.event is None and not seen.event_gone:
        return replace(seen, would_decline=await _would_decline(seen, context, services))
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
    """Return the synced resources that have declined an event that has or wants a booking."""
    event = seen.event
    if event is None or not event.is_organizer:
        return ()
    known = {refusal.resource for refusal in seen.refusals if refusal.code == RefusalCode.DECLINED}
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
    place = context.directory.resources[resource].place
    found, holders = RoomSlot.FREE, list(seen.holders)
    async for other in services.calendars[place.environment].list_events(place, event.time):
        is_in_the_way = (
            other.ical_uid != event.ical_uid
            and not other.is_cancelled
            and other.show_as is not ShowAs.FREE
            and other.time.overlaps(event.time)
        )
        if not is_in_the_way:
            continue
        holder = await _unbooked(other, resource, context, services)
        if holder is None:
            found, holders = RoomSlot.HELD, []
            break
        found = RoomSlot.HELD_UNBOOKED
        holders.append(holder)
    return replace(seen, room_slots={**seen.room_slots, resource: found}, holders=tuple(holders))


async def _unbooked(
    other: Event, resource: ResourceId, context: Context, services: Services
) -> ICalKey | None:
    """Return the key of an event in a resource mailbox that is one of ours without a booking."""
    organizer = context.directory.person_at(other.organizer_address)
    if organizer is None or not organizer.is_synced:
        return None
    mapping = await linked(meeting_pointer(organizer.place, other.ical_uid), services)
    if mapping is not None and any(link.resource == resource for link in mapping.bookings):
        return None
    return ICalKey(organizer.place, other.ical_uid)


async def _free_again(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> frozenset[ResourceId]:
    """Ask about refused resources when it is time to: by a sweep, a freed slot, or by hand."""
    if not item.thorough and item.source is not Source.OPERATOR:
        return frozenset()
    asked = [
        r for r in seen.refusals if r.resource is not None and _is_worth_asking(r, seen, context)
    ]
    if item.source is Source.OPERATOR:
        return frozenset(r.resource for r in asked if r.resource is not None)
    return frozenset(
        [
            refusal.resource
            for refusal in asked
            if refusal.resource is not None
            and refusal.code in SLOT_CODES
            and await _is_free(refusal.resource, seen, services)
        ]
    )


def _is_worth_asking(refusal: Refusal, seen: Observed, context: Context) -> bool:
    event = seen.event
    if event is None or refusal.code in NOT_ROOMS or event.time.end <= context.now:
        return False
    if not refusal.removed:
        return True
    is_replaced = any(
        context.directory.is_resource_synced(r) for r in invited_resources(event, context.directory)
    )
    is_many = context.directory.policies.resources_per_event == "many"
    return context.directory.policies.rebook_when_free and (is_many or not is_replaced)


async def _is_free(resource: ResourceId, seen: Observed, services: Services) -> bool:
    if seen.event is None:
        return False
    own = next((b.booking_id for b in seen.active_bookings if b.resource == resource), None)
    try:
        return await services.rooms.blocking(resource, seen.event.time, own) is None
    except LockedError:
        return False
