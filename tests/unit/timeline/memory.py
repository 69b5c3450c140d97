"""Everything that a history is read from: the real stores in memory, both systems as lists."""

import asyncio
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from core.adapters.tables.activity_store import TableActivityStore
from core.adapters.tables.breaker_store import TableBreakerStore
from core.adapters.tables.drift_store import TableDriftStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.notice_store import TableNoticeStore
from core.adapters.tables.parked_store import TableParkedStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.provision import create_tables
from core.adapters.tables.waiting_store import TableWaitingStore
from core.app.breakers import BreakerBook
from core.domain.history import HistoryEntry
from core.domain.ids import MappingId
from core.domain.mapping import Mapping
from core.domain.pointers import Pointer, booking_pointer, event_pointer, meeting_pointer
from core.errors import NotFoundError
from tests.kit.memory_tables import MemoryTables
from tests.unit.builders import CONTOSO, KEYS, NOW, a_directory


@dataclass
class Calendars:
    """All mailboxes of one environment; `error` is what every call ends with."""

    events: list = field(default_factory=list)
    error: Exception | None = None

    async def get_event(self, place, event_id):
        self._answer()
        for event in self.events:
            if (event.place, event.event_id) == (place, event_id):
                return event
        raise NotFoundError("gone")

    async def list_events(self, place, window):
        self._answer()
        for event in self.events:
            if event.place == place and event.time.overlaps(window):
                yield event

    def _answer(self):
        if self.error is not None:
            raise self.error


@dataclass
class Rooms:
    bookings: list = field(default_factory=list)
    mandator: str = "Default"
    error: Exception | None = None

    async def get_booking(self, number):
        self._answer()
        for booking in self.bookings:
            if booking.booking_id == number:
                return booking
        raise NotFoundError("gone")

    async def find_bookings(self, query):
        self._answer()
        return [b for b in self.bookings if b.time.overlaps(query.window)]

    def _answer(self):
        if self.error is not None:
            raise self.error


@dataclass
class Queue:
    sent: list = field(default_factory=list)

    async def send(self, items):
        self.sent += items


class Memory(SimpleNamespace):
    """The services of a use case that reads; `keep` stores a link as a pass would have."""

    async def keep(self, mapping: Mapping, *entries: HistoryEntry) -> Mapping:
        pointer = Pointer(mapping_id=mapping.id)
        if mapping.event is not None:
            home = mapping.home
            await self.pointers.replace(event_pointer(home, mapping.event.event_id), pointer)
            await self.pointers.replace(meeting_pointer(home, mapping.event.ical_uid), pointer)
        for link in mapping.every_booking:
            key = booking_pointer(mapping.mandator, link.booking_id)
            await self.pointers.replace(key, pointer)
        return await self.mappings.save(replace(mapping, version=None), *entries)


async def a_memory(*, events=(), bookings=(), directory=None) -> Memory:
    tables = MemoryTables()
    await create_tables(tables)
    company = directory or a_directory()
    clock = SimpleNamespace(now=lambda: NOW)
    numbers = iter(range(1, 1000))

    async def the_directory():
        await asyncio.sleep(0)
        return company

    return Memory(
        mappings=TableMappingStore(tables),
        pointers=TablePointerStore(tables),
        waiting=TableWaitingStore(tables),
        activity=TableActivityStore(tables),
        given_up=TableGivenUpStore(tables),
        notices=TableNoticeStore(tables),
        drifts=TableDriftStore(tables),
        parked=TableParkedStore(tables),
        breakers=BreakerBook(TableBreakerStore(tables), clock),
        calendars={CONTOSO: Calendars(list(events))},
        rooms=Rooms(list(bookings)),
        queue=Queue(),
        roster=SimpleNamespace(directory=the_directory),
        clock=clock,
        keys=KEYS,
        new_id=lambda: MappingId(f"00000000-0000-4000-8000-{next(numbers):012d}"),
    )
