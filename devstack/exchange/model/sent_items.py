"""Sent Items: what a mailbox has sent, as far as somebody may look for it there."""

from dataclasses import dataclass, field
from datetime import datetime

from devstack.exchange.model import versions
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import ExtendedProperty
from devstack.kit.shelf import Shelf

SHELF_KIND = "sent"
SENT_ITEMS = "sentitems"
"""The folder's well-known name; it is the only one with mails here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message that was sent. `headers` are those that the sender has set itself."""

    number: int
    mailbox: str
    sent_at: datetime
    internet_message_id: str
    subject: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    html: str
    headers: tuple[tuple[str, str], ...] = ()
    properties: dict[tuple[str, str, str], ExtendedProperty] = field(default_factory=dict)


class SentItems:
    """All Sent Items folders; what is on the shelf is taken up again after a kill."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._messages: list[SentMessage] = []

    def restore(self) -> None:
        """Take up what was on the shelf."""
        self._messages = [message for _, message in self._shelf.load(SHELF_KIND)]

    def clear(self) -> None:
        """Forget everything."""
        for message in self._messages:
            self._shelf.remove(SHELF_KIND, _key(message))
        self._messages.clear()

    def next_number(self) -> int:
        """Return the number that the next message gets."""
        return len(self._messages) + 1

    def file(self, message: SentMessage) -> None:
        """Put a message into its sender's folder."""
        self._messages.append(message)
        self._shelf.put(SHELF_KIND, _key(message), message)

    def of(self, mailbox: str) -> list[SentMessage]:
        """Return what a mailbox (its GUID) has sent, newest first."""
        return [message for message in reversed(self._messages) if message.mailbox == mailbox]


def is_sent_items(folder: str, mailbox: Mailbox) -> bool:
    """Tell whether a name or id means the folder of a mailbox."""
    own_id = versions.folder_id(mailbox.guid, SENT_ITEMS)
    return folder.lower() == SENT_ITEMS or folder == own_id


def _key(message: SentMessage) -> str:
    return f"{message.number:012d}"
