"""SettingsStore: everything as one value, written by difference, a broken row costs only itself."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.adapters.tables.settings_store import TableSettingsStore
from core.adapters.tables.table import Row, Tables, Value
from core.domain.directory import (
    ConflictBehaviour,
    Directory,
    Environment,
    ErrorMail,
    Location,
    SyncedPerson,
    SyncedResource,
    SyncMode,
    directory,
)
from core.domain.ids import EnvironmentId, LocationId, PersonId, ResourceId
from core.domain.policies import Policies
from core.errors import StaleVersionError

CONTOSO = EnvironmentId("contoso")
SINCE = datetime(2026, 3, 2, 7, 0, 5, tzinfo=UTC)


def settings(persons: int = 2, *, sync: bool = True) -> Directory:
    return directory(
        global_sync_enabled=sync,
        policies=Policies(
            direct_booking="cancel", sync_with_calendar_field="Kalender", resolve_groups=True
        ),
        environments=[Environment(id=CONTOSO, kind="graph", domains=("contoso.example",))],
        persons=[
            SyncedPerson(
                id=PersonId(n),
                name=f"Person {n}",
                address=f"p{n}@contoso.example",
                aliases=(f"alias{n}@contoso.example",),
                mode=SyncMode.EWS1,
                conflict_behaviour=ConflictBehaviour.CANCEL,
                resource_types=("Raum", "Fahrzeug"),
                environment=CONTOSO,
                synced_since=SINCE,
            )
            for n in range(1, persons + 1)
        ],
        resources=[
            SyncedResource(
                id=ResourceId(101),
                name="Säntis",
                type="Raum",
                address="s@c.example",
                location_id=LocationId(1),
            )
        ],
        locations=[
            Location(id=LocationId(1), name="Bern", parent=LocationId(2)),
            Location(
                id=LocationId(2),
                name="Schweiz",
                error_mail=ErrorMail(
                    enabled=False,
                    cc=("raum@c.example",),
                    title={"de": "Fehlgeschlagen"},
                    body={"de": "[Reservation.Titel]", "*": ""},
                ),
            ),
        ],
    )


@pytest.fixture
def store(tables: Tables) -> TableSettingsStore:
    return TableSettingsStore(tables)


async def test_without_settings_nothing_is_synced(store: TableSettingsStore):
    assert await store.load() == Directory()
    assert await store.version() == 0


async def test_settings_come_back_as_they_were_replaced(store: TableSettingsStore):
    await store.replace(settings())
    loaded = await store.load()
    assert loaded == settings()
    assert loaded.person_at("ALIAS2@contoso.example") == settings().persons[PersonId(2)]
    assert store.issues == ()


async def test_what_is_no_longer_wanted_goes(store: TableSettingsStore):
    await store.replace(settings(persons=3))
    await store.replace(settings(persons=1, sync=False))
    assert await store.load() == settings(persons=1, sync=False)


async def test_more_than_one_transaction_is_written(store: TableSettingsStore):
    await store.replace(settings(persons=230))
    assert await store.load() == settings(persons=230)
    await store.replace(settings(persons=0))
    assert await store.load() == settings(persons=0)


async def test_only_differences_are_written(tables: Tables, store: TableSettingsStore):
    await store.replace(settings())
    first = {row.key: row.version async for row in tables.table("settings").query("person")}
    changed = settings()
    changed.persons[PersonId(2)] = replace(changed.persons[PersonId(2)], language="de")
    await store.replace(changed)
    second = {row.key: row.version async for row in tables.table("settings").query("person")}
    assert {key for key in first if first[key] != second[key]} == {"2"}


async def test_the_version_rises_with_every_change_and_only_then(store: TableSettingsStore):
    await store.replace(settings())
    first = await store.version()
    await store.replace(settings())
    assert await store.version() == first > 0
    await store.replace(settings(persons=3))
    assert await store.version() > first


async def test_what_was_planned_before_somebody_elses_change_does_not_undo_it(
    store: TableSettingsStore,
):
    await store.replace(settings(persons=2))
    since = await store.version()
    await store.replace(settings(persons=3), since)

    with pytest.raises(StaleVersionError, match="by somebody else"):
        await store.replace(settings(persons=1), since)

    assert await store.load() == settings(persons=3)


async def test_of_two_at_the_same_moment_one_is_refused(store: TableSettingsStore):
    await store.replace(settings(persons=2))
    both = [store.replace(settings(persons=3)), store.replace(settings(persons=4))]

    done = await asyncio.gather(*both, return_exceptions=True)

    refused = [type(each) for each in done if each is not None]
    assert refused in ([], [StaleVersionError])
    stored = await store.load()
    if refused:
        assert stored == settings(persons=3 if done[0] is None else 4)


@pytest.mark.parametrize(
    ("place", "broken", "told"),
    [
        (("person", "1"), {"mode": "Gmail"}, "mode: Input should be"),
        (("person", "1"), {"aliases_json": "[broken"}, "aliases_json: not JSON"),
        (("resource", "101"), {"type": 7}, "type: Input should be a valid string"),
        (("environment", "contoso"), {"domains_json": "7"}, "domains: Input should be"),
        (("service", "switches"), {"global_sync_enabled": "maybe"}, "global_sync_enabled: Input"),
        (("service", "policies"), {"hold_for_unsynced": "maybe"}, "hold_for_unsynced: Input"),
    ],
)
async def test_a_broken_row_is_left_out_and_told_without_its_content(
    tables: Tables,
    store: TableSettingsStore,
    place: tuple[str, str],
    broken: dict[str, Value],
    told: str,
):
    await store.replace(settings())
    table = tables.table("settings")
    row = await table.get(*place)
    assert row is not None
    await table.put(Row(*place, {**row.values, **broken}))
    loaded = await store.load()
    assert PersonId(2) in loaded.persons
    assert len(store.issues) == 1
    assert f"settings {' '.join(place)} is left out: " in store.issues[0]
    assert told in store.issues[0]
    assert "Gmail" not in store.issues[0]
    assert "contoso.example" not in store.issues[0]
    await table.put(Row(*place, row.values))
    assert await store.load() == settings()
    assert store.issues == ()


async def test_unreadable_switches_turn_sync_off(tables: Tables, store: TableSettingsStore):
    await store.replace(settings())
    await tables.table("settings").put(Row("service", "switches", {"global_sync_enabled": "maybe"}))
    assert not (await store.load()).global_sync_enabled


async def test_columns_of_a_later_version_are_ignored(tables: Tables, store: TableSettingsStore):
    await store.replace(settings())
    table = tables.table("settings")
    row = await table.get("person", "1")
    assert row is not None
    await table.put(Row("person", "1", {**row.values, "favourite_colour": "blue"}))
    assert await store.load() == settings()
    assert store.issues == ()
