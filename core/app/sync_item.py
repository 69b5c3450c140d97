"""The one use case: read the present state of both sides of a link and make them agree.

Every trigger ends here: notification, webhook, poll, delta, sweep, retry, operator. The same call
again does nothing; a crash anywhere leaves a state that the next call carries on from.
"""

from dataclasses import replace
from datetime import timedelta

from core.app.apply import apply_steps
from core.app.evidence import Beginning
from core.app.given_up import make_good_link
from core.app.lagging import is_awaited, require_current
from core.app.locate import locate
from core.app.locate_booking import is_series_by_now
from core.app.mass_loss import MassLossError
from core.app.observe import is_partial, observe
from core.app.rematch import MadeAnewError
from core.app.remember import Pass, note_arrival, note_versions, remember, versions_of, with_seen
from core.app.report import FORWARDED, Report
from core.app.services import Services
from core.app.waiting import wake_for_booking
from core.app.whereabouts import Elsewhere, Found, Nothing, NotYetThereError, is_series
from core.domain.event import EventKind
from core.domain.mapping import Mapping
from core.domain.work import EventKey, ItemKey, MappingKey, Source, WorkItem
from core.errors import (
    NotASeriesError,
    PermanentError,
    PreconditionFailedError,
    RoomSyncError,
    ServiceUnavailableError,
)
from core.sync.context import Context
from core.sync.move import has_arrived
from core.sync.observed import Observed
from core.sync.plan import plan_sync
from core.sync.steps import Outcome, Step, describe

MOST_ROUNDS = 16
"""No link needs more rounds of plan and apply; one that does would never end (P11)."""

MOST_LOOKS = 3
"""How often a pass starts anew because something changed under its hands."""

UNKNOWN_OUTCOME_S = 15.0
"""How long a create that got no answer is left alone before it is looked for."""

PATIENT_TRIES = 4
"""How often a slot that somebody is about to leave is waited for; two that swap never would."""


async def sync_item(item: WorkItem, services: Services) -> Report:
    """Take one look; TransientError and PermanentError are for the caller to retry or give up."""
    for _ in range(MOST_LOOKS - 1):
        try:
            return await _look(item, services)
        except PreconditionFailedError:
            continue
    try:
        return await _look(item, services)
    except PreconditionFailedError as error:
        raise ServiceUnavailableError("the item keeps changing under our hands") from error


async def preview_item(item: WorkItem, services: Services) -> Report:
    """Return what a look would do first, writing nothing but pointers (dry run)."""
    context = await _context(item, services)
    where = await locate(item, services)
    match where:
        case Elsewhere(key):
            return await preview_item(replace(item, key=key), services)
        case Nothing(reason):
            return Report(outcome="nothing", reason=reason)
        case Found():
            try:
                found = replace(where, mapping=_without_draft(where.mapping))
                return await _preview(found, replace(item, thorough=True), context, services)
            finally:
                await _give_back(where, services)


def _without_draft(mapping: Mapping) -> Mapping:
    """Return a link without the draft that a run has open in ROOMS: a dry run drops nothing."""
    if mapping.pending is None:
        return mapping
    return replace(mapping, pending=replace(mapping.pending, draft_context=None))


async def _preview(found: Found, item: WorkItem, context: Context, services: Services) -> Report:
    if is_series(found):
        from core.app.series.preview import preview_series  # noqa: PLC0415 - only for series

        return await preview_series(found, item, context, services)
    seen = await observe(found, item, context, services)
    plan = plan_sync(seen, context)
    return Report(
        outcome=plan.outcome,
        reason=plan.reason,
        mapping_id=found.mapping.id,
        steps=tuple(describe(step, is_private=seen.is_private) for step in plan.steps),
        found=() if seen.is_private else plan.found,
    )


async def _look(item: WorkItem, services: Services) -> Report:
    where = await locate(item, services)
    match where:
        case Elsewhere(key):
            await services.queue.send([replace(item, key=key)])
            return Report(outcome=FORWARDED, reason="another session works on it")
        case Nothing(reason, freed):
            if freed is not None:
                await wake_for_booking(freed, services)
            return Report(outcome="nothing", reason=reason)
        case Found():
            try:
                report = await _sync(where, item, services)
                await make_good_link(where.mapping, services)
            except (MadeAnewError, MassLossError) as error:
                return Report(outcome="nothing", reason=str(error), mapping_id=where.mapping.id)
            except RoomSyncError as error:
                await _let_go(where, error, services)
                raise
            return report


