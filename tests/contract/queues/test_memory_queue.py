"""What the memory bus can do beyond the broker, for scenarios."""

from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.servicebus.bus import NOTICES, SYNC_ITEMS, Outgoing
from core.errors import InvalidPayloadError, ServiceUnavailableError
from devstack.kit.clock import VirtualClock
from tests.kit.interruptions import Moment
from tests.kit.memory_queue import MemoryBus

START = datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def bus(clock: VirtualClock) -> MemoryBus:
    return MemoryBus(clock)


def message(name: str, due: datetime | None = None) -> Outgoing:
    return Outgoing(body=name.encode(), message_id=name, session="s", due=due)


async def test_a_killed_worker_finds_its_messages_again(bus: MemoryBus):
    await bus.send(SYNC_ITEMS, [message("a"), message("b")])
    first = bus.next_batch(SYNC_ITEMS)
    assert first is not None
    bus.complete(first.messages[0])
    bus.break_locks()
    again = bus.next_batch(SYNC_ITEMS)
    assert again is not None
    assert [(m.body, m.delivery_count) for m in again.messages] == [(b"b", 2)]
    with pytest.raises(ValueError, match="not locked"):
        bus.complete(first.messages[0])


async def test_a_limit_leaves_the_rest_for_the_next_turn(bus: MemoryBus):
    await bus.send(SYNC_ITEMS, [message(name) for name in "abc"])
    first = bus.next_batch(SYNC_ITEMS, 2)
    assert first is not None
    assert bus.next_batch(SYNC_ITEMS) is None
    for taken in first.messages:
        bus.complete(taken)
    bus.release(first)
    assert [m.body for m in bus.waiting(SYNC_ITEMS)] == [b"c"]


async def test_the_next_due_moment_is_known(bus: MemoryBus, clock: VirtualClock):
    assert bus.next_due() is None
    later, sooner = START + timedelta(hours=2), START + timedelta(hours=1)
    await bus.send(SYNC_ITEMS, [message("a", later), message("b", sooner)])
    assert bus.next_due() == sooner
    clock.move_to(later)
    assert [m.body for m in bus.waiting(SYNC_ITEMS)] == [b"b", b"a"]
    assert bus.next_due() is None


async def test_a_send_can_fail_before_or_after_its_effect(bus: MemoryBus):
    bus.interruptions.strike(r"^bus\.sync-items", lambda: ServiceUnavailableError("cut"), skip=1)
    bus.interruptions.strike(
        r"^bus\.notices", lambda: ServiceUnavailableError("cut"), moment=Moment.AFTER
    )
    await bus.send(SYNC_ITEMS, [message("a")])
    for queue in (SYNC_ITEMS, NOTICES):
        with pytest.raises(ServiceUnavailableError):
            await bus.send(queue, [message("b")])
    assert [m.body for m in bus.waiting(SYNC_ITEMS)] == [b"a"]
    assert [m.body for m in bus.waiting(NOTICES)] == [b"b"]
    assert bus.interruptions.log == [
        "bus.sync-items.send",
        "bus.sync-items.send",
        "bus.notices.send",
    ]


async def test_a_message_without_the_session_it_needs_is_refused(bus: MemoryBus):
    with pytest.raises(InvalidPayloadError, match="without a session"):
        await bus.send(SYNC_ITEMS, [Outgoing(body=b"", message_id="m")])


async def test_every_body_can_be_searched(bus: MemoryBus):
    await bus.send(SYNC_ITEMS, [message("a"), message("b", START + timedelta(days=1))])
    batch = bus.next_batch(SYNC_ITEMS)
    assert batch is not None
    bus.dead_letter(batch.messages[0], "poison")
    assert sorted(bus.bodies()) == [b"a", b"b"]
    assert [dead.dead_reason for dead in bus.dead(SYNC_ITEMS)] == ["poison"]


async def test_a_message_that_always_fails_ends_among_the_dead(bus: MemoryBus):
    await bus.send(SYNC_ITEMS, [message("a")])
    for _ in range(10):
        batch = bus.next_batch(SYNC_ITEMS)
        assert batch is not None
        bus.release(batch)
    assert bus.next_batch(SYNC_ITEMS) is None
    assert [dead.dead_reason for dead in bus.dead(SYNC_ITEMS)] == ["MaxDeliveryCountExceeded"]
