"""One mailbox's copy of an event."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from devstack.exchange.model.recurrence import RangeKind, Recurrence
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
    `sequence` numbers the saves of its mailbox, `arrived` is the one that put it into its folder.

    Of a series the master is kept and every exception; plain occurrences are made up when somebody
    looks. A master knows its `cancelled_days`, how often its occurrences were made anew
    (`generation`), and, in a room that takes no later dates, its `horizon`. Occurrences and
    exceptions know their master's number and ids (default, immutable) and where they began
    originally.
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
    master_ids: tuple[str, str] = ("", "")
    original_start: datetime | None = None
    original_day: date | None = None
    cancelled_days: frozenset[date] = frozenset()
    generation: int = 0
    horizon: date | None = None
    is_cancelled: bool = False
    was_sent: bool = False
    transaction_id: str | None = None
    revision: int = 0
    time_revision: int = 0
    sequence: int = 0
    arrived: int = 0
    rest_id: str = ""
    immutable_id: str = ""
    change_key: str = ""
    created: datetime | None = None
    modified: datetime | None = None

    @property
    def is_deleted(self) -> bool:
        return self.folder == DELETED_ITEMS

    @property
    def is_master(self) -> bool:
        return self.kind is EventKind.SERIES_MASTER

    @property
    def is_part_of_series(self) -> bool:
        """Whether this is one date of a series, changed or not."""
        return self.kind in (EventKind.OCCURRENCE, EventKind.EXCEPTION)

    @property
    def recurrence(self) -> Recurrence | None:
        """The rule as this mailbox keeps it: a room may have cut it off at its horizon."""
        rule = self.content.recurrence
        if rule is None or self.horizon is None:
            return rule
        ends = replace(rule.range, kind=RangeKind.END_DATE, end=self.horizon, occurrences=0)
        return replace(rule, range=ends)

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
            self.cancelled_days,
        )
