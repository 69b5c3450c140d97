"""What the console's list is told of changes, telemetry is told, too: where it happens, no call."""

from collections.abc import Sequence
from datetime import datetime

from core.app.measuring import changed_something
from core.domain.history import Activity
from core.ports.stores import ActivityStore
from core.telemetry.metrics import count, measure
from core.telemetry.vocabulary import CHANGE_LATENCY, CHANGE_PART, CHANGES


class ToldActivity:
    """ActivityStore that measures what it is given."""

    def __init__(self, inner: ActivityStore) -> None:
        self._inner = inner

    async def add(self, activity: Activity) -> None:
        """Append, and measure a change's way."""
        if changed_something(activity):
            tell_of_change(activity)
        await self._inner.add(activity)

    async def latest(self, limit: int) -> Sequence[Activity]:
        """Return the newest entries, newest first."""
        return await self._inner.latest(limit)

    async def remove_before(self, moment: datetime) -> None:
        """Remove what is older."""
        await self._inner.remove_before(moment)


def tell_of_change(activity: Activity) -> None:
    """Measure how long a change took, whole and by its parts."""
    count(CHANGES, source=activity.source)
    if activity.latency_ms is not None:
        measure(CHANGE_LATENCY, activity.latency_ms, source=activity.source)
    for part, part_ms in activity.parts.named(activity.latency_ms).items():
        measure(CHANGE_PART, part_ms, part=part)
