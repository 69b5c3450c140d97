"""With how many requests the EWS adapter does what the folder `calendar` asks of it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.ews.mailboxes import EwsMailboxDirectory
from core.domain.changes import EventChanges
from core.domain.event import AttendeeRole, EventKind, Invitee
from core.domain.expansion import occurrences
from core.domain.ids import ICalUid
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Pattern, PatternKind
from core.errors import CursorExpiredError, MalformedSeriesError
from core.ports.exchange import DeleteDate
from core.ports.mailboxes import MailboxKind
from tests.contract.adapters.ews.conftest import ANNA, BEAT, CELLAR, ROOM
from tests.contract.adapters.graph.conftest import OID, WINDOW, a_draft, an_event, at
from tests.contract.adapters.graph.serial import a_rule, a_series_draft, on

MAIL = "anna@contoso.example"
BEAT_IS_INVITED = Invitee("beat@contoso.example", "Beat Kunz", AttendeeRole.REQUIRED)
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 5},
}


async def test_a_single_event(on_premises, asked):
    event = await on_premises.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
    assert asked() == ["ews.FindItem", "ews.CreateItem", "ews.GetItem"]
    await on_premises.get_event(ANNA, event.event_id)
    assert asked() == ["ews.GetItem"]
    await on_premises.find_by_appointment_oid(ANNA, OID)
    assert asked() == ["ews.FindItem", "ews.GetItem"]
    event = await on_premises.update_event(event, EventChanges(subject="Neu", time=at(11)))
    assert asked() == ["ews.UpdateItem", "ews.GetItem"]
    assert await on_premises.update_event(event, EventChanges(private=False)) == event
    assert asked() == []
    await on_premises.cancel_event(ANNA, event.event_id, "Abgesagt")
    assert asked() == ["ews.GetItem", "ews.CreateItem"]
    await on_premises.delete_event(ANNA, event.event_id)
    assert asked() == ["ews.DeleteItem"]


async def test_a_series_and_its_dates(on_premises, asked):
    made = await on_premises.create_event(ANNA, a_series_draft(invitees=(BEAT_IS_INVITED,)))
    asked()
    series = await on_premises.get_series(ANNA, made.event_id)
    assert asked() == ["ews.GetItem"]
    changes = {
        on("03-10"): EventChanges(time=at(14, day=11)),
        on("03-17"): DeleteDate(),
        on("03-24"): EventChanges(show_as=ShowAs.FREE),
    }
    series = await on_premises.change_dates(series, changes)
    assert asked() == [
        "ews.FindItem", "ews.DeleteItem",
        *["ews.UpdateItem", "ews.GetItem"] * 2,
    ]  # fmt: skip
    await on_premises.get_series(ANNA, made.event_id)
    assert asked() == ["ews.GetItem", "ews.GetItem"], "its exceptions are read in one go"
    date = series.exceptions[on("03-10")]
    await on_premises.get_event(ANNA, date.event_id)
    assert asked() == ["ews.GetItem", "ews.GetItem"], "no date tells its master"
    await on_premises.change_dates(series, {on("03-10"): DeleteDate()})
    assert asked() == ["ews.GetItem", "ews.DeleteItem"], "EWS deletes whatever version there is"


async def test_the_last_date_is_tried_before_the_series_goes(on_premises, simulator, asked):
    simulator.switches.set("last_occurrence_delete", "refused")
    made = await on_premises.create_event(ANNA, a_series_draft(a_rule(count=1)))
    series = await on_premises.get_series(ANNA, made.event_id)
    (date,) = occurrences(series.recurrence)
    asked()
    await on_premises.change_dates(series, {date.original_start: DeleteDate()})
    assert asked() == ["ews.FindItem", "ews.DeleteItem", "ews.DeleteItem"]


async def test_a_rule_that_ews_has_no_word_for_is_no_request(on_premises, asked):
    leap = Pattern(kind=PatternKind.ABSOLUTE_YEARLY, interval=2, day_of_month=3, month=3)
    made = await on_premises.create_event(ANNA, a_draft())
    asked()
    with pytest.raises(MalformedSeriesError, match="every other year"):
        await on_premises.update_event(made, EventChanges(recurrence=a_rule(leap, count=3)))
    assert asked() == []


async def test_a_window_and_the_second_proof(on_premises, outlook, asked):
    made = await outlook(MAIL, "POST", "events", an_event(recurrence=WEEKLY))
    await outlook(MAIL, "POST", "events", an_event(subject="Allein"))
    master = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
    asked()
    shown = [event async for event in on_premises.list_events(ANNA, WINDOW)]
    assert asked() == ["ews.FindItem", "ews.GetItem", "ews.GetItem"]
    march = Interval(at(0).start, at(0).start + timedelta(days=10))
    assert await on_premises.is_in_calendar(ANNA, master.event_id, march)
    assert asked() == ["ews.FindItem", "ews.GetItem"]
    (single,) = [e for e in shown if e.series_master is None]
    assert await on_premises.is_in_calendar(ANNA, single.event_id, march)
    assert asked() == ["ews.FindItem"]
    later = Interval(march.end, march.end + timedelta(days=1000))
    assert not await on_premises.is_in_calendar(ANNA, single.event_id, later)
    assert asked() == ["ews.FindItem", "ews.FindItem", "ews.GetItem"], (
        "a server shows two years at most"
    )


async def test_more_than_one_view_holds_comes_in_narrower_ones(on_premises, outlook, monkeypatch):
    monkeypatch.setattr("core.adapters.ews.items.MOST_IN_VIEW", 2)
    monkeypatch.setattr("core.adapters.ews.items.AT_ONCE", 2)
    await outlook(MAIL, "POST", "events", an_event(recurrence=WEEKLY))
    shown = [event async for event in on_premises.list_events(ANNA, WINDOW)]
    assert [e.time.start.day for e in sorted(shown, key=lambda e: e.time.start)] == [
        3, 10, 17, 24, 31,
    ]  # fmt: skip


async def test_a_page_of_changes(on_premises, outlook, asked):
    old = {"dateTime": "2020-03-03T10:00:00", "timeZone": "Europe/Zurich"}
    await outlook(MAIL, "POST", "events", an_event(start=old, end=old))
    await outlook(MAIL, "POST", "events", an_event())
    await outlook(MAIL, "POST", "events", an_event(subject="Reihe", recurrence=WEEKLY))
    asked()
    first = await on_premises.changes(ANNA, WINDOW, None)
    second = await on_premises.changes(ANNA, WINDOW, first.cursor)
    assert [e.kind for e in second.events] == [EventKind.SERIES_MASTER]
    assert (first.is_last, second.is_last) == (False, True)
    assert asked() == ["ews.SyncFolderItems", "ews.GetItem"] * 2
    still = await on_premises.changes(ANNA, WINDOW, second.cursor)
    assert (still.events, still.removed, asked()) == ((), (), ["ews.SyncFolderItems"])


@pytest.mark.parametrize("answer", ["whole", "thin"])
async def test_a_state_that_is_refused_without_anything_else_is_understood(
    on_premises, control, answer
):
    """Over a thin refusal the library's own parser stumbles (A9)."""
    page = await on_premises.changes(ANNA, WINDOW, None)
    await control("switches", {"ews_sync_error": answer})
    with pytest.raises(CursorExpiredError):
        await on_premises.changes(BEAT, WINDOW, page.cursor)


