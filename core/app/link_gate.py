"""No link is made while the table of links is not whole: an item may have one that is not there.

    the table says        installed before   then
    it is whole           any                links are made
    it is being rebuilt   any                no look makes a link; the rebuild ends with a full pass
    nothing               no                 a new installation: it is whole from now on
    nothing               yes                it was wiped: as above, until `roomsync rebuild` ran

That it was installed is kept apart, among the cursors. Asked once for every new link, by one read.
On the first day all workers ask at once.
"""

from enum import StrEnum

from core.app.services import Services
from core.domain.link_table import TableCondition
from core.errors import TransientError

INSTALLED = "links:installed"
"""The cursor's name."""

LOST = (
    "the table of links is empty and was not before: nothing new is linked until"
    " `roomsync rebuild` has restored it (S05)"
)
REBUILDING = "links are being rebuilt: it is looked at again afterwards (S05)"


class LinksIncompleteError(TransientError):
    """A link that is not known may exist all the same: none is made now."""


async def require_whole(services: Services) -> None:
    """Return if links may be made; LinksIncompleteError says why not."""
    match await links_state(services):
        case LinksState.LOST:
            raise LinksIncompleteError(LOST)
        case LinksState.REBUILDING:
            raise LinksIncompleteError(REBUILDING)
        case LinksState.NEW:
            await begin(services)


async def begin(services: Services) -> None:
    """Write down that links are kept from now on: the table first, so that no crash locks it."""
    now = services.clock.now()
    await services.mappings.declare(TableCondition(since=now))
    await services.cursors.put(INSTALLED, now.isoformat())


class LinksState(StrEnum):
    """Whether links may be made, and what keeps them from being made."""

    NEW = "new"
    WHOLE = "whole"
    LOST = "lost"
    REBUILDING = "rebuilding"


async def links_state(services: Services) -> LinksState:
    """Return how things stand, without beginning anything."""
    condition = await services.mappings.condition()
    if condition is None:
        if await services.cursors.get(INSTALLED) is None:
            return LinksState.NEW
        # Another worker may have begun between the two reads: it declares the table first.
        condition = await services.mappings.condition()
    if condition is None:
        return LinksState.LOST
    return LinksState.WHOLE if condition.rebuilding_since is None else LinksState.REBUILDING


async def why_incomplete(services: Services) -> str | None:
    """Return why no new links are made now, None when they are."""
    reasons = {LinksState.LOST: LOST, LinksState.REBUILDING: REBUILDING}
    return reasons.get(await links_state(services))
