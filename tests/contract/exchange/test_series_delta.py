from typing import Any

import pytest

from tests.contract.exchange.company import ANNA, SAENTIS, Company, Person, at, meeting
from tests.contract.exchange.serial import Dates, endless, series
from tests.contract.exchange.test_delta import Round

ZURICH = "Europe/Zurich"
MARCH = "startDateTime=2026-03-01&endDateTime=2026-04-01"
STUB = {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}


@pytest.fixture
async def delta(service: Person) -> Round:
    return Round(service, window=MARCH)


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [e.get("type", "removed") for e in found]


async def test_a_series_comes_with_its_master_and_bare_dates(anna: Person, delta: Round):
    made = await anna.create(series())
    master, *dates = await delta.read()

    assert (master["id"], master["type"], master["subject"]) == (
        made["id"], "seriesMaster", "Weekly",
    )  # fmt: skip
    assert master["recurrence"] == made["recurrence"]
    assert kinds(dates) == ["occurrence"] * 4
    assert {frozenset(date) for date in dates} == {frozenset(STUB)}
    assert {date["seriesMasterId"] for date in dates} == {made["id"]}
    assert await delta.read() == []


async def test_an_exception_comes_in_full_and_the_whole_series_again(anna: Person, delta: Round):
    dates = Dates(anna, await anna.create(series()))
    await delta.read()
    await anna.change(await dates.on("2026-03-10"), subject="Special")
    found = await delta.read()

    assert kinds(found) == ["seriesMaster", "occurrence", "exception", *["occurrence"] * 2]
    assert found[2]["subject"] == "Special"
    assert found[2]["seriesMasterId"] == dates.master["id"]
    assert found[2]["originalStart"].startswith("2026-03-10T08:00")


async def test_a_deleted_date_is_just_missing_when_the_series_comes_again(
    anna: Person, delta: Round
):
    dates = Dates(anna, await anna.create(series()))
    gone = await dates.on("2026-03-10")
    await anna.change(gone, subject="Special")
    await delta.read()
    await anna.delete(gone)
    found = await delta.read()

    assert kinds(found) == ["seriesMaster", *["occurrence"] * 3]
    assert gone["id"] not in {e["id"] for e in found}


async def test_a_master_that_began_long_ago_comes_with_its_dates_in_the_window(
    anna: Person, delta: Round
):
    await anna.create(series(limits=endless("2024-03-05")))
    master, *dates = await delta.read()

    assert master["start"]["dateTime"].startswith("2024-03-05")
    assert {d["start"]["dateTime"][:7] for d in dates} == {"2026-03"}


async def test_a_series_outside_the_window_is_removed_as_a_whole(anna: Person, delta: Round):
    dates = Dates(anna, await anna.create(series()))
    await delta.read()
    await anna.change(
        dates.master,
        start=at("2026-09-01T09:00:00", ZURICH),
        end=at("2026-09-01T10:00:00", ZURICH),
    )
    (gone,) = await delta.read()

    assert (gone["id"], gone["@removed"]) == (dates.master["id"], {"reason": "deleted"})


async def test_a_deleted_series_is_removed_by_its_masters_id(anna: Person, delta: Round):
    dates = Dates(anna, await anna.create(series()))
    await anna.change(await dates.on("2026-03-10"), subject="Special")
    await delta.read()
    await anna.delete(dates.master)

    assert [(e["id"], "@removed" in e) for e in await delta.read()] == [(dates.master["id"], True)]


async def test_a_series_is_never_split_over_two_pages(anna: Person, delta: Round):
    await anna.create(meeting(day=2))
    await anna.create(series())
    await anna.create(meeting(day=6))
    await anna.create(meeting(day=9))
    pages, link = [], delta.link
    while link is not None:
        page = await delta.person.get(link, Prefer="odata.maxpagesize=2")
        pages.append(kinds(page["value"]))
        link = page.get("@odata.nextLink")

    together = next(page for page in pages if "seriesMaster" in page)
    assert together.count("occurrence") == 4
    assert sum(len(page) for page in pages) == 8


async def test_the_rooms_copy_comes_in_the_same_way(
    company: Company, anna: Person, service: Person
):
    room = Round(service, SAENTIS, window=MARCH)
    await room.read()
    made = await anna.create(series(SAENTIS))
    await company.settle()
    found = await room.read()

    assert kinds(found) == ["seriesMaster", *["occurrence"] * 4]
    assert found[0]["iCalUId"] == made["iCalUId"]
    assert (await Dates(anna, made).again())["attendees"][0]["status"]["response"] == "accepted"


async def test_ids_follow_the_header(anna: Person, delta: Round):
    dates = Dates(anna, await anna.create(series()))
    prefer = {"Prefer": 'IdType="ImmutableId"'}
    fixed = [e["id"] for e in await dates.all(**prefer)]
    master, *found = await delta.read(**prefer)

    assert [e["id"] for e in found] == fixed
    assert {e["seriesMasterId"] for e in found} == {master["id"]}
    assert ANNA not in master["id"]
