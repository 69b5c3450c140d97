"""Bookings nobody checks in to are cancelled as a no-show by themselves (R-116)."""

from dataclasses import replace
from datetime import timedelta

from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House
from devstack.rooms.model.locking import close_any
from devstack.rooms.model.status import Status

MANUALLY, SMARTROOMS, MISSING_CHECKIN = 0, 1, 2


def watch(house: House, booking: Booking) -> None:
    """Set or dismiss the alarm of a booking on a resource that wants a check-in."""
    resource = house.store.resources[booking.resource_id]
    due = booking.begin + timedelta(minutes=resource.no_show_minutes)
    awaited = resource.checkin and booking.is_active and booking.status is not Status.SYSTEM
    if not awaited or booking.checked_in or due > booking.end:
        house.dismiss("no-show", booking.id)
        return
    house.wake_at(due, "no-show", booking.id, lambda: _missed(house, booking.id))


def _missed(house: House, booking_id: int) -> None:
    booking = house.store.bookings.get(booking_id)
    if booking is None or booking.checked_in or not booking.is_active:
        return
    close_any(house, booking_id)
    house.store.save_booking(replace(booking, status=Status.CANCELLED, no_show=MISSING_CHECKIN))
