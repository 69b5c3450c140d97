"""Exchange: calendars and their change notifications."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.buffer_mark import BufferMark
from core.domain.changes import EventChanges, EventDraft
from core.domain.event import Event, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId, ICalUid, MappingId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.room_policy import RoomPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """One page of an incremental read. `cursor` continues it; `is_last` ends this round.

    `removed` ids are only hints to look: they may be outside the window or still exist (S13).
    """

    events: tuple[Event, ...]
    removed: tuple[EventId, ...]
    cursor: str
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeCapabilities:
    """What an environment can do; the use cases ask this and never which adapter it is.

    `signed_notifications`: a notification proves where it comes from (else it is only a wake-up);
    `delta`: changes can be asked for from a cursor; `immutable_ids`: an event keeps its id when it
    moves between folders; `controls_mails`: a write can say whom Exchange mails.
    """

    signed_notifications: bool
    delta: bool
    immutable_ids: bool
    controls_mails: bool


@dataclass(frozen=True, slots=True)
class DeleteDate:
    """Take one date out of a series; who was invited is told by Exchange."""


type DateChange = EventChanges | DeleteDate


class ExchangeCalendar(Protocol):
    """Calendars of one environment's mailboxes (design 7)."""

    capabilities: ExchangeCapabilities

    async def get_event(self, place: EventPlace, event_id: EventId) -> Event:
        """Return one copy with our link property; NotFoundError is no proof of deletion."""
        ...

    async def find_by_ical_uid(self, place: EventPlace, ical_uid: ICalUid) -> Event | None:
        """Return this mailbox's copy of a meeting, None when the mailbox has none."""
        ...

    async def find_by_appointment_oid(self, place: EventPlace, oid: MappingId) -> Sequence[Event]:
        """Return all events of this mailbox that carry the link property with this value."""
        ...

    async def find_buffers(self, place: EventPlace, mark: BufferMark) -> Sequence[Event]:
        """Return the items of this mailbox that keep this time of a link's meeting free (D8)."""
        ...

    async def is_in_calendar(self, place: EventPlace, event_id: EventId, window: Interval) -> bool:
        """Tell whether the calendar view of `window` shows the event: the second proof (5.1)."""
        ...

    def list_events(self, place: EventPlace, window: Interval) -> AsyncIterator[Event]:
        """Yield all events of the default calendar that overlap `window`."""
        ...

    async def create_event(self, place: EventPlace, draft: EventDraft) -> Event:
        """Create an event and return it as stored; the same transaction id creates it once."""
        ...

    async def update_event(self, event: Event, changes: EventChanges) -> Event:
        """Write only `changes`, if the event still has `event.version`; else StaleVersionError.

        An empty version sets no condition: for changes that overwrite nothing of anybody's.
        """
        ...

    async def get_series(self, place: EventPlace, event_id: EventId) -> EventSeries:
        """Return a master with its exceptions and deleted dates.

        One read, two where Graph does not hand exceptions out with it. NotFoundError as
        `get_event`; NotASeriesError when it has become a single event; MalformedSeriesError when
        its recurrence means nothing, or two exceptions are one date.
        """
        ...

    async def change_dates(
        self, series: EventSeries, changes: Mapping[datetime, DateChange]
    ) -> EventSeries:
        """Change or delete dates, named by original start; return the series as it is then.

        One read for the ids of plain dates, then one write each. The master's version is not read
        again: what comes back has the old one. A date that is not there any more, or shows another
        time than `series`, is a StaleVersionError; so is one that somebody else has changed. A
        meeting that does not repeat is a NotASeriesError.
        CrossingBoundaryError names the date that would pass the one before or after it.
        """
        ...

    async def delete_event(self, place: EventPlace, event_id: EventId) -> None:
        """Move an event to Deleted Items; attendees get the cancellation. Gone already is fine."""
        ...

    async def cancel_event(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        """Call a meeting off with a word to its attendees; gone already is fine.

        Only on the organizer's copy (also a resource mailbox's own item), and only where somebody
        is invited: else InvalidPayloadError, and `delete_event` does.
        """
        ...

    async def decline(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        """Decline as this mailbox, on its copy; the organizer gets the comment (D3, D5).

        The copy leaves the calendar. Gone already is fine. An organizer who wants no answers gets
        none.
        """
        ...

    async def group_members(self, address: str) -> tuple[Attendee, ...] | None:
        """Return the people behind a group's address, those of groups in it too (R-008).

        None: no group that can be expanded (dynamic ones cannot). Two reads; nothing is cached.
        NotPermittedError: `GroupMember.Read.All` is missing.
        """
        ...

    async def read_policy(self, place: EventPlace) -> RoomPolicy | None:
        """Return the booking policy of a resource mailbox, None when it has none (R-901).

        NotPermittedError: `MailboxConfigItem.Read` is missing. See `core.app.room_policies`.
        """
        ...

    async def changes(self, place: EventPlace, window: Interval, cursor: str | None) -> ChangePage:
        """Return one page of changes; CursorExpiredError means: start again without a cursor."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionGrant:
    """What the service granted: its id for the subscription, when it ends, whom it calls."""

    subscription_id: str
    expires_at: datetime
    notification_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierCapabilities:
    """What the subscriptions of an environment can do.

    `callback`: which of our addresses is called, below that of all webhooks; `renews`: a life can
    be extended (else a new one takes its place, and the old one ends when it is told so in answer
    to what it says next); `lists`: those there are can be asked for; `late`: how long after its end
    one may still tell, so that a replaced one is believed meanwhile.
    """

    callback: str
    renews: bool
    lists: bool
    late: timedelta


class ExchangeNotifier(Protocol):
    """Change notification subscriptions of one environment (graph-calendar 1).

    `credentials` marks what this application signs in with, without telling it: a subscription
    belongs to those that made it (R-047).
    """

    capabilities: NotifierCapabilities
    credentials: str

    async def subscribe(
        self,
        place: EventPlace,
        *,
        notification_url: str,
        lifecycle_url: str,
        secret: str,
        until: datetime,
    ) -> SubscriptionGrant:
        """Subscribe to a mailbox's events; both URLs are validated before it returns.

        LifetimeRefusedError: ask for less time; SubscriptionLimitError: there are too many.
        """
        ...

    async def renew(self, subscription_id: str, until: datetime) -> SubscriptionGrant:
        """Extend a subscription; NotFoundError means: subscribe anew and catch up."""
        ...

    async def reauthorize(self, subscription_id: str) -> None:
        """Answer a reauthorization request; does not extend the life."""
        ...

    async def unsubscribe(self, subscription_id: str) -> None:
        """End a subscription; gone already is fine."""
        ...

    async def list_subscriptions(self) -> Sequence[SubscriptionGrant]:
        """Return all live subscriptions of this application in the environment."""
        ...
