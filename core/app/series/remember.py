"""What is kept of a finished pass over a series: pointers, the link, its history, one line."""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.app.apply import notice_name
from core.app.evidence import Beginning, evidence_of, parts_of
from core.app.outbox import save_and_send
from core.app.remember import activity_of, latency_of, point_to
from core.app.services import Services
from core.app.waiting import note_waiting, whom_to_wake
from core.domain.history import Evidence, HistoryEntry
from core.domain.mapping import Mapping
from core.domain.work import WorkItem
from core.sync.context import Context
from core.sync.record import Versions
from core.sync.series.record import settled_series
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import SeriesPlan, SeriesStep, TellOfDates, describe_series


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPass:
    """One finished pass: what triggered it, its last (empty) plan and all steps before that.

    `before` is the link as the pass found it: what is stored by now may be of its own doing;
    `began` and `written` as in `Pass`.
    """

    before: Mapping
    item: WorkItem
    plan: SeriesPlan
    steps: tuple[SeriesStep, ...]
    found: tuple[str, ...]
    versions: Versions
    began: Beginning
    written: timedelta


async def remember_series(
    sight: SeriesSight, ended: SeriesPass, context: Context, services: Services
) -> None:
    """Store what was reached: pointers first, the link with its history last (design 6)."""
    old = sight.mapping
    mapping = settled_series(sight, ended.plan, context, ended.versions)
    if replace(mapping, changed_at=old.changed_at) == old:
        return
    await point_to(old, mapping, services)
    await note_waiting(old, mapping, services)
    is_news = bool(ended.steps) or mapping.state != old.state or _refused(mapping) != _refused(old)
    # Also what a pass wrote that died before it was stored has left a slot.
    wakes = await whom_to_wake(ended.before, mapping, services)
    if not is_news:
        await save_and_send(mapping, (), wakes, services)
        return
    is_private = sight.is_private
    entry = HistoryEntry(
        at=services.clock.now(),
        source=ended.item.source,
        outcome=ended.plan.outcome,
        steps=tuple(describe_series(step, is_private=is_private) for step in ended.steps),
        found=() if is_private else ended.found,
        latency_ms=latency_of(ended.item, services),
        parts=parts_of(ended.item, ended.began, ended.found, ended.written),
        evidence=_evidence(sight, ended),
        attempt=ended.item.attempt,
        trace_id=ended.item.trace_id,
    )
    await save_and_send(mapping, (entry,), wakes, services)
    await services.activity.add(activity_of(mapping, entry, is_private=is_private))


def _evidence(sight: SeriesSight, ended: SeriesPass) -> Evidence:
    event = () if sight.event is None else (sight.event.master.version,)
    tells = [step.tell for step in ended.steps if isinstance(step, TellOfDates)]
    return evidence_of(
        sight.mapping.id,
        ended.began,
        events=(*sight.made_versions, *event),
        bookings=[booking.modified_on for booking in sight.bookings],
        notices=[notice_name(sight.mapping, tell) for tell in tells],
        released_to=sight.released_to,
    )


def _refused(mapping: Mapping) -> frozenset[tuple[str, str]]:
    return frozenset((refusal.code, refusal.fingerprint) for refusal in mapping.every_refusal)


async def note_seen(sight: SeriesSight, versions: Versions, services: Services) -> None:
    """Remember the version of a series that shows what was agreed on; write nothing else."""
    head = sight.mapping
    if head.event is None or sight.event is None:
        return
    noted = replace(head, event=head.event.settle(*versions.event, sight.event.master.version))
    if noted != head:
        await services.mappings.save(noted)
