"""`roomsync doctor`: one clear line for everything that is wrong, and what is right goes on."""

import json
import re

from core.app.doctor.examination import LAST_RUN


async def test_a_company_in_order_is_told_so(operator):
    ended = await operator("doctor")

    assert (ended.code, ended.err) == (0, "")
    assert "Nothing is wrong with the settings." in ended.out


async def test_contradictions_are_named_with_what_to_do(a_world, operator_of):
    world = await a_world(
        anna={"mode": "O365"},
        resources={
            "Eiger": {"external_identifier": "raum-17"},
            "Pilatus": {"lead_minutes": 15},
        },
        company={"policies": {"direct_booking": "book_as:nobody@contoso.example"}},
    )

    ended = await operator_of(world)("doctor", "--offline")

    assert ended.code == 1
    lines = ended.out.splitlines()
    shown = [re.split(r" - | \(|, so |: Microsoft|, which a", line)[0] for line in lines[:-1]]
    assert shown == [
        "error: person 11 Anna Meier: has the mode O365, EWS at Exchange Online",
        "error: resource 102 Eiger: has an External Identifier other than its e-mail address",
        "error: policy direct_booking: names nobody who is in the settings",
        "warning: resource 103 Pilatus: has lead time 15 and follow-up time 0 min",
    ]
    assert "(raum-17 and eiger@contoso.example)" in ended.out
    assert "confirm that the mailbox is in Exchange Online" in ended.out


async def test_findings_are_told_to_programs_without_addresses(a_world, operator_of):
    world = await a_world(resources={"Eiger": {"external_identifier": "raum-17"}})

    ended = await operator_of(world)("doctor", "--offline", "--json")

    told = json.loads(ended.out)
    assert (ended.code, told["to_correct"]) == (1, 1)
    assert [(each["severity"], each["who"]) for each in told["findings"]] == [("error", "102")]
    assert "raum-17" not in ended.out


async def test_exchange_is_asked_for_every_mailbox(a_world, operator_of):
    world = await a_world(anna={"mailbox": False}, lea={"aliases": ["l.roth@contoso.example"]})
    settings = world.company.as_settings()
    persons = {person["rooms_id"]: person for person in settings["persons"]}
    persons[11]["mailbox"] = True
    persons[12]["mail"] = "marc@contoso.example"
    persons[13]["mail"] = "l.roth@contoso.example"
    persons[16] |= {"mail": "rigi@contoso.example"}
    await world._app_call("PUT", "/api/dev/world", settings)

    ended = await operator_of(world)("doctor")

    assert ended.code == 1
    for line in (
        "error: person 11 Anna Meier: the mailbox has no licence",
        "error: person 12 Marc Weber: Exchange does not know the address",
        "error: person 13 Lea Roth: the address is only an alias in Exchange",
        "(l.roth@contoso.example is lea.roth@contoso.example)",
    ):
        assert line in ended.words
    assert "person 16" not in ended.out


async def test_a_person_with_a_room_s_mailbox_stands_out(world, operator):
    settings = world.company.as_settings()
    settings["persons"][0]["mail"] = "saentis@contoso.example"
    settings["resources"][0] |= {"mode": "None"}
    await world._app_call("PUT", "/api/dev/world", settings)

    ended = await operator("doctor")

    assert "warning: person 11 Anna Meier: the mailbox is one of a resource" in ended.words
    await world.imports()


async def test_rooms_is_asked_for_every_person_and_resource(world, operator):
    settings = world.company.as_settings()
    settings["persons"][0]["rooms_id"] = 911
    settings["resources"][0]["rooms_id"] = 901
    eiger = {"mail": "pilatus@contoso.example", "external_identifier": "pilatus@contoso.example"}
    settings["resources"][1] |= eiger
    settings["resources"][2] |= {"mode": "None"}
    await world._app_call("PUT", "/api/dev/world", settings)

    ended = await operator("doctor")

    assert "error: person 911 Anna Meier: ROOMS does not know this number" in ended.words
    assert "error: resource 901 Säntis: ROOMS does not know this number" in ended.words
    assert (
        "error: resource 102 Eiger: has another e-mail address in ROOMS (R-020)"
        " (eiger@contoso.example in ROOMS, pilatus@contoso.example here)"
    ) in ended.words
    await world.imports()


