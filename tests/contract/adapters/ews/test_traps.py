"""What lies in wait between exchangelib and a server on premises (ews-and-security A), one by one.

The list of all of them, with the tests of the folder `calendar`, is in docs/exchange-ews.md.
"""

import asyncio
import threading
from dataclasses import dataclass, replace
from typing import Any

import pytest
from exchangelib import CalendarItem
from lxml import etree

from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.changes import ChangeReader
from core.adapters.ews.login import EwsServer
from core.adapters.ews.one_try import TIMEOUT_S
from core.adapters.ews.recurrences import _day
from core.adapters.ews.uids import global_object_id
from core.adapters.ews.zone_names import windows_name
from core.domain.changes import EventChanges, Venue
from core.domain.event import AttendeeRole, Invitee
from core.domain.ids import EventId, ICalUid
from core.domain.meeting import ShowAs
from core.errors import (
    InvalidPayloadError,
    NotPermittedError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
)
from core.ports.exchange import DeleteDate
from tests.contract.adapters.ews.conftest import ANNA
from tests.contract.adapters.graph.conftest import WINDOW, a_draft, an_event, at
from tests.contract.adapters.graph.serial import a_rule, a_series_draft, on
from tests.contract.exchange.ews_client import InProcessAdapter

MAIL = "anna@contoso.example"
BEAT_IS_INVITED = Invitee("beat@contoso.example", "Beat Kunz", AttendeeRole.REQUIRED)
BOMB = (
    "<?xml version='1.0'?><!DOCTYPE b [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 if n else str()};' * 10}'>" for n in range(12))
    + "]><s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>&a11;</s:Envelope>"
)
TIMES = {f"calendar:{n}" for n in ("Start", "End", "StartTimeZone", "EndTimeZone")}
THE_ROOM = Invitee("saentis@contoso.example", "Säntis", AttendeeRole.RESOURCE)


@dataclass
class Sent:
    """One request as it left the library."""

    root: Any
    headers: Any
    options: Any

    def all(self, name):
        return list(self.root.iter(f"{{*}}{name}"))

    def one(self, name):
        (found,) = self.all(name)
        return found

    def fields(self):
        """Return the FieldURIs and property names that an update names."""
        paths = self.one("Updates").iter("{*}FieldURI", "{*}ExtendedFieldURI")
        return {p.get("FieldURI") or p.get("PropertyName") for p in paths}


@pytest.fixture
def sent(monkeypatch):
    """Everything that the library sends, request by request."""
    seen, inner = [], InProcessAdapter.send

    def send(self, request, **options):
        seen.append(Sent(etree.fromstring(request.body), request.headers, options))
        return inner(self, request, **options)

    monkeypatch.setattr(InProcessAdapter, "send", send)
    return seen


