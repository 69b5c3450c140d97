"""Whose series it is: organizers who are not synced, private ones, what a mailbox declines (D5)."""

import pytest

from tests.kit.company import usual_address
from tests.kit.recurring import AT, FIRST, every, items, weekly

DAYS = every(7, 4)
SECRET = "Kündigung Muster"


class TestSomebodyWhoIsNotSynced:
    async def test_a_series_in_rooms_is_held_in_the_resource_mailbox(self, world):
        first = await world.rooms("peter").books_series(
            "Säntis", at=FIRST, title="Planung", recurrence=items(number=4), participants=["marc"]
        )
        await world.settles()
        series = await world.event_of(first)
        assert series.mailbox == "Säntis"
        assert (await world.event(series)).is_series
        await world.then_outlook_has_dates("Säntis", AT, *DAYS, attendees=[])
        await world.then_outlook_has_nothing("peter")

    async def test_it_follows_what_is_done_to_it(self, world):
        peter = world.rooms("peter")
        first = await peter.books_series("Säntis", at=FIRST, recurrence=items(number=4))
        await world.settles()
        dates = await world.items(first)
        await peter.moves(dates[1], f"{DAYS[1]} 14:00-15:00")
        await peter.cancels(dates[2])
        await peter.renames(dates[3], "Sonderthema")
        await world.settles()
        await world.then_outlook_has_dates("Säntis", AT, DAYS[0], f"{DAYS[1]} 14:00-15:00", DAYS[3])
        await peter.moves_following(dates[0], f"{DAYS[0]} 16:00-17:00")
        await world.settles()
        await world.then_outlook_has("Säntis", f"{DAYS[0]} 16:00-17:00")
        await peter.cancels_series(dates[0])
        await world.settles()
        await world.then_outlook_has_nothing("Säntis")

    async def test_a_private_one_shows_nothing(self, world):
        await world.rooms("peter").books_series(
            "Säntis", at=FIRST, title=SECRET, private=True, recurrence=items(number=4)
        )
        await world.settles()
        await world.then_outlook_has_dates("Säntis", AT, *DAYS, subject="Privat")

    async def test_handed_over_to_somebody_synced_it_moves_to_the_calendar(self, world):
        first = await world.rooms("peter").books_series(
            "Säntis", at=FIRST, recurrence=items(number=4)
        )
        await world.settles()
        await world.rooms("peter").hands_over_series(first, "anna")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=["Säntis"])
        assert (await world.event_of(first)).mailbox == "anna"

    async def test_and_back_to_somebody_who_is_not(self, world):
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, recurrence=items(number=4)
        )
        await world.settles()
        await world.rooms("anna").hands_over_series(first, "peter")
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has_dates("Säntis", AT, *DAYS)
        assert (await world.event_of(first)).mailbox == "Säntis"

    async def test_a_single_booking_of_theirs_becomes_a_series(self, world):
        """S02 for holds: the slot is held on each date, once."""
        peter = world.rooms("peter")
        single = await peter.books("Säntis", at=FIRST)
        await world.settles()
        await peter.redraws(single, items(number=4))
        await world.settles()
        await world.then_outlook_has_dates("Säntis", AT, *DAYS)

    async def test_their_series_in_outlook_is_listed_once(self, world):
        """D5: reported, whatever its number of dates."""
        await world.outlook("peter").books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        await world.then_rooms_has_nothing()
        (copy,) = [e for e in await world.events("Säntis") if e.is_alive]
        world.expected.is_listed(copy, "not_synced")

    async def test_their_series_in_outlook_is_declined_where_that_is_wanted(self, a_world):
        world = await a_world(company={"policies": {"unsynced_organizer": "decline"}})
        series = await world.outlook("peter").books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        assert {d.answers["Säntis"] for d in await world.calendar("peter")} == {"declined"}
        await world.then_outlook_has_nothing("Säntis")
        assert (await world.event(series)).is_alive


class TestPrivate:
    async def test_a_private_series_made_in_outlook(self, world):
        await world.outlook("anna").books(
            "Säntis", at=FIRST, subject=SECRET, private=True, recurrence=weekly(times=4)
        )
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS, title=SECRET, private=True)

    async def test_a_private_series_made_in_rooms(self, world):
        await world.rooms("anna").books_series(
            "Säntis", at=FIRST, title=SECRET, private=True, recurrence=items(number=4)
        )
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS, subject=SECRET, private=True)

    async def test_one_date_made_private_in_outlook(self, world):
        anna = world.outlook("anna")
        series = await anna.books(
            "Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4)
        )
        await world.settles()
        await anna.makes_private(await anna.date(series, DAYS[1]))
        await world.settles()
        await world.then_rooms_has("Säntis", f"{DAYS[1]} {AT}", title="Privat", participants=[])
        await world.then_rooms_has("Säntis", f"{DAYS[2]} {AT}", participants=["marc"])


class TestAGroup:
    """R-008: in ROOMS it is its members, in Outlook it stays one, on each date."""

    async def test_on_all_dates_and_exceptions(self, a_world):
        team = "team@contoso.example"
        members = [usual_address("marc"), usual_address("lea")]
        groups = [{"id": "g1", "mail": team, "members": members}]
        world = await a_world(company={"groups": groups, "policies": {"resolve_groups": True}})
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, attendees=[team], recurrence=weekly(times=4))
        await anna.renames(await anna.date(series, DAYS[1]), "Budget")
        await world.settles()
        await anna.invites(await anna.date(series, DAYS[2]), "peter")
        await world.settles()
        await anna.renames(series, "Jour fixe")
        await world.settles()
        both = ["marc", "lea"]
        for day, title, people in zip(
            DAYS,
            ("Jour fixe", "Budget", "Jour fixe", "Jour fixe"),
            (both, both, [*both, "peter"], both),
            strict=True,
        ):
            await world.then_rooms_has("Säntis", f"{day} {AT}", title=title, participants=people)
        await world.then_outlook_has("anna", f"{DAYS[0]} {AT}", attendees=[team])


class TestTheMailboxDeclinesOneDate:
    """R-900, D9: Exchange decides; that date loses its booking, and one mail says so."""

    @pytest.mark.parametrize("side", ["E", "R"])
    async def test_by_hand(self, world, side):
        if side == "E":
            await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=4))
        else:
            await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=4))
        await world.settles()
        keeper = world.outlook("Säntis")
        copy = await keeper.finds()
        for _ in range(2):
            # It is invited again once, for the room looks free (design 5).
            dates = [d for d in await keeper.dates(copy) if str(d.original_start)[:10] == DAYS[2]]
            for date in dates:
                await keeper.answers(date, "decline")
            await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *(d for d in DAYS if d != DAYS[2]))
        assert len(world.error_mails(to="anna")) == 1
