"""Which resources a meeting has, and which side must follow (R-402, R-500 ... R-505, D7).

    changed           D7 `one`                             D7 `many`
    ROOMS             Exchange shows what ROOMS has        the changed ones are exchanged
    Exchange: new     exactly one: the booking moves (R-501); each gets a booking of its own
                      more, or at first: they are refused,
                      the one booked is kept
    Exchange: fewer   the booking is cancelled             only those bookings are
    Exchange: other   the booking moves (R-500)            the booking moves, pair by pair

What is not ours to book or invite is left as it stands on both sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.ids import BookingId, ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What is invited and booked, as far as it is ours to book or invite right now.

    `invited` are in the event's order; `booked` is what each booking holds. `changed` are the
    bookings whose resource changed in ROOMS, with what they held before; `ended` are resources
    whose booking ended there while others live. `is_changed_in_exchange`: the set of invited ones
    is not the one agreed on. `asked_again` were refused and may be tried again. `is_just_booked`:
    the bookings were made for this very event a moment ago, so nobody wishes for a change.
    """

    invited: tuple[ResourceId, ...]
    booked: Mapping[BookingId, ResourceId | None]
    changed: Mapping[BookingId, ResourceId] = field(default_factory=dict)
    ended: frozenset[ResourceId] = frozenset()
    is_changed_in_exchange: bool = False
    asked_again: frozenset[ResourceId] = frozenset()
    is_just_booked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChoice:
    """What becomes of the resources.

    `moves` are bookings that switch to another resource, `books` resources that get a booking,
    `cancels` bookings that are freed, `refuses` resources that are one too many. `invite` is the
    complete set that Exchange should show; None leaves the event alone.
    """

    moves: Mapping[BookingId, ResourceId] = field(default_factory=dict)
    books: tuple[ResourceId, ...] = ()
    cancels: tuple[BookingId, ...] = ()
    refuses: tuple[ResourceId, ...] = ()
    invite: frozenset[ResourceId] | None = None


def choose_rooms(  # noqa: PLR0911 - a ladder of decisions
    rooms: Rooms, *, books_each: bool
) -> RoomChoice:
    """Decide; ROOMS wins if both sides changed the same (D10)."""
    here = frozenset(rooms.invited)
    there = frozenset(r for r in rooms.booked.values() if r is not None)
    is_many = books_each or len(rooms.booked) > 1
    if rooms.changed or rooms.ended:
        left = frozenset(rooms.changed.values()) | rooms.ended
        come = frozenset(r for b in rooms.changed if (r := rooms.booked[b]) is not None)
        shown = ((here - left) | come) if is_many else there
        return RoomChoice(invite=shown if shown != here else None)
    if here == there:
        return RoomChoice()
    new = tuple(r for r in rooms.invited if r not in there)
    if not rooms.is_changed_in_exchange:
        if rooms.is_just_booked:
            return RoomChoice(books=new) if is_many else RoomChoice(refuses=new)
        again = tuple(r for r in new if r in rooms.asked_again)
        return RoomChoice(books=again if is_many else ())
    movable = tuple(b for b, r in rooms.booked.items() if r is None or r not in here)
    freed = tuple(b for b in movable if rooms.booked[b] is not None)
    if is_many:
        moves = dict(zip(movable, new, strict=False))
        return RoomChoice(
            moves=moves,
            books=new[len(moves) :],
            cancels=tuple(b for b in freed if b not in moves),
        )
    if not new:
        return RoomChoice(cancels=freed)
    if len(new) > 1:
        return RoomChoice(refuses=new)
    replaces = bool(here & there)
    moved = dict.fromkeys(rooms.booked, new[0])
    return RoomChoice(moves=moved, invite=frozenset(new) if replaces else None)
