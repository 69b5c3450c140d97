"""What becomes of a meeting's resources: what is wanted, what is refused, what follows."""

from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace

from core.domain.ids import BookingId, ResourceId
from core.domain.mapping import Mapping, MappingState, PendingKind, Refusal, taken_off
from core.domain.meeting import Aspect
from core.sync.answers import Answers, Refused, answer
from core.sync.demand import (
    Asking,
    is_of_booked,
    second_resource,
    standing,
    waited_for,
    without_second,
)
from core.sync.eligibility import bookable
from core.sync.resources import RoomChoice, Rooms, choose_rooms
from core.sync.sides import Pair, all_changes
from core.sync.targets import lead_of
from core.sync.translate import invited_resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is decided on an event's resources, and what it was decided from.

    `lead` is the booking that speaks for all; `choice` is what the event and ROOMS ask for,
    `refusals` stand against it, `answers` follow from them. `is_deaf`: what Exchange changed is not
    followed (R-113).
    """

    asks: Asking
    pairs: tuple[Pair, ...]
    lead: Pair
    choice: RoomChoice
    refused: Refused = field(default_factory=Refused)
    answers: Answers = field(default_factory=Answers)
    is_deaf: bool = False

    @property
    def refusals(self) -> dict[ResourceId, Refusal]:
        """Return what stands against the choice, by resource."""
        return self.refused.by_resource

    @property
    def late(self) -> dict[ResourceId, frozenset[Aspect]]:
        """Return what the bookings of single resources cannot follow."""
        return {pair.held: self.refused.change(pair) for pair in self.pairs}

    @property
    def moves(self) -> dict[BookingId, ResourceId]:
        """Return the room changes that nobody has refused."""
        return {b: r for b, r in self.choice.moves.items() if r not in self.refusals}

    @property
    def booked(self) -> tuple[ResourceId, ...]:
        """Return the resources that are booked now."""
        return _booked(self.pairs)

    @property
    def new_rooms(self) -> tuple[ResourceId, ...]:
        """Return the resources that get a booking beside those there are (D7 `many`)."""
        asks, policies = self.asks, self.asks.context.directory.policies
        if asks.seen.mapping.state is MappingState.SYNC_DISABLED:
            return ()
        wished = waited_for(asks, self.refusals) if policies.books_each_resource else ()
        wanted = dict.fromkeys((*self.choice.books, *wished))
        return tuple(r for r in wanted if r not in self.refusals and r not in self.booked)

    @property
    def invite(self) -> frozenset[ResourceId] | None:
        """Return the complete set of our resources that the event is to show, None if it does."""
        shown = self.asks.invited
        ours = frozenset(_rooms(self.asks, self.pairs, {}).invited)
        is_refused = self.moves != self.choice.moves
        wanted = ours if self.choice.invite is None or is_refused else self.choice.invite
        wanted = (wanted - self.answers.off) | self.answers.back
        return None if wanted == ours else wanted | (shown - ours)

    @property
    def cancels(self) -> tuple[BookingId, ...]:
        """Return the bookings that are to be freed."""
        return tuple(dict.fromkeys((*self.choice.cancels, *self.answers.cancels)))

    @property
    def places(self) -> tuple[ResourceId, ...]:
        """Return the resources that the location names: all booked ones, invited or not (R-202)."""
        kept = (pair for pair in self.pairs if pair.booking.booking_id not in self.cancels)
        held = (self.moves.get(p.booking.booking_id, p.booking.resource) for p in kept)
        return tuple(dict.fromkeys((*held, *self.new_rooms)))


def deaf_verdict(asks: Asking, pairs: tuple[Pair, ...]) -> Verdict:
    """Return what is decided from where changes in Exchange are not followed (R-113)."""
    blocked = all_changes(pairs).exchange
    rooms = replace(_rooms(asks, pairs, {}), is_changed_in_exchange=False)
    choice = choose_rooms(rooms, books_each=asks.context.directory.policies.books_each_resource)
    return Verdict(
        asks=asks,
        pairs=pairs,
        lead=lead_of(pairs),
        choice=choice,
        answers=Answers(blocked=blocked),
        is_deaf=True,
    )


def verdict_on(asks: Asking, pairs: tuple[Pair, ...]) -> Verdict:
    """Decide on the resources of an event that has bookings."""
    stands = standing(asks)
    rooms = _rooms(asks, pairs, stands)
    choice = choose_rooms(rooms, books_each=asks.context.directory.policies.books_each_resource)
    stands |= {resource: second_resource(asks, resource) for resource in choice.refuses}
    booked = set(_booked(pairs))
    stands = {r: f for r, f in stands.items() if r not in booked or is_of_booked(f)}
    if not any(pair.held in asks.invited for pair in pairs):
        stands = without_second(stands, choice.moves.values())
    lead, held = lead_of(pairs), {pair.booking.booking_id: pair.held for pair in pairs}
    instead_of = {r: held[b] for b, r in choice.moves.items() if r in stands}
    if lead.held not in asks.invited:
        instead_of |= dict.fromkeys(choice.refuses, lead.held)
    refused = Refused(by_resource=stands, pairs=pairs, instead_of=instead_of, lead=lead)
    return Verdict(
        asks=asks,
        pairs=pairs,
        lead=lead,
        choice=choice,
        refused=refused,
        answers=answer(asks, refused),
    )


def _rooms(asks: Asking, pairs: tuple[Pair, ...], stands: Table[ResourceId, Refusal]) -> Rooms:
    """Return what is invited and booked, as far as it is ours now (R-001, R-030)."""
    directory, seen = asks.context.directory, asks.seen
    ours = bookable(
        asks.event, {*asks.meeting.resources, *(pair.held for pair in pairs), *_booked(pairs)},
        directory,
    )  # fmt: skip
    invited = tuple(r for r in invited_resources(asks.event, directory) if r in ours)
    changed, booked = {}, {}
    for pair in pairs:
        number = pair.booking.booking_id
        shown = next(iter(pair.rooms.resources), None)
        booked[number] = shown if shown in ours else None
        is_made = number in seen.created or _was_waited_for(pair)
        is_new = is_made and shown is not None and shown not in invited
        if Aspect.RESOURCES in pair.changed.rooms or is_new:
            changed[number] = pair.held
    ended = {link.resource for i in seen.ended_bookings if (link := seen.mapping.link_of(i))}
    asked_again = {r.resource for r in seen.refusals if r.resource not in stands}
    return Rooms(
        invited=invited,
        booked=booked,
        changed=changed,
        ended=frozenset(ended) - frozenset(booked.values()),
        is_changed_in_exchange=Aspect.RESOURCES in pairs[0].changed.exchange,
        asked_again=frozenset(r for r in asked_again if r is not None),
        is_just_booked=not seen.mapping.bookings or _is_booking(seen.mapping),
    )


def _was_waited_for(pair: Pair) -> bool:
    """Tell whether an earlier try has booked what was taken off the event, and could not invite it.

    Unless the organizer has chosen other resources since: that ends the wish (D2).
    """
    mapping, booking = pair.seen.mapping, pair.booking
    is_wished = booking.resource in taken_off(pair.seen.refusals)
    is_half_made = _is_booking(mapping) and mapping.link_of(booking.booking_id) is None
    return is_half_made and is_wished and Aspect.RESOURCES not in pair.changed.exchange


def _is_booking(mapping: Mapping) -> bool:
    """Tell whether an event's bookings are being made, perhaps since before a crash."""
    return mapping.pending is not None and mapping.pending.kind is PendingKind.CREATE_BOOKING


def _booked(pairs: tuple[Pair, ...]) -> tuple[ResourceId, ...]:
    return tuple(pair.booking.resource for pair in pairs)
