"""Bookable things and the places they are at."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from devstack.rooms.model.opening import ALWAYS_OPEN, OpeningHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A building, floor or site; holidays hold for everything below it too."""

    id: int
    name: str
    parent_id: int | None = None
    time_zone: str = "Europe/Zurich"
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingTime:
    """A Sperrzeit: not a booking, but nothing can be booked then (R-109)."""

    start: datetime
    end: datetime
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A room, desk, car park, vehicle ... `hidden` is the Systemressource of R-114.

    It can be booked at most `book_ahead_days` ahead and `book_before_minutes` before the begin at
    the latest; `bookable_by` are the persons with the right to it, None: everybody.
    """

    id: int
    masked_identifier: str
    name: str
    type_id: int
    type_name: str
    location_id: int
    time_zone: str
    mail: str | None = None
    mode: str = "None"
    capacity: int = 0
    active: bool = True
    online: bool = False
    hidden: bool = False
    lead_minutes: int = 0
    follow_up_minutes: int = 0
    min_minutes: int = 0
    max_minutes: int | None = None
    checkin: bool = False
    no_show_minutes: int = 15
    auto_extension: bool = False
    book_ahead_days: int | None = None
    book_before_minutes: int = 0
    bookable_by: frozenset[int] | None = None
    opening_hours: OpeningHours = ALWAYS_OPEN
    blocking_times: tuple[BlockingTime, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def synced(self) -> bool:
        """Whether an administrator switched the Exchange sync of this resource on (R-021)."""
        return self.mode != "None" and bool(self.mail)

    @property
    def effective_lead_minutes(self) -> int:
        """Lead time that a booking gets: none on a synced resource (R-410)."""
        return 0 if self.synced else self.lead_minutes

    @property
    def effective_follow_up_minutes(self) -> int:
        """Follow-up time that a booking gets: none on a synced resource (R-410)."""
        return 0 if self.synced else self.follow_up_minutes
