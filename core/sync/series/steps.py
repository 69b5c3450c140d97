"""The steps of a plan for a series: one write for many dates where there is one."""

from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.booking import Booking
from core.domain.changes import BookingChanges, EventChanges, EventDraft
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId
from core.domain.meeting import Aspect
from core.domain.series import Recurrence
from core.domain.series_draft import SeriesDraft
from core.sync.series.common_change import CommonChange
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    DeclineEvent,
    DeleteEvent,
    Outcome,
    Plan,
    ReinviteResource,
    Step,
    Tell,
    UpdateBooking,
    UpdateEvent,
    describe,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """A step of one date, by its original start, that is taken as for a single meeting."""

    original_start: datetime
    step: CreateBooking | UpdateBooking | CancelBooking | ReinviteResource

    @property
    def reason(self) -> str:
        """Return why."""
        return self.step.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSeries:
    """Book dates in ROOMS through one draft (R-640); `steps` are what each date asked for."""

    draft: SeriesDraft
    steps: Table[datetime, CreateBooking]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBookings:
    """Change all that is still to come of a series of ROOMS, by its first item (R-612).

    `change` says what of it was asked for by whom; `steps` are what those dates ask for. The others
    get it as well and are put right afterwards.
    """

    series_id: int
    first: BookingId
    change: CommonChange
    changes: BookingChanges
    steps: Table[datetime, UpdateBooking]
    reason: str

    @property
    def name(self) -> str:
        """Return what this write is remembered by, should it be refused."""
        return f"change:{self.series_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBookings:
    """Cancel all that is still to come of a series of ROOMS (R-624)."""

    series_id: int
    first: BookingId
    steps: Table[datetime, CancelBooking]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfDates:
    """Mail the organizer once about all dates (D15); `tells` are what each date has to say."""

    tell: Tell
    tells: Table[datetime, Tell]

    @property
    def reason(self) -> str:
        """Return why."""
        return self.tell.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSeries:
    """Put a series into a calendar; `is_move` as in CreateEvent.

    `model` is the date that all will look like, `agreed` those whose bookings say just that.
    """

    place: EventPlace
    draft: EventDraft
    model: datetime
    agreed: frozenset[datetime]
    reason: str
    is_move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeries:
    """Write the same into all dates by their master; `steps` are the dates that asked for it.

    `others` are dates that get it, too, and are to have something else: that is written next.
    """

    changes: EventChanges
    aspects: frozenset[Aspect]
    steps: Table[datetime, UpdateEvent]
    reason: str
    others: Table[datetime, UpdateEvent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """Give a series in Exchange another rule.

    Exchange forgets exceptions and deleted dates by it: `restores` are written, `deletes` are
    deleted again, by their original starts under the new rule. `starts` are the new ones of the
    dates that stay.
    """

    rule: Recurrence
    starts: Table[datetime, datetime] = field(default_factory=dict)
    restores: Table[datetime, EventChanges] = field(default_factory=dict)
    deletes: frozenset[datetime] = frozenset()
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDates:
    """Write single dates in Exchange, each of which becomes an exception, or delete them."""

    steps: Table[datetime, UpdateEvent | DeleteEvent]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinviteToSeries:
    """Take a resource off a whole series that it has declined, and invite it again."""

    step: ReinviteResource
    steps: Table[datetime, ReinviteResource]

    @property
    def reason(self) -> str:
        """Return why."""
        return self.step.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSeries:
    """Remove a whole series from a calendar, or answer no to it as a resource mailbox."""

    step: DeleteEvent | DeclineEvent

    @property
    def reason(self) -> str:
        """Return why."""
        return self.step.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCalendar:
    """Remove the series from the calendar of an organizer whose series it is no more (R-103).

    `remainder` is what stays there of one that has been going on: what was held.
    """

    place: EventPlace
    event_id: EventId
    reason: str
    remainder: Recurrence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Let bookings go their own way: each gets a link of its own, a ROOMS series one for all."""

    bookings: tuple[Booking, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropBookings:
    """Cancel items that a draft left aside for refused dates, because a crash came in between."""

    bookings: tuple[Booking, ...]
    reason: str


SeriesStep = (
    OnDate
    | BookSeries
    | ChangeBookings
    | CancelBookings
    | TellOfDates
    | CreateSeries
    | ChangeSeries
    | ChangeRule
    | ChangeDates
    | ReinviteToSeries
    | DeleteSeries
    | LeaveCalendar
    | Release
    | DropBookings
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlan:
    """Steps in order, and why; `plans` are what was decided for each date."""

    steps: tuple[SeriesStep, ...] = ()
    outcome: Outcome
    reason: str
    plans: Table[datetime, Plan] = field(default_factory=dict)
    found: tuple[str, ...] = ()
    again_s: float | None = None


def describe_series(step: SeriesStep, *, is_private: bool = False) -> tuple[str, str]:
    """Return a step as (name, reason) for history, dry run and console; no private words."""
    name = type(step).__name__
    match step:
        case OnDate(original_start=start, step=single):
            told, reason = describe(_single(single), is_private=is_private)
            return (told if is_private else f"{told} on {start:%Y-%m-%d}"), reason
        case BookSeries(steps=steps) | ChangeBookings(steps=steps) | CancelBookings(steps=steps):
            name = f"{name} ({_dates(len(steps))})"
        case TellOfDates(tell=tell):
            return describe(tell, is_private=is_private)
        case ChangeSeries(aspects=aspects) if not is_private:
            name = f"{name} ({', '.join(sorted(aspects)) or 'link'})"
        case ChangeDates(steps=steps) | ReinviteToSeries(steps=steps):
            name = f"{name} ({_dates(len(steps))})"
        case ChangeRule(restores=restores, deletes=deletes):
            name = f"{name} ({len(restores)} restored, {len(deletes)} deleted again)"
        case Release(bookings=bookings) | DropBookings(bookings=bookings):
            name = f"{name} ({_dates(len(bookings))})"
        case _:
            pass
    return name, step.reason


def _single(step: CreateBooking | UpdateBooking | CancelBooking | ReinviteResource) -> Step:
    return step


def _dates(number: int) -> str:
    return "1 date" if number == 1 else f"{number} dates"
