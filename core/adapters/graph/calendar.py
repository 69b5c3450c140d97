"""Calendars of Exchange Online: the ExchangeCalendar port over Graph (design 7)."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from core.adapters.exchange.link_property import LinkProperty
from core.adapters.exchange.links import linked
from core.adapters.graph.bodies import create_body, update_body
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.delta import DeltaReader
from core.adapters.graph.event_reader import EventReader
from core.adapters.graph.groups import GroupReader
from core.adapters.graph.mailbox_zones import MailboxZones
from core.adapters.graph.paging import items
from core.adapters.graph.payloads import EventPayload
from core.adapters.graph.policies import PolicyReader
from core.adapters.graph.series_reader import SeriesReader
from core.adapters.graph.series_writer import SeriesWriter
from core.domain.buffer_mark import BufferMark
from core.domain.changes import EventChanges, EventDraft
from core.domain.event import Event, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId, ICalUid, MappingId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.room_policy import RoomPolicy
from core.errors import AlreadyExistsError, InvalidPayloadError, NotFoundError
from core.ports.clock import Clock
from core.ports.exchange import ChangePage, DateChange, ExchangeCapabilities

log = logging.getLogger(__name__)


class GraphCalendar:
    """Reads and writes events; ids are immutable ones, versions are Graph's etags."""

    capabilities = ExchangeCapabilities(
        signed_notifications=True, delta=True, immutable_ids=True, controls_mails=False
    )

    def __init__(
        self,
        connection: GraphConnection,
        clock: Clock,
        link_property: LinkProperty | None = None,
        *,
        page_size: int = 100,
    ) -> None:
        self._connection = connection
        self._link = link_property or LinkProperty()
        self._page_size = page_size
        self._events = EventReader(MailboxZones(connection), self._link)
        self._delta = DeltaReader(connection, self._events, page_size)
        self._series = SeriesReader(connection, self._events, clock, self.is_in_calendar)
        self._dates = SeriesWriter(connection, self._events, self._series)
        self._groups, self._policies = GroupReader(connection), PolicyReader(connection)

    async def get_event(self, place: EventPlace, event_id: EventId) -> Event:
        """Return one copy with our link property; NotFoundError is no proof of deletion."""
        address = self._connection.address(place)
        content = await self._connection.read(
            lambda requests: requests.event(address, event_id, self._link.expand),
            f"reading an event of mailbox {place.mailbox}",
        )
        return await self._events.event(place, content)

    async def find_by_ical_uid(self, place: EventPlace, ical_uid: ICalUid) -> Event | None:
        """Return this mailbox's copy of a meeting, None when the mailbox has none.

        After a copy or an import several events share the id: the organizer's own, living and
        oldest one is the meeting (graph-calendar 12.16).
        """
        escaped = ical_uid.replace("'", "''")
        found = await self._find(place, f"iCalUId eq '{escaped}'")
        ranked = sorted(
            found,
            key=lambda e: (e.is_cancelled, not e.is_organizer, str(e.created_at), e.event_id),
        )
        return ranked[0] if ranked else None

    async def find_by_appointment_oid(self, place: EventPlace, oid: MappingId) -> Sequence[Event]:
        """Return all events of this mailbox that carry the link property with this value.

        The search compares without case, so the value asked for stands in where Graph leaves the
        property out of the result (graph-calendar 4).
        """
        return await self._carrying(place, oid.lower())

    async def find_buffers(self, place: EventPlace, mark: BufferMark) -> Sequence[Event]:
        """Return all items of this mailbox that carry this mark (D8)."""
        return [event for event in await self._carrying(place, mark.text) if event.is_buffer]

    async def is_in_calendar(self, place: EventPlace, event_id: EventId, window: Interval) -> bool:
        """Tell whether the calendar view of `window` shows the event, or an occurrence of it."""
        address = self._connection.address(place)
        doing = f"reading the calendar view of mailbox {place.mailbox}"
        first = await self._connection.read(
            lambda requests: requests.view_ids(address, window, self._page_size), doing
        )
        async for item in items(self._connection, first, doing, self._page_size):
            shown = EventPayload.read(item, "event")
            if event_id in {shown.id, shown.series_master_id}:
                return True
        return False

    async def list_events(self, place: EventPlace, window: Interval) -> AsyncIterator[Event]:
        """Yield all events of the default calendar that overlap `window`, series expanded.

        An event that cannot be read is left out and logged; reading it by its id tells why.
        """
        address = self._connection.address(place)
        doing = f"listing events of mailbox {place.mailbox}"
        first = await self._connection.read(
            lambda requests: requests.view(address, window, self._link.expand, self._page_size),
            doing,
        )
        async for item in items(self._connection, first, doing, self._page_size):
            try:
                yield await self._events.event(place, item)
            except InvalidPayloadError as error:
                log.warning("event_unreadable", extra={"mailbox": place.mailbox, "why": str(error)})

    async def create_event(self, place: EventPlace, draft: EventDraft) -> Event:
        """Create an event and return it as stored; the same transaction id creates it once.

        Services that answer a repeated id with 409 are asked for the event that they have.
        """
        address = self._connection.address(place)
        body = create_body(draft, self._link)
        try:
            content = await self._connection.read(
                lambda requests: requests.create_event(address, body),
                f"creating an event in mailbox {place.mailbox}",
                is_create=True,
            )
        except AlreadyExistsError:
            existing = await self._carrying(place, draft.link)
            if not existing:
                raise
            return existing[0]
        return await self._events.written(place, content, draft.link)

    async def update_event(self, event: Event, changes: EventChanges) -> Event:
        """Write only `changes`, if the event still has `event.version`; else StaleVersionError.

        Changes that the event already shows are no request at all.
        """
        body = update_body(event, changes, self._link)
        if not body:
            return event
        address = self._connection.address(event.place)
        content = await self._connection.read(
            lambda requests: requests.update_event(address, event.event_id, body, event.version),
            f"updating an event of mailbox {event.place.mailbox}",
        )
        oid = changes.appointment_oid.lower() if changes.appointment_oid else event.appointment_oid
        oid = event.buffer.text if event.buffer and oid is None else oid
        return await self._events.written(event.place, content, oid)

    async def get_series(self, place: EventPlace, event_id: EventId) -> EventSeries:
        """Return a master with its exceptions and deleted dates."""
        return await self._series.read(place, event_id)

    async def change_dates(
        self, series: EventSeries, changes: Mapping[datetime, DateChange]
    ) -> EventSeries:
        """Change or delete dates, named by original start; return the series as it is then."""
        return await self._dates.change_dates(series, changes)

    async def delete_event(self, place: EventPlace, event_id: EventId) -> None:
        """Move an event to Deleted Items; attendees get the cancellation. Gone already is fine."""
        address = self._connection.address(place)
        try:
            await self._connection.send(
                lambda requests: requests.delete_event(address, event_id),
                f"deleting an event of mailbox {place.mailbox}",
            )
        except NotFoundError:
            return

    async def cancel_event(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        """Call a meeting off with a word to its attendees; gone already is fine.

        What has no attendees or another organizer is refused by Exchange: InvalidPayloadError.
        """
        address = self._connection.address(place)
        try:
            await self._connection.send(
                lambda requests: requests.cancel_event(address, event_id, comment),
                f"cancelling an event of mailbox {place.mailbox}",
            )
        except NotFoundError:
            return

    async def decline(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        """Decline as this mailbox, on its copy; gone already is fine.

        Exchange takes no answer to a meeting that asks for none: then it is declined silently.
        """
        address = self._connection.address(place)
        doing = f"declining an event of mailbox {place.mailbox}"
        try:
            try:
                await self._connection.send(
                    lambda requests: requests.decline(address, event_id, comment, tells=True), doing
                )
            except InvalidPayloadError:
                await self._connection.send(
                    lambda requests: requests.decline(address, event_id, comment, tells=False),
                    doing,
                )
        except NotFoundError:
            return

    async def group_members(self, address: str) -> tuple[Attendee, ...] | None:
        """Return the people behind a group's address, None if it is none (R-008)."""
        return await self._groups.members(address)

    async def read_policy(self, place: EventPlace) -> RoomPolicy | None:
        """Return what a resource mailbox says about requests, None if nothing (R-901)."""
        return await self._policies.read(place)

    async def changes(self, place: EventPlace, window: Interval, cursor: str | None) -> ChangePage:
        """Return one page of changes; CursorExpiredError means: start again without a cursor.

        The events of a delta round carry no extended property: `appointment_oid` is None in all
        of them, whether linked or not (graph-calendar 2). `window` counts only without a cursor.
        """
        return await self._delta.page(place, window, cursor)

    async def _carrying(self, place: EventPlace, link: str) -> list[Event]:
        return [linked(e, link) for e in await self._find(place, self._link.filter_for(link))]

    async def _find(self, place: EventPlace, condition: str) -> list[Event]:
        address = self._connection.address(place)
        doing = f"searching mailbox {place.mailbox}"
        first = await self._connection.read(
            lambda requests: requests.events(
                address, condition, self._link.expand, self._page_size
            ),
            doing,
        )
        found = items(self._connection, first, doing, self._page_size)
        return [await self._events.event(place, item) async for item in found]
