"""Temporary bookings vanish when nobody confirms them in time (R-107)."""

from dataclasses import replace
from datetime import timedelta

from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House
from devstack.rooms.model.locking import close_any
from devstack.rooms.model.status import Status


def with_deadline(house: House, booking: Booking) -> Booking:
    """Return the booking with the deadline its status asks for (switch `temporary_minutes`)."""
    if booking.status is not Status.TEMPORARY:
        return replace(booking, temporary_until=None)
    if booking.temporary_until is not None:
        return booking
    minutes = int(house.switches["temporary_minutes"])
    return replace(booking, temporary_until=house.now() + timedelta(minutes=minutes))


def watch(house: House, booking: Booking) -> None:
    """Set or dismiss the alarm that removes a temporary booking."""
    if booking.temporary_until is None or not booking.is_active:
        house.dismiss("temporary", booking.id)
        return
    house.wake_at(
        booking.temporary_until, "temporary", booking.id, lambda: _expire(house, booking.id)
    )


def _expire(house: House, booking_id: int) -> None:
    booking = house.store.bookings.get(booking_id)
    if booking is None or booking.status is not Status.TEMPORARY:
        return
    close_any(house, booking_id)
    house.store.delete_booking(booking_id)
