"""`bookings/find`: which bookings match a filter, and who is shown which (rooms-api 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from devstack.kit.switches import Switches
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.person import Person
from devstack.rooms.model.status import Status
from devstack.rooms.model.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingsFilter:
    """What a caller asks for; None or empty restricts nothing."""

    reservation_id: int | None = None
    resource_id: int | None = None
    resource_name: str | None = None
    resourcetype_ids: tuple[int, ...] = ()
    location: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    status_ids: tuple[int, ...] = ()
    organizer_id: int | None = None
    creator_id: int | None = None
    person_in_charge_id: int | None = None
    modified_on: datetime | None = None
    only_claimed: bool = False
    only_lessons: bool = False


def find(store: Store, switches: Switches, viewer: Person, wanted: BookingsFilter) -> list[Booking]:
    """Return the matching bookings by id; personal resources and lessons are not modelled."""
    if wanted.only_claimed or wanted.only_lessons:
        return []
    resources = _resources(store, switches, viewer, wanted)
    statuses = _statuses(switches, wanted)
    return sorted(
        (
            b
            for b in _candidates(store, wanted)
            if b.resource_id in resources
            and b.status in statuses
            and _people_match(b, wanted)
            and (wanted.end is None or b.begin < wanted.end)
            and (wanted.start is None or b.end > wanted.start)
            and _modified(b, wanted.modified_on, str(switches["modified_on_filter"]))
        ),
        key=lambda b: b.id,
    )


def visible_resources(store: Store, switches: Switches, viewer: Person) -> set[int]:
    """Return the resources whose bookings a person is shown.

    The Systemressource never shows in anybody's lists (R-114); a sync must be able to keep the
    mapping, so the API user sees it unless the switch `find_system_resource` says otherwise.
    """
    sees_hidden = viewer.rights.administrator and switches["find_system_resource"] is True
    return {r.id for r in store.resources.values() if not r.hidden or sees_hidden}


def _candidates(store: Store, wanted: BookingsFilter) -> Iterator[Booking]:
    if wanted.reservation_id is not None:
        found = store.bookings.get(wanted.reservation_id)
        return iter(() if found is None else (found,))
    return iter(store.bookings.values())


def _resources(
    store: Store, switches: Switches, viewer: Person, wanted: BookingsFilter
) -> set[int]:
    name, place = (wanted.resource_name or "").lower(), (wanted.location or "").lower()
    chosen = set()
    for resource_id in visible_resources(store, switches, viewer):
        resource = store.resources[resource_id]
        places = store.lineage(store.locations[resource.location_id])
        if (
            wanted.resource_id in (None, resource_id)
            and (not wanted.resourcetype_ids or resource.type_id in wanted.resourcetype_ids)
            and name in resource.name.lower()
            and any(place in each.name.lower() for each in places)
        ):
            chosen.add(resource_id)
    return chosen


def _statuses(switches: Switches, wanted: BookingsFilter) -> set[Status]:
    if wanted.status_ids:
        return {status for status in Status if status in wanted.status_ids}
    everything = set(Status)
    return everything if switches["find_cancelled"] is True else everything - {Status.CANCELLED}


def _people_match(booking: Booking, wanted: BookingsFilter) -> bool:
    return (
        wanted.organizer_id in (None, booking.organizer_id)
        and wanted.creator_id in (None, booking.creator_id)
        and wanted.person_in_charge_id in (None, booking.person_in_charge_id)
    )


def _modified(booking: Booking, since: datetime | None, reading: str) -> bool:
    if since is None or reading == "ignored":
        return True
    if reading == "date":
        return booking.modified_on.date() >= since.date()
    return booking.modified_on > since or (reading == ">=" and booking.modified_on == since)
