"""The edit lock: who has a booking open keeps everybody else out (R-315, rooms-api 4)."""

from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import Reason, refuse


def require_unlocked(house: House, actor: Person, booking: Booking) -> None:
    """Refuse when another person's draft is open, or when the booking is still a draft itself.

    A person's own open edit gives way: it is dropped (switch `edit_lock`: `everyone` refuses too).
    """
    draft = house.store.draft_of(booking.id)
    if draft is None:
        return
    if draft.owner_id != actor.id or house.switches["edit_lock"] == "everyone":
        raise refuse(Reason.LOCKED)
    if draft.is_new:
        raise refuse(Reason.DRAFT_OPEN)
    close(house, draft.id)


def close_any(house: House, booking_id: int) -> None:
    """End an edit under way because ROOMS itself takes the booking away."""
    draft = house.store.draft_of(booking_id)
    if draft is not None:
        close(house, draft.id)


def close(house: House, draft_id: int) -> None:
    """Forget a draft and its alarm; the stored booking stays as it is."""
    house.dismiss("drafts", draft_id)
    house.store.remove_draft(draft_id)
