"""The ExchangeSchedules port over `getSchedule` (graph-calendar 6)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import batched

from core.adapters.free_busy import PER_REQUEST, parts_of, whole
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.schedule_payloads import SchedulePayload, SchedulesPayload
from core.adapters.graph.times import wall_utc
from core.domain.event import EventPlace
from core.domain.free_busy.schedule import Known, Unknown
from core.domain.interval import Interval
from core.errors import InvalidPayloadError

LONGEST = timedelta(days=62)
"""Of one request; Graph's own cells are not read, so that their number does not matter."""
_CELL_MINUTES = 1440


class GraphSchedules:
    """Needs `Calendars.Read` for the mailbox that is asked through, and for no other."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def schedules(
        self, asker: EventPlace, addresses: Sequence[str], window: Interval
    ) -> Mapping[str, Known]:
        """Return what is known of each address; a request per 20 addresses and 62 days."""
        mailbox = self._connection.address(asker)
        parts: list[dict[str, Known]] = []
        for part in parts_of(window, LONGEST):
            found: dict[str, Known] = {}
            for some in batched(addresses, PER_REQUEST, strict=False):
                found |= await self._asked(mailbox, some, part)
            parts.append(found)
        return whole(addresses, parts)

    async def _asked(
        self, mailbox: str, addresses: Sequence[str], window: Interval
    ) -> dict[str, Known]:
        # A cell must not be longer than what is asked for.
        minutes = max(5, min(_CELL_MINUTES, int((window.end - window.start).total_seconds() // 60)))
        body = {
            "schedules": list(addresses),
            "startTime": wall_utc(window.start),
            "endTime": wall_utc(window.end),
            "availabilityViewInterval": minutes,
        }
        doing = "reading free/busy"
        content = await self._connection.read(
            lambda requests: requests.get_schedule(mailbox, body), doing
        )
        answer = SchedulesPayload.read(content, "free/busy")
        told = {
            str(each.get("scheduleId", "")).strip().lower(): _known(each) for each in answer.value
        }
        return {address: told.get(address.lower(), Unknown.OTHER) for address in addresses}


def _known(content: Mapping[str, object]) -> Known:
    try:
        return SchedulePayload.read(content, "free/busy of a mailbox").to_domain()
    except (InvalidPayloadError, ValueError, OverflowError):
        return Unknown.OTHER
