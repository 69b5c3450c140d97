"""Writes down what is about to be done with a series, so that a crash leaves a trace (design 4)."""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime

from core.app.apply import lease
from core.app.remember import point_to
from core.app.services import Services
from core.domain.mapping import (
    Baseline,
    Mapping,
    MappingState,
    Pending,
    PendingKind,
    SeriesLink,
)
from core.sync.fold import with_taken_off
from core.sync.move import found_at
from core.sync.series.foresee import foreseen
from core.sync.series.sight import SeriesSight
from core.sync.steps import UpdateEvent


async def announce(
    sight: SeriesSight,
    pending: Pending,
    services: Services,
    agreed: Table[datetime, Baseline | None],
) -> SeriesSight:
    """Store the link with what is being done, and what these dates will have agreed on then."""
    head = _where_it_is(sight)
    marked = replace(_as_seen(replace(sight, mapping=head), agreed), pending=pending)
    if marked.version is None or marked.event is None:
        marked = replace(marked, state=MappingState.CREATING)
    if pending.kind is PendingKind.CREATE_EVENT:
        marked = replace(marked, state=MappingState.CREATING, event=None)
    return replace(sight, mapping=await services.mappings.save(marked))


async def note_arrival(sight: SeriesSight, services: Services) -> SeriesSight:
    """Store that a series has moved, before more is tried: what is done is not done again (R-103).

    What a new series does not know yet of its dates is still to be restored.
    """
    if not _has_moved(sight) or not sight.mapping.is_pending(PendingKind.MOVE_EVENT):
        return sight
    pending = Pending(kind=PendingKind.RESCHEDULE, lease_until=lease(services))
    return await announce(sight, pending, services, {})


async def note_baselines(
    sight: SeriesSight, services: Services, agreed: Table[datetime, Baseline | None]
) -> SeriesSight:
    """Store the link with what these dates count as having agreed on."""
    return await _note(sight, _as_seen(sight, agreed), services)


async def remember_wishes(
    sight: SeriesSight, steps: Table[datetime, UpdateEvent], services: Services
) -> SeriesSight:
    """Write down which resources are about to leave dates: once off, they do not tell (D2)."""
    leaving = {start: step.takes_off for start, step in steps.items() if step.takes_off}
    if not leaving:
        return sight
    changed = {}
    for start, resources in leaving.items():
        seen = sight.date(start).seen
        kept = with_taken_off(seen.refusals, resources)
        mapping = replace(seen.mapping, refusals=kept)
        changed[start] = replace(seen, refusals=kept, mapping=mapping)
    sight = sight.with_seen(changed)
    if sight.mapping.version is None:
        return sight
    return await _note(sight, _as_seen(sight, {}), services)


async def _note(sight: SeriesSight, marked: Mapping, services: Services) -> SeriesSight:
    """Store a link in the midst of a pass, findable by what it holds now.

    Nothing is announced, so that no later look would know that its pointers are still to come.
    """
    await point_to(sight.mapping, marked, services)
    return replace(sight, mapping=await services.mappings.save(marked))


def _where_it_is(sight: SeriesSight) -> Mapping:
    """Return the link; of a series that has left its old calendar, in the new one (R-103).

    What is announced takes the place of the mark that led there: without either, the next look
    would find the series gone, and cancel what is booked for it. Until then the mark is enough.
    """
    if sight.event is None or not _has_moved(sight):
        return sight.mapping
    return found_at(sight.mapping, sight.event.master)


def _has_moved(sight: SeriesSight) -> bool:
    return any(date.seen.moved for date in sight.dates)


def _as_seen(sight: SeriesSight, agreed: Table[datetime, Baseline | None]) -> Mapping:
    """Return the link with its dates as this pass knows them; those not looked at stay."""
    head = sight.mapping
    if sight.rule is None:
        raise ValueError("a series without a rule has nothing to announce")
    if sight.event is not None and head.event is None:
        head = found_at(head, sight.event.master)
    dates = (*sight.kept, *foreseen(sight, agreed))
    series = SeriesLink(
        recurrence=head.series.recurrence if head.series is not None else sight.rule,
        dates=tuple(sorted(dates, key=lambda link: link.original_start)),
        horizon=head.series.horizon if head.series is not None else sight.horizon,
        rooms_series=sight.own_series,
    )
    return replace(head, bookings=(), baseline=None, refusals=(), series=series)
