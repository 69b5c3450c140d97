"""A series that is a single meeting by now: one date stays, the others are cancelled."""

from dataclasses import replace

from core.app.report import Report
from core.app.series.apply import apply_series_steps
from core.app.series.read_bookings import read_bookings
from core.app.series.read_event import ReadEvent
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.event import Event
from core.domain.event_series import EventSeries
from core.domain.interval import Interval
from core.domain.mapping import DateLink, EventLink, Mapping, MappingState
from core.domain.work import MappingKey, WorkItem
from core.errors import NotFoundError, PermanentError
from core.sync.context import Context
from core.sync.series.build import sight_of
from core.sync.series.once import once
from core.sync.series.plan import plan_series
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import SeriesStep, describe_series
from core.sync.series.views import mapping_as_link
from core.sync.steps import Outcome

MOST_ROUNDS = 10


async def become_single(
    found: Found, item: WorkItem, context: Context, services: Services
) -> Report:
    """Cancel what the meeting is not held on any more, and let it be a single one from now on.

    The date nearest to it keeps its booking; a look at it as a single meeting follows.
    """
    mapping = found.mapping
    if mapping.event is None:
        raise NotFoundError("a series without an event")
    place = mapping.home if found.event is None else found.event.place
    calendar = services.calendars[place.environment]
    event = await calendar.get_event(place, mapping.event.event_id)
    read = ReadEvent(event=EventSeries(master=event, recurrence=once(event)))
    known = mapping.time or event.time
    span = Interval(min(known.start, event.time.start), max(known.end, event.time.end))
    both = await read_bookings(found, read, span, context, services, item=item)
    sight = sight_of(mapping, both, max(span.end, context.now), context)
    kept = next((d for d in sight.dates if d.seen.event is not None), None)
    steps = await _cancel(sight, kept, context, services)
    single = await services.mappings.save(_single(sight, kept, event, context))
    key = MappingKey(single.id, single.home)
    await services.queue.send([replace(item, key=key, version="", also=(), thorough=True)])
    return Report(
        outcome=Outcome.IN_STEP,
        reason="the series has become a single meeting",
        mapping_id=mapping.id,
        steps=tuple(map(describe_series, steps)),
    )


async def _cancel(
    sight: SeriesSight, kept: DateSight | None, context: Context, services: Services
) -> list[SeriesStep]:
    """Cancel the bookings of all other dates: for them, the series is gone."""
    rest = replace(
        sight,
        dates=tuple(date for date in sight.dates if date is not kept),
        event=None,
        event_gone=True,
        # What is done to a whole ROOMS series would be done to the date that stays, too.
        shared=frozenset(sight.own_series),
    )
    done: list[SeriesStep] = []
    for _ in range(MOST_ROUNDS):
        plan = plan_series(rest, context)
        if not plan.steps:
            return done
        done += plan.steps
        rest = await apply_series_steps(rest, plan.steps, context, services)
    raise PermanentError("the plan for this series does not come to an end")


def _single(sight: SeriesSight, kept: DateSight | None, event: Event, context: Context) -> Mapping:
    head = sight.mapping
    link = EventLink(event_id=event.event_id, ical_uid=event.ical_uid)
    known = head.event
    if known is not None and known.event_id == event.event_id:
        link = known
    bare = replace(head, series=None, event=link, pending=None, time=event.time, home=event.place)
    own = _link_of(sight, kept, event)
    if own is None:
        is_coming = event.time.end > context.now
        state = MappingState.CREATING if is_coming else MappingState.CANCELLED
        return replace(bare, state=state, bookings=(), baseline=None)
    return replace(
        bare,
        state=own.state,
        bookings=own.bookings,
        time=own.time or event.time,
        baseline=own.baseline,
        refusals=own.refusals,
        conflicts=own.conflicts,
        reinvited=own.reinvited,
    )


def _link_of(sight: SeriesSight, kept: DateSight | None, event: Event) -> DateLink | None:
    """Return what is known of the date that stays; one that is over keeps what it had (R-106)."""
    if kept is not None:
        return mapping_as_link(kept.seen.mapping, kept.original_start, is_deleted=False)
    return next((link for link in sight.kept if link.time == event.time), None)
