"""From pairs to links: reads what a pair lacks, and says what is to be written. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.app.claims import new_mapping
from core.app.group_sight import with_groups
from core.app.rebuild.series import series_alone, series_link
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.event import Event, EventKind, EventPlace
from core.domain.ids import MappingId, ResourceId, is_resource_mailbox
from core.domain.mapping import Baseline, Mapping
from core.domain.refusal import RefusalCode
from core.errors import LockedError, PermanentError
from core.sync.context import Context
from core.sync.eligibility import bookable_resources, home_of_booking
from core.sync.observed import Observed
from core.sync.rebuild.agreed import NOBODYS
from core.sync.rebuild.pairing import Pair, Pairing
from core.sync.rebuild.restored import (
    refused_in_silence,
    restored_booking,
    restored_buffers,
    restored_event,
    restored_pair,
)
from core.sync.rebuild.shown import BufferItem, Shown, ShownEvent


class Verdict(StrEnum):
    """What becomes of something that was found."""

    LINKED = "linked"
    DIFFERS = "differs"
    """Linked, too; both sides show different values: the next look makes them agree."""
    ALONE_IN_EXCHANGE = "alone_in_exchange"
    ALONE_IN_ROOMS = "alone_in_rooms"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """One link that is to be written; `is_claimable`: others may be linking the same right now."""

    verdict: Verdict
    mapping: Mapping
    is_claimable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a rebuild would write, and what it leaves to looks.

    `ambiguous` are sentences for the operator, `unread` mailboxes that could not be read; `new` is
    how much carries no link and has no other side: the looks that follow deal with it as ever.
    """

    restored: tuple[Restored, ...] = ()
    ambiguous: tuple[str, ...] = ()
    unread: dict[EventPlace, str] = field(default_factory=dict)
    kept: int = 0
    new: int = 0


async def foresee(pairing: Pairing, shown: Shown, context: Context, services: Services) -> Outlook:
    """Return all links that a rebuild would write."""
    buffers: dict[MappingId, list[BufferItem]] = defaultdict(list)
    for item in shown.buffers:
        buffers[item.mapping_id].append(item)
    found = [await _pair(pair, buffers, context, services) for pair in pairing.pairs]
    for each in pairing.events_alone:
        found += await _event_alone(each, buffers, context, services)
    for group in pairing.bookings_alone:
        found += await _bookings_alone(group, shown, buffers, context, services)
    new = len(pairing.unlinked_bookings)
    for each in pairing.unlinked:
        if (refused := await _refused(each, context, services)) is not None:
            found.append(refused)
        else:
            new += _is_to_be_booked(each, context)
    return Outlook(
        restored=tuple(found),
        ambiguous=pairing.ambiguous,
        unread=dict(shown.unread),
        kept=pairing.kept,
        new=new,
    )


async def _pair(
    pair: Pair,
    buffers: dict[MappingId, list[BufferItem]],
    context: Context,
    services: Services,
) -> Restored:
    head = new_mapping(services, pair.shown.event.place, pair.link)
    head = replace(head, buffers=restored_buffers(buffers[head.id], pair.bookings, context))
    if pair.shown.series is not None:
        link = await series_link(head, pair.shown.series, pair.bookings, context, services)
    else:
        seen = _seen(head, pair.shown.event, pair.bookings)
        link = restored_pair(await with_groups(seen, context, services), context)
    is_apart = any(_is_apart(baseline) for baseline in _baselines(link))
    verdict = Verdict.DIFFERS if is_apart else Verdict.LINKED
    return Restored(verdict=verdict, mapping=link, is_claimable=pair.link is None)


async def _event_alone(
    shown: ShownEvent,
    buffers: dict[MappingId, list[BufferItem]],
    context: Context,
    services: Services,
) -> list[Restored]:
    """Return the link of an event whose booking is gone; none where it invites nothing of ours."""
    event = shown.event
    if is_resource_mailbox(event.place.mailbox):
        # A hold without its booking is looked at as what lies in a resource mailbox by itself.
        return []
    head = new_mapping(services, event.place, shown.oid)
    head = replace(head, buffers=restored_buffers(buffers[head.id], (), context))
    if shown.series is not None:
        link = await series_alone(head, shown.series, context, services)
    else:
        link = restored_event(_seen(head, event, ()), event, context)
    if link is None:
        return []
    return [Restored(verdict=Verdict.ALONE_IN_EXCHANGE, mapping=link)]


async def _bookings_alone(
    bookings: tuple[Booking, ...],
    shown: Shown,
    buffers: dict[MappingId, list[BufferItem]],
    context: Context,
    services: Services,
) -> list[Restored]:
    """Return the link of bookings whose event is not among what was read; it is asked for once.

    Where the mailbox could not be read nothing is known, and nothing is written.
    """
    first = bookings[0]
    home = home_of_booking(first, context.directory)
    if home is None or home in shown.unread or home.environment not in services.calendars:
        return []
    oid = MappingId((next(b.appointment_oid for b in bookings if b.appointment_oid) or "").lower())
    calendar = services.calendars[home.environment]
    carrying = [
        e
        for e in await calendar.find_by_appointment_oid(home, oid)
        if e.is_organizer and not e.is_cancelled
    ]
    if len(carrying) == 1:
        event = carrying[0]
        is_series = event.kind is EventKind.SERIES_MASTER
        series = await calendar.get_series(home, event.event_id) if is_series else None
        whole = ShownEvent(event=event, series=series)
        pair = Pair(link=oid, shown=whole, bookings=bookings)
        return [await _pair(pair, buffers, context, services)]
    head = new_mapping(services, home, oid)
    if first.series_id is not None:
        link = await series_link(head, None, bookings, context, services)
    else:
        link = restored_booking(_seen(head, None, bookings), context)
    return [Restored(verdict=Verdict.ALONE_IN_ROOMS, mapping=link)]


async def _refused(shown: ShownEvent, context: Context, services: Services) -> Restored | None:
    """Return the link of an event that was refused before, or lies in a resource mailbox.

    ROOMS is asked whether the slot can be had: if not, the organizer was told of it when it was
    refused first (D4). None of what may be new.
    """
    event = shown.event
    if shown.series is not None:
        return None
    found: dict[ResourceId, RefusalCode] = {}
    if not is_resource_mailbox(event.place.mailbox):
        invited = bookable_resources(event, context.directory)
        for resource in invited:
            with suppress(LockedError, PermanentError):
                code = await services.rooms.blocking(resource, event.time)
                found |= {} if code is None else {resource: code}
        if not found or len(found) < len(invited):
            return None
    head = new_mapping(services, event.place, None)
    link = refused_in_silence(_seen(head, event, ()), event, found, context)
    if link is None:
        return None
    return Restored(verdict=Verdict.REFUSED, mapping=link, is_claimable=True)


def _is_to_be_booked(shown: ShownEvent, context: Context) -> bool:
    return any(date.resources for date in shown.slots(context))


def _seen(head: Mapping, event: Event | None, bookings: Iterable[Booking]) -> Observed:
    return Observed(mapping=head, event=event, bookings=tuple(bookings), buffers=head.buffers)


def _baselines(link: Mapping) -> list[Baseline]:
    dates = () if link.series is None else link.series.dates
    return [b for b in (link.baseline, *(date.baseline for date in dates)) if b is not None]


def _is_apart(baseline: Baseline) -> bool:
    return NOBODYS in baseline.exchange.aspects.values()
