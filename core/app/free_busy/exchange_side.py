"""Asks Exchange for free/busy: each address where it lives, all environments side by side."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from core.app.free_busy.kept import Kept
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.free_busy.schedule import Known, Unknown
from core.domain.ids import EnvironmentId
from core.domain.interval import Interval
from core.errors import MailboxUnavailableError, NotPermittedError, RoomSyncError
from core.ports.clock import Clock
from core.ports.schedules import ExchangeSchedules

PATIENCE_S = 15.0
"""For one environment: whoever looks at a page does not wait longer for one that is down."""

ASKERS = 3
"""Mailboxes to ask through, one after the other, where one is gone or closed to us."""


@dataclass(slots=True)
class Told:
    """What Exchange said, by address in lower case; `troubles`: what an operator should know."""

    schedules: dict[str, Known] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)


class ExchangeSide:
    """Free/busy of any address in any environment; what could not be read is `Unknown`.

    One environment that is down is unknown, and harms no other. What was read is kept for a minute.
    """

    def __init__(
        self, schedules_of: Callable[[EnvironmentId], ExchangeSchedules], clock: Clock
    ) -> None:
        self._schedules_of = schedules_of
        self._kept: Kept[tuple[EnvironmentId, str, Interval], Known] = Kept(clock)

    async def read(self, addresses: Iterable[str], window: Interval, directory: Directory) -> Told:
        """Return what is known of each address.

        A domain may be several environments' (R-043): whoever one of them does not know, the next
        is asked about.
        """
        told = Told()
        homes = {address.lower(): homes_of(address, directory) for address in addresses}
        told.schedules = dict.fromkeys(homes, Unknown.NOBODY)
        turn = 0
        while asked := _by_environment(homes, told.schedules, turn):
            answers = await asyncio.gather(
                *(
                    self._of_environment(environment, some, window, directory, told)
                    for environment, some in asked.items()
                )
            )
            for answer in answers:
                told.schedules |= answer
            turn += 1
        return told

    async def _of_environment(
        self,
        environment: EnvironmentId,
        addresses: list[str],
        window: Interval,
        directory: Directory,
        told: Told,
    ) -> dict[str, Known]:
        found = {a: self._kept.get((environment, a, window)) for a in addresses}
        known = {address: each for address, each in found.items() if each is not None}
        missing = [address for address in addresses if address not in known]
        if missing:
            fresh = await self._asked(environment, missing, window, directory, told)
            for address, each in fresh.items():
                if each not in _PASSING:
                    self._kept.keep((environment, address, window), each)
            known |= fresh
        return known

    async def _asked(
        self,
        environment: EnvironmentId,
        addresses: list[str],
        window: Interval,
        directory: Directory,
        told: Told,
    ) -> Mapping[str, Known]:
        why = Unknown.NOBODY_TO_ASK
        told.troubles.pop(environment, None)
        for asker in askers(environment, addresses, directory)[:ASKERS]:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    schedules = self._schedules_of(environment)
                    return await schedules.schedules(asker, addresses, window)
            except (MailboxUnavailableError, NotPermittedError) as error:
                is_closed = isinstance(error, NotPermittedError)
                why = Unknown.NOT_ALLOWED if is_closed else Unknown.NO_ANSWER
                told.troubles[environment] = str(error)
            except TimeoutError:
                told.troubles[environment] = f"no answer within {PATIENCE_S:.0f} seconds"
                return dict.fromkeys(addresses, Unknown.NO_ANSWER)
            except RoomSyncError as error:
                told.troubles[environment] = str(error)
                return dict.fromkeys(addresses, Unknown.NO_ANSWER)
        told.troubles.setdefault(environment, "no mailbox there is synced that could be asked")
        return dict.fromkeys(addresses, why)


_PASSING = frozenset({Unknown.NO_ANSWER, Unknown.NOBODY_TO_ASK, Unknown.NOT_ALLOWED, Unknown.OTHER})
"""What is asked again at once: an operator may be mending it."""


def homes_of(address: str, directory: Directory) -> tuple[EnvironmentId, ...]:
    """Return where somebody may live: as the settings say, else wherever the domain does."""
    owner = directory.person_at(address) or directory.resource_at(address)
    if owner is not None and owner.environment is not None:
        return (owner.environment,)
    domain = address.rpartition("@")[2].lower()
    found = [
        each.id
        for each in directory.environments.values()
        if domain and domain in {name.lower() for name in each.domains}
    ]
    return tuple(sorted(found))


def askers(
    environment: EnvironmentId, addresses: Iterable[str], directory: Directory
) -> list[EventPlace]:
    """Return the mailboxes to ask through, those that are asked about first."""
    synced = {p for p in directory.synced_places() if p.environment == environment}
    owners = (directory.person_at(a) or directory.resource_at(a) for a in addresses)
    first = [owner.place for owner in owners if owner is not None and owner.place in synced]
    others = sorted(synced, key=lambda place: (place.mailbox[0], int(place.mailbox[1:])))
    return list(dict.fromkeys([*first, *others]))


def _by_environment(
    homes: Mapping[str, tuple[EnvironmentId, ...]], known: Mapping[str, Known], turn: int
) -> dict[EnvironmentId, list[str]]:
    """Return who is to be asked about in which environment in this turn."""
    asked: dict[EnvironmentId, list[str]] = {}
    for address, places in homes.items():
        if turn < len(places) and known[address] is Unknown.NOBODY:
            asked.setdefault(places[turn], []).append(address)
    return asked
