"""What is kept of a finished pass: pointers, the link, its history, the console's line."""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.app.apply import notice_name
from core.app.evidence import Beginning, evidence_of, parts_of
from core.app.lagging import announced_and_seen
from core.app.outbox import save_and_send
from core.app.services import Services
from core.app.waiting import note_waiting, whom_to_wake
from core.domain.history import Activity, Evidence, HistoryEntry
from core.domain.ids import EventVersion
from core.domain.mapping import Mapping, MappingState
from core.domain.pointers import (
    Pointer,
    booking_pointer,
    event_pointer,
    meeting_pointer,
    series_pointer,
)
from core.domain.work import BookingKey, WorkItem
from core.sync.before_sync import is_older_than_sync
from core.sync.context import Context
from core.sync.observed import Observed
from core.sync.record import Versions, arrived, settled
from core.sync.steps import Plan, Step, Tell, describe


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One finished pass: what triggered it, its last (empty) plan and all steps before that.

    `began` is what was seen before the first of them, `written` how long all of them took.
    """

    item: WorkItem
    plan: Plan
    steps: tuple[Step, ...]
    found: tuple[str, ...]
    versions: Versions
    began: Beginning
    written: timedelta


async def remember(seen: Observed, ended: Pass, context: Context, services: Services) -> None:
    """Store what was reached: pointers first, the link with its history last (design 6).

    A pass that changed nothing writes nothing; one that only saw a newer version notes that.
    """
    old = seen.mapping
    mapping = settled(seen, ended.plan, context, ended.versions)
    is_same = replace(mapping, changed_at=old.changed_at) == old
    # That both sides were seen since the sync began is worth knowing: a deletion counts from now.
    is_confirmed = seen.event is not None and is_older_than_sync(old, context)
    if is_same and not is_confirmed:
        return
    await point_to(old, mapping, services)
    await note_waiting(old, mapping, services)
    is_news = bool(ended.steps) or mapping.state != old.state or mapping.refusals != old.refusals
    # Also what a pass wrote that died before it was stored has left a slot.
    wakes = await whom_to_wake(old, mapping, services)
    if not is_news:
        await save_and_send(mapping, (), wakes, services)
        return
    told = tuple(describe(step, is_private=seen.is_private) for step in ended.steps)
    entry = HistoryEntry(
        at=services.clock.now(),
        source=ended.item.source,
        outcome=ended.plan.outcome,
        steps=told,
        found=() if seen.is_private else ended.found,
        latency_ms=latency_of(ended.item, services),
        parts=parts_of(ended.item, ended.began, ended.found, ended.written),
        evidence=_evidence(seen, ended),
        attempt=ended.item.attempt,
        trace_id=ended.item.trace_id,
    )
    await save_and_send(mapping, (entry,), wakes, services)
    await services.activity.add(activity_of(mapping, entry, is_private=seen.is_private))


def _evidence(seen: Observed, ended: Pass) -> Evidence:
    event = () if seen.event is None else (seen.event.version,)
    return evidence_of(
        seen.mapping.id,
        ended.began,
        events=(*seen.made_versions, *event),
        bookings=(*seen.made_stamps, *(booking.modified_on for booking in seen.bookings)),
        notices=[notice_name(seen.mapping, s) for s in ended.steps if isinstance(s, Tell)],
    )


async def note_arrival(seen: Observed, services: Services) -> Observed:
    """Store that an event has moved, before more is tried: what is done is not done again."""
    mapping = arrived(seen)
    await point_to(seen.mapping, mapping, services)
    return replace(seen, mapping=await services.mappings.save(mapping))


async def note_versions(
    mapping: Mapping, seen: Observed, versions: Versions, services: Services
) -> None:
    """Remember versions of a side that shows what was agreed on; write nothing else."""
    event, bookings = mapping.event, mapping.bookings
    if event is not None and seen.event is not None:
        event = event.settle(*versions.event)
    if seen.bookings:
        bookings = tuple(
            link if seen.booking_of(link.booking_id) is None else link.settle(*versions.booking)
            for link in bookings
        )
    noted = replace(mapping, event=event, bookings=bookings)
    if noted != mapping:
        await services.mappings.save(noted)


def versions_of(item: WorkItem, seen: Observed) -> Versions:
    """Sort the triggers' versions by side and add what was read."""
    carried = announced_and_seen(item, seen)
    if isinstance(item.key, BookingKey):
        return with_seen(Versions(booking=carried), seen)
    return with_seen(Versions(event=tuple(map(EventVersion, carried))), seen)


def with_seen(versions: Versions, seen: Observed) -> Versions:
    """Add the versions that are in view now, read or just written."""
    event = () if seen.event is None else (seen.event.version,)
    bookings = tuple(booking.modified_on for booking in seen.bookings)
    return Versions(
        event=(*versions.event, *seen.made_versions, *event),
        booking=(*versions.booking, *seen.made_stamps, *bookings),
    )


async def point_to(old: Mapping, new: Mapping, services: Services) -> None:
    """Make a link findable from both sides, by the series of ROOMS that it has, too."""
    pointer = Pointer(mapping_id=new.id)
    is_first = old.version is None or old.pending is not None
    if new.event is not None and (
        is_first or old.event is None or old.event.event_id != new.event.event_id
    ):
        await services.pointers.replace(event_pointer(new.home, new.event.event_id), pointer)
        await services.pointers.replace(meeting_pointer(new.home, new.event.ical_uid), pointer)
    known = set() if is_first else {booking.booking_id for booking in old.every_booking}
    for booking in new.every_booking:
        if booking.booking_id not in known:
            key = booking_pointer(new.mandator, booking.booking_id)
            await services.pointers.replace(key, pointer)
    had = () if is_first or old.series is None else old.series.rooms_series
    for number in new.series.rooms_series if new.series is not None else ():
        if number not in had:
            await services.pointers.replace(series_pointer(new.mandator, number), pointer)
    await _point_to_buffers(old, new, pointer, services)


async def _point_to_buffers(
    old: Mapping, new: Mapping, pointer: Pointer, services: Services
) -> None:
    """Make notifications of buffers that were found end without a read; those made have theirs."""
    for buffer in set(new.buffers) - set(old.buffers):
        if buffer.event_id is not None:
            key = event_pointer(buffer.place, buffer.event_id)
            await services.pointers.replace(key, pointer)


def latency_of(item: WorkItem, services: Services) -> int:
    """Return how many milliseconds a look has taken since its first trigger."""
    latency_ms = (services.clock.now() - item.first_seen).total_seconds() * 1000
    return max(0, round(latency_ms))


def activity_of(mapping: Mapping, entry: HistoryEntry, *, is_private: bool) -> Activity:
    """Tell the console's reader in one line: no subject, no people, of private ones less (D13)."""
    refused = "; ".join(
        refusal.code if is_private else f"{refusal.code}: {refusal.text}"
        for refusal in mapping.every_refusal
    )
    told = "; ".join(f"{name}: {reason}" for name, reason in entry.steps)
    booking = mapping.booking
    resources = [booking.resource] if booking else [r.resource for r in mapping.every_refusal]
    return Activity(
        at=entry.at,
        mapping_id=mapping.id,
        outcome=MappingState.REJECTED if refused else entry.outcome,
        text=refused or told or entry.outcome,
        source=entry.source,
        resource=resources[0] if resources and not is_private else None,
        time=None if is_private else mapping.time,
        latency_ms=entry.latency_ms,
        parts=entry.parts,
        steps=entry.steps,
        trace_id=entry.trace_id,
    )
