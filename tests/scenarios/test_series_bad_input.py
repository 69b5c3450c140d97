"""What makes no sense, from either side: said so, and the rest of the mailbox goes on (issue 5).

The simulators refuse nonsense as the services do; here they are made to tell it to us all the same.
"""

import re

import pytest

from devstack.rooms.face import booking_views
from tests.kit.on_premises import EWS
from tests.kit.recurring import AT, FIRST, daily, every, items, weekly

WIDE = {"calendar_processing": {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False}}
OTHER = "2026-03-03 15:00-16:00"
MALFORMED = {
    "an unknown pattern": lambda rule: rule["pattern"].update(type="lunar"),
    "no interval": lambda rule: rule["pattern"].update(interval=0),
    "no weekday": lambda rule: rule["pattern"].update(daysOfWeek=[]),
    "no such month": lambda rule: rule["pattern"].update(type="absoluteYearly", month=13),
    "no range": lambda rule: rule.pop("range"),
    "it ends before it begins": lambda rule: rule["range"].update(
        type="endDate", endDate="2026-01-01"
    ),
    "an unknown zone": lambda rule: rule["range"].update(recurrenceTimeZone="Olympus Mons"),
}


def told_in_json(world):
    if world.company.exchange == EWS:
        pytest.skip("GetItem: forged in Graph's JSON; for EWS in contract/adapters/ews")


async def forged(world, series, change, parts=None):
    """Let the service read a series otherwise than it is."""
    told_in_json(world)
    shown = await world.graph_event("anna", series)
    link = (await world.event(series)).oid
    if link is not None:
        shown["singleValueExtendedProperties"] = [{"id": world.link_property, "value": link}]
    shown |= {"exceptionOccurrences": [], "cancelledOccurrences": []} | (parts or {})
    change(shown)
    path = rf"/events/{re.escape(series.event_id)}(\?|$)"
    await world.graph_fault("GET", path, times=1000, status=200, body=shown)


async def no_longer(world):
    await world.exchange_control_delete("faults")


class TestFromExchange:
    @pytest.mark.parametrize("what", MALFORMED)
    async def test_a_malformed_recurrence(self, world, what):
        """It is said so once; other meetings go on; mended, it is booked."""
        told_in_json(world)
        anna = world.outlook("anna")
        await world.push(silent=True)
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await forged(world, series, lambda shown: MALFORMED[what](shown["recurrence"]))
        await world.push_is_back()
        await anna.wants_reminder(series, 30)
        await world.settles()
        other = await anna.books("Eiger", at=OTHER)
        await world.settles()
        await world.then_rooms_has("Eiger", OTHER)
        await world.then_room_accepted(other, "Eiger")
        await world.then_rooms_has_nothing("Säntis")
        assert not world.motor.crashes
        await no_longer(world)
        world.clears_failed_items()
        await anna.renames(series, "Wieder gut")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 4), title="Wieder gut")

    async def test_two_exceptions_on_one_original_start(self, world):
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        date = await anna.date(series, "2026-03-10")
        await anna.renames(date, "Ausnahme")
        await world.settles()
        twice = [await world.graph_event("anna", date)] * 2
        twice[1] = twice[1] | {"id": twice[1]["id"][:-6] + "AAAA==", "subject": "Doppelt"}
        await forged(world, series, lambda _: None, {"exceptionOccurrences": twice})
        await anna.renames(series, "Neu")
        await world.settles()
        await anna.books("Eiger", at=OTHER)
        await world.settles()
        await world.then_rooms_has("Eiger", OTHER)
        # What means nothing changes nothing: no booking was cancelled or doubled.
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 4))
        await no_longer(world)
        world.clears_failed_items()
        await anna.wants_reminder(series, 5)
        await world.settles()
        await world.then_rooms_has("Säntis", f"2026-03-17 {AT}", title="Neu")

    async def test_an_exception_outside_its_series(self, world):
        """It is of a date that the rule does not have: that date alone means nothing."""
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        date = await anna.date(series, "2026-03-10")
        await anna.renames(date, "Ausnahme")
        await world.settles()
        stray = await world.graph_event("anna", date) | {"originalStart": "2026-03-12T03:00:00Z"}
        await forged(world, series, lambda _: None, {"exceptionOccurrences": [stray]})
        await anna.wants_reminder(series, 30)
        await world.settles()
        assert not world.motor.crashes
        await no_longer(world)
        world.clears_failed_items()
        await anna.wants_reminder(series, 5)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 4))

    async def test_a_series_that_is_shown_as_a_date_of_one(self, world):
        """It is no single meeting for that: nothing of it is cancelled."""
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        kind = {"type": "exception", "seriesMasterId": series.event_id}
        await forged(world, series, lambda shown: shown.update(kind))
        await anna.wants_reminder(series, 30)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 4))
        await no_longer(world)
        world.clears_failed_items()
        await anna.renames(series, "Wieder gut")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 4), title="Wieder gut")

    async def test_exceptions_are_not_handed_out_with_the_master(self, world):
        """Then `instances` is asked (graph-calendar 3.1)."""
        world.exchange.switches.set("exception_occurrences", False)
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=5))
        await anna.moves(await anna.date(series, "2026-03-10"), to="2026-03-10 14:00-15:00")
        await anna.deletes(await anna.date(series, "2026-03-17"))
        await world.settles()
        days = ["2026-03-03", "2026-03-10 14:00-15:00", "2026-03-24", "2026-03-31"]
        await world.then_rooms_has_dates("Säntis", AT, *days)
        await anna.deletes(await anna.date(series, "2026-03-24"))
        await anna.renames(await anna.date(series, "2026-03-31"), "Schluss")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *days[:2], days[3])
        await world.then_rooms_has("Säntis", f"{days[3]} {AT}", title="Schluss")

    @pytest.mark.parametrize("name", ["exception_id", "exception_properties"])
    async def test_other_ids_and_properties_of_exceptions(self, world, name):
        value = {"exception_id": "new", "exception_properties": "own"}[name]
        world.exchange.switches.set(name, value)
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        await anna.moves(await anna.date(series, "2026-03-10"), to="2026-03-10 14:00-15:00")
        await world.settles()
        item = await world.booking_of(await anna.date(series, "2026-03-10"))
        await world.rooms("anna").moves(item, "2026-03-10 16:00-17:00")
        await world.settles()
        days = ["2026-03-03", "2026-03-10 16:00-17:00", "2026-03-17", "2026-03-24"]
        await world.then_outlook_has_dates("anna", AT, *days)

    async def test_an_exception_that_overlaps_its_neighbour(self, world):
        """Exchange refuses that; shown all the same, the room cannot be had twice."""
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=daily(times=4))
        await world.settles()
        second = await anna.date(series, "2026-03-04")
        await anna.renames(second, "Ausnahme")
        await world.settles()
        late = {"dateTime": "2026-03-05T08:30:00.0000000", "timeZone": "UTC"}
        long = await world.graph_event("anna", second) | {"end": late}
        await forged(world, series, lambda _: None, {"exceptionOccurrences": [long]})
        await anna.wants_reminder(series, 30)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(1, 4))
        await anna.books("Eiger", at=OTHER)
        await world.settles()
        await world.then_rooms_has("Eiger", OTHER)
        assert not world.motor.crashes
        await no_longer(world)
        world.clears_failed_items()
        await anna.wants_reminder(series, 5)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(1, 4))

    async def test_an_endless_daily_series(self, a_world):
        world = await a_world(resources={"Säntis": WIDE})
        series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=daily())
        await world.settles()
        assert 330 <= len(await world.bookings_of(series)) <= 367

    async def test_a_series_of_ten_thousand_dates(self, a_world):
        """Dates up to the horizon, as of an endless one."""
        world = await a_world(resources={"Säntis": WIDE})
        rule = daily(interval=3, until="2110-01-01")
        series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=rule)
        await world.settles()
        assert 110 <= len(await world.bookings_of(series)) <= 123


