"""Applications that call EWS with a token, as the library's own OAuth does it (ews A2)."""

from typing import Any

import pytest
from exchangelib import Account, Configuration, OAuth2Credentials
from exchangelib.errors import ErrorInvalidExchangeImpersonationHeaderData, UnauthorizedError

from tests.contract.exchange.company import BASE, Company, world
from tests.contract.exchange.ews_client import BUILD, PAGE
from tests.contract.exchange.ews_company import DORA, WORLD, Cellar, story

SCOPE = "https://127.0.0.1/.default"


class OnPremises(OAuth2Credentials):  # type: ignore[misc]
    """The library knows the tokens of Exchange Online only."""

    @property
    def token_url(self) -> str:
        return f"{BASE}/{self.tenant_id}/oauth2/v2.0/token"

    @property
    def scope(self) -> list[str]:
        return [SCOPE]


@pytest.fixture(autouse=True)
def _here_by_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def opened(cellar: Cellar, access_type: str = "impersonation") -> Account:
    known = cellar.company.sim.credentials
    credentials = OnPremises(
        client_id=known.client_id, client_secret=known.client_secret, tenant_id=known.tenant
    )
    configuration = Configuration(service_endpoint=PAGE, credentials=credentials, version=BUILD)
    return Account(DORA, config=configuration, autodiscover=False, access_type=access_type)


@story
def test_an_application_acts_for_whom_it_impersonates_and_is_nobody_itself(cellar: Cellar):
    assert opened(cellar).calendar.name == "Calendar"
    calls = cellar.wait(cellar.company.requests())
    assert "token.issue" in {each["operation"] for each in calls}
    assert {each["actor"] for each in calls if "EWS" in each["path"]} == {"service"}
    with pytest.raises(ErrorInvalidExchangeImpersonationHeaderData):
        opened(cellar, "delegate").root.refresh()


@story
def test_without_consent_no_token_opens_anything(cellar: Cellar):
    cellar.control("POST", "permissions", {"missing": ["full_access_as_app"]})
    with pytest.raises(UnauthorizedError):
        opened(cellar).calendar.refresh()


async def a_token(company: Company, scope: str = SCOPE) -> str:
    token: str = (await company.token(scope=scope)).json()["access_token"]
    return token


async def refused(company: Company, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = await company.client.post("/EWS/Exchange.asmx", content=b"<a/>", headers=headers)
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith('Bearer client_id="00000002-0000-0ff1-ce00-000000000000"')
    assert company.sim.credentials.tenant in challenge
    return dict(part.split("=", 1) for part in answer.headers["x-ms-diagnostics"].split(";")[1:])


async def test_a_token_is_refused_with_what_is_wrong_with_it(company: Company):
    company.sim.load(world(**WORLD))
    for_graph = await a_token(company, "https://graph.microsoft.com/.default")
    good = await a_token(company)
    assert (await refused(company, "forged"))["error_category"] == '"invalid_signature"'
    assert (await refused(company, for_graph))["error_category"] == '"invalid_resource"'
    await company.control("POST", "permissions", {"missing": ["full_access_as_app"]})
    assert (await refused(company, good))["error_category"] == '"invalid_grant"'
    await company.control("POST", "permissions", {"missing": []})
    await company.advance(3600)
    assert (await refused(company, good))["error_category"] == '"token_expired"'


async def test_a_token_for_ews_does_not_open_graph(company: Company):
    headers = {"Authorization": f"Bearer {await a_token(company)}"}
    answer = await company.client.get(f"/v1.0/users/{DORA}/events", headers=headers)
    assert answer.status_code == 401
