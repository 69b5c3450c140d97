"""An application instead of an account with a password: hybrid modern authentication (ADR 0033).

Told against the simulator's token endpoint; no tenant and no server has ever been tried.
"""

import asyncio
import logging
from datetime import timedelta

import pytest
from azure.core.credentials import AccessToken

from core.adapters.credential import AppLogin, credential_for
from core.adapters.ews import tokens
from core.adapters.ews.account import REST
from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.login import EwsAuthentication, EwsLogin
from core.adapters.ews.mailboxes import EwsMailboxDirectory
from core.adapters.ews.operations import protocol_for
from core.domain.changes import EventChanges
from core.errors import (
    NotFoundError,
    NotPermittedError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
)
from devstack.kit.world import World
from tests.contract.adapters.ews.conftest import ANNA, BEAT, CELLAR, MAILBOXES, ROOM
from tests.contract.adapters.graph.conftest import HOST, WINDOW, WORLD, a_draft
from tests.contract.adapters.in_process import InProcess
from tests.contract.exchange.ews_client import PAGE

ANNAS = "anna@contoso.example"
AN_APPLICATION = {"authentication": EwsAuthentication.OAUTH, "mailbox": ANNAS}


@pytest.fixture
def apply(connect, simulator, clock):
    """Return how an application connects; `proof` replaces what it says at the token endpoint."""

    def make(proof=None, **login):
        known = simulator.credentials
        values = {"tenant": known.tenant, "client_id": known.client_id}
        good = values | {"client_secret": known.client_secret, "authority": HOST}
        credential = credential_for(
            AppLogin(**(good | (proof or {}))), clock, InProcess(simulator.app), "EWS"
        )
        given = {"user": "tenant/app", "password": ""} | AN_APPLICATION | login
        return connect(clock=clock, credential=credential, **given)

    return make


@pytest.fixture
def calls(simulator):
    """Return the operations since the last look, those of the token endpoint among them."""
    last = 0

    def since():
        nonlocal last
        lines = simulator.controls.requests.since(last)
        last = max([line.number for line in lines], default=last)
        return [line.operation for line in lines]

    return since


@pytest.fixture
def load_rooms(simulator):
    def load():
        here = {"id": CELLAR, "kind": "ews", "domains": ["contoso.example"]}
        bern = {"locations": [{"id": 1, "name": "Bern"}]}
        room = {**WORLD["resources"][0], "location": 1}
        simulator.load(
            World.model_validate(WORLD | bern | {"environments": [here], "resources": [room]})
        )

    return load


async def look(calendar, where=ANNA):
    return await calendar.changes(where, WINDOW, None)


async def test_a_calendar_is_read_written_and_followed_as_with_a_password(apply, calls):
    calendar = EwsCalendar(apply())
    first = await look(calendar)
    made = await calendar.create_event(ANNA, a_draft())
    assert [each.event_id for each in (await look(calendar)).events] == [made.event_id]
    changed = await calendar.update_event(made, EventChanges(subject="Umbau"))
    assert (await calendar.get_event(ANNA, made.event_id)).subject == "Umbau"
    with pytest.raises(StaleVersionError):
        await calendar.update_event(made, EventChanges(subject="Anbau"))
    await calendar.delete_event(ANNA, changed.event_id)
    with pytest.raises(NotFoundError):
        await calendar.get_event(ANNA, made.event_id)
    later = await calendar.changes(ANNA, WINDOW, first.cursor)
    assert later.events == ()
    assert calls().count("token.issue") == 1, "a token is kept"


async def test_whoever_is_outside_the_right_to_impersonate_stays_there(apply, control):
    await control("impersonation", {"mailboxes": [ANNAS]})
    calendar = EwsCalendar(apply())
    assert await look(calendar)
    with pytest.raises(NotPermittedError, match="ApplicationImpersonation") as told:
        await look(calendar, BEAT)
    assert told.value.origin == "exchange/cellar/p12"


