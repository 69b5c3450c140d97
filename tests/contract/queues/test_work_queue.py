"""WorkQueue: what the app sends is what its worker gets, in order, in its session, at its time."""

import asyncio
from datetime import timedelta

import pytest

from core.adapters.servicebus.bus import FAILED_ITEMS, MAILBOX_JOBS, NOTICES, SYNC_ITEMS, Outgoing
from core.adapters.servicebus.messages import decode_given_up, decode_item, decode_job
from core.adapters.servicebus.notice_forms import decode_notice
from core.domain.event import EventPlace
from core.domain.ids import (
    BookingId,
    EnvironmentId,
    EventId,
    ICalUid,
    MailboxKey,
    MappingId,
    PersonId,
    ResourceId,
)
from core.domain.interval import Interval
from core.domain.notice import Notice, NoticeKind, RefusedPart
from core.domain.work import (
    BookingKey,
    EventKey,
    GivenUp,
    ICalKey,
    ItemKey,
    MailboxJob,
    MappingKey,
    Source,
    WorkItem,
)
from core.errors import ServiceUnavailableError
from core.ports.queues import QueueDepth
from tests.contract.queues.conftest import START, Place
from tests.kit.memory_queue import Batch

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
ROOM = EventPlace(EnvironmentId("contoso"), MailboxKey("r101"))


def a_look(key: ItemKey, trace: str = "trace-1") -> WorkItem:
    return WorkItem(key=key, source=Source.PUSH, first_seen=START, trace_id=trace, attempt=2)


def event(number: int, place: EventPlace = ANNA) -> WorkItem:
    return a_look(EventKey(place, EventId(f"AAMk{number}")))


async def batch_of(place: Place, queue: str) -> Batch:
    found = await place.inbox.next_batch(queue)
    assert found is not None
    return found


async def looks_waiting(place: Place) -> list[WorkItem]:
    return [decode_item(message.body) for message in await place.inbox.waiting(SYNC_ITEMS)]


async def test_looks_arrive_as_they_were_sent_in_order_and_in_their_session(place: Place):
    looks = [event(n) for n in range(5)]
    await place.work.send(looks)
    batch = await batch_of(place, SYNC_ITEMS)
    assert [decode_item(message.body) for message in batch.messages] == looks
    assert batch.session == "contoso/p11"
    for message in batch.messages:
        await place.inbox.complete(message)
    await place.inbox.release(batch)
    assert (await place.counts.depths())[SYNC_ITEMS] == QueueDepth(active=0, scheduled=0, dead=0)


async def test_a_message_tells_its_trace_without_being_opened(place: Place):
    await place.work.send([event(1)])
    batch = await batch_of(place, SYNC_ITEMS)
    message = batch.messages[0]
    assert message.correlation_id == "trace-1"
    assert message.properties == {"trace_id": "trace-1", "source": "push", "attempt": 2}
    await place.inbox.release(batch)


async def test_each_key_goes_to_the_session_of_its_home(place: Place):
    keys: dict[ItemKey, str] = {
        EventKey(ANNA, EventId("e")): "contoso/p11",
        ICalKey(ROOM, ICalUid("u")): "contoso/r101",
        MappingKey(MappingId("m"), ROOM): "contoso/r101",
        BookingKey("Default", BookingId(7), ANNA): "contoso/p11",
        BookingKey("Default", BookingId(8)): "rooms/Default/8",
    }
    await place.work.send([a_look(key) for key in keys])
    found = await place.inbox.waiting(SYNC_ITEMS)
    assert {decode_item(message.body).key: message.session for message in found} == keys


async def test_one_send_carries_all_looks_of_a_call(place: Place):
    await place.work.send([event(0)])
    before = place.bus.calls.total()  # type: ignore[attr-defined]
    await place.work.send([event(n, ANNA if n % 2 else ROOM) for n in range(50)])
    assert place.bus.calls.total() - before == 1  # type: ignore[attr-defined]
    assert (await place.counts.depths())[SYNC_ITEMS].active == 51


