"""Free/busy by the JSON API and on its page: who sees what, and what is wrong is said."""

import html
import re

import pytest

from tests.web.trouble import reads
from web.access import Role

TOMORROW = "2026-03-03"
HERE = {"zone": "Europe/Zurich", "starts": TOMORROW}


@pytest.fixture
async def booked(world):
    """Anna and Marc meet in the Säntis; Lea has booked the Eiger a moment ago, in ROOMS alone."""
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00", attendees=["marc"])
    await world.settles()
    await world.rooms("lea").books("Eiger", at="tomorrow 13:00-14:00", title="Kündigung")
    yield world
    await world.settles()


async def page(world, **params):
    answer = await world.calls_app("GET", "/api/console/free-busy", params=params)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_both_sides_and_people_are_told_cell_by_cell(booked):
    asked = {**HERE, "who": ["p11", "Marc Weber", "eva@fabrikam.example", "r102"]}
    found = await reads(booked, "free-busy", interval_minutes=60, **asked)

    anna, marc, eva = found["people"]
    assert (len(found["starts"]), anna["cells"][9]) == (24, "busy")
    assert marc["cells"][9] == "tentative"
    assert (eva["cells"], eva["unknown"]) == (None, "nobody")
    (eiger,) = found["resources"]
    assert (eiger["rooms"][13], eiger["exchange"][13]) == ("booking", "free")
    (deviation,) = eiger["deviations"]
    assert (deviation["kind"], deviation["start"]) == ("only_in_rooms", f"{TOMORROW}T12:00:00Z")
    assert "Kündigung" not in str(found)


WORDS = {"0": "free", "1": "tentative", "2": "busy", "3": "out of office"}
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": TOMORROW, "numberOfOccurrences": 3},
}


async def test_a_day_with_dates_of_series_is_told_on_the_page_as_exchange_shows_it(world):
    """S31: a series and its exceptions, tentative, out of office, free, one over the other."""
    anna = world.outlook("anna")
    series = await anna.books(at="tomorrow 09:00-10:00", recurrence=WEEKLY)
    other = await anna.books(at="tomorrow 11:00-12:30", recurrence=WEEKLY)
    away, off = [await anna.date(each, "2026-03-10") for each in (series, other)]
    await anna.changes(away, showAs="oof")
    await anna.moves(away, to="2026-03-10 14:00-15:30")
    await anna.deletes(off)
    some = {"08:00-09:30": "tentative", "15:00-16:00": "busy", "17:00-18:00": "free"}
    for at, show_as in some.items():
        await anna.books(at=f"2026-03-10 {at}", showAs=show_as)
    await world.settles()

    text = await page(world, who="p11", day="2026-03-10")

    told = {}
    for begins, ends, word in re.findall(r"(\d\d:\d\d)\u2013(\d\d:\d\d) ([a-z ]+)", text):
        told |= dict.fromkeys(range(half_hour(begins), half_hour(ends)), word)
    shown = await exchange_shows(world, "2026-03-10", minutes=30)
    seven, twenty = half_hour("07:00"), half_hour("20:00")
    assert told == {cell: WORDS[shown[cell]] for cell in range(seven, twenty)}
    assert set(told.values()) == set(WORDS.values())


def half_hour(clock):
    hours, minutes = map(int, clock.split(":"))
    return 2 * hours + minutes // 30


async def exchange_shows(world, day, *, minutes):
    """Return what Exchange itself tells others of Anna's day, a digit for each cell."""
    who = world.company.address("anna")
    body = {
        "schedules": [who],
        "startTime": {"dateTime": f"{day}T00:00:00", "timeZone": "Europe/Zurich"},
        "endTime": {"dateTime": f"{day}T23:59:59", "timeZone": "Europe/Zurich"},
        "availabilityViewInterval": minutes,
    }
    headers = {"Authorization": f"Bearer user:{who}"}
    answer = await world.graph.post(f"users/{who}/calendar/getSchedule", json=body, headers=headers)
    return answer.json()["value"][0]["availabilityView"]


