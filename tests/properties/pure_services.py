"""Both systems as pure functions: what a step would bring about, refusals and oddities included."""

from dataclasses import dataclass, field, replace

from core.domain.booking import Booking, BookingStatus, Participant
from core.domain.event import Answer, Event, EventKind
from core.domain.ids import BookingId, EventId, EventVersion, ICalUid, ResourceId
from core.domain.mapping import Mapping, MappingState
from core.errors import BookingRefusedError
from core.sync.context import Context
from core.sync.fold import fold, fold_refusal
from core.sync.observed import Observed
from core.sync.plan import plan_sync
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    CreateEvent,
    DeclineEvent,
    DeleteEvent,
    Plan,
    ReinviteResource,
    Step,
    Tell,
    UpdateBooking,
    UpdateEvent,
)

MOST_ROUNDS = 16
LONGEST_TITLE = 12


@dataclass
class Services:
    """ROOMS cuts long titles and refuses some resources and hours; all writes are counted."""

    refused_resources: frozenset[ResourceId] = frozenset()
    refused_hours: frozenset[int] = frozenset()
    writes: list[Step] = field(default_factory=list)

    def do(  # noqa: PLR0911 - one kind of step each
        self, seen: Observed, step: Step, context: Context
    ) -> Event | Booking | None:
        self.writes.append(step)
        number = len(self.writes)
        match step:
            case CreateBooking(draft=draft):
                booking = Booking(
                    mandator="Default",
                    booking_id=BookingId(2000 + number),
                    resource=draft.resource,
                    title=draft.title[:LONGEST_TITLE],
                    time=draft.time,
                    status=BookingStatus.DEFINITIVE,
                    organizer=draft.organizer,
                    participants=tuple(Participant(a.address, a.name) for a in draft.attendees),
                    is_private=draft.private,
                    appointment_oid=draft.appointment_oid,
                    modified_on=f"w{number}",
                )
                return self._checked(booking)
            case UpdateBooking(booking_id=number_of, changes=changes):
                old = seen.booking_of(number_of)
                attendees = changes.attendees
                people = (
                    old.participants
                    if attendees is None
                    else tuple(Participant(a.address, a.name) for a in attendees)
                )
                title = old.title if changes.title is None else changes.title[:LONGEST_TITLE]
                booking = replace(
                    old,
                    title=title,
                    time=changes.time or old.time,
                    resource=old.resource if changes.resource is None else changes.resource,
                    participants=people,
                    appointment_oid=changes.appointment_oid or old.appointment_oid,
                    modified_on=f"w{number}",
                )
                moved = (booking.time, booking.resource) != (old.time, old.resource)
                return self._checked(booking) if moved else booking
            case CancelBooking(booking_id=number_of):
                return replace(seen.booking_of(number_of), status=BookingStatus.CANCELLED)
            case CreateEvent(place=place, draft=draft):
                return Event(
                    place=place,
                    event_id=EventId(f"e{number}"),
                    version=EventVersion(f"v{number}"),
                    ical_uid=ICalUid(f"i{number}"),
                    kind=EventKind.SINGLE_INSTANCE,
                    is_organizer=True,
                    organizer_address=context.directory.address_of(place.mailbox),
                    subject=draft.subject,
                    time=draft.time,
                    invitees=draft.invitees,
                    sensitive=draft.private,
                    show_as=draft.show_as,
                    appointment_oid=draft.appointment_oid,
                )
            case UpdateEvent(changes=changes):
                old = seen.event
                return replace(
                    old,
                    subject=old.subject if changes.subject is None else changes.subject,
                    time=changes.time or old.time,
                    invitees=old.invitees if changes.invitees is None else changes.invitees,
                    sensitive=old.sensitive if changes.private is None else changes.private,
                    show_as=changes.show_as or old.show_as,
                    appointment_oid=changes.appointment_oid or old.appointment_oid,
                    version=EventVersion(f"v{number}"),
                )
            case ReinviteResource(again=changes):
                answers = [
                    replace(invitee, answer=Answer.NOT_RESPONDED) for invitee in changes.invitees
                ]
                return replace(seen.event, invitees=tuple(answers))
            case DeleteEvent() | DeclineEvent() | Tell():
                return None

    def _checked(self, booking: Booking) -> Booking:
        if booking.resource in self.refused_resources or booking.time.start.hour in (
            self.refused_hours
        ):
            raise BookingRefusedError("occupied", "belegt")
        return booking


def sight_after(after: Observed, link: Mapping) -> Observed:
    """Return what the next look sees of what a pass has left and recorded as `link`."""
    is_shown_as_over = link.state is MappingState.CANCELLED and after.event is not None
    return Observed(
        mapping=link,
        event=after.event,
        event_gone=after.event_gone,
        bookings=() if is_shown_as_over else after.active_bookings or after.bookings,
        bookings_gone=after.bookings_gone,
        refusals=link.refusals,
        room_slots=after.room_slots,
        blocked=after.blocked,
    )


def settle(seen: Observed, context: Context, services: Services) -> tuple[Observed, Plan, int]:
    """Plan and apply until nothing is left to do; AssertionError if that never comes (P11)."""
    for rounds in range(MOST_ROUNDS):
        plan = plan_sync(seen, context)
        if not plan.steps:
            return seen, plan, rounds
        for step in plan.steps:
            try:
                seen = fold(seen, step, services.do(seen, step, context))
            except BookingRefusedError as refused:
                services.writes.pop()
                seen = fold_refusal(seen, step, refused, context)
                break
    raise AssertionError(f"no end after {MOST_ROUNDS} rounds: {plan}")