async def test_sending_nothing_sends_nothing(place: Place):
    before = place.bus.calls.total()  # type: ignore[attr-defined]
    await place.work.send([])
    await place.work.send_jobs([])
    assert place.bus.calls.total() == before  # type: ignore[attr-defined]


async def test_more_looks_than_one_send_takes_all_arrive(place: Place):
    looks = [a_look(EventKey(ANNA, EventId(f"{n}-{'x' * 3000}"))) for n in range(400)]
    await place.work.send(looks)
    assert (await place.counts.depths())[SYNC_ITEMS].active == 400


async def test_the_same_look_twice_is_two_messages(place: Place):
    await place.work.send([event(1), event(1)])
    await place.work.send([event(1)])
    assert await looks_waiting(place) == [event(1)] * 3


async def test_many_senders_at_once_lose_nothing_and_keep_their_order(place: Place):
    pairs = [[event(n), event(n + 100)] for n in range(20)]
    await asyncio.gather(*(place.work.send(pair) for pair in pairs))
    assert await looks_waiting(place) == [look for pair in pairs for look in pair]


async def test_a_scheduled_look_is_seen_when_its_moment_has_come(place: Place):
    due = place.clock.now() + timedelta(minutes=10)
    await place.work.schedule(event(1), due)
    await place.work.send([event(2)])
    assert (await place.counts.depths())[SYNC_ITEMS] == QueueDepth(active=1, scheduled=1, dead=0)
    place.clock.move_to(due - timedelta(seconds=1))
    assert await looks_waiting(place) == [event(2)]
    place.clock.move_to(due)
    assert await looks_waiting(place) == [event(2), event(1)]


async def test_a_look_scheduled_for_the_past_is_seen_at_once(place: Place):
    await place.work.schedule(event(1), place.clock.now() - timedelta(hours=1))
    assert await looks_waiting(place) == [event(1)]


async def test_a_session_has_one_holder_and_others_go_on(place: Place):
    busy, free = (EventPlace(EnvironmentId("fabrikam"), MailboxKey(f"r{n}")) for n in (1, 2))
    await place.work.send([event(1, busy), event(2, free), event(3, busy)])
    first = await batch_of(place, SYNC_ITEMS)
    second = await batch_of(place, SYNC_ITEMS)
    assert [first.session, second.session] == ["fabrikam/r1", "fabrikam/r2"]
    assert [len(first.messages), len(second.messages)] == [2, 1]
    await place.work.send([event(4, busy)])
    assert await place.inbox.next_batch(SYNC_ITEMS) is None
    for batch in (first, second):
        await place.inbox.release(batch)


async def test_an_abandoned_message_comes_again_in_its_place_and_is_counted(place: Place):
    await place.work.send([event(1), event(2)])
    batch = await batch_of(place, SYNC_ITEMS)
    assert [message.delivery_count for message in batch.messages] == [1, 1]
    await place.inbox.complete(batch.messages[1])
    await place.inbox.abandon(batch.messages[0])
    await place.inbox.release(batch)
    await place.work.send([event(3)])
    again = await batch_of(place, SYNC_ITEMS)
    assert [decode_item(message.body) for message in again.messages] == [event(1), event(3)]
    assert [message.delivery_count for message in again.messages] == [2, 1]
    await place.inbox.release(again)


async def test_a_message_that_is_dead_stands_in_the_way_of_nothing(place: Place):
    await place.work.send([event(1), event(2)])
    batch = await batch_of(place, SYNC_ITEMS)
    await place.inbox.dead_letter(batch.messages[0], "poison")
    await place.inbox.release(batch)
    assert await looks_waiting(place) == [event(2)]
    assert (await place.counts.depths())[SYNC_ITEMS] == QueueDepth(active=1, scheduled=0, dead=1)


