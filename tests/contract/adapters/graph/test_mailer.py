"""Mails over Graph: text and HTML side by side, and found again in Sent Items."""

import pytest

from core.adapters.graph.mailer import GraphEventLinks, GraphMailer
from core.adapters.graph.mime import as_mime
from core.domain.ids import EventId
from core.errors import (
    InvalidPayloadError,
    MailboxUnavailableError,
    NotFoundError,
    ServiceUnavailableError,
)
from core.ports.mail import Letter
from devstack.exchange.model.mailbox import SYSTEM_SENDER
from tests.contract.adapters.graph.conftest import ANNA, a_draft, requests_to


def a_letter(**changes):
    values = {
        "notice_id": "link-1/refused/äöü",
        "to": "anna@contoso.example",
        "to_name": "Anna, «Chefin» Meier",
        "cc": ("rooms@contoso.example", "beat@contoso.example"),
        "subject": "Säntis ist nicht gebucht \N{EN DASH} Quartalsplanung, Dienstag, 3. März 2026",
        "text": "Guten Tag\n\nGrund: " + " ".join(["sehr", "lang"] * 200) + "\n",
        "html": "<p>Guten Tag</p>\n",
        "language": "de",
    }
    return Letter(**(values | changes))


@pytest.fixture
def mailer(connection):
    return GraphMailer(connection, SYSTEM_SENDER)


async def test_a_letter_arrives_with_all_its_parts(mailer, simulator):
    letter = a_letter()
    await mailer.send(letter)
    (mail,) = simulator.controls.mails.since(0)

    assert (mail.kind, mail.sender) == ("error", SYSTEM_SENDER)
    assert (mail.to, mail.cc) == ([letter.to], list(letter.cc))
    assert mail.subject == letter.subject
    assert mail.text == letter.text.rstrip()
    assert mail.html == "<p>Guten Tag</p>"
    assert mail.language == "de"


@pytest.mark.parametrize("kept", ["headers", "message_id", "both"])
async def test_a_letter_is_found_again_whichever_mark_exchange_keeps(mailer, simulator, kept):
    simulator.switches.set("mime_marks_kept", kept)
    assert not await mailer.was_sent("link-1/refused/äöü")

    await mailer.send(a_letter())

    assert await mailer.was_sent("link-1/refused/äöü")
    assert not await mailer.was_sent("link-1/refused/other")


async def test_a_letter_whose_answer_was_lost_is_found_again(mailer, control):
    fault = {"match": {"path": "/sendMail"}, "do": {"fail_after_success": 504}}
    await control("faults", fault)

    with pytest.raises(ServiceUnavailableError):
        await mailer.send(a_letter())

    assert await mailer.was_sent(a_letter().notice_id)


async def test_a_letter_without_copies_has_no_cc(mailer, simulator):
    await mailer.send(a_letter(cc=()))

    assert simulator.controls.mails.since(0)[0].cc == []


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b@c", "müller@contoso.example", "x\r\nBcc: everybody@contoso.example"],
)
def test_what_is_no_address_is_refused_before_it_is_sent(address):
    with pytest.raises(InvalidPayloadError):
        as_mime(a_letter(to=address), SYSTEM_SENDER)


async def test_a_sender_that_does_not_exist_is_told_apart(connection):
    nobody = GraphMailer(connection, "nobody@contoso.example")

    with pytest.raises(MailboxUnavailableError):
        await nobody.ping()
    with pytest.raises(MailboxUnavailableError):
        await nobody.send(a_letter())


async def test_the_sender_is_asked_with_one_cheap_call(mailer, simulator):
    await mailer.ping()

    (line,) = requests_to(simulator, "folder.read")
    assert line.status == 200


async def test_an_event_has_a_page_in_the_browser(connection, calendar):
    event = await calendar.create_event(ANNA, a_draft())
    links = GraphEventLinks(connection)

    assert (await links.link_to(ANNA, event.event_id)).startswith("https://")
    await calendar.delete_event(ANNA, event.event_id)
    with pytest.raises(NotFoundError):
        await links.link_to(ANNA, EventId(event.event_id))
