"""Mails sent from a mailbox and filed in its Sent Items, in values."""

from datetime import timedelta

from devstack.exchange.graph.errors import GraphError
from devstack.exchange.graph.event_deeds import Doer
from devstack.exchange.graph.outgoing_mail import OutgoingMail
from devstack.exchange.model import bodies, versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.sent_items import SentMessage
from devstack.kit.journal import MailEntry, iso


class Mailing:
    """Sends and files; every mail is in the log of mails."""

    def __init__(self, model: Exchange) -> None:
        self._model = model

    def send(self, mailbox: Mailbox, mail: OutgoingMail, by: Doer) -> None:
        """Send in the name of the mailbox and of nobody else."""
        if mail.sender and mail.sender.lower() not in _addresses_of(mailbox):
            raise GraphError(
                403,
                "ErrorSendAsDenied",
                "The user account which was used to submit this request does not have the right to"
                " send mail on behalf of the specified sending account.",
            )
        if mail.is_kept:
            self._file(mail, mailbox)
        self._model.mails.append(
            MailEntry(
                time=iso(self._model.clock.now()),
                to=[*mail.to, *mail.hidden],
                cc=list(mail.cc),
                sender=mailbox.mail,
                kind="error" if by.is_service else "other",
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                language=mail.language,
                cause=by.cause.as_json(),
            )
        )

    def filed(self, mailbox: Mailbox) -> list[SentMessage]:
        """Return what is filed already: that may take a while, which is a switch."""
        lag = timedelta(seconds=int(self._model.switches["sent_lag_s"]))
        until = self._model.clock.now() - lag
        return [m for m in self._model.sent.of(mailbox.guid) if m.sent_at <= until]

    def _file(self, mail: OutgoingMail, mailbox: Mailbox) -> None:
        kept = self._model.switches["mime_marks_kept"]
        number = self._model.sent.next_number()
        own_id = f"<{versions.guid('sent', mailbox.mail, number)}@exchange.example>"
        loses_headers = mail.is_mime and kept == "message_id"
        self._model.sent.file(
            SentMessage(
                number=number,
                mailbox=mailbox.guid,
                sent_at=self._model.clock.now(),
                internet_message_id=own_id if kept == "headers" else mail.message_id or own_id,
                subject=mail.subject,
                to=mail.to,
                cc=mail.cc,
                html=bodies.from_html(mail.html) if mail.html else bodies.from_text(mail.text),
                headers=() if loses_headers else mail.headers,
                properties={} if loses_headers else dict(mail.properties),
            )
        )


def _addresses_of(mailbox: Mailbox) -> set[str]:
    return {mailbox.mail.lower(), *(alias.lower() for alias in mailbox.aliases)}
