"""What the app tells makes each rule alert, and nothing else does: from a call to the threshold."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import NotPermittedError
from core.telemetry.calls import graph_call, rooms_call
from core.telemetry.metrics import count, measure, stands
from core.telemetry.vocabulary import (
    CHANGES,
    FORBIDDEN,
    GUARD_TRIPS,
    PARKED,
    POLL_AGE,
    PUSH_SILENT,
    QUEUE_WAIT,
    STOPPED,
    SUBSCRIPTIONS,
)
from tests.kit.alerting import deployed_rules
from tests.kit.workspace import TUESDAY, workspace

FIRED = {""}
"""What `fires` returns of a rule without dimensions that alerts."""


@pytest.fixture(scope="module")
def rules():
    return deployed_rules()


@pytest.fixture
def there():
    with workspace() as found:
        yield found


def each_five_minutes(there, tell, times):
    """Do what the timer does: what was told before the last time is old then."""
    for _ in range(times):
        tell()
        there.pass_minutes(5)


def refused(call, times):
    for _ in range(times):
        with pytest.raises(NotPermittedError), call:
            raise NotPermittedError("no")


def test_each_rule_has_its_stories_here(rules):
    told = {name for name in rules.rules if f'"{name}"' in Path(__file__).read_text("utf-8")}

    assert told == set(rules.rules)


@pytest.mark.parametrize(("seconds", "alerts"), [(20, set()), (599, set()), (700, FIRED)])
def test_it_alerts_when_rooms_is_asked_no_more(rules, there, seconds, alerts):
    each_five_minutes(there, lambda: stands(POLL_AGE, seconds), 3)

    assert rules.fires("poll-stopped", there) == alerts


def test_it_alerts_when_nothing_is_told_at_all(rules, there):
    each_five_minutes(there, lambda: stands(POLL_AGE, 20), 3)
    there.pass_minutes(25)  # the last count stands for six minutes, and the window is fifteen

    assert rules.fires("poll-stopped", there) == FIRED


def test_it_is_over_when_rooms_is_asked_again(rules, there):
    each_five_minutes(there, lambda: stands(POLL_AGE, 700), 3)
    each_five_minutes(there, lambda: stands(POLL_AGE, 20), 1)

    assert rules.fires("poll-stopped", there) == set()


@pytest.mark.parametrize(("stopped", "trips"), [(1, 0), (0, 1), (0, 0)])
def test_it_alerts_when_the_guard_has_stopped_somebody(rules, there, stopped, trips):
    count(GUARD_TRIPS, trips, deed="cancel")
    each_five_minutes(there, lambda: stands(STOPPED, stopped), 2)

    assert rules.fires("guard", there) == (FIRED if stopped or trips else set())


def test_a_trip_is_told_once_and_a_stopped_mailbox_as_long_as_it_is(rules, there):
    count(GUARD_TRIPS, deed="cancel")
    each_five_minutes(there, lambda: stands(STOPPED, 0), 4)
    assert rules.fires("guard", there) == set()
    each_five_minutes(there, lambda: stands(STOPPED, 2), 4)
    assert rules.fires("guard", there) == FIRED


def test_it_alerts_for_systems_that_are_parked_not_for_single_mailboxes(rules, there):
    def tell():
        stands(PARKED, 3, kind="mailbox")
        stands(PARKED, 0, kind="environment")
        stands(PARKED, 1, kind="rooms")

    each_five_minutes(there, tell, 2)

    assert rules.fires("parked", there) == {"rooms"}


def test_it_alerts_for_whoever_is_left_alone_because_we_may_not(rules, there):
    """After the first refusal hardly anything is asked: calls alone would be too few."""

    def tell():
        for kind, number in (("mailbox", 1), ("environment", 0), ("rooms", 0)):
            stands(FORBIDDEN, number, kind=kind)

    refused(graph_call("reading an event", "contoso", "p11"), 3)
    each_five_minutes(there, tell, 5)

    assert rules.fires("forbidden", there) == {"mailbox"}


def test_it_alerts_when_a_system_says_that_we_may_not(rules, there):
    refused(graph_call("reading an event", "contoso", "p11"), 6)
    refused(rooms_call("confirming a booking"), 5)
    with graph_call("reading an event", "contoso", "p11"):
        pass
    there.pass_minutes()

    assert rules.fires("forbidden", there) == {"graph"}
    there.pass_minutes(20)
    assert rules.fires("forbidden", there) == set()


def test_it_alerts_for_whoever_tells_of_no_changes(rules, there):
    def tell():
        for kind, number in (("environment", 0), ("mailbox", 2), ("rooms", 1)):
            stands(PUSH_SILENT, number, kind=kind)

    each_five_minutes(there, tell, 2)

    assert rules.fires("push-silent", there) == {"mailbox", "rooms"}


def watched(expiring, failed):
    stands(SUBSCRIPTIONS, 40, state="active")
    stands(SUBSCRIPTIONS, expiring, state="expiring")
    stands(SUBSCRIPTIONS, failed, state="failed")


def test_it_alerts_for_subscriptions_that_stay_lost_for_half_an_hour(rules, there):
    each_five_minutes(there, lambda: watched(0, 2), 3)
    assert rules.fires("subscriptions", there) == set()
    each_five_minutes(there, lambda: watched(0, 2), 4)
    assert rules.fires("subscriptions", there) == {"failed"}


def test_subscriptions_that_are_mended_meanwhile_wake_nobody(rules, there):
    each_five_minutes(there, lambda: watched(1, 0), 2)
    each_five_minutes(there, lambda: watched(0, 0), 1)
    each_five_minutes(there, lambda: watched(1, 0), 3)

    assert rules.fires("subscriptions", there) == set()


@pytest.mark.parametrize(
    ("days", "alerts"), [(45, set()), (30, set()), (29, FIRED), (0, FIRED), (-3, FIRED)]
)
def test_it_alerts_before_a_secret_ends_and_after(rules, there, days, alerts):
    for ends_in in (50, days):
        logging.getLogger("core.app.secret_watch").warning(
            "secret_ends", extra={"secret": "graph-client-secret", "days": ends_in}
        )
    there.pass_minutes(60)

    assert rules.fires("secret-ends", there) == alerts


def test_without_secrets_that_end_nobody_is_woken(rules, there):
    there.pass_minutes(60)

    assert rules.fires("secret-ends", there) == set()


def test_it_alerts_for_what_waits_in_two_windows_running(rules, there):
    def took(minutes):
        for _ in range(3):
            measure(QUEUE_WAIT, 900.0, queue="sync-items")
            measure(QUEUE_WAIT, minutes * 60_000.0, queue="mailbox-jobs")
            there.pass_minutes(2)
            measure(QUEUE_WAIT, 500.0, queue="mailbox-jobs")
            there.pass_minutes(1)

    took(16)
    assert rules.fires("backlog-age", there) == set()
    took(16)
    assert rules.fires("backlog-age", there) == {"mailbox-jobs"}
    took(14)
    took(14)
    there.pass_minutes(3)
    assert rules.fires("backlog-age", there) == set()


@pytest.mark.parametrize(
    ("day", "changes", "alerts"),
    [(0, 0, FIRED), (0, 1, set()), (3, 0, FIRED), (4, 0, set()), (5, 0, set()), (6, 0, set())],
)
def test_it_alerts_on_workdays_after_a_day_without_a_change(rules, day, changes, alerts):
    """Tuesday, Friday; Saturday, Sunday, Monday."""
    with workspace(TUESDAY + timedelta(days=day)) as there:
        count(CHANGES, changes, source="push")
        there.pass_minutes(60)

        assert rules.fires("no-change", there) == alerts
