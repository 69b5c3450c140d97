"""Some dates can be had, some cannot (D15, R-640 ... R-645, S26, S27): each is answered alone."""

import pytest

from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.recurring import AT, FIRST, WORKING_DAYS, every, items, recurring, weekly

DAYS = every(7, 6)
TAKEN = [DAYS[1], DAYS[4]]
FREE = [day for day in DAYS if day not in TAKEN]
LENIENT = {"ConflictPercentageAllowed": 50, "MaximumConflictInstances": 5}
IS_MASTER = {"Säntis": True, "Pilatus": False}
ROOMS = pytest.mark.parametrize("room", IS_MASTER, ids=["master", "no master"])


def cleaned(day):
    """A blocking time of ROOMS that Exchange knows nothing of."""
    return {"start": f"{day}T07:00:00Z", "end": f"{day}T12:00:00Z", "title": "Reinigung"}


@pytest.fixture
async def partly(a_world):
    """Anna's six Tuesdays in a room that is being cleaned on two of them."""

    async def made(room, days=TAKEN, recurrence=None, at=FIRST):
        blocked = {"blocking_times": [cleaned(day) for day in days]}
        world = await a_world(resources={room: blocked})
        series = await world.outlook("anna").books(
            room, at=at, attendees=["marc"], recurrence=recurrence or weekly(times=6)
        )
        await world.settles()
        return world, series

    return made


async def then_they_are_answered(world, series, room, days=TAKEN):
    """Sync-Master on: without the room on those dates; off: as they were. One mail for all."""
    for date in await world.calendar("anna"):
        day = str(date.slot)[:10]
        has_room = day not in days or not IS_MASTER[room]
        assert (date.rooms == (room,)) is has_room, day
        assert date.attendees == ("marc",)
    (mail,) = world.error_mails()
    assert mail.to == ("anna",)
    assert all(f"{day[8:]}.{day[5:7]}." in mail.text or day in mail.text for day in days), mail.text
    if not IS_MASTER[room]:
        expects_open(world, await open_dates(world, series, days))


async def open_dates(world, series, days=TAKEN):
    return [await world.outlook("anna").date(series, day) for day in days]


def expects_open(world, dates, cause="blocking_time"):
    for date in dates:
        world.expected.stays_different(date, "missing", "R-403: it is being cleaned", shown=cause)


@ROOMS
async def test_accepted_dates_are_booked_and_refused_ones_answered_one_by_one(partly, room):
    world, series = await partly(room)
    await world.then_rooms_has_dates(room, AT, *FREE, participants=["marc"])
    await then_they_are_answered(world, series, room)


@ROOMS
async def test_the_mail_says_which_dates_and_the_console_knows_them(partly, room):
    world, series = await partly(room)
    (mail,) = world.error_mails(to="anna")
    assert mail.text.count(room) >= 1
    if not IS_MASTER[room]:
        assert {line["cause"] for line in await world.differences()} == {"blocking_time"}
        expects_open(world, await open_dates(world, series))


@ROOMS
async def test_what_is_booked_is_one_series_of_rooms(partly, room):
    """R-640: accepted dates belong to the same series."""
    world, series = await partly(room)
    numbers = {(await world.booking(b)).series for b in await world.bookings_of(series)}
    assert len(numbers) == 1
    assert None not in numbers
    if not IS_MASTER[room]:
        expects_open(world, await open_dates(world, series))


@ROOMS
async def test_the_first_and_the_last_date_are_refused(partly, room):
    ends = [DAYS[0], DAYS[5]]
    world, series = await partly(room, ends)
    await world.then_rooms_has_dates(room, AT, *DAYS[1:5])
    await then_they_are_answered(world, series, room, ends)


@ROOMS
async def test_all_dates_are_refused(partly, room):
    world, series = await partly(room, DAYS)
    await world.then_rooms_has_nothing(room)
    await then_they_are_answered(world, series, room, DAYS)


@ROOMS
async def test_a_refused_date_that_is_moved_to_a_free_hour_is_booked(partly, room):
    world, series = await partly(room)
    anna = world.outlook("anna")
    date = await anna.date(series, TAKEN[0])
    await anna.moves(date, to=f"{TAKEN[0]} 15:00-16:00")
    if IS_MASTER[room]:
        await anna.invites(date, room)
    await world.settles()
    await world.then_rooms_has(room, f"{TAKEN[0]} 15:00-16:00")
    if not IS_MASTER[room]:
        expects_open(world, await open_dates(world, series, TAKEN[1:]))


@ROOMS
async def test_a_refused_date_is_booked_when_it_becomes_free(partly, room):
    world, _ = await partly(room)
    number = world.company.resource_number(room)
    world.deeds.note("ROOMS' administrator", "lifts the blocking times")
    await world.rooms_control("resources", {"rooms_id": number, "blocking_times": []})
    await world.advances(minutes=70)
    await world.then_rooms_has_dates(room, AT, *DAYS)
    await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=[room])
    assert len(world.error_mails()) == 1