async def test_times_are_suggested_with_a_resource_that_fits(booked):
    asked = {**HERE, "who": ["p11", "p12", "r101"], "ends": TOMORROW}
    found = await reads(booked, "free-busy/suggestions", **asked)

    first, second = found["suggestions"][:2]
    assert first["start"] == f"{TOMORROW}T07:00:00Z"
    assert second["start"] == f"{TOMORROW}T09:00:00Z", "at nine they meet"
    assert first["resources"] == [{"number": 101, "name": "Säntis"}]


async def test_whoever_is_meant_is_found_by_a_part_of_the_name(booked):
    found = await reads(booked, "free-busy/who", search="web")
    assert [each["key"] for each in found["candidates"]] == ["p12"]
    part = await booked.calls_app("GET", "/api/console/free-busy/who", params={"find": "web"})
    assert 'value="p12"' in part.text
    stranger = await booked.calls_app(
        "GET", "/api/console/free-busy/who", params={"find": "eva@fabrikam.example"}
    )
    assert 'value="eva@fabrikam.example"' in stranger.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "who"),
        ({"who": "Nobody Here"}, "is nobody in the settings"),
        ({"who": "p11", "zone": "Mars/Base"}, "time zone"),
        ({"who": "p11", "starts": "soon"}, "is no time"),
        ({"who": "p11", "starts": "9999-12-31"}, "is no time"),
        ({"who": "p11", "starts": "2026-03-03", "ends": "2026-09-03"}, "62 days at most"),
        ({"who": "p11", "starts": "2026-03-03", "ends": "2026-03-01"}, "must end after"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_what_would_do(world, asked, told):
    answer = await world.calls_app("GET", "/api/console/v1/free-busy", params=asked)
    assert (answer.status_code, answer.json()["title"]) == (422, "Not understood")
    assert told in answer.json()["detail"]


async def test_the_side_of_exchange_is_shown_from_the_role_on_that_the_policy_names(
    booked, as_role
):
    as_role(Role.VIEWER)
    (eiger,) = (await reads(booked, "free-busy", who="r102", **HERE))["resources"]
    assert (eiger["exchange"], eiger["not_shown"]) == (None, "no_right")
    assert "not shown to your role" in await page(booked, who="r102", day=TOMORROW)
    as_role(Role.OPERATOR)
    (eiger,) = (await reads(booked, "free-busy", who="r102", **HERE))["resources"]
    assert eiger["exchange"] is not None


async def test_the_page_says_who_is_nobody_and_what_is_wrong_and_shows_all_else(booked):
    text = await page(
        booked, who=["p11", "p999"], find="Nobody Here", zone="Mars/Base", day=TOMORROW
    )
    assert "“p999” is nobody in the settings" in text
    assert "“Nobody Here” is nobody in the settings" in text
    assert "The time zone “Mars/Base” is unknown" in text
    assert "09:00\u201310:00 busy" in text


async def test_from_a_deviation_it_goes_on_to_its_slot_its_history_and_its_differences(booked):
    text = await page(booked, who="r102", day=TOMORROW)
    card = text.partition('id="deviations"')[2].partition("</section>")[0]
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', card)]

    assert [link.partition("?")[0].removeprefix("/api/console/") for link in links] == [
        "history/slot",
        "history",
        "differences",
    ]
    for link in links:
        assert (await booked.calls_app("GET", link)).status_code == 200, link


async def test_the_page_answers_when_rooms_does_not(booked):
    await booked.rooms_fault("GET", ".*", times=50, status=503)
    await booked.rooms_fault("POST", ".*", times=50, status=503)
    try:
        text = await page(booked, who=["p11", "r101"], day=TOMORROW, suggest="yes")
    finally:
        await booked.rooms_control_delete("faults")
    assert "ROOMS does not answer." in text
    assert "09:00\u201310:00 busy" in text


async def test_a_page_that_asks_for_a_time_that_is_over_says_so(booked):
    text = await page(booked, who="p11", day="2026-03-01", suggest="yes", language="de")
    assert "Diese Zeit ist vorbei" in text
