"""Exactly one link per pair: the property, `syncAppointmentOid` and the mapping say the same.

Of a series the pair is its master with the bookings of all its dates.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.domain.ids import BookingId
from core.domain.mapping import Mapping as Link
from core.domain.mapping import MappingState
from tests.kit.company import Company
from tests.kit.views import BookingView, EventView

KEPT = timedelta(days=90)
"""How long links of what is over are kept."""


def with_put_off_links(
    events: list[EventView], bookings: list[BookingView], company: Company
) -> list[BookingView]:
    """Return the bookings, older ones with the link that only their event carries so far (S06).

    A booking that is older than the sync of its organizer or resource gets its link along with the
    next change: storing it is one, and ROOMS mails changes. `events` are dates of series, too.
    """
    taken = {booking.oid for booking in bookings if booking.oid}
    free = [
        e
        for e in events
        if e.is_alive and e.is_organizer and e.oid and (e.is_date or e.oid not in taken)
    ]
    by_place = {(e.slot, e.organizer, room): e.oid for e in free for room in e.rooms}

    def told(booking: BookingView) -> BookingView:
        oid = by_place.get((booking.slot, booking.organizer, booking.resource))
        is_old = company.is_since(booking.organizer, booking.resource)
        return replace(booking, oid=oid) if is_old and oid and not booking.oid else booking

    return [told(booking) for booking in bookings]


def with_series_links(bookings: list[BookingView]) -> list[BookingView]:
    """Return the bookings, those of a series with the link that its first item alone carries.

    For the installation that stores it there (switch `series_link`).
    """
    known = {b.series: b.oid for b in bookings if b.series is not None and b.oid}
    return [
        replace(b, oid=known[b.series]) if not b.oid and b.series in known else b for b in bookings
    ]


@dataclass(frozen=True, slots=True)
class Places:
    """Where links are kept: what is alive, by the link it carries, and the mapping table.

    `bookings` are those still to come.
    """

    events: Mapping[str, EventView]
    bookings: Mapping[str, list[BookingView]]
    table: Mapping[str, Link]
    now: datetime


def wrong_links(
    events: list[EventView],
    bookings: list[BookingView],
    table: Mapping[str, Link],
    now: datetime,
    dates: list[EventView] | None = None,
) -> list[str]:
    """Return what is wrong with the links of all that is alive; `dates` are those of series."""
    own = [e for e in events if e.oid and e.is_alive and e.is_organizer]
    by_link: dict[str, list[BookingView]] = {}
    for booking in bookings:
        if booking.oid and booking.is_alive:
            by_link.setdefault(booking.oid, []).append(booking)
    places = Places({e.oid: e for e in own if e.oid}, by_link, table, now)
    return [
        *_doubles("events", [e.oid or "" for e in own]),
        *_doubles("bookings", _places_booked(places)),
        *_pairs(places),
        *_left_over(places),
        *_other_links(places, dates or []),
    ]


def _doubles(what: str, links: list[str]) -> Iterator[str]:
    for link, count in Counter(links).items():
        if count > 1:
            yield f"{count} living {what} carry link {link}"


def _places_booked(places: Places) -> list[str]:
    """Return what a link may have booked once: a resource, of a series a resource at a time."""
    found = []
    for oid, bookings in places.bookings.items():
        event, link = places.events.get(oid), places.table.get(oid)
        is_series = (event is not None and event.is_series) or (
            link is not None and link.series is not None
        )
        for booking in bookings:
            by_time = is_series or booking.slot.is_past(places.now)
            when = f" at {booking.slot}" if by_time else ""
            found.append(f"{oid} of {booking.resource}{when}")
    return found


def _pairs(places: Places) -> Iterator[str]:
    for oid in places.events.keys() & places.bookings.keys():
        link = places.table.get(oid)
        if link is None and all(b.slot.is_past(places.now - KEPT) for b in places.bookings[oid]):
            continue  # What is long over is not kept.
        if link is None:
            yield f"no mapping for the pair {oid}"
        elif link.event is None or link.event.event_id != places.events[oid].event_id:
            yield f"mapping {oid} names another event"
        else:
            for booking in places.bookings[oid]:
                is_known = link.link_of(BookingId(booking.booking_id)) is not None
                # Of a series the past is nobody's any more; a link need not keep it, nor one of a
                # single meeting that was a series.
                is_of_series = link.series is not None or booking.series is not None
                if not is_known and not (is_of_series and booking.slot.is_past(places.now)):
                    yield f"mapping {oid} names another booking than {booking.booking_id}"


def _left_over(places: Places) -> Iterator[str]:
    for link in places.table.values():
        if link.state is MappingState.CREATING:
            yield f"mapping {link.id} is left half made"
        if link.state is not MappingState.LINKED:
            continue
        # A stranger's meeting in a resource mailbox is never written to: it carries no link (D3).
        is_strangers = link.home.mailbox.startswith("r") and link.event is not None
        has_event = link.id in places.events or is_strangers
        if link.series is not None:
            yield from _left_over_dates(link, places, has_event=has_event)
            continue
        is_over = link.time is not None and link.time.end <= places.now
        if not is_over and not (has_event and link.id in places.bookings):
            yield f"mapping {link.id} is called linked without its pair"


def _left_over_dates(link: Link, places: Places, *, has_event: bool) -> Iterator[str]:
    """Yield the dates of a series that are called linked and are not; past ones may be."""
    alive = {booking.booking_id for booking in places.bookings.get(link.id, [])}
    for date in link.series.dates if link.series else ():
        is_over = date.time is not None and date.time.end <= places.now
        if is_over or date.state is not MappingState.LINKED:
            continue
        if not has_event or not any(booking.booking_id in alive for booking in date.bookings):
            yield f"date {date.original_start} of mapping {link.id} is linked without its pair"


def _other_links(places: Places, dates: list[EventView]) -> Iterator[str]:
    """Yield the dates of a series that carry another link than their master."""
    links = {event.event_id: event.oid for event in places.events.values()}
    for date in dates:
        is_own = date.is_organizer and date.is_alive and date.master_id in links
        if is_own and date.oid not in (None, links[date.master_id]):
            yield f"the date of {date.mailbox} at {date.slot} carries a link of its own"
