from datetime import timedelta

import pytest

from devstack.exchange.loading import WorldRefusedError
from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    EIGER,
    SAENTIS,
    START,
    ZOE,
    Company,
    Person,
    at,
    invited,
    meeting,
    resource,
    world,
)  # fmt: skip


def answers(event: dict) -> dict[str, str]:
    return {a["emailAddress"]["address"]: a["status"]["response"] for a in event["attendees"]}


async def test_the_room_is_tentative_first_and_accepts_a_little_later(
    company: Company, anna: Person
):
    await company.control("POST", "timing", {"assistant_s": [5, 5]})
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    room = company.outlook(SAENTIS)
    first = await room.only()
    assert (first["responseStatus"]["response"], first["showAs"]) == ("notResponded", "tentative")
    assert await company.control("GET", "pending") | {"next_due": None} == {
        "notifications": 0, "assistant": 1, "drafts": 0, "due": 0, "next_due": None, "delivered": 0,
    }  # fmt: skip

    await company.advance(5)
    second = await room.only()
    assert (second["responseStatus"]["response"], second["showAs"]) == ("accepted", "busy")
    assert second["@odata.etag"] != first["@odata.etag"]
    after = await anna.read(own)
    assert answers(after) == {SAENTIS: "accepted"}
    assert after["@odata.etag"] != own["@odata.etag"]


async def test_by_default_the_room_shows_the_organizer_and_hides_the_rest(
    company: Company, anna: Person
):
    await anna.create(
        meeting(SAENTIS, body={"contentType": "text", "content": "secret"}, sensitivity="private")
    )
    await company.settle()
    copy = await company.outlook(SAENTIS).only()

    assert copy["subject"] == "Anna Meier"
    assert copy["body"]["content"] == ""
    assert copy["sensitivity"] == "normal"
    assert copy["isReminderOn"] is False


@pytest.mark.parametrize(
    ("policy", "subject"),
    [
        ({"DeleteSubject": False}, "Anna Meier Budget"),
        ({"DeleteSubject": False, "AddOrganizerToSubject": False}, "Budget"),
        ({"AddOrganizerToSubject": False}, ""),
    ],
)
async def test_the_rooms_policy_decides_on_the_subject(
    company: Company, policy: dict[str, bool], subject: str
):
    company.sim.load(world(resources=[resource(policy)]))
    await company.outlook(ANNA).create(meeting(SAENTIS))
    await company.settle()

    assert (await company.outlook(SAENTIS).only())["subject"] == subject


async def test_private_and_body_stay_where_the_policy_keeps_them(company: Company):
    company.sim.load(
        world(resources=[resource({"RemovePrivateProperty": False, "DeleteComments": False})])
    )
    await company.outlook(ANNA).create(
        meeting(SAENTIS, body={"contentType": "text", "content": "agenda"}, sensitivity="private")
    )
    await company.settle()
    copy = await company.outlook(SAENTIS).only()

    assert (copy["sensitivity"], copy["bodyPreview"]) == ("private", "agenda")


async def test_the_second_of_two_meetings_at_one_time_is_declined(
    company: Company, anna: Person, bob: Person
):
    await anna.create(meeting(SAENTIS))
    second = await bob.create(meeting(SAENTIS))
    await company.settle()

    assert answers(await bob.read(second)) == {SAENTIS: "declined"}
    (kept,) = await company.outlook(SAENTIS).events()
    assert kept["organizer"]["emailAddress"]["address"] == ANNA
    declined = [m for m in await company.mails("response") if m["subject"].startswith("Declined")]
    assert [(m["to"], m["subject"]) for m in declined] == [([BOB], "Declined: Budget")]


async def test_neighbours_do_not_conflict(company: Company, anna: Person):
    for hour in (9, 10, 8):
        await anna.create(meeting(SAENTIS, hour=hour))
    await company.settle()

    assert len(await company.outlook(SAENTIS).events()) == 3


async def test_an_item_of_the_rooms_own_occupies_it_and_is_checked_by_nobody(
    company: Company, anna: Person, service: Person
):
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    direct = await service.create(meeting(), SAENTIS)
    assert direct["organizer"]["emailAddress"]["address"] == SAENTIS
    later = await anna.create(meeting(SAENTIS, hour=9))
    await company.settle()

    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}
    assert answers(await anna.read(later)) == {SAENTIS: "declined"}


async def test_free_time_in_the_room_is_no_conflict(company: Company, anna: Person):
    await company.outlook(SAENTIS).create(meeting(showAs="free"))
    own = await anna.create(meeting(SAENTIS))
    await company.settle()

    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}


async def test_conflicts_can_be_allowed(company: Company):
    company.sim.load(world(resources=[resource({"AllowConflicts": True})]))
    for mail in (ANNA, BOB):
        await company.outlook(mail).create(meeting(SAENTIS))
    await company.settle()

    assert len(await company.outlook(SAENTIS).events()) == 2


