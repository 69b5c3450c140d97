"""Tells of secrets that end soon, once a day, while there is time to make new ones.

| the vault | then |
|---|---|
| has a secret that ends within 60 days, or has ended | one warning each |
| has only secrets without an end, or later ones | nothing |
| cannot be asked | a warning, asked again tomorrow; what has ended shows as a refusal |
"""

import logging
from datetime import datetime, timedelta

from core.errors import RoomSyncError
from core.ports.vault import SecretEnds

log = logging.getLogger(__name__)

SOON = timedelta(days=60)
"""Twice what the alert waits for: its threshold can be set."""


async def watch_secrets(vault: SecretEnds, now: datetime) -> int:
    """Warn of each secret that ends soon and return how many do."""
    try:
        ending = [each for each in await vault.ends() if each.ends_at - now < SOON]
    except RoomSyncError as error:
        log.warning("secrets_not_looked_at", extra={"why": str(error)})
        return 0
    for each in ending:
        # Rounded down: what ends in an hour ends in 0 days, what has just ended in -1.
        days = (each.ends_at - now).days
        log.warning("secret_ends", extra={"secret": each.name, "days": days})
    return len(ending)
