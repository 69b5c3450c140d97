"""Where a notified event leads, as far as one read of it tells."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from core.app.locate_event import locate_event
from core.app.whereabouts import Elsewhere
from core.domain.event import Event, EventKind
from core.domain.ids import EventId
from core.domain.work import EventKey, Source, WorkItem
from tests.unit.builders import NOW, an_event

MASTER = EventId("master")


@dataclass
class OneEvent:
    """A calendar with one event; it counts how often it is asked."""

    event: Event
    asked: list[EventId] = field(default_factory=list)

    async def get_event(self, _place, event_id):
        self.asked.append(event_id)
        return self.event


class NoPointers:
    async def find(self, _key):
        return None


@pytest.mark.parametrize("kind", [EventKind.OCCURRENCE, EventKind.EXCEPTION])
@pytest.mark.parametrize("is_organizer", [True, False])
async def test_a_date_of_a_series_leads_to_its_master(kind, is_organizer):
    date = replace(
        an_event(), kind=kind, is_organizer=is_organizer, series_master=MASTER, original_start=NOW
    )
    calendar = OneEvent(date)
    services = SimpleNamespace(pointers=NoPointers(), calendars={date.place.environment: calendar})
    key = EventKey(date.place, date.event_id)

    where = await locate_event(key, WorkItem(key=key, source=Source.PUSH, first_seen=NOW), services)

    assert where == Elsewhere(EventKey(date.place, MASTER))
    assert calendar.asked == [date.event_id]
