"""What switching somebody's sync on, off or to another mailbox means for what exists (D11, D12)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.app.imports.switching import Switched, Turn
from core.app.services import Services
from core.domain.ids import PersonId, ResourceId, is_resource_mailbox
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.remaining import is_over
from core.errors import RoomSyncError
from core.ports.rooms import BookingQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One switch with how much it concerns; `bookings` None: ROOMS could not be asked."""

    switched: Switched
    links: int = 0
    holds: int = 0
    bookings: int | None = 0

    @property
    def text(self) -> str:
        """Say it for an operator; no titles, no other people."""
        match self.switched.turn:
            case Turn.ON:
                return (
                    f"sync on. {_number(self.bookings, 'coming booking')} in ROOMS: linked silently"
                    " with the event that exists, else shown in the calendar. The past stays as it"
                    " is, nothing that exists is cancelled, nobody is invited again (D11)"
                )
            case Turn.OFF:
                more = f", {self.holds} of them our own holds" if self.holds else ""
                return (
                    f"sync off. {_number(self.links, 'link')}{more} end. Events and bookings stay"
                    " on both sides; `roomsync cleanup` removes our own copies (D12)"
                )
            case Turn.MOVED:
                return (
                    f"another mailbox. {_number(self.links, 'link')} to be found again there."
                    " What is not found there is shown as a difference; nothing is cancelled (D11)"
                )


async def consequences(switches: Sequence[Switched], services: Services) -> tuple[Consequence, ...]:
    """Count what each switch concerns: one pass over the links, one search in ROOMS."""
    if not switches:
        return ()
    links, holds = await _links(services)
    bookings = await _bookings(services) if any(s.turn is Turn.ON for s in switches) else None
    return tuple(
        Consequence(
            switched=each,
            links=links.of(each),
            holds=holds.of(each),
            bookings=None if bookings is None else bookings.of(each),
        )
        for each in switches
    )


@dataclass(slots=True)
class _Counts:
    persons: Counter[PersonId] = field(default_factory=Counter)
    resources: Counter[ResourceId] = field(default_factory=Counter)

    def of(self, switched: Switched) -> int:
        if switched.part == "person":
            return self.persons[PersonId(switched.who)]
        return self.resources[ResourceId(switched.who)]


async def _links(services: Services) -> tuple[_Counts, _Counts]:
    """Count living links by home and by resource, and holds by resource."""
    links, holds = _Counts(), _Counts()
    async for mapping in services.mappings.all():
        if mapping.state is MappingState.CANCELLED or is_over(mapping, services.clock.now()):
            continue
        number = int(mapping.home.mailbox[1:])
        if is_resource_mailbox(mapping.home.mailbox):
            holds.resources[ResourceId(number)] += 1
        else:
            links.persons[PersonId(number)] += 1
        for resource in {booking.resource for booking in mapping.every_booking}:
            links.resources[resource] += 1
    return links, holds


async def _bookings(services: Services) -> _Counts | None:
    now = services.clock.now()
    window = Interval(now, now + timedelta(days=services.limits.window_ahead_days))
    try:
        found = await services.rooms.find_bookings(BookingQuery(window=window))
    except RoomSyncError:
        return None
    counts = _Counts()
    for booking in found:
        if booking.status.occupies:
            counts.resources[booking.resource] += 1
            if booking.organizer is not None:
                counts.persons[booking.organizer] += 1
    return counts


def _number(many: int | None, what: str) -> str:
    if many is None:
        return f"An unknown number of {what}s (ROOMS did not answer)"
    return f"{many} {what}{'' if many == 1 else 's'}"
