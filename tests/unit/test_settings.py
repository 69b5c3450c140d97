"""Settings: complete, told apart from nonsense at the start, and never shown."""

import json
from pathlib import Path

import pytest

from core.bootstrap.graph_environment import graph_login
from core.domain.ids import EnvironmentId
from core.errors import RetryClass
from core.settings import SIGNS_OF_AZURE, Settings, SettingsError, load_settings
from core.sync.retry import SLOW_TRIES_S

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "local.settings.sample.json"
DESCRIPTION = PROJECT / "docs" / "app-settings.md"


def sample() -> dict[str, str]:
    return json.loads(SAMPLE.read_text(encoding="utf-8"))["Values"]


@pytest.fixture
def environment(monkeypatch):
    for name in list(sample()):
        monkeypatch.delenv(name, raising=False)
    for sign in SIGNS_OF_AZURE:
        monkeypatch.delenv(sign, raising=False)

    def set_all(**changes: str) -> None:
        for name, value in {**sample(), **changes}.items():
            if name.startswith("ROOMSYNC_") and value:
                monkeypatch.setenv(name, value)

    return set_all


def test_the_sample_lists_every_setting_and_no_other():
    listed = {name for name in sample() if name.startswith("ROOMSYNC_")}

    assert listed == {f"ROOMSYNC_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_is_described_with_its_number():
    described = DESCRIPTION.read_text(encoding="utf-8")

    for name, field in Settings.model_fields.items():
        (line,) = (
            row for row in described.splitlines() if f"`ROOMSYNC_{name.upper()}`" in row[:140]
        )
        is_number = isinstance(field.default, int | float) and not isinstance(field.default, bool)
        if is_number:
            assert f"| {field.default:g} |" in line, name


def test_the_sample_works_as_it_is(environment):
    environment()

    settings = load_settings()

    assert settings.rooms_mandator == "Default"
    assert [s.get_secret_value().partition(":")[0] for s in settings.fingerprint_keys] == ["1"]


def test_all_faults_are_told_at_once_by_name(environment, monkeypatch):
    environment(ROOMSYNC_GUARD_CREATES="many", ROOMSYNC_SUBSCRIPTION_MINUTES="1")
    monkeypatch.delenv("ROOMSYNC_ROOMS_BASE_URL")

    with pytest.raises(SettingsError) as told:
        load_settings()

    for name in ("GUARD_CREATES", "SUBSCRIPTION_MINUTES", "ROOMS_BASE_URL"):
        assert f"ROOMSYNC_{name}" in str(told.value)


TEN_FAULTS = {
    "GUARD_CREATES": "many",
    "SUBSCRIPTION_MINUTES": "1",
    "KEEP_LINKS_DAYS": "5",
    "DIFFERENCES_SCAN": "sometimes",
    "MAIL_LANGUAGE": "Deutsch!",
    "RETRY_DELAYS": '{"connectivity": "soon"}',
    "GRAPH_ENVIRONMENTS": '{"tochter": {"tenant_id": "contoso.com"}}',
    "EWS_ENVIRONMENTS": "{not json",
    "PROBE_ADDRESSES": "[1]",
    "ROOMS_API_KEY": "@Microsoft.KeyVault(SecretUri=https://v/secrets/rooms-api-key/)",
}
SEEN_TOGETHER = {
    "FINGERPRINT_KEYS": "short",
    "GRAPH_TENANT_ID": "contoso.com",
    "MAIL_SENDER": "nobody",
    "OPERATOR_MAILS": "somebody",
    "BOOKING_URL": "rooms.example.com",
    "ROOMS_BASE_URL": "rooms.example.com",
    "ROOMS_TOKEN_URL": "https://user:pin@idp.example.com/token",
    "GRAPH_BASE_URL": "graph.microsoft.com/v1.0",
    "GRAPH_AUTHORITY": "https://",
    "WEBHOOK_BASE_URL": "https://sync example.com/api/webhooks",
    "TABLES_ENDPOINT": "account",
    "QUEUE_COUNTS_URL": "ftp://localhost",
    "ROOMS_WEBHOOK_SECRETS": "whsec_Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWU= geheim",
}
"""What is only judged when each value by itself is one."""


def test_ten_faults_are_told_at_once_and_no_value(environment):
    environment(**{f"ROOMSYNC_{name}": value for name, value in TEN_FAULTS.items()})
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert [name for name in TEN_FAULTS if f"ROOMSYNC_{name}" not in str(told.value)] == []
    for value in ("many", "sometimes", "Deutsch!", "contoso.com", "not json", "SecretUri"):
        assert value not in str(told.value)


def test_what_does_not_go_together_is_told_at_once_too(environment, monkeypatch):
    environment(**{f"ROOMSYNC_{name}": value for name, value in SEEN_TOGETHER.items()})
    monkeypatch.delenv("ROOMSYNC_TABLES_CONNECTION")
    monkeypatch.delenv("ROOMSYNC_BUS_NAMESPACE")
    with pytest.raises(SettingsError) as told:
        load_settings()
    names = (*SEEN_TOGETHER, "BUS_NAMESPACE")
    assert [name for name in names if f"ROOMSYNC_{name}" not in str(told.value)] == []
    for value in ("nobody", "somebody", "user:pin", "sync example", "geheim"):
        assert value not in str(told.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"BUS_NAMESPACE": "https://sb.servicebus.windows.net"}, "must be a host, without https"),
        ({"ROOMS_WEBHOOK_SECRETS": "whsec_c2hvcnQ="}, "number 1 must be of 16 bytes at least"),
        ({"ROOMS_WEBHOOK_SECRETS": "whsec_"}, "number 1 must be of 16 bytes at least"),
        ({"ROOMS_WEBHOOK_SECRETS": "Y2hhbmdlLW1lLWNoYW5nZS1tZQ== x"}, "number 2 must be base64"),
        ({"ROOMS_CLIENT_SECRET": ""}, "ROOMSYNC_ROOMS_CLIENT_SECRET is needed, too"),
        ({"ROOMS_TOKEN_URL": "", "ROOMS_CLIENT_ID": ""}, "TOKEN_URL, ROOMSYNC_ROOMS_CLIENT_ID is"),
        ({"ROOMS_BASE_URL": "https://rooms:port"}, "ROOMS_BASE_URL must be a web address"),
        ({"ROOMS_BASE_URL": "https://rooms/?key=1"}, "must hold neither account nor query"),
    ],
)
def test_what_would_only_be_met_by_a_call_is_told_at_the_start(environment, changes, said):
    environment(**{f"ROOMSYNC_{name}": value for name, value in changes.items()})

    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_in_azure_nothing_is_asked_in_clear_text(environment, monkeypatch):
    environment(ROOMSYNC_DEV_ROLE="", ROOMSYNC_ROOMS_BASE_URL="http://rooms.example.com")
    assert load_settings().rooms_base_url == "http://rooms.example.com"
    monkeypatch.setenv(SIGNS_OF_AZURE[0], "an instance")

    with pytest.raises(SettingsError, match="ROOMSYNC_ROOMS_BASE_URL must begin with https"):
        load_settings()


