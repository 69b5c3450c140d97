"""What both systems show that is still to come: what links are restored from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.booking import Booking
from core.domain.event import Event, EventKind, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId, ICalUid, MappingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.policies import deputy_of
from core.sync.context import Context
from core.sync.translate import invited_resources


@dataclass(frozen=True, slots=True)
class Date:
    """When a date of a series in Exchange is, and which known resources it invites."""

    time: Interval
    resources: tuple[ResourceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvent:
    """An organizer's copy, or what somebody put into a resource mailbox; of a series the master."""

    event: Event
    series: EventSeries | None = None
    dates: tuple[Date, ...] = ()

    @property
    def oid(self) -> str | None:
        """Return the link that it carries."""
        return self.event.appointment_oid and self.event.appointment_oid.lower()

    def slots(self, context: Context) -> tuple[Date, ...]:
        """Return when it is and what it invites, date by date."""
        if self.event.kind is EventKind.SERIES_MASTER:
            return self.dates
        return (Date(self.event.time, invited_resources(self.event, context.directory)),)

    def booked_for(self, context: Context) -> PersonId | None:
        """Return in whose name it is booked: its organizer's, a stranger's as settings say (D5)."""
        policies = context.directory.policies
        own = context.directory.person_at(self.event.organizer_address)
        if own is not None:
            return own.id
        answer = policies.unsynced_organizer
        if self.event.is_organizer:
            answer = policies.direct_booking
        named = deputy_of(answer)
        deputy = None if named is None else context.directory.person_at(named)
        return None if deputy is None else deputy.id


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferItem:
    """A buffer that lies in a resource mailbox, by the link that it belongs to (D8)."""

    mapping_id: MappingId
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What links that were not lost know already."""

    links: frozenset[MappingId] = frozenset()
    events: frozenset[tuple[EventPlace, EventId]] = frozenset()
    meetings: frozenset[tuple[EventPlace, ICalUid]] = frozenset()
    bookings: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that was read of both systems, without what is over or cancelled.

    `unread` are mailboxes that could not be read: of their items nothing is known to be alone.
    """

    events: tuple[ShownEvent, ...] = ()
    bookings: tuple[Booking, ...] = ()
    buffers: tuple[BufferItem, ...] = ()
    unread: Mapping[EventPlace, str] = field(default_factory=dict)
