from typing import Any

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    EIGER,
    SAENTIS,
    Company,
    Person,
    at,
    invited,
)  # fmt: skip
from tests.contract.exchange.serial import YEAR, Dates, copy_of, series, times, until, weekly

ZURICH = "Europe/Zurich"


def moved(day: str, hour: int = 9) -> dict[str, Any]:
    return {"start": at(f"{day}T{hour:02d}:00:00", ZURICH),
            "end": at(f"{day}T{hour + 1:02d}:00:00", ZURICH)}  # fmt: skip


def answers(event: dict[str, Any]) -> dict[str, str]:
    return {a["emailAddress"]["address"]: a["status"]["response"] for a in event["attendees"]}


async def kinds(company: Company) -> list[tuple[str, str]]:
    return [(m["kind"], ",".join(m["to"])) for m in await company.mails()]


async def test_one_invitation_brings_the_series_with_ids_of_its_own(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series(BOB)))
    await company.settle()
    copy = await copy_of(company, BOB)

    assert copy.master["type"] == "seriesMaster"
    assert copy.master["recurrence"] == own.master["recurrence"]
    assert await copy.starts() == await own.starts()
    assert [e["iCalUId"] for e in await copy.all()] == [e["iCalUId"] for e in await own.all()]
    assert not {e["id"] for e in await copy.all()} & {e["id"] for e in await own.all()}
    assert await kinds(company) == [("invitation", BOB)]


async def test_a_changed_date_is_one_update_and_an_exception_in_every_copy(
    company: Company, anna: Person
):
    own = Dates(anna, await anna.create(series(BOB, SAENTIS)))
    await company.settle()
    await company.control("DELETE", "mails")
    await anna.change(await own.on("2026-03-10"), subject="Special", **moved("2026-03-11"))
    await company.settle()
    bob, room = await copy_of(company, BOB), await copy_of(company, SAENTIS)

    assert await kinds(company) == [("update", f"{BOB},{SAENTIS}"), ("response", ANNA)]
    assert [e["subject"] for e in await bob.all()] == ["Weekly", "Special", "Weekly", "Weekly"]
    assert await bob.starts() == await room.starts() == await own.starts()
    assert (await bob.on("2026-03-10"))["responseStatus"]["response"] == "notResponded"
    assert (await room.on("2026-03-10"))["responseStatus"]["response"] == "accepted"
    assert answers(await own.on("2026-03-10")) == {BOB: "none", SAENTIS: "accepted"}
    assert answers(await own.on("2026-03-17")) == {BOB: "none", SAENTIS: "accepted"}


async def test_a_cancelled_date_leaves_the_room_and_is_marked_for_people(
    company: Company, anna: Person
):
    own = Dates(anna, await anna.create(series(BOB, SAENTIS)))
    await company.settle()
    await anna.delete(await own.on("2026-03-10"))
    await company.settle()
    bob, room = await copy_of(company, BOB), await copy_of(company, SAENTIS)
    lost = await bob.on("2026-03-10")

    assert (lost["isCancelled"], lost["showAs"], lost["subject"]) == (
        True, "free", "Canceled: Weekly",
    )  # fmt: skip
    assert len(await bob.all()) == 4
    assert not (await bob.again())["isCancelled"]
    assert await room.starts() == await own.starts()
    assert await room.details() == (["2026-03-10"], [])
    assert ("cancellation", f"{BOB},{SAENTIS}") in await kinds(company)


async def test_a_renamed_series_is_one_mail_and_one_per_exception(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series(BOB)))
    await anna.change(await own.on("2026-03-10"), **moved("2026-03-11"))
    await anna.change(await own.on("2026-03-17"), subject="Special")
    await company.settle()
    await company.control("DELETE", "mails")
    await anna.change(own.master, subject="Monthly")
    await company.settle()
    bob = await copy_of(company, BOB)

    assert [m["subject"] for m in await company.mails("update")] == ["Monthly", "Monthly"]
    assert [e["subject"] for e in await bob.all()] == ["Monthly", "Monthly", "Special", "Monthly"]


