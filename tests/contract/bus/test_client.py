"""The real `ServiceBusClient` against the bus: all that facts/local-broker.md lists as working.

Every test has a queue of its own; links stay open until the module ends, because closing one takes
the client up to a second. Locks end by pushing real time, everything else by the stack's clock.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from azure.servicebus import (
    ServiceBusMessage,
    ServiceBusReceiveMode,
    ServiceBusSubQueue,
)
from azure.servicebus.aio import AutoLockRenewer, ServiceBusReceiver
from azure.servicebus.exceptions import (
    MessageLockLostError,
    MessageNotFoundError,
    MessagingEntityNotFoundError,
    ServiceBusError,
)

from tests.contract.bus.client import SOON_S, bodies, receive
from tests.contract.bus.conftest import Bus

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("bus-client")]


async def test_single_list_batch_and_large_messages_arrive_whole(bus: Bus) -> None:
    sender, receiver = await bus.pair("plain")
    batch = await sender.create_message_batch()
    batch.add_message(
        ServiceBusMessage(
            "first",
            message_id="id-1",
            subject="subject",
            correlation_id="cause",
            content_type="text/plain",
            application_properties={"number": 7, "text": "x", "yes": True},
        )
    )
    batch.add_message(ServiceBusMessage("second"))
    await sender.send_messages(batch)
    await sender.send_messages([ServiceBusMessage("third"), ServiceBusMessage("fourth")])
    await sender.send_messages(ServiceBusMessage(b"x" * 200_000))

    first, *others, large = await receive(receiver, 5)
    assert (first.message_id, first.subject, first.correlation_id) == ("id-1", "subject", "cause")
    assert first.content_type == "text/plain"
    assert first.application_properties == {b"number": 7, b"text": b"x", b"yes": True}
    assert (first.sequence_number, first.delivery_count) == (1, 0)
    assert first.enqueued_time_utc == truncated(bus.clock.now())
    assert first.locked_until_utc is not None
    assert first.locked_until_utc > datetime.now(UTC) + timedelta(seconds=50)
    assert bodies(others) == ["second", "third", "fourth"]
    assert b"".join(large.body) == b"x" * 200_000


def truncated(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


async def test_completed_messages_are_gone_and_abandoned_ones_come_again(bus: Bus) -> None:
    sender, receiver = await bus.pair("settling")
    await sender.send_messages([ServiceBusMessage("done"), ServiceBusMessage("again")])
    done, again = await receive(receiver, 2)
    await receiver.complete_message(done)
    await receiver.abandon_message(again)
    (again,) = await receive(receiver, 1)
    assert (str(again), again.delivery_count) == ("again", 1)
    await receiver.complete_message(again)
    assert bus.server.broker.counts()["settling"].active == 0


async def test_peeking_shows_all_states_and_locks_nothing(bus: Bus) -> None:
    sender, receiver = await bus.pair("peeking")
    assert await receiver.peek_messages(5) == []
    await sender.send_messages([ServiceBusMessage(str(n)) for n in range(3)])
    await sender.schedule_messages(ServiceBusMessage("s"), bus.clock.now() + timedelta(days=1))
    shown = await receiver.peek_messages(10)
    assert [(m.sequence_number, str(m), m.state.name) for m in shown] == [
        (1, "0", "ACTIVE"),
        (2, "1", "ACTIVE"),
        (3, "2", "ACTIVE"),
        (4, "s", "SCHEDULED"),
    ]
    assert bodies(await receiver.peek_messages(2, sequence_number=3)) == ["2", "s"]


async def test_a_deferred_message_is_had_by_its_number(bus: Bus) -> None:
    sender, receiver = await bus.pair("deferring")
    await sender.send_messages(ServiceBusMessage("aside"))
    (message,) = await receive(receiver, 1)
    number = message.sequence_number
    assert number is not None
    await receiver.defer_message(message)
    (deferred,) = await receiver.receive_deferred_messages(number)
    assert (str(deferred), deferred.state.name) == ("aside", "DEFERRED")
    await receiver.renew_message_lock(deferred)
    await receiver.complete_message(deferred)
    with pytest.raises(MessageNotFoundError):
        await receiver.receive_deferred_messages(number)


async def test_dead_letters_tell_why_and_where_from(bus: Bus) -> None:
    (sender, receiver), dead = await asyncio.gather(
        bus.pair("dead-ends"),
        bus.receiver("dead-ends", sub_queue=ServiceBusSubQueue.DEAD_LETTER),
    )
    await sender.send_messages([ServiceBusMessage("bad"), ServiceBusMessage("poison")])
    bad, poison = await receive(receiver, 2)
    await receiver.dead_letter_message(bad, reason="why", error_description="in detail")
    await receiver.abandon_message(poison)
    (poison,) = await receive(receiver, 1)
    await receiver.abandon_message(poison)

    bad, poison = await receive(dead, 2)
    assert (bad.dead_letter_reason, bad.dead_letter_error_description) == ("why", "in detail")
    assert bad.dead_letter_source == "dead-ends"
    assert (str(poison), poison.delivery_count) == ("poison", 2)
    assert poison.dead_letter_reason == "MaxDeliveryCountExceeded"
    await dead.complete_message(bad)
    await dead.complete_message(poison)
    assert bus.server.broker.counts()["dead-ends"].dead == 0


async def test_a_renewed_lock_holds_longer_than_it_was_given(bus: Bus) -> None:
    sender, receiver = await bus.pair("renewing")
    await sender.send_messages([ServiceBusMessage("by hand"), ServiceBusMessage("by itself")])
    by_hand, by_itself = await receive(receiver, 2)
    async with AutoLockRenewer() as renewer:
        renewer.register(receiver, by_itself, max_lock_renewal_duration=10)
        first_end = by_hand.locked_until_utc
        assert first_end is not None
        await asyncio.sleep(1.7)
        assert await receiver.renew_message_lock(by_hand) > first_end
        await asyncio.sleep(1.5)
        await receiver.complete_message(by_hand)
        await receiver.complete_message(by_itself)
    assert bus.server.broker.counts()["renewing"].active == 0


async def test_settling_after_the_lock_ended_is_an_error_and_the_message_comes_again(
    bus: Bus,
) -> None:
    sender, receiver = await bus.pair("lost-locks")
    await sender.send_messages(ServiceBusMessage("slow"))
    (message,) = await receive(receiver, 1)
    bus.lock_time.push(61)
    bus.server.broker.tick()
    with pytest.raises(MessageLockLostError):
        await receiver.complete_message(message)
    with pytest.raises(MessageLockLostError):
        await receiver.renew_message_lock(message)
    (message,) = await receive(receiver, 1)
    assert message.delivery_count == 1


async def test_scheduled_messages_come_soon_after_the_clock_jumped_there(bus: Bus) -> None:
    sender, receiver = await bus.pair("scheduling")
    due = bus.clock.now() + timedelta(days=14)
    await sender.schedule_messages(ServiceBusMessage("one"), due)
    cancelled = await sender.schedule_messages([ServiceBusMessage("never")], due)
    await sender.send_messages(
        ServiceBusMessage("two", scheduled_enqueue_time_utc=due + timedelta(days=1))
    )
    await sender.cancel_scheduled_messages(cancelled)
    with pytest.raises(MessageNotFoundError):
        await sender.cancel_scheduled_messages(cancelled)
    assert await receiver.receive_messages(5, max_wait_time=0.2) == []

    bus.clock.advance(timedelta(days=21))
    jumped = asyncio.get_running_loop().time()
    assert bodies(await receive(receiver, 2)) == ["one", "two"]
    assert asyncio.get_running_loop().time() - jumped < SOON_S


async def test_a_message_id_is_taken_once_per_window(bus: Bus) -> None:
    sender = await bus.sender("without-duplicates")
    for _ in range(3):
        await sender.send_messages(ServiceBusMessage("same", message_id="id"))
    assert bus.server.broker.counts()["without-duplicates"].active == 1
    bus.clock.advance(timedelta(seconds=601))
    await sender.send_messages(ServiceBusMessage("same", message_id="id"))
    assert bus.server.broker.counts()["without-duplicates"].active == 2


async def test_expired_messages_are_dead_letters(bus: Bus) -> None:
    sender, dead = await bus.pair("expiring", sub_queue=ServiceBusSubQueue.DEAD_LETTER)
    await sender.send_messages(ServiceBusMessage("late", time_to_live=timedelta(hours=1)))
    bus.clock.advance(timedelta(hours=2))
    (message,) = await receive(dead, 1)
    assert message.dead_letter_reason == "TTLExpiredException"


async def test_receive_and_delete_leaves_nothing_to_settle(bus: Bus) -> None:
    mode = ServiceBusReceiveMode.RECEIVE_AND_DELETE
    sender, receiver = await bus.pair("deleting", receive_mode=mode)
    await sender.send_messages([ServiceBusMessage("a"), ServiceBusMessage("b")])
    assert bodies(await receive(receiver, 2)) == ["a", "b"]
    assert bus.server.broker.counts()["deleting"].active == 0


async def test_prefetching_iteration_sees_every_message_once_in_order(bus: Bus) -> None:
    sender, receiver = await bus.pair("prefetching", prefetch_count=5, max_wait_time=0.2)
    await sender.send_messages([ServiceBusMessage(str(n)) for n in range(20)])
    got = []
    async for message in receiver:
        got.append(str(message))
        await receiver.complete_message(message)
    assert got == [str(n) for n in range(20)]


async def test_competing_consumers_lose_and_double_nothing(bus: Bus) -> None:
    sender = await bus.sender("competing")
    wanted = [str(n) for n in range(60)]
    await sender.send_messages([ServiceBusMessage(text) for text in wanted])
    got: list[str] = []

    async def consume(receiver: ServiceBusReceiver) -> None:
        while messages := await receiver.receive_messages(10, max_wait_time=0.2):
            for message in messages:
                got.append(str(message))
                await receiver.complete_message(message)

    receivers = await asyncio.gather(*(bus.receiver("competing") for _ in range(3)))
    await asyncio.gather(*(consume(receiver) for receiver in receivers))
    assert sorted(got, key=int) == wanted
    assert bus.server.broker.counts()["competing"].active == 0


async def test_what_does_not_exist_or_does_not_fit_is_refused_in_the_clients_words(
    bus: Bus,
) -> None:
    async def send(queue: str) -> None:
        await (await bus.sender(queue)).send_messages(ServiceBusMessage("lost"))

    nowhere, no_session, no_receiver, dead = await asyncio.gather(
        send("nowhere"),
        send("by-id"),
        bus.receiver("by-id"),
        send("plain/$DeadLetterQueue"),
        return_exceptions=True,
    )
    assert isinstance(nowhere, MessagingEntityNotFoundError)
    assert "'nowhere' could not be found" in str(nowhere)
    for refusal, words in (
        (no_session, "has no session id"),
        (no_receiver, "open a session receiver"),
        (dead, "takes no messages from senders"),
    ):
        assert isinstance(refusal, ServiceBusError)
        assert words in str(refusal)
