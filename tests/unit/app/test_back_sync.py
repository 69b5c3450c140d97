"""Slot back-sync (R-822): whatever is in a slot of a resource is looked at, each meeting once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.app.back_sync import MOST, SlotError, back_sync
from core.app.by_hand import answer_to, look_by_hand
from core.app.slots import Witness
from core.domain.booking import BookingStatus
from core.domain.buffer_mark import BufferKind, BufferMark
from core.domain.directory import SyncMode
from core.domain.event import EventPlace
from core.domain.history import Activity
from core.domain.ids import BookingId, EventId, ICalUid, MappingId, ResourceId, resource_mailbox
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.pointers import Pointer, event_pointer
from core.domain.waiting import Waiting
from core.domain.work import BookingKey, EventKey, ICalKey, MappingKey, Source
from core.errors import ServiceUnavailableError
from tests.unit.builders import (
    ANNA,
    CONTOSO,
    NOW,
    PILATUS,
    RIGI,
    SAENTIS,
    a_booking,
    a_directory,
    a_link,
    a_person,
    a_resource,
    an_event,
    hours,
)
from tests.unit.series_builders import a_date, a_master, a_series, at
from tests.unit.timeline.memory import a_memory

SLOT = hours(9, 10)
ROOM = EventPlace(CONTOSO, resource_mailbox(SAENTIS))
HOME = an_event().place
COPY = an_event(place=ROOM, event_id=EventId("copy-1"), is_organizer=False)
BOOKING = a_booking()
LINK = a_link(an_event(), BOOKING)
AT_LINK = MappingKey(LINK.id, HOME)
OTHER = MappingId("99999999-2222-3333-4444-555555555555")


async def keys(memory, slot=SLOT, resource=SAENTIS):
    asked = await back_sync(resource, slot, memory)
    assert [look.key for look in asked.looks] == [item.key for item in memory.queue.sent]
    return [look.key for look in asked.looks]


async def test_a_meeting_that_all_know_is_looked_at_once():
    memory = await a_memory(events=[COPY], bookings=[BOOKING])
    await memory.keep(LINK)

    asked = await back_sync(SAENTIS, SLOT, memory)

    (look,) = asked.looks
    assert (look.key, look.link) == (AT_LINK, LINK.id)
    assert look.witnesses == (Witness.EXCHANGE, Witness.LINK, Witness.ROOMS)
    (item,) = memory.queue.sent
    assert (item.source, item.thorough) == (Source.OPERATOR, True)
    assert item.trace_id == look.trace_id != ""


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (COPY, ICalKey(HOME, COPY.ical_uid)),
        (
            replace(COPY, organizer_address="gast@fremd.example"),
            EventKey(ROOM, COPY.event_id),
        ),
        (
            replace(COPY, series_master=EventId("master"), organizer_address="gast@fremd.example"),
            EventKey(ROOM, EventId("master")),
        ),
        (
            replace(
                COPY,
                series_master=EventId("master"),
                ical_uid=ICalUid("040000008200E00074C5B7101A82E00807EA0303" + "AB" * 8),
            ),
            ICalKey(HOME, ICalUid("040000008200E00074C5B7101A82E00800000000" + "AB" * 8)),
        ),
    ],
    ids=["of somebody synced", "of a stranger", "of a stranger's series", "a date of a series"],
)
async def test_an_event_without_a_link_is_looked_at_where_it_belongs(event, key):
    memory = await a_memory(events=[replace(event, appointment_oid=None)])
    assert await keys(memory) == [key]


async def test_an_organizer_whose_calendar_is_not_synced_counts_as_a_stranger():
    off = a_directory(persons=[a_person(ANNA, "Anna Meier", mode=SyncMode.NONE)])
    memory = await a_memory(events=[replace(COPY, appointment_oid=None)], directory=off)
    assert await keys(memory) == [EventKey(ROOM, COPY.event_id)]


async def test_a_copy_that_was_read_before_leads_to_its_meeting():
    memory = await a_memory(events=[replace(COPY, organizer_address="", appointment_oid=None)])
    await memory.keep(LINK)
    pointer = Pointer(ical_uid=COPY.ical_uid, home=HOME)
    await memory.pointers.replace(event_pointer(ROOM, COPY.event_id), pointer)
    assert await keys(memory) == [AT_LINK]


async def test_a_buffer_leads_to_the_meeting_that_it_belongs_to():
    mark = BufferMark(mapping_id=LINK.id, kind=BufferKind.LEAD)
    memory = await a_memory(events=[replace(COPY, buffer=mark, time=hours(8, 9))])
    await memory.keep(LINK)
    assert await keys(memory, hours(8, 9)) == [AT_LINK]


async def test_a_booking_that_has_no_event_is_looked_at():
    memory = await a_memory(bookings=[replace(BOOKING, appointment_oid=None)])
    assert await keys(memory) == [BookingKey("Default", BOOKING.booking_id)]


async def test_what_only_a_link_still_knows_is_looked_at():
    memory = await a_memory()
    await memory.keep(LINK)
    assert await keys(memory) == [AT_LINK]


async def test_a_link_that_has_ended_is_none():
    memory = await a_memory()
    await memory.keep(replace(LINK, state=MappingState.CANCELLED))
    assert await keys(memory) == []


async def test_a_link_that_has_ended_and_whose_event_is_back_is_one():
    memory = await a_memory(events=[COPY])
    await memory.keep(replace(LINK, state=MappingState.CANCELLED))
    assert await keys(memory) == [AT_LINK]


async def test_whoever_waits_for_the_slot_is_looked_at():
    memory = await a_memory()
    waiting = a_link(an_event(), None, state=MappingState.REJECTED)
    await memory.keep(waiting)
    for resource, time in ((SAENTIS, hours(9.5, 11)), (PILATUS, SLOT)):
        await memory.waiting.put(
            Waiting(resource=resource, mapping_id=LINK.id, home=HOME, time=time)
        )
    asked = await back_sync(SAENTIS, SLOT, memory)
    assert [look.witnesses for look in asked.looks] == [(Witness.WAITING,)]
    assert (await back_sync(SAENTIS, hours(8, 9), memory)).looks == ()


async def test_of_a_series_the_date_in_the_slot_counts():
    memory = await a_memory()
    await memory.keep(a_series(a_date(0), a_date(1), event=a_link(a_master(), None).event))
    assert await keys(memory, at(1)) == [AT_LINK]
    assert await keys(await a_memory(), at(1)) == []


@pytest.mark.parametrize(
    "booking",
    [
        replace(BOOKING, status=BookingStatus.CANCELLED),
        replace(BOOKING, is_blocking_time=True),
        replace(BOOKING, resource=PILATUS),
        replace(BOOKING, time=hours(10, 11)),
    ],
    ids=["cancelled", "blocking time", "another resource", "right after it"],
)
async def test_what_is_not_in_the_slot_is_not_looked_at(booking):
    cancelled = replace(COPY, is_cancelled=True)
    memory = await a_memory(events=[cancelled], bookings=[booking])
    assert await keys(memory) == []


async def test_a_system_that_does_not_answer_is_told_and_the_other_one_counts():
    memory = await a_memory(bookings=[BOOKING])
    memory.calendars[CONTOSO].error = ServiceUnavailableError("Exchange is down")
    await memory.keep(LINK)
    asked = await back_sync(SAENTIS, SLOT, memory)
    assert asked.troubles == {Witness.EXCHANGE: "Exchange is down"}
    assert [look.key for look in asked.looks] == [AT_LINK]


async def test_a_resource_without_a_mailbox_is_asked_about_in_rooms_only():
    bare = a_resource(RIGI, "Rigi", mode=SyncMode.NONE)
    memory = await a_memory(
        bookings=[replace(BOOKING, resource=RIGI)], directory=a_directory(resources=[bare])
    )
    asked = await back_sync(RIGI, SLOT, memory)
    assert asked.troubles == {Witness.EXCHANGE: "the resource has no mailbox that is synced"}
    assert len(asked.looks) == 1


@pytest.mark.parametrize(
    ("resource", "slot", "told"),
    [
        (ResourceId(999), SLOT, "resource 999 is not in the settings"),
        (SAENTIS, Interval(NOW, NOW), "ends after it starts"),
        (SAENTIS, Interval(NOW, NOW + timedelta(days=8)), "at most 7 days"),
    ],
)
async def test_what_cannot_be_asked_is_said_and_nothing_is_queued(resource, slot, told):
    memory = await a_memory(bookings=[BOOKING])
    with pytest.raises(SlotError, match=told):
        await back_sync(resource, slot, memory)
    assert memory.queue.sent == []


async def test_too_many_at_once_are_none():
    many = [replace(BOOKING, booking_id=BookingId(number)) for number in range(1, MOST + 2)]
    memory = await a_memory(bookings=many)
    with pytest.raises(SlotError, match="51 meetings are in that span, at most 50"):
        await back_sync(SAENTIS, SLOT, memory)
    assert memory.queue.sent == []


async def test_the_answer_to_a_look_is_found_by_its_trace_id():
    memory = await a_memory()
    one, other = (look_by_hand(AT_LINK, memory) for _ in range(2))
    line = Activity(
        at=NOW, mapping_id=LINK.id, outcome="in_step", text="", source="x", trace_id=one.trace_id
    )
    await memory.activity.add(line)
    assert await answer_to(one.trace_id, memory) == line
    assert await answer_to(other.trace_id, memory) is None
