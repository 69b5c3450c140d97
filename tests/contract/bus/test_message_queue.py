"""Receivers, locks and sessions of one queue, on time that moves only when told to."""

from datetime import timedelta
from uuid import uuid4

import pytest

from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.queueing.settlement import COMPLETED, DEFERRED, RELEASED, Outcome, Settlement
from tests.contract.bus.model import START, QueueUnderTest, Receiver, a_message, body_of


def in_session(session_id: str, *bodies: str) -> list:
    return [a_message(body, session_id=session_id) for body in bodies]


def test_nobody_gets_more_than_it_gave_credit_for() -> None:
    bus = QueueUnderTest()
    bus.send("a", "b", "c")
    receiver = bus.receiver(credit=2)
    assert receiver.bodies == ["a", "b"]
    receiver.credit = 5
    bus.queue.dispatch()
    assert receiver.bodies == ["a", "b", "c"]


def test_competing_receivers_are_served_in_turn_and_nothing_comes_twice() -> None:
    bus = QueueUnderTest()
    receivers = [bus.receiver(), bus.receiver(credit=1), bus.receiver()]
    bus.send(*(str(n) for n in range(9)))
    bus.queue.dispatch()
    assert [len(r.bodies) for r in receivers] == [4, 1, 4]
    assert sorted(body for r in receivers for body in r.bodies) == [str(n) for n in range(9)]


def test_a_message_is_gone_once_delivered_to_a_receiver_that_deletes() -> None:
    bus = QueueUnderTest()
    bus.send("a")
    assert bus.receiver(settles_on_delivery=True).bodies == ["a"]
    assert bus.waiting_bodies() == []


def test_a_released_message_comes_again_uncounted_and_an_abandoned_one_counted() -> None:
    for outcome, count in ((RELEASED, 0), (Outcome(settlement=Settlement.ABANDON), 1)):
        bus = QueueUnderTest()
        bus.send("a")
        receiver = bus.receiver()
        bus.settle(receiver.tokens[0], outcome)
        assert receiver.bodies == ["a", "a"]
        assert receiver.deliveries[1][0].delivery_count == count


def test_messages_given_back_in_any_order_come_again_in_the_right_one() -> None:
    bus = QueueUnderTest()
    bus.send("a", "b", "c", "d")
    receiver = bus.receiver(credit=3)
    for token in reversed(receiver.tokens):
        bus.settle(token, RELEASED)
    receiver.take()
    receiver.credit = 4
    bus.queue.dispatch()
    assert receiver.bodies == ["a", "b", "c", "d"]


def test_a_message_lock_ends_by_real_time_and_counts_as_a_failed_delivery() -> None:
    bus = QueueUnderTest(lock_duration_s=60)
    bus.send("a")
    receiver = bus.receiver()
    bus.advance(days=14)
    assert receiver.bodies == ["a"]
    bus.let_locks_run(60)
    assert receiver.bodies == ["a", "a"]
    assert receiver.deliveries[1][0].delivery_count == 1
    with pytest.raises(AmqpError) as lost:
        bus.settle(receiver.tokens[0])
    assert lost.value.condition is Condition.MESSAGE_LOCK_LOST


def test_a_renewed_message_lock_runs_its_full_time_again() -> None:
    bus = QueueUnderTest(lock_duration_s=60)
    bus.send("a")
    receiver = bus.receiver()
    bus.let_locks_run(50)
    bus.queue.renew_lock(bus.queue.find_lock(receiver.tokens[0]))
    bus.let_locks_run(50)
    assert receiver.bodies == ["a"]
    bus.let_locks_run(11)
    assert receiver.bodies == ["a", "a"]


def test_without_sessions_a_lock_outlives_the_receiver_that_had_it() -> None:
    """The service ties message locks to time, not to links: they return late and counted."""
    bus = QueueUnderTest(lock_duration_s=60)
    bus.send("a")
    bus.queue.leave(bus.receiver())
    other = bus.receiver()
    assert other.bodies == []
    bus.let_locks_run(60)
    assert other.bodies == ["a"]
    assert other.deliveries[0][0].delivery_count == 1


