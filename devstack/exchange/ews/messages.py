"""Mails through EWS: sent at once, or kept as a draft and sent later; Sent Items can be read."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from devstack.exchange.ews import ids
from devstack.exchange.ews.calls import Call, Operations, attempt_each
from devstack.exchange.ews.errors import EwsError, item_not_found
from devstack.exchange.ews.folders import DRAFTS, Folder
from devstack.exchange.ews.properties_xml import property_uri, read_property
from devstack.exchange.ews.soap import Child, Element, first, is_true, m, t, text_of
from devstack.exchange.graph.mailing import Mailing
from devstack.exchange.graph.outgoing_mail import LANGUAGE_HEADERS, OutgoingMail
from devstack.exchange.model import bodies, versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.sent_items import SENT_ITEMS, SentMessage
from devstack.exchange.model.values import ExtendedProperty

MESSAGE_ID = "AAMkADmail"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that was saved and not sent; `mail` is how it will leave."""

    mailbox: str
    mail: Element


class Messages:
    """Sends, keeps drafts (until the simulator ends) and shows what was sent."""

    def __init__(self, model: Exchange, mailing: Mailing) -> None:
        self._model, self._mailing = model, mailing
        self._drafts: dict[str, Draft] = {}
        self._numbers = itertools.count(1)

    def operations(self, table: Operations) -> None:
        table.add("SendItem", self.send_drafts)

    def clear(self) -> None:
        self._drafts.clear()

    def create(self, call: Call, message: Element) -> Iterable[Child]:
        """Send or save a new message, as `MessageDisposition` says."""
        match call.body.get("MessageDisposition"):
            case "SendOnly" | "SendAndSaveCopy" as how:
                self._send(call, message, is_kept=how == "SendAndSaveCopy")
                return [m("Items")]
            case "SaveOnly":
                key = f"{MESSAGE_ID}{versions.guid('draft', call.own.guid, next(self._numbers))}"
                self._drafts[key] = Draft(call.own.guid, message)
                call.changed()
                return [m("Items", t("Message", _message_id(key)))]
        raise EwsError(
            "ErrorMessageDispositionRequired", "Message disposition is required for messages."
        )

    async def send_drafts(self, call: Call) -> Element:
        is_kept = is_true(call.body.get("SaveItemToFolder"))

        def sent(wanted: Element) -> Iterable[Child]:
            draft = self._drafts.get(wanted.get("Id", ""))
            if draft is None or draft.mailbox != call.own.guid:
                raise item_not_found()
            if wanted.get("ChangeKey") is None:
                raise EwsError("ErrorChangeKeyRequired", "This operation needs a change key.")
            self._send(call, draft.mail, is_kept=is_kept)
            del self._drafts[wanted.get("Id", "")]
            return []

        return attempt_each(call, "ItemIds", sent)

    def shown(self, call: Call, wanted: Element) -> Element | None:
        """Return the message of an id, None for an id of another kind."""
        key = wanted.get("Id", "")
        if not key.startswith(MESSAGE_ID):
            return None
        if (draft := self._drafts.get(key)) is not None and draft.mailbox == call.own.guid:
            return t(
                "Message", _message_id(key), t("Subject", text_of(draft.mail, "Subject") or "")
            )
        for message in self._mailing.filed(call.own):
            if _key(message) == key:
                return _element(message)
        raise item_not_found()

    def page(self, call: Call, folder: Folder) -> Element:
        """List a folder of mails, newest first: only Sent Items and Drafts have any."""
        shown: list[Element] = []
        if folder.key == SENT_ITEMS:
            shown = [_element(message) for message in self._mailing.filed(folder.mailbox)]
        if folder.key == DRAFTS:
            own = [k for k, draft in self._drafts.items() if draft.mailbox == folder.mailbox.guid]
            shown = [t("Message", _message_id(key)) for key in own]
        found = shown[: call.limits.find_max]
        return m(
            "RootFolder",
            t("Items", *found),
            IndexedPagingOffset=str(len(found)),
            TotalItemsInView=str(len(shown)),
            IncludesLastItemInRange="true",
        )

    def _send(self, call: Call, message: Element, *, is_kept: bool) -> None:
        self._mailing.send(call.own, _outgoing(message, call.own, is_kept=is_kept), call.by)
        call.changed()


def _outgoing(message: Element, mailbox: Mailbox, *, is_kept: bool) -> OutgoingMail:
    body = first(message, "Body")
    content = "" if body is None else body.text or ""
    is_html = body is not None and body.get("BodyType") != "Text"
    own: list[ExtendedProperty] = [
        read_property(part) for part in message.iterchildren("{*}ExtendedProperty")
    ]
    headers = {p.id.name.lower(): p.value for p in own}
    language = next((headers[name] for name in LANGUAGE_HEADERS if name in headers), None)
    sender = first(message, "From")
    return OutgoingMail(
        to=_addresses(message, "ToRecipients"),
        cc=_addresses(message, "CcRecipients"),
        hidden=_addresses(message, "BccRecipients"),
        sender="" if sender is None else next(iter(_mails(sender)), mailbox.mail),
        subject=text_of(message, "Subject") or "",
        text=bodies.to_text(content) if is_html else content,
        html=content if is_html else "",
        language=language or text_of(message, "Culture"),
        message_id=text_of(message, "InternetMessageId") or "",
        headers=tuple((name, value) for name, value in headers.items() if name.startswith("x-")),
        properties={p.id.key: p for p in own},
        is_kept=is_kept,
    )


def _addresses(message: Element, tag: str) -> tuple[str, ...]:
    recipients = first(message, tag)
    return () if recipients is None else tuple(_mails(recipients))


def _mails(holder: Element) -> Iterable[str]:
    return (e.text or "" for e in holder.iterfind(".//{*}EmailAddress"))


def _key(message: SentMessage) -> str:
    return f"{MESSAGE_ID}{versions.guid('sent-item', message.mailbox, message.number)}"


def _message_id(key: str) -> Element:
    return t("ItemId", Id=key, ChangeKey=ids.change_key("CQAAAA=="))


def _element(message: SentMessage) -> Element:
    sent = f"{message.sent_at:%Y-%m-%dT%H:%M:%SZ}"
    return t(
        "Message",
        _message_id(_key(message)),
        t("ItemClass", "IPM.Note"),
        t("Subject", message.subject),
        t("Body", message.html, BodyType="HTML"),
        t("DateTimeSent", sent),
        *(
            t("ExtendedProperty", property_uri(p.id), t("Value", p.value))
            for p in message.properties.values()
        ),
        t("InternetMessageId", message.internet_message_id),
    )
