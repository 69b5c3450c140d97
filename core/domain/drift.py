"""A drift: a difference that a comparison of both sides has found, as it is kept (D13).

Names of fields, times, resources and states, nothing else; of a private meeting only ids and
states. The values are read anew whenever somebody looks at it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, MappingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Aspect


class DriftKind(StrEnum):
    """What is different (R-840)."""

    DIFFERS = "differs"
    MISSING_IN_ROOMS = "missing_in_rooms"
    MISSING_IN_EXCHANGE = "missing_in_exchange"


class NewerSide(StrEnum):
    """Which side was changed since both last agreed (R-843)."""

    ROOMS = "rooms"
    EXCHANGE = "exchange"
    MIXED = "mixed"
    UNCLEAR = "unclear"


class Cause(StrEnum):
    """Why both sides are different, probably."""

    LOST_NOTIFICATION = "lost_notification"
    WHILE_PARKED = "while_parked"
    DIRECT_EDIT = "direct_edit"
    REFUSED = "refused"
    POLICY = "policy"
    UNKNOWN = "unknown"


class Advice(StrEnum):
    """What is recommended; `CHECK`: a person has to look at it."""

    USE_ROOMS = "use_rooms"
    USE_EXCHANGE = "use_exchange"
    IGNORE = "ignore"
    CHECK = "check"


class Reason(StrEnum):
    """Why something is recommended; `core.app.drift.wording` has the sentences."""

    EVENT_LATER = "event_later"
    BOOKING_LATER = "booking_later"
    NOBODY_LATER = "nobody_later"
    EXCHANGE_WINS = "exchange_wins"
    ROOMS_WINS = "rooms_wins"
    NEITHER_WINS = "neither_wins"
    SYNC_ENDED = "sync_ended"
    NOT_TAKEN = "not_taken"
    SETTINGS = "settings"
    HOLD_EDITED = "hold_edited"
    NOT_BOOKED = "not_booked"
    NOT_BOOKED_BY_SETTINGS = "not_booked_by_settings"
    BOOKING_ENDED = "booking_ended"
    NEVER_BOOKED = "never_booked"
    DIRECT_ITEM = "direct_item"
    NOT_CANCELLED = "not_cancelled"
    NOT_SHOWN_BY_SETTINGS = "not_shown_by_settings"
    TO_BE_HELD = "to_be_held"
    EVENT_DELETED = "event_deleted"
    NEVER_SHOWN = "never_shown"


class Obstacle(StrEnum):
    """Why nothing is done about a drift."""

    GONE = "gone"
    CHANGED = "changed"
    NOTHING = "nothing"
    ONLY_ROOMS = "only_rooms"
    ONLY_EXCHANGE = "only_exchange"
    NO_ANSWER = "no_answer"


class DriftState(StrEnum):
    """Where a drift is in its life (R-841, docs/differences.md)."""

    OPEN = "open"
    RESOLVED = "resolved"
    IGNORED = "ignored"
    CLOSED = "closed"
    """It was gone at a later check, without anybody's doing."""


class Element(StrEnum):
    """What it is about (R-842)."""

    SINGLE = "single"
    SERIES = "series"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """One field that is different, and the side that was changed last."""

    aspect: Aspect
    newer: NewerSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a comparison says of one meeting or one date; `reason` is why the advice is given."""

    kind: DriftKind
    fields: tuple[FieldDrift, ...]
    newer: NewerSide
    cause: Cause
    code: str
    advice: Advice
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One meeting, or one date of a series, on which both sides differ.

    `digest` is a keyed hash of what both sides show in the fields that differ: while it stays, so
    does what a person has decided. `code` is that of a refusal, "" without one. Times and fields of
    private meetings are empty. `decided_at` is when a person chose what is to be done.
    """

    id: str
    place: EventPlace
    mandator: str
    element: Element
    kind: DriftKind
    fields: tuple[FieldDrift, ...] = ()
    newer: NewerSide = NewerSide.UNCLEAR
    cause: Cause = Cause.UNKNOWN
    code: str = ""
    advice: Advice = Advice.CHECK
    reason: Reason = Reason.NOBODY_LATER
    mapping_id: MappingId | None = None
    event_id: EventId | None = None
    booking_id: BookingId | None = None
    series_id: int | None = None
    original_start: datetime | None = None
    resource: ResourceId | None = None
    organizer: PersonId | None = None
    time: Interval | None = None
    is_private: bool = False
    digest: str = ""
    state: DriftState = DriftState.OPEN
    found_at: datetime
    checked_at: datetime
    decided_at: datetime | None = None
    decision: str = ""


def drift_id(
    place: EventPlace,
    *,
    mapping_id: MappingId | None = None,
    event_id: EventId | None = None,
    booking_id: BookingId | None = None,
    original_start: datetime | None = None,
) -> str:
    """Return the name of a drift: the same meeting, or date, has the same name each time."""
    anchor = mapping_id or event_id or str(booking_id)
    date = "" if original_start is None else original_start.isoformat()
    name = f"{place.environment}/{place.mailbox}/{anchor}/{date}"
    return hashlib.sha256(name.encode()).hexdigest()[:12]
