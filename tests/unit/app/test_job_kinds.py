"""Kinds of jobs: their names wait in queues and rows, and each one is known to the worker."""

from datetime import UTC, datetime

import pytest

from core.adapters.servicebus.messages import decode_job, encode_job
from core.app.jobs import PER_MAILBOX, UnknownJobError, do_job
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.job_kind import JobKind
from core.domain.work import MailboxJob

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))

NAMES = {
    "subscribe", "reauthorize", "resubscribe", "make_anew", "catch_up", "wake_up", "sweep",
    "read_policy", "scan_differences", "self_test", "poll_rooms", "poll_rooms_again",
    "sweep_rooms", "sweep_links", "compare_subscriptions", "send_outbox", "remove_what_is_over",
    "collect_dead_letters", "care_for_parked", "care_for_self_tests", "self_test_all", "examine",
    "sum_up_differences",
}  # fmt: skip
"""As they were written when there was no enumeration yet: messages of then are still waiting."""


class ReachedError(Exception):
    """The job has begun."""


class Settings:
    def watches(self, place):
        return place == ANNA


class Roster:
    async def directory(self):
        return Settings()


class FirstThingAsked:
    """Services of which only the settings are there: a job that asks for more has begun."""

    roster = Roster()

    def __getattr__(self, name):
        raise ReachedError(name)


def job(kind, place):
    return MailboxJob(kind=kind, place=place, requested_at=NOW)


def test_no_name_has_changed():
    assert set(JobKind) >= NAMES


def test_a_job_is_written_as_ever_and_a_message_of_then_is_read():
    written = (
        b'{"v":1,"kind":"scan_differences","place":{"environment":"contoso","mailbox":"p11"},'
        b'"requested_at":"2026-03-02T07:00:00Z"}'
    )

    assert encode_job(job(JobKind.SCAN, ANNA)) == written
    assert decode_job(written).kind == JobKind.SCAN


@pytest.mark.parametrize("kind", JobKind)
async def test_every_kind_is_known_to_the_worker(kind):
    as_read = job(kind.value, ANNA if kind in PER_MAILBOX else None)

    with pytest.raises(ReachedError):
        await do_job(as_read, FirstThingAsked(), FirstThingAsked())


@pytest.mark.parametrize("place", [ANNA, None])
async def test_a_kind_of_another_version_is_told_as_unknown(place):
    with pytest.raises(UnknownJobError, match="'a_later_one'"):
        await do_job(job("a_later_one", place), None, FirstThingAsked())
