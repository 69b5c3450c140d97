"""Sets of credentials per environment: whole or refused, all faults at once, no secret shown."""

import json

import pytest

from core.adapters.ews.login import EwsLogin
from core.bootstrap.ews_environment import ews_application, ews_login
from core.bootstrap.graph_environment import graph_login
from core.domain.ids import EnvironmentId
from core.settings import SettingsError, load_settings
from tests.unit.test_settings import environment, sample

__all__ = ["environment", "sample"]

CELLAR = {
    "url": "https://mail.example.com/EWS/Exchange.asmx",
    "user": "EXAMPLE\\svc-sync",
    "password": "top-secret-1",
    "auth": "ntlm",
    "server": "Exchange2016",
}
TENANT = "11111111-2222-4333-8444-555555555555"


def cellar(**changes):
    values = {key: value for key, value in (CELLAR | changes).items() if value is not None}
    return json.dumps({"cellar": values})


def test_an_installation_is_described_by_one_whole_set(environment):
    environment(ROOMSYNC_EWS_ENVIRONMENTS=cellar(hosts=["Mail2.example.com"], parallel=8))
    known = load_settings().ews_environments["cellar"]
    assert known.password.get_secret_value() == "top-secret-1"
    assert known.allowed_hosts == {"mail.example.com", "mail2.example.com"}
    assert known.parallel == 8
    assert "top-secret" not in repr(known)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": None}, "auth ntlm needs password"),
        ({"password": ""}, "PASSWORD"),
        ({"auth": None}, "AUTH: Field required"),
        ({"server": "Exchange2007"}, "SERVER"),
        ({"url": "http://mail.example.com/EWS/Exchange.asmx"}, "must begin with https://"),
        ({"url": "mail.example.com"}, "is no address"),
        ({"url": "https://[half/EWS"}, "is no address"),
        ({"url": "https://outlook.office365.com/EWS/Exchange.asmx"}, "Exchange Online"),
        ({"url": "https://eu.outlook.office365.com/EWS/Exchange.asmx"}, "Exchange Online"),
        ({"url": "https://outlook.office365.com./EWS/Exchange.asmx"}, "Exchange Online"),
        ({"url": "https://svc:pw@mail.example.com/EWS/Exchange.asmx"}, "neither account nor query"),
        ({"url": "http://127.0.0.1:7080/EWS/Exchange.asmx"}, "needs its network"),
        ({"hosts": ["https://mail.example.com"]}, "must be a host"),
        ({"hosts": ["outlook.office365.com"]}, "ends EWS"),
        ({"url": "https://outlook.office365.us/EWS/Exchange.asmx"}, "ends EWS"),
        ({"url": "https://partner.outlook.cn/EWS/Exchange.asmx"}, "ends EWS"),
        ({"url": "https://outlook\u3002office365\u3002com/EWS/Exchange.asmx"}, "is no address"),
        ({"networks": ["10.0.0.1/8"]}, "must be a network"),
        ({"networks": ["169.254.0.0/16"]}, "link-local"),
        ({"networks": ["0.0.0.0/0"]}, "link-local"),
        ({"callers": ["everywhere"]}, "CALLERS_0: Value error, must be a network"),
        ({"tenant_id": TENANT}, "tenant_id: not with auth ntlm"),
        ({"parallel": 0}, "PARALLEL"),
    ],
)
def test_a_set_that_cannot_work_is_refused_by_name_and_shows_nothing(environment, changes, said):
    environment(ROOMSYNC_EWS_ENVIRONMENTS=cellar(**changes))
    with pytest.raises(SettingsError, match="ROOMSYNC_EWS_ENVIRONMENTS") as told:
        load_settings()
    assert said in str(told.value)
    assert "top-secret" not in str(told.value)
    assert ":pw@" not in str(told.value)


AN_APPLICATION = {
    "user": None,
    "password": None,
    "auth": "oauth",
    "tenant_id": TENANT,
    "client_id": "app",
    "client_secret": "top-secret-2",
    "mailbox": "rooms@example.com",
}


@pytest.mark.parametrize("changes", [{}, {"auth": "basic"}, AN_APPLICATION])
def test_a_set_that_was_read_is_one_that_can_be_read(environment, changes):
    environment(ROOMSYNC_EWS_ENVIRONMENTS=cellar(**changes))
    known = load_settings().ews_environments["cellar"]
    assert type(known).model_validate(known.model_dump()) == known


