"""Asks who is behind the groups of an event, where somebody was added or taken off (R-008)."""

from dataclasses import replace

from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import AttendeeRole, Event, Invitee
from core.domain.meeting import Aspect, Attendee
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.observed import Observed
from core.sync.translate import (
    canonical_attendee,
    is_human,
    meeting_of_booking,
    meeting_of_event,
)


async def with_groups(seen: Observed, context: Context, services: Services) -> Observed:
    """Return what is seen with the members of the event's groups, if they may be needed."""
    event, directory = seen.event, context.directory
    if event is None or not directory.policies.resolve_groups:
        return seen
    if not event.is_organizer or not _is_news(seen, event, context):
        return seen
    addresses = [line.address for line in event.invitees if is_human(line, event, directory)]
    found = await services.groups.among(addresses, event.place.environment, directory)
    groups = {group: _people(members, event, directory) for group, members in found.items()}
    return replace(seen, groups=groups)


def _is_news(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether people have changed on a side, or ROOMS has none of them yet."""
    baseline = seen.mapping.baseline
    if baseline is None or baseline.key_version not in context.keys.secrets or baseline.masked:
        return True
    version, directory = baseline.key_version, context.directory
    here = fingerprint(meeting_of_event(event, directory), context.keys, version)
    agreed = baseline.exchange
    is_other_place = here.aspects[Aspect.RESOURCES] != agreed.aspects.get(Aspect.RESOURCES)
    if not seen.active_bookings or is_other_place or here.attendees != agreed.attendees:
        return True
    return any(
        fingerprint(meeting_of_booking(booking, directory), context.keys, version).attendees
        != baseline.of_booking(booking.booking_id).attendees
        for booking in seen.active_bookings
    )


def _people(
    members: tuple[Attendee, ...], event: Event, directory: Directory
) -> tuple[Attendee, ...]:
    """Return the members as they would take part: no resources, and not the organizer."""
    lines = (Invitee(m.address, m.name, AttendeeRole.REQUIRED) for m in members)
    return tuple(
        canonical_attendee(line.address, line.name, directory)
        for line in lines
        if is_human(line, event, directory)
    )
