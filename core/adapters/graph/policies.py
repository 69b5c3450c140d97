"""Room policies out of the calendar options of a mailbox: Graph beta `userConfiguration` (R-901).

Documented are the call, its permission and the pairs ([MS-OXOCFG] 2.2.5.1.1 names some); that the
pairs hold all parameters of Set-CalendarProcessing, and the id of the options, is not: both ids are
tried, what is missing or odd is unknown. Beta may change, so nothing here ever stops a sync.
"""

from typing import Any

from core.adapters.exchange.calendar_options import OPTION_IDS, policy_from
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.directory_payloads import ConfigurationPayload
from core.domain.event import EventPlace
from core.domain.room_policy import RoomPolicy
from core.errors import NotFoundError


class PolicyReader:
    """Reads policies. Needs `MailboxConfigItem.Read`, else NotPermittedError."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection
        self._option_id = OPTION_IDS[0]

    async def read(self, place: EventPlace) -> RoomPolicy | None:
        """Return a mailbox's policy, None when it has none; the id that worked is remembered."""
        others = [name for name in OPTION_IDS if name != self._option_id]
        for name in (self._option_id, *others):
            try:
                content = await self._options(place, name)
            except NotFoundError:
                continue
            self._option_id = name
            policy = policy_from(ConfigurationPayload.read(content, "calendar options").values())
            return None if policy.is_empty else policy
        return None

    async def _options(self, place: EventPlace, name: str) -> dict[str, Any]:
        address = self._connection.address(place)
        return await self._connection.read(
            lambda requests: requests.calendar_options(address, name),
            f"reading the policy of mailbox {place.mailbox}",
        )
