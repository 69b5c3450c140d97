"""Every field that is synced, changed on one side, arrives on the other (R-201 ... R-219)."""

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:30"


@pytest.fixture
async def event(world):
    """A linked meeting of Anna with Marc in the Säntis, made in Outlook."""
    event = await world.outlook("anna").books(
        "Säntis", at=WHEN, subject="Planung", attendees=["marc"]
    )
    await world.settles()
    return event


@pytest.fixture
async def booking(world):
    """A linked meeting of Anna with Marc in the Säntis, made in ROOMS."""
    booking = await world.rooms("anna").books(
        "Säntis", at=WHEN, title="Planung", participants=["marc"]
    )
    await world.settles()
    return booking


@pytest.mark.parametrize("origin", ["outlook", "rooms"])
class TestWhateverItsOrigin:
    """The same change does the same, wherever the meeting was made (R-100 (3))."""

    @pytest.fixture
    async def pair(self, world, origin):
        if origin == "outlook":
            event = await world.outlook("anna").books(
                "Säntis", at=WHEN, subject="Planung", attendees=["marc"]
            )
            await world.settles()
            return event, await world.booking_of(event)
        booking = await world.rooms("anna").books(
            "Säntis", at=WHEN, title="Planung", participants=["marc"]
        )
        await world.settles()
        return await world.event_of(booking), booking

    async def test_a_new_subject_in_outlook(self, world, pair):
        await world.outlook("anna").renames(pair[0], "Budget 2027")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="Budget 2027")

    async def test_a_new_title_in_rooms(self, world, pair):
        await world.rooms("anna").renames(pair[1], "Budget 2027")
        await world.settles()
        await world.then_outlook_has("anna", WHEN, subject="Budget 2027")

    async def test_a_new_time_in_outlook(self, world, pair):
        await world.outlook("anna").moves(pair[0], to=LATER)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER)
        await world.then_room_accepted(pair[0], "Säntis")

    async def test_a_new_time_in_rooms(self, world, pair):
        await world.rooms("anna").moves(pair[1], to=LATER)
        await world.settles()
        await world.then_room_accepted(await world.then_outlook_has("anna", LATER), "Säntis")

    async def test_somebody_added_in_outlook(self, world, pair):
        await world.outlook("anna").invites(pair[0], "lea", "eva@fabrikam.example")
        await world.settles()
        await world.then_rooms_has(
            "Säntis", WHEN, participants=["marc", "lea", "eva@fabrikam.example"]
        )

    async def test_somebody_added_in_rooms(self, world, pair):
        people = ["marc", "lea", "eva@fabrikam.example"]
        await world.rooms("anna").sets_participants(pair[1], *people)
        await world.settles()
        await world.then_outlook_has("anna", WHEN, attendees=people, rooms=["Säntis"])

    async def test_somebody_removed_in_outlook(self, world, pair):
        await world.outlook("anna").uninvites(pair[0], "marc")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, participants=[])

    async def test_somebody_removed_in_rooms(self, world, pair):
        await world.rooms("anna").sets_participants(pair[1])
        await world.settles()
        await world.then_outlook_has("anna", WHEN, attendees=[], rooms=["Säntis"])

    async def test_the_end_alone_moved_in_outlook(self, world, pair):
        await world.outlook("anna").moves(pair[0], to="tomorrow 09:00-11:15")
        await world.settles()
        await world.then_rooms_has("Säntis", "tomorrow 09:00-11:15")

    async def test_the_end_alone_moved_in_rooms(self, world, pair):
        await world.rooms("anna").moves(pair[1], to="tomorrow 09:00-11:15")
        await world.settles()
        await world.then_outlook_has("anna", "tomorrow 09:00-11:15")

    async def test_everything_at_once_in_outlook(self, world, pair):
        await world.outlook("anna").renames(pair[0], "Neu")
        await world.outlook("anna").moves(pair[0], to=LATER)
        await world.outlook("anna").swaps_room(pair[0], "Säntis", "Eiger")
        await world.outlook("anna").invites(pair[0], "lea")
        await world.settles()
        await world.then_rooms_has("Eiger", LATER, title="Neu", participants=["marc", "lea"])
        await world.then_rooms_has_nothing("Säntis")

    async def test_everything_at_once_in_rooms(self, world, pair):
        anna = world.rooms("anna")
        await anna.renames(pair[1], "Neu")
        await anna.moves(pair[1], to=LATER)
        await anna.changes_room(pair[1], "Eiger")
        await anna.sets_participants(pair[1], "lea")
        await world.settles()
        await world.then_outlook_has(
            "anna", LATER, subject="Neu", attendees=["lea"], rooms=["Eiger"]
        )

    async def test_one_change_after_the_other_on_both_sides(self, world, pair):
        await world.outlook("anna").moves(pair[0], to=LATER)
        await world.settles()
        await world.rooms("anna").renames(pair[1], "Zwei")
        await world.settles()
        await world.outlook("anna").invites(pair[0], "lea")
        await world.settles()
        await world.rooms("anna").moves(pair[1], to=WHEN)
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="Zwei", participants=["marc", "lea"])


async def test_a_meeting_moved_back_and_forth_ends_where_it_was_put_last(world, event):
    for phrase in (LATER, WHEN, LATER):
        await world.outlook("anna").moves(event, to=phrase)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER)


