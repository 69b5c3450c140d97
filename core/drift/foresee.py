"""What a look would write because of a wish: in words, how much on each side, how many mails."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.drift import Obstacle
from core.domain.event import AttendeeRole, Event, Invitee
from core.domain.meeting import Aspect
from core.domain.wish import Wish
from core.sync.steps import (
    CreateEvent,
    DeclineEvent,
    DeleteEvent,
    ExchangeStep,
    ReinviteResource,
    RoomsStep,
    Step,
    Tell,
    UpdateBooking,
    UpdateEvent,
    describe,
)

TOLD = frozenset({Aspect.SUBJECT, Aspect.TIME, Aspect.RESOURCES, Aspect.ATTENDEES})
"""What Exchange tells attendees when it changes; of free/busy and reminder it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The plan of one meeting or date. `mails` are ours and those that Exchange sends by itself.

    With a `problem` nothing is to be done.
    """

    steps: tuple[tuple[str, str], ...] = ()
    rooms_writes: int = 0
    exchange_writes: int = 0
    mails: int = 0
    problem: Obstacle | None = None


def foresee(
    steps: tuple[Step, ...], event: Event | None, wish: Wish, *, is_private: bool = False
) -> Foreseen:
    """Return what the steps of a plan come to, and whether they are what was wished for."""
    in_rooms = [step for step in steps if isinstance(step, RoomsStep)]
    in_exchange = [step for step in steps if isinstance(step, ExchangeStep)]
    return Foreseen(
        steps=tuple(describe(step, is_private=is_private) for step in steps),
        rooms_writes=len(in_rooms),
        exchange_writes=sum(2 if isinstance(s, ReinviteResource) else 1 for s in in_exchange),
        mails=sum(_mails(step, event) for step in steps),
        problem=_problem(in_rooms, in_exchange, wish),
    )


def _problem(in_rooms: Sequence[Step], in_exchange: Sequence[Step], wish: Wish) -> Obstacle | None:
    wanted, other = (
        (in_rooms, in_exchange) if wish is Wish.USE_EXCHANGE else (in_exchange, in_rooms)
    )
    if any(_decides(step) for step in wanted):
        return None
    if not any(_decides(step) for step in other):
        return Obstacle.NOTHING
    if wish is Wish.USE_EXCHANGE:
        return Obstacle.ONLY_ROOMS
    return Obstacle.ONLY_EXCHANGE


def _decides(step: Step) -> bool:
    """Tell whether a step takes something over, rather than storing only the link."""
    return not isinstance(step, UpdateBooking | UpdateEvent) or bool(step.aspects)


def _mails(step: Step, event: Event | None) -> int:
    invited = () if event is None else event.invitees
    match step:
        case Tell():
            return 1
        case CreateEvent(draft=draft):
            return _people(draft.invitees)
        case UpdateEvent(aspects=aspects, changes=changes) if aspects & TOLD:
            after = invited if changes.invitees is None else changes.invitees
            left_out = {i.address for i in invited} - {i.address for i in after}
            gone = tuple(invitee for invitee in invited if invitee.address in left_out)
            return _people(after) + _people(gone)
        case DeleteEvent():
            return _people(invited)
        case DeclineEvent():
            return 1
        case _:
            return 0


def _people(invitees: tuple[Invitee, ...]) -> int:
    return sum(invitee.role is not AttendeeRole.RESOURCE for invitee in invitees)
