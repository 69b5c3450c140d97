"""What the address book and a sender's mailbox refuse in an answer is kept to as everywhere else.

A refusal mostly is a SOAP fault; here it is one of the replies that an answer holds.
"""

import pytest

from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.groups import GroupReader
from core.adapters.ews.mailboxes import EwsMailboxDirectory
from core.adapters.ews.mailer import EwsMailer
from core.adapters.ews.operations import Refusal
from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from tests.contract.adapters.ews.conftest import ANNA, CELLAR, MAILBOXES
from tests.contract.adapters.graph.conftest import WINDOW

BUSY, EXPIRED = Refusal("ErrorServerBusy", 30.0), Refusal("ErrorPasswordExpired")
ASKING = {
    "a sender's mailbox": lambda connection: EwsMailer(connection, MAILBOXES["p11"]).ping(),
    "the address book": lambda connection: EwsMailboxDirectory(lambda _: connection).find(
        CELLAR, MAILBOXES["p12"]
    ),
    "a group": lambda connection: GroupReader(connection).members("team@contoso.example"),
}


@pytest.fixture
def connection(connect, clock):
    return connect(clock=clock)


@pytest.fixture
def answers(connection, monkeypatch):
    """Let the next answers hold these replies."""

    def answer(*replies):
        async def asked(*_, **__):
            return list(replies)

        monkeypatch.setattr(connection, "_asked", asked)

    yield answer
    monkeypatch.undo()


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
async def test_a_refused_account_is_left_alone_by_everybody(connection, answers, monkeypatch, ask):
    answers(EXPIRED)
    with pytest.raises(NotPermittedError, match="another password") as told:
        await ask(connection)
    assert told.value.origin == "exchange/cellar"
    monkeypatch.undo()
    with pytest.raises(NotPermittedError, match="left alone"):
        await EwsCalendar(connection).changes(ANNA, WINDOW, None)


async def test_a_senders_mailbox_that_is_busy_gets_its_pause(connection, answers, monkeypatch):
    paused = []
    monkeypatch.setattr(connection._lanes, "pause", lambda *asked: paused.append(asked))
    answers(BUSY)
    with pytest.raises(ThrottledError):
        await ASKING["a sender's mailbox"](connection)
    assert paused == [(MAILBOXES["p11"].lower(), 30.0)]


async def test_nobody_is_without_a_mailbox_because_it_is_busy(connection, monkeypatch):
    async def busy(*_):
        raise ThrottledError("busy")

    monkeypatch.setattr(connection, "ask_mailbox", busy)
    with pytest.raises(ThrottledError):
        await ASKING["the address book"](connection)


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
async def test_another_number_of_answers_than_one_is_an_outage(connection, answers, ask):
    answers()
    with pytest.raises(ServiceUnavailableError, match="0 answers"):
        await ask(connection)
