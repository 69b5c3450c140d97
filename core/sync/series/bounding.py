"""Gives an endless series of Outlook's an end, where the operator wants that (D14, R-642).

ROOMS has nothing endless. By default such a series is booked on with time and no end is written
back; bounded, it ends with the last date that is booked now, as the vendor does it.
"""

from datetime import timedelta

from core.domain.expansion import occurrences_in
from core.domain.interval import Interval
from core.sync.context import Context
from core.sync.series.restoring import restored
from core.sync.series.rules import Proposal, ended_before
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import ChangeRule, SeriesStep

A_DAY = timedelta(days=1)


def bounding_steps(sight: SeriesSight, context: Context) -> tuple[SeriesStep, ...]:
    """Return the one write that ends a series, nothing where it is not to be ended."""
    found = _bounded(sight, context)
    if found is None:
        return ()
    events = {date.original_start: date.seen.event for date in sight.dates}
    times = {start: event.time for start, event in events.items() if event is not None}
    return (
        ChangeRule(
            rule=found.rule,
            starts=found.starts,
            restores=restored(sight, found, times, context),
            deletes=found.surplus,
            reason="an endless series ends with its last booked date (R-642)",
        ),
    )


def _bounded(sight: SeriesSight, context: Context) -> Proposal | None:
    """Return the rule that ends with the last booked date, None where there is nothing to end.

    Exchange forgets exceptions and deleted dates by it: `surplus` are those to be deleted again.
    """
    rule = sight.rule
    if not context.directory.policies.bounds_series or rule is None or sight.event is None:
        return None
    booked = [date.original_start for date in sight.dates if date.seen.active_bookings]
    if not rule.range.is_endless or not booked:
        return None
    last = max(booked)
    shorter = ended_before(rule, last + A_DAY)
    if shorter is None:
        return None
    inside = [date for date in sight.dates if date.original_start <= last]
    span = Interval(min(date.original_start for date in inside), last + A_DAY)
    return Proposal(
        rule=shorter,
        starts={date.original_start: date.original_start for date in inside},
        times={each.original_start: each.time for each in occurrences_in(shorter, span)},
        surplus=frozenset(date.original_start for date in inside if date.seen.event is None),
    )