class TestFromRooms:
    @pytest.mark.parametrize(
        "member",
        [
            {"recurrenceType": "Sometimes"},
            {"interval": 0},
            {"days": [9]},
            {"recurrenceType": None},
        ],
        ids=["unknown type", "no interval", "no such day", "no type"],
    )
    async def test_a_pattern_that_means_nothing(self, world, member):
        """Its bookings are real: they are shown, as whatever holds them."""
        await world.push(silent=True)
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, recurrence=items(number=3)
        )
        views, told = world.booking_system.views, booking_views.series_dto
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(booking_views, "series_dto", lambda *args: told(*args) | member)
            views.forget()
            await world.push_is_back()
            await world.full_pass()
            await world.outlook("anna").books("Eiger", at=OTHER)
            await world.settles()
            await world.then_rooms_has("Eiger", OTHER)
            shown = await world.calendar("anna")
            assert sorted(str(e.slot)[:10] for e in shown if "Säntis" in e.rooms) == every(7, 3)
        views.forget()
        assert (await world.booking(first)).is_alive

    async def test_an_item_that_overlaps_its_neighbour(self, world):
        """Exchange keeps dates apart; the room can be another one."""
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, recurrence=items("Daily", 4)
        )
        await world.settles()
        second = (await world.items(first))[1]
        await world.rooms("anna").changes_room(second, "Eiger")
        await world.rooms("anna").moves(second, "2026-03-03 09:30-10:30")
        await world.settles()
        days = ["2026-03-03", "2026-03-03 09:30-10:30", "2026-03-05", "2026-03-06"]
        await world.then_outlook_has_dates("anna", AT, *days)

    async def test_two_items_at_the_same_time_in_two_rooms(self, world):
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, recurrence=items("Daily", 4)
        )
        await world.settles()
        third = (await world.items(first))[2]
        await world.rooms("anna").changes_room(third, "Eiger")
        await world.rooms("anna").moves(third, f"2026-03-04 {AT}")
        await world.settles()
        await world.then_outlook_has_dates(
            "anna", AT, "2026-03-03", "2026-03-04", "2026-03-04", "2026-03-06"
        )
