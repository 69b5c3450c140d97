"""Free/busy of people and of resources, both sides beside each other (R-820, R-821, S31)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.app.free_busy.look import look
from core.app.free_busy.naming import meant
from core.app.free_busy.question import Question, ResourceNeed, SuggestionQuestion
from core.app.free_busy.rights import EVERYTHING
from core.app.free_busy.suggest import suggest
from core.domain.free_busy.deviations import DeviationKind
from core.domain.free_busy.occupation import Occupation
from core.domain.free_busy.schedule import Unknown
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from tests.kit.on_premises import EWS, GRAPH, MIXED

ZURICH = ZoneInfo("Europe/Zurich")
FREE, BUSY = ShowAs.FREE, ShowAs.BUSY
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 3},
}


async def seen(world, *names, at="tomorrow 08:00-12:00", minutes=60):
    desk = await world.app.free_busy()
    people, resources = meant(names, await desk.roster.directory())
    slot = world.slot(at)
    question = Question(
        people=people,
        resources=resources,
        window=Interval(slot.start, slot.end),
        zone=ZURICH,
        interval_minutes=minutes,
    )
    return await look(question, EVERYTHING, desk)


@pytest.mark.parametrize("exchange", [GRAPH, MIXED])
async def test_a_meeting_is_seen_at_its_people_and_on_both_sides_of_its_room(a_world, exchange):
    world = await a_world(company={"exchange": exchange})
    event = await world.outlook("anna").books(
        "Säntis", at="tomorrow 09:00-10:00", attendees=["marc"], recurrence=WEEKLY
    )
    await world.settles()
    await world.outlook("anna").changes(
        await world.outlook("anna").date(event, "2026-03-10"), showAs="oof"
    )
    await world.settles()

    answer = await seen(world, "Anna Meier", "Marc Weber", "Säntis", "eva@fabrikam.example")

    anna, marc, eva = answer.people
    assert anna.cells == (FREE, BUSY, FREE, FREE)
    assert marc.cells[1] in {ShowAs.TENTATIVE, BUSY}
    assert (eva.cells, eva.unknown) == (None, Unknown.NOBODY)
    (room,) = answer.resources
    assert room.rooms == (None, Occupation.BOOKING, None, None)
    assert room.exchange == (FREE, BUSY, FREE, FREE)
    assert (room.deviations, answer.troubles) == ((), {})


async def test_what_one_side_alone_has_is_marked_until_it_is_in_step(a_world):
    world = await a_world(resources={"Säntis": {"opening_hours": {"mon-fri": "07:00-11:00"}}})
    await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00", title="Fusion")

    (room,) = (await seen(world, "Säntis")).resources
    assert room.rooms == (None, Occupation.BOOKING, None, Occupation.CLOSED)
    assert room.exchange == (FREE, FREE, FREE, FREE)
    assert [each.kind for each in room.deviations] == [DeviationKind.ONLY_IN_ROOMS]
    assert room.differs[1] == {DeviationKind.ONLY_IN_ROOMS}

    await world.settles()
    await world.advances(minutes=2)
    (room,) = (await seen(world, "Säntis")).resources
    assert room.exchange == (FREE, BUSY, FREE, FREE)
    assert room.deviations == ()


async def test_an_installation_that_is_down_is_unknown_and_all_others_are_shown(a_world):
    world = await a_world(company={"exchange": MIXED})
    await world.outlook("anna").books("Eiger", at="tomorrow 09:00-10:00")
    await world.settles()
    order = {"match": {"path": "(?i)/EWS/"}, "times": 1, "do": {"status": 503, "body": ""}}
    await world.exchange_control("faults", order)

    answer = await seen(world, "Anna Meier", "Marc Weber", "Eiger", "Säntis")

    assert [line.unknown for line in answer.people] == [None, Unknown.NO_ANSWER]
    eiger, saentis = answer.resources
    assert eiger.exchange == (FREE, BUSY, FREE, FREE)
    assert (saentis.rooms is None, saentis.unknown) == (False, Unknown.NO_ANSWER)
    assert list(answer.troubles) == ["cellar"]


@pytest.mark.parametrize("exchange", [GRAPH, EWS])
async def test_a_question_and_a_suggestion_stay_within_their_budget(a_world, exchange):
    """R-820: a request per 20 addresses and environment, one of ROOMS, one per booked room."""
    world = await a_world(company={"exchange": exchange})
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00", attendees=["marc"])
    await world.settles()
    names = ("Anna Meier", "Marc Weber", "Lea Roth", "Säntis", "Eiger", "Pilatus")
    await seen(world, "Lea Roth", at="today 09:00-10:00")

    async with world.counts() as first:
        await seen(world, *names)
    async with world.counts() as again:
        await seen(world, *names, at="tomorrow 14:00-16:00")
    assert free_busy_calls(first) == {"exchange": 1, "rooms": 2}, first
    assert free_busy_calls(again) == {"exchange": 0, "rooms": 0}, again

    desk = await world.app.free_busy()
    slot = world.slot("tomorrow 08:00-12:00")
    wish = SuggestionQuestion(
        people=("anna.meier@contoso.example", "marc.weber@contoso.example"),
        window=Interval(slot.start, slot.end),
        zone=ZURICH,
        need=ResourceNeed(seats=2),
    )
    async with world.counts() as found:
        answer = await suggest(wish, EVERYTHING, desk)
    assert free_busy_calls(found)["exchange"] == 0, "all of it was just read"
    assert answer.suggestions[0].time.start == slot.start
    assert [each.time.start - slot.start for each in answer.suggestions] == [
        timedelta(0), timedelta(hours=2), timedelta(hours=3),
    ]  # fmt: skip


def free_busy_calls(costs):
    calls = [call for call in costs.calls if not call.is_login]
    rooms = [call for call in calls if call.side == "rooms" and "/status" not in call.path]
    return {
        "exchange": len(calls) - len([c for c in calls if c.side == "rooms"]),
        "rooms": len(rooms),
    }