class TestConnecting:
    """A2: who asks, in which version, with how many probes."""

    async def test_the_first_call_is_one_request_without_any_guess(self, on_premises, sent):
        await on_premises.changes(ANNA, WINDOW, None)
        assert [s.one("RequestServerVersion").get("Version") for s in sent] == ["Exchange2016"]

    @pytest.mark.parametrize(
        ("server", "version"),
        [
            (EwsServer.EXCHANGE_2010, "Exchange2010_SP2"),
            (EwsServer.EXCHANGE_2013, "Exchange2013_SP1"),
            (EwsServer.EXCHANGE_2019, "Exchange2016"),
        ],
    )
    async def test_each_server_is_spoken_to_in_its_own_version(
        self, connect, sent, server, version
    ):
        await EwsCalendar(connect(server=server)).changes(ANNA, WINDOW, None)
        assert sent[0].one("RequestServerVersion").get("Version") == version

    async def test_the_version_of_an_answer_changes_nothing(self, on_premises, sent, control):
        """A mailbox may lie on an older server; what others are asked in stays as it is set."""
        await control("switches", {"ews_version": "Exchange2013_SP1"})
        for _ in range(2):
            with pytest.raises(NotPermittedError, match="`server`"):
                await on_premises.changes(ANNA, WINDOW, None)
        await control("switches", {"ews_version": "Exchange2016"})
        await on_premises.changes(ANNA, WINDOW, None)
        assert [s.one("RequestServerVersion").get("Version") for s in sent] == ["Exchange2016"] * 3

    async def test_a_mailbox_is_asked_as_its_owner_and_found_by_its_anchor(self, on_premises, sent):
        await on_premises.changes(ANNA, WINDOW, None)
        assert sent[0].one("ExchangeImpersonation").findtext(".//{*}PrimarySmtpAddress") == MAIL
        assert sent[0].headers["X-AnchorMailbox"] == MAIL

    async def test_the_address_book_is_asked_as_nobody(self, on_premises, sent):
        await on_premises.group_members("team@contoso.example")
        assert not any(s.all("ExchangeImpersonation") for s in sent)

    async def test_times_are_asked_for_in_utc_wherever_we_run(self, on_premises, sent):
        await on_premises.changes(ANNA, WINDOW, None)
        assert sent[0].one("TimeZoneDefinition").get("Id") == "UTC"

    async def test_no_call_holds_a_thread_for_two_minutes(self, on_premises, sent):
        await on_premises.changes(ANNA, WINDOW, None)
        assert sent[0].options["timeout"] == TIMEOUT_S
        assert sent[0].options["verify"]

    async def test_never_more_threads_than_the_environment_has(self, connect, monkeypatch):
        """And each of them has a session: the library would wait for one for ever."""
        connection, most, running = connect(), 0, 0
        lock, inner = threading.Lock(), connection._carrier._in_thread

        def counted(*args, **more):
            nonlocal most, running
            with lock:
                running += 1
                most = max(most, running)
            try:
                return inner(*args, **more)
            finally:
                with lock:
                    running -= 1

        monkeypatch.setattr(connection._carrier, "_in_thread", counted)
        calendar = EwsCalendar(connection)
        places = [replace(ANNA, mailbox=key) for key in ("p11", "p12", "r101")]
        await asyncio.gather(*(calendar.changes(p, WINDOW, None) for p in places * 5))
        assert 1 <= most <= 4

    async def test_a_busy_server_takes_no_session_away(self, connect, control):
        """The library's pool would shrink with each and never grow again."""
        connection = connect()
        calendar = EwsCalendar(connection)
        for _ in range(5):
            await control("soap-faults", {"code": "ErrorServerBusy"})
            with pytest.raises(ThrottledError):
                await calendar.changes(ANNA, WINDOW, None)
        await asyncio.gather(*(calendar.changes(ANNA, WINDOW, None) for _ in range(4)))
        (protocol,) = connection._carrier._accounts._protocols.values()
        assert protocol.max_connections == 4


class TestRepeating:
    """A8: nothing by itself, whatever it is."""

    @pytest.mark.parametrize(
        "code",
        ["ErrorInvalidRequest", "ErrorInvalidServerVersion", "ErrorIncorrectSchemaVersion",
         "ErrorInvalidSchemaVersionForMailboxVersion", "ErrorServerBusy", "ErrorTimeoutExpired",
         "ErrorInternalServerTransientError", "ErrorConnectionFailed"],
    )  # fmt: skip
    async def test_a_write_goes_out_once(self, on_premises, control, sent, code):
        """The library would try five other versions of the protocol with the same write."""
        event = await on_premises.create_event(ANNA, a_draft())
        sent.clear()
        await control("soap-faults", {"code": code, "times": 9})
        with pytest.raises((InvalidPayloadError, NotPermittedError, ThrottledError,
                            ServiceUnavailableError)) as told:  # fmt: skip
            await on_premises.update_event(event, EventChanges(subject="Neu"))
        assert len(sent) == 1
        assert code in str(told.value), "and it is called by its own name"

    @pytest.mark.parametrize(
        ("status", "headers", "seconds"),
        [
            (503, {"Retry-After": "17"}, 17),
            (429, {"Retry-After": "5"}, 5),
            (429, {}, None),
            (503, {"Retry-After": "17", "Connection": "close"}, 17),
        ],
    )
    async def test_a_wait_that_is_asked_for_by_http_is_kept_too(
        self, on_premises, control, status, headers, seconds
    ):
        deed = {"status": status, "headers": headers, "body": ""}
        await control("faults", {"match": {"path": "EWS"}, "do": deed})
        with pytest.raises(ThrottledError) as told:
            await on_premises.changes(ANNA, WINDOW, None)
        assert told.value.retry_after_s == seconds

    async def test_a_closed_connection_is_an_outage_and_no_busy_server(self, on_premises, control):
        page = {"status": 500, "headers": {"Connection": "close"}, "body": "<html>Oops</html>"}
        await control("faults", {"match": {"path": "EWS"}, "do": page})
        with pytest.raises(ServiceUnavailableError):
            await on_premises.changes(ANNA, WINDOW, None)