@pytest.mark.parametrize(
    ("policy", "days_ahead", "hours", "response"),
    [
        ({}, 179, 1, "accepted"),
        ({}, 182, 1, "declined"),
        ({"BookingWindowInDays": 10}, 11, 1, "declined"),
        ({"BookingWindowInDays": 10}, 9, 1, "accepted"),
        ({"MaximumDurationInMinutes": 120}, 5, 2, "accepted"),
        ({"MaximumDurationInMinutes": 120}, 5, 3, "declined"),
        ({}, 5, 25, "declined"),
        ({"MaximumDurationInMinutes": 0}, 5, 25, "accepted"),
    ],
)
async def test_window_and_duration_are_kept(
    company: Company, policy: dict[str, int], days_ahead: int, hours: int, response: str
):
    company.sim.load(world(resources=[resource(policy)]))
    start = START + timedelta(days=days_ahead)
    own = await company.outlook(ANNA).create(
        {
            "start": at(start.replace(tzinfo=None).isoformat()),
            "end": at((start + timedelta(hours=hours)).replace(tzinfo=None).isoformat()),
            "attendees": invited(SAENTIS),
        }
    )
    await company.settle()

    assert answers(await company.outlook(ANNA).read(own)) == {SAENTIS: response}


async def test_capacity_counts_only_when_it_is_enforced(company: Company):
    company.sim.load(world(resources=[resource({"EnforceCapacity": True}, capacity=2)]))
    own = await company.outlook(ANNA).create(meeting(SAENTIS, BOB, BOSS))
    await company.settle()

    assert answers(await company.outlook(ANNA).read(own))[SAENTIS] == "declined"


async def test_auto_update_leaves_the_decision_to_a_person(company: Company):
    company.sim.load(world(resources=[resource({"AutomateProcessing": "AutoUpdate"})]))
    own = await company.outlook(ANNA).create(meeting(SAENTIS))
    await company.advance(3600)
    room = company.outlook(SAENTIS)
    copy = await room.only()
    assert (copy["responseStatus"]["response"], copy["subject"]) == ("notResponded", "Budget")

    await room.do("decline", copy, comment="renovation")
    await company.settle()
    assert answers(await company.outlook(ANNA).read(own)) == {SAENTIS: "declined"}


async def test_without_processing_nothing_reaches_the_calendar(company: Company):
    company.sim.load(world(resources=[resource({"AutomateProcessing": "None"})]))
    own = await company.outlook(ANNA).create(meeting(SAENTIS))
    await company.advance(3600)

    assert await company.outlook(SAENTIS).events() == []
    assert answers(await company.outlook(ANNA).read(own)) == {SAENTIS: "none"}


@pytest.mark.parametrize(("processes", "events"), [(False, 0), (True, 1)])
async def test_external_organizers_are_ignored_unless_the_policy_says_otherwise(
    company: Company, processes: bool, events: int
):
    policy = {"ProcessExternalMeetingMessages": processes}
    company.sim.load(world(resources=[resource(policy)]))
    await company.outlook(ZOE).create(meeting(SAENTIS))
    await company.settle()

    assert len(await company.outlook(SAENTIS).events()) == events


async def test_a_moved_meeting_is_considered_again(company: Company, anna: Person, bob: Person):
    own = await anna.create(meeting(SAENTIS, hour=9))
    await bob.create(meeting(SAENTIS, hour=11))
    await company.settle()

    await anna.change(own, start=at("2026-03-03T10:00:00"), end=at("2026-03-03T11:00:00"))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}

    await anna.change(own, end=at("2026-03-03T12:00:00"))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "declined"}
    assert len(await company.outlook(SAENTIS).events()) == 1


async def test_a_new_title_changes_the_copy_but_asks_for_no_second_answer(
    company: Company, anna: Person
):
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    await anna.change(own, subject="Other")
    await company.settle()

    assert len(await company.mails("response")) == 1
    assert (await company.outlook(SAENTIS).only())["subject"] == "Anna Meier"


async def test_a_change_before_the_decision_is_decided_once_in_its_newest_form(
    company: Company, anna: Person
):
    await company.control("POST", "timing", {"assistant_s": [5, 5]})
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    await anna.change(own, subject="Other")
    await company.advance(20)

    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}
    assert len(await company.mails("response")) == 1


async def test_swapping_the_room_frees_one_and_books_the_other(company: Company, anna: Person):
    own = await anna.create(meeting(SAENTIS, BOB))
    await company.settle()
    await anna.change(own, attendees=invited(EIGER, BOB), locations=[{"displayName": "Eiger"}])
    await company.settle()

    assert await company.outlook(SAENTIS).events() == []
    assert answers(await anna.read(own)) == {EIGER: "accepted", BOB: "none"}
    kinds = [(m["kind"], m["to"]) for m in await company.mails() if m["kind"] != "response"]
    assert kinds == [
        ("invitation", [SAENTIS, BOB]),
        ("cancellation", [SAENTIS]),
        ("invitation", [EIGER]),
        ("update", [BOB]),
    ]


async def test_a_cancelled_meeting_leaves_the_rooms_calendar_by_itself(
    company: Company, anna: Person
):
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    await anna.do("cancel", own)
    await company.settle()

    assert await company.outlook(SAENTIS).events() == []


def test_an_unknown_parameter_is_refused_when_the_world_is_loaded(company: Company):
    with pytest.raises(WorldRefusedError, match=r"resources\[0\].*AllowConflict.*AllowConflicts"):
        company.sim.load(world(resources=[resource({"AllowConflict": True})]))