async def test_a_move_to_another_day_is_followed(world, event):
    await world.outlook("anna").moves(event, to="in 8 days 15:00-16:00")
    await world.settles()
    await world.then_rooms_has("Säntis", "in 8 days 15:00-16:00")


async def test_show_as_is_kept_in_outlook_and_never_corrected(world, event):
    await world.outlook("anna").shows_as(event, "tentative")
    await world.settles()
    await world.rooms("anna").renames(await world.booking_of(event), "Neu")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, subject="Neu", show_as="tentative")


async def test_a_reminder_is_kept_in_outlook_and_never_corrected(world, event):
    await world.outlook("anna").wants_reminder(event, 45)
    await world.settles()
    await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
    await world.settles()
    await world.then_outlook_has("anna", LATER, reminder=45)


async def test_a_reminder_of_a_meeting_made_in_rooms_is_the_user_s_to_set(world, booking):
    event = await world.event_of(booking)
    await world.outlook("anna").wants_reminder(event, 5)
    await world.settles()
    await world.rooms("anna").renames(booking, "Neu")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, subject="Neu", reminder=5)


@pytest.mark.parametrize("word", ["free", "tentative", "oof", "workingElsewhere"])
async def test_show_as_travels_through_a_custom_field_if_there_is_one(a_world, word):
    world = await a_world(company={"app_policies": {"show_as_field": "FreeBusy"}})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").shows_as(event, word)
    await world.settles()
    booking = await world.booking_of(event)
    assert (await world.booking(booking)).fields["FreeBusy"] == word
    await world.rooms("anna").sets_field(booking, "FreeBusy", "busy")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, show_as="busy")


async def test_the_reminder_travels_through_a_custom_field_if_there_is_one(a_world):
    world = await a_world(company={"app_policies": {"reminder_field": "Erinnerung"}})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").wants_reminder(event, 45)
    await world.settles()
    booking = await world.booking_of(event)
    assert (await world.booking(booking)).fields["Erinnerung"] == "45"
    await world.rooms("anna").sets_field(booking, "Erinnerung", "10")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, reminder=10)


@pytest.mark.parametrize(("status", "shown"), [(21, "busy"), (24, "tentative"), (27, "tentative")])
async def test_the_status_of_a_booking_decides_how_its_event_counts(world, status, shown):
    await world.rooms("anna").books("Säntis", at=WHEN, statusId=status)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, show_as=shown)


async def test_the_body_of_an_event_is_never_touched(world):
    event = await world.outlook("anna").books(
        "Säntis", at=WHEN, body={"contentType": "html", "content": "<p>Agenda</p>"}
    )
    await world.settles()
    before = (await world.event(event)).body
    booking = await world.booking_of(event)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.rooms("anna").renames(booking, "Neu")
    await world.settles()
    assert "Agenda" in before
    assert (await world.event(event)).body == before


async def test_the_join_link_of_an_online_meeting_survives_a_change_in_rooms(world):
    event = await world.outlook("anna").books(
        "Säntis", at=WHEN, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness"
    )
    await world.settles()
    await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
    await world.settles()
    assert "teams.example" in (await world.event(event)).body


async def test_categories_and_importance_are_no_change(world, event):
    async with world.counts() as costs:
        await world.outlook("anna").changes(event, categories=["Wichtig"], importance="high")
    assert costs.rooms_writes == costs.graph_writes_in_all == 0


async def test_a_comment_in_rooms_is_no_change(world, booking):
    async with world.counts() as costs:
        await world.rooms("anna").changes(booking, comment="Beamer nötig")
    assert costs.graph_writes_in_all == costs.rooms_writes == 0


async def test_an_optional_attendee_stays_optional(world, event):
    shown = (await world.event(event)).roles
    lines = [
        {"type": "optional", "emailAddress": {"address": world.company.address("lea")}},
        {"type": "required", "emailAddress": {"address": world.company.address("marc")}},
        {"type": "resource", "emailAddress": {"address": world.company.address("Säntis")}},
    ]
    await world.outlook("anna").changes(event, attendees=lines)
    await world.settles()
    await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
    await world.settles()
    assert (await world.event(event)).roles == shown | {"lea": "optional"}


async def test_a_title_that_a_server_trims_is_the_same_title(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="  Planung   2027 ")
    await world.settles()
    await world.outlook("anna").moves(await world.event_of(booking), to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, title="  Planung   2027 ")


@pytest.mark.parametrize("title", ["", "Ä" * 255, "<b>Käse & Brot</b> \"'", "日本語 🎉"])
async def test_any_title_goes_to_outlook(world, title):
    await world.rooms("anna").books("Säntis", at=WHEN, title=title)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, subject=title)


@pytest.mark.parametrize("subject", ["", "Ä" * 255, "<b>Käse & Brot</b> \"'", "日本語 🎉"])
async def test_any_subject_goes_to_rooms(world, subject):
    await world.outlook("anna").books("Säntis", at=WHEN, subject=subject)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title=subject)


async def test_a_title_longer_than_outlook_takes_does_not_hold_up_the_rest(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Planung")
    await world.settles()
    await world.rooms("anna").renames(booking, "Ä" * 300)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.settles()
    event = await world.then_outlook_has("anna", LATER, subject="Ä" * 255)
    world.expected.stays_different(event, "subject", "Outlook takes 255 characters")


async def test_seconds_in_a_time_are_kept(world):
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00:30-10:00:15")
    await world.settles()
    await world.then_rooms_has("Säntis", "tomorrow 09:00:30-10:00:15")
