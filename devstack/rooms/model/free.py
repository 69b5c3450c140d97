"""Which resources are free for a wish (`ressources/available`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.rooms.model.availability import occupation_reasons, time_reasons
from devstack.rooms.model.opening import Interval
from devstack.rooms.model.person import Person
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceWish:
    """What somebody looks for; None or empty restricts nothing."""

    start: datetime
    end: datetime
    capacity: int = 0
    location_ids: tuple[int, ...] = ()
    resourcetype_id: int | None = None
    within_opening_hours: bool = True


def free_resources(store: Store, viewer: Person, wish: ResourceWish) -> list[Resource]:
    """Return the active resources that could be booked for the wish, smallest first."""
    if not (viewer.rights.book or viewer.rights.administrator):
        return []
    places = {place for each in wish.location_ids for place in store.below(each)}
    found = [
        resource
        for resource in store.resources.values()
        if resource.active
        and not resource.hidden
        and (not wish.location_ids or resource.location_id in places)
        and wish.resourcetype_id in (None, resource.type_id)
        and resource.capacity >= wish.capacity
        and not any(_reasons(store, resource, wish))
    ]
    return sorted(found, key=lambda r: (r.capacity, r.id))


def _reasons(store: Store, resource: Resource, wish: ResourceWish) -> Iterator[bool]:
    if resource.online:
        return
    wanted = (wish.start, wish.end)
    occupied: Interval = (
        wish.start - timedelta(minutes=resource.effective_lead_minutes),
        wish.end + timedelta(minutes=resource.effective_follow_up_minutes),
    )
    minutes = (wish.end - wish.start) / timedelta(minutes=1)
    yield minutes < resource.min_minutes
    yield resource.max_minutes is not None and minutes > resource.max_minutes
    yield any(
        True for _ in time_reasons(store, resource, wanted, opening_hours=wish.within_opening_hours)
    )
    yield any(True for _ in occupation_reasons(store, resource, occupied))
