"""Messages that nobody works on any more by themselves: given up by us, or set aside by the bus."""

import re
from dataclasses import dataclass
from datetime import datetime

from core.domain.work import GivenUp

_REF = re.compile(r"([a-z][a-z-]*)(/dead)?:(\d{1,19})")


@dataclass(frozen=True, slots=True, order=True)
class LetterRef:
    """Where a dead letter lies. `is_set_aside`: in the dead-letter queue of its queue."""

    queue: str
    is_set_aside: bool
    number: int

    @property
    def text(self) -> str:
        """Return it as an operator writes it: "failed-items:17", "sync-items/dead:4"."""
        return f"{self.queue}{'/dead' if self.is_set_aside else ''}:{self.number}"

    @classmethod
    def parsed(cls, text: str) -> "LetterRef | None":
        """Return the reference in a text, None when it is none."""
        read = _REF.fullmatch(text)
        return None if read is None else cls(read[1], read[2] is not None, int(read[3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One message: `at` is when it came to where it lies, `deliveries` how often it was tried."""

    ref: LetterRef
    at: datetime
    given_up: GivenUp
    deliveries: int = 0
