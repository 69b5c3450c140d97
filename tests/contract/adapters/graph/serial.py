"""Short words for series: rules, drafts of them, and their dates by local day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.series import Pattern, PatternKind, Recurrence, SeriesRange, WallSpan, Weekday
from tests.contract.adapters.graph.conftest import a_draft

ZURICH = "Europe/Zurich"
TUESDAYS = Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.TUESDAY}))
DAILY = Pattern(kind=PatternKind.DAILY)


def a_rule(pattern=TUESDAYS, first="2026-03-03T09:00", *, hours=1, zone=ZURICH, **bounds):
    """Return four Tuesdays, 9 to 10 in Zurich, unless told otherwise."""
    start = datetime.fromisoformat(first)
    return Recurrence(
        pattern=pattern,
        range=SeriesRange(first=start.date(), **(bounds or {"count": 4})),
        span=WallSpan(start=start, end=start + timedelta(hours=hours)),
        zone=zone,
    )


def a_series_draft(rule=None, **changes):
    rule = rule or a_rule()
    return a_draft(recurrence=rule, time_zone=rule.zone, **changes)


def on(day, clock="09:00", zone=ZURICH):
    """Return an instant by its local time; days like 03-10 are of 2026."""
    text = day if len(day) > len("03-10") else f"2026-{day}"
    return datetime.fromisoformat(f"{text}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days_of(starts, zone=ZURICH):
    return sorted(start.astimezone(ZoneInfo(zone)).strftime("%m-%d") for start in starts)


def same_rule(ours, theirs):
    """Tell whether two rules are the same but for the name of their zone and unfit first days."""
    first = ours.range.first
    return (
        (ours.pattern, ours.range.last, ours.range.count, ours.span.length)
        == (theirs.pattern, theirs.range.last, theirs.range.count, theirs.span.length)
        and ours.span.start.time() == theirs.span.start.time()
        and first <= theirs.range.first
        and isinstance(first, date)
    )


def costs(simulator):
    """Return what was asked for since the last time."""
    log = simulator.controls.requests
    done = [line.operation for line in log.since(0) if line.operation != "token.issue"]
    log.clear()
    return done
