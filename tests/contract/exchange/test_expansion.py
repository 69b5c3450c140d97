"""Any rule expands to the dates that an independent library finds (recurring-ical-events)."""

from datetime import UTC, date, datetime, time, timedelta

import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event, vRecur

from devstack.exchange.graph.recurrences import fitted, read_recurrence, recurrence_json
from devstack.exchange.model import expansion
from devstack.exchange.model.recurrence import (
    INDEXES,
    WEEKDAYS,
    Pattern,
    PatternKind,
    Range,
    RangeKind,
    Recurrence,
)
from devstack.exchange.model.values import Content, ZonedTime
from devstack.exchange.model.zones import zone
from tests.kit.search import examples

ZONES = [
    "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo",
    "America/Santiago", "Pacific/Auckland", "UTC",
]  # fmt: skip
SHORT = [name[:2].upper() for name in WEEKDAYS]
FROM_SUNDAY = ("sunday", *WEEKDAYS[:-1])
DAY_SETS = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(
    lambda days: tuple(sorted(days, key=FROM_SUNDAY.index))
)
SPAN = timedelta(days=1500)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    kind = draw(st.sampled_from(list(PatternKind)))
    interval = draw(st.integers(1, 4))
    is_yearly = kind in (PatternKind.ABSOLUTE_YEARLY, PatternKind.RELATIVE_YEARLY)
    month = draw(st.integers(1, 12)) if is_yearly else 0
    match kind:
        case PatternKind.DAILY:
            return Pattern(kind=kind, interval=interval)
        case PatternKind.WEEKLY:
            first = draw(st.sampled_from(WEEKDAYS))
            return Pattern(kind=kind, interval=interval, days_of_week=draw(DAY_SETS),
                           first_day_of_week=first)  # fmt: skip
        case PatternKind.ABSOLUTE_MONTHLY | PatternKind.ABSOLUTE_YEARLY:
            longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
            return Pattern(kind=kind, interval=interval, month=month,
                           day_of_month=draw(st.integers(1, longest)))  # fmt: skip
        case PatternKind.RELATIVE_MONTHLY | PatternKind.RELATIVE_YEARLY:
            return Pattern(kind=kind, interval=interval, month=month, days_of_week=draw(DAY_SETS),
                           index=draw(st.sampled_from(list(INDEXES))))  # fmt: skip


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Return an event and its rule, as somebody may ask for it."""
    where = zone(draw(st.sampled_from(ZONES)))
    day = draw(st.dates(date(1998, 1, 1), date(2034, 12, 31)))
    is_all_day = draw(st.booleans())
    minutes = 0 if is_all_day else draw(st.integers(0, 24 * 4 - 1)) * 15
    lasts = timedelta(days=1) if is_all_day else timedelta(minutes=draw(st.integers(0, 8)) * 30)
    wall = datetime(day.year, day.month, day.day, tzinfo=where.info) + timedelta(minutes=minutes)
    kind = draw(st.sampled_from(list(RangeKind)))
    pattern = draw(patterns())
    number = draw(st.integers(1, 60))
    end = day + timedelta(days=draw(st.integers(0, 1200)))
    limits = Range(
        kind=kind,
        start=day,
        end=end if kind is RangeKind.END_DATE else None,
        occurrences=number if kind is RangeKind.NUMBERED else 0,
    )
    return Content(
        start=ZonedTime(wall.astimezone(UTC), where),
        end=ZonedTime((wall + lasts).astimezone(UTC), where),
        is_all_day=is_all_day,
        recurrence=Recurrence(pattern, limits),
    )


def expected_rule(content: Content) -> vRecur:
    """Say the same rule in the words of RFC 5545."""
    rule = content.recurrence
    assert rule is not None
    pattern, limits = rule.pattern, rule.range
    days = [SHORT[WEEKDAYS.index(day)] for day in pattern.days_of_week]
    words: dict[str, object] = {
        "FREQ": {"daily": "DAILY", "weekly": "WEEKLY"}.get(
            pattern.kind, "YEARLY" if "Yearly" in pattern.kind else "MONTHLY"
        ),
        "INTERVAL": pattern.interval,
    }
    if pattern.month:
        words["BYMONTH"] = pattern.month
    if days:
        words["BYDAY"] = days
    if "relative" in pattern.kind:
        words["BYSETPOS"] = INDEXES[pattern.index]
    if pattern.kind is PatternKind.WEEKLY:
        words["WKST"] = SHORT[WEEKDAYS.index(pattern.first_day_of_week)]
    if pattern.day_of_month:
        # The last day of a shorter month stands for one that it does not have.
        last = pattern.day_of_month
        words["BYMONTHDAY"] = last if last < 29 else list(range(28, last + 1))
        if last >= 29:
            words["BYSETPOS"] = -1
    if limits.kind is RangeKind.NUMBERED:
        words["COUNT"] = limits.occurrences
    if limits.end is not None:
        last = datetime.combine(limits.end, time(23, 59, 59), content.start.zone.info)
        words["UNTIL"] = last.astimezone(UTC)
    return vRecur(words)


def by_the_oracle(content: Content, start: datetime, end: datetime) -> list[datetime]:
    event = Event()
    event.add("uid", "1")
    event.add("dtstart", content.start.wall())
    event.add("rrule", expected_rule(content))
    calendar = Calendar()
    calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(start, end)
    return sorted(e.start.astimezone(UTC) for e in found)


def has_occurrences(content: Content) -> bool:
    return content.recurrence is not None and expansion.first_date(content.recurrence) is not None


@examples(120)
@given(content=contents().filter(has_occurrences))
def test_any_rule_means_what_another_library_says(content):
    begun = fitted(None, content)
    start = begun.start.instant - timedelta(days=1)
    rule = begun.recurrence
    days = expansion.dates_between(rule, start.date() - timedelta(days=2), (start + SPAN).date())
    ours = [expansion.times_on(begun, day)[0].instant for day in days]
    theirs = by_the_oracle(begun, start, start + SPAN)

    until = start + SPAN - timedelta(days=3)
    assert [m for m in ours if m < until] == [m for m in theirs if m < until]


@examples(60)
@given(content=contents().filter(has_occurrences))
def test_every_date_keeps_its_place_on_the_wall(content):
    begun = fitted(None, content)
    where = begun.start.zone.info
    rule = begun.recurrence
    first = rule.range.start
    for day in expansion.dates_between(rule, first, first + timedelta(days=800))[:60]:
        start, end = expansion.times_on(begun, day)
        wall = datetime.combine(day, begun.start.wall().time()).replace(tzinfo=where)
        is_there = wall.astimezone(UTC).astimezone(where).time() == wall.time()
        assert start.instant == wall.astimezone(UTC)
        assert start.wall().date() == day or not is_there
        assert end.instant >= start.instant


@examples(60)
@given(content=contents().filter(has_occurrences))
def test_what_is_shown_can_be_sent_back(content):
    begun = fitted(None, content)
    shown = recurrence_json(begun.recurrence, begun.start.zone.name)
    again = Content(start=begun.start, end=begun.end, recurrence=read_recurrence(shown, "r"))
    assert recurrence_json(fitted(None, again).recurrence, begun.start.zone.name) == shown
