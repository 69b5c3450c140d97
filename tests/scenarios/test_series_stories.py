"""What went wrong with series for users of other synchronisers (scenarios.md), both ways round."""

import pytest

from tests.kit.recurring import AT, FIRST, FIRST_DAY, every, items, weekly

WIDE = {"calendar_processing": {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False}}
CROWD = [f"guest{n}@fabrikam.example" for n in range(10)]


def from_service(world, *kinds):
    """Return the meeting messages that the service caused, by addressee; rooms read none."""
    rooms = {entry.get("mail") for entry in world.company.resources.values()}
    found = {}
    for mail in world.exchange.controls.mails.since(0):
        if (mail.cause or {}).get("actor") == "service" and mail.kind != "response":
            for person in set(mail.to) - rooms:
                found.setdefault(person, []).append(mail.kind)
    return found


async def living(world, name="anna"):
    return [e for e in await world.events(name) if e.is_alive]


class TestS01AWholeSeriesIsDragged:
    """S01: same link, same series in ROOMS, 0 new masters; ids of occurrences are nobody's."""

    @pytest.mark.parametrize("how", ["time", "rule"])
    async def test_in_outlook(self, world, how):
        """s01."""
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=6))
        await world.settles()
        oid, before = (await world.event(series)).oid, await world.bookings_of(series)
        ids = {d.event_id for d in await anna.dates(series)}
        number = {(await world.booking(b)).series for b in before}
        if how == "time":
            await anna.moves(series, to=f"{FIRST_DAY} 14:00-15:00")
        else:
            await anna.changes_rule(series, interval=2)
        await world.settles()
        assert not ids & {d.event_id for d in await anna.dates(series)}
        assert (await world.event(series)).oid == oid
        assert len(await world.bookings_of(series)) == 6
        assert len(await living(world)) == 1
        if how == "time":
            assert await world.bookings_of(series) == before
            assert {(await world.booking(b)).series for b in before} == number

    @pytest.mark.parametrize("how", ["time", "rule"])
    async def test_in_rooms(self, world, how):
        """s01, the other way round."""
        anna = world.rooms("anna")
        first = await anna.books_series("Säntis", at=FIRST, recurrence=items(number=6))
        await world.settles()
        series, oid = await world.event_of(first), (await world.booking(first)).oid
        if how == "time":
            await anna.moves_following(first, f"{FIRST_DAY} 14:00-15:00")
        else:
            await anna.redraws(first, items(number=6, interval=2))
        await world.settles()
        assert [e.event_id for e in await living(world)] == [series.event_id]
        assert {(await world.booking(b)).oid for b in await world.items(first)} == {oid}


class TestS02ASingleMeetingBecomesASeries:
    """S02: never two bookings at the first slot."""

    async def test_in_outlook(self, world):
        """s02."""
        anna = world.outlook("anna")
        event = await anna.books("Säntis", at=FIRST)
        await world.settles()
        await anna.makes_series(event, weekly(times=4))
        while not await world.steps():
            at_first = [b for b in await world.bookings() if b.is_promise and b.resource == "Säntis"
                        and b.slot == world.slot(FIRST)]  # fmt: skip
            assert len(at_first) <= 1
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 4))

    async def test_in_rooms(self, world):
        """s02, the other way round."""
        anna = world.rooms("anna")
        booking = await anna.books("Säntis", at=FIRST)
        await world.settles()
        await anna.redraws(booking, items(number=4))
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *every(7, 4))
        assert len(await living(world)) == 1

    async def test_in_outlook_where_a_later_date_is_taken(self, world):
        """s02: the booking stays, the date that cannot be had loses its room, one mail."""
        await world.rooms("lea").books("Säntis", at=f"2026-03-17 {AT}")
        await world.settles()
        anna = world.outlook("anna")
        event = await anna.books("Säntis", at=FIRST)
        await world.settles()
        booking = await world.booking_of(event)
        await anna.makes_series(event, weekly(times=4))
        await world.settles()
        assert (await world.booking(booking)).is_alive
        mine = [b for b in await world.bookings() if b.is_alive and b.organizer == "anna"]
        assert len(mine) == 3
        assert len(world.error_mails(to="anna")) == 1


class TestS07ThisAndFollowing:
    """S07: at most one mail per attendee for each of the two series, none of them from us in E."""

    async def test_in_outlook(self, a_world):
        """s07: a series of 50 with 10 attendees."""
        world = await a_world(resources={"Säntis": WIDE})
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, attendees=CROWD, recurrence=weekly(times=50))
        await world.settles()
        await anna.changes_from(await anna.date(series, "2026-04-07"), at="14:00-15:00")
        await world.settles()
        assert from_service(world) == {}
        assert len(await world.bookings_of(series)) == 5

    async def test_in_rooms(self, a_world):
        """s07, the other way round: one update of the old series, one invitation to the new."""
        world = await a_world(resources={"Säntis": WIDE})
        anna = world.rooms("anna")
        first = await anna.books_series(
            "Säntis", at=FIRST, participants=CROWD, recurrence=items(number=50)
        )
        await world.settles()
        assert from_service(world) == {guest: ["invitation"] for guest in CROWD}
        async with world.counts() as costs:
            sixth = (await world.items(first))[5]
            await anna.moves_following(sixth, "2026-04-07 14:00-15:00")
        assert {len(kinds) for kinds in from_service(world).values()} == {3}
        assert {guest: sorted(kinds[1:]) for guest, kinds in from_service(world).items()} == {
            guest: ["invitation", "update"] for guest in CROWD
        }
        assert costs.graph_writes_in_all == 2, str(costs)


