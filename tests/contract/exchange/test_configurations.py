"""A room's policy as Graph's beta tells it, and what the application may ask for at all."""

import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    SAENTIS,
    TEAM,
    Company,
    Person,
    meeting,
    resource,
    world,
)

CALENDAR = "/beta/users/{}/mailFolders/calendar/userConfigurations/{}"


async def options(person: Person, mail: str = SAENTIS, name: str = "Calendar") -> dict[str, str]:
    answer = await person.client.get(CALENDAR.format(mail, name), headers=person.headers)
    assert answer.status_code == 200, answer.text
    return {
        line["keyEntry"]["values"][0]: line["valueEntry"]["values"][0]
        for line in answer.json()["structuredData"]
    }


async def status(person: Person, mail: str = SAENTIS, name: str = "Calendar") -> tuple[int, str]:
    answer = await person.client.get(CALENDAR.format(mail, name), headers=person.headers)
    return answer.status_code, answer.json().get("error", {}).get("code", "")


async def test_all_parameters_of_a_room_are_told(company: Company, service: Person):
    policy = {
        "AutomateProcessing": "AutoUpdate",
        "AllowConflicts": True,
        "BookingWindowInDays": 30,
        "MaximumDurationInMinutes": 120,
        "AllowRecurringMeetings": False,
        "EnforceSchedulingHorizon": False,
        "MaximumConflictInstances": 3,
        "ConflictPercentageAllowed": 20,
    }
    company.sim.load(world(resources=[resource(policy)]))
    told = await options(service)
    assert told["AutomateProcessing"] == "1", "[MS-OXOCFG] knows numbers, not words"
    named = {name: str(value) for name, value in policy.items() if name != "AutomateProcessing"}
    assert {name: told[name] for name in named} == named


async def test_some_services_tell_only_what_somebody_has_set(company: Company, service: Person):
    company.sim.load(world(resources=[resource({"BookingWindowInDays": 30})]))
    await company.switch(configuration_values="set")
    assert await options(service) == {"piRemindDefault": "15", "BookingWindowInDays": "30"}


async def test_a_person_has_calendar_options_without_a_policy(service: Person):
    assert await options(service, ANNA) == {"piRemindDefault": "15"}


async def test_the_id_of_the_options_is_a_switch(company: Company, service: Person):
    assert await status(service, name="Other") == (404, "ErrorItemNotFound")
    await company.switch(configuration_id="IPM.Configuration.Calendar")
    assert (await status(service))[0] == 404
    assert await options(service, name="IPM.Configuration.Calendar")


async def test_the_rest_of_beta_is_not_built(service: Person):
    for path in ("users", f"users/{ANNA}/events", f"users/{ANNA}/mailFolders"):
        answer = await service.client.get(f"/beta/{path}", headers=service.headers)
        assert answer.status_code == 501


@pytest.mark.parametrize(
    ("permission", "path", "code"),
    [
        ("GroupMember.Read.All", "groups", "Authorization_RequestDenied"),
        ("User.Read.All", f"users/{ANNA}", "Authorization_RequestDenied"),
        ("MailboxSettings.Read", f"users/{ANNA}/mailboxSettings", "ErrorAccessDenied"),
        ("Place.Read.All", "places/microsoft.graph.room", "ErrorAccessDenied"),
        ("Calendars.ReadWrite", f"users/{ANNA}/events", "ErrorAccessDenied"),
    ],
)
async def test_without_consent_the_application_is_refused(
    company: Company, service: Person, permission: str, path: str, code: str
):
    await service.get(path)
    await company.control("POST", "permissions", {"missing": [permission]})
    assert (await service.get(path, 403))["error"]["code"] == code
    await company.control("POST", "permissions", {"missing": []})
    await service.get(path)


async def test_a_missing_consent_for_policies_stops_nothing_else(company: Company, service: Person):
    await company.control("POST", "permissions", {"missing": ["MailboxConfigItem.Read"]})
    assert await status(service) == (403, "ErrorAccessDenied")
    await service.get(f"users/{SAENTIS}/events")


async def test_consent_is_the_application_s_and_not_the_people_s(company: Company, anna: Person):
    await company.control("POST", "permissions", {"missing": ["Calendars.ReadWrite"]})
    await anna.create(meeting(SAENTIS))


async def test_a_permission_that_does_not_exist_is_refused(company: Company):
    answer = await company.control("POST", "permissions", {"missing": ["Calendar.All"]}, 400)
    assert "Calendar.All" in str(answer)


async def test_a_group_s_members_are_people_groups_and_contacts(company: Company, service: Person):
    outside = "guest@fabrikam.example"
    nested = {"id": "g2", "mail": "all@contoso.example", "members": [TEAM, outside]}
    team = {"id": "g1", "mail": TEAM, "members": [BOB]}
    company.sim.load(world(groups=[team, nested]))
    (group,) = (await service.get("groups?$filter=mail eq 'all@contoso.example'"))["value"]
    members = (await service.get(f"groups/{group['id']}/transitiveMembers"))["value"]
    assert [(m["@odata.type"].rpartition(".")[2], m["mail"]) for m in members] == [
        ("group", TEAM),
        ("orgContact", outside),
        ("user", BOB),
    ]
