"""Who is let in: PIN, token, mandator (rooms-api 1)."""

import httpx
import pytest

GRANT = {
    "grant_type": "apikey",
    "scope": "rooms_api",
    "client_id": "rooms-sync",
    "client_secret": "rooms-sync-secret",
    "apikey": "900001",
}


async def token(house, **changes: str) -> httpx.Response:
    client = house.client(None)
    return await client.post("http://rooms/connect/token", data={**GRANT, **changes})


async def test_the_pin_says_who_calls(house, service, anna):
    assert (await anna.get("/v1.0/person/userinfo")).json()["name"] == "Anna Meier"
    assert (await service.get("/v1.0/person/userinfo")).json()["name"] == "API Sync"


@pytest.mark.parametrize("pin", [None, "4711", ""])
async def test_nobody_is_let_in_without_a_known_pin(house, pin):
    answer = await house.client(pin).get("/v1.0/status")

    assert answer.status_code == 401
    assert answer.json() == {"message": "Authorization has been denied for this request."}


async def test_a_mailbox_without_a_rooms_person_has_no_pin(house):
    assert (await house.client("16").get("/v1.0/status")).status_code == 401


async def test_a_token_works_for_an_hour_of_the_stacks_clock(house):
    content = (await token(house)).json()
    client = house.client(None, Authorization=f"Bearer {content['access_token']}")

    await house.advance(seconds=3599)
    before = (await client.get("/v1.0/person/userinfo")).json()["name"]
    await house.advance(seconds=1)
    after = await client.get("/v1.0/person/userinfo")

    assert (content["token_type"], content["expires_in"], before) == ("Bearer", 3600, "API Sync")
    assert after.status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"apikey": "4711"}, "invalid_grant"),
    ],
)
async def test_a_wrong_token_request_is_named(house, changes, error):
    answer = await token(house, **changes)

    assert (answer.status_code, answer.json()) == (400, {"error": error})


async def test_an_unknown_token_is_denied(house):
    client = house.client(None, Authorization="Bearer eyJunknown")

    assert (await client.get("/v1.0/status")).status_code == 401


async def test_an_unknown_mandator_is_missing(house, service):
    wrong = await service.get("http://rooms/Other/api/v1.0/status")
    other_case = await service.get("http://rooms/default/api/v1.0/status")

    assert (wrong.status_code, other_case.status_code) == (404, 200)
