"""What tells an item that keeps lead or follow-up time free from every meeting (D8)."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import MappingId


class BufferKind(StrEnum):
    """Before or after the meeting."""

    LEAD = "lead"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class BufferMark:
    """What a buffer carries in the link property: whose it is, and that it is no meeting."""

    mapping_id: MappingId
    kind: BufferKind

    @property
    def text(self) -> str:
        """Return the property's value; no `AppointmentOid` looks like it."""
        return f"{self.mapping_id}:{self.kind}"


def mark_in(text: str) -> BufferMark | None:
    """Return the mark that a link property holds, None when it is an ordinary link or nothing."""
    number, colon, kind = text.lower().partition(":")
    if not number or not colon or kind not in set(BufferKind):
        return None
    return BufferMark(MappingId(number), BufferKind(kind))