def test_faults_of_both_kinds_are_told_at_once(environment):
    """Otherwise somebody mends one, starts the app, and meets the next."""
    environment(ROOMSYNC_GUARD_CREATES="many", ROOMSYNC_MAIL_SENDER="nobody")
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert "ROOMSYNC_GUARD_CREATES" in str(told.value)
    assert "ROOMSYNC_MAIL_SENDER" in str(told.value)


def test_places_that_are_missing_are_named(environment, monkeypatch):
    environment(ROOMSYNC_FINGERPRINT_KEYS="short")
    monkeypatch.delenv("ROOMSYNC_TABLES_CONNECTION")
    monkeypatch.delenv("ROOMSYNC_BUS_NAMESPACE")

    with pytest.raises(SettingsError) as told:
        load_settings()

    for name in ("TABLES_CONNECTION", "BUS_CONNECTION", "FINGERPRINT_KEYS"):
        assert f"ROOMSYNC_{name}" in str(told.value)


@pytest.mark.parametrize("sign", SIGNS_OF_AZURE)
def test_development_settings_are_refused_in_azure(environment, monkeypatch, sign):
    environment(ROOMSYNC_DEV_ROUTES="true", ROOMSYNC_CLOCK_FILE="clock.json")
    monkeypatch.setenv(sign, "an instance")

    with pytest.raises(SettingsError, match="development only"):
        load_settings()


@pytest.mark.parametrize(
    "name", ["FINGERPRINT_KEYS", "ROOMS_API_KEY", "ROOMS_WEBHOOK_SECRETS", "EWS_ENVIRONMENTS"]
)
def test_a_reference_that_was_not_followed_is_no_secret(environment, name):
    """The platform leaves the reference where it finds no secret: anybody could guess that."""
    reference = "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/a-secret)"
    environment(**{f"ROOMSYNC_{name}": reference})

    with pytest.raises(SettingsError, match=f"ROOMSYNC_{name}: .*secret was not found") as told:
        load_settings()

    assert "kv.vault" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_SENDER", "rooms"),
        ("MAIL_LANGUAGE", "Deutsch!"),
        ("BOOKING_URL", "rooms.example.com/{booking_id}"),
        ("BOOKING_URL", "https://rooms.example.com/bookings"),
        ("BOOKING_URL", "https://rooms.example.com/{booking_id}/{person}"),
        ("BOOKING_URL", "https://rooms.example.com/{booking_id.__class__}"),
    ],
)
def test_what_cannot_be_used_for_mails_is_told(environment, name, value):
    environment(**{f"ROOMSYNC_{name}": value})

    with pytest.raises(SettingsError, match=f"ROOMSYNC_{name}"):
        load_settings()


