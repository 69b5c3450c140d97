"""The figures of a soak: what makes it fail, and how long changes took."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from devstack.demo.writes import Write
from tests.simulation.fault_kinds import FaultKind
from tests.soak.judge import Verdict
from tests.soak.logs import is_write, latencies_of
from tests.soak.playing import Outcome
from tests.soak.report import figures

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)


def outcome(**more):
    good = {
        "deeds": 60,
        "passes": 2,
        "rests": 3,
        "kills": Counter(host=1, bus=2),
        "faults": Counter({FaultKind.GRAPH_DOWN: 3}),
        "latencies_ms": [100.0, 300.0],
        "back_ms": {"host": [2000.0]},
    }
    return Outcome(seed=1, **(good | more))


def of(*outcomes):
    return figures(outcomes, minutes=2, seed=1, wall_s=12.34)


def test_a_good_run_adds_up():
    content = of(outcome(), outcome())
    assert content["ok"]
    assert (content["user_actions"], content["faults"], content["wall_s"]) == (120, 6, 12.3)
    assert content["kills"] == {"host": 2, "bus": 4, "azurite": 0, "exchange": 0, "rooms": 0}
    assert content["latency_ms"] == {"count": 4, "p50": 200, "p95": 300, "max": 300}
    assert content["restarts_ms"]["host"]["max"] == 2000
    assert (content["lost"], content["doubled"], content["fixed_point"]) == (0, 0, True)


@pytest.mark.parametrize(
    ("wrong", "figure"),
    [
        (Verdict(lost=["it is gone"]), "lost"),
        (Verdict(doubled=["it is there twice"]), "doubled"),
        (Verdict(different=["another time"]), "differences"),
        (Verdict(left=["given up"]), "left"),
    ],
)
def test_anything_that_is_wrong_makes_it_fail_and_is_told_with_its_seed(wrong, figure):
    content = of(outcome(), outcome(verdict=wrong))
    assert not content["ok"]
    assert content[figure] == 1
    assert content["failures"] == [f"seed 1: {line}" for line in wrong.lines()]


def test_a_pass_that_writes_is_no_fixed_point():
    content = of(outcome(verdict=Verdict(moved=["rooms: PUT /x"])))
    assert (content["ok"], content["fixed_point"]) == (False, False)


def test_without_a_further_pass_nobody_knows_of_a_fixed_point():
    assert not of(outcome(passes=0))["ok"]
    assert not of()["ok"]


def test_one_that_never_comes_to_rest_fails():
    content = of(outcome(trouble="not at rest after 90 s"))
    assert (content["ok"], content["failures"]) == (False, ["seed 1: not at rest after 90 s"])


def write(side, seconds, *about, by="user:anna", changed=True):
    at = BEGAN + timedelta(seconds=seconds)
    return Write(side=side, number=1, actor=by, operation="x", at=at, changed=changed, about=about)


OWNERS = {"event": "link", 7: "link", "other": "another", 8: "another"}


class TestLatencies:
    def of(self, *writes, jumps=()):
        return latencies_of(writes, OWNERS, jumps)

    def test_are_from_the_change_to_the_write_of_the_service_on_the_other_side(self):
        writes = [
            write("Exchange", 0, "event"),
            write("ROOMS", 1, 8, by="service"),
            write("Exchange", 1, "event", by="service"),
            write("ROOMS", 2, 7, by="service", changed=False),
            write("ROOMS", 3, 7, by="service"),
            write("ROOMS", 4, 7, by="service"),
        ]
        assert self.of(*writes) == [3000.0]

    def test_of_two_changes_in_a_row_the_first_counts(self):
        writes = [write("ROOMS", 0, 7), write("ROOMS", 2, 7)]
        assert self.of(*writes, write("Exchange", 3, "event", by="service")) == [3000.0]

    def test_leave_out_what_the_clock_has_jumped_in(self):
        writes = [write("ROOMS", 0, 7), write("Exchange", 7300, "event", by="service")]
        assert self.of(*writes, jumps=[BEGAN + timedelta(seconds=1)]) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"operation": "event.update", "method": "PATCH", "status": 200}, True),
        ({"operation": "Bookings_Confirm", "method": "PUT", "status": 200}, True),
        ({"operation": "event.update", "method": "PATCH", "status": 503}, False),
        ({"operation": "event.update", "method": "PATCH", "status": 503, "changed": True}, True),
        ({"operation": "event.get", "method": "GET", "status": 200}, False),
        ({"operation": "subscription.renew", "method": "PATCH", "status": 200}, False),
    ],
)
def test_a_write_is_what_changes_an_event_or_a_booking_or_was_to(line, expected):
    assert is_write({"changed": False} | line) is expected
