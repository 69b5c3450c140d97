"""Meeting messages: what travels between the copies of a meeting."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from devstack.exchange.model.values import Address, Answer, Attendee, Content, ShowAs, TimeSlot


@dataclass(frozen=True, slots=True)
class Cause:
    """Who made Exchange send a message, and by which request of the log."""

    actor: str
    request: int

    def as_json(self) -> dict[str, Any]:
        return {"actor": self.actor, "request": self.request}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRequest:
    """An invitation or an update on its way to one mailbox (`recipient` is its GUID).

    The id of one date of a series names its original day. Of a whole series `absent` are the dates
    without a plain occurrence: deleted ones, and those that have messages of their own.
    """

    recipient: str
    ical_uid: str
    organizer: Address
    content: Content
    attendees: tuple[Attendee, ...]
    show_as: ShowAs
    revision: int
    cause: Cause | None
    absent: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCancellation:
    """The organizer called the meeting off, or took this recipient from the list."""

    recipient: str
    ical_uid: str
    revision: int
    cause: Cause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingResponse:
    """An attendee's answer on its way to the organizer's mailbox."""

    recipient: str
    ical_uid: str
    attendee: str
    answer: Answer
    proposed: TimeSlot | None
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consideration:
    """What the resource booking assistant has to decide: one revision of one copy.

    `subject` is the request's own, which the copy may no longer show but the answer does.
    """

    mailbox: str
    number: int
    revision: int
    subject: str
    cause: Cause | None


Message = MeetingRequest | MeetingCancellation | MeetingResponse
