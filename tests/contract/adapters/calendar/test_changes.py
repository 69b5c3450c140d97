"""Rounds of changes from cursor to cursor: hints where to look, none of them lost."""

import pytest

from core.domain.changes import EventChanges
from core.domain.event import EventKind
from core.domain.interval import Interval
from core.errors import CursorExpiredError
from core.ports.exchange import DeleteDate
from tests.contract.adapters.calendar.outlook import times
from tests.contract.adapters.graph.conftest import ANNA, BEAT, OID, ROOM, START, a_draft, at
from tests.contract.adapters.graph.serial import a_series_draft, on

WINDOW = Interval(START, at(0, day=28).start)


async def a_round(calendar, cursor=None, place=ANNA):
    """Return events by id, removed ids and the cursor at the end of a round."""
    events, removed = {}, set()
    while True:
        page = await calendar.changes(place, WINDOW, cursor)
        events |= {event.event_id: event for event in page.events}
        removed |= set(page.removed)
        cursor = page.cursor
        if page.is_last:
            return events, removed, cursor


@pytest.fixture
async def cursor(calendar):
    """A cursor of a calendar in which nothing is new."""
    return (await a_round(calendar))[2]


class TestTheFirstRound:
    async def test_brings_what_the_window_shows_in_pages(self, calendar, anna):
        made = [await calendar.create_event(ANNA, a_draft(time=at(hour))) for hour in range(8, 13)]
        await anna.books(**times("03-30", "10:00", "11:00"))
        await anna.books(**times("01-30", "10:00", "11:00"))
        first = await calendar.changes(ANNA, WINDOW, None)
        assert not first.is_last, "pages are small here"
        events, removed, _ = await a_round(calendar)
        assert set(events) == {event.event_id for event in made}
        assert removed == set()

    async def test_of_an_empty_calendar_is_one_page(self, calendar):
        page = await calendar.changes(BEAT, WINDOW, None)
        assert (page.events, page.removed, page.is_last) == ((), (), True)
        assert page.cursor

    async def test_shows_events_as_a_read_does_but_perhaps_without_their_link(self, calendar):
        """Graph cannot tell properties in a round; where it is told it is the right one."""
        made = await calendar.create_event(ANNA, a_draft())
        seen = (await a_round(calendar))[0][made.event_id]
        assert seen.appointment_oid in {None, OID}
        assert seen.version == made.version
        assert (seen.time, seen.time_zone, seen.subject) == (made.time, made.time_zone, "Planung")
        assert (seen.ical_uid, seen.kind) == (made.ical_uid, made.kind)

    async def test_brings_a_series_by_its_master(self, calendar):
        created = await calendar.create_event(ANNA, a_series_draft())
        series = await calendar.get_series(ANNA, created.event_id)
        await calendar.change_dates(series, {on("03-10"): EventChanges(subject="Anders")})
        events, removed, _ = await a_round(calendar)
        masters = [e for e in events.values() if e.kind is EventKind.SERIES_MASTER]
        assert [e.event_id for e in masters] == [created.event_id]
        for event in events.values():
            assert event in masters or (event.kind, event.series_master, event.original_start) == (
                EventKind.EXCEPTION, created.event_id, on("03-10"),
            )  # fmt: skip
        assert removed == set()


