"""From a booking of the model to the domain's: what the ROOMS adapter reads out of its JSON."""

from datetime import datetime
from functools import cache

from core.adapters.rooms.payloads import LONGEST_TIME, SeriesPayload
from core.adapters.rooms.statuses import DEFAULT_STATUS_NAMES, _folded
from core.domain.booking import Booking, BookingStatus, Participant
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.series import Pattern
from devstack.rooms.face.booking_views import PRIVATE_TITLE
from devstack.rooms.face.series_views import series_dto
from devstack.rooms.model.booking import Booking as Stored
from devstack.rooms.model.rights import may_see_details
from devstack.rooms.model.series import Series
from devstack.rooms.model.status import NAMES, Status
from tests.simulation.ports.rooms_line import Visit

_BY_NAME = {_folded(name): meaning for name, meaning in DEFAULT_STATUS_NAMES.items()}
MEANINGS = {
    status: _BY_NAME.get(_folded(name), BookingStatus.OTHER) for status, name in NAMES.items()
}
"""What each status means to the sync, by the names that the installation uses."""

_NO_GUID = "00000000-0000-0000-0000-000000000000"


class Statuses:
    """The table of statuses, known without asking."""

    async def ids(self) -> dict[int, BookingStatus]:
        return {int(status): meaning for status, meaning in MEANINGS.items()}


def booking_of(visit: Visit, stored: Stored, mandator: str) -> Booking:
    """Return a booking as its reader may see it."""
    store = visit.house.store
    organizer = store.persons[stored.organizer_id]
    is_detailed = may_see_details(visit.actor, stored)
    oid = (stored.sync_appointment_oid or "").strip().lower()
    return Booking(
        mandator=mandator,
        booking_id=BookingId(stored.id),
        resource=ResourceId(stored.resource_id),
        title=stored.title if is_detailed else PRIVATE_TITLE,
        time=Interval(stored.begin, stored.end),
        prepared=_prepared(stored),
        status=MEANINGS[stored.status],
        organizer=PersonId(organizer.id),
        organizer_address=(organizer.mail or "").strip().lower(),
        participants=tuple(
            Participant((p.mail or "").strip().lower(), p.name, PersonId(p.person_id) or None)
            for p in stored.participants
        )
        if is_detailed
        else (),
        is_private=stored.private,
        is_from_job_manager=bool(stored.lesson_id),
        appointment_oid=None if oid in {"", _NO_GUID} else oid,
        series_id=stored.series_id or None,
        series_pattern=_pattern_of(visit, stored),
        modified_on=_stamp(stored.modified_on),
        custom_fields={
            name: str(value) for name, value in stored.custom_fields.items() if value is not None
        }
        if is_detailed
        else {},
    )


def _prepared(stored: Stored) -> Interval:
    begin, end = stored.begin_preparation, stored.end_follow_up
    start = stored.begin if stored.begin - begin > LONGEST_TIME else begin
    until = stored.end if end - stored.end > LONGEST_TIME else end
    return Interval(min(start, stored.begin), max(until, stored.end))


def _pattern_of(visit: Visit, stored: Stored) -> Pattern | None:
    series = visit.house.store.series.get(stored.series_id or 0)
    if series is None:
        return None
    dto = series_dto(series, visit.house.switches)
    return _pattern(series, dto["recurrenceType"])


@cache
def _pattern(series: Series, kind: str) -> Pattern | None:
    pattern = series.pattern
    told = {
        "recurrenceType": kind,
        "interval": pattern.interval,
        "days": list(pattern.days),
        "dayInMonth": pattern.day_in_month,
        "weekNumber": pattern.week_number,
        "monthOfYear": pattern.month_of_year,
        "everyWeekDay": pattern.means_every_week_day,
    }
    return SeriesPayload.read(told, "series").to_pattern()


def _stamp(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def cancelled_statuses() -> frozenset[Status]:
    """Return the statuses that block nothing."""
    return frozenset(s for s, meaning in MEANINGS.items() if meaning is BookingStatus.CANCELLED)
