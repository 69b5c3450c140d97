"""A new organizer for a series, or for one of its dates (R-103 stands above R-603)."""

from tests.kit.recurring import AT, FIRST, every, items, recurring, weekly
from tests.kit.wire import is_create

DAYS = every(7, 4)


class TestAnotherOrganizerOfAnOutlookSeries:
    async def test_moves_it_with_its_exceptions(self, world):
        anna = world.outlook("anna")
        series = await anna.books(
            "Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4)
        )
        await world.settles()
        await anna.moves(await anna.date(series, DAYS[1]), to=f"{DAYS[1]} 14:00-15:00")
        await anna.deletes(await anna.date(series, DAYS[2]))
        await world.settles()
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").hands_over_series(first, "lea")
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has_dates(
            "lea", AT, DAYS[0], f"{DAYS[1]} 14:00-15:00", DAYS[3], attendees=["marc"]
        )

    async def test_a_date_without_a_room_has_none_there_either(self, world):
        anna = world.outlook("anna")
        series = await anna.books(
            "Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4)
        )
        await world.settles()
        await anna.uninvites(await anna.date(series, DAYS[2]), "Säntis")
        await world.settles()
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").hands_over_series(first, "lea")
        await world.settles()
        await world.then_outlook_has_dates("lea", AT, *DAYS, attendees=["marc"])
        await world.then_outlook_has("lea", f"{DAYS[2]} {AT}", rooms=[])
        await world.then_rooms_has_dates("Säntis", AT, *(d for d in DAYS if d != DAYS[2]))

    async def test_costs_each_person_three_messages_at_most(self, world):
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, participants=["marc"], recurrence=items(number=4)
        )
        await world.settles()
        before = len(world.exchange.controls.mails.since(0))
        async with world.counts("lea") as costs:
            await world.rooms("anna").hands_over_series(first, "lea")
        mails = world.exchange.controls.mails.since(0)[before:]
        marcs = [m.kind for m in mails if world.company.address("marc") in m.to]
        assert sorted(set(marcs)) == sorted(marcs)
        assert {"cancellation", "invitation"} <= set(marcs)
        assert costs.graph_writes_in_all == 3, str(costs)


async def test_a_series_whose_create_nobody_answered_moves_too(world):
    """What was half made in the old calendar must not stay there."""
    await world.graph_fault("POST", "/events$", drop_connection=True, fail_after_success=504)
    first = await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=4))
    while not any(is_create(call) for call in world.calls):
        await world.steps()
    await world.rooms("anna").hands_over_series(first, "lea")
    await world.settles()
    await world.advances(minutes=5)
    await world.then_outlook_has_nothing("anna")
    await world.then_outlook_has_dates("lea", AT, *DAYS)


class TestBesideOtherChanges:
    async def test_an_item_is_handed_over_while_the_series_gets_another_subject(self, world):
        """One write for all does not settle what that item is changed in besides."""
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, recurrence=items(number=4)
        )
        await world.settles()
        await world.outlook("anna").renames(await world.event_of(first), "Thema")
        await world.rooms("anna").hands_over((await world.items(first))[2], "lea")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS[:2], DAYS[3], subject="Thema")
        await world.then_outlook_has("lea", f"{DAYS[2]} {AT}", subject="Thema")

    async def test_the_first_item_is_handed_over_and_the_series_redrawn_by_its_new_owner(
        self, world
    ):
        """What is written after a move does not lose the trace of it: nothing is rebooked."""
        world.exchange.switches.set("updates_per_change", 2)
        rule = recurring("absoluteMonthly", dayOfMonth=3, times=3)
        series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=rule)
        await world.settles()
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").hands_over(first, "lea")
        await world.rooms("lea").redraws(first, items(number=2))
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has_dates("lea", AT, *DAYS[:2], rooms=["Säntis"])
        assert (await world.booking(first)).is_alive


class TestInTheMiddle:
    """ROOMS hands over what has not begun; what was held stays where it was (as R-624)."""

    async def test_what_was_held_stays_in_the_calendar_of_its_organizer(self, world):
        anna = world.outlook("anna")
        series = await anna.books(
            "Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4)
        )
        await world.settles()
        coming = (await world.bookings_of(series))[1]
        await world.advances(hours=30, timers=())
        await world.rooms("anna").hands_over_series(coming, "lea")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, DAYS[0])
        await world.then_outlook_has_dates("lea", AT, *DAYS[1:], rooms=["Säntis"])
        await anna.ends_after(series, 2)
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS[:2], rooms=[])

    async def test_while_one_is_held_the_others_move_as_one_series(self, world):
        series = await world.outlook("anna").books(
            "Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4)
        )
        await world.settles()
        coming = (await world.bookings_of(series))[1]
        await world.advances(hours=25, minutes=30, timers=())
        await world.rooms("anna").hands_over_series(coming, "lea")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, DAYS[0], rooms=["Säntis"])
        await world.then_outlook_has_dates("lea", AT, *DAYS[1:], rooms=["Säntis"])
        living = [e for e in await world.events("lea") if e.is_alive]
        assert [event.is_series for event in living] == [True]

    async def test_dates_that_wait_for_their_window_move_along(self, a_world):
        narrow = {"BookingWindowInDays": 20, "EnforceSchedulingHorizon": False}
        world = await a_world(resources={"Säntis": {"calendar_processing": narrow}})
        series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=8))
        await world.settles()
        coming = (await world.bookings_of(series))[1]
        await world.advances(hours=30, timers=())
        await world.rooms("anna").hands_over_series(coming, "lea")
        await world.settles()
        await world.then_outlook_has_dates("lea", AT, *every(7, 8)[1:], rooms=["Säntis"])
        await world.days_go_by(35)
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 8))


async def test_what_an_open_editor_holds_up_takes_nothing_back(world):
    """What of a pass is done is done: no try does it, tells it or counts it again (P7)."""
    anna = world.outlook("anna")
    series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=4))
    await world.settles()
    first = (await world.bookings_of(series))[0]
    async with world.counts("lea") as costs:
        await anna.renames(series, "Budget")
        await world.rooms("anna").hands_over_series(first, "lea")
        editor = await world.rooms("marc").opens_for_editing(first)
        await world.settles()
        await world.rooms("marc").closes_editor(editor)
        await world.advances(minutes=5)
    await world.then_outlook_has_nothing("anna")
    await world.then_outlook_has_dates("lea", AT, *DAYS, subject="Budget")
    await world.then_rooms_has_dates("Säntis", AT, *DAYS, title="Budget")
    assert costs.graph_writes_in_all <= 6, [c.path for c in costs.calls if c.is_write]