class TestReading:
    """A3, A5: what a round leaves out, and one odd item among others."""

    @pytest.mark.parametrize("kind", ["partial", "whole"])
    async def test_a_round_is_only_believed_for_what_changed(
        self, on_premises, outlook, control, kind
    ):
        """Attendees, bodies and rules are missing from it: the events themselves are read."""
        await control("switches", {"ews_sync_properties": kind})
        people = [{"type": "required", "emailAddress": {"address": "beat@contoso.example"}}]
        await outlook(MAIL, "POST", "events", an_event(attendees=people))
        (event,) = (await on_premises.changes(ANNA, WINDOW, None)).events
        assert [i.address for i in event.invitees] == ["beat@contoso.example"]

    async def test_a_state_of_a_hundred_kilobytes_goes_there_and_back(self, on_premises, control):
        await control("switches", {"ews_sync_state_kb": 100})
        page = await on_premises.changes(ANNA, WINDOW, None)
        assert len(page.cursor) > 100_000
        again = await on_premises.changes(ANNA, WINDOW, page.cursor)
        assert (again.events, again.is_last) == ((), True)

    async def test_what_goes_between_two_requests_of_a_round_is_an_id_to_look_at(
        self, on_premises, outlook, monkeypatch
    ):
        """GetItem answers id by id; one refusal in it is no failure of all."""
        made = [await outlook(MAIL, "POST", "events", an_event()) for _ in range(2)]
        inner = ChangeReader._events

        async def slow(self, place, ids, removed):
            await outlook(MAIL, "DELETE", f"events/{made[0]['id']}")
            return await inner(self, place, ids, removed)

        monkeypatch.setattr(ChangeReader, "_events", slow)
        page = await on_premises.changes(ANNA, WINDOW, None)
        assert [e.ical_uid for e in page.events] == [made[1]["iCalUId"]]
        assert len(page.removed) == 1

    @pytest.mark.parametrize("uid", ["series", "own"])
    async def test_dates_are_told_by_their_series_and_original_start(
        self, on_premises, control, uid
    ):
        """Whether all dates have the UID of their series, nobody has verified (A5)."""
        await control("switches", {"ews_occurrence_uid": uid})
        made = await on_premises.create_event(ANNA, a_series_draft())
        series = await on_premises.get_series(ANNA, made.event_id)
        changes = {on("03-10"): EventChanges(subject="Anders"), on("03-17"): DeleteDate()}
        after = await on_premises.change_dates(series, changes)
        again = await on_premises.get_series(ANNA, made.event_id)
        assert (again.exceptions.keys(), again.cancelled) == ({on("03-10")}, {on("03-17")})
        assert after.exceptions == again.exceptions
        shown = [e async for e in on_premises.list_events(ANNA, WINDOW)]
        assert {e.series_master for e in shown} == {made.event_id}
        assert sorted(e.original_start for e in shown) == [
            on("03-03"), on("03-10"), on("03-24"),
        ]  # fmt: skip

    def test_the_bounds_of_a_rule_come_with_an_offset_that_says_nothing(self):
        assert str(_day("2026-03-03+01:00")) == str(_day("2026-03-03Z")) == "2026-03-03"

    async def test_the_library_s_item_classes_are_left_alone(self, on_premises):
        """A property registered there would change them for the whole process."""
        before = {field.name for field in CalendarItem.FIELDS}
        await on_premises.create_event(ANNA, a_draft())
        assert {field.name for field in CalendarItem.FIELDS} == before


