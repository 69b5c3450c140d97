"""Lead and follow-up time as our own items in resource mailboxes, where the operator wants it (D8).

    the booking                          then
    is linked, its resource synced       a buffer before it, one after it
    has moved, was shortened             they follow, before anything else is written: the mailbox
                                         would decline the meeting because of its own buffers
    has another resource                 they go here and come there
    has ended, or the policy is `zero`   they go

Nothing of the meeting is in them, nobody is invited, and no booking is ever made of them. They make
the mailbox decline what overlaps them: that is their purpose (D9). What is over stays as it was.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from core.domain.booking import Booking
from core.domain.buffer import Buffer
from core.domain.buffer_mark import BufferKind
from core.domain.changes import EventDraft
from core.domain.directory import Directory
from core.domain.event import Event, EventPlace
from core.domain.ids import MappingId, resource_of
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.sync.context import Context
from core.sync.observed import Observed
from core.sync.steps import Outcome, PlaceBuffer, Plan, RemoveBuffer

HOLDS = "holds"

LONGEST = timedelta(hours=24)
"""More than that before or after a booking is believed of nobody: it is none."""

REASONS = {
    BufferKind.LEAD: "lead time is kept free before the booking (D8)",
    BufferKind.FOLLOW_UP: "follow-up time is kept free after the booking (D8)",
}

NO_REMINDER = -1

Spans = dict[tuple[EventPlace, BufferKind], Interval]


def buffers_of(booking: Booking, directory: Directory) -> dict[BufferKind, Interval]:
    """Return the spans to keep free around a booking: as configured, or more if ROOMS says so."""
    resource = directory.resources.get(booking.resource)
    is_wished = directory.policies.lead_follow_up == HOLDS and booking.status.occupies
    if resource is None or not is_wished or not directory.is_resource_synced(resource.id):
        return {}
    time, prepared = booking.time, booking.prepared or booking.time
    before = _longer(resource.lead_minutes, time.start - prepared.start)
    after = _longer(resource.follow_up_minutes, prepared.end - time.end)
    found = {}
    if before:
        found[BufferKind.LEAD] = Interval(time.start - before, time.start)
    if after:
        found[BufferKind.FOLLOW_UP] = Interval(time.end, time.end + after)
    return found


def with_buffers(plan: Plan, seen: Observed, context: Context) -> Plan:
    """Return the plan with what its buffers need: those there are go first, new ones last.

    A plan that waits or finds nothing of ours says nothing about them either.
    """
    if seen.buffers_rest or plan.outcome in {Outcome.IGNORED, Outcome.WAITING}:
        return replace(plan, again_s=plan.again_s or seen.buffers_again_s)
    wanted = _wanted(plan, seen, context)
    steps: list[PlaceBuffer | RemoveBuffer] = []
    for buffer in seen.buffers:
        span = wanted.pop((buffer.place, buffer.kind), None)
        step = _remove(buffer, context) if span is None else _place(buffer, span)
        steps += [] if step is None else [step]
    if not plan.steps:
        for (place, kind), span in wanted.items():
            new = Buffer(place=place, kind=kind)
            steps.append(PlaceBuffer(buffer=new, span=span, reason=REASONS[kind]))
    if not steps:
        return plan
    reason = plan.reason if plan.steps else steps[0].reason
    return replace(plan, steps=(*steps, *plan.steps), reason=reason)


def buffer_draft(
    mapping: MappingId, buffer: Buffer, time: Interval, directory: Directory
) -> EventDraft:
    """Put together the item: a neutral title, busy, nobody in it, nothing of the meeting (P9)."""
    policies = directory.policies
    titles = {BufferKind.LEAD: policies.lead_title, BufferKind.FOLLOW_UP: policies.follow_up_title}
    return EventDraft(
        appointment_oid=mapping,
        transaction_id=buffer.transaction_id,
        subject=titles[buffer.kind],
        time=time,
        time_zone=directory.zone_of(buffer.place.mailbox),
        show_as=ShowAs.BUSY,
        reminder_minutes=NO_REMINDER,
        buffer=buffer.kind,
    )


def fitting(kind: BufferKind, wanted: Interval, others: Iterable[Interval]) -> Interval | None:
    """Return what of a span next to its meeting is not another's already, None if nothing.

    A buffer over somebody's meeting would make the mailbox decline that one's next change.
    """
    start, end = wanted.start, wanted.end
    for other in others:
        if other.overlaps(wanted):
            if kind is BufferKind.LEAD:
                start = max(start, other.end)
            else:
                end = min(end, other.start)
    return Interval(start, end) if start < end else None


def in_the_way(events: Iterable[Event], own: Event | None) -> list[Interval]:
    """Return the times of meetings in a resource mailbox; not the own one, and no buffers."""
    return [
        event.time
        for event in events
        if not event.is_cancelled
        and not event.is_buffer
        and event.show_as is not ShowAs.FREE
        and (own is None or own.ical_uid != event.ical_uid)
    ]


def fold_buffer(seen: Observed, old: Buffer, new: Buffer | None) -> Observed:
    """Return what is observed after a buffer was placed or, with None, removed."""
    kept = [buffer for buffer in seen.buffers if not buffer.is_same(old)]
    return replace(seen, buffers=(*kept, *([] if new is None else [new])))


def _longer(minutes: int, told: timedelta) -> timedelta:
    configured = timedelta(minutes=minutes)
    return max(length for length in (configured, told, timedelta()) if length <= LONGEST)


def _wanted(plan: Plan, seen: Observed, context: Context) -> Spans:
    has_event = seen.event is not None and not seen.event.is_cancelled
    if plan.outcome is Outcome.CANCELLED or not (has_event or plan.steps):
        return {}
    return {
        (context.directory.resources[booking.resource].place, kind): span
        for booking in seen.active_bookings
        for kind, span in buffers_of(booking, context.directory).items()
        if span.end > context.now
    }


def _place(buffer: Buffer, span: Interval) -> PlaceBuffer | None:
    if buffer.wanted == span and not buffer.is_announced:
        return None
    return PlaceBuffer(buffer=buffer, span=span, reason=REASONS[buffer.kind])


def _remove(buffer: Buffer, context: Context) -> RemoveBuffer | None:
    if buffer.time is not None and buffer.time.end <= context.now:
        return None
    if not _is_within_reach(buffer, context.directory):
        return None
    return RemoveBuffer(buffer=buffer, reason="its booking does not need that time any more (D8)")


def _is_within_reach(buffer: Buffer, directory: Directory) -> bool:
    """Tell whether the mailbox's address is still known: of a removed resource it is not."""
    resource = directory.resources.get(resource_of(buffer.place.mailbox))
    return resource is not None and bool(resource.address)
