"""Batches: looks at one key become one, and no version or deletion is forgotten."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from core.app import work_batch
from core.app.work_batch import merged
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, ICalUid, MailboxKey
from core.domain.work import (
    BookingKey,
    EventKey,
    ICalKey,
    MailboxJob,
    MappingKey,
    Source,
    WorkItem,
    session_of,
)
from core.errors import ServiceUnavailableError
from core.sync.retry import RetryTables
from tests.unit.builders import CONTOSO, LINK, NOW

PLACE = EventPlace(CONTOSO, MailboxKey("p11"))
KEY = EventKey(PLACE, EventId("event-1"))


def a_look(key=KEY, **facts) -> WorkItem:
    return WorkItem(key=key, source=Source.PUSH, **{"first_seen": NOW, **facts})


def test_looks_at_one_key_become_one_look():
    other = EventKey(PLACE, EventId("event-2"))

    looks = merged([a_look(version="v1"), a_look(other), a_look(version="v2")])

    assert [KEY, other] == [look.key for look in looks]
    assert {"v1", "v2"} == set(looks[0].versions)


def test_a_look_without_version_is_not_hidden_by_one_that_has_a_settled_one():
    (look,) = merged([a_look(version="v1"), a_look(version="")])

    assert "" in look.versions


def test_a_deletion_and_a_thorough_look_are_never_merged_away():
    (look,) = merged([a_look(version="v1"), a_look(deleted=True), a_look(thorough=True)])

    assert (look.deleted, look.thorough) == (True, True)


def test_the_oldest_trigger_counts_and_the_freshest_try():
    early, late = NOW, NOW + timedelta(seconds=5)

    (look,) = merged([a_look(first_seen=late, attempt=0), a_look(first_seen=early, attempt=3)])

    assert (early, 0) == (look.first_seen, look.attempt)


@pytest.mark.parametrize(
    ("key", "session"),
    [
        (KEY, "contoso/p11"),
        (ICalKey(PLACE, ICalUid("i")), "contoso/p11"),
        (MappingKey(LINK, PLACE), "contoso/p11"),
        (BookingKey("Default", BookingId(7), PLACE), "contoso/p11"),
        (BookingKey("Default", BookingId(7)), "rooms/Default/7"),
    ],
)
def test_work_on_one_mailbox_has_one_session(key, session):
    assert session == session_of(key)


async def test_where_it_cannot_be_read_what_is_parked_nothing_is_given_back(monkeypatch):
    """Given back it would be delivered again at once, ten times, and be set aside (P11)."""
    scheduled = []

    async def unreadable(*_):
        raise ServiceUnavailableError("the tables do not answer")

    async def schedule(look, due):
        scheduled.append((look.attempt, due > NOW))

    for name in ("is_kept", "is_job_kept", "note_look"):
        monkeypatch.setattr(work_batch, name, unreadable)
    monkeypatch.setattr(work_batch, "is_kept_after", is_not)
    services = SimpleNamespace(
        queue=SimpleNamespace(schedule=schedule),
        clock=SimpleNamespace(now=lambda: NOW),
        retries=RetryTables(),
    )
    await work_batch._work(a_look(), services)
    await work_batch._work(replace(a_look(), source=Source.SWEEP), services)
    await work_batch.do_jobs(
        [MailboxJob(kind="poll_rooms", place=None, requested_at=NOW)], None, services
    )

    assert scheduled == [(1, True), (1, True)]


async def is_not(*_):
    return False
