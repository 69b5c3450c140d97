"""A meeting that was refused a resource and waits for it to become free (R-401)."""

from dataclasses import dataclass

from core.domain.event import EventPlace
from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Who waits for what: a look-up row, verified against its link when it is used.

    Of a series, `more` are the other dates that were refused the resource.
    """

    resource: ResourceId
    mapping_id: MappingId
    home: EventPlace
    time: Interval
    more: tuple[Interval, ...] = ()

    @property
    def times(self) -> tuple[Interval, ...]:
        """Return all that is waited for."""
        return (self.time, *self.more)


@dataclass(frozen=True, slots=True)
class Wake:
    """A look that follows from what was stored: somebody waited for what is free now."""

    mapping_id: MappingId
    home: EventPlace
