"""Lead or follow-up time of a booking, kept free by our own item in a resource mailbox (D8)."""

from dataclasses import dataclass

from core.domain.buffer_mark import BufferKind
from core.domain.event import EventPlace
from core.domain.ids import EventId
from core.domain.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """One buffer as its link knows it.

    `wanted` is the span that was asked for, None when it has to be placed anew; `time` what it
    really keeps: less where another meeting is, None when nothing is left. `event_id` is None
    where nothing is left and before it exists; `transaction_id` announces that it is being made.
    """

    place: EventPlace
    kind: BufferKind
    wanted: Interval | None = None
    time: Interval | None = None
    event_id: EventId | None = None
    transaction_id: str = ""

    @property
    def is_announced(self) -> bool:
        """Tell whether a create was announced and its outcome is not known."""
        return self.event_id is None and bool(self.transaction_id)

    def is_same(self, other: "Buffer") -> bool:
        """Tell whether both keep the same side of the same meeting in the same mailbox."""
        return (self.place, self.kind) == (other.place, other.kind)
