"""What a mailbox and ROOMS show, put together by the link that both sides carry.

Whatever says the same on both sides needs no look at its link: that is what makes a scan cheap. The
rest is told apart with the link's help (`core.app.drift.examine`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.domain.booking import Booking
from core.domain.event import Event, EventKind
from core.domain.ids import EventId, MappingId, is_resource_mailbox
from core.domain.interval import Interval
from core.drift.differing import differing
from core.sync.context import Context
from core.sync.eligibility import why_booking_not_synced, why_event_not_synced


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What carries one link; of a series all dates and items."""

    oid: MappingId
    events: tuple[Event, ...] = ()
    bookings: tuple[Booking, ...] = ()


@dataclass(slots=True)
class Shown:
    """All that both sides show of one mailbox: by link, and what carries none."""

    groups: dict[MappingId, Group] = field(default_factory=dict)
    events: dict[EventId, list[Event]] = field(default_factory=dict)
    """Without a link, by event or master."""
    bookings: list[Booking] = field(default_factory=list)


def put_together(
    events: Iterable[Event], bookings: Iterable[Booking], window: Interval, context: Context
) -> Shown:
    """Group what is to be compared; copies of others' meetings and what is over are left out.

    So are bookings that were ended, and those beyond the span whose event is not in it: nobody
    asks Exchange about them.
    """
    shown = Shown()
    ours = [event for event in events if _is_ours(event, context)]
    links = {
        event.series_master: event.appointment_oid
        for event in ours
        if event.series_master is not None and event.appointment_oid is not None
    }
    for event in ours:
        oid = event.appointment_oid
        if oid is None and event.series_master is not None:
            oid = links.get(event.series_master)
        if oid is None:
            shown.events.setdefault(event.series_master or event.event_id, []).append(event)
        else:
            group = _group(shown, oid)
            shown.groups[group.oid] = replace(group, events=(*group.events, event))
    for booking in bookings:
        if booking.time.end <= context.now or not booking.status.occupies:
            continue
        is_in = booking.time.overlaps(window)
        if booking.appointment_oid is None:
            shown.bookings += [booking] if is_in else []
        elif is_in or MappingId(booking.appointment_oid.lower()) in shown.groups:
            group = _group(shown, booking.appointment_oid)
            shown.groups[group.oid] = replace(group, bookings=(*group.bookings, booking))
    return shown


def _group(shown: Shown, oid: str) -> Group:
    link = MappingId(oid.lower())
    return shown.groups.get(link) or Group(oid=link)


def _is_ours(event: Event, context: Context) -> bool:
    """Tell whether an event is an organizer's copy, or a stranger's meeting in a resource."""
    if event.is_cancelled or event.is_draft or event.is_buffer or event.time.end <= context.now:
        return False
    if event.is_organizer:
        return True
    if not is_resource_mailbox(event.place.mailbox):
        return False
    organizer = context.directory.person_at(event.organizer_address)
    return organizer is None or not organizer.is_synced


def is_in_step(group: Group, context: Context) -> bool:
    """Tell whether both sides of a link show the same, without knowing what was agreed on."""
    living = [booking for booking in group.bookings if booking.status.occupies]
    if not group.events or not living:
        return False
    if group.events[0].series_master is None:
        is_one_each = len(group.events) == 1 and _are_apart(living)
        return is_one_each and not differing(group.events[0], living, context)
    at: dict[Interval, list[Booking]] = {}
    for booking in living:
        at.setdefault(booking.time, []).append(booking)
    return len(at) == len(group.events) and all(
        (here := at.get(event.time)) is not None
        and _are_apart(here)
        and not differing(event, here, context)
        for event in group.events
    )


def _are_apart(bookings: Sequence[Booking]) -> bool:
    return len({booking.resource for booking in bookings}) == len(bookings)


def is_unbooked(event: Event, context: Context) -> bool:
    """Tell whether an event without a link is one that is to be booked."""
    as_single = replace(event, kind=EventKind.SINGLE_INSTANCE)
    return why_event_not_synced(as_single, context.directory, context.now) is None


def is_unshown(booking: Booking, context: Context) -> bool:
    """Tell whether a booking without a link is one that is to be shown in Exchange."""
    return why_booking_not_synced(booking, context.directory, context.now) is None
