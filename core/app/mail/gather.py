"""Reads what a mail is about, at the moment it is written: nothing of it travels in the notice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.app.mail.matter import Matter, Part, Recipient
from core.app.services import Services
from core.app.wording import without_people
from core.domain.booking import Booking
from core.domain.directory import Directory, SyncedPerson
from core.domain.event import Event, EventPlace
from core.domain.ids import BookingId, EnvironmentId, EventId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import Mapping as Link
from core.domain.notice import Notice, OperatorNotice
from core.errors import NotFoundError, PermanentError, RoomSyncError
from core.ports.mail import EventLinks

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Unsent:
    """Why no mail is sent, for the operator."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where people open things: events by environment, a booking by its id ("" if nowhere)."""

    events: Mapping[EnvironmentId, EventLinks]
    booking: Callable[[BookingId], str]


@dataclass(slots=True)
class _Gathered:
    """What was read; `place` and `event_id` are those of the copy."""

    notice: Notice
    directory: Directory
    link: Link | None
    place: EventPlace | None
    event_id: EventId | None
    event: Event | None = None
    booking: Booking | None = None


async def gather(notice: Notice, services: Services, doors: Doors) -> Matter | Unsent:
    """Return what to write and to whom, or why nothing is written (R-032, R-801)."""
    if isinstance(notice.kind, OperatorNotice):
        return Unsent("it is of no meeting")
    directory = await services.roster.directory()
    link = await services.mappings.get(notice.mapping_id)
    found = _Gathered(
        notice=notice,
        directory=directory,
        link=link,
        place=notice.place or (link.home if link is not None and link.event is not None else None),
        event_id=notice.event_id or (link.event.event_id if link and link.event else None),
    )
    found.event = await _event(found, services)
    if _title(found) is None or _time(found) is None:
        found.booking = await _booking(found, services)
    recipient = _recipient(found)
    if isinstance(recipient, Unsent):
        return recipient
    person, addressee = recipient
    resource = directory.resources.get(_resource(found) or ResourceId(0))
    own = None if resource is None else directory.error_mail_at(resource.location_id)
    if own is not None and not own.enabled:
        return Unsent("mails are switched off at the location")
    return Matter(
        notice_id=notice.id,
        kind=notice.kind,
        recipient=addressee,
        title=_title(found) or "",
        is_private=_is_private(found),
        resources=_names(found),
        resource_zone=UTC if resource is None else _zone(resource.time_zone),
        time=_time(found),
        parts=tuple(
            Part(
                resource=_name(part.resource, directory),
                time=part.time,
                code=part.code,
                answer=without_people(part.text, directory),
            )
            for part in notice.parts
        ),
        is_series=notice.is_series,
        booking_link=_booking_link(found, doors),
        event_link=await _event_link(found, person, doors),
        own=own,
    )


async def _event(found: _Gathered, services: Services) -> Event | None:
    """Return the copy that the notice names; None when it is gone or cannot be read for good.

    What passes (the service is down) is raised: the mail is written later.
    """
    if found.place is None or found.event_id is None:
        return None
    calendar = services.calendars.get(found.place.environment)
    if calendar is None:
        return None
    try:
        return await calendar.get_event(found.place, found.event_id)
    except (NotFoundError, PermanentError):
        return None


async def _booking(found: _Gathered, services: Services) -> Booking | None:
    booking_id = _booking_id(found)
    if booking_id is None:
        return None
    try:
        return await services.rooms.get_booking(booking_id)
    except NotFoundError:
        return None


def _recipient(found: _Gathered) -> tuple[SyncedPerson | None, Recipient] | Unsent:
    directory, person = found.directory, None
    if found.notice.person is not None:
        person = directory.persons.get(found.notice.person)
    address = "" if person is not None else _organizer_address(found)
    if address and directory.resource_at(address) is not None:
        return Unsent("the organizer is the resource itself: nobody to tell")
    person = person or (directory.person_at(address) if address else None)
    if person is not None and not person.mail_on_error:
        return Unsent("the person wants no mails of the sync")
    if person is not None and not person.address:
        return Unsent("the person has no address in the settings")
    if person is not None:
        zone = _zone(person.time_zone)
        addressee = Recipient(
            address=person.address, name=person.name, language=person.language, zone=zone
        )
        return person, addressee
    if not address:
        return Unsent("no address of the organizer is known")
    resource = directory.resources.get(_resource(found) or ResourceId(0))
    zone = UTC if resource is None else _zone(resource.time_zone)
    return None, Recipient(address=address, zone=zone)


def _organizer_address(found: _Gathered) -> str:
    if found.event is not None and found.event.organizer_address:
        return found.event.organizer_address
    return "" if found.booking is None else found.booking.organizer_address


def _title(found: _Gathered) -> str | None:
    """Return the title where it may be known, None where the booking is to be asked.

    Only the organizer's own copy is believed: a room's copy may have lost the private flag on the
    way (RemovePrivateProperty) or carry the organizer's name as its title.
    """
    if found.event is not None and found.event.is_organizer:
        return found.event.subject
    return None if found.booking is None else found.booking.title


def _is_private(found: _Gathered) -> bool:
    if found.event is not None and (found.event.sensitive or found.event.is_organizer):
        return found.event.sensitive
    baseline = None if found.link is None else found.link.baseline
    if baseline is not None and baseline.masked:
        return True
    return found.booking is not None and found.booking.is_private


def _time(found: _Gathered) -> Interval | None:
    if found.notice.parts:
        return min(part.time for part in found.notice.parts)
    for item in (found.event, found.booking, found.link):
        if item is not None and item.time is not None:
            return item.time
    return None


def _resource(found: _Gathered) -> ResourceId | None:
    """Return the resource that the mail is about; its location says how it is written."""
    if found.notice.parts:
        return found.notice.parts[0].resource
    if found.booking is not None:
        return found.booking.resource
    booked = None if found.link is None else found.link.booking
    return None if booked is None else booked.resource


def _names(found: _Gathered) -> tuple[str, ...]:
    wanted = [part.resource for part in found.notice.parts]
    booked = _resource(found)
    if not wanted and booked is not None:
        wanted = [booked]
    names = (_name(resource, found.directory) for resource in dict.fromkeys(wanted))
    return tuple(name for name in names if name)


def _name(resource: ResourceId, directory: Directory) -> str:
    known = directory.resources.get(resource)
    return "" if known is None else known.name


def _booking_id(found: _Gathered) -> BookingId | None:
    if found.notice.booking_id is not None:
        return found.notice.booking_id
    booked = None if found.link is None else found.link.booking
    return None if booked is None else booked.booking_id


def _booking_link(found: _Gathered, doors: Doors) -> str:
    booking_id = _booking_id(found)
    return "" if booking_id is None else doors.booking(booking_id)


async def _event_link(found: _Gathered, person: SyncedPerson | None, doors: Doors) -> str:
    """Return where the recipient opens the event, "" when it is in somebody else's mailbox."""
    if found.event is None or person is None or found.event.place != person.place:
        return ""
    links = doors.events.get(found.event.place.environment)
    if links is None:
        return ""
    try:
        return await links.link_to(found.event.place, found.event.event_id)
    except RoomSyncError:
        # The mail is worth more than its link.
        return ""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
