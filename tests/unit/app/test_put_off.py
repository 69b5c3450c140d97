"""What becomes of messages whose worker cannot read the settings."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core.app.put_off import put_off
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EnvironmentId, MailboxKey
from core.domain.work import BookingKey, MailboxJob, Source, WorkItem
from core.errors import ServiceUnavailableError
from core.sync.retry import RetryTables

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
ERROR = ServiceUnavailableError("no tables")


class Queue:
    def __init__(self):
        self.later = []

    async def schedule(self, item, due):
        self.later.append((item, due - NOW))

    async def send_jobs(self, jobs, due):
        self.later += [(job, due - NOW) for job in jobs]


@pytest.fixture
def services():
    clock = SimpleNamespace(now=lambda: NOW)
    return SimpleNamespace(clock=clock, queue=Queue(), retries=RetryTables())


def look(attempt=0):
    key = BookingKey(mandator="Default", booking_id=BookingId(1))
    return WorkItem(key=key, source=Source.PUSH, first_seen=NOW, attempt=attempt)


def job(kind):
    return MailboxJob(kind=kind, place=ANNA, requested_at=NOW)


async def test_looks_are_tried_again_by_the_table_of_the_failure(services):
    await put_off([look(), look(3)], ERROR, services)
    assert services.queue.later == [
        (look(1), timedelta(seconds=2)),
        (look(4), timedelta(seconds=120)),
    ]


async def test_one_that_was_tried_for_a_day_waits_on_and_takes_no_other_along(services):
    """Given back, the whole batch would come again at once, and each time leave copies behind."""
    await put_off([look(), look(500)], ERROR, services)
    assert services.queue.later == [
        (look(1), timedelta(seconds=2)),
        (look(501), timedelta(hours=1)),
    ]


async def test_a_job_comes_again_unless_its_timer_asks_for_it_anyway(services):
    await put_off([job("catch_up"), job("restore")], ERROR, services)
    assert services.queue.later == [(job("restore"), timedelta(seconds=60))]
