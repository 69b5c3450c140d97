import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    CARLA,
    DORA,
    SAENTIS,
    ZOE,
    Company,
    Person,
    meeting,
)  # fmt: skip


async def test_a_token_lives_an_hour_of_the_stacks_clock(company: Company):
    answer = (await company.token()).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3599)
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert (await company.client.get("/v1.0/users", headers=headers)).status_code == 200

    await company.advance(3600)
    late = await company.client.get("/v1.0/users", headers=headers)
    assert (late.status_code, late.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 400, "unauthorized_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "Calendars.Read"}, 400, "invalid_scope"),
        ({"tenant": "elsewhere"}, 400, "invalid_request"),
    ],
)
async def test_a_wrong_token_request_gets_oauths_error(
    company: Company, form: dict[str, str], status: int, error: str
):
    answer = await company.token(**form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"].startswith("AADSTS")


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Bearer user:nobody@x.example"])
async def test_without_a_good_token_nothing_is_answered(company: Company, header: str | None):
    headers = {} if header is None else {"Authorization": header}
    answer = await company.client.get(f"/v1.0/users/{ANNA}/events", headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (
        401, "InvalidAuthenticationToken",
    )  # fmt: skip
    assert (await company.requests())[-1]["actor"] == "anonymous"


async def test_tokens_can_be_revoked_in_the_middle(company: Company, service: Person):
    await company.control("POST", "tokens", {"revoke": True})

    await service.get("users", 401)


async def test_people_open_their_own_and_their_principals_calendar_only(
    company: Company, bob: Person
):
    event = await bob.create(meeting(ANNA), BOSS)
    assert event["organizer"]["emailAddress"]["address"] == BOSS
    refused = await bob.create(meeting(), ANNA, expect=403)
    assert refused["error"]["code"] == "ErrorAccessDenied"
    await company.outlook(BOSS).create(meeting(), BOB, expect=403)


async def test_a_user_is_named_by_mail_alias_guid_or_me(anna: Person, service: Person):
    user = await service.get(f"users/{ANNA}")
    await anna.create(meeting())

    for name in (user["id"], ANNA.upper(), "a.meier@contoso.example"):
        assert len((await service.get(f"users/{name}/events"))["value"]) == 1
    assert len((await anna.get("me/events"))["value"]) == 1
    assert (await service.get("me/events", 400))["error"]["code"] == "BadRequest"


@pytest.mark.parametrize(
    ("mail", "code"),
    [
        (CARLA, "MailboxNotEnabledForRESTAPI"),
        (DORA, "MailboxNotEnabledForRESTAPI"),
        (ZOE, "ErrorInvalidUser"),
        ("nobody@contoso.example", "ErrorInvalidUser"),
    ],
)
async def test_mailboxes_that_the_application_cannot_have(service: Person, mail: str, code: str):
    assert (await service.get(f"users/{mail}/events", 404))["error"]["code"] == code


async def test_the_application_is_kept_to_its_scope(company: Company, service: Person):
    await company.control("POST", "scope", {"mailboxes": [SAENTIS]})
    await service.get(f"users/{SAENTIS}/events")
    assert (await service.get(f"users/{ANNA}/events", 403))["error"]["code"] == "ErrorAccessDenied"
    await company.subscribe(ANNA, service, expect=403)
    await company.control("POST", "scope", {"mailboxes": ["nobody@x.example"]}, expect=400)

    await company.control("POST", "scope", {"mailboxes": None})
    await service.get(f"users/{ANNA}/events")


async def test_the_log_names_actor_mailbox_and_query(company: Company, bob: Person):
    await bob.events(BOSS, "?$top=5")
    (entry,) = await company.requests()

    assert (entry["actor"], entry["mailbox"]) == (f"user:{BOB}", BOSS)
    assert (entry["method"], entry["query"], entry["status"]) == ("GET", "$top=5", 200)


async def test_unknown_paths_and_methods_are_refused(anna: Person):
    assert (await anna.get("me/nothing", 400))["error"]["code"] == "BadRequest"
    assert (await anna.call("PUT", "me/events")).status_code == 405
