"""Finds the meeting that somebody means, by whatever they have of it.

    typed                                            found by
    1177, anna@contoso.example/AAMk…, a GUID, uid:…  as `core.app.reference` says
    040000008200E0… alone, an iCalUId                all links
    AAMkADU2… alone, an event id                     all links; one that has it now
    Säntis 2026-03-10 09:00, r101 10.3.2026 9:00     whatever is in the slot then: nothing, one
    ... a span: Säntis 2026-03-10 09:00-10:00        meeting, or several to choose from

Times are on the resource's wall clock, or with a zone of their own (`core.app.slot_reference`).
Reads only; a slot costs one read of each system, what is typed alone one pass over all links.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.app.back_sync import in_slot
from core.app.find_link import link_of_meeting
from core.app.reference import UnknownItemError, parse_reference, resolve
from core.app.services import Services
from core.app.slot_reference import on_the_clock, resource_named
from core.app.slots import SlotSeen
from core.domain.directory import SyncedResource
from core.domain.ids import EventId, ICalUid
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState
from core.domain.remark import Remark
from core.domain.work import ItemKey, MappingKey

LONGEST = 1000
"""Characters that are read: an event id has up to some two hundred."""

_SLOT = re.compile(
    r"(?P<resource>.+?)[\s,]+"
    r"(?:(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}))"
    r"(?:T|[\s,]+)(?P<begins>\d{1,2}[:.]\d\d)(?:\s*(?:-|\u2013|bis|to)\s*(?P<ends>\d{1,2}[:.]\d\d))?"
)
_ICAL_UID = re.compile(r"04000000[0-9A-Fa-f]{32,}")
_EVENT_ID = re.compile(r"[A-Za-z0-9_\-+=]{40,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFound:
    """A slot that was asked for, and what is in it."""

    resource: SyncedResource
    time: Interval
    seen: SlotSeen


async def sought(text: str, services: Services) -> ItemKey | SlotFound:
    """Return the key of the meeting that is meant, or the slot; UnknownItemError says why none."""
    text = " ".join(text[:LONGEST].split())
    slot = _SLOT.fullmatch(text)
    if slot is not None:
        known = resource_named(slot["resource"].strip(), await services.roster.directory())
        return await found_in(known, _time(slot, known), services)
    if _ICAL_UID.fullmatch(text):
        return _key(await link_of_meeting(ICalUid(text), services), "iCalUId")
    if _EVENT_ID.fullmatch(text) and not _is_guid(text):
        return _key(await _link_of_event(EventId(text), services), "id")
    return await resolve(parse_reference(text), services)


async def found_in(resource: SyncedResource, time: Interval, services: Services) -> SlotFound:
    """Return what is in a slot; SlotError when it cannot be asked about."""
    return SlotFound(resource=resource, time=time, seen=await in_slot(resource.id, time, services))


def _time(slot: re.Match[str], resource: SyncedResource) -> Interval:
    """Return the span that was typed, or the minute that begins then."""
    day = slot["iso"] or f"{slot['year']}-{slot['month']}-{slot['day']}"
    begins = _moment(day, slot["begins"], resource)
    if slot["ends"] is None:
        return Interval(begins, begins + timedelta(minutes=1))
    ends = _moment(day, slot["ends"], resource)
    if ends <= begins:
        raise UnknownItemError(
            Remark("{ends} is not after {begins}", ends=slot["ends"], begins=slot["begins"])
        )
    return Interval(begins, ends)


def _moment(day: str, clock: str, resource: SyncedResource) -> datetime:
    try:
        wall = datetime.strptime(f"{day} {clock.replace('.', ':')}", "%Y-%m-%d %H:%M")  # noqa: DTZ007
        return on_the_clock(wall, resource)
    except ValueError:
        raise UnknownItemError(
            Remark(
                "{text} is no moment: write {when}", text=f"{day} {clock}", when="2026-03-10 09:00"
            )
        ) from None


def _is_guid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4  # noqa: PLR2004 - as GUIDs are written


async def _link_of_event(event_id: EventId, services: Services) -> Mapping | None:
    """Return the link that has an event, a living one first."""
    ended = None
    async for link in services.mappings.all():
        if link.event is not None and link.event.event_id == event_id:
            if link.state is not MappingState.CANCELLED:
                return link
            ended = link
    return ended


def _key(link: Mapping | None, what: str) -> ItemKey:
    if link is None:
        raise UnknownItemError(
            Remark(
                "no link is known for a meeting with this {what}; with its mailbox, as"
                " <mailbox>/<event id>, an event without a link is found, too",
                what=what,
            )
        )
    return MappingKey(link.id, link.home)
