"""Mails from a mailbox on premises: sent once, found again by their mark."""

import pytest

from core.adapters.ews.mailer import EwsEventLinks, EwsMailer
from core.errors import InvalidPayloadError, MailboxUnavailableError
from core.ports.mail import Letter
from tests.contract.adapters.ews.conftest import ANNA, MAILBOXES

LETTER = Letter(
    notice_id="n/1",
    to=MAILBOXES["p12"],
    to_name="Beat",
    cc=("office@contoso.example",),
    subject="Raum belegt & <voll>",
    text="Der Raum ist belegt.",
    html="<p>Der Raum ist belegt.</p>",
    language="de",
)


@pytest.fixture
def mailer(connect):
    return EwsMailer(connect(), MAILBOXES["p11"])


async def test_a_letter_goes_out_with_its_people_and_its_language(mailer, simulator):
    await mailer.send(LETTER)
    (mail,) = simulator.controls.mails.since(0)
    assert mail.subject == LETTER.subject
    assert set(mail.to) | set(mail.cc) == {LETTER.to, *LETTER.cc}


async def test_what_was_sent_is_found_again_and_nothing_else(mailer):
    assert not await mailer.was_sent("n/1")
    await mailer.send(LETTER)
    assert await mailer.was_sent("n/1")
    assert not await mailer.was_sent("n/2")


async def test_a_sender_who_is_nowhere_is_told(connect):
    with pytest.raises(MailboxUnavailableError):
        await EwsMailer(connect(), "nobody@contoso.example").ping()


async def test_the_senders_mailbox_lets_us_in(mailer):
    await mailer.ping()


async def test_an_address_that_is_none_is_no_reason_to_try_again(mailer):
    with pytest.raises(InvalidPayloadError):
        await mailer.send(
            Letter(notice_id="n", to="Beat", subject="", text="", html="", language="de")
        )


async def test_an_event_has_no_page_that_was_ever_tried():
    assert await EwsEventLinks().link_to(ANNA, "AAMk") == ""
