"""Who and what is behind an address: people of groups, policies of rooms, mailboxes (R-008, R-901).

And what an environment says that it can do.
"""

import pytest

from core.domain.meeting import Attendee
from core.domain.room_policy import AutomateProcessing, RoomPolicy
from core.errors import MailboxUnavailableError
from core.ports.mailboxes import MailboxKind, RoomFacts
from tests.contract.adapters.a_policy import READ, SET
from tests.contract.adapters.graph.conftest import ANNA, CONTOSO, ROOM, WORLD, place

OVER_HTTP = pytest.mark.parametrize("way", ["graph", "ews"], indirect=True)


class TestAGroup:
    @pytest.mark.parametrize("spelling", ["team@contoso.example", "Team@Contoso.example"])
    async def test_a_group_is_its_people_through_all_levels(self, calendar, spelling):
        assert await calendar.group_members(spelling) == (
            Attendee("anna@contoso.example", "Anna Meier"),
            Attendee("beat@contoso.example", "Beat Kunz"),
            Attendee("guest@fabrikam.example", "guest@fabrikam.example"),
        )

    @pytest.mark.parametrize(
        "address",
        ["anna@contoso.example", "o'hara@contoso.example", "nobody@fabrikam.example", "Team"],
    )
    async def test_what_is_no_group_has_no_members(self, calendar, address):
        assert await calendar.group_members(address) is None

    async def test_a_group_may_be_empty(self, calendar, control):
        await control("groups", {"mail": "leer@contoso.example", "members": []})
        assert await calendar.group_members("leer@contoso.example") == ()


class TestAPolicy:
    @pytest.fixture
    def set_policy(self, simulator, load):
        def set_policy(**policy):
            room = {**WORLD["resources"][0], "calendar_processing": policy}
            load(simulator, resources=[room])

        return set_policy

    async def test_every_parameter_of_the_policy_is_read(self, calendar, set_policy):
        set_policy(**SET)
        assert await calendar.read_policy(ROOM) == READ

    @pytest.mark.parametrize(
        ("word", "meaning"),
        [("None", AutomateProcessing.NONE), ("AutoUpdate", AutomateProcessing.AUTO_UPDATE)],
    )
    async def test_a_policy_says_who_answers_requests(self, calendar, set_policy, word, meaning):
        set_policy(AutomateProcessing=word)
        assert (await calendar.read_policy(ROOM)).automate_processing is meaning

    async def test_what_is_not_told_is_unknown_and_not_a_default(
        self, calendar, set_policy, simulator
    ):
        set_policy(BookingWindowInDays=30)
        simulator.switches.set("configuration_values", "set")
        assert await calendar.read_policy(ROOM) == RoomPolicy(booking_window_days=30)

    @pytest.mark.parametrize("name", ["Calendar", "IPM.Configuration.Calendar"])
    async def test_a_policy_is_found_under_either_name(self, calendar, simulator, name):
        simulator.switches.set("configuration_id", name)
        for _ in range(2):
            assert (await calendar.read_policy(ROOM)).booking_window_days == 180

    async def test_a_person_has_no_policy(self, calendar):
        assert await calendar.read_policy(ANNA) is None

    async def test_a_mailbox_that_does_not_exist_has_no_policy_and_that_is_said(self, calendar):
        with pytest.raises(MailboxUnavailableError):
            await calendar.read_policy(place("p99"))


