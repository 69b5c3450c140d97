"""A letter as MIME: text and HTML side by side, with the marks by which it is found again.

Graph's JSON message has one body; MIME is the only form in which both are handed over (ADR 0009).
"""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from core.adapters.exchange.mail_mark import MARK_HEADER, mark_of
from core.errors import InvalidPayloadError
from core.ports.mail import Letter

MARK_PROPERTY = f"String {{00020386-0000-0000-C000-000000000046}} Name {MARK_HEADER}"
_LONGEST_NAME = 100


def message_id_of(notice_id: str, sender: str) -> str:
    """Return the Message-ID of a notice's mail, the same whenever it is written."""
    return f"<room-sync.{mark_of(notice_id)}@{sender.rpartition('@')[2]}>"


def as_mime(letter: Letter, sender: str) -> bytes:
    """Return the message in bytes; InvalidPayloadError when an address is none."""
    message = EmailMessage()
    message["From"] = _address("", sender)
    message["To"] = _address(letter.to_name, letter.to)
    if letter.cc:
        message["Cc"] = [_address("", address) for address in letter.cc]
    message["Subject"] = letter.subject
    message["Message-ID"] = message_id_of(letter.notice_id, sender)
    message[MARK_HEADER] = mark_of(letter.notice_id)
    # No out-of-office reply is to come back, and nobody else's machine is to answer.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    # Only now: what makes the message multipart takes the content headers along.
    message["Content-Language"] = letter.language
    try:
        return message.as_bytes(policy=SMTP)
    except (MessageError, ValueError) as error:
        raise _unreadable() from error


def _address(name: str, address: str) -> Address:
    if "@" not in address:
        raise _unreadable()
    try:
        return Address(display_name=name[:_LONGEST_NAME], addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise _unreadable() from error


def _unreadable() -> InvalidPayloadError:
    return InvalidPayloadError(
        "mail: the address of a recipient or of the sender cannot be used; correct the settings"
    )
