"""What goes wrong between us and a server on premises, and what is told of it (ews A8)."""

import asyncio
import logging
from datetime import timedelta

import pytest

from core.adapters.ews.account import REST
from core.adapters.ews.calendar import UNDER_WAY_S, EwsCalendar
from core.adapters.ews.client import EwsConnection
from core.adapters.ews.login import EwsLogin
from core.adapters.ews.operations import Refusal
from core.errors import (
    InvalidPayloadError,
    MailboxUnavailableError,
    NotFoundError,
    NotPermittedError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
)
from tests.contract.adapters.ews.conftest import ANNA, BEAT, NOBODY, ROOM, place
from tests.contract.adapters.graph.conftest import WINDOW, a_draft, an_event
from tests.contract.exchange.ews_client import PAGE
from tests.kit.telemetry import told

SECRET = "Geheimrat"


async def look(on_premises, where=ANNA):
    return await on_premises.changes(where, WINDOW, None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ErrorServerBusy", ThrottledError),
        ("ErrorExceededConnectionCount", ThrottledError),
        ("ErrorMailboxStoreUnavailable", ServiceUnavailableError),
        ("ErrorMailboxMoveInProgress", ServiceUnavailableError),
        ("ErrorInternalServerError", ServiceUnavailableError),
        ("ErrorIrresolvableConflict", StaleVersionError),
        ("ErrorItemNotFound", NotFoundError),
        ("ErrorNonExistentMailbox", MailboxUnavailableError),
        ("ErrorAccessDenied", NotPermittedError),
        ("ErrorCalendarInvalidRecurrence", InvalidPayloadError),
    ],
)
async def test_every_fault_is_an_error_of_ours(on_premises, control, asked, code, kind):
    await control("soap-faults", {"code": code, "message": SECRET, "back_off_ms": 1500})
    with pytest.raises(kind) as told:
        await look(on_premises)
    assert len(asked()) == 1, "it is not tried again"
    assert told.value.origin == "exchange/cellar/p11"
    assert code in str(told.value)
    assert SECRET not in str(told.value)
    if code == "ErrorServerBusy":
        assert told.value.retry_after_s == 1.5