async def test_a_rescheduled_series_starts_anew_everywhere(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series(BOB, SAENTIS)))
    await anna.change(await own.on("2026-03-10"), **moved("2026-03-11"))
    await anna.delete(await own.on("2026-03-17"))
    await company.settle()
    bob = company.outlook(BOB)
    await bob.do("accept", await bob.only())
    await company.settle()
    assert answers(await own.again())[BOB] == "accepted"

    await anna.change(own.master, recurrence={"pattern": weekly(), "range": times(6)})
    await company.settle()
    for mail in (BOB, SAENTIS):
        copy = await copy_of(company, mail)
        assert await copy.starts() == await own.starts()
        assert await copy.details() == ([], [])
    assert answers(await own.again()) == {BOB: "none", SAENTIS: "accepted"}


async def test_somebody_invited_later_gets_the_series_as_it_is(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series()))
    await anna.change(await own.on("2026-03-10"), subject="Special")
    await anna.delete(await own.on("2026-03-17"))
    await anna.change(own.master, attendees=invited(BOB))
    await company.settle()
    bob = await copy_of(company, BOB)

    assert [e["subject"] for e in await bob.all()] == ["Weekly", "Special", "Weekly"]
    assert await bob.details() == (["2026-03-17"], ["2026-03-10"])


async def test_a_room_added_to_one_date_gets_that_date_alone(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series(SAENTIS)))
    await company.settle()
    plain = await own.on("2026-03-10")
    await anna.change(plain, attendees=invited(EIGER))
    await company.settle()
    room, other = await copy_of(company, SAENTIS), await company.outlook(EIGER).only()

    assert await room.details() == (["2026-03-10"], [])
    assert (other["type"], other["seriesMasterId"]) == ("singleInstance", None)
    assert "originalStart" not in other
    assert (other["iCalUId"], other["start"]) == (plain["iCalUId"], plain["start"])
    assert answers(await own.on("2026-03-10")) == {EIGER: "accepted"}
    assert answers(await own.again()) == {SAENTIS: "accepted"}

    await anna.change(await own.on("2026-03-10"), subject="Special", attendees=invited(SAENTIS))
    await company.settle()
    assert await company.outlook(EIGER).events() == []
    assert len(await room.all()) == 4
    await anna.change(own.master, attendees=invited(SAENTIS, EIGER))
    await company.settle()
    assert (await company.outlook(EIGER).only())["type"] == "seriesMaster"


async def test_one_date_in_a_calendar_gives_way_to_its_series(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series()))
    await anna.change(await own.on("2026-03-10"), attendees=invited(EIGER))
    await company.settle()
    await anna.change(own.master, attendees=invited(EIGER))
    await company.settle()
    room = await copy_of(company, EIGER)

    assert room.master["type"] == "seriesMaster"
    assert len(await room.all()) == 4
    view = await room.person.get(f"users/{EIGER}/calendarView?{YEAR}")
    assert len(view["value"]) == 4


async def test_somebody_taken_from_the_series_keeps_what_an_exception_says(
    company: Company, anna: Person
):
    own = Dates(anna, await anna.create(series(SAENTIS)))
    await anna.change(await own.on("2026-03-10"), attendees=invited(SAENTIS, BOB))
    await company.settle()
    await anna.change(own.master, attendees=[])
    await company.settle()

    assert (await company.outlook(SAENTIS).only())["type"] == "singleInstance"
    assert (await company.outlook(BOB).only())["start"]["dateTime"].startswith("2026-03-10")


async def test_a_called_off_series_goes_from_everybody(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series(BOB, SAENTIS)))
    await anna.change(await own.on("2026-03-10"), attendees=invited(BOB, SAENTIS, EIGER))
    await anna.change(await own.on("2026-03-17"), **moved("2026-03-18"))
    await company.settle()
    await anna.do("cancel", own.master)
    await company.settle()
    bob = await copy_of(company, BOB)

    assert await company.outlook(SAENTIS).events() == []
    assert await company.outlook(EIGER).events() == []
    assert {e["isCancelled"] for e in await bob.all()} == {True}
    assert (await anna.get(f"me/calendarView?{YEAR}"))["value"] == []


async def test_an_answer_to_a_series_goes_for_all_dates_without_one_of_their_own(
    company: Company, anna: Person
):
    own = Dates(anna, await anna.create(series(BOB)))
    await anna.change(await own.on("2026-03-17"), subject="Special")
    await company.settle()
    bob = await copy_of(company, BOB)
    await bob.person.do("tentativelyAccept", await bob.on("2026-03-10"))
    await bob.person.do("accept", bob.master)
    await company.settle()

    told = [answers(e)[BOB] for e in await own.all()]
    assert told == ["accepted", "tentativelyAccepted", "accepted", "accepted"]
    assert [e["responseStatus"]["response"] for e in await bob.all()] == told
    assert [e["type"] for e in await own.all()].count("exception") == 2


