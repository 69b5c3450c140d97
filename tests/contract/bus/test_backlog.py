"""A message from its arrival to its place: schedule, expiry, duplicates, dead letters."""

from datetime import timedelta

import pytest

from devstack.bus.amqp.codec import decode
from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.queueing.backlog import QueueCounts
from devstack.bus.queueing.message import encode_message, parse_message
from devstack.bus.queueing.settlement import COMPLETED, DEFERRED, RELEASED, Outcome, Settlement
from devstack.bus.queues import QueueConfig
from tests.contract.bus.model import START, QueueUnderTest, a_message


def test_messages_are_numbered_without_gaps_and_delivered_in_that_order() -> None:
    bus = QueueUnderTest()
    assert bus.send("a", "b", "c") == [1, 2, 3]
    assert bus.receiver().bodies == ["a", "b", "c"]


def test_a_scheduled_message_waits_for_the_stacks_clock_and_not_for_real_time() -> None:
    bus = QueueUnderTest()
    bus.send(a_message("later", scheduled_for=START + timedelta(days=14)))
    receiver = bus.receiver()
    bus.let_locks_run(30 * 86_400)
    assert receiver.bodies == []
    assert bus.queue.backlog.counts() == QueueCounts(active=0, scheduled=1, dead=0)
    bus.advance(days=14)
    assert receiver.bodies == ["later"]


def test_a_jump_over_many_moments_delivers_in_their_order_whatever_the_order_of_sending() -> None:
    bus = QueueUnderTest()
    for days in (9, 2, 30):
        bus.send(a_message(f"day {days}", scheduled_for=START + timedelta(days=days)))
    receiver = bus.receiver()
    bus.advance(days=60)
    assert receiver.bodies == ["day 2", "day 9", "day 30"]


def test_a_scheduled_message_gets_a_new_number_when_it_becomes_active() -> None:
    """The service appends it as if it were sent then; its first number stays readable."""
    bus = QueueUnderTest()
    bus.send(a_message("scheduled", scheduled_for=START + timedelta(hours=1)), "sent at once")
    bus.advance(hours=2)
    receiver = bus.receiver()
    assert receiver.bodies == ["sent at once", "scheduled"]
    message = receiver.deliveries[1][0]
    assert (message.sequence_number, message.enqueued_sequence_number) == (3, 1)
    assert message.enqueued_at == START + timedelta(hours=1)


def test_a_message_scheduled_for_the_past_is_active_at_once() -> None:
    bus = QueueUnderTest()
    bus.send(a_message("late", scheduled_for=START - timedelta(seconds=1)))
    assert bus.receiver().bodies == ["late"]


def test_a_cancelled_message_never_comes() -> None:
    bus = QueueUnderTest()
    kept, cancelled = bus.send(
        a_message("kept", scheduled_for=START + timedelta(hours=1)),
        a_message("cancelled", scheduled_for=START + timedelta(minutes=1)),
    )
    bus.queue.backlog.cancel_scheduled([cancelled])
    assert bus.queue.backlog.next_scheduled() == START + timedelta(hours=1)
    bus.advance(hours=2)
    assert bus.receiver().bodies == ["kept"]
    with pytest.raises(AmqpError, match="not scheduled") as refused:
        bus.queue.backlog.cancel_scheduled([kept])
    assert refused.value.condition is Condition.MESSAGE_NOT_FOUND


def test_cancelling_is_done_for_all_or_for_none() -> None:
    bus = QueueUnderTest()
    numbers = bus.send(a_message("stays", scheduled_for=START + timedelta(hours=1)))
    with pytest.raises(AmqpError):
        bus.queue.backlog.cancel_scheduled([*numbers, 99])
    assert bus.queue.backlog.counts().scheduled == 1


def test_an_expired_message_dies_where_that_is_configured_and_vanishes_elsewhere() -> None:
    for dead_letters, left in ((True, ["short"]), (False, [])):
        bus = QueueUnderTest(dead_letter_on_expiration=dead_letters)
        bus.send(a_message("short", ttl_s=60), "long")
        bus.advance(seconds=61)
        assert bus.waiting_bodies() == ["long"]
        assert bus.waiting_bodies(bus.dead_letters) == left


def test_the_shorter_of_the_senders_and_the_queues_time_to_live_counts() -> None:
    bus = QueueUnderTest(default_ttl_s=100)
    bus.send(a_message("sender's", ttl_s=50), a_message("queue's", ttl_s=500), "default")
    bus.advance(seconds=51)
    assert bus.waiting_bodies() == ["queue's", "default"]
    bus.advance(seconds=50)
    assert bus.waiting_bodies() == []


def test_time_to_live_starts_when_a_scheduled_message_becomes_active() -> None:
    bus = QueueUnderTest()
    bus.send(a_message("later", ttl_s=60, scheduled_for=START + timedelta(hours=1)))
    bus.advance(hours=1)
    assert bus.queue.backlog.counts().active == 1
    bus.advance(seconds=61)
    assert bus.waiting_bodies() == []


def test_a_locked_message_expires_only_when_it_comes_back() -> None:
    bus = QueueUnderTest(dead_letter_on_expiration=True)
    bus.send(a_message("held", ttl_s=60))
    receiver = bus.receiver(credit=1)
    bus.advance(seconds=61)
    assert bus.waiting_bodies() == ["held"]
    bus.settle(receiver.tokens[0], RELEASED)
    assert bus.waiting_bodies() == []
    assert bus.waiting_bodies(bus.dead_letters) == ["held"]


