import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    CAR,
    CARLA,
    SAENTIS,
    TEAM,
    ZOE,
    Company,
    Person,
    meeting,
    world,
)  # fmt: skip


async def test_people_are_found_by_any_of_their_addresses(service: Person):
    select = "$select=id,mail,userPrincipalName,proxyAddresses,accountEnabled"
    for condition in (
        "mail eq 'ANNA@contoso.example'",
        "proxyAddresses/any(p:p eq 'smtp:a.meier@contoso.example')",
        "mail eq 'x' or proxyAddresses/any(p:p eq 'smtp:anna@contoso.example')",
    ):
        (found,) = (await service.get(f"users?$filter={condition}&{select}"))["value"]
        assert found["mail"] == ANNA
        assert found["proxyAddresses"] == [f"SMTP:{ANNA}", "smtp:a.meier@contoso.example"]
        assert found["accountEnabled"] is True
    assert (await service.get("users?$filter=mail eq 'o''neill@x'"))["value"] == []


async def test_a_user_is_read_by_id_or_principal_name_only(service: Person):
    user = await service.get(f"users/{ANNA}")
    assert (await service.get(f"users/{user['id']}"))["displayName"] == "Anna Meier"
    assert "proxyAddresses" not in user
    assert (await service.get(f"users/{CARLA}"))["mail"] == CARLA

    for unknown in ("a.meier@contoso.example", ZOE, "nobody@contoso.example"):
        refused = await service.get(f"users/{unknown}", 404)
        assert refused["error"]["code"] == "Request_ResourceNotFound"


@pytest.mark.parametrize(
    ("mail", "purpose"), [(ANNA, "user"), (SAENTIS, "room"), (CAR, "equipment")]
)
async def test_mailbox_settings_tell_people_from_resources(
    service: Person, mail: str, purpose: str
):
    settings = await service.get(f"users/{mail}/mailboxSettings")

    assert settings["userPurpose"] == purpose
    assert settings["timeZone"] == "W. Europe Standard Time"


async def test_groups_are_found_and_expanded(company: Company, service: Person):
    nested = {"id": "g2", "mail": "all@contoso.example", "members": [TEAM, ANNA, BOB]}
    company.sim.load(world(groups=[{"id": "g1", "mail": TEAM, "members": [BOB, BOSS]}, nested]))
    (group,) = (await service.get("groups?$filter=mail eq 'all@contoso.example'"))["value"]
    people = await service.get(
        f"groups/{group['id']}/transitiveMembers/microsoft.graph.user?$select=id,mail&$top=999",
        ConsistencyLevel="eventual",
    )

    assert sorted(p["mail"] for p in people["value"]) == [ANNA, BOB, BOSS]
    await service.get("groups/00000000-0000-0000-0000-000000000000", 404)


async def test_rooms_are_places_and_vehicles_are_not(service: Person):
    rooms = (await service.get("places/microsoft.graph.room"))["value"]
    assert [(r["displayName"], r["capacity"]) for r in rooms] == [("Säntis", 8), ("Eiger", 4)]
    assert (await service.get(f"places/{SAENTIS}"))["id"] == rooms[0]["id"]

    (building,) = (await service.get("places/microsoft.graph.roomlist"))["value"]
    path = f"places/{building['emailAddress']}/microsoft.graph.roomlist/rooms"
    assert (await service.get(path))["value"] == rooms
    await service.get(f"places/{CAR}", 404)


async def test_a_mailbox_has_a_default_calendar_and_maybe_more(anna: Person):
    (calendar,) = (await anna.get("me/calendars"))["value"]
    assert (calendar["isDefaultCalendar"], calendar["owner"]["address"]) == (True, ANNA)
    assert (await anna.get("me/calendar"))["id"] == calendar["id"]
    event = (await anna.call("POST", "me/calendar/events", meeting(), expect=201)).json()
    path = f"me/calendars/{calendar['id']}/events/{event['id']}"
    assert (await anna.get(path))["id"] == event["id"]

    side = (await anna.call("POST", "me/calendars", {"name": "Side"}, expect=201)).json()
    await anna.get(f"me/calendars/{side['id']}/events/{event['id']}", 404)
    await anna.call("POST", "me/calendars", {"name": "Side"}, expect=400)


async def test_error_mails_are_kept_apart_from_other_mails(
    company: Company, anna: Person, service: Person
):
    message = {
        "subject": "Not booked",
        "body": {"contentType": "html", "content": "<p>Why</p>"},
        "toRecipients": [{"emailAddress": {"address": BOB}}],
        "ccRecipients": [{"emailAddress": {"address": ANNA}}],
    }
    path = f"users/{ANNA}/sendMail"
    await service.call("POST", path, {"message": message, "saveToSentItems": False}, expect=202)
    await anna.call("POST", "me/sendMail", {"Message": message}, expect=202)
    error, other = await company.mails()

    assert (error["kind"], error["to"], error["cc"], error["from"]) == (
        "error",
        [BOB],
        [ANNA],
        ANNA,
    )
    assert (error["text"], error["html"]) == ("Why", "<p>Why</p>")
    assert error["cause"]["actor"] == "service"
    assert other["kind"] == "other"
    nobody = message | {"toRecipients": [], "ccRecipients": []}
    refused = await service.call("POST", path, {"message": nobody}, expect=400)
    assert refused.json()["error"]["code"] == "ErrorInvalidRecipients"


async def test_a_name_in_a_path_is_read_in_any_case(company: Company, service: Person):
    person = {"mail": "Eva.Roth@contoso.example", "name": "Eva Roth", "rooms_id": 8}
    company.sim.load(world(persons=[person]))

    for name in ("Eva.Roth@contoso.example", "eva.roth@CONTOSO.example"):
        assert (await service.get(f"users/{name}"))["mail"] == person["mail"]
