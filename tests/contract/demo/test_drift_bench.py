"""What the bench of comparisons says of its figures, and the world that it compares."""

from devstack.bench.drift import summary
from devstack.bench.drift_world import DIFFERENT, EVENTS, drift_world


def a_run(mailboxes, seconds, **facts):
    return {
        "mailboxes": mailboxes,
        "seconds": seconds,
        "processor_s": {"host": seconds / 2, "exchange": seconds / 4},
        "differences": DIFFERENT * mailboxes // 2,
        "graph_calls": 3 * mailboxes,
        "graph_calls_allowed": 3 * mailboxes + DIFFERENT * mailboxes // 2,
        **facts,
    }


def test_what_is_fast_and_linear_meets_the_goals():
    figures = summary([a_run(10, 4.0), a_run(100, 40.0)])

    assert figures["failures"] == []
    assert figures["growth"] == 1.0


def test_each_goal_that_is_missed_is_told():
    slow = summary([a_run(10, 4.0), a_run(100, 80.0)])
    dear = summary([a_run(10, 4.0, graph_calls=99)])
    blind = summary([a_run(10, 4.0, differences=0)])

    assert any("not below 60" in failure for failure in slow["failures"])
    assert any("not linear" in failure for failure in slow["failures"])
    assert any("99 calls to Graph" in failure for failure in dear["failures"])
    assert any("0 differences are found" in failure for failure in blind["failures"])


def test_each_person_of_the_world_has_as_many_events_and_one_booking_less():
    world = drift_world(4)

    assert len(world.events) == 2 * EVENTS
    assert len(world.bookings) == 2 * (EVENTS - 1)
    assert len({booking.appointment_oid for booking in world.bookings}) == len(world.bookings)
