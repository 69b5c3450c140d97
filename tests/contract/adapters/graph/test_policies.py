"""Room policies as the adapter reads them, and the copies that are kept of them (R-901, R-902)."""

from datetime import timedelta

import pytest

from core.adapters.exchange.calendar_options import policy_from
from core.adapters.tables.policy_store import TablePolicyStore
from core.adapters.tables.provision import create_tables
from core.app.room_policies import RoomPolicies
from core.domain.room_policy import PolicyState, RoomPolicy
from core.errors import NotPermittedError
from devstack.kit.world import World
from tests.contract.adapters.a_policy import READ, SET
from tests.contract.adapters.graph.conftest import CONTOSO, ROOM, WORLD, requests_to
from tests.kit.memory_tables import MemoryTables

GONE = {"status": 503, "body": {"error": {"code": "ServiceNotAvailable"}}}


@pytest.fixture
def set_policy(simulator):
    def set_policy(**policy):
        room = {**WORLD["resources"][0], "calendar_processing": policy}
        simulator.load(World.model_validate({**WORLD, "resources": [room]}))

    return set_policy


@pytest.fixture
async def tables():
    tables = MemoryTables()
    await create_tables(tables)
    return tables


@pytest.fixture
def policies(calendar, clock, tables):
    return RoomPolicies(TablePolicyStore(tables), {CONTOSO: calendar}, clock)


@pytest.mark.parametrize("name", ["Calendar", "IPM.Configuration.Calendar"])
async def test_either_id_of_the_options_is_found_and_remembered(calendar, simulator, name):
    simulator.switches.set("configuration_id", name)
    assert await calendar.read_policy(ROOM)
    simulator.controls.requests.clear()
    assert await calendar.read_policy(ROOM)
    assert len(requests_to(simulator, "configuration.read")) == 1


async def test_a_missing_permission_is_said(calendar, control):
    await control("permissions", {"missing": ["MailboxConfigItem.Read"]})
    with pytest.raises(NotPermittedError):
        await calendar.read_policy(ROOM)


@pytest.mark.parametrize("odd", ["", "-5", "1e3", "viele", "٣٠", "99999999999999999999"])
def test_an_odd_number_is_unknown(odd):
    assert policy_from({"bookingwindowindays": odd}) == RoomPolicy()


@pytest.mark.over_http
async def test_an_answer_in_another_form_tells_nothing(calendar, control):
    odd = {"id": "Calendar", "structuredData": [{"keyEntry": None, "valueEntry": {"values": []}}]}
    do = {"status": 200, "body": odd}
    await control("faults", {"match": {"path": "userConfigurations"}, "times": 1, "do": do})
    assert await calendar.read_policy(ROOM) is None


async def test_a_policy_is_unknown_until_it_was_read(policies, set_policy, clock):
    set_policy(**SET)
    assert await policies.usable(ROOM) is None
    assert (await policies.known(ROOM)).state(clock.now()) is PolicyState.NOT_FETCHED
    await policies.refresh_if_due(ROOM)
    assert await policies.usable(ROOM) == READ


async def test_a_fresh_copy_is_not_read_again(policies, simulator, clock):
    await policies.refresh_if_due(ROOM)
    clock.advance(timedelta(hours=18))
    await policies.refresh_if_due(ROOM)
    assert len(requests_to(simulator, "configuration.read")) == 1
    clock.advance(timedelta(hours=6))
    await policies.refresh_if_due(ROOM)
    assert len(requests_to(simulator, "configuration.read")) == 2


@pytest.mark.over_http
async def test_a_failed_refresh_keeps_the_copy_until_it_expires(
    policies, set_policy, control, clock
):
    set_policy(**SET)
    await policies.refresh_if_due(ROOM)
    await control("faults", {"match": {"path": "userConfig"}, "times": 99, "do": GONE})
    for _ in range(11):
        clock.advance(timedelta(hours=6))
        await policies.refresh_if_due(ROOM)
        assert await policies.usable(ROOM) == READ
    assert (await policies.known(ROOM)).state(clock.now()) is PolicyState.STALE
    clock.advance(timedelta(hours=6))
    await policies.refresh_if_due(ROOM)
    assert await policies.usable(ROOM) is None
    assert (await policies.known(ROOM)).state(clock.now()) is PolicyState.FETCH_FAILED


async def test_without_the_permission_only_rooms_rules_apply(policies, control, clock):
    await control("permissions", {"missing": ["MailboxConfigItem.Read"]})
    await policies.refresh_if_due(ROOM)
    assert await policies.usable(ROOM) is None
    known = await policies.known(ROOM)
    assert (known.state(clock.now()), known.failure) == (
        PolicyState.FETCH_FAILED,
        "NotPermittedError",
    )


async def test_an_operator_gets_the_policy_at_once(policies, set_policy):
    set_policy(BookingWindowInDays=30)
    await policies.refresh_if_due(ROOM)
    set_policy(BookingWindowInDays=60)
    assert (await policies.fetch_now(ROOM)).policy.booking_window_days == 60
    assert (await policies.usable(ROOM)).booking_window_days == 60


async def test_a_look_costs_no_read_of_a_table(policies, tables):
    await policies.refresh_if_due(ROOM)
    before = tables.calls["policies.get"]
    assert await policies.usable(ROOM) is not None
    assert tables.calls["policies.get"] == before


async def test_copies_that_cannot_be_read_stop_no_look(calendar, clock):
    policies = RoomPolicies(TablePolicyStore(MemoryTables()), {CONTOSO: calendar}, clock)
    assert await policies.usable(ROOM) is None


async def test_another_process_sees_the_fresh_copy_a_little_later(calendar, clock, tables):
    one, other = (
        RoomPolicies(TablePolicyStore(tables), {CONTOSO: calendar}, clock) for _ in range(2)
    )
    assert await other.usable(ROOM) is None
    await one.refresh_if_due(ROOM)
    clock.advance(timedelta(minutes=5))
    assert await other.usable(ROOM) is not None


async def test_reading_a_policy_changes_nothing(policies, simulator):
    await policies.refresh_if_due(ROOM)
    assert [line.changed for line in requests_to(simulator, "configuration.read")] == [False]
