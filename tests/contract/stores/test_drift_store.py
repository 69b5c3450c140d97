"""What differs, and how far a scan is: what core/ports/drift.py says."""

import logging
from dataclasses import replace

import pytest

from core.adapters.tables.drift_store import TableDriftStore
from core.adapters.tables.table import Row, Tables
from core.domain.drift import DriftState
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scan import PartState, ScanPart
from core.errors import AlreadyExistsError, StaleVersionError
from tests.contract.stores.values import ANNA, NOW, a_drift, a_scan

MARC = EventPlace(EnvironmentId("contoso"), MailboxKey("p12"))


@pytest.fixture
def drifts(tables: Tables) -> TableDriftStore:
    return TableDriftStore(tables)


async def test_a_drift_is_found_as_it_was_put(drifts: TableDriftStore):
    await drifts.put([a_drift()])

    assert list(await drifts.of(ANNA)) == [a_drift()]
    assert list(await drifts.of(MARC)) == []


async def test_many_of_several_mailboxes_are_put_at_once_and_listed_together(
    drifts: TableDriftStore,
):
    await drifts.put([*(a_drift(n) for n in range(150)), a_drift(1, MARC)])

    assert len(await drifts.of(ANNA)) == 150
    assert len(await drifts.all()) == 151


async def test_a_drift_is_replaced_and_removed(drifts: TableDriftStore):
    await drifts.put([a_drift()])
    await drifts.put([a_drift(state=DriftState.IGNORED)])
    assert [drift.state for drift in await drifts.all()] == [DriftState.IGNORED]

    await drifts.remove(a_drift())
    await drifts.remove(a_drift())
    assert list(await drifts.all()) == []


async def test_a_drift_that_cannot_be_read_harms_no_other(
    drifts: TableDriftStore, tables: Tables, caplog: pytest.LogCaptureFixture
):
    await drifts.put([a_drift()])
    await tables.table("drifts").put(Row("contoso|p11", "broken", {"drift": "{"}))

    with caplog.at_level(logging.WARNING):
        assert list(await drifts.all()) == [a_drift()]
    assert "drift_unreadable" in caplog.text


async def test_only_one_of_two_scans_begins(drifts: TableDriftStore):
    assert await drifts.scan() is None
    begun = await drifts.begin(a_scan(), None)
    assert await drifts.scan() == begun

    with pytest.raises(AlreadyExistsError):
        await drifts.begin(a_scan(), None)
    await drifts.begin(replace(a_scan(), id="s2"), begun)
    with pytest.raises(StaleVersionError):
        await drifts.begin(replace(a_scan(), id="s3"), begun)


async def test_a_scan_of_hundreds_of_mailboxes_is_kept(drifts: TableDriftStore):
    only = tuple(EventPlace(EnvironmentId("contoso"), MailboxKey(f"p{n}")) for n in range(2000))
    begun = await drifts.begin(a_scan(only=only), None)

    assert await drifts.scan() == begun


async def test_parts_of_a_scan_are_noted_once_each_and_forgotten(drifts: TableDriftStore):
    scan = a_scan()
    part = ScanPart(place=ANNA, state=PartState.DONE, at=NOW, compared=7, found=1)
    assert await drifts.part(scan, ANNA) is None
    await drifts.note(scan, part)
    await drifts.note(scan, part)

    assert await drifts.part(scan, ANNA) == part
    assert list(await drifts.parts(scan)) == [part]
    assert list(await drifts.parts(replace(scan, id="s2"))) == []

    await drifts.forget(scan)
    assert list(await drifts.parts(scan)) == []


async def test_a_part_that_another_version_has_written_is_still_to_come(
    drifts: TableDriftStore, tables: Tables, caplog: pytest.LogCaptureFixture
):
    scan, part = a_scan(), ScanPart(place=ANNA, state=PartState.DONE, at=NOW)
    await drifts.note(scan, part)
    (row,) = [row async for row in tables.table("scans").query(None)]
    later = row.text("part").replace('"done"', '"of_a_later_version"')
    await tables.table("scans").put(Row(row.partition, row.key, {"part": later}))

    with caplog.at_level(logging.WARNING):
        assert list(await drifts.parts(scan)) == []
        assert await drifts.part(scan, ANNA) is None
    assert "scan_part_unreadable" in caplog.text
    await drifts.note(scan, part)
    assert list(await drifts.parts(scan)) == [part]
