"""What nobody sends on purpose, or somebody does: texts, addresses and answers that are none."""

import asyncio
from codecs import BOM_UTF8
from itertools import count

import pytest
from exchangelib.errors import MalformedResponseError
from requests import Response
from requests.adapters import HTTPAdapter

from core.adapters.ews import client
from core.adapters.ews.answers import body_of
from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.client import EwsConnection
from core.adapters.ews.failures import failure_of
from core.adapters.ews.item_reader import ItemReader
from core.adapters.ews.item_shape import LinkUri
from core.adapters.ews.items import Items
from core.adapters.ews.login import EwsAuthentication, EwsLogin
from core.adapters.ews.mailboxes import EwsMailboxDirectory
from core.adapters.ews.one_try import service_of
from core.adapters.ews.operations import Refusal
from core.adapters.ews.xml import m, named, t
from core.adapters.exchange.link_property import LinkProperty
from core.domain.changes import Venue
from core.errors import (
    InvalidPayloadError,
    MailboxUnavailableError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    SubscriptionLimitError,
    ThrottledError,
)
from tests.contract.adapters.ews.conftest import ANNA, CELLAR, MAILBOXES, NO_ITEMS
from tests.contract.adapters.graph.conftest import WINDOW, a_draft
from tests.contract.exchange.ews_client import PAGE

READING = "reading an event"


class Answering(HTTPAdapter):
    """Gives every request the same answer."""

    content = NO_ITEMS
    status = 200

    def send(self, request, *_, **__):
        answer = Response()
        answer.status_code, answer.request, answer.url = self.status, request, request.url
        answer._content = self.content
        return answer


def connected(adapter, address_of=MAILBOXES.__getitem__, parallel=2):
    login = EwsLogin(url=PAGE, user="u", password="p", authentication=EwsAuthentication.BASIC)
    return EwsConnection(
        login, environment=CELLAR, address_of=address_of, adapter=adapter, parallel=parallel
    )


@pytest.mark.parametrize(
    "odd",
    [
        "łukasz@contoso.example",
        "anna\x0bb@contoso.example",
        "anna\r\nX-Anchor: beat@contoso.example",
        "\ud83d@contoso.example",
        " @contoso.example",
        f"{'a' * 70_000}@contoso.example",
    ],
    ids=["no header", "no XML", "two headers", "half a pair", "blank", "endless"],
)
async def test_what_can_be_no_address_is_nobody_s_and_not_asked_for(connect, asked, odd):
    """An invitee may be called anything; it must not look as if the environment were down."""
    connection = connect()
    directory = EwsMailboxDirectory(lambda _: connection)
    assert await EwsCalendar(connection).group_members(odd) is None
    assert await directory.find(CELLAR, odd) is None
    with pytest.raises(MailboxUnavailableError):
        await directory.opens(CELLAR, odd)
    assert asked() == []


async def test_a_mailbox_whose_address_is_none_harms_itself_only():
    addresses = {"p11": "anna@contoso.example", "p12": "łukasz@contoso.example"}
    there = connected(Answering, addresses.__getitem__)
    odd = ANNA.__class__(CELLAR, type(ANNA.mailbox)("p12"))
    with pytest.raises(MailboxUnavailableError) as told:
        await there.ask(odd, "GetItem", m("GetItem"), READING)
    assert told.value.origin == "exchange/cellar/p12"
    assert len(await there.ask(ANNA, "GetItem", m("GetItem"), READING)) == 1
    await there.aclose()


async def test_a_message_that_cannot_be_made_takes_no_session_along(monkeypatch):
    monkeypatch.setattr(client, "LONGEST_S", 1.0)
    there, calls = connected(Answering), count()
    service = service_of("GetItem")
    inner = service.wrap

    def wrap(self, *given, **named):
        if next(calls) < 4:
            raise ValueError("not to be said")
        return inner(self, *given, **named)

    monkeypatch.setattr(service, "wrap", wrap)
    for _ in range(4):
        with pytest.raises(ServiceUnavailableError, match="ValueError"):
            await there.ask(ANNA, "GetItem", m("GetItem"), READING)
    asks = [there.ask(ANNA, "GetItem", m("GetItem"), READING) for _ in range(2)]
    assert len(await asyncio.gather(*asks)) == 2
    await there.aclose()


