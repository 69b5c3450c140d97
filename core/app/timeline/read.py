"""Puts a meeting's timeline together: what is stored of it, and what both sides show now.

Reads only. Costs per link: one read in Exchange, one in ROOMS for each of at most ten bookings, one
query for its history, one for differences in its mailbox; for all together one of each list
(console lines, given up, parked, mails).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.app.find_link import find_link
from core.app.services import Services
from core.app.status import parked_looks
from core.app.timeline.lineage import Kin, lineage
from core.app.timeline.redaction.entries import (
    difference_told,
    given_up_told,
    line_told,
    mail_to_come_told,
    mail_told,
    parked_told,
    pass_told,
)
from core.app.timeline.redaction.links import link_told
from core.app.timeline.redaction.now import booking_now, event_now
from core.app.timeline.redaction.privacy import is_private
from core.app.timeline.sides import Shown
from core.app.timeline.values import Entry, EntryKind, ItemNow, Timeline
from core.domain.history import HISTORY_CAP
from core.domain.ids import MappingId, ResourceId
from core.domain.mapping import Mapping
from core.domain.work import BookingKey, EventKey, ICalKey, ItemKey, MappingKey

LOOK_BACK = 2000
"""How many of the newest lines of the console are searched for this meeting."""

Links = Sequence[Kin]

STILL_QUEUED = timedelta(days=2)
"""So long a mail of which nothing is known may still be tried."""


async def read_timeline(key: ItemKey, services: Services) -> Timeline | None:
    """Return the history of the meeting that a key names; None if nothing is known of it."""
    first = await find_link(key, services)
    links = [] if first is None else await lineage(first, services)
    private = _is_private(links, services)
    passes, is_complete = _passes(links, private=private)
    given_up = await _given_up(key, links, services, private=private)
    lines = await _lines(links, services, private=private)
    entries = [
        *passes,
        *_news(lines, passes, given_up),
        *(entry for _, entry in given_up),
        *await _parked(key, links, services),
        *await _differences(links, services, private=private),
        *await _mails(links, services),
    ]
    if not links and not entries:
        return None
    return Timeline(
        at=services.clock.now(),
        links=tuple(
            [
                link_told(link, shown.chosen, await _waits_for(link, services), private=private)
                for link, shown in _pairs(links)
            ]
        ),
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
        now=tuple(item for link, shown in _pairs(links) for item in _now(link, shown)),
        is_private=private,
        is_complete=is_complete,
    )


def _is_private(links: Links, services: Services) -> bool:
    """Tell whether any of the links is private, or none is known; it is one meeting's history."""
    return not links or any(
        is_private(link, shown.event, shown.bookings.values(), services.keys)
        for link, shown in _pairs(links)
    )


def _passes(links: Links, *, private: bool) -> tuple[list[Entry], bool]:
    """Return what the links' histories tell, and whether they tell all."""
    found = [
        pass_told(kin.link.id, entry, private=private) for kin in links for entry in kin.history
    ]
    return found, all(len(kin.history) < HISTORY_CAP for kin in links)


async def _lines(links: Links, services: Services, *, private: bool) -> list[Entry]:
    """Return what the console's list tells of the links: answers to people, looks given up."""
    if not links:
        return []
    directory, names = await services.roster.directory(), {link.id for link, _ in _pairs(links)}
    return [
        line_told(line, directory, private=private)
        for line in await services.activity.latest(LOOK_BACK)
        if line.mapping_id in names
    ]


async def _given_up(
    key: ItemKey, links: Links, services: Services, *, private: bool
) -> list[tuple[datetime, Entry]]:
    """Return what was given up and is not made good, each with the moment of its first failure."""
    directory = await services.roster.directory()
    names, keys = {link.id for link, _ in _pairs(links)}, _names(key, links)
    return [
        (entry.first_at, given_up_told(entry, directory, private=private))
        for entry in await services.given_up.all()
        if entry.mapping_id in names or _name(entry.item.key) in keys
    ]


def _news(
    lines: Sequence[Entry], passes: Sequence[Entry], given_up: Sequence[tuple[datetime, Entry]]
) -> list[Entry]:
    """Return the lines that tell something else than the passes and what is still given up."""
    known = {(entry.link, entry.at) for entry in passes}
    since = {entry.link: first for first, entry in given_up}
    return [
        line
        for line in lines
        if (line.link, line.at) not in known
        and not (
            line.kind is EntryKind.GIVEN_UP and line.link in since and line.at >= since[line.link]
        )
    ]


async def _parked(key: ItemKey, links: Links, services: Services) -> list[Entry]:
    directory, keys = await services.roster.directory(), _names(key, links)
    return [
        parked_told(item, breaker, _link_of(item.key, links), directory)
        for breaker, item in await parked_looks(services)
        if _name(item.key) in keys
    ]


async def _mails(links: Links, services: Services) -> list[Entry]:
    """Return the mails that were sent or skipped, and those that are still to come."""
    found: list[Entry] = []
    since = services.clock.now() - STILL_QUEUED
    for kin in links:
        marks = await services.notices.of_link(kin.link.id)
        known = {mark.notice_id for mark in marks}
        found += [mail_told(mark, kin.link.id) for mark in marks]
        found += [
            mail_to_come_told(kin.link.id, entry)
            for entry in kin.history
            if entry.at >= since
            for notice in entry.evidence.notices
            if notice not in known
        ]
    return found


async def _differences(links: Links, services: Services, *, private: bool) -> list[Entry]:
    return [
        difference_told(drift, private=private)
        for link, _ in _pairs(links)
        for drift in await services.drifts.of(link.home)
        if drift.mapping_id == link.id
    ]


async def _waits_for(link: Mapping, services: Services) -> list[ResourceId]:
    refused = {r.resource for r in link.every_refusal if r.resource is not None}
    return [
        resource
        for resource in sorted(refused)
        if any(each.mapping_id == link.id for each in await services.waiting.of(resource))
    ]


def _now(link: Mapping, shown: Shown) -> list[ItemNow]:
    event = [] if link.event is None else [event_now(link, shown.event, shown.event_trouble)]
    bookings = [
        booking_now(
            link,
            each,
            shown.bookings.get(each.booking_id),
            shown.booking_troubles.get(each.booking_id, ""),
        )
        for each in shown.chosen
    ]
    return [*event, *bookings]


def _names(key: ItemKey, links: Links) -> set[object]:
    """Return every name by which a look at the meeting may have been asked for."""
    return {_name(key), *(name for link, _ in _pairs(links) for name in _names_of(link))}


def _names_of(link: Mapping) -> list[object]:
    keys: list[ItemKey] = [MappingKey(link.id, link.home)]
    if link.event is not None:
        keys += [
            EventKey(link.home, link.event.event_id),
            ICalKey(link.home, link.event.ical_uid),
        ]
    keys += [BookingKey(link.mandator, each.booking_id) for each in link.every_booking]
    return [_name(key) for key in keys]


def _name(key: ItemKey) -> object:
    """Return a key without what says only whose session works on it."""
    match key:
        case BookingKey(mandator, booking_id):
            return BookingKey(mandator, booking_id)
        case MappingKey(mapping_id):
            return mapping_id
        case _:
            return key


def _link_of(key: ItemKey, links: Links) -> MappingId | None:
    return next((link.id for link, _ in _pairs(links) if _name(key) in _names_of(link)), None)


def _pairs(links: Links) -> Iterator[tuple[Mapping, Shown]]:
    return ((kin.link, kin.shown) for kin in links)