def test_an_installation_is_reached_by_an_application(environment):
    environment(ROOMSYNC_EWS_ENVIRONMENTS=cellar(**AN_APPLICATION))
    settings = load_settings()
    known = settings.ews_environments["cellar"]
    assert "top-secret" not in repr(known)
    login, application = ews_login(known), ews_application(known, settings.graph_authority)
    assert (login.user, login.mailbox) == (f"{TENANT}/app", "rooms@example.com")
    assert login.token_scope == "https://mail.example.com/.default"
    assert (application.tenant, application.client_secret) == (TENANT, "top-secret-2")
    environment(ROOMSYNC_EWS_ENVIRONMENTS=cellar())
    known = load_settings().ews_environments["cellar"]
    assert ews_application(known, settings.graph_authority) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mailbox": None, "client_id": None}, "auth oauth needs client_id, mailbox"),
        ({"user": "svc", "password": "top-secret-1"}, "user, password: not with auth oauth"),
        ({"client_secret": None}, "needs one of client_secret and certificate"),
        ({"client_secret": ""}, "CLIENT_SECRET"),
        ({"certificate": "app.pem"}, "needs one of client_secret and certificate"),
        ({"tenant_id": "contoso.example"}, "TENANT_ID"),
        ({"mailbox": "rooms"}, "MAILBOX"),
        ({"scope": "https://outlook.office365.com/.default"}, "with the host of url"),
        ({"scope": "https://mail.example.com"}, "scope must be"),
        (
            {"scope": "https://mail.example.com/ https://outlook.office365.com/.default"},
            "scope must be",
        ),
        (
            {
                "scope": "https://outlook.office365.com/.default",
                "hosts": ["outlook.office365.com"],
            },
            "ends EWS",
        ),
        ({"scope": ""}, "SCOPE"),
        ({"scope": "http://mail.example.com/.default"}, "scope must be"),
    ],
)
def test_an_application_is_whole_and_its_tokens_stay_here(environment, changes, said):
    environment(ROOMSYNC_EWS_ENVIRONMENTS=cellar(**(AN_APPLICATION | changes)))
    with pytest.raises(SettingsError, match="ROOMSYNC_EWS_ENVIRONMENTS") as told:
        load_settings()
    assert said in str(told.value)
    assert "top-secret" not in str(told.value)


def test_all_faults_of_all_sets_are_told_at_once(environment):
    sets = {"one": {**CELLAR, "url": "ftp://x.example"}, "two": {**CELLAR, "user": ""}}
    environment(ROOMSYNC_EWS_ENVIRONMENTS=json.dumps(sets), ROOMSYNC_GUARD_CREATES="many")
    with pytest.raises(SettingsError) as told:
        load_settings()
    for name in ("EWS_ENVIRONMENTS_ONE_URL", "EWS_ENVIRONMENTS_TWO_USER", "GUARD_CREATES"):
        assert f"ROOMSYNC_{name}" in str(told.value)


def test_an_environment_is_described_once(environment):
    one = cellar()[1:-1]
    environment(ROOMSYNC_EWS_ENVIRONMENTS=f"{{{one}, {one}}}")
    with pytest.raises(SettingsError, match="names something twice") as told:
        load_settings()
    assert "top-secret" not in str(told.value)


def test_no_environment_is_of_two_kinds(environment):
    both = {"tenant_id": TENANT, "client_id": "app", "client_secret": "s"}
    environment(
        ROOMSYNC_EWS_ENVIRONMENTS=cellar(),
        ROOMSYNC_GRAPH_ENVIRONMENTS=json.dumps({"cellar": both}),
    )
    with pytest.raises(SettingsError, match="environment cellar is in"):
        load_settings()


def test_this_machine_is_for_development_only(environment, monkeypatch):
    here = cellar(url="http://127.0.0.1:7080/EWS/Exchange.asmx", networks=["127.0.0.0/8"])
    environment(ROOMSYNC_EWS_ENVIRONMENTS=here)
    assert load_settings().ews_environments
    monkeypatch.setenv("WEBSITE_INSTANCE_ID", "an instance")
    with pytest.raises(SettingsError, match="cellar: this machine is for development only"):
        load_settings()


@pytest.mark.parametrize(
    "proofs",
    [
        {},
        {"client_secret": "one", "managed_identity": True},
        {"client_secret": "one", "certificate": __file__},
        {"client_secret": "one", "client_id": ""},
        {"federated": True, "managed_identity": True},
        {"federated": True, "client_id": ""},
        {"federated": True, "vault_certificate": "graph"},
        {"certificate": __file__, "vault_certificate": "graph"},
        {"vault_certificate": "graph/../other"},
        {"vault_certificate": "graph", "client_id": ""},
    ],
)
def test_graph_is_opened_by_exactly_one_proof(environment, proofs):
    own = {"tenant_id": TENANT, "client_id": "app", **proofs}
    environment(ROOMSYNC_GRAPH_ENVIRONMENTS=json.dumps({"tochter": own}))
    with pytest.raises(SettingsError, match="ROOMSYNC_GRAPH_ENVIRONMENTS"):
        load_settings()


