"""Where free/busy is asked for: one per process, with what it keeps for a minute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.app.free_busy.exchange_side import ExchangeSide
from core.app.free_busy.rooms_side import RoomsSide
from core.app.roster import Roster
from core.domain.ids import EnvironmentId
from core.domain.interval import Interval
from core.ports.clock import Clock
from core.ports.room_blockers import RoomBlockers
from core.ports.rooms import RoomBookingSystem
from core.ports.schedules import ExchangeSchedules

ROOMS = "ROOMS"
"""Whose trouble it is, beside the environments."""


@dataclass(frozen=True, slots=True)
class FreeBusyDesk:
    """What `core.app.free_busy.look` and `suggest` ask with."""

    clock: Clock
    roster: Roster
    exchange: ExchangeSide
    rooms: RoomsSide


def free_busy_desk(
    clock: Clock,
    roster: Roster,
    schedules_of: Callable[[EnvironmentId], ExchangeSchedules],
    blockers: RoomBlockers,
    rooms: RoomBookingSystem,
) -> FreeBusyDesk:
    """Return a desk that keeps nothing yet."""
    return FreeBusyDesk(
        clock, roster, ExchangeSide(schedules_of, clock), RoomsSide(blockers, rooms, clock)
    )


def whole_days(window: Interval) -> Interval:
    """Return the days (UTC) around a window: what is read, so that its neighbours cost nothing."""
    start = _midnight(window.start)
    end = _midnight(window.end)
    return Interval(start, end if end == window.end else end + timedelta(days=1))


def _midnight(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
