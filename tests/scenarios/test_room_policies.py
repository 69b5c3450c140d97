"""What the room mailbox itself says about bookings, and how the service knows (R-900 ... R-902)."""

import pytest

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.room_policy import PolicyState, RoomPolicy
from tests.kit.company import usual_environment
from tests.kit.on_premises import GRAPH

SAENTIS = EventPlace(EnvironmentId(usual_environment("Säntis")), MailboxKey("r101"))
ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
STRICT = {"calendar_processing": {"BookingWindowInDays": 30, "MaximumDurationInMinutes": 60}}


async def known(world, place=SAENTIS):
    return await (await world.app.services()).policies.known(place)


@pytest.fixture
async def strict(a_world):
    return await a_world(resources={"Säntis": STRICT})


async def test_a_room_s_rules_are_read_as_soon_as_it_is_watched(strict):
    policy = await (await strict.app.services()).policies.usable(SAENTIS)
    assert isinstance(policy, RoomPolicy)
    assert (policy.booking_window_days, policy.maximum_duration_minutes) == (30, 60)


async def test_people_have_no_rules_that_are_asked_for(strict):
    assert (await known(strict, ANNA)).state(strict.clock.now()) is PolicyState.NOT_FETCHED


async def test_changed_rules_are_known_within_thirty_hours(strict):
    await strict.exchange_control(
        "mailboxes",
        {
            "mail": strict.company.address("Säntis"),
            "calendar_processing": {"BookingWindowInDays": 90},
        },
    )
    await strict.advances(hours=30, timers=["room_policies"])
    assert (await known(strict)).usable(strict.clock.now()).booking_window_days == 90


async def test_a_consent_that_is_withdrawn_stops_nothing_but_the_rules(strict):
    if strict.company.exchange != GRAPH:
        pytest.skip("GetUserConfiguration needs no consent of its own")
    await strict.exchange_control("permissions", {"missing": ["MailboxConfigItem.Read"]})
    await strict.advances(hours=80, timers=["room_policies"])
    now = strict.clock.now()
    copy = await known(strict)
    assert (copy.usable(now), copy.state(now)) == (None, PolicyState.FETCH_FAILED)
    event = await strict.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await strict.settles()
    await strict.then_rooms_has("Säntis", "tomorrow 09:00-10:00", organizer="anna")
    await strict.then_room_accepted(event, "Säntis")


async def test_a_service_that_tells_only_what_was_set_leaves_the_rest_unknown(strict):
    strict.exchange.switches.set("configuration_values", "set")
    place = await (await strict.app.services()).policies.fetch_now(SAENTIS)
    assert "allow_conflicts" in place.undelivered()
    assert "booking_window_days" not in place.undelivered()
