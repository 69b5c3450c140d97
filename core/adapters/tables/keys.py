"""Row keys made of foreign ids: safe to store, the same for the same id, never alike for two."""

import re
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

_PLAIN = re.compile(r"[A-Za-z0-9._@:=-]{1,200}")
SEPARATOR = "|"
_LATEST_US = 10**17


@lru_cache(maxsize=4096)
def safe(*parts: str) -> str:
    """Return a key for `parts`: readable where a part is plain and short, else its SHA-256.

    Ids of Graph and iCalUIDs may hold characters that a key must not have, be case-sensitive and
    as long as they like.
    """
    return SEPARATOR.join([part if _PLAIN.fullmatch(part) else _hashed(part) for part in parts])


def newest_first(moment: datetime) -> str:
    """Return a key prefix that sorts later moments before earlier ones (until the year 5138)."""
    return f"{_LATEST_US - round(moment.timestamp() * 1_000_000):017d}"


def _hashed(part: str) -> str:
    return f"~{sha256(part.encode('utf-8', 'surrogatepass')).hexdigest()}"
