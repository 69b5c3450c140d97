"""The link of a single meeting as it is restored: nothing is planned, made, changed or told."""

from collections.abc import Iterable
from dataclasses import replace

from core.domain.booking import Booking
from core.domain.buffer import Buffer
from core.domain.event import Event
from core.domain.ids import ResourceId
from core.domain.mapping import Mapping, Refusal
from core.domain.refusal import RefusalCode
from core.sync.before_sync import unpaired
from core.sync.buffers import buffers_of
from core.sync.context import Context
from core.sync.demand import asking, own_refusal
from core.sync.eligibility import bookable_resources
from core.sync.fold import fold
from core.sync.observed import Observed
from core.sync.plan import plan_sync
from core.sync.rebuild.agreed import as_restored
from core.sync.rebuild.shown import BufferItem
from core.sync.record import Versions, settled
from core.sync.steps import Outcome, Plan, Tell

NONE_MET = Versions()


def restored_pair(seen: Observed, context: Context) -> Mapping:
    """Return the link of an event with its bookings."""
    plan = Plan(outcome=Outcome.IN_STEP, reason="its link was restored (S05)")
    link = settled(seen, plan, context, NONE_MET)
    return replace(link, baseline=link.baseline and as_restored(link.baseline, seen, context))


def restored_booking(seen: Observed, context: Context) -> Mapping:
    """Return the link of a booking whose event nobody found: listed, not made (as D11)."""
    refusals = tuple(unpaired(booking, context) for booking in seen.active_bookings)
    plan = Plan(outcome=Outcome.REFUSED, reason="its event was not found", refusals=refusals)
    return settled(seen, plan, context, NONE_MET)


def restored_event(seen: Observed, event: Event, context: Context) -> Mapping | None:
    """Return the link of an event whose booking nobody found, None if it needs none."""
    refusals = unpaired_event(seen, event, context)
    if not refusals:
        return None
    plan = Plan(outcome=Outcome.REFUSED, reason="its booking was not found", refusals=refusals)
    return settled(replace(seen, refusals=refusals), plan, context, NONE_MET)


def unpaired_event(seen: Observed, event: Event, context: Context) -> tuple[Refusal, ...]:
    """Return what an event is listed for that has no booking any more: as if told already."""
    asks = asking(seen, event, context)
    invited = bookable_resources(event, context.directory)
    is_many = context.directory.policies.books_each_resource
    codes = {
        resource: RefusalCode.UNPAIRED if is_many or not number else RefusalCode.SECOND_RESOURCE
        for number, resource in enumerate(invited)
    }
    return tuple(
        replace(own_refusal(asks, resource, code), told=True) for resource, code in codes.items()
    )


def refused_in_silence(
    seen: Observed, event: Event, found: dict[ResourceId, RefusalCode], context: Context
) -> Mapping | None:
    """Return the link of an event that was refused before, as a look would find it, told nobody.

    None where a look would do more than to remember and to tell: then it is left to one.
    """
    asks = asking(seen, event, context)
    refusals = tuple(
        replace(own_refusal(asks, resource, code), told=True) for resource, code in found.items()
    )
    seen = replace(seen, refusals=refusals)
    first = plan_sync(seen, context)
    told = [step for step in first.steps if isinstance(step, Tell)]
    for step in told:
        seen = fold(seen, step, None)
    plan = plan_sync(seen, context)
    is_more = len(told) < len(first.steps) or plan.steps or plan.outcome is not Outcome.REFUSED
    return None if is_more else settled(seen, plan, context, NONE_MET)


def restored_buffers(
    items: Iterable[BufferItem], bookings: Iterable[Booking], context: Context
) -> tuple[Buffer, ...]:
    """Return the buffers of a link as they lie in resource mailboxes (D8)."""
    spans = {
        (context.directory.resources[booking.resource].place, kind): span
        for booking in bookings
        for kind, span in buffers_of(booking, context.directory).items()
    }
    found = {}
    for item in items:
        mark, place = item.event.buffer, item.event.place
        if mark is None or (place, mark.kind) in found:
            continue
        wanted = spans.get((place, mark.kind))
        found[place, mark.kind] = Buffer(
            place=place,
            kind=mark.kind,
            wanted=wanted if wanted == item.event.time else None,
            time=item.event.time,
            event_id=item.event.event_id,
        )
    return tuple(found.values())