class TestALaterRound:
    async def test_of_a_quiet_calendar_is_one_empty_page(self, calendar, cursor):
        page = await calendar.changes(ANNA, WINDOW, cursor)
        assert (page.events, page.removed, page.is_last) == ((), (), True)

    async def test_brings_the_difference(self, calendar, anna):
        made = [await calendar.create_event(ANNA, a_draft(time=at(hour))) for hour in range(8, 13)]
        _, _, cursor = await a_round(calendar)
        first, second = made[:2]
        await anna.changes(first, subject="Neu")
        await calendar.delete_event(ANNA, second.event_id)
        new = await calendar.create_event(ANNA, a_draft(time=at(15)))
        events, removed, cursor = await a_round(calendar, cursor)
        assert {e.event_id: e.subject for e in events.values()} == {
            first.event_id: "Neu", new.event_id: "Planung",
        }  # fmt: skip
        assert removed == {second.event_id}
        quiet, gone, _ = await a_round(calendar, cursor)
        assert (quiet, gone) == ({}, set())

    async def test_tells_what_has_left_the_window_as_an_id_to_look_at(self, calendar, anna):
        event = await calendar.create_event(ANNA, a_draft())
        _, _, cursor = await a_round(calendar)
        await anna.changes(event, **times("06-03", "10:00", "11:00"))
        events, removed, _ = await a_round(calendar, cursor)
        assert (events, removed) == ({}, {event.event_id})

    async def test_brings_what_has_come_into_the_window(self, calendar, anna, cursor):
        uid = await anna.books(**times("06-03", "10:00", "11:00"))
        _, _, cursor = await a_round(calendar, cursor)
        await anna.changes(uid, **times("03-03", "10:00", "11:00"))
        events, _, _ = await a_round(calendar, cursor)
        assert [e.ical_uid for e in events.values()] == [uid]

    @pytest.mark.parametrize("deed", ["rename", "move", "delete", "rename all", "delete all"])
    async def test_leads_to_the_series_of_which_something_changed(self, calendar, anna, deed):
        created = await calendar.create_event(ANNA, a_series_draft())
        series = await calendar.get_series(ANNA, created.event_id)
        _, _, cursor = await a_round(calendar)
        match deed:
            case "rename":
                await anna.changes_date(series, 1, subject="Anders")
            case "move":
                await anna.changes_date(series, 1, **times("03-11", "10:00", "11:00"))
            case "delete":
                await anna.deletes_date(series, 1)
            case "rename all":
                await anna.changes(created, subject="Anders")
            case _:
                await anna.deletes(created)
        events, removed, _ = await a_round(calendar, cursor)
        hints = removed | set(events) | {e.series_master for e in events.values()}
        assert created.event_id in hints

    async def test_brings_what_others_do_to_the_mailbox(self, calendar, anna):
        _, _, cursor = await a_round(calendar, place=ROOM)
        people = [{"type": "resource", "emailAddress": {"address": "saentis@contoso.example"}}]
        uid = await anna.books(attendees=people)
        events, _, cursor = await a_round(calendar, cursor, ROOM)
        (copy,) = events.values()
        assert (copy.ical_uid, copy.place) == (uid, ROOM)
        await anna.deletes(uid)
        events, removed, _ = await a_round(calendar, cursor, ROOM)
        assert copy.event_id in removed | set(events)

    async def test_may_be_read_again_from_the_same_cursor(self, calendar, cursor):
        """A crash before the cursor is stored costs a repetition, nothing more."""
        made = await calendar.create_event(ANNA, a_draft())
        for _ in range(2):
            events, _, _ = await a_round(calendar, cursor)
            assert set(events) == {made.event_id}

    async def test_follows_deleted_dates_that_we_wrote_ourselves(self, calendar):
        created = await calendar.create_event(ANNA, a_series_draft())
        series = await calendar.get_series(ANNA, created.event_id)
        _, _, cursor = await a_round(calendar)
        await calendar.change_dates(series, {on("03-10"): DeleteDate()})
        events, removed, _ = await a_round(calendar, cursor)
        assert created.event_id in removed | set(events)


class TestACursor:
    async def test_that_the_service_forgot_means_a_new_round(self, calendar, control, cursor):
        made = await calendar.create_event(ANNA, a_draft())
        await control("delta", {"mail": "anna@contoso.example"})
        with pytest.raises(CursorExpiredError):
            await calendar.changes(ANNA, WINDOW, cursor)
        events, _, cursor = await a_round(calendar)
        assert set(events) == {made.event_id}
        assert await calendar.changes(ANNA, WINDOW, cursor)

    @pytest.mark.parametrize("odd", ["", "nonsense", "H4sIAAAAAAAA", "https://evil.example/v1.0/x"])
    async def test_that_nobody_gave_means_a_new_round(self, calendar, odd):
        with pytest.raises(CursorExpiredError):
            await calendar.changes(ANNA, WINDOW, odd)
