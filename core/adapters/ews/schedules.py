"""The ExchangeSchedules port over GetUserAvailability (ews-and-security A7).

Asked in UTC by a zone of no rules, so that no other request has to tell what zones are; only times
are asked for (`FreeBusy`), so that no subject ever comes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.operations import Refusal
from core.adapters.ews.xml import Element, child, children, m, t, text
from core.adapters.free_busy import cell_minutes, in_requests, schedule_of, unknown_for
from core.domain.event import EventPlace
from core.domain.free_busy.schedule import BusyTime, Known, Schedule, Unknown, WorkingHours
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Weekday
from core.errors import ServiceUnavailableError

LONGEST = timedelta(days=42)
"""Of one request: what Exchange 2010 takes; newer ones take 62 days."""
_SHOWN = {
    "Free": ShowAs.FREE,
    "Tentative": ShowAs.TENTATIVE,
    "OOF": ShowAs.OUT_OF_OFFICE,
    "WorkingElsewhere": ShowAs.WORKING_ELSEWHERE,
}
_DAYS = {day.name.lower(): day for day in Weekday}
_WEEKDAYS = {"weekday": range(5), "weekendday": range(5, 7), "day": range(7)}


class EwsSchedules:
    """Asks as the mailbox that is asked through: impersonation is all the right that it takes."""

    def __init__(self, connection: EwsConnection) -> None:
        self._connection = connection

    async def schedules(
        self, asker: EventPlace, addresses: Sequence[str], window: Interval
    ) -> Mapping[str, Known]:
        """Return what is known of each address; a request per 20 addresses and 42 days."""
        return await in_requests(addresses, window, LONGEST, partial(self._asked, asker))

    async def _asked(
        self, asker: EventPlace, addresses: Sequence[str], window: Interval
    ) -> dict[str, Known]:
        doing = "reading free/busy"
        request = _request(addresses, window)
        replies = await self._connection.ask(asker, "GetUserAvailability", request, doing)
        if len(replies) != len(addresses):
            raise ServiceUnavailableError(f"EWS gave {len(replies)} answers while {doing}")
        return dict(zip(addresses, map(_known, replies), strict=True))


def _request(addresses: Sequence[str], window: Interval) -> Element:
    return m(
        "GetUserAvailabilityRequest",
        t(
            "TimeZone",
            t("Bias", "0"),
            _no_change("StandardTime", 1),
            _no_change("DaylightTime", 12),
        ),
        m("MailboxDataArray", *map(_mailbox, addresses)),
        t(
            "FreeBusyViewOptions",
            t(
                "TimeWindow",
                t("StartTime", _wall(window.start)),
                t("EndTime", _wall(window.end)),
            ),
            t("MergedFreeBusyIntervalInMinutes", str(cell_minutes(window))),
            t("RequestedView", "FreeBusy"),
        ),
    )


def _no_change(tag: str, month: int) -> Element:
    """Return a change of the clocks by nothing, which the schema wants all the same.

    On a day that there is, and not both on one: some servers take no others.
    """
    return t(
        tag,
        t("Bias", "0"),
        t("Time", "00:00:00"),
        t("DayOrder", "1"),
        t("Month", str(month)),
        t("DayOfWeek", "Sunday"),
    )


def _mailbox(address: str) -> Element:
    return t(
        "MailboxData",
        t("Email", t("Address", address)),
        t("AttendeeType", "Required"),
        t("ExcludeConflicts", "false"),
    )


def _known(reply: Element | Refusal) -> Known:
    if isinstance(reply, Refusal):
        return unknown_for(reply.code)
    view = child(reply, "FreeBusyView")
    if view is None or text(view, "FreeBusyViewType") == "None":
        return Unknown.NOT_ALLOWED
    try:
        busy = [_entry(event) for event in children(view, "CalendarEventArray")]
    except (ValueError, OverflowError):
        return Unknown.OTHER
    return schedule_of(busy, Schedule((), _working_hours(view)))


def _entry(event: Element) -> BusyTime:
    start, end = (_instant(text(event, tag)) for tag in ("StartTime", "EndTime"))
    show_as = _SHOWN.get(text(event, "BusyType"), ShowAs.BUSY)
    return BusyTime(Interval(start, max(start, end)), show_as)


def _working_hours(view: Element) -> WorkingHours | None:
    """Return the first period; its zone is told by rules and not by name."""
    for period in children(view, "WorkingHours", "WorkingPeriodArray"):
        words = text(period, "DayOfWeek").lower().split()
        days = {_DAYS[word] for word in words if word in _DAYS}
        days |= {Weekday(number) for word in words for number in _WEEKDAYS.get(word, ())}
        start, end = (
            _time_of_day(text(period, tag)) for tag in ("StartTimeInMinutes", "EndTimeInMinutes")
        )
        if days and start is not None and end is not None:
            return WorkingHours(frozenset(days), start, end)
    return None


def _time_of_day(minutes: str) -> time | None:
    if not minutes.strip().isdecimal():
        return None
    hours, rest = divmod(int(minutes) % 1440, 60)
    return time(hours, rest)


def _wall(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _instant(wall: str) -> datetime:
    moment = datetime.fromisoformat(wall)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
