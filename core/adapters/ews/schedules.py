"""The ExchangeSchedules port over GetUserAvailability (ews-and-security A7).

Asked in UTC by a zone of no rules, so that no other request has to tell what zones are; only times
are asked for (`FreeBusy`), so that no subject ever comes. Of other forests there may be no more
than the digits of cells (`MergedOnly`): without them such a calendar would look free.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import groupby

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.operations import Refusal
from core.adapters.ews.xml import Element, child, children, m, t, text
from core.adapters.exchange.free_busy import in_requests, schedule_of, unknown_for
from core.domain.event import EventPlace
from core.domain.free_busy.schedule import BusyTime, Known, Schedule, Unknown, WorkingHours
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Weekday
from core.errors import ServiceUnavailableError

LONGEST = timedelta(days=42)
"""Of one request: what Exchange 2010 takes; newer ones take 62 days."""
CELL = timedelta(minutes=15)
"""How exact digits are; as short as that costs nothing, as they come only where nothing else is."""
_SHOWN = {
    "Free": ShowAs.FREE,
    "Tentative": ShowAs.TENTATIVE,
    "OOF": ShowAs.OUT_OF_OFFICE,
    "WorkingElsewhere": ShowAs.WORKING_ELSEWHERE,
}
_DIGITS = {
    "0": ShowAs.FREE,
    "1": ShowAs.TENTATIVE,
    "2": ShowAs.BUSY,
    "3": ShowAs.OUT_OF_OFFICE,
}
"""4 is «no data» to some servers and «working elsewhere» to others: busy, as any other."""
_SPANS = frozenset({"FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged"})
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
        known = [_known(reply, window) for reply in replies]
        return dict(zip(addresses, known, strict=True))


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
            t("MergedFreeBusyIntervalInMinutes", str(int(_cell(window).total_seconds()) // 60)),
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


def _cell(window: Interval) -> timedelta:
    """Return how long the cells of a window are: 5 minutes at least, no longer than all of it."""
    return CELL if window.end - window.start >= CELL else timedelta(minutes=5)


def _known(reply: Element | Refusal, window: Interval) -> Known:
    if isinstance(reply, Refusal):
        return unknown_for(reply.code)
    view = child(reply, "FreeBusyView")
    kind = "None" if view is None else text(view, "FreeBusyViewType").strip()
    if view is None or kind == "None":
        return Unknown.NOT_ALLOWED
    try:
        if kind in _SPANS:
            busy = [_entry(event) for event in children(view, "CalendarEventArray")]
        else:
            busy = _cells(text(view, "MergedFreeBusy").strip(), window)
        return schedule_of(busy, Schedule((), _working_hours(view)))
    except (ValueError, OverflowError):
        return Unknown.OTHER


def _cells(digits: str, window: Interval) -> list[BusyTime]:
    """Return spans out of digits, neighbours of one kind in one; ValueError: the end is missing."""
    cell = _cell(window)
    if window.start + len(digits) * cell < window.end:
        raise ValueError("digits do not reach to the end of what was asked for")
    found, at = list[BusyTime](), window.start
    for digit, same in groupby(digits):
        end = at + len(list(same)) * cell
        found.append(BusyTime(Interval(at, end), _DIGITS.get(digit, ShowAs.BUSY)))
        at = end
    return found


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
