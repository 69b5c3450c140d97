"""`roomsync history`: what was decided for one meeting, by any of its names."""

from zoneinfo import ZoneInfo

from core.domain.mapping import MappingState
from roomsync import history_command
from tests.unit.builders import a_directory, hours
from tests.unit.series_builders import a_date, a_refused_date, a_series


async def test_every_pass_is_told_in_order(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00", title="Fusion")
    await world.settles()
    await world.advances(minutes=3)
    await world.rooms("anna").moves(booking, "tomorrow 10:00-11:00")
    await world.settles()

    ended = await operator("history", str(booking.booking_id))

    assert ended.code == 0
    words = ended.words
    assert words.index("Create event: it was booked in ROOMS") < words.index("Update event (time)")
    assert "changed: time in ROOMS" in words
    assert f"Booking {booking.booking_id} Säntis" in words
    for private in ("Fusion", "Anna", "anna.meier"):
        assert private not in ended.out


async def test_all_names_of_a_meeting_lead_to_the_same_history(operator, world):
    event = await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    booking, link = await world.booking_of(event), (await world.event(event)).oid
    copy = next(e for e in await world.events("Säntis") if e.is_alive)

    names = [str(booking.booking_id), link, f"p11/{event.event_id}", f"r101/{copy.event_id}"]
    told = [(await operator("history", name)).out for name in names]

    assert len(set(told)) == 1
    assert link in told[0]


async def test_a_refusal_stands_at_the_top(a_world, operator_of):
    world = await a_world(resources={"Pilatus": {"opening_hours": {"mon-fri": "07:00-19:00"}}})
    event = await world.outlook("anna").books("Pilatus", at="today 18:30-20:00")
    await world.settles()

    ended = await operator_of(world)("history", f"p11/{event.event_id}")

    assert "Refused Outside the opening hours" in ended.words
    await world.outlook("anna").deletes(event)


async def test_without_a_link_it_says_where_to_ask(operator):
    booking, link = (
        await operator("history", "4711"),
        await operator("history", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    )

    assert (booking.code, link.code) == (2, 2)
    assert "4711 has no link: `roomsync plan 4711` tells why" in booking.err
    assert "there is no link" in link.err


def test_a_series_is_one_line_and_its_special_dates(capsys, monkeypatch):
    monkeypatch.setattr(history_command, "MOST_DATES", 2)
    dates = (
        a_date(0),
        a_refused_date(1),
        a_date(2, state=MappingState.CANCELLED, bookings=()),
        a_date(3, time=hours(11, 12)),
    )
    history_command._show_link(a_series(*dates), a_directory(), ZoneInfo("Etc/UTC"))
    words = " ".join(capsys.readouterr().out.split())
    assert (
        "Series 09:00\u201310:00 (Etc/UTC), weekly on Tuesday, 4 times, 4 dates, 1 refused, "
        "1 cancelled, 1 moved Bookings 2 on Saentis "
        "Date Tue 10 Mar 2026 09:00 refused: The resource is booked already "
        "Date Tue 17 Mar 2026 09:00 cancelled and 1 more"
    ) in words
    assert "2000" not in words, "bookings of a series are counted, not listed"
