"""Asks a scope whether it answers: one cheap read that changes nothing (docs/parking.md)."""

import asyncio
from collections.abc import Awaitable, Sequence

from core.app.breakers import COUNTING
from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.ids import ICalUid
from core.domain.scope import Scope, scope_of
from core.errors import MailboxUnavailableError, NotPermittedError, RoomSyncError

PATIENCE_S = 10.0

NEIGHBOURS = 3
"""Mailboxes that are asked before an environment counts as down."""

MORE_NEIGHBOURS = 10
"""The same where we are not let in: an application may be allowed into some mailboxes only."""

NOBODYS = ICalUid("health-check")
"""Looked for in one mailbox: an answer, even an empty one, says that Exchange lets us in."""


async def trouble_of(scope: Scope, services: Services, turn: int = 0) -> Exception | None:
    """Return why a scope does not answer, None if it does.

    A mailbox that is not synced any more has nothing to answer: what waits for it may look. Each
    `turn` asks other mailboxes of an environment.
    """
    if scope.is_rooms:
        return await _trouble(services.rooms.ping())
    if scope.place is None:
        return await trouble_of_environment(scope, services, turn=turn)
    if not (await services.roster.directory()).watches(scope.place):
        return None
    return await _trouble_at(scope.place, services)


async def trouble_of_environment(
    scope: Scope, services: Services, *, but: EventPlace | None = None, turn: int = 0
) -> Exception | None:
    """Return why an environment does not answer; one mailbox that answers, or is gone, is enough.

    None, too, where there is no other mailbox to ask.
    """
    last: Exception | None = None
    for number, place in enumerate(await _neighbours(scope, services, but, turn)):
        if number >= NEIGHBOURS and not isinstance(last, NotPermittedError):
            break
        last = await _trouble_at(place, services)
        if last is None or isinstance(last, MailboxUnavailableError):
            return None
    return last


async def _neighbours(
    scope: Scope, services: Services, but: EventPlace | None, turn: int
) -> Sequence[EventPlace]:
    """Return whom to ask, spread over all mailboxes; those that are parked themselves come last."""
    directory = await services.roster.directory()
    places = [p for p in directory.synced_places() if p.environment == scope.environment]
    itself = {p for p in places if services.breakers.is_parked_itself(scope_of(p))}
    first = [place for place in places if place != but and place not in itself]
    last = [place for place in places if place != but and place in itself]
    return (_spread(first, turn) + _spread(last, turn))[:MORE_NEIGHBOURS]


def _spread(places: list[EventPlace], turn: int) -> list[EventPlace]:
    step = max(len(places) // MORE_NEIGHBOURS, 1)
    start = turn % step
    return places[start::step] + [p for n, p in enumerate(places) if n % step != start]


async def _trouble_at(place: EventPlace, services: Services) -> Exception | None:
    calendar = services.calendars.get(place.environment)
    return None if calendar is None else await _trouble(calendar.find_by_ical_uid(place, NOBODYS))


async def _trouble(asked: Awaitable[object]) -> Exception | None:
    """Wait for an answer; one that is strange is an answer, too."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await asked
    except (TimeoutError, *COUNTING) as error:
        return error
    except RoomSyncError:
        return None
    return None
