"""A series that is to be booked in ROOMS, and what ROOMS said to each of its dates (R-640)."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.booking import Booking
from core.domain.ids import MappingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.refusal import RefusalCode
from core.domain.series import Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDate:
    """One date, named by its original start (UTC); `resource` only where it has a room of its own.

    Dates of the rule that are not wanted (cancelled ones, those beyond the window) are left out of
    the draft.
    """

    original_start: datetime
    time: Interval
    resource: ResourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDraft:
    """A new series of one resource. Everything but the dates is as in a BookingDraft.

    `keeps_roomless`: refused dates stay in ROOMS on an online resource, as the vendor does it
    (R-640); otherwise ROOMS has no booking for them.
    """

    appointment_oid: MappingId
    title: str
    recurrence: Recurrence
    dates: tuple[WantedDate, ...]
    resource: ResourceId
    organizer: PersonId
    attendees: tuple[Attendee, ...] = ()
    private: bool = False
    custom_fields: tuple[tuple[str, str], ...] = ()
    keeps_roomless: bool = False

    def resource_of(self, date: WantedDate) -> ResourceId:
        """Return where a date is to be held."""
        return date.resource or self.resource


@dataclass(frozen=True, slots=True)
class DateRefusal:
    """Why ROOMS does not take one date; `text` are its own words, without names and titles."""

    code: RefusalCode
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateAnswer:
    """What became of one date: booked, refused, or neither.

    Neither: the series in ROOMS cannot hold it, it is to be booked by itself. A refused one has a
    booking where it is kept without a room.
    """

    date: WantedDate
    booking: Booking | None = None
    refusal: DateRefusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedSeries:
    """A new series: its id in ROOMS, None when every date was refused, and the answers in order."""

    series_id: int | None
    answers: tuple[DateAnswer, ...]
