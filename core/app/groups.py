"""Who is behind the groups among an event's attendees (R-008, S08)."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from core.domain.directory import Directory
from core.domain.ids import EnvironmentId
from core.domain.meeting import Attendee
from core.errors import NotPermittedError
from core.ports.clock import Clock
from core.ports.exchange import ExchangeCalendar

log = logging.getLogger(__name__)

_KEPT_FOR = timedelta(hours=1)

type Members = tuple[Attendee, ...]


class GroupBook:
    """Asks the directory of an environment and remembers for an hour, also what is no group.

    So two looks at one event see the same members, and an address costs two reads an hour at most.
    """

    def __init__(self, calendars: Mapping[EnvironmentId, ExchangeCalendar], clock: Clock) -> None:
        self._calendars, self._clock = calendars, clock
        self._memory: dict[tuple[EnvironmentId, str], tuple[datetime, Members | None]] = {}

    async def among(
        self, addresses: Iterable[str], environment: EnvironmentId, directory: Directory
    ) -> dict[str, Members]:
        """Return the members of those addresses that are groups, by address in lower case.

        Only unknown addresses in the domains of an environment are asked about, the event's own
        one first: persons and resources of the settings are none, and nobody else's groups can be
        expanded. Nothing is asked unless the settings want groups expanded.
        """
        if not directory.policies.resolve_groups:
            return {}
        homes = {
            address: _home_of_group(address, environment, directory)
            for address in sorted({a.strip().lower() for a in addresses})
        }
        found = {
            address: await self.members(address, home)
            for address, home in homes.items()
            if home is not None
        }
        return {address: members for address, members in found.items() if members is not None}

    async def members(self, address: str, environment: EnvironmentId) -> Members | None:
        """Return a group's members, None if the address is none or the right to ask is missing."""
        now = self._clock.now()
        kept = self._memory.get((environment, address))
        if kept is not None and now < kept[0] + _KEPT_FOR:
            return kept[1]
        try:
            members = await self._calendars[environment].group_members(address)
        except NotPermittedError as error:
            log.warning("groups_not_readable", extra={"why": str(error)})
            members = None
        self._memory[environment, address] = (now, members)
        return members


def _home_of_group(
    address: str, environment: EnvironmentId, directory: Directory
) -> EnvironmentId | None:
    """Return the environment in which an address may be a group, None where it can be none.

    On premises and online may have a domain in common (R-043): then the event's own knows it.
    """
    _, at, domain = address.rpartition("@")
    if not at or directory.person_at(address) or directory.resource_at(address):
        return None
    homes = [
        home.id
        for home in directory.environments.values()
        if domain in {known.lower() for known in home.domains}
    ]
    return environment if environment in homes else min(homes, default=None)
