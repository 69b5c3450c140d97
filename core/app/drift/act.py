"""What is done about differences: always a plan first, then through the queue (R-845).

    foresee      both sides are read again, the plan of each is told; nothing is written
    carry_out    the wish goes into the link (core/drift/lean.py), then a look is queued
    ignore       nothing is done until either side changes

The link is written only if nobody has changed it since the plan was made. A crash between the link
and the queue costs an hour at most: the sweep looks at every link and finds the wish in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from core.app.drift.check import Checked, check_each, key_of
from core.app.drift.read import context_of
from core.app.services import Services
from core.domain.drift import Drift, DriftState, FieldDrift, Obstacle
from core.domain.history import HistoryEntry
from core.domain.mapping import Mapping
from core.domain.wish import Wish
from core.domain.work import ItemKey, MappingKey, Source, WorkItem
from core.drift.cause import Evidence
from core.drift.foresee import Foreseen, foresee
from core.drift.judge import judge
from core.drift.lean import as_seen_then, leaned
from core.drift.life import decided
from core.errors import StaleVersionError
from core.sync.context import Context
from core.sync.observed import Observed
from core.sync.plan import plan_sync
from core.sync.series.views import mapping_as_link

IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a wish comes to for one drift. `link` is its link's part as it is to be then."""

    drift: Drift
    foreseen: Foreseen
    link: Mapping | None = None

    @property
    def fingerprint(self) -> str:
        """Return what a plan is known by: the same steps about the same values have the same."""
        told = (self.drift.id, self.drift.digest, self.foreseen)
        return sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """All that is to be done to one meeting or series: one link is written, one look queued."""

    wish: Wish
    key: ItemKey
    link: Mapping | None
    plans: tuple[Plan, ...]

    @property
    def possible(self) -> tuple[Plan, ...]:
        """Return the plans that can be carried out."""
        return tuple(plan for plan in self.plans if not plan.foreseen.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a drift that was to be put right; `trace_id` finds the look's answer."""

    drift: Drift
    problem: Obstacle | None = None
    trace_id: str = ""


async def foresee_all(drifts: Iterable[Drift], wish: Wish, services: Services) -> list[Deed]:
    """Read both sides of these drifts again and say what would be done; of some, why nothing."""
    wanted = list(drifts)
    context = replace(await context_of(services), is_by_hand=True)
    found, unread = await check_each(wanted, services)
    deeds = [_unread(drift, wish) for drift in unread]
    for checked in found:
        own = [drift for drift in wanted if key_of(drift) == checked.key]
        plans = tuple(_plan(drift, checked, wish, context) for drift in own)
        deeds.append(Deed(wish=wish, key=checked.key, link=checked.link, plans=plans))
    return deeds


def _unread(drift: Drift, wish: Wish) -> Deed:
    plan = Plan(drift=drift, foreseen=Foreseen(problem=Obstacle.NO_ANSWER))
    return Deed(wish=wish, key=key_of(drift), link=None, plans=(plan,))


async def carry_out(deeds: Sequence[Deed], services: Services) -> list[Done]:
    """Write the wishes down and queue the looks; what cannot be done is told, the rest is done."""
    return [done for deed in deeds for done in await _carry_out(deed, services)]


async def ignore(drifts: Iterable[Drift], services: Services) -> list[Drift]:
    """Leave drifts as they are until either side changes."""
    now = services.clock.now()
    left = [decided(drift, DriftState.IGNORED, IGNORE, now) for drift in drifts]
    await services.drifts.put(left)
    return left


async def reopen(drifts: Iterable[Drift], services: Services) -> None:
    """Open again what was to be settled: the look that was to do it has ended in a no."""
    settled = [drift for drift in drifts if drift.state is DriftState.RESOLVED]
    await services.drifts.put(
        [replace(d, state=DriftState.OPEN, decision="", decided_at=None) for d in settled]
    )


def _plan(drift: Drift, checked: Checked, wish: Wish, context: Context) -> Plan:
    now, seen = checked.now(drift.id), checked.seen.get(drift.id)
    if now is None or seen is None:
        is_there = now is not None and now.state is not DriftState.CLOSED
        problem = Obstacle.CHANGED if is_there else Obstacle.GONE
        return Plan(drift=now or drift, foreseen=Foreseen(problem=problem))
    aspects = [field.aspect for field in _fields(seen, context)]
    link = leaned(seen, aspects, wish, context)
    then = as_seen_then(seen, link)
    steps = plan_sync(then, context).steps
    foreseen = foresee(steps, seen.event, wish, is_private=seen.is_private)
    return Plan(drift=now, foreseen=foreseen, link=link)


def _fields(seen: Observed, context: Context) -> tuple[FieldDrift, ...]:
    """Return the fields that differ, those of private meetings too: they are not stored."""
    judgement = judge(Evidence(seen), context)
    return () if judgement is None else judgement.fields


async def _carry_out(deed: Deed, services: Services) -> list[Done]:
    hopeless = [
        Done(drift=plan.drift, problem=plan.foreseen.problem)
        for plan in deed.plans
        if plan.foreseen.problem
    ]
    if not deed.possible:
        return hopeless
    now, trace_id = services.clock.now(), uuid4().hex
    if deed.link is not None:
        wished = _with_wishes(deed.link, deed.possible)
        entry = HistoryEntry(at=now, source=Source.OPERATOR, outcome=deed.wish, trace_id=trace_id)
        try:
            if wished != deed.link:
                await services.mappings.save(wished, entry)
        except StaleVersionError:
            return hopeless + [Done(drift=p.drift, problem=Obstacle.CHANGED) for p in deed.possible]
    look = WorkItem(
        key=deed.key if deed.link is None else MappingKey(deed.link.id, deed.link.home),
        source=Source.OPERATOR,
        thorough=True,
        first_seen=now,
        trace_id=trace_id,
    )
    await services.queue.send([look])
    settled = [decided(p.drift, DriftState.RESOLVED, deed.wish, now) for p in deed.possible]
    await services.drifts.put(settled)
    return hopeless + [Done(drift=drift, trace_id=trace_id) for drift in settled]


def _with_wishes(link: Mapping, plans: Sequence[Plan]) -> Mapping:
    """Return a link with the wishes for it, or for its dates, in it."""
    if link.series is None:
        own = plans[0].link
        return link if own is None else replace(own, version=link.version)
    wished: dict[datetime, Mapping] = {
        plan.drift.original_start: plan.link
        for plan in plans
        if plan.drift.original_start is not None and plan.link is not None
    }
    dates = [
        mapping_as_link(wished[date.original_start], date.original_start, is_deleted=False)
        if date.original_start in wished
        else date
        for date in link.series.dates
    ]
    return replace(link, series=replace(link.series, dates=tuple(dates)))
