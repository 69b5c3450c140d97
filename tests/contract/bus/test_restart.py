"""What a queue knows after its process was killed: everything but the locks."""

from datetime import timedelta
from pathlib import Path

import pytest

from devstack.bus.queueing.settlement import COMPLETED, DEFERRED
from devstack.kit.shelf import Shelf
from tests.contract.bus.model import START, QueueUnderTest, a_message, body_of


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "bus.sqlite"


def killed(shelf: Shelf) -> None:
    """End a shelf as `kill -9` does right after an answer: flushed, not closed with care."""
    shelf.flush()
    shelf.close()


def test_messages_come_back_in_order_unlocked_and_with_the_count_they_had(state: Path) -> None:
    shelf = Shelf(state)
    bus = QueueUnderTest(shelf)
    bus.send("a", "b", "c")
    receiver = bus.receiver(credit=3)
    bus.settle(receiver.tokens[1], COMPLETED)
    bus.settle(receiver.tokens[2])
    killed(shelf)
    shelf = Shelf(state)
    receiver = QueueUnderTest(shelf).receiver()
    assert receiver.bodies == ["a", "c"]
    assert [message.delivery_count for message, _ in receiver.deliveries] == [0, 1]
    shelf.close()


def test_schedules_deferred_and_dead_messages_numbers_and_duplicates_come_back(
    state: Path,
) -> None:
    settings = {"max_delivery_count": 1, "duplicate_detection_window_s": 3600.0}
    shelf = Shelf(state)
    bus = QueueUnderTest(shelf, **settings)
    bus.send("dies", "aside")
    receiver = bus.receiver()
    bus.settle(receiver.tokens[0])
    bus.settle(receiver.tokens[1], DEFERRED)
    bus.send(a_message("later", message_id="x", scheduled_for=START + timedelta(hours=2)))
    killed(shelf)

    shelf = Shelf(state)
    bus = QueueUnderTest(shelf, **settings)
    assert bus.waiting_bodies(bus.dead_letters) == ["dies"]
    assert [body_of(lock.message) for lock in bus.queue.receive_deferred([2], None)] == ["aside"]
    assert bus.send(a_message("again", message_id="x"), "new") == [3, 4]
    assert bus.queue.backlog.next_scheduled() == START + timedelta(hours=2)
    bus.advance(hours=3)
    assert bus.receiver().bodies == ["new", "later"]
    killed(shelf)

    shelf = Shelf(state)
    assert QueueUnderTest(shelf, **settings).receiver().bodies == ["new", "later"]
    shelf.close()


def test_session_states_come_back_and_sessions_are_free(state: Path) -> None:
    shelf = Shelf(state)
    bus = QueueUnderTest(shelf, requires_session=True)
    bus.send(a_message("a", session_id="A"))
    bus.session_receiver("A")
    bus.queue.backlog.store.set_session_state("A", b"where I was")
    bus.queue.backlog.store.set_session_state("B", b"gone")
    bus.queue.backlog.store.set_session_state("B", None)
    killed(shelf)
    shelf = Shelf(state)
    bus = QueueUnderTest(shelf, requires_session=True)
    assert bus.queue.backlog.store.session_states == {"A": b"where I was"}
    assert bus.session_receiver("A").bodies == ["a"]
    shelf.close()


def test_what_expired_while_nobody_ran_is_gone_at_the_first_look(state: Path) -> None:
    shelf = Shelf(state)
    QueueUnderTest(shelf).send(a_message("short", ttl_s=60))
    killed(shelf)
    shelf = Shelf(state)
    bus = QueueUnderTest(shelf)
    bus.advance(days=1)
    assert bus.waiting_bodies() == []
    shelf.close()


def test_a_purge_lasts(state: Path) -> None:
    shelf = Shelf(state)
    bus = QueueUnderTest(shelf, duplicate_detection_window_s=60)
    bus.send(a_message("a", message_id="x"), "b")
    bus.queue.purge()
    killed(shelf)
    shelf = Shelf(state)
    bus = QueueUnderTest(shelf, duplicate_detection_window_s=60)
    assert bus.waiting_bodies() == []
    assert bus.send(a_message("a", message_id="x")) == [3]
    shelf.close()
