"""Whatever is done to a series, every copy ends up with the dates that the organizer has."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.contract.exchange.company import ANNA, BOB, EIGER, SAENTIS, Company, at, invited, world
from tests.contract.exchange.serial import Dates, pattern, series, times, weekly
from tests.kit.search import examples

ZURICH = "Europe/Zurich"
PEOPLE = (BOB, SAENTIS, EIGER)
RULES = [
    {"pattern": weekly("tuesday"), "range": times(5)},
    {"pattern": weekly("tuesday", "friday"), "range": times(6)},
    {"pattern": pattern("daily", interval=3), "range": times(5)},
]
DATE = st.integers(0, 5)
DEEDS = st.one_of(
    st.tuples(st.just("rename date"), DATE),
    st.tuples(st.just("move date"), DATE, st.sampled_from([-1, 0, 1]), st.integers(8, 16)),
    st.tuples(st.just("delete date"), DATE),
    st.tuples(st.just("people of date"), DATE, st.sets(st.sampled_from(PEOPLE))),
    st.tuples(st.just("accept date"), DATE),
    st.tuples(st.just("rename")),
    st.tuples(st.just("people"), st.sets(st.sampled_from(PEOPLE))),
    st.tuples(st.just("time"), st.integers(8, 16)),
    st.tuples(st.just("rule"), st.sampled_from(RULES)),
    st.tuples(st.just("single and back"), st.sampled_from(RULES)),
    st.tuples(st.just("settle")),
)


def local(moment: dict[str, str], days: int, hour: int) -> dict[str, Any]:
    day = datetime.fromisoformat(moment["dateTime"][:19]).date() + timedelta(days=days)
    return {"start": at(f"{day}T{hour:02d}:00:00", ZURICH),
            "end": at(f"{day}T{hour:02d}:45:00", ZURICH)}  # fmt: skip


class History:
    """One series of Anna's and what is done to it."""

    def __init__(self, company: Company, dates: Dates) -> None:
        self.company, self.dates = company, dates
        self.anna, self.serial = company.outlook(ANNA), 0

    async def do(self, deed: tuple[Any, ...]) -> None:
        self.serial += 1
        match deed:
            case ("settle",):
                await self.company.settle()
            case ("rename",):
                await self.save(subject=f"Series {self.serial}")
            case ("people", people):
                await self.save(attendees=invited(*sorted(people)))
            case ("time", hour):
                await self.save(**local((await self.dates.again())["start"], 0, hour))
            case ("rule", rule):
                await self.save(recurrence=rule, **local(at("2026-03-03T00:00:00"), 0, 9))
            case ("single and back", rule):
                await self.save(recurrence=None)
                await self.save(recurrence=rule, **local(at("2026-03-03T00:00:00"), 0, 9))
            case (_, number, *rest):
                found = await self.dates.all()
                if number < len(found):
                    await self.do_to(found[number], deed[0], rest)

    async def do_to(self, date: dict[str, Any], what: str, rest: list[Any]) -> None:
        mailbox = f"users/{ANNA}/events/{date['id']}"
        match what:
            case "rename date":
                await self.anna.change(date, subject=f"Date {self.serial}")
            case "move date":
                # It may pass its neighbour: then it is refused.
                await self.anna.call("PATCH", mailbox, local(date["start"], *rest))
            case "delete date":
                await self.anna.delete(date)
            case "people of date":
                await self.anna.change(date, attendees=invited(*sorted(rest[0])))
            case "accept date":
                await self.company.settle()
                bob = self.company.outlook(BOB)
                view = (await bob.get(f"me/calendarView?{WINDOW}"))["value"]
                for copy in view:
                    if copy["iCalUId"] == date["iCalUId"] and not copy["isCancelled"]:
                        await bob.do("accept", copy)

    async def save(self, **members: Any) -> None:
        await self.anna.change(self.dates.master, **members)

    async def dates_of(self, mail: str) -> list[tuple[str, str, str]]:
        """Return id, start and end of the dates that somebody has or, of Anna's, should have."""
        view = (await self.company.outlook(mail).get(f"users/{mail}/calendarView?{WINDOW}"))[
            "value"
        ]
        is_own = mail == ANNA
        return [
            (e["iCalUId"], e["start"]["dateTime"], e["end"]["dateTime"])
            for e in view
            if is_own or not e["isCancelled"]
        ]

    async def expected_of(self, mail: str) -> list[tuple[str, str, str]]:
        """Return the dates to which somebody is invited and has not said no."""
        view = (await self.anna.get(f"users/{ANNA}/calendarView?{WINDOW}"))["value"]
        said = [
            {a["emailAddress"]["address"]: a["status"]["response"] for a in e["attendees"]}
            for e in view
        ]
        return [
            (e["iCalUId"], e["start"]["dateTime"], e["end"]["dateTime"])
            for e, answers in zip(view, said, strict=True)
            if answers.get(mail, "declined") != "declined"
        ]


WINDOW = "startDateTime=2026-02-01&endDateTime=2026-06-01&$top=999"


async def play(deeds: list[tuple[Any, ...]]) -> None:
    company = Company(None)
    company.sim.load(world())
    anna = company.outlook(ANNA)
    try:
        made = await anna.create(series(BOB, SAENTIS, limits=times(5)))
        history = History(company, Dates(anna, made))
        for deed in deeds:
            await history.do(deed)
        await company.settle()
        for mail in PEOPLE:
            assert await history.dates_of(mail) == await history.expected_of(mail), mail
        own = await history.dates_of(ANNA)
        assert len({uid for uid, _, _ in own}) == len(own)
    finally:
        await company.close()


# Bob's copy of the series was called off; the date is then his alone, and no date of that copy.
DATE_BESIDE_A_CANCELLED_COPY = [
    ("people", set()),
    ("rule", RULES[1]),
    ("people of date", 1, {BOB}),
]


@examples(60)
@example(deeds=[*DATE_BESIDE_A_CANCELLED_COPY, ("time", 8)])
@example(deeds=[*DATE_BESIDE_A_CANCELLED_COPY, ("people", {BOB})])
@given(deeds=st.lists(DEEDS, min_size=1, max_size=8))
def test_copies_agree_with_the_organizer_after_any_history(deeds):
    asyncio.run(play(deeds))
