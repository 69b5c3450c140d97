"""Measures and deeds: newest first, hours made of minutes, what is old goes (operating.py)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.tables.operating_stores import TableDeedStore, TableMeasureStore
from core.domain.deed import Deed, DeedKind
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.measure import Measure, joined

NOW = datetime(2026, 3, 2, 8, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def measures(tables):
    return TableMeasureStore(tables)


@pytest.fixture
def deeds(tables):
    return TableDeedStore(tables)


def measure(at, changes=1):
    return Measure(at=at, span_s=300, changes=changes)


async def test_measures_come_back_oldest_first_and_the_latest_is_known(measures):
    assert await measures.latest() is None
    for minutes in (10, 0, 5):
        await measures.add(measure(NOW + minutes * MINUTE, changes=minutes))

    assert [m.changes for m in await measures.fine(NOW)] == [0, 5, 10]
    assert [m.changes for m in await measures.fine(NOW + MINUTE)] == [5, 10]
    latest = await measures.latest()
    assert latest is not None
    assert latest.changes == 10


async def test_an_hour_is_made_of_the_measures_in_it_and_twice_is_the_same(measures):
    found = [measure(NOW + n * 20 * MINUTE, changes=n + 1) for n in range(4)]
    for each in (*found, found[-1]):
        await measures.add(each)

    first, second = await measures.hourly(NOW - HOUR)
    assert first == joined(found[:3])
    assert second == joined(found[3:])


async def test_each_mailbox_has_one_moment_at_which_it_was_looked_at_as_a_whole(measures):
    anna = EventPlace(EnvironmentId("the cloud/1"), MailboxKey("p11"))
    room = EventPlace(EnvironmentId("cellar"), MailboxKey("r101"))
    assert await measures.full_looks() == {}
    for place, minutes in ((anna, 0), (room, 1), (anna, 2)):
        await measures.note_full_look(place, NOW + minutes * MINUTE)
    await measures.remove_before(NOW + HOUR, NOW + HOUR)

    assert await measures.full_looks() == {anna: NOW + 2 * MINUTE, room: NOW + MINUTE}


async def test_what_is_old_goes_each_of_its_kind(measures):
    for hours in range(4):
        await measures.add(measure(NOW + hours * HOUR))

    await measures.remove_before(NOW + 2 * HOUR, NOW + HOUR)

    assert len(await measures.fine(NOW)) == 2
    assert len(await measures.hourly(NOW - HOUR)) == 2


async def test_deeds_of_one_moment_all_stay_and_come_newest_first(deeds):
    early = Deed(at=NOW, who="mia", kind=DeedKind.SCOPE_RELEASED, details=("rooms",))
    twin = replace(early, details=("exchange/contoso",))
    late = replace(early, at=NOW + MINUTE, kind=DeedKind.SETTINGS_CHANGED, number=7)
    for each in (early, twin, late):
        await deeds.add(each)

    first, *others = await deeds.latest(10)
    assert first == late
    assert sorted(others, key=lambda d: d.details) == [twin, early]
    assert await deeds.latest(1) == [late]
    assert await deeds.latest(0) == []

    await deeds.remove_before(NOW + MINUTE)
    assert await deeds.latest(10) == [late]
