"""Removes what is over for good, once a day and in small parts (docs/state.md).

A link goes before its look-up rows: killed in between, they lead nowhere and are swept.
"""

from dataclasses import dataclass
from datetime import datetime

from core.app.link_gate import INSTALLED
from core.app.lookups import pointers_of, sweep_lookups
from core.app.services import Services
from core.domain.mapping import Mapping
from core.errors import StaleVersionError
from core.sync.retention import is_to_go, without_old_dates

MOST = 200
"""Links that one run removes: what is left is the next one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How much one run has removed; `is_all`: nothing is left for another."""

    links: int = 0
    shortened: int = 0
    lookups: int = 0
    notices: int = 0
    guards: int = 0
    is_all: bool = True


async def remove_what_is_over(services: Services) -> Removed:
    """Remove one part of what is over; a link that somebody changes meanwhile stays."""
    now, kept = services.clock.now(), services.retention
    await _note_installed(services)
    links, shortened = await _links(now - kept.links, services)
    lookups = await sweep_lookups(services)
    await services.activity.remove_before(now - kept.activity)
    await services.measures.remove_before(now - kept.fine_measures, now - kept.hourly_measures)
    await services.deeds.remove_before(now - kept.deeds)
    notices = await services.notices.remove_before(now - kept.notices, MOST)
    guards = await services.guard.remove_before(now - kept.guard)
    return Removed(
        links=links,
        shortened=shortened,
        lookups=lookups,
        notices=notices,
        guards=guards,
        is_all=links + shortened < MOST and notices < MOST,
    )


async def _links(before: datetime, services: Services) -> tuple[int, int]:
    links, shortened = 0, 0
    async for mapping in services.mappings.all():
        if links + shortened >= MOST:
            continue
        try:
            if is_to_go(mapping, before):
                await services.mappings.remove(mapping)
                await _forget(mapping, None, services)
                links += 1
            elif (shorter := without_old_dates(mapping, before)) is not None:
                await services.mappings.save(shorter)
                await _forget(mapping, shorter, services)
                shortened += 1
        except StaleVersionError:
            continue
    return links, shortened


async def _forget(old: Mapping, kept: Mapping | None, services: Services) -> None:
    """Remove the look-up rows of what has gone, as far as they still lead to it."""
    still = set() if kept is None else pointers_of(kept)
    for key in pointers_of(old) - still:
        pointer = await services.pointers.find(key)
        if pointer is not None and pointer.mapping_id == old.id:
            await services.pointers.remove(key)
    if kept is None:
        for resource in {r.resource for r in old.every_refusal if r.resource is not None}:
            await services.waiting.remove(resource, old.id)


async def _note_installed(services: Services) -> None:
    """Make sure that a table that is wiped later is noticed, whatever a crash has left out."""
    condition = await services.mappings.condition()
    if condition is not None and await services.cursors.get(INSTALLED) is None:
        await services.cursors.put(INSTALLED, condition.since.isoformat())
