"""While one environment keeps us waiting for its answer, what fails in another is asked, too."""

import asyncio
from types import SimpleNamespace

from core.app.breakers import BreakerBook
from core.app.parking import parked_by
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scope import scope_of
from core.errors import NotPermittedError
from tests.unit.builders import CONTOSO, NOW

ONLINE = EventPlace(CONTOSO, MailboxKey("p11"))
CELLAR = EventPlace(EnvironmentId("cellar"), MailboxKey("p12"))


class Store:
    async def all(self):
        return []


async def test_an_environment_that_keeps_us_waiting_holds_up_no_other_one():
    never = asyncio.Event()

    async def keeps_waiting(*_):
        await never.wait()

    async def answers(*_):
        return None

    async def directory():
        return SimpleNamespace(watches=lambda _: True)

    clock = SimpleNamespace(now=lambda: NOW)
    services = SimpleNamespace(
        clock=clock,
        roster=SimpleNamespace(directory=directory),
        breakers=BreakerBook(Store(), clock),
        calendars={
            CELLAR.environment: SimpleNamespace(find_by_ical_uid=keeps_waiting),
            ONLINE.environment: SimpleNamespace(find_by_ical_uid=answers),
        },
    )
    stuck = asyncio.create_task(parked_by(refused(CELLAR), 1, services))
    await asyncio.sleep(0)
    assert await asyncio.wait_for(parked_by(refused(ONLINE), 1, services), 2) is None
    assert not stuck.done()
    stuck.cancel()


def refused(place):
    error = NotPermittedError("we are not let in")
    error.origin = scope_of(place).name
    return error
