"""Check-in, check-out, release and no-show: ROOMS-side changes of end and status (R-116)."""

from dataclasses import replace
from datetime import datetime, timedelta

from devstack.rooms.model.booking import Booking, occupying
from devstack.rooms.model.house import House
from devstack.rooms.model.locking import require_unlocked
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import Reason, raise_any, refuse
from devstack.rooms.model.rights import booking_refusals
from devstack.rooms.model.saving import save
from devstack.rooms.model.status import Status

LEAD = timedelta(minutes=15)


def can_check_in(booking: Booking, now: datetime) -> bool:
    """From a quarter of an hour before the begin until the end, once."""
    open_ = booking.is_active and booking.status is not Status.SYSTEM and not booking.checked_in
    return open_ and booking.begin - LEAD <= now < booking.end


def can_check_out(booking: Booking, now: datetime) -> bool:
    """While it runs; check-in is not required."""
    open_ = booking.is_active and booking.status is not Status.SYSTEM
    return open_ and booking.begin < now < booking.end


def check_in(house: House, actor: Person, booking_id: int) -> Booking:
    booking = _editable(house, actor, booking_id)
    if not can_check_in(booking, house.now()):
        raise refuse(Reason.CHECKIN_NOT_POSSIBLE)
    return save(house, replace(booking, checked_in=True), event=None)


def check_out(
    house: House, actor: Person, booking_id: int, *, sends_mail: bool, frees_at_once: bool
) -> Booking:
    """End a running booking now; its follow-up time stays unless it `frees_at_once`."""
    booking = _editable(house, actor, booking_id)
    if not can_check_out(booking, house.now()):
        raise refuse(Reason.CHECKOUT_NOT_POSSIBLE)
    ended = _ended(house, booking, frees_at_once=frees_at_once)
    return save(house, ended, event="changed" if sends_mail else None)


def release(house: House, actor: Person, booking_id: int) -> Booking:
    """Give the resource back: annul what has not begun, end at once what runs."""
    booking = _editable(house, actor, booking_id)
    if not booking.is_active:
        raise refuse(Reason.CANCELLED)
    if booking.end <= house.now():
        raise refuse(Reason.PAST)
    if booking.begin >= house.now():
        return save(house, replace(booking, status=Status.CANCELLED), event=None)
    return save(house, _ended(house, booking, frees_at_once=True), event=None)


def mark_no_show(house: House, actor: Person, booking_id: int, kind: int) -> Booking:
    """Annul a booking nobody came to, with the kind of no-show."""
    booking = _editable(house, actor, booking_id)
    if not booking.is_active:
        raise refuse(Reason.CANCELLED)
    if house.now() < booking.begin:
        raise refuse(Reason.NOT_STARTED)
    return save(house, replace(booking, status=Status.CANCELLED, no_show=kind), event=None)


def _ended(house: House, booking: Booking, *, frees_at_once: bool) -> Booking:
    now = house.now().replace(microsecond=0)
    resource = house.store.resources[booking.resource_id]
    ended = occupying(replace(booking, end=now, checked_out=True), resource)
    return replace(ended, end_follow_up=now) if frees_at_once else ended


def _editable(house: House, actor: Person, booking_id: int) -> Booking:
    booking = house.store.booking(booking_id)
    require_unlocked(house, actor, booking)
    raise_any(booking_refusals(actor, booking, booking))
    return booking
