"""The vocabulary of logs and counters; a name is a constant, what varies goes into fields.

Never a subject, a person, an address, a token, a clientState or a full cursor (design P9).
"""

import logging
from collections import Counter

log = logging.getLogger("roomsync")

TALKATIVE = ("httpx", "httpcore", "azure", "uamqp", "kiota_http", "msgraph")
"""Libraries that log addresses, ids and headers at INFO: only their warnings are let through."""

counters: Counter[str] = Counter()
"""What this process has counted since it started, as `name` or `name:reason`."""


def count(name: str, amount: int = 1, **fields: str | int) -> None:
    """Count something and log it as one event."""
    reason = fields.get("reason")
    counters[f"{name}:{reason}" if reason else name] += amount
    log.info(name, extra={"fields": {"amount": amount, **fields}})


def quieten_libraries() -> None:
    """Keep what libraries log about single requests out of our logs (P9)."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
