"""What the older of two versions writes over without having read it (docs/upgrade.md).

A later version may have stored more in the same row. Whatever could be lost for good is not written
over; of everything else is shown here that it is found anew, or still there.
"""

import ast
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.adapters.tables import keys
from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.drift_store import TableDriftStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.operating_stores import TableMeasureStore
from core.adapters.tables.outbox_index import TableOutboxIndex
from core.adapters.tables.parked_store import TableParkedStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.policy_store import TablePolicyStore
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.adapters.tables.table import Row
from core.adapters.tables.waiting_store import TableWaitingStore
from core.app.given_up import give_up
from core.app.mailbox_identity import known_identity
from core.domain.drift import DriftState
from core.domain.scope import Scope
from core.domain.work import MappingKey, Source, WorkItem
from core.errors import LaterFormError
from tests.contract.stores.test_versions import LATER_FORM, STATES, rows_in, stored, tables_with
from tests.contract.stores.values import ANNA, LINK, NOW

ADAPTERS = Path(keys.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "upgrade.md"

BLIND = {
    "activity_store": 1, "cursor_store": 1, "drift_store": 2, "given_up_store": 1,
    "mapping_store": 3, "newest_rows": 1, "operating_stores": 4, "outbox_index": 1,
    "pointer_store": 1, "policy_store": 1, "self_test_store": 1, "settings_store": 2,
    "state_store": 1, "subscription_store": 1, "waiting_store": 1,
}  # fmt: skip
"""How many places write a row whatever is there, by module; docs/upgrade.md speaks of each."""


def blind_writes() -> Counter[str]:
    found: Counter[str] = Counter()
    for file in ADAPTERS.glob("*.py"):
        if file.stem in ("azure_table", "traced_tables", "table"):
            continue
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and (
                getattr(call.func, "id", "") == "Put" or getattr(call.func, "attr", "") == "put"
            ):
                found[file.stem] += 1
    return found


def test_every_write_without_a_read_is_spoken_of():
    assert blind_writes() == BLIND
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in BLIND if f"`{name}`" not in page] == []


@pytest.fixture
async def tables():
    return await tables_with(rows_in(STATES[-1]))


async def made_later(tables, name):
    """Let a later version have written all rows of a table; return them."""
    table = tables.table(name)
    for row in list(table.stored.values()):
        garbled = {c: "{?" if isinstance(v, str) else v for c, v in row.values.items()}
        await table.put(Row(row.partition, row.key, {**garbled, "schema": LATER_FORM}))
    return rows_of(tables, name)


def rows_of(tables, name):
    return {key: values for key, values in stored(tables).items() if key[0] == name}


async def test_what_a_person_has_said_of_a_difference_is_not_written_over(tables):
    store = TableDriftStore(tables)
    found = list(await store.all())
    assert found
    theirs = await made_later(tables, "drifts")

    await store.put([replace(drift, state=DriftState.OPEN) for drift in found])

    assert rows_of(tables, "drifts") == theirs
    assert await store.all() == []


async def test_a_difference_that_is_new_is_stored_beside_those_of_a_later_version(tables):
    store = TableDriftStore(tables)
    one = (await store.all())[0]
    theirs = await made_later(tables, "drifts")
    new = replace(one, id="new")

    await store.put([one, new])

    assert await store.all() == [new]
    assert rows_of(tables, "drifts").items() >= theirs.items()


async def test_subscriptions_are_written_only_by_who_has_read_or_made_them(tables):
    """A renewal writes what `all` or `find` has given; a new one has a name of its own."""
    theirs = await made_later(tables, "subscriptions")
    store = TableSubscriptionStore(tables)
    for subscription in await store.all():
        await store.put(subscription)
    assert rows_of(tables, "subscriptions") == theirs


async def test_a_pointer_that_is_written_over_leads_to_its_link(tables):
    """Who looks asks for it first and waits; written is only what a link that was stored says."""
    store = TablePointerStore(tables)
    found = [(key, pointer) async for key, pointer in store.all() if pointer.mapping_id]
    await made_later(tables, "pointers")
    for key, pointer in found:
        with pytest.raises(LaterFormError):
            await store.find(key)
        await store.replace(key, replace(pointer, version=None))
        assert (await store.find(key)).mapping_id == pointer.mapping_id


async def test_who_waits_for_a_resource_is_still_found(tables):
    store = TableWaitingStore(tables)
    waiting = [each async for each in store.all()]
    assert waiting
    await made_later(tables, "waiting")
    for each in waiting:
        await store.put(each)
        assert each in await store.of(each.resource)


async def test_a_note_of_an_outbox_says_only_when_to_look(tables):
    await made_later(tables, "outbox")
    index = TableOutboxIndex(tables)
    await index.note(LINK, NOW)
    assert LINK in await index.due(NOW)


async def test_a_meeting_that_was_given_up_stays_on_the_list(tables):
    """Since when and how often begin anew; which meeting it is stays, and so does its message."""
    given_up = TableGivenUpStore(tables)
    tables.wipe("givenup")
    sent = []

    async def keep(message):
        sent.append(message)

    services = SimpleNamespace(
        given_up=given_up,
        clock=SimpleNamespace(now=lambda: NOW),
        queue=SimpleNamespace(give_up=keep),
    )
    look = WorkItem(key=MappingKey(LINK, ANNA), source=Source.PUSH, first_seen=NOW)
    await give_up(look, "forbidden", "no", None, services)
    theirs = await made_later(tables, "givenup")

    await give_up(look, "forbidden", "no", None, services)

    assert set(rows_of(tables, "givenup")) == set(theirs)
    (entry,) = await given_up.all()
    assert (entry.key, entry.times) == (look.key, 1)
    assert len(sent) == 2


async def test_what_is_parked_is_looked_at_when_its_scope_answers(tables):
    tables.wipe("parked")
    store, scope = TableParkedStore(tables), Scope(ANNA.environment, ANNA.mailbox)
    look = WorkItem(key=MappingKey(LINK, ANNA), source=Source.PUSH, first_seen=NOW)
    await store.put(scope, look)
    await made_later(tables, "parked")

    await store.put(scope, look)

    (parked,) = await store.of(scope)
    assert parked.work.key == look.key


async def test_the_copy_of_a_policy_is_read_anew(tables):
    await made_later(tables, "policies")
    assert await TablePolicyStore(tables).get(ANNA) is None


async def test_an_hour_of_the_chart_is_made_of_what_can_be_read(tables):
    store = TableMeasureStore(tables)
    measure = (await store.fine(NOW - timedelta(days=1)))[0]
    await made_later(tables, "measures")
    await store.add(measure)
    assert await store.fine(NOW - timedelta(days=1)) == [measure]
    assert [hour.changes for hour in await store.hourly(NOW - timedelta(days=1))] == [
        measure.changes
    ]


async def test_what_a_later_version_notes_of_a_mailbox_is_ignored():
    """Its own id counts; unknown fields were a fault once, and no mailbox would have been read."""
    tables = await tables_with([])
    cursors = TableCursorStore(tables)
    told = {"mailbox_id": "one", "since": "", "is_anew": True, "seen": 7}
    await cursors.put("mailbox:contoso/p11", json.dumps(told))

    known = await known_identity(ANNA, SimpleNamespace(cursors=cursors))

    assert (known.mailbox_id, known.is_anew) == ("one", True)
