"""What the items of a series share: who is still to come, what a change does to the others."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from devstack.rooms.model.booking import Booking, occupying
from devstack.rooms.model.booking_change import check
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person
from devstack.rooms.model.recurrence import placed
from devstack.rooms.model.refusal import Reason, Refusal, RefusedError, raise_any, refuse
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.series import Series

SHARED = (
    "title",
    "comment",
    "confidential_comment",
    "resource_id",
    "organizer_id",
    "creator_id",
    "person_in_charge_id",
    "participants",
    "head_count",
    "external_head_count",
    "status",
    "sync_with_calendar",
    "synced_to_exchange_series_item",
    "is_teams_meeting",
    "custom_fields",
)

type Reasons = dict[int, tuple[Reason, ...]]


def still_to_come(house: House, series_id: int, since: datetime | None = None) -> list[Booking]:
    """Return the items that have not begun: past and running ones stay as they are (R-624)."""
    items = house.store.active_items(series_id)
    return [b for b in items if b.begin > house.now() and (since is None or b.begin >= since)]


def carried_over(
    house: House, before: Booking, after: Booking, item: Booking, zone: str
) -> Booking:
    """Return another item with what turned `before` into `after`.

    A new time is the same wall-clock time in the series' zone, as many days further.
    """
    names = [*SHARED]
    if house.switches["series_link"] == "every_item":
        names.append("sync_appointment_oid")
    values: dict[str, Any] = {
        name: getattr(after, name)
        for name in names
        if getattr(before, name) != getattr(after, name)
    }
    if (before.begin, before.end) != (after.begin, after.end):
        local = ZoneInfo(zone)
        shift = after.begin.astimezone(local).date() - before.begin.astimezone(local).date()
        day = item.begin.astimezone(local).date() + shift
        values["begin"], values["end"] = placed(day, after.begin, after.end, local)
    changed = replace(item, **values)
    return occupying(changed, house.store.resources[changed.resource_id])


def reasons_against(
    house: House,
    actor: Person,
    pairs: Iterable[tuple[Booking | None, Booking]],
    leaving: Collection[int],
) -> Reasons:
    """Return what stands against each wanted item, nothing for those that can be had.

    `pairs` are the stored booking, None for a new one, and what it is to become.
    """
    found: Reasons = {}
    wanted = []
    for before, after in pairs:
        wanted.append(after)
        try:
            check(house, actor, before, after, leaving=leaving)
        except RefusedError as error:
            found[after.id] = tuple(refusal.reason for refusal in error.refusals)
    for later in _in_each_others_way(house, wanted):
        found.setdefault(later.id, (Reason.OCCUPIED,))
    return found


def settled(
    house: House, wanted: Iterable[Booking], reasons: Reasons, stored: dict[int, Booking]
) -> list[Booking]:
    """Return what is to be saved although some items cannot be had (switch `series_conflicts`).

    The sources do not say: all is refused, or those items are left out (stay as they are), or they
    lose their room.
    """
    way = house.switches["series_conflicts"]
    if way == "refused":
        raise_any(Refusal(reason) for against in reasons.values() for reason in against)
    items = []
    for item in wanted:
        if item.id not in reasons:
            items.append(item)
        elif way == "without_room":
            items.append(on_an_online_resource(house, item))
        elif item.id in stored:
            items.append(stored[item.id])
    return items


def on_an_online_resource(house: House, booking: Booking) -> Booking:
    """Return the booking on the nearest online resource: the meeting without its room (R-115)."""
    target = online_resource(house, house.store.resources[booking.resource_id])
    return occupying(replace(booking, resource_id=target.id), target)


def online_resource(house: House, near: Resource) -> Resource:
    """Return where a booking goes that loses its room; none is refused."""
    everything = house.store.resources.values()
    online = [r for r in everything if r.online and r.active and not r.hidden]
    if not online:
        raise refuse(Reason.NO_ONLINE_RESOURCE)
    return min(online, key=lambda r: (r.location_id != near.location_id, r.id))


def keep_what_is_left(house: House, series: Series) -> None:
    """Store a series with the last day and the number of dates that its items still have."""
    items = house.store.active_items(series.id)
    if items:
        last = items[-1].begin.astimezone(ZoneInfo(series.zone)).date()
        series = replace(series, last_day=last, occurrences=len(items))
    house.store.keep_series(series)


def _in_each_others_way(house: House, items: list[Booking]) -> list[Booking]:
    """Return the items that begin before the one before them on the same resource has ended."""
    resources = house.store.resources
    inside = [b for b in items if b.is_active and not resources[b.resource_id].online]
    ordered = sorted(inside, key=lambda b: (b.resource_id, b.begin_preparation, b.id))
    return [
        later
        for earlier, later in pairwise(ordered)
        if earlier.resource_id == later.resource_id
        and later.begin_preparation < earlier.end_follow_up
    ]
