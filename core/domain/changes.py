"""What is to be written: complete for a create, only the changed parts for an update."""

from dataclasses import dataclass

from core.domain.buffer_mark import BufferKind, BufferMark
from core.domain.event import Invitee
from core.domain.ids import MappingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Attendee, ShowAs
from core.domain.series import Recurrence


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a meeting is held, as shown in the event; `address` is the resource mailbox, if any."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """A new event. `transaction_id` makes a repeated create harmless (graph-calendar 4).

    With `buffer` it keeps lead or follow-up time of the link's meeting free (D8). With `recurrence`
    it is a series: `time` is its first date, `time_zone` the recurrence's.
    """

    appointment_oid: MappingId
    transaction_id: str
    subject: str
    time: Interval
    time_zone: str
    invitees: tuple[Invitee, ...] = ()
    venue: Venue | None = None
    private: bool = False
    show_as: ShowAs = ShowAs.BUSY
    reminder_minutes: int | None = None
    buffer: BufferKind | None = None
    recurrence: Recurrence | None = None

    @property
    def link(self) -> str:
        """Return what the link property is to hold."""
        if self.buffer is None:
            return self.appointment_oid.lower()
        return BufferMark(self.appointment_oid, self.buffer).text.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChanges:
    """Changes to an event; None leaves a part alone.

    `invitees` are always the complete list, together with the venue. `clear_venue` removes it.
    `recurrence` makes it that series, whatever it was: Exchange forgets its exceptions and deleted
    dates (graph-calendar 3.3). It says all about times; `time` is left out then.
    """

    subject: str | None = None
    time: Interval | None = None
    invitees: tuple[Invitee, ...] | None = None
    venue: Venue | None = None
    clear_venue: bool = False
    private: bool | None = None
    show_as: ShowAs | None = None
    reminder_minutes: int | None = None
    appointment_oid: MappingId | None = None
    recurrence: Recurrence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDraft:
    """A new booking. `private` can only be said here: ROOMS cannot change it later."""

    appointment_oid: MappingId
    title: str
    time: Interval
    resource: ResourceId
    organizer: PersonId
    attendees: tuple[Attendee, ...] = ()
    private: bool = False
    custom_fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingChanges:
    """Changes to a booking; None leaves a part alone. `attendees` are always complete."""

    title: str | None = None
    time: Interval | None = None
    resource: ResourceId | None = None
    organizer: PersonId | None = None
    attendees: tuple[Attendee, ...] | None = None
    appointment_oid: MappingId | None = None
    custom_fields: tuple[tuple[str, str], ...] = ()

    @property
    def needs_draft(self) -> bool:
        """Tell whether ROOMS takes this only through edit and confirm (rooms-api 4)."""
        return self.attendees is not None or self.appointment_oid is not None