async def test_the_address_book_is_asked_as_the_mailbox_that_is_named_for_it(apply, simulator):
    found = await EwsMailboxDirectory(lambda _: apply()).find(CELLAR, MAILBOXES["p12"])
    assert found.address == MAILBOXES["p12"]
    asked = [r for r in simulator.controls.requests.since(0) if "ResolveNames" in r.operation]
    assert [request.mailbox for request in asked] == [ANNAS]


async def test_room_lists_are_asked_for_as_the_mailbox_that_is_named_for_it(
    apply, simulator, load_rooms
):
    load_rooms()
    (found,) = await EwsMailboxDirectory(lambda _: apply()).rooms(CELLAR, MAILBOXES["p12"])
    assert (found.address, found.room_list) == (MAILBOXES["r101"], "Bern")
    asked = [r for r in simulator.controls.requests.since(0) if "GetRoom" in r.operation]
    assert [(request.operation, request.mailbox) for request in asked] == [
        ("ews.GetRoomLists", ANNAS),
        ("ews.GetRooms", ANNAS),
    ]


async def test_a_mailbox_that_is_none_says_why_the_address_book_cannot_be_asked(apply):
    there = apply(mailbox="gone@contoso.example")
    with pytest.raises(NotPermittedError, match="correct `mailbox` of environment cellar") as told:
        await EwsMailboxDirectory(lambda _: there).find(CELLAR, MAILBOXES["p12"])
    assert told.value.origin == "exchange/cellar"
    assert await look(EwsCalendar(there)), "calendars are not asked as that mailbox"


async def test_a_pause_is_kept_by_the_mailbox_as_which_the_address_book_is_asked(
    apply, control, calls
):
    there = apply()
    busy = {"code": "ErrorServerBusy", "back_off_ms": 60_000, "match": {"mailbox": ANNAS}}
    await control("soap-faults", busy)
    for _ in range(2):
        with pytest.raises(ThrottledError):
            await EwsMailboxDirectory(lambda _: there).find(CELLAR, MAILBOXES["p12"])
    assert len([call for call in calls() if call != "token.issue"]) == 1, "it is not asked again"


async def test_a_token_that_ends_is_replaced_before_it_is_refused(apply, clock, calls):
    calendar = EwsCalendar(apply())
    await look(calendar)
    clock.advance(timedelta(seconds=3575))
    calls()
    await look(calendar)
    assert calls() == ["token.issue", "ews.SyncFolderItems"]


async def test_a_token_that_was_revoked_is_replaced_once_by_all_together(
    apply, simulator, calls, clock
):
    calendar = EwsCalendar(apply())
    await look(calendar)
    simulator.tokens.revoke_all()
    clock.advance(timedelta(seconds=1))
    calls()
    assert all(await asyncio.gather(*(look(calendar, where) for where in (ANNA, BEAT, ROOM))))
    said = calls()
    assert said.count("token.issue") == 1
    assert said.count("ews.SyncFolderItems") == 3, "those that were refused are not among them"


async def test_a_token_without_consent_rests_and_says_what_to_do(apply, control, clock, calls):
    await control("permissions", {"missing": ["full_access_as_app"]})
    calendar = EwsCalendar(apply())
    with pytest.raises(NotPermittedError, match="full_access_as_app with consent") as told:
        await look(calendar)
    assert told.value.origin == "exchange/cellar", "it concerns all of them"
    assert calls().count("token.issue") == 2, "what was consented to meanwhile is in a new one"
    with pytest.raises(NotPermittedError, match=r"quarter of an hour: .*with consent") as resting:
        await look(calendar, BEAT)
    assert "p11" not in str(resting.value), "whoever was refused first is nobody else's affair"
    assert calls() == []
    await control("permissions", {"missing": []})
    clock.advance(REST)
    assert await look(calendar, BEAT)


@pytest.mark.parametrize("wrong", ["tenant", "client_id", "client_secret"])
async def test_an_application_that_gets_no_token_asks_once_for_all(apply, wrong, clock, calls):
    calendar = EwsCalendar(apply({wrong: "hunter2"}))
    looks = (look(calendar, where) for where in [ANNA, BEAT, ROOM] * 4)
    told = await asyncio.gather(*looks, return_exceptions=True)
    assert {type(error) for error in told} == {NotPermittedError}
    assert {error.origin for error in told} == {"exchange/cellar"}
    assert "no token for EWS" in str(told[0])
    assert "AADSTS" in str(told[0])
    assert not any("hunter2" in str(error) for error in told)
    assert all("AADSTS" in str(error) for error in told), "all are told what is wrong"
    assert calls() == ["token.issue"]
    clock.advance(REST)
    with pytest.raises(NotPermittedError, match="AADSTS"):
        await look(calendar)


