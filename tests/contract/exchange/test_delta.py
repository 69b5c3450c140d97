from datetime import timedelta

import pytest

from tests.contract.exchange.company import (
    ANNA,
    IMMUTABLE,
    PROPERTY,
    SAENTIS,
    Company,
    Person,
    at,
    meeting,
    world,
)  # fmt: skip

WINDOW = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-03-08T00:00:00Z"


class Round:
    """Reads delta to its end, page by page, and remembers the link."""

    def __init__(
        self, person: Person, mailbox: str = ANNA, spelling: str = "delta", window: str = WINDOW
    ) -> None:
        self.person, self.pages = person, 0
        self.link = f"users/{mailbox}/calendarView/{spelling}?{window}"

    async def read(self, **headers: str) -> list[dict]:
        found, self.pages = [], 0
        while True:
            page = await self.person.get(self.link, **headers)
            self.pages += 1
            found += page["value"]
            assert ("@odata.nextLink" in page) != ("@odata.deltaLink" in page)
            before, self.link = self.link, page.get("@odata.nextLink") or page["@odata.deltaLink"]
            assert self.link != before or "@odata.deltaLink" in page, (
                "a round goes round in circles"
            )
            if "@odata.deltaLink" in page:
                return found


@pytest.fixture
async def delta(company: Company, service: Person) -> Round:
    await company.switch(delta_empty_pages=False)
    return Round(service)


@pytest.mark.parametrize("spelling", ["delta", "delta()", "microsoft.graph.delta()"])
async def test_a_round_gives_the_window_and_then_only_what_changed(
    anna: Person, service: Person, spelling: str
):
    delta = Round(service, spelling=spelling)
    first = await anna.create(meeting(day=3))
    await anna.create(meeting(day=20))
    assert [e["id"] for e in await delta.read()] == [first["id"]]
    assert await delta.read() == []

    await anna.change(first, subject="Other")
    second = await anna.create(meeting(day=4))
    assert [(e["id"], e["subject"]) for e in await delta.read()] == [
        (first["id"], "Other"), (second["id"], "Budget"),
    ]  # fmt: skip
    assert await delta.read() == []


async def test_links_are_absolute_and_lead_back_to_the_simulator(service: Person, delta: Round):
    await delta.read()

    assert delta.link.startswith(
        f"http://127.0.0.1:7080/v1.0/users/{ANNA}/calendarView/delta?$deltatoken="
    )
    assert "startDateTime" not in delta.link


async def test_pages_are_as_long_as_preferred(anna: Person, delta: Round):
    for day in (2, 3, 4, 5, 6):
        await anna.create(meeting(day=day))
    found = await delta.read(Prefer="odata.maxpagesize=2")

    assert (len(found), delta.pages) == (5, 3)


async def test_a_page_may_be_empty_and_still_not_the_last(
    company: Company, anna: Person, service: Person
):
    for day in (2, 3, 4, 5, 6):
        await anna.create(meeting(day=day))
    rounds = []
    for _ in range(20):
        delta = Round(service)
        assert len(await delta.read()) == 5
        rounds.append(delta.pages)

    assert min(rounds) == 1 < max(rounds)


async def test_own_writes_and_the_assistants_come_back(
    company: Company, anna: Person, service: Person, delta: Round
):
    room = Round(service, SAENTIS)
    await delta.read()
    await room.read()
    await service.create(meeting(SAENTIS), ANNA)
    await company.settle()

    (own,) = await delta.read()
    assert own["attendees"][0]["status"]["response"] == "accepted"
    assert [e["subject"] for e in await room.read()] == ["Anna Meier"]


async def test_what_is_deleted_is_named_as_removed(anna: Person, delta: Round):
    event = await anna.create(meeting())
    await delta.read()
    await anna.delete(event)

    assert await delta.read() == [
        {
            "@odata.type": "#microsoft.graph.event",
            "id": event["id"],
            "@removed": {"reason": "deleted"},
        }
    ]


