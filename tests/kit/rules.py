"""Random rules of series: all patterns and ranges, in zones that change their clocks, or do not."""

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from core.domain.series import (
    WORKING_DAYS,
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)

ZONES = (
    "Europe/Zurich",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
)

weekdays = st.sampled_from(Weekday)
some_weekdays = st.frozensets(weekdays, min_size=1)
intervals = st.integers(1, 4)
months = st.integers(1, 12)
days_of_month = st.one_of(st.integers(1, 28), st.integers(29, 31))


@st.composite
def patterns(draw):
    kind = draw(st.sampled_from(PatternKind))
    values = {"kind": kind, "interval": draw(intervals)}
    if kind is PatternKind.WEEKLY:
        values |= {"weekdays": draw(some_weekdays), "first_weekday": draw(weekdays)}
    if kind in {PatternKind.ABSOLUTE_YEARLY, PatternKind.RELATIVE_YEARLY}:
        values["month"] = draw(months)
    if kind in {PatternKind.ABSOLUTE_MONTHLY, PatternKind.ABSOLUTE_YEARLY}:
        day = draw(days_of_month)
        longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[values.get("month", 1) - 1]
        values["day_of_month"] = min(day, longest)
    if kind in {PatternKind.RELATIVE_MONTHLY, PatternKind.RELATIVE_YEARLY}:
        values |= {
            "weekdays": draw(st.one_of(some_weekdays, st.just(WORKING_DAYS))),
            "index": draw(st.sampled_from(WeekIndex)),
        }
    return Pattern(**values)


@st.composite
def recurrences(draw):
    first = draw(st.dates(date(2005, 1, 1), date(2037, 12, 31)))
    start = datetime.combine(first, time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))))
    length = timedelta(minutes=draw(st.sampled_from([0, 30, 60, 450, 1440, 3000])))
    bound = draw(st.sampled_from(["last", "count", "none"]))
    values = {}
    if bound == "last":
        values["last"] = first + timedelta(days=draw(st.integers(0, 900)))
    if bound == "count":
        values["count"] = draw(st.integers(1, 40))
    return Recurrence(
        pattern=draw(patterns()),
        range=SeriesRange(first=first, **values),
        span=WallSpan(start=start, end=start + length),
        zone=draw(st.sampled_from(ZONES)),
    )
