"""The ExchangeSchedules port over `getSchedule` (graph-calendar 6)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from core.adapters.exchange.free_busy import in_requests
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.schedule_payloads import SchedulePayload, SchedulesPayload
from core.adapters.graph.times import wall_utc
from core.domain.event import EventPlace
from core.domain.free_busy.schedule import Known, Unknown
from core.domain.interval import Interval
from core.errors import InvalidPayloadError

LONGEST = timedelta(days=62)
"""Of one request."""
_SHORTEST_CELL, _LONGEST_CELL = 5, 1440
"""Minutes of Exchange's own cells, which always come: nobody reads them, so as long as can be."""


class GraphSchedules:
    """Needs `Calendars.Read` for the mailbox that is asked through, and for no other."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def schedules(
        self, asker: EventPlace, addresses: Sequence[str], window: Interval
    ) -> Mapping[str, Known]:
        """Return what is known of each address; a request per 20 addresses and 62 days."""
        mailbox = self._connection.address(asker)
        return await in_requests(addresses, window, LONGEST, partial(self._asked, mailbox))

    async def _asked(
        self, mailbox: str, addresses: Sequence[str], window: Interval
    ) -> dict[str, Known]:
        body = {
            "schedules": list(addresses),
            "startTime": wall_utc(window.start),
            "endTime": wall_utc(window.end),
            "availabilityViewInterval": _cell_minutes(window),
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


def _cell_minutes(window: Interval) -> int:
    """Return how long the cells of an answer are to be: never longer than what is asked for."""
    minutes = int((window.end - window.start).total_seconds() // 60)
    return max(_SHORTEST_CELL, min(_LONGEST_CELL, minutes))


def _known(content: Mapping[str, object]) -> Known:
    try:
        return SchedulePayload.read(content, "free/busy of a mailbox").to_domain()
    except (InvalidPayloadError, ValueError, OverflowError):
        return Unknown.OTHER
