"""When people could meet and where: what is asked, what does, what is named as unknown."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.app.free_busy.candidates import MOST_CANDIDATES
from core.app.free_busy.question import QuestionRefusedError, ResourceNeed, SuggestionQuestion
from core.app.free_busy.rights import EVERYTHING, Entitlement
from core.app.free_busy.suggest import suggest
from core.domain.directory import Location, SyncMode, directory
from core.domain.free_busy.occupation import Blocker, Occupation
from core.domain.free_busy.schedule import Schedule, Unknown, WorkingHours
from core.domain.ids import LocationId, ResourceId
from core.domain.interval import Interval
from core.domain.policies import Policies
from core.domain.series import WORKING_DAYS
from core.errors import NotPermittedError, ServiceUnavailableError
from tests.unit.builders import (
    CONTOSO,
    DESK,
    NOW,
    PEOPLE,
    PILATUS,
    RESOURCES,
    RIGI,
    SAENTIS,
    a_directory,
    a_resource,
    hours,
)
from tests.unit.free_busy.desk import Exchange, Office, Rooms, busy

ANNA, MARCS, ROOM = "anna@contoso.example", "marc@contoso.example", "saentis@contoso.example"
MANY_STARTS = {"step_minutes": 5, "window": Interval(NOW, NOW + timedelta(days=11))}
SIZES = {SAENTIS: 4, PILATUS: 12, RIGI: 2, DESK: 1}
BERN, FLOOR, GENF = LocationId(1), LocationId(2), LocationId(3)


def wishing(*people, **facts):
    values = {"window": hours(9, 12), "zone": ZoneInfo("UTC")}
    return SuggestionQuestion(people=people or (ANNA, MARCS), **(values | facts))


def an_office(**facts):
    exchange = Exchange({ANNA: busy(), MARCS: busy()})
    return Office(**({"exchange": {CONTOSO: exchange}, "rooms": Rooms(sizes=SIZES)} | facts))


def placed():
    """Saentis on a floor in Bern, Pilatus in Geneva, whose name Rigi has only as a text."""
    where = {SAENTIS: {"location_id": FLOOR}, PILATUS: {"location_id": GENF},
             RIGI: {"location": "Genf, Anbau"}}  # fmt: skip
    return directory(
        global_sync_enabled=True,
        policies=Policies(),
        environments=a_directory().environments.values(),
        persons=PEOPLE,
        resources=[replace(each, **where.get(each.id, {})) for each in RESOURCES],
        locations=[
            Location(id=BERN, name="Bern"),
            Location(id=FLOOR, name="2. OG", parent=BERN),
            Location(id=GENF, name="Genf", parent=GENF),
        ],
    )


async def test_everybody_and_the_smallest_room_that_does():
    office = an_office()
    office.exchange[CONTOSO].people[ANNA] = busy(hours(9, 10))
    answer = await suggest(wishing(), EVERYTHING, office.desk)
    assert [each.time for each in answer.suggestions] == [hours(10, 11), hours(11, 12)]
    assert answer.suggestions[0].resources == (RIGI, SAENTIS, PILATUS)
    assert answer.names[RIGI] == "Rigi"
    assert answer.candidates == 3


async def test_a_room_must_be_free_on_both_sides():
    lines = [Blocker(resource=RIGI, time=hours(9, 10), kind=Occupation.HOLIDAY)]
    office = an_office(rooms=Rooms(lines=lines, sizes=SIZES))
    office.exchange[CONTOSO].people[ROOM] = busy(hours(9, 10))
    (first, *_) = (await suggest(wishing(), EVERYTHING, office.desk)).suggestions
    assert (first.time, first.resources) == (hours(9, 10), (PILATUS,))


async def test_whoever_is_unknown_is_named_and_not_considered():
    question = wishing(ANNA, "nobody@contoso.example", "eva@fabrikam.example")
    answer = await suggest(question, EVERYTHING, an_office().desk)
    assert answer.not_considered == {
        "nobody@contoso.example": Unknown.NOBODY, "eva@fabrikam.example": Unknown.NOBODY,
    }  # fmt: skip
    assert RIGI not in answer.suggestions[0].resources, "it holds two"


async def test_an_environment_that_is_down_leaves_what_rooms_says():
    office = an_office()
    office.exchange[CONTOSO].trouble = {"all": ServiceUnavailableError("down")}
    answer = await suggest(wishing(), EVERYTHING, office.desk)
    assert set(answer.not_considered.values()) == {Unknown.NO_ANSWER}
    assert answer.suggestions
    assert answer.troubles == {CONTOSO: "down"}


async def test_without_rooms_nothing_is_suggested():
    office = an_office(rooms=Rooms(sizes=SIZES, trouble=ServiceUnavailableError("down")))
    with pytest.raises(ServiceUnavailableError):
        await suggest(wishing(), EVERYTHING, office.desk)


async def test_without_a_resource_rooms_is_not_asked():
    office = an_office()
    answer = await suggest(wishing(need=None), EVERYTHING, office.desk)
    assert answer.suggestions[0].resources == ()
    assert office.rooms.asked == []


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (ResourceNeed(only=(PILATUS,)), {PILATUS}),
        (ResourceNeed(seats=5), {PILATUS}),
        (ResourceNeed(type="arbeitsplatz", seats=1), {DESK}),
        (ResourceNeed(location=BERN), {SAENTIS}),
        (ResourceNeed(location=GENF), {PILATUS}),
        (ResourceNeed(place="genf"), {PILATUS, RIGI}),
        (ResourceNeed(place="2. og"), {SAENTIS}),
    ],
)
async def test_which_resources_do(need, expected):
    office = an_office(directory=placed())
    answer = await suggest(wishing(need=need), EVERYTHING, office.desk)
    assert set(answer.suggestions[0].resources) == expected


async def test_what_rooms_does_not_know_does_not_do_and_an_unknown_size_comes_last():
    office = an_office(rooms=Rooms(sizes={SAENTIS: 0, PILATUS: 12}))
    answer = await suggest(wishing(), EVERYTHING, office.desk)
    assert answer.suggestions[0].resources == (PILATUS, SAENTIS)


@pytest.mark.parametrize(
    ("need", "why"),
    [
        (ResourceNeed(type="Fahrzeug"), "no resource in the settings"),
        (ResourceNeed(seats=99), "no resource there has room for 99"),
    ],
)
async def test_where_nothing_does_that_is_said_before_anybody_is_asked(need, why):
    office = an_office()
    with pytest.raises(QuestionRefusedError, match=why):
        await suggest(wishing(need=need), EVERYTHING, office.desk)
    assert office.exchange[CONTOSO].asked == []


async def test_inactive_and_online_resources_do_not_do():
    away = [replace(each, is_active=False) for each in RESOURCES if each.id != DESK]
    office = an_office(directory=a_directory(resources=away))
    with pytest.raises(QuestionRefusedError):
        await suggest(wishing(), EVERYTHING, office.desk)


async def test_too_many_resources_want_to_be_narrowed_down():
    many = [
        a_resource(ResourceId(1000 + number), f"R{number}") for number in range(MOST_CANDIDATES)
    ]
    office = an_office(directory=a_directory(resources=many))
    with pytest.raises(QuestionRefusedError, match="say where or of which type"):
        await suggest(wishing(), EVERYTHING, office.desk)


async def test_nothing_is_suggested_for_a_time_that_is_over():
    office = an_office()
    office.passes(86400 + 3.5 * 3600)
    answer = await suggest(wishing(), EVERYTHING, office.desk)
    assert [each.time for each in answer.suggestions] == [hours(10.5, 11.5)]
    office.passes(86400)
    with pytest.raises(QuestionRefusedError, match="over"):
        await suggest(wishing(), EVERYTHING, office.desk)


@pytest.mark.parametrize(
    ("policy", "mode", "first"),
    [
        ("zero", SyncMode.MICROSOFT365, hours(9, 10)),
        ("holds", SyncMode.MICROSOFT365, hours(9.5, 10.5)),
        ("zero", SyncMode.NONE, hours(9.5, 10.5)),
    ],
)
async def test_lead_time_counts_where_rooms_gives_it(policy, mode, first):
    room = a_resource(SAENTIS, "Saentis", lead_minutes=15, mode=mode)
    lines = [Blocker(resource=SAENTIS, time=hours(8, 9), kind=Occupation.BOOKING)]
    office = an_office(
        directory=a_directory(resources=[room], policies=Policies(lead_follow_up=policy)),
        rooms=Rooms(lines=lines, sizes=SIZES),
    )
    question = wishing(need=ResourceNeed(only=(SAENTIS,)))
    assert (await suggest(question, EVERYTHING, office.desk)).suggestions[0].time == first


@pytest.mark.parametrize(
    ("zone", "first"), [("", hours(11.5, 12.5)), ("America/New_York", hours(17.5, 18.5))]
)
async def test_working_hours_without_a_zone_are_in_that_of_the_settings(zone, first):
    late = WorkingHours(WORKING_DAYS, time(12, 30), time(18), zone)
    office = an_office()
    office.exchange[CONTOSO].people[ANNA] = Schedule((), late)
    question = wishing(ANNA, need=None, window=hours(7, 20))
    assert (await suggest(question, EVERYTHING, office.desk)).suggestions[0].time == first


async def test_without_the_right_nobody_is_asked():
    office = an_office()
    with pytest.raises(NotPermittedError):
        await suggest(wishing(), Entitlement(), office.desk)
    assert office.exchange[CONTOSO].asked == office.rooms.asked == []


async def test_a_suggestion_costs_one_request_of_each_side_and_sizes_once_an_hour():
    office = an_office()
    for _ in range(2):
        await suggest(wishing(), EVERYTHING, office.desk)
    assert len(office.exchange[CONTOSO].asked) == 1
    assert office.rooms.asked.count("blockers") == 1
    office.passes(120)
    await suggest(wishing(), EVERYTHING, office.desk)
    assert sorted(each for each in office.rooms.asked if each != "blockers") == [
        f"size of {number}" for number in sorted({SAENTIS, PILATUS, RIGI, DESK})
    ]


@pytest.mark.parametrize(
    "facts", [{"minutes": 0}, {"minutes": 1441}, {"step_minutes": 4}, MANY_STARTS]
)
def test_lengths_that_make_no_meeting_are_refused(facts):
    with pytest.raises(QuestionRefusedError):
        wishing(**facts)
