"""On an instance of the app it is the app and nobody else; elsewhere whoever is signed in."""

import pytest

from core.adapters.own_identity import own_identity
from core.bootstrap import App
from core.settings import SIGNS_OF_AZURE, Settings

OF_THE_APP = "00000000-0000-0000-0000-00000000000a"


@pytest.mark.parametrize(
    ("is_in_azure", "name"),
    [(True, "ManagedIdentityCredential"), (False, "DefaultAzureCredential")],
)
async def test_where_it_runs_decides_who_it_is(is_in_azure, name):
    for client_id in (OF_THE_APP, ""):
        identity = own_identity(client_id, is_in_azure=is_in_azure)
        assert type(identity).__name__ == name
        await identity.close()


@pytest.fixture
def app(monkeypatch):
    for sign in SIGNS_OF_AZURE:
        monkeypatch.delenv(sign, raising=False)
    return App(
        Settings(
            tables_endpoint="https://account.table.core.windows.net",
            bus_namespace="name.servicebus.windows.net",
            vault_url="https://kv.vault.azure.net",
            identity_client_id=OF_THE_APP,
            rooms_base_url="https://rooms.example.com",
            rooms_api_key="key",
            webhook_base_url="https://sync.example.com/api/webhooks",
            fingerprint_keys="1:a-secret-that-is-long-enough",
        )
    )


async def test_a_person_who_is_signed_in_opens_tables_and_queues(app):
    """Shared keys are off: the app's own identity is not there, on the machine of an operator."""
    assert type(app.identity).__name__ == "DefaultAzureCredential"
    assert "AzureCliCredential" in {type(each).__name__ for each in app.identity.credentials}
    await app.identity.close()


async def test_the_app_is_nobody_else(app, monkeypatch):
    monkeypatch.setenv(SIGNS_OF_AZURE[-1], "an instance")
    assert type(app.identity).__name__ == "ManagedIdentityCredential"
    await app.identity.close()
