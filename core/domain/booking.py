"""A booking as ROOMS shows it: a faithful snapshot, translated elsewhere."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.series import Pattern


class BookingStatus(StrEnum):
    """What a ROOMS status means for the sync (R-107); ids and names are mapped by configuration."""

    SYSTEM = "system"
    PROVISIONAL = "provisional"
    TEMPORARY = "temporary"
    DEFINITIVE = "definitive"
    CANCELLED = "cancelled"
    OTHER = "other"

    @property
    def occupies(self) -> bool:
        """Tell whether such a booking is a promise to its organizer."""
        return self in {self.PROVISIONAL, self.TEMPORARY, self.DEFINITIVE}


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a booking's participant list; `person` is None for external people."""

    address: str
    name: str
    person: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One booking of one resource; `modified_on` is ROOMS' own stamp, opaque and only compared.

    `prepared` is the span with lead and follow-up time, None when ROOMS does not tell it.
    `is_from_job_manager`: imported as a lesson, by nobody's hand (R-006).
    `series_pattern` is None where ROOMS tells none, or none that is understood.
    """

    mandator: str
    booking_id: BookingId
    resource: ResourceId
    title: str
    time: Interval
    prepared: Interval | None = None
    status: BookingStatus
    organizer: PersonId | None
    organizer_address: str = ""
    participants: tuple[Participant, ...] = ()
    is_private: bool = False
    is_blocking_time: bool = False
    is_from_job_manager: bool = False
    appointment_oid: str | None = None
    series_id: int | None = None
    series_pattern: Pattern | None = None
    modified_on: str = ""
    custom_fields: dict[str, str] = field(default_factory=dict)
