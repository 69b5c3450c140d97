"""`roomsync history`: what was decided for one meeting, by any of its names."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.app.timeline.redaction.links import link_told
from core.domain.mapping import MappingState
from roomsync import history_words
from tests.kit.recurring import FIRST, every, items
from tests.unit.builders import a_directory, hours
from tests.unit.series_builders import a_date, a_refused_date, a_series

DOCS = Path(__file__).parents[3] / "docs"


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


async def test_a_meeting_that_was_handed_over_has_one_history(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    before = await world.event_of(booking)
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()

    by_booking = await operator("history", str(booking.booking_id))
    by_old_event = await operator("history", f"p11/{before.event_id}")

    assert by_booking.out == by_old_event.out
    words = by_booking.words
    assert words.index("it was booked in ROOMS (R-301)") < words.index("R-103")
    assert "Event p12/" in words


async def test_a_date_that_left_its_series_leads_to_what_was_done_there(operator, world):
    first = await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=4))
    await world.settles()
    date = (await world.items(first))[2]
    await world.rooms("anna").hands_over(date, "lea")
    await world.settles()

    ended = await operator("history", str(date.booking_id))

    words = ended.words
    assert "Also the link" in words
    assert "Event p13/" in words
    assert "Event p11/" in words
    made, left = words.index("Create series"), words.index("Release (1 date)")
    assert made < words.index("Create event: it was booked in ROOMS (R-301)") < left
    assert f"{(await world.booking(date)).oid[:8]} sweep in step Create event" in words


async def test_a_series_that_was_split_has_one_history_from_both_halves(operator, world):
    """R-611: the look-up rows lead nowhere, what both passes noted does."""
    first = await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=4))
    await world.settles()
    third = (await world.items(first))[2]
    await world.rooms("anna").moves_following(third, f"{every(7, 4)[2]} 14:00-15:00")
    await world.settles()

    halves = [await operator("history", str(each.booking_id)) for each in (first, third)]

    links = {(await world.booking(each)).oid for each in (first, third)}
    assert len(links) == 2
    for ended in halves:
        assert all(f"Link {link}" in ended.words for link in links)
        assert "Release (2 dates)" in ended.words


async def test_versions_and_where_the_time_went_are_told(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    await world.push(silent=True)
    await world.rooms("anna").renames(booking, "Fusion")
    await world.advances(minutes=3)

    ended = await operator("history", str(booking.booking_id))

    assert "versions: Exchange …" in ended.words
    assert "; ROOMS 08:00:05.0" in ended.words, "on the resource's clock, as all else"
    assert "until we were told" in ended.words
    assert "writing" not in ended.words, "what takes no time is not told"
    await world.push_is_back()


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
    monkeypatch.setattr(history_words, "MOST_DATES", 2)
    series = a_series(
        a_date(0),
        a_refused_date(1),
        a_date(2, state=MappingState.CANCELLED, bookings=()),
        a_date(3, time=hours(11, 12)),
    )
    told = link_told(series, series.every_booking, (), private=False)
    history_words.show_link(told, a_directory(), ZoneInfo("Etc/UTC"))
    words = " ".join(capsys.readouterr().out.split())
    assert (
        "Series 09:00\u201310:00 (Etc/UTC), weekly on Tuesday, 4 times, 4 dates, 1 refused, "
        "1 cancelled, 1 moved Bookings 2 on Saentis "
        "Date Tue 10 Mar 2026 09:00 refused: The resource is booked already "
        "Date Tue 17 Mar 2026 09:00 cancelled and 1 more"
    ) in words
    assert "2000" not in words, "bookings of a series are counted, not listed"


async def test_it_says_how_both_sides_stand_now_and_what_the_rules_mean(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    await world.push(silent=True)
    await world.rooms("anna").renames(booking, "Fusion")

    ended = await operator("history", str(booking.booking_id))

    words = ended.words
    assert "Exchange: changed 2026-03-02" in words
    assert f"ROOMS {booking.booking_id}: definitive, changed 2026-03-02" in words
    assert "not looked at since" in words
    assert "R-301 A booking made in ROOMS appears in its organizer's calendar" in words
    await world.push_is_back()
    await world.advances(minutes=3)


async def test_a_mail_is_told_without_a_person_and_it_fits_100_columns(
    operator, world, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "100")
    await world.rooms("marc").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    event = await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()

    ended = await operator("history", f"p11/{event.event_id}")

    assert "mail room removed: sent" in ended.words
    assert "Waits until Säntis is free" in ended.words
    assert "anna" not in ended.out.lower()
    ids = (event.event_id,)
    assert [
        line
        for line in ended.out.splitlines()
        if len(line) > 100 and not any(i in line for i in ids)
    ] == []
    await world.outlook("anna").deletes(event)


async def test_a_meeting_is_found_by_its_uid_and_by_its_slot(operator, world):
    event = await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    uid = (await world.event(event)).ical_uid

    told = [
        (await operator("history", *how)).out
        for how in (
            (f"p11/{event.event_id}",),
            (f"uid:{uid}",),
            ("--resource", "Säntis", "--at", "2026-03-03T09:30"),
            ("--resource", "101", "--at", "2026-03-03T08:30Z"),
        )
    ]

    assert len(set(told)) == 1
    assert "Link" in told[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name one meeting"),
        (("1177", "--resource", "Säntis", "--at", "2026-03-03T09:30"), "name one meeting"),
        (("--resource", "Säntis"), "name one meeting"),
        (("--resource", "Mont Blanc", "--at", "2026-03-03T09:30"), "Mont Blanc is not in the"),
        (("--resource", "Säntis", "--at", "at nine"), "'at nine' is no moment"),
        (("--resource", "Säntis", "--at", "2026-03-03T09:30"), "nothing is known of Säntis"),
        (("uid:nobody-knows",), "no link is known for a meeting with this iCalUId"),
    ],
)
async def test_what_names_no_meeting_is_said(operator, arguments, told):
    ended = await operator("history", *arguments)
    assert ended.code == 2
    assert told in ended.err


async def test_it_is_written_as_json_in_the_documented_form(operator, world, tmp_path):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00", title="Fusion")
    await world.settles()
    path = tmp_path / "history.json"

    ended = await operator("history", str(booking.booking_id), "--json", str(path))
    printed = await operator("history", str(booking.booking_id), "--json", "-")

    assert ended.code == 0
    assert "1 entries written to" in ended.out
    written = json.loads(path.read_text())
    assert (written["format"], written["version"]) == ("roomsync-history", 1)
    assert written["entries"] == json.loads(printed.out)["entries"]
    assert written["rule_texts"]["R-301"]
    assert "Fusion" not in path.read_text()
    documented = set(re.findall(r"`(\w+)`", (DOCS / "history.md").read_text()))
    assert names_in(written) - documented - set(written["rule_texts"]) == set()


def names_in(value) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(names_in(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(names_in(each) for each in value))
    return set()
