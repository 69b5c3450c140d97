"""Slot back-sync: whatever is in a slot of a resource is looked at now (R-822).

    in the slot                                       the look
    an event in the resource mailbox, linked          at its link
    ... not linked, its organizer is synced           at the meeting in the organizer's calendar
    ... not linked, anybody else's                    at the event itself (D5, D6)
    ... a buffer of ours                              at the link of its meeting (D8)
    a booking in ROOMS, linked                        at its link
    ... not linked                                    at the booking
    neither, but a link has the resource then         at that link, unless it has ended
    a meeting that was refused the slot and waits     at its link
    a blocking time, a cancelled event or booking     none

Each meeting is looked at once, in the session of its home, as if asked for by hand: what should be
there and is missing is made, what differs is put right, what was deleted stays deleted. Asked
twice, the second look finds nothing to do. A system that does not answer is told; what the other
one and the links know is looked at all the same. No repair for whole calendars: that is a scan's.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.app.by_hand import sync_now
from core.app.services import Services
from core.app.slots import Holder, SlotSeen, Witness, who_holds
from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.remark import Remark
from core.domain.work import ItemKey
from core.errors import RoomSyncError

LONGEST = timedelta(days=7)
MOST = 50
"""Meetings that are looked at for one question."""


class SlotError(RoomSyncError):
    """A slot that cannot be asked about; the text says why and what could be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One look: at what, who knows of it, and the trace id by which its answer is found."""

    key: ItemKey
    trace_id: str
    link: MappingId | None
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackSync:
    """What was queued for a slot; `troubles` are the systems that could not be asked, and why."""

    resource: ResourceId
    time: Interval
    looks: tuple[Queued, ...]
    troubles: dict[Witness, str]


async def back_sync(resource: ResourceId, time: Interval, services: Services) -> BackSync:
    """Queue a look at everything in a slot (UTC); SlotError when it cannot be asked about."""
    seen = await in_slot(resource, time, services)
    looks = await sync_now([holder.key for holder in seen.holders], services)
    return BackSync(
        resource=resource,
        time=time,
        looks=tuple(
            Queued(
                key=look.key,
                trace_id=look.trace_id,
                link=None if holder.link is None else holder.link.id,
                witnesses=tuple(sorted(holder.witnesses)),
            )
            for holder, look in zip(seen.holders, looks, strict=True)
        ),
        troubles=seen.troubles,
    )


async def in_slot(resource: ResourceId, time: Interval, services: Services) -> SlotSeen:
    """Return what would be looked at in a slot (UTC); SlotError when it cannot be asked about."""
    known = (await services.roster.directory()).resources.get(resource)
    if known is None:
        raise SlotError(
            Remark(
                "resource {resource} is not in the settings: see `roomsync settings show`",
                resource=resource,
            )
        )
    if not timedelta(0) < time.end - time.start <= LONGEST:
        raise SlotError(
            Remark("a slot ends after it starts, at most {n} days later", n=LONGEST.days)
        )
    seen = await who_holds(known, time, services)
    holders = [holder for holder in seen.holders if not _is_over(holder)]
    if len(holders) > MOST:
        raise SlotError(
            Remark(
                "{n} meetings are in that span, at most {most} are looked at at once:"
                " ask for a shorter one",
                n=len(holders),
                most=MOST,
            )
        )
    return replace(seen, holders=tuple(holders))


def _is_over(holder: Holder) -> bool:
    """Tell whether only a link that has ended remembers to have been there."""
    link = holder.link
    is_ended = link is not None and link.state is MappingState.CANCELLED
    return is_ended and holder.witnesses == {Witness.LINK}
