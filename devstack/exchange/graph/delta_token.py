"""The opaque state of a delta round: everything a later call needs is inside (graph-calendar 2)."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, fields
from datetime import datetime

from devstack.exchange.graph.windows import Window


class UnreadableTokenError(ValueError):
    """The token was not made here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaToken:
    """Where a round stands.

    `since` is the mailbox's sequence up to which the caller knows everything, `until` the one at
    which this round began; `after` is the last thing already delivered in it. `is_initial` rounds
    go through the window by item number, later ones through the changes by sequence. `empty`
    counts pages with nothing on them, so that no two links of a round are the same.
    """

    mailbox: str
    folder: str
    start: str
    end: str
    since: int
    until: int
    after: int
    is_initial: bool
    generation: int
    issued: str
    empty: int = 0

    @property
    def window(self) -> Window:
        return Window(datetime.fromisoformat(self.start), datetime.fromisoformat(self.end))

    @property
    def issued_at(self) -> datetime:
        return datetime.fromisoformat(self.issued)

    def pack(self) -> str:
        content = {member.name: getattr(self, member.name) for member in fields(self)}
        return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def unpack(text: str) -> DeltaToken:
    """Read a token; anything else is an UnreadableTokenError."""
    try:
        content = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return DeltaToken(**content)
    except (binascii.Error, ValueError, TypeError) as error:
        raise UnreadableTokenError(text) from error
