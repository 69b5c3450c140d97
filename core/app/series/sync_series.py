"""One look at a series: read both sides, decide per date, write for many at once, remember."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.app.evidence import Beginning
from core.app.questions import declined_of, with_questions
from core.app.report import Report
from core.app.series.agreed import booking_is_as_agreed, event_is_as_agreed
from core.app.series.announce import note_arrival
from core.app.series.apply import apply_series_steps
from core.app.series.become_single import become_single
from core.app.series.current import is_awaited, require_current, versions_of
from core.app.series.horizon import horizon_of
from core.app.series.read_bookings import read_bookings
from core.app.series.read_event import read_event
from core.app.series.remember import SeriesPass, note_seen, remember_series
from core.app.services import Services
from core.app.whereabouts import Found, NotYetThereError
from core.domain.interval import Interval
from core.domain.work import BookingKey, EventKey, ItemKey, MappingKey, WorkItem
from core.errors import ClaimedError, NotASeriesError, NotFoundError, PermanentError
from core.sync.context import Context
from core.sync.observed import Observed
from core.sync.series.build import sight_of
from core.sync.series.drafts import Read
from core.sync.series.owed import owing
from core.sync.series.plan import plan_series
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import SeriesStep, describe_series
from core.sync.steps import Outcome

MOST_ROUNDS = 40
"""No series needs more rounds of plan and apply; one that does would never end (P11)."""

PATIENT_TRIES = 4
AS_AGREED = "it shows what was agreed on"


async def sync_series(found: Found, item: WorkItem, context: Context, services: Services) -> Report:
    """Make both sides of a series agree; raises as `sync_item` does."""
    _respect_lease(found, context)
    try:
        return await _sync(found, item, context, services)
    except NotASeriesError:
        if found.mapping.series is None:
            # It is none yet: there is nothing to become a single meeting again.
            raise
        return await become_single(found, item, context, services)


async def _sync(found: Found, item: WorkItem, context: Context, services: Services) -> Report:
    if await _is_echo_of_booking(found, item, context, services):
        return Report(outcome=Outcome.IN_STEP, reason=AS_AGREED, mapping_id=found.mapping.id)
    sight = await observe_series(found, item, context, services)
    if sight is None:
        return Report(outcome=Outcome.IN_STEP, reason=AS_AGREED, mapping_id=found.mapping.id)
    require_current(item, sight)
    report = await _agree(sight, found, item, context, services)
    if is_awaited(item, sight):
        raise NotYetThereError("the notified version cannot be read yet")
    return report


async def observe_series(
    found: Found, item: WorkItem, context: Context, services: Services
) -> SeriesSight | None:
    """Return both sides; None when Exchange alone shows that there is nothing to do."""
    read = await read_event(found, item, context, services)
    horizon, is_bounded = await horizon_of(found, read, item, context, services)
    if read.event is not None and not isinstance(item.key, BookingKey) and not item.thorough:
        seen = sight_of(found.mapping, Read(event=read.event), horizon, context)
        if event_is_as_agreed(seen, context):
            await note_seen(seen, versions_of(item, seen), services)
            return None
    span = _span(found, horizon, context)
    both = await read_bookings(found, read, span, context, services, item=item)
    sight = replace(sight_of(found.mapping, both, horizon, context), is_bounded=is_bounded)
    return await _with_answers(sight, item, context, services)


async def _agree(
    sight: SeriesSight, found: Found, item: WorkItem, context: Context, services: Services
) -> Report:
    master = None if sight.event is None else sight.event.master
    leaving = (*sight.extra, *sight.released)
    began = Beginning(at=context.now, event=master, bookings=(*sight.bookings, *leaving))
    steps: list[SeriesStep] = []
    changes: tuple[str, ...] = ()
    written = timedelta(0)
    versions = versions_of(item, sight)
    for _ in range(MOST_ROUNDS):
        plan = plan_series(sight, context)
        changes = changes or plan.found
        if not plan.steps:
            break
        sight = await note_arrival(sight, services)
        steps += plan.steps
        before = services.clock.now()
        sight = await apply_series_steps(
            sight,
            plan.steps,
            context,
            services,
            is_patient=item.attempt < PATIENT_TRIES,
            is_last_try=item.attempt >= services.retries.most_locked_tries,
        )
        written += services.clock.now() - before
        sight = owing(sight, plan.plans)
    else:
        raise PermanentError("the plan for this series does not come to an end")
    is_ours = plan.outcome not in {Outcome.IGNORED, Outcome.WAITING} or _has_waiting(sight)
    if is_ours or sight.mapping.version is not None:
        ended = SeriesPass(
            before=found.mapping,
            item=item,
            plan=plan,
            steps=tuple(steps),
            found=changes,
            versions=versions,
            began=began,
            written=written,
        )
        await remember_series(sight, ended, context, services)
    elif found.claim is not None and not steps:
        await services.pointers.remove(found.claim)
    if plan.again_s is not None:
        await _look_again(plan.again_s, sight, item, services)
    return Report(
        outcome=plan.outcome,
        reason=plan.reason,
        mapping_id=sight.mapping.id,
        steps=tuple(map(describe_series, steps)),
        found=changes,
    )


def _has_waiting(sight: SeriesSight) -> bool:
    """Tell whether dates wait beyond what ROOMS takes now: the link is needed to come back."""
    return sight.event is not None and sight.is_cut_short


async def _is_echo_of_booking(
    found: Found, item: WorkItem, context: Context, services: Services
) -> bool:
    """Tell whether the booking that was notified shows what was agreed on; note its stamp."""
    series, key = found.mapping.series, item.key
    if series is None or not isinstance(key, BookingKey) or item.thorough or found.lost is not None:
        return False
    link = series.date_of(key.booking_id)
    if link is None or found.mapping.pending is not None:
        return False
    try:
        booking = found.booking or await services.rooms.get_booking(key.booking_id)
    except NotFoundError:
        return False
    shown = replace(booking, appointment_oid=found.mapping.id)
    if not booking_is_as_agreed(shown, link, context):
        return False
    settled = tuple(
        each.settle(*item.versions, booking.modified_on)
        if each.booking_id == key.booking_id
        else each
        for each in link.bookings
    )
    if settled != link.bookings:
        changed = replace(link, bookings=settled)
        dates = tuple(changed if date is link else date for date in series.dates)
        noted = replace(found.mapping, series=replace(series, dates=dates))
        await services.mappings.save(noted)
    return True


async def _with_answers(
    sight: SeriesSight, item: WorkItem, context: Context, services: Services
) -> SeriesSight:
    """Ask about those dates whose decision hangs on more than both sides."""
    changed: dict[datetime, Observed] = {}
    for date in sight.dates:
        seen = date.seen
        raises = seen.refusals or declined_of(seen, context.directory)
        is_new = seen.event is None and not seen.event_gone and not date.is_deleted
        if raises or is_new or context.directory.policies.resolve_groups:
            changed[date.original_start] = await with_questions(seen, item, context, services)
    return sight.with_seen(changed)


async def _look_again(
    after_s: float, sight: SeriesSight, item: WorkItem, services: Services
) -> None:
    key: ItemKey = MappingKey(sight.mapping.id, sight.mapping.home)
    if sight.mapping.version is None and sight.event is not None:
        master = sight.event.master
        key = EventKey(master.place, master.event_id)
    again = replace(item, key=key, version="", also=(), thorough=True, attempt=item.attempt + 1)
    due = services.clock.now() + timedelta(seconds=after_s)
    holders = dict.fromkeys(key for date in sight.dates for key in date.seen.holders)
    await services.queue.send([replace(again, key=holder, attempt=0) for holder in holders])
    await services.queue.schedule(again, due)


def _respect_lease(found: Found, context: Context) -> None:
    pending = found.mapping.pending
    if pending is not None and pending.lease_until > context.now:
        wait = (pending.lease_until - context.now).total_seconds()
        raise ClaimedError("another worker is creating this series", retry_after_s=wait)


def _span(found: Found, horizon: datetime, context: Context) -> Interval:
    """Return in which span cancelled bookings are asked for, too."""
    known = found.mapping.time
    start = context.now - timedelta(days=7)
    end = max(horizon, context.now)
    return Interval(start, max(end, known.end) if known is not None else end)
