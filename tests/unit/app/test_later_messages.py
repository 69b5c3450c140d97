"""What a later version has sent waits for it, and is given up as it is when it never comes."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.servicebus.bus import FAILED_ITEMS, MAILBOX_JOBS, NOTICES, SYNC_ITEMS
from core.adapters.servicebus.messages import decode_given_up, decode_item, decode_job
from core.adapters.servicebus.notice_forms import decode_notice
from core.adapters.servicebus.queue import BusWorkQueue
from core.app.work_batch import do_jobs, read_batch
from core.domain.work import MailboxJob
from core.sync.retry import RetryTables, changed_tables
from devstack.kit.clock import VirtualClock
from tests.kit.memory_queue import MemoryBus

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
READ = {SYNC_ITEMS: decode_item, MAILBOX_JOBS: decode_job, NOTICES: decode_notice}
LATER = b'{"v":2,"where":"in a form of its own"}'


@dataclass
class Few:
    """What reading a batch needs of the services."""

    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))
    retries: RetryTables = field(default_factory=RetryTables)

    def __post_init__(self):
        self.bus = MemoryBus(self.clock)
        self.queue = BusWorkQueue(self.bus)

    def taken(self, queue):
        batch = self.bus.next_batch(queue)
        for message in batch.messages:
            self.bus.complete(message)
        self.bus.release(batch)
        return [message.body for message in batch.messages]


@pytest.mark.parametrize("queue", READ)
async def test_a_message_of_a_later_version_comes_again_as_it_was(queue):
    few = Few()
    assert await read_batch([LATER], READ[queue], few, queue) == []
    assert few.bus.next_batch(queue) is None, "not at once: it would go round and round"
    few.clock.advance(timedelta(seconds=5))
    (again,) = few.taken(queue)
    assert json.loads(again) == json.loads(LATER) | {"waited": 1}
    assert few.bus.next_batch(FAILED_ITEMS) is None


async def test_it_waits_for_a_day_and_is_then_given_up_as_it_is():
    few, body, waited = Few(), LATER, 0
    while True:
        await read_batch([body], decode_item, few, SYNC_ITEMS)
        if few.bus.waiting(FAILED_ITEMS):
            break
        few.clock.advance(timedelta(hours=1))
        (body,) = few.taken(SYNC_ITEMS)
        waited += 1
    assert few.clock.now() - NOW > timedelta(days=1)
    (failed,) = few.bus.waiting(FAILED_ITEMS)
    given_up = decode_given_up(failed.body)
    assert (given_up.reason, json.loads(given_up.raw)["where"]) == (
        "later_version", "in a form of its own"
    )  # fmt: skip
    assert "a message of version 2, this app reads 1" in given_up.text
    assert waited == len(few.retries.delays_s("connectivity"))


async def test_where_nothing_is_tried_again_it_is_given_up_at_once():
    few = Few(retries=changed_tables({"fast": "", "connectivity": ""}))
    await read_batch([LATER], decode_item, few, SYNC_ITEMS)
    assert len(few.bus.waiting(FAILED_ITEMS)) == 1


@pytest.mark.parametrize("waited", [-1, "x", None, [1]])
async def test_a_count_that_means_nothing_counts_as_none(waited):
    few = Few()
    body = json.dumps({"v": 2, "waited": waited}).encode()
    await read_batch([body], decode_item, few, SYNC_ITEMS)
    few.clock.advance(timedelta(seconds=5))
    assert json.loads(few.taken(SYNC_ITEMS)[0])["waited"] == 1


async def test_a_job_that_only_a_later_version_knows_waits_for_it(monkeypatch):
    monkeypatch.setattr("core.app.work_batch.is_job_kept", _never)
    few, job = Few(), MailboxJob(kind="a_later_one", place=None, requested_at=NOW)
    for tries in range(1, 11):
        await do_jobs([job], None, few)
        few.clock.advance(timedelta(seconds=62))
        (body,) = few.taken(MAILBOX_JOBS)
        job = decode_job(body)
        assert (job.kind, job.attempt) == ("a_later_one", tries)
    await do_jobs([job], None, few)
    (failed,) = few.bus.waiting(FAILED_ITEMS)
    assert decode_given_up(failed.body).reason == "unknown_job"


async def _never(*_):
    return False
