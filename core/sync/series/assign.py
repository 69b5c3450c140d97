"""Which booking is which date of a series, and which are none of its own (R-610, R-611)."""

from dataclasses import replace
from datetime import datetime

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.event_series import EventSeries
from core.domain.ids import BookingId, ResourceId, is_resource_mailbox, resource_of
from core.domain.interval import Interval
from core.domain.mapping import DateLink, Mapping, MappingState, taken_off
from core.domain.series import Recurrence
from core.sync.context import Context
from core.sync.series.drafts import DateDraft, Read
from core.sync.series.recognise import placed
from core.sync.series.views import date_event
from core.sync.translate import invited_resources


def assigned(
    drafts: dict[datetime, DateDraft],
    head: Mapping,
    read: Read,
    context: Context,
    *,
    is_booking: bool,
) -> tuple[list[Booking], tuple[Booking, ...], tuple[int, ...]]:
    """Give each date its linked bookings; return what no link knows, what leaves, our series.

    Items that ROOMS has split off into another series while ours goes on leave it (R-611), and so
    do new ones that were handed over at once; where nothing of ours is left, the new series takes
    its place (R-610). While we book, a series that no link knows yet and that carries ours is ours.
    """
    by_id = {booking.booking_id: booking for booking in read.bookings}
    linked = {link.booking_id: draft for draft in drafts.values() for link in draft.link.bookings}
    own = set(head.series.rooms_series if head.series is not None else ())
    living = [b for b in read.bookings if is_living(b, read, context)]
    if is_booking:
        own |= _half_made(living, set(linked), head)
    if not any(b.booking_id in linked and b.series_id in own for b in living):
        own |= {b.series_id for b in living if b.series_id is not None}
    left: list[Booking] = []
    split_off: list[Booking] = []
    for number, booking in by_id.items():
        is_split_off = booking.series_id is not None and booking.series_id not in own
        draft = linked.get(number)
        if is_split_off and booking in living:
            split_off.append(booking)
            if draft is not None:
                draft.link = given_up(draft.link)
        elif draft is not None:
            draft.bookings.append(booking)
        elif booking in living:
            left.append(booking)
    handed_over = _handed_over(left, living, read.event, context)
    left = [booking for booking in left if booking not in handed_over]
    return left, (*split_off, *handed_over), tuple(sorted(own))


def placed_on_dates(
    drafts: dict[datetime, DateDraft],
    free: list[Booking],
    rule: Recurrence,
    read: Read,
    context: Context,
    *,
    is_booking: bool,
) -> tuple[Booking, ...]:
    """Give bookings that no link knows to the dates that have none (any more); return the rest.

    What lies on an online resource is the booking of a date without a room (R-115); while we book,
    refused dates are put aside there.
    """
    event, open_dates = read.event, {}
    roomless = frozenset(
        b.resource for b in free if not is_booking and context.directory.is_online(b.resource)
    )
    for start, draft in drafts.items():
        if draft.time is None or draft.link.is_deleted:
            continue
        held = {b.resource for b in draft.bookings if is_living(b, read, context)}
        if event is None:
            wanted = frozenset() if held else frozenset(b.resource for b in free)
        else:
            meant = _meant(date_event(event, start, draft.time), context)
            if is_booking:
                meant |= taken_off(draft.link.refusals)
            wanted = meant - held if meant or held else roomless
        if wanted:
            shown = draft.time if event is None else _shown(event, start, draft.time)
            open_dates[start] = (shown, wanted)
    found, rest = placed(free, open_dates, rule.zone)
    for start, bookings in found.items():
        drafts[start].bookings += bookings
    return rest


def _half_made(living: list[Booking], linked: set[BookingId], head: Mapping) -> set[int]:
    """Return the series that an earlier try has booked, before the link could tell of them."""
    return {
        b.series_id
        for b in living
        if b.series_id is not None and b.booking_id not in linked and b.appointment_oid == head.id
    }


def _handed_over(
    free: list[Booking], living: list[Booking], event: EventSeries | None, context: Context
) -> list[Booking]:
    """Return what no link knows and has another organizer than the series, which goes on (R-103).

    Where all that is living was handed over, the series itself was.
    """
    if event is None or all(_is_anothers(b, event, context) for b in living):
        return []
    return [booking for booking in free if _is_anothers(booking, event, context)]


def _is_anothers(booking: Booking, event: EventSeries, context: Context) -> bool:
    """Tell whether a booking has another organizer than a series in a person's calendar."""
    if is_resource_mailbox(event.master.place.mailbox):
        return False
    organizer = context.directory.person_at(event.master.organizer_address)
    return organizer is not None and booking.organizer != organizer.id


def _meant(event: Event, context: Context) -> frozenset[ResourceId]:
    """Return the resources that an event is for: those invited, or whose mailbox holds it (D5)."""
    if is_resource_mailbox(event.place.mailbox):
        return frozenset({resource_of(event.place.mailbox)})
    return frozenset(invited_resources(event, context.directory))


def _shown(event: EventSeries, start: datetime, time: Interval) -> Interval:
    own = event.exceptions.get(start)
    return time if own is None else own.time


def is_living(booking: Booking, read: Read, context: Context) -> bool:
    """Tell whether a booking is a promise that is not over."""
    is_gone = booking.booking_id in read.gone or not booking.status.occupies
    return not is_gone and booking.time.end > context.now


def given_up(link: DateLink) -> DateLink:
    """Return the link of a date whose booking goes its own way: the date is to go, too."""
    return replace(link, bookings=(), state=MappingState.CANCELLED, is_deleted=True)
