"""Mails straight into the model's post: the Mailer and EventLinks ports without Graph."""

from core.adapters.exchange.mail_mark import MARK_HEADER, mark_of
from core.adapters.graph.mailer import SENT_ITEMS
from core.adapters.graph.mime import MARK_PROPERTY, _address, message_id_of
from core.domain.event import EventPlace
from core.domain.ids import EventId
from core.ports.mail import Letter
from devstack.exchange.graph.outgoing_mail import OutgoingMail, _as_properties
from devstack.exchange.graph.properties import read_property_id
from tests.simulation.ports.exchange_line import MAIL, Addresses, Asked, Asking, ExchangeLine

_MARK = read_property_id(MARK_PROPERTY).key


class ModelMailer:
    """Sends from one mailbox, and finds there what was sent."""

    def __init__(self, line: ExchangeLine, sender: str) -> None:
        self._line, self._sender = line, sender
        self._mailing = line.simulator.mailing

    async def send(self, letter: Letter) -> None:
        mail = outgoing(letter, self._sender)

        def send(asked: Asked) -> None:
            self._mailing.send(asked.opened, mail, asked.by)

        asking = Asking(
            port="send", operation="mail.send", doing="sending a mail", reads=False, permission=MAIL
        )
        await self._line.ask(asking, "sendMail", send, self._sender)

    async def was_sent(self, notice_id: str) -> bool:
        """Tell whether Sent Items hold the mail of a notice, by either of its two marks."""
        mark, message_id = mark_of(notice_id), message_id_of(notice_id, self._sender)
        asking = Asking(port="was_sent", operation="mail.list", doing="looking into Sent Items")

        def found(asked: Asked) -> bool:
            for message in self._mailing.filed(asked.opened):
                marked = message.properties.get(_MARK)
                if message.internet_message_id == message_id or (marked and marked.value == mark):
                    return True
            return False

        path = f"mailFolders/{SENT_ITEMS}/messages"
        return await self._line.ask(asking, path, found, self._sender)

    async def ping(self) -> None:
        asking = Asking(
            port="ping", operation="folder.read", doing="looking into the sender's mailbox"
        )
        await self._line.ask(asking, f"mailFolders/{SENT_ITEMS}", lambda _: None, self._sender)


class ModelEventLinks:
    """The page on which Outlook on the web shows an event."""

    def __init__(self, line: ExchangeLine, addresses: Addresses) -> None:
        self._line, self._addresses = line, addresses

    async def link_to(self, place: EventPlace, event_id: EventId) -> str:
        deeds = self._line.simulator.deeds
        asking = Asking(
            port="link_to",
            operation="event.read",
            doing=f"reading the link of an event in mailbox {place.mailbox}",
        )
        item = await self._line.ask(
            asking,
            f"events/{event_id}",
            lambda asked: deeds.read(asked.opened, event_id, is_service=True),
            self._addresses.address(place),
        )
        return f"https://outlook.office.example/owa/?itemid={item.rest_id}"


def outgoing(letter: Letter, sender: str) -> OutgoingMail:
    """Return a letter as it arrives at Exchange out of its MIME form.

    InvalidPayloadError when an address is none.
    """
    for address in (sender, letter.to, *letter.cc):
        _address("", address)
    headers = ((MARK_HEADER, mark_of(letter.notice_id)), ("x-auto-response-suppress", "All"))
    return OutgoingMail(
        to=(letter.to,),
        cc=letter.cc,
        hidden=(),
        sender=sender,
        subject=letter.subject,
        text=letter.text.replace("\r\n", "\n").rstrip("\n"),
        html=letter.html.replace("\r\n", "\n").rstrip("\n"),
        language=letter.language,
        message_id=message_id_of(letter.notice_id, sender),
        headers=headers,
        properties=_as_properties(headers),
        is_kept=True,
        is_mime=True,
    )