async def test_groups_and_policies(on_premises, control, asked):
    assert await on_premises.group_members("team@contoso.example")
    assert asked() == ["ews.ExpandDL", "ews.ExpandDL"], "one for each group in it"
    for name, reads in (("Calendar", 1), ("IPM.Configuration.Calendar", 2)):
        await control("switches", {"configuration_id": name})
        assert await on_premises.read_policy(ROOM)
        assert asked() == ["ews.GetUserConfiguration"] * reads
    await on_premises.read_policy(ROOM)
    assert asked() == ["ews.GetUserConfiguration"], "the name that worked is remembered"


async def test_an_address_is_looked_up_and_its_calendar_opened(connect, control, asked):
    connection = connect()
    book = EwsMailboxDirectory(lambda _: connection)
    assert (await book.find(CELLAR, MAIL)).is_usable is True
    assert asked() == ["ews.ResolveNames", "ews.GetFolder"]
    assert (await book.find(CELLAR, "team@contoso.example")).kind is MailboxKind.OTHER
    assert asked() == ["ews.ResolveNames"]
    await control("impersonation", {"mailboxes": []})
    assert (await book.find(CELLAR, MAIL)).is_usable is None, "nobody knows without the right"


async def test_whole_days_of_another_zone_are_its_midnights(on_premises, outlook):
    days = {"dateTime": "2026-03-03T00:00:00", "timeZone": "America/New_York"}
    body = an_event(isAllDay=True, start=days, end=days | {"dateTime": "2026-03-05T00:00:00"})
    made = await outlook(MAIL, "POST", "events", body)
    event = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
    assert event.time == Interval(
        datetime(2026, 3, 3, 5, tzinfo=UTC), datetime(2026, 3, 5, 5, tzinfo=UTC)
    )
