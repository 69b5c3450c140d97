"""The copy on the hidden Systemressource when an appointment outlives its booking (R-114)."""

from dataclasses import replace

from devstack.rooms.model.booking import Booking, occupying
from devstack.rooms.model.house import House
from devstack.rooms.model.status import Status


def keep_internally(house: House, booking: Booking) -> None:
    """Keep a copy that holds the link to the appointment; it is no item of a series."""
    store = house.store
    hidden = store.system_resource()
    number = store.next_number("booking")
    copy = replace(
        booking,
        id=number,
        masked_identifier=store.guid("booking", number),
        resource_id=hidden.id,
        status=Status.DEFINITIVE,
        series_id=None,
        series_item_id=None,
        is_first_series_item=False,
        created_on=store.stamp(),
    )
    store.save_booking(occupying(copy, hidden))
    for sync_item_id, booking_id in list(store.sync_item_ids.items()):
        if booking_id == booking.id:
            store.keep_sync_item_id(sync_item_id, number)
