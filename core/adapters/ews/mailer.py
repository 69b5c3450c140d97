"""Sends mails from a mailbox on premises, and finds those that were sent: the Mailer port over EWS.

Each carries the mark of its notice in a property, as Graph's do. EWS takes one body: the HTML one,
of which Exchange makes the text itself.
"""

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_shape import shape
from core.adapters.ews.xml import Element, children, m, named, t, text
from core.adapters.exchange.mail_mark import MARK_HEADER, mark_of
from core.domain.event import EventPlace
from core.domain.ids import EventId
from core.errors import InvalidPayloadError
from core.ports.mail import Letter

LANGUAGE_HEADER = "Content-Language"
_HEADERS = ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")
"""No out-of-office reply is to come back, and nobody else's machine is to answer."""


class EwsMailer:
    """Needs impersonation of the sender's mailbox; one request per mail."""

    def __init__(self, connection: EwsConnection, sender: str) -> None:
        self._connection, self._sender = connection, sender

    async def send(self, letter: Letter) -> None:
        """Send; it is kept in Sent Items. ServiceUnavailableError: it may have been sent."""
        if any(address.count("@") != 1 for address in (letter.to, *letter.cc)):
            raise InvalidPayloadError("a mail has an address that is none")
        marks = ((MARK_HEADER, mark_of(letter.notice_id)), (LANGUAGE_HEADER, letter.language))
        message = t(
            "Message",
            t("Subject", letter.subject),
            t("Body", letter.html, BodyType="HTML"),
            *(_header(name, value) for name, value in (*marks, *_HEADERS)),
            t("ToRecipients", _person(letter.to, letter.to_name)),
            *([t("CcRecipients", *(_person(each) for each in letter.cc))] if letter.cc else []),
        )
        request = m(
            "CreateItem",
            m("SavedItemFolderId", t("DistinguishedFolderId", Id="sentitems")),
            m("Items", message),
            MessageDisposition="SendAndSaveCopy",
        )
        await self._asked("CreateItem", request, "sending a mail")

    async def was_sent(self, notice_id: str) -> bool:
        """Tell whether Sent Items hold the mail of a notice."""
        mark = mark_of(notice_id)
        condition = t(
            "IsEqualTo", _path(MARK_HEADER), t("FieldURIOrConstant", t("Constant", Value=mark))
        )
        wanted = shape()
        wanted.append(t("AdditionalProperties", _path(MARK_HEADER)))
        request = m(
            "FindItem",
            wanted,
            m("IndexedPageItemView", MaxEntriesReturned="10", Offset="0", BasePoint="Beginning"),
            m("Restriction", condition),
            m("ParentFolderIds", t("DistinguishedFolderId", Id="sentitems")),
            Traversal="Shallow",
        )
        reply = await self._asked("FindItem", request, "looking into Sent Items")
        found = children(reply, "RootFolder", "Items")
        return any(
            text(own, "Value") == mark for item in found for own in named(item, "ExtendedProperty")
        )

    async def ping(self) -> None:
        """Return when the sender's mailbox lets us in."""
        folder = m("FolderIds", t("DistinguishedFolderId", Id="sentitems"))
        request = m("GetFolder", m("FolderShape", t("BaseShape", "IdOnly")), folder)
        await self._asked("GetFolder", request, "looking into the sender's mailbox")

    async def _asked(self, operation: str, request: Element, doing: str) -> Element:
        return await self._connection.ask_mailbox(self._sender, operation, request, doing)


class EwsEventLinks:
    """The EventLinks port, with none: which page Outlook on the web shows was never tried here."""

    async def link_to(self, place: EventPlace, event_id: EventId) -> str:
        """Return "": a mail without a link to the event."""
        del place, event_id
        return ""


def _path(header: str) -> Element:
    return t(
        "ExtendedFieldURI",
        DistinguishedPropertySetId="InternetHeaders",
        PropertyName=header,
        PropertyType="String",
    )


def _header(name: str, value: str) -> Element:
    return t("ExtendedProperty", _path(name), t("Value", value))


def _person(address: str, name: str = "") -> Element:
    named_as = [t("Name", name)] if name else []
    return t("Mailbox", *named_as, t("EmailAddress", address))
