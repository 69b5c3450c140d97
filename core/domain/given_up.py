"""What was given up and is not made good yet: one entry per meeting, until a look succeeds."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.event import EventPlace
from core.domain.ids import MappingId
from core.domain.work import EventKey, ICalKey, ItemKey, MappingKey, WorkItem, home_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUpEntry:
    """One line of the list. `times` counts how often it was given up for this `reason` in a row."""

    id: str
    reason: str
    text: str
    item: WorkItem
    mapping_id: MappingId | None = None
    first_at: datetime
    last_at: datetime
    times: int = 1

    @property
    def place(self) -> EventPlace | None:
        """Return the mailbox whose session the look belongs to, None where only ROOMS is known."""
        return home_of(self.item.key)

    @property
    def key(self) -> ItemKey:
        """Return where to look again: at the link, if there is one."""
        place = self.place
        if self.mapping_id is None or place is None:
            return self.item.key
        return MappingKey(self.mapping_id, place)


def entry_id(key: ItemKey, mapping_id: MappingId | None) -> str:
    """Return what an entry is filed under: the link, or the item's own key while there is none."""
    match key:
        case MappingKey(own):
            return f"link/{own}"
        case _ if mapping_id is not None:
            return f"link/{mapping_id}"
        case EventKey(place, event_id):
            return f"event/{place.environment}/{place.mailbox}/{event_id}"
        case ICalKey(place, ical_uid):
            return f"meeting/{place.environment}/{place.mailbox}/{ical_uid}"
        case _:
            return f"booking/{key.mandator}/{key.booking_id}"