def test_a_deferred_message_is_only_had_by_its_number_and_stays_deferred_until_done() -> None:
    bus = QueueUnderTest(lock_duration_s=60)
    (number,) = bus.send("aside")
    receiver = bus.receiver()
    bus.settle(receiver.tokens[0], DEFERRED)
    assert receiver.take() == ["aside"]
    (lock,) = bus.queue.receive_deferred([number], None)
    assert lock.message.delivery_count == 1
    with pytest.raises(AmqpError, match="locked already"):
        bus.queue.receive_deferred([number], None)
    bus.let_locks_run(60)
    (again,) = bus.queue.receive_deferred([number, number], None)
    assert again.message.delivery_count == 2
    assert receiver.bodies == []
    bus.settle(again.token, COMPLETED)
    assert bus.waiting_bodies() == []


def test_a_deferred_message_can_be_dead_lettered_with_a_reason() -> None:
    bus = QueueUnderTest()
    (number,) = bus.send("aside")
    bus.settle(bus.receiver().tokens[0], DEFERRED)
    (lock,) = bus.queue.receive_deferred([number], None)
    bus.settle(lock.token, Outcome(settlement=Settlement.DEAD_LETTER, reason="bad"))
    receiver = Receiver()
    bus.dead_letters.join(receiver)
    bus.dead_letters.dispatch()
    assert receiver.bodies == ["aside"]


def test_a_session_belongs_to_one_receiver_and_its_messages_come_in_order() -> None:
    bus = QueueUnderTest(requires_session=True)
    bus.send(*in_session("A", "a1", "a2"), *in_session("B", "b1"), *in_session("A", "a3"))
    assert bus.session_receiver("A").bodies == ["a1", "a2", "a3"]
    with pytest.raises(AmqpError) as held:
        bus.session_receiver("A")
    assert held.value.condition is Condition.SESSION_CANNOT_BE_LOCKED
    assert bus.session_receiver("B").bodies == ["b1"]


def test_a_session_without_messages_can_be_held_by_name() -> None:
    bus = QueueUnderTest(requires_session=True)
    receiver = bus.session_receiver("empty")
    bus.send(*in_session("empty", "first"))
    bus.queue.dispatch()
    assert receiver.bodies == ["first"]


def test_whoever_waits_gets_the_session_that_waited_longest() -> None:
    bus = QueueUnderTest(requires_session=True)
    bus.send(*in_session("A", "a1"), *in_session("B", "b1"), *in_session("A", "a2"))
    first, second, third = (bus.waiting_receiver() for _ in range(3))
    assert [r.session.session_id if r.session else None for r in (first, second, third)] == [
        "A",
        "B",
        None,
    ]
    bus.settle(first.tokens[0], RELEASED)
    bus.queue.leave(first)
    bus.queue.dispatch()
    assert third.bodies == ["a1", "a2"]


def test_whoever_waits_in_vain_is_told_so_by_real_time() -> None:
    bus = QueueUnderTest(requires_session=True)
    bus.send(a_message("later", session_id="A", scheduled_for=START + timedelta(hours=1)))
    receiver = bus.waiting_receiver(timeout_s=5)
    bus.let_locks_run(4)
    assert receiver.error is None
    bus.let_locks_run(1)
    assert receiver.error is not None
    assert receiver.error.condition is Condition.TIMEOUT
    bus.advance(hours=2)
    assert receiver.bodies == []


def test_a_receiver_that_goes_away_frees_its_session_at_once_uncounted_and_in_order() -> None:
    bus = QueueUnderTest(requires_session=True)
    bus.send(*in_session("A", "a1", "a2", "a3"))
    first = bus.session_receiver("A")
    bus.settle(first.tokens[0], COMPLETED)
    bus.queue.leave(first)
    second = bus.session_receiver("A")
    assert second.bodies == ["a2", "a3"]
    assert [message.delivery_count for message, _ in second.deliveries] == [0, 0]


def test_a_session_lock_that_runs_out_is_lost_with_all_under_it_and_that_counts() -> None:
    bus = QueueUnderTest(requires_session=True, lock_duration_s=60)
    bus.send(*in_session("A", "a1", "a2"))
    first = bus.session_receiver("A", credit=1)
    bus.let_locks_run(60)
    assert first.error is not None
    assert first.error.condition is Condition.SESSION_LOCK_LOST
    with pytest.raises(AmqpError) as lost:
        bus.settle(first.tokens[0])
    assert lost.value.condition is Condition.SESSION_LOCK_LOST
    second = bus.session_receiver("A")
    assert second.bodies == ["a1", "a2"]
    assert [message.delivery_count for message, _ in second.deliveries] == [1, 0]


