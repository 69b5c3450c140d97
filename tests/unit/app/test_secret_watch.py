"""Secrets that end are told of in time, by their name only."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from core.app.doctor.secrets import secret_findings
from core.app.doctor.wording import advice, command, what
from core.app.secret_watch import watch_secrets
from core.domain.finding import Severity
from core.errors import NotPermittedError
from core.ports.vault import SecretEnd
from tests.kit.vaults import EndingVault

NOW = datetime(2026, 3, 2, 5, 50, tzinfo=UTC)


def vault(*ends, error=None):
    """Return a vault in which something ends in so many days."""
    return EndingVault(*(SecretEnd(name, NOW + timedelta(days=d)) for name, d in ends), error=error)


async def test_what_ends_within_sixty_days_or_has_ended_is_told(caplog):
    caplog.set_level(logging.WARNING)

    number = await watch_secrets(vault(("far", 61), ("near", 12.5), ("over", -0.5)), NOW)

    assert number == 2
    told = [(each.message, each.secret, each.days) for each in caplog.records]
    assert told == [("secret_ends", "over", -1), ("secret_ends", "near", 12)]


async def test_where_nothing_ends_nothing_is_told(caplog):
    assert await watch_secrets(vault(), NOW) == 0
    assert caplog.records == []


async def test_a_vault_that_cannot_be_asked_is_told_and_asked_again_tomorrow(caplog):
    error = NotPermittedError("vault: its secrets cannot be read")

    assert await watch_secrets(vault(error=error), NOW) == 0
    [told] = caplog.records
    assert (told.message, told.why) == ("secrets_not_looked_at", str(error))


class Clock:
    def now(self):
        return NOW


class TestTheDoctor:
    """Whoever asks the doctor is told the same, with what to do."""

    async def test_what_ends_is_told_with_when_the_next_one_first(self):
        ends = vault(("far", 61), ("later", 59), ("last-day", 0.5), ("over", -0.5))
        found = await secret_findings(ends, Clock())

        assert [(f.severity, f.named["secret"]) for f in found] == [
            (Severity.ERROR, "over"),
            (Severity.WARNING, "last-day"),
            (Severity.WARNING, "later"),
        ]
        assert what(found[0]) == (
            "the secret or certificate over ended at 2026-03-01 17:50 UTC: whatever it opens is"
            " refused"
        )
        assert "last-day ends in 0 days, at 2026-03-02 17:50 UTC" in what(found[1])
        assert "later ends in 59 days" in what(found[2])
        assert "«Rotation»" in advice(found[0])
        assert command(found[0]).startswith("az keyvault secret list --vault-name")
        assert "{name:name, ends:attributes.expires}" in command(found[0])

    @pytest.mark.parametrize("some", [None, vault(), vault(("far", 61))])
    async def test_where_nothing_ends_soon_and_without_a_vault_it_says_nothing(self, some):
        assert await secret_findings(some, Clock()) == []

    async def test_a_vault_that_cannot_be_asked_is_told_with_the_role(self):
        error = NotPermittedError("vault: its secrets cannot be read")
        (found,) = await secret_findings(vault(error=error), Clock())

        assert found.severity is Severity.WARNING
        assert what(found).endswith("cannot be told: vault: its secrets cannot be read")
        assert "'Key Vault Secrets User'" in command(found)


@pytest.mark.parametrize("url", ["", "https://kv-rooms.vault.azure.net/"])
def test_the_app_asks_a_vault_where_it_is_told_of_one(url):
    from core.bootstrap import App  # noqa: PLC0415 - only here
    from core.settings import Settings  # noqa: PLC0415 - as above

    settings = Settings.model_construct(vault_url=url, identity_client_id="identity")

    assert (App(settings).vault is not None) == bool(url)