async def test_what_xml_cannot_say_becomes_a_blank(on_premises):
    """A title that was copied from a slide has vertical tabs in it."""
    draft = a_draft(subject="Plan\x0bB\x00 \ud83d", venue=Venue("Cellar\x1f2"))
    made = await on_premises.create_event(ANNA, draft)
    assert (made.subject, made.location) == ("Plan B   ", "Cellar 2")


@pytest.mark.parametrize("end", range(0, len(NO_ITEMS), 7))
def test_no_part_of_an_answer_is_taken_for_all_of_it(end):
    """Mended by the library it would be a page of changes of which some are missing."""
    with pytest.raises(MalformedResponseError):
        body_of(NO_ITEMS[:end])


async def test_half_an_answer_of_a_server_that_names_no_length_is_an_outage():
    class Cut(Answering):
        content = NO_ITEMS[: NO_ITEMS.index(b"<m:Items/>")]

    there = connected(Cut)
    with pytest.raises(ServiceUnavailableError, match="check the address") as told:
        await there.ask(ANNA, "GetItem", m("GetItem"), READING)
    assert "Envelope" not in str(told.value)
    await there.aclose()


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY e "x">]>' + NO_ITEMS.replace(b"NoError", b"&e;"),
        b"<html><br><p>Log in</html>",
        b"",
    ],
    ids=["a document type", "a login page", "nothing"],
)
def test_what_is_no_envelope_is_none(content):
    with pytest.raises(MalformedResponseError):
        body_of(content)


def test_a_mark_of_the_encoding_may_come_first():
    assert len(list(named(body_of(BOM_UTF8 + NO_ITEMS + b"\r\n"), "Items"))) == 1


@pytest.mark.parametrize("odd", [b"&#x0B;", b"\x0b", b"\xff"])
def test_a_character_that_xml_does_not_have_harms_nothing_else(odd):
    """Exchange sends them as they were typed."""
    body = body_of(NO_ITEMS.replace(b"<m:Items/>", b"<m:Items>a" + odd + b"b</m:Items>"))
    (items,) = named(body, "Items")
    assert items.text[0] + items.text[-1] == "ab"


@pytest.mark.parametrize(
    ("code", "is_proof"),
    [
        ("ErrorInternalServerError", False),
        ("ErrorAccessDenied", False),
        ("ErrorItemNotFound", True),
        ("ErrorCalendarCannotUseIdForRecurringMasterId", True),
    ],
)
async def test_a_series_that_does_not_tell_its_master_proves_nothing(
    on_premises, outlook, monkeypatch, code, is_proof
):
    """The second look before a deletion is believed must not be answered by half (S22)."""
    body = {
        "subject": "Weekly",
        "start": {"dateTime": "2026-11-24T09:00:00", "timeZone": "Europe/Zurich"},
        "end": {"dateTime": "2026-11-24T10:00:00", "timeZone": "Europe/Zurich"},
        "recurrence": {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
            "range": {"type": "numbered", "startDate": "2026-11-24", "numberOfOccurrences": 2},
        },
    }
    await outlook("anna@contoso.example", "POST", "events", body)
    series = (await on_premises.changes(ANNA, WINDOW, None)).events[0]
    assert await on_premises.is_in_calendar(ANNA, series.event_id, WINDOW)
    inner = EwsConnection.ask

    async def ask(self, where, operation, *more, **how):
        replies = await inner(self, where, operation, *more, **how)
        return [Refusal(code) for _ in replies] if operation == "GetItem" else replies

    monkeypatch.setattr(EwsConnection, "ask", ask)
    if is_proof:
        # Of a single date of somebody else's series there is no master.
        assert not await on_premises.is_in_calendar(ANNA, series.event_id, WINDOW)
        return
    with pytest.raises(RoomSyncError):
        await on_premises.is_in_calendar(ANNA, series.event_id, WINDOW)
    monkeypatch.undo()
    (one, *_) = [event async for event in on_premises.list_events(ANNA, WINDOW)]
    masters = Items.masters

    async def refused(self, where, dates, **how):
        monkeypatch.setattr(EwsConnection, "ask", ask)
        return await masters(self, where, dates, **how)

    monkeypatch.setattr(Items, "masters", refused)
    with pytest.raises(RoomSyncError):
        await on_premises.get_event(ANNA, one.event_id)


