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
from core.domain.remark import Remark
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
    def text(self) -> Remark:
        """Say it for an operator; no titles, no other people."""
        match self.switched.turn:
            case Turn.ON:
                return Remark(
                    "sync on. {bookings} in ROOMS: linked silently"
                    " with the event that exists, else shown in the calendar. The past stays as it"
                    " is, nothing that exists is cancelled, nobody is invited again (D11)",
                    bookings=_coming(self.bookings),
                )
            case Turn.OFF:
                more = Remark(", {n} of them our own holds", n=self.holds) if self.holds else ""
                return Remark(
                    "sync off. {links}{more} end. Events and bookings stay"
                    " on both sides; `roomsync cleanup` removes our own copies (D12)",
                    links=_links_told(self.links),
                    more=more,
                )
            case Turn.MOVED:
                return Remark(
                    "another mailbox. {links} to be found again there."
                    " What is not found there is shown as a difference; nothing is cancelled (D11)",
                    links=_links_told(self.links),
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


def _coming(many: int | None) -> Remark:
    if many is None:
        return Remark("An unknown number of coming bookings (ROOMS did not answer)")
    return Remark("1 coming booking") if many == 1 else Remark("{n} coming bookings", n=many)


def _links_told(many: int) -> Remark:
    return Remark("1 link") if many == 1 else Remark("{n} links", n=many)
