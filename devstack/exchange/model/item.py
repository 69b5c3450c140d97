"""One mailbox's copy of an event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devstack.exchange.model.values import (
    Address,
    Answer,
    AnswerKind,
    Attendee,
    Content,
    EventKind,
    Private,
    ShowAs,
)

CALENDAR = "calendar"
DELETED_ITEMS = "deleteditems"


@dataclass(slots=True, kw_only=True)
class Item:
    """A copy of an event in one folder of one mailbox, with ids and version of its own.

    `revision` counts the messages of the meeting: on the organizer's copy the last one sent, on
    an attendee's the last one that arrived. `time_revision` is the last one that moved the time.
    `original_start` and `series_master` belong to occurrences and exceptions.
    """

    mailbox: str
    number: int
    folder: str
    ical_uid: str
    content: Content
    private: Private
    organizer: Address
    is_organizer: bool
    answer: Answer
    attendees: tuple[Attendee, ...] = ()
    intended_show_as: ShowAs = ShowAs.BUSY
    kind: EventKind = EventKind.SINGLE_INSTANCE
    series_master: int | None = None
    original_start: datetime | None = None
    is_cancelled: bool = False
    transaction_id: str | None = None
    revision: int = 0
    time_revision: int = 0
    sequence: int = 0
    rest_id: str = ""
    immutable_id: str = ""
    change_key: str = ""
    created: datetime | None = None
    modified: datetime | None = None

    @property
    def is_deleted(self) -> bool:
        return self.folder == DELETED_ITEMS

    @property
    def is_settled(self) -> bool:
        """Whether this copy was accepted or is the mailbox's own: it occupies its time."""
        return self.answer.kind in (
            AnswerKind.ORGANIZER,
            AnswerKind.ACCEPTED,
            AnswerKind.TENTATIVE,
        )

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether the event touches the half-open interval [start, end)."""
        own_start, own_end = self.content.start.instant, self.content.end.instant
        return own_start < end and (own_end > start or own_start == own_end >= start)

    def values(self) -> tuple[Any, ...]:
        """Return what a reader can see of it, to tell a real change from a mere save."""
        return (
            self.folder,
            self.content,
            self.private,
            self.attendees,
            self.answer,
            self.is_cancelled,
        )
