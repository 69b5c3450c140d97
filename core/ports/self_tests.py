"""What is remembered of self-tests, and how their entries were seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.ids import MailboxKey, MappingId
from core.domain.self_test import SelfTest


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A look has come to a test's entry after its change: when, and whether somebody told us."""

    test_id: MappingId
    at: datetime
    is_told: bool


class SelfTestStore(Protocol):
    """The last run of each mailbox; written by its worker, sightings apart from it by others."""

    async def get(self, mailbox: MailboxKey) -> SelfTest | None:
        """Return the last run of a mailbox, None when there was none."""
        ...

    async def put(self, test: SelfTest) -> SelfTest:
        """Insert (version None) or replace if unchanged; else a PreconditionFailedError."""
        ...

    async def all(self) -> Sequence[SelfTest]:
        """Return the last run of every mailbox."""
        ...

    async def note(self, mailbox: MailboxKey, sighting: Sighting) -> None:
        """Keep a sighting; one that was told is not replaced by one that was not."""
        ...

    async def sighting(self, mailbox: MailboxKey, test_id: MappingId) -> Sighting | None:
        """Return how the entry of this very run was seen, None when it was not (yet)."""
        ...
