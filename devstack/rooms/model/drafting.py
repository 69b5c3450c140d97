"""Drafts (tempdataContext): opened, aborted, expired (rooms-api 4)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from devstack.rooms.model.booking import Booking, Change
from devstack.rooms.model.booking_change import blank, changed, check, status_for
from devstack.rooms.model.draft import Draft
from devstack.rooms.model.house import House
from devstack.rooms.model.locking import close, require_unlocked
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import MissingError, Reason, raise_any, refuse
from devstack.rooms.model.rights import booking_refusals
from devstack.rooms.model.saving import save
from devstack.rooms.model.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What `reservation/create` says about a booking beyond what can be changed later."""

    private: bool = False
    sends_mail: bool = True
    checks_in: bool = False
    origin_of_creation: int | None = None


def open_new(house: House, actor: Person, change: Change, opening: Opening) -> Draft:
    """Block a slot for a new booking: it is stored as «Besetzt (System)» until confirmed."""
    empty = replace(
        blank(house.store, actor, private=opening.private),
        origin_of_creation=opening.origin_of_creation,
    )
    booking = changed(house.store, empty, change)
    later = house.switches["rules_at"] == "confirm"
    check(house, actor, None, booking, only_occupation=later)
    status_for(actor, Status.SYSTEM, change.status_id)
    save(house, booking, event=None)
    return _keep(
        house,
        Draft(
            id=house.store.next_number("draft"),
            booking_id=booking.id,
            owner_id=actor.id,
            expires=house.now() + _lifetime(house),
            sends_mail=opening.sends_mail,
            wanted_status_id=change.status_id,
            checks_in=opening.checks_in,
        ),
    )


def open_edit(house: House, actor: Person, booking_id: int) -> Draft:
    """Take the edit lock of a booking; what the draft changes shows only once confirmed."""
    booking = house.store.booking(booking_id)
    require_unlocked(house, actor, booking)
    raise_any(booking_refusals(actor, booking, booking))
    return _keep(
        house,
        Draft(
            id=house.store.next_number("draft"),
            booking_id=booking_id,
            owner_id=actor.id,
            expires=house.now() + _lifetime(house),
            proposal=booking,
        ),
    )


def abort(house: House, actor: Person, draft_id: int) -> None:
    """Drop a draft; a new booking vanishes, an edited one stays as it was."""
    _drop(house, own_draft(house, actor, draft_id))


def own_draft(house: House, actor: Person, draft_id: int) -> Draft:
    """Return a person's open draft; somebody else's counts as absent."""
    draft = house.store.drafts.get(draft_id)
    if draft is None or draft.owner_id != actor.id:
        raise MissingError(f"Es gibt keinen offenen tempdataContext mit der Id {draft_id}.")
    return draft


def draft_for_update(house: House, actor: Person, booking_id: int) -> Draft:
    """Return the draft in which a person has a booking open."""
    draft = house.store.draft_of(house.store.booking(booking_id).id)
    if draft is None:
        raise MissingError(f"Die Buchung {booking_id} ist in keinem tempdataContext geöffnet.")
    if draft.owner_id != actor.id:
        raise refuse(Reason.LOCKED)
    return draft


def content(house: House, draft: Draft) -> Booking:
    """Return the booking as the draft has it."""
    return draft.proposal or house.store.booking(draft.booking_id)


def watch(house: House, draft: Draft) -> None:
    """Set the alarm that ends a forgotten draft."""
    house.wake_at(draft.expires, "drafts", draft.id, lambda: _expire(house, draft.id))


def _keep(house: House, draft: Draft) -> Draft:
    house.store.keep_draft(draft)
    watch(house, draft)
    return draft


def _expire(house: House, draft_id: int) -> None:
    if (draft := house.store.drafts.get(draft_id)) is not None:
        _drop(house, draft)


def _drop(house: House, draft: Draft) -> None:
    close(house, draft.id)
    if draft.is_new:
        house.store.delete_booking(draft.booking_id)


def _lifetime(house: House) -> timedelta:
    return timedelta(minutes=int(house.switches["draft_minutes"]))
