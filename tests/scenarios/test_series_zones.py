"""Series keep the wall-clock time of their zone (R-660 ... R-662, S28), and whole days (S29)."""

import pytest

from tests.kit.moments import ZONE, Slot, slot
from tests.kit.recurring import AT, FIRST, daily, every, items, weekly

WIDE = {"calendar_processing": {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False}}
NEW_YORK = {"time_zone": "America/New_York"}


def local(day, start, end, zone):
    """Return start and end of a save in a zone, as Outlook writes them."""
    return {
        side: {"dateTime": f"{day}T{time}:00", "timeZone": zone}
        for side, time in (("start", start), ("end", end))
    }


def utc(slots):
    return [f"{s.start:%Y-%m-%d %H:%M}" for s in slots]


async def booked(world, room="Säntis"):
    found = [b.slot for b in await world.bookings() if b.is_alive and b.resource == room]
    return utc(sorted(found, key=lambda s: s.start))


class TestS28OtherDatesOfDaylightSaving:
    """S28: a series of somebody in New York in a room in Zurich, over both changes of the clocks.

    New York changes on 8 March and 1 November, Zurich on 29 March and 25 October.
    """

    async def test_in_outlook(self, a_world):
        """s28."""
        world = await a_world(resources={"Säntis": WIDE}, anna=NEW_YORK)
        anna = world.outlook("anna")
        times = local("2026-03-03", "09:00", "10:00", "America/New_York")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=36), **times)
        await world.settles()
        found = await booked(world)
        assert (found[0], found[1]) == ("2026-03-03 14:00", "2026-03-10 13:00")
        assert found[34:] == ["2026-10-27 13:00", "2026-11-03 14:00"]
        assert len(found) == 36
        moved = (await anna.dates(series))[1]
        await anna.changes(moved, **local("2026-03-10", "11:00", "12:00", "America/New_York"))
        await world.settles()
        assert "2026-03-10 15:00" in await booked(world)

    async def test_in_rooms(self, a_world):
        """s28, the other way round: items are computed in the organizer's zone (R-660)."""
        world = await a_world(resources={"Säntis": WIDE}, anna=NEW_YORK)
        async with world.counts() as costs:
            first = await world.rooms("anna").books_series(
                "Säntis", at="2026-03-03 15:00-16:00", recurrence=items(number=36)
            )
        found = utc(e.slot for e in await world.calendar("anna"))
        assert (found[0], found[1]) == ("2026-03-03 14:00", "2026-03-10 13:00")
        assert found[34:] == ["2026-10-27 13:00", "2026-11-03 14:00"]
        assert costs.graph_writes_in_all == 1, str(costs)
        series = await world.event(await world.event_of(first))
        assert series.recurrence["range"]["recurrenceTimeZone"] == "Eastern Standard Time"

    async def test_in_zurich_over_both_changes(self, a_world):
        world = await a_world(resources={"Säntis": WIDE})
        await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=36))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 36))


class TestR661:
    """R-661, the vector of the vendor, told of 2026 (the same weekdays, DST ends 25 Oct/1 Nov)."""

    ORGANIZER, CREATOR = "lea", "anna"

    @pytest.fixture
    async def three_zones(self, a_world):
        """Bern's Anna books for Lea in New York a room in London, daily over both changes."""

        async def made(source):
            # 2023-10-27 is the Friday before Europe's change; 2026-10-23 is that Friday.
            places = [
                {"id": 1, "name": "Bern", "holidays": []},
                {"id": 2, "name": "London", "time_zone": "Europe/London", "holidays": []},
            ]
            world = await a_world(
                company={"locations": places, "start": "2026-10-19T06:00:05Z"},
                resources={"Säntis": {"location": 2, "time_zone": "Europe/London"}},
                lea=NEW_YORK,
            )
            world.booking_system.switches.set("series_zone", source)
            return world

        return made

    async def drawn_up(self, world, start, end):
        world.deeds.note("anna", "draws up a series that Lea's zone sees in two halves")
        async with world.counts("lea") as costs:
            first = await world.rooms("anna").books_series(
                "Säntis", at="2026-10-23 09:00-10:00", organizer="lea",
                recurrence=items("Daily", 11), beginn=start, ende=end,
            )  # fmt: skip
        series = await world.event_of(first)
        return costs, await exceptions(world, series)

    async def test_organizer_0_exceptions(self, three_zones):
        world = await three_zones("organizer")
        start, end = "2026-10-23T13:00:00Z", "2026-10-23T14:00:00Z"
        costs, found = await self.drawn_up(world, start, end)
        assert found == []
        assert costs.graph_writes_in_all == 1, str(costs)

    async def test_creator_7_exceptions(self, three_zones):
        world = await three_zones("creator")
        start, end = "2026-10-23T07:00:00Z", "2026-10-23T08:00:00Z"
        costs, found = await self.drawn_up(world, start, end)
        assert len(found) == 7
        assert costs.graph_writes_in_all == 1 + 7, str(costs)

    async def test_location_7_exceptions(self, three_zones):
        world = await three_zones("location")
        start, end = "2026-10-23T08:00:00Z", "2026-10-23T09:00:00Z"
        costs, found = await self.drawn_up(world, start, end)
        assert len(found) == 7
        assert costs.graph_writes_in_all == 1 + 7, str(costs)


