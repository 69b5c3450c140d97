"""Private meetings, refusals and failures of both systems: nothing of them gets out (P9, B5).

What is searched is in tests/kit/canary.py; here telemetry is on, and everything goes wrong.
"""

import pytest

from core.errors import ServiceUnavailableError
from tests.kit.canary import WATCH
from tests.kit.recurring import FIRST, weekly
from tests.kit.telemetry import told

WHEN, LATE = "tomorrow 09:00-10:00", "tomorrow 15:00-16:00"
ECHO = {"error": {"code": "ErrorInvalidRequest", "message": "Betriebsrat, anna.meier@b.example"}}
"""What a service may answer: it repeats what it was sent."""


@pytest.fixture
def telling():
    with told() as all_told:
        yield all_told


async def test_of_private_meetings_and_their_troubles_nothing_gets_out(telling, world):
    anna, lea = world.outlook("anna"), world.outlook("lea")
    secret = await anna.books("Säntis", at=WHEN, subject="Betriebsrat", private=True)
    await anna.books("Eiger", at=FIRST, subject="Reihe", recurrence=weekly(times=4), private=True)
    await world.rooms("marc").books("Säntis", at=LATE, title="Aufhebung", private=True)
    await world.settles()
    await lea.books("Säntis", at=WHEN, subject="Zweitbuchung", attendees=["marc"], private=True)
    await world.settles()
    await world.rooms_fault("PUT", "/confirm$", status=500, body="Betriebsrat Anna Meier")
    await world.graph_fault("PATCH", "/events/", status=503, body=ECHO)
    await anna.invites(secret, "marc")
    await world.settles()
    world.interruptions.strike(r"^tables\.mappings\.transact$", ServiceUnavailableError("down"))
    await anna.renames(secret, "Betriebsrat zwei")
    await world.advances(minutes=12)
    await world.rooms("peter").books("Pilatus", at=WHEN, title="Belegung")
    await world.settles()
    assert telling.spans, "telemetry was on"
    assert WATCH.complaints() == []


async def test_what_a_service_says_of_a_request_that_it_refuses_for_good_is_not_repeated(
    telling, world
):
    await world.graph_fault("POST", "/events$", status=400, body=ECHO)
    await world.rooms("anna").books("Säntis", at=WHEN, title="Betriebsrat")
    await world.settles()
    await world.advances(minutes=5)
    world.clears_failed_items()
    assert [span for span in telling.spans if not span.status.is_ok], "it failed"
    assert WATCH.complaints() == []
    await world.full_pass()
    await world.settles()
