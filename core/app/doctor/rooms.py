"""Asks ROOMS for every person and resource that is to be synced: known, active, same address?"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.interval import Interval
from core.domain.stamps import moment_of
from core.errors import RoomSyncError
from core.ports.rooms import BookingQuery
from core.ports.rooms_directory import RoomsPerson, RoomsResource
from core.sync.checks.owners import about

AHEAD = timedelta(days=31)
"""How far bookings are looked at: ROOMS has no paging."""


AT_ONCE = 4
"""Persons that are asked for at the same time."""


async def rooms_findings(directory: Directory, services: Services) -> list[Finding]:
    """Return where ROOMS says otherwise than the settings. Silence is one finding."""
    owners = await owners_in_rooms(directory, services)
    return owners + await times_that_came_back(directory, services)


async def owners_in_rooms(directory: Directory, services: Services) -> list[Finding]:
    """Return whom ROOMS shows otherwise; one read for each person, one for all resources."""
    persons = [person for person in directory.persons.values() if person.wants_sync]
    resources = [resource for resource in directory.resources.values() if resource.wants_sync]
    asked, limiter = services.rooms_directory, asyncio.Semaphore(AT_ONCE)

    async def facts_of(person: SyncedPerson) -> RoomsPerson | None:
        async with limiter:
            return await asked.person(person.id)

    try:
        known = await asked.resources([resource.id for resource in resources])
        people = await asyncio.gather(*map(facts_of, persons))
    except RoomSyncError as error:
        return [found(Kind.ROOMS_SILENT, Part.ROOMS, error=error)]
    told = [
        f for person, facts in zip(persons, people, strict=True) for f in _person(person, facts)
    ]
    for resource in resources:
        told += _resource(resource, known.get(resource.id), directory)
    return told


async def times_that_came_back(directory: Directory, services: Services) -> list[Finding]:
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
        about(directory.resources[resource], Kind.LEAD_TIME_BOOKED, days=AHEAD.days, number=number)
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
        return (about(person, Kind.UNKNOWN_PERSON_IN_ROOMS),)
    told = []
    if not facts.is_active:
        told.append(about(person, Kind.INACTIVE_PERSON_IN_ROOMS))
    names = {person.address.lower(), *(alias.lower() for alias in person.aliases)}
    if person.address and facts.address.lower() not in names:
        told.append(
            about(
                person,
                Kind.OTHER_ADDRESS_OF_PERSON,
                detail=f"{facts.address or '-'} in ROOMS, {person.address} here",
            )
        )
    return told


def _resource(
    resource: SyncedResource, facts: RoomsResource | None, directory: Directory
) -> Sequence[Finding]:
    if facts is None:
        return (about(resource, Kind.UNKNOWN_RESOURCE_IN_ROOMS),)
    told = []
    if not facts.is_bookable:
        told.append(about(resource, Kind.INACTIVE_RESOURCE_IN_ROOMS))
    if facts.address is not None and facts.address.lower() != resource.address.lower():
        told.append(
            about(
                resource,
                Kind.OTHER_ADDRESS_OF_RESOURCE,
                detail=f"{facts.address} in ROOMS, {resource.address or '-'} here",
            )
        )
    is_told = bool(resource.lead_minutes or resource.follow_up_minutes)
    has_times = bool(facts.lead_minutes or facts.follow_up_minutes)
    if has_times and not is_told and directory.policies.lead_follow_up == "zero":
        told.append(
            about(
                resource,
                Kind.LEAD_TIME_IN_ROOMS,
                lead=facts.lead_minutes,
                follow_up=facts.follow_up_minutes,
            )
        )
    return told
