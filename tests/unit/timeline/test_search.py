"""What somebody types to mean a meeting, and which it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.app.reference import UnknownItemError, named_key
from core.app.timeline.search import SlotFound, sought
from core.domain.ids import BookingId, EventId, ICalUid
from core.domain.mapping import MappingState
from core.domain.work import BookingKey, EventKey, ICalKey, MappingKey
from tests.unit.builders import LINK, SAENTIS, a_booking, a_link, an_event
from tests.unit.timeline.memory import a_memory

EVENT_ID = EventId("AAMkADU2" + "Zx-_" * 20 + "AAA=")
UID = ICalUid("040000008200E00074C5B7101A82E008" + "0" * 16 + "ABCDEF")
EVENT = replace(an_event(), event_id=EVENT_ID, ical_uid=UID)
AT_LINK = MappingKey(LINK, EVENT.place)


@pytest.fixture
async def memory():
    found = await a_memory(events=[EVENT], bookings=[a_booking()])
    await found.keep(a_link(EVENT, a_booking()))
    return found


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1177", BookingKey("Default", BookingId(1177))),
        (" 1177 ", BookingKey("Default", BookingId(1177))),
        (f"p11/uid:{UID}", ICalKey(EVENT.place, UID)),
        (f"p11/{EVENT_ID}", EventKey(EVENT.place, EVENT_ID)),
        (LINK, AT_LINK),
        (LINK.upper(), AT_LINK),
        (f"uid:{UID}", AT_LINK),
        (UID, AT_LINK),
        (EVENT_ID, AT_LINK),
    ],
)
async def test_every_name_of_a_meeting_is_understood(memory, typed, key):
    assert await sought(typed, memory) == key


@pytest.mark.parametrize(
    "key",
    [
        AT_LINK,
        BookingKey("Default", BookingId(1177)),
        EventKey(EVENT.place, EVENT_ID),
        ICalKey(EVENT.place, UID),
    ],
)
async def test_what_a_key_is_called_leads_back_to_it(memory, key):
    assert await sought(named_key(key), memory) == key


@pytest.mark.parametrize(
    "typed",
    [
        "Saentis 2026-03-03 10:30",
        "saentis, 3.3.2026, 10:30",
        "r101 2026-03-03T10:30",
        "101 3.3.2026 10.30",
    ],
)
async def test_a_resource_and_a_time_mean_what_is_there_then(memory, typed):
    found = await sought(typed, memory)
    assert isinstance(found, SlotFound)
    assert found.resource.id == SAENTIS
    assert found.time.end - found.time.start == timedelta(minutes=1)
    assert [holder.key for holder in found.seen.holders] == [AT_LINK]


@pytest.mark.parametrize("until", ["10:00-11:30", "10:00 \u2013 11:30", "10:00 bis 11:30"])
async def test_a_span_may_be_typed(memory, until):
    found = await sought(f"Saentis 2026-03-03 {until}", memory)
    assert isinstance(found, SlotFound)
    assert found.time.end - found.time.start == timedelta(minutes=90)


async def test_of_two_links_the_living_one_has_the_event(memory):
    ended = replace(
        a_link(EVENT, a_booking(booking_id=BookingId(9))),
        id="00000000-2222-3333-4444-555555555555",
        state=MappingState.CANCELLED,
    )
    await memory.keep(ended)
    assert await sought(EVENT_ID, memory) == AT_LINK


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("nonsense", "is not understood"),
        ("Nowhere 2026-03-03 10:30", "not in the settings"),
        ("Saentis 2026-13-02 10:30", "is no moment"),
        ("Saentis 2026-03-03 11:00-10:00", "is not after"),
        ("04000000" + "0" * 40, "no link is known"),
        ("AAMk" + "x" * 60, "no link is known"),
        ("", "is not understood"),
    ],
)
async def test_what_means_nothing_is_told_with_what_would(memory, typed, told):
    with pytest.raises(UnknownItemError, match=told):
        await sought(typed, memory)
