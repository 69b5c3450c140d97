"""May links be made? On the first day all workers ask that at once (S05)."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core.app.link_gate import INSTALLED, LinksIncompleteError, begin, require_whole


class Tables:
    """Links' condition and cursors, with somebody who may come in between two reads."""

    def __init__(self):
        self.declared, self.cursors, self.in_between = None, {}, None

    async def condition(self):
        return self.declared

    async def declare(self, condition):
        self.declared = condition

    async def get(self, name):
        if self.in_between is not None:
            other, self.in_between = self.in_between, None
            await other()
        return self.cursors.get(name)

    async def put(self, name, value):
        self.cursors[name] = value


@pytest.fixture
def tables():
    return Tables()


@pytest.fixture
def services(tables):
    clock = SimpleNamespace(now=lambda: datetime(2026, 3, 2, 7, tzinfo=UTC))
    return SimpleNamespace(mappings=tables, cursors=tables, clock=clock)


async def test_a_new_installation_is_whole_from_now_on(services, tables):
    await require_whole(services)
    assert tables.declared is not None
    assert INSTALLED in tables.cursors


async def test_two_workers_begin_at_once_and_neither_takes_the_table_for_lost(services, tables):
    """The other one begins between our reads of the table and of the cursor."""
    tables.in_between = lambda: begin(services)
    await require_whole(services)


async def test_an_empty_table_that_was_not_empty_is_lost(services, tables):
    await begin(services)
    tables.declared = None
    with pytest.raises(LinksIncompleteError, match="roomsync rebuild"):
        await require_whole(services)
