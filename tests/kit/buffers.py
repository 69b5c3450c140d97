"""Lead and follow-up time in resource mailboxes (D8), told from the simulators' state alone.

Around every linked booking to come there is what the settings ask for, less where another meeting
is; there is nothing else, and nothing of the meeting is in it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.kit.company import Company
from tests.kit.moments import Slot
from tests.kit.views import BookingView, EventView

TITLES = {"lead": "Vorbereitung", "follow_up": "Nachbereitung"}


def wrong_buffers(
    events: list[EventView], bookings: list[BookingView], company: Company, now: datetime
) -> list[str]:
    """Return what is wrong with the buffers that are alive, and which are missing."""
    there = {
        (e.mailbox, e.buffer_of): e for e in events if e.buffer_of and e.is_alive and _is_ours(e)
    }
    off = {e.oid for e in events if e.oid and not _is_watched(e.mailbox, company)}
    ahead = {
        (room, mark)
        for (room, mark), event in there.items()
        if event.slot.end > now and mark.rpartition(":")[0] not in off
    }
    wanted = _wanted(events, bookings, company, now)
    return [
        *(f"{room} misses {mark} at {wanted[room, mark]}" for room, mark in wanted.keys() - ahead),
        *(f"{room} has {mark} for nothing" for room, mark in ahead - wanted.keys()),
        *(
            f"{key} is at {there[key].slot} instead of {wanted[key]}"
            for key in wanted.keys() & ahead
            if there[key].slot != wanted[key]
        ),
        *(complaint for event in there.values() for complaint in _shows_too_much(event)),
    ]


def _is_watched(mailbox: str, company: Company) -> bool:
    """Tell whether links of a mailbox are kept in step; others have ended with it (D12)."""
    return company.is_synced(mailbox) or company.is_room_synced(mailbox)


def _is_ours(event: EventView) -> bool:
    return event.is_organizer and not event.attendees and not event.rooms


def _wanted(
    events: list[EventView], bookings: list[BookingView], company: Company, now: datetime
) -> dict[tuple[str, str], Slot]:
    found: dict[tuple[str, str], Slot] = {}
    if company.policies.get("lead_follow_up") != "holds":
        return found
    shown = {
        e.oid
        for e in events
        if e.is_alive and e.is_organizer and e.oid and _is_watched(e.mailbox, company)
    }
    for booking in bookings:
        is_linked = booking.is_promise and booking.oid in shown
        if not is_linked or not company.is_room_synced(booking.resource):
            continue
        entry = company.resources[booking.resource]
        for kind, key in (("lead", "lead_minutes"), ("follow_up", "follow_up_minutes")):
            length = timedelta(minutes=entry.get(key, 0))
            slot = _next_to(booking.slot, kind, length, _others(events, booking))
            if slot is not None and slot.end > now:
                found[booking.resource, f"{booking.oid}:{kind}"] = slot
    return found


def _others(events: list[EventView], booking: BookingView) -> list[Slot]:
    """Return when other meetings are in the resource's calendar."""
    own = {e.ical_uid for e in events if e.oid == booking.oid}
    return [
        e.slot
        for e in events
        if e.mailbox == booking.resource
        and e.is_alive
        and not (e.buffer_of and _is_ours(e))
        and e.show_as != "free"
        and e.ical_uid not in own
    ]


def _next_to(slot: Slot, kind: str, length: timedelta, others: list[Slot]) -> Slot | None:
    start, end = slot.start - length, slot.start
    if kind == "follow_up":
        start, end = slot.end, slot.end + length
    wanted = (start, end)
    for other in others:
        if other.start < wanted[1] and wanted[0] < other.end:
            start, end = (
                (max(start, other.end), end) if kind == "lead" else (start, min(end, other.start))
            )
    return Slot(start, end) if start < end else None


def _shows_too_much(event: EventView) -> Iterator[str]:
    kind = (event.buffer_of or "").rpartition(":")[2]
    expected = (TITLES.get(kind), "busy", False, None, "")
    shown = (event.subject, event.show_as, event.private, event.reminder, event.body)
    if shown != expected:
        yield f"a buffer of {event.mailbox} shows {shown}"