BUSY = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>
<faultcode>s:Server</faultcode><faultstring>busy</faultstring><detail>
<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors"
>ErrorServerBusy</e:ResponseCode>
<t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">
<t:Value Name="BackOffMilliseconds">%s</t:Value></t:MessageXml></detail></s:Fault></s:Body>
</s:Envelope>"""


@pytest.mark.parametrize(
    ("told", "wait_s"),
    [(b"5000", 5.0), (b"-1000", 0.0), (b"9" * 18, 86_400.0), (b"9" * 400, None), (b"soon", None)],
)
async def test_no_server_makes_us_wait_for_longer_than_a_day(told, wait_s):
    class Busy(Answering):
        content, status = BUSY % told, 500

    there = connected(Busy)
    with pytest.raises((ThrottledError, ServiceUnavailableError)) as error:
        await there.ask(ANNA, "GetItem", m("GetItem"), READING)
    assert error.value.retry_after_s == wait_s
    await there.aclose()


def an_item(*parts):
    when = t("Start", "2026-11-24T09:00:00Z"), t("End", "2026-11-24T10:00:00Z")
    return t("CalendarItem", t("ItemId", Id="one", ChangeKey="k"), *when, *parts)


def read(item):
    reader = ItemReader(LinkUri.of(LinkProperty()))
    return reader.event(ANNA, item, "Europe/Zurich")


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "24:1"])
def test_a_moment_outside_of_time_is_one_unreadable_item(told):
    with pytest.raises(InvalidPayloadError):
        read(an_item(t("DateTimeCreated", told)))


@pytest.mark.parametrize(
    ("answer", "is_organizer"),
    [("Accept", False), ("NoResponseReceived", False), ("Organizer", True), ("Unknown", True)],
)
def test_a_copy_that_tells_no_state_is_told_by_its_answer(answer, is_organizer):
    assert read(an_item(t("MyResponseType", answer))).is_organizer is is_organizer


@pytest.mark.parametrize(
    ("told", "is_private"),
    [("Private", True), ("Confidential", True), ("Secret", True), ("Normal", False), ("", False)],
)
def test_a_word_that_nobody_knows_is_private(told, is_private):
    assert read(an_item(t("Sensitivity", told))).sensitive is is_private


@pytest.mark.parametrize("told", ["²", "9" * 5000, "-5", ""])
def test_a_number_that_is_none_is_no_reminder_and_no_received_copy(told):
    item = an_item(
        t("ReminderIsSet", "true"),
        t("ReminderMinutesBeforeStart", told),
        t("AppointmentState", told),
    )
    assert (read(item).reminder_minutes, read(item).is_organizer) == (-1, True)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ErrorProxyCallFailed", ServiceUnavailableError),
        ("ErrorNotEnoughMemory", ServiceUnavailableError),
        ("ErrorNoRespondingCASInDestinationSite", ServiceUnavailableError),
        ("ErrorCrossSiteRequest", MailboxUnavailableError),
        ("ErrorProxyRequestNotAllowed", MailboxUnavailableError),
        ("ErrorNonPrimarySmtpAddress", MailboxUnavailableError),
        ("ErrorFolderNotFound", MailboxUnavailableError),
        ("ErrorCreateItemAccessDenied", NotPermittedError),
        ("ErrorExceededSubscriptionCount", SubscriptionLimitError),
        ("CASError", ServiceUnavailableError),
        ("TransportError", ServiceUnavailableError),
    ],
)
def test_what_is_wrong_with_an_installation_gives_no_meeting_up(code, kind):
    assert type(failure_of(code, READING)) is kind


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("ErrorTimeoutExpired", "whether the server runs"),
        ("ErrorCrossSiteRequest", "sync_url"),
        ("ErrorNonPrimarySmtpAddress", "primary address"),
        ("ErrorFolderNotFound", "no calendar yet"),
    ],
)
def test_what_a_person_can_do_about_it_is_said(code, advice):
    assert advice in str(failure_of(code, READING))
