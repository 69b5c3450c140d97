"""What an operator did by hand: who, what, when; the trail that nobody can do without."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeedKind(StrEnum):
    """What can be done by hand."""

    SETTINGS_CHANGED = "settings_changed"
    LETTERS_REPLAYED = "letters_replayed"
    LETTERS_DROPPED = "letters_dropped"
    SCOPE_RELEASED = "scope_released"
    MAILBOX_RELEASED = "mailbox_released"
    DIFFERENCES_SETTLED = "differences_settled"
    DIFFERENCES_IGNORED = "differences_ignored"
    SCAN_BEGUN = "scan_begun"
    SELF_TEST_BEGUN = "self_test_begun"
    LOOKS_ASKED = "looks_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One deed. `who` is the operator, `details` name what was concerned by its number only."""

    at: datetime
    who: str
    kind: DeedKind
    details: tuple[str, ...] = ()
    number: int = 1
