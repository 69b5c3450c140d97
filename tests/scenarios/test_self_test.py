"""The self-test of a mailbox between both systems (R-880 ... R-882): what it tells and leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.app.self_test.care import care_for_self_tests
from core.app.self_test.reading import Reading, reading_of, step_text
from core.app.self_test.start import SelfTestRunningError, everybody, start, start_all
from core.app.self_test.steps import create, entry_time, remove
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey, MappingId
from core.domain.self_test import FORSAKEN, Said, SelfTestEntry, SelfTestStep, StepState
from tests.kit.kills import dies_after_any_call

ANNA, SAENTIS = MailboxKey("p11"), MailboxKey("r101")
CONTOSO = EnvironmentId("contoso")
STEP = SelfTestStep
DENIED = {"error": {"code": "ErrorAccessDenied"}}


async def begins(world, mailbox=ANNA):
    return await start(mailbox, world.app.callbacks, await world.app.services())


async def the_run(world, mailbox=ANNA):
    return await (await world.app.services()).self_tests.get(mailbox)


def states(test):
    return {result.step: result.state for result in test.steps}


def line(test, step):
    return next(result for result in test.steps if result.step is step)


async def nothing_is_left(world):
    assert [event for event in await world.all_events() if event.is_alive] == []
    assert await world.bookings() == []
    assert world.exchange.controls.mails.since(0) == []
    assert world.booking_system.controls.mails.since(0) == []


class TestWhereAllIsWell:
    @pytest.mark.parametrize("mailbox", [ANNA, SAENTIS])
    async def test_every_step_is_green_and_nothing_is_left(self, world, mailbox):
        await begins(world, mailbox)
        await world.settles()

        test = await the_run(world, mailbox)

        assert reading_of(test) is Reading.ALL
        assert set(states(test).values()) == {StepState.DONE}
        assert line(test, STEP.NOTIFICATION).said is Said.BY_PUSH
        assert (STEP.ROOMS in states(test)) == (mailbox == SAENTIS)
        await nothing_is_left(world)

    async def test_every_mailbox_of_a_company_in_both_worlds_is_tested_one_after_the_other(
        self, a_world
    ):
        world = await a_world(company={"exchange": "mixed"})
        services = await world.app.services()
        begun = await start_all(services)
        with pytest.raises(SelfTestRunningError, match="all mailboxes are being tested since"):
            await start_all(services)
        await world.settles()

        tests = await services.self_tests.all()

        assert {test.mailbox for test in tests} == set(begun.waiting)
        assert len({test.started_at for test in tests}) == begun.total == 6
        assert {reading_of(test) for test in tests} == {Reading.ALL}
        done = await everybody(services)
        assert done is not None
        assert done.under_way(tests, world.clock.now()) == 0
        await nothing_is_left(world)

    async def test_it_costs_six_calls_of_graph_and_a_look_at_the_entry_none(self, a_world):
        world = await a_world(company={"exchange": "graph"})
        before = len(world.calls)
        await begins(world)
        await world.settles()

        calls = [c for c in world.calls[before:] if c.side == "graph" and not c.is_login]

        assert [c.method for c in calls if c.is_write] == ["POST", "PATCH", "DELETE"]
        # Who it is, whether it has a mailbox, and the entry before its change.
        assert len([c for c in calls if c.is_read]) == 3

    async def test_the_sync_leaves_the_entry_alone_even_before_its_row_is_there(self, a_world):
        world = await a_world(
            company={"policies": {"direct_booking": "cancel", "unsynced_organizer": "decline"}}
        )
        services = await world.app.services()
        entry = SelfTestEntry(time=entry_time(world.clock.now(), "Europe/Zurich"))
        homes = {"anna": ANNA, "Säntis": SAENTIS}
        made = {}
        for number, (name, mailbox) in enumerate(homes.items(), 1):
            place = EventPlace(EnvironmentId(world.company.environment_of(name)), mailbox)
            test_id = MappingId(str(number) * 8)
            made[place] = (test_id, await create(place, test_id, entry, services))
        await world.settles()
        await world.advances(minutes=6)
        await world.full_pass()

        for place, (_, event) in made.items():
            there = await services.calendars[place.environment].get_event(place, event.event_id)
            assert there.version == event.version
        assert [link async for link in services.mappings.all()] == []
        for place, (test_id, event) in made.items():
            await remove(place, test_id, event.event_id, services)
        await world.settles()
        await nothing_is_left(world)


class TestWhereSomethingIsWrong:
    async def test_a_change_that_nobody_tells_is_told_apart_from_one_that_nobody_shows(self, world):
        await world.push(silent=True)
        await begins(world)
        await world.settles()
        assert line(await the_run(world), STEP.NOTIFICATION).state is StepState.RUNNING
        await world.advances(minutes=4, timers=())

        test = await the_run(world)

        assert reading_of(test) is Reading.ONLY_POLLED
        assert "subscription" in step_text(line(test, STEP.NOTIFICATION))
        assert states(test)[STEP.DELETE] is StepState.DONE
        await world.push_is_back()
        await nothing_is_left(world)

    async def test_without_a_subscription_that_is_said(self, world):
        services = await world.app.services()
        for each in await services.subscriptions.all():
            if each.place.mailbox == SAENTIS:
                await services.subscriptions.remove(each.subscription_id)
        world.app.forget_settings()
        await begins(world, SAENTIS)
        await world.settles()
        await world.advances(minutes=4, timers=())

        test = await the_run(world, SAENTIS)

        assert reading_of(test) is Reading.ONLY_POLLED
        assert "no subscription watches its mailbox" in step_text(line(test, STEP.NOTIFICATION))
        assert states(test)[STEP.ROOMS] is StepState.SKIPPED
        await nothing_is_left(world)

    @pytest.mark.parametrize(
        ("refused", "reading", "ends"),
        [
            (
                ("POST", "/events$"),
                Reading.NO_CONNECTION,
                {STEP.CREATE: StepState.FAILED, STEP.CHANGE: StepState.SKIPPED},
            ),
            (
                ("PATCH", "/events/"),
                Reading.NO_CHANGE,
                {STEP.CHANGE: StepState.FAILED, STEP.NOTIFICATION: StepState.SKIPPED,
                 STEP.DELETE: StepState.DONE},
            ),
        ],
        ids=["to be made", "to be changed"],
    )  # fmt: skip
    async def test_what_an_entry_is_refused_says_where_to_look_and_nothing_is_left(
        self, world, refused, reading, ends
    ):
        await world.graph_fault(*refused, status=403, body=DENIED, times=9)
        await begins(world)
        await world.settles()

        test = await the_run(world)

        assert reading_of(test) is reading
        assert states(test).items() >= ends.items()
        (failed,) = [each for each in test.steps if each.state is StepState.FAILED]
        assert failed.text
        assert test.is_over
        await nothing_is_left(world)

    async def test_an_entry_that_cannot_be_removed_is_removed_by_itself_later(self, world):
        await world.graph_fault("DELETE", "/events/", status=403, body=DENIED, times=2)
        await begins(world)
        await world.settles()

        test = await the_run(world)
        assert reading_of(test) is Reading.NOT_CLEANED
        assert test.left_behind

        await world.advances(hours=3, timers=())
        assert not (await the_run(world)).left_behind
        await nothing_is_left(world)

    async def test_the_next_run_removes_what_the_last_one_has_left(self, world):
        await world.graph_fault("DELETE", "/events/", status=403, body=DENIED, times=1)
        await begins(world)
        await world.settles()
        assert (await the_run(world)).left_behind

        await begins(world)
        await world.settles()

        assert reading_of(await the_run(world)) is Reading.ALL
        await nothing_is_left(world)

    async def test_what_passes_is_tried_again(self, world):
        await world.graph_fault("POST", "/events$", status=503, times=2)
        await world.graph_fault("DELETE", "/events/", status=503, times=2)
        await begins(world)
        await world.settles()
        await world.advances(minutes=4, timers=())

        assert reading_of(await the_run(world)) is Reading.ALL
        await nothing_is_left(world)

    @pytest.mark.parametrize(
        ("mailbox", "why"),
        [(MailboxKey("p16"), "mode is None"), (MailboxKey("r106"), "mode is None"),
         (MailboxKey("p999"), "not in the settings")],
    )  # fmt: skip
    async def test_whoever_is_not_synced_is_told_so_at_once(self, world, mailbox, why):
        test = await begins(world, mailbox)

        assert test.is_over
        assert reading_of(test) is Reading.NO_CONNECTION
        assert why in step_text(line(test, STEP.CONFIGURATION))
        assert [call for call in world.calls if call.is_write] == []

    async def test_a_mailbox_that_was_stopped_is_not_tested(self, world):
        services = await world.app.services()
        await services.guard.stop(EventPlace(CONTOSO, ANNA), world.clock.now())
        await begins(world)
        await world.settles()

        assert "roomsync release" in step_text(line(await the_run(world), STEP.CONFIGURATION))
        await nothing_is_left(world)
        await services.guard.release(EventPlace(CONTOSO, ANNA), world.clock.now())


class TestOneAtATime:
    async def test_a_mailbox_that_is_being_tested_is_not_tested_twice(self, world):
        await begins(world)
        with pytest.raises(SelfTestRunningError, match="is being tested since"):
            await begins(world)
        await world.settles()
        await begins(world)
        await world.settles()

        assert reading_of(await the_run(world)) is Reading.ALL

    async def test_a_run_that_nobody_goes_on_with_is_ended_and_cleaned_up(self, world):
        await world.push(silent=True)
        await begins(world)
        await world.settles()
        services = await world.app.services()
        test = await the_run(world)
        assert test.left_behind
        lost = replace(test, touched_at=world.clock.now() - FORSAKEN - timedelta(seconds=1))
        await services.self_tests.put(lost)

        assert await care_for_self_tests(services) == 0

        ended = await the_run(world)
        assert reading_of(ended) is Reading.INTERRUPTED
        assert states(ended)[STEP.DELETE] is StepState.DONE
        await world.push_is_back()
        await nothing_is_left(world)
        await world.advances(minutes=40, timers=())
        assert await the_run(world) == ended


async def test_killed_after_any_call_it_comes_to_the_same_end():
    async def begun(world):
        await begins(world, SAENTIS)

    async def nothing(world, _):
        return None

    async def all_is_green(world):
        assert reading_of(await the_run(world, SAENTIS)) is Reading.ALL
        await nothing_is_left(world)

    story = (begun, nothing, all_is_green)
    await dies_after_any_call("self-test", story, {}, patience_minutes=8)
