"""A trace goes through queues and tables with what is queued, and nothing needs it to be there."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.adapters.servicebus.messages import (
    decode_given_up,
    decode_item,
    decode_job,
    encode_given_up,
    encode_item,
    encode_job,
)
from core.adapters.servicebus.notice_forms import decode_notice, encode_notice
from core.adapters.servicebus.queue import BusWorkQueue
from core.adapters.tables.parked_store import TableParkedStore
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, EventId, MailboxKey, MappingId
from core.domain.notice import Notice, NoticeKind
from core.domain.scope import ROOMS
from core.domain.work import EventKey, GivenUp, MailboxJob, Source, WorkItem
from core.telemetry.tracing import span
from core.telemetry.vocabulary import LOOK
from devstack.kit.clock import VirtualClock
from tests.kit.memory_queue import MemoryBus
from tests.kit.memory_tables import MemoryTables
from tests.kit.telemetry import told

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
TRACE = f"00-{7:032x}-{9:016x}-01"
PLACE = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
ITEM = WorkItem(key=EventKey(PLACE, EventId("e")), source=Source.PUSH, first_seen=NOW)
JOB = MailboxJob(kind="catch_up", place=PLACE, requested_at=NOW)
NOTICE = Notice(
    id="n", kind=NoticeKind.NOT_BOOKED, mapping_id=MappingId("m"), person=None, parts=(), at=NOW
)


@pytest.fixture
def bus():
    return MemoryBus(VirtualClock(NOW))


def only(bus, queue):
    batch = bus.next_batch(queue)
    (message,) = batch.messages
    return message


async def test_what_is_queued_in_a_trace_carries_it_as_property_and_in_the_body(bus):
    with told() as telling, span(LOOK, "push", parent=TRACE):
        queue = BusWorkQueue(bus)
        await queue.send([ITEM])
        await queue.send_jobs([JOB])
        await queue.send_notice(NOTICE)
    sends = {each.name: each for each in telling.spans}
    for name, decode in (
        ("sync-items", decode_item),
        ("mailbox-jobs", decode_job),
        ("notices", decode_notice),
    ):
        message = only(bus, name)
        sent = sends[f"send {name}"].context
        told_as = f"00-{sent.trace_id:032x}-{sent.span_id:016x}-01"
        assert sent.trace_id == 7
        assert message.properties["traceparent"] == told_as
        assert decode(message.body).traceparent == told_as


async def test_without_telemetry_messages_are_as_they_were(bus):
    await BusWorkQueue(bus).send([ITEM])
    message = only(bus, "sync-items")
    assert "traceparent" not in message.properties
    assert b"traceparent" not in message.body
    assert decode_item(message.body).traceparent == ""


async def test_without_telemetry_a_trace_that_is_there_is_kept(bus):
    await BusWorkQueue(bus).schedule(replace(ITEM, traceparent=TRACE, attempt=1), NOW)
    assert decode_item(only(bus, "sync-items").body).traceparent == TRACE


def test_a_message_of_before_has_none():
    for encode, decode, message in (
        (encode_item, decode_item, ITEM),
        (encode_job, decode_job, JOB),
        (encode_notice, decode_notice, NOTICE),
    ):
        assert decode(encode(message)).traceparent == ""


def test_what_was_given_up_keeps_it_for_whoever_does_it_again():
    given_up = GivenUp(reason="guard", text="", item=replace(ITEM, traceparent=TRACE))
    assert decode_given_up(encode_given_up(given_up)).item.traceparent == TRACE


async def test_what_is_parked_keeps_that_of_the_first():
    tables = MemoryTables()
    await tables.table("parked").create_if_missing()
    store = TableParkedStore(tables)
    await store.put(ROOMS, replace(ITEM, traceparent=TRACE))
    await store.put(ROOMS, replace(ITEM, first_seen=NOW.replace(hour=8)))
    (parked,) = await store.of(ROOMS)
    assert parked.work.traceparent == TRACE


def test_it_makes_no_look_another_one():
    assert replace(ITEM, traceparent=TRACE) == ITEM
    assert hash(replace(JOB, traceparent=TRACE)) == hash(JOB)
