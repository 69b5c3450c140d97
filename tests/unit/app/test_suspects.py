"""A batch that kills its worker: taken apart, so that only the one to blame is given up."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from core.app.suspects import APART, MOST_DEATHS, MOST_TOGETHER, is_deadly, without_suspects
from core.domain.event import EventPlace
from core.domain.ids import EventId, MailboxKey
from core.domain.work import EventKey, Source, WorkItem
from tests.unit.builders import CONTOSO, NOW

PLACE = EventPlace(CONTOSO, MailboxKey("p11"))


def a_look(number: int, **facts) -> WorkItem:
    key = EventKey(PLACE, EventId(f"e{number}"))
    return WorkItem(key=key, source=Source.PUSH, first_seen=NOW, **facts)


class Queue:
    def __init__(self):
        self.put_off = []

    async def schedule(self, item, due):
        self.put_off.append((item, due))


@pytest.fixture
def services():
    return SimpleNamespace(queue=Queue(), clock=SimpleNamespace(now=lambda: NOW))


@pytest.mark.parametrize("deliveries", [1, MOST_TOGETHER])
async def test_a_few_deaths_are_nobodys_fault(services, deliveries):
    looks = [(a_look(n), deliveries) for n in range(3)]

    assert await without_suspects(looks, services) == [a_look(n) for n in range(3)]
    assert services.queue.put_off == []


async def test_after_more_they_are_taken_one_by_one_the_last_one_first(services):
    looks = [(a_look(n), MOST_TOGETHER + 1) for n in range(3)]

    assert await without_suspects(looks, services) == []
    assert services.queue.put_off == [
        (a_look(n, deaths=MOST_TOGETHER), NOW + APART * (3 - n)) for n in (2, 1, 0)
    ]


async def test_what_came_later_is_worked_on_at_once(services):
    looks = [(a_look(1), MOST_TOGETHER + 1), (a_look(2), 1)]

    assert await without_suspects(looks, services) == [a_look(2)]
    assert [item.key for item, _ in services.queue.put_off] == [a_look(1).key]


async def test_alone_it_is_worked_on_until_the_bus_sets_it_aside(services):
    assert await without_suspects([(a_look(1), 10)], services) == [a_look(1)]
    assert not is_deadly(a_look(1), 10)


async def test_deaths_over_several_copies_add_up(services):
    assert not is_deadly(a_look(1, deaths=MOST_DEATHS - 1), 1)
    assert is_deadly(a_look(1, deaths=MOST_DEATHS - 1), 2)


async def test_one_that_kills_is_found_and_the_others_are_worked_on(services):
    """The whole game: a poisoned look among fifteen others, the worker killed each time."""
    waiting, now, worked, rounds = [(NOW, a_look(n)) for n in range(16)], NOW, set(), 0
    counts = dict.fromkeys(range(16), 0)
    while waiting and rounds < 200:
        rounds += 1
        now = max(now, min(due for due, _ in waiting))
        services.clock.now = lambda now=now: now
        ready = sorted((due, item.key.event_id, item) for due, item in waiting if due <= now)
        batch = [item for _, _, item in ready]
        for item in batch:
            counts[int(item.key.event_id[1:])] += 1
        looks = [(item, counts[int(item.key.event_id[1:])]) for item in batch]
        looks = [look for look in looks if not is_deadly(*look)]
        services.queue.put_off = []
        taken = await without_suspects(looks, services)
        if any(item.key.event_id == "e7" for item in taken):
            now += timedelta(seconds=60)
            continue
        worked |= {item.key.event_id for item in taken}
        waiting = [(due, item) for due, item in waiting if item not in batch]
        waiting += [(due, item) for item, due in services.queue.put_off]
        counts |= {int(item.key.event_id[1:]): 0 for item, _ in services.queue.put_off}

    assert waiting == []
    assert worked == {f"e{n}" for n in range(16)} - {"e7"}
