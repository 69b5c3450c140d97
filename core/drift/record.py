"""A judgement as a drift that may be stored: no title, no name, of private meetings only ids."""

from datetime import datetime

from core.domain.drift import Drift, Element, Judgement, drift_id
from core.domain.ids import ResourceId
from core.domain.meeting import Aspect, Meeting
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.observed import Observed
from core.sync.translate import meeting_of_booking, meeting_of_event


def drift_of(
    judgement: Judgement,
    seen: Observed,
    context: Context,
    *,
    element: Element = Element.SINGLE,
    original_start: datetime | None = None,
) -> Drift:
    """Return what is stored of a judgement (D13)."""
    link, event = seen.mapping, seen.event
    booking = next(iter(seen.active_bookings or seen.bookings), None)
    known = booking.booking_id if booking is not None else None
    if known is None and link.booking is not None:
        known = link.booking.booking_id
    event_id = event.event_id if event is not None else None
    if event_id is None and link.event is not None:
        event_id = link.event.event_id
    is_stored = link.version is not None
    time = event.time if event is not None else None
    if time is None:
        time = booking.time if booking is not None else link.time
    organizer = booking.organizer if booking is not None else None
    if organizer is None and event is not None:
        organizer = meeting_of_event(event, context.directory).organizer
    is_private = seen.is_private
    return Drift(
        id=drift_id(
            link.home,
            mapping_id=link.id if is_stored else None,
            event_id=event_id,
            booking_id=known,
            original_start=original_start,
        ),
        place=link.home,
        mandator=link.mandator,
        element=element,
        kind=judgement.kind,
        fields=() if is_private else judgement.fields,
        newer=judgement.newer,
        cause=judgement.cause,
        code=judgement.code,
        advice=judgement.advice,
        reason=judgement.reason,
        mapping_id=link.id if is_stored else None,
        event_id=event_id,
        booking_id=known,
        series_id=None if booking is None else booking.series_id,
        original_start=original_start,
        resource=_resource(seen, context),
        organizer=None if is_private else organizer,
        time=None if is_private else time,
        is_private=is_private,
        digest=_digest(judgement, seen, context),
        found_at=context.now,
        checked_at=context.now,
    )


def _resource(seen: Observed, context: Context) -> ResourceId | None:
    if seen.bookings:
        return seen.bookings[0].resource
    if seen.mapping.bookings:
        return seen.mapping.bookings[0].resource
    if seen.event is None:
        return None
    return next(iter(meeting_of_event(seen.event, context.directory).resources), None)


def _digest(judgement: Judgement, seen: Observed, context: Context) -> str:
    """Hash what both sides show in the fields that differ: while it stays, nothing is news."""
    aspects = [field.aspect for field in judgement.fields] or [Aspect.TIME, Aspect.RESOURCES]
    shown: list[str] = [judgement.kind, judgement.code]
    if seen.event is not None:
        shown += _values(meeting_of_event(seen.event, context.directory), aspects, context)
    for booking in sorted(seen.active_bookings, key=lambda each: each.booking_id):
        shown.append(str(booking.booking_id))
        shown += _values(meeting_of_booking(booking, context.directory), aspects, context)
    return context.keys.digest(context.keys.current, *shown)


def _values(meeting: Meeting, aspects: list[Aspect], context: Context) -> list[str]:
    hashed = fingerprint(meeting, context.keys)
    found = [hashed.aspects.get(aspect, "") for aspect in aspects]
    return found + (sorted(hashed.attendees) if Aspect.ATTENDEES in aspects else [])
