"""What a person is to be told by mail, without a word of what it was about (R-800 ... R-804)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, MappingId, PersonId, ResourceId
from core.domain.interval import Interval


class NoticeKind(StrEnum):
    """What has happened; each has its own sentence in the mail (R-803)."""

    NOT_BOOKED = "not_booked"
    """ROOMS does not take it; the event is as it was (R-401, R-403)."""
    ROOM_REMOVED = "room_removed"
    """ROOMS does not take it; the resource was removed from the event (R-402)."""
    ROOM_KEPT = "room_kept"
    """Another resource was not to be had; the one booked before is kept (R-504)."""
    ROLLED_BACK = "rolled_back"
    """A change in Exchange was undone (R-701)."""
    SYNC_DISABLED = "sync_disabled"
    """Undone too often: changes in Exchange are not followed any more (R-701)."""
    BOOKING_CANCELLED = "booking_cancelled"
    """A change in Exchange could not be followed: the booking was cancelled (R-702)."""
    CANCEL_REFUSED = "cancel_refused"
    """The event was deleted, but ROOMS does not cancel its booking (R-317)."""
    DECLINED = "declined"
    """The resource mailbox declined: the booking was cancelled (D9, R-900)."""
    NOT_SYNCED = "not_synced"
    """The organizer's calendar is not synced: nothing was booked (D5)."""
    DIRECT_ITEM = "direct_item"
    """The item was made in the resource's own calendar: nothing was booked (D6, R-430)."""
    ITEM_CANCELLED = "item_cancelled"
    """As DIRECT_ITEM or NOT_SYNCED, and the item was cancelled or declined."""
    GIVEN_UP = "given_up"
    """The sync of this item was given up (R-803)."""


class OperatorNotice(StrEnum):
    """What operators are told, in a mail of its own form: of no single meeting."""

    DIFFERENCES = "differences"
    """What a scheduled scan has found (docs/differences.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPart:
    """One resource that was not to be had. `code` is a RefusalCode, `text` what ROOMS said."""

    resource: ResourceId
    time: Interval
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail to send. The same `id` is the same state of the same item: it is mailed once.

    `person` is None for somebody who is not in the settings: the event's organizer is then asked of
    the event itself, so that no address travels through a queue. Title and people are read when the
    mail is written, never carried (D18). `occasion` is the link's count of told passes when this
    one began: the link is past it once the pass has been stored. None: it speaks of no pass.
    `held` counts how often it was put off for that, or taken up anew; `attempt` what has failed.
    `traceparent` is where in telemetry it belongs (docs/telemetry.md).
    """

    id: str
    kind: NoticeKind | OperatorNotice
    mapping_id: MappingId
    person: PersonId | None
    parts: tuple[RefusedPart, ...]
    place: EventPlace | None = None
    event_id: EventId | None = None
    booking_id: BookingId | None = None
    is_series: bool = False
    at: datetime
    occasion: int | None = None
    attempt: int = 0
    held: int = 0
    traceparent: str = field(default="", compare=False)

    def anew(self) -> "Notice":
        """Return it with all its tries; the queue, which remembers ids, knows it for another."""
        return replace(self, attempt=0, held=self.held + self.attempt + 1)
