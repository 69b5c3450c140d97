"""Bookings made and changed in one call, without a draft (rooms-api 3)."""

from dataclasses import replace
from datetime import datetime, timedelta

from devstack.rooms.model import confirming, drafting
from devstack.rooms.model.booking import Booking, Change
from devstack.rooms.model.booking_change import blank, changed, check, status_for
from devstack.rooms.model.house import House
from devstack.rooms.model.internal_copies import keep_internally
from devstack.rooms.model.locking import require_unlocked
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import Reason, refuse
from devstack.rooms.model.saving import save
from devstack.rooms.model.series_changing import change_following
from devstack.rooms.model.series_items import on_an_online_resource
from devstack.rooms.model.status import Status

INSTANT_TITLE = "Sofortbuchung"


def quick_book(
    house: House, actor: Person, change: Change, *, private: bool = False, checked_in: bool = False
) -> Booking:
    """Book at once in the caller's own name; always mails (rooms-api 8, 6.)."""
    if not (actor.rights.quick_booking or actor.rights.administrator):
        raise refuse(Reason.RIGHT_QUICK_BOOKING)
    booking = changed(house.store, blank(house.store, actor, private=private), change)
    check(house, actor, None, booking)
    status = status_for(actor, Status.SYSTEM, None)
    return save(house, replace(booking, status=status, checked_in=checked_in), event="confirmed")


def book_instantly(
    house: House, actor: Person, resource_id: int, end: datetime, *, checked_in: bool
) -> Booking:
    """Book from this minute on, as a door sign does."""
    begin = house.now().replace(second=0, microsecond=0)
    house.store.resource(resource_id)
    change = Change(title=INSTANT_TITLE, begin=begin, end=end, resource_id=resource_id)
    return quick_book(house, actor, change, checked_in=checked_in)


def update(
    house: House,
    actor: Person,
    booking_id: int,
    change: Change,
    *,
    in_draft: bool,
    to_series: bool = False,
) -> Booking:
    """Change a booking at once, or inside the caller's open draft; at once always mails.

    `to_series`: an item of a series and all that follow it.
    """
    if in_draft:
        draft = drafting.draft_for_update(house, actor, booking_id)
        return confirming.change_draft(house, actor, draft, change, to_series=to_series)
    before = house.store.booking(booking_id)
    require_unlocked(house, actor, before)
    after = changed(house.store, before, change)
    if to_series and before.series_id is not None:
        return change_following(house, actor, before, after, event="changed")
    check(house, actor, before, after)
    return save(house, after, event="changed")


def extend(house: House, actor: Person, booking_id: int, end: datetime) -> Booking:
    """Move the end of a booking to a later moment."""
    before = house.store.booking(booking_id)
    require_unlocked(house, actor, before)
    if not before.is_active:
        raise refuse(Reason.CANCELLED)
    if end <= before.end:
        raise refuse(Reason.NOT_AN_EXTENSION, "end")
    after = changed(house.store, before, Change(end=end))
    check(house, actor, before, after)
    return save(house, after, event="changed")


def end_by(begin: datetime, end: datetime | None, minutes: int | None) -> datetime:
    """Return the end that a call names, by moment or by duration; naming none is refused."""
    if end is not None:
        return end
    if minutes is None:
        raise refuse(Reason.INVALID_PERIOD, "end")
    try:
        return begin + timedelta(minutes=minutes)
    except OverflowError:
        raise refuse(Reason.INVALID_PERIOD, "duration") from None


def cancel(
    house: House,
    actor: Person,
    booking_id: int,
    *,
    sends_mail: bool,
    comment: str | None = None,
    cancels_appointment: bool = True,
) -> Booking:
    """Annul a booking; annulled already: nothing happens.

    With `cancels_appointment` off the appointment lives on, so an internal copy on the hidden
    Systemressource keeps the link to it (R-114, R-313).
    """
    before = house.store.booking(booking_id)
    require_unlocked(house, actor, before)
    after = replace(before, status=Status.CANCELLED, comment=comment or before.comment)
    if not before.is_active:
        return before
    check(house, actor, before, after)
    if before.end <= house.now():
        raise refuse(Reason.PAST)
    stored = save(house, after, event="cancelled" if sends_mail else None)
    if not cancels_appointment:
        keep_internally(house, before)
    return stored


def remove_room(house: House, actor: Person, booking_id: int) -> Booking:
    """Move a booking to an online resource: the meeting stays, the room goes (R-115)."""
    before = house.store.booking(booking_id)
    require_unlocked(house, actor, before)
    after = on_an_online_resource(house, before)
    check(house, actor, before, after)
    return save(house, after, event="changed")
