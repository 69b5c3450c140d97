"""Free/busy straight from the model: the ExchangeSchedules port without Graph."""

from collections.abc import Mapping, Sequence
from datetime import time

from core.domain.event import EventPlace
from core.domain.free_busy.schedule import BusyTime, Known, Schedule, Unknown, WorkingHours
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import WORKING_DAYS
from devstack.exchange.graph.schedule import MOST_ENTRIES
from devstack.exchange.model import freebusy, zones
from devstack.exchange.model.mailbox import Mailbox
from tests.simulation.ports.exchange_line import Addresses, Asking, ExchangeLine


class ModelSchedules:
    """Asks through a mailbox, as the adapter does; there is no limit of addresses or days."""

    def __init__(self, line: ExchangeLine, addresses: Addresses) -> None:
        self._line, self._addresses = line, addresses

    async def schedules(
        self, asker: EventPlace, addresses: Sequence[str], window: Interval
    ) -> Mapping[str, Known]:
        asking = Asking(port="schedules", operation="schedule.read", doing="reading free/busy")
        mailbox = self._addresses.address(asker)
        return await self._line.ask(
            asking,
            "calendar/getSchedule",
            lambda _: {address: self._known(address, window) for address in addresses},
            mailbox,
        )

    def _known(self, address: str, window: Interval) -> Known:
        model = self._line.simulator.model
        found = [model.directory.find(each) for each in model.directory.expand(address)]
        here = [m for m in found if m and m.has_mailbox and m.is_internal]
        if not here or any(m.is_on_premises for m in here):
            return Unknown.NOBODY
        blocks = [b for m in here for b in freebusy.blocks(model.series, m, *_bounds(window))]
        if len(blocks) > MOST_ENTRIES:
            return Unknown.TOO_MANY
        busy = {
            BusyTime(Interval(b.start, b.end), ShowAs(b.item.private.show_as.value)) for b in blocks
        }
        shown = sorted((b for b in busy if b.show_as is not ShowAs.FREE), key=_by_time)
        return Schedule(tuple(shown), _working_hours(here[0]))


def _bounds(window: Interval) -> tuple:
    return window.start, window.end


def _by_time(busy: BusyTime) -> tuple:
    return busy.time, busy.show_as


def _working_hours(mailbox: Mailbox) -> WorkingHours:
    zone = zones.zone(mailbox.time_zone).iana
    return WorkingHours(WORKING_DAYS, time(8), time(17), zone)
