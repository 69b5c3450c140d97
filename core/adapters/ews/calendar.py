"""Calendars of an installation on premises: the ExchangeCalendar port over EWS (design 7).

Ids change when an item moves between folders, and with its mailbox. Versions are change keys.
"""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from core.adapters.ews.changes import ChangeReader
from core.adapters.ews.client import EwsConnection
from core.adapters.ews.dates import EwsDates
from core.adapters.ews.groups import GroupReader
from core.adapters.ews.item_reader import PARTS, ItemReader, id_of, kind_of
from core.adapters.ews.item_shape import COLUMNS, MARKS, PEOPLE, LinkUri, shape
from core.adapters.ews.items import WITHOUT_MASTER, Items
from core.adapters.ews.policies import PolicyReader
from core.adapters.ews.series import SeriesReader
from core.adapters.ews.uids import clean_global_object_id, global_object_id
from core.adapters.ews.writing import EventWriter
from core.adapters.ews.xml import Element, t, text
from core.adapters.exchange.link_property import LinkProperty
from core.adapters.exchange.single_dates import DateWriter
from core.domain.buffer_mark import BufferMark
from core.domain.changes import EventChanges, EventDraft
from core.domain.event import Event, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId, ICalUid, MappingId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.room_policy import RoomPolicy
from core.errors import InvalidPayloadError, NotFoundError, ServiceUnavailableError
from core.ports.exchange import ChangePage, DateChange, ExchangeCapabilities

log = logging.getLogger(__name__)

UNDER_WAY_S = 120.0
"""How long a create that nobody answered may still be carried out by a server that is slow."""


