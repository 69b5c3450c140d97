"""Who is on call is woken by what happens and by nothing else: from a deed to Azure's rule."""

import pytest

from tests.kit.alerting import deployed_rules
from tests.kit.workspace import workspace

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
HOURS = (9, 10, 11, 13, 14, 15)
GONE = {"error": {"code": "ErrorItemNotFound", "message": "The object was not found."}}


@pytest.fixture(scope="module")
def rules():
    return deployed_rules()


@pytest.fixture
def there(world):
    with workspace(world.clock.now()) as found:
        yield found


async def goes_on(world, there, minutes):
    for _ in range(minutes):
        await world.advances(minutes=1)
        there.tell_at(world.clock.now())


def woken(rules, there):
    return {(name, which) for name in rules.rules for which in rules.fires(name, there)}


async def test_a_day_like_any_other_wakes_nobody(world, there, rules):
    await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await goes_on(world, there, 35)
    await world.rooms("marc").books("Pilatus", at=WHEN)
    await goes_on(world, there, 5)

    assert woken(rules, there) == set()


async def test_a_worker_that_is_off_wakes_somebody_until_it_is_back(world, there, rules):
    await goes_on(world, there, 6)
    world.motor.works = False
    await goes_on(world, there, 16)
    assert woken(rules, there) == {("poll-stopped", "")}

    world.motor.works = True
    await goes_on(world, there, 11)
    assert ("poll-stopped", "") not in woken(rules, there)


async def test_notifications_that_stop_wake_somebody(world, there, rules):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await goes_on(world, there, 31)
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=LATER)
    await goes_on(world, there, 16)

    awake = woken(rules, there)
    assert ("push-silent", "mailbox") in awake
    assert {name for name, _ in awake} == {"push-silent"}


async def test_rooms_that_does_not_answer_wakes_somebody(world, there, rules):
    away = {"match": {"actor": "service"}, "times": 100_000, "do": {"status": 503}}
    await world.rooms_control("faults", away)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await goes_on(world, there, 16)

    assert woken(rules, there) == {("parked", "rooms")}
    await world.rooms_control_delete("faults")
    await world.advances(minutes=20)


async def test_a_system_that_lets_us_in_no_more_wakes_somebody(world, there, rules):
    shut = {"match": {"actor": "service"}, "times": 100_000, "do": {"status": 403}}
    await world.rooms_control("faults", shut)
    await goes_on(world, there, 16)
    assert woken(rules, there) == {("parked", "rooms"), ("forbidden", "rooms")}

    await goes_on(world, there, 45)
    assert ("forbidden", "rooms") in woken(rules, there), "as long as it is so"
    await world.rooms_control_delete("faults")
    await world.advances(minutes=20)


async def test_one_mailbox_that_is_shut_wakes_somebody(world, there, rules):
    await goes_on(world, there, 3)
    match = {"actor": "service", "mailbox": world.company.address("anna")}
    refusal = {"status": 403, "body": {"error": {"code": "ErrorAccessDenied", "message": "-"}}}
    await world.exchange_control("faults", {"match": match, "times": 100_000, "do": refusal})
    await goes_on(world, there, 40)

    assert woken(rules, there) == {("forbidden", "mailbox")}
    await world.exchange_control_delete("faults")
    await world.advances(minutes=65)


async def test_a_mailbox_that_the_guard_stops_wakes_somebody(world, there, rules):
    for hour in HOURS:
        await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
    await goes_on(world, there, 6)
    await world.graph_fault("GET", "anna.meier.*/events/", times=9999, status=404, body=GONE)
    nothing = {"value": []}
    calendar = "anna.meier.*calendarView\\?"
    await world.graph_fault("GET", calendar, times=9999, status=200, body=nothing)
    await goes_on(world, there, 65)

    assert ("guard", "") in woken(rules, there)
    await world.exchange_control_delete("faults")
    world.expected.given_up = 1