async def _sync(found: Found, item: WorkItem, services: Services) -> Report:
    context = await _context(item, services)
    if is_series(found):
        return await _sync_series(found, item, context, services)
    seen = await observe(found, item, context, services)
    is_series_now = seen.event is not None and seen.event.kind is EventKind.SERIES_MASTER
    mandator = found.mapping.mandator
    if is_series_now or await is_series_by_now(seen.active_bookings, mandator, services):
        # A single meeting by now repeats (S02).
        try:
            return await _sync_series(found, item, context, services)
        except NotASeriesError:
            if is_series_now:
                raise
        # What is left of a ROOMS series is one meeting in Exchange: it is kept as such.
        found = replace(found, mapping=await _as_stored(found.mapping, services))
        seen = await observe(found, item, context, services)
    require_current(item, seen)
    report = await _agree(seen, found, item, context, services)
    if is_awaited(item, seen):
        raise NotYetThereError("the notified version cannot be read yet")
    return report


async def _as_stored(mapping: Mapping, services: Services) -> Mapping:
    """Return a link as the attempt to take it for a series has left it."""
    return await services.mappings.get(mapping.id) or mapping


async def _sync_series(
    found: Found, item: WorkItem, context: Context, services: Services
) -> Report:
    """Go the way of series; it is loaded only where there is one."""
    from core.app.series.sync_series import sync_series  # noqa: PLC0415 - only for series

    return await sync_series(found, item, context, services)


async def _agree(
    seen: Observed, found: Found, item: WorkItem, context: Context, services: Services
) -> Report:
    """Plan and apply until both sides agree, then remember it."""
    versions = versions_of(item, seen)
    if is_partial(seen) and found.mapping.version is not None:
        await note_versions(found.mapping, seen, versions, services)
        reason = "it shows what was agreed on"
        return Report(outcome=Outcome.IN_STEP, reason=reason, mapping_id=found.mapping.id)
    began = Beginning(at=context.now, event=seen.event, bookings=seen.bookings)
    steps: list[Step] = []
    changes: tuple[str, ...] = ()
    written = timedelta(0)
    for _ in range(MOST_ROUNDS):
        plan = plan_sync(seen, context)
        changes = changes or plan.found
        if not plan.steps:
            break
        if has_arrived(seen):
            seen = await note_arrival(seen, services)
        steps += plan.steps
        before = services.clock.now()
        seen = await apply_steps(
            seen,
            plan.steps,
            context,
            services,
            is_patient=item.attempt < PATIENT_TRIES,
            is_last_try=item.attempt >= services.retries.most_locked_tries,
        )
        written += services.clock.now() - before
        versions = with_seen(versions, seen)
    else:
        raise PermanentError("the plan for this link does not come to an end")
    is_ours = plan.outcome not in {Outcome.IGNORED, Outcome.WAITING}
    if is_ours or seen.mapping.pending is not None:
        ended = Pass(
            item=item,
            plan=plan,
            steps=tuple(steps),
            found=changes,
            versions=versions,
            began=began,
            written=written,
        )
        await remember(seen, ended, context, services)
    elif seen.mapping.version is None:
        await _give_back(found, services)
    if plan.again_s is not None:
        await _look_again(plan.again_s, seen, item, services)
    return Report(
        outcome=plan.outcome,
        reason=plan.reason,
        mapping_id=seen.mapping.id,
        steps=tuple(map(describe, steps)),
        found=changes,
    )


async def _look_again(after_s: float, seen: Observed, item: WorkItem, services: Services) -> None:
    """Come back to a link by itself: what it waits for is not told by anybody."""
    key: ItemKey = MappingKey(seen.mapping.id, seen.mapping.home)
    if seen.mapping.version is None and seen.event is not None:
        key = EventKey(seen.event.place, seen.event.event_id)
    again = replace(item, key=key, version="", also=(), thorough=True, attempt=item.attempt + 1)
    due = services.clock.now() + timedelta(seconds=after_s)
    # Those in the way may not know yet that ROOMS will refuse them: they are looked at first.
    await services.queue.send([replace(again, key=holder, attempt=0) for holder in seen.holders])
    await services.queue.schedule(again, due)


async def _let_go(found: Found, error: RoomSyncError, services: Services) -> None:
    """Free the claim or shorten the lease after a failure, so that a retry need not wait."""
    stored = await services.mappings.get(found.mapping.id)
    if stored is None:
        await _give_back(found, services)
        return
    if stored.pending is None or stored.version == found.mapping.version:
        return
    unknown = isinstance(error, ServiceUnavailableError)
    wait = timedelta(seconds=UNKNOWN_OUTCOME_S if unknown else 0)
    pending = replace(stored.pending, lease_until=services.clock.now() + wait)
    await services.mappings.save(replace(stored, pending=pending))


async def _give_back(found: Found, services: Services) -> None:
    if found.claim is not None:
        await services.pointers.remove(found.claim)


async def _context(item: WorkItem, services: Services) -> Context:
    return Context(
        directory=await services.roster.directory(),
        keys=services.keys,
        now=services.clock.now(),
        is_by_hand=item.source is Source.OPERATOR,
        attempt=item.attempt,
    )