class EwsCalendar:
    """Reads and writes events. A look that changes nothing is one request, two for a date."""

    capabilities = ExchangeCapabilities(
        signed_notifications=False, delta=True, immutable_ids=False, controls_mails=True
    )

    def __init__(
        self,
        connection: EwsConnection,
        link_property: LinkProperty | None = None,
        *,
        page_size: int = 100,
    ) -> None:
        self._connection = connection
        self._reader = ItemReader(LinkUri.of(link_property or LinkProperty()))
        self._items = Items(connection)
        self._changes = ChangeReader(connection, self._items, self._reader, page_size)
        self._series = SeriesReader(connection, self._items, self._reader)
        self._writer = EventWriter(connection, self._items, self._reader.link)
        self._dates = DateWriter(EwsDates(connection, self._items, self._reader, self._writer))
        self._groups, self._policies = GroupReader(connection), PolicyReader(connection)

    async def get_event(self, place: EventPlace, event_id: EventId) -> Event:
        """Return one copy with our link property; a date of a series costs a second request.

        A date whose master is refused is none: without it nobody would look at its series.
        """
        item = await self._items.get(place, event_id, self._whole())
        master = None
        if kind_of(item) in PARTS:
            found = await self._items.masters(place, [event_id], left_out=WITHOUT_MASTER)
            master = found.get(event_id)
        return self._event(place, item, master)

    async def find_by_ical_uid(self, place: EventPlace, ical_uid: ICalUid) -> Event | None:
        """Return this mailbox's copy of a meeting, None when the mailbox has none.

        Of several the organizer's own, living and oldest one is the meeting, as with Graph.
        """
        found = await self._found(place, clean_global_object_id(), global_object_id(ical_uid))
        ranked = sorted(
            found,
            key=lambda e: (e.is_cancelled, not e.is_organizer, str(e.created_at), e.event_id),
        )
        return ranked[0] if ranked else None

    async def find_by_appointment_oid(self, place: EventPlace, oid: MappingId) -> Sequence[Event]:
        """Return all events of this mailbox that carry the link property with this value."""
        return await self._found(place, self._reader.link.element(), oid.lower())

    async def find_buffers(self, place: EventPlace, mark: BufferMark) -> Sequence[Event]:
        """Return all items of this mailbox that carry this mark (D8)."""
        carrying = await self._found(place, self._reader.link.element(), mark.text.lower())
        return [event for event in carrying if event.is_buffer]

    async def is_in_calendar(self, place: EventPlace, event_id: EventId, window: Interval) -> bool:
        """Tell whether the calendar view of `window` shows the event, or an occurrence of it.

        A series that does not tell its master may be the one: then nothing is told (S22).
        """
        dates: dict[str, EventId] = {}
        async for item in self._items.view(place, window, shape(*MARKS)):
            found = id_of(item)
            if found == event_id:
                return True
            if kind_of(item) in PARTS:
                dates.setdefault(text(item, "UID") or found, found)
        shown = await self._items.masters(place, list(dates.values()), left_out=WITHOUT_MASTER)
        return event_id in shown.values()

    async def list_events(self, place: EventPlace, window: Interval) -> AsyncIterator[Event]:
        """Yield all events of the default calendar that overlap `window`, series expanded.

        An event that cannot be read is left out and logged; reading it by its id tells why.
        """
        shown = [item async for item in self._items.view(place, window, shape(*MARKS))]
        dates = {text(i, "UID"): id_of(i) for i in shown if kind_of(i) in PARTS}
        masters = await self._items.masters(place, list(dates.values())) if dates else {}
        by_uid = {uid: masters.get(date) for uid, date in dates.items()}
        ids = [id_of(item) for item in shown]
        for _, item in await self._items.fetch(place, ids, self._whole()):
            if item is None:
                continue
            try:
                yield self._event(place, item, by_uid.get(text(item, "UID")))
            except InvalidPayloadError as error:
                log.warning("event_unreadable", extra={"mailbox": place.mailbox, "why": str(error)})

    async def create_event(self, place: EventPlace, draft: EventDraft) -> Event:
        """Create an event and return it as stored; the same transaction id creates it once.

        EWS knows no such ids: it is kept in a property, and looked for first.
        """
        path = self._reader.link.transaction.element()
        if existing := await self._found(place, path, draft.transaction_id):
            return min(existing, key=lambda event: (str(event.created_at), event.event_id))
        try:
            made = await self._writer.create(place, draft)
        except ServiceUnavailableError as error:
            # It may still be under way: who looks too early does not find it, and makes another.
            error.retry_after_s = max(error.retry_after_s or 0.0, UNDER_WAY_S)
            raise
        return await self._stored(place, made)

    async def update_event(self, event: Event, changes: EventChanges) -> Event:
        """Write only `changes`, if the event still has `event.version`; else StaleVersionError.

        Changes that the event already shows are no request at all.
        """
        written = await self._writer.update(event, changes)
        return event if written is None else await self._stored(event.place, written)

    async def delete_event(self, place: EventPlace, event_id: EventId) -> None:
        """Move an event to Deleted Items; attendees get the cancellation. Gone already is fine."""
        await self._writer.delete(place, event_id)

    async def cancel_event(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        """Call a meeting off with a word to its attendees; gone already is fine."""
        body = t("NewBodyContent", comment, BodyType="Text")
        doing = f"cancelling an event of mailbox {place.mailbox}"
        await self._writer.respond(place, event_id, "CancelCalendarItem", body, doing)

    async def decline(self, place: EventPlace, event_id: EventId, comment: str) -> None:
        """Decline as this mailbox, on its copy; gone already is fine."""
        body = t("Body", comment, BodyType="Text")
        doing = f"declining an event of mailbox {place.mailbox}"
        await self._writer.respond(place, event_id, "DeclineItem", body, doing)

    async def get_series(self, place: EventPlace, event_id: EventId) -> EventSeries:
        """Return a master with its exceptions and deleted dates."""
        return await self._series.read(place, event_id)

    async def change_dates(
        self, series: EventSeries, changes: Mapping[datetime, DateChange]
    ) -> EventSeries:
        """Change or delete dates, named by original start; return the series as it is then."""
        return await self._dates.change_dates(series, changes)

    async def group_members(self, address: str) -> tuple[Attendee, ...] | None:
        """Return the people behind a group's address, None if it is none (R-008)."""
        return await self._groups.members(address)

    async def read_policy(self, place: EventPlace) -> RoomPolicy | None:
        """Return what a resource mailbox says about requests, None if nothing (R-901)."""
        return await self._policies.read(place)

    async def changes(self, place: EventPlace, window: Interval, cursor: str | None) -> ChangePage:
        """Return one page of changes; CursorExpiredError means: start again without a cursor."""
        return await self._changes.page(place, window, cursor)

    async def _stored(self, place: EventPlace, event_id: EventId) -> Event:
        """Return what a write has left; if that cannot be read its outcome is unknown."""
        try:
            return await self.get_event(place, event_id)
        except (NotFoundError, InvalidPayloadError) as error:
            raise ServiceUnavailableError(f"the outcome of a write is unknown: {error}") from None

    def _whole(self) -> Element:
        return shape(*COLUMNS, *PEOPLE, link=self._reader.link)

    def _event(self, place: EventPlace, item: Element, master: EventId | None = None) -> Event:
        zone = self._connection.zone_of(place.mailbox)
        return self._reader.event(place, item, zone, master)

    async def _found(self, place: EventPlace, path: Element, value: str) -> list[Event]:
        ids = [id_of(item) for item in await self._items.found(place, path, value, shape())]
        found = await self._items.fetch_all(place, ids, self._whole())
        return [self._event(place, item) for item in found]
