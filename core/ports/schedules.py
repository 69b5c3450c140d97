"""Exchange's free/busy: when people and resources have something, and nothing of what (R-820)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.domain.event import EventPlace
from core.domain.free_busy.schedule import Known
from core.domain.interval import Interval


class ExchangeSchedules(Protocol):
    """Free/busy of one environment, of anybody in it; asked through a mailbox that is synced."""

    async def schedules(
        self, asker: EventPlace, addresses: Sequence[str], window: Interval
    ) -> Mapping[str, Known]:
        """Return what is known of each address, under the address as it was given.

        Spans may begin before the window and end after it; free ones are left out. As many
        requests as the limits of the service make of it: `ceil(addresses / batch)` for each part
        of the window. What concerns one address is its own `Unknown`; what concerns the asker or
        the environment is raised: MailboxUnavailableError and NotPermittedError may be the asker's
        alone.
        """
        ...
