"""What the link of a series remembers when a pass has reached its end."""

from dataclasses import replace
from datetime import datetime

from core.domain.ids import EventVersion
from core.domain.interval import Interval
from core.domain.mapping import DateLink, EventLink, Mapping, MappingState, SeriesLink
from core.sync.context import Context
from core.sync.observed import Observed
from core.sync.record import Versions, settled
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import SeriesPlan
from core.sync.series.views import mapping_as_link
from core.sync.steps import Outcome, Plan


def settled_series(
    sight: SeriesSight, plan: SeriesPlan, context: Context, versions: Versions
) -> Mapping:
    """Return the link of a series as it is to be stored after a pass with an empty last `plan`."""
    head, event = sight.mapping, sight.event
    dates = (*sight.kept, *(_settled_date(d, plan, context, versions) for d in sight.dates))
    links = tuple(sorted(dates, key=lambda link: link.original_start))
    if sight.rule is None:
        return replace(head, pending=None, changed_at=context.now)
    series = SeriesLink(
        recurrence=sight.rule,
        dates=links,
        horizon=sight.horizon,
        asked_at=_asked_at(sight, context),
        rooms_series=sight.own_series,
    )
    return replace(
        head,
        state=_state(sight, links),
        home=event.master.place if event is not None else head.home,
        event=_event_link(sight, versions.event),
        bookings=(),
        time=_span(sight) or head.time,
        baseline=None,
        pending=None,
        refusals=(),
        conflicts=0,
        occasions=head.occasions + sight.told,
        series=series,
        changed_at=context.now,
    )


def _settled_date(
    date: DateSight, plan: SeriesPlan, context: Context, versions: Versions
) -> DateLink:
    """Return the link of one date; the versions that it met are its own bookings'."""
    seen = date.seen
    met = {*(link for b in seen.mapping.bookings for link in b.settled), *_stamps(seen)}
    own = Versions(booking=tuple(stamp for stamp in versions.booking if stamp in met))
    last = plan.plans.get(date.original_start) or Plan(outcome=Outcome.IGNORED, reason="")
    mapping = settled(seen, last, context, own)
    is_deleted = seen.event is None and mapping.state is MappingState.CANCELLED
    return mapping_as_link(mapping, date.original_start, is_deleted=is_deleted)


def _stamps(seen: Observed) -> tuple[str, ...]:
    return (*seen.made_stamps, *(booking.modified_on for booking in seen.bookings))


def _event_link(sight: SeriesSight, versions: tuple[EventVersion, ...]) -> EventLink | None:
    known, event = sight.mapping.event, sight.event
    if event is None:
        return known
    master = event.master
    if known is None or known.event_id != master.event_id:
        known = EventLink(event_id=master.event_id, ical_uid=master.ical_uid)
    return known.settle(*versions, *sight.made_versions, master.version)


def _asked_at(sight: SeriesSight, context: Context) -> datetime | None:
    """Return when it was seen how far ahead ROOMS takes dates, None when it takes all of them."""
    series = sight.mapping.series
    if sight.is_cut_short:
        return context.now
    if series is None or series.asked_at is None or not sight.is_bounded:
        return None
    return series.asked_at if sight.horizon == series.horizon else context.now


def _state(sight: SeriesSight, links: tuple[DateLink, ...]) -> MappingState:
    coming = {date.original_start for date in sight.dates}
    now = {link.state for link in links if link.original_start in coming and not link.is_deleted}
    graded = (MappingState.LINKED, MappingState.SYNC_DISABLED, MappingState.REJECTED)
    found = next((state for state in graded if state in now), None)
    if found is not None:
        return found
    # What waits for its window, or has only dates that are over, is still linked.
    return MappingState.LINKED if sight.event is not None and not now else MappingState.CANCELLED


def _span(sight: SeriesSight) -> Interval | None:
    """Return from when to when the dates are that are still to come."""
    times = [booking.time for booking in sight.active]
    times += [d.seen.event.time for d in sight.dates if d.seen.event is not None]
    return Interval(min(t.start for t in times), max(t.end for t in times)) if times else None
