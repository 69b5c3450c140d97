"""Secrets that end are told of in time, by their name only."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from core.app.secret_watch import watch_secrets
from core.errors import NotPermittedError
from core.ports.vault import SecretEnd

NOW = datetime(2026, 3, 2, 5, 50, tzinfo=UTC)


class Vault:
    def __init__(self, *ends, error=None):
        self._ends, self._error = ends, error

    async def ends(self):
        if self._error is not None:
            raise self._error
        return [SecretEnd(name, NOW + timedelta(days=days)) for name, days in self._ends]


async def test_what_ends_within_sixty_days_or_has_ended_is_told(caplog):
    caplog.set_level(logging.WARNING)

    number = await watch_secrets(Vault(("far", 61), ("near", 12.5), ("over", -0.5)), NOW)

    assert number == 2
    told = [(each.message, each.secret, each.days) for each in caplog.records]
    assert told == [("secret_ends", "near", 12), ("secret_ends", "over", -1)]


async def test_where_nothing_ends_nothing_is_told(caplog):
    assert await watch_secrets(Vault(), NOW) == 0
    assert caplog.records == []


async def test_a_vault_that_cannot_be_asked_is_told_and_asked_again_tomorrow(caplog):
    error = NotPermittedError("vault: its secrets cannot be read")

    assert await watch_secrets(Vault(error=error), NOW) == 0
    [told] = caplog.records
    assert (told.message, told.why) == ("secrets_not_looked_at", str(error))


@pytest.mark.parametrize("url", ["", "https://kv-rooms.vault.azure.net/"])
def test_the_app_asks_a_vault_where_it_is_told_of_one(url):
    from core.bootstrap import App  # noqa: PLC0415 - only here
    from core.settings import Settings  # noqa: PLC0415 - as above

    settings = Settings.model_construct(vault_url=url, identity_client_id="identity")

    assert (App(settings).vault is not None) == bool(url)