def test_a_session_lock_follows_real_time_and_renewing_it_keeps_every_message_under_it() -> None:
    bus = QueueUnderTest(requires_session=True, lock_duration_s=60)
    bus.send(*in_session("A", "a1"))
    receiver = bus.session_receiver("A")
    bus.advance(days=14)
    bus.let_locks_run(50)
    bus.queue.renew_session(bus.queue.hold_session("A", [receiver]))
    bus.let_locks_run(50)
    bus.settle(receiver.tokens[0], COMPLETED)
    assert receiver.error is None


def test_only_its_holder_may_use_a_session_lock() -> None:
    bus = QueueUnderTest(requires_session=True)
    holder = bus.session_receiver("A")
    assert bus.queue.hold_session("A", [holder]).holder is holder
    for session_id, holders in (("A", [Receiver()]), ("B", [holder])):
        with pytest.raises(AmqpError, match="not locked by this receiver"):
            bus.queue.hold_session(session_id, holders)


def test_a_deferred_message_of_a_session_is_held_and_lost_with_the_session() -> None:
    bus = QueueUnderTest(requires_session=True, lock_duration_s=60)
    (number, other) = bus.send(*in_session("A", "aside"), *in_session("B", "b"))
    receiver = bus.session_receiver("A")
    bus.settle(receiver.tokens[0], DEFERRED)
    bus.settle(bus.session_receiver("B").tokens[0], DEFERRED)
    session = bus.queue.hold_session("A", [receiver])
    with pytest.raises(AmqpError, match="not deferred"):
        bus.queue.receive_deferred([other], session)
    (lock,) = bus.queue.receive_deferred([number], session)
    bus.let_locks_run(59)
    bus.queue.renew_session(session)
    bus.let_locks_run(59)
    assert bus.queue.find_lock(lock.token) is lock
    assert lock.until == session.until
    bus.queue.leave(receiver)
    with pytest.raises(AmqpError, match="session lock"):
        bus.queue.find_lock(lock.token)
    again = bus.queue.hold_session("A", [bus.session_receiver("A")])
    (back,) = bus.queue.receive_deferred([number], again)
    assert body_of(back.message) == "aside"
    assert back.message.delivery_count == 1


def test_a_dead_letter_of_a_session_queue_has_a_lock_of_its_own() -> None:
    bus = QueueUnderTest(requires_session=True, lock_duration_s=60)
    bus.send(*in_session("A", "bad"))
    holder = bus.session_receiver("A")
    bus.settle(holder.tokens[0], Outcome(settlement=Settlement.DEAD_LETTER, reason="bad"))
    bus.queue.leave(holder)
    reader = Receiver()
    bus.dead_letters.join(reader)
    bus.dead_letters.dispatch()
    assert reader.bodies == ["bad"]
    bus.let_locks_run(59)
    bus.dead_letters.renew_lock(bus.dead_letters.find_lock(reader.tokens[0]))
    bus.let_locks_run(59)
    assert len(reader.bodies) == 1
    bus.let_locks_run(2)
    bus.dead_letters.dispatch()
    assert reader.bodies == ["bad", "bad"]


def test_a_message_in_a_session_has_no_lock_to_renew() -> None:
    bus = QueueUnderTest(requires_session=True)
    bus.send(*in_session("A", "a"))
    receiver = bus.session_receiver("A")
    with pytest.raises(AmqpError, match="Renew the session's lock"):
        bus.queue.renew_lock(bus.queue.find_lock(receiver.tokens[0]))


def test_the_wrong_kind_of_receiver_is_refused() -> None:
    with pytest.raises(AmqpError, match="requires sessions"):
        QueueUnderTest(requires_session=True).receiver()
    for ask in (QueueUnderTest.waiting_receiver, lambda bus: bus.session_receiver("A")):
        with pytest.raises(AmqpError, match="has no sessions"):
            ask(QueueUnderTest())


def test_a_token_that_never_was_is_a_lost_lock() -> None:
    with pytest.raises(AmqpError, match="lock is invalid"):
        QueueUnderTest().queue.find_lock(uuid4())
