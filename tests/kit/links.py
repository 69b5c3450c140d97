"""Exactly one link per pair: the property, `syncAppointmentOid` and the mapping say the same."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.ids import BookingId
from core.domain.mapping import Mapping as Link
from core.domain.mapping import MappingState
from tests.kit.company import Company
from tests.kit.views import BookingView, EventView


def with_put_off_links(
    events: list[EventView], bookings: list[BookingView], company: Company
) -> list[BookingView]:
    """Return the bookings, older ones with the link that only their event carries so far (S06).

    A booking that is older than the sync of its organizer or resource gets its link along with the
    next change: storing it is one, and ROOMS mails changes.
    """
    taken = {booking.oid for booking in bookings if booking.oid}
    free = [e for e in events if e.is_alive and e.is_organizer and e.oid and e.oid not in taken]
    by_place = {(e.slot, e.organizer, room): e.oid for e in free for room in e.rooms}

    def told(booking: BookingView) -> BookingView:
        oid = by_place.get((booking.slot, booking.organizer, booking.resource))
        is_old = company.is_since(booking.organizer, booking.resource)
        return replace(booking, oid=oid) if is_old and oid and not booking.oid else booking

    return [told(booking) for booking in bookings]


@dataclass(frozen=True, slots=True)
class Places:
    """Where links are kept: what is alive, by the link it carries, and the mapping table."""

    events: Mapping[str, EventView]
    bookings: Mapping[str, BookingView]
    table: Mapping[str, Link]
    now: datetime


def wrong_links(
    events: list[EventView], bookings: list[BookingView], table: Mapping[str, Link], now: datetime
) -> list[str]:
    """Return what is wrong with the links of all that is alive."""
    own = [e for e in events if e.oid and e.is_alive and e.is_organizer]
    linked = [b for b in bookings if b.oid and b.is_alive]
    places = Places({e.oid: e for e in own}, {b.oid: b for b in linked}, table, now)  # type: ignore[misc]
    return [
        *_doubles("events", [e.oid or "" for e in own]),
        *_doubles("bookings", [f"{b.oid} of {b.resource}" for b in linked]),
        *_pairs(places),
        *_left_over(places),
    ]


def _doubles(what: str, links: list[str]) -> Iterator[str]:
    for link, count in Counter(links).items():
        if count > 1:
            yield f"{count} living {what} carry link {link}"


def _pairs(places: Places) -> Iterator[str]:
    for oid in places.events.keys() & places.bookings.keys():
        link = places.table.get(oid)
        if link is None:
            yield f"no mapping for the pair {oid}"
        elif link.event is None or link.event.event_id != places.events[oid].event_id:
            yield f"mapping {oid} names another event"
        elif link.link_of(BookingId(places.bookings[oid].booking_id)) is None:
            yield f"mapping {oid} names another booking"


def _left_over(places: Places) -> Iterator[str]:
    for link in places.table.values():
        if link.state is MappingState.CREATING:
            yield f"mapping {link.id} is left half made"
        is_over = link.time is not None and link.time.end <= places.now
        # A stranger's meeting in a resource mailbox is never written to: it carries no link (D3).
        is_strangers = link.home.mailbox.startswith("r") and link.event is not None
        has_event = link.id in places.events or is_strangers
        has_pair = has_event and link.id in places.bookings
        if link.state is MappingState.LINKED and not is_over and not has_pair:
            yield f"mapping {link.id} is called linked without its pair"