def test_an_expired_deferred_message_dies_when_somebody_asks_for_it() -> None:
    bus = QueueUnderTest(dead_letter_on_expiration=True)
    (number,) = bus.send(a_message("aside", ttl_s=60))
    bus.settle(bus.receiver().tokens[0], DEFERRED)
    bus.advance(seconds=61)
    assert bus.waiting_bodies() == ["aside"]
    with pytest.raises(AmqpError, match="not deferred"):
        bus.queue.receive_deferred([number], None)
    assert bus.waiting_bodies(bus.dead_letters) == ["aside"]


def test_a_message_id_seen_within_the_window_is_dropped_even_when_the_first_is_done() -> None:
    bus = QueueUnderTest(duplicate_detection_window_s=600)
    first = bus.send(a_message("first", message_id="same"))
    bus.settle(bus.receiver().tokens[0], COMPLETED)
    bus.advance(seconds=599)
    assert bus.send(a_message("second", message_id="same")) == first
    assert bus.waiting_bodies() == []
    bus.advance(seconds=1)
    bus.send(a_message("third", message_id="same"))
    assert bus.waiting_bodies() == ["third"]


def test_messages_without_an_id_are_never_duplicates() -> None:
    bus = QueueUnderTest(duplicate_detection_window_s=600)
    bus.send("a", "a")
    assert bus.waiting_bodies() == ["a", "a"]


def test_too_many_deliveries_end_in_the_dead_letters_with_count_and_number() -> None:
    bus = QueueUnderTest(max_delivery_count=3)
    bus.send("fine", "poison")
    receiver = bus.receiver()
    bus.settle(receiver.tokens[0], COMPLETED)
    for delivery in (1, 2, 3):
        bus.settle(receiver.tokens[delivery])
    (message,) = bus.dead_letters.backlog.store.messages.values()
    assert (message.delivery_count, message.sequence_number) == (3, 2)
    assert message.dead_letter_source == "queue"
    reason = decode(message.application_properties["DeadLetterReason"])[0]
    assert reason == "MaxDeliveryCountExceeded"
    assert bus.queue.backlog.counts() == QueueCounts(active=0, scheduled=0, dead=1)


def test_the_dead_letter_queue_never_gives_up_and_never_expires() -> None:
    bus = QueueUnderTest(max_delivery_count=1, default_ttl_s=10)
    bus.send("poison")
    bus.settle(bus.receiver().tokens[0])
    bus.advance(days=300)
    receiver = bus.receiver(credit=0)
    receiver.credit = 30
    bus.dead_letters.join(receiver)
    for delivery in range(20):
        bus.dead_letters.dispatch()
        lock = bus.dead_letters.find_lock(receiver.tokens[delivery])
        bus.dead_letters.settle(lock, Outcome(settlement=Settlement.ABANDON))
    assert bus.waiting_bodies(bus.dead_letters) == ["poison"]


def test_nobody_sends_to_a_dead_letter_queue() -> None:
    with pytest.raises(AmqpError, match="takes no messages"):
        QueueUnderTest().dead_letters.backlog.enqueue_all([a_message()])


def test_a_batch_with_one_unfit_message_is_refused_whole() -> None:
    bus = QueueUnderTest(requires_session=True)
    with pytest.raises(AmqpError, match="no session id"):
        bus.send(a_message("fit", session_id="A"), a_message("unfit"))
    assert bus.waiting_bodies() == []


def test_what_the_broker_adds_is_readable_and_what_the_sender_wrote_is_kept() -> None:
    bus = QueueUnderTest()
    bus.send(a_message("content", message_id="m", session_id="A", ttl_s=5))
    (message,) = bus.queue.backlog.store.messages.values()
    again = parse_message(encode_message(message, locked_until=START))
    assert (again.message_id, again.session_id, again.body) == ("m", "A", message.body)
    assert again.ttl == timedelta(seconds=5)
    assert decode(again.annotations["x-opt-sequence-number"])[0] == 1
    assert again.header[4] == 0


def test_purging_empties_everything_and_numbers_go_on() -> None:
    bus = QueueUnderTest(max_delivery_count=1, duplicate_detection_window_s=600)
    bus.send("dies", a_message("held", message_id="x"))
    bus.send(a_message("later", scheduled_for=START + timedelta(hours=1)))
    receiver = bus.receiver(credit=2)
    bus.settle(receiver.tokens[0])
    bus.queue.purge()
    assert bus.queue.backlog.counts() == QueueCounts(active=0, scheduled=0, dead=0)
    assert bus.queue.backlog.next_scheduled() is None
    with pytest.raises(AmqpError, match="lock is invalid"):
        bus.settle(receiver.tokens[1])
    assert bus.send(a_message("new", message_id="x")) == [4]


@pytest.mark.parametrize(
    "settings",
    [{"lock_duration_s": 0}, {"default_ttl_s": -1}, {"max_delivery_count": 0}],
)
def test_impossible_settings_of_a_queue_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        QueueConfig(**settings)  # type: ignore[arg-type] - that is the point
