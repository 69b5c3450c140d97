"""Where it is kept what differs, and how far a scan has got (docs/differences.md)."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.drift import Drift
from core.domain.event import EventPlace
from core.domain.scan import Scan, ScanPart


class DriftStore(Protocol):
    """Drifts by mailbox, and one scan at a time with its parts."""

    async def of(self, place: EventPlace) -> Sequence[Drift]:
        """Return all drifts of a mailbox."""
        ...

    async def all(self) -> Sequence[Drift]:
        """Return all drifts of all mailboxes; one that cannot be read is left out and logged."""
        ...

    async def put(self, drifts: Sequence[Drift]) -> None:
        """Insert or replace, a hundred of a mailbox at a time."""
        ...

    async def remove(self, drift: Drift) -> None:
        """Remove; gone already is fine."""
        ...

    async def scan(self) -> Scan | None:
        """Return the scan that runs or was the last one, None when there never was one."""
        ...

    async def begin(self, scan: Scan, before: Scan | None) -> Scan:
        """Put a scan in the place of the one before, or write on one.

        StaleVersionError, or AlreadyExistsError: another process was faster.
        """
        ...

    async def note(self, scan: Scan, part: ScanPart) -> None:
        """Note that a mailbox of a scan is done; noted again is fine."""
        ...

    async def parts(self, scan: Scan) -> Sequence[ScanPart]:
        """Return the mailboxes of a scan that are done; what cannot be read is still to come."""
        ...

    async def part(self, scan: Scan, place: EventPlace) -> ScanPart | None:
        """Return what became of one mailbox, None while it is to come."""
        ...

    async def forget(self, scan: Scan) -> None:
        """Remove the parts of a scan that is over."""
        ...