class TestWriting:
    """A5, A6, A7: what an update overwrites, whom it writes to, which end a day has."""

    async def test_every_conditional_update_overwrites_nothing(self, on_premises, sent):
        event = await on_premises.create_event(ANNA, a_draft())
        sent.clear()
        await on_premises.update_event(event, EventChanges(subject="Neu"))
        update = sent[0]
        assert update.one("UpdateItem").get("ConflictResolution") == "NeverOverwrite"
        assert update.one("ItemId").get("ChangeKey") == event.version
        with pytest.raises(StaleVersionError):
            await on_premises.update_event(event, EventChanges(subject="Alt"))
        sent.clear()
        await on_premises.update_event(replace(event, version=""), EventChanges(private=True))
        assert sent[0].one("UpdateItem").get("ConflictResolution") == "AlwaysOverwrite"

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"subject": "Neu"}, {"item:Subject"}),
            ({"private": True}, {"item:Sensitivity"}),
            ({"show_as": ShowAs.FREE}, {"calendar:LegacyFreeBusyStatus"}),
            ({"reminder_minutes": -1}, {"item:ReminderIsSet"}),
            ({"reminder_minutes": 5}, {"item:ReminderIsSet", "item:ReminderMinutesBeforeStart"}),
            ({"clear_venue": True}, {"calendar:Location"}),
            ({"invitees": (BEAT_IS_INVITED, THE_ROOM)}, {"calendar:Resources"}),
            ({"invitees": ()}, {"calendar:RequiredAttendees"}),
            (
                {"time": at(11)},
                {
                    "calendar:Start",
                    "calendar:End",
                    "calendar:StartTimeZone",
                    "calendar:EndTimeZone",
                },
            ),
        ],
        ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
    )
    async def test_an_update_names_its_fields_and_no_other(self, on_premises, sent, change, fields):
        """The library would send all that it knows, and delete what is empty."""
        draft = a_draft(invitees=(BEAT_IS_INVITED,), venue=Venue("Säntis"))
        event = await on_premises.create_event(ANNA, draft)
        sent.clear()
        event = await on_premises.update_event(event, EventChanges(**change))
        assert sent[0].fields() == fields
        sent.clear()
        assert await on_premises.update_event(event, EventChanges(**change)) == event
        assert sent == [], "what it shows already is none"

    async def test_a_new_item_says_nothing_that_its_draft_does_not_say(self, on_premises, sent):
        await on_premises.create_event(ANNA, a_draft())
        create = next(s for s in sent if s.all("CreateItem"))
        said = {etree.QName(element).localname for element in create.one("CalendarItem")}
        assert said == {
            "Subject", "Sensitivity", "ExtendedProperty", "Start", "End", "LegacyFreeBusyStatus",
            "StartTimeZone", "EndTimeZone",
        }  # fmt: skip
        assert create.one("CreateItem").get("SendMeetingInvitations") == "SendToNone"

    async def test_the_last_day_ends_at_midnight_after_it(self, on_premises, outlook, sent):
        """The library counts it in, and Exchange does not."""
        day = {"dateTime": "2026-03-24T00:00:00", "timeZone": "Europe/Zurich"}
        body = an_event(isAllDay=True, start=day, end=day | {"dateTime": "2026-03-25T00:00:00"})
        made = await outlook(MAIL, "POST", "events", body)
        event = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
        sent.clear()
        two = replace(event.time, end=on("03-26", "00:00"))
        await on_premises.update_event(event, EventChanges(time=two))
        bounds = [s.findtext(f".//{{*}}{n}") for s in [sent[0].root] for n in ("Start", "End")]
        assert bounds == ["2026-03-24T00:00:00+01:00", "2026-03-26T00:00:00+01:00"]

    async def test_zones_go_out_by_their_windows_names_and_rules_in_their_own(
        self, on_premises, sent
    ):
        assert windows_name("Europe/Zurich") == "W. Europe Standard Time"
        assert windows_name("America/Toronto") == "Eastern Standard Time"
        assert windows_name("UTC") == "UTC"
        with pytest.raises(InvalidPayloadError):
            windows_name("Nowhere/Land")
        await on_premises.create_event(ANNA, a_series_draft(a_rule(zone="America/New_York")))
        create = next(s for s in sent if s.all("CreateItem"))
        assert create.one("StartTimeZone").get("Id") == "Eastern Standard Time"
        assert create.one("StartDate").text == "2026-03-03"

    async def test_what_is_deleted_goes_to_deleted_items(self, on_premises, sent):
        """The library's `delete` is for good."""
        event = await on_premises.create_event(ANNA, a_draft())
        sent.clear()
        await on_premises.delete_event(ANNA, event.event_id)
        assert sent[0].one("DeleteItem").get("DeleteType") == "MoveToDeletedItems"

    def test_an_id_of_another_system_is_searched_for_wrapped(self):
        own = ICalUid("040000008200E00074C5B7101A82E008" + "07EA0303" + "00" * 30)
        whole = ICalUid("040000008200E00074C5B7101A82E008" + "00000000" + "00" * 30)
        assert global_object_id(own) == global_object_id(whole)
        assert global_object_id(ICalUid("abc@google.com")) != global_object_id(ICalUid("abd"))
        assert EventId(global_object_id(ICalUid("abc"))).startswith("BAAAAIIA4AB0xbcQGoLgCA")

    async def test_an_answer_with_an_entity_bomb_is_not_unfolded(self, on_premises, control):
        page = {"status": 200, "headers": {"content-type": "text/xml"}, "body": BOMB}
        await control("faults", {"match": {"path": "EWS"}, "do": page})
        with pytest.raises(ServiceUnavailableError):
            await on_premises.changes(ANNA, WINDOW, None)