def test_delays_of_a_class_can_be_set(environment):
    environment(ROOMSYNC_RETRY_DELAYS='{"connectivity": "2x30s", "fast": ""}')

    retries = load_settings().retry_delays

    assert retries.delays_s(RetryClass.CONNECTIVITY) == (30.0, 30.0)
    assert retries.delays_s(RetryClass.OTHER) == SLOW_TRIES_S[RetryClass.OTHER]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("24x1h", "is not JSON"),
        ('"24x1h"', "must be an object"),
        ('{"connectivty": "24x1h"}', "connectivty: no such class"),
        ('{"connectivity": "1 hour"}', "connectivity: '1' is no delay"),
        ('{"connectivity": [3600]}', "connectivity: must be a text"),
    ],
)
def test_delays_that_mean_nothing_are_told_with_class_and_word(environment, value, said):
    environment(ROOMSYNC_RETRY_DELAYS=value)

    with pytest.raises(SettingsError, match=f"ROOMSYNC_RETRY_DELAYS.*{said}"):
        load_settings()


def test_an_empty_setting_is_one_that_is_not_set(environment, monkeypatch):
    environment()
    for name in ("CLOCK_FILE", "MAIL_TEMPLATES", "MAIL_LANGUAGE"):
        monkeypatch.setenv(f"ROOMSYNC_{name}", "")

    settings = load_settings()

    assert (settings.clock_file, settings.mail_templates) == (None, None)
    assert settings.mail_language == "en"


def test_no_secret_is_ever_shown(environment):
    secret = "a-very-secret-value-1234"
    environment(ROOMSYNC_ROOMS_API_KEY=secret, ROOMSYNC_FINGERPRINT_KEYS=f"2:{secret}")

    assert secret not in repr(load_settings())


def test_a_faulty_secret_is_not_shown_either(environment):
    environment(ROOMSYNC_FINGERPRINT_KEYS="geheim")

    with pytest.raises(SettingsError) as told:
        load_settings()

    assert "geheim" not in str(told.value)


OTHER_TENANT = {
    "tenant_id": "22222222-2222-4222-8222-222222222222",
    "client_id": "app",
    "client_secret": "geheim",
}


def test_an_environment_may_have_credentials_of_its_own(environment):
    """R-043, R-045: the others go on with the default ones."""
    environment(ROOMSYNC_GRAPH_ENVIRONMENTS=json.dumps({"tochter": OTHER_TENANT}))
    settings = load_settings()

    own, other = (graph_login(settings, EnvironmentId(name)) for name in ("tochter", "contoso"))

    assert (own.tenant, own.client_secret) == (OTHER_TENANT["tenant_id"], "geheim")
    assert other.tenant == settings.graph_tenant_id
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "[]",
        '{"tochter": {}}',
        json.dumps({"tochter": {**OTHER_TENANT, "client_secret": ""}}),
        json.dumps({"tochter": {**OTHER_TENANT, "tenant_id": "tochter.onmicrosoft.com"}}),
        json.dumps({"tochter": {**OTHER_TENANT, "callback_url": "https://x.example"}}),
    ],
)
def test_credentials_of_an_environment_are_whole_or_refused(environment, value):
    """R-044: nothing is inherited field by field, and a tenant is named by its GUID."""
    environment(ROOMSYNC_GRAPH_ENVIRONMENTS=value)

    with pytest.raises(SettingsError, match="ROOMSYNC_GRAPH_ENVIRONMENTS") as told:
        load_settings()
    assert "geheim" not in str(told.value)


def test_the_default_tenant_is_named_by_its_guid(environment):
    """R-044"""
    environment(ROOMSYNC_GRAPH_TENANT_ID="contoso.onmicrosoft.com")

    with pytest.raises(SettingsError, match="ROOMSYNC_GRAPH_TENANT_ID must be a GUID"):
        load_settings()


def test_operators_are_named_by_their_mail_addresses(environment):
    environment(ROOMSYNC_OPERATOR_MAILS="ops@contoso.example it@contoso.example")
    assert load_settings().operator_mails == ("ops@contoso.example", "it@contoso.example")

    environment(ROOMSYNC_OPERATOR_MAILS="somebody")
    with pytest.raises(SettingsError, match="ROOMSYNC_OPERATOR_MAILS"):
        load_settings()
