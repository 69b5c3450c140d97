"""The list of what was given up: one entry per meeting, gone once a look at it succeeds.

    a look ...                             the list
    is given up, not listed yet            message in `failed-items`, entry, flag on its link
    is given up again for the same reason  entry counts on; no second message
    ... for another reason                 as the first time
    succeeds, its link has the flag        entry and flag go
    succeeds, it carries the entry's name  entry goes
    succeeds, neither                      nothing is read and nothing written: the usual case
    the sweep, hourly                      looks at each entry again, the look carries its name

Crash, twice, late, never: the message is sent first, so that nothing is lost; what is done twice is
the same row again; an entry that stays by mistake is looked at by the next sweep and goes then.
"""

from dataclasses import replace

from core.app.services import Services
from core.domain.given_up import GivenUpEntry, entry_id
from core.domain.ids import MappingId
from core.domain.mapping import Mapping
from core.domain.work import GivenUp, ItemKey, Source, WorkItem
from core.errors import StaleVersionError


async def give_up(
    item: WorkItem, reason: str, text: str, link: Mapping | None, services: Services
) -> bool:
    """Put a look into `failed-items` and on the list; tell whether that is news."""
    mapping_id = None if link is None else link.id
    name = entry_id(item.key, mapping_id)
    now = services.clock.now()
    known = await services.given_up.get(name)
    is_news = known is None or known.reason != reason
    if is_news:
        await services.queue.give_up(
            GivenUp(reason=reason, text=text, item=item, mapping_id=mapping_id)
        )
    entry = GivenUpEntry(
        id=name,
        reason=reason,
        text=text,
        item=replace(item, given_up="", attempt=0, deaths=0),
        mapping_id=mapping_id,
        first_at=now if known is None else known.first_at,
        last_at=now,
        times=1 if known is None or is_news else known.times + 1,
    )
    await services.given_up.put(entry)
    if link is not None:
        await _flag(link, name, services)
    return is_news


async def _flag(link: Mapping, name: str, services: Services) -> None:
    """Note on the link that it is listed; without that the sweep finds out."""
    if link.given_up == name:
        return
    try:
        await services.mappings.save(replace(link, given_up=name))
    except StaleVersionError:
        return


async def make_good(item: WorkItem, found: MappingId | None, services: Services) -> None:
    """Take off the list what a successful look was about, as far as the look itself says so.

    A person who asked for it waits for the answer: then the list is asked in any case.
    """
    names = {item.given_up} if item.given_up else set()
    if item.source is Source.OPERATOR:
        names |= {entry_id(item.key, None), entry_id(item.key, found)}
    for name in names:
        await services.given_up.remove(name)


async def make_good_link(mapping: Mapping, services: Services) -> None:
    """Take a link off the list after a look at it, if it was on it; costs nothing if it was not."""
    if not mapping.given_up:
        return
    await services.given_up.remove(mapping.given_up)
    stored = await services.mappings.get(mapping.id)
    if stored is not None and stored.given_up:
        await services.mappings.save(replace(stored, given_up=""))


async def looks_at_given_up(services: Services) -> list[WorkItem]:
    """Return a look at everything on the list, for the sweep."""
    now = services.clock.now()
    return [
        look_again(entry.key, entry.id, replace(entry.item, source=Source.SWEEP, first_seen=now))
        for entry in await services.given_up.all()
    ]


def look_again(key: ItemKey, name: str, item: WorkItem) -> WorkItem:
    """Return a fresh look in place of one that was given up."""
    return replace(item, key=key, given_up=name, thorough=True, attempt=0, deaths=0)