async def test_one_date_can_be_declined(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series(BOB)))
    await company.settle()
    bob = await copy_of(company, BOB)
    await bob.person.do("accept", bob.master)
    await bob.person.do("decline", await bob.on("2026-03-10"))
    await company.settle()

    assert await bob.details() == (["2026-03-10"], [])
    assert [answers(e)[BOB] for e in await own.all()] == [
        "accepted", "declined", "accepted", "accepted"
    ]  # fmt: skip
    assert await own.details() == ([], ["2026-03-10"])

    await anna.change(await own.on("2026-03-10"), **moved("2026-03-11"))
    await company.settle()
    assert (await bob.on("2026-03-10"))["responseStatus"]["response"] == "notResponded"


async def test_an_attendee_deletes_a_date_of_the_own_copy_only(company: Company, anna: Person):
    own = Dates(anna, await anna.create(series(BOB)))
    await company.settle()
    bob = await copy_of(company, BOB)
    await bob.person.delete(await bob.on("2026-03-10"))
    await bob.person.change(await bob.on("2026-03-17"), categories=["mine"])
    await anna.change(own.master, subject="Monthly")
    await company.settle()

    assert await bob.details() == (["2026-03-10"], ["2026-03-17"])
    assert [e["categories"] for e in await bob.all()] == [[], ["mine"], []]
    assert {e["subject"] for e in await bob.all()} == {"Monthly"}
    assert await own.details() == ([], [])
    await bob.person.do("cancel", await bob.on("2026-03-17"), expect=400)


async def test_a_single_meeting_becomes_a_series_for_everybody(company: Company, anna: Person):
    made = series(BOB, SAENTIS)
    rule = made.pop("recurrence")
    single = await anna.create(made)
    await company.settle()
    await anna.change(single, recurrence=rule)
    await company.settle()
    for mail in (BOB, SAENTIS):
        assert len(await (await copy_of(company, mail)).all()) == 4

    await anna.change(single, recurrence=None)
    await company.settle()
    for mail in (BOB, SAENTIS):
        assert (await company.outlook(mail).only())["type"] == "singleInstance"


async def test_a_series_is_shown_to_delegates_as_well(company: Company):
    boss = company.outlook(BOB)
    made = await boss.create(series(), BOSS)

    assert len(await Dates(boss, made, BOSS).all()) == 4


async def test_somebody_taken_off_and_invited_again_has_what_there_is(
    company: Company, anna: Person
):
    own = Dates(anna, await anna.create(series(BOB)))
    await anna.change(own.master, attendees=[])
    await anna.delete(await own.on("2026-03-10"))
    await anna.change(own.master, attendees=invited(BOB))
    await company.settle()
    bob = await copy_of(company, BOB)

    assert not bob.master["isCancelled"]
    assert await bob.starts() == await own.starts()


async def test_whoever_is_invited_to_one_date_hears_that_the_series_is_rescheduled(
    company: Company, anna: Person
):
    own = Dates(anna, await anna.create(series()))
    await anna.change(await own.on("2026-03-10"), attendees=invited(EIGER))
    await company.settle()
    await anna.change(own.master, recurrence={"pattern": weekly(), "range": times(6)})
    await company.settle()

    assert await company.outlook(EIGER).events() == []
    assert ("cancellation", EIGER) in await kinds(company)


async def test_this_and_following_is_one_series_that_ends_and_one_that_begins(
    company: Company, anna: Person
):
    """As Outlook does it: the server knows no such thing."""
    old = Dates(anna, await anna.create(series(SAENTIS)))
    await company.settle()
    ended = {"pattern": weekly(), "range": until("2026-03-10")}
    await anna.change(old.master, recurrence=ended)
    new = await anna.create(
        series(SAENTIS, limits=times(2, "2026-03-17"), **moved("2026-03-17", 14))
    )
    await company.settle()

    assert await old.starts() == ["2026-03-03T08:00", "2026-03-10T08:00"]
    assert await Dates(anna, new).starts() == ["2026-03-17T13:00", "2026-03-24T13:00"]
    room = await company.outlook(SAENTIS).events()
    assert {e["responseStatus"]["response"] for e in room} == {"accepted"}
    assert {e["iCalUId"] for e in room} == {old.master["iCalUId"], new["iCalUId"]}
