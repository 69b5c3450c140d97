"""What a person's rights allow with a booking, and what they may see of it (R-108)."""

from collections.abc import Iterator

from devstack.rooms.model.booking import Booking
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import Reason, Refusal
from devstack.rooms.model.resource import Resource


def booking_refusals(actor: Person, before: Booking | None, after: Booking) -> Iterator[Refusal]:
    """Yield the rights that `actor` lacks to turn `before` (None: nothing yet) into `after`."""
    rights = actor.rights
    if rights.administrator:
        return
    if not rights.book:
        yield Refusal(Reason.RIGHT_BOOK)
    if after.private and before is None and not rights.book_private:
        yield Refusal(Reason.RIGHT_PRIVATE, "istPrivat")
    organizer_is_new = before is None or before.organizer_id != after.organizer_id
    foreign = before is not None and not before.concerns(actor.id)
    for_others = organizer_is_new and after.organizer_id != actor.id
    if (foreign or for_others) and not rights.book_for_others:
        yield Refusal(Reason.RIGHT_FOR_OTHERS, "organizerId" if for_others else "")


def resource_refusals(
    person: Person, resource: Resource, before: Booking | None, after: Booking
) -> Iterator[Refusal]:
    """Yield what a person, who books or is booked for, lacks the right to (R-108, UC305).

    It counts when the organizer or the resource is new to the booking.
    """
    known = before is not None and before.organizer_id == after.organizer_id
    if known and before is not None and before.resource_id == after.resource_id:
        return
    if person.rights.administrator:
        return
    allowed = resource.bookable_by
    if not person.rights.book or (allowed is not None and person.id not in allowed):
        yield Refusal(Reason.RIGHT_BOOK)
    if before is None and after.private and not person.rights.book_private:
        yield Refusal(Reason.RIGHT_PRIVATE, "istPrivat")


def may_see_details(viewer: Person, booking: Booking) -> bool:
    """Return whether title and participants of a booking are shown to this person."""
    return (
        not booking.private
        or viewer.rights.administrator
        or viewer.rights.see_private
        or booking.concerns(viewer.id)
        or any(p.person_id == viewer.id for p in booking.participants)
    )
