"""Who is asked where, what is shown to whom, what it costs (R-820, R-821)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

import core.app.free_busy.look as look_module
from core.app.free_busy import exchange_side
from core.app.free_busy.answer import NotShown
from core.app.free_busy.desk import ROOMS
from core.app.free_busy.look import look
from core.app.free_busy.question import Question, QuestionRefusedError
from core.app.free_busy.rights import EVERYTHING, Entitlement, Role, entitlement_of, role_named
from core.domain.booking import BookingStatus
from core.domain.directory import Environment, SyncMode, directory
from core.domain.free_busy.deviations import Deviation, DeviationKind
from core.domain.free_busy.occupation import Blocker, Occupation
from core.domain.free_busy.schedule import Schedule, Unknown
from core.domain.ids import BookingId, EnvironmentId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.policies import Policies
from core.errors import MailboxUnavailableError, NotPermittedError, ServiceUnavailableError
from tests.unit.builders import (
    CONTOSO,
    DESK,
    MARC,
    PEOPLE,
    PILATUS,
    RESOURCES,
    SAENTIS,
    a_booking,
    a_directory,
    a_person,
    hours,
)
from tests.unit.free_busy.desk import Exchange, Office, Rooms, busy

CELLAR = EnvironmentId("cellar")
ANNA, MARCS = "anna@contoso.example", "marc@contoso.example"
ROOM, OTHER_ROOM = "saentis@contoso.example", "pilatus@contoso.example"
FREE, TAKEN = ShowAs.FREE, ShowAs.BUSY
ONE = BookingId(7)


def asking(*people, resources=(), window=None, minutes=60):
    return Question(
        people=people,
        resources=resources,
        window=window or hours(9, 12),
        zone=ZoneInfo("UTC"),
        interval_minutes=minutes,
    )


def two_environments():
    """Marc lives on premises; a domain of its own there, and one that both have."""
    marc = a_person(MARC, "Marc Weber", mode=SyncMode.EWS1, environment=CELLAR)
    return directory(
        global_sync_enabled=True,
        policies=Policies(),
        environments=[
            Environment(id=CONTOSO, kind="graph", domains=("contoso.example", "both.example")),
            Environment(id=CELLAR, kind="ews", domains=("cellar.example", "both.example")),
        ],
        persons=[marc if each.id == MARC else each for each in PEOPLE],
        resources=RESOURCES,
    )


class TestPeople:
    async def test_each_is_shown_cell_by_cell_and_whoever_is_unknown_has_none(self):
        office = Office(exchange={CONTOSO: Exchange({ANNA: busy(hours(10, 11))})})
        answer = await look(asking(ANNA, "nobody@contoso.example"), EVERYTHING, office.desk)
        anna, nobody = answer.people
        assert (anna.name, anna.environment, anna.cells) == (
            "Anna Meier", CONTOSO, (FREE, TAKEN, FREE),
        )  # fmt: skip
        assert (nobody.name, nobody.cells, nobody.unknown) == ("", None, Unknown.NOBODY)
        assert answer.cells == (hours(9, 10), hours(10, 11), hours(11, 12))
        assert answer.troubles == {}

    async def test_each_is_asked_where_they_live(self):
        office = Office(
            two_environments(),
            {CONTOSO: Exchange({ANNA: busy(hours(9, 10))}), CELLAR: Exchange({MARCS: busy()})},
        )
        answer = await look(asking(ANNA, MARCS), EVERYTHING, office.desk)
        assert [line.cells is None for line in answer.people] == [False, False]
        assert office.exchange[CONTOSO].asked == [("p11", (ANNA,))]
        assert office.exchange[CELLAR].asked == [("p12", (MARCS,))]

    async def test_an_environment_that_is_down_is_unknown_and_harms_no_other(self):
        office = Office(
            two_environments(),
            {
                CONTOSO: Exchange({ANNA: busy(hours(9, 10))}),
                CELLAR: Exchange(trouble={"all": ServiceUnavailableError("EWS is down")}),
            },
        )
        answer = await look(asking(ANNA, MARCS), EVERYTHING, office.desk)
        anna, marc = answer.people
        assert anna.cells == (TAKEN, FREE, FREE)
        assert (marc.cells, marc.unknown) == (None, Unknown.NO_ANSWER)
        assert answer.troubles == {CELLAR: "EWS is down"}

    async def test_one_that_says_nothing_is_not_waited_for(self, monkeypatch):
        monkeypatch.setattr(exchange_side, "PATIENCE_S", 0.0)
        office = Office(exchange={CONTOSO: Exchange(answers=asyncio.Event())})
        answer = await look(asking(ANNA), EVERYTHING, office.desk)
        assert answer.people[0].unknown is Unknown.NO_ANSWER
        assert CONTOSO in answer.troubles

    async def test_a_domain_of_two_environments_is_looked_for_in_both(self):
        somebody = "eva@both.example"
        office = Office(two_environments(), {CONTOSO: Exchange({somebody: busy(hours(9, 10))})})
        answer = await look(asking(somebody, "no@both.example"), EVERYTHING, office.desk)
        assert answer.people[0].cells == (TAKEN, FREE, FREE)
        assert answer.people[1].unknown is Unknown.NOBODY
        for environment in (CELLAR, CONTOSO):
            ((_, asked),) = office.exchange[environment].asked
            assert asked == (somebody, "no@both.example")

    async def test_an_address_of_no_environment_is_asked_about_nowhere(self):
        office = Office()
        answer = await look(asking("eva@fabrikam.example"), EVERYTHING, office.desk)
        assert answer.people[0].unknown is Unknown.NOBODY
        assert office.exchange[CONTOSO].asked == []

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            (MailboxUnavailableError("gone"), Unknown.NO_ANSWER),
            (NotPermittedError("closed"), Unknown.NOT_ALLOWED),
        ],
    )
    async def test_where_one_mailbox_is_closed_it_is_asked_through_another(self, error, why):
        exchange = Exchange({ANNA: busy(hours(9, 10))}, trouble={"p11": error})
        office = Office(exchange={CONTOSO: exchange})
        answer = await look(asking(ANNA), EVERYTHING, office.desk)
        assert answer.people[0].cells == (TAKEN, FREE, FREE)
        assert [asker for asker, _ in exchange.asked] == ["p11", "p12"]

        exchange.trouble = {"all": error}
        exchange.asked.clear()
        answer = await look(asking(MARCS), EVERYTHING, office.desk)
        assert answer.people[0].unknown is why
        assert len(exchange.asked) == exchange_side.ASKERS

    async def test_where_nobody_is_synced_nobody_can_be_asked_through(self):
        nobody = [replace(each, sync_disabled=True) for each in PEOPLE]
        office = Office(a_directory(persons=nobody, enabled=False))
        answer = await look(asking(ANNA), EVERYTHING, office.desk)
        assert answer.people[0].unknown is Unknown.NOBODY_TO_ASK


class TestResources:
    @pytest.fixture
    def office(self):
        rooms = Rooms(
            lines=[
                Blocker(
                    resource=SAENTIS, time=hours(9, 10.5), kind=Occupation.BOOKING, booking=ONE
                ),
                Blocker(resource=SAENTIS, time=hours(11, 24), kind=Occupation.CLOSED),
            ],
            bookings=[
                a_booking(
                    booking_id=ONE,
                    resource=SAENTIS,
                    time=hours(9, 10),
                    prepared=hours(9, 10.5),
                    title="Fusion",
                )
            ],
        )
        return Office(exchange={CONTOSO: Exchange({ROOM: busy(hours(9, 10))})}, rooms=rooms)

    async def test_both_sides_stand_beside_each_other(self, office):
        answer = await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)
        (line,) = answer.resources
        assert line.rooms == (Occupation.BOOKING, Occupation.BUFFER, Occupation.CLOSED)
        assert line.exchange == (TAKEN, FREE, FREE)
        assert line.deviations == ()
        assert "Fusion" not in repr(answer)

    async def test_a_deviation_is_marked_and_told(self, office):
        office.exchange[CONTOSO].people[ROOM] = busy(hours(11, 11.5))
        (line,) = (await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)).resources
        assert line.deviations == (
            Deviation(hours(9, 10), DeviationKind.ONLY_IN_ROOMS, ONE),
            Deviation(hours(11, 11.5), DeviationKind.ONLY_IN_EXCHANGE),
        )
        assert line.differs == (
            {DeviationKind.ONLY_IN_ROOMS}, set(), {DeviationKind.ONLY_IN_EXCHANGE},
        )  # fmt: skip

    @pytest.mark.parametrize(
        "facts",
        [
            {"status": BookingStatus.SYSTEM},
            {"status": BookingStatus.OTHER},
            {"is_blocking_time": True},
            {"is_from_job_manager": True},
        ],
    )
    async def test_what_is_not_synced_is_missed_nowhere(self, office, facts):
        office.rooms.bookings = [replace(office.rooms.bookings[0], **facts)]
        office.exchange[CONTOSO].people[ROOM] = busy()
        (line,) = (await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)).resources
        assert line.rooms[0] is not None
        assert line.deviations == ()

    async def test_a_booking_that_was_cancelled_meanwhile_counts_by_the_list(self, office):
        cancelled = replace(office.rooms.bookings[0], status=BookingStatus.CANCELLED)
        office.rooms.bookings, office.rooms.lines = [cancelled], office.rooms.lines[1:]
        (line,) = (await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)).resources
        assert line.rooms == (None, None, Occupation.CLOSED)

    async def test_without_the_right_the_mailbox_is_not_even_asked_about(self, office):
        viewer = entitlement_of(Role.VIEWER, Policies())
        (line,) = (await look(asking(resources=(SAENTIS,)), viewer, office.desk)).resources
        assert (line.rooms is None, line.exchange) == (False, None)
        assert line.not_shown is NotShown.NO_RIGHT
        assert office.exchange[CONTOSO].asked == []

    async def test_a_resource_that_is_not_synced_has_only_one_side(self, office):
        (line,) = (await look(asking(resources=(DESK,)), EVERYTHING, office.desk)).resources
        assert (line.rooms, line.not_shown) == ((None, None, None), NotShown.NOT_SYNCED)
        assert office.exchange[CONTOSO].asked == []

    async def test_rooms_that_does_not_answer_leaves_the_other_side(self, office):
        office.rooms.trouble = ServiceUnavailableError("ROOMS is down")
        answer = await look(asking(ANNA, resources=(SAENTIS,)), EVERYTHING, office.desk)
        (line,) = answer.resources
        assert (line.rooms, line.exchange) == (None, (TAKEN, FREE, FREE))
        assert line.deviations == ()
        assert answer.troubles == {ROOMS: "ROOMS is down"}

    async def test_rooms_that_says_nothing_is_not_waited_for(self, office, monkeypatch):
        monkeypatch.setattr(look_module, "PATIENCE_S", 0.0)
        office.rooms.answers = asyncio.Event()
        answer = await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)
        assert (answer.resources[0].rooms, list(answer.troubles)) == (None, [ROOMS])

    async def test_what_an_operator_should_know_is_told_to_operators_only(self, office):
        office.rooms.trouble = ServiceUnavailableError("ROOMS is down")
        question = asking(resources=(SAENTIS,))
        for role, is_told in ((Role.VIEWER, False), (Role.OPERATOR, True)):
            answer = await look(question, entitlement_of(role, Policies()), office.desk)
            assert bool(answer.troubles) is is_told

    async def test_a_mailbox_that_is_gone_is_unknown_and_not_free(self, office):
        office.exchange[CONTOSO].people = {}
        (line,) = (await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)).resources
        assert (line.exchange, line.unknown) == (None, Unknown.NOBODY)
        assert line.deviations == ()

    async def test_lead_time_that_is_kept_free_is_no_deviation(self, office):
        office = Office(
            a_directory(policies=Policies(lead_follow_up="holds")),
            {CONTOSO: Exchange({ROOM: busy(hours(9, 10), hours(10, 10.5))})},
            office.rooms,
        )
        (line,) = (await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)).resources
        assert line.deviations == ()

    async def test_a_booking_that_is_over_is_compared_too(self, office):
        office.passes(7 * 86400)
        office.exchange[CONTOSO].people[ROOM] = busy()
        (line,) = (await look(asking(resources=(SAENTIS,)), EVERYTHING, office.desk)).resources
        assert [each.booking for each in line.deviations] == [ONE]


class TestCosts:
    async def test_a_question_costs_a_request_per_environment_one_of_rooms_and_its_bookings(self):
        lines = [Blocker(resource=SAENTIS, time=hours(9, 10), kind=Occupation.BOOKING, booking=ONE)]
        office = Office(rooms=Rooms(lines=lines))
        question = asking(ANNA, MARCS, resources=(SAENTIS, PILATUS))
        await look(question, EVERYTHING, office.desk)
        assert [asked for _, asked in office.exchange[CONTOSO].asked] == [
            (ANNA, MARCS, ROOM, OTHER_ROOM)
        ]
        assert office.rooms.asked == ["blockers", f"bookings of {SAENTIS}"]

    async def test_within_a_minute_nothing_is_asked_twice_and_after_it_all_is(self):
        office = Office(exchange={CONTOSO: Exchange({ANNA: busy(), ROOM: busy()})})
        question = asking(ANNA, resources=(SAENTIS,))
        for seconds, times in ((0, 1), (59, 1), (2, 2)):
            office.passes(seconds)
            await look(question, EVERYTHING, office.desk)
            assert len(office.exchange[CONTOSO].asked) == times
            assert office.rooms.asked == ["blockers"] * times

    async def test_another_hour_of_the_day_costs_nothing(self):
        office = Office(exchange={CONTOSO: Exchange({ANNA: busy(hours(14, 15))})})
        await look(asking(ANNA), EVERYTHING, office.desk)
        later = await look(asking(ANNA, window=hours(14, 15)), EVERYTHING, office.desk)
        assert later.people[0].cells == (TAKEN,)
        assert len(office.exchange[CONTOSO].asked) == 1

    async def test_what_could_not_be_told_is_asked_again_at_once(self):
        exchange = Exchange({ANNA: busy()}, {"all": ServiceUnavailableError("down")})
        office = Office(exchange={CONTOSO: exchange})
        await look(asking(ANNA), EVERYTHING, office.desk)
        exchange.trouble = {}
        answer = await look(asking(ANNA), EVERYTHING, office.desk)
        assert answer.people[0].cells == (FREE, FREE, FREE)
        assert answer.troubles == {}


class TestRights:
    @pytest.mark.parametrize(
        ("role", "policy", "sees"),
        [
            ("", "operator", (False, False, False)),
            ("guest", "viewer", (False, False, False)),
            ("viewer", "operator", (True, True, False)),
            ("Viewer", "viewer", (True, True, True)),
            ("operator", "operator", (True, True, True)),
            ("operator", "admin", (True, True, False)),
            ("admin", "admin", (True, True, True)),
        ],
    )
    def test_who_sees_what_is_decided_by_role_and_policy(self, role, policy, sees):
        found = entitlement_of(role_named(role), Policies(resource_free_busy=policy))
        assert (found.people, found.rooms, found.resource_mailboxes) == sees

    @pytest.mark.parametrize("question", [asking(ANNA), asking(resources=(SAENTIS,))])
    async def test_whoever_may_see_nothing_is_refused_before_anything_is_asked(self, question):
        office = Office()
        with pytest.raises(NotPermittedError):
            await look(question, Entitlement(), office.desk)
        assert office.exchange[CONTOSO].asked == office.rooms.asked == []


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"people": tuple(f"p{number}@x.example" for number in range(101))},
        {"people": (ANNA,), "window": hours(10, 10)},
        {
            "people": (ANNA,),
            "window": Interval(hours(0, 1).start, hours(0, 1).start + timedelta(63)),
        },
        {"people": (ANNA,), "interval_minutes": 4},
        {
            "people": (ANNA,),
            "interval_minutes": 5,
            "window": Interval(hours(0, 1).start, hours(0, 1).start + timedelta(60)),
        },
    ],
)
def test_what_is_too_much_or_nothing_is_refused(facts):
    with pytest.raises(QuestionRefusedError):
        Question(**({"window": hours(9, 10), "zone": ZoneInfo("UTC")} | facts))


async def test_a_resource_that_is_not_in_the_settings_is_said():
    with pytest.raises(QuestionRefusedError, match="999"):
        await look(asking(resources=(999,)), EVERYTHING, Office().desk)


async def test_somebody_without_entries_is_free_and_not_unknown():
    office = Office(exchange={CONTOSO: Exchange({ANNA: Schedule()})})
    (anna,) = (await look(asking(ANNA), EVERYTHING, office.desk)).people
    assert (anna.cells, anna.unknown) == ((FREE, FREE, FREE), None)
