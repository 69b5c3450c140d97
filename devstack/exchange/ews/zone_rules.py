"""Time zones as EWS describes them: periods and transitions out, a bias and two dates in.

Only the rules of the present year are described, as if they had always been the same.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.soap import Element, first, t, text_of
from devstack.exchange.model.zones import Zone

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the clocks: on the nth (5: last) weekday of a month, at a wall-clock time."""

    month: int
    nth: int
    weekday: int
    at: timedelta
    to_daylight: bool

    def on(self, year: int) -> datetime:
        """Return the wall-clock moment in a year, before the change."""
        day = datetime.combine(date(year, self.month, 1), time())
        day += timedelta(days=(self.weekday - day.weekday()) % 7 + 7 * (self.nth - 1))
        while day.month != self.month:
            day -= timedelta(days=7)
        return day + self.at


@dataclass(frozen=True, slots=True)
class Rules:
    """UTC offsets (positive in the east) and the changes between them; none without summer time."""

    standard: timedelta
    daylight: timedelta
    changes: tuple[Change, ...]

    def wall(self, instant: datetime) -> datetime:
        """Return the wall-clock time of an instant."""
        utc = instant.astimezone(UTC).replace(tzinfo=None)
        if len(self.changes) != 2:
            return utc + self.standard
        begins, ends = sorted(self.changes, key=lambda c: not c.to_daylight)
        starts = begins.on(utc.year) - self.standard
        stops = ends.on(utc.year) - self.daylight
        is_north = starts < stops
        is_summer = starts <= utc < stops if is_north else not stops <= utc < starts
        return utc + (self.daylight if is_summer else self.standard)

    def instant(self, wall: datetime) -> datetime:
        """Return the instant of a wall-clock time; one that is there twice is the first."""
        found = [
            moment
            for offset in (self.daylight, self.standard)
            if self.wall(moment := (wall - offset).replace(tzinfo=UTC)) == wall
        ]
        return next(iter(found), (wall - self.standard).replace(tzinfo=UTC))


@cache
def rules_of(zone: Zone, year: int) -> Rules:
    """Return the rules of a zone in a year."""
    moment, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found: list[Change] = []
    offsets = {_offset(zone, moment)}
    while moment < end:
        before, after = _offset(zone, moment), _offset(zone, moment + timedelta(hours=1))
        moment += timedelta(hours=1)
        if before != after:
            offsets.add(after)
            found.append(_change(moment, before, is_daylight=after > before))
    if len(found) != 2:
        return Rules(_offset(zone, end), _offset(zone, end), ())
    return Rules(min(offsets), max(offsets), tuple(found))


def definition(zone: Zone, name: str, year: int, *, is_full: bool) -> Element:
    """Return a TimeZoneDefinition."""
    if not is_full:
        return t("TimeZoneDefinition", Id=name, Name=name)
    rules = rules_of(zone, year)
    periods = [_period("Standard", name, rules.standard)]
    if rules.changes:
        periods.append(_period("Daylight", name, rules.daylight))
    lines = [
        t(
            "RecurringDayTransition",
            _to(_period_id("Daylight" if change.to_daylight else "Standard", name), "Period"),
            t("TimeOffset", _duration(change.at)),
            t("Month", str(change.month)),
            t("DayOfWeek", DAYS[change.weekday]),
            t("Occurrence", str(-1 if change.nth == 5 else change.nth)),
        )
        for change in rules.changes
    ] or [t("Transition", _to(_period_id("Standard", name), "Period"))]
    return t(
        "TimeZoneDefinition",
        t("Periods", *periods),
        t("TransitionsGroups", t("TransitionsGroup", *lines, Id="0")),
        t("Transitions", t("Transition", _to("0", "Group"))),
        Id=name,
        Name=name,
    )


def bias_element(zone: Zone, year: int) -> Element:
    """Return a TimeZone: the bias is minutes to the west, as in the availability service."""
    rules = rules_of(zone, year)
    sides = {c.to_daylight: c for c in rules.changes}
    return t(
        "TimeZone",
        t("Bias", str(-int(rules.standard / MINUTE))),
        _side("StandardTime", sides.get(False), timedelta(0)),
        _side("DaylightTime", sides.get(True), rules.daylight - rules.standard),
    )


def read_bias(element: Element | None) -> Rules:
    """Read a TimeZone of a request; without one Exchange does not know what times mean."""
    standard, daylight = (
        None if element is None else first(element, tag) for tag in ("StandardTime", "DaylightTime")
    )
    if element is None or standard is None or daylight is None:
        raise EwsError("ErrorInvalidTimeZone", "The time zone of the request is missing.")
    bias = -int(text_of(element, "Bias") or "0") * MINUTE
    rules = Rules(
        bias - int(text_of(standard, "Bias") or "0") * MINUTE,
        bias - int(text_of(daylight, "Bias") or "0") * MINUTE,
        (_read_side(standard, to_daylight=False), _read_side(daylight, to_daylight=True)),
    )
    return rules if rules.standard != rules.daylight else Rules(rules.standard, rules.standard, ())


def _change(moment: datetime, before: timedelta, *, is_daylight: bool) -> Change:
    wall = (moment + before).replace(tzinfo=None)
    is_last = (wall + timedelta(days=7)).month != wall.month
    at = timedelta(hours=wall.hour, minutes=wall.minute)
    nth = 5 if is_last else (wall.day - 1) // 7 + 1
    return Change(wall.month, nth, wall.weekday(), at, is_daylight)


def _read_side(element: Element, *, to_daylight: bool) -> Change:
    hour, minute, *_ = (int(part) for part in (text_of(element, "Time") or "0:0").split(":"))
    nth = int(text_of(element, "DayOrder") or "1")
    return Change(
        int(text_of(element, "Month") or "1"),
        5 if nth == -1 else nth,
        DAYS.index(text_of(element, "DayOfWeek") or "Sunday"),
        timedelta(hours=hour, minutes=minute),
        to_daylight,
    )


def _side(tag: str, change: Change | None, bias: timedelta) -> Element:
    at = timedelta(0) if change is None else change.at
    return t(
        tag,
        t("Bias", str(-int(bias / MINUTE))),
        t("Time", f"{at // HOUR:02d}:{at % HOUR // MINUTE:02d}:00"),
        t("DayOrder", str(1 if change is None else change.nth)),
        t("Month", str(1 if change is None else change.month)),
        t("DayOfWeek", DAYS[6 if change is None else change.weekday]),
    )


def _period(kind: str, name: str, offset: timedelta) -> Element:
    return t("Period", Bias=_duration(-offset), Name=kind, Id=_period_id(kind, name))


def _period_id(kind: str, name: str) -> str:
    return f"trule:Microsoft/Registry/{name}/1-{kind}"


def _to(target: str, kind: str) -> Element:
    return t("To", target, Kind=kind)


def _duration(span: timedelta) -> str:
    minutes = int(abs(span) / MINUTE)
    return f"{'-' if span < timedelta(0) else ''}PT{minutes // 60}H{minutes % 60}M"


def _offset(zone: Zone, moment: datetime) -> timedelta:
    return moment.astimezone(zone.info).utcoffset() or timedelta(0)
