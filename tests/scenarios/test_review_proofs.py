"""After a crash as ever: one 404 proves nothing; and ROOMS' stamps of "never" (P8, design 5.1)."""

from datetime import timedelta

from core.app.work_batch import work_batch
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.work import MappingKey, Source, WorkItem
from tests.kit.interruptions import Moment
from tests.kit.quiet import WorkerKilledError

WHEN = "tomorrow 09:00-10:00"
ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
NOT_FOUND = {"error": {"code": "ErrorItemNotFound", "message": "The object was not found."}}
AFTER_THE_LEASE = timedelta(seconds=200)


async def test_an_event_that_is_not_handed_out_once_after_a_crash_is_booked_all_the_same(world):
    world.interruptions.strike(
        r"rooms\.POST.*reservation/create", WorkerKilledError, moment=Moment.BEFORE
    )
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    services = await world.app.services()
    (link,) = [mapping async for mapping in services.mappings.all()]
    world.clock.advance(AFTER_THE_LEASE)
    await world.graph_fault("GET", "/events/", status=404, body=NOT_FOUND)
    look = WorkItem(
        key=MappingKey(link.id, ANNA),
        source=Source.SWEEP,
        thorough=True,
        first_seen=world.clock.now(),
    )
    await work_batch([look], services)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)


async def test_a_rooms_whose_bookings_were_never_changed_is_polled_on(world):
    await world.push(silent=True)
    await world.rooms("anna").books("Säntis", at=WHEN)
    headers = {"APIKEY": world.company.persons["anna"]["pin"], "X-JsonPropertyFormat": "camel"}
    found = (await world.rest.get("v2.0/bookings/find", headers=headers)).json()
    never = [booking | {"modifiedOn": "0001-01-01T00:00:00+01:00"} for booking in found]
    assert never
    await world.rooms_fault("GET", "bookings/find", times=100, status=200, body=never)
    await world.advances(minutes=3)
    await world.then_outlook_has("anna", WHEN)