async def test_a_scope_of_another_host_is_refused_by_name(apply):
    calendar = EwsCalendar(apply(scope="https://mail.example.com/.default"))
    with pytest.raises(NotPermittedError, match=r"invalid_resource.*for another host"):
        await look(calendar)


class Credential:
    """Gives the tokens that a test wants, or the error."""

    def __init__(self, given):
        self.given, self.scopes, self.renewed = given, [], 0

    async def get_token(self, *scopes, **_):
        self.scopes += scopes
        if isinstance(self.given, Exception):
            raise self.given
        if self.given is None:
            await asyncio.Event().wait()
        return AccessToken(self.given, 0)

    async def renew(self):
        self.renewed += 1

    async def close(self):
        pass


async def test_a_token_endpoint_in_trouble_is_an_outage_and_no_refusal(connect, monkeypatch):
    monkeypatch.setattr(tokens, "LONGEST_S", 0.01)
    for given, kind in (
        (ServiceUnavailableError("no token"), ServiceUnavailableError),
        (ThrottledError("a pause"), ThrottledError),
        (None, ServiceUnavailableError),
    ):
        calendar = EwsCalendar(connect(credential=Credential(given), **AN_APPLICATION))
        for _ in range(2):
            with pytest.raises(kind) as told:
                await look(calendar)
            assert told.value.origin == "exchange/cellar/p11"


async def test_a_sync_url_gets_tokens_of_its_own_host_and_no_other_environment_any(connect):
    credential = Credential("forged")
    there = connect(
        credential=credential, hosts=frozenset({"localhost"}), networks=(), **AN_APPLICATION
    )
    elsewhere = PAGE.replace("127.0.0.1", "localhost")
    there._url_of = lambda mailbox: "" if mailbox == "p11" else elsewhere
    for where in (ANNA, BEAT):
        with pytest.raises(NotPermittedError):
            await look(EwsCalendar(there), where)
        there._door._refused_at = None
    assert set(credential.scopes) == {"https://127.0.0.1/.default", "https://localhost/.default"}


async def test_no_token_reaches_a_log_or_a_text(apply, simulator, control, caplog):
    caplog.set_level(logging.DEBUG)
    there = apply()
    await look(EwsCalendar(there))
    token = (await there._carrier._tokens._credential.get_token(there._login.token_scope)).token
    await control("faults", {"match": {"path": "EWS"}, "do": {"half_answer": True}})
    with pytest.raises(ServiceUnavailableError) as told:
        await look(EwsCalendar(there))
    assert token not in str(told.value)
    assert token not in repr(there._login)
    assert simulator.credentials.client_secret not in caplog.text
    assert token not in caplog.text


def test_no_account_of_this_machine_stands_in_for_a_token(monkeypatch, tmp_path):
    """requests would put what it finds in ~/.netrc in the place of the header."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine mail.example.com login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    login = EwsLogin(url="https://mail.example.com/EWS/Exchange.asmx", user="a", **AN_APPLICATION)
    session = protocol_for(login, 1).create_session()
    from requests import Request  # noqa: PLC0415 - with the library only

    said = session.prepare_request(
        Request("POST", login.url, headers={"Authorization": "Bearer token"})
    )
    assert said.headers["Authorization"] == "Bearer token"


def test_an_application_needs_a_mailbox_and_is_marked_by_its_name():
    with pytest.raises(ValueError, match="needs a mailbox"):
        EwsLogin(url=PAGE, user="tenant/app", authentication=EwsAuthentication.OAUTH)
    one, other = (EwsLogin(url=PAGE, user=f"tenant/{n}", **AN_APPLICATION) for n in "ab")
    assert one.mark != other.mark
