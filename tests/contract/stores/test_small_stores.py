"""Pointers, who waits, subscriptions, cursors, activity, guard: what core/ports/stores.py says."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.adapters.tables.activity_store import TableActivityStore
from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.guard_store import TableGuardStore
from core.adapters.tables.long_text import LONGEST
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.policy_store import TablePolicyStore
from core.adapters.tables.push_store import TablePushStore
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.adapters.tables.table import Row, Tables
from core.adapters.tables.waiting_store import TableWaitingStore
from core.domain.event import EventPlace
from core.domain.given_up import GivenUpEntry
from core.domain.ids import (
    BookingId,
    EnvironmentId,
    EventId,
    ICalUid,
    MailboxKey,
    MappingId,
    ResourceId,
)
from core.domain.interval import Interval
from core.domain.pointers import Pointer, booking_pointer, event_pointer, meeting_pointer
from core.domain.push import PushRecord
from core.domain.room_policy import AutomateProcessing, PolicyCopy, RoomPolicy
from core.domain.subscription import Subscription
from core.domain.waiting import Waiting
from core.domain.work import EventKey, Source, WorkItem
from core.errors import AlreadyExistsError, InvalidPayloadError, StaleVersionError
from core.ports.stores import GuardReading, GuardStanding
from tests.contract.stores.values import ANNA, LINK, NOW, an_activity

KEY = event_pointer(ANNA, EventId("AAMkAGI2/with+all=kinds#of?signs"))


@pytest.fixture
def pointers(tables: Tables) -> TablePointerStore:
    return TablePointerStore(tables)


@pytest.fixture
def subscriptions(tables: Tables) -> TableSubscriptionStore:
    return TableSubscriptionStore(tables)


@pytest.fixture
def cursors(tables: Tables) -> TableCursorStore:
    return TableCursorStore(tables)


@pytest.fixture
def activity(tables: Tables) -> TableActivityStore:
    return TableActivityStore(tables)


@pytest.fixture
def guard(tables: Tables) -> TableGuardStore:
    return TableGuardStore(tables)


async def test_an_item_without_pointer_finds_none(pointers: TablePointerStore):
    assert await pointers.find(KEY) is None


async def test_a_claim_is_found_as_it_was_made(pointers: TablePointerStore):
    claim = Pointer(mapping_id=LINK, lease_until=NOW, home=ANNA, ical_uid=ICalUid("u"))
    claimed = await pointers.claim(KEY, claim)
    assert claimed.version is not None
    assert await pointers.find(KEY) == claimed


async def test_of_many_claims_at_once_one_wins(pointers: TablePointerStore):
    outcomes = await asyncio.gather(
        *(pointers.claim(KEY, Pointer(ical_uid=ICalUid(f"{n}"))) for n in range(6)),
        return_exceptions=True,
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, Pointer)]
    assert len(won) == 1
    assert {type(o) for o in outcomes if o is not won[0]} <= {Pointer, AlreadyExistsError}
    assert await pointers.find(KEY) == won[0]


async def test_a_pointer_is_replaced_only_if_unchanged(pointers: TablePointerStore):
    claimed = await pointers.claim(KEY, Pointer(lease_until=NOW))
    moved = await pointers.replace(KEY, Pointer(mapping_id=LINK, version=claimed.version))
    with pytest.raises(StaleVersionError):
        await pointers.replace(KEY, Pointer(lease_until=NOW, version=claimed.version))
    assert await pointers.find(KEY) == moved


async def test_a_pointer_without_version_is_written_whatever_is_there(pointers: TablePointerStore):
    await pointers.replace(KEY, Pointer(lease_until=NOW))
    written = await pointers.replace(KEY, Pointer(mapping_id=LINK))
    assert await pointers.find(KEY) == written


async def test_a_pointer_that_is_gone_counts_as_changed(pointers: TablePointerStore):
    claimed = await pointers.claim(KEY, Pointer(lease_until=NOW))
    await pointers.remove(KEY)
    await pointers.remove(KEY)
    with pytest.raises(StaleVersionError):
        await pointers.replace(KEY, Pointer(mapping_id=LINK, version=claimed.version))


async def test_pointers_of_different_items_never_meet(pointers: TablePointerStore):
    other_environment = EventPlace(EnvironmentId("fabrikam"), ANNA.mailbox)
    keys = [
        event_pointer(ANNA, EventId("AAMk")),
        event_pointer(ANNA, EventId("aamk")),
        event_pointer(ANNA, EventId("x" * 3000)),
        event_pointer(ANNA, EventId("x" * 3001)),
        event_pointer(other_environment, EventId("AAMk")),
        event_pointer(EventPlace(EnvironmentId("a|b"), MailboxKey("c")), EventId("AAMk")),
        event_pointer(EventPlace(EnvironmentId("a"), MailboxKey("b|c")), EventId("AAMk")),
        meeting_pointer(ANNA, ICalUid("AAMk")),
        booking_pointer("Default", BookingId(7)),
        booking_pointer("Zürich Süd", BookingId(7)),
    ]
    for number, key in enumerate(keys):
        await pointers.claim(key, Pointer(ical_uid=ICalUid(f"{number}")))
    found = [await pointers.find(key) for key in keys]
    assert [p and p.ical_uid for p in found] == [f"{n}" for n in range(len(keys))]


async def test_all_pointers_are_listed_with_their_keys(tables: Tables, pointers: TablePointerStore):
    keys = (KEY, meeting_pointer(ANNA, ICalUid("u/1")), booking_pointer("Default", BookingId(7)))
    made = {key: await pointers.claim(key, Pointer(mapping_id=LINK)) for key in keys}
    await tables.table("pointers").put(Row("event|x", "broken", {"pointer": "{", "parts": "[]"}))
    assert {key: pointer async for key, pointer in pointers.all()} == made
    assert await tables.table("pointers").get("event|x", "broken") is None


async def test_finding_a_pointer_is_one_point_read(tables: Tables, pointers: TablePointerStore):
    before = tables.calls.copy()  # type: ignore[attr-defined]
    await pointers.find(KEY)
    assert tables.calls - before == {"pointers.get": 1}  # type: ignore[attr-defined]


def a_subscription(subscription_id: str, secret_hash: str) -> Subscription:
    return Subscription(
        subscription_id=subscription_id,
        place=ANNA,
        secret_hash=secret_hash,
        created_at=NOW,
        expires_at=NOW + timedelta(days=2),
        notification_url="https://app.example/api/webhooks/graph",
    )


async def test_subscriptions_are_put_found_listed_and_removed(
    subscriptions: TableSubscriptionStore,
):
    assert await subscriptions.find("s-1") is None
    await subscriptions.put(a_subscription("s-1", "ab12"))
    await subscriptions.put(a_subscription("s/2", "ab12"))
    await subscriptions.put(a_subscription("s-1", "cd34"))
    found = await subscriptions.find("s-1")
    assert found is not None
    assert found.secret_hash == "cd34"
    assert sorted(s.subscription_id for s in await subscriptions.all()) == ["s-1", "s/2"]
    await subscriptions.remove("s-1")
    await subscriptions.remove("s-1")
    assert [s.subscription_id for s in await subscriptions.all()] == ["s/2"]


async def test_a_broken_subscription_spares_the_others(
    tables: Tables, subscriptions: TableSubscriptionStore
):
    await subscriptions.put(a_subscription("s-1", "ab12"))
    broken = Row("subscription", "s-2", {"subscription": "{"})
    await tables.table("subscriptions").put(broken)
    assert [s.subscription_id for s in await subscriptions.all()] == ["s-1"]
    with pytest.raises(InvalidPayloadError, match="s-2"):
        await subscriptions.find("s-2")


@pytest.mark.parametrize("value", ["", "short", "ü" * 16384, "🙂" * 16385, "x" * LONGEST])
async def test_a_cursor_of_any_sensible_length_is_kept(cursors: TableCursorStore, value: str):
    await cursors.put("delta/contoso/p11", value)
    assert await cursors.get("delta/contoso/p11") == value


async def test_a_shorter_cursor_leaves_nothing_of_the_longer_one(cursors: TableCursorStore):
    await cursors.put("c", "x" * 100_000)
    await cursors.put("c", "y")
    assert await cursors.get("c") == "y"


async def test_cursors_are_named_and_removed(cursors: TableCursorStore):
    await cursors.put("a", "1")
    await cursors.put("b", "2")
    await cursors.remove("a")
    await cursors.remove("a")
    assert (await cursors.get("a"), await cursors.get("b")) == (None, "2")


async def test_a_cursor_that_cannot_be_kept_is_refused_and_the_old_one_stays(
    cursors: TableCursorStore,
):
    await cursors.put("c", "old")
    with pytest.raises(InvalidPayloadError, match="cursor c: 491521"):
        await cursors.put("c", "x" * (LONGEST + 1))
    assert await cursors.get("c") == "old"


async def test_activity_is_listed_newest_first(activity: TableActivityStore):
    for minute in (2, 1, 3):
        await activity.add(an_activity(f"{minute}", NOW + timedelta(minutes=minute)))
    await activity.add(an_activity("3 again", NOW + timedelta(minutes=3)))
    assert [line.text for line in await activity.latest(10)] == ["3 again", "3", "2", "1"]
    assert [line.text for line in await activity.latest(2)] == ["3 again", "3"]
    assert await activity.latest(0) == []
    assert (await activity.latest(1))[0] == an_activity("3 again", NOW + timedelta(minutes=3))


async def test_old_activity_is_removed(activity: TableActivityStore):
    for number in range(103):
        await activity.add(an_activity(f"{number}", NOW))
    await activity.add(an_activity("a second later", NOW + timedelta(seconds=1)))
    await activity.remove_before(NOW + timedelta(seconds=0.5))
    assert [line.text for line in await activity.latest(200)] == ["a second later"]


async def test_counts_of_mailboxes_that_rest_are_removed(guard: TableGuardStore):
    busy, stopped, released = (
        EventPlace(ANNA.environment, MailboxKey(key)) for key in ("p1", "p2", "p3")
    )
    later = NOW + timedelta(days=1)
    for place in (ANNA, stopped, released):
        await guard.count(place, "cancel", NOW, 600)
    await guard.count(busy, "cancel", later, 600)
    await guard.stop(stopped, NOW)
    await guard.release(released, later)
    assert await guard.remove_before(later - timedelta(hours=1)) == 1
    assert (await guard.standing(stopped)).stopped_since == NOW
    assert (await guard.standing(released)).released_at == later
    assert (await guard.count(busy, "cancel", later, 600)).count == 2


async def test_the_guard_counts_deeds_in_its_window_only(guard: TableGuardStore):
    counts = [
        (await guard.count(ANNA, "cancel", NOW + timedelta(seconds=s), 600)).count
        for s in (0, 1, 599, 601, 1200)
    ]
    assert counts == [1, 2, 3, 2, 2]


async def test_the_guard_counts_each_mailbox_and_deed_alone(guard: TableGuardStore):
    other = EventPlace(ANNA.environment, MailboxKey("r101"))
    await guard.count(ANNA, "cancel", NOW, 600)
    assert (await guard.count(ANNA, "create", NOW, 600)).count == 1
    assert (await guard.count(other, "cancel", NOW, 600)).count == 1
    assert (await guard.count(ANNA, "cancel", NOW, 600)).count == 2


async def test_a_deed_that_was_not_done_is_taken_back_once(guard: TableGuardStore):
    await guard.count(ANNA, "cancel", NOW, 600)
    await guard.count(ANNA, "cancel", NOW, 600)
    await guard.take_back(ANNA, "cancel", NOW)
    await guard.take_back(ANNA, "cancel", NOW + timedelta(seconds=1))
    assert (await guard.count(ANNA, "cancel", NOW, 600)).count == 2


async def test_workers_that_count_at_once_lose_no_deed(guard: TableGuardStore):
    readings = await asyncio.gather(*(guard.count(ANNA, "cancel", NOW, 600) for _ in range(6)))
    assert sorted(reading.count for reading in readings) == [1, 2, 3, 4, 5, 6]


async def test_a_stopped_mailbox_stays_stopped_until_it_is_released(guard: TableGuardStore):
    await guard.stop(ANNA, NOW)
    await guard.stop(ANNA, NOW + timedelta(hours=1))

    later = NOW + timedelta(days=3)
    assert (await guard.count(ANNA, "create", later, 600)).stopped_since == NOW

    await guard.release(ANNA, NOW)
    assert await guard.count(ANNA, "create", later, 600) == GuardReading(count=1)


async def test_how_a_mailbox_stands_is_read_without_counting(guard: TableGuardStore):
    other = EventPlace(ANNA.environment, MailboxKey("r101"))
    assert await guard.standing(ANNA) == GuardStanding()
    await guard.stop(ANNA, NOW)
    await guard.count(other, "create", NOW, 600)
    assert await guard.standing(ANNA) == GuardStanding(stopped_since=NOW)
    assert await guard.stopped([ANNA, other]) == {ANNA}
    await guard.release(ANNA, NOW + timedelta(hours=1))
    assert await guard.standing(ANNA) == GuardStanding(released_at=NOW + timedelta(hours=1))
    assert await guard.stopped([ANNA, other]) == frozenset()


async def test_a_policy_is_kept_as_it_was_read(tables: Tables):
    store = TablePolicyStore(tables)
    copy = PolicyCopy(
        policy=RoomPolicy(
            automate_processing=AutomateProcessing.AUTO_UPDATE, booking_window_days=180
        ),
        fetched_at=NOW,
        failed_at=NOW + timedelta(hours=25),
        failure="ThrottledError",
    )
    assert await store.get(ANNA) is None
    await store.put(ANNA, copy)
    assert await store.get(ANNA) == copy
    await store.put(ANNA, PolicyCopy(fetched_at=NOW))
    assert await store.get(ANNA) == PolicyCopy(fetched_at=NOW)


async def test_a_policy_that_cannot_be_read_is_fetched_anew(tables: Tables):
    store = TablePolicyStore(tables)
    await store.put(ANNA, PolicyCopy(fetched_at=NOW))
    (row,) = [row async for row in tables.table("policies").query()]
    await tables.table("policies").put(Row(row.partition, row.key, {"copy": '{"fetched_at": "?"}'}))
    assert await store.get(ANNA) is None


async def test_who_waits_for_a_resource_is_found_by_it(tables: Tables):
    store = TableWaitingStore(tables)
    hour = Interval(NOW, NOW + timedelta(hours=1))
    one = Waiting(resource=ResourceId(101), mapping_id=LINK, home=ANNA, time=hour)
    other = replace(one, mapping_id=MappingId("other"), resource=ResourceId(102))
    await store.put(other)
    await store.put(one)
    assert await store.of(ResourceId(101)) == [one]
    await store.remove(ResourceId(101), LINK)
    await store.remove(ResourceId(101), LINK)
    assert await store.of(ResourceId(101)) == []
    assert await store.of(ResourceId(102)) == [other]


async def test_everybody_who_waits_is_listed(tables: Tables):
    store = TableWaitingStore(tables)
    hour = Interval(NOW, NOW + timedelta(hours=1))
    one = Waiting(resource=ResourceId(101), mapping_id=LINK, home=ANNA, time=hour)
    await store.put(one)
    await tables.table("waiting").put(Row("102", "broken", {"waiting": "{"}))
    assert [each async for each in store.all()] == [one]
    assert await tables.table("waiting").get("102", "broken") is None


async def test_a_series_may_wait_for_a_resource_on_hundreds_of_dates(tables: Tables):
    store = TableWaitingStore(tables)
    days = [Interval(NOW + timedelta(days=n), NOW + timedelta(days=n, hours=1)) for n in range(999)]
    waiting = Waiting(
        resource=ResourceId(101), mapping_id=LINK, home=ANNA, time=days[0], more=tuple(days[1:])
    )
    await store.put(waiting)
    await store.put(replace(waiting, more=waiting.more[:2]))
    assert await store.of(ResourceId(101)) == [replace(waiting, more=waiting.more[:2])]
    await store.put(waiting)
    assert await store.of(ResourceId(101)) == [waiting]


async def test_a_row_of_before_there_were_series_is_read(tables: Tables):
    stored = (
        '{"resource":101,"mapping_id":"x","home":{"environment":"contoso","mailbox":"p11"},'
        '"time":{"start":"2026-03-02T07:00:00Z","end":"2026-03-02T08:00:00Z"}}'
    )
    await tables.table("waiting").put(Row("101", "x", {"waiting": stored}))
    (found,) = await TableWaitingStore(tables).of(ResourceId(101))
    assert (found.mapping_id, found.more) == ("x", ())


async def test_a_doubt_about_notifications_is_kept_per_mailbox_and_for_rooms(tables: Tables):
    store = TablePushStore(tables)
    assert list(await store.all()) == []
    of_anna = await store.put(PushRecord(place=ANNA, untold_since=NOW, untold_at=NOW))
    of_rooms = await store.put(PushRecord(place=None, heard_at=NOW))
    assert {r.place: r for r in await store.all()} == {ANNA: of_anna, None: of_rooms}
    silent = await store.put(replace(of_anna, silent_since=NOW))
    await store.remove(None)
    await store.remove(None)
    assert list(await store.all()) == [silent]


async def test_of_two_who_doubt_at_once_one_is_told(tables: Tables):
    store = TablePushStore(tables)
    first = await store.put(PushRecord(place=ANNA, untold_since=NOW))
    with pytest.raises(AlreadyExistsError):
        await store.put(PushRecord(place=ANNA, untold_since=NOW))
    await store.put(replace(first, silent_since=NOW))
    with pytest.raises(StaleVersionError):
        await store.put(replace(first, made_anew_at=NOW))


async def test_a_doubt_that_cannot_be_read_is_found_anew(tables: Tables):
    await tables.table("push").put(Row("push", "rooms", {"record": "{"}))
    store = TablePushStore(tables)
    assert list(await store.all()) == []
    await store.put(PushRecord(place=None, heard_at=NOW))
    assert len(await store.all()) == 1


def an_entry(name: str = "event/contoso/p11/AAMk1", **facts) -> GivenUpEntry:
    look = WorkItem(key=EventKey(ANNA, EventId("AAMk1")), source=Source.PUSH, first_seen=NOW)
    defaults = {"reason": "guard", "text": "stopped", "item": look, "mapping_id": LINK}
    return GivenUpEntry(id=name, first_at=NOW, last_at=NOW, **{**defaults, **facts})


async def test_what_was_given_up_is_kept_until_it_is_taken_off(tables: Tables):
    store = TableGivenUpStore(tables)
    odd = an_entry("event/contoso/p11/AA+/#?=" + "x" * 900, mapping_id=None, times=3)
    for entry in (an_entry(), odd, an_entry(text="again")):
        await store.put(entry)

    assert await store.get(odd.id) == odd
    assert {entry.id: entry.text for entry in await store.all()} == {
        an_entry().id: "again",
        odd.id: "stopped",
    }
    await store.remove(odd.id)
    await store.remove(odd.id)
    assert await store.get(odd.id) is None


async def test_an_entry_that_cannot_be_read_hides_no_other(tables: Tables):
    store = TableGivenUpStore(tables)
    await store.put(an_entry())
    await tables.table("givenup").put(Row("entries", "broken", {"entry": "{"}))

    assert await store.all() == [an_entry()]