REFUSED = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Body>
<m:SyncFolderItemsResponse><m:ResponseMessages>
<m:SyncFolderItemsResponseMessage ResponseClass="Error"><m:ResponseCode>{code}</m:ResponseCode>
</m:SyncFolderItemsResponseMessage></m:ResponseMessages></m:SyncFolderItemsResponse></s:Body>
</s:Envelope>"""


@pytest.mark.parametrize(
    ("code", "kind"),
    [("ErrorAccessDenied", NotPermittedError), ("ErrorServerBusy", ThrottledError)],
)
async def test_what_an_answer_refuses_is_told_as_a_call_that_failed(
    on_premises, control, code, kind
):
    """Alerts count calls: one that was answered with a refusal did not go well."""
    xml = {"status": 200, "headers": {"content-type": "text/xml"}}
    body = REFUSED.format(code=code)
    await control("faults", {"match": {"path": "EWS"}, "do": {**xml, "body": body}})
    with told() as telling, pytest.raises(kind):
        await look(on_premises)
    assert [(span.name, span.status.description) for span in telling.spans] == [
        ("ews reading the changes of mailbox", kind.__name__)
    ]
    outcomes = {dict(a).get("outcome") for name, a in telling.metrics if name == "roomsync.calls"}
    assert outcomes == {kind.__name__}
    throttled = [a for name, a in telling.metrics if name == "roomsync.throttled"]
    assert len(throttled) == (kind is ThrottledError)


@pytest.mark.parametrize(
    "deed",
    [
        {"status": 200, "headers": {"content-type": "text/html"}, "body": "<html>Log in</html>"},
        {"status": 500, "body": "<html>Server Error in '/EWS' Application</html>"},
        {"status": 503, "body": ""},
        {"status": 200, "headers": {"content-type": "text/xml"}, "body": "<?xml version='1.0'?><a"},
        {"drop_connection": True},
        {"half_answer": True},
    ],
    ids=["a login page", "no application", "unavailable", "cut XML", "cut off", "half"],
)
async def test_what_is_no_answer_is_an_outage(on_premises, control, deed):
    await control("faults", {"match": {"path": "EWS"}, "do": deed})
    with pytest.raises(ServiceUnavailableError):
        await look(on_premises)


async def test_a_wrong_password_is_tried_once_and_said(connect, simulator, control):
    on_premises = EwsCalendar(connect(password="wrong"))
    with pytest.raises(NotPermittedError, match="check user and password"):
        await look(on_premises)
    assert [r.status for r in simulator.controls.requests.since(0)] == [401]
    await control("impersonation", {"mailboxes": []})
    with pytest.raises(NotPermittedError, match="ApplicationImpersonation"):
        await look(EwsCalendar(connect()))
    redirect = {"status": 302, "headers": {"location": "https://elsewhere.example/EWS"}}
    await control("faults", {"match": {"path": "EWS"}, "do": redirect})
    with pytest.raises(NotPermittedError, match="credentials are not sent there"):
        await look(EwsCalendar(connect()))


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("ErrorPasswordExpired", "another password"),
        ("ErrorImpersonateUserDenied", "ApplicationImpersonation"),
        ("ErrorImpersonationFailed", "ApplicationImpersonation"),
        ("ErrorInvalidServerVersion", "`server`"),
        ("ErrorIncorrectSchemaVersion", "`server`"),
        ("ErrorInvalidSchemaVersionForMailboxVersion", "`server`"),
        ("ErrorNonExistentMailbox", "another server, or nowhere"),
    ],
)
async def test_what_a_person_must_mend_says_how(on_premises, control, code, advice):
    await control("soap-faults", {"code": code})
    with pytest.raises((NotPermittedError, MailboxUnavailableError), match=advice):
        await look(on_premises)


@pytest.mark.parametrize(
    ("deed", "advice", "kind"),
    [
        ({"status": 403, "body": "Forbidden"}, "EWS is closed", NotPermittedError),
        (
            {"status": 200, "headers": {"content-type": "text/html"}, "body": "<html>In</html>"},
            "check the address", ServiceUnavailableError,
        ),
        ({"status": 404, "body": "Not found"}, "check the address", ServiceUnavailableError),
    ],
)  # fmt: skip
async def test_what_is_not_exchange_says_where_to_look(on_premises, control, deed, advice, kind):
    await control("faults", {"match": {"path": "EWS"}, "do": deed})
    with pytest.raises(kind, match=advice) as told:
        await look(on_premises)
    assert told.value.origin == "exchange/cellar/p11"


@pytest.mark.parametrize(
    "body",
    [
        "The referenced account is currently locked out and may not be logged on to.",
        "<html>401 - Unauthorized</html>",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Connection": "close"}])
async def test_a_refused_account_is_tried_once_by_all_together_and_then_left_alone(
    connect, clock, control, asked, *, body, headers
):
    """Ten mailboxes, one wrong password: each try of theirs would bring the lockout closer."""
    deed = {"status": 401, "headers": {"WWW-Authenticate": "Basic"} | headers, "body": body}
    await control("faults", {"match": {"path": "EWS"}, "do": deed, "times": 2})
    on_premises = EwsCalendar(connect(clock=clock))
    looks = (look(on_premises, where) for where in [ANNA, BEAT, ROOM] * 4)
    told = await asyncio.gather(*looks, return_exceptions=True)
    assert {type(error) for error in told} == {NotPermittedError}
    assert {error.origin for error in told} == {"exchange/cellar"}, "it concerns all of them"
    assert len(asked()) == 1
    clock.advance(REST - timedelta(seconds=1))
    with pytest.raises(NotPermittedError, match="left alone"):
        await look(on_premises)
    assert asked() == []
    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotPermittedError, match="check user and password"):
        await look(on_premises)
    assert len(asked()) == 1, "one try, and it is left alone again"
    clock.advance(REST)
    assert await look(on_premises)
    looks = (look(on_premises, where) for where in [ANNA, BEAT, ROOM] * 2)
    assert all(await asyncio.gather(*looks))


async def test_an_account_that_nobody_refused_keeps_nobody_waiting(connect, control, asked):
    """An outage is none of the account's: who waits for the first try goes on without it."""
    down = {"status": 503, "body": ""}
    await control("faults", {"match": {"path": "EWS"}, "do": down})
    on_premises = EwsCalendar(connect())
    looks = (look(on_premises, where) for where in [ANNA, BEAT, ROOM])
    told = await asyncio.gather(*looks, return_exceptions=True)
    assert sum(isinstance(error, ServiceUnavailableError) for error in told) == 1
    assert len([page for page in told if not isinstance(page, Exception)]) == 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ErrorServerBusy", ThrottledError),
        ("ErrorMailboxStoreUnavailable", ServiceUnavailableError),
        ("ErrorBatchProcessingStopped", ServiceUnavailableError),
        ("ErrorItemNotFound", None),
        ("ErrorInternalServerError", None),
    ],
)
async def test_an_item_that_could_not_be_asked_for_does_not_look_as_if_it_were_gone(
    on_premises, monkeypatch, code, kind
):
    """A listing without it is what mass loss and sweeps take for the truth (S22)."""
    for _ in range(2):
        await on_premises.create_event(ANNA, a_draft())
    inner = EwsConnection.ask

    async def ask(self, where, operation, *more, **how):
        replies = await inner(self, where, operation, *more, **how)
        return [Refusal(code, 3.0), *replies[1:]] if operation == "GetItem" else replies

    monkeypatch.setattr(EwsConnection, "ask", ask)

    async def shown():
        return [event async for event in on_premises.list_events(ANNA, WINDOW)]

    if kind is None:
        assert len(await shown()) == 1
        return
    with pytest.raises(kind) as told:
        await shown()
    assert told.value.origin == "exchange/cellar/p11"


