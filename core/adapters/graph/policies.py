"""Room policies out of the calendar options of a mailbox: Graph beta `userConfiguration` (R-901).

Documented are the call, its permission and the pairs ([MS-OXOCFG] 2.2.5.1.1 names some); that the
pairs hold all parameters of Set-CalendarProcessing, and the id of the options, is not: both ids are
tried, what is missing or odd is unknown. Beta may change, so nothing here ever stops a sync.
"""

from collections.abc import Mapping
from typing import Any

from core.adapters.graph.client import GraphConnection
from core.adapters.graph.directory_payloads import ConfigurationPayload
from core.domain.event import EventPlace
from core.domain.room_policy import AutomateProcessing, RoomPolicy
from core.errors import NotFoundError

OPTION_IDS = ("Calendar", "IPM.Configuration.Calendar")
_PROCESSING = {
    "0": AutomateProcessing.NONE,
    "none": AutomateProcessing.NONE,
    "1": AutomateProcessing.AUTO_UPDATE,
    "autoupdate": AutomateProcessing.AUTO_UPDATE,
    "2": AutomateProcessing.AUTO_ACCEPT,
    "autoaccept": AutomateProcessing.AUTO_ACCEPT,
}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


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


def policy_from(values: Mapping[str, str]) -> RoomPolicy:
    """Return what the pairs of a mailbox's calendar options say; keys are in lower case."""
    return RoomPolicy(
        automate_processing=_PROCESSING.get(values.get("automateprocessing", "").lower()),
        allow_recurring_meetings=_boolean(values, "allowrecurringmeetings"),
        allow_conflicts=_boolean(values, "allowconflicts"),
        booking_window_days=_number(values, "bookingwindowindays"),
        enforce_scheduling_horizon=_boolean(values, "enforceschedulinghorizon"),
        maximum_duration_minutes=_number(values, "maximumdurationinminutes"),
        maximum_conflict_instances=_number(values, "maximumconflictinstances"),
        conflict_percentage_allowed=_number(values, "conflictpercentageallowed"),
    )


def _boolean(values: Mapping[str, str], name: str) -> bool | None:
    return _BOOLEANS.get(values.get(name, "").strip().lower())


def _number(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1000000") else None
