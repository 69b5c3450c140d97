"""The real `ServiceBusClient` and sessions: one receiver each, in order, held by real time."""

import asyncio
from typing import Any

import pytest
from azure.servicebus import NEXT_AVAILABLE_SESSION
from azure.servicebus.exceptions import (
    OperationTimeoutError,
    SessionCannotBeLockedError,
    SessionLockLostError,
)

from tests.contract.bus.client import bodies, receive, sessioned
from tests.contract.bus.conftest import Bus

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("bus-sessions")]


async def test_a_session_is_read_in_order_with_its_state_by_one_receiver(bus: Bus) -> None:
    sender, receiver = await bus.pair("by-id", session_id="A")
    await sender.send_messages([*sessioned("A", "a1", "a2"), *sessioned("B", "b1")])
    session = receiver.session
    assert session is not None
    assert session.session_id == "A"
    messages = await receive(receiver, 2)
    assert bodies(messages) == ["a1", "a2"]
    assert await session.get_state() is None
    await session.set_state(b"so far")
    assert await session.get_state() == b"so far"
    first_end = session.locked_until_utc
    await asyncio.sleep(0.01)
    assert first_end is not None
    assert await session.renew_lock() > first_end
    for message in messages:
        await receiver.complete_message(message)


async def test_a_held_session_is_refused_and_the_others_are_listed(bus: Bus) -> None:
    sender = await bus.sender("held")
    await sender.send_messages([*sessioned("A", "a1"), *sessioned("B", "b1")])
    await bus.receiver("held", session_id="A")

    async def list_sessions() -> list[str]:
        return [session_id async for session_id in bus.client.list_queue_sessions("held")]

    refused, listed = await asyncio.gather(
        bus.receiver("held", session_id="A"), list_sessions(), return_exceptions=True
    )
    assert isinstance(refused, SessionCannotBeLockedError)
    assert listed == ["A", "B"]


async def test_the_next_available_session_is_had_or_waited_for(bus: Bus) -> None:
    sender = await bus.sender("next-available")
    await sender.send_messages(sessioned("A", "a1"))
    any_session: Any = NEXT_AVAILABLE_SESSION
    receiver = await bus.receiver("next-available", session_id=any_session)
    assert receiver.session is not None
    assert receiver.session.session_id == "A"
    with pytest.raises(OperationTimeoutError):
        await bus.receiver("next-available", session_id=any_session, max_wait_time=0.3)
    waiting = asyncio.create_task(bus.receiver("next-available", session_id=any_session))
    await asyncio.sleep(0.1)
    await sender.send_messages(sessioned("B", "b1"))
    late = await waiting
    assert late.session is not None
    assert late.session.session_id == "B"
    assert bodies(await receive(late, 1)) == ["b1"]


async def test_a_session_defers_dead_letters_and_abandons_like_a_queue(bus: Bus) -> None:
    sender, receiver = await bus.pair("session-deferring", session_id="A")
    await sender.send_messages(sessioned("A", "aside", "bad", "again"))
    aside, bad, again = await receive(receiver, 3)
    number = aside.sequence_number
    assert number is not None
    await receiver.defer_message(aside)
    await receiver.dead_letter_message(bad, reason="why")
    await receiver.abandon_message(again)
    (again,) = await receive(receiver, 1)
    assert (str(again), again.delivery_count) == ("again", 1)
    (aside,) = await receiver.receive_deferred_messages(number)
    await receiver.complete_message(aside)
    await receiver.complete_message(again)
    counts = bus.server.broker.counts()["session-deferring"]
    assert (counts.active, counts.dead) == (0, 1)


async def test_a_session_lock_that_ran_out_is_lost_to_its_receiver_and_free_for_others(
    bus: Bus,
) -> None:
    sender, receiver = await bus.pair("expiring-sessions", session_id="A")
    await sender.send_messages(sessioned("A", "a1"))
    (message,) = await receive(receiver, 1)
    assert receiver.session is not None
    bus.lock_time.push(61)
    bus.server.broker.tick()
    with pytest.raises(SessionLockLostError):
        await receiver.complete_message(message)
    other = await bus.receiver("expiring-sessions", session_id="A")
    (message,) = await receive(other, 1)
    assert (str(message), message.delivery_count) == ("a1", 1)
