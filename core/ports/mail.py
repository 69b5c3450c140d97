"""Mails: sending them, and remembering which were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.domain.event import EventPlace
from core.domain.ids import EventId, MappingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A finished mail. `notice_id` goes along as a mark by which it is found again."""

    notice_id: str
    to: str
    to_name: str = ""
    cc: tuple[str, ...] = ()
    subject: str
    text: str
    html: str
    language: str


class Mailer(Protocol):
    """The mailbox from which mails are sent (R-800)."""

    async def send(self, letter: Letter) -> None:
        """Send; ServiceUnavailableError means that it may have been sent all the same."""
        ...

    async def was_sent(self, notice_id: str) -> bool:
        """Tell whether the sender's Sent Items hold the mail of a notice."""
        ...

    async def ping(self) -> None:
        """Return when the sender's mailbox lets us in."""
        ...


class EventLinks(Protocol):
    """Where a person opens an event in the browser."""

    async def link_to(self, place: EventPlace, event_id: EventId) -> str:
        """Return the address of an event's page; NotFoundError when the event is gone."""
        ...


class NoticeState(StrEnum):
    """What became of a notice; `SENDING` says that its mail may be out already, or not."""

    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMark:
    """What is remembered of a notice; `version` is the store's own.

    `kind` and `mapping_id` say what it was about; older marks have neither.
    """

    notice_id: str
    state: NoticeState
    at: datetime
    reason: str = ""
    kind: str = ""
    mapping_id: MappingId | None = None
    version: str = ""


class NoticeStore(Protocol):
    """Which notices were mailed, by id."""

    async def find(self, notice_id: str) -> NoticeMark | None:
        """Return what is known of a notice, None when nothing is."""
        ...

    async def claim(self, mark: NoticeMark) -> NoticeMark:
        """Insert a mark; AlreadyExistsError when there is one."""
        ...

    async def replace(self, mark: NoticeMark) -> NoticeMark:
        """Write a mark that still has `mark.version`; else StaleVersionError."""
        ...

    async def of_link(self, mapping_id: MappingId) -> Sequence[NoticeMark]:
        """Return the marks about one link, oldest first; it reads all there are: for operators."""
        ...

    async def remove_before(self, moment: datetime, limit: int) -> int:
        """Remove at most `limit` older marks of what is over; say how many there were."""
        ...