@pytest.mark.parametrize("deed", [{"fail_after_success": 504}, {"drop_connection": True}])
async def test_a_create_that_nobody_answered_is_given_time_before_it_is_looked_for(
    on_premises, control, deed
):
    match = {"path": "EWS", "body": r"<\w+:CreateItem[ >]"}
    await control("faults", {"match": match, "do": deed})
    with pytest.raises(ServiceUnavailableError) as told:
        await on_premises.create_event(ANNA, a_draft())
    assert told.value.retry_after_s == UNDER_WAY_S


async def test_an_event_that_is_found_and_cannot_be_read_is_not_made_again(
    on_premises, monkeypatch
):
    draft = a_draft()
    made = await on_premises.create_event(ANNA, draft)
    inner = EwsConnection.ask

    async def ask(self, where, operation, *more, **how):
        replies = await inner(self, where, operation, *more, **how)
        return [Refusal("ErrorInternalServerError")] if operation == "GetItem" else replies

    monkeypatch.setattr(EwsConnection, "ask", ask)
    with pytest.raises(ServiceUnavailableError):
        await on_premises.create_event(ANNA, draft)
    monkeypatch.undo()
    shown = [event.event_id async for event in on_premises.list_events(ANNA, WINDOW)]
    assert shown == [made.event_id]


async def test_a_mailbox_that_is_not_here_is_said(on_premises, control):
    with pytest.raises(MailboxUnavailableError, match="EWS answered ErrorNonExistentMailbox"):
        await look(on_premises, NOBODY)
    with pytest.raises(MailboxUnavailableError, match="no address of mailbox p77"):
        await look(on_premises, place("p77"))


async def test_nothing_of_a_meeting_reaches_a_log(on_premises, outlook, control, caplog):
    caplog.set_level(logging.DEBUG)
    body = an_event(subject=SECRET, body={"contentType": "text", "content": SECRET})
    await outlook("anna@contoso.example", "POST", "events", body)
    assert (await look(on_premises)).events
    await control("faults", {"match": {"path": "EWS"}, "do": {"half_answer": True}})
    with pytest.raises(ServiceUnavailableError):
        await look(on_premises)
    ours = [r for r in caplog.records if not r.name.startswith(("asyncio", "httpx", "devstack"))]
    assert not any(SECRET in record.getMessage() for record in ours)
    assert not any(r.name.startswith("exchangelib") for r in caplog.records)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://mail.example.com/EWS/Exchange.asmx", "https"),
        ("https://outlook.office365.com/EWS/Exchange.asmx", "ends EWS"),
        ("https://me:secret@mail.example.com/EWS/Exchange.asmx", "neither account nor query"),
    ],
)
def test_an_address_that_would_give_the_password_away_is_refused(url, why):
    with pytest.raises(ValueError, match=why):
        EwsLogin(url=url, user="u", password="p")
    assert "p@ss" not in repr(EwsLogin(url=PAGE, user="u", password="p@ss"))
