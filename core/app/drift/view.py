"""A difference looked at: both sides' values, read this moment (R-847, D13).

Titles and people are told only to whoever is entitled; of private meetings no value at all is told
to anybody. Who is entitled decides who calls.
"""

from dataclasses import dataclass
from datetime import datetime

from core.app.drift.check import Checked, check
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.directory import Directory
from core.domain.drift import Drift, NewerSide
from core.domain.event import Event
from core.domain.ids import PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Aspect, Meeting
from core.domain.stamps import moment_of
from core.sync.observed import Observed
from core.sync.translate import meeting_of_booking, meeting_of_event

Value = str | tuple[str, ...] | Interval | bool | int | None

WORDS = frozenset({Aspect.SUBJECT, Aspect.ORGANIZER, Aspect.ATTENDEES})
"""What only the entitled are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field on both sides; `is_hidden`: there are values, and they are not told."""

    aspect: Aspect
    rooms: Value = None
    exchange: Value = None
    is_hidden: bool = False
    is_different: bool = False
    newer: NewerSide | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """A drift as it is now, with its fields; `drift` is closed where both sides agree by now.

    `mode` is how the mailbox is reached, `mailbox` its address. Stamps are each side's own.
    """

    drift: Drift
    fields: tuple[FieldView, ...] = ()
    mailbox: str = ""
    mode: str = ""
    resource: str = ""
    organizer: str = ""
    event_changed_at: datetime | None = None
    booking_changed_at: datetime | None = None
    event_link: str = ""


async def look_at(drift: Drift, services: Services, *, is_entitled: bool) -> DriftView:
    """Read both sides of a drift again and return what they show."""
    (checked,) = await check([drift], services)
    directory = await services.roster.directory()
    return _view(drift, checked, directory, is_entitled=is_entitled)


def _view(asked: Drift, checked: Checked, directory: Directory, *, is_entitled: bool) -> DriftView:
    drift = checked.now(asked.id) or asked
    seen = checked.seen.get(asked.id)
    owner = directory.owner_of(drift.place.mailbox)
    resource = directory.resources.get(drift.resource or ResourceId(0))
    organizer = directory.persons.get(drift.organizer or PersonId(0))
    event, booking = (None, None) if seen is None else (seen.event, _booking(seen))
    return DriftView(
        drift=drift,
        fields=() if seen is None else _fields(drift, seen, directory, is_entitled=is_entitled),
        mailbox="" if owner is None else owner.address,
        mode="" if owner is None else owner.mode,
        resource="" if resource is None else resource.name,
        organizer=organizer.name if organizer is not None and is_entitled else "",
        event_changed_at=None if event is None else event.modified_at,
        booking_changed_at=None if booking is None else moment_of(booking.modified_on),
        event_link="" if event is None or not is_entitled else event.web_link,
    )


def _fields(
    drift: Drift, seen: Observed, directory: Directory, *, is_entitled: bool
) -> tuple[FieldView, ...]:
    here = _of_event(seen.event, directory)
    booking = _booking(seen)
    there = None if booking is None else meeting_of_booking(booking, directory)
    newer = {field.aspect: field.newer for field in drift.fields}
    views = []
    for aspect in Aspect:
        is_hidden = seen.is_private or (aspect in WORDS and not is_entitled)
        views.append(
            FieldView(
                aspect=aspect,
                rooms=None if is_hidden else _value(there, aspect, directory),
                exchange=None if is_hidden else _value(here, aspect, directory),
                is_hidden=is_hidden,
                is_different=aspect in newer,
                newer=newer.get(aspect),
            )
        )
    return tuple(views)


def _booking(seen: Observed) -> Booking | None:
    return next(iter(seen.active_bookings or seen.bookings), None)


def _of_event(event: Event | None, directory: Directory) -> Meeting | None:
    return None if event is None else meeting_of_event(event, directory)


def _value(  # noqa: PLR0911 - one line per field
    meeting: Meeting | None, aspect: Aspect, directory: Directory
) -> Value:
    if meeting is None:
        return None
    match aspect:
        case Aspect.SUBJECT:
            return meeting.subject
        case Aspect.TIME:
            return meeting.time
        case Aspect.RESOURCES:
            return tuple(_resource(resource, directory) for resource in meeting.resources)
        case Aspect.ORGANIZER:
            person = directory.persons.get(meeting.organizer or PersonId(0))
            return "" if person is None else person.name
        case Aspect.ATTENDEES:
            return tuple(attendee.address or attendee.name for attendee in meeting.attendees)
        case Aspect.PRIVATE:
            return meeting.private
        case Aspect.SHOW_AS:
            return None if meeting.show_as is None else meeting.show_as.value
        case Aspect.REMINDER:
            return meeting.reminder_minutes


def _resource(resource: ResourceId, directory: Directory) -> str:
    known = directory.resources.get(resource)
    return str(resource) if known is None else known.name
