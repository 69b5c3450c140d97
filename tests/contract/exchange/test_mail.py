"""sendMail in both its forms, and Sent Items, where a sender looks for what has left."""

from base64 import b64encode
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from devstack.exchange.model.mailbox import SYSTEM_SENDER
from devstack.kit.shelf import Shelf
from tests.contract.exchange.company import ANNA, BOB, Company, Person, world
from tests.contract.exchange.graph_types import GraphTypes

SENT = f"users/{ANNA}/mailFolders/SentItems/messages"
HEADERS_SET = "{00020386-0000-0000-C000-000000000046}"
MARK = f"String {HEADERS_SET} Name x-room-sync-notice"


def a_mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Cc"] = ANNA, f"Bob Künz <{BOB}>", ANNA
    message["Subject"] = "Säntis ist nicht gebucht \N{EN DASH} Planung"
    message["Message-ID"] = "<n-1@room-sync.invalid>"
    message["X-Room-Sync-Notice"] = "n-1"
    for name, value in headers.items():
        message.replace_header(name, value)
    message.set_content("Guten Tag\n\nGrund: belegt\n")
    message.add_alternative("<p>Guten Tag</p><p>Grund: <b>belegt</b></p>\n", subtype="html")
    message["Content-Language"] = "de"
    return message


async def post_mime(person: Person, content: bytes, *, sender: str = ANNA) -> httpx.Response:
    return await person.client.post(
        f"/v1.0/users/{sender}/sendMail",
        content=content,
        headers=person.headers | {"Content-Type": "text/plain"},
    )


async def send_mime(person: Person, message: EmailMessage, **where: str) -> httpx.Response:
    answer = await post_mime(person, b64encode(message.as_bytes()), **where)
    assert answer.status_code == 202, answer.text
    return answer


async def found(person: Person, condition: str) -> list[dict[str, Any]]:
    answer = await person.get(f"{SENT}?$filter={condition}&$select=id,internetMessageId")
    return list(answer["value"])


def marked(value: str) -> str:
    inner = f"ep/id eq '{MARK}' and ep/value eq '{value}'"
    return f"singleValueExtendedProperties/any(ep: {inner})"


async def test_a_mail_in_mime_is_logged_with_its_text_its_html_and_its_language(
    company: Company, service: Person
):
    await send_mime(service, a_mail())
    (mail,) = await company.mails()

    assert (mail["kind"], mail["to"], mail["cc"]) == ("error", [BOB], [ANNA])
    assert mail["subject"] == "Säntis ist nicht gebucht \N{EN DASH} Planung"
    assert mail["text"] == "Guten Tag\n\nGrund: belegt"
    assert mail["html"] == "<p>Guten Tag</p><p>Grund: <b>belegt</b></p>"
    assert mail["language"] == "de"


async def test_a_mail_in_mime_is_found_in_sent_items_by_its_own_header(service: Person):
    await send_mime(service, a_mail())

    assert len(await found(service, marked("n-1"))) == 1
    assert await found(service, marked("n-2")) == []


@pytest.mark.parametrize(
    ("kept", "by_header", "by_id"), [("headers", 1, 0), ("message_id", 0, 1), ("both", 1, 1)]
)
async def test_which_marks_exchange_keeps_is_a_switch(
    company: Company, service: Person, kept: str, by_header: int, by_id: int
):
    company.sim.switches.set("mime_marks_kept", kept)
    await send_mime(service, a_mail())

    assert len(await found(service, marked("n-1"))) == by_header
    same_id = await found(service, "internetMessageId eq '<n-1@room-sync.invalid>'")
    assert len(same_id) == by_id


async def test_a_sent_mail_may_take_a_while_to_be_filed(company: Company, service: Person):
    company.sim.switches.set("sent_lag_s", 30)
    await send_mime(service, a_mail())
    assert await found(service, marked("n-1")) == []

    await company.advance(30)

    assert len(await found(service, marked("n-1"))) == 1


