"""Sends mails from one mailbox, and finds those that were sent: the Mailer port over Graph."""

from base64 import b64encode

from core.adapters.exchange.mail_mark import mark_of
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.mime import MARK_PROPERTY, as_mime, message_id_of
from core.adapters.graph.paging import read_page
from core.domain.event import EventPlace
from core.domain.ids import EventId
from core.ports.mail import Letter

SENT_ITEMS = "SentItems"


class GraphMailer:
    """Needs Mail.Send and Mail.Read for the sender's mailbox, and for no other (docs/mails.md)."""

    def __init__(self, connection: GraphConnection, sender: str) -> None:
        self._connection, self._sender = connection, sender

    async def send(self, letter: Letter) -> None:
        """Send; it is kept in Sent Items. ServiceUnavailableError: it may have been sent."""
        content = b64encode(as_mime(letter, self._sender))
        await self._connection.send(
            lambda requests: requests.send_mail(self._sender, content), "sending a mail"
        )

    async def was_sent(self, notice_id: str) -> bool:
        """Tell whether Sent Items hold the mail of a notice.

        It carries two marks, because no source says which of them Exchange keeps of a MIME message.
        """
        same_mark = f"ep/id eq '{MARK_PROPERTY}' and ep/value eq '{mark_of(notice_id)}'"
        for condition in (
            f"singleValueExtendedProperties/any(ep: {same_mark})",
            f"internetMessageId eq '{message_id_of(notice_id, self._sender)}'",
        ):
            if await self._is_found(condition):
                return True
        return False

    async def ping(self) -> None:
        """Return when the sender's mailbox lets us in."""
        await self._connection.read(
            lambda requests: requests.mail_folder(self._sender, SENT_ITEMS),
            "looking into the sender's mailbox",
        )

    async def _is_found(self, condition: str) -> bool:
        doing = "looking into Sent Items"
        content = await self._connection.read(
            lambda requests: requests.messages(self._sender, SENT_ITEMS, condition), doing
        )
        page = read_page(content, doing)
        return bool(page.value)


class GraphEventLinks:
    """The EventLinks port over Graph: the page on which Outlook on the web shows an event."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def link_to(self, place: EventPlace, event_id: EventId) -> str:
        """Return the address of an event's page; NotFoundError when the event is gone."""
        address = self._connection.address(place)
        content = await self._connection.read(
            lambda requests: requests.event_link(address, event_id),
            f"reading the link of an event in mailbox {place.mailbox}",
        )
        link = content.get("webLink")
        return link if isinstance(link, str) and link.startswith(("https://", "http://")) else ""