async def test_jobs_go_to_the_session_of_their_mailbox_or_of_rooms(place: Place):
    jobs = [
        MailboxJob(kind="delta", place=ANNA, requested_at=START),
        MailboxJob(kind="poll", place=None, requested_at=START),
    ]
    await place.work.send_jobs(jobs)
    found = await place.inbox.waiting(MAILBOX_JOBS)
    assert [(message.session, decode_job(message.body)) for message in found] == [
        ("contoso/p11", jobs[0]),
        ("rooms", jobs[1]),
    ]


async def test_a_session_name_that_is_too_long_is_shortened_the_same_way_each_time(place: Place):
    far = EventPlace(EnvironmentId("e" * 128), MailboxKey("p1"))
    await place.work.send([event(1, far)])
    await place.work.send([event(2, far)])
    sessions = {message.session for message in await place.inbox.waiting(SYNC_ITEMS)}
    assert [len(session) <= 128 for session in sessions] == [True]


async def test_what_was_given_up_can_be_read_with_its_reason(place: Place):
    given_up = GivenUp(
        reason="mailbox_unknown",
        text="the mailbox does not exist",
        item=event(1),
        raw='{"v": 1}',
        mapping_id=MappingId("m-1"),
    )
    await place.work.give_up(given_up)
    (message,) = await place.inbox.waiting(FAILED_ITEMS)
    assert decode_given_up(message.body) == given_up
    assert message.properties == {"reason": "mailbox_unknown", "mapping_id": "m-1"}


async def test_a_notice_with_a_known_id_is_sent_once(place: Place):
    def notice(message_id: str) -> Outgoing:
        return Outgoing(body=b"{}", message_id=message_id)

    await place.bus.send(NOTICES, [notice("a"), notice("b")])
    await place.bus.send(NOTICES, [notice("a")])
    assert (await place.counts.depths())[NOTICES].active == 2
    place.clock.advance(timedelta(minutes=11))
    await place.bus.send(NOTICES, [notice("a")])
    assert (await place.counts.depths())[NOTICES].active == 3


async def test_a_queue_that_does_not_exist_is_transient_and_told(place: Place):
    with pytest.raises(ServiceUnavailableError, match=r"no-queue.*provision"):
        await place.bus.send("no-queue", [Outgoing(body=b"{}", message_id="1")])


def a_notice(**changes: object) -> Notice:
    values = {
        "id": "link-1.5d41",
        "kind": NoticeKind.NOT_BOOKED,
        "mapping_id": MappingId("0b4a8f0e-9a61-4f5e-8f43-5f2f6b1f3a11"),
        "person": PersonId(11),
        "parts": (
            RefusedPart(
                resource=ResourceId(101),
                time=Interval(START, START + timedelta(hours=1)),
                code="occupied",
            ),
        ),
        "place": ANNA,
        "event_id": EventId("AAMk1"),
        "at": START,
    }
    return Notice(**(values | changes))  # type: ignore[arg-type]


async def test_a_notice_arrives_as_it_was_sent_and_the_same_one_again_does_not(place: Place):
    for _ in range(2):
        await place.work.send_notice(a_notice())
    messages = await place.inbox.waiting(NOTICES)

    assert [decode_notice(message.body) for message in messages] == [a_notice()]


async def test_a_later_try_of_a_notice_is_another_message(place: Place):
    await place.work.send_notice(a_notice(id="link-2"))
    await place.work.send_notice(a_notice(id="link-2", attempt=1))

    found = [decode_notice(m.body).attempt for m in await place.inbox.waiting(NOTICES)]
    assert found == [0, 1]


async def test_a_notice_that_is_to_wait_becomes_visible_at_its_time(place: Place):
    due = place.clock.now() + timedelta(minutes=5)
    await place.work.send_notice(a_notice(id="link-3"), due)
    assert await place.inbox.waiting(NOTICES) == []
    place.clock.move_to(due)
    assert len(await place.inbox.waiting(NOTICES)) == 1


async def test_a_notice_with_a_long_id_is_taken_and_still_told_apart(place: Place):
    for end in ("a", "b", "a"):
        await place.work.send_notice(a_notice(id="x" * 300 + end))

    assert len(await place.inbox.waiting(NOTICES)) == 2