async def test_a_json_mail_is_filed_unless_its_sender_does_not_want_that(service: Person):
    message = {
        "subject": "Hello",
        "body": {"contentType": "text", "content": "you"},
        "toRecipients": [{"emailAddress": {"address": BOB}}],
        "internetMessageHeaders": [{"name": "X-Room-Sync-Notice", "value": "n-3"}],
    }
    for kept in (True, False):
        order = {"message": message, "saveToSentItems": kept}
        await service.call("POST", f"users/{ANNA}/sendMail", order, expect=202)

    (mail,) = await found(service, marked("n-3"))
    assert mail["id"]


async def test_what_is_no_mime_and_what_is_in_anothers_name_is_refused(service: Person):
    broken = await post_mime(service, b"no base64!")
    assert broken.json()["error"]["code"] == "ErrorMimeContentInvalidBase64String"

    empty = await post_mime(service, b64encode(b""))
    assert empty.json()["error"]["code"] == "ErrorMimeContentInvalid"

    foreign = await post_mime(service, b64encode(a_mail(From=BOB).as_bytes()))
    assert foreign.json()["error"]["code"] == "ErrorSendAsDenied"

    nobody = EmailMessage()
    nobody["From"], nobody["Subject"] = ANNA, "to nobody"
    refused = await post_mime(service, b64encode(nobody.as_bytes()))
    assert refused.json()["error"]["code"] == "ErrorInvalidRecipients"


async def test_json_headers_must_begin_with_x(service: Person):
    message = {
        "toRecipients": [{"emailAddress": {"address": BOB}}],
        "internetMessageHeaders": [{"name": "Auto-Submitted", "value": "auto-generated"}],
    }
    path = f"users/{ANNA}/sendMail"
    refused = await service.call("POST", path, {"message": message}, expect=400)
    assert refused.json()["error"]["code"] == "InvalidInternetMessageHeader"


async def test_only_sent_items_is_there_and_only_its_owner_and_the_application_read_it(
    anna: Person, bob: Person, service: Person
):
    folder = await service.get(f"users/{ANNA}/mailFolders/sentitems")
    assert folder["displayName"] == "Sent Items"
    await service.get(f"users/{ANNA}/mailFolders/{folder['id']}/messages")
    await anna.get("me/mailFolders/SentItems/messages")
    await bob.get(SENT, expect=403)
    await service.get(f"users/{ANNA}/mailFolders/inbox/messages", expect=404)


async def test_every_world_has_a_mailbox_to_send_from_that_no_list_of_people_shows(
    company: Company, service: Person
):
    company.sim.load(world(persons=[], groups=[]))
    company.sim.access.scope = frozenset()
    message = a_mail(From=SYSTEM_SENDER)
    await send_mime(service, message, sender=SYSTEM_SENDER)

    assert (await company.mails())[-1]["from"] == SYSTEM_SENDER
    assert SYSTEM_SENDER not in str((await service.get("users"))["value"])
    assert SYSTEM_SENDER not in (await company.control("GET", "state"))["mailboxes"]


async def test_the_mailbox_to_send_from_is_the_worlds_if_it_has_one(company: Company):
    own = {"mail": SYSTEM_SENDER, "name": "Raumverwaltung", "rooms_id": 9}
    company.sim.load(world(persons=[own], groups=[]))

    found = company.sim.model.directory.find(SYSTEM_SENDER)
    assert found is not None
    assert (found.name, found.is_system) == ("Raumverwaltung", False)


async def test_sent_items_are_forgotten_with_their_world(company: Company, service: Person):
    await send_mime(service, a_mail())
    company.sim.load(world())

    assert await found(service, marked("n-1")) == []


async def test_sent_items_survive_a_kill(tmp_path: Path, types: GraphTypes | None):
    path = tmp_path / "exchange.sqlite"
    company = Company(types, shelf=Shelf(path))
    company.sim.load(world())
    await send_mime(await company.service(), a_mail())
    await company.client.aclose()

    after = Company(types, shelf=Shelf(path), start=company.clock.now())

    assert len(await found(await after.service(), marked("n-1"))) == 1
    await after.close()
    await company.sim.close()
