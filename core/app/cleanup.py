"""Removes our own copies from mailboxes whose sync is off: nothing that a user made (D12).

A hold is ours alone, and so are buffers. An event that we made for a booking is its organizer's
meeting by now: it goes only where the operator asks for it, and only if the booking was made in
ROOMS.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.app.services import Services
from core.domain.event import Event, EventKind
from core.domain.history import Activity, HistoryEntry
from core.domain.ids import MailboxKey, is_resource_mailbox
from core.domain.mapping import Mapping, MappingState, SeriesLink
from core.domain.remaining import is_over, next_booking, next_time, time_of
from core.domain.work import Source
from core.errors import NotFoundError, RoomSyncError
from core.sync.translate import is_human

REASON = "sync is off for its mailbox, and the operator cleans up (D12)"
REMOVED = "DeleteEvent"
SHOWN, BOOKED = ("CreateEvent", "CreateSeries"), ("CreateBooking", "BookSeries")
"""What history calls the making of an event and of a booking; of a series dates are named, too."""

FULL_HISTORY = 60
"""As much as is kept of a link: how it began can no longer be told."""


class LeftoverKind(StrEnum):
    """What a copy is: our own hold or buffer, or an event made for a booking of ROOMS."""

    HOLD = "hold"
    EVENT = "event"
    BUFFER = "buffer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One copy that may go. `people` get a cancellation from Exchange; `trouble`: why it stays."""

    mapping: Mapping
    kind: LeftoverKind
    event: Event | None = None
    people: int = 0
    trouble: str = ""


async def find_leftovers(
    services: Services, mailbox: MailboxKey | None = None
) -> Sequence[Leftover]:
    """Return our copies in mailboxes that are not synced any more, or in one of them.

    The past stays as it is (R-106), and so does what is to be found again in the mailbox that its
    owner has by now (R-014). One read for each copy.
    """
    directory = await services.roster.directory()
    synced = {place.mailbox for place in directory.synced_places()}
    now = services.clock.now()
    found = []
    async for mapping in services.mappings.all():
        is_here = mailbox is None or mapping.home.mailbox == mailbox
        if not is_here or mapping.event is None or mapping.home.mailbox in synced:
            continue
        if is_over(mapping, now):
            continue
        if mapping.state is MappingState.CANCELLED:
            continue
        found += await _buffers(mapping, services)
        if is_resource_mailbox(mapping.home.mailbox):
            found.append(await _looked_at(mapping, LeftoverKind.HOLD, services))
        elif await _was_made_in_rooms(mapping, services):
            copy = await _looked_at(mapping, LeftoverKind.EVENT, services)
            # What its organizer deleted meanwhile was decided: nothing is to be shown anew.
            if copy.event is not None or copy.trouble:
                found.append(copy)
    return found


async def remove_leftover(leftover: Leftover, services: Services) -> None:
    """Remove one copy and end its link; switched on again, the booking is shown anew."""
    mapping = await services.mappings.get(leftover.mapping.id) or leftover.mapping
    event, now = leftover.event, services.clock.now()
    if event is not None:
        calendar = services.calendars[event.place.environment]
        await calendar.delete_event(event.place, event.event_id)
    if leftover.kind is LeftoverKind.BUFFER:
        kept = tuple(b for b in mapping.buffers if event is None or b.event_id != event.event_id)
        await services.mappings.save(replace(mapping, buffers=kept, changed_at=now))
        return
    ended = replace(
        mapping,
        state=MappingState.CANCELLED,
        pending=None,
        series=None if mapping.series is None else _ended(mapping.series, now),
        event=mapping.event if mapping.series is None else None,
        changed_at=now,
    )
    booking, steps = next_booking(mapping, now), ((REMOVED, REASON),)
    entry = HistoryEntry(at=now, source=Source.OPERATOR, outcome="cancelled", steps=steps)
    await services.mappings.save(ended, entry)
    await services.activity.add(
        Activity(
            at=now,
            mapping_id=mapping.id,
            outcome="cancelled",
            text=f"{REMOVED}: {REASON}",
            source=Source.OPERATOR,
            resource=booking.resource if booking else None,
            time=next_time(mapping, now),
            steps=steps,
        )
    )


def _ended(series: SeriesLink, now: datetime) -> SeriesLink:
    """Return a series of which no date is shown any more; switched on again, each is shown anew."""
    dates = tuple(
        replace(date, state=MappingState.CANCELLED)
        if time_of(date, series).end > now and not date.is_deleted
        else date
        for date in series.dates
    )
    return replace(series, dates=dates)


async def _buffers(mapping: Mapping, services: Services) -> list[Leftover]:
    """Return the buffers of a link that ended with its mailbox, as far as they are still there."""
    found = []
    for buffer in mapping.buffers:
        calendar = services.calendars.get(buffer.place.environment)
        if calendar is None or buffer.event_id is None:
            continue
        try:
            event = await calendar.get_event(buffer.place, buffer.event_id)
        except NotFoundError:
            continue
        except RoomSyncError as error:
            found.append(Leftover(mapping=mapping, kind=LeftoverKind.BUFFER, trouble=str(error)))
            continue
        if event.is_buffer and event.time.end > services.clock.now():
            found.append(Leftover(mapping=mapping, kind=LeftoverKind.BUFFER, event=event))
    return found


async def _was_made_in_rooms(mapping: Mapping, services: Services) -> bool:
    """Tell whether the first thing that was ever created for a link was the event."""
    entries = await services.mappings.history(mapping.id)
    if len(entries) >= FULL_HISTORY:
        return False
    created = [
        name
        for entry in reversed(entries)
        for name, _ in entry.steps
        if name.startswith((*SHOWN, *BOOKED))
    ]
    return bool(created) and created[0].startswith(SHOWN)


async def _looked_at(mapping: Mapping, kind: LeftoverKind, services: Services) -> Leftover:
    """Return a copy as it is now; one that is not as we made it stays."""
    leftover = Leftover(mapping=mapping, kind=kind)
    calendar = services.calendars.get(mapping.home.environment)
    if calendar is None or mapping.event is None:
        return replace(leftover, trouble="its environment is not connected")
    try:
        event = await calendar.get_event(mapping.home, mapping.event.event_id)
    except NotFoundError:
        return leftover
    except RoomSyncError as error:
        return replace(leftover, trouble=str(error))
    directory = await services.roster.directory()
    people = sum(is_human(invitee, event, directory) for invitee in event.invitees)
    leftover = replace(leftover, event=event, people=people)
    return replace(leftover, trouble=_why_it_stays(event, leftover, services.clock.now()))


def _why_it_stays(event: Event, leftover: Leftover, now: datetime) -> str:
    if (event.appointment_oid or "").lower() != leftover.mapping.id or not event.is_organizer:
        return "it does not carry our link any more"
    if leftover.kind is LeftoverKind.HOLD and event.invitees:
        return "somebody made a meeting of it"
    has_begun = event.kind is EventKind.SERIES_MASTER and event.time.end <= now
    if leftover.kind is LeftoverKind.EVENT and has_begun:
        # Its past dates are its organizer's past, and would go with it.
        return "the series has begun: its organizer can end it"
    return ""
