"""The one way in which a checked booking is stored: deadline, alarms, mail."""

from devstack.rooms.model import extension, no_show, temporary
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House
from devstack.rooms.model.mails import notify


def save(house: House, booking: Booking, *, event: str | None) -> Booking:
    """Store the booking and return it as stored; mail `event` when something really changed.

    A cancelled booking may still be edited, but nobody is told (R-107).
    """
    before = house.store.bookings.get(booking.id)
    stored = house.store.save_booking(temporary.with_deadline(house, booking))
    temporary.watch(house, stored)
    no_show.watch(house, stored)
    extension.watch(house, stored)
    if event is not None and stored is not before and (stored.is_active or event == "cancelled"):
        notify(house, event, stored)
    return stored
