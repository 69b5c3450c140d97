"""Asks ROOMS for every person and resource that is to be synced: known, active, same address?"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.finding import Finding, Part, Severity
from core.domain.interval import Interval
from core.domain.stamps import moment_of
from core.errors import RoomSyncError
from core.ports.rooms import BookingQuery
from core.ports.rooms_directory import RoomsPerson, RoomsResource
from core.sync.checks.owners import about

AHEAD = timedelta(days=31)
"""How far bookings are looked at: ROOMS has no paging."""


async def rooms_findings(directory: Directory, services: Services) -> list[Finding]:
    """Return where ROOMS says otherwise than the settings. Silence is one finding."""
    persons = [person for person in directory.persons.values() if person.wants_sync]
    resources = [resource for resource in directory.resources.values() if resource.wants_sync]
    asked = services.rooms_directory
    try:
        known = await asked.resources([resource.id for resource in resources])
        people = await asyncio.gather(*(asked.person(person.id) for person in persons))
    except RoomSyncError as error:
        return [
            Finding(
                severity=Severity.ERROR,
                code="rooms_silent",
                part=Part.ROOMS,
                who="",
                what=f"ROOMS could not be asked about persons and resources: {error}",
                advice="check address, API key and the rights of its user",
            )
        ]
    found = [
        f for person, facts in zip(persons, people, strict=True) for f in _person(person, facts)
    ]
    for resource in resources:
        found += _resource(resource, known.get(resource.id), directory)
    return found + await _times_that_came_back(directory, services)


async def _times_that_came_back(directory: Directory, services: Services) -> list[Finding]:
    """Return the synced resources whose bookings have lead or follow-up time (R-410, D17).

    What was saved before the sync began keeps its times until it is saved again: no finding
    (R-412). With the policy `holds` such times are kept free, and none either. One search.
    """
    if directory.policies.lead_follow_up != "zero":
        return []
    now = services.clock.now()
    query = BookingQuery(window=Interval(now, now + AHEAD))
    try:
        bookings = await services.rooms.find_bookings(query)
    except RoomSyncError:
        return []
    counted = Counter(booking.resource for booking in bookings if _keeps_times(booking, directory))
    return [
        about(
            directory.resources[resource],
            Severity.WARNING,
            "lead_time_booked",
            f"is synced; bookings of the next {AHEAD.days} days that have lead or follow-up time"
            f" in ROOMS: {number} (R-410)",
            "see in ROOMS whether it is set to be synced, then save these bookings there (R-412)",
        )
        for resource, number in sorted(counted.items())
    ]


def _keeps_times(booking: Booking, directory: Directory) -> bool:
    resource = directory.resources.get(booking.resource)
    if resource is None or not directory.is_resource_synced(resource.id):
        return False
    if booking.prepared in {None, booking.time} or not booking.status.occupies:
        return False
    saved, since = moment_of(booking.modified_on), resource.synced_since
    return saved is None or since is None or saved >= since


def _person(person: SyncedPerson, facts: RoomsPerson | None) -> Sequence[Finding]:
    if facts is None:
        return (
            about(
                person,
                Severity.ERROR,
                "unknown_in_rooms",
                "ROOMS does not know this number",
                "correct rooms_id, or remove the person",
            ),
        )
    found = []
    if not facts.is_active:
        found.append(
            about(
                person,
                Severity.WARNING,
                "inactive_in_rooms",
                "is inactive in ROOMS",
                "set the mode to None, or activate the person in ROOMS (R-105)",
            )
        )
    names = {person.address.lower(), *(alias.lower() for alias in person.aliases)}
    if person.address and facts.address.lower() not in names:
        found.append(
            about(
                person,
                Severity.WARNING,
                "other_address_in_rooms",
                "has another e-mail address in ROOMS",
                "write the primary address of the mailbox into both (R-030)",
                detail=f"{facts.address or '-'} in ROOMS, {person.address} here",
            )
        )
    return found


def _resource(
    resource: SyncedResource, facts: RoomsResource | None, directory: Directory
) -> Sequence[Finding]:
    if facts is None:
        return (
            about(
                resource,
                Severity.ERROR,
                "unknown_in_rooms",
                "ROOMS does not know this number, or hides the resource from us",
                "correct rooms_id, or give the API user the right to see it",
            ),
        )
    found = []
    if not facts.is_bookable:
        found.append(
            about(
                resource,
                Severity.WARNING,
                "inactive_in_rooms",
                "ROOMS does not offer it: it is inactive or hidden from us (R-024)",
                "set active to false here, or activate it in ROOMS",
            )
        )
    if facts.address is not None and facts.address.lower() != resource.address.lower():
        found.append(
            about(
                resource,
                Severity.ERROR,
                "other_address_in_rooms",
                "has another e-mail address in ROOMS (R-020)",
                "write the primary address of the mailbox into both",
                detail=f"{facts.address} in ROOMS, {resource.address or '-'} here",
            )
        )
    is_told = bool(resource.lead_minutes or resource.follow_up_minutes)
    has_times = bool(facts.lead_minutes or facts.follow_up_minutes)
    if has_times and not is_told and directory.policies.lead_follow_up == "zero":
        found.append(
            about(
                resource,
                Severity.WARNING,
                "lead_time",
                f"has lead time {facts.lead_minutes} and follow-up time {facts.follow_up_minutes}"
                " min in ROOMS, which a synced resource cannot have (R-410)",
                "set both to 0 in ROOMS, or the policy lead_follow_up to holds (D8)",
            )
        )
    return found
