"""Which events the links of a mailbox say it should show: what is missing may have been deleted."""

from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState
from core.domain.remaining import is_over
from core.domain.work import EventKey, Source, WorkItem


async def expected_events(
    place: EventPlace, window: Interval, services: Services
) -> frozenset[EventId]:
    """Return the events that linked meetings to come have in a span; this reads all links."""
    return frozenset(
        [
            mapping.event.event_id
            async for mapping in services.mappings.all()
            if mapping.home == place
            and mapping.event is not None
            and _counts(mapping, window, services)
        ]
    )


async def looks_at_missing(
    place: EventPlace, window: Interval, shown: set[EventId], services: Services
) -> list[WorkItem]:
    """Return looks at the events that a whole listing does not show; they need proofs (5.1)."""
    missing = await expected_events(place, window, services) - shown
    now = services.clock.now()
    return [
        WorkItem(
            key=EventKey(place, event_id), source=Source.CATCH_UP, deleted=True, first_seen=now
        )
        for event_id in sorted(missing)
    ]


def _counts(mapping: Mapping, window: Interval, services: Services) -> bool:
    if mapping.state is not MappingState.LINKED or is_over(mapping, services.clock.now()):
        return False
    return mapping.time is not None and mapping.time.overlaps(window)
