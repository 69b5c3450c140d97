"""The traffic of the bench never asks for what would rightly be refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from devstack.bench.gauges import count_graph, count_rooms, per_change
from devstack.bench.isolation import summary
from devstack.bench.load import delays_of
from devstack.bench.traffic import GUARD_CANCELS, GUARD_CREATES, REST_S, Traffic
from devstack.demo.comparison import EXCHANGE, ROOMS
from devstack.demo.day import Book, Cancel, Change, Delete
from devstack.demo.writes import Write

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def five_minutes():
    traffic = Traffic()
    return [(second / 5, traffic.next(second / 5)) for second in range(1500)]


def test_nobody_makes_or_cancels_more_than_the_guard_allows():
    creates, cancels = Counter(), Counter()
    for _, action in five_minutes():
        creates[action.who] += isinstance(action.deed, Book)
        cancels[action.who] += isinstance(action.deed, Cancel | Delete)

    assert len(creates) == 20
    assert max(creates.values()) <= GUARD_CREATES
    assert max(cancels.values()) <= GUARD_CANCELS
    assert cancels.total() > 100


def test_no_slot_of_a_room_is_asked_for_twice():
    slots = Counter(
        (action.deed.at, action.deed.room)
        for _, action in five_minutes()
        if isinstance(action.deed, Book | Change) and action.deed.at
    )

    assert max(slots.values()) == 1


def test_a_meeting_is_left_alone_for_a_while_after_each_change():
    last: dict[str, float] = {}
    for at, action in five_minutes():
        assert at - last.get(action.meeting, -REST_S) >= REST_S
        last[action.meeting] = at


def test_calls_are_those_of_the_service_and_a_draft_is_one():
    def rooms(operation, actor="service"):
        return {"actor": actor, "operation": operation}

    def graph(path, actor="service"):
        return {"actor": actor, "path": path}

    assert count_rooms([rooms("Bookings_Edit"), rooms("Bookings_Confirm"), rooms("Bookings_Find"),
                        rooms("Bookings_Edit", "user:anna")]) == 2  # fmt: skip
    assert count_graph([graph("/v1.0/users/x/events/1"), graph("/t/oauth2/v2.0/token"),
                        graph("/v1.0/$batch"), graph("/v1.0/me", "user:anna")]) == 1  # fmt: skip
    assert per_change({"graph": 3, "rooms": 0, "tables": 1, "queues": 2}, 2)["graph"] == 1.5


def test_each_persons_change_is_timed_to_the_write_that_follows_on_the_other_side():
    def write(side, actor, ms):
        return Write(side=side, number=1, actor=actor, operation="", changed=True, about=(),
                     at=NOON + timedelta(milliseconds=ms))  # fmt: skip

    writes = [
        write(ROOMS, "user:anna", 0),
        write(EXCHANGE, "service", 200),
        write(ROOMS, "service", 230),
        write(EXCHANGE, "user:anna", 5000),
        write(ROOMS, "service", 5300),
        write(ROOMS, "user:anna", 9000),
    ]

    assert [delay and delay.ms for delay in delays_of(writes)] == [200, 300, None]


def test_the_people_of_one_environment_meet_among_themselves_in_their_own_rooms():
    traffic = Traffic(numbers=range(11, 21), prefix="c", one_sided=True)
    actions = [traffic.next(second / 3) for second in range(900)]

    rooms = {a.deed.room for a in actions if isinstance(a.deed, Book)}
    people = {a.who for a in actions} | {p for a in actions for p in getattr(a.deed, "people", ())}
    assert rooms == {f"Raum {number}" for number in range(11, 21)}
    assert people == {f"p{number}" for number in range(11, 21)}
    assert all(a.meeting.startswith("c") for a in actions)


def test_where_the_other_side_may_not_have_a_meeting_it_is_changed_on_one_side_only():
    traffic = Traffic(one_sided=True)
    sides = {}
    for second in range(900):
        action = traffic.next(second / 3)
        assert sides.setdefault(action.meeting, action.where) == action.where
    assert len(set(sides.values())) == 2


def test_the_median_of_the_runs_decides_whether_an_environment_is_isolated():
    def run(p95, **bad):
        return {"mirrored_ms": {"p95": p95}, "not_mirrored": 0, "could_not_be_done": []} | bad

    well = [run(100.0), run(110.0), run(500.0)]
    good = summary(well, [run(130.0), run(90.0), run(900.0)])
    assert (good["growth"], good["failures"]) == (1.182, [])
    assert summary(well, [run(140.0), run(140.0), run(90.0)])["failures"]
    assert summary(well, [run(100.0), run(100.0), run(None)])["failures"]
    assert summary(well, [run(100.0), run(100.0), run(100.0, not_mirrored=1)])["failures"]