def test_a_tenant_is_opened_by_certificate_or_by_the_apps_own_identity(environment, tmp_path):
    pem = tmp_path / "app.pem"
    pem.write_bytes(b"key and certificate")
    base = {"tenant_id": TENANT, "client_id": "app"}
    sets = {
        "by-certificate": {**base, "certificate": str(pem), "certificate_password": "geheim"},
        "by-identity": {"tenant_id": TENANT, "managed_identity": True},
    }
    environment(ROOMSYNC_GRAPH_ENVIRONMENTS=json.dumps(sets), ROOMSYNC_GRAPH_CLIENT_SECRET="usual")
    settings = load_settings()
    one, other = (graph_login(settings, EnvironmentId(name)) for name in sets)
    assert (one.certificate, one.certificate_password) == (pem, "geheim")
    assert (other.certificate, other.client_secret, other.client_id) == (None, "", "")


def test_a_certificate_of_the_vault_is_read_by_the_apps_identity(environment):
    own = {"tenant_id": TENANT, "client_id": "app", "vault_certificate": "graph"}
    environment(
        ROOMSYNC_GRAPH_ENVIRONMENTS=json.dumps({"tochter": own}),
        ROOMSYNC_VAULT_URL="https://kv-rooms.vault.azure.net/",
        ROOMSYNC_IDENTITY_CLIENT_ID="identity",
    )
    login = graph_login(load_settings(), EnvironmentId("tochter"))
    assert (login.vault_certificate, login.vault_url, login.identity) == (
        "graph",
        "https://kv-rooms.vault.azure.net/",
        "identity",
    )


def test_a_certificate_of_the_vault_needs_to_be_told_which_vault(environment):
    own = {"tenant_id": TENANT, "client_id": "app", "vault_certificate": "graph"}
    environment(ROOMSYNC_GRAPH_ENVIRONMENTS=json.dumps({"tochter": own}))
    with pytest.raises(SettingsError, match="tochter: vault_certificate needs ROOMSYNC_VAULT_URL"):
        load_settings()


@pytest.mark.parametrize("url", ["http://kv.vault.azure.net", "kv.vault.azure.net", "https://a/b"])
def test_the_vault_is_an_address_of_https_and_nothing_else(environment, url):
    environment(ROOMSYNC_VAULT_URL=url)
    with pytest.raises(SettingsError, match="ROOMSYNC_VAULT_URL"):
        load_settings()


def test_how_each_environment_is_reached_is_told_in_a_word(environment):
    base = {"tenant_id": TENANT, "client_id": "app"}
    online = {
        "by-secret": {**base, "client_secret": "s"},
        "by-file": {**base, "certificate": "app.pem"},
        "by-identity": {"tenant_id": TENANT, "managed_identity": True},
        "by-trust": {**base, "federated": True},
    }
    application = {k: v for k, v in (CELLAR | AN_APPLICATION).items() if v is not None}
    by_file = {k: v for k, v in application.items() if k != "client_secret"}
    on_premises = {
        "account": CELLAR, "app": application, "app-file": {**by_file, "certificate": "app.pem"},
    }  # fmt: skip
    environment(
        ROOMSYNC_GRAPH_ENVIRONMENTS=json.dumps(online),
        ROOMSYNC_EWS_ENVIRONMENTS=json.dumps(on_premises),
    )
    reaches = load_settings().reaches
    assert {name: (reach.kind, reach.login) for name, reach in reaches.items()} == {
        "by-secret": ("graph", "secret"),
        "by-file": ("graph", "certificate"),
        "by-identity": ("graph", "identity"),
        "by-trust": ("graph", "federated"),
        "account": ("ews", "ntlm"),
        "app": ("ews", "secret"),
        "app-file": ("ews", "certificate"),
    }


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://evil.example/EWS/Exchange.asmx", "does not name: evil.example"),
        ("http://mail2.example.com/EWS/Exchange.asmx", "must begin with https://"),
        ("https://outlook.office365.com/EWS/Exchange.asmx", "Exchange Online"),
    ],
)
def test_a_sync_url_leads_only_to_hosts_of_the_environment(url, said):
    login = EwsLogin(
        url=CELLAR["url"], user="u", password="p", hosts=frozenset({"mail2.example.com"})
    )
    with pytest.raises(ValueError, match=said):
        login.towards(url)


def test_a_sync_url_to_another_server_of_the_environment_takes_the_account_along():
    login = EwsLogin(
        url=CELLAR["url"], user="u", password="p", hosts=frozenset({"mail2.example.com"})
    )
    there = login.towards("https://mail2.example.com/EWS/Exchange.asmx")
    assert (there.url, there.user) == ("https://mail2.example.com/EWS/Exchange.asmx", "u")
    assert login.towards("") is login