@OVER_HTTP
class TestAnAddress:
    async def test_an_alias_leads_to_the_primary_address(self, directory, load, simulator):
        aliases = ["a.meier@contoso.example", "o'hara@contoso.example"]
        load(simulator, persons=[{**WORLD["persons"][0], "aliases": aliases}])
        for address in ("anna@contoso.example", "A.Meier@contoso.example", aliases[1]):
            found = await directory.find(CONTOSO, address)
            assert (found.address, sorted(found.aliases)) == ("anna@contoso.example", aliases)
            assert found.is_usable is True

    async def test_a_mailbox_that_is_made_anew_has_another_id_one_that_is_renamed_has_not(
        self, directory, control
    ):
        first = await directory.find(CONTOSO, "saentis@contoso.example")
        order = {"mail": "saentis@contoso.example", "new_mail": "saentis-2@contoso.example"}
        await control("mailboxes", order)
        renamed = await directory.find(CONTOSO, "saentis@contoso.example")
        await control("mailboxes", {"mail": "saentis-2@contoso.example", "recreated": True})
        anew = await directory.find(CONTOSO, "saentis-2@contoso.example")
        assert first.mailbox_id
        assert first.mailbox_id == renamed.mailbox_id
        assert renamed.mailbox_id != anew.mailbox_id
        assert renamed.address == "saentis-2@contoso.example"

    async def test_a_room_is_told_from_a_person_where_that_is_known(self, directory, way):
        room = await directory.find(CONTOSO, "saentis@contoso.example")
        person = await directory.find(CONTOSO, "anna@contoso.example")
        assert room.is_usable
        assert person.is_usable
        if way == "ews":
            assert {room.kind, person.kind} == {MailboxKind.UNKNOWN}
            pytest.skip("ResolveNames does not say whether a mailbox is a room")
        assert (room.kind, person.kind) == (MailboxKind.RESOURCE, MailboxKind.PERSON)

    async def test_somebody_without_a_licence_is_known_and_not_usable(self, directory, control):
        await control("mailboxes", {"mail": "beat@contoso.example", "licensed": False})
        found = await directory.find(CONTOSO, "beat@contoso.example")
        assert (found.address, found.is_usable) == ("beat@contoso.example", False)

    @pytest.mark.parametrize(
        "address", ["nobody@contoso.example", "x@fabrikam.example", "'", "Säntis"]
    )
    async def test_nothing_is_found_behind_an_unknown_address(self, directory, address):
        assert await directory.find(CONTOSO, address) is None


async def test_an_environment_says_what_it_can(calendar, way):
    """The use cases ask this and never which adapter it is."""
    can, is_cloud = calendar.capabilities, way != "ews"
    assert can.delta
    assert (can.signed_notifications, can.immutable_ids) == (is_cloud, is_cloud)
    assert can.controls_mails is not is_cloud


@OVER_HTTP
async def test_a_calendar_opens_only_within_the_scope(directory, way, control):
    assert await directory.opens(CONTOSO, "anna@contoso.example")
    name = "impersonation" if way == "ews" else "scope"
    await control(name, {"mailboxes": ["saentis@contoso.example"]})
    assert not await directory.opens(CONTOSO, "anna@contoso.example")
    with pytest.raises(MailboxUnavailableError):
        await directory.opens(CONTOSO, "nobody@contoso.example")


@OVER_HTTP
class TestRooms:
    async def test_each_room_stands_once_by_list_and_name(self, directory, load, simulator):
        rooms = [("Zermatt", 2), ("aarau", 1), ("Basel", 1)]
        resources = [
            {"rooms_id": n, "name": name, "mail": f"{name.lower()}@contoso.example", "location": at}
            for n, (name, at) in enumerate(rooms, start=101)
        ]
        car = {"rooms_id": 109, "name": "Auto", "mail": "auto@contoso.example", "type": "Fahrzeug"}
        buildings = [{"id": 1, "name": "Bern"}, {"id": 2, "name": "Genf"}]
        load(simulator, resources=[*resources, {**car, "location": 1}], locations=buildings)
        assert await directory.rooms(CONTOSO, "anna@contoso.example") == [
            RoomFacts(address="aarau@contoso.example", name="aarau", room_list="Bern"),
            RoomFacts(address="basel@contoso.example", name="Basel", room_list="Bern"),
            RoomFacts(address="zermatt@contoso.example", name="Zermatt", room_list="Genf"),
        ]

    async def test_nowhere_is_a_room(self, directory, load, simulator):
        load(simulator, resources=[])
        assert await directory.rooms(CONTOSO, "anna@contoso.example") == []