async def test_what_is_inactive_in_rooms_is_told(a_world, operator_of):
    world = await a_world(resources={"Eiger": {"active": False}})
    settings = world.company.as_settings()
    settings["resources"][1]["active"] = True
    await world._app_call("PUT", "/api/dev/world", settings)

    ended = await operator_of(world)("doctor")

    assert "warning: resource 102 Eiger: ROOMS does not offer it" in ended.words
    await world.imports()


async def test_systems_that_do_not_answer_are_two_lines_and_no_crash(world, operator):
    await world.graph_fault("GET", "/users", status=503, times=50)
    await world.rooms_fault("GET", "/ressource/", status=503, times=50)

    ended = await operator("doctor")

    assert ended.code == 1
    assert ended.out.count("could not be asked") == 2
    assert "environment contoso (6 mailboxes): Exchange could not be asked" in ended.words


async def test_without_the_right_to_read_mailbox_settings_that_is_only_a_note(world, operator):
    denied = {"error": {"code": "ErrorAccessDenied"}}
    await world.graph_fault("GET", "mailboxSettings", status=403, body=denied, times=50)

    ended = await operator("doctor")

    assert ended.code == 0
    assert "note: environment contoso: whether mailboxes are licensed cannot be told" in ended.words


async def test_what_is_kept_of_a_run_names_nobody(world, operator):
    settings = world.company.as_settings()
    settings["persons"][0]["mail"] = "anna@contoso.example"
    await world._app_call("PUT", "/api/dev/world", settings)

    ended = await operator("doctor")
    kept = await (await world.app.services()).cursors.get(LAST_RUN)

    assert "anna@contoso.example" in ended.out
    assert kept is not None
    assert "unknown_mailbox" in kept
    assert "@" not in kept
    assert "Anna" not in kept
    await world.imports()


async def test_offline_nobody_is_asked_and_nothing_kept(world, operator):
    async with world.counts() as costs:
        ended = await operator("doctor", "--offline")

    assert "Exchange and ROOMS were not asked" in ended.out
    assert costs.calls == []
    assert await (await world.app.services()).cursors.get(LAST_RUN) is None


async def test_a_mailbox_that_was_made_anew_is_told_until_its_sync_begins_anew(world, operator):
    """S36"""
    await world.advances(minutes=6)
    await world.exchange_control("mailboxes", {"mail": "eiger@contoso.example", "recreated": True})

    before = await operator("doctor")
    await world.advances(minutes=6)
    after = await operator("doctor")
    settings = world.company.as_settings()
    settings["resources"][1]["synced_since"] = world.clock.now().isoformat()
    await world._app_call("PUT", "/api/dev/world", settings)
    begun = await operator("doctor")

    for ended in (before, after):
        assert ended.code == 1
        assert "error: resource 102 Eiger: the mailbox was deleted and made anew" in ended.words
    assert begun.code == 0
    world.expected.given_up = 1
    await world.imports()


async def test_bookings_that_keep_their_times_are_told_once_the_sync_is_on(a_world, operator_of):
    """R-410, D17; those saved before the sync began keep them rightly (R-412)."""
    world = await a_world(
        company={"policies": {"hold_for_unsynced": False}},
        resources={"Säntis": {"lead_minutes": 15, "follow_up_minutes": 15, "mode": "None"}},
    )
    await world.rooms("peter").books("Säntis", at="tomorrow 08:00-09:00")
    await world.settles()
    await world.advances(minutes=1)
    world.company.resources["Säntis"] |= {"mode": "Microsoft365"}
    settings = world.company.as_settings()
    for row in settings["resources"]:
        row["synced_since"] = world.clock.now().isoformat()
    await world._app_call("PUT", "/api/dev/world", settings)
    before = await operator_of(world)("doctor")
    await world.rooms("peter").books("Säntis", at="tomorrow 12:00-13:00")
    await world.settles()

    ended = await operator_of(world)("doctor")

    told = "bookings of the next 31 days that have lead or follow-up time in ROOMS: 1"
    assert told in ended.words
    assert "bookings of the next 31 days" not in before.words