class TestS10ADeletedDateStaysDeleted:
    """S10."""

    async def test_deleted_in_outlook_then_the_title_in_rooms(self, world):
        """s10."""
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=5))
        await world.settles()
        await anna.deletes(await anna.date(series, "2026-03-17"))
        await world.settles()
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").renames_following(first, "Neu")
        await world.settles()
        days = [d for d in every(7, 5) if d != "2026-03-17"]
        await world.then_outlook_has_dates("anna", AT, *days, subject="Neu")
        await world.then_rooms_has_dates("Säntis", AT, *days, title="Neu")

    async def test_cancelled_in_rooms_then_the_subject_in_outlook(self, world):
        """s10, the other way round."""
        anna = world.rooms("anna")
        first = await anna.books_series("Säntis", at=FIRST, recurrence=items(number=5))
        await world.settles()
        await anna.cancels((await world.items(first))[2])
        await world.settles()
        await world.outlook("anna").renames(await world.event_of(first), "Neu")
        await world.settles()
        days = [d for d in every(7, 5) if d != "2026-03-17"]
        await world.then_outlook_has_dates("anna", AT, *days, subject="Neu")
        await world.then_rooms_has_dates("Säntis", AT, *days, title="Neu")

    async def test_a_new_time_in_rooms_does_not_bring_it_back(self, world):
        """s10: Exchange forgets deleted dates with a new rule, we do not."""
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=5))
        await world.settles()
        await anna.deletes(await anna.date(series, "2026-03-17"))
        await world.settles()
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").moves_following(first, f"{FIRST_DAY} 14:00-15:00")
        await world.settles()
        days = [d for d in every(7, 5) if d != "2026-03-17"]
        await world.then_outlook_has_dates("anna", "14:00-15:00", *days)


class TestS11ASplitIsAFixedPoint:
    """S11: two series, correct halves; five more passes write nothing."""

    @pytest.mark.parametrize("side", ["E", "R"])
    async def test_five_passes_later(self, world, side):
        """s11."""
        if side == "E":
            anna = world.outlook("anna")
            series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=6))
            await world.settles()
            await anna.changes_from(await anna.date(series, "2026-03-24"), at="14:00-15:00")
        else:
            first = await world.rooms("anna").books_series(
                "Säntis", at=FIRST, recurrence=items(number=6)
            )
            await world.settles()
            fourth = (await world.items(first))[3]
            await world.rooms("anna").moves_following(fourth, "2026-03-24 14:00-15:00")
        await world.settles()
        before = len(world.calls)
        for _ in range(5):
            await world.full_pass()
        assert [str(c) for c in world.service_writes(before)] == []
        halves = [*every(7, 3), *(f"{d} 14:00-15:00" for d in every(7, 3, "2026-03-24"))]
        await world.then_rooms_has_dates("Säntis", AT, *halves)
        await world.then_outlook_has_dates("anna", AT, *halves)
        assert len(await living(world)) == 2


class TestS15BareOccurrences:
    """S15: delta tells of plain dates five fields; nothing blank is written."""

    @pytest.mark.parametrize("what", ["created", "changed"])
    async def test_a_series_that_only_delta_tells_of(self, world, what):
        """s15."""
        anna = world.outlook("anna")
        if what == "created":
            await world.push(silent=True)
        series = await anna.books(
            "Säntis", at=FIRST, subject="Jour fixe", attendees=["marc"], recurrence=weekly(times=6)
        )
        await world.settles()
        await world.push(silent=True)
        await anna.moves(await anna.date(series, "2026-03-10"), to="2026-03-10 14:00-15:00")
        await world.advances(minutes=12, timers=["delta_catch_up"])
        days = ["2026-03-10 14:00-15:00" if d == "2026-03-10" else d for d in every(7, 6)]
        await world.then_rooms_has_dates(
            "Säntis", AT, *days, title="Jour fixe", participants=["marc"]
        )
        await world.push_is_back()


class TestS39ASeriesIsExtended:
    """S39: what can be had is booked, nothing is silently removed."""

    async def test_in_outlook_with_a_conflict(self, a_world):
        """s39: 10 to 15 dates, the 13th taken in ROOMS: 14 booked, one mail."""
        lenient = {"calendar_processing": {"ConflictPercentageAllowed": 50,
                                           "MaximumConflictInstances": 5}}  # fmt: skip
        world = await a_world(resources={"Säntis": lenient})
        days = every(7, 15)
        await world.rooms("lea").books("Säntis", at=f"{days[12]} {AT}")
        await world.settles()
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=10))
        await world.settles()
        await anna.ends_after(series, 15)
        await world.settles()
        mine = [b for b in await world.bookings() if b.is_alive and b.organizer == "anna"]
        assert sorted(str(b.slot)[:10] for b in mine) == [d for d in days if d != days[12]]
        assert len(await anna.dates(series)) == 15
        assert len(world.error_mails(to="anna")) == 1

    async def test_in_rooms(self, world):
        """s39, the other way round."""
        anna = world.rooms("anna")
        first = await anna.books_series("Säntis", at=FIRST, recurrence=items(number=10))
        await world.settles()
        await anna.redraws(first, items(number=15))
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *every(7, 15), rooms=["Säntis"])
        assert len(await living(world)) == 1