async def exceptions(world, series):
    dates = [d for d in world.all_dates() if d.master_id == series.event_id]
    return [d for d in dates if d.kind == "exception" and d.mailbox == series.mailbox]


class TestS29WholeDays:
    """S29: date-exact on both sides, whatever the zone."""

    ZONES = ("Europe/Zurich", "Pacific/Pago_Pago", "Pacific/Kiritimati", "America/New_York", "UTC")

    @staticmethod
    def all_day(first, last, zone):
        return {
            "isAllDay": True,
            "start": {"dateTime": f"{first}T00:00:00", "timeZone": zone},
            "end": {"dateTime": f"{last}T00:00:00", "timeZone": zone},
        }

    @pytest.mark.parametrize("zone", ZONES)
    async def test_in_outlook(self, a_world, zone):
        """s29: over 29 March, which has 23 hours in Zurich; the 1080 minutes limit is lifted."""
        room = {"calendar_processing": {"MaximumDurationInMinutes": 0}}
        world = await a_world(resources={"Säntis": room}, anna={"time_zone": zone})
        anna = world.outlook("anna")
        series = await anna.books(
            "Säntis", at=FIRST, recurrence=daily(times=3, interval=5, start="2026-03-24"),
            **self.all_day("2026-03-24", "2026-03-25", zone),
        )  # fmt: skip
        await world.settles()
        shown = [d.slot for d in await world.calendar("anna")]
        assert utc(shown) == await booked(world)
        assert len(shown) == 3
        assert (await world.event(series)).is_all_day

    async def test_in_outlook_over_several_days(self, a_world):
        """s29: three days, once over the change of the clocks."""
        room = {"calendar_processing": {"MaximumDurationInMinutes": 0}}
        world = await a_world(resources={"Säntis": room})
        await world.outlook("anna").books(
            "Säntis", at=FIRST, recurrence=weekly("friday", times=2, start="2026-03-27"),
            **self.all_day("2026-03-27", "2026-03-30", "Europe/Zurich"),
        )  # fmt: skip
        await world.settles()
        now = world.clock.now()
        first = Slot(
            slot("2026-03-27 00:00-01:00", now).start, slot("2026-03-30 00:00-01:00", now).start
        )
        found = sorted((b.slot for b in await world.bookings() if b.is_alive), key=str)
        assert (found[0], len(found)) == (first, 2)

    async def test_in_rooms(self, a_world):
        """s29, the other way round: from midnight to midnight, also over the change."""
        room = {"calendar_processing": {"MaximumDurationInMinutes": 0}}
        world = await a_world(resources={"Säntis": room})
        await world.rooms("anna").books_series(
            "Säntis", at="2026-03-26 00:00-00:00", recurrence=items("Daily", 4)
        )
        await world.settles()
        shown = [d.slot for d in await world.calendar("anna")]
        assert utc(shown) == await booked(world)
        assert [f"{s.start.astimezone(ZONE):%H:%M}" for s in shown] == ["00:00"] * 4
