"""Automatic extension: what nobody checks out of goes on, step by step (R-112).

A setting of the resource. It ends at the check-out, at a conflict, or with the resource's local
day; each step is an ordinary change of the end, without a mail.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from devstack.rooms.model.availability import occupants, overlap
from devstack.rooms.model.booking import Booking, occupying
from devstack.rooms.model.house import House
from devstack.rooms.model.opening import local_day
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.status import Status

STEP = timedelta(minutes=15)
KIND = "extension"


def watch(house: House, booking: Booking) -> None:
    """Set or dismiss the alarm at the end of a booking whose resource extends."""
    resource = house.store.resources[booking.resource_id]
    runs_on = booking.is_active and booking.status is not Status.SYSTEM and not booking.checked_out
    came = booking.checked_in or not resource.checkin
    if not (resource.auto_extension and runs_on and came) or booking.end < house.now():
        house.dismiss(KIND, booking.id)
        return
    house.wake_at(booking.end, KIND, booking.id, lambda: _extend(house, booking.id))


def _extend(house: House, booking_id: int) -> None:
    booking = house.store.bookings.get(booking_id)
    if booking is None or house.store.draft_of(booking_id) is not None:
        return
    resource = house.store.resources[booking.resource_id]
    end = _possible_end(house, resource, booking)
    if end <= booking.end:
        return
    stored = house.store.save_booking(occupying(replace(booking, end=end), resource))
    watch(house, stored)


def _possible_end(house: House, resource: Resource, booking: Booking) -> datetime:
    """Return how far the next step goes: to what comes next, or to the end of the day."""
    wanted = (booking.end, booking.end + STEP)
    last_minute = booking.end - timedelta(minutes=1)
    _, midnight = local_day(last_minute.astimezone(resource.zone).date(), resource.zone)
    ends = [wanted[1], midnight]
    ends += [b.start for b in resource.blocking_times if overlap((b.start, b.end), wanted)]
    ends += [
        other.begin_preparation - timedelta(minutes=resource.effective_follow_up_minutes)
        for other in occupants(house.store, resource.id, wanted, ignore=booking.id)
    ]
    return min(ends)
