"""What a worker has seen of a series: each of its dates as if it were a meeting of its own.

So every rule of single meetings holds per date (R-640, D15), by the same code.
"""

from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.booking import Booking
from core.domain.event_series import EventSeries
from core.domain.expansion import occurrences
from core.domain.ids import EventVersion, MappingId
from core.domain.mapping import DateLink, Mapping
from core.domain.series import Recurrence
from core.sync.observed import Observed
from core.sync.steps import UpdateEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSight:
    """One date, named by its original start (UTC), and what is seen of it.

    `is_deleted`: it is not to be in the calendar, should it be there all the same. `is_exception`:
    Exchange has values of its own for it. `owed` is what Exchange is still to get of the plan that
    gave ROOMS its part (`owed.py`). `undo` takes back what a write for all dates gave this
    one beyond what is its own, before anything else is decided on it.
    """

    original_start: datetime
    seen: Observed
    is_exception: bool = False
    is_deleted: bool = False
    owed: UpdateEvent | None = None
    undo: UpdateEvent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSight:
    """All of one series, or of one that may come to be.

    `rule` is what the dates are of: Exchange's, or what a new event is to have. `dates` are those
    still to come up to `horizon`, in order; `kept` are links of dates that are over and not looked
    at. `extra` are bookings of this series that no date stands for yet, `released` those that leave
    it and get links of their own. `shared` are series of ROOMS that other links have items of, too.
    `own_series` are the series of ROOMS that belong to it. `is_bounded`: `horizon` is what ROOMS is
    thought to take by now, not all that would be looked at.

    Of this very pass: `singly` are dates that ROOMS takes only one by one, `tried` the writes for
    many at once that were refused, `is_rescheduled` whether Exchange got another rule from us, so
    that deleted dates come back, `is_cut_short` that ROOMS takes no date beyond `horizon` yet;
    `released_to` are the links that were named for what leaves; `told`, `made_versions` as in
    Observed.
    """

    mapping: Mapping
    event: EventSeries | None = None
    event_gone: bool = False
    rule: Recurrence | None = None
    dates: tuple[DateSight, ...] = ()
    kept: tuple[DateLink, ...] = ()
    extra: tuple[Booking, ...] = ()
    released: tuple[Booking, ...] = ()
    shared: frozenset[int] = frozenset()
    own_series: tuple[int, ...] = ()
    horizon: datetime | None = None
    is_bounded: bool = False
    singly: frozenset[datetime] = frozenset()
    tried: frozenset[str] = frozenset()
    is_rescheduled: bool = False
    is_cut_short: bool = False
    released_to: tuple[MappingId, ...] = ()
    told: bool = False
    made_versions: tuple[EventVersion, ...] = ()

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """Return all bookings of all dates that were seen."""
        return tuple(booking for date in self.dates for booking in date.seen.bookings)

    @property
    def active(self) -> tuple[Booking, ...]:
        """Return the bookings that are still promises, by time."""
        living = (b for date in self.dates for b in date.seen.active_bookings)
        return tuple(sorted(living, key=lambda b: (b.time.start, b.booking_id)))

    @property
    def is_private(self) -> bool:
        """Tell whether any date of it is private."""
        is_event_private = self.event is not None and self.event.master.sensitive
        return is_event_private or any(date.seen.is_private for date in self.dates)

    @property
    def goes_on_unseen(self) -> bool:
        """Tell whether the rule has dates from `horizon` on that were not looked at (yet)."""
        if self.rule is None or self.horizon is None:
            return False
        seen = {date.original_start for date in self.dates}
        starts = (o.original_start for o in occurrences(self.rule))
        return any(start >= self.horizon and start not in seen for start in starts)

    def date(self, original_start: datetime) -> DateSight:
        """Return one date; KeyError when it is not looked at."""
        for date in self.dates:
            if date.original_start == original_start:
                return date
        raise KeyError(original_start)

    def with_seen(self, changed: Table[datetime, Observed]) -> "SeriesSight":
        """Return the sight with what is seen now of these dates."""
        return self.mapped(
            lambda date: (
                replace(date, seen=changed[date.original_start])
                if date.original_start in changed
                else date
            )
        )

    def mapped(self, change: Callable[[DateSight], DateSight]) -> "SeriesSight":
        """Return the sight with every date changed."""
        return replace(self, dates=tuple(change(date) for date in self.dates))
