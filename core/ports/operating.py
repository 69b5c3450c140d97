"""What is remembered for operators: measures of the past, and who did what by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.deed import Deed
from core.domain.event import EventPlace
from core.domain.measure import Measure


class MeasureStore(Protocol):
    """Measures, one per five minutes for some days and one per hour for longer.

    And when each mailbox was last looked at as a whole, its full window read to the end.
    """

    async def add(self, measure: Measure) -> None:
        """Keep a measure, and its hour made anew of all that are in it."""
        ...

    async def latest(self) -> Measure | None:
        """Return the newest measure of five minutes, None when there is none."""
        ...

    async def fine(self, since: datetime) -> Sequence[Measure]:
        """Return the measures of five minutes that are not older, oldest first."""
        ...

    async def hourly(self, since: datetime) -> Sequence[Measure]:
        """Return the measures of whole hours that are not older, oldest first."""
        ...

    async def remove_before(self, fine: datetime, hourly: datetime) -> None:
        """Remove what is older, each of its kind."""
        ...

    async def note_full_look(self, place: EventPlace, at: datetime) -> None:
        """Note that a mailbox was looked at as a whole."""
        ...

    async def full_looks(self) -> Mapping[EventPlace, datetime]:
        """Return when each mailbox was, also of those that are not synced any more."""
        ...


class DeedStore(Protocol):
    """What operators did, newest first."""

    async def add(self, deed: Deed) -> None:
        """Append."""
        ...

    async def latest(self, limit: int) -> Sequence[Deed]:
        """Return the newest deeds, newest first."""
        ...

    async def remove_before(self, moment: datetime) -> None:
        """Remove what is older."""
        ...
