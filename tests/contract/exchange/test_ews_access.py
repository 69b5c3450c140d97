"""Who may speak EWS, for whom, and how the face answers what it cannot read (ews A2, A8, A9)."""

import pytest
from exchangelib import BASIC, Build, Configuration, Credentials, Version
from exchangelib.errors import (
    ErrorExceededConnectionCount,
    ErrorImpersonateUserDenied,
    ErrorInvalidSchemaVersionForMailboxVersion,
    ErrorMailboxMoveInProgress,
    ErrorNonExistentMailbox,
    ErrorServerBusy,
    UnauthorizedError,
)
from exchangelib.protocol import Protocol

from tests.contract.exchange.company import ANNA, Company
from tests.contract.exchange.ews_client import PAGE
from tests.contract.exchange.ews_company import DORA, EMIL, Cellar, story
from tests.contract.exchange.ews_schema import MISSING, ews_schema

BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>&b;</s:Body></s:Envelope>"""


@story
def test_the_service_acts_for_those_in_its_scope_only(cellar: Cellar):
    assert cellar.mailbox(DORA).calendar.name == "Calendar"
    cellar.control("POST", "impersonation", {"mailboxes": [EMIL]})
    with pytest.raises(ErrorImpersonateUserDenied):
        list(cellar.mailbox(DORA).calendar.all())
    cellar.control("POST", "impersonation", {"mailboxes": None})
    person = cellar.mailbox(EMIL, login=(DORA, "outlook"), zone=None)
    with pytest.raises(ErrorImpersonateUserDenied):
        person.calendar.refresh()
    (*_, last) = cellar.wait(cellar.company.requests())
    assert (last["actor"], last["mailbox"], last["status"]) == (f"user:{DORA}", EMIL, 500)
    assert last["operation"] == "ews.GetFolder"


@story
def test_a_mailbox_that_lives_elsewhere_is_not_served(cellar: Cellar):
    for mail in (ANNA, "nobody@onprem.example", "d.k@onprem.example"):
        with pytest.raises(ErrorNonExistentMailbox):
            list(cellar.mailbox(mail).calendar.all())
    cellar.switch(ews_mailbox_elsewhere="ErrorMailboxMoveInProgress")
    with pytest.raises(ErrorMailboxMoveInProgress):
        list(cellar.mailbox(ANNA).calendar.all())
    attic = PAGE.replace("/EWS", "/attic/EWS")
    with pytest.raises(ErrorMailboxMoveInProgress):
        list(cellar.mailbox(DORA, attic).calendar.all())
    assert cellar.mailbox("ina@attic.example", attic).calendar.name == "Calendar"


@story
def test_five_wrong_passwords_lock_the_account(cellar: Cellar):
    user = cellar.company.sim.service_account.user
    for _ in range(5):
        with pytest.raises(UnauthorizedError, match="Invalid credentials"):
            cellar.mailbox(DORA, login=(user, "wrong"), zone=None).calendar.refresh()
    with pytest.raises(UnauthorizedError, match="locked out"):
        cellar.mailbox(DORA).calendar.refresh()
    cellar.advance(30 * 60)
    cellar.mailbox(DORA).calendar.refresh()
    for _ in range(5):
        with pytest.raises(UnauthorizedError):
            cellar.mailbox(DORA, login=(user, "wrong"), zone=None).calendar.refresh()
    cellar.control("DELETE", "accounts")
    cellar.mailbox(DORA).calendar.refresh()


@story
def test_a_busy_server_says_how_long_to_wait(cellar: Cellar):
    dora = cellar.mailbox(DORA)
    assert dora.calendar.name
    order = {"code": "ErrorServerBusy", "back_off_ms": 1500, "match": {"mailbox": DORA}}
    cellar.control("POST", "soap-faults", order)
    with pytest.raises(ErrorServerBusy) as busy:
        dora.calendar.refresh()
    assert busy.value.back_off == 1.5
    cellar.control("POST", "ews-limits", {"environment": "cellar", "per_minute": 0})
    with pytest.raises(ErrorServerBusy) as busy:
        dora.calendar.refresh()
    assert busy.value.back_off == 30
    attic = cellar.mailbox("ina@attic.example")
    assert attic.calendar.name
    cellar.control("POST", "ews-limits", {"environment": "cellar", "per_minute": None})
    cellar.control("POST", "soap-faults", {"code": "ErrorExceededConnectionCount"})
    with pytest.raises(ErrorExceededConnectionCount):
        dora.calendar.refresh()


@story
def test_the_client_finds_out_which_version_the_server_has(cellar: Cellar):
    service = cellar.company.sim.service_account
    credentials = Credentials(service.user, service.password)
    for page, name, build in (
        (f"{PAGE}?a", "Exchange2016", Build(15, 1, 2507, 6)),
        (f"{PAGE}?b", "Exchange2013_SP1", Build(15, 0, 1497, 2)),
        (f"{PAGE}?c", "Exchange2010_SP2", Build(14, 3, 513, 0)),
    ):
        cellar.switch(ews_version=name)
        guessing = Configuration(service_endpoint=page, credentials=credentials)
        protocol = Protocol(config=guessing)
        assert (protocol.auth_type, protocol.version.build) == (BASIC, build)
    old = cellar.mailbox(DORA, f"{PAGE}?d", version=Version(Build(15, 1), "Exchange2016"))
    assert old.calendar.name
    assert old.version.api_version == "Exchange2010_SP2"
    cellar.control("POST", "soap-faults", {"code": "ErrorInvalidServerVersion", "times": 20})
    with pytest.raises(ErrorInvalidSchemaVersionForMailboxVersion):
        old.calendar.refresh()


async def test_what_is_no_soap_is_refused_without_reading_on(company: Company):
    service = company.sim.service_account
    login = (service.user, service.password)
    for body in (b"", b"<s:Envelope", b"<html>Log in</html>", BOMB):
        answer = await company.client.post("/EWS/Exchange.asmx", content=body, auth=login)
        assert answer.status_code == 500
        assert b"ErrorInvalidRequest" in answer.content
        assert b"haha" not in answer.content
    page = await company.client.get("/ews/exchange.asmx")
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    refused = await company.client.post("/EWS/Exchange.asmx", content=BOMB)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic")


@pytest.mark.skipif(ews_schema() is None, reason=MISSING)
@story
def test_all_of_this_is_checked_against_the_schema(cellar: Cellar):
    assert cellar.mailbox(DORA).calendar.name
    assert cellar.adapter.checked > 0
