"""What each step of a self-test does to the mailbox; errors pass through."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.app.services import Services
from core.domain.changes import EventChanges, EventDraft
from core.domain.event import Event, EventPlace
from core.domain.ids import EventId, MappingId, resource_of
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.self_test import SelfTestEntry
from core.errors import NotFoundError, StaleVersionError
from core.ports.exchange import ExchangeCalendar
from core.ports.rooms import BookingQuery

YEARS = 10
"""How far ahead the entry lies: tomorrow in ten years (R-881)."""

AT, LENGTH = time(12, 0), timedelta(minutes=15)

SUBJECTS = {
    "de": ("Synchronisationstest", "Synchronisationstest (geändert)"),
    "en": ("Sync test", "Sync test (changed)"),
}
"""What the entry is called at first, and after its change; it says nothing of anybody."""


def entry_time(now: datetime, zone: str) -> Interval:
    """Return the quarter of an hour in which the entry lies: tomorrow and ten years, at noon."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    is_leap_day = (tomorrow.month, tomorrow.day) == (2, 29)
    day = tomorrow.replace(year=tomorrow.year + YEARS, day=28 if is_leap_day else tomorrow.day)
    start = datetime.combine(day, AT, ZoneInfo(zone))
    return Interval(start, start + LENGTH)


def subjects(language: str) -> tuple[str, str]:
    """Return both names of the entry in the language of its owner, else in English."""
    return SUBJECTS.get(language[:2], SUBJECTS["en"])


async def create(
    place: EventPlace, test_id: MappingId, entry: SelfTestEntry, services: Services
) -> Event:
    """Create the entry, once however often this is called.

    It invites nobody and leaves the time free, so that it is nobody's meeting and hinders none:
    even where its look-up row is not there yet, the sync leaves it alone (R-400, D6).
    """
    directory = await services.roster.directory()
    owner = directory.owner_of(place.mailbox)
    draft = EventDraft(
        appointment_oid=test_id,
        transaction_id=test_id,
        subject=subjects(getattr(owner, "language", "en"))[0],
        time=entry.time,
        time_zone=directory.zone_of(place.mailbox),
        show_as=ShowAs.FREE,
        reminder_minutes=-1,
    )
    return await services.calendars[place.environment].create_event(place, draft)


async def change(place: EventPlace, event_id: EventId, services: Services) -> Event:
    """Give the entry its other name, if it has not got it already."""
    directory = await services.roster.directory()
    _, wanted = subjects(getattr(directory.owner_of(place.mailbox), "language", "en"))
    calendar = services.calendars[place.environment]
    event = await calendar.get_event(place, event_id)
    if event.subject == wanted:
        return event
    try:
        return await calendar.update_event(event, EventChanges(subject=wanted))
    except StaleVersionError:
        # Exchange itself may still be at work on what is so new.
        event = await calendar.get_event(place, event_id)
        return await calendar.update_event(event, EventChanges(subject=wanted))


async def is_found_by_asking(place: EventPlace, entry: SelfTestEntry, services: Services) -> bool:
    """Tell whether the calendar shows the entry as changed when it is read: as polls do it."""
    calendar = services.calendars[place.environment]
    async for event in calendar.list_events(place, entry.time):
        if event.event_id == entry.event_id and event.version != entry.version:
            return True
    return False


async def remove(
    place: EventPlace, test_id: MappingId, event_id: EventId | None, services: Services
) -> None:
    """Remove the entry of a run, known or only announced; gone already is fine."""
    calendar = services.calendars[place.environment]
    known = [event_id] if event_id is not None else await _announced(place, test_id, calendar)
    for each in known:
        await calendar.delete_event(place, each)


async def _announced(
    place: EventPlace, test_id: MappingId, calendar: ExchangeCalendar
) -> list[EventId]:
    try:
        found = await calendar.find_by_appointment_oid(place, test_id)
    except NotFoundError:
        return []
    return [event.event_id for event in found]


async def bookings_at(place: EventPlace, entry: SelfTestEntry, services: Services) -> int:
    """Return how many bookings a resource has in ROOMS where the entry was: there may be none."""
    query = BookingQuery(window=entry.time, resource=resource_of(place.mailbox))
    found = await services.rooms.find_bookings(query)
    return sum(booking.status.occupies for booking in found)