async def test_what_lies_outside_the_window_is_removed_though_it_lives(anna: Person, delta: Round):
    inside = await anna.create(meeting(day=3))
    await delta.read()
    unknown = await anna.create(meeting(day=20))
    await anna.change(inside, start=at("2026-03-20T09:00:00"), end=at("2026-03-20T10:00:00"))
    found = await delta.read()

    assert [(e["id"], e["@removed"]["reason"]) for e in found] == [
        (unknown["id"], "deleted"), (inside["id"], "deleted"),
    ]  # fmt: skip
    await anna.read(inside)

    await anna.change(inside, start=at("2026-03-03T09:00:00"), end=at("2026-03-03T10:00:00"))
    assert [e["subject"] for e in await delta.read()] == ["Budget"]


async def test_made_and_deleted_in_between_names_an_unknown_id(anna: Person, delta: Round):
    await delta.read()
    event = await anna.create(meeting())
    await anna.delete(event)

    assert [e["id"] for e in await delta.read()] == [event["id"]]


async def test_extended_properties_never_come(anna: Person, delta: Round):
    await anna.create(meeting(singleValueExtendedProperties=[{"id": PROPERTY, "value": "42"}]))
    (event,) = await delta.read()

    assert "singleValueExtendedProperties" not in event


async def test_ids_follow_the_header_of_each_page(anna: Person, delta: Round):
    event = await anna.create(meeting())
    fixed = await anna.read(event, **IMMUTABLE)
    assert [e["id"] for e in await delta.read(**IMMUTABLE)] == [fixed["id"]]
    await anna.delete(event)

    assert [e["id"] for e in await delta.read(**IMMUTABLE)] == [fixed["id"]]


async def test_a_restored_event_comes_with_both_of_its_default_ids(anna: Person, delta: Round):
    event = await anna.create(meeting())
    fixed = await anna.read(event, **IMMUTABLE)
    await delta.read()
    await anna.delete(event)
    restored = (await anna.do("move", fixed, expect=201, destinationId="calendar")).json()
    gone, back = await delta.read()

    assert (gone["id"], "@removed" in gone) == (event["id"], True)
    assert (back["id"], "@removed" in back) == (restored["id"], False)


async def test_changes_during_a_round_come_in_the_next(anna: Person, delta: Round):
    events = [await anna.create(meeting(day=day)) for day in (2, 3, 4)]
    page = await delta.person.get(delta.link, Prefer="odata.maxpagesize=1")
    delta.link = page["@odata.nextLink"]
    await anna.change(events[0], subject="Late")
    rest = await delta.read()
    assert [e["id"] for e in rest] == [events[1]["id"], events[2]["id"]]

    assert [e["subject"] for e in await delta.read()] == ["Late"]


async def test_a_token_dies_of_age(company: Company, delta: Round):
    await delta.read()
    await company.advance(timedelta(days=31).total_seconds())
    gone = await (await company.service()).get(delta.link, 410)

    assert gone["error"]["code"] == "SyncStateNotFound"
    assert "The sync state generation is not found" in gone["error"]["message"]


async def test_a_token_can_be_made_to_die(company: Company, service: Person, delta: Round):
    other = Round(service, SAENTIS)
    await delta.read()
    await other.read()
    await company.control("POST", "delta", {"mail": ANNA})
    await service.get(delta.link, 410)
    await other.read()

    fresh = Round(service)
    await fresh.read()
    assert await fresh.read() == []


async def test_a_token_of_nobody_is_invalid(service: Person):
    path = f"users/{ANNA}/calendarView/delta?$deltatoken=nonsense"

    assert (await service.get(path, 410))["error"]["code"] == "syncStateInvalid"


async def test_another_world_knows_no_old_tokens(company: Company, service: Person, delta: Round):
    await delta.read()
    company.sim.load(world())

    await service.get(delta.link, 410)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("startDateTime=2026-03-01T00:00:00Z", "ErrorInvalidRequest"),
        ("startDateTime=2026-03-01&endDateTime=2026-02-01", "ErrorInvalidRequest"),
        ("startDateTime=2020-01-01&endDateTime=2026-01-01", "ErrorInvalidRequest"),
        ("startDateTime=2026-03-01T00:00:00+01:00&endDateTime=2026-03-02", "ErrorInvalidRequest"),
        (f"{WINDOW}&$select=subject", "BadRequest"),
        (f"{WINDOW}&$filter=subject eq 'x'", "BadRequest"),
    ],
)
async def test_a_bad_window_or_an_unsupported_option_is_refused(
    service: Person, query: str, code: str
):
    answer = await service.get(f"users/{ANNA}/calendarView/delta?{query}", 400)

    assert answer["error"]["code"] == code