@pytest.mark.parametrize("trouble", ["Exchange is busy", "killed once it is booked"])
async def test_booked_at_last_the_room_of_a_date_is_invited_again(partly, trouble):
    """The next try finds what the last one has booked: no second meeting is made for it."""
    world, _ = await partly("Säntis")
    number = world.company.resource_number("Säntis")
    world.deeds.note("ROOMS' administrator", "lifts the blocking times")
    await world.rooms_control("resources", {"rooms_id": number, "blocking_times": []})
    if trouble == "Exchange is busy":
        await world.graph_fault("PATCH", "/events/", times=3, status=503)
    else:
        confirm = r"^rooms\.PUT\..*/confirm$"
        world.interruptions.strike(confirm, WorkerKilledError, moment=Moment.AFTER)
    await world.advances(minutes=90)
    await world.then_rooms_has_dates("Säntis", AT, *DAYS)
    await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=["Säntis"])
    assert len(world.error_mails()) == 1


@ROOMS
async def test_a_change_of_the_series_does_not_ask_again_and_mails_nobody(partly, room):
    world, series = await partly(room)
    async with world.counts() as costs:
        await world.outlook("anna").renames(series, "Budget")
    await world.then_rooms_has_dates(room, AT, *FREE, title="Budget")
    assert costs.rooms_writes == 1, str(costs)
    assert len(world.error_mails()) == 1
    if not IS_MASTER[room]:
        expects_open(world, await open_dates(world, series))


@ROOMS
async def test_single_bookings_are_answered_the_same(partly, room):
    """What ROOMS has no pattern for (R-641): the first working day of a month."""
    rule = recurring(
        "relativeMonthly", daysOfWeek=WORKING_DAYS, index="first", start="2026-04-01", times=3
    )
    world, series = await partly(room, ["2026-06-01"], rule, at=f"2026-04-01 {AT}")
    # 1 May is a holiday in Bern.
    await world.then_rooms_has_dates(room, AT, "2026-04-01")
    assert len(world.error_mails()) == 1
    if not IS_MASTER[room]:
        holiday, cleaning = (await world.outlook("anna").dates(series))[1:]
        expects_open(world, [holiday], "holiday")
        expects_open(world, [cleaning])


async def test_a_conflict_far_behind_is_found_when_it_is_booked_s27(a_world):
    """s27: at index 40; all dates are looked at."""
    days = every(7, 45)
    wide = {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False, **LENIENT}
    world = await a_world(
        resources={"Säntis": {"blocking_times": [cleaned(days[40])], "calendar_processing": wide}}
    )
    await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=45))
    await world.settles()
    await world.then_rooms_has_dates("Säntis", AT, *(d for d in days if d != days[40]))
    assert len(world.error_mails(to="anna")) == 1


async def test_a_conflict_far_behind_in_the_mailbox_is_found_s27(a_world):
    """s27, the other way round: the mailbox knows of a meeting that ROOMS does not."""
    days = every(7, 45)
    wide = {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False, **LENIENT}
    world = await a_world(resources={"Säntis": {"calendar_processing": wide}})
    await world.outlook("peter").books("Säntis", at=f"{days[40]} {AT}")
    await world.settles()
    await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=45))
    await world.settles()
    await world.then_rooms_has_dates("Säntis", AT, *(d for d in days if d != days[40]))
    assert len(world.error_mails(to="anna")) == 1
    (copy,) = [e for e in await world.calendar("Säntis") if e.organizer == "peter"]
    world.expected.is_listed(copy, "not_synced")


class TestS26TheMailboxWouldDeclineAll:
    """S26: 20 dates, one conflict, threshold 0: nineteen are booked, one is told of."""

    DAYS = every(7, 20)

    async def test_invited_in_outlook(self, world):
        """s26: the mailbox has said no to all before anybody could ask."""
        await world.rooms("lea").books("Säntis", at=f"{self.DAYS[7]} {AT}")
        await world.settles()
        await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=20))
        await world.settles()
        mine = [b for b in await world.bookings() if b.is_alive and b.organizer == "anna"]
        assert sorted(str(b.slot)[:10] for b in mine) == [d for d in self.DAYS if d != self.DAYS[7]]
        assert len(world.error_mails(to="anna")) == 1

    async def test_booked_in_rooms(self, world):
        """s26, the other way round: the mailbox knows of a meeting that ROOMS does not."""
        taken = await world.outlook("peter").books("Säntis", at=f"{self.DAYS[7]} {AT}")
        await world.settles()
        await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=20))
        await world.settles()
        left = [b for b in await world.bookings() if b.is_alive and b.resource == "Säntis"]
        assert sorted(str(b.slot)[:10] for b in left) == [d for d in self.DAYS if d != self.DAYS[7]]
        assert len(world.error_mails(to="anna")) == 1
        (copy,) = [e for e in await world.calendar("Säntis") if e.organizer == "peter"]
        world.expected.is_listed(copy, "not_synced")
        assert taken
