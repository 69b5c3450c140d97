"""Timer functions on the stack's clock."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.kit.processes import eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("host")]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at_half_past(host):
    """Return the host at 30 seconds past some minute, nothing due for a while, journal empty."""
    moment = host.clock.now() + timedelta(hours=1)
    host.jump_to(moment.replace(second=30, microsecond=0))
    eventually(lambda: not host.activity()["in_flight"])
    host.forget()
    return host


def due(entry):
    return datetime.fromisoformat(entry["last"])


def test_a_timer_fires_when_its_moment_has_come(at_half_past):
    host = at_half_past
    minute = host.clock.now().replace(second=0, microsecond=0) + MINUTE

    host.jump_to(minute)

    (entry,) = eventually(lambda: host.journal("minutely"))
    assert due(entry) == minute
    assert entry["past_due"] is False


def test_it_does_not_fire_before_and_not_twice(at_half_past):
    host = at_half_past

    host.jump(timedelta(seconds=29))
    assert host.journal("minutely") == []
    host.jump(timedelta(seconds=2))
    eventually(lambda: host.journal("minutely"))
    host.post("/admin/devstack/tick")

    assert len(host.journal("minutely")) == 1


def test_moments_that_were_jumped_over_are_one_late_call(at_half_past):
    host = at_half_past

    host.jump(timedelta(hours=2))

    (entry,) = eventually(lambda: host.journal("minutely"))
    assert entry["past_due"] is True
    assert host.clock.now() - due(entry) < MINUTE


def test_while_the_clock_jumps_a_timer_fires_at_most_once_a_minute(at_half_past):
    host = at_half_past

    for _ in range(30):
        host.jump(timedelta(seconds=11))

    moments = [due(e) for e in eventually(lambda: host.journal("often"))]
    assert len(moments) >= 4
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(moments))


def test_the_next_moments_can_be_asked_for(at_half_past):
    host = at_half_past
    following = host.get("/admin/devstack/next-due").json()

    assert following["minutely"] > host.clock.now().isoformat()
    assert set(following) == {"minutely", "often", "slow_nightly", "broken_yearly"}


def test_one_timer_never_runs_twice_at_a_time(host):
    midnight = host.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    host.jump_to(midnight + timedelta(days=1, hours=3))
    host.jump(timedelta(days=1))
    host.post("/admin/functions/slow_nightly")

    eventually(lambda: len(host.journal("nightly ends")) == 3)
    order = [e["kind"] for e in host.journal() if e["kind"].startswith("nightly")]
    assert order == ["nightly begins", "nightly ends"] * 3


def test_a_timer_run_by_hand_is_done_when_the_call_answers(host):
    assert host.post("/admin/functions/slow_nightly", json={"input": ""}).status_code == 202
    assert [e["kind"] for e in host.journal()][-1] == "nightly ends"


def test_a_timer_that_fails_by_hand_says_so(host):
    answer = host.post("/admin/functions/broken_yearly")

    assert answer.status_code == 500
    assert "never works" in answer.json()["error"]


def test_running_what_is_no_timer_names_the_timers(host):
    answer = host.post("/admin/functions/echo")

    assert answer.status_code == 404
    assert "minutely" in answer.json()["error"]


def test_nothing_fires_while_paused_and_nothing_is_made_up_afterwards(at_half_past):
    host = at_half_past
    host.post("/admin/devstack/pause")

    host.jump(timedelta(hours=1))
    host.post("/admin/devstack/resume")
    host.post("/admin/devstack/tick")

    assert host.journal("minutely") == []
    assert host.activity()["paused"] is False


def test_a_new_start_in_the_past_is_taken_as_it_is(host):
    host.jump(timedelta(days=3))
    earlier = host.clock.now() - timedelta(days=30)

    host.jump_to(earlier)
    following = host.get("/admin/devstack/next-due").json()["minutely"]
    assert datetime.fromisoformat(following) - host.clock.now() < MINUTE
