"""Tells of secrets that end soon, once a day, while there is time to make new ones.

The doctor says the same whenever it is asked (`core.app.doctor.secrets`).

| the vault | then |
|---|---|
| has a secret that ends within 60 days, or has ended | one warning each |
| has only secrets without an end, or later ones | nothing |
| cannot be asked | a warning, asked again tomorrow; what has ended shows as a refusal |
"""

import logging
from datetime import datetime, timedelta

from core.errors import RoomSyncError
from core.ports.vault import SecretEnd, SecretEnds

log = logging.getLogger(__name__)

SOON = timedelta(days=60)
"""Twice what the alert waits for: its threshold can be set."""


async def ending_soon(vault: SecretEnds, now: datetime) -> list[SecretEnd]:
    """Return what has ended or ends soon, the next one first; RoomSyncError as the vault's."""
    ends = [each for each in await vault.ends() if each.ends_at - now < SOON]
    return sorted(ends, key=lambda each: (each.ends_at, each.name))


def days_left(secret: SecretEnd, now: datetime) -> int:
    """Return in how many whole days it ends: 0 on its last day, -1 when it has just ended."""
    return (secret.ends_at - now).days


async def watch_secrets(vault: SecretEnds, now: datetime) -> int:
    """Warn of each secret that ends soon and return how many do."""
    try:
        ending = await ending_soon(vault, now)
    except RoomSyncError as error:
        log.warning("secrets_not_looked_at", extra={"why": str(error)})
        return 0
    for each in ending:
        log.warning("secret_ends", extra={"secret": each.name, "days": days_left(each, now)})
    return len(ending)
